#include "runtime/native/formatter.h"

#include <algorithm>

#include "runtime/native/number.h"
#include "runtime/native/quote.h"
#include "runtime/native/unicode.h"
#include "runtime/native/utf8.h"

namespace gocheck::native {
namespace {

// Sets a field for the extent of a scope.
template <class T>
class Scoped {
 public:
  Scoped(T& field, T value) : field_(field), old_(field) { field_ = value; }
  ~Scoped() { field_ = old_; }
  Scoped(const Scoped&) = delete;

 private:
  T& field_;
  T old_;
};

}  // namespace

Directive Directive::from_bits(int64_t bits, int64_t width, int64_t precision) {
  Directive d;
  d.minus = bits & 1;
  d.plus = bits >> 1 & 1;
  d.sharp = bits >> 2 & 1;
  d.space = bits >> 3 & 1;
  d.zero = bits >> 4 & 1;
  d.plus_v = bits >> 5 & 1;
  d.sharp_v = bits >> 6 & 1;
  d.has_width = bits >> 7 & 1;
  d.has_precision = bits >> 8 & 1;
  d.width = static_cast<int>(width);
  d.precision = static_cast<int>(precision);
  return d;
}

void Formatter::padding(int64_t count) {
  if (count > 0) out.append(static_cast<size_t>(count), directive.zero ? '0' : ' ');
}

void Formatter::pad(std::string_view text) {
  if (!directive.has_width || directive.width == 0) {
    out += text;
    return;
  }
  const int64_t missing = directive.width - rune_count(text);
  if (!directive.minus) padding(missing);
  out += text;
  if (directive.minus) padding(missing);
}

void Formatter::integer(uint64_t value, int base, bool is_signed, char verb, bool upper) {
  const bool negative = is_signed && static_cast<int64_t>(value) < 0;
  if (negative) value = 0 - value;
  int64_t precision = 0;
  if (directive.has_precision) {
    precision = directive.precision;
    if (precision == 0 && value == 0) {
      Scoped spaces(directive.zero, false);
      return padding(directive.has_width ? directive.width : 0);
    }
  } else if (directive.zero && directive.has_width) {
    precision = directive.width - (negative || directive.plus || directive.space ? 1 : 0);
  }
  std::string digits;
  append_unsigned(digits, value, base);
  if (upper)
    std::transform(digits.begin(), digits.end(), digits.begin(),
                   [](char c) { return c >= 'a' ? c - 0x20 : c; });
  if (static_cast<int64_t>(digits.size()) < precision) digits.insert(0, precision - digits.size(), '0');
  std::string text;
  if (negative) text += '-';
  else if (directive.plus) text += '+';
  else if (directive.space) text += ' ';
  if (verb == 'O') text += "0o";
  if (directive.sharp) {
    if (base == 2) text += "0b";
    else if (base == 8 && digits[0] != '0') text += '0';
    else if (base == 16) text += upper ? "0X" : "0x";
  }
  text += digits;
  Scoped spaces(directive.zero, false);
  pad(text);
}

void Formatter::hex64(uint64_t value, bool prefix) {
  Scoped sharp(directive.sharp, prefix);
  integer(value, 16, false, 'v');
}

void Formatter::unicode(uint64_t value) {
  std::string digits;
  append_unsigned(digits, value, 16);
  std::transform(digits.begin(), digits.end(), digits.begin(),
                 [](char c) { return c >= 'a' ? c - 0x20 : c; });
  const size_t wanted = directive.has_precision && directive.precision > 4 ? directive.precision : 4;
  if (digits.size() < wanted) digits.insert(0, wanted - digits.size(), '0');
  std::string text = "U+" + digits;
  if (directive.sharp && value <= kMaxRune && is_print(static_cast<int64_t>(value))) {
    text += " '";
    append_rune(text, static_cast<int64_t>(value));
    text += '\'';
  }
  Scoped spaces(directive.zero, false);
  pad(text);
}

void Formatter::character(uint64_t value) {
  std::string text;
  append_rune(text, value > kMaxRune ? kReplacementRune : static_cast<int64_t>(value));
  pad(text);
}

void Formatter::quoted_character(uint64_t value) {
  std::string text;
  append_quoted_rune(text, value > kMaxRune ? kReplacementRune : static_cast<int64_t>(value),
                     directive.plus ? QuoteStyle::ascii : QuoteStyle::print);
  pad(text);
}

std::string_view Formatter::truncated(std::string_view text) const {
  if (!directive.has_precision) return text;
  int left = directive.precision;
  for (size_t i = 0; i < text.size(); i += decode_rune(text.substr(i)).size) {
    if (--left < 0) return text.substr(0, i);
  }
  return text;
}

void Formatter::string(std::string_view text) { pad(truncated(text)); }

void Formatter::quoted(std::string_view text) {
  text = truncated(text);
  std::string literal;
  if (directive.sharp && can_backquote(text)) {
    literal.append("`").append(text).append("`");
  } else {
    append_quoted(literal, text, '"', directive.plus ? QuoteStyle::ascii : QuoteStyle::print);
  }
  pad(literal);
}

void Formatter::hex(std::string_view text, bool upper) {
  if (directive.has_precision && directive.precision < static_cast<int64_t>(text.size())) {
    text = text.substr(0, directive.precision);
  }
  if (text.empty()) return padding(directive.has_width ? directive.width : 0);
  const char* digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  std::string encoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (directive.space && i > 0) encoded += ' ';
    if (directive.sharp && (directive.space || i == 0)) encoded += upper ? "0X" : "0x";
    encoded += digits[static_cast<unsigned char>(text[i]) >> 4];
    encoded += digits[text[i] & 15];
  }
  pad(encoded);
}

