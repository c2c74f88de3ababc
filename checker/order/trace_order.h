// The trace order of the present execution: which event comes before which in every execution
// of the same Mazurkiewicz trace. (Not the Go memory model's happens-before; never compare the two.)
//
// Event e comes before f when they share a goroutine, when e started f's goroutine, when both touch
// an object in dependent ways (Relation::ordered or reversible), or through other events.
//
// The cost of a step depends on the number of goroutines and on how many of them touch the same
// objects, not on the depth of the execution: per object, effect and goroutine only the latest access
// is looked at. An earlier one is in its past, and whoever is related to the earlier one in this way is
// so to the later one.
//
// Not thread safe.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "checker/execution/execution.h"
#include "checker/order/clock.h"
#include "checker/order/dependence.h"
#include "checker/order/sketch.h"

namespace gocheck::checker {

// Position of an event in the execution, from 0.
using EventIndex = uint32_t;
inline constexpr EventIndex kNoEvent = UINT32_MAX;

// Numbers objects from 0. Never forgets: an exploration meets few objects.
class ObjectNumbers {
 public:
  static constexpr uint32_t kUnknown = UINT32_MAX;

  uint32_t find(ObjectKey key) const {
    for (size_t i = slot(key);; ++i) {
      const Entry& entry = entries_[i & (entries_.size() - 1)];
      if (entry.number == kUnknown || entry.key == key) return entry.number;
    }
  }
  // The object must be unknown.
  uint32_t add(ObjectKey key);

 private:
  struct Entry {
    ObjectKey key = 0;
    uint32_t number = kUnknown;
  };
  size_t slot(ObjectKey key) const { return (key * 0x9E3779B97F4A7C15ull) >> 32; }
  void put(const Entry& entry);

  uint32_t size_ = 0;
  std::vector<Entry> entries_ = std::vector<Entry>(64);  // open addressing; a power of two, at most half full
};

class TraceOrder {
 public:
  EventIndex size() const { return static_cast<EventIndex>(events_.size()); }
  const Transition& transition(EventIndex e) const { return events_[e].transition; }
  PlannedStep step(EventIndex e) const { return {transition(e), accesses(e), events_[e].sketch}; }
  std::span<const Access> accesses(EventIndex e) const {
    const size_t end = e + 1 < events_.size() ? events_[e + 1].accesses : accesses_.size();
    return {accesses_.data() + events_[e].accesses, end - events_[e].accesses};
  }

  // The transitions of all events.
  Schedule path() const {
    Schedule path;
    for (const Event& event : events_) path.push_back(event.transition);
    return path;
  }

  // Appends the event of `transition`, which touches `footprint`.
  void push(const Transition& transition, const Footprint& footprint);
  // The last event has started goroutine g.
  void start(GoroutineId g);
  // Takes the last event back.
  void pop();

  // The past of the event, itself included.
  ClockView clock(EventIndex e) const { return {clocks_.data() + events_[e].clock, events_[e].clock_size}; }
  // The past of what the goroutine does next, as far as it is known now: up to its last event, or
  // to the one that started it.
  ClockView clock_of(GoroutineId g) const;
  // Where clock_of(g) ends: its last event, or the one that started it; kNoEvent: neither.
  EventIndex last_event(GoroutineId g) const;
  // The events of goroutine g.
  uint32_t count(GoroutineId g) const {
    return g < goroutines_.size() ? static_cast<uint32_t>(goroutines_[g].events.size()) : 0;
  }
  EventIndex event(GoroutineId g, uint32_t i) const { return goroutines_[g].events[i]; }
  // How many events goroutine g had before position e.
  uint32_t count_before(GoroutineId g, EventIndex e) const;
  // An event as clocks know it.
  struct Moment {
    GoroutineId goroutine;
    uint32_t number;  // of the goroutine's events, from 1
    bool in(ClockView past) const { return component(past, goroutine) >= number; }
  };
  Moment moment(EventIndex e) const { return {events_[e].transition.goroutine, events_[e].number}; }
  bool in_past(EventIndex e, ClockView clock) const { return moment(e).in(clock); }

