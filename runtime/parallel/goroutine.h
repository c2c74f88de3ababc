// A goroutine under the parallel runtime: what it needs for queues and for waiting.
//
// A goroutine that does not run is owned by exactly one party: a run queue, or whoever completes
// its operation while holding the lock under which it waits (of a channel, of a parking stripe, of the
// timers). Goroutines live in blocks that are never given back (pool.h), so that a stale pointer
// to one is harmless.
#pragma once

#include <atomic>
#include <cstdint>

#include "runtime/machine/channel.h"
#include "runtime/machine/goroutine.h"

namespace gocheck::parallel {

using machine::Address;
using machine::Slot;

struct ParallelGoroutine;

// A place in a channel's queue of senders or receivers. Guarded by the channel's lock.
struct Waiter {
  ParallelGoroutine* goroutine;
  Waiter* next;
  Waiter* previous;
  machine::Communication communication;
  uint32_t index;  // of the select case
  bool queued;
};

struct ParallelGoroutine : machine::Goroutine {
  ParallelGoroutine* next = nullptr;  // in a run queue or a free list
  std::atomic<bool> alive = false;    // started and not finished
  bool is_main = false;

  // Waiting at channels. `fired` decides which of the channels of a select completes it.
  Waiter own_waiter{};           // of an operation on one channel
  Waiter* waiters = nullptr;     // of a select
  uint32_t waiters_capacity = 0;
  uint32_t waiters_in_use = 0;   // not zero: to be taken out of the queues before the goroutine goes on
  std::atomic<bool> fired = false;

  // Waiting at an object of sync. Guarded by the lock of the object's stripe; only that it is this object
  // and no other one can be asked under the lock of any stripe.
  struct Parked {
    std::atomic<Address> object = 0;
    ParallelGoroutine* next = nullptr;
    ParallelGoroutine* previous = nullptr;
    bool linked = false;
    // Waiting for a mutex: has been made ready and is to try again; how often it failed then;
    // unlocks since it began to wait.
    bool woken = false;
    uint32_t too_late = 0;
    uint32_t passed_over = 0;
  } parked;
  bool try_again = false;  // the operation is to be attempted again when the goroutine is run

  // Waiting for a time. Guarded by the timers' lock.
  int64_t deadline = 0;
  Address timer = 0;        // what waits for it: a runtimeTimer, or 0 for time.Sleep
  uint32_t heap_index = 0;  // place in the timers' heap + 1; 0: not there
};

}  // namespace gocheck::parallel
