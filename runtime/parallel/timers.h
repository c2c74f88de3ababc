// Goroutines that wait for a time: a heap by deadline, and a thread that sleeps until the first of
// them. Thread safe.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/parallel/goroutine.h"

namespace gocheck::parallel {

// Monotonic clock, nanoseconds.
int64_t monotonic_now();

class Timers {
 public:
  // Called on the timers' thread, without locks, for a goroutine whose deadline has come: with
  // object 0 it is the callee's to make ready, otherwise it may have been completed meanwhile.
  using Expired = std::function<void(ParallelGoroutine&, Address object)>;
  // `quiet` is called after pending() has become false there: nothing more is to be expected.
  Timers(Expired expired, std::function<void()> quiet)
      : expired_(std::move(expired)), quiet_(std::move(quiet)) {}
  ~Timers() { stop(); }
  Timers(const Timers&) = delete;

  // g.deadline says when, g.timer what for: an object, or 0 (time.Sleep). Logarithmic in the number of
  // waiting goroutines.
  void add(ParallelGoroutine& g);
  // Takes g out if it is there; `expired` may be under way for it nevertheless.
  void remove(ParallelGoroutine& g);

  // Whether any goroutine waits or is being told. Goes to false only after `expired` has returned.
  bool pending() const { return pending_.load(std::memory_order_acquire) != 0; }

  // Ends the thread.
  void stop();

 private:
  void run();
  void place(uint32_t index, ParallelGoroutine* g);
  void sift_up(uint32_t index);
  void sift_down(uint32_t index);
  void erase(uint32_t index);

  Expired expired_;
  std::function<void()> quiet_;
  std::atomic<uint32_t> pending_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<ParallelGoroutine*> heap_;  // binary, the earliest first
  bool stopping_ = false;
  std::thread thread_;  // started with the first goroutine that waits
};

}  // namespace gocheck::parallel
