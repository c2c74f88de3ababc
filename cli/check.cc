// gocheck PROG.gol: explore every interleaving.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/ioctl.h>
#include <unistd.h>

#include "checker/check.h"
#include "checker/report/report.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/progress.h"

namespace gocheck::cli {
namespace {

std::atomic<bool> interrupted{false};

// The first Ctrl-C (or SIGTERM, with which a CI stops what takes too long) ends the search and prints what is known, the second
// ends gocheck.
void on_interrupt(int) {
  if (interrupted.exchange(true)) std::_Exit(130);
}

struct Options {
  std::vector<std::string> paths;
  CompileOptions compile;
  checker::CheckOptions check;
  checker::ReportOptions report;
  std::string shard, explorer, time = "both", format = "text", color = "auto", save_witness;
  bool outcomes = false, keep_going = false, no_merge = false, no_symmetry = false, max_steps_given = false;
};

// The machine's, or as much of it as this process may have; bytes.
uint64_t memory() {
  uint64_t bytes = static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  for (const char* limit : {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    uint64_t allowed = 0;
    if (std::ifstream(limit) >> allowed) bytes = std::min(bytes, allowed);
  }
  return bytes;
}

void declare(CLI::App& app, Options& o) {
  app.add_option("program", o.paths, "the .gol or .go files of one package, or its directory")->required();
  add_language(app, o.compile.go_version);
  app.add_option("--emit", o.compile.emit, "print an intermediate form and stop")
      ->check(CLI::IsMember({"ast", "types", "program"}));
  app.add_option("--explorer", o.explorer,
                 "only this search: merging (every state once), reduced (one execution of each trace) or exhaustive (every "
                 "interleaving, the oracle); default: merging, with samples and few preemptions first if it takes long")
      ->check(CLI::IsMember({"reduced", "merging", "exhaustive"}));
  app.add_flag("--no-merge", o.no_merge,
               "states are not remembered: one execution of each trace, and no samples first (as --explorer=reduced); not "
               "with --explorer=merging");
  app.add_flag("--no-symmetry", o.no_symmetry,
               "states that differ in which of several like goroutines is where are not merged (reduced and exhaustive "
               "merge nothing anyway)");
  app.add_option("--jobs,-j", o.check.jobs, "threads that search; default: one for each processor")
      ->check(CLI::Range(1, 256));
  app.add_option("--time", o.time, "timers fire when nothing else can happen (ideal), at any moment (free), or both")
      ->check(CLI::IsMember({"ideal", "free", "both"}));
  app.add_option("--format", o.format, "text (default) or json")->check(CLI::IsMember({"text", "json"}));
  app.add_option("--color", o.color, "auto, always or never")->check(CLI::IsMember({"auto", "always", "never"}));
  app.add_option("--max-executions", o.check.limits.executions, "stop after so many executions")->transform(count());
  app.add_option("--max-states", o.check.limits.states, "stop after so many states")->transform(count());
  app.add_option("--max-steps", o.check.limits.steps, "cut an execution after so many visible operations (100000)")
      ->transform(count());
  CLI::Option* limit = app.add_option("--time-limit", o.check.limits.seconds, "stop after so long (\"60s\", \"5m\", or seconds)")
                           ->transform(duration());
  app.add_option("--budget", o.check.limits.seconds, "the same")->transform(duration())->excludes(limit);
  app.add_option("--memory-limit", o.check.model.memory_limit, "bytes that one execution may allocate (\"512MB\")")
      ->transform(size());
  app.add_option("--state-memory", o.check.limits.memory,
                 "bytes for states that are remembered; the oldest are forgotten then, and explored again when they come up "
                 "(default: half of the machine's)")
      ->transform(size());
  app.add_option("--http-requests", o.check.model.http_requests, "concurrent requests to each pattern served")
      ->check(CLI::Range(0, 100));
  app.add_option("--choices", o.check.model.choices, "random numbers below this are all tried, others sampled")
      ->check(CLI::Range(1, 10000));
  app.add_option("--shard", o.shard,
                 "I/N: only the I-th of N parts of the search, for one of N machines; see gocheck merge");
  app.add_option("--checkpoint", o.check.checkpoint,
                 "save the unfinished search to this file, every few seconds and when a limit ends it");
  app.add_option("--resume", o.check.resume,
                 "go on with the search saved in this file, and save it there again (or to --checkpoint)");
  app.add_option("--save-witness", o.save_witness, "write the schedule of the first finding to this file");
  app.add_flag("--keep-going", o.keep_going, "search on after findings; else the search stops 5 s after the last new one");
  app.add_flag("--strict", o.report.strict, "leaks count as problems");
  o.check.limits.memory = memory() / 2;
  o.check.jobs = std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 256);
  app.add_flag("--outcomes", o.outcomes, "with --format=json: all outputs of the program, over all schedules");
  app.add_option("--arg", o.check.model.arguments, "an argument for the program (os.Args); repeatable");
}

int columns() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 100;
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

int complain(const std::string& problem) {
  std::fprintf(stderr, "gocheck: %s\n", problem.c_str());
  return kUsageError;
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
  o.check.few_steps_first = !o.max_steps_given;
  if (o.no_merge && o.explorer.empty()) o.explorer = "reduced";
  o.check.anytime = o.explorer.empty();
  o.check.symmetry = !o.no_symmetry;
  o.check.explorer = o.explorer == "exhaustive" ? checker::Explorer::exhaustive
                     : o.explorer == "reduced"  ? checker::Explorer::reduced
                                                : checker::Explorer::merging;
  o.check.time = o.time == "ideal"  ? checker::TimeModel::ideal
                 : o.time == "free" ? checker::TimeModel::free
                                    : checker::TimeModel::both;
  o.check.interrupted = &interrupted;
  if (!o.keep_going) o.check.patience = 5;
  o.check.collect_outcomes = o.outcomes;
  o.report.color = o.color == "always" || (o.color == "auto" && isatty(STDOUT_FILENO) && !std::getenv("NO_COLOR"));
  o.report.width = columns();
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);

  const bool text = o.format == "text";
  ProgressLine progress(program.files, o.check.limits.seconds);
  bool saved = o.save_witness.empty(), failed = false;
  o.check.on_progress = [&](const checker::Progress& p) { progress.update(p); };
  o.check.on_finding = [&](const checker::Finding& finding, const checker::Witness& witness) {
    progress.clear();
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
  };
  const checker::CheckResult result = checker::check(program, o.check);
  progress.clear();
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
  declare(app, o);
  if (const auto status = parse(app, arguments)) return *status;
  o.max_steps_given = app.count("--max-steps") > 0;
  if (o.no_merge && o.explorer == "merging") {
    return complain("--explorer=merging merges states, --no-merge does not: give one of them");
  }
  if (!o.shard.empty()) {
    const std::string problem = take_shard(o);
    if (!problem.empty()) return complain(problem);
  }
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
