// Type parameters: what constraints allow, inference, instances.
#include <gtest/gtest.h>

#include "tests/unit/types/check_snippet.h"

namespace gocheck::types {
namespace {

TEST(Generic, CorrectPrograms) {
  for (const char* text : {
           "type N interface { ~int | ~float64 }; func sum[T N](xs ...T) (s T) { for _, x := range xs { s += x }; "
           "return }; var a = sum(1, 2); var b = sum[float64]()",
           "func m[T, U any](xs []T, f func(T) U) (r []U) { for _, x := range xs { r = append(r, f(x)) }; return }; "
           "var s = m([]int{1}, func(i int) string { return \"\" })",
           "type L[T any] struct { v T; next *L[T] }; func (l *L[T]) push(v T) *L[T] { return &L[T]{v, l} }; "
           "func (l *L[_]) len() int { return 0 }; var l *L[string] = (*L[string])(nil).push(\"a\")",
           "func keys[M ~map[K]V, K comparable, V any](m M) (r []K) { for k := range m { r = append(r, k) }; return }; "
           "type T map[string]int; var k []string = keys(T{})",
           "type P[K comparable, V any] struct { k K; v V }; var m map[P[string, int]]P[int, []int]",
           "type A[T any] struct { b *B[T] }; type B[T any] struct { a A[T] }; type C[T any] A[[]T]; var c C[int]",
           "func f[T interface{ ~[]E }, E any](x T) E { return x[0] }; var _ int = f([]int{1})",
           "func f[T interface{ m() }](x T) { x.m(); g := x.m; g() }",
           "func f[T comparable](a, b T) bool { return a == b }",
           "func f[T ~string | ~[]byte](x T) byte { return x[0] + byte(len(x)) }",
           "func f[T ~int8 | ~uint8](x T) T { return x<<1 + 100 - T(3) }",
           "func f[T any](x T) any { switch y := any(x).(type) { case int: return y; case T: return y }; return nil }",
           "func id[T any](x T) T { return x }; func call(f func(int) int) {}; func g() { call(id); "
           "var h func(string) string = id; h = id[string]; _ = h }",
           "func f[T, U any](g func(T) U, x T) U { return g(x) }; func id[X any](x X) X { return x }; var v int = f(id, 1)",
           "func f[T ~string | ~[]byte](x T) T { return x[1:len(x)] }; var a, b = f(\"ab\"), f([]byte{1})",
           "func f[T ~[]E, E any](x T) T { return x }; var g = f[[]int]",
           "type I[T any] interface { m(T) }; type X int; func (X) m(int) {}; func f[T any](x I[T]) (t T) { return }; "
           "var v int = f(X(1))",
           "func f[T chan int | chan string](c T) { close(c) }",
           "type S[T comparable] map[T]bool; func (s S[T]) has(x T) bool { return s[x] }; var _ = S[int]{1: true}.has",
           "func f[T any](c chan T) T { c <- <-c; v, ok := <-c; _ = ok; return v }",
           "type I[T any] interface { m(T) }; type X int; func (X) m(int) {}; func f[T any](x I[T]) {}; "
           "func g() { f[int](X(1)); var _ I[int] = X(1) }",
           "func f[P *T, T any](p P) T { return *p }; var i int; var _ int = f(&i)",
           "func zero[T any]() T { var z T; return z }; func f[T any]() { type pair struct { a, b T }; _ = pair{zero[T](), zero[T]()} }; "
           "func g() { f[int]() }",
       }) {
    EXPECT_EQ(errors_of(text), "") << text;
  }
}

struct Case {
  const char* text;
  const char* message;
};

TEST(Generic, Errors) {
  for (const Case& c : std::initializer_list<Case>{
           {"func f[T any](x T) T { return x + x }",
            "invalid operation: operator + not defined on x (variable of type T constrained by any)"},
           {"func f[T any](a, b T) bool { return a == b }", "invalid operation: a == b (incomparable types in type set)"},
           {"func f[T any](x T) { x.m() }", "x.m undefined (type T has no field or method m)"},
           {"func f[T any](x T) int { return x }", "cannot use x (variable of type T constrained by any) as type int in return statement"},
           {"func f[T int8 | int](x T) T { return x + 300 }", "cannot convert 300 (untyped int constant) to type T"},
           {"func f[T int | string](x T) {}; var _ = f[bool]", "bool does not implement int | string (bool missing in int | string)"},
           {"type M int; func f[T int](x T) {}; func g() { f(M(1)) }",
            "T (type M) does not satisfy int"},
           {"func f[T comparable](x T) {}; func g() { f([]int{}) }", "[]int does not implement comparable"},
           {"func f[T interface{ m() }](x T) {}; func g() { f(1) }", "int does not implement interface{m()} (missing m method)"},
           {"func f[T any]() {}; func g() { f() }", "cannot infer T"},
           {"func f[T any](a, b T) {}; func g() { f(1, \"a\") }", "default type string of \"a\" does not match inferred type int for T"},
           {"func f[T any](a, b T) {}; func g() { f(g, 1.5) }", "cannot use 1.5 (untyped float constant) as func() value in argument to f"},
           {"func f[T any](a []T) {}; func g() { f(1) }", "cannot infer T"},
           {"type L[T any] []T; var l L", "cannot use generic type L[T any] without instantiation"},
           {"type L[T any] []T; var l L[int, string]", "got 2 arguments but 1 type parameters"},
           {"func f[T any]() {}; var _ = f", "cannot use generic function f without instantiation"},
           {"type C interface { ~int }; var c C", "cannot use type C outside a type constraint: interface contains type constraints"},
           {"var c comparable", "cannot use type comparable outside a type constraint: interface is (or embeds) comparable"},
           {"type M int; type C interface { ~M }", "invalid use of ~ (underlying type of M is int)"},
           {"type C interface { int | ~int }", "overlapping terms ~int and int"},
           {"type T[P any] struct { f P }; type S struct { t T[S] }", "invalid recursive type T"},
           {"func f[T any](x T) { if false { f([]T{x}) } }", "instantiation cycle"},
           {"type T[U interface{ m() T[U] }] int", "invalid recursive type T"},
           {"type S struct{}; func (S) m[T any]() {}", "syntax error: method must have no type parameters"},
           {"func f[T any](x T) { _ = x.(int) }",
            "invalid operation: cannot use type assertion on type parameter value x (variable of type T constrained by any)"},
           {"func f[T any]() { x := 1 }", "x declared but not used"},
       }) {
    std::string errors = errors_of(c.text);
    EXPECT_NE(errors.find(c.message), std::string::npos) << c.text << "\n  " << errors;
    EXPECT_EQ(std::count(errors.begin(), errors.end(), '\n'), 1) << errors;
  }
}

TEST(Generic, TypesAreInferred) {
  auto type_of = [](const std::string& text) { return check_snippet(text)->type_of("v"); };
  EXPECT_EQ(type_of("func f[T any](xs ...T) T { return xs[0] }; var v = f(1, 2.5)"), "float64");
  EXPECT_EQ(type_of("func f[T any](xs ...T) T { return xs[0] }; var v = f('a', 2)"), "rune");
  EXPECT_EQ(type_of("type M []string; func f[S ~[]E, E any](s S) (S, E) { return s, s[0] }; var v, w = f(M{})"), "M");
  EXPECT_EQ(type_of("type P[A, B any] struct{}; func f[A, B any](p P[A, B]) map[string]P[B, A] { return nil }; "
                    "var v = f(P[int, *bool]{})"),
            "map[string]P[*bool,int]");
  EXPECT_EQ(type_of("func f[T any](c <-chan T) T { return <-c }; var c chan error; var v = f(c)"), "error");
}

// Instances with the same arguments are one type and one function.
TEST(Generic, InstancesAreUnique) {
  EXPECT_EQ(errors_of("type L[T any] struct { v T }; type A = int; var a L[int]; var b L[A] = a"), "");
  auto snippet = check_snippet("func f[T any](x T) T { return x }; var a, b, c = f(1), f(2), f(\"\")");
  auto* f = static_cast<const Func*>(snippet->package->scope->find("f"));
  ASSERT_EQ(f->instances.size(), 2u);
  EXPECT_NE(f->instances[0]->decl, f->decl);
  EXPECT_EQ(to_string(f->instances[1]->type), "func(x string) string");
}

}  // namespace
}  // namespace gocheck::types
