// Labels and jumps of one function body: where break, continue and goto go, and whether they may.
#pragma once

#include "frontend/syntax/ast.h"
#include "frontend/syntax/diagnostic.h"
#include "frontend/types/info.h"

namespace gocheck::types {

// Resolves every labelled branch of `body` into info.branch_targets and reports misplaced branches,
// undefined, duplicate and unused labels, and jumps into blocks or over variable declarations.
// Function literals are bodies of their own. `files` names the places that messages quote; may be nullptr.
void resolve_branches(const syntax::BlockStmt* body, const SourceFiles* files, Info& info,
                      Diagnostics& diagnostics);

// Reports what is wrong with the jumps of the functions of a file that is not checked any further.
void check_branches(const syntax::File& file, const SourceFiles* files, Diagnostics& diagnostics);

// "prog.gol:3:4", or "line 3" without files.
std::string place(const SourceFiles* files, Position position);

}  // namespace gocheck::types
