// The states that the merging search has been to, by the hash of their identity (128 bits: two different states
// share one with a probability of about n^2 / 2^129 among n states).
#pragma once

#include <array>
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
  StateTable() : places_(1 << 10) {}

  // The state's number, valid until the next add() or remove(); nullptr: it is not there.
  uint32_t* find(const StateHash& state) {
    Place& place = places_[place_of(state)];
    return place.used ? &place.number : nullptr;
  }
  // The state must not be there.
  void add(const StateHash& state, uint32_t number);
  // The state must be there.
  void remove(const StateHash& state);
  uint64_t size() const { return size_; }
  template <class Archive>
  void archive(Archive& a) {
    std::vector<std::pair<StateHash, uint32_t>> all;
    for (const Place& place : places_) {
      if (place.used) all.push_back({place.state, place.number});
    }
    a(all);
    if constexpr (Archive::kLoads) {
      for (const auto& [state, number] : all) add(state, number);
    }
  }

 private:
  struct Place {
    StateHash state;
    uint32_t number;
    bool used = false;
  };

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
  std::optional<uint32_t> find(const StateHash& state);
  // False: it has been closed by somebody else already.
  bool add(const StateHash& state, uint32_t summary);
  uint64_t size();
  // Not while others use it.
  template <class Archive>
  void archive(Archive& a) {
    for (Part& part : parts_) a(part.states);
  }

 private:
  struct Part {
    std::mutex mutex;
    StateTable states;
  };
  Part& part(const StateHash& state) { return parts_[state.high % parts_.size()]; }

  std::array<Part, 64> parts_;
};

}  // namespace gocheck::checker
