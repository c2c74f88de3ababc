// gocheck replay WITNESS.json: follow one schedule step by step.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <CLI/CLI.hpp>

#include "checker/report/report.h"
#include "cli/commands.h"
#include "cli/options.h"

namespace gocheck::cli {
namespace {

int fail(const std::string& text) {
  std::fprintf(stderr, "gocheck replay: %s\n", text.c_str());
  return kUsageError;
}

}  // namespace

int replay_main(const std::vector<std::string>& arguments) {
  std::string path;
  CLI::App app("gocheck replay: follows a saved schedule", "gocheck replay");
  app.add_option("witness", path, "file written by --save-witness")->required();
  if (const auto status = parse(app, arguments)) return *status;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (std::filesystem::is_directory(path) || !file || (file.peek() != EOF && !(text << file.rdbuf()))) {
    return fail("cannot read " + path);
  }
  std::string error;
  const auto witness = checker::load(text.str(), error);
  if (!witness) return fail(path + " is not a witness of gocheck: " + error);
  if (witness->files.empty()) return fail(path + " is not a witness of gocheck: it names no program");

  CompileOptions options;
  options.go_version = witness->go_version;
  const CompileResult compiled = compile_or_complain(witness->files, options);
  if (!compiled.program) return kUsageError;
  if (checker::hash_of(*compiled.program) != witness->program_hash) {
    return fail("the program has changed since " + path + " was written; check it again");
  }
  const checker::Replay replay = checker::replay(*compiled.program, *witness);
  std::fputs(checker::columns_of(*compiled.program, replay.steps, 100).c_str(), stdout);
  if (!replay.followed) return fail("the schedule cannot be followed any further: the witness is damaged");
  if (!replay.shown) return fail("the schedule does not show the finding: the witness is damaged");
    std::printf("\n%s: %s: %s\n", to_string(compiled.program->files, replay.finding->positions[0].position).c_str(),
              std::string(checker::to_string(replay.finding->kind)).c_str(), replay.finding->message.c_str());
  return 1;
}

}  // namespace gocheck::cli
