// Growth of slices, text of floats, UTF-8, comparison.
#include <gtest/gtest.h>

#include <limits>

#include "runtime/machine/arithmetic.h"
#include "runtime/machine/compare.h"
#include "runtime/machine/print.h"
#include "runtime/machine/slices.h"
#include "runtime/machine/utf8.h"
#include "tests/unit/machine/assembler.h"
#include "tests/unit/machine/test_executor.h"

namespace gocheck::machine {
namespace {

TEST(Slices, GrowAsGoDoes) {
  // cap() after append(make([]int, n), 0), from Go 1.19.
  EXPECT_EQ(grown_capacity(0, 1, 8), 1u);
  EXPECT_EQ(grown_capacity(1, 2, 8), 2u);
  EXPECT_EQ(grown_capacity(4, 5, 8), 8u);
  EXPECT_EQ(grown_capacity(5, 6, 8), 10u);
  EXPECT_EQ(grown_capacity(256, 257, 8), 512u);
  EXPECT_EQ(grown_capacity(512, 513, 8), 848u);
  EXPECT_EQ(grown_capacity(848, 849, 8), 1280u);
  EXPECT_EQ(grown_capacity(0, 5, 8), 6u);
  EXPECT_EQ(grown_capacity(0, 1, 1), 8u);
  EXPECT_EQ(grown_capacity(8, 9, 1), 16u);
  EXPECT_EQ(grown_capacity(3, 7, 0), 7u);
  EXPECT_EQ(grown_capacity(10000, 10001, 8), 13312u);
  EXPECT_EQ(grown_capacity(1, uint64_t{1} << 60, 8), 0u);
}

TEST(Print, FloatsHaveSevenDigits) {
  EXPECT_EQ(print_float(0), "+0.000000e+000");
  EXPECT_EQ(print_float(-0.0), "-0.000000e+000");
  EXPECT_EQ(print_float(1.5), "+1.500000e+000");
  EXPECT_EQ(print_float(-123456789), "-1.234568e+008");
  EXPECT_EQ(print_float(1e-300), "+1.000000e-300");
  EXPECT_EQ(print_float(9.9999999), "+1.000000e+001");
  EXPECT_EQ(print_float(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(print_float(std::numeric_limits<double>::quiet_NaN()), "NaN");
}

TEST(Arithmetic, FloatsThatDoNotFitBecomeTheSmallestInteger) {
  EXPECT_EQ(float_to_signed(1e300), Slot{1} << 63);
  EXPECT_EQ(float_to_signed(std::numeric_limits<double>::quiet_NaN()), Slot{1} << 63);
  EXPECT_EQ(static_cast<int64_t>(float_to_signed(-1.9)), -1);
  EXPECT_EQ(float_to_unsigned(18446744073709549568.0), 18446744073709549568u);
}

TEST(Utf8, DecodesByteByByteWhatIsInvalid) {
  const auto first = [](std::string_view text) {
    const utf8::Decoded decoded = utf8::decode(text);
    return std::pair(decoded.rune, decoded.size);
  };
  const std::pair<int32_t, uint32_t> invalid(utf8::kReplacement, 1);
  EXPECT_EQ(first("a"), std::pair(int32_t{'a'}, 1u));
  EXPECT_EQ(first("\xe2\x82\xac"), std::pair(0x20ac, 3u));
  EXPECT_EQ(first("\xf0\x9f\x98\x80"), std::pair(0x1f600, 4u));
  EXPECT_EQ(first("\xe2\x82"), invalid);
  EXPECT_EQ(first("\xc0\x80"), invalid);          // overlong
  EXPECT_EQ(first("\xed\xa0\x80"), invalid);      // surrogate
  EXPECT_EQ(first("\xf4\x90\x80\x80"), invalid);  // beyond Unicode
  EXPECT_EQ(first("\x80"), invalid);
  std::string text;
  utf8::append(text, 0xd800);
  EXPECT_EQ(text, "\xef\xbf\xbd");
}

TEST(Compare, InterfacesCompareTypesFirst) {
  Assembler a;
  TestExecutor e(a.program);
  Goroutine g;
  const Slot one[2] = {a.program.type_int, 1}, narrow_one[2] = {a.int32, 1}, nil[2] = {};
  EXPECT_EQ(equal_interfaces(e, g, one, one), Equality::yes);
  EXPECT_EQ(equal_interfaces(e, g, one, narrow_one), Equality::no);
  EXPECT_EQ(equal_interfaces(e, g, one, nil), Equality::no);
  EXPECT_EQ(equal_interfaces(e, g, nil, nil), Equality::yes);
  const Slot slice[2] = {a.ints, 0};
  EXPECT_EQ(equal_interfaces(e, g, slice, one), Equality::no);
  EXPECT_EQ(equal_interfaces(e, g, slice, slice), Equality::panicked);
}

TEST(Compare, StructuresCompareFieldByField) {
  Assembler a;
  const TypeId id = a.wide(Kind::structure, "main.S", 3, true);
  a.program.types[id].fields = {{"x", a.int32, 0}, {"_", a.int32, 4}, {"s", a.program.type_string, 8}};
  TestExecutor e(a.program);
  Goroutine g;
  const auto make = [&](int32_t x, int32_t blank, const char* text) {
    std::array<Slot, 3> slots = {};
    slots[0] = static_cast<uint32_t>(x) | static_cast<uint64_t>(blank) << 32;
    slots[1] = e.address_of(text);
    slots[2] = strlen(text);
    return slots;
  };
  const auto same = [&](const auto& x, const auto& y) {
    return equal(e, g, id, reinterpret_cast<const char*>(x.data()), reinterpret_cast<const char*>(y.data()));
  };
  const auto hashed = [&](const auto& x) {
    uint64_t result;
    EXPECT_TRUE(hash(e, g, id, reinterpret_cast<const char*>(x.data()), result));
    return result;
  };
  EXPECT_EQ(same(make(1, 2, "ab"), make(1, 3, "ab")), Equality::yes);
  EXPECT_EQ(hashed(make(1, 2, "ab")), hashed(make(1, 3, "ab")));
  EXPECT_EQ(same(make(1, 2, "ab"), make(2, 2, "ab")), Equality::no);
  EXPECT_EQ(same(make(1, 2, "ab"), make(1, 2, "ac")), Equality::no);
  EXPECT_NE(hashed(make(1, 2, "ab")), hashed(make(1, 2, "ac")));
}

}  // namespace
}  // namespace gocheck::machine
