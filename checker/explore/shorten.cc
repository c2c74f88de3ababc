#include "checker/explore/shorten.h"

#include <algorithm>

#include "checker/order/trace_order.h"
#include "runtime/program/invariant.h"

namespace gocheck::checker {
namespace {

bool has_part(const Transition& t, GoroutineId g) { return t.goroutine == g || (t.partner != 0 && t.partner == g); }

// Returns how many goroutines there are then.
GoroutineId follow(Execution& execution, const Schedule& schedule, TraceOrder& order) {
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
  const GoroutineId goroutines = execution.goroutines();
  for (size_t i = 0; i < schedule.size(); ++i) execution.undo();
  return goroutines;
}

// Puts events in an order that keeps the trace order.
class Reordering {
 public:
  Reordering(const TraceOrder& order, const std::vector<bool>& kept, GoroutineId goroutines)
      : order_(order), kept_(kept), goroutines_(goroutines) {}

  Schedule result(EventIndex last) {
    const auto events = static_cast<size_t>(std::count(kept_.begin(), kept_.end(), true));
    while (schedule_.size() + 1 < events) take(next(last));
    take(last);
    return std::move(schedule_);
  }

 private:
  // The next event: one of who took the last step, if possible; otherwise the one that came first.
  EventIndex next(EventIndex last) const {
    EventIndex best = kNoEvent;
    bool best_goes_on = false;
    for (GoroutineId g = 0; g <= goroutines_; ++g) {
      if (taken(g) >= order_.count(g)) continue;
      const EventIndex e = order_.event(g, taken(g));
      if (e == last || !kept_[e] || !ready(e)) continue;
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
  const std::vector<bool>& kept_;
  const GoroutineId goroutines_;
  std::vector<uint32_t> taken_;  // events of each goroutine
  Schedule schedule_;
};

}  // namespace

Schedule shorten(Execution& execution, const Schedule& schedule, const std::vector<size_t>& needed) {
  if (needed.empty()) return {};
  TraceOrder order;
  const GoroutineId goroutines = follow(execution, schedule, order);
  std::vector<bool> kept(schedule.size());
  for (EventIndex e = 0; e < order.size(); ++e) {
    kept[e] = std::any_of(needed.begin(), needed.end(), [&](size_t n) {
      return order.in_past(e, order.clock(static_cast<EventIndex>(n)));
    });
  }
  return Reordering(order, kept, goroutines).result(static_cast<EventIndex>(*std::max_element(needed.begin(), needed.end())));
}

}  // namespace gocheck::checker
