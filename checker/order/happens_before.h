// The happens-before order of the Go memory model, as vector clocks of goroutines and of objects
// of synchronisation. For data races; the order of the reduction is another one (trace_order.h),
// and clocks of the two are never compared.
//
// Clocks are immutable arrays in a pool and shared by reference, so that taking a step back only
// restores references. Source: Flanagan and Freund, "FastTrack" (PLDI 2009).
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "checker/execution/journal.h"
#include "checker/execution/step_log.h"

namespace gocheck::checker {

namespace happens_before {

struct Clock {
  uint64_t size;  // goroutines 0..size-1 have entries; all others are 0
  uint32_t* entries;
  uint32_t at(uint32_t goroutine) const { return goroutine < size ? entries[goroutine] : 0; }
};

}  // namespace happens_before

class HappensBefore {
 public:
  explicit HappensBefore(Journal& journal) : journal_(journal) {}

  void start(uint32_t goroutine, uint32_t parent);  // parent 0: main
  void acquire(uint32_t goroutine, uint64_t key);
  void release(uint32_t goroutine, uint64_t key);
  void release_merge(uint32_t goroutine, uint64_t key);
  void synchronize(uint32_t a, uint32_t b);

  // From now on what happens is noted in `log`, too; it must outlive this.
  void keep(StepLog* log) { log_ = log; }
  // What an object of synchronisation has heard of; null: nothing.
  const happens_before::Clock* clock_of_key(uint64_t key) const {
    const auto found = keys_.find(key);
    return found == keys_.end() ? nullptr : *found->second;
  }

  uint32_t now(uint32_t goroutine) const { return clocks_[goroutine]->at(goroutine); }
  // Has the event of `other` at its time `when` happened before what `goroutine` does now?
  bool before(uint32_t other, uint32_t when, uint32_t goroutine) const {
    return when <= clocks_[goroutine]->at(other);
  }

  // What a goroutine has heard of.
  const happens_before::Clock& clock_of(uint32_t goroutine) const { return *clocks_[goroutine]; }

  // The objects of synchronisation that have a clock now: f(key, clock).
  template <class F>
  void for_each_key(const F& f) const {
    for (const auto& [key, clock] : known_keys_) {
      if (*clock != nullptr) f(key, *clock);
    }
  }

 private:
  using Clock = happens_before::Clock;
  const Clock* join(const Clock* a, const Clock* b);     // either may be null
  const Clock* with(const Clock* clock, uint32_t goroutine, uint32_t value);
  Clock* make(uint64_t size);
  void set(uint32_t goroutine, const Clock* clock);
  const Clock*& key(uint64_t key);

  void note(StepEvent::Kind kind, uint32_t goroutine, uint64_t what) {
    if (log_ != nullptr) log_->add({.kind = kind, .goroutine = goroutine, .what = what});
  }

  Journal& journal_;
  StepLog* log_ = nullptr;
  std::vector<const Clock*> clocks_;  // by goroutine
  // Entries are never removed; a clock that is taken back becomes null again.
  std::unordered_map<uint64_t, std::unique_ptr<const Clock*>> keys_;
  std::vector<std::pair<uint64_t, const Clock**>> known_keys_;  // the same, in the order of their first use
  // Pool of clocks: chunks used one after the other; `used_` is taken back with the step.
  static constexpr uint64_t kChunkWords = 1 << 16;
  std::vector<std::unique_ptr<uint64_t[]>> chunks_;
  uint64_t used_ = 0;
};

}  // namespace gocheck::checker
