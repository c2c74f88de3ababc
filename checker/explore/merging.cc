// DPOR on the graph of states: executions that come to the same state go on once. The definitions and
// the argument of soundness are in docs/design/merging.md.
//
// Where the search comes to a state again, it stops; what it would have met behind that state is known from
// its summary, and is compared with the new past, so that no reversal is lost. States on a cycle, whose summary
// is not complete while they are on the stack, are explored in full instead.
//
// Several workers explore independently, but from different ends, and tell each other of the states they have done with: a
// state and its summary mean the same on every path to it. Whoever has done with the initial state ends the search.
#include <algorithm>
#include <optional>
#include <vector>

#include "checker/execution/identity.h"
#include "checker/explore/archive.h"
#include "checker/explore/branches.h"
#include "checker/explore/estimate.h"
#include "checker/explore/explorer.h"
#include "checker/explore/known.h"
#include "checker/explore/run.h"
#include "checker/explore/summary.h"
#include "checker/explore/visited.h"
#include "checker/order/trace_order.h"
#include "runtime/program/invariant.h"

namespace gocheck::checker {
namespace {

constexpr GoroutineId kClock = 0;  // has no wishes

class MergingSearch {
 public:
  MergingSearch(Execution& execution, const ExploreOptions& options, Crew& crew, Known& known, size_t number)
      : execution_(execution), run_(execution, options, crew, [this] { return guess(); }), crew_(crew), all_known_(known), known_(known), number_(number),
        memory_(options.limits.memory) {}

  Outcome explore(std::span<const Schedule> beginnings) {
    execution_.keep_log();
    bool done = true;
    for (size_t i = 0; done && i < beginnings.size(); ++i) {
      const Schedule& way = beginnings[number_ % 2 == 0 ? i : beginnings.size() - 1 - i];
      beginnings_ = {i + 1, beginnings.size() - i - 1, beginnings.size()};
      for (const Transition& t : way) run_.follow(t);
      estimate_.enter(1, run_.statistics().states);
      done = explore_from_here();
      estimate_.leave(1, run_.statistics().states);
      for (size_t step = 0; step < way.size(); ++step) run_.undo();
    }
    if (done) crew_.stop();
    return std::move(run_).outcome();
  }

 private:
  // False: it has been stopped before the end.
  bool explore_from_here() {
    if (!resume()) enter();
    bool done = false;
    while (!done) {
      if (run_.save_is_due()) save(Keeper::Then::goes_on);
      if (levels_[depth_].branches.any_wanted()) {
        if (run_.stopped()) break;
        advance(*levels_[depth_].branches.take());
      } else if (depth_ > 0) {
        if (run_.out_of_time()) break;
        leave();
      } else {
        close();
        done = true;
      }
    }
    if (Keeper* keeper = run_.keeper()) done || keeper->drops_rest() ? keeper->ended() : save(Keeper::Then::ends);
    for (; depth_ > 0; --depth_) {
      if (!levels_[depth_].cut && known_.find(levels_[depth_].identity.future)) run_.count_states(-1);
      run_.undo();
      order_.pop();
    }
    return done;
  }

  // A state on the stack.
  struct Level {
    Branches branches;
    Identity identity;
    StateHash key;    // in open_
    Summary summary;  // of what has been explored behind it so far, its own wishes included
    std::vector<GoroutineId> born;  // started by the step that led here
    StepLog log;                    // of that step
    // The lowest level whose state can be reached from here, as far as is known; its own if none lower can.
    uint32_t low = 0;
    bool exits = false;         // a step leads out of the component of states that reach each other
    bool communicates = false;  // a step within the component passes a value, or time, or starts a goroutine
    std::vector<GoroutineId> actors;  // who takes steps within the component
    Schedule cycle;             // a way back to this very state, if one has been met
    uint64_t states = 0;   // that had been explored when it was entered
    bool cut = false;      // nothing is explored from here: it was visited before
    size_t pending = 0;    // size of pending_ when it was entered
    // What going there does not show.
    template <class Archive>
    void archive(Archive& a) {
      a(branches, key, summary, low, exits, communicates, actors, cycle, cut, pending, states);
    }
  };
  // A state that was left while its future still led to a state on the stack.
  struct Pending {
    Identity identity;
    Summary summary;
    size_t bytes = 0;
    template <class Archive>
    void archive(Archive& a) {
      a(identity, summary, bytes);
    }
  };

  // ---- Checkpoints ----

