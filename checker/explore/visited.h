// The states that the merging search has been to, by the hash of their identity (128 bits: two different states
// share one with a probability of about n^2 / 2^129 among n states).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "checker/execution/execution.h"

namespace gocheck::checker {

// States, each with a number. Open addressing, at most half full; 24 bytes a place. Not thread safe.
class StateTable {
 public:
  struct Place {
    StateHash state;
    uint32_t number;
    uint8_t weight;  // whatever the owner of the table likes
    bool used = false;
    template <class Archive>
    void archive(Archive& a) {
      a(state, number, weight);
    }
  };

  StateTable() : places_(1 << 5) {}

  // The state's number, valid until the next add() or remove(); nullptr: it is not there.
  uint32_t* find(const StateHash& state) {
    Place& place = places_[place_of(state)];
    return place.used ? &place.number : nullptr;
  }
  const Place* find_place(const StateHash& state) const {
    const Place& place = places_[place_of(state)];
    return place.used ? &place : nullptr;
  }
  // The state must not be there.
  void add(const StateHash& state, uint32_t number, uint8_t weight = 0);
  // The state must be there.
  void remove(const StateHash& state);
  uint64_t size() const { return size_; }
  template <typename Visit>
  void for_each(const Visit& visit) const {
    for (const Place& place : places_) {
      if (place.used) visit(place);
    }
  }
  template <class Archive>
  void archive(Archive& a) {
    std::vector<Place> all;
    for_each([&](const Place& place) { all.push_back(place); });
    a(all);
    if constexpr (Archive::kLoads) {
      for (const Place& place : all) add(place.state, place.number, place.weight);
    }
  }

 private:
  uint64_t home(const StateHash& state) const { return state.low & (places_.size() - 1); }
  uint64_t place_of(const StateHash& state) const;  // or the free one where it would be
  void grow();

  std::vector<Place> places_;  // a power of two
  uint64_t size_ = 0;
};

// The states all of whose futures are explored, each with the number of its summary. Whoever explored them, nobody needs to
// go on from them again. Thread safe.
class ClosedStates {
 public:
  std::optional<StateTable::Place> find(const StateHash& state);  // with its summary's number
  // `weight`: how dear it was to explore what is behind it. False: it has been closed by somebody else already.
  bool add(const StateHash& state, uint32_t summary, uint8_t weight);
  template <typename Visit>
  void for_each(const Visit& visit) {
    for (Part& part : parts_) {
      const std::lock_guard lock(part.mutex);
      part.states.for_each(visit);
    }
  }
  // Of the states, roughly: about three places each.
  uint64_t bytes() const { return 3 * sizeof(StateTable::Place) * count_.load(std::memory_order_relaxed); }
  // Not while others use it.
  template <class Archive>
  void archive(Archive& a) {
    uint64_t count = 0;
    for (Part& part : parts_) {
      a(part.states);
      count += part.states.size();
    }
    count_ = count;
  }

 private:
  struct Part {
    std::mutex mutex;
    StateTable states;
  };
  Part& part(const StateHash& state) { return parts_[state.high % parts_.size()]; }

  std::array<Part, 64> parts_;
  std::atomic<uint64_t> count_ = 0;
};

}  // namespace gocheck::checker
