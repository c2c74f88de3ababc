// UTF-8 and the character classes that Go's identifiers are made of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gocheck::syntax {

struct DecodedRune {
  uint32_t value;   // U+FFFD when `length` is 1 and the byte is not ASCII: invalid
  uint32_t length;  // bytes, at least 1
};

// The first character of a text that is not empty. Rejects overlong forms and surrogates.
DecodedRune decode_rune(std::string_view text);

// Unicode categories L* and Nd, for characters above ASCII.
bool is_unicode_letter(uint32_t rune);
bool is_unicode_digit(uint32_t rune);

// "U+00D7 '×'", as Go's %#U: without the character when it cannot be printed.
std::string quoted_rune(uint32_t rune);

std::string encode_rune(uint32_t rune);

}  // namespace gocheck::syntax
