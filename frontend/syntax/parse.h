// Source text in, syntax tree out. The only door to the parser; nothing outside
// frontend/syntax sees ANTLR.
#pragma once

#include <string>
#include <vector>

#include "frontend/syntax/ast.h"
#include "frontend/syntax/diagnostic.h"

namespace gocheck::syntax {

// Parses files[index]. Always returns a tree: what could not be parsed is a BadDecl or left out, and is
// reported to `diagnostics` in the Go compiler's words: one syntax error a line, ten a file. As in Go's
// compiler a message that begins with "syntax error: " means that part of the tree is missing; after others
// ("method has no receiver", "newline in string") the tree is complete enough to be type-checked.
//
// Never throws, and never overflows a stack of 64 MB: more than `kMaxNesting` brackets, or a tree deeper than
// some 10000 nodes, is an error at the place where it gets too deep.
//
// Linear in the size of the text: some 10 MB a second, and up to 250 bytes of memory for each byte of the
// largest declaration while it is parsed.
// Not thread safe (the ANTLR 4.9 runtime keeps its prediction caches in statics).
File* parse(const SourceFiles& files, uint32_t index, Arena& arena, Diagnostics& diagnostics);

inline constexpr int kMaxNesting = 2000;

// The tree of one file as indented text, one node a line (for --emit=ast and tests).
std::string print(const File& file);

// An expression in source form, as Go's error messages quote it: "f(x, y).z".
std::string to_string(const Expr* expr);

}  // namespace gocheck::syntax
