// What the merging search knows of one state on its stack: the possible steps, and which of them have to be
// explored.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "checker/execution/execution.h"

namespace gocheck::checker {

class Branches {
 public:
  // The state has been reached with these steps, sorted; none is wanted yet. `from_behind`: the last one is taken first.
  void reset(std::span<const Transition> enabled, bool from_behind = false) {
    branches_.clear();
    from_behind_ = from_behind;
    for (const Transition& t : enabled) branches_.push_back({t, Status::idle});
    idle_ = branches_.size();
    wanted_ = 0;
  }

  bool empty() const { return branches_.empty(); }
  bool any_idle() const { return idle_ != 0; }
  const Transition& first() const { return (from_behind_ ? branches_.back() : branches_.front()).transition; }

  bool any_wanted() const { return wanted_ != 0; }
  size_t wanted() const { return wanted_; }
  size_t done() const { return branches_.size() - idle_ - wanted_; }
  // A step that is wanted, which is from now on done; nullptr: nothing is left to do here.
  const Transition* take() {
    if (wanted_ == 0) return nullptr;
    for (size_t i = 0; i < branches_.size(); ++i) {
      Branch& b = branches_[from_behind_ ? branches_.size() - 1 - i : i];
      if (b.status != Status::wanted) continue;
      b.status = Status::done;
      --wanted_;
      return &b.transition;
    }
    return nullptr;
  }

  template <typename Test>
  bool any_of(const Test& test) const {
    return std::any_of(branches_.begin(), branches_.end(), [&](const Branch& b) { return test(b.transition); });
  }
  // Wants all steps that pass the test; false: there is none.
  template <typename Test>
  bool want_if(const Test& test) {
    bool any = false;
    for (Branch& b : branches_) {
      if (!test(b.transition)) continue;
      any = true;
      if (b.status != Status::idle) continue;
      b.status = Status::wanted;
      --idle_;
      ++wanted_;
    }
    return any;
  }
  bool want(GoroutineId g) {
    return want_if([g](const Transition& t) { return t.involves(g); });
  }
  void want_alone(GoroutineId g) {
    want_if([g](const Transition& t) { return t.goroutine == g && t.partner == 0; });
  }
  void want_all() {
    if (idle_ != 0) want_if([](const Transition&) { return true; });
  }

  // Is that step wanted or done?
  bool covered(const Transition& transition) const {
    const auto found = std::lower_bound(branches_.begin(), branches_.end(), transition,
                                        [](const Branch& b, const Transition& t) { return b.transition < t; });
    return found != branches_.end() && found->transition == transition && found->status != Status::idle;
  }
  // Are all steps of goroutine g? False if it has none.
  bool covered(GoroutineId g) const {
    bool any = false;
    for (const Branch& b : branches_) {
      if (!b.transition.involves(g)) continue;
      if (b.status == Status::idle) return false;
      any = true;
    }
    return any;
  }

  template <class Archive>
  void archive(Archive& a) {
    a(branches_, idle_, wanted_, from_behind_);
  }

 private:
  enum class Status : uint8_t { idle, wanted, done };
  struct Branch {
    Transition transition;
    Status status;
    template <class Archive>
    void archive(Archive& a) {
      a(transition, status);
    }
  };
  std::vector<Branch> branches_;
  size_t idle_ = 0, wanted_ = 0;
  bool from_behind_ = false;
};

}  // namespace gocheck::checker
