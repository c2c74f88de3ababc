#include "checker/explore/shorten.h"

#include <algorithm>
#include <functional>
#include <span>

#include "checker/order/trace_order.h"
#include "runtime/program/invariant.h"

namespace gocheck::checker {
namespace {

bool has_part(const Transition& t, GoroutineId g) { return t.goroutine == g || (t.partner != 0 && t.partner == g); }

// Returns how many goroutines there are then. Looks at the execution when it has come to the end of the schedule.
GoroutineId follow(Execution& execution, const Schedule& schedule, TraceOrder& order, const std::function<void()>& look = {}) {
  Footprint footprint;
  std::vector<GoroutineId> started;
  for (const Transition& t : schedule) {
    footprint.clear();
    execution.footprint(t, footprint);
    order.push(t, footprint);
    execution.step(t);
    execution.started(started);
    for (const GoroutineId g : started) order.start(g);
  }
  if (look) look();
  const GoroutineId goroutines = execution.goroutines();
  for (size_t i = 0; i < schedule.size(); ++i) execution.undo();
  return goroutines;
}

// These events and all that come before them: what is in the join of their clocks.
std::vector<bool> past_of(const TraceOrder& order, const std::vector<size_t>& events) {
  Clock joined;
  for (const size_t n : events) joined.join(order.clock(static_cast<EventIndex>(n)));
  std::vector<bool> past(order.size());
  for (EventIndex e = 0; e < order.size(); ++e) past[e] = order.in_past(e, joined);
  return past;
}

// Did that step have to do with what is waited for? Those who have finished their part of what a wait group counts have
// not, if it is known who has not.
bool concerns(std::span<const Access> step, const Footprint& wishes, bool others_wait) {
  for (const Access& a : step) {
    if (others_wait && (a.effect == Effect::add || a.effect == Effect::done || a.effect == Effect::last_done)) continue;
    for (const Access& wish : wishes) {
      if (a.object == wish.object && (relation(a.effect, wish.effect) != Relation::independent ||
                                      relation(wish.effect, a.effect) != Relation::independent)) {
        return true;
      }
    }
  }
  return false;
}

// Puts events in an order that keeps the trace order.
class Reordering {
 public:
  Reordering(const TraceOrder& order, GoroutineId goroutines) : order_(order), goroutines_(goroutines) {}

  // Goes on with those of these events that have not been taken yet. They contain all that comes before them.
  void take_all(const std::vector<bool>& events, EventIndex last = kNoEvent) {
    const auto count = static_cast<size_t>(std::count(events.begin(), events.end(), true)) - (last == kNoEvent ? 0 : 1);
    while (schedule_.size() < count) take(next(events, last));
    if (last != kNoEvent) take(last);
  }

  Schedule schedule() && { return std::move(schedule_); }

 private:
  // The next event: one of who took the last step, if possible; otherwise the one that came first.
  EventIndex next(const std::vector<bool>& events, EventIndex last) const {
    EventIndex best = kNoEvent;
    bool best_goes_on = false;
    for (GoroutineId g = 0; g <= goroutines_; ++g) {
      if (taken(g) >= order_.count(g)) continue;
      const EventIndex e = order_.event(g, taken(g));
      if (e == last || !events[e] || !ready(e)) continue;
      const bool goes_on = !schedule_.empty() && has_part(order_.transition(e), schedule_.back().goroutine);
      if (best == kNoEvent || (goes_on && !best_goes_on) || (goes_on == best_goes_on && e < best)) best = e;
      best_goes_on = best_goes_on || goes_on;
    }
    GOCHECK_INVARIANT(best != kNoEvent);
    return best;
  }

  // Is everything taken that comes before e?
  bool ready(EventIndex e) const {
    const ClockView clock = order_.clock(e);
    for (GoroutineId g = 0; g < clock.size(); ++g) {
      const uint32_t own = has_part(order_.transition(e), g) ? 1 : 0;
      if (clock[g] > taken(g) + own) return false;
    }
    return true;
  }

  uint32_t taken(GoroutineId g) const { return g < taken_.size() ? taken_[g] : 0; }

  void take(EventIndex e) {
    const Transition& t = order_.transition(e);
    schedule_.push_back(t);
    taken_.resize(std::max<size_t>(taken_.size(), std::max(t.goroutine, t.partner) + 1));
    ++taken_[t.goroutine];
    if (t.partner != 0) ++taken_[t.partner];
  }

  const TraceOrder& order_;
  const GoroutineId goroutines_;
  std::vector<uint32_t> taken_;  // events of each goroutine
  Schedule schedule_;
};

}  // namespace

Schedule shorten(Execution& execution, const Schedule& schedule, const std::vector<size_t>& needed) {
  if (needed.empty()) return {};
  TraceOrder order;
  const GoroutineId goroutines = follow(execution, schedule, order);
  Reordering reordering(order, goroutines);
  reordering.take_all(past_of(order, needed), static_cast<EventIndex>(*std::max_element(needed.begin(), needed.end())));
  return std::move(reordering).schedule();
}

Schedule bring_forward(Execution& execution, const Schedule& schedule, const std::vector<GoroutineId>& stuck,
                       size_t& essential) {
  TraceOrder order;
  Footprint wishes;
  const GoroutineId goroutines = follow(execution, schedule, order, [&] {
    for (const GoroutineId g : stuck) execution.wishes(g, wishes);
  });
  std::vector<size_t> needed;
  for (const GoroutineId g : stuck) {
    if (order.count(g) > 0) needed.push_back(order.event(g, order.count(g) - 1));
  }
  for (EventIndex e = 0; e < order.size(); ++e) {
    if (concerns(order.accesses(e), wishes, stuck.size() > 1)) needed.push_back(e);
  }
  const std::vector<bool> past = past_of(order, needed);
  essential = static_cast<size_t>(std::count(past.begin(), past.end(), true));
  Reordering reordering(order, goroutines);
  reordering.take_all(past);
  reordering.take_all(std::vector<bool>(order.size(), true));
  return std::move(reordering).schedule();
}

}  // namespace gocheck::checker
