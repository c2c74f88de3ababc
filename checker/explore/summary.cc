#include "checker/explore/summary.h"

#include <algorithm>

namespace gocheck::checker {

namespace {

auto key(const Wish& wish) { return std::pair(wish.goroutine, wish.access); }
bool by_key(const Wish& a, const Wish& b) { return key(a) < key(b); }

}  // namespace

void Summary::merge() {
  if (sorted_ == wishes_.size()) return;
  const auto middle = wishes_.begin() + static_cast<ptrdiff_t>(sorted_);
  std::sort(middle, wishes_.end(), by_key);
  std::inplace_merge(wishes_.begin(), middle, wishes_.end(), by_key);
  size_t kept = 0;
  for (size_t i = 1; i < wishes_.size(); i++) {
    if (key(wishes_[i]) == key(wishes_[kept])) {
      wishes_[kept].before.add(wishes_[i].before);
    } else {
      wishes_[++kept] = wishes_[i];
    }
  }
  wishes_.resize(kept + 1);
  sorted_ = wishes_.size();
}

void Summary::add(GoroutineId g, std::span<const Access> accesses) {
  for (const Access& access : accesses) wishes_.push_back({g, access, {}});
  merge();
}

// Usually all of them are there already.
void Summary::add(std::span<const Wish> wishes) {
  auto known = wishes_.begin();
  const auto end = wishes_.begin() + static_cast<ptrdiff_t>(sorted_);
  const Wish* fresh = nullptr;
  for (const Wish& wish : wishes) {
    while (known != end && by_key(*known, wish)) ++known;
    if (known != end && key(*known) == key(wish)) {
      known->before.add(wish.before);
    } else if (fresh == nullptr) {
      fresh = &wish;
    }
  }
  if (fresh == nullptr) return;
  wishes_.insert(wishes_.end(), wishes.begin() + (fresh - wishes.data()), wishes.end());
  merge();
}

void Summary::add_behind(const Summary& after, const Transition& step, std::span<const Access> footprint,
                         std::span<const GoroutineId> born) {
  Crowd takers;
  takers.add(step.goroutine);
  if (step.partner != 0) takers.add(step.partner);
  // Who has something to do that comes after the step.
  Crowd followers = takers;
  for (const GoroutineId g : born) followers.add(g);
  for (const Wish& wish : after.wishes_) {
    if (!followers.contains(wish.goroutine) && !independent({&wish.access, 1}, footprint)) followers.add(wish.goroutine);
  }
  const auto newborn = [&](GoroutineId g) { return std::find(born.begin(), born.end(), g) != born.end(); };
  std::vector<Wish> wishes;
  wishes.reserve(after.wishes_.size());
  for (Wish wish : after.wishes_) {
    if (followers.contains(wish.goroutine) || followers.meets(wish.before)) wish.before.add(takers);
    if (newborn(wish.goroutine)) {
      wish.goroutine = step.goroutine;
      if (step.partner != 0) wishes.push_back({step.partner, wish.access, wish.before});
    }
    wishes.push_back(wish);
  }
  // Nobody wishes for a certain place of a buffer, but the next step at that place comes after this one.
  for (const Access& access : footprint) {
    if (access.effect == Effect::order) wishes.push_back({step.goroutine, access, {}});
  }
  std::sort(wishes.begin(), wishes.end(), by_key);
  add(wishes);
}

template <typename Rename>
Summary Summary::renamed(const Rename& rename) const {
  Summary result;
  result.wishes_.reserve(wishes_.size());
  for (Wish wish : wishes_) {
    if (rename(wish)) result.wishes_.push_back(wish);
  }
  result.merge();
  return result;
}

Summary Summary::canonical(const Identity& state) const {
  return renamed([&](Wish& wish) {
    wish.goroutine = state.number_of(wish.goroutine);
    wish.access.object = state.canonical(wish.access.object);
    Crowd before;
    for (uint32_t n = 0; n < state.goroutines.size(); n++) {
      if (wish.before.contains(state.goroutines[n])) before.add(n);
    }
    wish.before = before;
    return wish.goroutine < state.goroutines.size() && wish.access.object != kNoObject;
  });
}

Summary Summary::present(const Identity& state) const {
  return renamed([&](Wish& wish) {
    wish.goroutine = state.goroutines[wish.goroutine];
    Crowd before;
    for (uint32_t n = 0; n < state.goroutines.size(); n++) {
      if (wish.before.contains(n)) before.add(state.goroutines[n]);
    }
    wish.before = before;
    wish.access.object = state.present(wish.access.object);
    return wish.access.object != kNoObject;
  });
}

size_t Summaries::Hash::operator()(const Summary& s) const {
  uint64_t h = s.wishes().size();
  for (const Wish& wish : s.wishes()) {
    h = (h ^ wish.access.object) * 0x9e3779b97f4a7c15;
    h = (h ^ wish.before.bits()) * 0x94d049bb133111eb;
    h = (h ^ (h >> 29) ^ wish.goroutine << 8 ^ static_cast<uint64_t>(wish.access.effect)) * 0xbf58476d1ce4e5b9;
  }
  return h ^ h >> 32;
}

bool Summaries::Equal::operator()(const Summary& a, const Summary& b) const {
  return std::equal(a.wishes().begin(), a.wishes().end(), b.wishes().begin(), b.wishes().end());
}

uint32_t Summaries::intern(const Summary& summary) {
  const auto [it, fresh] = ids_.try_emplace(summary, static_cast<uint32_t>(by_id_.size()));
  if (fresh) by_id_.push_back(&it->first);
  return it->second;
}

}  // namespace gocheck::checker
