// gocheck: finds schedules of channel programs that go wrong.
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "runtime/program/invariant.h"

namespace gocheck::cli {

CompileResult compile_or_complain(const std::vector<std::string>& paths, const CompileOptions& options) {
  CompileResult result = compile(paths, options);
  if (!result.emitted.empty()) std::fputs(result.emitted.c_str(), stdout);
  if (!result.diagnostics.empty()) std::fputs(format(result).c_str(), stderr);
  return result;
}

namespace {

constexpr const char* kUsage =
    "usage: gocheck [OPTIONS] PROG.gol     explore every interleaving of PROG.gol\n"
    "       gocheck test [PACKAGES]        the same for each test, as a program of its own\n"
    "       gocheck run PROG.gol [ARGS]    run it, on all cores\n"
    "       gocheck replay WITNESS.json    follow a saved schedule step by step\n"
    "       gocheck merge RESULT.json...   one verdict from all shards of a check\n"
    "\n"
    "gocheck --help, gocheck run --help ... list the options.\n";

int dispatch(std::vector<std::string> arguments) {
  if (arguments.empty()) {
    std::fputs(kUsage, stderr);
    return kUsageError;
  }
  const std::string command = arguments.front();
  if (command == "run" || command == "replay" || command == "check" || command == "merge" || command == "test") {
    arguments.erase(arguments.begin());
    if (command == "run") return run_main(arguments);
    if (command == "replay") return replay_main(arguments);
    if (command == "test") return test_main(arguments);
    if (command == "merge") return merge_main(arguments);
    return check_main(arguments);
  }
  if (command == "help") {
    std::fputs(kUsage, stdout);
    return 0;
  }
  if (command == "version" || command == "--version") {
    std::puts("gocheck 0.1 (Gol: Go 1.23)");
    return 0;
  }
  return check_main(arguments);
}

// Whether all that was printed has arrived; complains if not.
bool written() {
  if (std::fflush(stdout) == 0 && !std::ferror(stdout)) return true;
  std::fprintf(stderr, "gocheck: cannot write to standard output\n");
  return false;
}

}  // namespace
}  // namespace gocheck::cli

int main(int argc, char** argv) {
  std::set_new_handler([] { gocheck::resource_lacking("not enough memory"); });
  try {
    const int status = gocheck::cli::dispatch(std::vector<std::string>(argv + 1, argv + argc));
    return gocheck::cli::written() ? status : gocheck::cli::kUsageError;
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "gocheck: internal error: %s\nThis is a fault of gocheck, not of the program. Please report it.\n",
                 problem.what());
    return 70;
  }
}
