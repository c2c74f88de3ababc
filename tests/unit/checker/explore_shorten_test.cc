// Shortened schedules of random model programs mean the same.
#include <gtest/gtest.h>

#include <algorithm>

#include "checker/explore/shorten.h"
#include "tests/unit/checker/model_generator.h"
#include "tests/unit/checker/model_observe.h"

namespace gocheck::checker::model {
namespace {

bool possible(const Program& program, const Schedule& schedule) {
  ModelExecution execution(program);
  std::vector<Transition> enabled;
  for (const Transition& t : schedule) {
    enabled.clear();
    execution.enabled(enabled);
    if (std::find(enabled.begin(), enabled.end(), t) == enabled.end()) return false;
    execution.step(t);
  }
  return true;
}

size_t switches(const Schedule& schedule) {
  size_t count = 0;
  for (size_t i = 1; i < schedule.size(); ++i) {
    const Transition &t = schedule[i], &last = schedule[i - 1];
    count += t.goroutine != last.goroutine && t.partner != last.goroutine && t.goroutine != last.partner;
  }
  return count;
}

std::vector<Schedule> schedules_of(const Program& program) {
  std::vector<Schedule> result;
  ModelExecution execution(program);
  Schedule schedule;
  ExploreOptions options{.schedule = &schedule};
  options.at_end = [&](const Schedule& s, const Statistics&) { result.push_back(s); };
  explore_sampled(execution, options, 5);
  return result;
}

TEST(Shorten, KeepsTheTraceAndThePast) {
  size_t before = 0, after = 0, lengths = 0, pasts = 0;
  for (uint64_t seed = 1; seed <= 1'000; ++seed) {
    const Program program = random_program(seed);
    for (const Schedule& schedule : schedules_of(program)) {
      if (schedule.empty()) continue;
      ModelExecution execution(program);
      const StateHash start = execution.state();
      std::vector<size_t> all(schedule.size());
      for (size_t i = 0; i < all.size(); ++i) all[i] = i;
      const Schedule same = shorten(execution, schedule, all);
      ASSERT_TRUE(possible(program, same)) << "seed " << seed << '\n' << program.text();
      ASSERT_EQ(trace_of(program, same), trace_of(program, schedule)) << "seed " << seed << '\n' << program.text();
      const size_t needed = schedule.size() / 2;
      const Schedule past = shorten(execution, schedule, {needed});
      ASSERT_TRUE(possible(program, past)) << "seed " << seed << '\n' << program.text();
      ASSERT_EQ(past.back(), schedule[needed]);
      ASSERT_EQ(execution.state(), start);
      before += switches(schedule);
      after += switches(same);
      lengths += needed + 1;
      pasts += past.size();
    }
  }
  EXPECT_LT(after, before * 9 / 10);
  EXPECT_LT(pasts, lengths * 9 / 10);
}

// Who waits at the end of the schedule.
std::vector<GoroutineId> waiting_after(const Program& program, const Schedule& schedule) {
  ModelExecution execution(program);
  for (const Transition& t : schedule) execution.step(t);
  std::vector<GoroutineId> result;
  for (GoroutineId g = 1; g <= execution.goroutines(); ++g) {
    Footprint wishes;
    execution.wishes(g, wishes);
    if (!wishes.empty()) result.push_back(g);
  }
  return result;
}

TEST(BringForward, KeepsTheTraceAndLeadsThoseWhoAreStuckThere) {
  size_t left_out = 0;
  for (uint64_t seed = 1; seed <= 1'000; ++seed) {
    const Program program = random_program(seed);
    for (const Schedule& schedule : schedules_of(program)) {
      const std::vector<GoroutineId> stuck = waiting_after(program, schedule);
      if (stuck.empty()) continue;
      ModelExecution execution(program);
      size_t essential = 0;
      const Schedule same = bring_forward(execution, schedule, stuck, essential);
      ASSERT_TRUE(possible(program, same)) << "seed " << seed << '\n' << program.text();
      ASSERT_EQ(trace_of(program, same), trace_of(program, schedule)) << "seed " << seed << '\n' << program.text();
      // None of the steps behind is theirs.
      ASSERT_LE(essential, same.size());
      for (size_t i = essential; i < same.size(); ++i) {
        for (const GoroutineId g : stuck) ASSERT_FALSE(same[i].involves(g)) << "seed " << seed << '\n' << program.text();
      }
      left_out += same.size() - essential;
    }
  }
  EXPECT_GT(left_out, 1'000u);
}

}  // namespace
}  // namespace gocheck::checker::model
