// Optimal dynamic partial order reduction: source sets with wakeup trees (Abdulla, Aronis, Jonsson, Sagonas, J. ACM
// 2017), adapted to steps of two goroutines, to goroutines with alternatives (select), and to operations that block. The
// definitions and the argument of soundness are in docs/design/search.md.
#include <algorithm>
#include <vector>

#include "checker/explore/archive.h"
#include "checker/explore/estimate.h"
#include "checker/explore/explorer.h"
#include "checker/explore/frontier.h"
#include "checker/explore/reversals.h"
#include "checker/explore/run.h"
#include "checker/explore/wakeup_tree.h"
#include "checker/order/trace_order.h"
#include "runtime/program/invariant.h"

namespace gocheck::checker {
namespace {

class ReducedSearch final : public Planner {
 public:
  ReducedSearch(Execution& execution, const ExploreOptions& options, Crew& crew, Frontier& frontier)
      : execution_(execution), run_(execution, options, crew, [this] { return guess(); }), frontier_(frontier),
        reversals_(execution, order_) {}

  // Explores from the initial state.
  void begin() {
    if (!resume()) {
      levels_.emplace_back();
      enter();
    }
    explore();
  }
  // Explores what others have left, until nobody has anything left.
  void help() {
    while (const SharedLevelRef level = frontier_.take()) {
      go_to(path_to(level));
      explore();
    }
  }
  Outcome outcome() && { return std::move(run_).outcome(); }

  bool stopped() override { return run_.stopped(); }

 private:
  // A level on the stack; locked while this lives, if others have it on theirs.
  struct Place {
    Level& level;
    WakeupTrees& trees;
    std::unique_lock<std::mutex> lock;
  };
  Place place(size_t depth) {
    if (depth >= shared_.size()) return {levels_[depth], trees_, {}};
    SharedLevel& shared = *shared_[depth];
    return {shared.level, shared.trees, std::unique_lock(shared.mutex)};
  }
  // What does not change once the state has been entered.
  std::span<const Transition> enabled_at(size_t depth) const {
    return depth < shared_.size() ? shared_[depth]->level.enabled : levels_[depth].enabled;
  }

  // From the present state on, and from all those below it.
  void explore() {
    bool stopped = false;
    while (true) {
      if (run_.save_is_due()) save(Keeper::Then::goes_on);
      if (find_next()) {
        stopped = run_.stopped();
        if (stopped) break;
        if (take_next()) {
          enter();
          continue;
        }
      }
      if (depth_ == 0) break;
      go_back();
    }
    if (Keeper* keeper = run_.keeper()) stopped && !keeper->drops_rest() ? save(Keeper::Then::ends) : keeper->ended();
    while (depth_ > 0) go_back();
    shared_.clear();
  }

  // ---- Checkpoints, by a worker that is alone ----

  void save(Keeper::Then then) {
    GOCHECK_INVARIANT(shared_.empty());
    Saver where;
    where(run_, order_.path(), trees_, estimate_);
    for (size_t i = 0; i <= depth_; ++i) where(levels_[i]);
    run_.keeper()->stop(0, then, std::move(where).take(), [] { return std::string(); });
  }

  bool resume() {
    if (run_.keeper() == nullptr || !run_.keeper()->resumes()) return false;
    Loader where(run_.keeper()->beginning().workers[0]);
    Schedule path;
    Estimate estimate(false);
    where(run_, path, trees_, estimate);
    levels_.resize(path.size() + 1);
    for (Level& level : levels_) where(level);
    GOCHECK_INVARIANT(where.ok() && where.at_end());
    for (const Transition& t : path) follow(t);
    estimate_ = std::move(estimate);
    return true;
  }

  // A new state, with its sleepers and its tree: what is possible here? Where the tree has nothing to say, anything
  // that is awake will do.
  void enter() {
    Level& here = levels_[depth_];
    here.enabled.clear();
    execution_.enabled(here.enabled);
    std::erase_if(here.sleepers, [&](Sleeper& z) { return !sleeps_on(here, z); });
    if (!here.tree.empty()) return;
    if (here.enabled.empty()) {
      propose();
      run_.complete();
      if (frontier_.wanted() && ++unshared_ >= kBetweenOffers) share();
      return;
    }
    const auto awake = std::find_if(here.enabled.begin(), here.enabled.end(),
                                    [&](const Transition& t) { return !here.is_asleep(t); });
    if (awake == here.enabled.end()) {
      propose();
      run_.blocked();
      here.explored = 1;
    } else if (run_.too_long()) {
      propose();
      run_.truncated();
    } else {
      sequence_.assign(1, {*awake, {}});
      trees_.insert(here.tree, sequence_);
    }
  }

  void propose() {
    if (!execution_.misled()) reversals_.propose_all(*this);
  }

