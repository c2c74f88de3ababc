#include "checker/explore/wakeup_tree.h"

#include <algorithm>

namespace gocheck::checker {

bool share_goroutine(const Transition& a, const Transition& b) {
  return b.involves(a.goroutine) || (a.partner != 0 && b.involves(a.partner));
}

bool same_accesses(std::span<const Access> a, std::span<const Access> b) {
  if (std::equal(a.begin(), a.end(), b.begin(), b.end())) return true;
  // What it competes for is of no consequence once it has happened, nor which Done was the last.
  const auto matters = [](const Access& access) { return access.effect != Effect::compete; };
  const auto same = [](const Access& x, const Access& y) {
    const auto is_done = [](Effect e) { return e == Effect::done || e == Effect::last_done; };
    return x.object == y.object && (x.effect == y.effect || (is_done(x.effect) && is_done(y.effect)));
  };
  auto next = b.begin();
  for (const Access& access : a) {
    if (!matters(access)) continue;
    next = std::find_if(next, b.end(), matters);
    if (next == b.end() || !same(*next++, access)) return false;
  }
  return std::find_if(next, b.end(), matters) == b.end();
}

size_t weak_initial(const PlannedStep& step, std::span<const PlannedStep> sequence) {
  for (size_t i = 0; i < sequence.size(); ++i) {
    const PlannedStep& other = sequence[i];
    if (step.sketch.apart(other.sketch)) continue;
    if (share_goroutine(step.transition, other.transition)) {
      return step.transition == other.transition && same_accesses(step.accesses, other.accesses) ? i : kNoInitial;
    }
    if (!independent(step.accesses, other.accesses)) return kNoInitial;
  }
  return sequence.size();
}

WakeupTrees::NodeId WakeupTrees::allocate() {
  if (free_.empty()) {
    nodes_.emplace_back();
    return static_cast<NodeId>(nodes_.size()) - 1;
  }
  const NodeId id = free_.back();
  free_.pop_back();
  nodes_[id].next = nodes_[id].child = kNone;
  return id;
}

WakeupTrees::NodeId WakeupTrees::chain(std::span<const PlannedStep> sequence) {
  NodeId below = kNone;
  for (size_t i = sequence.size(); i-- > 0;) {
    const NodeId id = allocate();
    nodes_[id].transition = sequence[i].transition;
    nodes_[id].accesses.assign(sequence[i].accesses.begin(), sequence[i].accesses.end());
    nodes_[id].sketch = sequence[i].sketch;
    nodes_[id].child = below;
    below = id;
  }
  return below;
}

size_t WakeupTrees::width(const Tree& tree) const {
  size_t width = 0;
  for (NodeId id = tree.first; id != kNone; id = nodes_[id].next) ++width;
  return width;
}

bool WakeupTrees::walk(const Tree& tree, std::span<PlannedStep>& sequence, NodeId& last) const {
  last = kNone;
  for (NodeId id = tree.first; id != kNone;) {
    const Node& node = nodes_[id];
    const size_t at = weak_initial(node.step(), sequence);
    if (at == kNoInitial) {
      last = id;
      id = node.next;
      continue;
    }
    if (at < sequence.size()) {  // mostly it is the first one
      std::move_backward(sequence.begin(), sequence.begin() + at, sequence.begin() + at + 1);
      sequence = sequence.subspan(1);
    }
    if (node.child == kNone || sequence.empty()) return true;
    id = node.child;
  }
  return false;
}

bool WakeupTrees::contains(const Tree& tree, const Sequence& sequence) {
  if (tree.empty()) return false;
  copy_ = sequence;
  std::span<PlannedStep> rest = copy_;
  NodeId last;
  return walk(tree, rest, last);
}

void WakeupTrees::insert(Tree& tree, Sequence& sequence) {
  std::span<PlannedStep> rest = sequence;
  NodeId last;
  if (walk(tree, rest, last)) return;
  const NodeId added = chain(rest);
  (last == kNone ? tree.first : nodes_[last].next) = added;
}

WakeupTrees::Tree WakeupTrees::take_first(Tree& tree) {
  const NodeId id = tree.first;
  const Tree below{nodes_[id].child};
  tree.first = nodes_[id].next;
  free_.push_back(id);
  return below;
}

// A loop like clear(): the nodes are copied in an order in which each comes after its parent and its elder sibling.
WakeupTrees::Tree WakeupTrees::adopt(WakeupTrees& others, Tree tree) {
  struct Link {
    NodeId theirs, parent, before;  // where it hangs here: under its parent, or behind its elder sibling
  };
  Tree adopted;
  std::vector<Link> links;
  if (!tree.empty()) links.push_back({tree.first, kNone, kNone});
  while (!links.empty()) {
    const Link link = links.back();
    links.pop_back();
    const NodeId id = allocate();
    Node& theirs = others.nodes_[link.theirs];
    nodes_[id].transition = theirs.transition;
    nodes_[id].accesses.swap(theirs.accesses);
    nodes_[id].sketch = theirs.sketch;
    (link.before != kNone ? nodes_[link.before].next : link.parent != kNone ? nodes_[link.parent].child : adopted.first) = id;
    if (theirs.child != kNone) links.push_back({theirs.child, id, kNone});
    if (theirs.next != kNone) links.push_back({theirs.next, kNone, id});
  }
  others.clear(tree);
  return adopted;
}

void WakeupTrees::drop_first(Tree& tree) {
  Tree below = take_first(tree);
  clear(below);
}

// A loop, because trees are as deep as executions are long: the freed node's children take its place.
void WakeupTrees::clear(Tree& tree) {
  while (tree.first != kNone) {
    const NodeId id = tree.first;
    NodeId rest = nodes_[id].next;
    if (nodes_[id].child != kNone) {
      NodeId last = nodes_[id].child;
      while (nodes_[last].next != kNone) last = nodes_[last].next;
      nodes_[last].next = rest;
      rest = nodes_[id].child;
    }
    tree.first = rest;
    free_.push_back(id);
  }
}

}  // namespace gocheck::checker
