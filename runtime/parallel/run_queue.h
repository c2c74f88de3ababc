// Queues of goroutines that are ready to run.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <utility>

#include "runtime/parallel/goroutine.h"

namespace gocheck::parallel {

// First in, first out, of unbounded length. Thread safe.
class GlobalQueue {
 public:
  bool empty() const { return length() == 0; }
  uint64_t length() const { return length_.load(std::memory_order_acquire); }

  void push(ParallelGoroutine* g) {
    const std::lock_guard guard(mutex_);
    append(g);
    length_.store(length_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  // Pushes a list linked by `next` from first to last.
  void push_list(ParallelGoroutine* first, ParallelGoroutine* last, uint32_t length) {
    const std::lock_guard guard(mutex_);
    (last_ == nullptr ? first_ : last_->next) = first;
    last_ = last;
    last->next = nullptr;
    length_.store(length_.load(std::memory_order_relaxed) + length, std::memory_order_release);
  }
  ParallelGoroutine* pop() { return pop_list(1); }
  // Pops up to `most`, linked by `next`.
  ParallelGoroutine* pop_list(uint64_t most) {
    if (empty()) return nullptr;
    const std::lock_guard guard(mutex_);
    ParallelGoroutine* const list = first_;
    if (list == nullptr) return nullptr;
    ParallelGoroutine* end = list;
    uint64_t popped = 1;
    for (; popped < most && end->next != nullptr; ++popped) end = end->next;
    first_ = std::exchange(end->next, nullptr);
    if (first_ == nullptr) last_ = nullptr;
    length_.store(length_.load(std::memory_order_relaxed) - popped, std::memory_order_release);
    return list;
  }

 private:
  void append(ParallelGoroutine* g) {
    g->next = nullptr;
    (last_ == nullptr ? first_ : last_->next) = g;
    last_ = g;
  }

  std::mutex mutex_;
  ParallelGoroutine* first_ = nullptr;
  ParallelGoroutine* last_ = nullptr;
  std::atomic<uint64_t> length_ = 0;
};

// A bounded ring that one worker fills and from whose other end everybody takes: lock-free, first
// in, first out. Entries between head and tail are valid; a taker reads them first and then moves
// head, which fails if somebody else was faster. Counters wrap around.
class LocalQueue {
 public:
  static constexpr uint32_t kCapacity = 256;

  bool empty() const {
    return head_.load(std::memory_order_acquire) == tail_.load(std::memory_order_acquire);
  }

  // Owner. When the ring is full, half of it moves to `overflow`.
  void push(ParallelGoroutine* g, GlobalQueue& overflow) {
    const uint32_t tail = tail_.load(std::memory_order_relaxed);
    while (tail - head_.load(std::memory_order_acquire) >= kCapacity) {
      if (spill(overflow)) break;
    }
    ring_[tail % kCapacity].store(g, std::memory_order_relaxed);
    tail_.store(tail + 1, std::memory_order_release);
  }

  // Owner.
  ParallelGoroutine* pop() {
    uint32_t head = head_.load(std::memory_order_acquire);
    while (head != tail_.load(std::memory_order_relaxed)) {
      ParallelGoroutine* const g = ring_[head % kCapacity].load(std::memory_order_relaxed);
      if (head_.compare_exchange_weak(head, head + 1, std::memory_order_acq_rel, std::memory_order_acquire))
        return g;
    }
    return nullptr;
  }

  // Owner of `this`, whose ring is empty: takes half of what `victim` has, returns one of them.
  ParallelGoroutine* steal_from(LocalQueue& victim) {
    const uint32_t tail = tail_.load(std::memory_order_relaxed);
    uint32_t head = victim.head_.load(std::memory_order_acquire);
    for (;;) {
      const uint32_t available = victim.tail_.load(std::memory_order_acquire) - head;
      if (available == 0) return nullptr;
      const uint32_t count = available - available / 2;
      if (count > kCapacity / 2) {  // head is out of date
        head = victim.head_.load(std::memory_order_acquire);
        continue;
      }
      for (uint32_t i = 0; i < count; ++i) {
        ParallelGoroutine* const g = victim.ring_[(head + i) % kCapacity].load(std::memory_order_relaxed);
        ring_[(tail + i) % kCapacity].store(g, std::memory_order_relaxed);
      }
      if (victim.head_.compare_exchange_weak(head, head + count, std::memory_order_acq_rel,
                                             std::memory_order_acquire)) {
        // All but the last are for later.
        tail_.store(tail + count - 1, std::memory_order_release);
        return ring_[(tail + count - 1) % kCapacity].load(std::memory_order_relaxed);
      }
    }
  }

 private:
  bool spill(GlobalQueue& overflow) {
    uint32_t head = head_.load(std::memory_order_acquire);
    constexpr uint32_t kHalf = kCapacity / 2;
    if (tail_.load(std::memory_order_relaxed) - head < kCapacity) return true;
    std::array<ParallelGoroutine*, kHalf> moved;
    for (uint32_t i = 0; i < kHalf; ++i)
      moved[i] = ring_[(head + i) % kCapacity].load(std::memory_order_relaxed);
    if (!head_.compare_exchange_strong(head, head + kHalf, std::memory_order_acq_rel)) return false;
    for (uint32_t i = 0; i + 1 < kHalf; ++i) moved[i]->next = moved[i + 1];
    overflow.push_list(moved.front(), moved.back(), kHalf);
    return true;
  }

  alignas(64) std::atomic<uint32_t> head_ = 0;
  alignas(64) std::atomic<uint32_t> tail_ = 0;
  std::array<std::atomic<ParallelGoroutine*>, kCapacity> ring_{};
};

}  // namespace gocheck::parallel
