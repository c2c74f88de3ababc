// sync.Mutex under the parallel runtime.
//
// What locking and unlocking mean is written in machine/sync.h; without a competitor each is one
// compare-and-swap. Here is who waits and who is next. MutexState::kAwaited is set under the lock of the
// mutex's stripe, where goroutines queue; while it is set every unlock comes here.
//
// A goroutine that is woken has to compete with those that are running, and those often win, which
// saves switches; if that has gone on for long, the next unlock hands it the mutex.
#include <utility>

#include "runtime/machine/sync.h"
#include "runtime/parallel/executor.h"

namespace gocheck::parallel {

using machine::MutexState;
using machine::OpKind;
using machine::Unlocked;

namespace {

// When a waiting goroutine is handed the mutex: so often it came too late, or was passed over by an unlock.
constexpr uint32_t kTooLate = 3, kPassedOver = 1000;
constexpr int kSpins = 30;  // attempts before waiting, if other workers run

MutexState& mutex_of(const machine::Goroutine& g) {
  return *reinterpret_cast<MutexState*>(g.operation.object);
}

bool is_free(const MutexState& mutex) {
  return (__atomic_load_n(&mutex.state, __ATOMIC_RELAXED) & MutexState::kHeld) == 0;
}

}  // namespace

Performed ParallelExecutor::perform_on_mutex(ParallelGoroutine& g) {
  if (g.operation.object < machine::kNilPage) return machine::attempt(*this, g);  // panics
  switch (g.operation.kind) {
    case OpKind::mutex_try_lock:
      g.registers()[g.operation.result] = machine::lock_mutex(*this, g);
      return Performed::done;
    case OpKind::mutex_lock: {
      if (machine::lock_mutex(*this, g)) return Performed::done;
      const int spins = scheduler_.workers() > 1 ? kSpins : 0;
      for (int i = 0; i < spins; ++i) {
        for (int pause = 0; pause < 8; ++pause) __builtin_ia32_pause();
        if (is_free(mutex_of(g)) && machine::lock_mutex(*this, g)) return Performed::done;
      }
      return wait_for_mutex(g);
    }
    default:
      switch (machine::unlock_mutex(*this, g)) {
        case Unlocked::done:
          return Performed::done;
        case Unlocked::awaited:
          return pass_mutex_on(g);
        case Unlocked::not_held:
          return Performed::panicked;
      }
      return Performed::panicked;
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
    const auto await = [](int32_t state) {
      return (state & MutexState::kHeld) != 0 ? state | MutexState::kAwaited : state;
    };
    if ((atomically(mutex.state, await) & MutexState::kHeld) != 0) break;
    locked = machine::lock_mutex(*this, g);
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
    atomically(mutex.state, [](int32_t state) { return state & ~MutexState::kAwaited; });
  }
  unlock(stripe.lock);
  return Performed::done;
}

// Unlocks a mutex that is awaited.
Performed ParallelExecutor::pass_mutex_on(ParallelGoroutine& g) {
  const Address object = g.operation.object;
  ParallelGoroutine* readied = nullptr;
  {
    Stripes::Stripe& stripe = stripes_.of(object);
    const WordGuard guard(stripe.lock);
    ParallelGoroutine* const first = Stripes::Stripe::find(stripe.first, object);
    const bool waited_long = first != nullptr && (first->parked.too_late >= kTooLate ||
                                                  ++first->parked.passed_over >= kPassedOver);
    const Unlocked unlocked = waited_long ? machine::hand_mutex_on(*this, g, *first)
                                          : machine::unlock_awaited_mutex(*this, g, first != nullptr);
    if (unlocked == Unlocked::not_held) return Performed::panicked;
    if (waited_long) {
      complete_parked(stripe, *first, readied);
    } else if (first != nullptr && !std::exchange(first->parked.woken, true)) {
      readied = first;
    }
  }
  ready_all(readied);
  return Performed::done;
}

}  // namespace gocheck::parallel
