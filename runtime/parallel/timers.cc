#include "runtime/parallel/timers.h"

#include <time.h>

#include <chrono>
#include <utility>

#include "runtime/parallel/heap.h"
#include "runtime/parallel/thread.h"

namespace gocheck::parallel {

int64_t monotonic_now() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

void Timers::place(uint32_t index, ParallelGoroutine* g) {
  heap_[index] = g;
  g->heap_index = index + 1;
}

void Timers::sift_up(uint32_t index) {
  ParallelGoroutine* const g = heap_[index];
  while (index > 0) {
    const uint32_t parent = (index - 1) / 2;
    if (heap_[parent]->deadline <= g->deadline) break;
    place(index, heap_[parent]);
    index = parent;
  }
  place(index, g);
}

void Timers::sift_down(uint32_t index) {
  ParallelGoroutine* const g = heap_[index];
  for (;;) {
    uint32_t child = 2 * index + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1]->deadline < heap_[child]->deadline) ++child;
    if (g->deadline <= heap_[child]->deadline) break;
    place(index, heap_[child]);
    index = child;
  }
  place(index, g);
}

void Timers::erase(uint32_t index) {
  heap_[index]->heap_index = 0;
  ParallelGoroutine* const last = heap_.back();
  heap_.pop_back();
  if (index == heap_.size()) return;
  place(index, last);
  sift_up(index);
  sift_down(last->heap_index - 1);
}

void Timers::add(ParallelGoroutine& g) {
  pending_.fetch_add(1, std::memory_order_relaxed);
  bool first;
  {
    const std::lock_guard guard(mutex_);
    heap_.push_back(&g);
    sift_up(static_cast<uint32_t>(heap_.size() - 1));
    first = heap_.front() == &g;
    if (!thread_.joinable() && !stopping_) thread_ = start_thread([this] { run(); });
  }
  if (first) changed_.notify_one();
}

void Timers::remove(ParallelGoroutine& g) {
  const std::lock_guard guard(mutex_);
  if (g.heap_index == 0) return;
  erase(g.heap_index - 1);
  pending_.fetch_sub(1, std::memory_order_release);
}

void Timers::run() {
  const Heap::Thread registration;
  std::unique_lock guard(mutex_);
  while (!stopping_) {
    if (heap_.empty()) {
      changed_.wait(guard);
      continue;
    }
    ParallelGoroutine* const g = heap_.front();
    const int64_t left = g->deadline - monotonic_now();
    if (left > 0) {
      changed_.wait_for(guard, std::chrono::nanoseconds(std::min<int64_t>(left, 3'600'000'000'000)));
      continue;
    }
    const Address object = g->timer;
    erase(0);
    guard.unlock();
    expired_(*g, object);
    if (pending_.fetch_sub(1) == 1) quiet_();
    guard.lock();
  }
}

void Timers::stop() {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

}  // namespace gocheck::parallel
