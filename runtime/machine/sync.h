// What the operations of sync, sync/atomic and time do: written once for both executors.
//
// enabled() says whether a goroutine's operation could happen now, without side effects; attempt()
// carries it out in one indivisible step, with the happens-before edges of the Go memory model
// (those of Go's own race annotations). The caller has exclusive access to the object (parallel:
// a lock per object; atomics need none).
//
// The state of an object lies in Gol memory; the library (frontend/library/sync) declares struct
// types with these very layouts.
#pragma once

#include <cstdint>

#include "runtime/machine/channel.h"
#include "runtime/machine/executor.h"
#include "runtime/machine/map.h"
#include "runtime/machine/panic.h"

namespace gocheck::machine {

// type Mutex struct { state int32; owner uint32 }
struct MutexState {
  static constexpr int32_t kHeld = 1;
  // An executor whose goroutines queue for the mutex may set this, to be asked when it is unlocked.
  static constexpr int32_t kAwaited = 2;
  int32_t state;
  uint32_t owner;  // id of the goroutine that holds it, for reports; 0 if free
};
static_assert(sizeof(MutexState) == 8);

// type RWMutex struct { state int32; owner uint32; readers int32; reserved [3]uint32 }
//
// Writers come first: from the moment one has announced itself no reader gets in. Lock is two
// operations, rw_lock (waits for other writers, announces, and acquires if there is no reader) and
// rw_lock_acquire (waits for the last reader).
struct RwMutexState {
  enum State : int32_t { kFree, kAnnounced, kHeld };
  int32_t state;
  uint32_t owner;   // id of the announced or holding writer; 0 if none
  int32_t readers;  // that hold it
  uint32_t reserved[3];
};
static_assert(sizeof(RwMutexState) == 24);

// type WaitGroup struct { counter int32; reserved [2]uint32 }
struct WaitGroupState {
  int32_t counter;
  uint32_t reserved[2];
};
static_assert(sizeof(WaitGroupState) == 12);

// type Once struct { state uint32; owner uint32; reserved uint32 }
struct OnceState {
  enum State : uint32_t { kNew, kRunning, kDone };
  uint32_t state;
  uint32_t owner;  // id of the goroutine that runs f
  uint32_t reserved;
};
static_assert(sizeof(OnceState) == 12);

// type notifyList struct { next uint32; notify uint32 }: tickets of sync.Cond. A waiter takes ticket
// `next` and is let go when `notify` has passed it, so Signal wakes in the order of Wait.
struct NotifyListState {
  uint32_t next;
  uint32_t notify;
};
static_assert(sizeof(NotifyListState) == 8);

// type runtimeTimer struct { when int64; period int64; current *arming; state int32 }
struct TimerState {
  enum State : int32_t { kActive, kFired, kStopped };
  int64_t when;    // monotonic nanoseconds
  int64_t period;  // 0: fires once
  Address current;  // which arming is in force: those before it wait in vain
  int32_t state;
};

// Whether the operation works on an object at Operation::object, which it panics for if it is nil.
bool has_object(OpKind kind);

// Size and signedness of what an atomic operation works on, from the declaration of the native
// that `site` calls: the pointee of its first parameter.
program::Kind atomic_kind(const program::Program& program, const program::Instruction* site);

// Keys of happens-before. A reader's unlock is acquired by writers only.
inline SyncKey rw_writer_key(Address object) { return object; }
inline SyncKey rw_readers_key(Address object) { return object + offsetof(RwMutexState, readers); }
inline SyncKey ticket_key(Address object, uint32_t ticket) { return part_key(object, ticket); }

constexpr Address kNilPage = 4096;

namespace sync_detail {

// Notes who holds a lock. An executor may keep that elsewhere.
template <class E>
void own(E& e, uint32_t& field, uint32_t goroutine) {
  if constexpr (requires { e.own(field, goroutine); }) {
    e.own(field, goroutine);
  } else {
    e.assign(field, goroutine);
  }
}

// Fields can be read by racy Gol code at the same time, hence the relaxed atomic access.
template <class T>
T get(const T& field) {
  return __atomic_load_n(&field, __ATOMIC_RELAXED);
}

template <class State, class E>
State& state_at(E& e, Address object) {
  return *reinterpret_cast<State*>(e.host(object));
}

inline bool ticket_called(const NotifyListState& list, uint32_t ticket) {
  return static_cast<int32_t>(ticket - get(list.notify)) < 0;  // tickets may wrap around
}

template <class E>
Performed stop_program(E& e, Goroutine& g, std::string_view text) {
  fatal(e, g, text);
  return Performed::panicked;
}

// Does g, which waits for the timer, wait for the arming that is in force, and has that not ended?
template <class E>
bool is_armed(const E&, Goroutine& g, const TimerState& timer) {
  return get(timer.state) == TimerState::kActive && get(timer.current) == g.registers()[g.operation.value + 1];
}

}  // namespace sync_detail

// Could g.operation happen now? For channel operations as far as the buffers and `closed` tell
// (a partner for a rendezvous is the executor's to find). io_wait: never (the world decides).
template <class E>
bool enabled(E& e, Goroutine& g) {
  using namespace sync_detail;
  const Operation& op = g.operation;
  if (has_object(op.kind) && op.object < kNilPage) return true;
  switch (op.kind) {
    case OpKind::send: return op.object != 0 && send_state(channel_at(e, op.object)) != Readiness::blocked;
    case OpKind::recv: return op.object != 0 && recv_state(channel_at(e, op.object)) != Readiness::blocked;
    case OpKind::select: {
      if (op.select->has_default) return true;
      for (size_t i = 0; i < communications(op); ++i) {
        const Communication c = communication(g, i);
        if (c.channel == 0) continue;
        const Channel& channel = channel_at(e, c.channel);
        if ((c.is_send ? send_state(channel) : recv_state(channel)) != Readiness::blocked) return true;
      }
      return false;
    }
    case OpKind::mutex_lock:
      return (get(state_at<MutexState>(e, op.object).state) & MutexState::kHeld) == 0;
    case OpKind::rw_rlock:
    case OpKind::rw_lock: return get(state_at<RwMutexState>(e, op.object).state) == RwMutexState::kFree;
    case OpKind::rw_lock_acquire: return get(state_at<RwMutexState>(e, op.object).readers) == 0;
    case OpKind::wg_wait: return get(state_at<WaitGroupState>(e, op.object).counter) == 0;
    case OpKind::once_begin: return get(state_at<OnceState>(e, op.object).state) != OnceState::kRunning;
    case OpKind::cond_wait:
      return ticket_called(state_at<NotifyListState>(e, op.object),
                           static_cast<uint32_t>(g.registers()[op.value + 1]));
    case OpKind::sleep: return e.monotonic() >= static_cast<int64_t>(g.registers()[op.value]);
    case OpKind::timer_wait: {
      const TimerState& timer = state_at<TimerState>(e, op.object);
      return !is_armed(e, g, timer) || e.monotonic() >= get(timer.when);
    }
    case OpKind::io_wait: return false;
    default: return true;
  }
}

namespace sync_detail {

// Replaces `cell` by f(cell) in one step and returns the old value; writes only what changes.
template <class E, class T, class F>
T update(E& e, T& cell, F f) {
  if constexpr (requires { e.atomically(cell, f); }) {
    return e.atomically(cell, f);
  } else {
    const T old = cell;
    const T next = f(old);
    if (next != old) e.assign(cell, next);
    return old;
  }
}

// Atomics are sequentially consistent; B is ordered after A if it observes A's effect: what reads
// acquires, what writes releases. A failed compare-and-swap only reads.
template <class T, class E>
void atomic(E& e, Goroutine& g) {
  const Operation& op = g.operation;
  Slot* const result = g.registers() + op.result;
  const Slot* const args = g.registers() + op.value;
  T& cell = state_at<T>(e, op.object);
  const T argument = op.kind == OpKind::atomic_load ? T{} : static_cast<T>(args[1]);
  const auto widen = [](T value) { return static_cast<Slot>(static_cast<int64_t>(value)); };
  const auto observe = [&] { e.acquire(g, op.object); };
  const auto publish = [&] { e.release(g, op.object); };
  switch (op.kind) {
    case OpKind::atomic_load:
      result[0] = widen(update(e, cell, [](T value) { return value; }));
      observe();
      return;
    case OpKind::atomic_store:
      update(e, cell, [=](T) { return argument; });
      publish();
      return;
    case OpKind::atomic_cas: {
      const T replacement = static_cast<T>(args[2]);
      const T old = update(e, cell, [=](T value) { return value == argument ? replacement : value; });
      result[0] = old == argument;
      observe();
      if (old == argument) publish();
      return;
    }
    case OpKind::atomic_add: {
      const auto sum = [=](T value) {
        return static_cast<T>(static_cast<uint64_t>(value) + static_cast<uint64_t>(argument));
      };
      result[0] = widen(sum(update(e, cell, sum)));
      break;
    }
    case OpKind::atomic_swap: result[0] = widen(update(e, cell, [=](T) { return argument; })); break;
    case OpKind::atomic_and: result[0] = widen(update(e, cell, [=](T value) { return value & argument; })); break;
    default: result[0] = widen(update(e, cell, [=](T value) { return value | argument; })); break;
  }
  observe();
  publish();
}

}  // namespace sync_detail

// ---- Mutex ----
//
// Each function is one atomic step and needs no exclusive access to the mutex if the executor has
// atomically(). They work on the mutex of g's operation.

// Locks the mutex if it is free.
template <class E>
bool lock_mutex(E& e, Goroutine& g) {
  MutexState& mutex = sync_detail::state_at<MutexState>(e, g.operation.object);
  const int32_t old =
      sync_detail::update(e, mutex.state, [](int32_t state) { return state | MutexState::kHeld; });
  if ((old & MutexState::kHeld) != 0) return false;
  sync_detail::own(e, mutex.owner, g.id);
  e.acquire(g, g.operation.object);
  return true;
}

// Unlocks it, whoever holds it; what is not held stops the program. An awaited mutex stays locked:
// the executor then says how to go on, by unlock_awaited_mutex() or hand_mutex_on().
enum class Unlocked : uint8_t { done, awaited, not_held };

namespace sync_detail {

template <class E, class F>
Unlocked unlock_mutex_to(E& e, Goroutine& g, F next_state) {
  MutexState& mutex = state_at<MutexState>(e, g.operation.object);
  sync_detail::own(e, mutex.owner, 0u);  // before somebody else can be the owner
  const int32_t old = update(e, mutex.state, next_state);
  if ((old & MutexState::kHeld) == 0) {
    fatal(e, g, "sync: unlock of unlocked mutex");
    return Unlocked::not_held;
  }
  if (next_state(old) == old) return Unlocked::awaited;
  e.release(g, g.operation.object);
  return Unlocked::done;
}

}  // namespace sync_detail

template <class E>
Unlocked unlock_mutex(E& e, Goroutine& g) {
  return sync_detail::unlock_mutex_to(e, g,
                                      [](int32_t state) { return state == MutexState::kHeld ? 0 : state; });
}

// `still`: whether the mutex is awaited further on.
template <class E>
Unlocked unlock_awaited_mutex(E& e, Goroutine& g, bool still) {
  const int32_t after = still ? MutexState::kAwaited : 0;
  return sync_detail::unlock_mutex_to(
      e, g, [after](int32_t state) { return (state & MutexState::kHeld) != 0 ? after : state; });
}

// Unlocks the mutex and locks it for `next`, with nobody in between; it stays awaited.
template <class E>
Unlocked hand_mutex_on(E& e, Goroutine& g, Goroutine& next) {
  MutexState& mutex = sync_detail::state_at<MutexState>(e, g.operation.object);
  if ((sync_detail::get(mutex.state) & MutexState::kHeld) == 0) {
    fatal(e, g, "sync: unlock of unlocked mutex");
    return Unlocked::not_held;
  }
  e.release(g, g.operation.object);
  sync_detail::own(e, mutex.owner, next.id);
  e.acquire(next, g.operation.object);
  return Unlocked::done;
}

namespace sync_detail {

template <class E>
Performed attempt_mutex(E& e, Goroutine& g) {
  switch (g.operation.kind) {
    case OpKind::mutex_lock:
      return lock_mutex(e, g) ? Performed::done : Performed::waiting;
    case OpKind::mutex_try_lock:
      g.registers()[g.operation.result] = lock_mutex(e, g);
      return Performed::done;
    default:
      return unlock_mutex(e, g) == Unlocked::not_held ? Performed::panicked : Performed::done;
  }
}

template <class E>
void hold_for_writing(E& e, Goroutine& g, RwMutexState& mutex) {
  e.assign(mutex.state, int32_t{RwMutexState::kHeld});
  e.acquire(g, rw_writer_key(g.operation.object));
  e.acquire(g, rw_readers_key(g.operation.object));
}

template <class E>
Performed attempt_rw_mutex(E& e, Goroutine& g) {
  const Operation& op = g.operation;
  RwMutexState& mutex = state_at<RwMutexState>(e, op.object);
  const bool no_writer = get(mutex.state) == RwMutexState::kFree;
  const int32_t readers = get(mutex.readers);
  Slot& result = g.registers()[op.result];
  switch (op.kind) {
    case OpKind::rw_try_rlock: result = no_writer; [[fallthrough]];
    case OpKind::rw_rlock:
      if (no_writer) {
        e.assign(mutex.readers, readers + 1);
        e.acquire(g, rw_writer_key(op.object));
      }
      return Performed::done;
    case OpKind::rw_runlock:
      if (readers <= 0) return stop_program(e, g, "sync: RUnlock of unlocked RWMutex");
      e.release_merge(g, rw_readers_key(op.object));
      e.assign(mutex.readers, readers - 1);
      return Performed::done;
    case OpKind::rw_lock:
      result = readers == 0;
      own(e, mutex.owner, g.id);
      if (readers == 0) {
        hold_for_writing(e, g, mutex);
      } else {
        e.assign(mutex.state, int32_t{RwMutexState::kAnnounced});
      }
      return Performed::done;
    case OpKind::rw_lock_acquire: hold_for_writing(e, g, mutex); return Performed::done;
    case OpKind::rw_try_lock:
      result = no_writer && readers == 0;
      if (result) {
        own(e, mutex.owner, g.id);
        hold_for_writing(e, g, mutex);
      }
      return Performed::done;
    default:  // rw_unlock
      if (get(mutex.state) != RwMutexState::kHeld) return stop_program(e, g, "sync: Unlock of unlocked RWMutex");
      e.release(g, rw_writer_key(op.object));
      e.assign(mutex.state, int32_t{RwMutexState::kFree});
      own(e, mutex.owner, 0u);
      return Performed::done;
  }
}

template <class E>
Performed attempt_wait_group(E& e, Goroutine& g) {
  const Operation& op = g.operation;
  if (op.kind == OpKind::wg_wait) {
    e.acquire(g, op.object);
    return Performed::done;
  }
  WaitGroupState& group = state_at<WaitGroupState>(e, op.object);
  const uint32_t delta = static_cast<uint32_t>(g.registers()[op.value + 1]);
  const int32_t counter = static_cast<int32_t>(static_cast<uint32_t>(get(group.counter)) + delta);
  if (static_cast<int32_t>(delta) < 0) e.release_merge(g, op.object);
  e.assign(group.counter, counter);
  if (counter >= 0) return Performed::done;
  raise_text(e, g, "sync: negative WaitGroup counter");
  return Performed::panicked;
}

template <class E>
Performed attempt_once(E& e, Goroutine& g) {
  const Operation& op = g.operation;
  OnceState& once = state_at<OnceState>(e, op.object);
  if (op.kind == OpKind::once_end) {
    e.release(g, op.object);
    e.assign(once.state, uint32_t{OnceState::kDone});
    own(e, once.owner, 0u);
    return Performed::done;
  }
  const bool first = get(once.state) == OnceState::kNew;
  g.registers()[op.result] = first;
  if (first) {
    e.assign(once.state, uint32_t{OnceState::kRunning});
    own(e, once.owner, g.id);
  } else {
    e.acquire(g, op.object);
  }
  return Performed::done;
}

template <class E>
Performed attempt_cond(E& e, Goroutine& g) {
  const Operation& op = g.operation;
  NotifyListState& list = state_at<NotifyListState>(e, op.object);
  const uint32_t next = get(list.next), notify = get(list.notify);
  switch (op.kind) {
    case OpKind::cond_enqueue:
      g.registers()[op.result] = next;
      e.assign(list.next, next + 1);
      break;
    case OpKind::cond_wait:
      e.acquire(g, ticket_key(op.object, static_cast<uint32_t>(g.registers()[op.value + 1])));
      break;
    case OpKind::cond_signal:
      if (notify == next) break;
      e.release(g, ticket_key(op.object, notify));
      e.assign(list.notify, notify + 1);
      break;
    default:  // cond_broadcast
      for (uint32_t ticket = notify; ticket != next; ++ticket) e.release(g, ticket_key(op.object, ticket));
      e.assign(list.notify, next);
      break;
  }
  return Performed::done;
}

template <class E>
void attempt_timer(E& e, Goroutine& g) {
  const Operation& op = g.operation;
  TimerState& timer = state_at<TimerState>(e, op.object);
  const bool active = op.kind == OpKind::timer_wait ? is_armed(e, g, timer) : get(timer.state) == TimerState::kActive;
  const Slot* const arguments = g.registers() + op.value;
  if (op.kind == OpKind::timer_reset) {
    e.assign(timer.current, Address{arguments[1]});
    e.assign(timer.when, static_cast<int64_t>(arguments[2]));
    e.assign(timer.period, static_cast<int64_t>(arguments[3]));
    e.assign(timer.state, int32_t{TimerState::kActive});
  }
  g.registers()[op.result] = active;
  if (!active || op.kind == OpKind::timer_reset) return;
  const int64_t period = get(timer.period), when = get(timer.when);
  if (op.kind == OpKind::timer_stop) {
    e.assign(timer.state, int32_t{TimerState::kStopped});
    e.assign(timer.when, int64_t{0});  // of no meaning from now on
  } else if (period > 0) {
    // A tick that nobody was there to see in time is left out, as Go's tickers do.
    const int64_t late = e.monotonic() - when;
    e.assign(timer.when, when + period * (1 + (late > 0 ? late / period : 0)));
  } else {
    e.assign(timer.state, int32_t{TimerState::kFired});
    e.assign(timer.when, int64_t{0});
  }
}

}  // namespace sync_detail

// Carries out g.operation if it is enabled and writes its results into g's slots; otherwise
// changes nothing and returns `waiting`. It serves all operations but those of channels (send,
// recv, close, select: channel.h and the executor), io_wait and access. A fatal error is reported
// like a panic (panic.h); after exit it returns `waiting`: the execution is over.
// Of the executor it needs, besides what channel.h does:
//   int64_t number_of_goroutines();          running or waiting, system ones left out
//   int64_t choose(Goroutine&, int64_t n);   0..n-1
//   T atomically(T& cell, F f)               optional, see update()
template <class E>
Performed attempt(E& e, Goroutine& g) {
  using namespace sync_detail;
  const Operation& op = g.operation;
  if (!enabled(e, g)) return Performed::waiting;
  if (has_object(op.kind) && op.object < kNilPage) {
    raise_nil_dereference(e, g);
    return Performed::panicked;
  }
  Slot* const r = g.registers();
  switch (op.kind) {
    case OpKind::mutex_lock:
    case OpKind::mutex_try_lock:
    case OpKind::mutex_unlock: return attempt_mutex(e, g);
    case OpKind::rw_rlock:
    case OpKind::rw_try_rlock:
    case OpKind::rw_runlock:
    case OpKind::rw_lock:
    case OpKind::rw_lock_acquire:
    case OpKind::rw_try_lock:
    case OpKind::rw_unlock: return attempt_rw_mutex(e, g);
    case OpKind::wg_add:
    case OpKind::wg_wait: return attempt_wait_group(e, g);
    case OpKind::once_begin:
    case OpKind::once_end: return attempt_once(e, g);
    case OpKind::cond_enqueue:
    case OpKind::cond_wait:
    case OpKind::cond_signal:
    case OpKind::cond_broadcast: return attempt_cond(e, g);
    case OpKind::atomic_load:
    case OpKind::atomic_store:
    case OpKind::atomic_add:
    case OpKind::atomic_swap:
    case OpKind::atomic_cas:
    case OpKind::atomic_and:
    case OpKind::atomic_or:
      switch (atomic_kind(e.program, op.site)) {
        case program::Kind::int32: atomic<int32_t>(e, g); break;
        case program::Kind::uint32: atomic<uint32_t>(e, g); break;
        default: atomic<int64_t>(e, g); break;
      }
      return Performed::done;
    case OpKind::chan_len: r[op.result] = channel_length(e, op.object); return Performed::done;
    case OpKind::spawn: e.spawn(g, r[op.value], op.site); return Performed::done;
    case OpKind::sleep:
    case OpKind::read_clock:
    case OpKind::yield: return Performed::done;
    case OpKind::timer_wait:
    case OpKind::timer_stop:
    case OpKind::timer_reset: attempt_timer(e, g); return Performed::done;
    case OpKind::num_goroutine: r[op.result] = static_cast<Slot>(e.number_of_goroutines()); return Performed::done;
    case OpKind::choose:
      r[op.result] = static_cast<Slot>(e.choose(g, static_cast<int64_t>(r[op.value])));
      return Performed::done;
    case OpKind::map_order:
      map_start(r + op.value, static_cast<uint32_t>(e.choose(g, map_places(e, r + op.value))));
      return Performed::done;
    case OpKind::exit: e.exit(g, static_cast<int>(r[op.value])); return Performed::waiting;
    default: GOCHECK_INVARIANT(!"an operation that attempt() does not serve"); return Performed::waiting;
  }
}

}  // namespace gocheck::machine
