// Few steps first, against all interleavings of random model programs.
#include <gtest/gtest.h>

#include "checker/explore/run.h"
#include "tests/unit/checker/model_generator.h"
#include "tests/unit/checker/model_observe.h"

namespace gocheck::checker::model {
namespace {

// Of what ends after so many steps at most.
template <uint64_t kSteps>
Outcome all_up_to(Execution& execution, const ExploreOptions& options) {
  ExploreOptions short_ones = options;
  short_ones.limits.steps = kSteps;
  return explore_exhaustively(execution, short_ones);
}
template <uint64_t kSteps>
Outcome shallow(Execution& execution, const ExploreOptions& options) {
  ExploreOptions short_ones = options;
  short_ones.limits.steps = kSteps;
  return explore_shallow(execution, short_ones);
}

template <uint64_t kSteps>
void compare(const Program& program, const Observation& all) {
  const Observation wanted = observe(all_up_to<kSteps>, program, {}, false);
  const Observation seen = observe(shallow<kSteps>, program, {}, false);
  EXPECT_EQ(seen.states, wanted.states) << kSteps << " steps\n" << program.text();
  EXPECT_EQ(seen.findings, wanted.findings) << kSteps << " steps\n" << program.text();
  EXPECT_EQ(seen.outcome.complete(), wanted.outcome.complete()) << kSteps << " steps\n" << program.text();
  if (seen.outcome.complete()) {
    EXPECT_EQ(seen.states, all.states) << kSteps << " steps\n" << program.text();
  }
}

TEST(Shallow, ExploresAllExecutionsOfAtMostSoManySteps) {
  uint64_t compared = 0;
  for (uint64_t seed = 1; seed <= 1'000 && !HasFailure(); ++seed) {
    const Program program = random_program(seed);
    const Observation all = observe(explore_exhaustively, program, {.executions = 3'000}, false);
    if (!all.outcome.complete()) continue;
    ++compared;
    compare<3>(program, all);
    compare<5>(program, all);
    compare<8>(program, all);
    compare<1'000>(program, all);
  }
  EXPECT_GT(compared, 500u);
}

}  // namespace
}  // namespace gocheck::checker::model
