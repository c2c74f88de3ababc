// Typed values in Gol memory, as natives see them: what reflection is in Go.
#pragma once

#include <cstring>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/machine/native.h"
#include "runtime/machine/value.h"

namespace gocheck::native {

using machine::Address;
using machine::Slot;
using program::Kind;
using program::Type;
using program::TypeId;

// A value of `type` in memory layout at `data`, which stays valid while nothing is allocated or
// freed by others: until the native returns. type 0: no value (nil interface).
struct Value {
  TypeId type = 0;
  const char* data = nullptr;
  // Not reached through an unexported field: its methods may be called.
  bool accessible = true;

  bool valid() const { return type != 0; }
  template <class T>
  T as() const {
    T value;
    std::memcpy(&value, data, sizeof(T));
    return value;
  }
  Address pointer() const { return as<Address>(); }
};

// Access to values on behalf of one native call; reports reads of shared memory to the executor.
class Values {
 public:
  Values(machine::Executor& executor, machine::Goroutine& goroutine, const program::Instruction* site)
      : executor_(executor), goroutine_(goroutine), site_(site) {}
  explicit Values(machine::Call& call) : Values(call.executor, call.goroutine, call.site) {}

  const program::Program& program() const { return executor_.program; }
  const Type& type(const Value& value) const { return executor_.program.types[value.type]; }
  const Type& type(TypeId id) const { return executor_.program.types[id]; }

  // The dynamic value of the interface {type, word} at `data` (16 bytes of host memory that outlive the result).
  Value dynamic(const char* data) const;
  Value dynamic(const Slot* slots) const { return dynamic(reinterpret_cast<const char*>(slots)); }
  Value interface_element(const Value& interface) const;

  // Elements of a slice or an array. Reading a slice is reported as a whole.
  std::vector<Value> elements(const Value& sequence) const;
  std::string_view string(const Value& value) const;
  // Contents of a slice of bytes.
  std::string_view bytes(const Value& slice) const;
  std::string_view bytes(Address address, uint64_t length) const;
  // An array's bytes.
  std::string_view raw(const Value& value) const { return {value.data, type(value).size}; }
  Value field(const Value& structure, size_t index) const;
  // What a pointer that is not nil points to.
  Value target(const Value& pointer) const;
  // Entries sorted as package fmt prints them; fewer after a panic (see failed()).
  std::vector<std::pair<Value, Value>> sorted_entries(const Value& map);

  int64_t signed_integer(const Value& value) const {
    return static_cast<int64_t>(machine::load_scalar(value.data, type(value).kind, type(value).size));
  }
  uint64_t unsigned_integer(const Value& value) const {
    return machine::load_scalar(value.data, type(value).kind, type(value).size);
  }
  double floating(const Value& value) const {
    return type(value).size == 4 ? static_cast<double>(value.as<float>()) : value.as<double>();
  }

  // The real and the imaginary part.
  std::pair<double, double> complex(const Value& value) const;

  // The two slots of an interface that holds a copy of `value`. May allocate.
  std::pair<Slot, Slot> box(const Value& value) const;

  // Does the type have a method `name` without parameters that returns a string?
  bool has_text_method(TypeId type, std::string_view name) const;
  // Format(fmt.State, rune)
  bool has_format_method(TypeId type) const;

  // A panic was raised: the native has to return false.
  bool failed() const { return failed_; }

  // Three-way comparison of map keys of one type.
  int compare(const Value& a, const Value& b) const;

 private:
  machine::Executor& executor_;
  machine::Goroutine& goroutine_;
  const program::Instruction* site_;
  bool failed_ = false;
};

}  // namespace gocheck::native
