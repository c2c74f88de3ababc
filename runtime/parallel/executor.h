// The executor of the parallel runtime.
//
// Waiting. perform() of an operation that cannot happen now puts the goroutine into the queues of
// what it waits for and leaves their locks held; work() releases them after the interpreter has let
// go of the goroutine (Scheduler::Departure). So whoever completes the operation, under such a
// lock, has the goroutine for itself. It carries the operation out on the goroutine's behalf and makes
// it ready; the goroutine goes on behind the operation. The exception are mutexes: a woken goroutine
// tries again, in competition with those that are running, which costs fewer switches; one that has
// waited for long is handed the lock.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/machine/executor.h"
#include "runtime/parallel/heap.h"
#include "runtime/parallel/output.h"
#include "runtime/parallel/parallel.h"
#include "runtime/parallel/poller.h"
#include "runtime/parallel/pool.h"
#include "runtime/parallel/scheduler.h"
#include "runtime/parallel/stripes.h"
#include "runtime/parallel/timers.h"

namespace gocheck::parallel {

using machine::Goroutine;
using machine::Performed;

class ParallelExecutor final : public machine::Executor {
 public:
  ParallelExecutor(const program::Program& program, const Options& options);
  ~ParallelExecutor() override;

  // Runs the program; returns its exit status. Once only.
  int run();

  // ---- Memory ----
  Address allocate(Goroutine&, uint64_t size, bool has_pointers) override {
    return reinterpret_cast<Address>(size == 0 ? nothing_ : heap_.allocate(size, has_pointers));
  }
  void reading(Goroutine&, Address, uint64_t, const program::Instruction*) override {}
  void writing(Goroutine&, Address, uint64_t, const program::Instruction*) override {}
  void mutating(Address, uint64_t) override {}
  // Relaxed atomic accesses: races are the program's, not ours.
  template <class T>
  void assign(T& field, T value) {
    __atomic_store_n(&field, value, __ATOMIC_RELAXED);
  }
  template <class T>
  T load(Goroutine&, Address address, const program::Instruction*) {
    return __atomic_load_n(reinterpret_cast<const T*>(address), __ATOMIC_RELAXED);
  }
  template <class T>
  void store(Goroutine&, Address address, T value, const program::Instruction*) {
    __atomic_store_n(reinterpret_cast<T*>(address), value, __ATOMIC_RELAXED);
  }
  // Replaces cell by f(cell) if that differs; returns the old value. Sequentially consistent.
  template <class T, class F>
  T atomically(T& cell, F f) {
    T old = __atomic_load_n(&cell, __ATOMIC_SEQ_CST);
    for (;;) {
      const T fresh = f(old);
      if (fresh == old ||
          __atomic_compare_exchange_n(&cell, &old, fresh, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
        return old;
      }
    }
  }

  // ---- Interpreter ----
  bool stops_before(Goroutine&, const program::Instruction*) { return false; }
  Performed perform(Goroutine& g);
  void frame_reentered(Goroutine&) {}

  // ---- Goroutines ----
  Goroutine& spawn(Goroutine& parent, Address closure, const program::Instruction* site) override;
  void grow(Goroutine& g, uint32_t slots, uint32_t frames) override;
  int64_t number_of_goroutines();
  int64_t choose(Goroutine& g, int64_t n);

  // ---- The end ----
  void died(Goroutine& g, Death death, std::string_view text) override;
  void exit(Goroutine& g, int status) override;

  // ---- The world ----
  void write(Goroutine&, int fd, std::string_view bytes) override { output_.write(fd, bytes); }
  int64_t now() override;
  int64_t monotonic() override { return monotonic_now(); }
  bool controlled() const override { return false; }
  int processors() const override { return scheduler_.workers(); }
  const std::vector<std::string>& arguments() const override { return options_.arguments; }
  int64_t option(std::string_view name) const override;

 private:
  using Worker = Scheduler::Worker;

  void start_main();
  void work(Worker& worker);
  bool resume(Worker& worker, ParallelGoroutine& g);
  void depart(Worker& worker, ParallelGoroutine& g);
  void finished(Worker& worker, ParallelGoroutine& g);
  void end_of_slice(Worker& worker, ParallelGoroutine& g, bool goes_on);

  // Channels (channels.cc). The lock of the channel is held.
  enum class Attempt : uint8_t { done, blocked, panicked };
  Attempt try_communicate(ParallelGoroutine& g, const machine::Communication& c, ParallelGoroutine*& partner);
  Performed perform_one(ParallelGoroutine& g);
  Performed perform_select(ParallelGoroutine& g);
  Performed perform_close(ParallelGoroutine& g);
  void leave_queues(ParallelGoroutine& g);

  // Objects of sync, timers (objects.cc, mutex.cc).
  Performed perform_on_object(ParallelGoroutine& g);
  void settle(Stripes::Stripe& stripe, Address object, ParallelGoroutine*& readied);
  Performed perform_on_mutex(ParallelGoroutine& g);
  Performed wait_for_mutex(ParallelGoroutine& g);
  Performed pass_mutex_on(ParallelGoroutine& g);
  void complete_parked(Stripes::Stripe& stripe, ParallelGoroutine& g, ParallelGoroutine*& readied);
  void ready_all(ParallelGoroutine* readied);
  void time_reached(ParallelGoroutine& g, Address object);

  // The end.
  void end(int status, std::string report, bool with_other_goroutines = false, uint32_t reported = 0);
  void deadlocked();
  [[noreturn]] void out_of_memory(uint64_t size, uint64_t in_use);

  static ParallelGoroutine& own(Goroutine& g) { return static_cast<ParallelGoroutine&>(g); }

  const Options options_;
  Output output_;
  Heap heap_;
  const Heap::Thread registration_;
  void* nothing_;  // the address of everything that has no size
  std::vector<uint64_t> static_closures_;
  Pool pool_;
  Stripes stripes_;
  Timers timers_;
  Poller poller_;
  Scheduler scheduler_;

  std::mutex end_mutex_;
  bool ended_ = false;
  int status_ = 0;
  std::string report_;              // for standard error
  bool report_others_ = false;      // add all goroutines
  uint32_t reported_ = 0;           // but for this one
  std::atomic<bool> main_left_ = false;  // by runtime.Goexit
};

}  // namespace gocheck::parallel
