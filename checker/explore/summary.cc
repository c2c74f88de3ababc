#include "checker/explore/summary.h"

#include <algorithm>

namespace gocheck::checker {

namespace {

bool same_key(const Wish& a, const Wish& b) {
  return a.goroutine == b.goroutine && a.access.object == b.access.object && a.access.effect == b.access.effect;
}

constexpr auto by_key = [](const Wish& a, const Wish& b) {
  if (a.goroutine != b.goroutine) return a.goroutine < b.goroutine;
  if (a.access.object != b.access.object) return a.access.object < b.access.object;
  return a.access.effect < b.access.effect;
};

}  // namespace

// Often what was appended is in order already, and comes after all the rest.
void Summary::merge() {
  if (sorted_ == wishes_.size()) return;
  const auto middle = wishes_.begin() + static_cast<ptrdiff_t>(sorted_);
  if (!std::is_sorted(middle, wishes_.end(), by_key)) std::sort(middle, wishes_.end(), by_key);
  if (sorted_ != 0 && by_key(*middle, *std::prev(middle))) {
    std::inplace_merge(wishes_.begin(), middle, wishes_.end(), by_key);
    sorted_ = 1;
  }
  size_t kept = std::max<size_t>(sorted_, 1) - 1;
  for (size_t i = kept + 1; i < wishes_.size(); i++) {
    if (same_key(wishes_[i], wishes_[kept])) {
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

// Usually most of them are there already. The others are put in their places from the back.
template <typename Before>
void Summary::join(std::span<const Wish> wishes, const Before& before) {
  size_t missing = 0;
  auto known = wishes_.begin();
  for (const Wish& wish : wishes) {
    while (known != wishes_.end() && by_key(*known, wish)) ++known;
    if (known != wishes_.end() && same_key(*known, wish)) {
      known->before.add(before(wish));
    } else {
      ++missing;
    }
  }
  size_t next = wishes_.size();
  wishes_.resize(next + missing);
  for (size_t place = wishes_.size(), i = wishes.size(); place > next;) {
    const Wish& wish = wishes[i - 1];
    if (next == 0 || by_key(wishes_[next - 1], wish)) {
      wishes_[--place] = {wish.goroutine, wish.access, before(wish)};
      --i;
    } else if (same_key(wishes_[next - 1], wish)) {
      --i;
    } else {
      wishes_[--place] = wishes_[--next];
    }
  }
  sorted_ = wishes_.size();
}

void Summary::add(const Summary& other) {
  join(other.wishes_, [](const Wish& wish) { return wish.before; });
  races_.add(other.races_);
}

bool Summary::contains(const Wish& wish) const {
  const auto place = std::lower_bound(wishes_.begin(), wishes_.end(), wish, by_key);
  return place != wishes_.end() && same_key(*place, wish);
}

void Summary::add_behind(Summary&& after, const Transition& step, std::span<const Access> footprint,
                         std::span<const GoroutineId> born, const StepLog& log) {
  races_.add_behind(std::move(after.races_), log);
  Crowd takers;
  takers.add(step.goroutine);
  if (step.partner != 0) takers.add(step.partner);
  // Who has something to do that comes after the step.
  Crowd followers = takers;
  for (const GoroutineId g : born) followers.add(g);
  for (const Wish& wish : after.wishes_) {
    if (!followers.contains(wish.goroutine) && !independent({&wish.access, 1}, footprint)) followers.add(wish.goroutine);
  }
  const auto before = [&](const Wish& wish) {
    Crowd result = wish.before;
    if (followers.contains(wish.goroutine) || followers.meets(wish.before)) result.add(takers);
    return result;
  };
  std::vector<Wish> inherited;
  for (const GoroutineId g : born) {
    for (const Wish& wish : after.of(g)) {
      inherited.push_back({step.goroutine, wish.access, before(wish)});
      if (step.partner != 0) inherited.push_back({step.partner, wish.access, before(wish)});
    }
  }
  if (!born.empty()) {
    std::erase_if(after.wishes_, [&](const Wish& wish) { return std::find(born.begin(), born.end(), wish.goroutine) != born.end(); });
  }
  if (wishes_.empty()) {
    wishes_.swap(after.wishes_);
    for (Wish& wish : wishes_) wish.before = before(wish);
    sorted_ = wishes_.size();
  } else {
    join(after.wishes_, before);
  }
  // Nobody wishes for a certain place of a buffer, but the next step at that place comes after this one.
  for (const Access& access : footprint) {
    const Wish wish{step.goroutine, access, {}};
    if (access.effect == Effect::order && !contains(wish)) wishes_.push_back(wish);
  }
  wishes_.insert(wishes_.end(), inherited.begin(), inherited.end());
  merge();
}

std::span<const Wish> Summary::of(GoroutineId g) const {
  const auto first = std::lower_bound(wishes_.begin(), wishes_.end(), g,
                                      [](const Wish& wish, GoroutineId h) { return wish.goroutine < h; });
  auto last = first;
  while (last != wishes_.end() && last->goroutine == g) ++last;
  return {first, last};
}

namespace {

// Renames crowds; those that come one after the other are often the same.
template <typename Rename>
class CrowdRenaming {
 public:
  explicit CrowdRenaming(const Rename& rename) : rename_(rename) {}
  Crowd operator()(Crowd crowd) {
    if (crowd == from_) return to_;
    from_ = crowd;
    return to_ = rename_(crowd);
  }

 private:
  const Rename& rename_;
  Crowd from_, to_;
};

}  // namespace

// Goroutine by goroutine in the order of their new names, so that little is left to sort.
Summary Summary::canonical(const Identity& state) const {
  const auto rename = [&](Crowd crowd) {
    Crowd result;
    for (uint32_t n = 0; n < state.goroutines.size(); n++) {
      if (crowd.contains(state.goroutines[n])) result.add(n);
    }
    return result;
  };
  CrowdRenaming renamed(rename);
  Summary result;
  result.wishes_.reserve(wishes_.size());
  bool in_order = true;  // as long as no object got another name
  for (uint32_t n = 0; n < state.goroutines.size(); n++) {
    for (const Wish& wish : of(state.goroutines[n])) {
      const ObjectKey object = state.canonical(wish.access.object);
      if (object != kNoObject) result.wishes_.push_back({n, {object, wish.access.effect}, renamed(wish.before)});
      in_order = in_order && object == wish.access.object;
    }
  }
  if (in_order) result.sorted_ = result.wishes_.size();
  result.merge();
  result.races_ = races_.canonical(state);
  return result;
}

Summary Summary::present(const Identity& state) const {
  const auto rename = [&](Crowd crowd) {
    Crowd result;
    for (uint32_t n = 0; n < state.goroutines.size(); n++) {
      if (crowd.contains(n)) result.add(state.goroutines[n]);
    }
    return result;
  };
  CrowdRenaming renamed(rename);
  Summary result;
  result.wishes_.reserve(wishes_.size());
  bool in_order = true;  // as long as no object got another name
  for (GoroutineId g = 0; g < state.end_of_ids(); g++) {
    const uint32_t n = state.number_of(g);
    if (n == state.goroutines.size()) continue;
    for (const Wish& wish : of(n)) {
      const ObjectKey object = state.present(wish.access.object);
      if (object != kNoObject) result.wishes_.push_back({g, {object, wish.access.effect}, renamed(wish.before)});
      in_order = in_order && object == wish.access.object;
    }
  }
  if (in_order) result.sorted_ = result.wishes_.size();
  result.merge();
  result.races_ = races_.present(state);
  return result;
}

size_t Summaries::hash_of(const Summary& summary) {
  uint64_t h = summary.wishes().size() ^ summary.races().hash();
  for (const Wish& wish : summary.wishes()) {
    h = (h ^ wish.access.object) * 0x9e3779b97f4a7c15;
    h = (h ^ wish.before.bits()) * 0x94d049bb133111eb;
    h = (h ^ (h >> 29) ^ wish.goroutine << 8 ^ static_cast<uint64_t>(wish.access.effect)) * 0xbf58476d1ce4e5b9;
  }
  return h ^ h >> 32;
}

bool Summaries::Equal::operator()(const Entry& a, const Entry& b) const {
  return std::ranges::equal(a.summary.wishes(), b.summary.wishes()) && a.summary.races() == b.summary.races();
}

uint32_t Summaries::intern(Summary summary) {
  constexpr size_t kOverhead = 64;  // of the table, for each
  const size_t hash = hash_of(summary);
  const size_t number = hash >> 16 & (kParts - 1);
  Part& part = parts_[number];
  const std::lock_guard lock(part.mutex);
  const auto id = static_cast<uint32_t>(part.all.size() * kParts + number);
  const auto [it, fresh] = part.ids.try_emplace({std::move(summary), hash}, id);
  if (fresh) {
    part.all.push_back(&it->first.summary);
    bytes_.fetch_add(it->first.summary.bytes() + kOverhead, std::memory_order_relaxed);
  }
  return it->second;
}

}  // namespace gocheck::checker
