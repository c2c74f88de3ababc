// The merging search against the exhaustive one, on random programs: the same final states and findings.
//
// GOCHECK_ORACLE_PROGRAMS: how many programs (default 3000); GOCHECK_ORACLE_SEED: the first seed.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/unit/checker/model_generator.h"
#include "tests/unit/checker/model_observe.h"

namespace gocheck::checker::model {
namespace {

constexpr uint64_t kMaxInterleavings = 20'000;

uint64_t number(const char* variable, uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Why the two disagree; empty: they agree (or the program is too large to tell).
std::string disagreement(const Program& program, bool remembers, Statistics* statistics) {
  const Observation all = observe(explore_exhaustively, program, {.executions = kMaxInterleavings}, false, remembers);
  if (!all.outcome.complete()) return "";
  const Observation some = observe(explore_merging, program, {}, false, remembers);
  if (statistics != nullptr) *statistics = some.outcome.statistics;
  if (some.states != all.states) {
    return "final states: " + std::to_string(some.states.size()) + " instead of " + std::to_string(all.states.size());
  }
  return some.findings == all.findings ? "" : "findings";
}

Program shrink(Program program, bool remembers) {
  for (bool shrunk = true; shrunk;) {
    shrunk = false;
    for (const Program& candidate : smaller(program)) {
      if (disagreement(candidate, remembers, nullptr).empty()) continue;
      program = candidate;
      shrunk = true;
      break;
    }
  }
  return program;
}

void compare(bool remembers) {
  const uint64_t programs = number("GOCHECK_ORACLE_PROGRAMS", 3'000);
  const uint64_t first = number("GOCHECK_ORACLE_SEED", 1);
  uint64_t failures = 0, events = 0, states = 0, merged = 0;
  for (uint64_t seed = first; seed < first + programs && failures < 5; ++seed) {
    const Program program = random_program(seed);
    Statistics statistics;
    const std::string why = disagreement(program, remembers, &statistics);
    events += statistics.events;
    states += statistics.states;
    merged += statistics.merged;
    if (why.empty()) continue;
    ++failures;
    const Program shrunk = shrink(program, remembers);
    ADD_FAILURE() << "seed " << seed << ": " << why << "; shrunk to\n"
                  << shrunk.text() << disagreement(shrunk, remembers, nullptr);
  }
  std::printf("%llu programs, %llu events, %llu states, %llu merged\n", static_cast<unsigned long long>(programs),
              static_cast<unsigned long long>(events), static_cast<unsigned long long>(states),
              static_cast<unsigned long long>(merged));
}

// With room for a few states only: whatever is forgotten, nothing is missed.
void compare_with_little_memory(size_t workers) {
  const uint64_t programs = number("GOCHECK_ORACLE_PROGRAMS", 3'000);
  const uint64_t first = number("GOCHECK_ORACLE_SEED", 1);
  uint64_t remembered = 0, explored = 0;
  for (uint64_t seed = first; seed < first + programs; ++seed) {
    const Program program = random_program(seed);
    const Observation all = observe_together(explore_merging_together, program, {.states = 2'000}, 1);
    if (!all.outcome.complete()) continue;
    const Limits little{.states = 1'000'000, .memory = 2'000 * (1 + seed % 8)};
    const Observation some = observe_together(explore_merging_together, program, little, workers);
    if (!some.outcome.complete()) continue;  // it does not come to its end, or goes around in more states than that
    EXPECT_EQ(some.states, all.states) << "seed " << seed;
    EXPECT_EQ(some.findings, all.findings) << "seed " << seed;
    remembered += all.outcome.statistics.states;
    explored += some.outcome.statistics.states;
  }
  EXPECT_GT(explored, remembered + remembered / 20) << "nothing was forgotten";
}

TEST(Merging, ForgetsStates) { compare_with_little_memory(1); }
TEST(Merging, ForgetsStatesTogether) { compare_with_little_memory(2); }

TEST(Merging, MissesNothing) { compare(true); }
TEST(Merging, MissesNothingWhereGoroutinesForget) { compare(false); }

}  // namespace
}  // namespace gocheck::checker::model
