// A compiled program: functions of bytecode, types, data. Immutable once built and verified;
// shared by every thread of every executor.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/program/instruction.h"
#include "runtime/program/source.h"
#include "runtime/program/type.h"

namespace gocheck::program {

struct SelectCase {
  bool is_send = false;
  uint16_t channel = 0;  // slot of the channel
  uint16_t value = 0;    // slot(s) of the value sent, or where the received one goes (0xffff: nowhere)
  uint16_t ok = 0xffff;  // slot that gets ok, 0xffff: not wanted
  TypeId channel_type = 0;
  Position position;     // of the communication
};
struct SelectTable {
  std::vector<SelectCase> cases;
  bool has_default = false;
};

// Dense jump table: value - low indexes `targets` (word indices in the code); others go to `otherwise`.
struct SwitchTable {
  int64_t low = 0;
  std::vector<uint32_t> targets;
  uint32_t otherwise = 0;
};

struct Function {
  std::string name;       // as Go's stack traces print it: "main.main.func1", "main.(*T).M"
  Position position;      // of the declaration
  std::vector<Instruction> code;       // instructions and their ext words
  std::vector<Position> positions;     // one per word of `code`
  uint32_t results = 0;   // slots
  uint32_t params = 0;    // slots, receiver included
  uint32_t frame = 0;     // slots in all; at most 65,535
  uint32_t captures = 0;  // slots captured by its closures
  // Made by the compiler (go/defer thunks, method values, promoted methods): left out of stack
  // traces, and transparent for recover().
  bool wrapper = false;
  bool library = false;   // declared in gocheck's own library
  // Where execution goes on after a deferred call has recovered a panic: a run_defers that is
  // followed by the loading of the results and ret. Functions with defer statements only.
  uint32_t recover_pc = 0;
  bool has_defer = false;
  std::vector<SelectTable> selects;
  std::vector<SwitchTable> switches;
  // What the tracked access at a word of the code touches, in source words ("counter", "p.x",
  // "m[k]"); for reports. Sorted by pc.
  struct AccessName {
    uint32_t pc;
    std::string name;
  };
  std::vector<AccessName> access_names;
  // For stack traces and reports: source name of frame slots that hold variables. Sorted by slot.
  struct LocalName {
    uint16_t slot;
    std::string name;
    TypeId type;
  };
  std::vector<LocalName> locals;
};

// A library function implemented in C++ (runtime/native) or a visible operation of the machine
// (runtime/machine/operation.h), found by name: "strconv.formatFloat", "sync.(*Mutex).Lock".
struct Native {
  std::string name;
  uint32_t results = 0;  // slots
  uint32_t params = 0;
  std::vector<TypeId> param_types, result_types;
};

struct Method {
  std::string name;       // qualified by the package path when not exported
  TypeId signature = 0;   // func type, without receiver
};

struct Global {
  std::string name;  // "main.counter"
  uint64_t offset = 0;
  TypeId type = 0;
  Position position;
};

struct Program {
  SourceFiles files;
  std::vector<Type> types;          // types[0] is invalid
  std::vector<Function> functions;
  std::vector<Native> natives;
  std::vector<Method> methods;
  std::vector<Global> globals;      // sorted by offset
  uint64_t globals_size = 0;        // zeroed at start
  std::string rodata;               // bytes of string constants

  // Runs all package initialisation, then main.main: no parameters, no results.
  FunctionId entry = 0;
  FunctionId main = 0;  // main.main itself

  // What the machine needs of package runtime (embedded library; always linked):
  //   errorString         `type errorString string`, Error() returns it as it is: the value of run-time panics
  //   boundsError, plainError  likewise: of indices out of range, and of those without "runtime error: "
  //   TypeAssertionError  `struct{ string }`, a pointer to one is the value of failed assertions
  //   panicText           func(any) string: what an uncaught panic prints after "panic: ", for values with
  //                       Error or String methods (a panic in them included); others are printed by the machine
  TypeId runtime_error = 0, bounds_error = 0, plain_error = 0;
  TypeId type_assertion_error = 0;
  //   PanicNilError       optional: *runtime.PanicNilError, the value of panic(nil)
  FunctionId panic_text = 0;
  TypeId panic_nil_error = 0;
  // Predeclared types, for boxing by natives.
  TypeId type_bool = 0, type_int = 0, type_string = 0, type_error = 0, type_bytes = 0, type_uint8 = 0, type_float64 = 0;

  std::string go_version;  // "go1.22"
  // Is the language version below go1.`minor`?
  bool older_than(int minor) const;

  // The function that `method` of concrete type `type` is; nullopt if it has none. Logarithmic.
  const FunctionId* find_method(TypeId type, MethodId method) const;
  // Does `type` have all methods of interface type `interface`? Linear in their number.
  bool implements(TypeId type, TypeId interface) const;
  // What a frame or a goroutine is called in reports.
  const Function& function(FunctionId id) const { return functions[id]; }
};

// Number of words of an instruction: 2 if it has an ext word, otherwise 1.
int length(Opcode op);
const char* name(Opcode op);
const char* operands(Opcode op);

// The ext word that follows the instruction at `at`.
inline uint64_t ext(const Instruction* at) {
  return __builtin_bit_cast(uint64_t, at[1]);
}

// Checks what the interpreter relies on: opcodes, slots within frames, jump targets, table, type
// and function indices, results initialised. Returns the first problem, empty if there is none.
// A program that fails is a fault of gocheck's front end.
std::string verify(const Program& program);

// The first instruction of a verified program that may read a slot nobody has written; empty if there is
// none. Costs far more than verify(): for tests of the front end.
std::string verify_initialisation(const Program& program);

// Readable listing (--emit=program); `with_library` includes the functions of gocheck's library.
std::string print(const Program& program, bool with_library = false);
std::string print(const Program& program, const Function& function);

}  // namespace gocheck::program
