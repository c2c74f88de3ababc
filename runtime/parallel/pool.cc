#include "runtime/parallel/pool.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace gocheck::parallel {

using machine::Frame;

Pool::~Pool() {
  for (ParallelGoroutine* block : blocks_) {
    for (uint32_t i = 0; i < kPerBlock; ++i) block[i].~ParallelGoroutine();
    heap_.release_root(block);
  }
}

void Pool::refill(Cache& cache) {
  const std::lock_guard guard(mutex_);
  if (free_.first == nullptr) {
    void* const memory = heap_.allocate_root(sizeof(ParallelGoroutine) * kPerBlock);
    auto* const block = static_cast<ParallelGoroutine*>(memory);
    for (uint32_t i = 0; i < kPerBlock; ++i) {
      new (block + i) ParallelGoroutine;
      block[i].next = std::exchange(free_.first, block + i);
    }
    blocks_.push_back(block);
  }
  for (; free_.first != nullptr && cache.length < kCached / 2; ++cache.length) {
    ParallelGoroutine* const g = free_.first;
    free_.first = g->next;
    g->next = std::exchange(cache.first, g);
  }
}

ParallelGoroutine& Pool::take(Cache& cache) {
  if (cache.first == nullptr) refill(cache);
  ParallelGoroutine& g = *cache.first;
  cache.first = std::exchange(g.next, nullptr);
  --cache.length;
  // Workers take ids in small batches; main, the first of all, gets 1.
  if (cache.next_id == cache.last_id) {
    cache.next_id = next_id_.fetch_add(kIds, std::memory_order_relaxed);
    cache.last_id = cache.next_id + kIds;
  }
  g.id = cache.next_id++;
  if (g.slots == nullptr) grow(g, kFirstSlots, kFirstFrames);
  alive_.fetch_add(1, std::memory_order_relaxed);
  g.alive.store(true, std::memory_order_release);
  return g;
}

void Pool::reset(ParallelGoroutine& g) {
  // What a finished goroutine held must not keep objects alive.
  if (g.slot_capacity > kKeptSlots) {
    heap_.release_stack(g.slots);
    heap_.release_stack(g.frames);
    g.slots = nullptr;
    g.frames = nullptr;
    g.slot_capacity = g.frame_capacity = 0;
  } else {
    std::memset(g.slots, 0, g.slot_capacity * sizeof(Slot));
    std::memset(static_cast<void*>(g.frames), 0, g.frame_capacity * sizeof(Frame));
  }
  g.depth = g.saved_depth = 0;
  g.panic = 0;
  g.parent = g.child_number = g.children = 0;
  g.system = g.goexit = g.is_main = false;
  g.operation = {};
  g.own_waiter = {};
  g.waiters = nullptr;
  g.waiters_capacity = 0;
}

void Pool::give_back(Cache& cache, ParallelGoroutine& g) {
  g.alive.store(false, std::memory_order_release);
  alive_.fetch_sub(1, std::memory_order_relaxed);
  reset(g);
  g.next = std::exchange(cache.first, &g);
  if (++cache.length <= kCached) return;
  const std::lock_guard guard(mutex_);
  for (; cache.length > kCached / 2; --cache.length) {
    ParallelGoroutine* const surplus = cache.first;
    cache.first = surplus->next;
    surplus->next = std::exchange(free_.first, surplus);
  }
}

void Pool::grow(ParallelGoroutine& g, uint32_t slots, uint32_t frames) {
  const auto enlarge = [this]<class T>(T*& items, uint32_t& capacity, uint32_t wanted, uint32_t used) {
    if (wanted <= capacity) return;
    const uint64_t larger =
        std::max<uint64_t>(wanted, std::min<uint64_t>(2 * uint64_t{capacity}, ~uint32_t{0}));
    T* const fresh = static_cast<T*>(heap_.allocate_stack(larger * sizeof(T)));
    if (items != nullptr) {
      std::memcpy(static_cast<void*>(fresh), items, used * sizeof(T));
      heap_.release_stack(items);
    }
    items = fresh;
    capacity = static_cast<uint32_t>(larger);
  };
  enlarge(g.slots, g.slot_capacity, slots, g.slot_capacity);
  enlarge(g.frames, g.frame_capacity, frames, g.depth);
}

void Pool::for_each(const std::function<void(ParallelGoroutine&)>& visit) {
  std::vector<ParallelGoroutine*> blocks;
  {
    const std::lock_guard guard(mutex_);
    blocks = blocks_;
  }
  for (ParallelGoroutine* block : blocks) {
    for (uint32_t i = 0; i < kPerBlock; ++i) {
      if (block[i].alive.load(std::memory_order_acquire)) visit(block[i]);
    }
  }
}

}  // namespace gocheck::parallel
