// What a program's names stand for in this process: the C++ functions and visible operations of
// its natives, and a hash table of all methods for dynamic calls. Immutable, so any number of
// threads may use it; built once per executor, in time linear in the program.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/machine/native.h"
#include "runtime/machine/operation.h"
#include "runtime/program/program.h"

namespace gocheck::machine {

struct LinkedNative {
  NativeFunction function = nullptr;   // of an ordinary native
  OpKind operation = OpKind::none;     // of a visible operation
  uint8_t width = 8;                   // atomics: bytes of the variable
  uint16_t results = 0;                // slots
  uint16_t params = 0;
};

class Linkage {
 public:
  explicit Linkage(const program::Program& program);

  const LinkedNative& native(uint64_t id) const { return natives_[id]; }

  // The function that `method` of concrete type `type` is, nullptr if it has none. Constant time.
  const program::Function* method(program::TypeId type, program::MethodId method) const {
    const uint64_t key = static_cast<uint64_t>(type) << 32 | method;
    for (uint64_t at = hash(key) & mask_;; at = (at + 1) & mask_) {
      if (methods_[at].key == key) return methods_[at].function;
      if (methods_[at].function == nullptr) return nullptr;
    }
  }

 private:
  struct MethodEntry {
    uint64_t key = ~uint64_t{0};
    const program::Function* function = nullptr;
  };
  static uint64_t hash(uint64_t key) { return key * 0x9e3779b97f4a7c15 >> 32; }

  void link_natives(const program::Program& program);
  void link_methods(const program::Program& program);

  std::vector<LinkedNative> natives_;
  std::vector<MethodEntry> methods_;  // open addressing, at most half full
  uint64_t mask_ = 0;
};

}  // namespace gocheck::machine
