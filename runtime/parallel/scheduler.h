// Which worker runs which goroutine when: work stealing with idle workers asleep.
//
// A goroutine made ready by a worker goes to that worker's `next` place, to run as soon as the
// present one waits: this keeps communicating goroutines on one core. What was there before moves
// to the worker's ring, from which others steal. What no worker made ready (timers, the network) goes to the
// global queue.
//
// No wake-up is lost: whoever adds work looks for sleepers afterwards; a worker that goes to sleep
// announces it first and looks for work once more afterwards (both in sequentially consistent order). At most
// one woken worker at a time searches without having found work; one that finds some wakes the next, so
// workers start one after the other as long as there is work.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "runtime/parallel/futex.h"
#include "runtime/parallel/pool.h"
#include "runtime/parallel/run_queue.h"

namespace gocheck::parallel {

class Scheduler {
 public:
  struct Hooks {
    std::function<void()> idle;        // a worker finds nothing to do (flush output)
    std::function<bool()> expecting;   // may anything from outside (time, network) make a goroutine ready?
    std::function<void()> deadlock;    // every goroutine waits for another; called at most once
  };

  // What a worker is to do when its goroutine has stopped at an operation: nobody may complete
  // the operation before the interpreter is off the goroutine.
  struct Departure {
    std::vector<uint32_t*> unlock;  // locks of channels or stripes, held since the goroutine queued itself
    enum class Then : uint8_t { nothing, requeue, sleep, poll } then = Then::nothing;
  };

  struct alignas(64) Worker {
    explicit Worker(uint32_t index) : index(index), random(index * 0x9e3779b97f4a7c15 + 1) {}
    uint32_t next_random();  // xorshift

    const uint32_t index;
    LocalQueue queue;
    ParallelGoroutine* next = nullptr;
    ParallelGoroutine* running = nullptr;  // the latest; written and read by this worker only
    uint32_t ticks = 0;      // goroutines run
    uint32_t in_a_row = 0;   // taken from `next` one after the other
    bool searching = false;
    uint64_t random;
    Event event;             // to sleep on
    Departure departure;
    Pool::Cache pool;
    std::vector<uint32_t> scratch;
  };

  Scheduler(int workers, Hooks hooks);

  int workers() const { return static_cast<int>(workers_.size()); }
  Worker& worker(int i) { return *workers_[i]; }

  // The worker that the calling thread is; null on other threads.
  static Worker* current() { return current_; }
  static void set_current(Worker* worker) { current_ = worker; }

  // g may run: as soon as the calling worker is free.
  void ready(ParallelGoroutine& g);
  // g may run after all that are ready now.
  void ready_last(ParallelGoroutine& g);

  // To be called when Hooks::expecting has become false on a thread that is no worker: all workers
  // may be asleep already, and one has to find out that this is a deadlock.
  void look_again() { wake_one(); }

  // Is there anything else that `worker` could run now?
  bool has_other_work(const Worker& worker) const {
    return worker.next != nullptr || !worker.queue.empty() || !global_.empty();
  }

  // The next goroutine to run; sleeps until there is one. Null once stopped.
  ParallelGoroutine* take(Worker& worker);

  void stop();
  bool stopped() const { return stopped_.load(std::memory_order_acquire); }

 private:
  ParallelGoroutine* take_local(Worker& worker);
  ParallelGoroutine* take_global(Worker& worker);
  ParallelGoroutine* search(Worker& worker);
  void fall_asleep(Worker& worker);
  bool leave_idle(Worker& worker);  // with idle_mutex_ held; false: somebody is waking it
  bool any_work() const;
  void wake_one();
  void stop_searching(Worker& worker);

  static thread_local Worker* current_;

  std::vector<std::unique_ptr<Worker>> workers_;
  Hooks hooks_;
  GlobalQueue global_;
  std::atomic<bool> stopped_ = false;
  alignas(64) std::atomic<uint32_t> searching_ = 0;
  std::atomic<uint32_t> idle_count_ = 0;  // idle_.size()
  std::mutex idle_mutex_;
  std::vector<Worker*> idle_;
  bool dead_ = false;
};

}  // namespace gocheck::parallel