  void save(Keeper::Then then) {
    Saver where;
    where(run_, order_.path(), pending_, open_, cyclic_, estimate_);
    for (uint32_t i = 0; i <= depth_; ++i) where(levels_[i]);
    run_.keeper()->stop(number_, then, std::move(where).take(), [this] {
      Saver common;
      common(all_known_);
      return std::move(common).take();
    });
  }

  // Goes to where this worker was when the search was saved. False: it was not there.
  bool resume() {
    const Keeper* keeper = run_.keeper();
    if (keeper == nullptr || keeper->beginning().workers.size() <= number_) return false;
    Loader where(keeper->beginning().workers[number_]);
    Schedule path;
    Estimate estimate(true);
    where(run_, path, pending_, open_, cyclic_, estimate);
    levels_.resize(path.size() + 1);
    for (Level& level : levels_) where(level);
    GOCHECK_INVARIANT(where.ok() && where.at_end());
    execution_.identify(levels_[0].identity);
    for (const Transition& t : path) {
      footprint_.clear();
      execution_.footprint(t, footprint_);
      step(t, [this](const Transition& taken) { run_.follow(taken); });
      execution_.identify(levels_[depth_].identity);
    }
    estimate_ = std::move(estimate);
    for (const Pending& pending : pending_) pending_bytes_ += pending.bytes;
    return true;
  }

  void enter() {
    if (depth_ == levels_.size()) levels_.emplace_back();
    Level& level = levels_[depth_];
    level.summary.clear();
    level.low = depth_;
    level.cut = level.exits = level.communicates = false;
    level.actors.clear();
    level.cycle.clear();
    level.pending = pending_.size();
    level.states = run_.statistics().states;
    enabled_.clear();
    if (const uint32_t* low = identify(level)) {
      come_around(*low);
      return;
    }
    if (const Summary* behind = known_.find(level.identity.future)) {
      if (execution_.may_race(behind->races(), level.identity)) behind = known_.find(hash_of(level.identity));
      if (behind != nullptr) {
        come_to(*behind);
        return;
      }
    }
    open_.add(level.key, depth_);
    run_.count_states(1);
    execution_.enabled(enabled_);
    level.branches.reset(enabled_, takes_last());
    if (level.branches.empty()) {
      reverse_pending();
      run_.complete();
    } else if (run_.too_long()) {
      reverse_pending();
      level.branches.reset({});
      level.summary.forget_races();
      run_.truncated();
    } else {
      level.branches.want(first_choice());
    }
  }

  // Who begins: who has taken the last step, if he only gives back what others wait for. Done before anyone else takes
  // something, that leads to the same states whoever went first: N times lock, unlock, done have N * 2^N states instead of 3^N.
  GoroutineId first_choice() {
    const Branches& branches = levels_[depth_].branches;
    const GoroutineId last = order_.size() == 0 ? 0 : order_.transition(order_.size() - 1).goroutine;
    const auto gives_back = [&](const Transition& t) {
      if (t.goroutine != last) return false;
      footprint_.clear();
      execution_.footprint(t, footprint_);
      return std::ranges::all_of(footprint_, [](const Access& a) { return gives_back_only(a.effect); });
    };
    return branches.any_of(gives_back) ? last : branches.first().goroutine;
  }

  static bool gives_back_only(Effect effect) {
    return effect == Effect::unlock || effect == Effect::release_shared || effect == Effect::done || effect == Effect::last_done;
  }

  // Most programs have no cycles, and then it does not matter what states remember of the past, as long as no access of it can
  // race (merging.md, "Races at a cut"). So they are told apart by their futures until the first one comes again.
  // Returns the level that the state is known to lead to, if it is open.
  const uint32_t* identify(Level& level) {
    level.identity.clear();
    if (!cyclic_) {
      execution_.identify_future(level.identity);
      level.key = level.identity.future;
      if (open_.find(level.key) == nullptr) return nullptr;
      cyclic_ = true;
    }
    level.key = hash_of(level.identity);
    return open_.find(level.key);
  }

  // Of the present state.
  const StateHash& hash_of(Identity& identity) {
    if (!identity.has_hash) {
      identity.clear();
      execution_.identify(identity);
    }
    return identity.hash;
  }

  // Whose first choice is the last step? So that workers do not go the same way: the second one always, others by chance. Not far
  // down, where the last step may be a timer's that goes on for ever.
  bool takes_last() const {
    constexpr uint32_t kFarDown = 1'000;
    if (depth_ >= kFarDown) return false;
    if (number_ < 2) return number_ == 1;
    return ((depth_ * 0x9E3779B97F4A7C15ull ^ number_) * 0xBF58476D1CE4E5B9ull) >> 63 != 0;
  }

