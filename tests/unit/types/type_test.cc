// Relations of types, members, method sets and memory layout.
#include "frontend/types/type.h"

#include <gtest/gtest.h>

#include "tests/unit/types/check_snippet.h"

namespace gocheck::types {
namespace {

class TypeTest : public ::testing::Test {
 protected:
  void check(const std::string& text) {
    snippet_ = check_snippet(text);
    ASSERT_EQ(snippet_->errors(), "");
  }
  const Type* type(std::string_view name) const { return snippet_->package->scope->find(name)->type; }
  const Type* pointer(std::string_view name) { return snippet_->type_arena.make<Pointer>(type(name)); }
  Selection member(const Type* type, std::string_view name) const {
    return lookup(type, name, snippet_->package);
  }
  std::string methods(const Type* type) const {
    std::string result;
    for (const Selection& method : method_set(type)) result += std::string(method.object->name) + " ";
    return result;
  }

  std::unique_ptr<Snippet> snippet_;
};

TEST_F(TypeTest, Identity) {
  check(R"(
var a1, a2 struct { x int "t"; y []string }
var b struct { x int; y []string }
var f func(a int, b ...string) error
var g func(int, ...string) (e error)
var h func(int, []string) error
var i interface { N(); M(int) }
var j interface { M(x int); N() }
type T int
var c1 chan<- byte
var c2 chan<- uint8
)");
  EXPECT_TRUE(identical(type("a1"), type("a2")));
  EXPECT_FALSE(identical(type("a1"), type("b")));
  EXPECT_TRUE(identical_ignore_tags(type("a1"), type("b")));
  EXPECT_TRUE(identical(type("f"), type("g")));
  EXPECT_FALSE(identical(type("f"), type("h")));
  EXPECT_TRUE(identical(type("i"), type("j")));
  EXPECT_TRUE(identical(type("c1"), type("c2")));
  EXPECT_FALSE(identical(type("T"), basic(BasicKind::int_)));
}

TEST_F(TypeTest, Text) {
  check(R"(
type T struct{}
var a map[string][]*T
var b func(x int, y ...string) (n int, err error)
var c chan (<-chan int)
var d struct { T; n int "tag" }
var e interface { M(x int) string; error }
var f any
var g [4]<-chan func()
)");
  EXPECT_EQ(snippet_->type_of("a"), "map[string][]*T");
  EXPECT_EQ(snippet_->type_of("b"), "func(x int, y ...string) (n int, err error)");
  EXPECT_EQ(snippet_->type_of("c"), "chan (<-chan int)");
  EXPECT_EQ(snippet_->type_of("d"), "struct{T; n int \"tag\"}");
  EXPECT_EQ(snippet_->type_of("e"), "interface{M(x int) string; error}");
  EXPECT_EQ(snippet_->type_of("f"), "any");
  EXPECT_EQ(snippet_->type_of("g"), "[4]<-chan func()");
  EXPECT_EQ(to_string(type("a")), "map[string][]*p.T");
}

TEST_F(TypeTest, LookupThroughEmbeddedFields) {
  check(R"(
type A struct { x, y int }
func (A) V() {}
func (*A) P() {}
type B struct { *A; y string }
type C struct { B }
type D struct { A; E }
type E struct { x int }
type Q *A
type I interface { V() }
)");
  Selection x = member(type("C"), "x");
  EXPECT_EQ(x.kind, Selection::Kind::field);
  EXPECT_EQ(x.path, (std::vector<int>{0, 0, 0}));
  EXPECT_TRUE(x.indirect);
  EXPECT_EQ(member(type("C"), "y").path, (std::vector<int>{0, 1}));  // B.y hides A.y
  EXPECT_FALSE(member(type("C"), "y").indirect);
  EXPECT_EQ(member(type("C"), "P").path, (std::vector<int>{0, 0}));
  EXPECT_EQ(member(type("D"), "x").kind, Selection::Kind::ambiguous);
  EXPECT_EQ(member(type("D"), "z").kind, Selection::Kind::none);
  EXPECT_EQ(member(type("Q"), "x").kind, Selection::Kind::field);
  EXPECT_EQ(member(type("Q"), "V").kind, Selection::Kind::none);
  EXPECT_EQ(member(type("I"), "V").kind, Selection::Kind::method);
  EXPECT_EQ(member(pointer("I"), "V").kind, Selection::Kind::none);
}

TEST_F(TypeTest, MethodSets) {
  check(R"(
type A struct {}
func (A) V() {}
func (*A) P() {}
type Value struct { A }
type Pointer struct { *A }
type Both struct { A; Other }
type Other struct {}
func (Other) V() {}
type I interface { P(); V() }
type Holder struct { I }
)");
  EXPECT_EQ(methods(type("A")), "V ");
  EXPECT_EQ(methods(pointer("A")), "P V ");
  EXPECT_EQ(methods(type("Value")), "V ");
  EXPECT_EQ(methods(type("Pointer")), "P V ");
  EXPECT_EQ(methods(type("Both")), "");  // V is ambiguous, P needs a pointer
  EXPECT_EQ(methods(type("Holder")), "P V ");
  EXPECT_TRUE(implements(type("Pointer"), under_as<Interface>(type("I"))));
  MissingMethod miss = missing_method(type("A"), under_as<Interface>(type("I")));
  ASSERT_NE(miss.missing, nullptr);
  EXPECT_EQ(miss.missing->name, "P");
  EXPECT_TRUE(miss.pointer_receiver);
}

TEST_F(TypeTest, UnexportedMethodsBelongToTheirPackage) {
  auto snippet = check_snippet("import \"q\"; type I interface { m() }; var t q.T; var _ I = t",
                               {{"q", "package q; type T int; func (T) m() {}"}});
  ASSERT_EQ(snippet->diagnostics.count(), 1u);
  EXPECT_NE(snippet->diagnostics.sorted()[0].message.find("missing m method"), std::string::npos);
}

TEST_F(TypeTest, Layout) {
  check(R"(
type A struct { a bool; b int64; c uint16; d string }
type Z struct { a int32; z struct{} }
type M [3]struct { x int32; y byte }
)");
  EXPECT_EQ(size_of(type("A")), 40);
  EXPECT_EQ(field_offsets(under_as<Struct>(type("A"))), (std::vector<int64_t>{0, 8, 16, 24}));
  EXPECT_EQ(size_of(type("Z")), 8);
  EXPECT_EQ(size_of(type("M")), 24);
  EXPECT_EQ(align_of(type("M")), 4);
  EXPECT_EQ(size_of(any_type()), 16);
}

TEST_F(TypeTest, Comparable) {
  check(R"(
type S struct { f func() }
type C struct { i any; p *S }
)");
  EXPECT_FALSE(comparable(type("S")));
  EXPECT_TRUE(comparable(type("C")));
}

}  // namespace
}  // namespace gocheck::types
