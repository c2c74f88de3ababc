#include "cli/searching.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <sys/ioctl.h>
#include <unistd.h>

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

// The machine's, or as much of it as this process may have; bytes.
uint64_t memory() {
  uint64_t bytes = static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  for (const char* limit : {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    uint64_t allowed = 0;
    if (std::ifstream(limit) >> allowed) bytes = std::min(bytes, allowed);
  }
  return bytes;
}

int columns() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 100;
}

}  // namespace

void declare(CLI::App& app, SearchOptions& o) {
  add_language(app, o.compile.go_version);
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
  app.add_flag("--keep-going", o.keep_going, "search on after findings; else the search stops 5 s after the last new one");
  app.add_flag("--strict", o.report.strict, "leaks count as problems");
  o.check.limits.memory = memory() / 2;
  o.check.jobs = std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 256);
}

std::string prepare(const CLI::App& app, SearchOptions& o) {
  o.max_steps_given = app.count("--max-steps") > 0;
  if (o.no_merge && o.explorer == "merging") return "--explorer=merging merges states, --no-merge does not: give one of them";
  if (o.no_merge && o.explorer.empty()) o.explorer = "reduced";
  o.check.few_steps_first = !o.max_steps_given;
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
  o.report.color = o.color == "always" || (o.color == "auto" && isatty(STDOUT_FILENO) && !std::getenv("NO_COLOR"));
  o.report.width = columns();
  return "";
}

checker::CheckResult search(SearchOptions& o, const program::Program& program,
                            const std::function<void(const checker::Finding&, const checker::Witness&)>& on_finding) {
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  ProgressLine progress(program.files, o.check.limits.seconds);
  o.check.on_progress = [&](const checker::Progress& p) { progress.update(p); };
  o.check.on_finding = [&](const checker::Finding& finding, const checker::Witness& witness) {
    progress.clear();
    on_finding(finding, witness);
  };
  checker::CheckResult result = checker::check(program, o.check);
  progress.clear();
  o.check.on_progress = {};
  o.check.on_finding = {};
  return result;
}

bool was_interrupted() { return interrupted.load(); }

int complain(const std::string& problem) {
  std::fprintf(stderr, "gocheck: %s\n", problem.c_str());
  return kUsageError;
}

}  // namespace gocheck::cli
