// What the reduced search knows of one state on its stack: the possible steps, and which of them
// have to be explored, have been, or need not be.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "checker/execution/execution.h"

namespace gocheck::checker {

enum class Status : uint8_t {
  idle,    // nobody has asked for it
  wanted,  // in the backtrack set: still to be explored
  done,    // explored, or being explored
  asleep,  // in the sleep set on arrival: all traces that begin with it have been explored elsewhere
};

struct Choice {
  Transition transition;
  Status status = Status::idle;
  uint32_t accesses = 0, access_count = 0;  // of a done or sleeping one: see Choices::accesses
};

// The sleep set on the way from one state to the next: transitions, sorted, and what they touch.
struct Sleepers {
  struct Sleeper {
    Transition transition;
    uint32_t accesses = 0, access_count = 0;  // in `accesses`
  };
  std::vector<Sleeper> sleepers;
  std::vector<Access> accesses;

  void clear() {
    sleepers.clear();
    accesses.clear();
  }
  bool contains(const Transition& t) const {
    for (const Sleeper& z : sleepers) {
      if (z.transition == t) return true;
    }
    return false;
  }
  void add(const Transition& transition, std::span<const Access> touched) {
    sleepers.push_back({transition, static_cast<uint32_t>(accesses.size()), static_cast<uint32_t>(touched.size())});
    accesses.insert(accesses.end(), touched.begin(), touched.end());
  }
};

class Choices {
 public:
  // The state has been reached with `enabled` steps (sorted), some of which sleep. A sleeper that is
  // not enabled is dropped.
  void reset(std::span<const Transition> enabled, const Sleepers& sleepers);

  std::span<const Choice> all() const { return choices_; }
  // What a done or sleeping step touches.
  std::span<const Access> accesses(const Choice& c) const { return {accesses_.data() + c.accesses, c.access_count}; }
  bool empty() const { return choices_.empty(); }

  bool any_idle() const { return first_idle() != nullptr; }
  // An idle choice; nullptr: all are taken.
  const Choice* first_idle() const;
  // A choice that is wanted, which is from now on done; nullptr: nothing is left to do here.
  Choice* take();
  void set_accesses(Choice& choice, const Footprint& footprint);

  // Wants all idle steps of goroutine g; false: it has none at all here.
  bool want(GoroutineId g);
  // Wants the idle steps that goroutine g takes alone.
  void want_alone(GoroutineId g);
  void want_all();

  // Wakes what sleeps here and fails the test.
  template <typename Test>
  void wake_unless(const Test& test) {
    for (Choice& c : choices_) {
      if (c.status == Status::asleep && !test(c)) c.status = Status::idle;
    }
  }

  // Is that step explored here, now or elsewhere?
  bool covered(const Transition& transition) const;
  // Are all steps of goroutine g? False if it has none.
  bool covered(GoroutineId g) const;

 private:
  std::vector<Choice> choices_;
  std::vector<Access> accesses_;
};

}  // namespace gocheck::checker
