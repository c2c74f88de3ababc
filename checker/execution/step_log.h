// What a step was, in the eyes of race detection: its plain accesses, and what it did to happens-before. In
// order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gocheck::checker {

struct StepEvent {
  enum class Kind : uint8_t {
    access,       // `what`: the address of the word; `how`: see access_code()
    allocate,     // `what`: the address, `size` bytes
    acquire,      // `what`: the key of the object of synchronisation, as in the next two
    release,      // the object forgets what it knew
    merge,        // release, and the object keeps what it knew
    synchronize,  // `what`: the other goroutine
    start,        // `what`: the new goroutine
  };
  Kind kind;
  uint32_t goroutine;
  uint16_t how = 0;
  uint64_t what = 0;
  uint64_t size = 0;
};

// The events of one step. Of one with too many (a long computation) only so much is known.
class StepLog {
 public:
  void add(const StepEvent& event) {
    if (events_.size() < kMost) {
      events_.push_back(event);
    } else {
      complete_ = false;
    }
  }
  void clear() {
    events_.clear();
    complete_ = true;
  }
  std::span<const StepEvent> events() const { return events_; }
  // False: there are more.
  bool complete() const { return complete_; }

 private:
  static constexpr size_t kMost = 4096;

  std::vector<StepEvent> events_;
  bool complete_ = true;
};

// How bytes of a word are accessed.
constexpr uint16_t access_code(uint8_t mask, bool write, uint8_t kind) {
  return static_cast<uint16_t>(mask | write << 8 | kind << 9);
}
constexpr uint8_t mask_of(uint16_t how) { return static_cast<uint8_t>(how); }
constexpr bool writes(uint16_t how) { return (how & 1 << 8) != 0; }
constexpr uint8_t kind_of(uint16_t how) { return static_cast<uint8_t>(how >> 9); }

}  // namespace gocheck::checker
