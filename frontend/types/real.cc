#include "frontend/types/real.h"

#include <cmath>
#include <cstdio>
#include <limits>

#include "runtime/program/invariant.h"

namespace gocheck::types {

namespace mp = boost::multiprecision;

int64_t bit_length(const BigInt& value) { return value == 0 ? 0 : int64_t(mp::msb(mp::abs(value))) + 1; }

namespace {

// Rationals are exact while numerator and denominator are this small (in bits).
constexpr unsigned kExactBits = 4096;
constexpr int kMantissaBits = 512;
// Rationals are not expanded beyond this exponent.
constexpr int64_t kMaxExpansion = 1 << 17;
// Beyond these exponents a value is infinite or zero.
constexpr int64_t kMaxExponent = int64_t{1} << 31;
constexpr int64_t kNoMinimum = std::numeric_limits<int64_t>::min();

// abs(value) = first * 2^second, rounded half to even to `bits` bits or, if that is larger, to a multiple
// of 2^min_exponent. value must not be 0.
std::pair<BigInt, int64_t> round_to(const BigRational& value, int bits, int64_t min_exponent) {
  BigInt n = mp::abs(mp::numerator(value));
  BigInt d = mp::denominator(value);
  int64_t magnitude = bit_length(n) - bit_length(d);  // 2^(m-1) < n/d < 2^(m+1)
  bool reaches = magnitude >= 0 ? n >= (d << unsigned(magnitude)) : (n << unsigned(-magnitude)) >= d;
  int64_t exponent = std::max((reaches ? magnitude : magnitude - 1) - (bits - 1), min_exponent);
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

BigInt rounded(const BigInt& value, int64_t* exponent) {
  if (bit_length(value) <= kMantissaBits) return value;
  auto [mantissa, shift] = round_to(BigRational(value), kMantissaBits, kNoMinimum);
  *exponent += shift;
  return value < 0 ? BigInt(-mantissa) : mantissa;
}

}  // namespace

Real::Real(const BigRational& value) : rational_(value) {
  if (bit_length(mp::numerator(value)) <= kExactBits && bit_length(mp::denominator(value)) <= kExactBits)
    return;
  auto [mantissa, exponent] = round_to(value, kMantissaBits, kNoMinimum);
  *this = binary(value < 0 ? BigInt(-mantissa) : mantissa, exponent);
}

Real Real::binary(const BigInt& mantissa, int64_t exponent) {
  Real result;
  if (mantissa == 0) return result;
  BigInt fitting = rounded(mantissa, &exponent);
  int64_t magnitude = exponent + bit_length(fitting);
  if (magnitude < -kMaxExponent) return result;
  if (magnitude > kMaxExponent) {
    result.infinite_ = true;
    result.rational_ = mantissa < 0 ? -1 : 1;
    return result;
  }
  if (std::abs(exponent) <= int64_t(kExactBits) - kMantissaBits) {
    result.rational_ = BigRational(fitting) * power_of_two(exponent);
  } else {
    result.rational_ = BigRational(fitting);
    result.exponent_ = exponent;
    result.wide_ = true;
  }
  return result;
}

Real Real::decimal(const BigInt& mantissa, int64_t exponent) {
  constexpr int64_t kExactPower = 1000;
  if (std::abs(exponent) <= kExactPower) {
    BigInt power = mp::pow(BigInt(10), unsigned(std::abs(exponent)));
    return Real(exponent >= 0 ? BigRational(BigInt(mantissa * power)) : BigRational(mantissa, power));
  }
  // 10^exponent by repeated squaring, every step rounded.
  Real power(BigRational(1)), square(exponent > 0 ? BigRational(10) : BigRational(BigInt(1), BigInt(10)));
  for (uint64_t rest = uint64_t(std::abs(exponent)); rest > 0; rest >>= 1) {
    if (rest & 1) power = power * square;
    square = square * square;
  }
  return Real(BigRational(mantissa)) * power;
}

int Real::sign() const { return rational_.sign(); }

std::optional<BigInt> Real::integer() const {
  if (infinite_) return std::nullopt;
  if (!wide_) {
    if (mp::denominator(rational_) != 1) return std::nullopt;
    return mp::numerator(rational_);
  }
  if (exponent_ < 0 || exponent_ > kMaxExpansion) return std::nullopt;
  return BigInt(mp::numerator(rational_) << unsigned(exponent_));
}

BigRational Real::rational() const {
  int64_t exponent = infinite_ ? kMaxExpansion : std::clamp(exponent_, -kMaxExpansion, kMaxExpansion);
  return exponent == 0 ? rational_ : BigRational(rational_ * power_of_two(exponent));
}

double Real::nearest(int bits, int64_t min_exponent) const {
  if (sign() == 0) return 0;
  double infinity = std::numeric_limits<double>::infinity();
  double result;
  if (infinite_ || exponent_ > 4 * kExactBits) {
    result = infinity;
  } else if (exponent_ < -4 * int64_t(kExactBits)) {
    result = 0;
  } else {
    auto [mantissa, exponent] = round_to(rational(), bits, min_exponent);
    result = exponent > 2000 ? infinity : std::ldexp(mantissa.convert_to<double>(), int(exponent));
  }
  return sign() < 0 ? -result : result;
}

double Real::nearest_double() const { return nearest(53, -1074); }

double Real::nearest_float() const {
  double value = nearest(24, -149);
  if (std::abs(value) <= std::numeric_limits<float>::max()) return value;
  return std::copysign(std::numeric_limits<double>::infinity(), value);
}

std::string Real::to_string() const {
  double value = nearest_double();
  char buffer[64];
  if (!std::isinf(value) && (value != 0 || sign() == 0)) {
    std::snprintf(buffer, sizeof buffer, "%.6g", value);
    return buffer;
  }
  if (infinite_) return sign() < 0 ? "-Inf" : "+Inf";
  // No double holds it: decimal mantissa and exponent from the logarithm.
  Scaled parts = scaled();
  double log10 =
      std::log10(std::abs(parts.mantissa.convert_to<double>())) + double(parts.exponent) * std::log10(2.0);
  double whole = std::floor(log10);
  std::snprintf(buffer, sizeof buffer, "%s%.6ge%+d", sign() < 0 ? "-" : "", std::pow(10.0, log10 - whole),
                int(whole));
  return buffer;
}

Real::Scaled Real::scaled() const {
  if (wide_) return {mp::numerator(rational_), exponent_};
  if (rational_ == 0) return {0, 0};
  auto [mantissa, exponent] = round_to(rational_, kMantissaBits, kNoMinimum);
  return {sign() < 0 ? BigInt(-mantissa) : mantissa, exponent};
}

Real Real::operator-() const {
  Real result = *this;
  result.rational_ = -rational_;
  return result;
}

Real operator+(const Real& a, const Real& b) {
  if (a.infinite_ || b.sign() == 0) return a;
  if (b.infinite_ || a.sign() == 0) return b;
  if (!a.wide_ && !b.wide_) return Real(a.rational_ + b.rational_);
  Real::Scaled big = a.scaled(), small = b.scaled();
  if (big.exponent < small.exponent) std::swap(big, small);
  // A summand far below the precision of the other one does not count.
  if (big.exponent - small.exponent > 2 * kMantissaBits) return Real::binary(big.mantissa, big.exponent);
  BigInt sum = (big.mantissa << unsigned(big.exponent - small.exponent)) + small.mantissa;
  return Real::binary(sum, small.exponent);
}

Real operator-(const Real& a, const Real& b) { return a + -b; }

Real operator*(const Real& a, const Real& b) {
  if (a.sign() == 0 || b.sign() == 0) return Real();
  if (a.infinite_) return b.sign() > 0 ? a : -a;
  if (b.infinite_) return a.sign() > 0 ? b : -b;
  if (!a.wide_ && !b.wide_) return Real(a.rational_ * b.rational_);
  Real::Scaled x = a.scaled(), y = b.scaled();
  return Real::binary(x.mantissa * y.mantissa, x.exponent + y.exponent);
}

Real operator/(const Real& a, const Real& b) {
  GOCHECK_INVARIANT(b.sign() != 0);
  if (a.sign() == 0) return Real();
  if (!a.wide_ && !b.wide_) return Real(a.rational_ / b.rational_);
  Real::Scaled x = a.scaled(), y = b.scaled();
  // Enough bits for a full mantissa in the quotient.
  constexpr unsigned kShift = 2 * kMantissaBits;
  return Real::binary((x.mantissa << kShift) / y.mantissa, x.exponent - y.exponent - kShift);
}

std::strong_ordering operator<=>(const Real& a, const Real& b) {
  if (!a.wide_ && !b.wide_ && !a.infinite_ && !b.infinite_) {
    int order = a.rational_.compare(b.rational_);
    return order <=> 0;
  }
  if (a.infinite_ && b.infinite_) return a.sign() <=> b.sign();
  if (a.infinite_) return a.sign() <=> 0;
  if (b.infinite_) return 0 <=> b.sign();
  return (a - b).sign() <=> 0;
}

}  // namespace gocheck::types
