// Statements and declarations: the tree as print() shows it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "parse_text.h"

namespace gocheck::syntax {
namespace {

using testing::HasSubstr;

TEST(Tree, PrintsPositions) {
  auto parsed = parse_text("package p\n\nfunc f() {\n\tx := <-c\n}\n");
  EXPECT_EQ(print(*parsed->file),
            "package p @1:1\n"
            "func f @3:1\n"
            "  body:\n"
            "    block @3:10\n"
            "      assign := @4:2\n"
            "        name x @4:2\n"
            "        from:\n"
            "          unary <- @4:7\n"
            "            name c @4:9\n");
}

TEST(Tree, Declarations) {
  EXPECT_EQ(
      tree("package p\nimport (\n\t\"a\"\n\t. `b`\n)\nconst (\n\tA, B = iota, 1\n\tC, D\n)\nvar v, w int\n"
           "type T = []int\ntype (\n\tU struct{}\n)\n"),
      "package p\n"
      "import group\n"
      "  import \"a\"\n"
      "  import . `b`\n"
      "const group\n"
      "  names A, B (iota 0)\n"
      "    values:\n"
      "      name iota\n"
      "      literal 1\n"
      "  names C, D (iota 1)\n"
      "var\n"
      "  names v, w (iota 0)\n"
      "    type:\n"
      "      name int\n"
      "type\n"
      "  alias T\n"
      "    slice type\n"
      "      name int\n"
      "type group\n"
      "  type U\n"
      "    struct type\n");
}

TEST(Tree, ParametersWithAndWithoutNames) {
  EXPECT_EQ(
      tree("package p\nfunc (r *T) m(a, b int, c ...string) (int, error)\nfunc g(A, p.B, []C, D[E], ...F)\n"),
      "package p\n"
      "func m\n"
      "  receiver:\n"
      "    r\n"
      "      star\n"
      "        name T\n"
      "  parameters:\n"
      "    a, b\n"
      "      name int\n"
      "    c\n"
      "      ...\n"
      "        name string\n"
      "  results:\n"
      "    anonymous\n"
      "      name int\n"
      "    anonymous\n"
      "      name error\n"
      "func g\n"
      "  parameters:\n"
      "    anonymous\n"
      "      name A\n"
      "    anonymous\n"
      "      selector .B\n"
      "        name p\n"
      "    anonymous\n"
      "      slice type\n"
      "        name C\n"
      "    anonymous\n"
      "      index\n"
      "        name D\n"
      "        at:\n"
      "          name E\n"
      "    anonymous\n"
      "      ...\n"
      "        name F\n");
}

// The places where Go decides between type parameters and an array length.
TEST(Tree, TypeParametersOrArrayLength) {
  auto generic = [](const std::string& spec) {
    auto parsed = parse_text("package p\ntype " + spec + "\n");
    if (parsed->diagnostics.any()) return parsed->first_error();
    const TypeSpec& type = static_cast<const GenDecl*>(parsed->file->decls[0])->types[0];
    return std::string(type.type_params.fields.empty() ? "array" : "generic");
  };
  for (const char* spec :
       {"T[P any] int", "T[P, Q any] int", "T[P *C,] int", "T[P *C, Q D] int", "T[P []E] int",
        "T[P interface{}] int", "T[P *interface{}] int", "T[P ~int] int", "T[P *C|~int] int", "T[P p.C] int",
        "T[P <-chan int] int", "T[P (interface{})] int", "T[P func()] int"}) {
    EXPECT_EQ(generic(spec), "generic") << spec;
  }
  for (const char* spec :
       {"T [N]int", "T [N * M]int", "T [N(M)]int", "T [N + 1]int", "T [p.N]int", "T [2]int", "T []int",
        "T [...]int", "T [N * len([]int{1})]int", "T [P *C]int", "T [(N)]int"}) {
    EXPECT_EQ(generic(spec), "array") << spec;
  }
}

TEST(Tree, CompositeLiteralOrBlock) {
  EXPECT_EQ(parse_body("if x == (T{1}) { }")->first_error(), "");
  EXPECT_EQ(parse_body("for _, x := range []T{{1}, {2}} { }")->first_error(), "");
  EXPECT_EQ(parse_body("switch x := f(T{1}); x { }")->first_error(), "");
  EXPECT_EQ(parse_body("if f := func() T { return T{} }; f() == v { }")->first_error(), "");
  EXPECT_EQ(parse_body("if x == struct{ a int }{1} { }")->first_error(), "");
  EXPECT_EQ(parse_body("for i := range a[T{1}.x] { }")->first_error(), "");
  EXPECT_EQ(parse_body("x := T{a: {1}, \"b\": T{}, []int{1}[0]: 2,\n}")->first_error(), "");
  // Without parentheses the brace begins the block.
  EXPECT_EQ(parse_body("if x == T{1} { }")->first_error(),
            "3:14: syntax error: unexpected { at end of statement");
}

TEST(Tree, Statements) {
  EXPECT_EQ(tree("package p\nfunc f() {\nL:\n\tfor i := 0; i < 3; i++ {\n\t\tcontinue L\n\t}\n"
                 "\tselect {\n\tcase v, ok := <-c:\n\t\tx += v\n\tcase d <- 1:\n\tdefault:\n\t}\n"
                 "\tswitch y := z.(type) {\n\tcase int, []string:\n\t}\n\tgo g()\n}\n"),
            "package p\n"
            "func f\n"
            "  body:\n"
            "    block\n"
            "      label L\n"
            "        for\n"
            "          init:\n"
            "            assign :=\n"
            "              name i\n"
            "              from:\n"
            "                literal 0\n"
            "          condition:\n"
            "            binary <\n"
            "              name i\n"
            "              literal 3\n"
            "          post:\n"
            "            ++\n"
            "              name i\n"
            "          body:\n"
            "            block\n"
            "              continue L\n"
            "      select\n"
            "        case\n"
            "          assign :=\n"
            "            name v\n"
            "            name ok\n"
            "            from:\n"
            "              unary <-\n"
            "                name c\n"
            "          do:\n"
            "            assign +=\n"
            "              name x\n"
            "              from:\n"
            "                name v\n"
            "        case\n"
            "          send\n"
            "            name d\n"
            "            literal 1\n"
            "        default\n"
            "      type switch y\n"
            "        subject:\n"
            "          type assertion\n"
            "            name z\n"
            "        case\n"
            "          name int\n"
            "          slice type\n"
            "            name string\n"
            "      go\n"
            "        call\n"
            "          name g\n");
}

TEST(Tree, RangeForms) {
  for (const char* header :
       {"for range c", "for i := range c", "for i, v = range c", "for x.y, z[0] = range c", "for range 10",
        "for", "for ;;", "for x", "for ; x;", "for i := 0; ; i++"}) {
    EXPECT_EQ(parse_body(std::string(header) + " { }")->first_error(), "") << header;
  }
}

TEST(Tree, SemicolonsAreInserted) {
  EXPECT_EQ(parse_body("x := 1 /* a\n b */ y := 2 // c")->first_error(), "");
  EXPECT_EQ(parse_body("x := 1 /* a */ y := 2")->first_error(),
            "3:16: syntax error: unexpected y at end of statement");
  EXPECT_EQ(parse_body("if a { b() } else { c() }; d()")->first_error(), "");
  EXPECT_EQ(parse_body("f(\n\ta,\n\tb,\n)")->first_error(), "");
  EXPECT_EQ(parse_text("package p")->first_error(), "");
  EXPECT_EQ(parse_text("package p; import \"a\"; func f() { return }")->first_error(), "");
  EXPECT_EQ(parse_text("\xEF\xBB\xBFpackage p\r\n\r\nvar x int\r\n")->first_error(), "");
}

TEST(Tree, IdentifiersOfAllLanguages) {
  EXPECT_EQ(parse_text("package p\nvar größe, 变量, _x٣, ÆØ int\n")->first_error(), "");
}

TEST(Tree, BuildConstraintsAndDirectives) {
  auto version = [](const std::string& constraint) {
    auto parsed = parse_text("// A comment.\n\n//go:build " + constraint + "\n\npackage p\n");
    EXPECT_EQ(parsed->file->build_constraint, constraint);
    return parsed->file->go_version;
  };
  EXPECT_EQ(version("go1.21"), "go1.21");
  EXPECT_EQ(version("linux && go1.18"), "go1.18");
  EXPECT_EQ(version("go1.18 && go1.20"), "go1.20");
  EXPECT_EQ(version("go1.18 || go1.20"), "go1.18");
  EXPECT_EQ(version("go1.18 || linux"), "");
  EXPECT_EQ(version("!go1.18"), "");
  EXPECT_EQ(version("(linux || darwin) && (go1.19)"), "go1.19");
  EXPECT_EQ(version("ignore"), "");
  EXPECT_EQ(version("(go1.18"), "");
  EXPECT_EQ(parse_text("package p\n//go:build go1.18\n")->file->build_constraint, "");
  auto parsed = parse_text("package p\n//go:noinline\nfunc f()\n//gocheck:x y\n");
  ASSERT_EQ(parsed->file->directives.size(), 2u);
  EXPECT_EQ(parsed->file->directives[1].second, "//gocheck:x y");
  EXPECT_EQ(parsed->file->directives[1].first, (Position{0, 4, 1}));
}

}  // namespace
}  // namespace gocheck::syntax
