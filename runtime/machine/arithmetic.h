// Arithmetic where C++ leaves undefined what Go defines.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

#include "runtime/machine/operation.h"

namespace gocheck::machine {

inline double as_f64(Slot slot) { return std::bit_cast<double>(slot); }
inline float as_f32(Slot slot) { return std::bit_cast<float>(static_cast<uint32_t>(slot)); }
inline Slot from_f64(double value) { return std::bit_cast<Slot>(value); }
inline Slot from_f32(float value) { return std::bit_cast<uint32_t>(value); }

// Divisor not 0; the most negative number divided by -1 is itself.
inline Slot divide(Slot x, Slot y) {
  if (y == ~Slot{0}) return -x;
  return static_cast<Slot>(static_cast<int64_t>(x) / static_cast<int64_t>(y));
}
inline Slot remainder(Slot x, Slot y) {
  if (y == ~Slot{0}) return 0;
  return static_cast<Slot>(static_cast<int64_t>(x) % static_cast<int64_t>(y));
}

inline Slot shift_left(Slot x, Slot count) { return count < 64 ? x << count : 0; }
inline Slot shift_right_unsigned(Slot x, Slot count) { return count < 64 ? x >> count : 0; }
inline Slot shift_right_signed(Slot x, Slot count) {
  return static_cast<Slot>(static_cast<int64_t>(x) >> (count < 63 ? count : 63));
}

// What the conversion instruction of amd64 gives: the smallest number for all that does not fit.
inline Slot float_to_signed(double x) {
  constexpr double kLimit = 9223372036854775808.0;  // 2^63
  if (!(x >= -kLimit && x < kLimit)) return Slot{1} << 63;
  return static_cast<Slot>(static_cast<int64_t>(x));
}
inline Slot float_to_unsigned(double x) {
  constexpr double kLimit = 9223372036854775808.0;
  if (x < kLimit) return float_to_signed(x);
  return float_to_signed(x - kLimit) ^ Slot{1} << 63;
}

}  // namespace gocheck::machine
