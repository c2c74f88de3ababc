// Formatting of scalars as package fmt's verbs ask for it: width, precision and flags. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gocheck::native {

// Flags, width and precision of one verb.
struct Directive {
  bool has_width = false, has_precision = false;
  bool minus = false, plus = false, sharp = false, space = false, zero = false;
  // %+v and %#v are formats of their own: the flag moves here.
  bool plus_v = false, sharp_v = false;
  int width = 0, precision = 0;

  // All flags as the bits that frontend/library/fmt/state.gol knows.
  int64_t bits() const {
    return minus | plus << 1 | sharp << 2 | space << 3 | zero << 4 | plus_v << 5 | sharp_v << 6 | has_width << 7 |
           has_precision << 8;
  }
  static Directive from_bits(int64_t bits, int64_t width, int64_t precision);
};

// Appends to a text. Invariant: `directive` is the same before and after each call.
class Formatter {
 public:
  std::string out;
  Directive directive;

  void padding(int64_t count);
  void pad(std::string_view text);  // the width counts runes
  void boolean(bool value) { pad(value ? "true" : "false"); }
  void integer(uint64_t value, int base, bool is_signed, char verb, bool upper = false);
  // 0x and the digits, without 0x if `prefix` is false.
  void hex64(uint64_t value, bool prefix);
  void unicode(uint64_t value);           // %U
  void character(uint64_t value);         // %c
  void quoted_character(uint64_t value);  // %q of an integer
  void string(std::string_view text);     // %s
  void quoted(std::string_view text);     // %q
  void hex(std::string_view text, bool upper);  // %x of strings and bytes
  // format is one of b e E f g G x X; precision is the default, -1: shortest.
  void floating(double value, int bits, char format, int precision);

 private:
  void sharpen(std::string& number, char format, int precision) const;
  std::string_view truncated(std::string_view text) const;
};

}  // namespace gocheck::native
