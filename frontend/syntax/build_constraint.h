// The //go:build line of a file.
#pragma once

#include <string>
#include <string_view>

#include "frontend/syntax/ast.h"

namespace gocheck::syntax {

// Finds the //go:build line among the directives in front of the package clause and fills in
// `build_constraint` and `go_version`.
void read_build_constraint(File& file, uint32_t package_line);

// The Go version that a constraint implies, such as "go1.21": the smallest N for which some choice of the
// other tags satisfies it. Empty if it implies none or cannot be parsed.
std::string implied_go_version(std::string_view constraint);

}  // namespace gocheck::syntax
