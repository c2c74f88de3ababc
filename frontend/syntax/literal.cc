#include "frontend/syntax/literal.h"

#include <fmt/format.h>

#include "frontend/syntax/utf8.h"

namespace gocheck::syntax {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_decimal(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_decimal(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }

const char* base_name(int base) {
  switch (base) {
    case 2:
      return "binary";
    case 8:
      return "octal";
    case 10:
      return "decimal";
    default:
      return "hexadecimal";
  }
}

// The base that a number's prefix tells; a leading 0 is octal until a point, an exponent or "i" shows up.
int base_of(std::string_view text) {
  if (text.size() < 2 || text[0] != '0') return 10;
  switch (lower(text[1])) {
    case 'x':
      return 16;
    case 'b':
      return 2;
    default:
      return 8;
  }
}

bool has_prefix(std::string_view text) {
  if (text.size() < 2 || text[0] != '0') return false;
  char second = lower(text[1]);
  return second == 'x' || second == 'o' || second == 'b';
}

// The parts of a number: prefix, mantissa with or without a point, exponent, "i".
struct Number {
  std::string_view mantissa;
  size_t mantissa_start;
  size_t exponent = std::string_view::npos;  // offset of the e or p
  bool point = false;
  bool imaginary = false;
};

Number split(std::string_view text) {
  Number number;
  number.imaginary = text.back() == 'i';
  if (number.imaginary) text.remove_suffix(1);
  number.mantissa_start = has_prefix(text) ? 2 : 0;
  bool hex = base_of(text) == 16;
  size_t end = number.mantissa_start;
  for (; end < text.size(); end++) {
    char c = lower(text[end]);
    if (c == 'p' || (c == 'e' && !hex)) {
      number.exponent = end;
      break;
    }
    if (c == '.') number.point = true;
  }
  number.mantissa = text.substr(number.mantissa_start, end - number.mantissa_start);
  return number;
}

bool any_digit(std::string_view text) {
  for (char c : text) {
    if (is_hex(c)) return true;
  }
  return false;
}

// The offset of the first "_" that does not stand between two digits (a prefix counts as a digit).
std::optional<size_t> misplaced_separator(std::string_view text) {
  bool hex = base_of(text) == 16;
  auto digit = [&](size_t i) { return i < text.size() && (hex ? is_hex(text[i]) : is_decimal(text[i])); };
  size_t prefix = has_prefix(text) ? 2 : 0;
  for (size_t i = prefix; i < text.size(); i++) {
    if (text[i] != '_') continue;
    bool before = i == prefix ? prefix > 0 : digit(i - 1);
    if (!before || !digit(i + 1)) {
      // The last one of a run is to blame when what follows is wrong, as in Go.
      if (before && i + 1 < text.size() && text[i + 1] == '_') return i + 1;
      return i;
    }
  }
  return {};
}

}  // namespace

std::optional<LiteralError> check_number(std::string_view text) {
  bool simple = text[0] != '0' || text.size() == 1;
  for (size_t i = 0; simple && i < text.size(); i++) simple = is_decimal(text[i]);
  if (simple) return {};

  Number number = split(text);
  int base = base_of(text);
  bool exponent = number.exponent != text.npos;
  bool prefixed = has_prefix(text);
  size_t point = text.find('.');
  if (number.point && prefixed && base != 16) {
    return LiteralError{point, fmt::format("invalid radix point in {} literal", base_name(base))};
  }
  if (!any_digit(number.mantissa)) {
    size_t end = number.mantissa_start + number.mantissa.size();
    return LiteralError{end, fmt::format("{} literal has no digits", base_name(base))};
  }
  if (exponent) {
    char letter = text[number.exponent];
    if (lower(letter) == 'e' && prefixed) {
      return LiteralError{number.exponent, fmt::format("'{}' exponent requires decimal mantissa", letter)};
    }
    if (lower(letter) == 'p' && base != 16) {
      return LiteralError{number.exponent,
                          fmt::format("'{}' exponent requires hexadecimal mantissa", letter)};
    }
    size_t end = text.size() - (number.imaginary ? 1 : 0);
    if (!any_digit(text.substr(number.exponent + 1, end - number.exponent - 1))) {
      return LiteralError{end, "exponent has no digits"};
    }
  } else if (base == 16 && number.point) {
    return LiteralError{text.size() - (number.imaginary ? 1 : 0),
                        "hexadecimal mantissa requires a 'p' exponent"};
  }
  if (base <= 8 && !number.point && !exponent && !number.imaginary) {
    for (size_t i = number.mantissa_start; i < text.size(); i++) {
      if (is_decimal(text[i]) && text[i] - '0' >= base) {
        return LiteralError{i, fmt::format("invalid digit '{}' in {} literal", text[i], base_name(base))};
      }
    }
  }
  if (auto at = misplaced_separator(text)) return LiteralError{*at, "'_' must separate successive digits"};
  return {};
}

namespace {

// Checks the escape whose backslash stands at `at`; sets `length` to that of the whole escape.
std::optional<LiteralError> check_escape(std::string_view text, size_t at, char quote, size_t& length) {
  size_t i = at + 1;
  length = 2;
  if (i >= text.size()) return LiteralError{i, "unknown escape"};  // before a newline
  int digits = 0, base = 16;
  uint32_t max = 0x10FFFF;
  switch (text[i]) {
    case 'a':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
    case 'v':
    case '\\':
      return {};
    case 'x':
      digits = 2;
      i++;
      break;
    case 'u':
      digits = 4;
      i++;
      break;
    case 'U':
      digits = 8;
      i++;
      break;
    default:
      if (text[i] == quote) return {};
      if (text[i] < '0' || text[i] > '7') return LiteralError{i, "unknown escape"};
      digits = 3;
      base = 8;
      max = 255;
  }
  uint64_t value = 0;
  for (int n = 0; n < digits; n++, i++) {
    char c = i < text.size() ? lower(text[i]) : '\n';
    int digit = is_decimal(c) ? c - '0' : is_hex(c) ? c - 'a' + 10 : base;
    if (digit >= base) {
      length = i - at;
      std::string shown = i >= text.size()  ? "\\n"
                          : text[i] == '\'' ? "\\'"
                                            : encode_rune(decode_rune(text.substr(i)).value);
      return LiteralError{i, fmt::format("invalid character '{}' in {} escape", shown, base_name(base))};
    }
    value = value * base + digit;
  }
  length = i - at;
  if (value > max && base == 8) return LiteralError{i, fmt::format("octal escape value {} > 255", value)};
  if (value > max || (value >= 0xD800 && value < 0xE000)) {
    return LiteralError{i,
                        "escape is invalid Unicode code point " + quoted_rune(static_cast<uint32_t>(value))};
  }
  return {};
}

}  // namespace

std::optional<LiteralError> check_rune(std::string_view text, bool terminated) {
  std::string_view body = terminated ? text.substr(0, text.size() - 1) : text;
  size_t count = 0;
  for (size_t i = 1; i < body.size(); count++) {
    if (body[i] == '\\') {
      size_t length = 0;
      // The closing quote is part of what an escape that is too short runs into.
      if (auto wrong = check_escape(text, i, '\'', length)) return wrong;
      i += length;
    } else {
      i += decode_rune(body.substr(i)).length;
    }
  }
  if (!terminated) return LiteralError{text.size(), "newline in rune literal"};
  if (count == 0) return LiteralError{1, "empty rune literal or unescaped '"};
  if (count > 1) return LiteralError{0, "more than one character in rune literal"};
  return {};
}

std::optional<LiteralError> check_string(std::string_view text, bool terminated) {
  for (size_t i = text.find('\\'); i != text.npos; i = text.find('\\', i)) {
    size_t length = 0;
    if (auto wrong = check_escape(text, i, '"', length)) return wrong;
    i += length;
  }
  if (!terminated) return LiteralError{text.size(), "newline in string"};
  return {};
}

LitKind literal_kind(std::string_view text) {
  switch (text[0]) {
    case '\'':
      return LitKind::character;
    case '"':
    case '`':
      return LitKind::string;
    default:
      break;
  }
  Number number = split(text);
  if (number.imaginary) return LitKind::imaginary;
  return number.point || number.exponent != text.npos ? LitKind::floating : LitKind::integer;
}

}  // namespace gocheck::syntax
