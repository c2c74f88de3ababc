// Optimal dynamic partial order reduction: source sets with wakeup trees (Abdulla, Aronis, Jonsson, Sagonas, J. ACM
// 2017), adapted to steps of two goroutines, to goroutines with alternatives (select), and to operations that block. The
// definitions and the argument of soundness are in docs/design/search.md.
#include <algorithm>
#include <vector>

#include "checker/explore/explorer.h"
#include "checker/explore/reversals.h"
#include "checker/explore/run.h"
#include "checker/explore/wakeup_tree.h"
#include "checker/order/trace_order.h"

namespace gocheck::checker {
namespace {

// A step that need not be explored from a state, because all traces that begin with it have been.
struct Sleeper {
  Transition transition;
  uint32_t accesses, access_count;  // in Level::accesses
};

// A state on the stack.
struct Level {
  std::vector<Transition> enabled;   // sorted
  std::vector<Sleeper> sleepers;     // on arrival, then also what has been explored
  std::vector<Access> accesses;
  WakeupTrees::Tree tree;            // what is still to be explored
  bool anything_explored = false;

  std::span<const Access> accesses_of(const Sleeper& z) const { return {accesses.data() + z.accesses, z.access_count}; }
  bool is_enabled(const Transition& t) const { return std::binary_search(enabled.begin(), enabled.end(), t); }
  bool is_asleep(const Transition& t) const {
    return std::any_of(sleepers.begin(), sleepers.end(), [&](const Sleeper& z) { return z.transition == t; });
  }
  void add_sleeper(const Transition& t, std::span<const Access> touched) {
    sleepers.push_back({t, static_cast<uint32_t>(accesses.size()), static_cast<uint32_t>(touched.size())});
    accesses.insert(accesses.end(), touched.begin(), touched.end());
  }
  void clear() {
    enabled.clear();
    sleepers.clear();
    accesses.clear();
    anything_explored = false;
  }
};

class ReducedSearch final : public Planner {
 public:
  ReducedSearch(Execution& execution, const ExploreOptions& options)
      : execution_(execution), run_(execution, options), reversals_(execution, order_), levels_(1) {}

  Outcome explore() {
    enter();
    while (true) {
      Transition next;
      if (choose(next)) {
        if (run_.stopped()) break;
        advance(next);
      } else if (depth_ == 0) {
        return std::move(run_).outcome();
      } else {
        go_back();
      }
    }
    while (depth_ > 0) go_back();
    return std::move(run_).outcome();
  }

  bool stopped() override { return run_.stopped(); }

 private:
  Level& level() { return levels_[depth_]; }

  // A new state, with its sleepers and its tree: what is possible here? Where the tree has nothing to say, anything
  // that is awake will do.
  void enter() {
    Level& here = level();
    here.enabled.clear();
    execution_.enabled(here.enabled);
    std::erase_if(here.sleepers, [&](Sleeper& z) { return !sleeps_on(here, z); });
    below_ = {};
    if (!here.tree.empty()) return;
    if (here.enabled.empty()) {
      reversals_.propose_all(*this);
      run_.complete();
      return;
    }
    const auto awake = std::find_if(here.enabled.begin(), here.enabled.end(),
                                    [&](const Transition& t) { return !here.is_asleep(t); });
    if (awake == here.enabled.end()) {
      reversals_.propose_all(*this);
      run_.blocked();
      here.anything_explored = true;
    } else if (run_.too_long()) {
      reversals_.propose_all(*this);
      run_.truncated();
    } else {
      sequence_.assign(1, {*awake, {}});
      trees_.insert(here.tree, sequence_);
    }
  }

  // The next step to explore from here, if there is one; below_ is what has to be explored after it.
  bool choose(Transition& next) {
    Level& here = level();
    while (!here.tree.empty()) {
      const Transition& planned = trees_.first(here.tree);
      next = planned;
      if (here.is_enabled(next) && !here.is_asleep(next)) {
        below_ = trees_.take_first(here.tree);
        return true;
      }
      trees_.drop_first(here.tree);
    }
    if (!here.anything_explored && !here.enabled.empty()) run_.blocked();
    return false;
  }

