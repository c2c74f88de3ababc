#include <gtest/gtest.h>

#include "tests/unit/types/check_snippet.h"

namespace gocheck::types {
namespace {

TEST(Decl, ConstantsRepeatTheirSpecification) {
  auto s = check_snippet(R"(
const (
	a, b = iota, iota * 10
	c, d
	_, _
	e, f
)
const ( x float64 = 1 << iota; y; z )
)");
  EXPECT_EQ(s->errors(), "");
  auto value = [&](std::string_view name) {
    return static_cast<ConstantObject*>(s->package->scope->find(name))->value.to_string();
  };
  EXPECT_EQ(value("c"), "1");
  EXPECT_EQ(value("d"), "10");
  EXPECT_EQ(value("f"), "30");
  EXPECT_EQ(value("z"), "4");
  EXPECT_EQ(s->type_of("z"), "float64");
  EXPECT_EQ(s->type_of("e"), "untyped int");
}

TEST(Decl, InheritedConstantErrorsAreAtTheName) {
  EXPECT_EQ(errors_of("\nconst (\n\ta int8 = 100 << iota\n\tb\n\tc = x\n)\n").substr(0, 3), "4: ");
  EXPECT_EQ(errors_of("\nconst (\n\ta = x\n\tb\n)\n"), "3: undefined: x\n4: undefined: x\n");
}

TEST(Decl, ConstantArity) {
  EXPECT_EQ(errors_of("\nconst a, b = 1\n"), "2: missing init expr for b\n");
  EXPECT_EQ(errors_of("\nconst a = 1, 2\n"), "2: extra init expr 2\n");
  EXPECT_EQ(errors_of("\nvar a, b, c = 1, 2\n"), "2: missing init expr for c\n");
}

TEST(Decl, Redeclaration) {
  EXPECT_EQ(errors_of("\nvar x int\nfunc x() {}\n"), "3: x redeclared in this block\n");
  EXPECT_EQ(errors_of("\nfunc f(a int, a string) {}\n"), "2: a redeclared in this block\n");
  EXPECT_EQ(errors_of("\nfunc f(a int) { a := 1; _ = a }\n"), "2: no new variables on left side of :=\n");
  EXPECT_EQ(errors_of("\nvar _ = 1\nvar _ = 2\nfunc _() {}\nfunc _() {}\n"), "");
}

TEST(Decl, InitAndMain) {
  EXPECT_EQ(errors_of("package main; func init() {}; func init() {}; func main() {}"), "");
  EXPECT_EQ(errors_of("package main; func main() int { return 1 }"),
            "1: func main must have no arguments and no return values\n");
  EXPECT_EQ(errors_of("\nvar init int\n"), "2: cannot declare init - must be func\n");
  EXPECT_EQ(errors_of("\nfunc init() {}\nfunc f() { init() }\n"), "3: undefined: init\n");
}

TEST(Decl, MissingBody) {
  EXPECT_EQ(errors_of("\nfunc f()\n"), "2: missing function body\n");
  auto s = check_snippet("import \"m\"\nvar _ = m.F()\n", {{"m", "package m; func F() int"}});
  EXPECT_EQ(s->errors(), "");
  EXPECT_TRUE(static_cast<Func*>(s->imported["m"]->scope->find("F"))->native);
}

TEST(Decl, RecursiveTypes) {
  EXPECT_EQ(errors_of("\ntype T struct { next *T; m map[string]T; f func(T) T; c chan T; s []T }\n"), "");
  EXPECT_EQ(errors_of("\ntype T struct { t T }\n"), "2: invalid recursive type T\n");
  EXPECT_EQ(errors_of("\ntype A struct { b B }\ntype B [2]A\n"), "2: invalid recursive type A\n");
  EXPECT_EQ(errors_of("\ntype A B\ntype B C\ntype C A\n"), "2: invalid recursive type A\n");
  EXPECT_EQ(errors_of("\ntype A = B\ntype B = A\n"), "2: invalid recursive type A\n");
  EXPECT_EQ(errors_of("\ntype I interface { J }\ntype J interface { I }\n"), "2: invalid recursive type I\n");
  EXPECT_EQ(errors_of("\ntype T [len(x)]int\nvar x T\n"), "2: invalid recursive type T\n");
  EXPECT_EQ(errors_of("func f() { type T struct { a [2]T }; var x T; _ = x }\n"), "1: invalid recursive type T\n");
  auto s = check_snippet("type A struct { p *B }\ntype B A\ntype C = *D\ntype D struct { c C }\n");
  EXPECT_EQ(s->errors(), "");
  EXPECT_EQ(to_string(underlying(s->package->scope->find("B")->type), s->package), "struct{p *B}");
}

TEST(Decl, RecursiveTypeMessageNamesTheCycle) {
  auto s = check_snippet("\ntype A struct { b B }\ntype B struct { a A }\n");
  ASSERT_EQ(s->diagnostics.count(), 1u);
  EXPECT_EQ(s->diagnostics.sorted()[0].message,
            "invalid recursive type A\n\tp.go:2:6: A refers to\n\tp.go:3:6: B refers to\n\tp.go:2:6: A");
}

TEST(Decl, Methods) {
  EXPECT_EQ(errors_of("\ntype T int\nfunc (T) m() {}\nfunc (*T) m() {}\n"), "4: T.m redeclared in this block\n");
  EXPECT_EQ(errors_of("\ntype T struct { m int }\nfunc (T) m() {}\n"), "3: field and method with the same name m\n");
  EXPECT_EQ(errors_of("\nfunc (int) m() {}\n"), "2: cannot define new methods on non-local type int\n");
  EXPECT_EQ(errors_of("\ntype P *int\nfunc (P) m() {}\n"), "3: invalid receiver type P (pointer or interface type)\n");
  EXPECT_EQ(errors_of("\ntype T int\ntype A = T\nfunc (a *A) m() {}\nvar t T\nvar f = t.m\n"), "");
  EXPECT_EQ(errors_of("\nfunc (undefinedType) m() {}\n"), "2: undefined: undefinedType\n");
}

TEST(Decl, InitializationOrder) {
  auto s = check_snippet(R"(
var a = c + b
var b = f()
var c = f()
var d = 3
var e, g = two()
func f() int { d++; return d }
func two() (int, int) { return a, h.m() }
type H int
var h H = H(k)
var k = 1
func (H) m() int { return k }
)");
  EXPECT_EQ(s->errors(), "");
  std::string order;
  for (const auto& init : s->package->initializers) {
    for (const Var* v : init.left) order += std::string(v->name);
    order += " ";
  }
  EXPECT_EQ(order, "d b c a k h eg ");
}

TEST(Decl, InitializationCycles) {
  EXPECT_EQ(errors_of("\nvar x = x\n"), "2: initialization loop for x\n");
  EXPECT_EQ(errors_of("\nvar x int = f()\nfunc f() int { return g() }\nfunc g() int { return x }\n"),
            "2: initialization loop for x\n");
  EXPECT_EQ(errors_of("\nconst a = b\nconst b = a\n"), "2: initialization loop for a\n");
  EXPECT_EQ(errors_of("\nfunc f() { g() }\nfunc g() { f() }\n"), "");
  EXPECT_EQ(errors_of("\nvar x = func() int { return y }()\nvar y = x\n"), "2: initialization loop for x\n");
}

TEST(Decl, LocalTypesAreNumbered) {
  auto s = check_snippet("func f() { type T int; var _ T; { type T string; var _ T } }\ntype T bool\n");
  EXPECT_EQ(s->errors(), "");
  std::string numbers;
  for (const TypeName* t : s->package->types) numbers += std::to_string(t->local_number);
  EXPECT_EQ(numbers, "012");
}

TEST(Decl, Imports) {
  std::map<std::string, std::string> library = {{"a/b", "package b; const C = 1; type T int; func F() {}"}};
  EXPECT_EQ(errors_of("\nimport \"a/b\"\n", library), "2: \"a/b\" imported and not used\n");
  EXPECT_EQ(errors_of("\nimport x \"a/b\"\n", library), "2: \"a/b\" imported as x and not used\n");
  EXPECT_EQ(errors_of("\nimport . \"a/b\"\nvar _ T = C\n", library), "");
  EXPECT_EQ(errors_of("\nimport . \"a/b\"\n", library), "2: \"a/b\" imported and not used\n");
  EXPECT_EQ(errors_of("\nimport _ \"a/b\"\n", library), "");
  EXPECT_EQ(errors_of("\nimport \"foo\"\nvar _ = foo.X\n"), "2: package foo is not in std\n");
  EXPECT_EQ(errors_of("\nimport \"text/scanner\"\nvar _ = scanner.X\n"), "2: not supported yet: package text/scanner\n");
  EXPECT_EQ(errors_of("\nimport \"unsafe\"\nvar _ = unsafe.Slice\n"), "3: not supported yet: unsafe.Slice\n");
  EXPECT_EQ(errors_of("\nimport \"a/b\"\nfunc b() {}\n", library).substr(0, 30), "3: b already declared through ");
}

TEST(Decl, TypeExpressions) {
  EXPECT_EQ(errors_of("\nvar n int\nvar a [n]int\n"), "3: invalid array length n\n");
  EXPECT_EQ(errors_of("\nvar a [-1]int\n").substr(0, 25), "2: invalid array length -");
  EXPECT_EQ(errors_of("\nvar a [1.5]int\n"), "2: array length 1.5 (untyped float constant) must be integer\n");
  EXPECT_EQ(errors_of("\ntype M map[[]int]bool\n"), "2: invalid map key type []int\n");
  EXPECT_EQ(errors_of("\ntype K struct { f func() }\ntype M map[K]bool\n"), "3: invalid map key type K\n");
  EXPECT_EQ(errors_of("\ntype S struct { a int; a string }\n"), "2: a redeclared\n");
  EXPECT_EQ(errors_of("\ntype P *int\ntype S struct { P }\n"), "3: embedded field type cannot be a pointer\n");
  EXPECT_EQ(errors_of("\ntype I interface { m(); m() }\n"), "2: duplicate method m\n");
  EXPECT_EQ(errors_of("\ntype A interface { m() }\ntype B interface { m() int }\ntype C interface { A; B }\n"),
            "4: duplicate method m\n");
  EXPECT_EQ(errors_of("\ntype A interface { m() }\ntype B interface { A; m() }\n"), "");
  EXPECT_EQ(errors_of("\nvar x y\nvar y int\n"), "2: y is not a type\n");
  EXPECT_EQ(errors_of("\nfunc f(x ...int, y int) {}\n"), "2: can only use ... with final parameter in list\n");
}

}  // namespace
}  // namespace gocheck::types
