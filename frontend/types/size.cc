// Sizes, alignments and field offsets, as the Go compiler lays memory out on amd64.
#include <limits>

#include "frontend/types/type.h"

namespace gocheck::types {

namespace {

// Sizes saturate here: a type this large is reported elsewhere.
constexpr int64_t kMaxSize = std::numeric_limits<int64_t>::max() / 4;

int64_t round_up(int64_t value, int64_t align) { return (value + align - 1) / align * align; }

int64_t basic_size(BasicKind kind) {
  switch (kind) {
    case BasicKind::bool_:
    case BasicKind::int8:
    case BasicKind::uint8:
    case BasicKind::untyped_bool:
      return 1;
    case BasicKind::int16:
    case BasicKind::uint16:
      return 2;
    case BasicKind::int32:
    case BasicKind::uint32:
    case BasicKind::float32:
    case BasicKind::untyped_rune:
      return 4;
    case BasicKind::string:
    case BasicKind::untyped_string:
    case BasicKind::complex128:
    case BasicKind::untyped_complex:
      return 16;
    default:
      return 8;
  }
}

int64_t struct_size(const Struct* type) {
  if (type->fields.empty()) return 0;
  std::vector<int64_t> offsets = field_offsets(type);
  int64_t last = size_of(type->fields.back()->type);
  // A final zero-sized field gets a byte, so that its address lies within the struct.
  if (last == 0 && offsets.back() > 0) last = 1;
  if (offsets.back() >= kMaxSize - last) return kMaxSize;
  return round_up(offsets.back() + last, align_of(type));
}

}  // namespace

int64_t align_of(const Type* type) {
  const Type* u = underlying(type);
  switch (u->kind) {
    case TypeKind::basic: {
      BasicKind kind = static_cast<const Basic*>(u)->basic;
      if (kind == BasicKind::complex64) return 4;
      return std::min<int64_t>(basic_size(kind), 8);
    }
    case TypeKind::array:
      return align_of(static_cast<const Array*>(u)->element);
    case TypeKind::structure: {
      int64_t result = 1;
      for (const Var* field : static_cast<const Struct*>(u)->fields) {
        result = std::max(result, align_of(field->type));
      }
      return result;
    }
    default:
      return 8;
  }
}

int64_t size_of(const Type* type) {
  const Type* u = underlying(type);
  switch (u->kind) {
    case TypeKind::basic:
      return basic_size(static_cast<const Basic*>(u)->basic);
    case TypeKind::array: {
      const Array* array = static_cast<const Array*>(u);
      int64_t element = size_of(array->element);
      if (array->length <= 0 || element == 0) return 0;
      return element > kMaxSize / array->length ? kMaxSize : element * array->length;
    }
    case TypeKind::structure:
      return struct_size(static_cast<const Struct*>(u));
    case TypeKind::slice:
      return 24;
    case TypeKind::interface:
      return 16;
    default:
      return 8;
  }
}

std::vector<int64_t> field_offsets(const Struct* type) {
  std::vector<int64_t> offsets;
  offsets.reserve(type->fields.size());
  int64_t end = 0;
  for (const Var* field : type->fields) {
    end = round_up(end, align_of(field->type));
    offsets.push_back(end);
    int64_t size = size_of(field->type);
    end = size >= kMaxSize - end ? kMaxSize : end + size;
  }
  return offsets;
}

}  // namespace gocheck::types
