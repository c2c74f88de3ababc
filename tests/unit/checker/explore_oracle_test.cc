// The oracle: on random programs the reduced search reaches the same final states and findings as
// the exhaustive one, and exactly one execution of every Mazurkiewicz trace.
//
// GOCHECK_ORACLE_PROGRAMS: how many programs (default 3000); GOCHECK_ORACLE_SEED: the first seed.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/unit/checker/model_generator.h"
#include "tests/unit/checker/model_observe.h"

namespace gocheck::checker::model {
namespace {

constexpr uint64_t kMaxInterleavings = 200'000;
constexpr uint64_t kMaxInterleavingsWithTraces = 20'000;

uint64_t number(const char* variable, uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Why the two disagree; empty: they agree (or the program is too large to tell).
std::string disagreement(const Program& program, Statistics* reduced_statistics, uint64_t max_interleavings) {
  const Observation all = observe(explore_exhaustively, program, {.executions = max_interleavings}, false);
  if (!all.outcome.complete()) return "";
  const Observation some = observe(explore_reduced, program, {.executions = max_interleavings}, true);
  if (reduced_statistics != nullptr) *reduced_statistics = some.outcome.statistics;
  if (!some.outcome.complete()) return "the reduced search does not end";
  if (some.states != all.states) {
    return "final states: " + std::to_string(some.states.size()) + " instead of " + std::to_string(all.states.size());
  }
  if (some.findings != all.findings) return "findings";
  if (some.outcome.statistics.blocked != 0) return "blocked executions";
  for (const auto& [trace, executions] : some.traces) {
    if (executions != 1) return "a trace explored " + std::to_string(executions) + " times";
  }
  if (all.outcome.statistics.executions > kMaxInterleavingsWithTraces) return "";
  const Observation traces = observe(explore_exhaustively, program, {}, true);
  if (traces.traces.size() == some.traces.size()) return "";
  return "traces: " + std::to_string(some.traces.size()) + " instead of " + std::to_string(traces.traces.size());
}

Program shrink(Program program) {
  bool shrunk = true;
  while (shrunk) {
    shrunk = false;
    for (const Program& candidate : smaller(program)) {
      if (disagreement(candidate, nullptr, kMaxInterleavings).empty()) continue;
      program = candidate;
      shrunk = true;
      break;
    }
  }
  return program;
}

// A schedule of the exhaustive search that leads to a state the reduced search does not reach; empty: there is none.
std::string missing_schedule(const Program& program) {
  const Observation some = observe(explore_reduced, program, {}, false);
  ModelExecution execution(program);
  Schedule schedule;
  std::string result;
  ExploreOptions options{.schedule = &schedule};
  options.at_end = [&](const Schedule& so_far, const Statistics&) {
    if (!result.empty() || some.states.contains(execution.state())) return;
    for (const Transition& t : so_far) result += model::text(t) + " ";
  };
  explore_exhaustively(execution, options);
  return result;
}

TEST(Oracle, ReducedSearchMissesNothing) {
  const uint64_t programs = number("GOCHECK_ORACLE_PROGRAMS", 3'000);
  const uint64_t first = number("GOCHECK_ORACLE_SEED", 1);
  const uint64_t max_interleavings = number("GOCHECK_ORACLE_INTERLEAVINGS", programs > 3'000 ? kMaxInterleavings : 5'000);
  uint64_t failures = 0, executions = 0, blocked = 0, compared = 0;
  for (uint64_t seed = first; seed < first + programs && failures < 5; ++seed) {
    const Program program = random_program(seed);
    Statistics statistics;
    const std::string why = disagreement(program, &statistics, max_interleavings);
    executions += statistics.executions;
    blocked += statistics.blocked;
    compared += statistics.events > 0;
    if (why.empty()) continue;
    ++failures;
    const Program shrunk = shrink(program);
    ADD_FAILURE() << "seed " << seed << ": " << why << "; shrunk to\n"
                  << shrunk.text() << disagreement(shrunk, nullptr, kMaxInterleavings) << ' ' << missing_schedule(shrunk);
  }
  std::printf("%llu programs compared, %llu executions, %llu blocked\n", static_cast<unsigned long long>(compared),
              static_cast<unsigned long long>(executions), static_cast<unsigned long long>(blocked));
}

}  // namespace
}  // namespace gocheck::checker::model
