// Sends, receives, selects and closes with their queues of waiting goroutines.
//
// Invariants, under a channel's lock: senders wait only while the buffer is full, receivers only
// while it is empty, nobody while the channel is closed. A waiter of a select whose `fired` is set has
// been completed elsewhere: it counts as absent until its goroutine takes it out.
#include <algorithm>
#include <utility>

#include "runtime/machine/channel.h"
#include "runtime/parallel/executor.h"

namespace gocheck::parallel {

using machine::Channel;
using machine::Communication;
using machine::OpKind;

namespace {

void enqueue(Channel::Queue& queue, Waiter& waiter) {
  auto* const last = static_cast<Waiter*>(queue.last);
  waiter.next = nullptr;
  waiter.previous = last;
  waiter.queued = true;
  (last == nullptr ? queue.first : reinterpret_cast<void*&>(last->next)) = &waiter;
  queue.last = &waiter;
}

void unlink(Channel::Queue& queue, Waiter& waiter) {
  (waiter.previous == nullptr ? queue.first : reinterpret_cast<void*&>(waiter.previous->next)) = waiter.next;
  (waiter.next == nullptr ? queue.last : reinterpret_cast<void*&>(waiter.next->previous)) = waiter.previous;
  waiter.next = waiter.previous = nullptr;
  waiter.queued = false;
}

// Takes the first waiter that is still to be had out of the queue; null if there is none.
Waiter* dequeue(Channel::Queue& queue) {
  for (;;) {
    auto* const waiter = static_cast<Waiter*>(queue.first);
    if (waiter == nullptr) return nullptr;
    unlink(queue, *waiter);
    if (!waiter->goroutine->fired.exchange(true)) return waiter;
  }
}

Channel::Queue& queue_of(Channel& channel, bool senders) {
  return senders ? channel.senders : channel.receivers;
}

}  // namespace

// Carries out communication c of g if that is possible now. `partner` is whose waiting
// communication has been completed along with it: to be made ready.
ParallelExecutor::Attempt ParallelExecutor::try_communicate(ParallelGoroutine& g, const Communication& c,
                                                            ParallelGoroutine*& partner) {
  Channel& channel = machine::channel_at(*this, c.channel);
  if (channel.closed) {
    return machine::communicate(*this, g, c) == Performed::done ? Attempt::done : Attempt::panicked;
  }
  Waiter* const other = dequeue(queue_of(channel, !c.is_send));
  if (other != nullptr) {
    partner = other->goroutine;
    const Communication& theirs = other->communication;
    if (c.is_send) {
      machine::rendezvous(*this, c.channel, g, c.value, *partner, theirs.value, theirs.ok);
    } else if (channel.capacity == 0) {
      machine::rendezvous(*this, c.channel, *partner, theirs.value, g, c.value, c.ok);
    } else {
      machine::buffer_recv(*this, g, c.channel, c.value, c.ok);
      machine::buffer_send(*this, *partner, c.channel, theirs.value);
    }
    machine::chosen(*partner, other->index);
    return Attempt::done;
  }
  const auto state = c.is_send ? machine::send_state(channel) : machine::recv_state(channel);
  if (state == machine::Readiness::blocked) return Attempt::blocked;
  machine::communicate(*this, g, c);
  return Attempt::done;
}

// send and recv.
Performed ParallelExecutor::perform_one(ParallelGoroutine& g) {
  const Communication c = machine::communication(g, 0);
  if (c.channel == 0) {
    g.status = machine::Status::waiting;  // for ever
    return Performed::waiting;
  }
  Channel& channel = machine::channel_at(*this, c.channel);
  lock(channel.lock);
  ParallelGoroutine* partner = nullptr;
  const Attempt attempt = try_communicate(g, c, partner);
  if (attempt == Attempt::blocked) {
    g.status = machine::Status::waiting;
    g.fired.store(false, std::memory_order_relaxed);
    g.own_waiter = {&g, nullptr, nullptr, c, 0, false};
    enqueue(queue_of(channel, c.is_send), g.own_waiter);
    Scheduler::current()->departure.unlock.push_back(&channel.lock);
    return Performed::waiting;
  }
  unlock(channel.lock);
  if (partner != nullptr) scheduler_.ready(*partner);
  return attempt == Attempt::done ? Performed::done : Performed::panicked;
}

// Ready cases are chosen among with equal chances: they are tried in a random order, with all
// channels locked (in the order of their addresses, so that selects do not block one another).
Performed ParallelExecutor::perform_select(ParallelGoroutine& g) {
  const machine::Operation& op = g.operation;
  const size_t count = machine::communications(op);
  Worker& worker = *Scheduler::current();
  std::vector<uint32_t*>& locks = worker.departure.unlock;
  std::vector<uint32_t>& order = worker.scratch;
  locks.clear();
  order.clear();
  for (size_t i = 0; i < count; ++i) {
    const Communication c = machine::communication(g, i);
    if (c.channel == 0) continue;
    locks.push_back(&machine::channel_at(*this, c.channel).lock);
    order.push_back(static_cast<uint32_t>(i));
    std::swap(order.back(), order[worker.next_random() % order.size()]);
  }
  std::ranges::sort(locks);
  locks.erase(std::ranges::unique(locks).begin(), locks.end());
  for (uint32_t* word : locks) lock(*word);
  const auto unlock_all = [&] {
    for (uint32_t* word : locks) unlock(*word);
    locks.clear();
  };

  for (const uint32_t i : order) {
    ParallelGoroutine* partner = nullptr;
    const Attempt attempt = try_communicate(g, machine::communication(g, i), partner);
    if (attempt == Attempt::blocked) continue;
    unlock_all();
    if (partner != nullptr) scheduler_.ready(*partner);
    if (attempt == Attempt::panicked) return Performed::panicked;
    machine::chosen(g, i);
    return Performed::done;
  }
  if (op.select->has_default) {
    unlock_all();
    machine::chosen(g, -1);
    return Performed::done;
  }

  g.status = machine::Status::waiting;
  g.fired.store(false, std::memory_order_relaxed);
  if (g.waiters_capacity < order.size()) {
    // Reachable through g as long as the queues of the channels point into it.
    g.waiters = static_cast<Waiter*>(heap_.allocate(order.size() * sizeof(Waiter), true));
    g.waiters_capacity = static_cast<uint32_t>(order.size());
  }
  g.waiters_in_use = static_cast<uint32_t>(order.size());
  for (uint32_t place = 0; place < order.size(); ++place) {
    const Communication c = machine::communication(g, order[place]);
    g.waiters[place] = {&g, nullptr, nullptr, c, order[place], false};
    enqueue(queue_of(machine::channel_at(*this, c.channel), c.is_send), g.waiters[place]);
  }
  return Performed::waiting;
}

// After a select of g has been completed: its other waiters are still queued. Each lock is taken
// even if the waiter is out, because whoever took it out may still be looking at g.
void ParallelExecutor::leave_queues(ParallelGoroutine& g) {
  for (uint32_t i = 0; i < g.waiters_in_use; ++i) {
    Waiter& waiter = g.waiters[i];
    Channel& channel = machine::channel_at(*this, waiter.communication.channel);
    const WordGuard guard(channel.lock);
    if (waiter.queued) unlink(queue_of(channel, waiter.communication.is_send), waiter);
  }
  g.waiters_in_use = 0;
}

Performed ParallelExecutor::perform_close(ParallelGoroutine& g) {
  const Address address = g.operation.object;
  if (address == 0) return machine::close_channel(*this, g, address);
  Channel& channel = machine::channel_at(*this, address);
  ParallelGoroutine* released = nullptr;
  {
    const WordGuard guard(channel.lock);
    const Performed performed = machine::close_channel(*this, g, address);
    if (performed != Performed::done) return performed;
    for (const bool senders : {false, true}) {
      while (Waiter* const waiter = dequeue(queue_of(channel, senders))) {
        ParallelGoroutine& other = *waiter->goroutine;
        machine::communicate(*this, other, waiter->communication);  // receives nothing, or panics
        machine::chosen(other, waiter->index);
        other.next = std::exchange(released, &other);
      }
    }
  }
  ready_all(released);
  return Performed::done;
}

}  // namespace gocheck::parallel
