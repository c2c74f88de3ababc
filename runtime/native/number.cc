#include "runtime/native/number.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace gocheck::native {
namespace {

// A decimal number 0.d1d2d3... * 10^point without trailing zeros beyond what was asked for.
struct Decimal {
  std::string digits;
  int point = 0;
};

// Takes apart what to_chars wrote in scientific format: "d.ddde+xx".
Decimal decimal_of(std::string_view text) {
  Decimal decimal;
  const size_t e = text.find('e');
  for (const char c : text.substr(0, e)) {
    if (c != '.') decimal.digits += c;
  }
  decimal.point = std::atoi(std::string(text.substr(e + 1)).c_str()) + 1;
  return decimal;
}

Decimal shortest_decimal(double value, int bits) {
  char buffer[64];
  const auto end = bits == 32
                       ? std::to_chars(buffer, buffer + sizeof(buffer), static_cast<float>(value),
                                       std::chars_format::scientific)
                       : std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific);
  return decimal_of({buffer, static_cast<size_t>(end.ptr - buffer)});
}

// `count` significant digits, correctly rounded.
Decimal rounded_decimal(double value, int count) {
  std::string buffer(static_cast<size_t>(count) + 32, '\0');
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::scientific, std::max(count - 1, 0));
  return decimal_of({buffer.data(), static_cast<size_t>(end.ptr - buffer.data())});
}

void append_exponent(std::string& out, int exponent, char letter) {
  out += letter;
  out += exponent < 0 ? '-' : '+';
  exponent = std::abs(exponent);
  if (exponent < 10) out += '0';
  out += std::to_string(exponent);
}

void append_scientific(std::string& out, const Decimal& decimal, bool zero, int precision, char letter) {
  const auto digit = [&](size_t i) { return i < decimal.digits.size() ? decimal.digits[i] : '0'; };
  out += digit(0);
  if (precision > 0) {
    out += '.';
    for (int i = 1; i <= precision; ++i) out += digit(i);
  }
  append_exponent(out, zero ? 0 : decimal.point - 1, letter);
}

void append_fixed_shortest(std::string& out, const Decimal& decimal, int precision) {
  const int count = static_cast<int>(decimal.digits.size());
  if (decimal.point <= 0) {
    out += '0';
  } else {
    for (int i = 0; i < decimal.point; ++i) out += i < count ? decimal.digits[i] : '0';
  }
  if (precision <= 0) return;
  out += '.';
  for (int i = decimal.point; i < decimal.point + precision; ++i)
    out += i >= 0 && i < count ? decimal.digits[i] : '0';
}

void append_fixed(std::string& out, double value, int precision) {
  std::string buffer(static_cast<size_t>(precision) + 352, '\0');
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, precision);
  out.append(buffer.data(), end.ptr - buffer.data());
}

// Formats e, f and g of a finite, non-negative value.
void append_decimal(std::string& out, double value, char format, int precision, int bits) {
  const bool shortest = precision < 0;
  const char e = format == 'E' || format == 'G' ? 'E' : 'e';
  if (format == 'f' && !shortest) return append_fixed(out, value, precision);
  Decimal decimal;
  if (shortest) {
    decimal = shortest_decimal(value, bits);
  } else {
    if ((format == 'g' || format == 'G') && precision == 0) precision = 1;
    decimal = rounded_decimal(value, format == 'g' || format == 'G' ? precision : precision + 1);
  }
  const int count = static_cast<int>(decimal.digits.size());
  switch (format) {
    case 'f': return append_fixed_shortest(out, decimal, std::max(count - decimal.point, 0));
    case 'e':
    case 'E': return append_scientific(out, decimal, value == 0, shortest ? count - 1 : precision, e);
    default: break;
  }
  // g: trailing zeros do not count.
  while (decimal.digits.size() > 1 && decimal.digits.back() == '0') decimal.digits.pop_back();
  if (value == 0) decimal = {"0", 1};
  const int significant = static_cast<int>(decimal.digits.size());
  int limit = precision;
  if (limit > significant && significant >= decimal.point) limit = significant;
  if (shortest) limit = 6;
  const int exponent = decimal.point - 1;
  if (exponent < -4 || exponent >= limit) {
    append_scientific(out, decimal, value == 0, significant - 1, e);
  } else {
    append_fixed_shortest(out, decimal, std::max(significant - decimal.point, 0));
  }
}

struct Binary {
  uint64_t mantissa;
  int exponent;  // value = mantissa * 2^exponent
  int mantissa_bits;
};

