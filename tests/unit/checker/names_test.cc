#include "checker/detect/names.h"

#include <gtest/gtest.h>

namespace gocheck::checker {
namespace {

std::vector<std::string> numbered(const std::string& function, int first, int last) {
  std::vector<std::string> names;
  for (int i = first; i <= last; ++i) names.push_back(function + "#" + std::to_string(i));
  return names;
}

TEST(Names, FewAreAllNamed) {
  EXPECT_EQ(enumeration({"main"}), "main");
  EXPECT_EQ(enumeration({"main", "f#2"}), "main and f#2");
  EXPECT_EQ(enumeration({"a", "b", "c", "d"}), "a, b, c and d");
  EXPECT_EQ(enumeration({"a", "b", "c", "d", "e"}), "a, b, c and 2 others");
}

TEST(Names, ManyInARowAreARange) {
  EXPECT_EQ(in_short(numbered("f", 2, 4)), "f#2, f#3 and f#4");
  EXPECT_EQ(in_short(numbered("f", 9, 13)), "f#9 to #13 (5 goroutines)");
  std::vector<std::string> names = numbered("f", 2, 101);
  std::swap(names[0], names[50]);
  EXPECT_EQ(in_short(names), "f#2 to #101 (100 goroutines)");
}

TEST(Names, NoRangeWhereOneIsMissingOrOfAnotherFunction) {
  std::vector<std::string> names = numbered("f", 2, 7);
  names.erase(names.begin() + 2);
  EXPECT_EQ(in_short(names), "f#2, f#3, f#5 and 2 others");
  names = numbered("f", 2, 5);
  names.push_back("g#6");
  EXPECT_EQ(in_short(names), "f#2, f#3, f#4 and 2 others");
  names.back() = "main";
  EXPECT_EQ(in_short(names), "f#2, f#3, f#4 and 2 others");
}

}  // namespace
}  // namespace gocheck::checker
