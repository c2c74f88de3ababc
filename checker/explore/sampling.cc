// Executions at random: every other one a walk that takes any step with the same probability, the others by PCT
// (Burckhardt, Kothari, Musuvathi and Nagarakatte, ASPLOS 2010): goroutines have random priorities, the one with
// the highest goes on, and at a few random points it falls behind all others. A bug that needs d such points is
// found with probability at least 1 / (n * length^(d - 1)) by each execution.
#include <algorithm>
#include <random>
#include <vector>

#include "checker/explore/explorer.h"
#include "checker/explore/run.h"

namespace gocheck::checker {
namespace {

constexpr uint64_t kFirstPriority = 1'000;  // below are those of goroutines that fell behind
constexpr size_t kLongestTurn = 1'000;      // a goroutine that goes on for longer falls behind, too: it may be spinning
constexpr size_t kLongest = 20'000;         // steps of one execution

class Sampling {
 public:
  Sampling(Execution& execution, const ExploreOptions& options, uint64_t executions)
      : execution_(execution), run_(execution, options), executions_(executions) {}

  Outcome search() {
    for (uint64_t i = 0; i < executions_ && !run_.stopped(); ++i) {
      if (i % 2 == 0) {
        walk([this](size_t) { return pick(); });
      } else {
        begin_priorities(1 + i / 2 % 3);
        walk([this](size_t step) { return highest(step); });
      }
    }
    return std::move(run_).outcome();
  }

 private:
  template <class Choose>
  void walk(const Choose& choose) {
    size_t depth = 0;
    for (;; ++depth) {
      enabled_.clear();
      execution_.enabled(enabled_);
      if (enabled_.empty()) {
        run_.complete();
        break;
      }
      if (depth == kLongest || run_.stopped()) break;
      run_.step(choose(depth));
    }
    length_ = std::max(length_, depth);
    for (; depth > 0; --depth) run_.undo();
  }

  Transition pick() { return enabled_[random_() % enabled_.size()]; }

  void begin_priorities(size_t points) {
    priorities_.clear();
    turn_ = 0;
    behind_ = kFirstPriority;
    points_.clear();
    for (size_t i = 0; i < points; ++i) points_.push_back(random_() % std::max<size_t>(length_, 1));
  }

  uint64_t& priority(GoroutineId g) {
    while (priorities_.size() <= g) priorities_.push_back(kFirstPriority + random_() % (uint64_t{1} << 40));
    return priorities_[g];
  }

  // A step of two goroutines belongs to the one with the higher priority.
  uint64_t priority(const Transition& t) {
    return std::max(priority(t.goroutine), t.partner == 0 ? 0 : priority(t.partner));
  }

  Transition highest(size_t step) {
    Transition best = best_of_enabled();
    if (std::find(points_.begin(), points_.end(), step) != points_.end() || ++turn_ > kLongestTurn) {
      turn_ = 0;
      fall_behind(best.goroutine);
      if (best.partner != 0) fall_behind(best.partner);
      best = best_of_enabled();
    }
    return best;
  }

  Transition best_of_enabled() {
    std::shuffle(enabled_.begin(), enabled_.end(), random_);  // among the steps of one goroutine: any
    return *std::max_element(enabled_.begin(), enabled_.end(),
                             [this](const Transition& a, const Transition& b) { return priority(a) < priority(b); });
  }

  void fall_behind(GoroutineId g) { priority(g) = behind_ > 0 ? --behind_ : 0; }

  Execution& execution_;
  Run run_;
  const uint64_t executions_;
  std::mt19937_64 random_{1};  // the same seed always: what gocheck says of a program does not depend on chance
  std::vector<Transition> enabled_;
  std::vector<uint64_t> priorities_;  // by goroutine
  std::vector<size_t> points_;        // steps at which the one with the highest priority falls behind
  size_t length_ = 0;                 // of the longest execution so far
  size_t turn_ = 0;                   // steps since somebody fell behind
  uint64_t behind_ = 0;               // the lowest priority given to one that fell behind
};

}  // namespace

Outcome explore_sampled(Execution& execution, const ExploreOptions& options, uint64_t executions) {
  return Sampling(execution, options, executions).search();
}

}  // namespace gocheck::checker