Binary binary_of(double value, int bits) {
  if (bits == 32) {
    const auto raw = __builtin_bit_cast(uint32_t, static_cast<float>(value));
    const uint32_t exponent = raw >> 23 & 0xFF;
    const uint64_t fraction = raw & 0x7FFFFF;
    return {exponent == 0 ? fraction : fraction | 1u << 23,
            static_cast<int>(std::max(exponent, 1u)) - 127 - 23, 23};
  }
  const auto raw = __builtin_bit_cast(uint64_t, value);
  const uint64_t exponent = raw >> 52 & 0x7FF;
  const uint64_t fraction = raw & 0xFFFFFFFFFFFFF;
  return {exponent == 0 ? fraction : fraction | uint64_t{1} << 52,
          static_cast<int>(std::max<uint64_t>(exponent, 1)) - 1075, 52};
}

// mantissa p exponent, both decimal.
void append_binary(std::string& out, double value, int bits) {
  const Binary binary = binary_of(value, bits);
  append_unsigned(out, binary.mantissa, 10);
  out += 'p';
  if (binary.exponent >= 0) out += '+';
  append_signed(out, binary.exponent, 10);
}

// 0x1.yyyp±zz
void append_hex(std::string& out, double value, char format, int precision, int bits) {
  const Binary binary = binary_of(value, bits);
  uint64_t mantissa = binary.mantissa;
  int exponent = binary.exponent + binary.mantissa_bits;
  if (mantissa == 0) exponent = 0;
  // Leading 1 to bit 60, so that 15 hexadecimal digits follow it.
  mantissa <<= 60 - binary.mantissa_bits;
  while (mantissa != 0 && (mantissa & uint64_t{1} << 60) == 0) {
    mantissa <<= 1;
    --exponent;
  }
  if (precision >= 0 && precision < 15) {
    const int shift = 60 - precision * 4;
    const uint64_t extra = mantissa & ((uint64_t{1} << shift) - 1);
    const uint64_t half = uint64_t{1} << (shift - 1);
    mantissa >>= shift;
    if (extra > half || (extra == half && (mantissa & 1) != 0)) ++mantissa;
    mantissa <<= shift;
    if ((mantissa & uint64_t{1} << 61) != 0) {
      mantissa >>= 1;
      ++exponent;
    }
  }
  const char* digits = format == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
  out += '0';
  out += format;
  out += static_cast<char>('0' + (mantissa >> 60 & 1));
  mantissa <<= 4;
  if (precision < 0 && mantissa != 0) {
    out += '.';
    for (; mantissa != 0; mantissa <<= 4) out += digits[mantissa >> 60];
  } else if (precision > 0) {
    out += '.';
    for (int i = 0; i < precision; ++i, mantissa <<= 4) out += digits[mantissa >> 60];
  }
  append_exponent(out, exponent, format == 'X' ? 'P' : 'p');
}

bool equal_fold(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 0x20 : a) == b; });
}

// Underscores stand between digits, or between the prefix and a digit.
bool underscores_ok(std::string_view text) {
  char last = '^';  // what precedes: 0 a digit or prefix, _ an underscore, ^ the start, ! anything else
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  bool hex = false;
  if (text.size() >= 2 && text[0] == '0') {
    const char base = static_cast<char>(text[1] | 0x20);
    if (base == 'b' || base == 'o' || base == 'x') {
      last = '0';
      hex = base == 'x';
      text.remove_prefix(2);
    }
  }
  for (const char c : text) {
    const char l = static_cast<char>(c | 0x20);
    if ((c >= '0' && c <= '9') || (hex && l >= 'a' && l <= 'f')) {
      last = '0';
    } else if (c == '_') {
      if (last != '0') return false;
      last = '_';
    } else {
      if (last == '_') return false;
      last = '!';
    }
  }
  return last != '_';
}

// Checks the syntax of a floating-point literal without sign; removes underscores into `clean`.
bool float_syntax(std::string_view text, std::string& clean, bool& hex) {
  hex = text.size() > 2 && text[0] == '0' && (text[1] | 0x20) == 'x';
  bool underscores = false, digits = false, point = false;
  size_t i = hex ? 2 : 0;
  clean = std::string(text.substr(0, i));
  for (; i < text.size(); ++i) {
    const char c = text[i], l = static_cast<char>(c | 0x20);
    if (c == '_') {
      underscores = true;
    } else if (c == '.') {
      if (point) return false;
      point = true;
      clean += c;
    } else if ((c >= '0' && c <= '9') || (hex && l >= 'a' && l <= 'f')) {
      digits = true;
      clean += c;
    } else {
      break;
    }
  }
  if (!digits) return false;
  if (i < text.size()) {
    if ((text[i] | 0x20) != (hex ? 'p' : 'e')) return false;
    clean += text[i++];
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) clean += text[i++];
    if (i >= text.size() || text[i] < '0' || text[i] > '9') return false;
    for (; i < text.size(); ++i) {
      if (text[i] == '_') {
        underscores = true;
      } else if (text[i] >= '0' && text[i] <= '9') {
        clean += text[i];
      } else {
        return false;
      }
    }
  } else if (hex) {
    return false;  // a hexadecimal mantissa needs an exponent
  }
  return !underscores || underscores_ok(text);
}

}  // namespace