  // The present state was visited before: nothing is explored from here.
  void cut() {
    Level& level = levels_[depth_];
    level.cut = true;
    level.branches.reset({});
    reverse_pending();
  }

  // All that can happen from the present state is known.
  void come_to(const Summary& summary) {
    cut();
    Level& level = levels_[depth_];
    level.summary = summary.present(level.identity);
    update_first_open();
    if (first_open_ < depth_) {
      for (const Wish& wish : level.summary.wishes()) reverse_later(wish);
    }
    run_.merged();
  }

  // The present state is on the stack, or leads to it, at level `low`. What is behind it is not known yet; but all of it is
  // explored above that level, and compared with what is below. What is between is explored in full.
  void come_around(uint32_t low) {
    cut();
    note_wishes();
    Level& level = levels_[depth_];
    level.low = low;
    level.summary.forget_races();
    Level& target = levels_[low];
    if (target.cycle.empty() && target.key == level.key) {
      for (uint32_t i = low; i < depth_; ++i) target.cycle.push_back(order_.transition(i));
    }
    for (uint32_t i = low; i < depth_; ++i) levels_[i].branches.want_all();
    run_.merged();
  }

  // All that can happen after the present state has been explored, except where it leads back into the stack.
  void close() {
    Level& level = levels_[depth_];
    if (level.cut) return;
    note_wishes();
    if (level.low < depth_) {
      *open_.find(level.key) = level.low;
      pending_.push_back({level.identity, level.summary, level.identity.bytes() + level.summary.bytes()});
      pending_bytes_ += pending_.back().bytes;
      if (pending_bytes_ > memory_) run_.stop("state-memory");
      return;
    }
    if (!level.cycle.empty() && !level.exits) execution_.loops({level.cycle, level.actors, level.communicates});
    if (pending_.size() == level.pending && is_over()) {
      open_.remove(level.key);
      return;
    }
    const uint64_t states = run_.statistics().states, cost = states - std::min(states, level.states);
    close(level.identity, level.key, level.summary, cost);
    while (pending_.size() > level.pending) {
      Pending& inner = pending_.back();
      pending_bytes_ -= inner.bytes;
      inner.summary.add(level.summary);
      inner.summary.forget_races();
      GOCHECK_INVARIANT(inner.identity.has_hash);
      close(inner.identity, inner.identity.hash, inner.summary, cost);
      pending_.pop_back();
    }
  }

  // Is nothing wanted any more on the whole stack, so that nobody will come anywhere again? Constant time but for the first
  // time, and where what was wanted lowest has been taken.
  bool is_over() {
    if (over_) return true;
    if (beginnings_.waiting > 0) return false;
    const auto wanted = [this](uint32_t depth) { return levels_[depth].branches.any_wanted(); };
    if (lowest_wanted_ < depth_ && wanted(lowest_wanted_)) return false;
    for (lowest_wanted_ = 0; lowest_wanted_ < depth_; ++lowest_wanted_) {
      if (wanted(lowest_wanted_)) return false;
    }
    return over_ = true;
  }

  // The present state, or one of its component. What races are behind it has been found for this past, and for all
  // others with which none of theirs is.
  void close(Identity& identity, const StateHash& key, const Summary& summary, uint64_t cost) {
    open_.remove(key);
    Summary behind = summary.canonical(identity);
    const bool forget_past = behind.races().known() && !execution_.may_race(behind.races(), identity);
    const bool first = known_.add(identity.future, behind, cost);
    if (!first) run_.count_states(-1);
    if (!first || !forget_past) known_.add(hash_of(identity), std::move(behind), cost);
  }

  void leave() {
    close();
    estimate_.leave(depth_ + 1, run_.statistics().states);
    Level& level = levels_[depth_];
    run_.undo();
    const EventIndex step = order_.size() - 1;
    Level& before = levels_[--depth_];
    note_component(before, level, step);
    before.summary.add_behind(std::move(level.summary), order_.transition(step), order_.accesses(step), level.born, level.log);
    order_.pop();
    before.low = std::min(before.low, level.low);
  }

  // What the step from `before` to `after` says about the component of states that `before` lies in.
  void note_component(Level& before, const Level& after, EventIndex step) {
    if (after.low > depth_) {
      before.exits = true;
      return;
    }
    const Transition& t = order_.transition(step);
    before.exits = before.exits || after.exits;
    before.communicates = before.communicates || after.communicates || t.partner != 0 || t.goroutine == kClock || !after.born.empty();
    for (const Access& access : order_.accesses(step)) {
      before.communicates = before.communicates || access.effect == Effect::order;
    }
    const auto acts = [&](GoroutineId g) {
      const auto place = std::lower_bound(before.actors.begin(), before.actors.end(), g);
      if (g != kClock && (place == before.actors.end() || *place != g)) before.actors.insert(place, g);
    };
    for (const GoroutineId g : after.actors) acts(g);
    acts(t.goroutine);
    acts(t.partner);
  }

