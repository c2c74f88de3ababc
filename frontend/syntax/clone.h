// Deep copies of declarations: every instance of a generic function is a tree of its own, so that the type
// checker can give its expressions the types of this instance.
#pragma once

#include "frontend/syntax/ast.h"

namespace gocheck::syntax {

// The copy shares names and literal texts with the original, and has its positions; its expressions have
// consecutive new ids. (*origins)[i] is the original's id of the expression with the id `first` + i, where
// `first` is arena.expr_count() before the call. Recursive: the depth of a tree is limited (kMaxNesting).
FuncDecl* clone(const FuncDecl* decl, Arena& arena, std::vector<uint32_t>* origins);

}  // namespace gocheck::syntax
