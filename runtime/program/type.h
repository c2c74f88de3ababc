// Runtime types: what the machine knows of a Gol type. Sizes and layout are Go's on amd64.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gocheck::program {

using TypeId = uint32_t;      // index into Program::types; 0 is "no type"
using FunctionId = uint32_t;  // index into Program::functions
using MethodId = uint32_t;    // a method's name and signature, interned program-wide (Program::methods)

enum class Kind : uint8_t {
  invalid,
  bool_, int_, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, uintptr,
  float32, float64, complex64, complex128, string, unsafe_pointer,
  pointer, slice, array, map, chan, func, interface, structure,
};

struct TypeField {
  std::string name;
  TypeId type = 0;
  uint64_t offset = 0;
  bool embedded = false;
  bool exported = false;
  std::string tag;
};

// One entry of a concrete type's method table. `function` takes the receiver as one slot: the
// data word of an interface (see Type::direct), so the table serves dynamic calls as it is.
struct TypeMethod {
  MethodId method = 0;
  FunctionId function = 0;
};

struct Type {
  Kind kind = Kind::invalid;
  std::string name;      // as %T prints it: "main.T", "[]int", "*main.T"
  std::string package;   // import path of a named type
  bool named = false;    // a defined type (predeclared ones included)
  bool exported = false;

  uint64_t size = 0;     // in memory, in bytes
  uint32_t align = 1;
  uint32_t slots = 0;    // in a frame: 1 for scalars, otherwise size rounded up to words (see program.h)
  bool has_pointers = false;
  bool comparable = false;
  // The interface data word holds the value itself (scalars and pointer-shaped types); otherwise
  // it is the address of an immutable copy.
  bool direct = false;

  TypeId element = 0;    // pointer, slice, array, chan; value type of a map
  TypeId key = 0;        // map
  uint64_t length = 0;   // array
  uint8_t chan_dir = 0;  // 0 both, 1 send only, 2 receive only
  std::vector<TypeField> fields;           // structure
  std::vector<TypeId> params, results;     // func
  bool variadic = false;                   // func
  std::vector<MethodId> interface_methods;  // interface: sorted
  std::vector<TypeMethod> methods;          // all others: sorted by method
};

// How a scalar of a type is loaded into a slot: sign- or zero-extended to 64 bits.
inline bool is_signed_integer(Kind kind) { return kind >= Kind::int_ && kind <= Kind::int64; }
inline bool is_unsigned_integer(Kind kind) { return kind >= Kind::uint && kind <= Kind::uintptr; }
inline bool is_integer(Kind kind) { return kind >= Kind::int_ && kind <= Kind::uintptr; }
inline bool is_float(Kind kind) { return kind == Kind::float32 || kind == Kind::float64; }
inline bool is_scalar(Kind kind) {
  return (kind >= Kind::bool_ && kind <= Kind::float64) || kind == Kind::unsafe_pointer || kind == Kind::pointer ||
         kind == Kind::map || kind == Kind::chan || kind == Kind::func;
}

}  // namespace gocheck::program
