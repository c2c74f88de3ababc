#include "checker/order/trace_order.h"

#include <algorithm>

#include "runtime/program/invariant.h"

namespace gocheck::checker {

TraceOrder::Goroutine& TraceOrder::goroutine(GoroutineId g) {
  if (g >= goroutines_.size()) goroutines_.resize(g + 1);
  return goroutines_[g];
}

EventIndex TraceOrder::last_event(GoroutineId g) const {
  if (g >= goroutines_.size()) return kNoEvent;
  const Goroutine& it = goroutines_[g];
  return it.events.empty() ? it.birth : it.events.back();
}

ClockView TraceOrder::clock_of(GoroutineId g) const {
  const EventIndex last = last_event(g);
  return last == kNoEvent ? ClockView{} : clock(last);
}

uint32_t ObjectNumbers::add(ObjectKey key) {
  if (2 * size_ >= entries_.size()) {
    std::vector<Entry> old(2 * entries_.size());
    old.swap(entries_);
    for (const Entry& entry : old) {
      if (entry.number != kUnknown) put(entry);
    }
  }
  put({key, size_});
  return size_++;
}

void ObjectNumbers::put(const Entry& entry) {
  size_t i = slot(entry.key);
  while (entries_[i & (entries_.size() - 1)].number != kUnknown) ++i;
  entries_[i & (entries_.size() - 1)] = entry;
}

void TraceOrder::join_dependent(const Footprint& accesses, Clock& clock) const {
  for (const Access& access : accesses) join_dependent(access, clock);
}

void TraceOrder::join_dependent(const Access& access, Clock& past) const {
  const std::vector<Latest>* latest = history(access.object);
  if (latest == nullptr) return;
  for (const Latest& it : *latest) {
    if (it.record == kNoRecord) continue;
    const Relation r = relation(it.effect, access.effect);
    if (r != Relation::ordered && r != Relation::reversible) continue;
    const EventIndex e = event_of(it.record);
    if (!in_past(e, past)) past.join(clock(e));
  }
}

void TraceOrder::record(const Access& access) {
  const EventIndex e = size() - 1;
  uint32_t object = object_numbers_.find(access.object);
  if (object == ObjectNumbers::kUnknown) {
    object = object_numbers_.add(access.object);
    objects_.emplace_back();
  }
  std::vector<Latest>& latest = objects_[object];
  const GoroutineId g = events_[e].transition.goroutine;
  const auto same = std::find_if(latest.begin(), latest.end(), [&](const Latest& it) {
    return it.effect == access.effect && it.goroutine == g;
  });
  const auto entry = static_cast<uint32_t>(same - latest.begin());
  if (same == latest.end()) latest.push_back({access.effect, g, kNoRecord});
  records_.push_back({object, entry, e, latest[entry].record});
  latest[entry].record = static_cast<Record>(records_.size()) - 1;
}

void TraceOrder::push(const Transition& t, const Footprint& footprint) {
  const EventIndex e = size();
  scratch_.assign(clock_of(t.goroutine));
  if (t.partner != 0) scratch_.join(clock_of(t.partner));
  for (const Access& access : footprint) {
    if (access.effect == Effect::barrier) {
      for (GoroutineId g = 0; g < goroutines_.size(); ++g) scratch_.join(clock_of(g));
    }
    join_dependent(access, scratch_);
  }
  Event event{.transition = t, .sketch = {t, footprint}};
  event.number = static_cast<uint32_t>(goroutine(t.goroutine).events.size()) + 1;
  scratch_.set(t.goroutine, event.number);
  goroutines_[t.goroutine].events.push_back(e);
  if (t.partner != 0) {
    event.partner_number = static_cast<uint32_t>(goroutine(t.partner).events.size()) + 1;
    scratch_.set(t.partner, event.partner_number);
    goroutines_[t.partner].events.push_back(e);
  }
  const ClockView past = scratch_;
  event.clock = static_cast<uint32_t>(clocks_.size());
  event.clock_size = static_cast<uint32_t>(past.size());
  event.accesses = static_cast<uint32_t>(accesses_.size());
  event.records = static_cast<uint32_t>(records_.size());
  event.children = static_cast<uint32_t>(children_.size());
  clocks_.insert(clocks_.end(), past.begin(), past.end());
  accesses_.insert(accesses_.end(), footprint.begin(), footprint.end());
  events_.push_back(event);
  for (const Access& access : footprint) record(access);
}

void TraceOrder::start(GoroutineId g) {
  goroutine(g).birth = size() - 1;
  children_.push_back(g);
}

void TraceOrder::pop() {
  GOCHECK_INVARIANT(!events_.empty());
  const Event& event = events_.back();
  while (records_.size() > event.records) {
    const RecordData& record = records_.back();
    objects_[record.object][record.latest].record = record.previous;
    records_.pop_back();
  }
  for (; children_.size() > event.children; children_.pop_back()) goroutines_[children_.back()].birth = kNoEvent;
  accesses_.resize(event.accesses);
  clocks_.resize(event.clock);
  goroutines_[event.transition.goroutine].events.pop_back();
  if (event.transition.partner != 0) goroutines_[event.transition.partner].events.pop_back();
  events_.pop_back();
}

bool TraceOrder::previous_conflict(GoroutineId p, ClockView past, Record& r) const {
  const Record previous = records_[r].previous;
  if (previous == kNoRecord || !may_precede(p, past, event_of(previous))) return false;
  r = previous;
  return true;
}

uint32_t TraceOrder::count_before(GoroutineId g, EventIndex e) const {
  if (g >= goroutines_.size()) return 0;
  const std::vector<EventIndex>& events = goroutines_[g].events;
  return static_cast<uint32_t>(std::lower_bound(events.begin(), events.end(), e) - events.begin());
}

bool TraceOrder::precedes(ClockView past, EventIndex e) const {
  for (GoroutineId g = 0; g < past.size(); ++g) {
    if (past[g] != 0 && goroutines_[g].events[past[g] - 1] >= e) return false;
  }
  return true;
}

void TraceOrder::initials(EventIndex e, std::vector<EventIndex>& out) const {
  for (GoroutineId g = 0; g < goroutines_.size(); ++g) {
    const std::vector<EventIndex>& events = goroutines_[g].events;
    if (events.empty() || events.back() <= e) continue;
    const EventIndex x = events[count_before(g, e + 1)];
    const Transition& t = events_[x].transition;
    if (t.goroutine != g) continue;  // a rendezvous counts once, as its sender's
    if (in_past(e, clock(x))) continue;
    // Nothing behind e may be in x's past but x itself; being in e's future is inherited, so that
    // nothing in x's past is in it.
    const ClockView past = clock(x);
    bool first = true;
    for (GoroutineId h = 0; h < past.size() && first; ++h) {
      if (past[h] == 0) continue;
      const uint32_t last = past[h] - (t.involves(h) ? 1 : 0);
      first = last == 0 || goroutines_[h].events[last - 1] <= e;
    }
    if (first) out.push_back(x);
  }
}

}  // namespace gocheck::checker