// %#: always a decimal point, and no removal of trailing zeros.
void Formatter::sharpen(std::string& number, char format, int precision) const {
  int digits = 0;
  if (format == 'g' || format == 'G' || format == 'x') digits = precision == -1 ? 6 : precision;
  std::string tail;
  bool point = false, nonzero = false;
  for (size_t i = 1; i < number.size(); ++i) {
    const char c = number[i];
    const bool hex = format == 'x' || format == 'X';
    if (c == '.') {
      point = true;
    } else if (c == 'p' || c == 'P' || (!hex && (c == 'e' || c == 'E'))) {
      tail = number.substr(i);
      number.resize(i);
    } else {
      if (c != '0') nonzero = true;
      if (nonzero) --digits;  // significant digits
    }
  }
  if (!point) {
    if (number.size() == 2 && number[1] == '0') --digits;
    number += '.';
  }
  if (digits > 0) number.append(digits, '0');
  number += tail;
}

void Formatter::floating(double value, int bits, char format, int precision) {
  if (directive.has_precision) precision = directive.precision;
  std::string number;
  append_float(number, value, format, precision, bits);
  if (number[0] != '-' && number[0] != '+') number.insert(0, 1, '+');
  if (directive.space && number[0] == '+' && !directive.plus) number[0] = ' ';
  if (number[1] == 'I' || number[1] == 'N') {
    Scoped spaces(directive.zero, false);
    if (number[1] == 'N' && !directive.space && !directive.plus) number.erase(0, 1);
    return pad(number);
  }
  if (directive.sharp && format != 'b') sharpen(number, format, precision);
  if (!directive.plus && number[0] == '+') return pad(std::string_view(number).substr(1));
  if (directive.zero && directive.has_width && directive.width > static_cast<int64_t>(number.size())) {
    out += number[0];  // the sign goes in front of the zeros
    padding(directive.width - static_cast<int64_t>(number.size()));
    out.append(number, 1);
    return;
  }
  pad(number);
}

}  // namespace gocheck::native
