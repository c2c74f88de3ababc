// Real numbers of constant expressions: exact rationals while they are small, otherwise a rounded
// mantissa and a binary exponent. So no chain of operations can grow without bound, and exponents
// like those of 1e+500000000 are representable.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace gocheck::types {

using BigInt = boost::multiprecision::cpp_int;
using BigRational = boost::multiprecision::cpp_rational;

int64_t bit_length(const BigInt& value);  // of the absolute value

class Real {
 public:
  Real() = default;  // zero
  explicit Real(const BigRational& value);
  // mantissa * 10^exponent or mantissa * 2^exponent; infinite when out of all bounds, 0 when too small.
  static Real decimal(const BigInt& mantissa, int64_t exponent);
  static Real binary(const BigInt& mantissa, int64_t exponent);

  bool infinite() const { return infinite_; }
  int sign() const;
  // The value as an integer if it is one of less than about 130000 bits.
  std::optional<BigInt> integer() const;
  // Exact, except for values beyond 2^±130000, which are brought back to that range.
  BigRational rational() const;
  double nearest_double() const;  // ties to even; infinite when out of range
  double nearest_float() const;   // rounded to float's precision, infinite when out of its range
  std::string to_string() const;  // like %.6g

  Real operator-() const;
  friend Real operator+(const Real& a, const Real& b);
  friend Real operator-(const Real& a, const Real& b);
  friend Real operator*(const Real& a, const Real& b);
  friend Real operator/(const Real& a, const Real& b);  // b must not be 0
  friend std::strong_ordering operator<=>(const Real& a, const Real& b);
  friend bool operator==(const Real& a, const Real& b) { return (a <=> b) == 0; }

 private:
  // A value as mantissa * 2^exponent with a mantissa of a fixed number of bits.
  struct Scaled {
    BigInt mantissa;
    int64_t exponent;
  };
  Scaled scaled() const;
  double nearest(int bits, int64_t min_exponent) const;

  // Exact when !wide_; otherwise rational_ holds an integer mantissa to be scaled by 2^exponent_.
  BigRational rational_ = 0;
  int64_t exponent_ = 0;
  bool wide_ = false;
  bool infinite_ = false;
};

}  // namespace gocheck::types
