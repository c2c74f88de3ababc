// gocheck run PROG.gol [ARGS]: the options; cli/run.cc does it.
#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/run.h"

namespace gocheck::cli {

// Everything after the program belongs to the program. Several files may be named, as for
// `go run`: all leading arguments that end in .gol or .go.
int run_main(const std::vector<std::string>& arguments) {
  CompileOptions compile;
  RunOptions run;
  std::vector<std::string> rest;
  CLI::App app("gocheck run: executes a Gol program on all cores", "gocheck run");
  add_language(app, compile.go_version);
  app.add_option("--procs", run.processors, "worker threads (default $GOMAXPROCS, or all cores)")
      ->check(CLI::Range(1, 1024));
  app.add_option("--memory-limit", run.memory_limit,
                 "bytes the program may use (\"512MB\"; default: three quarters of the memory)")
      ->transform(size());
  app.add_option("program", rest, "the program, then its arguments")->required();
  app.positionals_at_end(true);
  app.prefix_command(true);
  // Options of gocheck come before the program; what follows is not looked at.
  size_t split = 0;
  while (split < arguments.size() && arguments[split].starts_with("-")) {
    const bool takes_value = arguments[split].find('=') == std::string::npos && arguments[split] != "--help" &&
                             arguments[split] != "-h";
    split += takes_value ? 2 : 1;
  }
  const auto program = arguments.begin() + static_cast<ptrdiff_t>(std::min(split, arguments.size()));
  std::vector<std::string> options(arguments.begin(), program);
  if (program != arguments.end()) options.push_back(*program);
  if (const auto status = parse(app, options)) return *status;
  rest.assign(program, arguments.end());
  std::vector<std::string> files{rest.front()};
  const auto is_source = [](const std::string& path) { return path.ends_with(".gol") || path.ends_with(".go"); };
  size_t next = 1;
  while (next < rest.size() && is_source(files.front()) && is_source(rest[next])) files.push_back(rest[next++]);
  const CompileResult compiled = compile_or_complain(files, compile);
  if (!compiled.program) return kUsageError;
  run.name = files.front();
  run.arguments.assign(rest.begin() + static_cast<ptrdiff_t>(next), rest.end());
  return run_command(*compiled.program, run);
}

}  // namespace gocheck::cli
