// The states that the search has been to, by the hash of their identity (128 bits: two different states
// share one with a probability of about n^2 / 2^129 among n states).
//
// Open addressing; 24 bytes a state. Not thread safe.
#pragma once

#include <cstdint>
#include <vector>

#include "checker/execution/execution.h"

namespace gocheck::checker {

class Visited {
 public:
  // What is known of a state that was entered.
  enum class Stage : uint32_t {
    open,     // on the stack, or its future still leads to a state on the stack; `value`: the level (see merging.cc)
    closed,   // all its futures are explored; `value`: their summary
  };
  struct State {
    StateHash hash;
    uint32_t used : 1;
    uint32_t stage : 1;
    uint32_t value : 30;
    Stage is() const { return static_cast<Stage>(stage); }
  };

  Visited() : table_(1 << 10) {}

  // The state's place in the table, valid until the next insert(). *fresh: it was not there.
  State& insert(const StateHash& hash, bool* fresh);
  // The state, which is there.
  State& at(const StateHash& hash) { return table_[place(hash)]; }
  uint64_t size() const { return size_; }

 private:
  uint64_t place(const StateHash& hash) const;  // of that state, or the free one where it would be
  void grow();

  std::vector<State> table_;
  uint64_t size_ = 0;
};

}  // namespace gocheck::checker
