#include "runtime/parallel/heap.h"

#include <cstdlib>
#include <cstring>
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

std::function<void()> on_out_of_memory;

[[noreturn]] void fail() {
  if (on_out_of_memory) on_out_of_memory();
  std::abort();
}

#if GOCHECK_COLLECT
void* fail_allocation(size_t) { fail(); }

void start_collector() {
  static const bool started = [] {
    // All roots are registered threads and uncollectable blocks; the process's static data has none.
    GC_set_no_dls(1);
    GC_set_warn_proc(GC_ignore_warn_proc);
    GC_set_oom_fn(fail_allocation);
    GC_INIT();
    GC_allow_register_threads();
    GC_set_free_space_divisor(1);  // collect when the heap has about doubled
    return true;
  }();
  static_cast<void>(started);
}
#endif

}  // namespace

#if GOCHECK_COLLECT

Heap::Heap(uint64_t limit, std::function<void()> out_of_memory) {
  on_out_of_memory = std::move(out_of_memory);
  start_collector();
  GC_set_max_heap_size(limit);
}

Heap::~Heap() { on_out_of_memory = nullptr; }

void* Heap::allocate(uint64_t size, bool has_pointers) {
  if (has_pointers) {
    void* const block = GC_MALLOC(size);
    if (block == nullptr) fail();
    return block;
  }
  void* const block = GC_MALLOC_ATOMIC(size);
  if (block == nullptr) fail();
  return std::memset(block, 0, size);
}

void* Heap::allocate_root(uint64_t size) {
  void* const block = GC_MALLOC_UNCOLLECTABLE(size);
  if (block == nullptr) fail();
  return block;
}

void Heap::release_root(void* block) { GC_FREE(block); }
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

Heap::Heap(uint64_t, std::function<void()> out_of_memory) { on_out_of_memory = std::move(out_of_memory); }

Heap::~Heap() {
  for (void* block : blocks_) std::free(block);
  on_out_of_memory = nullptr;
}

void* Heap::keep(void* block) {
  if (block == nullptr) fail();
  const std::lock_guard guard(mutex_);
  blocks_.push_back(block);
  return block;
}

void* Heap::allocate(uint64_t size, bool) { return keep(std::calloc(1, size)); }
void* Heap::allocate_root(uint64_t size) { return keep(std::calloc(1, size)); }
void Heap::release_root(void*) {}
void Heap::release_stack(void*) {}

Heap::Thread::Thread() { static_cast<void>(registered_); }
Heap::Thread::~Thread() = default;

#endif

}  // namespace gocheck::parallel
