#include "frontend/types/constant.h"

#include <cmath>
#include <cstdio>
#include <limits>

#include "runtime/program/invariant.h"

namespace gocheck::types {

namespace mp = boost::multiprecision;
using syntax::LitKind;
using syntax::Op;

namespace {

// Rationals are exact while numerator and denominator are this small (in bits). Beyond, they are
// rounded to a mantissa, so that repeated multiplication cannot grow without bound.
constexpr unsigned kExactBits = 4096;
constexpr int kMantissaBits = 512;
// Binary exponents beyond this make a value unknown ("excessively large").
constexpr int64_t kMaxExponent = 1 << 17;
constexpr size_t kMaxDigits = 20000;

unsigned bit_length(const BigInt& value) { return value == 0 ? 0 : mp::msb(mp::abs(value)) + 1; }

// abs(value) = quotient * 2^exponent, rounded half to even to `bits` bits or, if that is larger, to a
// multiple of 2^min_exponent. value must not be 0.
std::pair<BigInt, int64_t> round_to(const BigRational& value, int bits, int64_t min_exponent) {
  BigInt n = mp::abs(mp::numerator(value));
  BigInt d = mp::denominator(value);
  int64_t magnitude = int64_t(bit_length(n)) - int64_t(bit_length(d));  // 2^(m-1) < n/d < 2^(m+1)
  auto at_least = [&](int64_t e) {  // n/d >= 2^e
    return e >= 0 ? n >= (d << unsigned(e)) : (n << unsigned(-e)) >= d;
  };
  int64_t exponent = (at_least(magnitude) ? magnitude : magnitude - 1) - (bits - 1);
  exponent = std::max(exponent, min_exponent);
  if (exponent >= 0) {
    d <<= unsigned(exponent);
  } else {
    n <<= unsigned(-exponent);
  }
  BigInt quotient, remainder;
  mp::divide_qr(n, d, quotient, remainder);
  remainder <<= 1;
  if (remainder > d || (remainder == d && mp::bit_test(quotient, 0))) ++quotient;
  return {quotient, exponent};
}

BigRational power_of_two(int64_t exponent) {
  BigInt power = BigInt(1) << unsigned(std::abs(exponent));
  return exponent >= 0 ? BigRational(power) : BigRational(BigInt(1), power);
}

// Bounds the size of a rational; unknown if its exponent is out of all bounds.
Constant bounded(const BigRational& value) {
  if (bit_length(mp::numerator(value)) <= kExactBits && bit_length(mp::denominator(value)) <= kExactBits) {
    return Constant::of_rational(value);
  }
  auto [mantissa, exponent] = round_to(value, kMantissaBits, std::numeric_limits<int64_t>::min());
  if (std::abs(exponent) > kMaxExponent) return {};
  BigRational rounded = BigRational(mantissa) * power_of_two(exponent);
  return Constant::of_rational(value < 0 ? BigRational(-rounded) : rounded);
}

double nearest(const BigRational& value, int bits, int64_t min_exponent) {
  if (value == 0) return 0;
  auto [mantissa, exponent] = round_to(value, bits, min_exponent);
  double result = exponent > 2000 ? std::numeric_limits<double>::infinity()
                                  : std::ldexp(mantissa.convert_to<double>(), int(exponent));
  return value < 0 ? -result : result;
}

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
      case 'x': base = 16; break;
      case 'b': base = 2; break;
      case 'o': base = 8; break;
      default: base = 8; at = 1;
    }
  }
  BigInt value = 0;
  int64_t count = 0;
  if (!read_digits(text, at, base, value, count) || count == 0 || at != text.size()) return {};
  return Constant::of_int(value);
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
  if (mantissa == 0) return Constant::of_rational(0);
  exponent -= hex ? 4 * fraction : fraction;
  if (std::abs(exponent) > kMaxExponent / 4) return {};
  if (hex) return bounded(BigRational(mantissa) * power_of_two(exponent));
  BigInt power = mp::pow(BigInt(10), unsigned(std::abs(exponent)));
  return bounded(exponent >= 0 ? BigRational(BigInt(mantissa * power)) : BigRational(mantissa, power));
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
size_t utf8_length(unsigned char lead) {
  return lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
}

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
    case 'a': return {7, false, 2};
    case 'b': return {8, false, 2};
    case 'f': return {12, false, 2};
    case 'n': return {10, false, 2};
    case 'r': return {13, false, 2};
    case 't': return {9, false, 2};
    case 'v': return {11, false, 2};
    case '\\': return {'\\', false, 2};
    case 'x': return number(2, 2, 16, true);
    case 'u': return number(2, 4, 16, false);
    case 'U': return number(2, 8, 16, false);
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
    return Constant::of_int(escape.value);
  }
  size_t length = utf8_length(static_cast<unsigned char>(body[0]));
  if (length != body.size()) return {};
  uint32_t rune = static_cast<unsigned char>(body[0]);
  if (length > 1) rune &= 0x7Fu >> length;
  for (size_t i = 1; i < length; ++i) rune = rune << 6 | (static_cast<unsigned char>(body[i]) & 0x3F);
  return Constant::of_int(rune);
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
      case '"': result += "\\\""; break;
      case '\\': result += "\\\\"; break;
      case '\n': result += "\\n"; break;
      case '\t': result += "\\t"; break;
      case '\r': result += "\\r"; break;
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

