#include <gtest/gtest.h>

#include "tests/unit/types/check_snippet.h"

namespace gocheck::types {
namespace {

// Errors of a function body (on line 1).
std::string body(const std::string& text) {
  return errors_of("func f(i int, s string, b bool, c chan int, e interface{}, fn func() (int, string)) { " + text +
                   " }");
}

TEST(Stmt, Assignments) {
  EXPECT_EQ(body("i = 1; i, s = 2, \"\"; i, s = fn(); _ = i; _, _ = fn()"), "");
  EXPECT_EQ(body("i, s = 1"), "1: assignment mismatch: 2 variables but 1 value\n");
  EXPECT_EQ(body("i = fn()"), "1: assignment mismatch: 1 variable but fn returns 2 values\n");
  EXPECT_EQ(body("x, y, z := fn()"), "1: assignment mismatch: 3 variables but fn returns 2 values\n");
  EXPECT_EQ(body("s[0] = 'a'"), "1: cannot assign to s[0] (neither addressable nor a map index expression)\n");
  EXPECT_EQ(body("m := map[int]struct{ x int }{}; m[1].x = 2"), "1: cannot assign to struct field m[1].x in map\n");
  EXPECT_EQ(body("_ = nil"), "1: use of untyped nil in assignment\n");
  EXPECT_EQ(body("x := nil; _ = x"), "1: use of untyped nil in assignment\n");
  EXPECT_EQ(body("v, ok := e.(int); _, _ = v, ok; v, ok = <-c"), "");
}

TEST(Stmt, CommaOkHasTupleType) {
  auto s = check_snippet("func f(m map[string]int) { v, ok := m[\"\"]; _, _ = v, ok }");
  EXPECT_EQ(s->errors(), "");
  const auto* decl = static_cast<const Func*>(s->package->scope->find("f"))->decl;
  auto* assign = static_cast<const syntax::AssignStmt*>(decl->body->stmts[0]);
  EXPECT_EQ(to_string(s->info.type_of(assign->right[0]), s->package), "(int, bool)");
}

TEST(Stmt, OperatorAssignments) {
  EXPECT_EQ(body("i += 1; s += \"x\"; i <<= 2; i++; i--"), "");
  EXPECT_EQ(body("s++"), "1: invalid operation: s++ (non-numeric type string)\n");
  EXPECT_NE(body("i += s"), "");
  EXPECT_NE(body("5++"), "");
}

TEST(Stmt, ShortDeclarations) {
  EXPECT_EQ(body("i := 1; i, j := 1, 2; _, _ = i, j"), "1: no new variables on left side of :=\n");
  EXPECT_EQ(body("x, x := 1, 2; _ = x"), "1: x repeated on left side of :=\n");
  EXPECT_EQ(body("x := 1"), "1: x declared but not used\n");
  EXPECT_EQ(body("x := 1; x = 2"), "1: x declared but not used\n");
  EXPECT_EQ(body("x := func() int { return x }; _ = x"), "1: undefined: x\n");
  EXPECT_EQ(body("x := 1; func() { x := 2 }(); _ = x"), "1: x declared but not used\n");
  EXPECT_EQ(body("x := undefinedThing"), "1: undefined: undefinedThing\n");
}

TEST(Stmt, Return) {
  EXPECT_EQ(errors_of("func f() (int, string) { return 1, \"\" }"), "");
  EXPECT_EQ(errors_of("func f() (a int, b string) { return }"), "");
  EXPECT_EQ(errors_of("func f() (int, string) { return 1 }"), "1: not enough return values\n");
  EXPECT_EQ(errors_of("func f() (int) { return 1, 2 }"), "1: too many return values\n");
  EXPECT_EQ(errors_of("func f() { return 1 }"), "1: too many return values\n");
  EXPECT_EQ(errors_of("func f() int { return }"), "1: not enough return values\n");
  EXPECT_EQ(errors_of("func f() (a int) { { a := 1; _ = a; return } }"),
            "1: result parameter a not in scope at return\n");
}

TEST(Stmt, MissingReturn) {
  EXPECT_EQ(errors_of("\nfunc f() int {\n}\n"), "3: missing return\n");
  const char* terminating[] = {
      "for {}", "panic(1)", "goto L; L: return 1", "if true { return 1 } else { return 2 }", "{ return 1 }",
      "switch { case true: return 1; default: panic(2) }", "select {}", "L: for { for { break }; continue L }",
      "switch { case true: fallthrough; default: return 1 }", "return 1;;"};
  for (const char* text : terminating) {
    EXPECT_EQ(errors_of("func f() int { " + std::string(text) + " }"), "") << text;
  }
  const char* running_off[] = {"for true {}", "if true { return 1 }", "for { break }", "switch { case true: return 1 }",
                               "L: for { for { break L } }", "switch { default: break }", "select { default: break }",
                               "func() { panic(1) }()", "for range 3 { return 1 }",
                               "panic := func(int) {}; panic(1)"};
  for (const char* text : running_off) {
    EXPECT_EQ(errors_of("func f() int { " + std::string(text) + " }"), "1: missing return\n") << text;
  }
}

TEST(Stmt, Conditions) {
  EXPECT_EQ(body("if i {}"), "1: non-boolean condition in if statement\n");
  EXPECT_EQ(body("for i {}"), "1: non-boolean condition in for statement\n");
  EXPECT_EQ(body("for j := 0; j < 3; j++ {}"), "");
  EXPECT_EQ(body("if x := i; x > 0 { _ = x } else if y := x; y > 0 {}"), "");
}

TEST(Stmt, ExpressionStatements) {
  EXPECT_EQ(body("i"), "1: i (variable of type int) is not used\n");
  EXPECT_EQ(body("len(s)").substr(0, 9), "1: len(s)");
  EXPECT_EQ(body("int"), "1: int (type) is not an expression\n");
  EXPECT_EQ(body("len"), "1: len (built-in) must be called\n");
  EXPECT_EQ(body("fn(); <-c"), "");
}

TEST(Stmt, GoAndDefer) {
  EXPECT_EQ(body("go fn(); defer close(c); go func() {}()"), "");
  EXPECT_EQ(body("go i"), "1: expression in go must be function call\n");
  EXPECT_EQ(body("defer int(i)").substr(0, 51), "1: defer requires function call, not conversion int");
  EXPECT_EQ(body("defer len(s)").substr(0, 28), "1: defer discards result of ");
}

TEST(Stmt, Send) {
  EXPECT_EQ(body("c <- 1"), "");
  EXPECT_EQ(body("i <- 1"), "1: invalid operation: cannot send to non-channel i (variable of type int)\n");
  EXPECT_NE(body("c <- s"), "");
  EXPECT_EQ(errors_of("func f(c <-chan int) { c <- 1 }"),
            "1: invalid operation: cannot send to receive-only channel c (variable of type <-chan int)\n");
}

TEST(Stmt, Switch) {
  EXPECT_EQ(body("switch i { case 1, 2: case 3: fallthrough; default: }"), "");
  EXPECT_EQ(body("switch { case i > 1: case b: }"), "");
  EXPECT_EQ(body("switch i { case 1: case 1: }"),
            "1: duplicate case 1 (constant of type int) in expression switch\n");
  EXPECT_EQ(body("switch e { case 1: case int8(1): case \"x\": }"), "");
  EXPECT_NE(body("switch i { case s: }"), "");
  EXPECT_EQ(body("switch { default: default: }").substr(0, 29), "1: multiple defaults (first a");
  EXPECT_EQ(body("switch i { case 1: fallthrough }"), "1: cannot fallthrough final case in switch\n");
  EXPECT_EQ(body("fallthrough"), "1: fallthrough statement out of place\n");
  EXPECT_EQ(body("switch i { case 1: if b { fallthrough }; default: }"), "1: fallthrough statement out of place\n");
  EXPECT_EQ(body("switch fn { case nil: }"), "");
  EXPECT_EQ(body("switch x := i; x {}"), "");
}

TEST(Stmt, TypeSwitch) {
  EXPECT_EQ(body("switch x := e.(type) { case int: _ = x + 1; case nil: _ = x; case string, bool: _ = x }"), "");
  EXPECT_EQ(body("switch x := e.(type) { case int: }"), "1: x declared but not used\n");
  EXPECT_EQ(body("switch i.(type) {}"), "1: i (variable of type int) is not an interface\n");
  EXPECT_EQ(body("switch e.(type) { case int: case int: }"), "1: duplicate case int in type switch\n");
  EXPECT_EQ(body("switch e.(type) { case nil: case nil: }"), "1: duplicate case nil in type switch\n");
  EXPECT_EQ(body("switch e.(type) { case int: fallthrough; case bool: }"), "1: cannot fallthrough in type switch\n");
  auto s = check_snippet("func f(e any) { switch x := e.(type) { case int: _ = x; case int8, nil: _ = x } }");
  std::string implicits;
  for (auto [clause, var] : s->info.implicits) implicits += to_string(var->type, s->package) + ";";
  EXPECT_TRUE(implicits == "int;any;" || implicits == "any;int;") << implicits;
}

TEST(Stmt, Select) {
  EXPECT_EQ(body("select { case c <- 1: case x := <-c: _ = x; case x, ok := <-c: _, _ = x, ok; case <-c: default: }"), "");
  EXPECT_EQ(body("select { case i = <-c: case i, b = <-c: }"), "");
  EXPECT_EQ(body("select { case i: }"), "1: select case must be receive, send or assign recv\n");
  EXPECT_EQ(body("select { case x := i: _ = x }"), "1: select case must be receive, send or assign recv\n");
}

TEST(Stmt, BuiltinsOfVersions) {
  const std::string text = "var m map[int]int\nfunc f() { clear(m) }\nvar _ = min(1, max(2, 3))\n";
  EXPECT_EQ(errors_of(text, {}, "go1.21"), "");
  EXPECT_EQ(errors_of(text, {}, "go1.20"),
            "2: clear requires go1.21 or later\n3: min requires go1.21 or later\n3: max requires go1.21 or later\n");
}

TEST(Stmt, Range) {
  EXPECT_EQ(body("for range 3 {}; for i := range 3 { _ = i }; for i := range i { _ = i }"), "");
  EXPECT_EQ(body("for i, r := range s { _, _ = i+1, r+'a' }; for x := range c { _ = x }"), "");
  EXPECT_EQ(body("var a [3]int; for i, x := range &a { _, _ = i, x }; for i = range a {}"), "");
  EXPECT_EQ(body("m := map[string]bool{}; for s, b = range m {}; for k := range m { s = k }"), "");
  EXPECT_EQ(body("for i, j := range 3 { _, _ = i, j }").substr(0, 14), "1: range over ");
  EXPECT_EQ(body("for range b {}"), "1: cannot range over b (variable of type bool)\n");
  EXPECT_EQ(body("for x := range s {}"), "1: x declared but not used\n");
  EXPECT_EQ(body("for s = range i {}").substr(0, 13), "1: cannot use");
  EXPECT_EQ(body("var u uint8; for u = range 200 { _ = u }"), "");
  EXPECT_NE(body("var u uint8; for u = range 300 { _ = u }"), "");
  EXPECT_EQ(errors_of("func f(g func(func(int) bool)) { for i := range g { _ = i } }", {}, "go1.22"),
            "1: cannot range over g (variable of type func(func(int) bool)): requires go1.23 or later\n");
  const auto over = [](const std::string& type, const std::string& loop) {
    return errors_of("func f(g " + type + ") { " + loop + " }", {}, "go1.23");
  };
  EXPECT_EQ(over("func(func(int) bool)", "for range g {}; for i := range g { _ = i }"), "");
  EXPECT_EQ(over("func(func() bool)", "for i := range g { _ = i }"),
            "1: range over g (variable of type func(func() bool)) permits no iteration variables\n");
  EXPECT_NE(over("func(func(int) bool)", "for i, j := range g { _, _ = i, j }").find("permits only one"), std::string::npos);
  const std::string must = ": func must be func(yield func(...) bool): ";
  EXPECT_NE(over("func()", "for range g {}").find(must + "wrong argument count"), std::string::npos);
  EXPECT_NE(over("func(int)", "for range g {}").find(must + "argument is not func"), std::string::npos);
  EXPECT_NE(over("func(func() bool) int", "for range g {}").find(must + "unexpected results"), std::string::npos);
  EXPECT_NE(over("func(func())", "for range g {}").find(must + "yield func does not return bool"), std::string::npos);
  EXPECT_NE(over("func(func(a, b, c int) bool)", "for range g {}").find(must + "yield func has too many"), std::string::npos);
  EXPECT_EQ(errors_of("func f() { for range 3 {} }", {}, "go1.21"),
            "1: cannot range over 3 (untyped int constant): requires go1.22 or later\n");
  EXPECT_EQ(errors_of("func f(c chan<- int) { for range c {} }"),
            "1: cannot range over c (variable of type chan<- int): receive from send-only channel\n");
}

TEST(Stmt, LoopVariableSemanticsFollowTheLanguageVersion) {
  EXPECT_TRUE(check_snippet("func f() {}")->package->loop_var_per_iteration);
  EXPECT_FALSE(check_snippet("func f() {}", {}, "go1.21")->package->loop_var_per_iteration);
  EXPECT_FALSE(check_snippet("//go:build go1.21\npackage p\n")->package->loop_var_per_iteration);
}

TEST(Stmt, Branches) {
  EXPECT_EQ(body("for { break; continue }; L: for { break L; continue L }; switch { case true: break }"), "");
  EXPECT_EQ(body("break"), "1: break is not in a loop, switch, or select\n");
  EXPECT_EQ(body("continue"), "1: continue is not in a loop\n");
  EXPECT_EQ(body("for { break L }"), "1: break label not defined: L\n");
  EXPECT_EQ(body("L: switch { default: for { continue L } }"), "1: invalid continue label L\n");
  EXPECT_EQ(body("L: i = 1"), "1: label L defined and not used\n");
  EXPECT_EQ(body("goto L"), "1: label L not defined\n");
  EXPECT_EQ(body("goto L; { L: }").substr(0, 25), "1: goto L jumps into bloc");
  EXPECT_EQ(body("goto L; x := 1; _ = x; L:").substr(0, 37), "1: goto L jumps over declaration of x");
  EXPECT_EQ(body("L: i = 1; goto L"), "");
  EXPECT_EQ(body("L: for {}; L: for {}; goto L").substr(0, 25), "1: label L already define");
  EXPECT_EQ(body("for { func() { break }() }"), "1: break is not in a loop, switch, or select\n");
}

TEST(Stmt, BranchTargets) {
  auto s = check_snippet("func f() { A: for { B: for { break A; continue B } } }");
  EXPECT_EQ(s->errors(), "");
  ASSERT_EQ(s->info.branch_targets.size(), 2u);
  for (auto [branch, target] : s->info.branch_targets) EXPECT_EQ(branch->label->name, target->label->name);
}

}  // namespace
}  // namespace gocheck::types