void append_unsigned(std::string& out, uint64_t value, int base) {
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value, base);
  out.append(buffer, end.ptr - buffer);
}

void append_signed(std::string& out, int64_t value, int base) {
  if (value < 0) out += '-';
  append_unsigned(out, value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value), base);
}

void append_float(std::string& out, double value, char format, int precision, int bits) {
  if (bits == 32) value = static_cast<float>(value);
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
    return;
  }
  if (std::strchr("beEfgGxX", format) == nullptr || format == '\0') {
    out += '%';
    out += format;
    return;
  }
  if (std::signbit(value)) {
    out += '-';
    value = -value;
  }
  switch (format) {
    case 'b': return append_binary(out, value, bits);
    case 'x':
    case 'X': return append_hex(out, value, format, precision, bits);
    default: return append_decimal(out, value, format, precision, bits);
  }
}

ParsedUint parse_unsigned(std::string_view text, int64_t base, int64_t bits) {
  if (text.empty()) return {0, NumberError::syntax};
  const std::string_view whole = text;
  const bool from_prefix = base == 0;
  if (from_prefix) {
    base = 10;
    if (text[0] == '0') {
      const char letter = text.size() >= 3 ? static_cast<char>(text[1] | 0x20) : '\0';
      base = letter == 'b' ? 2 : letter == 'x' ? 16 : 8;
      text.remove_prefix(letter == 'b' || letter == 'o' || letter == 'x' ? 2 : 1);
    }
  } else if (base < 2 || base > 36) {
    return {0, NumberError::base};
  }
  if (bits == 0) bits = 64;
  if (bits < 0 || bits > 64) return {0, NumberError::bits};
  const uint64_t limit = bits == 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1;
  uint64_t value = 0;
  bool underscores = false;
  for (const char c : text) {
    int digit = 99;
    if (c == '_' && from_prefix) {
      underscores = true;
      continue;
    }
    const char l = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') digit = c - '0';
    else if (l >= 'a' && l <= 'z') digit = l - 'a' + 10;
    if (digit >= base) return {0, NumberError::syntax};
    uint64_t next;
    if (__builtin_mul_overflow(value, static_cast<uint64_t>(base), &next) ||
        __builtin_add_overflow(next, digit, &next) || next > limit) {
      return {limit, NumberError::range};
    }
    value = next;
  }
  if (underscores && !underscores_ok(whole)) return {0, NumberError::syntax};
  return {value, NumberError::none};
}

ParsedInt parse_signed(std::string_view text, int64_t base, int64_t bits) {
  if (text.empty()) return {0, NumberError::syntax};
  const bool negative = text[0] == '-';
  const ParsedUint parsed =
      parse_unsigned(text[0] == '-' || text[0] == '+' ? text.substr(1) : text, base, bits);
  if (parsed.error != NumberError::none && parsed.error != NumberError::range) return {0, parsed.error};
  const uint64_t limit = uint64_t{1} << ((bits == 0 ? 64 : bits) - 1);
  if (!negative && parsed.value >= limit) return {static_cast<int64_t>(limit - 1), NumberError::range};
  if (negative && parsed.value > limit) return {static_cast<int64_t>(0 - limit), NumberError::range};
  return {static_cast<int64_t>(negative ? 0 - parsed.value : parsed.value), NumberError::none};
}

ParsedFloat parse_float(std::string_view text, int bits) {
  std::string_view body = text;
  const bool negative = !body.empty() && body[0] == '-';
  const bool has_sign = !body.empty() && (body[0] == '-' || body[0] == '+');
  if (has_sign) body.remove_prefix(1);
  if (equal_fold(body, "inf") || equal_fold(body, "infinity")) {
    const double infinity = std::numeric_limits<double>::infinity();
    return {negative ? -infinity : infinity, NumberError::none};
  }
  if (equal_fold(body, "nan") && !has_sign)
    return {std::numeric_limits<double>::quiet_NaN(), NumberError::none};
  std::string clean;
  bool hex = false;
  if (!float_syntax(body, clean, hex)) return {0, NumberError::syntax};
  // The process never leaves the "C" locale, and strtod rounds correctly.
  const double value = bits == 32 ? std::strtof(clean.c_str(), nullptr) : std::strtod(clean.c_str(), nullptr);
  return {negative ? -value : value, std::isinf(value) ? NumberError::range : NumberError::none};
}

}  // namespace gocheck::native
