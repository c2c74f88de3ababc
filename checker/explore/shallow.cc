// Every execution up to a number of steps, each state once.
//
// For programs whose executions do not end in finitely many states, where a search that goes down first does not come back
// and where a reduction could put off one goroutine for ever: there is none here. A state is left alone if it was
// entered before with as many steps left: then the same executions go on from there. What of a longer execution is short
// enough has been seen, so findings on the way of it show.
#include <vector>

#include "checker/execution/identity.h"
#include "checker/explore/explorer.h"
#include "checker/explore/run.h"
#include "checker/explore/visited.h"

namespace gocheck::checker {
namespace {

class ShallowSearch {
 public:
  ShallowSearch(Execution& execution, const ExploreOptions& options)
      : execution_(execution), run_(execution, options), steps_(options.limits.steps), levels_(1) {}

  Outcome search() {
    enter();
    while (true) {
      Level& level = levels_[depth_];
      if (level.next < level.enabled.size()) {
        if (run_.stopped()) break;
        run_.step(level.enabled[level.next++]);
        if (++depth_ == levels_.size()) levels_.emplace_back();
        enter();
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
    std::vector<Transition> enabled;
    size_t next = 0;
  };

  void enter() {
    Level& level = levels_[depth_];
    level.next = 0;
    level.enabled.clear();
    if (known()) return run_.merged();
    execution_.enabled(level.enabled);
    if (level.enabled.empty()) return run_.complete();
    if (run_.too_long()) {
      level.enabled.clear();
      run_.truncated();
    }
  }

  // Has the state been entered with as many steps left?
  bool known() {
    identity_.clear();
    execution_.identify(identity_);
    const auto left = static_cast<uint32_t>(steps_ - depth_);
    if (uint32_t* const before = visited_.find(identity_.hash)) {
      if (*before >= left) return true;
      *before = left;
    } else {
      visited_.add(identity_.hash, left);
    }
    return false;
  }

  Execution& execution_;
  Run run_;
  const uint64_t steps_;
  std::vector<Level> levels_;  // kept when the search goes back
  size_t depth_ = 0;
  StateTable visited_;  // with the most steps that were left there
  Identity identity_;
};

}  // namespace

Outcome explore_shallow(Execution& execution, const ExploreOptions& options) {
  return ShallowSearch(execution, options).search();
}

}  // namespace gocheck::checker
