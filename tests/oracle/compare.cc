// Compares the searches on many programs in one process: the oracle's engine (fuzz.py drives it).
//
// Standard input: for each program a line "SEED BYTES", then so many bytes of program text. Standard output: for each a line
// of JSON with "seed", "compared" (did the exhaustive search come to its end?), "redundant" (executions that the reduced
// search cut) and "problem" (empty: all that came to their end agree). Who drives it watches the time: a program
// that takes too long is a fault, and so is the end of this process.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "checker/check.h"
#include "frontend/compile.h"

namespace gocheck {
namespace {

using checker::CheckOptions;
using checker::CheckResult;
using checker::Explorer;

// A larger program is left out.
constexpr uint64_t kSteps = 1'000;
constexpr double kSeconds = 0.3;

// What a search says of a program.
struct Opinion {
  std::string name;
  std::set<std::string> findings, outputs;
  std::set<checker::StateHash> end_states;
  std::set<std::string> limits;
  uint64_t redundant = 0;
};

Opinion ask(const program::Program& program, std::string name, const std::function<void(CheckOptions&)>& set) {
  CheckOptions options;
  options.collect_outcomes = true;
  options.limits.steps = kSteps;
  options.limits.seconds = kSeconds;
  set(options);
  const CheckResult result = checker::check(program, options);
  Opinion opinion{std::move(name), {}, result.outputs, result.end_states, result.limits, result.statistics.blocked};
  for (const checker::Finding& finding : result.findings) {
    opinion.findings.insert(checker::identity(finding) + (finding.early_timer ? " (early timer)" : ""));
  }
  return opinion;
}

// What is in one and not in the other; empty if nothing.
std::string difference(const std::set<std::string>& ours, const std::set<std::string>& right, bool may_lack) {
  std::vector<std::string> lacks, too_many;
  std::set_difference(right.begin(), right.end(), ours.begin(), ours.end(), std::back_inserter(lacks));
  std::set_difference(ours.begin(), ours.end(), right.begin(), right.end(), std::back_inserter(too_many));
  std::string text;
  if (!lacks.empty() && !may_lack) text += fmt::format(" lacks {}", lacks);
  if (!too_many.empty()) text += fmt::format(" has too many {}", too_many);
  return text;
}

// Why they do not agree; empty if they do. Of a search that was stopped nothing is asked but that it invents nothing.
std::string compare(const Opinion& ours, const Opinion& oracle) {
  const bool stopped = !ours.limits.empty();
  const std::string who = fmt::format("{} (by {})", ours.name, oracle.name);
  if (const std::string d = difference(ours.findings, oracle.findings, stopped); !d.empty()) return who + d;
  if (const std::string d = difference(ours.outputs, oracle.outputs, stopped); !d.empty()) return who + " outputs:" + d;
  if (!std::includes(oracle.end_states.begin(), oracle.end_states.end(), ours.end_states.begin(), ours.end_states.end()) ||
      (!stopped && ours.end_states.size() != oracle.end_states.size())) {
    return fmt::format("{}: {} end states instead of {}", who, ours.end_states.size(), oracle.end_states.size());
  }
  return "";
}

struct Judgement {
  bool compared = false;
  uint64_t redundant = 0;
  std::string problem;
};

Judgement judge(const program::Program& program, uint64_t seed) {
  const auto with = [](Explorer explorer, bool symmetry = true) {
    return [=](CheckOptions& o) {
      o.explorer = explorer;
      o.symmetry = symmetry;
    };
  };
  const Opinion merging = ask(program, "merging", with(Explorer::merging));
  if (!merging.limits.empty()) return {};  // then the others take longer
  const Opinion exhaustive = ask(program, "exhaustive", with(Explorer::exhaustive));
  const Opinion reduced = ask(program, "reduced", with(Explorer::reduced));
  const Opinion others[] = {
      reduced, merging, ask(program, "merging without symmetry", with(Explorer::merging, false)),
      ask(program, "merging by two", [](CheckOptions& o) {
        o.explorer = Explorer::merging;
        o.jobs = 2;
      }),
      ask(program, "merging in little memory", [seed](CheckOptions& o) {
        o.explorer = Explorer::merging;
        o.limits.memory = 10'000 * (1 + seed % 8);
      }),
      ask(program, "reduced by two", [](CheckOptions& o) {
        o.explorer = Explorer::reduced;
        o.jobs = 2;
      }),
      // As by default. It is given too little time, so that its samples and its schedules with few preemptions are seen.
      ask(program, "anytime", [seed](CheckOptions& o) {
        o.explorer = Explorer::merging;
        o.anytime = true;
        o.limits.seconds = 0.001 * static_cast<double>(1 + seed % 16);
      }),
      // Here the whole search is paused several times on its way to its end.
      ask(program, "anytime in small parts", [seed](CheckOptions& o) {
        o.explorer = Explorer::merging;
        o.anytime = true;
        o.pace = 0.0003 * static_cast<double>(1 + seed % 16);
      })};
  const Opinion& oracle = exhaustive.limits.empty() ? exhaustive : reduced.limits.empty() ? reduced : merging;
  Judgement judgement{exhaustive.limits.empty(), reduced.redundant, ""};
  for (const Opinion& other : others) {
    judgement.problem = compare(other, oracle);
    if (!judgement.problem.empty()) break;
  }
  return judgement;
}

}  // namespace
}  // namespace gocheck

int main() {
  std::ios::sync_with_stdio(false);
  uint64_t seed = 0;
  size_t bytes = 0;
  while (std::cin >> seed >> bytes && std::cin.get() == '\n') {
    std::string text(bytes, '\0');
    if (!std::cin.read(text.data(), static_cast<std::streamsize>(bytes))) return 2;
    const gocheck::CompileResult compiled = gocheck::compile_text("fuzz.gol", text, {});
    const gocheck::Judgement judgement =
        compiled.program ? gocheck::judge(*compiled.program, seed) : gocheck::Judgement{false, 0, gocheck::format(compiled)};
    const nlohmann::ordered_json line = {{"seed", seed},
                                         {"compared", judgement.compared},
                                         {"redundant", judgement.redundant},
                                         {"problem", judgement.problem}};
    std::puts(line.dump().c_str());
    std::fflush(stdout);
  }
}
