// Numbers as text, in Go's formats. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gocheck::native {

// base 2..36.
void append_unsigned(std::string& out, uint64_t value, int base);
void append_signed(std::string& out, int64_t value, int base);

// format: one of b e E f g G x X; precision -1: the shortest text that reads back as the same value
// of `bits` (32 or 64) bits. An unknown format gives "%" and the letter.
void append_float(std::string& out, double value, char format, int precision, int bits);

enum class NumberError : uint8_t { none, syntax, range, base, bits };
struct ParsedInt {
  int64_t value = 0;  // at a range error the limit that was crossed
  NumberError error = NumberError::none;
};
struct ParsedUint {
  uint64_t value = 0;
  NumberError error = NumberError::none;
};
struct ParsedFloat {
  double value = 0;
  NumberError error = NumberError::none;
};

// base 0 takes the base from the prefix and allows underscores; bits 0 means 64.
ParsedUint parse_unsigned(std::string_view text, int64_t base, int64_t bits);
ParsedInt parse_signed(std::string_view text, int64_t base, int64_t bits);
ParsedFloat parse_float(std::string_view text, int bits);

}  // namespace gocheck::native
