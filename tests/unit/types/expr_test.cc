// Expressions: what is accepted, the words of what is not, and what the tables say afterwards.
#include <gtest/gtest.h>

#include "tests/unit/types/check_snippet.h"

namespace gocheck::types {
namespace {

struct Case {
  const char* body;     // statements of a function, after kPrelude
  const char* message;  // the only error; "" if there is none
};

constexpr const char* kPrelude =
    "type T struct { a int; b string }; func (T) V() {}; func (*T) P(n int) string { return \"\" }; "
    "type I interface { V(); P(int) string }; type E struct { *T }; type L []int; type F func(int) string; "
    "func two() (int, error) { return 0, nil }; func none() {}; func sum(xs ...int) int { return 0 }; "
    "func g(a int, s string) {}; var i, n int; var u uint; var b byte; var f float64; var s string; var t T; "
    "var e error; var x any; var p *T; var arr [3]int; var sl []int; var m map[string]int; var ch chan int; "
    "var rc <-chan int; var sc chan<- int; var fn func(int) string; var ok bool; func use(...any) {}; ";

void expect_cases(std::initializer_list<Case> cases) {
  for (const Case& c : cases) {
    std::string text = std::string(kPrelude) + "func test() { " + c.body + " }";
    std::string expected = *c.message ? "1: " + std::string(c.message) + "\n" : "";
    EXPECT_EQ(errors_of(text), expected) << c.body;
  }
}

TEST(Expressions, Correct) {
  expect_cases({
      {"use(1<<3, 'a' + 1, \"a\" + \"b\", 1.5 * 2, !true, -i, ^u, +f)", ""},
      {"i = 1.0; f = 1; b = 'a'; u = 1 << 63", ""},
      {"i = 1 << u; f = float64(1 << 3); b = 1<<u + 2; var _ = 1 << u == 2", ""},
      {"use(i == 1, s < \"b\", e == nil, x == 1, x == p, p == nil, t == T{}, arr == [3]int{})", ""},
      {"use(len(s), cap(sl), len(m), len(ch), len(&arr)); const c = len(arr)", ""},
      {"sl = append(sl, 1, i); sl = append(sl, sl...); _ = append([]byte(nil), s...)", ""},
      {"_ = copy([]byte{}, s); _ = copy(sl, arr[:]); delete(m, s); clear(m); clear(sl); close(ch); close(sc)",
       ""},
      {"_ = make([]int, i, 10); _ = make(map[string]int); _ = make(chan int, u); _ = new(T)", ""},
      {"i = min(i, 3); f = max(1, 2.5, f); const c = min(1, 2.5); s = max(s, \"a\"); print(c)", ""},
      {"x = recover(); panic(e); println(i, s)", ""},
      {"_ = []byte(s); _ = string(sl[0:0:0] == nil); ",
       "cannot convert sl[0:0:0] == nil (untyped bool value) to type string"},
      {"_ = string(rune(i)); _ = []rune(s); _ = L(sl); _ = F(fn); _ = uint8(i); _ = float32(f); _ = "
       "(*[3]int)(sl); _ = [3]int(sl)",
       ""},
      {"_ = I(p); _ = any(nil); _ = (*T)(nil); _ = error(nil); _ = (<-chan int)(ch)", ""},
      {"_ = T{}; _ = T{1, s}; _ = T{b: s}; _ = &T{a: 1}; _ = []T{{1, s}, {}}; _ = []*T{{1, s}}", ""},
      {"_ = [...]int{5: 1, 2}; _ = map[T]int{{1, s}: 1}; _ = [2][2]int{{1}, {1, 2}}; _ = "
       "map[string][]int{\"a\": {1}}",
       ""},
      {"_ = arr[i]; _ = (&arr)[1]; _ = sl[u]; _ = s[b]; _ = m[s]; _ = m[\"a\"]; sl[1.0] = 1", ""},
      {"_ = arr[:]; _ = sl[1:2:3]; _ = s[1:]; _ = (&arr)[:2]", ""},
      {"v, ok := x.(int); use(v, ok); w, ok := m[s]; use(w, ok); y, ok := <-ch; use(y, ok)", ""},
      {"t.V(); t.P(1); p.V(); p.P(1); E{p}.P(1); h := t.P; h(1); T.V(t); (*T).P(p, 1); (*T).V(p); I.V(p)",
       ""},
      {"sum(); sum(1, 2); sum(sl...); g(1, s); use(two()); none()", ""},
      {"_ = func(a int) string { return s }(1); go func() {}(); defer func() { recover() }()", ""},
      {"_ = x.(T); _ = x.(I); _ = e.(interface{ Foo() }); _ = *p; p.a = 1; (*p).a++", ""},
  });
}

TEST(Expressions, Operators) {
  expect_cases({
      {"_ = i + s", "invalid operation: i + s (mismatched types int and string)"},
      {"_ = i + f", "invalid operation: i + f (mismatched types int and float64)"},
      {"_ = i + 1.5", "1.5 (untyped float constant) truncated to int"},
      {"_ = b + 300", "300 (untyped int constant) overflows byte"},
      {"_ = f % 2", "invalid operation: operator % not defined on f (variable of type float64)"},
      {"_ = !i", "invalid operation: operator ! not defined on i (variable of type int)"},
      {"_ = -s", "invalid operation: operator - not defined on s (variable of type string)"},
      {"_ = i / 0", "invalid operation: division by zero"},
      {"_ = 1.0 / 0", "invalid operation: division by zero"},
      {"_ = ok && i", "invalid operation: ok && i (mismatched types bool and int)"},
      {"_ = i << -1", "invalid operation: negative shift count -1 (untyped int constant)"},
      {"_ = f << 1", "invalid operation: shifted operand f (variable of type float64) must be integer"},
      {"_ = i << f", "invalid operation: shift count f (variable of type float64) must be integer"},
      {"f = 1 << u", "invalid operation: shifted operand 1 (type float64) must be integer"},
      {"_ = 1 << 2000", "invalid operation: invalid shift count 2000 (untyped int constant)"},
      {"_ = 1 << 1000", "constant shift overflow"},
      {"_ = int8(100) * 2", "int8(100) * 2 (constant 200 of type int8) overflows int8"},
      {"_ = &i + 1", "invalid operation: &i + 1 (mismatched types *int and untyped int)"},
      {"_ = &two", "invalid operation: cannot take address of two (value of type func() (int, error))"},
      {"_ = &m[s]", "invalid operation: cannot take address of m[s] (map index expression of type int)"},
      {"_ = *i", "invalid operation: cannot indirect i (variable of type int)"},
      {"_ = <-sc",
       "invalid operation: cannot receive from send-only channel sc (variable of type chan<- int)"},
      {"_ = <-i", "invalid operation: cannot receive from non-channel i (variable of type int)"},
  });
}

TEST(Expressions, Comparisons) {
  expect_cases({
      {"_ = sl == sl", "invalid operation: sl == sl (slice can only be compared to nil)"},
      {"_ = fn == fn", "invalid operation: fn == fn (func can only be compared to nil)"},
      {"_ = i == nil", "invalid operation: i == nil (mismatched types int and untyped nil)"},
      {"_ = nil == nil", "invalid operation: nil == nil (operator == not defined on nil)"},
      {"_ = t < t", "invalid operation: t < t (operator < not defined on struct)"},
      {"_ = e == 1", "cannot convert 1 (untyped int constant) to type interface{Error() string}"},
      {"type S struct { f func() }; var q S; _ = q == q",
       "invalid operation: q == q (struct containing func() cannot be compared)"},
  });
}

TEST(Expressions, Assignability) {
  expect_cases({
      {"i = s", "cannot use s (variable of type string) as type int in assignment"},
      {"i = \"a\"", "cannot use \"a\" (untyped string constant) as int value in assignment"},
      {"b = 256", "cannot use 256 (untyped int constant) as byte value in assignment (overflows)"},
      {"i = 1.5", "cannot use 1.5 (untyped float constant) as int value in assignment (truncated)"},
      {"i = nil", "cannot use nil as int value in assignment"},
      {"var _ I = t", "cannot use t (variable of type T) as type I in variable declaration:"},
      {"rc = sc", "cannot use sc (variable of type chan<- int) as type <-chan int in assignment"},
      {"p = x", "cannot use x (variable of type any) as type *T in assignment:"},
      {"i = none()", "none() (no value) used as value"},
      {"g(1, 2)", "cannot use 2 (untyped int constant) as string value in argument to g"},
      {"i = int", "int (type) is not an expression"},
      {"i = len", "len (built-in) must be called"},
      {"println(1 << 64)",
       "cannot use 1 << 64 (untyped int constant 18446744073709551616) as int value in argument to println "
       "(overflows)"},
  });
}

TEST(Expressions, Calls) {
  expect_cases({
      {"g(1)", "not enough arguments in call to g"},
      {"g(1, s, 2)", "too many arguments in call to g"},
      {"g(two())", "cannot use two() (value of type error) as type string in argument to g"},
      {"g(two(), s)", "multiple-value two() (value of type (int, error)) in single-value context"},
      {"g(sl...)", "cannot use ... in call to non-variadic g"},
      {"sum(s...)", "cannot use s (variable of type string) as type []int in argument to sum"},
      {"i()", "invalid operation: cannot call non-function i (variable of type int)"},
      {"_ = int()", "missing argument in conversion to int"},
      {"_ = int(1, 2)", "too many arguments in conversion to int"},
      {"_ = len()", "invalid operation: not enough arguments for len() (expected 1, found 0)"},
      {"_ = len(i)", "invalid argument: i (variable of type int) for built-in len"},
      {"_ = cap(m)", "invalid argument: m (variable of type map[string]int) for built-in cap"},
      {"_ = append(i, 1)", "first argument to append must be a slice; have i (variable of type int)"},
      {"_ = append(sl, s)", "cannot use s (variable of type string) as type int in argument to append"},
      {"copy(sl, s)",
       "invalid argument: arguments to copy sl (variable of type []int) and s (variable of type string) have "
       "different element types int and byte"},
      {"delete(sl, 1)", "invalid argument: sl (variable of type []int) is not a map"},
      {"close(rc)", "invalid operation: cannot close receive-only channel rc (variable of type <-chan int)"},
      {"_ = make(int)", "invalid argument: cannot make int; type must be slice, map, or channel"},
      {"_ = make([]int)", "invalid operation: make([]int) expects 2 or 3 arguments; found 1"},
      {"_ = make([]int, 3, 2)", "invalid argument: length and capacity swapped"},
      {"_ = make([]int, -1)", "invalid argument: index -1 (constant of type int) must not be negative"},
      {"_ = min(i, f)", "invalid argument: mismatched types int (previous argument) and float64 (type of f)"},
      {"_ = max(t)", "invalid argument: t (variable of type T) cannot be ordered"},
  });
}

TEST(Expressions, Conversions) {
  expect_cases({
      {"_ = byte(300)",
       "cannot convert 300 (untyped int constant) to type byte (constant 300 overflows byte)"},
      {"_ = int(1.5)", "cannot convert 1.5 (untyped float constant) to type int (truncated)"},
      {"_ = string(f)", "cannot convert f (variable of type float64) to type string"},
      {"_ = []byte(i)", "cannot convert i (variable of type int) to type []byte"},
      {"_ = I(t)", "cannot convert t (variable of type T) to type I:"},
      {"_ = x.(I).(T)", "impossible type assertion: x.(I).(T)"},
      {"_ = i.(int)", "invalid operation: i (variable of type int) is not an interface"},
  });
}

TEST(Expressions, Members) {
  expect_cases({
      {"_ = t.c", "t.c undefined (type T has no field or method c)"},
      {"_ = t.A", "t.A undefined (type T has no field or method A, but does have a)"},
      {"_ = T.a", "T.a undefined (type T has no method a)"},
      {"T.P(t, 1)", "invalid method expression T.P (needs pointer receiver (*T).P)"},
      {"T{}.P(1)", "cannot call pointer method P on T"},
      {"_ = undefinedName", "undefined: undefinedName"},
      {"_ = _", "cannot use _ as value"},
      {"_ = iota", "cannot use iota outside constant declaration"},
  });
}

TEST(Expressions, CompositeLiterals) {
  expect_cases({
      {"_ = T{1}", "too few values in struct literal of type T"},
      {"_ = T{1, s, 2}", "too many values in struct literal of type T"},
      {"_ = T{c: 1}", "unknown field 'c' in struct literal of type T"},
      {"_ = T{a: 1, a: 2}", "duplicate field name a in struct literal"},
      {"_ = T{a: 1, s}", "mixture of field:value and value elements in struct literal"},
      {"_ = [2]int{1, 2, 3}", "index 2 is out of bounds (>= 2)"},
      {"_ = []int{1: 1, 1: 2}", "duplicate index 1 in array or slice literal"},
      {"_ = []int{i: 1}", "index i must be integer constant"},
      {"_ = map[string]int{\"a\": 1, \"a\": 2}", "duplicate key \"a\" in map literal"},
      {"_ = map[any]int{1: 1, \"1\": 2, 1.0: 3}", ""},
      {"_ = map[string]int{1}", "missing key in map literal"},
      {"_ = int{}", "invalid composite literal type int"},
      {"_ = T{a: {}}", "missing type in composite literal"},
  });
}

TEST(Expressions, Indices) {
  expect_cases({
      {"_ = arr[3]", "invalid argument: index 3 out of bounds [0:3]"},
      {"_ = arr[-1]", "invalid argument: index -1 (constant of type int) must not be negative"},
      {"_ = \"abc\"[3]", "invalid argument: index 3 out of bounds [0:3]"},
      {"_ = sl[f]", "invalid argument: index f (variable of type float64) must be integer"},
      {"_ = m[1]", "cannot use 1 (untyped int constant) as string value in map index"},
      {"_ = i[0]", "invalid operation: cannot index i (variable of type int)"},
      {"_ = [3]int{}[:]",
       "invalid operation: [3]int{} (value of type [3]int) (slice of unaddressable value)"},
      {"_ = arr[2:1]", "invalid slice indices: 1 < 2"},
      {"_ = s[1:2:3]", "invalid operation: 3-index slice of string"},
      {"_ = i[:]", "cannot slice i (variable of type int)"},
  });
}

// An error is reported once: what depends on it stays silent.
TEST(Expressions, NoFollowOnErrors) {
  EXPECT_EQ(errors_of("func f() { x := y + 1; z := x.foo(); w := []int{x, z}; println(w[z], x.(int)) }"),
            "1: undefined: y\n");
  EXPECT_EQ(errors_of("type T [len(T{})]int"), "1: invalid recursive type T\n");
}

// ---- The tables ----

// What the table says of the value of `_ = EXPR` in a function: "type" or "type=constant".
std::string recorded(const std::string& body) {
  auto snippet = check_snippet(std::string(kPrelude) + "func test() { " + body + " }");
  EXPECT_EQ(snippet->errors(), "") << body;
  const syntax::File* file = snippet->package->files[0];
  const auto* function = static_cast<const syntax::FuncDecl*>(file->decls.back());
  const auto* assign = static_cast<const syntax::AssignStmt*>(function->body->stmts.back());
  const syntax::Expr* value = assign->right[0];
  // The left operand tells whether types are passed down.
  while (value->kind == syntax::NodeKind::binary_expr)
    value = static_cast<const syntax::BinaryExpr*>(value)->left;
  while (value->kind == syntax::NodeKind::paren_expr)
    value = static_cast<const syntax::ParenExpr*>(value)->inner;
  const TypeAndValue& entry = snippet->info.of(value);
  std::string result = to_string(entry.type, snippet->package);
  return entry.mode == Mode::constant ? result + "=" + entry.constant.to_string() : result;
}

TEST(Tables, UntypedExpressionsHaveTheirFinalType) {
  EXPECT_EQ(recorded("_ = 1"), "int=1");
  EXPECT_EQ(recorded("f = 1"), "float64=1");
  EXPECT_EQ(recorded("b = 'a'"), "byte=97");
  EXPECT_EQ(recorded("x = 1.5"), "float64=1.5");
  EXPECT_EQ(recorded("x = 'a'"), "rune=97");
  EXPECT_EQ(recorded("var y uint8; use(y); y = 1 << u"), "uint8=1");
  EXPECT_EQ(recorded("var y int64; y = 1<<u + y"), "int64=1");
  EXPECT_EQ(recorded("_ = 1 + f"), "float64=1");
  EXPECT_EQ(recorded("ok = 1 < f"), "float64=1");
  EXPECT_EQ(recorded("e = nil"), "error");
  EXPECT_EQ(recorded("ok = (nil) == p"), "*T");
  EXPECT_EQ(recorded("type B bool; var y B; y = i == 1 && y"), "int");
  EXPECT_EQ(recorded("var y float32; use(y); y = 0.1"), "float32=0.1");
}

TEST(Tables, ConstantsAreRoundedToTheirType) {
  auto snippet = check_snippet("var y float32 = 0.1");
  const auto* decl = static_cast<const syntax::GenDecl*>(snippet->package->files[0]->decls[0]);
  EXPECT_EQ(snippet->info.of(decl->values[0].values[0]).constant.as_double(), double(0.1f));
}

TEST(Tables, CommaOkIsATuple) {
  EXPECT_EQ(recorded("v, ok2 := m[s]; use(v, ok2); i, ok = m[s]"), "(int, bool)");
  EXPECT_EQ(recorded("i, ok = (<-ch)"), "(int, bool)");
}

const Var* local(const Snippet& snippet, std::string_view name) {
  for (auto& [ident, object] : snippet.info.definitions) {
    if (object && ident->name == name && object->kind == ObjectKind::var)
      return static_cast<const Var*>(object);
  }
  return nullptr;
}

std::string escaping(const std::string& body) {
  auto snippet = check_snippet(std::string(kPrelude) +
                               "func test() { var v T; var w [3]int; var q *T = p; var z [2]T; " + body +
                               "; use(v, w, q, z) }");
  EXPECT_EQ(snippet->errors(), "") << body;
  std::string result;
  for (const char* name : {"v", "w", "q", "z"}) {
    if (local(*snippet, name)->escapes) result += name;
  }
  return result;
}

TEST(Escapes, AddressesAndCaptures) {
  EXPECT_EQ(escaping("_ = v.a; v.V(); _ = w[1]; q.P(1); z[0].V()"), "");
  EXPECT_EQ(escaping("_ = &v"), "v");
  EXPECT_EQ(escaping("_ = &(v).a"), "v");
  EXPECT_EQ(escaping("v.P(1)"), "v");
  EXPECT_EQ(escaping("_ = v.P"), "v");
  EXPECT_EQ(escaping("_ = w[:]"), "w");
  EXPECT_EQ(escaping("_ = &w[i]"), "w");
  EXPECT_EQ(escaping("_ = &z[1].a"), "z");
  EXPECT_EQ(escaping("z[1].P(1)"), "z");
  EXPECT_EQ(escaping("_ = &q.a; q.P(1); _ = (*q).P"), "");
  EXPECT_EQ(escaping("func() { _ = v }()"), "v");
  EXPECT_EQ(escaping("func() { func() { q = nil }() }()"), "q");
  EXPECT_EQ(escaping("func() { var inner int; _ = &inner }()"), "");
}

TEST(Escapes, CapturesAreTransitive) {
  auto snippet = check_snippet(
      "func test(a, b int) { c := 1; func() { d := 1; func() { _ = b; _ = d; _ = b; _ = c }() }() }");
  ASSERT_EQ(snippet->errors(), "");
  std::vector<std::string> lists;
  for (auto& [literal, vars] : snippet->info.captures) {
    std::string names;
    for (const Var* var : vars) names += var->name;
    lists.push_back(names);
  }
  std::sort(lists.begin(), lists.end());
  EXPECT_EQ(lists, (std::vector<std::string>{"bc", "bdc"}));
  EXPECT_FALSE(local(*snippet, "a")->escapes);
  EXPECT_TRUE(local(*snippet, "d")->escapes);
}

// Long chains are no problem for the stack.
TEST(Expressions, LongChains) {
  std::string text = "func f(i int) int { return i";
  for (int i = 0; i < 500; ++i) text += " + 1";
  EXPECT_EQ(errors_of(text + " }"), "");
}

}  // namespace
}  // namespace gocheck::types