  void advance(const Transition t) {
    Level& level = levels_[depth_];
    footprint_.clear();
    execution_.footprint(t, footprint_);
    if (t.goroutine != kClock) reverse_wishes(t.goroutine);
    if (t.partner != 0) {
      reverse_wishes(t.partner);
      level.branches.want_alone(t.goroutine);
      level.branches.want_alone(t.partner);
    }
    over_ = false;
    step(t, [this](const Transition& taken) { run_.step(taken); });
    enter();
  }

  // Takes a step, whose footprint is in footprint_.
  template <typename Take>
  void step(const Transition& t, const Take& take) {
    order_.push(t, footprint_);
    take(t);
    execution_.started(started_);
    for (const GoroutineId g : started_) order_.start(g);
    ++depth_;
    if (depth_ == levels_.size()) levels_.emplace_back();
    levels_[depth_].born = started_;
    levels_[depth_].log = execution_.log();
    estimate_.enter(depth_ + 1, run_.statistics().states);
  }

  // How many states there will be. Branches that are found out late lead to known states, most of them.
  double guess() const {
    std::vector<Estimate::Branching> stack{beginnings_};
    for (uint32_t depth = 0; depth <= depth_; ++depth) {
      const Branches& branches = levels_[depth].branches;
      stack.push_back({branches.done(), branches.wanted(), branches.done() + branches.wanted()});
    }
    return estimate_.total(stack, run_.statistics().states);
  }

  void note_wishes() {
    own_.clear();
    execution_.present(present_);
    for (const GoroutineId g : present_) {
      wishes_.clear();
      execution_.wishes(g, wishes_);
      if (!wishes_.empty()) own_.add(g, wishes_);
    }
    levels_[depth_].summary.add(own_);
  }

  // ---- Reversals: see reduced.cc; here without sleep sets ----

  // Below the lowest level that still has an idle step nothing can be added.
  void update_first_open() {
    first_open_ = std::min(first_open_, depth_);
    while (first_open_ < depth_ && !levels_[first_open_].branches.any_idle()) ++first_open_;
  }

  void reverse_pending() {
    execution_.present(present_);
    for (const GoroutineId g : present_) reverse_wishes(g);
  }

  void reverse_wishes(GoroutineId p) {
    update_first_open();
    if (first_open_ == depth_) return;
    wishes_.clear();
    execution_.wishes(p, wishes_);
    conflicts_.clear();
    const ClockView past = order_.clock_of(p);
    order_.conflicts(p, past, wishes_, [this](EventIndex e) { return e >= first_open_; }, conflicts_);
    if (conflicts_.empty()) return;
    full_past_.assign(past);
    order_.join_dependent(wishes_, full_past_);
    for (TraceOrder::Record r : conflicts_) {
      while (!reverse(order_.event_of(r), p, past, wishes_) && order_.previous_conflict(p, past, r)) {
      }
    }
  }

  // The wish may come up after other steps of p and of others that are not on the stack.
  void reverse_later(const Wish& wish) {
    conflicts_.clear();
    const ClockView past = order_.clock_of(wish.goroutine);
    order_.conflicts(wish.goroutine, past, {&wish.access, 1}, [this](EventIndex e) { return e >= first_open_; }, conflicts_);
    for (TraceOrder::Record r : conflicts_) {
      while (!reverse_later(order_.event_of(r), wish, past) && order_.previous_conflict(wish.goroutine, past, r)) {
      }
    }
  }

  // An execution in which the wish comes true before event e begins with a step of what is known of its past, or, if
  // all that lies before e, with one of those who may act before it: behind the present state, or since e. False:
  // none of them can do anything there.
  bool reverse_later(EventIndex e, const Wish& wish, ClockView past) {
    Branches& branches = levels_[e].branches;
    Crowd candidates = wish.before;
    candidates.add(wish.goroutine);
    const auto is_candidate = [&](const Transition& t) {
      return candidates.contains(t.goroutine) || (t.partner != 0 && candidates.contains(t.partner));
    };
    if (!branches.any_idle() && branches.any_of(is_candidate)) return true;
    initials_.clear();
    order_.initials(e, initials_);
    const EventIndex* known = nullptr;
    for (const EventIndex& x : initials_) {
      if (!order_.in_past(x, past)) continue;
      if (branches.covered(order_.transition(x))) return true;
      known = &x;
    }
    if (known != nullptr && branches.want(order_.transition(*known).goroutine)) return true;
    for (const EventIndex x : initials_) candidates.add(order_.transition(x).goroutine);
    return branches.want_if(is_candidate);
  }

