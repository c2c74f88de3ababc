#include "runtime/parallel/heap.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <utility>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define GOCHECK_COLLECT 0
#else
#define GOCHECK_COLLECT 1
#define GC_THREADS
#define GC_NO_THREAD_REDIRECTS
#include <gc/gc.h>
#endif

namespace gocheck::parallel {
namespace {

Heap::OutOfMemory on_out_of_memory;

[[noreturn]] void fail(uint64_t size, uint64_t in_use) {
  if (on_out_of_memory) on_out_of_memory(size, in_use);
  std::abort();
}

#if GOCHECK_COLLECT
void* fail_allocation(size_t size) { fail(size, GC_get_heap_size() - GC_get_free_bytes()); }

void start_collector() {
  static const bool started = [] {
    // All roots are registered threads and uncollectable blocks; the process's static data has none.
    GC_set_no_dls(1);
    GC_set_warn_proc(GC_ignore_warn_proc);
    GC_set_oom_fn(fail_allocation);
    GC_INIT();
    GC_allow_register_threads();
    GC_set_free_space_divisor(1);  // collect when the heap has about doubled,
    GC_set_min_bytes_allocd(size_t{8} << 20);  // and small heaps not all the time
    return true;
  }();
  static_cast<void>(started);
}
#endif

}  // namespace

uint64_t Heap::usual_limit() {
  uint64_t memory =
      static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  uint64_t of_container = 0;  // stays so without one, or if it has no limit ("max")
  if (std::ifstream("/sys/fs/cgroup/memory.max") >> of_container) memory = std::min(memory, of_container);
  rlimit address_space{};
  if (getrlimit(RLIMIT_AS, &address_space) == 0 && address_space.rlim_cur != RLIM_INFINITY) {
    memory = std::min<uint64_t>(memory, address_space.rlim_cur);
  }
  return memory / 4 * 3;
}

#if GOCHECK_COLLECT

// The collector calls fail_allocation when a request fails; so none returns null.

Heap::Heap(uint64_t limit, OutOfMemory out_of_memory) {
  on_out_of_memory = std::move(out_of_memory);
  start_collector();
  GC_set_max_heap_size(limit);
}

Heap::~Heap() { on_out_of_memory = nullptr; }

void* Heap::allocate(uint64_t size, bool has_pointers) {
  return has_pointers ? GC_MALLOC(size) : std::memset(GC_MALLOC_ATOMIC(size), 0, size);
}

void* Heap::allocate_root(uint64_t size) { return GC_MALLOC_UNCOLLECTABLE(size); }
void Heap::release_root(void* block) { GC_FREE(block); }
void* Heap::allocate_stack(uint64_t size) { return GC_MALLOC(size); }
void Heap::release_stack(void* block) { GC_FREE(block); }

Heap::Thread::Thread() {
  GC_stack_base base;
  GC_get_stack_base(&base);
  registered_ = GC_register_my_thread(&base) == GC_SUCCESS;
}

Heap::Thread::~Thread() {
  if (registered_) GC_unregister_my_thread();
}

#else

Heap::Heap(uint64_t limit, OutOfMemory out_of_memory) : limit_(limit) {
  on_out_of_memory = std::move(out_of_memory);
}

Heap::~Heap() {
  for (const auto& [block, size] : blocks_) std::free(block);
  on_out_of_memory = nullptr;
}

void* Heap::plain_block(uint64_t size) {
  const std::lock_guard guard(mutex_);
  if (size > limit_ - in_use_) fail(size, in_use_);
  void* const block = std::calloc(1, size);
  if (block == nullptr) fail(size, in_use_);
  blocks_.emplace(block, size);
  in_use_ += size;
  return block;
}

void Heap::release_plain(void* block) {
  const std::lock_guard guard(mutex_);
  const auto entry = blocks_.find(block);
  in_use_ -= entry->second;
  blocks_.erase(entry);
  std::free(block);
}

void* Heap::allocate(uint64_t size, bool) { return plain_block(size); }
void* Heap::allocate_root(uint64_t size) { return plain_block(size); }
void Heap::release_root(void* block) { release_plain(block); }
void* Heap::allocate_stack(uint64_t size) { return plain_block(size); }
void Heap::release_stack(void* block) { release_plain(block); }

Heap::Thread::Thread() { static_cast<void>(registered_); }
Heap::Thread::~Thread() = default;

#endif

}  // namespace gocheck::parallel
