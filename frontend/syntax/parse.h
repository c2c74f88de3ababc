// Source text in, syntax tree out. The only door to the parser; nothing outside
// frontend/syntax sees ANTLR.
#pragma once

#include <string>
#include <vector>

#include "frontend/syntax/diagnostic.h"
#include "frontend/syntax/ast.h"

namespace gocheck::syntax {

// Parses files[index]. Always returns a tree: what could not be parsed is a Bad* node or
// left out, and is reported to `diagnostics` in the Go compiler's words
// ("syntax error: unexpected newline, expected ..."). Never throws and never overflows the
// stack: text nested deeper than `kMaxNesting` is an error at the place where it gets too deep.
// Not thread safe (the ANTLR 4.9 runtime keeps its prediction caches in statics).
File* parse(const SourceFiles& files, uint32_t index, Arena& arena, Diagnostics& diagnostics);

inline constexpr int kMaxNesting = 2000;

// The tree of one file as indented text, one node a line (for --emit=ast and tests).
std::string print(const File& file);

// An expression in source form, as Go's error messages quote it: "f(x, y).z".
std::string to_string(const Expr* expr);

}  // namespace gocheck::syntax
