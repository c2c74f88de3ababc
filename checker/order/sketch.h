// A rough picture of a step, by which most pairs of steps are seen to be independent without a look at their accesses.
#pragma once

#include <cstdint>
#include <span>

#include "checker/execution/execution.h"
#include "checker/order/dependence.h"

namespace gocheck::checker {

// One bit for each goroutine and each object; several of them share a bit.
struct Sketch {
  uint64_t all = 0;
  uint64_t changes = 0;  // without the objects that are only looked at

  Sketch() = default;
  Sketch(const Transition& step, std::span<const Access> accesses) : changes(bit(step.goroutine)) {
    if (step.partner != 0) changes |= bit(step.partner);
    for (const Access& access : accesses) {
      if (access.effect == Effect::barrier) changes = ~uint64_t{0};
      (only_looks(access.effect) ? all : changes) |= bit(access.object);
    }
    all |= changes;
  }

  // True: the two steps share no goroutine and are independent. False: perhaps not.
  bool apart(const Sketch& other) const { return ((all & other.changes) | (changes & other.all)) == 0; }

  template <class Archive>
  void archive(Archive& a) {
    a(all, changes);
  }

 private:
  static uint64_t bit(uint64_t key) { return uint64_t{1} << (key * 0x9E3779B97F4A7C15ull >> 58); }
};

// A step of a sequence to be explored, and what it touches. The accesses are stored elsewhere.
struct PlannedStep {
  Transition transition;
  std::span<const Access> accesses;
  Sketch sketch{transition, accesses};
};

}  // namespace gocheck::checker
