// Vector clocks over goroutine ids: how many events of each goroutine are in the past.
//
// A component that is not stored is zero, so that a clock grows only with the goroutines that it
// has heard of. Which order a clock stands for (trace order, happens-before) is its owner's
// matter; clocks of different orders must never be compared.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace gocheck::checker {

// A clock that is stored elsewhere.
using ClockView = std::span<const uint32_t>;

inline uint32_t component(ClockView clock, uint32_t goroutine) {
  return goroutine < clock.size() ? clock[goroutine] : 0;
}

class Clock {
 public:
  Clock() = default;
  explicit Clock(ClockView view) : components_(view.begin(), view.end()) {}

  operator ClockView() const { return components_; }
  size_t size() const { return components_.size(); }
  uint32_t operator[](uint32_t goroutine) const { return component(components_, goroutine); }

  // Keep their memory, so that a clock which is reused does not allocate.
  void clear() { components_.clear(); }
  void assign(ClockView view) { components_.assign(view.begin(), view.end()); }

  void set(uint32_t goroutine, uint32_t value) {
    if (goroutine >= components_.size()) components_.resize(goroutine + 1, 0);
    components_[goroutine] = value;
  }

  // The least clock that is above both.
  void join(ClockView other) {
    if (other.size() > components_.size()) components_.resize(other.size(), 0);
    for (size_t i = 0; i < other.size(); ++i) components_[i] = std::max(components_[i], other[i]);
  }

  // Is `other` in the past of this clock?
  bool covers(ClockView other) const {
    for (size_t i = 0; i < other.size(); ++i) {
      if (other[i] > (*this)[static_cast<uint32_t>(i)]) return false;
    }
    return true;
  }

 private:
  std::vector<uint32_t> components_;
};

}  // namespace gocheck::checker
