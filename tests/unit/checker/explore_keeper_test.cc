// A search that is stopped, saved, and gone on with by others comes to what it would have come to.
#include <gtest/gtest.h>

#include <deque>

#include "checker/explore/archive.h"
#include "checker/explore/keeper.h"
#include "tests/unit/checker/model_generator.h"
#include "tests/unit/checker/model_observe.h"
#include "tests/unit/checker/model_programs.h"

namespace gocheck::checker::model {
namespace {

struct Seen {
  Statistics statistics;
  std::set<StateHash> states;
  Findings findings;
  size_t stops = 0;
};

// Explores, by that many workers, with an end after each `executions` executions.
Seen explore_in_parts(SharedExplorer explorer, const Program& program, size_t workers, uint64_t executions) {
  Seen seen;
  SavedSearch saved;
  for (uint64_t limit = executions;; limit += executions) {
    std::string bytes;
    const auto save = [&](const SavedSearch& search) {
      Saver saver;
      saver(search);
      bytes = std::move(saver).take();
    };
    Keeper keeper(save, saved, workers, std::chrono::seconds(0));
    std::deque<ModelExecution> runs;
    std::deque<Schedule> schedules(workers);
    std::deque<std::set<StateHash>> states(workers);
    std::vector<Worker> crew;
    for (size_t i = 0; i < workers; ++i) {
      ModelExecution& execution = runs.emplace_back(program);
      ExploreOptions options{.limits = {.executions = limit}, .keeper = &keeper, .schedule = &schedules[i]};
      options.at_end = [&execution, &in = states[i]](const Schedule&, const Statistics&) { in.insert(execution.state()); };
      crew.push_back({&execution, options});
    }
    const Outcome outcome = explorer(crew);
    for (size_t i = 0; i < workers; ++i) {
      seen.states.insert(states[i].begin(), states[i].end());
      seen.findings.insert(runs[i].findings().begin(), runs[i].findings().end());
    }
    seen.statistics = outcome.statistics;
    if (outcome.complete()) return seen;
    ++seen.stops;
    Loader loader(bytes);
    loader(saved);
    if (!loader.ok() || !loader.at_end()) {
      ADD_FAILURE() << "what was saved cannot be read";
      return seen;
    }
  }
}

auto numbers(const Statistics& s) {
  return std::tuple(s.executions, s.blocked, s.states, s.merged, s.events, s.max_depth);
}

void compare(SharedExplorer explorer, const Program& program, uint64_t executions, size_t* stops) {
  const Observation whole = observe_together(explorer, program, {}, 1);
  const Seen parts = explore_in_parts(explorer, program, 1, executions);
  EXPECT_EQ(parts.states, whole.states) << program.text();
  EXPECT_EQ(parts.findings, whole.findings) << program.text();
  EXPECT_EQ(numbers(parts.statistics), numbers(whole.outcome.statistics)) << program.text();
  *stops += parts.stops;
}

class Kept : public testing::TestWithParam<SharedExplorer> {};

TEST_P(Kept, NothingIsLostAndNothingDoneTwice) {
  size_t stops = 0;
  for (const Program& program : {readers(6), last_zero(6), counter(5), senders(4, 4, 1)}) {
    for (const uint64_t executions : {1, 2, 7, 50}) compare(GetParam(), program, executions, &stops);
  }
  for (uint64_t seed = 1; seed <= 400 && !HasFailure(); ++seed) {
    const Program program = random_program(seed);
    if (observe(explore_reduced, program, {.executions = 300}, false).outcome.complete()) {
      compare(GetParam(), program, 1 + seed % 20, &stops);
    }
  }
  EXPECT_GT(stops, 100u);
}

INSTANTIATE_TEST_SUITE_P(Explorers, Kept, testing::Values(explore_reduced_together, explore_merging_together));

TEST(Keeper, SeveralWorkersStopTogether) {
  for (int i = 0; i < 20; ++i) {
    const Observation whole = observe_together(explore_merging_together, counter(5), {}, 1);
    const Seen parts = explore_in_parts(explore_merging_together, counter(5), 3, 9);
    EXPECT_EQ(parts.states, whole.states);
    EXPECT_EQ(parts.findings, whole.findings);
  }
}

TEST(Archive, WhatIsCutOffIsNoticed) {
  Saver saver;
  saver(std::vector<std::string>{"a", "bcd"}, uint32_t{7});
  const std::string bytes = std::move(saver).take();
  for (size_t size = 0; size <= bytes.size(); ++size) {
    Loader loader(std::string_view(bytes).substr(0, size));
    std::vector<std::string> texts;
    uint32_t number = 0;
    loader(texts, number);
    EXPECT_EQ(loader.ok(), size == bytes.size());
  }
}

}  // namespace
}  // namespace gocheck::checker::model
