#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/lower/compile_snippet.h"

namespace gocheck::lower {
namespace {

using testing::HasSubstr;
using testing::Not;

// Compiles, and expects a program that passes both verifiers.
Snippet compiled(const std::string& body, const std::string& go_version = "go1.22") {
  Snippet snippet = compile_snippet(body, go_version);
  EXPECT_EQ(snippet.errors, "");
  if (snippet.program) {
    EXPECT_EQ(program::verify(*snippet.program), "") << program::print(*snippet.program);
    EXPECT_EQ(program::verify_initialisation(*snippet.program), "") << program::print(*snippet.program);
  }
  return snippet;
}

TEST(Lower, SumLoopTakesFourInstructionsAnIteration) {
  const Snippet s = compiled(R"(
func sum(a []int, n int) int {
  s := 0
  for i := 0; i < n; i++ { s += a[i] }
  return s
}
func main() { sum(nil, 0) })");
  EXPECT_EQ(s.opcodes("main.sum"), "zero zero jump slice_load_64 add_i add_k jump_lt move ret");
}

TEST(Lower, RangeLoopUsesItsVariableAsCounter) {
  const Snippet s = compiled(R"(
func sum(a []int) (s int) {
  for _, v := range a { s += v }
  return
}
func index(a []int, x int) int {
  for i, v := range a { if v == x { return i } }
  return -1
}
func main() { sum(nil); index(nil, 1) })");
  EXPECT_EQ(s.opcodes("main.sum"), "zero move3 zero jump slice_load_64 add_i add_k jump_lt ret");
  EXPECT_EQ(s.opcodes("main.index"),
            "move3 zero jump slice_load_64 jump_ne move ret add_k jump_lt const_i ret");
}

TEST(Lower, ResultsOfNestedCallsLandInTheirSlots) {
  const Snippet s = compiled(R"(
func f(x int) int { return x }
func g() int { return f(f(f(1))) }
func main() { g() })");
  EXPECT_EQ(s.opcodes("main.g"), "const_i call call call ret");
}

TEST(Lower, VariablesThatAreOnlyReadAreCapturedByValue) {
  const Snippet s = compiled(R"(
func f(p int) func() int { x := p + 1; return func() int { return x + p } }
func main() { f(1) })");
  EXPECT_THAT(s.opcodes("main.f"), Not(HasSubstr("new_")));
  EXPECT_EQ(s.opcodes("main.f.func1"), "load_capture load_capture add_i ret");
}

TEST(Lower, AssignedCapturesLiveInCells) {
  const Snippet s = compiled(R"(
func f() func() int { x := 0; return func() int { x++; return x } }
func main() { f() })");
  EXPECT_THAT(s.opcodes("main.f"), HasSubstr("new_"));
  EXPECT_EQ(s.opcodes("main.f.func1"), "load_capture load_64 add_k store_64 load_64 ret");
}

TEST(Lower, LoopVariablesArePerIteration) {
  const std::string text = R"(
func main() {
  var fs []func()
  for i := 0; i < 3; i++ { fs = append(fs, func() { println(i) }) }
})";
  // The closures keep the value: the variable is assigned by the post statement only.
  EXPECT_THAT(compiled(text).opcodes("main.main"), Not(HasSubstr("new_")));
  EXPECT_THAT(compiled(text, "go1.21").opcodes("main.main"), HasSubstr("new_"));
}

TEST(Lower, LoopVariableThatTheBodyAssignsIsCopied) {
  const Snippet s = compiled(R"(
func main() {
  for i := 0; i < 3; i++ { go func() { i++ }() }
})");
  EXPECT_THAT(s.opcodes("main.main"), HasSubstr("go new_ load_64 store_64 move"));
}

TEST(Lower, DenseSwitchesAreTables) {
  const Snippet s = compiled(R"(
func f(x int) int {
  switch x { case 1: return 10; case 2, 3: return 20; case 5: return 50 }
  return 0
}
func main() { f(1) })");
  EXPECT_THAT(s.opcodes("main.f"), HasSubstr("switch_table"));
  EXPECT_EQ(s.function("main.f")->switches.at(0).targets.size(), 5u);
}

TEST(Lower, ConcatenationIsOneInstruction) {
  const Snippet s = compiled(R"(
func f(a, b, c string) string { return a + b + "x" + c }
func main() { f("", "", "") })");
  EXPECT_EQ(s.opcodes("main.f"), "move2 move2 string_const move2 concat ret");
}

TEST(Lower, CallsComeBeforeReadsOfVariables) {
  const Snippet s = compiled(R"(
var x int
func f() int { x++; return x }
func g() int { return x + f() }
func main() { g() })");
  EXPECT_THAT(s.opcodes("main.g"), HasSubstr("call global_addr load_64 add_i"));
}

TEST(Lower, DeferredFunctionsReturnThroughTheEpilogue) {
  const Snippet s = compiled(R"(
func f() (n int) { defer func() { n = 2; recover() }(); return 1 }
func main() { f() })");
  const program::Function* f = s.function("main.f");
  ASSERT_TRUE(f->has_defer);
  EXPECT_EQ(f->code[f->recover_pc].opcode(), program::Opcode::run_defers);
  EXPECT_THAT(s.opcodes("main.f"), HasSubstr("run_defers load_64 ret"));
}

TEST(Lower, GoWithArgumentsMakesAWrapper) {
  const Snippet s = compiled(R"(
func f(a int, b string) {}
func main() { go f(1, "x"); go main() })");
  const program::Function* thunk = s.function("main.main.thunk");
  ASSERT_NE(thunk, nullptr);
  EXPECT_TRUE(thunk->wrapper);
  EXPECT_EQ(thunk->captures, 3u);
}

TEST(Lower, OnlyReachableFunctionsAreCompiled) {
  const Snippet s = compiled(R"(
type T int
func (T) Used() {}
func (T) Unused() {}
func unused() {}
type I interface{ Used() }
func main() { var i I = T(1); i.Used() })");
  EXPECT_EQ(s.function("main.unused"), nullptr);
  EXPECT_EQ(s.function("main.T.Unused"), nullptr);
  EXPECT_NE(s.function("main.T.Used"), nullptr);
}

TEST(Lower, MethodTables) {
  const Snippet s = compiled(R"(
type I interface{ M() int }
type T struct{ a, b int }
func (t T) M() int { return t.a }
type P struct{ x int }
func (p *P) M() int { return p.x }
type E struct{ *P }
func main() {
  for _, i := range []I{T{1, 2}, &T{}, &P{}, E{}, &E{}} { i.M() }
})");
  int tables = 0;
  for (const program::Type& type : s.program->types) tables += !type.methods.empty();
  EXPECT_EQ(tables, 5);
}

TEST(Lower, AccessesAreNamed) {
  const Snippet s = compiled(R"(
type T struct{ n int }
var counter int
func main() {
  p, a, m := &T{}, []int{1}, map[string]int{}
  counter++
  p.n = a[0]
  m["k"] = counter
})");
  std::set<std::string> names;
  for (const auto& access : s.function("main.main")->access_names) names.insert(access.name);
  EXPECT_THAT(names, testing::IsSupersetOf({"counter", "p.n", "a[0]", "m[\"k\"]"}));
}

TEST(Lower, TypesAreInternedByIdentity) {
  const Snippet s = compiled(R"(
type A = []int
type N []int
func main() { var x any = A(nil); _, _ = x.([]int); _, _ = x.(N); _ = struct{ a int; b []int }{} })");
  int slices = 0;
  for (const program::Type& type : s.program->types)
    slices += type.kind == program::Kind::slice && type.name == "[]int";
  EXPECT_EQ(slices, 1);
}

TEST(Lower, StringsAreStoredOnce) {
  const Snippet s = compiled(R"(func main() { println("hello", "hello") })");
  EXPECT_EQ(s.program->rodata, "hello");
}

// Everything at once: that it compiles, passes the verifiers, and reads no slot before it is written.
TEST(Lower, ManyConstructs) {
  compiled(R"(
type Point struct{ x, y int32 }
type Line struct{ from, to Point; name string }
type Shape interface{ Area() float64; Name() string }
type Base struct{ name string }
func (b *Base) Name() string { return b.name }
type Circle struct{ Base; r float64 }
func (c *Circle) Area() float64 { return 3 * c.r * c.r }
type Small struct{ a int8; b uint16; c bool; d [3]byte; e float32 }

func swap(a, b int) (int, int) { return b, a }
func variadic(prefix string, xs ...any) int { return len(prefix) + len(xs) }
func named() (n int, err error) {
  defer func() { if r := recover(); r != nil { n = -1 } }()
  n, err = 1, nil
  return n + 1, err
}
func structs() {
  l := Line{from: Point{1, 2}, name: "x"}
  l.to.y = l.from.x + 3
  l.from, l.to = l.to, l.from
  p := &l.to
  p.x++
  q := l
  println(q == l, l.from.x, q.to.y, p.x)
  s := Small{a: -1, b: 7, c: true, d: [3]byte{1, 2, 3}, e: 1.5}
  t := s
  t.d[1] = s.d[2]
  t.a--
  t.b <<= 3
  println(s == t, t.a, t.b, t.c, t.d[1], t.e)
  arr := [4]Small{}
  arr[2].d[0] = 9
  for i := range arr { arr[i].a = int8(i) }
  for i, v := range arr { println(i, v.a) }
}
func loops(m map[string][]int, c chan int) (total int) {
outer:
  for k, v := range m {
    for i := range v {
      if i == 3 { continue outer }
      if k == "stop" { break outer }
      total += v[i]
    }
  }
  for x := range c { total += x }
  for i := range 10 { total ^= i }
  for i, r := range "héllo" { total += i * int(r) }
  i := 0
again:
  i++
  if i < 5 { goto again }
  return
}
func channels(a, b chan int, done <-chan struct{}) (x int, ok bool) {
  select {
  case x = <-a:
  case x, ok = <-b:
  case a <- x + 1:
  case <-done: return 0, false
  default: x = 9
  }
  for { select { case v, open := <-a: if !open { return v, open }; case b <- 1: } }
}
func types(v any) string {
  switch x := v.(type) {
  case nil: return "nil"
  case int, int64: return "int"
  case string: return x
  case Point: return "point"
  case Shape: return x.Name()
  case error: return x.Error()
  case func() int: x()
  default: _ = x
  }
  return ""
}
func closures() {
  var fib func(int) int
  fib = func(n int) int { if n < 2 { return n }; return fib(n-1) + fib(n-2) }
  f := (*Circle).Area
  c := &Circle{Base{"c"}, 2}
  g := c.Name
  var s Shape = c
  h := s.Area
  k := Shape.Name
  println(fib(10), f(c), g(), h(), k(s))
  defer println("deferred", fib(3))
  defer c.Area()
  defer s.Name()
  go fib(2)
  go func(x, y int) { println(x, y) }(swap(1, 2))
}
func conversions(i int, u8 uint8, f float64, s string) {
  println(int8(i), uint16(i), float32(i), uint64(f), int32(f), string(rune(i)))
  b := []byte(s)
  r := []rune(s)
  println(string(b), string(r), len(b), cap(r), u8<<3>>i, -u8, ^u8, u8/3, i%7, i&^3, 1<<u8)
  arr := [4]int(append([]int(nil), 1, 2, 3, 4))
  ptr := (*[2]int)(arr[1:3])
  ptr[1], arr[0] = arr[0], ptr[1]
  clear(b)
  copy(b, s)
  b = append(b, s...)
  println(min(i, 3, int(u8)), max(f, 2.5), min(s, "x"))
}
func maps() {
  m := map[Point]Line{{1, 2}: {name: "a"}}
  m[Point{3, 4}] = Line{}
  if l, ok := m[Point{1, 2}]; ok { println(l.name) }
  n := map[string]*Line{"k": {name: "z"}}
  n["k"].to.x += 5
  delete(n, "k")
  c := map[string]int{}
  c["a"]++
  c["b"] += 2
  println(len(m), len(n), c["a"])
}
func big() {
  var a, b [200]int
  a[3] = 1
  b = a
  c := [200]int{5: 1}
  p := &c
  *p = b
  i := 7
  println(a == b, c[i], len(p))
  for _, v := range a { i += v }
}
type unit struct{}
func empty(c chan unit) { c <- unit{}; <-c; var u unit; m := map[unit]unit{u: u}; for k, v := range m { _, _ = k, v } }
var table = map[string]func(int) int{"double": func(x int) int { return 2 * x }}
var a1, b1 = swap(1, 2)
func init() { println(a1, b1) }
func main() {
  structs(); loops(nil, nil); channels(nil, nil, nil); types(1); closures(); conversions(1, 2, 3, "x"); maps(); big()
  empty(nil); named(); println(variadic("a", 1, "b", nil, 2.5), table["double"](2))
  var err error
  defer func() { println(recover() == nil, err == nil) }()
  a, b := swap(swap(1, 2))
  a, c := b, a
  println(a, b, c)
})");
}

}  // namespace
}  // namespace gocheck::lower
