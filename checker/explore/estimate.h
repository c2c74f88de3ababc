// How much a depth first search will explore in all, guessed from what it has explored so far.
//
// Two guesses, which err in opposite directions where states are merged, and their geometric mean. Where states are merged the
// second weighs the more, the nearer to the initial state it has seen states left:
//  - What has been explored is a fraction of the whole: if the branches of a state are equally large, the sum over the
//    stack of what has been left behind (Kilby, Slaney, Thiebaux and Walsh, AAAI 2006). Branches found out late, and large
//    ones before small ones, deceive it.
//  - What lies behind the states of one depth grows as the depth shrinks, by much the same factor for each state on the
//    stack that has several branches; the largest states that have been left tell the factor.
//
// Not thread safe.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gocheck::checker {

class Estimate {
 public:
  // A state on the stack: so many of its branches have been entered, so many more are known, so many there may be in the end
  // (those that count, if late ones are small).
  struct Branching {
    size_t explored = 0, waiting = 0, possible = 0;
    size_t known() const { return explored + waiting; }
  };

  // `merging`: states that were explored before are not explored again.
  explicit Estimate(bool merging) : merging_(merging) {}

  // The search has gone down to this depth, or is about to leave it; `count`: what it has explored so far, executions or
  // states; less than before if others have explored the same. Constant time.
  void enter(size_t depth, uint64_t count) {
    if (depth >= levels_.size()) levels_.resize(depth + 1);
    levels_[depth].before = count;
  }
  void leave(size_t depth, uint64_t count) {
    Level& level = levels_[depth];
    if (count > level.before) level.largest = std::max(level.largest, count - level.before);
  }

  // What `count` will be at the end, as a guess; >= count, or 0: nothing is known yet. `stack`: the states from the initial one to the present one, whose
  // last branch entered is the next one of the stack. Linear in the depth.
  double total(std::span<const Branching> stack, uint64_t count) const;

  template <class Archive>
  void archive(Archive& a) {
    a(levels_);
  }

 private:
  struct Level {
    uint64_t before = 0;   // explored when the search came there last
    uint64_t largest = 0;  // behind one state of this depth that has been left
    template <class Archive>
    void archive(Archive& a) {
      a(before, largest);
    }
  };
  struct Growth {
    double total = 0;    // 0: nothing is known
    double unknown = 1;  // share of the depths that branch at which no state has been left yet
  };
  Growth by_growth(std::span<const Branching> stack) const;

  bool merging_;
  std::vector<Level> levels_;
};

}  // namespace gocheck::checker