// Like %.6g, for values that no double holds: decimal mantissa and exponent.
std::string huge_float(const BigRational& value) {
  auto [mantissa, exponent] = round_to(value, 64, std::numeric_limits<int64_t>::min());
  double log10 = std::log10(mantissa.convert_to<double>()) + double(exponent) * std::log10(2.0);
  double whole = std::floor(log10);
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%s%.6ge%+d", value < 0 ? "-" : "", std::pow(10.0, log10 - whole), int(whole));
  return buffer;
}

bool ordered(auto&& a, Op op, auto&& b) {
  switch (op) {
    case Op::eql: return a == b;
    case Op::neq: return a != b;
    case Op::lss: return a < b;
    case Op::leq: return a <= b;
    case Op::gtr: return a > b;
    case Op::geq: return a >= b;
    default: GOCHECK_INVARIANT(false); return false;
  }
}

Constant integer_binary(const BigInt& a, Op op, const BigInt& b, bool integer_division) {
  switch (op) {
    case Op::add: return Constant::of_int(a + b);
    case Op::sub: return Constant::of_int(a - b);
    case Op::mul: return Constant::of_int(a * b);
    case Op::quo:
      if (b == 0) return {};
      if (integer_division) return Constant::of_int(a / b);
      return bounded(BigRational(a) / BigRational(b));
    case Op::rem: return b == 0 ? Constant{} : Constant::of_int(a % b);
    case Op::and_: return Constant::of_int(a & b);
    case Op::or_: return Constant::of_int(a | b);
    case Op::xor_: return Constant::of_int(a ^ b);
    case Op::and_not: return Constant::of_int(a & BigInt(-b - 1));
    default: return {};
  }
}