  // One access in the past of the present state.
  using Record = uint32_t;

  // The accesses that an operation of goroutine p with these accesses and this past could have come
  // before: reversible or competing with it on some object, not p's own, not in its past. Per object,
  // effect and goroutine only the latest one; appended to `out`. One that has another one of them in its
  // past is included: that one may turn out not to be reversible after all (a TryLock under the lock).
  void conflicts(GoroutineId p, ClockView past, const Footprint& accesses, std::vector<Record>& out) const {
    conflicts(p, past, accesses, [](EventIndex) { return true; }, out);
  }
  // Only with events that pass the test.
  template <typename Test>
  void conflicts(GoroutineId p, ClockView past, std::span<const Access> accesses, const Test& test,
                 std::vector<Record>& out) const {
    for (const Access& access : accesses) {
      const std::vector<Latest>* latest = history(access.object);
      if (latest == nullptr) continue;
      for (const Latest& it : *latest) {
        if (it.record == kNoRecord || !test(event_of(it.record))) continue;
        const Relation r = relation(it.effect, access.effect);
        if (r != Relation::reversible && r != Relation::competing) continue;
        if (may_precede(p, past, event_of(it.record))) out.push_back(it.record);
      }
    }
  }
  EventIndex event_of(Record r) const { return records_[r].event; }
  Effect effect_of(Record r) const { return objects_[records_[r].object][records_[r].latest].effect; }
  uint32_t object_of(Record r) const { return records_[r].object; }  // a number, not its key
  // The access of the same goroutine to the same object with the same effect before it, if it meets the
  // conditions of conflicts() too; otherwise false.
  bool previous_conflict(GoroutineId p, ClockView past, Record& r) const;

  // Adds to `clock` the past that a step with these accesses would have if it were taken now.
  void join_dependent(const Footprint& accesses, Clock& clock) const;

  // The events that could come first if event e were left out, with everything that comes after it:
  // those behind e in the execution that are not in its future, and have nothing of that kind
  // in their past (initials of the sequence "notdep(e)"). At most one per goroutine.
  void initials(EventIndex e, std::vector<EventIndex>& out) const;
  // Is everything in `past` in front of event e, in the execution?
  bool precedes(ClockView past, EventIndex e) const;

 private:
  struct Event {
    Transition transition;
    Sketch sketch;
    uint32_t number = 0;          // 1 for the goroutine's first event
    uint32_t partner_number = 0;  // the same for the partner
    uint32_t clock = 0, clock_size = 0;  // in clocks_
    uint32_t accesses = 0;               // first one in accesses_
    uint32_t records = 0;                // first one in records_
    uint32_t children = 0;               // first one in children_
  };
  static constexpr Record kNoRecord = UINT32_MAX;
  // The latest access of the goroutine to an object with this effect.
  struct Latest {
    Effect effect;
    GoroutineId goroutine;
    Record record;  // kNoRecord: there is none now
  };
  struct RecordData {
    uint32_t object;  // in objects_
    uint32_t latest;  // there
    EventIndex event;
    Record previous;  // the one that it replaced in Latest
  };
  struct Goroutine {
    std::vector<EventIndex> events;
    EventIndex birth = kNoEvent;
  };

  Goroutine& goroutine(GoroutineId g);
  const std::vector<Latest>* history(ObjectKey object) const {
    const uint32_t number = object_numbers_.find(object);
    return number == ObjectNumbers::kUnknown ? nullptr : &objects_[number];
  }
  void join_dependent(const Access& access, Clock& clock) const;
  void record(const Access& access);
  bool may_precede(GoroutineId p, ClockView past, EventIndex e) const {
    return !events_[e].transition.involves(p) && !in_past(e, past);
  }

  std::vector<Event> events_;
  std::vector<Goroutine> goroutines_;
  std::vector<uint32_t> clocks_;
  std::vector<Access> accesses_;
  std::vector<RecordData> records_;
  std::vector<GoroutineId> children_;
  ObjectNumbers object_numbers_;
  std::vector<std::vector<Latest>> objects_;
  Clock scratch_;
};

}  // namespace gocheck::checker
