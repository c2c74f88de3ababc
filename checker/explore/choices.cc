#include "checker/explore/choices.h"

#include <algorithm>

namespace gocheck::checker {

void Choices::reset(std::span<const Transition> enabled, const Sleepers& sleeping) {
  choices_.clear();
  accesses_ = sleeping.accesses;
  auto sleeper = sleeping.sleepers.begin();
  for (const Transition& t : enabled) {
    Choice& choice = choices_.emplace_back(Choice{.transition = t});
    while (sleeper != sleeping.sleepers.end() && sleeper->transition < t) ++sleeper;
    if (sleeper == sleeping.sleepers.end() || sleeper->transition != t) continue;
    choice.status = Status::asleep;
    choice.accesses = sleeper->accesses;
    choice.access_count = sleeper->access_count;
  }
}

const Choice* Choices::first_idle() const {
  for (const Choice& c : choices_) {
    if (c.status == Status::idle) return &c;
  }
  return nullptr;
}

Choice* Choices::take() {
  for (Choice& c : choices_) {
    if (c.status != Status::wanted) continue;
    c.status = Status::done;
    return &c;
  }
  return nullptr;
}

void Choices::set_accesses(Choice& choice, const Footprint& footprint) {
  choice.accesses = static_cast<uint32_t>(accesses_.size());
  choice.access_count = static_cast<uint32_t>(footprint.size());
  accesses_.insert(accesses_.end(), footprint.begin(), footprint.end());
}

bool Choices::want(GoroutineId g) {
  bool any = false;
  for (Choice& c : choices_) {
    if (!c.transition.involves(g)) continue;
    any = true;
    if (c.status == Status::idle) c.status = Status::wanted;
  }
  return any;
}

void Choices::want_alone(GoroutineId g) {
  for (Choice& c : choices_) {
    if (c.transition.goroutine == g && c.transition.partner == 0 && c.status == Status::idle) {
      c.status = Status::wanted;
    }
  }
}

void Choices::want_all() {
  for (Choice& c : choices_) {
    if (c.status == Status::idle) c.status = Status::wanted;
  }
}

bool Choices::covered(const Transition& transition) const {
  const auto found = std::lower_bound(choices_.begin(), choices_.end(), transition,
                                      [](const Choice& c, const Transition& t) { return c.transition < t; });
  return found != choices_.end() && found->transition == transition && found->status != Status::idle;
}

bool Choices::covered(GoroutineId g) const {
  bool any = false;
  for (const Choice& c : choices_) {
    if (!c.transition.involves(g)) continue;
    if (c.status == Status::idle) return false;
    any = true;
  }
  return any;
}

}  // namespace gocheck::checker
