// The sub-commands: each takes its arguments (without the program's and its own name) and returns
// the exit status. Exit statuses: design of the whole, see README, "Exit status".
#pragma once

#include <string>
#include <vector>

#include "frontend/compile.h"

namespace gocheck::cli {

int check_main(const std::vector<std::string>& arguments);
int run_main(const std::vector<std::string>& arguments);
int merge_main(const std::vector<std::string>& arguments);
int test_main(const std::vector<std::string>& arguments);
int replay_main(const std::vector<std::string>& arguments);

inline constexpr int kUsageError = 2;

// Compiles, or prints the errors to standard error and returns a result without program.
CompileResult compile_or_complain(const std::vector<std::string>& paths, const CompileOptions& options);


}  // namespace gocheck::cli
