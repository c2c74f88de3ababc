// Memory of running programs: the Boehm collector, which scans conservatively, so that slots and
// Gol memory need no maps. Built with a sanitizer the collector would be in its way: then memory is
// plain and lives as long as the Heap, except for stacks.
//
// Threads that touch Gol memory hold a Heap::Thread while they do. One Heap at a time per process.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <unordered_map>

namespace gocheck::parallel {

class Heap {
 public:
  // `limit` in bytes. `out_of_memory` is called on the allocating thread with the size that cannot be had and
  // the bytes in use; it must not return.
  using OutOfMemory = std::function<void(uint64_t size, uint64_t in_use)>;
  Heap(uint64_t limit, OutOfMemory out_of_memory);
  ~Heap();
  Heap(const Heap&) = delete;

  // Zeroed, aligned to 16. Without pointers: not scanned.
  void* allocate(uint64_t size, bool has_pointers);

  // Zeroed memory that is scanned and never collected; given back with release_root.
  void* allocate_root(uint64_t size);
  void release_root(void* block);

  // Zeroed memory for a stack: scanned as long as it is reachable, and given back early.
  void* allocate_stack(uint64_t size);
  void release_stack(void* block);

  // A limit that leaves the machine (or the container) usable: three quarters of its memory, or of the
  // address space that the process may use (ulimit -v).
  static uint64_t usual_limit();

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
  // With a sanitizer only.
  void* plain_block(uint64_t size);
  void release_plain(void* block);
  uint64_t limit_ = 0, in_use_ = 0;
  std::mutex mutex_;
  std::unordered_map<void*, uint64_t> blocks_;  // and their sizes
};

}  // namespace gocheck::parallel
