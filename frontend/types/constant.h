// Exact values of constant expressions: unbounded integers and rationals
// (Boost.Multiprecision), as the Go specification demands of untyped constants.
//
// A Constant is an immutable value; copying shares the representation. The numbers behind it are opaque
// here: the library that they come from is slow to compile (real.h, included by constant.cc alone).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "frontend/syntax/ast.h"

namespace gocheck::types {

class Real;

class Constant {
 public:
  enum class Kind : uint8_t { unknown, boolean, string, integer, floating, complex };

  Constant() = default;  // unknown: the result of an erroneous expression
  static Constant of_bool(bool value);
  static Constant of_string(std::string value);
  static Constant of_int(int64_t value);
  static Constant of_double(double value);  // exactly; kind floating, even when integral; must be finite
  static Constant of_complex(const Constant& real, const Constant& imaginary);  // numeric, not complex
  // The value of a literal as written; unknown when it is malformed or absurdly large.
  static Constant of_literal(syntax::LitKind kind, std::string_view text);

  Kind kind() const;
  bool known() const { return kind() != Kind::unknown; }

  bool as_bool() const;
  const std::string& as_string() const;
  double as_double() const;  // nearest, ties to even; infinite when out of range
  float as_float() const;
  std::optional<int64_t> as_int64() const;  // integer (or integral float) that fits
  std::optional<uint64_t> as_uint64() const;
  int sign() const;            // -1, 0 or 1; kind integer or floating
  int64_t bit_length() const;  // of the absolute value; kind integer

  // To kind integer if the value is integral, otherwise unknown; to floating if it is real; to complex.
  Constant to_int() const;
  Constant to_float() const;
  Constant to_complex() const;
  // Parts of a numeric value, of kind floating.
  Constant real_part() const;
  Constant imaginary_part() const;

  // As error messages print it: 1 << 70 in full, floats like Go's %.6g, strings quoted (shortened).
  std::string to_string() const;

  // The same for equal numbers only, without rounding (to_string rounds): kind integer or floating.
  std::string exact_string() const;

  friend bool operator==(const Constant& a, const Constant& b);

 private:
  friend struct Numbers;  // constant.cc: the numbers inside
  struct Integer;         // an unbounded integer
  struct Complex;

  // In the order of Kind.
  std::variant<std::monostate, bool, std::shared_ptr<const std::string>, std::shared_ptr<const Integer>,
               std::shared_ptr<const Real>, std::shared_ptr<const Complex>>
      value_;
};

// Both of one kind (see match). Integer quo truncates; a zero divisor gives unknown.
Constant binary(const Constant& left, syntax::Op op, const Constant& right, bool integer_division);
Constant unary(syntax::Op op, const Constant& operand, int unsigned_bits /* 0: signed or untyped */);
Constant shift(const Constant& left, syntax::Op op, unsigned count);
bool compare(const Constant& left, syntax::Op op, const Constant& right);

}  // namespace gocheck::types
