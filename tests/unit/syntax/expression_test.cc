// Expressions and types: what the parser makes of them, seen through to_string.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "parse_text.h"

namespace gocheck::syntax {
namespace {

TEST(Expression, IsWrittenAsItWasRead) {
  for (const char* text : {
           "a",
           "1",
           "0x1.8p-3",
           "'\\n'",
           "`a\nb`",
           "a.b.c",
           "a[i]",
           "a[i:j]",
           "a[:]",
           "a[i:]",
           "a[:j]",
           "a[i:j:k]",
           "a[:j:k]",
           "f()",
           "f(a, b)",
           "f(a, b...)",
           "x.(T)",
           "*p",
           "&x",
           "-x",
           "^x",
           "!x",
           "<-c",
           "(a)",
           "a + b",
           "a && b || c",
           "a &^ b",
           "[]int",
           "[5]int",
           "[...]int{…}",
           "[]int{}",
           "map[K]V{}",
           "T{…}",
           "p.T{…}",
           "[][]int{…}",
           "struct{}{}",
           "struct{a, b int; T; *p.T \"tag\"}",
           "interface{}",
           "interface{m(int) string; ~int | *T; E}",
           "func(a, b int, c ...string) (x, y int)",
           "func()",
           "func() int",
           "func() (int, error)",
           "chan int",
           "<-chan int",
           "chan<- int",
           "chan (<-chan int)",
           "chan<- chan int",
           "(<-chan int)(c)",
           "[]byte(s)",
           "map[string]int(m)",
           "(func())(f)",
           "f[int](x)",
           "T[int, []string]{…}",
           "a.b[c.D, *e](f)",
           "(*T).m",
           "interface{m()}.m",
           "func() {}",
           "func() {…}()",
           "make(chan struct{}, 1)",
           "x.(interface{m()})",
           "new([n + 1]T)",
           "a.b(c)[d].e(f...)",
       }) {
    std::string source = text;
    for (size_t i; (i = source.find("…")) != source.npos;) source.replace(i, std::string("…").size(), "1");
    EXPECT_EQ(round_trip(source), text);
  }
}

TEST(Expression, OperatorsBindAsInGo) {
  auto shape = [](const std::string& text) {
    // Shows the grouping with parentheses.
    std::function<std::string(const Expr*)> group = [&](const Expr* e) -> std::string {
      if (e->kind != NodeKind::binary_expr) return to_string(e);
      auto* b = static_cast<const BinaryExpr*>(e);
      return "(" + group(b->left) + std::string(spelling(b->op)) + group(b->right) + ")";
    };
    auto parsed = parse_text("package p\nvar x = " + text + "\n");
    const Expr* value = value_of(*parsed);
    return value ? group(value) : parsed->first_error();
  };
  EXPECT_EQ(shape("a + b * c"), "(a+(b*c))");
  EXPECT_EQ(shape("a * b + c"), "((a*b)+c)");
  EXPECT_EQ(shape("a - b - c"), "((a-b)-c)");
  EXPECT_EQ(shape("a || b && c == d | e & f"), "(a||(b&&(c==(d|(e&f)))))");
  EXPECT_EQ(shape("-a * b"), "(-a*b)");
  EXPECT_EQ(shape("a << b >> c"), "((a<<b)>>c)");
  EXPECT_EQ(shape("a < b == c"), "((a<b)==c)");
  EXPECT_EQ(shape("-x.y[0]"), "-x.y[0]");
  EXPECT_EQ(shape("0x7E+1"), "(0x7E+1)");
}

TEST(Expression, ArrowsBelongToTheLeftmostChannel) {
  EXPECT_EQ(round_trip("<-chan <-chan int"), "<-chan <-chan int");
  EXPECT_EQ(round_trip("<-chan int(c)"), "<-chan int(c)");
  auto parsed = parse_text("package p\nvar x = <-chan int(c)\n");
  EXPECT_EQ(value_of(*parsed)->kind, NodeKind::unary_expr);  // a receive from a conversion
  parsed = parse_text("package p\nvar x = (<-chan int)(c)\n");
  EXPECT_EQ(value_of(*parsed)->kind, NodeKind::call_expr);
}

TEST(Expression, LiteralKinds) {
  auto kind = [](const char* text) {
    auto parsed = parse_text(std::string("package p\nvar x = ") + text + "\n");
    return static_cast<const BasicLit*>(value_of(*parsed))->lit;
  };
  for (const char* text : {"0", "42", "1_000", "0x1F", "0b1", "0o17", "017"})
    EXPECT_EQ(kind(text), LitKind::integer);
  for (const char* text : {"1.", ".5", "1e9", "0x1p-2", "0x.8P1", "08.5", "09e1"})
    EXPECT_EQ(kind(text), LitKind::floating);
  for (const char* text : {"1i", "0x1p1i", "089i", "1.5e3i"}) EXPECT_EQ(kind(text), LitKind::imaginary);
  for (const char* text : {"'a'", "'\\''", "'本'", "'\\U0010FFFF'", "'\\377'"})
    EXPECT_EQ(kind(text), LitKind::character);
  for (const char* text : {"\"a\\\"b\"", "`\\`"}) EXPECT_EQ(kind(text), LitKind::string);
}

TEST(Expression, PositionsCountBytes) {
  auto parsed = parse_text("package p\nvar x = \"é\" + `a\nb` + (c)\n");
  auto* sum = static_cast<const BinaryExpr*>(value_of(*parsed));
  EXPECT_EQ(sum->pos, (Position{0, 2, 9}));
  EXPECT_EQ(sum->left->end, (Position{0, 3, 3}));
  EXPECT_EQ(sum->op_pos, (Position{0, 3, 4}));
  EXPECT_EQ(sum->right->pos, (Position{0, 3, 6}));
  EXPECT_EQ(sum->end, (Position{0, 3, 9}));
}

TEST(Expression, IdsAreDense) {
  auto parsed = parse_text("package p\nfunc f(a int) { g(a + 1) }\n");
  EXPECT_GT(parsed->arena.expr_count(), 5u);
  EXPECT_LT(parsed->arena.expr_count(), 15u);
}

}  // namespace
}  // namespace gocheck::syntax
