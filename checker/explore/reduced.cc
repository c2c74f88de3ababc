// Source-DPOR with sleep sets (Abdulla, Aronis, Jonsson, Sagonas, J. ACM 2017), adapted to steps of
// two goroutines, to goroutines with alternatives (select), and to operations that block. The
// definitions and the argument of soundness are in docs/design/search.md.
#include <algorithm>
#include <vector>

#include "checker/explore/choices.h"
#include "checker/explore/explorer.h"
#include "checker/explore/run.h"
#include "checker/order/trace_order.h"

namespace gocheck::checker {
namespace {

constexpr GoroutineId kClock = 0;  // has no wishes

bool share_goroutine(const Transition& a, const Transition& b) {
  return b.involves(a.goroutine) || (a.partner != 0 && b.involves(a.partner));
}

class ReducedSearch {
 public:
  ReducedSearch(Execution& execution, const ExploreOptions& options)
      : execution_(execution), run_(execution, options), levels_(1) {}

  Outcome explore() {
    sleepers_.clear();
    enter();
    while (true) {
      if (Choice* choice = levels_[depth_].take()) {
        if (run_.stopped()) break;
        advance(*choice);
      } else if (depth_ == 0) {
        return std::move(run_).outcome();
      } else {
        go_back();
      }
    }
    while (depth_ > 0) go_back();
    return std::move(run_).outcome();
  }

 private:
  // A new state: what is possible here, and with what does the search begin?
  void enter() {
    if (depth_ == levels_.size()) levels_.emplace_back();
    Choices& choices = levels_[depth_];
    enabled_.clear();
    execution_.enabled(enabled_);
    choices.reset(enabled_, sleepers_);
    choices.wake_unless([&](const Choice& c) {
      const bool the_same = touches_the_same(choices, c);
      if (!the_same) order_.add_alternative(choices.accesses(c));
      return the_same;
    });
    if (choices.empty()) {
      reverse_pending();
      run_.complete();
      return;
    }
    const Choice* first = choices.first_idle();
    if (first == nullptr) {
      reverse_pending();
      run_.blocked();
    } else if (run_.too_long()) {
      reverse_pending();
      run_.truncated();
    } else {
      choices.want(first->transition.goroutine);
    }
  }

  void go_back() {
    run_.undo();
    order_.pop();
    --depth_;
  }

  void advance(Choice& choice) {
    Choices& choices = levels_[depth_];
    const Transition t = choice.transition;
    footprint_.clear();
    execution_.footprint(t, footprint_);
    fall_asleep(choices, t);
    if (t.goroutine != kClock) reverse_wishes(t.goroutine);
    if (t.partner != 0) {
      reverse_wishes(t.partner);
      choices.want_alone(t.goroutine);
      choices.want_alone(t.partner);
    }
    order_.push(t, footprint_);
    for (const Choice& c : choices.all()) {
      if (c.status == Status::asleep && !sleepers_.contains(c.transition)) order_.add_alternative(choices.accesses(c));
    }
    choices.set_accesses(choice, footprint_);
    run_.step(t);
    execution_.started(started_);
    for (const GoroutineId g : started_) order_.start(g);
    ++depth_;
    enter();
  }

  // The sleep set of the state behind t: what sleeps here or has been explored here, as long as
  // its order with t does not matter.
  void fall_asleep(const Choices& choices, const Transition& t) {
    sleepers_.clear();
    for (const Choice& c : choices.all()) {
      if (c.status != Status::asleep && c.status != Status::done) continue;
      if (share_goroutine(c.transition, t)) continue;
      const std::span<const Access> accesses = choices.accesses(c);
      if (independent(accesses, footprint_)) sleepers_.add(c.transition, accesses);
    }
  }

