#include "runtime/native/value.h"

#include <algorithm>
#include <cmath>

#include "runtime/machine/map.h"

namespace gocheck::native {
namespace {

template <class T>
int three_way(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

}  // namespace

Value Values::dynamic(const char* data) const {
  Slot slots[2];
  std::memcpy(slots, data, sizeof(slots));
  if (slots[0] == 0) return {};
  const auto id = static_cast<TypeId>(slots[0]);
  // A direct word holds the scalar widened: its low bytes are the value.
  return {id, type(id).direct ? data + sizeof(Slot) : executor_.host(slots[1]), true};
}

Value Values::interface_element(const Value& interface) const {
  Value element = dynamic(interface.data);
  element.accessible = interface.accessible;
  return element;
}

std::vector<Value> Values::elements(const Value& sequence) const {
  const Type& t = type(sequence);
  const uint64_t size = type(t.element).size;
  const char* data = sequence.data;
  uint64_t count = t.length;
  if (t.kind == Kind::slice) {
    const Address address = sequence.pointer();
    std::memcpy(&count, sequence.data + 8, 8);
    if (count * size != 0) executor_.reading(goroutine_, address, count * size, site_);
    data = executor_.host(address);
  }
  std::vector<Value> values(count);
  for (uint64_t i = 0; i < count; ++i) values[i] = {t.element, data + i * size, sequence.accessible};
  return values;
}

std::string_view Values::string(const Value& value) const {
  uint64_t length;
  std::memcpy(&length, value.data + 8, 8);
  return length == 0 ? std::string_view() : std::string_view(executor_.host(value.pointer()), length);
}

std::string_view Values::bytes(Address address, uint64_t length) const {
  if (length == 0) return {};
  executor_.reading(goroutine_, address, length, site_);
  return {executor_.host(address), length};
}

std::string_view Values::bytes(const Value& slice) const {
  uint64_t length;
  std::memcpy(&length, slice.data + 8, 8);
  return bytes(slice.pointer(), length);
}

Value Values::field(const Value& structure, size_t index) const {
  const program::TypeField& f = type(structure).fields[index];
  return {f.type, structure.data + f.offset, structure.accessible && f.exported};
}

Value Values::target(const Value& pointer) const {
  const TypeId element = type(pointer).element;
  const Address address = pointer.pointer();
  if (type(element).size != 0) executor_.reading(goroutine_, address, type(element).size, site_);
  return {element, executor_.host(address), pointer.accessible};
}

std::vector<std::pair<Value, Value>> Values::sorted_entries(const Value& map) {
  std::vector<std::pair<Value, Value>> entries;
  const Type& t = type(map);
  machine::MapIterator iterator = {};
  if (map.pointer() == 0) return entries;
  bool good = machine::map_begin(executor_, goroutine_, map.pointer(), site_, iterator);
  while (good) {
    const Slot* key = nullptr;
    const Slot* value = nullptr;
    good = machine::map_advance(executor_, goroutine_, t, iterator, site_, key, value);
    if (!good || key == nullptr) break;
    entries.push_back({{t.key, reinterpret_cast<const char*>(key), map.accessible},
                       {t.element, reinterpret_cast<const char*>(value), map.accessible}});
  }
  failed_ = failed_ || !good;
  std::stable_sort(entries.begin(), entries.end(),
                   [this](const auto& a, const auto& b) { return compare(a.first, b.first) < 0; });
  return entries;
}

std::pair<Slot, Slot> Values::box(const Value& value) const {
  if (!value.valid()) return {0, 0};
  const Type& t = type(value);
  if (t.direct) {
    Slot word = 0;
    if (program::is_scalar(t.kind)) word = machine::load_scalar(value.data, t.kind, t.size);
    else std::memcpy(&word, value.data, t.size);
    return {value.type, word};
  }
  const Address copy = executor_.allocate(goroutine_, t.size, t.has_pointers);
  std::memcpy(executor_.host(copy), value.data, t.size);
  return {value.type, copy};
}

bool Values::has_text_method(TypeId id, std::string_view name) const {
  const auto& p = program();
  for (const program::TypeMethod& entry : type(id).methods) {
    const program::Method& method = p.methods[entry.method];
    if (method.name != name) continue;
    const Type& signature = p.types[method.signature];
    return signature.params.empty() && signature.results.size() == 1 && signature.results[0] == p.type_string;
  }
  return false;
}

bool Values::has_format_method(TypeId id) const {
  const auto& p = program();
  for (const program::TypeMethod& entry : type(id).methods) {
    const program::Method& method = p.methods[entry.method];
    if (method.name != "Format") continue;
    const Type& signature = p.types[method.signature];
    return signature.params.size() == 2 && signature.results.empty() && type(signature.params[0]).name == "fmt.State" &&
           type(signature.params[1]).kind == Kind::int32 && !type(signature.params[1]).package.size();
  }
  return false;
}

std::pair<double, double> Values::complex(const Value& value) const {
  if (type(value).kind == Kind::complex128) {
    double parts[2];
    std::memcpy(parts, value.data, sizeof(parts));
    return {parts[0], parts[1]};
  }
  float parts[2];
  std::memcpy(parts, value.data, sizeof(parts));
  return {parts[0], parts[1]};
}

// Order: numbers and strings ascending, NaN first, false before true, pointers and channels by
// address, structs and arrays by their parts, interfaces by type and then value, nil first.
int Values::compare(const Value& a, const Value& b) const {
  const Type& t = type(a);
  if (a.type != b.type) return three_way(a.type, b.type);
  if (program::is_signed_integer(t.kind)) return three_way(signed_integer(a), signed_integer(b));
  if (program::is_float(t.kind)) {
    const double x = floating(a), y = floating(b);
    if (std::isnan(x) || std::isnan(y)) return static_cast<int>(std::isnan(y)) - static_cast<int>(std::isnan(x));
    return three_way(x, y);
  }
  if (t.kind == Kind::complex64 || t.kind == Kind::complex128) {
    const auto [real_a, imaginary_a] = complex(a);
    const auto [real_b, imaginary_b] = complex(b);
    const int order = three_way(real_a, real_b);
    return order != 0 ? order : three_way(imaginary_a, imaginary_b);
  }
  if (program::is_scalar(t.kind)) return three_way(unsigned_integer(a), unsigned_integer(b));
  switch (t.kind) {
    case Kind::string: return three_way(string(a), string(b));
    case Kind::structure:
      for (size_t i = 0; i < t.fields.size(); ++i) {
        if (const int order = compare(field(a, i), field(b, i)); order != 0) return order;
      }
      return 0;
    case Kind::array: {
      const std::vector<Value> x = elements(a), y = elements(b);
      for (size_t i = 0; i < x.size(); ++i) {
        if (const int order = compare(x[i], y[i]); order != 0) return order;
      }
      return 0;
    }
    case Kind::interface: {
      const Value x = interface_element(a), y = interface_element(b);
      if (!x.valid() || !y.valid()) return static_cast<int>(x.valid()) - static_cast<int>(y.valid());
      return compare(x, y);
    }
    default: return 0;
  }
}

}  // namespace gocheck::native
