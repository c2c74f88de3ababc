// Terminating statements (Go specification, "Terminating statements").
#pragma once

#include "frontend/types/info.h"

namespace gocheck::types {

// Whether a function body that ends in `body`'s last statement cannot run off its end. `info` tells
// calls of the builtin panic from others.
bool is_terminating(const syntax::BlockStmt* body, const Info& info);

}  // namespace gocheck::types