  void advance(const Transition& t) {
    if (depth_ + 1 == levels_.size()) levels_.emplace_back();
    Level& here = level();
    Level& there = levels_[depth_ + 1];
    there.clear();
    there.tree = below_;
    footprint_.clear();
    execution_.footprint(t, footprint_);
    for (const Sleeper& z : here.sleepers) {
      const std::span<const Access> accesses = here.accesses_of(z);
      if (!share_goroutine(z.transition, t) && independent(accesses, footprint_)) {
        there.add_sleeper(z.transition, accesses);
      }
    }
    here.add_sleeper(t, footprint_);
    here.anything_explored = true;
    reversals_.before(t, here.enabled);
    order_.push(t, footprint_);
    run_.step(t);
    execution_.started(started_);
    for (const GoroutineId g : started_) order_.start(g);
    ++depth_;
    enter();
  }

  void go_back() {
    trees_.clear(level().tree);
    run_.undo();
    order_.pop();
    reversals_.pop();
    --depth_;
  }

  // A sleeper that would now touch something else than when it was explored has been changed by the
  // step just taken: the two were not independent after all.
  bool sleeps_on(Level& here, Sleeper& z) {
    if (!here.is_enabled(z.transition)) return false;
    other_.clear();
    execution_.footprint(z.transition, other_);
    if (!same_accesses(here.accesses_of(z), other_)) return false;
    if (!std::equal(other_.begin(), other_.end(), here.accesses_of(z).begin(), here.accesses_of(z).end())) {
      z.accesses = static_cast<uint32_t>(here.accesses.size());
      z.access_count = static_cast<uint32_t>(other_.size());
      here.accesses.insert(here.accesses.end(), other_.begin(), other_.end());
    }
    return true;
  }

  bool plan(EventIndex e, Sequence& sequence, Certainty certainty) override {
    const bool certain = certainty == Certainty::certain;
    if (is_redundant(levels_[e], sequence)) return certain;
    if (!certain) return try_out(e, sequence);
    trees_.insert(levels_[e].tree, sequence);
    return true;
  }

  bool is_redundant(const Level& level, const Sequence& sequence) {
    for (const Sleeper& z : level.sleepers) {
      if (weak_initial(z.transition, level.accesses_of(z), sequence) != kNoInitial) return true;
    }
    return trees_.contains(level.tree, sequence);
  }

  // Goes back to the state before event e, follows the sequence, and plans those of its last steps that are
  // possible then. False: none of those that conflict with e is.
  bool try_out(EventIndex e, Sequence& sequence) {
    const PlannedStep last = sequence.back();
    sequence.pop_back();
    for (EventIndex i = order_.size(); i > e; --i) run_.undo();
    for (const PlannedStep& step : sequence) run_.step(step.transition);
    tried_.clear();
    execution_.enabled(tried_);
    std::erase_if(tried_, [&](const Transition& t) {
      if (last.transition.option != kAnyOption && last.transition.partner != 0) return t != last.transition;
      return t.partner != 0 || t.goroutine != last.transition.goroutine;
    });
    tried_footprints_.resize(std::max(tried_footprints_.size(), tried_.size()));
    for (size_t i = 0; i < tried_.size(); ++i) {
      tried_footprints_[i].clear();
      execution_.footprint(tried_[i], tried_footprints_[i]);
    }
    for (size_t i = 0; i < sequence.size(); ++i) run_.undo();
    for (EventIndex i = e; i < order_.size(); ++i) run_.step(order_.transition(i));
    bool any = false;
    for (size_t i = 0; i < tried_.size(); ++i) {
      any = any || !independent(tried_footprints_[i], order_.accesses(e)) || share_goroutine(tried_[i], order_.transition(e));
      sequence_ = sequence;
      sequence_.push_back({tried_[i], tried_footprints_[i]});
      if (!is_redundant(levels_[e], sequence_)) trees_.insert(levels_[e].tree, sequence_);
    }
    return any;
  }

  Execution& execution_;
  Run run_;
  TraceOrder order_;
  Reversals reversals_;
  WakeupTrees trees_;
  std::vector<Level> levels_;  // kept when the search goes back, for their memory
  size_t depth_ = 0;
  WakeupTrees::Tree below_;    // the tree of the state about to be entered

  // Scratch, members so that a step does not allocate.
  Footprint footprint_, other_;
  Sequence sequence_;
  std::vector<GoroutineId> started_;
  std::vector<Transition> tried_;
  std::vector<Footprint> tried_footprints_;
};

}  // namespace

Outcome explore_reduced(Execution& execution, const ExploreOptions& options) {
  return ReducedSearch(execution, options).explore();
}

}  // namespace gocheck::checker
