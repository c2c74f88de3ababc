// Several workers explore what one explores: the same traces, each once, and the same findings.
//
// GOCHECK_ORACLE_PROGRAMS: how many random programs (default 1000); GOCHECK_ORACLE_SEED: the first seed.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/unit/checker/model_generator.h"
#include "tests/unit/checker/model_observe.h"
#include "tests/unit/checker/model_programs.h"

namespace gocheck::checker::model {
namespace {

uint64_t number(const char* variable, uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(Together, OneExecutionOfEachTrace) {
  const auto executions = [](const Program& program, size_t workers) {
    const Observation seen = observe_together(explore_reduced_together, program, {}, workers);
    EXPECT_TRUE(seen.outcome.complete());
    EXPECT_EQ(seen.outcome.statistics.blocked, 0u);
    EXPECT_EQ(seen.traces.size(), seen.outcome.statistics.executions);
    return seen.outcome.statistics.executions;
  };
  for (const size_t workers : {1, 2, 3, 8}) {
    EXPECT_EQ(executions(readers(10), workers), 1024u) << workers;
    EXPECT_EQ(executions(last_zero(8), workers), 704u) << workers;
    EXPECT_EQ(executions(counter(6), workers), 720u) << workers;
    EXPECT_EQ(executions(senders(5, 5, 1), workers), 120u) << workers;
    EXPECT_EQ(executions(Program{}, workers), 1u) << workers;
  }
}

TEST(Together, TheOthersHelp) {
  EXPECT_GT(observe_together(explore_reduced_together, counter(7), {}, 2).helped, 500u);
}

TEST(Together, MissesNothing) {
  const uint64_t programs = number("GOCHECK_ORACLE_PROGRAMS", 1'000);
  const uint64_t first = number("GOCHECK_ORACLE_SEED", 1);
  const Limits limits{.executions = 2'000};
  uint64_t failures = 0, helped = 0, compared = 0;
  for (uint64_t seed = first; seed < first + programs && failures < 5; ++seed) {
    const Program program = random_program(seed);
    const Observation one = observe(explore_reduced, program, limits, true);
    if (!one.outcome.complete() || one.outcome.statistics.executions < 10) continue;
    const Observation some = observe_together(explore_reduced_together, program, limits, 2 + seed % 2);
    ++compared;
    helped += some.helped;
    const bool same = some.traces == one.traces && some.states == one.states && some.findings == one.findings &&
                      some.outcome.statistics.blocked == one.outcome.statistics.blocked;
    if (same) continue;
    ++failures;
    ADD_FAILURE() << "seed " << seed << ": " << some.outcome.statistics.executions << " executions of " << some.traces.size()
                  << " traces instead of " << one.traces.size() << "\n" << program.text();
  }
  std::printf("%llu programs compared, %llu executions by helpers\n", static_cast<unsigned long long>(compared),
              static_cast<unsigned long long>(helped));
  EXPECT_GT(compared, 0u);
}

// The workers of a merging search end in the same states, with the same findings.
TEST(Together, MergingMissesNothing) {
  const uint64_t programs = number("GOCHECK_ORACLE_PROGRAMS", 1'000);
  const uint64_t first = number("GOCHECK_ORACLE_SEED", 1);
  uint64_t failures = 0, states = 0, by_one = 0, helped = 0;
  for (uint64_t seed = first; seed < first + programs && failures < 5; ++seed) {
    const Program program = random_program(seed);
    const Observation one = observe(explore_merging, program, {.executions = 20'000}, false);
    if (!one.outcome.complete() || one.outcome.statistics.states < 20) continue;
    const Observation some = observe_together(explore_merging_together, program, {}, 2 + seed % 2);
    states += some.outcome.statistics.states;
    by_one += one.outcome.statistics.states;
    helped += some.helped;
    if (some.states == one.states && some.findings == one.findings && some.outcome.complete()) continue;
    ++failures;
    ADD_FAILURE() << "seed " << seed << ": " << some.states.size() << " end states instead of " << one.states.size() << "\n"
                  << program.text();
  }
  std::printf("%llu states, %llu by one worker; %llu executions by helpers\n", static_cast<unsigned long long>(states),
              static_cast<unsigned long long>(by_one), static_cast<unsigned long long>(helped));
  EXPECT_GT(helped, 0u);
}

template <uint32_t kIndex, uint32_t kCount>
Outcome explore_one_shard(Execution& execution, const ExploreOptions& options) {
  const Worker alone{&execution, options};
  return explore_shard({&alone, 1}, {kIndex, kCount});
}

// All shards of a search, each explored for itself, end in the states and findings of the whole.
TEST(Together, ShardsMissNothing) {
  const uint64_t programs = number("GOCHECK_ORACLE_PROGRAMS", 1'000);
  const uint64_t first = number("GOCHECK_ORACLE_SEED", 1);
  uint64_t failures = 0, compared = 0;
  for (uint64_t seed = first; seed < first + programs && failures < 5; ++seed) {
    const Program program = random_program(seed);
    const Observation one = observe(explore_exhaustively, program, {.executions = 2'000}, false);
    if (!one.outcome.complete() || one.outcome.statistics.executions < 20) continue;
    std::set<StateHash> states;
    Findings findings;
    for (const Explorer explore : {explore_one_shard<0, 3>, explore_one_shard<1, 3>, explore_one_shard<2, 3>}) {
      const Observation shard = observe(explore, program, {}, false);
      states.insert(shard.states.begin(), shard.states.end());
      findings.insert(shard.findings.begin(), shard.findings.end());
    }
    ++compared;
    if (states == one.states && findings == one.findings) continue;
    ++failures;
    ADD_FAILURE() << "seed " << seed << ": " << states.size() << " end states instead of " << one.states.size() << "\n"
                  << program.text();
  }
  EXPECT_GT(compared, 0u);
}

TEST(Together, ALimitEndsTheSearchForAll) {
  const Observation seen = observe_together(explore_reduced_together, counter(7), {.executions = 100}, 4);
  EXPECT_EQ(seen.outcome.limits, std::set<std::string>{"max-executions"});
  EXPECT_GE(seen.outcome.statistics.executions, 100u);
  EXPECT_LE(seen.outcome.statistics.executions, 104u);
}

}  // namespace
}  // namespace gocheck::checker::model