  // Is there a step to explore from here? It is then the first one of the tree.
  bool find_next() {
    Place here = place(depth_);
    Level& level = here.level;
    while (!level.tree.empty()) {
      const Transition& planned = here.trees.first(level.tree);
      if (level.is_enabled(planned) && !level.is_asleep(planned)) return true;
      here.trees.drop_first(level.tree);
    }
    if (level.explored == 0 && !level.enabled.empty()) {
      run_.blocked();
      level.explored = 1;
    }
    return false;
  }

  // Takes the first step of the tree. False: that is for others to do.
  bool take_next() {
    if (depth_ + 1 >= levels_.size()) levels_.resize(depth_ + 2);
    Level& there = levels_[depth_ + 1];
    there.clear();
    Transition t;
    {
      Place here = place(depth_);
      Level& level = here.level;
      if (level.tree.empty()) return false;
      t = here.trees.first(level.tree);
      if (level.is_asleep(t)) return false;
      footprint_.clear();
      execution_.footprint(t, footprint_);
      const PlannedStep next{t, footprint_};
      for (const Sleeper& z : level.sleepers) {
        const PlannedStep sleeper = level.step_of(z);
        if (sleeps_behind(sleeper, next)) there.add_sleeper(sleeper);
      }
      if (depth_ < shared_.size()) {
        SharedLevel& shared = *shared_[depth_];
        if (shared.unfinished > 0 && !there.sleepers.empty()) return false;
        ++shared.unfinished;
        there.tree = trees_.adopt(here.trees, here.trees.take_first(level.tree));
      } else {
        there.tree = trees_.take_first(level.tree);
      }
      level.add_sleeper(next);
      ++level.explored;
    }
    step(t, [this](const Transition& taken) { run_.step(taken); });
    return true;
  }

  static bool sleeps_behind(const PlannedStep& sleeper, const PlannedStep& step) {
    return sleeper.sketch.apart(step.sketch) ||
           (!share_goroutine(sleeper.transition, step.transition) && independent(sleeper.accesses, step.accesses));
  }

  // Takes a step, whose footprint is in footprint_.
  template <typename Take>
  void step(const Transition& t, const Take& take) {
    reversals_.before(t, enabled_at(depth_));
    order_.push(t, footprint_);
    take(t);
    execution_.started(started_);
    for (const GoroutineId g : started_) order_.start(g);
    ++depth_;
    estimate_.enter(depth_, run_.statistics().executions);
  }

  void go_back() {
    estimate_.leave(depth_, run_.statistics().executions);
    if (depth_ < shared_.size()) {
      leave_shared();
    } else {
      trees_.clear(levels_[depth_].tree);
      if (depth_ == shared_.size() && depth_ > 0) finish_one(*shared_.back());
    }
    run_.undo();
    order_.pop();
    reversals_.pop();
    --depth_;
  }

  // ---- Work for others ----

  // Shares the lowest state from which somebody else may go on, as far as is known, and those below it.
  void share() {
    unshared_ = 0;
    for (size_t depth = 0; depth <= depth_; ++depth) {
      if (!may_go_on(place(depth))) continue;
      while (shared_.size() <= depth) share_next();
      frontier_.offer(shared_[depth]);
      return;
    }
  }

  static bool may_go_on(const Place& place) {
    const Level& level = place.level;
    if (level.tree.empty()) return false;
    const PlannedStep first = place.trees.first_step(level.tree);
    return std::none_of(level.sleepers.begin(), level.sleepers.end(), [&](const Sleeper& z) {
      return z.transition == first.transition || sleeps_behind(level.step_of(z), first);
    });
  }

  // The lowest state of the stack that nobody else knows becomes a shared one.
  void share_next() {
    const size_t depth = shared_.size();
    const SharedLevelRef parent = depth == 0 ? SharedLevelRef() : shared_.back();
    const Transition step = depth == 0 ? Transition{} : order_.transition(static_cast<EventIndex>(depth - 1));
    SharedLevelRef shared(new SharedLevel(parent, step));
    shared->level = std::move(levels_[depth]);
    shared->level.tree = shared->trees.adopt(trees_, shared->level.tree);
    shared->unfinished = depth < depth_ ? 1 : 0;
    levels_[depth] = {};
    shared_.push_back(std::move(shared));
  }

  // Goes back from the last shared state, which is the present one.
  void leave_shared() {
    const SharedLevelRef level = std::move(shared_.back());
    shared_.pop_back();
    {
      const std::lock_guard lock(level->mutex);
      if (level->finished || level->unfinished > 0 || !level->level.tree.empty()) return;
      level->finished = true;
    }
    finish_one(*shared_.back());
  }

  // All that begins with a certain step from there has been explored.
  static void finish_one(SharedLevel& level) {
    const std::lock_guard lock(level.mutex);
    --level.unfinished;
  }

  // From the initial state to the last one of the path.
  void go_to(SharedPath path) {
    shared_ = std::move(path);
    levels_.resize(std::max(levels_.size(), shared_.size()));
    while (depth_ + 1 < shared_.size()) {
      follow(shared_[depth_ + 1]->step);
    }
  }