Constant rational_binary(const BigRational& a, Op op, const BigRational& b) {
  switch (op) {
    case Op::add: return bounded(a + b);
    case Op::sub: return bounded(a - b);
    case Op::mul: return bounded(a * b);
    case Op::quo: return b == 0 ? Constant{} : bounded(a / b);
    default: return {};
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

Constant Constant::of_int(BigInt value) {
  Constant result;
  result.value_ = std::make_shared<const BigInt>(std::move(value));
  return result;
}

Constant Constant::of_rational(BigRational value) {
  Constant result;
  result.value_ = std::make_shared<const BigRational>(std::move(value));
  return result;
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
  return {};
}

Constant::Kind Constant::kind() const { return static_cast<Kind>(value_.index()); }

bool Constant::as_bool() const { return std::get<bool>(value_); }

const std::string& Constant::as_string() const {
  return *std::get<std::shared_ptr<const std::string>>(value_);
}

const BigInt& Constant::as_int() const { return *std::get<std::shared_ptr<const BigInt>>(value_); }

BigRational Constant::as_rational() const {
  if (kind() == Kind::integer) return BigRational(as_int());
  return *std::get<std::shared_ptr<const BigRational>>(value_);
}

double Constant::as_double() const { return nearest(as_rational(), 53, -1074); }

float Constant::as_float() const {
  // The value is rounded once, to float's precision; the double only carries it.
  double rounded = nearest(as_rational(), 24, -149);
  if (std::abs(rounded) > std::numeric_limits<float>::max()) {
    return std::copysign(std::numeric_limits<float>::infinity(), float(rounded));
  }
  return float(rounded);
}

std::optional<int64_t> Constant::as_int64() const {
  Constant integer = to_int();
  if (!integer.known()) return std::nullopt;
  const BigInt& value = integer.as_int();
  if (value < std::numeric_limits<int64_t>::min() || value > std::numeric_limits<int64_t>::max()) return std::nullopt;
  return value.convert_to<int64_t>();
}

std::optional<uint64_t> Constant::as_uint64() const {
  Constant integer = to_int();
  if (!integer.known()) return std::nullopt;
  const BigInt& value = integer.as_int();
  if (value < 0 || value > std::numeric_limits<uint64_t>::max()) return std::nullopt;
  return value.convert_to<uint64_t>();
}

Constant Constant::to_int() const {
  if (kind() == Kind::integer) return *this;
  if (kind() != Kind::floating) return {};
  BigRational value = as_rational();
  if (mp::denominator(value) != 1) return {};
  return of_int(mp::numerator(value));
}

Constant Constant::to_float() const {
  if (kind() == Kind::floating) return *this;
  if (kind() != Kind::integer) return {};
  return of_rational(BigRational(as_int()));
}

std::string Constant::to_string() const {
  switch (kind()) {
    case Kind::unknown: return "unknown";
    case Kind::boolean: return as_bool() ? "true" : "false";
    case Kind::string: return quote_string(as_string());
    case Kind::integer: return as_int().str();
    case Kind::floating: break;
  }
  BigRational value = as_rational();
  double nearest_double = as_double();
  if (std::isinf(nearest_double) || (nearest_double == 0 && value != 0)) return huge_float(value);
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.6g", nearest_double);
  return buffer;
}

bool operator==(const Constant& a, const Constant& b) {
  if (!a.known() || !b.known()) return a.known() == b.known();
  bool numeric_a = a.kind() >= Constant::Kind::integer, numeric_b = b.kind() >= Constant::Kind::integer;
  if (numeric_a && numeric_b) return compare(a, Op::eql, b);
  return a.kind() == b.kind() && compare(a, Op::eql, b);
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
    return integer_binary(left.as_int(), op, right.as_int(), integer_division);
  }
  if (integer_division || op == Op::rem || op == Op::and_ || op == Op::or_ || op == Op::xor_ || op == Op::and_not) {
    Constant a = left.to_int(), b = right.to_int();
    return a.known() && b.known() ? integer_binary(a.as_int(), op, b.as_int(), integer_division) : Constant{};
  }
  return rational_binary(left.as_rational(), op, right.as_rational());
}

Constant unary(Op op, const Constant& operand, int unsigned_bits) {
  using Kind = Constant::Kind;
  switch (operand.kind()) {
    case Kind::boolean:
      return op == Op::not_ ? Constant::of_bool(!operand.as_bool()) : Constant{};
    case Kind::integer:
      if (op == Op::add) return operand;
      if (op == Op::sub) return Constant::of_int(-operand.as_int());
      if (op != Op::xor_) return {};
      if (unsigned_bits > 0) {
        BigInt mask = (BigInt(1) << unsigned(unsigned_bits)) - 1;
        return Constant::of_int(mask - operand.as_int());
      }
      return Constant::of_int(-operand.as_int() - 1);
    case Kind::floating:
      if (op == Op::add) return operand;
      return op == Op::sub ? Constant::of_rational(-operand.as_rational()) : Constant{};
    default:
      return {};
  }
}

Constant shift(const Constant& left, Op op, unsigned count) {
  Constant integer = left.to_int();
  if (!integer.known()) return {};
  const BigInt& value = integer.as_int();
  if (op == Op::shl) return Constant::of_int(value << count);
  if (value >= 0) return Constant::of_int(value >> count);
  return Constant::of_int(-BigInt(BigInt(-value - 1) >> count) - 1);  // towards minus infinity
}

bool compare(const Constant& left, Op op, const Constant& right) {
  using Kind = Constant::Kind;
  if (!left.known() || !right.known()) return false;
  if (left.kind() == Kind::boolean) return ordered(left.as_bool(), op, right.as_bool());
  if (left.kind() == Kind::string) return ordered(left.as_string(), op, right.as_string());
  if (left.kind() == Kind::integer && right.kind() == Kind::integer) {
    return ordered(left.as_int(), op, right.as_int());
  }
  return ordered(left.as_rational(), op, right.as_rational());
}

}  // namespace gocheck::types
