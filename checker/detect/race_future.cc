#include "checker/detect/race_future.h"

#include <algorithm>
#include <memory>
#include <tuple>

#include "checker/detect/race.h"

namespace gocheck::checker {

namespace {

constexpr GoroutineId kNobody = UINT32_MAX;
constexpr size_t kMostGroups = 12;
constexpr size_t kMostAccesses = 1024;

template <typename T>
void insert(std::vector<T>& set, const T& value) {
  const auto place = std::lower_bound(set.begin(), set.end(), value);
  if (place == set.end() || *place != value) set.insert(place, value);
}

// Mostly it is sorted.
template <typename T>
void sort(std::vector<T>& set) {
  if (!std::is_sorted(set.begin(), set.end())) std::sort(set.begin(), set.end());
}

template <typename T>
bool erase(std::vector<T>& set, const T& value) {
  const auto place = std::lower_bound(set.begin(), set.end(), value);
  if (place == set.end() || *place != value) return false;
  set.erase(place);
  return true;
}

template <typename T>
bool contains(const std::vector<T>& set, const T& value) {
  return std::binary_search(set.begin(), set.end(), value);
}

template <typename T>
void subtract(std::vector<T>& set, const std::vector<T>& other) {
  std::erase_if(set, [&](const T& value) { return contains(other, value); });
}

template <typename T>
bool is_subset(const std::vector<T>& a, const std::vector<T>& b) {
  return std::includes(b.begin(), b.end(), a.begin(), a.end());
}

// Atomic operations (and uses of locks) race with plain accesses only, sends with closes only. They are many,
// and what they could race with is seldom remembered, so that it is not worth while to know their carriers. What operations
// on a closed channel report tells where it was closed: states in which somebody has not heard of that are told apart.
bool needs_everybody(uint16_t how) {
  const auto kind = static_cast<AccessClass>(kind_of(how));
  return kind == AccessClass::atomic || kind == AccessClass::second_close || (kind == AccessClass::channel && !writes(how));
}

// What is known after the event came from there before it.
void go_back(std::vector<RaceFuture::Carrier>& carriers, const StepEvent& event) {
  const auto self = RaceFuture::goroutine(event.goroutine),
             other = RaceFuture::goroutine(static_cast<GoroutineId>(event.what));
  switch (event.kind) {
    case StepEvent::Kind::acquire:
      if (contains(carriers, self) && (event.what & RaceFuture::kGoroutine) == 0) insert(carriers, event.what);
      break;
    case StepEvent::Kind::release:
      if (erase(carriers, event.what)) insert(carriers, self);
      break;
    case StepEvent::Kind::merge:
      if (contains(carriers, event.what)) insert(carriers, self);
      break;
    case StepEvent::Kind::synchronize:
      if (contains(carriers, self) || contains(carriers, other)) {
        insert(carriers, self);
        insert(carriers, other);
      }
      break;
    case StepEvent::Kind::start:
      if (erase(carriers, other)) insert(carriers, self);
      break;
    default:
      break;
  }
}

}  // namespace

void RaceFuture::clear() {
  groups_.clear();
  known_ = true;
}

void RaceFuture::forget() {
  groups_.clear();
  known_ = false;
}

void RaceFuture::add(const RaceFuture& other) {
  if (!other.known_) forget();
  if (!known_ || groups_ == other.groups_) return;
  if (groups_.empty()) {
    groups_ = other.groups_;
    return;
  }
  for (const Group& group : other.groups_) add(group);
}

// What is accessed with the same carriers, or fewer, need not be said twice.
void RaceFuture::add(Group group) {
  if (!known_) return;
  const auto same = std::find_if(groups_.begin(), groups_.end(),
                                 [&](const Group& it) { return it.carriers == group.carriers; });
  if (same != groups_.end() && is_subset(group.accesses, same->accesses)) return;
  for (Group& known : groups_) {
    if (&known == std::to_address(same)) continue;
    if (is_subset(known.carriers, group.carriers)) {
      subtract(group.accesses, known.accesses);
    } else if (is_subset(group.carriers, known.carriers)) {
      subtract(known.accesses, group.accesses);
    }
  }
  if (same != groups_.end()) {
    for (const Access& access : group.accesses) insert(same->accesses, access);
  } else if (!group.accesses.empty()) {
    groups_.insert(std::lower_bound(groups_.begin(), groups_.end(), group), std::move(group));
  }
  std::erase_if(groups_, [](const Group& known) { return known.accesses.empty(); });
  size_t accesses = 0;
  for (const Group& it : groups_) accesses += it.accesses.size();
  if (accesses > kMostAccesses) {
    forget();
  } else if (groups_.size() > kMostGroups) {
    join_two();
  }
}

// Those that lose least by it: better two that say the same of different carriers.
void RaceFuture::join_two() {
  const auto loss = [](const Group& a, const Group& b) {
    const auto foreign = [](const Group& x, const Group& y) {
      return std::count_if(x.carriers.begin(), x.carriers.end(),
                           [&](Carrier it) { return !contains(y.carriers, it); });
    };
    return std::pair(a.accesses != b.accesses, foreign(a, b) + foreign(b, a));
  };
  size_t first = 0, second = 1;
  for (size_t i = 0; i < groups_.size(); i++) {
    for (size_t j = i + 1; j < groups_.size(); j++) {
      if (loss(groups_[i], groups_[j]) < loss(groups_[first], groups_[second]))
        std::tie(first, second) = std::pair(i, j);
    }
  }
  Group joined = std::move(groups_[second]);
  const Group& other = groups_[first];
  std::erase_if(joined.carriers, [&](Carrier it) { return !contains(other.carriers, it); });
  for (const Access& access : other.accesses) insert(joined.accesses, access);
  groups_.erase(groups_.begin() + static_cast<ptrdiff_t>(second));
  groups_.erase(groups_.begin() + static_cast<ptrdiff_t>(first));
  add(std::move(joined));
}

void RaceFuture::add_behind(RaceFuture&& after, const StepLog& step) {
  if (!after.known_ || !step.complete()) forget();
  if (!known_) return;
  if (step.events().empty()) {
    if (groups_.empty()) return groups_.swap(after.groups_);
    return add(after);
  }
  std::vector<Group> groups = std::move(after.groups_);
  const std::span<const StepEvent> events = step.events();
  for (size_t i = events.size(); i-- > 0;) {
    const StepEvent& event = events[i];
    if (event.kind == StepEvent::Kind::access) {
      std::vector<Carrier> carriers;
      if (!needs_everybody(event.how)) carriers.push_back(goroutine(event.goroutine));
      auto group = std::find_if(groups.begin(), groups.end(),
                                [&](const Group& it) { return it.carriers == carriers; });
      if (group == groups.end()) group = groups.insert(groups.end(), {std::move(carriers), {}});
      insert(group->accesses, Access{event.what, event.how});
    } else if (event.kind == StepEvent::Kind::allocate) {
      for (Group& group : groups) {
        std::erase_if(group.accesses, [&](const Access& it) { return it.word - event.what < event.size; });
      }
    } else {
      for (Group& group : groups) go_back(group.carriers, event);
    }
  }
  for (Group& group : groups) add(std::move(group));
}

template <typename Address, typename Member>
RaceFuture RaceFuture::renamed(const Address& address, const Member& member) const {
  RaceFuture result;
  result.known_ = known_;
  bool complete = true;
  for (const Group& group : groups_) {
    Group& renamed = result.groups_.emplace_back();
    renamed.carriers.reserve(group.carriers.size());
    for (const Carrier carrier : group.carriers) {
      if ((carrier & kGoroutine) != 0) {
        const GoroutineId g = member(static_cast<GoroutineId>(carrier));
        if (g != kNobody) renamed.carriers.push_back(goroutine(g));
      } else if (const uint64_t a = address(carrier & kAddress); a != kNoObject) {
        renamed.carriers.push_back((carrier & ~kAddress) | a);
      }
    }
    renamed.accesses.reserve(group.accesses.size());
    for (const Access& access : group.accesses) {
      if (const uint64_t a = address(access.word); a != kNoObject) renamed.accesses.push_back({a, access.how});
    }
    sort(renamed.carriers);
    sort(renamed.accesses);
    complete = complete && renamed.carriers.size() == group.carriers.size() && renamed.accesses.size() == group.accesses.size();
  }
  if (complete) {  // what is said once is said once under other names
    sort(result.groups_);
    return result;
  }
  std::vector<Group> groups;
  groups.swap(result.groups_);
  for (Group& group : groups) result.add(std::move(group));
  return result;
}

RaceFuture RaceFuture::canonical(const Identity& state) const {
  return renamed([&](uint64_t address) { return state.canonical_address(address); },
                 [&](GoroutineId g) {
                   const uint32_t n = state.number_of(g);
                   return n < state.goroutines.size() ? n : kNobody;
                 });
}

RaceFuture RaceFuture::present(const Identity& state) const {
  return renamed([&](uint64_t address) { return state.present_address(address); },
                 [&](GoroutineId n) { return n < state.goroutines.size() ? state.goroutines[n] : kNobody; });
}

size_t RaceFuture::bytes() const {
  size_t bytes = groups_.capacity() * sizeof(Group);
  for (const Group& group : groups_) {
    bytes += group.carriers.capacity() * sizeof(Carrier) + group.accesses.capacity() * sizeof(Access);
  }
  return bytes;
}

uint64_t RaceFuture::hash() const {
  uint64_t h = known_;
  const auto mix = [&](uint64_t word) {
    h = (h ^ word) * 0x9e3779b97f4a7c15;
    h ^= h >> 29;
  };
  for (const Group& group : groups_) {
    for (const Carrier carrier : group.carriers) mix(carrier);
    for (const Access& access : group.accesses) mix(access.word << 16 ^ access.how);
  }
  return h;
}

}  // namespace gocheck::checker
