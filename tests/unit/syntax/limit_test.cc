// Texts that would be too much for a naive parser.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "parse_text.h"

namespace gocheck::syntax {
namespace {

using testing::HasSubstr;

std::string repeated(const std::string& unit, size_t times) {
  std::string text;
  text.reserve(unit.size() * times);
  for (size_t i = 0; i < times; i++) text += unit;
  return text;
}

TEST(Limit, BracketsThatNeverClose) {
  on_large_stack([] {
    for (const char* bracket : {"(", "[", "{", "f(", "T{", "[]T{", "func() { ", "struct { a ", "if x { "}) {
      auto parsed = parse_text("package p\nvar x = " + repeated(bracket, 200'000));
      ASSERT_EQ(parsed->errors().size(), 1u) << bracket;
      EXPECT_THAT(parsed->first_error(), HasSubstr("nested too deeply")) << bracket;
    }
  });
}

TEST(Limit, NestingWithoutBrackets) {
  on_large_stack([] {
    const std::pair<const char*, const char*> cases[] = {
        {"var x = ", "-x"},   {"var x = ", "!"},    {"var x = ", "* "},    {"var x = ", "<-"},
        {"var x ", "[]"},     {"var x ", "*"},      {"var x ", "chan "},   {"var x ", "func() "},
        {"var x ", "map[K]"}, {"var x = a", ".b"},  {"var x = a", "()"},   {"var x = a", "[0]"},
        {"var x = 1", "+1"},  {"var x = a", "&&a"}, {"func f() {", "L: "}, {"func f() {", "if x { } else "},
    };
    for (const auto& [start, unit] : cases) {
      auto parsed = parse_text(std::string("package p\n") + start + repeated(unit, 100'000) + "\n");
      ASSERT_EQ(parsed->errors().size(), 1u) << unit;
      bool too_deep = parsed->first_error().find("nested too deeply") != std::string::npos;
      EXPECT_TRUE(too_deep || unit == std::string("-x")) << unit << parsed->first_error();
    }
  });
}

TEST(Limit, WhatIsReasonableIsAccepted) {
  on_large_stack([] {
    EXPECT_EQ(parse_text("package p\nvar x = 1" + repeated(" + 1", 9'000) + "\n")->first_error(), "");
    EXPECT_EQ(parse_text("package p\nvar x = a" + repeated(".b()", 4'000) + "\n")->first_error(), "");
    EXPECT_EQ(round_trip(repeated("(", 1'500) + "x" + repeated(")", 1'500)).size(), 3'001u);
    EXPECT_EQ(parse_body(repeated("if x { ", 1'000) + repeated("}", 1'000))->first_error(), "");
    EXPECT_EQ(parse_body(repeated("if x { } else ", 1'000) + "{ }")->first_error(), "");
    EXPECT_EQ(parse_text("package p\nvar x = []int{" + repeated("1, ", 100'000) + "}\n")->first_error(), "");
    EXPECT_EQ(parse_body(repeated("x = y\n", 50'000))->first_error(), "");
  });
}

// A chain at each level of brackets is deeper than each alone.
TEST(Limit, ChainsWithinBrackets) {
  on_large_stack([] {
    std::string text = "x";
    for (int i = 0; i < 100; i++) text = "(" + text + ")" + repeated("+1", 500);
    EXPECT_THAT(round_trip(text), HasSubstr("nested too deeply"));
  });
}

TEST(Limit, NotATextAtAll) {
  std::string bytes;
  uint32_t state = 1;
  for (int i = 0; i < 1'000'000; i++) {
    state = state * 1664525 + 1013904223;
    bytes += static_cast<char>(state >> 24);
  }
  auto parsed = parse_text(bytes);
  EXPECT_GE(parsed->errors().size(), 1u);
  EXPECT_LE(parsed->errors().size(), 30u);
  EXPECT_LE(parse_text(std::string(1'000'000, '\0'))->errors().size(), 11u);
}

// Any text is answered, by a tree or by errors: pieces of a program in random order.
TEST(Limit, RandomTokens) {
  const std::vector<std::string> pieces = {
      "x",     "1",       "\"s\"",     "'c'",   "(",      ")",      "[",       "]",          "{",
      "}",     ",",       ";",         ":",     ".",      "...",    "=",       ":=",         "+",
      "*",     "&",       "<-",        "==",    "&&",     "~",      "!",       "++",         "+=",
      "|",     "\n",      "func",      "if",    "else",   "for",    "range",   "switch",     "select",
      "case",  "default", "go",        "defer", "return", "break",  "goto",    "type",       "var",
      "const", "struct",  "interface", "map",   "chan",   "import", "package", "fallthrough"};
  on_large_stack([&] {
    uint32_t state = 7;
    auto random = [&](size_t n) {
      state = state * 1664525 + 1013904223;
      return (state >> 8) % n;
    };
    for (int round = 0; round < 3000; round++) {
      std::string text = "package p\nfunc f() {\n";
      for (size_t i = 0, n = 1 + random(40); i < n; i++) text += pieces[random(pieces.size())] + " ";
      auto parsed = parse_text(text);
      if (!parsed->diagnostics.any()) print(*parsed->file);
      EXPECT_LE(parsed->errors().size(), 30u);
    }
  });
}

}  // namespace
}  // namespace gocheck::syntax
