// Limits, statistics and callbacks of both explorers.
#include <gtest/gtest.h>

#include "tests/unit/checker/model_observe.h"
#include "tests/unit/checker/model_programs.h"

namespace gocheck::checker::model {
namespace {

class Limited : public testing::TestWithParam<Explorer> {
 protected:
  Outcome explore(const Program& program, ExploreOptions options) {
    ModelExecution execution(program);
    const StateHash before = execution.state();
    Schedule schedule;
    options.schedule = &schedule;
    const Outcome outcome = GetParam()(execution, options);
    EXPECT_EQ(execution.state(), before) << "the explorer must go back to where it came from";
    EXPECT_TRUE(schedule.empty());
    return outcome;
  }
};

using Names = std::set<std::string>;

TEST_P(Limited, NothingToDo) {
  const Outcome outcome = explore(Program{}, {});
  EXPECT_TRUE(outcome.complete());
  EXPECT_EQ(outcome.statistics.executions, 1u);
  EXPECT_EQ(outcome.statistics.events, 0u);
}

TEST_P(Limited, ExactlyAsManyExecutionsAsAllowedIsComplete) {
  EXPECT_TRUE(explore(lock_forever(5), {.limits = {.executions = 5}}).complete());
  const Outcome outcome = explore(lock_forever(5), {.limits = {.executions = 4}});
  EXPECT_EQ(outcome.limits, Names{"max-executions"});
  EXPECT_EQ(outcome.statistics.executions, 4u);
}

TEST_P(Limited, Steps) {
  const Outcome outcome = explore(counter(2), {.limits = {.steps = 7}});
  EXPECT_EQ(outcome.limits, Names{"max-steps"});
  EXPECT_EQ(outcome.statistics.executions, 0u);
  EXPECT_EQ(outcome.statistics.truncated, 2u);
  EXPECT_EQ(outcome.statistics.max_depth, 7u);
  EXPECT_TRUE(explore(counter(2), {.limits = {.steps = 8}}).complete());
}

TEST_P(Limited, Time) {
  EXPECT_EQ(explore(counter(4), {.limits = {.seconds = 0}}).limits, Names{"time-limit"});
}

TEST_P(Limited, Interrupted) {
  std::atomic<bool> interrupted = false;
  ExploreOptions options{.interrupted = &interrupted};
  options.at_end = [&](const Schedule&, const Statistics& statistics) { interrupted = statistics.executions == 3; };
  const Outcome outcome = explore(counter(4), options);
  EXPECT_EQ(outcome.limits, Names{"interrupted"});
  EXPECT_EQ(outcome.statistics.executions, 3u);
}

TEST_P(Limited, Stop) {
  int asked = 0;
  ExploreOptions options;
  options.stop = [&] { return ++asked == 2; };
  const Outcome outcome = explore(counter(3), options);
  EXPECT_EQ(outcome.limits, Names{"stopped"});
  EXPECT_EQ(outcome.statistics.executions, 2u);
}

TEST_P(Limited, SchedulesAreThoseOfTheExecutions) {
  const Program program = senders(3, 3, 1);
  ExploreOptions options;
  uint64_t ends = 0;
  options.at_end = [&](const Schedule& schedule, const Statistics& statistics) {
    EXPECT_EQ(statistics.executions, ++ends);
    ModelExecution replay(program);
    for (const Transition& t : schedule) {
      std::vector<Transition> enabled;
      replay.enabled(enabled);
      ASSERT_TRUE(std::binary_search(enabled.begin(), enabled.end(), t));
      replay.step(t);
    }
  };
  const Outcome outcome = explore(program, options);
  EXPECT_EQ(outcome.statistics.executions, ends);
}

INSTANTIATE_TEST_SUITE_P(Explorers, Limited, testing::Values(explore_exhaustively, explore_reduced),
                         [](const auto& info) { return info.index == 0 ? "Exhaustive" : "Reduced"; });

}  // namespace
}  // namespace gocheck::checker::model
