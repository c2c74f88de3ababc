// Which files of a directory belong to a build: "//go:build" expressions and file name suffixes.
#pragma once

#include <string_view>

namespace gocheck {

// Evaluates the expression of a //go:build line (!, &&, ||, parentheses, tags) for the target that gocheck
// pretends to be: linux, amd64, the gc compiler, Go 1.22 and its tag "gocheck". An empty expression is
// true; a malformed one is false.
bool build_constraint_holds(std::string_view expression);

// Whether a file name without folder belongs to the build: no test, no "_" or "." in front, no suffix of
// another operating system or architecture ("_windows.go").
bool file_name_matches(std::string_view name);

// "x_test.go", "x_test.gol".
bool is_test_file(std::string_view name);

// "x.go", "x.gol".
bool is_source_file(std::string_view name);

}  // namespace gocheck
