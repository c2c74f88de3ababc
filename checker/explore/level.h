// What the reduced search knows of one state on its stack.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "checker/explore/wakeup_tree.h"

namespace gocheck::checker {

// A step that need not be explored from a state, because all traces that begin with it have been, or are being explored.
struct Sleeper {
  Transition transition;
  uint32_t accesses, access_count;  // in Level::accesses
  Sketch sketch;
  template <class Archive>
  void archive(Archive& a) {
    a(transition, accesses, access_count, sketch);
  }
};

struct Level {
  std::vector<Transition> enabled;   // sorted
  std::vector<Sleeper> sleepers;     // on arrival, then also what has been explored
  std::vector<Access> accesses;
  WakeupTrees::Tree tree;            // what is still to be explored
  uint32_t explored = 0;             // steps taken from here; 1 if none could be

  std::span<const Access> accesses_of(const Sleeper& z) const { return {accesses.data() + z.accesses, z.access_count}; }
  PlannedStep step_of(const Sleeper& z) const { return {z.transition, accesses_of(z), z.sketch}; }
  bool is_enabled(const Transition& t) const { return std::binary_search(enabled.begin(), enabled.end(), t); }
  bool is_asleep(const Transition& t) const {
    return std::any_of(sleepers.begin(), sleepers.end(), [&](const Sleeper& z) { return z.transition == t; });
  }
  void add_sleeper(const PlannedStep& step) {
    const std::span<const Access> touched = step.accesses;
    sleepers.push_back({step.transition, static_cast<uint32_t>(accesses.size()), static_cast<uint32_t>(touched.size()), step.sketch});
    accesses.insert(accesses.end(), touched.begin(), touched.end());
  }
  void clear() {
    enabled.clear();
    sleepers.clear();
    accesses.clear();
    explored = 0;
  }
  template <class Archive>
  void archive(Archive& a) {
    a(enabled, sleepers, accesses, tree, explored);
  }
};

}  // namespace gocheck::checker
