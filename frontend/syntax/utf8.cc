#include "frontend/syntax/utf8.h"

#include <fmt/format.h>

namespace gocheck::syntax {

DecodedRune decode_rune(std::string_view text) {
  constexpr DecodedRune kInvalid{0xFFFD, 1};
  uint8_t first = text[0];
  if (first < 0x80) return {first, 1};
  uint32_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return kInvalid;
  uint32_t value = first & (0x7F >> length);
  for (uint32_t i = 1; i < length; i++) {
    uint8_t next = text[i];
    if ((next & 0xC0) != 0x80) return kInvalid;
    value = value << 6 | (next & 0x3F);
  }
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  bool surrogate = value >= 0xD800 && value < 0xE000;
  if (value < kSmallest[length] || value > 0x10FFFF || surrogate) return kInvalid;
  return {value, length};
}

std::string encode_rune(uint32_t rune) {
  std::string out;
  if (rune < 0x80) {
    out += static_cast<char>(rune);
  } else if (rune < 0x800) {
    out += static_cast<char>(0xC0 | rune >> 6);
    out += static_cast<char>(0x80 | (rune & 0x3F));
  } else if (rune < 0x10000) {
    out += static_cast<char>(0xE0 | rune >> 12);
    out += static_cast<char>(0x80 | (rune >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (rune & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | rune >> 18);
    out += static_cast<char>(0x80 | (rune >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (rune >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (rune & 0x3F));
  }
  return out;
}

std::string quoted_rune(uint32_t rune) {
  bool surrogate = rune >= 0xD800 && rune < 0xE000;
  bool control = rune < 0x20 || (rune >= 0x7F && rune < 0xA1) || rune == 0xAD;
  bool invisible = (rune >= 0x2000 && rune <= 0x200F) || (rune >= 0x2028 && rune <= 0x202F) ||
                   (rune >= 0x205F && rune <= 0x206F) || rune == 0x3000 || rune == 0xFEFF;
  bool private_use = (rune >= 0xE000 && rune < 0xF900) || rune >= 0xF0000;
  if (surrogate || control || invisible || private_use) return fmt::format("U+{:04X}", rune);
  return fmt::format("U+{:04X} '{}'", rune, encode_rune(rune));
}

}  // namespace gocheck::syntax
