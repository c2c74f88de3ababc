// Where goroutines wait for the objects of sync and for timers: a hash table by address, one lock
// per stripe. All operations on an object happen under the lock of its stripe.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "runtime/parallel/goroutine.h"

namespace gocheck::parallel {

class Stripes {
 public:
  struct alignas(64) Stripe {
    uint32_t lock = 0;
    ParallelGoroutine* first = nullptr;  // waiting goroutines of all objects of the stripe, oldest first
    ParallelGoroutine* last = nullptr;

    void link(ParallelGoroutine& g, Address object) {
      auto& parked = g.parked;
      parked.object.store(object, std::memory_order_relaxed);
      parked.linked = true;
      parked.next = nullptr;
      parked.previous = last;
      (last == nullptr ? first : last->parked.next) = &g;
      last = &g;
    }
    void unlink(ParallelGoroutine& g) {
      auto& parked = g.parked;
      (parked.previous == nullptr ? first : parked.previous->parked.next) = parked.next;
      (parked.next == nullptr ? last : parked.next->parked.previous) = parked.previous;
      parked.object.store(0, std::memory_order_relaxed);
      parked.next = parked.previous = nullptr;
      parked.linked = parked.woken = false;
      parked.too_late = parked.passed_over = 0;
    }
    // Whether g waits for `object`, which is one of the stripe's.
    static bool waits(const ParallelGoroutine& g, Address object) {
      return g.parked.object.load(std::memory_order_relaxed) == object;
    }
    // The first goroutine that waits for `object`, from `from` on; null if there is none. Takes time in the
    // number of goroutines that wait in the stripe.
    static ParallelGoroutine* find(ParallelGoroutine* from, Address object) {
      while (from != nullptr && !waits(*from, object)) from = from->parked.next;
      return from;
    }
  };

  Stripe& of(Address object) {
    return stripes_[(object >> 3) * 0x9e3779b97f4a7c15 >> (64 - kBits)];
  }

 private:
  static constexpr int kBits = 12;
  std::unique_ptr<Stripe[]> stripes_ = std::make_unique<Stripe[]>(size_t{1} << kBits);
};

}  // namespace gocheck::parallel
