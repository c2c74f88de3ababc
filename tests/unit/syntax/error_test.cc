// Error messages: the Go compiler's words, at its positions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "parse_text.h"

namespace gocheck::syntax {
namespace {

using testing::ElementsAre;

struct Case {
  const char* text;
  const char* error;
};

TEST(Error, InFiles) {
  const Case cases[] = {
      {"", "1:1: syntax error: package statement must be first"},
      {"func f() {}", "1:1: syntax error: package statement must be first"},
      {"package", "1:8: syntax error: unexpected EOF, expecting name"},
      {"package p q", "1:11: syntax error: unexpected q, expecting semicolon or newline"},
      {"package p\nx++\n", "2:1: syntax error: non-declaration statement outside function body"},
      {"package p\nfunc f()\n{\n}\n", "3:1: syntax error: unexpected semicolon or newline before {"},
      {"package p\nvar x int y\n", "2:11: syntax error: unexpected y after top level declaration"},
      {"package p\nvar x\n", "2:6: syntax error: unexpected newline, expecting type"},
      {"package p\ntype T\n", "2:7: syntax error: unexpected newline in type declaration"},
      {"package p\nvar x chan }", "2:12: syntax error: missing channel element type"},
      {"package p\nfunc f(x ...) {}", "2:13: syntax error: ... is missing type"},
      {"package p\nfunc f(a int, b) {}", "2:15: syntax error: mixed named and unnamed parameters"},
      {"package p\nfunc () m() {}", "2:6: method has no receiver"},
      {"package p\nfunc (a, b T) m() {}", "2:6: method has multiple receivers"},
      {"package p\nfunc f(a, b int",
       "2:16: syntax error: unexpected EOF in parameter list; possibly missing comma or )"},
      {"package p\nfunc (t T) m[P any]() {}", "2:13: syntax error: method must have no type parameters"},
      {"package p\nfunc f[P]() {}", "2:9: syntax error: missing type constraint"},
      {"package p\ntype T struct { (U) }", "2:17: syntax error: cannot parenthesize embedded type"},
      {"package p\ntype T struct { 1 }",
       "2:17: syntax error: unexpected literal 1, expecting field name or embedded type"},
      {"package p\ntype T interface { m[P any]() }",
       "2:24: syntax error: interface method must have no type parameters"},
      {"package p\nimport (\n\t\"a\",\n)\n",
       "3:5: syntax error: unexpected comma in grouped declaration; possibly missing semicolon or newline or "
       ")"},
      {"package p\nimport 42\n", "2:8: syntax error: import path must be a string"},
      {"package p\nimport \"\"\n", "2:8: invalid import path (empty string)"},
      {"package p\nimport \"a b\"\n", "2:8: invalid import path (invalid character U+0020 ' ')"},
      {"package p\nvar x int\nimport \"a\"\n",
       "3:1: syntax error: imports must appear before other declarations"},
      {"package p\nvar x map[string]string{\"a\":\"b\"}\n",
       "2:24: syntax error: unexpected { after top level declaration"},
  };
  for (const Case& c : cases) EXPECT_EQ(parse_text(c.text)->first_error(), c.error) << c.text;
}

TEST(Error, InStatements) {
  const Case cases[] = {
      {"f(1", "3:4: syntax error: unexpected newline in argument list; possibly missing comma or )"},
      {"f(1 2)", "3:5: syntax error: unexpected literal 2 in argument list; possibly missing comma or )"},
      {"f(, 1)", "3:3: syntax error: unexpected comma, expecting expression"},
      {"x := []int{1\n}",
       "3:13: syntax error: unexpected newline in composite literal; possibly missing comma or }"},
      {"x := 1 +", "4:1: syntax error: unexpected }, expecting expression"},
      {"x := a[]", "3:8: syntax error: unexpected ], expecting operand"},
      {"x := a[1 2]", "3:10: syntax error: unexpected literal 2, expecting comma, : or ]"},
      {"x := a[1::2]", "3:10: middle index required in 3-index slice"},
      {"x := a[1:2:]", "3:12: final index required in 3-index slice"},
      {"g(f..3)", "3:5: syntax error: unexpected literal .3, expecting name or ("},
      {"x y", "3:3: syntax error: unexpected y at end of statement"},
      {"a, b", "3:5: syntax error: unexpected newline, expecting := or = or comma"},
      {"if { }", "3:4: syntax error: missing condition in if statement"},
      {"if x(); { }", "3:7: syntax error: missing condition in if statement"},
      {"if x := 1 { }", "3:6: syntax error: cannot use x := 1 as value"},
      {"if x = y { }", "3:6: syntax error: cannot use assignment (x) = (y) as value"},
      {"if c <- v { }", "3:6: syntax error: cannot use c <- v as value"},
      {"if var x = 0; x < 10 {}", "3:4: syntax error: var declaration not allowed in if initializer"},
      {"switch var x = 0; x {}", "3:8: syntax error: var declaration not allowed in switch initializer"},
      {"for var x = 0; x < 10; {}", "3:5: syntax error: var declaration not allowed in for initializer"},
      {"if f() true { }", "3:8: syntax error: unexpected true, expecting {"},
      {"if x; y\n{ }", "3:8: syntax error: unexpected newline, expecting { after if clause"},
      {"switch x; y\n{ }", "3:12: syntax error: missing { after switch clause"},
      {"for x; y; z\n{ }", "3:12: syntax error: unexpected newline, expecting { after for clause"},
      {"for x\n{ }", "4:1: syntax error: unexpected {, expecting for loop condition"},
      {"for i := 0; i < 10; i := 1 { }", "3:23: syntax error: cannot declare in post statement of for loop"},
      {"if x { } else ;", "3:15: syntax error: else must be followed by if or statement block"},
      {"if x { }\nelse { }", "4:1: syntax error: unexpected else, expecting }"},
      {"switch { case 0; }", "3:16: syntax error: unexpected semicolon, expecting :"},
      {"switch { x }", "3:10: syntax error: unexpected x, expecting case or default or }"},
      {"switch { case 0: f() case 1: }", "3:22: syntax error: unexpected case at end of statement"},
      {"switch f() := x.(type) { }", "3:12: syntax error: cannot use f() := x.(type) as value"},
      {"x := y.(type)", "3:6: use of .(type) outside type switch"},
      {"go f", "3:4: expression in go must be function call"},
      {"defer (f())", "3:7: expression in defer must not be parenthesized"},
      {"x := range y", "3:6: syntax error: unexpected range, expecting expression"},
      {"1: f()", "3:2: syntax error: unexpected : at end of statement"},
      {"break 1", "3:7: syntax error: unexpected literal 1 at end of statement"},
      {"var x int {", "3:11: syntax error: unexpected { at end of statement"},
      {"x := (T){1}", "3:9: syntax error: cannot parenthesize type in composite literal"},
      {"goto 1", "3:6: syntax error: unexpected literal 1, expecting name"},
  };
  for (const Case& c : cases) EXPECT_EQ(parse_body(c.text)->first_error(), c.error) << c.text;
}

TEST(Error, InTokens) {
  const Case cases[] = {
      {"x := \"abc", "3:10: newline in string"},
      {"x := 'a", "3:8: newline in rune literal"},
      {"x := ''", "3:7: empty rune literal or unescaped '"},
      {"x := 'ab'", "3:6: more than one character in rune literal"},
      {"x := \"\\z\"", "3:8: unknown escape"},
      {"x := \"\\400\"", "3:11: octal escape value 256 > 255"},
      {"x := \"\\xg\"", "3:9: invalid character 'g' in hexadecimal escape"},
      {"x := '\\uD800'", "3:13: escape is invalid Unicode code point U+D800"},
      {"x := 089", "3:7: invalid digit '8' in octal literal"},
      {"x := 0b12", "3:9: invalid digit '2' in binary literal"},
      {"x := 0x", "3:8: hexadecimal literal has no digits"},
      {"x := 0x1.0", "3:11: hexadecimal mantissa requires a 'p' exponent"},
      {"x := 1p3", "3:7: 'p' exponent requires hexadecimal mantissa"},
      {"x := 0b1e3", "3:9: 'e' exponent requires decimal mantissa"},
      {"x := 1e", "3:8: exponent has no digits"},
      {"x := 1__0", "3:8: '_' must separate successive digits"},
      {"x := 0o1.5", "3:9: invalid radix point in octal literal"},
      {"x := a # b", "3:8: invalid character U+0023 '#'"},
      {"x := “a”", "3:6: invalid character U+201C '“' in identifier"},
      {"x := a·b", "3:7: invalid character U+00B7 '·' in identifier"},
      {"x := ٣", "3:6: identifier cannot begin with digit U+0663 '٣'"},
      {"x := a \xff b", "3:8: invalid UTF-8 encoding"},
      {"x := \xEF\xBB\xBF a", "3:6: invalid BOM in the middle of the file"},
  };
  for (const Case& c : cases) EXPECT_EQ(parse_body(c.text)->first_error(), c.error) << c.text;
  EXPECT_EQ(parse_text("package p\nvar x = `abc\n\n")->first_error(), "2:9: string not terminated");
  EXPECT_EQ(parse_text("package p\nvar x = \"abc")->first_error(), "2:9: string not terminated");
  EXPECT_EQ(parse_text("package p\nvar x = 'a")->first_error(), "2:9: rune literal not terminated");
  EXPECT_EQ(parse_text("package p\n/* abc\n*")->first_error(), "2:1: comment not terminated");
  EXPECT_EQ(parse_text(std::string("package p\nvar \0x int", 20))->first_error(),
            "2:5: invalid NUL character");
}

TEST(Error, GoesOnAfterwards) {
  EXPECT_THAT(
      parse_text("package p\nfunc f() {\n\tx := f(1\n\ty :=\n}\nvar 1\nvar ok int\nfunc g() { a b }\n")
          ->errors(),
      ElementsAre("3:10: syntax error: unexpected newline in argument list; possibly missing comma or )",
                  "6:5: syntax error: unexpected literal 1, expecting name",
                  "8:14: syntax error: unexpected b at end of statement"));
}

TEST(Error, OneALineAndTenAFile) {
  EXPECT_EQ(parse_body("a b c d e; f g h")->errors().size(), 1u);
  std::string text = "package p\n";
  for (int i = 0; i < 50; i++) text += "func f() { a b }\n";
  EXPECT_EQ(parse_text(text)->errors().size(), 10u);
}

TEST(Error, WhatIsRightStaysInTheTree) {
  auto parsed = parse_text("package p\nfunc f() { a b }\nvar x int\n");
  ASSERT_EQ(parsed->file->decls.size(), 2u);
  EXPECT_EQ(parsed->file->decls[0]->kind, NodeKind::bad_decl);
  EXPECT_EQ(parsed->file->decls[1]->kind, NodeKind::gen_decl);
}

}  // namespace
}  // namespace gocheck::syntax
