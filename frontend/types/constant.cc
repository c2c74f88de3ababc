#include "frontend/types/constant.h"

#include <cmath>
#include <cstdio>
#include <limits>

#include "frontend/types/real.h"
#include "runtime/program/invariant.h"

namespace gocheck::types {

namespace mp = boost::multiprecision;
using syntax::LitKind;
using syntax::Op;

struct Constant::Integer {
  BigInt value;
};
struct Constant::Complex {
  Real real, imaginary;
};

// The numbers inside constants.
struct Numbers {
  using Complex = Constant::Complex;

  static Constant of_int(BigInt value) {
    Constant result;
    result.value_ = std::make_shared<const Constant::Integer>(std::move(value));
    return result;
  }

  // Kind floating, even when integral; unknown when infinite.
  static Constant of_real(const Real& value) {
    Constant result;
    if (!value.infinite()) result.value_ = std::make_shared<const Real>(value);
    return result;
  }

  static Constant of_complex(const Real& real, const Real& imaginary) {
    Constant result;
    if (!real.infinite() && !imaginary.infinite()) {
      result.value_ = std::make_shared<const Complex>(Complex{real, imaginary});
    }
    return result;
  }

  // Kind integer.
  static const BigInt& as_int(const Constant& constant) {
    return std::get<std::shared_ptr<const Constant::Integer>>(constant.value_)->value;
  }

  // Kind integer or floating.
  static Real as_real(const Constant& constant) {
    if (constant.kind() == Constant::Kind::integer) return Real(BigRational(as_int(constant)));
    return *std::get<std::shared_ptr<const Real>>(constant.value_);
  }