  // At least one step that can begin an execution in which p's operation comes before e must be explored in the
  // state before e. False: there is none, p waits there already.
  bool reverse(EventIndex e, GoroutineId p, ClockView past, const Footprint& accesses) {
    Branches& branches = levels_[e].branches;
    const bool pending = order_.precedes(past, e);
    if (!branches.any_idle()) return !pending || branches.covered(p);
    initials_.clear();
    order_.initials(e, initials_);
    // Everything but e and what follows from it, then p's operation.
    bool after_others = false, covered = false;
    for (const EventIndex x : initials_) {
      after_others = after_others || order_.in_past(x, full_past_);
      covered = covered || branches.covered(order_.transition(x));
    }
    if (!covered && (!pending || after_others || !branches.covered(p))) {
      want_one(branches, p, pending && !after_others, past);
    }
    // p's past and what does not matter to it, then p's operation.
    if (pending && branches.covered(p)) return true;
    for (const EventIndex x : initials_) {
      if (unrelated_or_past(x, past, accesses) && branches.covered(order_.transition(x))) return true;
    }
    return want_one(branches, p, pending, past);
  }

  bool want_one(Branches& branches, GoroutineId p, bool pending, ClockView past) {
    if (pending) return branches.want(p);
    for (const EventIndex x : initials_) {
      if (order_.in_past(x, past) && branches.want(order_.transition(x).goroutine)) return true;
    }
    for (const EventIndex x : initials_) {
      if (branches.want(order_.transition(x).goroutine)) return true;
    }
    branches.want_all();
    return true;
  }

  bool unrelated_or_past(EventIndex x, ClockView past, const Footprint& accesses) const {
    if (order_.in_past(x, past)) return true;
    for (const Access& a : order_.accesses(x)) {
      for (const Access& b : accesses) {
        if (a.object == b.object && relation(a.effect, b.effect) != Relation::independent) return false;
      }
    }
    return true;
  }

  Execution& execution_;
  Run run_;
  Crew& crew_;
  Known& all_known_;
  Known::View known_;
  const size_t number_;  // among the workers
  TraceOrder order_;
  std::vector<Level> levels_;  // kept when the search goes back, for their memory
  uint32_t depth_ = 0;
  Estimate estimate_{true};  // in which the beginnings are the branches of a state before them
  Estimate::Branching beginnings_;
  uint32_t first_open_ = 0;  // see update_first_open()
  // States that are on the stack, or whose future still leads to one on the stack: with the level of that.
  StateTable open_;  // by Level::key
  bool over_ = false;    // see is_over()
  uint32_t lowest_wanted_ = 0;
  bool cyclic_ = false;  // a state has come again while it was on the stack
  std::vector<Pending> pending_;
  uint64_t pending_bytes_ = 0;
  const uint64_t memory_;  // that these may take: they cannot be forgotten

  // Scratch, members so that a step does not allocate.
  std::vector<Transition> enabled_;
  std::vector<GoroutineId> present_;
  Footprint footprint_, wishes_;
  Summary own_;
  std::vector<TraceOrder::Record> conflicts_;
  std::vector<EventIndex> initials_;
  std::vector<GoroutineId> started_;
  Clock full_past_;
};

}  // namespace

Outcome explore_merging_from(const std::vector<Schedule>& beginnings, std::span<const Worker> workers) {
  Crew crew;
  Known known(workers.front().options.limits.memory);
  if (const Keeper* keeper = workers.front().options.keeper; keeper != nullptr && keeper->resumes()) {
    Loader common(keeper->beginning().common);
    common(known);
    GOCHECK_INVARIANT(common.ok() && common.at_end());
  }
  return explore_together(workers, crew, [&](const Worker& worker) {
    const auto number = static_cast<size_t>(&worker - workers.data());
    return MergingSearch(*worker.execution, worker.options, crew, known, number).explore(beginnings);
  });
}

Outcome explore_merging_together(std::span<const Worker> workers) {
  const std::vector<Schedule> from_the_start(1);
  return explore_merging_from(from_the_start, workers);
}

Outcome explore_merging(Execution& execution, const ExploreOptions& options) {
  const Worker alone{&execution, options};
  return explore_merging_together({&alone, 1});
}

}  // namespace gocheck::checker
