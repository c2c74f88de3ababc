// sync.Mutex under the parallel runtime.
//
// The meaning is that of attempt() (machine/sync.h), but locking and unlocking without a competitor
// cost one compare-and-swap: MutexState::state has a second bit that says that goroutines may be
// waiting. It is set under the lock of the mutex's stripe, where they queue, and while it is set every
// unlock goes there.
//
// A goroutine that is woken has to compete with those that are running, and those often win, which
// saves switches; if that has gone on for long, the next unlock hands it the mutex.
#include <utility>

#include "runtime/machine/sync.h"
#include "runtime/parallel/executor.h"

namespace gocheck::parallel {

using machine::MutexState;
using machine::OpKind;

namespace {

constexpr int32_t kHeld = 1, kAwaited = 2;
// When a waiting goroutine is handed the mutex: so often it came too late, or was passed over by an unlock.
constexpr uint32_t kTooLate = 3, kPassedOver = 1000;
constexpr int kSpins = 30;                // attempts before waiting, if other workers run

MutexState& mutex_of(const machine::Goroutine& g) { return *reinterpret_cast<MutexState*>(g.operation.object); }

bool try_lock(MutexState& mutex, uint32_t owner) {
  int32_t state = __atomic_load_n(&mutex.state, __ATOMIC_RELAXED);
  if ((state & kHeld) != 0 || !__atomic_compare_exchange_n(&mutex.state, &state, state | kHeld, false,
                                                           __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
    return false;
  }
  __atomic_store_n(&mutex.owner, owner, __ATOMIC_RELAXED);
  return true;
}

}  // namespace

Performed ParallelExecutor::perform_on_mutex(ParallelGoroutine& g) {
  if (g.operation.object < machine::kNilPage) return machine::attempt(*this, g);  // panics
  MutexState& mutex = mutex_of(g);
  switch (g.operation.kind) {
    case OpKind::mutex_try_lock:
      g.registers()[g.operation.result] = try_lock(mutex, g.id);
      return Performed::done;
    case OpKind::mutex_lock: {
      if (try_lock(mutex, g.id)) return Performed::done;
      const int spins = scheduler_.workers() > 1 ? kSpins : 0;
      for (int i = 0; i < spins; ++i) {
        for (int pause = 0; pause < 8; ++pause) __builtin_ia32_pause();
        if (try_lock(mutex, g.id)) return Performed::done;
      }
      return wait_for_mutex(g);
    }
    default: {
      int32_t held = kHeld;
      assign(mutex.owner, 0u);
      if (__atomic_compare_exchange_n(&mutex.state, &held, 0, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
        return Performed::done;
      }
      return pass_mutex_on(g);
    }
  }
}

// Locks the mutex, or queues for it. A goroutine that comes back here because it was woken keeps its
// place in the queue.
Performed ParallelExecutor::wait_for_mutex(ParallelGoroutine& g) {
  const Address object = g.operation.object;
  MutexState& mutex = mutex_of(g);
  Stripes::Stripe& stripe = stripes_.of(object);
  lock(stripe.lock);
  const bool again = std::exchange(g.try_again, false);
  bool locked = again && !g.parked.linked;  // handed to it in the meantime
  while (!locked) {
    int32_t state = __atomic_load_n(&mutex.state, __ATOMIC_RELAXED);
    if ((state & kHeld) == 0) {
      locked = try_lock(mutex, g.id);
    } else if (__atomic_compare_exchange_n(&mutex.state, &state, state | kAwaited, false, __ATOMIC_RELAXED,
                                           __ATOMIC_RELAXED)) {
      break;
    }
  }
  if (!locked) {
    g.status = machine::Status::waiting;
    g.try_again = true;
    if (again) {
      g.parked.woken = false;
      ++g.parked.too_late;
    } else {
      stripe.link(g, object);
    }
    Scheduler::current()->departure.unlock.push_back(&stripe.lock);
    return Performed::waiting;
  }
  if (g.parked.linked) stripe.unlink(g);
  if (Stripes::Stripe::find(stripe.first, object) == nullptr) {
    __atomic_and_fetch(&mutex.state, ~kAwaited, __ATOMIC_RELAXED);
  }
  unlock(stripe.lock);
  return Performed::done;
}

// Unlocks a mutex that is not simply held.
Performed ParallelExecutor::pass_mutex_on(ParallelGoroutine& g) {
  const Address object = g.operation.object;
  MutexState& mutex = mutex_of(g);
  ParallelGoroutine* readied = nullptr;
  {
    Stripes::Stripe& stripe = stripes_.of(object);
    const WordGuard guard(stripe.lock);
    if ((__atomic_load_n(&mutex.state, __ATOMIC_RELAXED) & kHeld) == 0) {
      return machine::sync_detail::stop_program(*this, g, "sync: unlock of unlocked mutex");
    }
    ParallelGoroutine* const first = Stripes::Stripe::find(stripe.first, object);
    if (first == nullptr) {
      __atomic_store_n(&mutex.state, 0, __ATOMIC_RELEASE);
    } else if (first->parked.too_late >= kTooLate || ++first->parked.passed_over >= kPassedOver) {
      assign(mutex.owner, first->id);
      complete_parked(stripe, *first, readied);
    } else {
      __atomic_store_n(&mutex.state, kAwaited, __ATOMIC_RELEASE);
      if (!std::exchange(first->parked.woken, true)) readied = first;
    }
  }
  ready_all(readied);
  return Performed::done;
}

}  // namespace gocheck::parallel
