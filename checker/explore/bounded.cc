// Every schedule with few preemptions (Musuvathi and Qadeer, PLDI 2007), each state once.
//
// A preemption is a switch away from a goroutine that could have gone on. Most bugs need few of them, and there are
// only polynomially many schedules with a given number. A state is left alone if it was entered before after the
// same goroutines' step and with as many preemptions left: then the same schedules go on from there. There is no other
// reduction, because what is independent of each other may still cost a preemption.
#include <algorithm>
#include <array>
#include <vector>

#include "checker/execution/identity.h"
#include "checker/explore/explorer.h"
#include "checker/explore/run.h"
#include "checker/explore/visited.h"

namespace gocheck::checker {
namespace {

using Actors = std::array<GoroutineId, 2>;  // who took the last step; 0: nobody

bool acts(const Transition& t, const Actors& actors) {
  const auto is = [&](GoroutineId g) { return g != 0 && (g == actors[0] || g == actors[1]); };
  return is(t.goroutine) || is(t.partner);
}

class BoundedSearch {
 public:
  BoundedSearch(Execution& execution, const ExploreOptions& options, uint32_t preemptions)
      : execution_(execution), run_(execution, options), levels_(1) {
    levels_[0].left = preemptions;
  }

  Outcome search() {
    enter();
    while (true) {
      Level& level = levels_[depth_];
      if (level.next < level.enabled.size()) {
        if (run_.stopped()) break;
        advance(level.enabled[level.next++]);
      } else if (depth_ == 0) {
        break;
      } else {
        run_.undo();
        --depth_;
      }
    }
    for (; depth_ > 0; --depth_) run_.undo();
    return std::move(run_).outcome();
  }

 private:
  struct Level {
    std::vector<Transition> enabled;  // those that may be taken
    size_t next = 0;
    Actors last{};
    bool goes_on = false;  // somebody of `last` could take another step
    uint32_t left = 0;     // preemptions
  };

  void enter() {
    Level& level = levels_[depth_];
    level.next = 0;
    level.enabled.clear();
    execution_.enabled(level.enabled);
    if (level.enabled.empty()) return run_.complete();
    if (run_.too_long()) {
      level.enabled.clear();
      return run_.truncated();
    }
    if (known(level)) {
      level.enabled.clear();
      return run_.merged();
    }
    const auto goes_on = [&](const Transition& t) { return acts(t, level.last); };
    const auto others = std::stable_partition(level.enabled.begin(), level.enabled.end(), goes_on);
    level.goes_on = others != level.enabled.begin();
    if (level.goes_on && level.left == 0) level.enabled.erase(others, level.enabled.end());
  }

  // Has the state been entered in the same situation?
  bool known(const Level& level) {
    identity_.clear();
    execution_.identify(identity_);
    StateHash hash = identity_.hash;
    for (const GoroutineId g : level.last) {
      hash.low = (hash.low ^ (g == 0 ? 0 : identity_.number_of(g) + 1)) * 0x9e3779b97f4a7c15;
      hash.high = (hash.high ^ hash.low >> 32) * 0xc2b2ae3d27d4eb4f;
    }
    if (uint32_t* most_left = visited_.find(hash)) {
      if (*most_left >= level.left) return true;
      *most_left = level.left;
      return false;
    }
    visited_.add(hash, level.left);
    run_.count_states(1);
    return false;
  }

  void advance(const Transition t) {
    const Level& level = levels_[depth_];
    const uint32_t left = level.left - (level.goes_on && !acts(t, level.last) ? 1 : 0);
    run_.step(t);
    if (++depth_ == levels_.size()) levels_.emplace_back();
    levels_[depth_].left = left;
    levels_[depth_].last = {t.goroutine, t.partner};
    enter();
  }

  Execution& execution_;
  Run run_;
  std::vector<Level> levels_;  // kept when the search goes back
  size_t depth_ = 0;
  StateTable visited_;  // with the most preemptions that were left
  Identity identity_;
};

}  // namespace

Outcome explore_bounded(Execution& execution, const ExploreOptions& options, uint32_t preemptions) {
  return BoundedSearch(execution, options, preemptions).search();
}

}  // namespace gocheck::checker
