#include "runtime/native/quote.h"

#include "runtime/native/unicode.h"
#include "runtime/native/utf8.h"

namespace gocheck::native {
namespace {

constexpr char kHex[] = "0123456789abcdef";

void append_hex_digits(std::string& out, uint64_t value, int digits) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += kHex[value >> shift & 15];
}

void append_escaped(std::string& out, int64_t rune, char quote, QuoteStyle style) {
  if (rune == quote || rune == '\\') {
    out += '\\';
    out += static_cast<char>(rune);
    return;
  }
  if (style == QuoteStyle::ascii ? rune < 0x80 && is_print(rune)
                                 : is_print(rune) || (style == QuoteStyle::graphic && is_graphic(rune))) {
    append_rune(out, rune);
    return;
  }
  switch (rune) {
    case '\a': out += "\\a"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    case '\v': out += "\\v"; return;
    default: break;
  }
  if (rune < ' ' || rune == 0x7F) {
    out += "\\x";
    append_hex_digits(out, static_cast<uint64_t>(rune) & 0xFF, 2);
    return;
  }
  if (!is_valid_rune(rune)) rune = kReplacementRune;
  out += rune < 0x10000 ? "\\u" : "\\U";
  append_hex_digits(out, static_cast<uint64_t>(rune), rune < 0x10000 ? 4 : 8);
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char l = static_cast<char>(c | 0x20);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

// An escape whose letter is text[1].
UnquotedChar unquote_escape(std::string_view text, char quote) {
  constexpr UnquotedChar kMalformed{0, false, 0};
  if (text.size() < 2) return kMalformed;
  const char c = text[1];
  switch (c) {
    case 'a': return {'\a', false, 2};
    case 'b': return {'\b', false, 2};
    case 'f': return {'\f', false, 2};
    case 'n': return {'\n', false, 2};
    case 'r': return {'\r', false, 2};
    case 't': return {'\t', false, 2};
    case 'v': return {'\v', false, 2};
    case '\\': return {'\\', false, 2};
    case '\'':
    case '"': return c == quote ? UnquotedChar{c, false, 2} : kMalformed;
    case 'x':
    case 'u':
    case 'U': {
      const size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : 8;
      if (text.size() < 2 + digits) return kMalformed;
      int64_t value = 0;
      for (size_t i = 2; i < 2 + digits; ++i) {
        const int digit = hex_value(text[i]);
        if (digit < 0) return kMalformed;
        value = value << 4 | digit;
      }
      if (c != 'x' && !is_valid_rune(value)) return kMalformed;
      return {value, c != 'x', static_cast<int>(2 + digits)};
    }
    default: break;
  }
  if (c < '0' || c > '7' || text.size() < 4) return kMalformed;
  int64_t value = 0;
  for (size_t i = 1; i < 4; ++i) {
    if (text[i] < '0' || text[i] > '7') return kMalformed;
    value = value << 3 | (text[i] - '0');
  }
  return value > 255 ? kMalformed : UnquotedChar{value, false, 4};
}

// Decodes the literal at the start of `text`; 0 if there is none. `value` may be null.
size_t scan_literal(std::string_view text, std::string* value) {
  if (text.size() < 2) return 0;
  const char quote = text[0];
  if (quote == '`') {
    const size_t end = text.find('`', 1);
    if (end == std::string_view::npos) return 0;
    for (const char c : text.substr(1, end - 1)) {
      if (c != '\r' && value != nullptr) *value += c;
    }
    return end + 1;
  }
  if (quote != '"' && quote != '\'') return 0;
  size_t at = 1;
  int characters = 0;
  while (at < text.size() && text[at] != quote) {
    if (text[at] == '\n') return 0;
    const UnquotedChar c = unquote_char(text.substr(at), quote);
    if (c.size == 0) return 0;
    at += c.size;
    ++characters;
    if (quote == '\'' && characters > 1) return 0;
    if (value == nullptr) continue;
    if (c.value < 0x80 || !c.multibyte) *value += static_cast<char>(c.value);
    else append_rune(*value, c.value);
  }
  if (at >= text.size()) return 0;  // Go takes '' for an empty text, too
  return at + 1;
}

}  // namespace

bool is_graphic(int64_t rune) { return is_print(rune) || category(rune) == Category::Zs; }

void append_quoted(std::string& out, std::string_view text, char quote, QuoteStyle style) {
  out += quote;
  while (!text.empty()) {
    const Decoded decoded = decode_rune(text);
    if (decoded.size == 1 && decoded.rune == kReplacementRune) {
      out += "\\x";
      append_hex_digits(out, static_cast<unsigned char>(text[0]), 2);
    } else {
      append_escaped(out, decoded.rune, quote, style);
    }
    text.remove_prefix(decoded.size);
  }
  out += quote;
}

void append_quoted_rune(std::string& out, int64_t rune, QuoteStyle style) {
  out += '\'';
  append_escaped(out, is_valid_rune(rune) ? rune : kReplacementRune, '\'', style);
  out += '\'';
}

bool can_backquote(std::string_view text) {
  while (!text.empty()) {
    const Decoded decoded = decode_rune(text);
    text.remove_prefix(decoded.size);
    if (decoded.size > 1) {
      if (decoded.rune == 0xFEFF) return false;
      continue;
    }
    if (decoded.rune == kReplacementRune) return false;
    if ((decoded.rune < ' ' && decoded.rune != '\t') || decoded.rune == '`' || decoded.rune == 0x7F)
      return false;
  }
  return true;
}

UnquotedChar unquote_char(std::string_view text, char quote) {
  if (text.empty()) return {0, false, 0};
  if (text[0] == quote && (quote == '\'' || quote == '"')) return {0, false, 0};
  if (static_cast<unsigned char>(text[0]) >= 0x80) {
    const Decoded decoded = decode_rune(text);
    return {decoded.rune, true, decoded.size};
  }
  if (text[0] != '\\') return {text[0], false, 1};
  return unquote_escape(text, quote);
}

size_t quoted_prefix(std::string_view text) { return scan_literal(text, nullptr); }

std::optional<std::string> unquote(std::string_view literal) {
  std::string value;
  if (literal.empty() || scan_literal(literal, &value) != literal.size()) return std::nullopt;
  return value;
}

}  // namespace gocheck::native
