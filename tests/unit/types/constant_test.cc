#include "frontend/types/constant.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace gocheck::types {
namespace {

using syntax::LitKind;
using syntax::Op;

Constant integer(std::string_view text) { return Constant::of_literal(LitKind::integer, text); }
Constant floating(std::string_view text) { return Constant::of_literal(LitKind::floating, text); }
Constant imaginary(std::string_view text) { return Constant::of_literal(LitKind::imaginary, text); }

TEST(ConstantLiteral, Integers) {
  EXPECT_EQ(integer("1_000").as_int64(), 1000);
  EXPECT_EQ(integer("0x_ff").as_int64(), 255);
  EXPECT_EQ(integer("0b101").as_int64(), 5);
  EXPECT_EQ(integer("0o17").as_int64(), 15);
  EXPECT_EQ(integer("017").as_int64(), 15);
  EXPECT_EQ(integer("0").as_int64(), 0);
  EXPECT_EQ(integer("18446744073709551615").as_uint64(), std::numeric_limits<uint64_t>::max());
  EXPECT_FALSE(integer("18446744073709551616").as_uint64());
  EXPECT_FALSE(integer("08").known());
  EXPECT_FALSE(integer("0x").known());
}

TEST(ConstantLiteral, Floats) {
  EXPECT_EQ(floating("1.5e3").as_double(), 1500);
  EXPECT_EQ(floating("0x1p-2").as_double(), 0.25);
  EXPECT_EQ(floating("0x1.8p1").as_double(), 3);
  EXPECT_EQ(floating(".1").as_double(), 0.1);
  EXPECT_EQ(floating("1e23").as_double(), 1e23);
  EXPECT_EQ(floating("5e-324").as_double(), 5e-324);
  EXPECT_EQ(floating("1.7976931348623157e308").as_double(), std::numeric_limits<double>::max());
  EXPECT_TRUE(std::isinf(floating("1e400").as_double()));
  EXPECT_EQ(floating("1e-400").as_double(), 0);
  EXPECT_EQ(floating("1.4e-45").as_float(), std::numeric_limits<float>::denorm_min());
  EXPECT_TRUE(std::isinf(floating("3.5e38").as_float()));
  // Rounded once, not first to double: 1 + 2^-24 + 2^-60 is just above the middle of two floats.
  Constant above =
      binary(binary(integer("1"), Op::add, floating("0x1p-24"), false), Op::add, floating("0x1p-60"), false);
  EXPECT_EQ(above.as_float(), std::nextafter(1.0f, 2.0f));
}

TEST(ConstantLiteral, Strings) {
  auto text = [](std::string_view literal) {
    return Constant::of_literal(LitKind::string, literal).as_string();
  };
  EXPECT_EQ(text(R"("a\tb\x41\101\u00e9\"")"), "a\tbAA\u00e9\"");
  EXPECT_EQ(text("`a\\n\r\nb`"), "a\\n\nb");
  EXPECT_EQ(text(R"("\xff")").size(), 1u);
  EXPECT_FALSE(Constant::of_literal(LitKind::string, R"("\ud800")").known());
}

TEST(ConstantLiteral, Characters) {
  auto rune = [](std::string_view literal) {
    return Constant::of_literal(LitKind::character, literal).as_int64();
  };
  EXPECT_EQ(rune("'a'"), 'a');
  EXPECT_EQ(rune("'\\''"), '\'');
  EXPECT_EQ(rune("'世'"), 0x4e16);
  EXPECT_EQ(rune("'\\U0001F600'"), 0x1F600);
  EXPECT_EQ(rune("'\\377'"), 255);
}

TEST(ConstantArithmetic, IntegersAreUnbounded) {
  Constant big = shift(integer("1"), Op::shl, 500);
  EXPECT_EQ(shift(big, Op::shr, 499).as_int64(), 2);
  EXPECT_EQ(shift(integer("1"), Op::shl, 70).to_string(), "1180591620717411303424");
  EXPECT_EQ(binary(integer("7"), Op::quo, integer("2"), true).as_int64(), 3);
  Constant minus7 = unary(Op::sub, integer("7"), 0);
  EXPECT_EQ(binary(minus7, Op::quo, integer("2"), true).as_int64(), -3);
  EXPECT_EQ(binary(minus7, Op::rem, integer("2"), true).as_int64(), -1);
  EXPECT_EQ(shift(minus7, Op::shr, 1).as_int64(), -4);
  EXPECT_EQ(binary(minus7, Op::and_, integer("0xff"), true).as_int64(), 0xf9);
  EXPECT_EQ(binary(integer("0xff"), Op::and_not, integer("0x0f"), true).as_int64(), 0xf0);
  EXPECT_EQ(unary(Op::xor_, integer("1"), 8).as_int64(), 254);
  EXPECT_EQ(unary(Op::xor_, integer("1"), 0).as_int64(), -2);
  EXPECT_FALSE(binary(integer("1"), Op::quo, integer("0"), true).known());
}

TEST(ConstantArithmetic, FloatsAreExactAndBounded) {
  Constant third = binary(integer("1"), Op::quo, integer("3"), false);
  EXPECT_EQ(binary(third, Op::mul, integer("3"), false), integer("1"));
  // Squaring again and again stays cheap and ends as unknown.
  Constant value = floating("1.000001");
  for (int i = 0; i < 30; ++i) value = binary(value, Op::mul, value, false);
  EXPECT_TRUE(value.known());
  Constant huge = floating("1e+500000000");
  EXPECT_TRUE(huge.known());
  EXPECT_FALSE(binary(huge, Op::mul, huge, false).known());
  EXPECT_EQ(binary(huge, Op::quo, huge, false), integer("1"));
  EXPECT_TRUE(compare(huge, Op::gtr, floating("1e400")));
}

TEST(ConstantArithmetic, Complex) {
  Constant i = imaginary("1i");
  EXPECT_EQ(binary(i, Op::mul, i, false).to_int().as_int64(), -1);
  EXPECT_EQ(imaginary("010i").imaginary_part(), integer("10"));
  EXPECT_EQ(binary(integer("1"), Op::add, imaginary("2i"), false).to_string(), "(1 + 2i)");
  EXPECT_FALSE(i.to_float().known());
}

TEST(ConstantConversion, IntegralFloats) {
  EXPECT_EQ(floating("4.0").to_int().as_int64(), 4);
  EXPECT_FALSE(floating("4.5").to_int().known());
  EXPECT_EQ(floating("1e3"), integer("1000"));
  EXPECT_EQ(integer("3").to_float().kind(), Constant::Kind::floating);
}

TEST(ConstantText, AsMessagesShowIt) {
  EXPECT_EQ(floating("1.5").to_string(), "1.5");
  EXPECT_EQ(floating("1e100").to_string(), "1e+100");
  EXPECT_EQ(Constant::of_string("a\"b\n").to_string(), R"("a\"b\n")");
  EXPECT_EQ(Constant::of_bool(true).to_string(), "true");
  EXPECT_LT(Constant::of_string(std::string(1000, 'x')).to_string().size(), 100u);
}

}  // namespace
}  // namespace gocheck::types
