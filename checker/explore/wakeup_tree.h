// Wakeup trees (Abdulla, Aronis, Jonsson, Sagonas, J. ACM 2017): which sequences of steps still have to be
// explored from each state on the stack, such that none of them is redundant.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "checker/execution/execution.h"
#include "checker/order/sketch.h"

namespace gocheck::checker {

// Instead of an option: whatever the goroutine can then do alone. Only the last step of a sequence.
inline constexpr int16_t kAnyOption = INT16_MIN;

using Sequence = std::vector<PlannedStep>;

bool share_goroutine(const Transition& a, const Transition& b);
// Do two steps with these accesses, taken by the same goroutines in different states, do the same thing?
bool same_accesses(std::span<const Access> a, std::span<const Access> b);

// Is the step a weak initial of the sequence: can it come first in an execution equivalent to an extension of it?
// Then that is because it is the sequence's step with the index returned, or, if that is the sequence's size, because
// it commutes with all of them. Otherwise kNoInitial.
inline constexpr size_t kNoInitial = SIZE_MAX;
size_t weak_initial(const PlannedStep& step, std::span<const PlannedStep> sequence);

// All trees of an exploration; their nodes are recycled.
class WakeupTrees {
 public:
  using NodeId = uint32_t;
  static constexpr NodeId kNone = UINT32_MAX;
  // The children of a tree's root, in the order of exploration.
  struct Tree {
    NodeId first = kNone;
    bool empty() const { return first == kNone; }
    template <class Archive>
    void archive(Archive& a) {
      a(first);
    }
  };

  // The number of children of the root. Linear in it.
  size_t width(const Tree& tree) const;
  // Will exploring the tree show an equivalent of the sequence, or of an extension?
  bool contains(const Tree& tree, const Sequence& sequence);
  // Adds the sequence, unless the tree contains it. Uses `sequence` up.
  void insert(Tree& tree, Sequence& sequence);

  const Transition& first(const Tree& tree) const { return nodes_[tree.first].transition; }
  PlannedStep first_step(const Tree& tree) const { return nodes_[tree.first].step(); }
  // Removes the tree's first step and returns what has to be explored after it.
  Tree take_first(Tree& tree);
  // Moves a tree over from other trees.
  Tree adopt(WakeupTrees& others, Tree tree);
  // Removes the tree's first step and what has to be explored after it.
  void drop_first(Tree& tree);
  void clear(Tree& tree);
  template <class Archive>
  void archive(Archive& a) {
    a(nodes_, free_);
  }

 private:
  struct Node {
    Transition transition;
    Footprint accesses;
    Sketch sketch;
    NodeId next = kNone;   // sibling
    NodeId child = kNone;  // the first one; none: a leaf, everything after it has to be explored
    PlannedStep step() const { return {transition, accesses, sketch}; }
    template <class Archive>
    void archive(Archive& a) {
      a(transition, accesses, sketch, next, child);
    }
  };

  // Goes down the tree with a sequence, and removes the steps on the way from it. True: it came to a leaf, or to the sequence's end.
  // Otherwise `last` is what the rest of the sequence would follow as a sibling; kNone: the tree is empty.
  bool walk(const Tree& tree, std::span<PlannedStep>& sequence, NodeId& last) const;
  NodeId chain(std::span<const PlannedStep> sequence);
  NodeId allocate();

  std::vector<Node> nodes_;
  std::vector<NodeId> free_;
  Sequence copy_;  // scratch
};

}  // namespace gocheck::checker