  // A sleeper that would now touch something else than when it was explored has been changed by the
  // step just taken: the two were not independent after all (two Dones, and the counter was 1).
  bool touches_the_same(const Choices& choices, const Choice& sleeper) {
    other_.clear();
    execution_.footprint(sleeper.transition, other_);
    const auto matters = [](const Access& a) { return a.effect != Effect::compete; };
    auto now = other_.begin();
    for (const Access& then : choices.accesses(sleeper)) {
      if (!matters(then)) continue;
      now = std::find_if(now, other_.end(), matters);
      if (now == other_.end() || *now++ != then) return false;
    }
    return std::find_if(now, other_.end(), matters) == other_.end();
  }

  // Where an execution ends or is cut: what the goroutines still wanted to do.
  void reverse_pending() {
    for (GoroutineId g = 1; g <= execution_.goroutines(); ++g) reverse_wishes(g);
  }

  void reverse_wishes(GoroutineId p) {
    wishes_.clear();
    execution_.wishes(p, wishes_);
    reverse(p, order_.clock_of(p), wishes_);
  }

  // Goroutine p is about to do, or would do if it could, something that touches `accesses`, and has `past`
  // behind it. Sees to it that it is also tried before each earlier event which that may matter to.
  void reverse(GoroutineId p, ClockView past, const Footprint& accesses) {
    conflicts_.clear();
    order_.conflicts(p, past, accesses, conflicts_);
    if (conflicts_.empty()) return;
    full_past_.assign(past);
    order_.join_dependent(accesses, full_past_);
    for (TraceOrder::Record r : conflicts_) {
      while (!reverse(order_.event_of(r), p, past, accesses) && order_.previous_conflict(p, past, r)) {
      }
    }
  }

  // The same for one event e. At least one step that can begin an execution in which p's operation comes
  // before e must be explored in the state before e. False: there is none, p waits there already.
  bool reverse(EventIndex e, GoroutineId p, ClockView past, const Footprint& accesses) {
    Choices& choices = levels_[e];
    const bool pending = order_.precedes(past, e);
    if (!choices.any_idle()) return !pending || choices.covered(p);
    initials_.clear();
    order_.initials(e, initials_);
    // Everything but e and what follows from it, then p's operation.
    bool after_others = false, covered = false;
    for (const EventIndex x : initials_) {
      after_others = after_others || order_.in_past(x, full_past_);
      covered = covered || choices.covered(order_.transition(x));
    }
    if (!covered && (!pending || after_others || !choices.covered(p))) {
      want_one(choices, p, pending && !after_others, past);
    }
    // p's past and what does not matter to it, then p's operation.
    if (pending && choices.covered(p)) return true;
    for (const EventIndex x : initials_) {
      if (unrelated_or_past(x, past, accesses) && choices.covered(order_.transition(x))) return true;
    }
    return want_one(choices, p, pending, past);
  }

  bool want_one(Choices& choices, GoroutineId p, bool pending, ClockView past) {
    if (pending) return choices.want(p);
    for (const EventIndex x : initials_) {
      if (order_.in_past(x, past) && choices.want(order_.transition(x).goroutine)) return true;
    }
    for (const EventIndex x : initials_) {
      if (choices.want(order_.transition(x).goroutine)) return true;
    }
    choices.want_all();
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
  TraceOrder order_;
  std::vector<Choices> levels_;  // kept when the search goes back, for their memory
  size_t depth_ = 0;

  // The sleep set of the state about to be entered.
  Sleepers sleepers_;

  // Scratch, members so that a step does not allocate.
  std::vector<Transition> enabled_;
  std::vector<GoroutineId> born_;
  Footprint footprint_, wishes_, other_;
  std::vector<TraceOrder::Record> conflicts_;
  std::vector<EventIndex> initials_;
  std::vector<GoroutineId> started_;
  Clock full_past_;
};

}  // namespace

Outcome explore_reduced(Execution& execution, const ExploreOptions& options) {
  return ReducedSearch(execution, options).explore();
}

}  // namespace gocheck::checker
