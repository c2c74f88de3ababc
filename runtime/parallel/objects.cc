// Operations of sync (but for Mutex: mutex.cc), sync/atomic and time with their waiting goroutines.
#include <utility>

#include "runtime/machine/sync.h"
#include "runtime/parallel/executor.h"

namespace gocheck::parallel {

using machine::OpKind;
using machine::Status;

namespace {

// Whether an operation that has happened may have enabled others on its object.
bool may_enable(OpKind kind) {
  switch (kind) {
    case OpKind::rw_runlock:
    case OpKind::rw_unlock:
    case OpKind::wg_add:
    case OpKind::once_end:
    case OpKind::cond_signal:
    case OpKind::cond_broadcast:
    case OpKind::timer_stop:
    case OpKind::timer_reset: return true;
    default: return false;
  }
}

}  // namespace

void ParallelExecutor::ready_all(ParallelGoroutine* readied) {
  // The list is the last first.
  ParallelGoroutine* in_order = nullptr;
  while (readied != nullptr) {
    ParallelGoroutine* const g = readied;
    readied = g->next;
    g->next = std::exchange(in_order, g);
  }
  while (in_order != nullptr) {
    ParallelGoroutine* const g = in_order;
    in_order = std::exchange(g->next, nullptr);
    scheduler_.ready(*g);
  }
}

// The parked operation of g has happened: takes g out of the stripe and adds it to `readied`, unless it
// has been made ready before (it was to try again).
void ParallelExecutor::complete_parked(Stripes::Stripe& stripe, ParallelGoroutine& g,
                                       ParallelGoroutine*& readied) {
  const bool woken = g.parked.woken;
  stripe.unlink(g);
  if (g.operation.kind == OpKind::timer_wait) timers_.remove(g);
  if (!woken) g.next = std::exchange(readied, &g);
}

// Lets everything on the object happen that can, in the order of arrival.
void ParallelExecutor::settle(Stripes::Stripe& stripe, Address object, ParallelGoroutine*& readied) {
  for (ParallelGoroutine* g = stripe.first; g != nullptr;) {
    ParallelGoroutine* const following = g->parked.next;
    if (Stripes::Stripe::waits(*g, object) && machine::attempt(*this, *g) == Performed::done) {
      complete_parked(stripe, *g, readied);
    }
    g = following;
  }
}

Performed ParallelExecutor::perform_on_object(ParallelGoroutine& g) {
  const Address object = g.operation.object;
  const OpKind kind = g.operation.kind;
  Stripes::Stripe& stripe = stripes_.of(object);
  lock(stripe.lock);
  const Performed performed = machine::attempt(*this, g);
  if (performed == Performed::waiting) {
    g.status = Status::waiting;
    stripe.link(g, object);
    Scheduler::Departure& departure = Scheduler::current()->departure;
    departure.unlock.push_back(&stripe.lock);
    if (kind == OpKind::timer_wait) {
      g.deadline = machine::sync_detail::state_at<machine::TimerState>(*this, object).when;
      g.timer = object;
      departure.then = Scheduler::Departure::Then::sleep;
    }
    return Performed::waiting;
  }
  ParallelGoroutine* readied = nullptr;
  if (stripe.first != nullptr && performed == Performed::done && may_enable(kind))
    settle(stripe, object, readied);
  unlock(stripe.lock);
  ready_all(readied);
  return performed;
}

Performed ParallelExecutor::perform(Goroutine& goroutine) {
  ParallelGoroutine& g = own(goroutine);
  Scheduler::Departure& departure = Scheduler::current()->departure;
  switch (g.operation.kind) {
    case OpKind::send:
    case OpKind::recv: return perform_one(g);
    case OpKind::select: return perform_select(g);
    case OpKind::close: return perform_close(g);
    case OpKind::mutex_lock:
    case OpKind::mutex_try_lock:
    case OpKind::mutex_unlock: return perform_on_mutex(g);
    case OpKind::rw_rlock:
    case OpKind::rw_try_rlock:
    case OpKind::rw_runlock:
    case OpKind::rw_lock:
    case OpKind::rw_lock_acquire:
    case OpKind::rw_try_lock:
    case OpKind::rw_unlock:
    case OpKind::wg_add:
    case OpKind::wg_wait:
    case OpKind::once_begin:
    case OpKind::once_end:
    case OpKind::cond_enqueue:
    case OpKind::cond_wait:
    case OpKind::cond_signal:
    case OpKind::cond_broadcast:
    case OpKind::timer_wait:
    case OpKind::timer_stop:
    case OpKind::timer_reset: return perform_on_object(g);
    case OpKind::yield:
      if (!scheduler_.has_other_work(*Scheduler::current())) return Performed::done;
      departure.then = Scheduler::Departure::Then::requeue;
      return Performed::waiting;
    case OpKind::io_wait:
      g.status = Status::waiting;
      departure.then = Scheduler::Departure::Then::poll;
      return Performed::waiting;
    case OpKind::sleep: {
      const Performed performed = machine::attempt(*this, g);
      if (performed == Performed::waiting) {
        g.status = Status::waiting;
        g.deadline = static_cast<int64_t>(g.registers()[g.operation.value]);
        g.timer = 0;
        departure.then = Scheduler::Departure::Then::sleep;
      }
      return performed;
    }
    default: return machine::attempt(*this, g);
  }
}

// On the timers' thread: the deadline of g has come.
void ParallelExecutor::time_reached(ParallelGoroutine& g, Address object) {
  if (object == 0) {
    scheduler_.ready(g);
    return;
  }
  Stripes::Stripe& stripe = stripes_.of(object);
  ParallelGoroutine* readied = nullptr;
  {
    const WordGuard guard(stripe.lock);
    // Meanwhile it may have been stopped, and g may be anywhere.
    if (Stripes::Stripe::waits(g, object) && machine::attempt(*this, g) == Performed::done) {
      complete_parked(stripe, g, readied);
    }
  }
  ready_all(readied);
}

}  // namespace gocheck::parallel
