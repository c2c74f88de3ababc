// Visible operations: the points where goroutines meet, and the only places where a schedule
// can matter (design.md, section 4).
//
// The interpreter stops in front of each with an Operation that says what is about to happen.
// The parallel runtime performs it at once or parks the goroutine; the checker chooses when.
// What an operation *does* is written once for both, in channel.h and sync.h.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/program/program.h"

namespace gocheck::machine {

using Address = uint64_t;  // of Gol memory; 0 is nil
using Slot = uint64_t;

enum class OpKind : uint8_t {
  none,
  // Channels. object = channel (0: nil, blocks for ever).
  send, recv, close, select, chan_len,
  // sync. object = address of the Mutex, RWMutex, ...
  mutex_lock, mutex_try_lock, mutex_unlock,
  rw_rlock, rw_try_rlock, rw_runlock,
  rw_lock,          // announces the writer (later readers wait), and acquires if there is no reader
  rw_lock_acquire,  // second half of rw_lock: waits for the readers to leave
  rw_try_lock, rw_unlock,
  wg_add,           // Done is Add(-1)
  wg_wait,
  once_begin,       // result: whether this goroutine is to run f; waits while another one does
  once_end,
  cond_enqueue,     // first half of Wait: takes a ticket (the library unlocks L right after it)
  cond_wait,        // waits until the ticket is called
  cond_signal, cond_broadcast,
  // sync/atomic. object = address; width 4 or 8 bytes.
  atomic_load, atomic_store, atomic_add, atomic_swap, atomic_cas, atomic_and, atomic_or,
  // Goroutines and time.
  spawn,            // the go statement
  yield,            // runtime.Gosched
  sleep,            // time.Sleep: waits until the clock reaches a time
  timer_wait,       // a timer's goroutine: waits until its time, or until it is stopped
  timer_stop,       // result: whether it was still active
  timer_reset,      // arms it again; result: whether it was still active
  num_goroutine,
  read_clock,       // does nothing: what follows, up to the next operation, looks at the clock
  choose,           // a free choice of 0..n-1 (math/rand): n in the argument
  map_order,        // a range over a map: which entry comes first (checker only). value: the iterator's slot
  io_wait,          // until a file descriptor is readable/writable (parallel runtime only)
  // A plain memory access that has been found to race and is therefore a scheduling point
  // (checker only). The instruction at pc has not been executed yet.
  access,
  exit,             // os.Exit
};

struct Operation {
  OpKind kind = OpKind::none;
  Address object = 0;
  const program::Instruction* site = nullptr;  // the instruction (frame's pc is after it, except for `access`)
  const program::SelectTable* select = nullptr;
  // Slots, relative to the frame's R[0].
  uint16_t value = 0;      // send: the value; others: the first argument
  uint16_t result = 0;     // recv: where the value goes; others: the first result; select: the index
  uint16_t ok = 0xffff;    // recv: where ok goes, 0xffff if not wanted
  uint8_t width = 8;       // atomics: bytes
  program::TypeId channel_type = 0;
};

// "chan send", "sync.Mutex.Lock", "select" ...: as in Go's goroutine traces.
std::string_view wait_reason(OpKind kind, bool nil_channel);

// The operation that a native function of the library stands for, by its name
// ("sync.(*Mutex).Lock"); none if it is an ordinary native.
OpKind operation_of_native(std::string_view name);

}  // namespace gocheck::machine