  // Any numeric kind.
  static Complex as_complex(const Constant& constant) {
    if (constant.kind() == Constant::Kind::complex) {
      return *std::get<std::shared_ptr<const Complex>>(constant.value_);
    }
    return {as_real(constant), Real()};
  }
};

namespace {

constexpr size_t kMaxDigits = 20000;

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

// Reads digits of `base` from text[at], counting them; false at a digit too large for the base.
bool read_digits(std::string_view text, size_t& at, unsigned base, BigInt& value, int64_t& count) {
  if (text.size() > kMaxDigits) return false;
  uint64_t chunk = 0, scale = 1;
  auto flush = [&] {
    value = value * scale + chunk;
    chunk = 0;
    scale = 1;
  };
  for (; at < text.size() && digit_value(text[at]) < 16; ++at) {
    if (base == 10 && (text[at] == 'e' || text[at] == 'E')) break;
    unsigned digit = unsigned(digit_value(text[at]));
    if (digit >= base) return false;
    chunk = chunk * base + digit;
    scale *= base;
    ++count;
    if (scale > (uint64_t{1} << 58)) flush();
  }
  flush();
  return true;
}

Constant integer_literal(std::string_view text) {
  unsigned base = 10;
  size_t at = 0;
  if (text.size() > 1 && text[0] == '0') {
    at = 2;
    switch (text[1] | 0x20) {
      case 'x':
        base = 16;
        break;
      case 'b':
        base = 2;
        break;
      case 'o':
        base = 8;
        break;
      default:
        base = 8;
        at = 1;
    }
  }
  BigInt value = 0;
  int64_t count = 0;
  if (!read_digits(text, at, base, value, count) || count == 0 || at != text.size()) return {};
  return Numbers::of_int(value);
}

Constant float_literal(std::string_view text) {
  bool hex = text.size() > 1 && text[0] == '0' && (text[1] | 0x20) == 'x';
  unsigned base = hex ? 16 : 10;
  size_t at = hex ? 2 : 0;
  BigInt mantissa = 0;
  int64_t whole = 0, fraction = 0;
  if (!read_digits(text, at, base, mantissa, whole)) return {};
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (!read_digits(text, at, base, mantissa, fraction)) return {};
  }
  if (whole + fraction == 0) return {};
  int64_t exponent = 0;
  if (at < text.size()) {  // e, E, p or P
    ++at;
    bool negative = at < text.size() && text[at] == '-';
    if (negative || (at < text.size() && text[at] == '+')) ++at;
    size_t first = at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      exponent = std::min<int64_t>(exponent * 10 + (text[at] - '0'), 1'000'000'000);
    }
    if (at == first || at != text.size()) return {};
    if (negative) exponent = -exponent;
  }
  exponent -= hex ? 4 * fraction : fraction;
  return Numbers::of_real(hex ? Real::binary(mantissa, exponent) : Real::decimal(mantissa, exponent));
}

Constant imaginary_literal(std::string_view text) {
  if (text.empty() || text.back() != 'i') return {};
  text.remove_suffix(1);
  Constant value;
  bool prefixed = text.size() > 1 && text[0] == '0' && !(text[1] >= '0' && text[1] <= '9');
  bool integer = text.find_first_of(".eEpP") == std::string_view::npos;
  if (integer ||
      (prefixed && (text[1] | 0x20) == 'x' && text.find_first_of(".pP") == std::string_view::npos)) {
    // Without prefix, digits are decimal here even after a leading 0.
    if (!prefixed) text.remove_prefix(std::min(text.find_first_not_of('0'), text.size() - 1));
    value = integer_literal(text);
  } else {
    value = float_literal(text);
  }
  return value.known() ? Constant::of_complex(Constant::of_int(0), value) : value;
}

void append_utf8(std::string& out, uint32_t rune) {
  if (rune < 0x80) {
    out += char(rune);
  } else if (rune < 0x800) {
    out += char(0xC0 | (rune >> 6));
    out += char(0x80 | (rune & 0x3F));
  } else if (rune < 0x10000) {
    out += char(0xE0 | (rune >> 12));
    out += char(0x80 | ((rune >> 6) & 0x3F));
    out += char(0x80 | (rune & 0x3F));
  } else {
    out += char(0xF0 | (rune >> 18));
    out += char(0x80 | ((rune >> 12) & 0x3F));
    out += char(0x80 | ((rune >> 6) & 0x3F));
    out += char(0x80 | (rune & 0x3F));
  }
}

// The length of the UTF-8 sequence that `lead` begins; 1 for malformed text.
size_t utf8_length(unsigned char lead) { return lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1; }

struct Escape {
  uint32_t value = 0;
  bool is_byte = false;  // \x41 and \101 denote bytes, not code points
  size_t length = 0;     // 0: malformed
};

// The escape sequence at the start of `text` (a backslash).
Escape read_escape(std::string_view text, char quote) {
  if (text.size() < 2) return {};
  auto number = [&](size_t from, size_t digits, unsigned base, bool is_byte) -> Escape {
    if (text.size() < from + digits) return {};
    uint32_t value = 0;
    for (size_t i = from; i < from + digits; ++i) {
      unsigned digit = unsigned(digit_value(text[i]));
      if (digit >= base) return {};
      value = value * base + digit;
    }
    if (is_byte ? value > 255 : value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return {};
    return {value, is_byte, from + digits};
  };
  switch (text[1]) {
    case 'a':
      return {7, false, 2};
    case 'b':
      return {8, false, 2};
    case 'f':
      return {12, false, 2};
    case 'n':
      return {10, false, 2};
    case 'r':
      return {13, false, 2};
    case 't':
      return {9, false, 2};
    case 'v':
      return {11, false, 2};
    case '\\':
      return {'\\', false, 2};
    case 'x':
      return number(2, 2, 16, true);
    case 'u':
      return number(2, 4, 16, false);
    case 'U':
      return number(2, 8, 16, false);
    default:
      if (text[1] == quote) return {uint32_t(quote), false, 2};
      if (text[1] >= '0' && text[1] <= '7') return number(1, 3, 8, true);
      return {};
  }
}

Constant string_literal(std::string_view text) {
  if (text.size() < 2 || text.front() != text.back()) return {};
  std::string_view body = text.substr(1, text.size() - 2);
  std::string value;
  if (text.front() == '`') {
    for (char c : body) {
      if (c != '\r') value += c;
    }
    return Constant::of_string(std::move(value));
  }
  for (size_t i = 0; i < body.size();) {
    if (body[i] != '\\') {
      value += body[i++];
      continue;
    }
    Escape escape = read_escape(body.substr(i), '"');
    if (escape.length == 0) return {};
    if (escape.is_byte) {
      value += char(escape.value);
    } else {
      append_utf8(value, escape.value);
    }
    i += escape.length;
  }
  return Constant::of_string(std::move(value));
}

Constant character_literal(std::string_view text) {
  if (text.size() < 3 || text.front() != '\'' || text.back() != '\'') return {};
  std::string_view body = text.substr(1, text.size() - 2);
  if (body[0] == '\\') {
    Escape escape = read_escape(body, '\'');
    if (escape.length != body.size()) return {};
    return Numbers::of_int(escape.value);
  }
  size_t length = utf8_length(static_cast<unsigned char>(body[0]));
  if (length != body.size()) return {};
  uint32_t rune = static_cast<unsigned char>(body[0]);
  if (length > 1) rune &= 0x7Fu >> length;
  for (size_t i = 1; i < length; ++i) rune = rune << 6 | (static_cast<unsigned char>(body[i]) & 0x3F);
  return Numbers::of_int(rune);
}

std::string quote_string(std::string_view text) {
  constexpr size_t kMaxShown = 72;
  std::string result = "\"";
  for (size_t i = 0; i < text.size(); ++i) {
    if (result.size() >= kMaxShown && utf8_length(static_cast<unsigned char>(text[i])) + i <= text.size() &&
        (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) {
      return result + "...";
    }
    switch (text[i]) {
      case '"':
        result += "\\\"";
        break;
      case '\\':
        result += "\\\\";
        break;
      case '\n':
        result += "\\n";
        break;
      case '\t':
        result += "\\t";
        break;
      case '\r':
        result += "\\r";
        break;
      default:
        if (static_cast<unsigned char>(text[i]) < 0x20 || text[i] == 0x7F) {
          char buffer[8];
          std::snprintf(buffer, sizeof buffer, "\\x%02x", static_cast<unsigned char>(text[i]));
          result += buffer;
        } else {
          result += text[i];
        }
    }
  }
  return result + '"';
}

bool ordered(auto&& a, Op op, auto&& b) {
  switch (op) {
    case Op::eql:
      return a == b;
    case Op::neq:
      return a != b;
    case Op::lss:
      return a < b;
    case Op::leq:
      return a <= b;
    case Op::gtr:
      return a > b;
    case Op::geq:
      return a >= b;
    default:
      GOCHECK_INVARIANT(false);
      return false;
  }
}

Constant integer_binary(const BigInt& a, Op op, const BigInt& b, bool integer_division) {
  switch (op) {
    case Op::add:
      return Numbers::of_int(a + b);
    case Op::sub:
      return Numbers::of_int(a - b);
    case Op::mul:
      return Numbers::of_int(a * b);
    case Op::quo:
      if (b == 0) return {};
      if (integer_division) return Numbers::of_int(a / b);
      return Numbers::of_real(Real(BigRational(a) / BigRational(b)));
    case Op::rem:
      return b == 0 ? Constant{} : Numbers::of_int(a % b);
    case Op::and_:
      return Numbers::of_int(a & b);
    case Op::or_:
      return Numbers::of_int(a | b);
    case Op::xor_:
      return Numbers::of_int(a ^ b);
    case Op::and_not:
      return Numbers::of_int(a & BigInt(-b - 1));
    default:
      return {};
  }
}

Constant real_binary(const Real& a, Op op, const Real& b) {
  switch (op) {
    case Op::add:
      return Numbers::of_real(a + b);
    case Op::sub:
      return Numbers::of_real(a - b);
    case Op::mul:
      return Numbers::of_real(a * b);
    case Op::quo:
      return b.sign() == 0 ? Constant{} : Numbers::of_real(a / b);
    default:
      return {};
  }
}

}  // namespace

Constant Constant::of_bool(bool value) {
  Constant result;
  result.value_ = value;
  return result;
}

Constant Constant::of_string(std::string value) {
  Constant result;
  result.value_ = std::make_shared<const std::string>(std::move(value));
  return result;
}

Constant Constant::of_int(int64_t value) { return Numbers::of_int(value); }

Constant Constant::of_double(double value) {
  int exponent = 0;
  int64_t mantissa = int64_t(std::ldexp(std::frexp(value, &exponent), 53));
  return Numbers::of_real(Real::binary(mantissa, exponent - 53));
}

Constant Constant::of_complex(const Constant& real, const Constant& imaginary) {
  if (!real.known() || !imaginary.known()) return {};
  return Numbers::of_complex(Numbers::as_real(real), Numbers::as_real(imaginary));
}

Constant Constant::of_literal(LitKind kind, std::string_view text) {
  if (kind == LitKind::string) return string_literal(text);
  if (kind == LitKind::character) return character_literal(text);
  std::string digits;
  for (char c : text) {
    if (c != '_') digits += c;
  }
  if (kind == LitKind::integer) return integer_literal(digits);
  if (kind == LitKind::floating) return float_literal(digits);
  return imaginary_literal(digits);
}

Constant::Kind Constant::kind() const { return static_cast<Kind>(value_.index()); }

bool Constant::as_bool() const { return std::get<bool>(value_); }

const std::string& Constant::as_string() const {
  return *std::get<std::shared_ptr<const std::string>>(value_);
}

double Constant::as_double() const { return Numbers::as_real(*this).nearest_double(); }
float Constant::as_float() const { return float(Numbers::as_real(*this).nearest_float()); }

int Constant::sign() const {
  return kind() == Kind::integer ? Numbers::as_int(*this).sign() : Numbers::as_real(*this).sign();
}

int64_t Constant::bit_length() const { return types::bit_length(Numbers::as_int(*this)); }

std::string Constant::exact_string() const { return Numbers::as_real(*this).rational().str(); }

std::optional<int64_t> Constant::as_int64() const {
  Constant integer = to_int();
  if (!integer.known()) return std::nullopt;
  const BigInt& value = Numbers::as_int(integer);
  if (value < std::numeric_limits<int64_t>::min() || value > std::numeric_limits<int64_t>::max())
    return std::nullopt;
  return value.convert_to<int64_t>();
}

std::optional<uint64_t> Constant::as_uint64() const {
  Constant integer = to_int();
  if (!integer.known()) return std::nullopt;
  const BigInt& value = Numbers::as_int(integer);
  if (value < 0 || value > std::numeric_limits<uint64_t>::max()) return std::nullopt;
  return value.convert_to<uint64_t>();
}

Constant Constant::to_int() const {
  if (kind() == Kind::integer) return *this;
  Constant real = to_float();
  if (!real.known()) return {};
  std::optional<BigInt> integer = Numbers::as_real(real).integer();
  return integer ? Numbers::of_int(*integer) : Constant{};
}

Constant Constant::to_float() const {
  if (kind() < Kind::integer || kind() == Kind::floating)
    return kind() == Kind::floating ? *this : Constant{};
  Numbers::Complex value = Numbers::as_complex(*this);
  return value.imaginary.sign() == 0 ? Numbers::of_real(value.real) : Constant{};
}

Constant Constant::to_complex() const {
  if (kind() < Kind::integer) return {};
  return kind() == Kind::complex ? *this : of_complex(*this, of_int(0));
}

Constant Constant::real_part() const {
  return kind() < Kind::integer ? Constant{} : Numbers::of_real(Numbers::as_complex(*this).real);
}

Constant Constant::imaginary_part() const {
  return kind() < Kind::integer ? Constant{} : Numbers::of_real(Numbers::as_complex(*this).imaginary);
}

std::string Constant::to_string() const {
  switch (kind()) {
    case Kind::unknown:
      return "unknown";
    case Kind::boolean:
      return as_bool() ? "true" : "false";
    case Kind::string:
      return quote_string(as_string());
    case Kind::integer:
      return Numbers::as_int(*this).str();
    case Kind::floating:
      return Numbers::as_real(*this).to_string();
    case Kind::complex:
      break;
  }
  Numbers::Complex value = Numbers::as_complex(*this);
  return "(" + value.real.to_string() + " + " + value.imaginary.to_string() + "i)";
}

bool operator==(const Constant& a, const Constant& b) {
  if (!a.known() || !b.known()) return a.known() == b.known();
  bool numeric_a = a.kind() >= Constant::Kind::integer, numeric_b = b.kind() >= Constant::Kind::integer;
  if (numeric_a && numeric_b) return compare(a, Op::eql, b);
  return a.kind() == b.kind() && compare(a, Op::eql, b);
}

Constant complex_binary(const Constant& left, Op op, const Constant& right) {
  auto [a, b] = Numbers::as_complex(left);
  auto [c, d] = Numbers::as_complex(right);
  switch (op) {
    case Op::add:
      return Numbers::of_complex(a + c, b + d);
    case Op::sub:
      return Numbers::of_complex(a - c, b - d);
    case Op::mul:
      return Numbers::of_complex(a * c - b * d, b * c + a * d);
    case Op::quo: {
      Real norm = c * c + d * d;
      if (norm.sign() == 0) return {};
      return Numbers::of_complex((a * c + b * d) / norm, (b * c - a * d) / norm);
    }
    default:
      return {};
  }
}

Constant binary(const Constant& left, Op op, const Constant& right, bool integer_division) {
  using Kind = Constant::Kind;
  if (!left.known() || !right.known()) return {};
  if (left.kind() == Kind::boolean && right.kind() == Kind::boolean) {
    if (op == Op::land) return Constant::of_bool(left.as_bool() && right.as_bool());
    if (op == Op::lor) return Constant::of_bool(left.as_bool() || right.as_bool());
    return {};
  }
  if (left.kind() == Kind::string && right.kind() == Kind::string) {
    return op == Op::add ? Constant::of_string(left.as_string() + right.as_string()) : Constant{};
  }
  if (left.kind() < Kind::integer || right.kind() < Kind::integer) return {};
  if (left.kind() == Kind::integer && right.kind() == Kind::integer) {
    return integer_binary(Numbers::as_int(left), op, Numbers::as_int(right), integer_division);
  }
  if (integer_division || op == Op::rem || op == Op::and_ || op == Op::or_ || op == Op::xor_ ||
      op == Op::and_not) {
    Constant a = left.to_int(), b = right.to_int();
    return a.known() && b.known() ? integer_binary(Numbers::as_int(a), op, Numbers::as_int(b), integer_division) : Constant{};
  }
  if (left.kind() == Kind::complex || right.kind() == Kind::complex) return complex_binary(left, op, right);
  return real_binary(Numbers::as_real(left), op, Numbers::as_real(right));
}

Constant unary(Op op, const Constant& operand, int unsigned_bits) {
  using Kind = Constant::Kind;
  switch (operand.kind()) {
    case Kind::boolean:
      return op == Op::not_ ? Constant::of_bool(!operand.as_bool()) : Constant{};
    case Kind::integer:
      if (op == Op::add) return operand;
      if (op == Op::sub) return Numbers::of_int(-Numbers::as_int(operand));
      if (op != Op::xor_) return {};
      if (unsigned_bits > 0) {
        BigInt mask = (BigInt(1) << unsigned(unsigned_bits)) - 1;
        return Numbers::of_int(mask - Numbers::as_int(operand));
      }
      return Numbers::of_int(-Numbers::as_int(operand) - 1);
    case Kind::floating:
      if (op == Op::add) return operand;
      return op == Op::sub ? Numbers::of_real(-Numbers::as_real(operand)) : Constant{};
    case Kind::complex:
      if (op == Op::add) return operand;
      return op == Op::sub ? complex_binary(Constant::of_int(0), op, operand) : Constant{};
    default:
      return {};
  }
}

Constant shift(const Constant& left, Op op, unsigned count) {
  Constant integer = left.to_int();
  if (!integer.known()) return {};
  const BigInt& value = Numbers::as_int(integer);
  if (op == Op::shl) return Numbers::of_int(value << count);
  if (value >= 0) return Numbers::of_int(value >> count);
  return Numbers::of_int(-BigInt(BigInt(-value - 1) >> count) - 1);  // towards minus infinity
}

bool compare(const Constant& left, Op op, const Constant& right) {
  using Kind = Constant::Kind;
  if (!left.known() || !right.known()) return false;
  if (left.kind() == Kind::boolean) return ordered(left.as_bool(), op, right.as_bool());
  if (left.kind() == Kind::string) return ordered(left.as_string(), op, right.as_string());
  if (left.kind() == Kind::integer && right.kind() == Kind::integer) {
    return ordered(Numbers::as_int(left), op, Numbers::as_int(right));
  }
  if (left.kind() == Kind::complex || right.kind() == Kind::complex) {
    Numbers::Complex a = Numbers::as_complex(left), b = Numbers::as_complex(right);
    return (a.real == b.real && a.imaginary == b.imaginary) == (op == Op::eql);
  }
  return ordered(Numbers::as_real(left), op, Numbers::as_real(right));
}

}  // namespace gocheck::types
