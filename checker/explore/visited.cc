#include "checker/explore/visited.h"

namespace gocheck::checker {

uint64_t Visited::place(const StateHash& hash) const {
  uint64_t i = hash.low & (table_.size() - 1);
  while (table_[i].used && table_[i].hash != hash) i = (i + 1) & (table_.size() - 1);
  return i;
}

Visited::State& Visited::insert(const StateHash& hash, bool* fresh) {
  if (2 * size_ >= table_.size()) grow();
  State& state = table_[place(hash)];
  *fresh = !state.used;
  if (*fresh) {
    state.hash = hash;
    state.used = 1;
    ++size_;
  }
  return state;
}

void Visited::grow() {
  std::vector<State> old(table_.size() * 2);
  old.swap(table_);
  for (const State& state : old) {
    if (state.used) table_[place(state.hash)] = state;
  }
}

}  // namespace gocheck::checker
