// What every explorer does around its steps: the schedule, the statistics, the limits.
#pragma once

#include <chrono>
#include <functional>

#include "checker/execution/execution.h"
#include "checker/explore/crew.h"
#include "checker/explore/explorer.h"
#include "checker/explore/keeper.h"

namespace gocheck::checker {

class Run {
 public:
  Run(Execution& execution, const ExploreOptions& options) : Run(execution, options, alone_) {}
  // As one of a crew. `guess`: how much will be explored in all (Statistics::expected)? Asked a few times a second.
  Run(Execution& execution, const ExploreOptions& options, Crew& crew, std::function<double()> guess = nullptr);

  // Has the search to end now? Asked before every step.
  bool stopped();
  // The same, but limits on how much is explored do not count: for long ways back, on which no more is.
  bool out_of_time();
  // Ends it for all workers, because of this limit. Returns true.
  bool stop(const char* limit);
  // Is the present execution too long to go on?
  bool too_long() const { return options_.schedule->size() >= options_.limits.steps; }

  void step(const Transition& transition);
  void undo();
  // A step on the way to where the search goes on: it is not explored, only taken again.
  void follow(const Transition& transition);

  // The present execution ends here, for the reason named.
  void complete();
  void blocked();
  void merged();
  void truncated();

  // States that were met first, or (negative) that others have met, too.
  void count_states(int64_t change) {
    outcome_.statistics.states += static_cast<uint64_t>(change);
    crew_.count_states(change);
  }
  // Is the search to be saved now?
  bool save_is_due() const { return options_.keeper != nullptr && options_.keeper->due(); }
  Keeper* keeper() const { return options_.keeper; }
  // The number of executions and the like.
  template <class Archive>
  void archive(Archive& a) {
    a(outcome_);
    if constexpr (Archive::kLoads) {
      crew_.count_executions(outcome_.statistics.executions);
      crew_.count_states(static_cast<int64_t>(outcome_.statistics.states));
      // Those that ended the search then do not end it now.
      for (const char* limit : {"time-limit", "stopped"}) outcome_.limits.erase(limit);
      for (const char* limit : kEndingLimits) outcome_.limits.erase(limit);
    }
  }
  const Statistics& statistics() const { return outcome_.statistics; }
  Outcome outcome() && { return std::move(outcome_); }

 private:
  void ended();
  void note_depth();
  void update_guess();

  using Time = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kBetweenGuesses{200};

  Execution& execution_;
  const ExploreOptions& options_;
  Crew alone_;
  Crew& crew_;
  const std::function<double()> guess_;
  Outcome outcome_;
  Time::time_point start_ = Time::now();
  uint32_t until_time_check_ = 0;
  Time::time_point next_guess_ = start_ + kBetweenGuesses;
};

}  // namespace gocheck::checker
