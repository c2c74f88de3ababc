// An execution under control: the state of a program between two visible operations, the steps
// that are possible there, and the way back. This is all that the explorers know of a program
// (they also run on the small models of tests/unit/checker).
//
// Not thread safe; each worker has its own.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "checker/execution/step_log.h"
#include "checker/order/dependence.h"

namespace gocheck::checker {

using GoroutineId = uint32_t;  // 1 is main; 0 is the clock, which advances virtual time

// One possible step: a visible operation and what its goroutine does after it, up to its next
// visible operation. A rendezvous on an unbuffered channel is one step of two goroutines.
struct Transition {
  GoroutineId goroutine = 0;  // the sender of a rendezvous
  GoroutineId partner = 0;    // its receiver; 0: no rendezvous
  int16_t option = 0;         // index of the select case (-1: default), or the value of a free choice
  int16_t partner_option = 0;  // the partner's select case

  auto operator<=>(const Transition&) const = default;
  bool involves(GoroutineId g) const { return g == goroutine || (partner != 0 && g == partner); }
  template <class Archive>
  void archive(Archive& a) {
    a(goroutine, partner, option, partner_option);
  }
};

using Schedule = std::vector<Transition>;

// A communication that a goroutine's pending operation may take part in: its send or receive, a case of its select, or
// its default.
struct Offer {
  int16_t option = 0;     // as in Transition
  bool sends = false;
  bool buffered = false;  // it does not need a partner
  ObjectKey channel = 0;  // what a close of the channel writes; 0: default
};

struct StateHash {
  uint64_t low = 0, high = 0;
  auto operator<=>(const StateHash&) const = default;
  template <class Archive>
  void archive(Archive& a) {
    a(low, high);
  }
};

// What an execution that never ends does: the steps lead from the present state back to one that equals it, and from no
// state that can still be reached is anything else possible.
struct Loop {
  Schedule steps;
  std::vector<GoroutineId> actors;  // who still takes a step, sorted; all others are blocked for ever
  bool communicates = false;        // values are passed, time passes or goroutines start; otherwise the actors only spin
};

class Identity;
class RaceFuture;

class Execution {
 public:
  virtual ~Execution() = default;

  // Goroutines have the ids 1..goroutines(). In every execution the same goroutine (by parent and
  // number among its children) has the same id, so ids may have gaps.
  virtual GoroutineId goroutines() const = 0;
  // Fills `out` with those of them that have been started and have not finished, ascending, and perhaps with others.
  virtual void present(std::vector<GoroutineId>& out) const;

  // The possible steps, sorted. Empty: the execution has ended (everybody finished, or is blocked).
  virtual void enabled(std::vector<Transition>& out) const = 0;

  // Appends what `transition`, which is enabled, would touch if it were taken now.
  virtual void footprint(const Transition& transition, Footprint& out) const = 0;

  // Appends what goroutine g's pending operation could touch if it could happen (all its select cases and
  // options), whether or not it can; empty for a finished goroutine. For a blocked operation
  // this is what it waits for: a lock, its side of a channel (Effect::compete or write) ...
  virtual void wishes(GoroutineId g, Footprint& out) const = 0;

  // The communications among goroutine g's wishes; for a select all cases (but those of nil channels), and its default.
  virtual void offers(GoroutineId g, std::vector<Offer>& out) const = 0;

  // Does goroutine g's pending operation touch the same objects with the same effects in every state in which it is
  // possible? (It may say no to be on the safe side, which costs time.)
  virtual bool steady(GoroutineId g) const = 0;

  // Takes an enabled step. What the step touched is footprint(transition) as of before.
  virtual void step(const Transition& transition) = 0;
  // The goroutines that the last step has started, where starting one is no step of its own (and no
  // Effect::spawn announced it).
  virtual void started(std::vector<GoroutineId>& out) const { out.clear(); }
  // Takes the last step back. Constant time per memory write that the step made.
  virtual void undo() = 0;

  // Has a step shown that footprints rely on something that does not hold? The search will begin again without that; what
  // it concludes from this execution's footprints may be impossible.
  virtual bool misled() const { return false; }

  // To be called when enabled() is empty, before going back: reports deadlock and leaks.
  virtual void end() = 0;

  // The search has found out that the present state begins an endless loop: reports livelock and leaks.
  virtual void loops(const Loop&) {}

  // Hash of the present state: equal for equal states, whatever the schedule. For the end states
  // of small programs (oracle tests); may take time linear in the memory.
  virtual StateHash state() const = 0;

  // The present state's identity; `out` is clear. States of equal identity have the same futures, up to names.
  virtual void identify(Identity& out) const;
  // The same, but perhaps without `hash`, which takes longest.
  virtual void identify_future(Identity& out) const;

  // ---- Race detection, for those who merge states (detect/race_future.h) ----
  // From now on steps are logged.
  virtual void keep_log() {}
  // What the last step was.
  virtual const StepLog& log() const;
  // May an access of the past race with one of the future? That is said in the names that all states equal to the
  // present one share, whose identity is given.
  virtual bool may_race(const RaceFuture&, const Identity&) { return false; }
};

}  // namespace gocheck::checker
