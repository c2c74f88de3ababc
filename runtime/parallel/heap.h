// Memory of running programs: the Boehm collector, which scans conservatively, so that slots and
// Gol memory need no maps. Built with a sanitizer the collector would be in its way: then memory is
// plain and lives as long as the Heap.
//
// Threads that touch Gol memory hold a Heap::Thread while they do. One Heap at a time per process.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

namespace gocheck::parallel {

class Heap {
 public:
  // `limit` in bytes, 0: none. `out_of_memory` is called on the allocating thread and must not return.
  Heap(uint64_t limit, std::function<void()> out_of_memory);
  ~Heap();
  Heap(const Heap&) = delete;

  // Zeroed, aligned to 16. Without pointers: not scanned.
  void* allocate(uint64_t size, bool has_pointers);

  // Zeroed memory that is scanned and never collected; given back with release_root.
  void* allocate_root(uint64_t size);
  void release_root(void* block);

  // Zeroed memory for a stack: scanned as long as it is reachable, and given back early.
  void* allocate_stack(uint64_t size) { return allocate(size, true); }
  void release_stack(void* block);

  // Registers the calling thread with the collector.
  class Thread {
   public:
    Thread();
    ~Thread();
    Thread(const Thread&) = delete;

   private:
    bool registered_ = false;  // by this object: the main thread always is
  };

 private:
  // With a sanitizer only: all blocks that have been handed out.
  void* keep(void* block);
  std::mutex mutex_;
  std::vector<void*> blocks_;
};

}  // namespace gocheck::parallel
