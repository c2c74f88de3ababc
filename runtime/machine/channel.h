// Channels: their layout in Gol memory and the single steps that both executors build sends,
// receives and selects from.
//
// A step changes the buffer, the goroutines' slots and the happens-before order; *when* it may
// happen, who waits and who is woken is the executor's business. The caller has exclusive access to
// the channel (the parallel runtime holds its lock; the checker runs one goroutine at a time).
//
// Happens-before (Go memory model). Every buffer place i is an object of synchronisation: a send
// into it and a receive from it acquire and release its clock. This yields both "a send happens
// before the receive of its value completes" and "the k-th receive on a channel of capacity C
// happens before send k+C completes", and no more. A close releases the channel's own clock, which a
// receive that sees the channel closed acquires. A rendezvous synchronises both goroutines.
#pragma once

#include <cstdint>
#include <cstring>

#include "runtime/machine/executor.h"
#include "runtime/machine/value.h"
#include "runtime/program/invariant.h"

namespace gocheck::machine {

struct Channel {
  uint64_t capacity;
  uint64_t length;  // values in the buffer
  uint64_t head;    // place of the oldest value, below capacity
  Address buffer;   // capacity elements; 0 if they take no room
  program::TypeId element;
  uint32_t element_size;
  uint32_t closed;  // 0 or 1
  // The rest serves the parallel runtime only: a lock and the queues of waiting goroutines.
  uint32_t lock;
  struct Queue {
    void* first;
    void* last;
  };
  Queue senders, receivers;
};

// A clock that belongs to part `index` of the object at `object` and to no address. Addresses
// where clocks matter (the checker's) are below 2^44; parts that differ by a multiple of 2^19
// would share a clock, which takes more events between them than any execution has.
inline SyncKey part_key(Address object, uint64_t index) {
  return object + (((index & 0x7ffff) + 1) << 44);
}

inline SyncKey place_key(const Channel& channel, Address address, uint64_t place) {
  return channel.buffer != 0 ? channel.buffer + place * channel.element_size : part_key(address, place);
}
inline SyncKey close_key(Address channel) { return channel + offsetof(Channel, closed); }

template <class E>
Channel& channel_at(E& e, Address channel) {
  return *reinterpret_cast<Channel*>(e.host(channel));
}

// make(chan T, capacity). Returns 0 after it has raised a panic.
template <class E>
Address make_channel(E& e, Goroutine& g, program::TypeId channel_type, int64_t capacity) {
  const program::TypeId element = e.program.types[channel_type].element;
  const program::Type& type = e.program.types[element];
  constexpr uint64_t kLargestBuffer = uint64_t{1} << 47;
  uint64_t bytes = 0;
  if (capacity < 0 || __builtin_mul_overflow(static_cast<uint64_t>(capacity), type.size, &bytes) ||
      bytes > kLargestBuffer) {
    raise_plain(e, g, "makechan: size out of range");
    return 0;
  }
  const Address address = e.allocate(g, sizeof(Channel), true);
  const Address buffer = bytes == 0 ? 0 : e.allocate(g, bytes, type.has_pointers);
  Channel& channel = channel_at(e, address);
  e.mutating(address, sizeof(Channel));
  channel.capacity = static_cast<uint64_t>(capacity);
  channel.buffer = buffer;
  channel.element = element;
  channel.element_size = static_cast<uint32_t>(type.size);
  return address;
}

// Whether a communication can happen judged by the buffer and `closed` alone; on an unbuffered
// channel that is open it is blocked, unless the executor finds a partner.
enum class Readiness : uint8_t { ready, blocked, panics };

inline Readiness send_state(const Channel& channel) {
  if (channel.closed) return Readiness::panics;
  return channel.length < channel.capacity ? Readiness::ready : Readiness::blocked;
}
inline Readiness recv_state(const Channel& channel) {
  return channel.length > 0 || channel.closed ? Readiness::ready : Readiness::blocked;
}

// Puts the value at `value` into the buffer, which has room.
template <class E>
void buffer_send(E& e, Goroutine& g, Address address, const Slot* value) {
  Channel& channel = channel_at(e, address);
  GOCHECK_INVARIANT(channel.length < channel.capacity);
  uint64_t place = channel.head + channel.length;
  if (place >= channel.capacity) place -= channel.capacity;
  const SyncKey key = place_key(channel, address, place);
  e.acquire(g, key);
  e.release(g, key);
  if (channel.buffer != 0) {
    const Address at = channel.buffer + place * channel.element_size;
    e.mutating(at, channel.element_size);
    slots_to_memory(e.program.types[channel.element], value, e.host(at));
  }
  e.assign(channel.length, channel.length + 1);
}

// Takes the oldest value of the buffer, or the zero value from a closed channel whose buffer is
// empty, to the slots at `value`, and whether it was sent to `ok`; null where that is not wanted.
template <class E>
void buffer_recv(E& e, Goroutine& g, Address address, Slot* value, Slot* ok) {
  Channel& channel = channel_at(e, address);
  const program::Type& type = e.program.types[channel.element];
  if (ok != nullptr) *ok = channel.length > 0;
  if (channel.length == 0) {
    GOCHECK_INVARIANT(channel.closed);
    e.acquire(g, close_key(address));
    if (value != nullptr) zero_slots(type, value);
    return;
  }
  const SyncKey key = place_key(channel, address, channel.head);
  e.acquire(g, key);
  e.release(g, key);
  if (channel.buffer != 0) {
    const Address at = channel.buffer + channel.head * channel.element_size;
    if (value != nullptr) memory_to_slots(type, e.host(at), value);
    // A value that has been taken must not keep objects alive, nor tell equal states apart.
    e.mutating(at, channel.element_size);
    std::memset(e.host(at), 0, channel.element_size);
  }
  e.assign(channel.head, channel.head + 1 == channel.capacity ? uint64_t{0} : channel.head + 1);
  e.assign(channel.length, channel.length - 1);
}

// Hands a value from `sender` to `receiver` directly.
template <class E>
void rendezvous(E& e, Address address, Goroutine& sender, const Slot* sent, Goroutine& receiver, Slot* value,
                Slot* ok) {
  const program::Type& type = e.program.types[channel_at(e, address).element];
  if (value != nullptr) std::memcpy(value, sent, type.slots * sizeof(Slot));
  if (ok != nullptr) *ok = 1;
  e.synchronize(sender, receiver);
}

// close(c). `address` may be 0. Waiting receivers and senders are the executor's to wake.
template <class E>
Performed close_channel(E& e, Goroutine& g, Address address) {
  if (address == 0) {
    raise_plain(e, g, "close of nil channel");
    return Performed::panicked;
  }
  Channel& channel = channel_at(e, address);
  if (channel.closed) {
    raise_plain(e, g, "close of closed channel");
    return Performed::panicked;
  }
  e.release(g, close_key(address));
  e.assign(channel.closed, uint32_t{1});
  return Performed::done;
}

// len(c), cap(c) of a channel that may be nil. Other goroutines may be changing its length.
template <class E>
uint64_t channel_length(E& e, Address address) {
  return address == 0 ? 0 : __atomic_load_n(&channel_at(e, address).length, __ATOMIC_RELAXED);
}
template <class E>
uint64_t channel_capacity(E& e, Address address) {
  return address == 0 ? 0 : channel_at(e, address).capacity;
}

// ---- The communications of an operation: one of send and recv, one per case of select ----

struct Communication {
  bool is_send;
  Address channel;  // 0: nil, never ready
  Slot* value;      // sent, or where the received one goes (null: nowhere)
  Slot* ok;         // where ok of a receive goes, or null
};

inline size_t communications(const Operation& operation) {
  return operation.kind == OpKind::select ? operation.select->cases.size() : 1;
}

// The i-th communication of g.operation, which is a send, recv or select. Its pointers are valid
// until g runs or its stack grows.
inline Communication communication(Goroutine& g, size_t i) {
  const Operation& op = g.operation;
  Slot* const r = g.registers();
  const auto slot = [r](uint16_t index) { return index == 0xffff ? nullptr : r + index; };
  switch (op.kind) {
    case OpKind::send: return {true, op.object, r + op.value, nullptr};
    case OpKind::recv: return {false, op.object, slot(op.result), slot(op.ok)};
    default: {
      const program::SelectCase& c = op.select->cases[i];
      return {c.is_send, r[c.channel], slot(c.value), slot(c.ok)};
    }
  }
}

// Tells g which of its communications has happened (-1: default).
inline void chosen(Goroutine& g, int64_t i) {
  if (g.operation.kind == OpKind::select) g.registers()[g.operation.result] = static_cast<Slot>(i);
}

// Carries out a communication that is ready by the buffer or `closed`: the whole of it.
template <class E>
Performed communicate(E& e, Goroutine& g, const Communication& c) {
  if (!c.is_send) {
    buffer_recv(e, g, c.channel, c.value, c.ok);
    return Performed::done;
  }
  if (channel_at(e, c.channel).closed) {
    raise_plain(e, g, "send on closed channel");
    return Performed::panicked;
  }
  buffer_send(e, g, c.channel, c.value);
  return Performed::done;
}

}  // namespace gocheck::machine
