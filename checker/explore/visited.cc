#include "checker/explore/visited.h"

namespace gocheck::checker {

uint64_t StateTable::place_of(const StateHash& state) const {
  uint64_t i = home(state);
  while (places_[i].used && places_[i].state != state) i = (i + 1) & (places_.size() - 1);
  return i;
}

void StateTable::add(const StateHash& state, uint32_t number, uint8_t weight) {
  if (2 * size_ >= places_.size()) grow();
  places_[place_of(state)] = {state, number, weight, true};
  ++size_;
}

// What comes behind moves up, where it may, so that every state is still found from its home.
void StateTable::remove(const StateHash& state) {
  const uint64_t mask = places_.size() - 1;
  uint64_t hole = place_of(state);
  for (uint64_t i = (hole + 1) & mask; places_[i].used; i = (i + 1) & mask) {
    const uint64_t from_home = (i - home(places_[i].state)) & mask;
    if (from_home < ((i - hole) & mask)) continue;
    places_[hole] = places_[i];
    hole = i;
  }
  places_[hole].used = false;
  --size_;
}

void StateTable::grow() {
  std::vector<Place> old(places_.size() * 2);
  old.swap(places_);
  for (const Place& place : old) {
    if (place.used) places_[place_of(place.state)] = place;
  }
}

std::optional<StateTable::Place> ClosedStates::find(const StateHash& state) {
  Part& in = part(state);
  const std::lock_guard lock(in.mutex);
  const StateTable::Place* place = in.states.find_place(state);
  return place == nullptr ? std::nullopt : std::optional(*place);
}

bool ClosedStates::add(const StateHash& state, uint32_t summary, uint8_t weight) {
  Part& in = part(state);
  const std::lock_guard lock(in.mutex);
  if (in.states.find(state) != nullptr) return false;
  in.states.add(state, summary, weight);
  count_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

}  // namespace gocheck::checker
