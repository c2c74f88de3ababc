// gocheck PROG.gol: explore every interleaving.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "checker/report/report.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/searching.h"

namespace gocheck::cli {
namespace {

struct Options : SearchOptions {
  std::vector<std::string> paths;
  std::string shard, save_witness;
  bool outcomes = false;
};

void declare_own(CLI::App& app, Options& o) {
  app.add_option("program", o.paths, "the .gol or .go files of one package, or its directory")->required();
  app.add_option("--emit", o.compile.emit, "print an intermediate form and stop")
      ->check(CLI::IsMember({"ast", "types", "program"}));
  app.add_option("--shard", o.shard,
                 "I/N: only the I-th of N parts of the search, for one of N machines; see gocheck merge");
  app.add_option("--checkpoint", o.check.checkpoint,
                 "save the unfinished search to this file, every few seconds and when a limit ends it");
  app.add_option("--resume", o.check.resume,
                 "go on with the search saved in this file, and save it there again (or to --checkpoint)");
  app.add_option("--save-witness", o.save_witness, "write the schedule of the first finding to this file");
  app.add_flag("--outcomes", o.outcomes, "with --format=json: all outputs of the program, over all schedules");
  app.add_option("--arg", o.check.model.arguments, "an argument for the program (os.Args); repeatable");
}

std::string with_outcomes(const std::string& json, const checker::CheckResult& result) {
  auto j = nlohmann::ordered_json::parse(json);
  j["outputs"] = result.outputs;
  j["end_states"] = result.end_states.size();
  return j.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

// "I/N" and what cannot be together with it; returns what is wrong, or nothing.
std::string take_shard(Options& o) {
  unsigned index = 0, count = 0;
  char rest = 0;
  if (std::sscanf(o.shard.c_str(), "%u/%u%c", &index, &count, &rest) != 2 || index < 1 || index > count || count > 10'000) {
    return "--shard: must be I/N with 1 <= I <= N <= 10000, not \"" + o.shard + "\"";
  }
  if (o.no_merge || (!o.explorer.empty() && o.explorer != "merging")) return "--shard needs a search that merges states";
  if (!o.check.checkpoint.empty() || !o.check.resume.empty()) return "no checkpoints are taken of shards";
  if (o.outcomes) return "--outcomes is of the whole search, not of a shard";
  o.explorer = "merging";
  o.check.shard = {index - 1, count};
  return "";
}

bool write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.flush();
  if (file) return true;
  complain("cannot write " + path);
  return false;
}

int explore(Options& o, const program::Program& program) {
  o.check.collect_outcomes = o.outcomes;
  const bool text = o.format == "text";
  bool saved = o.save_witness.empty(), failed = false;
  const checker::CheckResult result = search(o, program, [&](const checker::Finding& finding, const checker::Witness& witness) {
    o.report.command.clear();
    if (!saved) {
      saved = true;
      failed |= !write_file(o.save_witness, checker::save(witness));
      o.report.command = "gocheck replay " + o.save_witness;
    }
    if (text) {
      std::fputs((checker::text_of(program, finding, witness, o.report) + "\n").c_str(), stdout);
      std::fflush(stdout);
    }
  });
  if (!result.error.empty()) return complain(result.error);
  if (!result.warning.empty()) failed |= complain(result.warning) != 0;
  std::string out = text                         ? checker::summary_of(result, o.report)
                    : o.check.shard.count > 1 ? checker::json_of(program, result, o.check)
                                              : checker::json_of(program, result);
  if (!text && o.outcomes) out = with_outcomes(out, result);
  std::fputs(out.c_str(), stdout);
  if (text && !o.check.checkpoint.empty() && result.warning.empty() && access(o.check.checkpoint.c_str(), F_OK) == 0) {
    fmt::print("To go on: --resume {}\n", o.check.checkpoint);
  }
  return failed ? kUsageError : result.exit_status(o.report.strict);
}

}  // namespace

int check_main(const std::vector<std::string>& arguments) {
  Options o;
  CLI::App app("gocheck: explores every interleaving of a Gol program", "gocheck");
  declare_own(app, o);
  declare(app, o);
  if (const auto status = parse(app, arguments)) return *status;
  if (!o.shard.empty()) {
    const std::string problem = take_shard(o);
    if (!problem.empty()) return complain(problem);
  }
  if (const std::string problem = prepare(app, o); !problem.empty()) return complain(problem);
  if (o.outcomes && o.format != "json") return complain("--outcomes needs --format=json");
  if (o.check.checkpoint.empty()) o.check.checkpoint = o.check.resume;
  for (const std::string& path : o.paths) {
    std::error_code none;
    if (std::filesystem::equivalent(path, o.save_witness, none)) return complain("--save-witness would overwrite the program");
  }
  if (!o.check.checkpoint.empty() && (o.outcomes || o.explorer == "exhaustive")) {
    return complain("no checkpoints are taken with --outcomes or --explorer=exhaustive");
  }
  const CompileResult compiled = compile_or_complain(o.paths, o.compile);
  if (!compiled.program) return o.compile.emit.empty() || !compiled.diagnostics.empty() ? kUsageError : 0;
  if (!o.compile.emit.empty()) return 0;
  o.check.model.arguments.insert(o.check.model.arguments.begin(), o.paths.front());
  return explore(o, *compiled.program);
}

}  // namespace gocheck::cli
