// UTF-8 as Go's strings have it: what is not valid decodes byte by byte to U+FFFD.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gocheck::machine::utf8 {

inline constexpr int32_t kReplacement = 0xfffd;
inline constexpr int32_t kMaxRune = 0x10ffff;

struct Decoded {
  int32_t rune;
  uint32_t size;  // bytes; 0 for an empty string
};

// The first rune of `text`.
inline Decoded decode(std::string_view text) {
  if (text.empty()) return {kReplacement, 0};
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  if (first < 0x80) return {first, 1};
  constexpr Decoded kInvalid{kReplacement, 1};
  const uint32_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < size) return kInvalid;
  int32_t rune = first & (0xff >> (size + 1));
  for (uint32_t i = 1; i < size; i++) {
    if ((byte(i) & 0xc0) != 0x80) return kInvalid;
    rune = rune << 6 | (byte(i) & 0x3f);
  }
  // Overlong forms, surrogates and values beyond Unicode.
  constexpr int32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (rune < kSmallest[size] || rune > kMaxRune || (rune >= 0xd800 && rune <= 0xdfff)) return kInvalid;
  return {rune, size};
}

// Appends the encoding of `rune`; U+FFFD if it is not a valid one.
inline void append(std::string& text, int32_t rune) {
  if (rune < 0 || rune > kMaxRune || (rune >= 0xd800 && rune <= 0xdfff)) rune = kReplacement;
  const auto add = [&](int32_t byte) { text += static_cast<char>(byte); };
  if (rune < 0x80) return add(rune);
  if (rune < 0x800) {
    add(0xc0 | rune >> 6);
  } else {
    if (rune < 0x10000) {
      add(0xe0 | rune >> 12);
    } else {
      add(0xf0 | rune >> 18);
      add(0x80 | (rune >> 12 & 0x3f));
    }
    add(0x80 | (rune >> 6 & 0x3f));
  }
  add(0x80 | (rune & 0x3f));
}

}  // namespace gocheck::machine::utf8