  void follow(const Transition& t) {
    footprint_.clear();
    execution_.footprint(t, footprint_);
    step(t, [this](const Transition& taken) { run_.follow(taken); });
  }

  // How many executions there will be. Branches that are found out late make them more.
  double guess() {
    constexpr double kFoundLate = 1.5;  // tests/counts/estimates.py
    std::vector<Estimate::Branching> stack;
    for (size_t depth = 0; depth <= depth_; ++depth) {
      const Place here = place(depth);
      stack.push_back({here.level.explored, here.trees.width(here.level.tree), here.level.enabled.size()});
    }
    return kFoundLate * estimate_.total(stack, run_.statistics().executions);
  }

  // ---- What has to be explored ----

  // A sleeper that would now touch something else than when it was explored has been changed by the
  // step just taken: the two were not independent after all.
  bool sleeps_on(Level& here, Sleeper& z) {
    if (!here.is_enabled(z.transition)) return false;
    if (execution_.steady(z.transition.goroutine)) return true;
    other_.clear();
    execution_.footprint(z.transition, other_);
    if (!same_accesses(here.accesses_of(z), other_)) return false;
    if (!std::equal(other_.begin(), other_.end(), here.accesses_of(z).begin(), here.accesses_of(z).end())) {
      z.accesses = static_cast<uint32_t>(here.accesses.size());
      z.access_count = static_cast<uint32_t>(other_.size());
      z.sketch = {z.transition, other_};
      here.accesses.insert(here.accesses.end(), other_.begin(), other_.end());
    }
    return true;
  }

  bool plan(EventIndex e, Sequence& sequence, Certainty certainty) override {
    const bool certain = certainty == Certainty::certain;
    {
      Place there = place(e);
      // (The event itself sleeps there, too, and conflicts with the last step.)
      if (begins_with_sleeper(there.level, sequence, &order_.transition(e))) return certain;
      if (certain) {
        there.trees.insert(there.level.tree, sequence);
        return true;
      }
      if (there.trees.contains(there.level.tree, sequence)) return false;
    }
    return try_out(e, sequence);
  }

  // Is a sleeper, other than the one left out, a weak initial of the sequence?
  static bool begins_with_sleeper(const Level& level, const Sequence& sequence, const Transition* left_out = nullptr) {
    return std::any_of(level.sleepers.begin(), level.sleepers.end(), [&](const Sleeper& z) {
      if (left_out != nullptr && z.transition == *left_out) return false;
      return weak_initial(level.step_of(z), sequence) != kNoInitial;
    });
  }

  // Goes back to the state before event e, follows the sequence, and plans those of its last steps that are
  // possible then. False: none of those that conflict with e is.
  bool try_out(EventIndex e, Sequence& sequence) {
    const PlannedStep last = sequence.back();
    sequence.pop_back();
    for (EventIndex i = order_.size(); i > e; --i) run_.undo();
    for (const PlannedStep& step : sequence) run_.follow(step.transition);
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
    for (EventIndex i = e; i < order_.size(); ++i) run_.follow(order_.transition(i));
    bool any = false;
    Place there = place(e);
    for (size_t i = 0; i < tried_.size(); ++i) {
      any = any || !independent(tried_footprints_[i], order_.accesses(e)) || share_goroutine(tried_[i], order_.transition(e));
      sequence_ = sequence;
      sequence_.push_back({tried_[i], tried_footprints_[i]});
      if (!begins_with_sleeper(there.level, sequence_)) there.trees.insert(there.level.tree, sequence_);
    }
    return any;
  }

  Execution& execution_;
  Run run_;
  Frontier& frontier_;
  TraceOrder order_;
  Reversals reversals_;
  WakeupTrees trees_;
  // The stack: first what others have on theirs, then this worker's own; levels_ is kept when the search goes back, for
  // its memory.
  SharedPath shared_;
  std::vector<Level> levels_;
  size_t depth_ = 0;
  Estimate estimate_{false};
  // Executions that have ended while others waited for work, since some was shared. It takes time to hand work over, and what is
  // left near the end of an execution is not much.
  static constexpr uint32_t kBetweenOffers = 8;
  uint32_t unshared_ = 0;

  // Scratch, members so that a step does not allocate.
  Footprint footprint_, other_;
  Sequence sequence_;
  std::vector<GoroutineId> started_;
  std::vector<Transition> tried_;
  std::vector<Footprint> tried_footprints_;
};

}  // namespace

Outcome explore_reduced_together(std::span<const Worker> workers) {
  Crew crew;
  Frontier frontier(workers.size(), crew);
  return explore_together(workers, crew, [&](const Worker& worker) {
    ReducedSearch search(*worker.execution, worker.options, crew, frontier);
    if (&worker == &workers.front()) search.begin();
    search.help();
    return std::move(search).outcome();
  });
}

Outcome explore_reduced(Execution& execution, const ExploreOptions& options) {
  const Worker alone{&execution, options};
  return explore_reduced_together({&alone, 1});
}

}  // namespace gocheck::checker
