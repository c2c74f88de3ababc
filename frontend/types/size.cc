// Sizes, alignments and field offsets, as the Go compiler lays memory out on amd64.
#include <algorithm>
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

struct Extent {
  int64_t size;
  int64_t align;
};

Extent extent_of(const Type* type);

// Visits every field once, so that nested structs cost no more than they have fields. `offsets` may be nullptr.
Extent struct_extent(const Struct* type, std::vector<int64_t>* offsets) {
  int64_t end = 0;
  int64_t align = 1;
  bool ends_empty = false;
  for (const Var* field : type->fields) {
    Extent extent = extent_of(field->type);
    align = std::max(align, extent.align);
    end = round_up(end, extent.align);
    if (offsets) offsets->push_back(end);
    ends_empty = extent.size == 0 && end > 0;
    end = extent.size >= kMaxSize - end ? kMaxSize : end + extent.size;
  }
  // A final zero-sized field gets a byte, so that its address lies within the struct.
  if (ends_empty) end++;
  return {end >= kMaxSize ? kMaxSize : round_up(end, align), align};
}

Extent extent_of(const Type* type) {
  const Type* u = underlying(type);
  switch (u->kind) {
    case TypeKind::basic: {
      BasicKind kind = static_cast<const Basic*>(u)->basic;
      int64_t size = basic_size(kind);
      return {size, kind == BasicKind::complex64 ? 4 : std::min<int64_t>(size, 8)};
    }
    case TypeKind::array: {
      auto* array = static_cast<const Array*>(u);
      auto [element, align] = extent_of(array->element);
      if (array->length <= 0 || element == 0) return {0, align};
      return {element > kMaxSize / array->length ? kMaxSize : element * array->length, align};
    }
    case TypeKind::structure:
      return struct_extent(static_cast<const Struct*>(u), nullptr);
    case TypeKind::slice:
      return {24, 8};
    case TypeKind::interface:
      return {16, 8};
    default:
      return {8, 8};
  }
}

}  // namespace

int64_t align_of(const Type* type) { return extent_of(type).align; }

int64_t size_of(const Type* type) { return extent_of(type).size; }

std::vector<int64_t> field_offsets(const Struct* type) {
  std::vector<int64_t> offsets;
  offsets.reserve(type->fields.size());
  struct_extent(type, &offsets);
  return offsets;
}

}  // namespace gocheck::types
