// Equality and hashing of values by type. A value is given by its address, in memory layout; slots
// serve as well, because the low bytes of a scalar come first.
#pragma once

#include "runtime/machine/executor.h"

namespace gocheck::machine {

enum class Equality : uint8_t { no, yes, panicked };

// Whether `size` bytes are the same; those of an empty string may be at null.
inline bool same_bytes(const char* x, const char* y, uint64_t size) {
  return size == 0 || std::memcmp(x, y, size) == 0;
}

// x == y as Go defines it. Interfaces with values of an uncomparable type raise a panic.
// Works through nested values with a stack of its own; stops at the first difference.
Equality equal(Executor& e, Goroutine& g, program::TypeId type, const char* x, const char* y);

// A hash that agrees with equal(); values that are not equal to themselves hash anyhow. Interfaces
// with unhashable values raise a panic: then the result is false.
bool hash(Executor& e, Goroutine& g, program::TypeId type, const char* value, uint64_t& result);

uint64_t hash_bytes(const char* bytes, uint64_t size);
inline uint64_t hash_word(uint64_t word) {
  const unsigned __int128 product = static_cast<unsigned __int128>(word ^ 0x9e3779b97f4a7c15) * 0xd6e8feb86659fd93;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

// The same for the data words of two interfaces whose dynamic type is `type`.
Equality equal_boxed(Executor& e, Goroutine& g, program::TypeId type, Slot x, Slot y);

// x == y of two interface values {TypeId, data word}.
inline Equality equal_interfaces(Executor& e, Goroutine& g, const Slot* x, const Slot* y) {
  if (x[0] != y[0]) return Equality::no;
  if (x[0] == 0) return Equality::yes;
  return equal_boxed(e, g, static_cast<program::TypeId>(x[0]), x[1], y[1]);
}

}  // namespace gocheck::machine
