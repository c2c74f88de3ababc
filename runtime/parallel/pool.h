// Where goroutines live: blocks that are never given back, so that walking over all of them (stack
// dumps) and looking at a finished one is safe. Finished goroutines are used again.
//
// Thread safe. Each worker keeps some free ones in a Cache of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

#include "runtime/parallel/goroutine.h"
#include "runtime/parallel/heap.h"

namespace gocheck::parallel {

class Pool {
 public:
  explicit Pool(Heap& heap) : heap_(heap) {}
  ~Pool();
  Pool(const Pool&) = delete;

  struct Cache {
    ParallelGoroutine* first = nullptr;
    uint32_t length = 0;
    uint32_t next_id = 0, last_id = 0;  // ids that this worker may give out
  };

  // A goroutine with an id of its own and an empty stack.
  ParallelGoroutine& take(Cache& cache);
  // Gives a finished goroutine back; it is not alive any more.
  void give_back(Cache& cache, ParallelGoroutine& g);

  // Gives g room for this many slots and frames, keeping what is there.
  void grow(ParallelGoroutine& g, uint32_t slots, uint32_t frames);

  // Calls `visit` for all that are alive. Other threads may start and finish goroutines meanwhile.
  void for_each(const std::function<void(ParallelGoroutine&)>& visit);
  int64_t alive() const { return alive_.load(std::memory_order_relaxed); }

 private:
  static constexpr uint32_t kPerBlock = 32;
  static constexpr uint32_t kCached = 64;
  static constexpr uint32_t kIds = 16;
  static constexpr uint32_t kFirstSlots = 64;
  static constexpr uint32_t kFirstFrames = 4;
  static constexpr uint32_t kKeptSlots = 1024;  // larger stacks are given back with their goroutine

  void refill(Cache& cache);
  void reset(ParallelGoroutine& g);

  Heap& heap_;
  std::mutex mutex_;
  std::vector<ParallelGoroutine*> blocks_;
  Cache free_;
  std::atomic<int64_t> alive_ = 0;
  std::atomic<uint32_t> next_id_ = 1;
};

}  // namespace gocheck::parallel
