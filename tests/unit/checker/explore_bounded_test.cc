// Few preemptions and samples, against all interleavings of random model programs.
#include <gtest/gtest.h>

#include <algorithm>

#include "checker/explore/run.h"
#include "tests/unit/checker/model_generator.h"
#include "tests/unit/checker/model_observe.h"

namespace gocheck::checker::model {
namespace {

constexpr uint64_t kMaxInterleavings = 3'000;

bool acts(const Transition& t, const Transition& last) {
  const auto is = [&](GoroutineId g) { return g != 0 && (g == last.goroutine || g == last.partner); };
  return is(t.goroutine) || is(t.partner);
}

// Every schedule with so many preemptions, straight from the definition.
void take_all(Execution& execution, Run& run, const Transition& last, uint32_t left) {
  std::vector<Transition> enabled;
  execution.enabled(enabled);
  if (enabled.empty()) return run.complete();
  const bool goes_on = std::any_of(enabled.begin(), enabled.end(), [&](const Transition& t) { return acts(t, last); });
  for (const Transition& t : enabled) {
    const uint32_t cost = goes_on && !acts(t, last) ? 1 : 0;
    if (cost > left) continue;
    run.step(t);
    take_all(execution, run, t, left - cost);
    run.undo();
  }
}

template <uint32_t kPreemptions>
Outcome by_definition(Execution& execution, const ExploreOptions& options) {
  Run run(execution, options);
  take_all(execution, run, Transition{}, kPreemptions);
  return std::move(run).outcome();
}

template <uint32_t kPreemptions>
Outcome bounded(Execution& execution, const ExploreOptions& options) {
  return explore_bounded(execution, options, kPreemptions);
}

Outcome sampled(Execution& execution, const ExploreOptions& options) { return explore_sampled(execution, options, 50); }

template <uint32_t kPreemptions>
void compare(const Program& program) {
  const Observation wanted = observe(by_definition<kPreemptions>, program, {}, false);
  const Observation seen = observe(bounded<kPreemptions>, program, {}, false);
  EXPECT_EQ(seen.states, wanted.states) << kPreemptions << " preemptions\n" << program.text();
  EXPECT_EQ(seen.findings, wanted.findings) << kPreemptions << " preemptions\n" << program.text();
}

TEST(Bounded, FindsWhatTheSchedulesWithFewPreemptionsShow) {
  uint64_t compared = 0;
  for (uint64_t seed = 1; seed <= 1'000 && !HasFailure(); ++seed) {
    const Program program = random_program(seed);
    const Observation all = observe(explore_exhaustively, program, {.executions = kMaxInterleavings}, false);
    if (!all.outcome.complete()) continue;
    ++compared;
    compare<0>(program);
    compare<1>(program);
    compare<2>(program);
    const Observation unbounded = observe(bounded<1'000'000>, program, {}, false);
    EXPECT_EQ(unbounded.states, all.states) << program.text();
    EXPECT_EQ(unbounded.findings, all.findings) << program.text();
  }
  EXPECT_GT(compared, 500u);
}

TEST(Sampling, ShowsNothingThatCannotHappen) {
  uint64_t found = 0, existing = 0;
  for (uint64_t seed = 1; seed <= 1'000; ++seed) {
    const Program program = random_program(seed);
    const Observation all = observe(explore_exhaustively, program, {.executions = kMaxInterleavings}, false);
    if (!all.outcome.complete()) continue;
    const Observation some = observe(sampled, program, {}, false);
    EXPECT_TRUE(std::includes(all.states.begin(), all.states.end(), some.states.begin(), some.states.end()));
    EXPECT_TRUE(std::includes(all.findings.begin(), all.findings.end(), some.findings.begin(), some.findings.end()));
    found += some.states.size();
    existing += all.states.size();
  }
  EXPECT_GT(found, existing / 2) << "of " << existing;  // 50 samples of small programs
}

}  // namespace
}  // namespace gocheck::checker::model
