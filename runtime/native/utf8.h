// UTF-8 as Gol defines it: an invalid sequence decodes to U+FFFD and one byte.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gocheck::native {

constexpr int32_t kReplacementRune = 0xFFFD;
constexpr int32_t kMaxRune = 0x10FFFF;

struct Decoded {
  int32_t rune;
  int size;  // bytes taken; 0 at the end of the text
};

inline bool is_valid_rune(int64_t r) { return (r >= 0 && r < 0xD800) || (r > 0xDFFF && r <= kMaxRune); }

// Decodes the first rune of `text`. Surrogates, overlong forms and truncated sequences are invalid.
inline Decoded decode_rune(std::string_view text) {
  if (text.empty()) return {kReplacementRune, 0};
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  const auto continued = [&](size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  if (first >= 0xC2 && first <= 0xDF && continued(1)) return {(first & 0x1F) << 6 | (byte(1) & 0x3F), 2};
  if ((first & 0xF0) == 0xE0 && continued(1) && continued(2)) {
    const int32_t rune = (first & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    if (rune >= 0x800 && is_valid_rune(rune)) return {rune, 3};
  }
  if (first >= 0xF0 && first <= 0xF4 && continued(1) && continued(2) && continued(3)) {
    const int32_t rune = (first & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
    if (rune >= 0x10000 && rune <= kMaxRune) return {rune, 4};
  }
  return {kReplacementRune, 1};
}

// Decodes the last rune of `text`.
inline Decoded decode_last_rune(std::string_view text) {
  if (text.empty()) return {kReplacementRune, 0};
  const size_t limit = text.size() > 4 ? text.size() - 4 : 0;
  for (size_t start = text.size() - 1;; --start) {
    if ((static_cast<unsigned char>(text[start]) & 0xC0) != 0x80) {
      const Decoded decoded = decode_rune(text.substr(start));
      if (start + decoded.size == text.size()) return decoded;
      break;
    }
    if (start == limit) break;
  }
  return {kReplacementRune, 1};
}

// Appends the encoding of `r`, of U+FFFD if it is not a rune.
inline void append_rune(std::string& out, int64_t r) {
  if (!is_valid_rune(r)) r = kReplacementRune;
  if (r < 0x80) {
    out += static_cast<char>(r);
  } else if (r < 0x800) {
    out += static_cast<char>(0xC0 | r >> 6);
    out += static_cast<char>(0x80 | (r & 0x3F));
  } else if (r < 0x10000) {
    out += static_cast<char>(0xE0 | r >> 12);
    out += static_cast<char>(0x80 | (r >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (r & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | r >> 18);
    out += static_cast<char>(0x80 | (r >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (r >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (r & 0x3F));
  }
}

inline int64_t rune_count(std::string_view text) {
  int64_t count = 0;
  for (size_t i = 0; i < text.size(); ++count) {
    i += static_cast<unsigned char>(text[i]) < 0x80 ? 1 : decode_rune(text.substr(i)).size;
  }
  return count;
}

inline bool is_valid_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      ++i;
      continue;
    }
    const Decoded decoded = decode_rune(text.substr(i));
    if (decoded.size == 1) return false;
    i += decoded.size;
  }
  return true;
}

}  // namespace gocheck::native
