// Values between slots and memory.
//
// In slots a scalar is widened to 64 bits (program/instruction.h); everything else lies there as
// in memory, its last slot padded with zeros, so that equal values have equal slots.
#pragma once

#include <cstdint>
#include <cstring>

#include "runtime/machine/operation.h"
#include "runtime/program/type.h"

namespace gocheck::machine {

// The scalar of `kind` and `size` bytes at `from`, widened as a slot holds it.
inline Slot load_scalar(const char* from, program::Kind kind, uint64_t size) {
  const auto widened = [&]<class Signed, class Unsigned>(Signed, Unsigned bits) -> Slot {
    std::memcpy(&bits, from, sizeof(bits));
    return program::is_signed_integer(kind) ? static_cast<Slot>(static_cast<int64_t>(static_cast<Signed>(bits)))
                                            : static_cast<Slot>(bits);
  };
  switch (size) {
    case 1: return widened(int8_t{}, uint8_t{});
    case 2: return widened(int16_t{}, uint16_t{});
    case 4: return widened(int32_t{}, uint32_t{});
    default: return widened(int64_t{}, uint64_t{});
  }
}

// Copies a value of `type` from slots to memory (type.size bytes).
inline void slots_to_memory(const program::Type& type, const Slot* slots, char* memory) {
  std::memcpy(memory, slots, type.size);  // a narrowed scalar: its low bytes come first
}

// Copies a value of `type` from memory to slots (type.slots of them).
inline void memory_to_slots(const program::Type& type, const char* memory, Slot* slots) {
  if (type.slots == 0) return;
  if (program::is_scalar(type.kind)) {
    slots[0] = load_scalar(memory, type.kind, type.size);
    return;
  }
  slots[type.slots - 1] = 0;
  std::memcpy(slots, memory, type.size);
}

// Sets slots to the zero value of `type`.
inline void zero_slots(const program::Type& type, Slot* slots) {
  std::memset(slots, 0, type.slots * sizeof(Slot));
}

}  // namespace gocheck::machine
