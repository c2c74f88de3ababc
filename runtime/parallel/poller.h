// Goroutines that wait for a file descriptor: epoll, on a thread of its own. Thread safe.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "runtime/parallel/goroutine.h"

namespace gocheck::parallel {

class Poller {
 public:
  // `ready` is called without locks for a goroutine whose descriptor is ready (or broken).
  // `quiet` is called after pending() has become false.
  Poller(std::function<void(ParallelGoroutine&)> ready, std::function<void()> quiet)
      : ready_(std::move(ready)), quiet_(std::move(quiet)) {}
  ~Poller();
  Poller(const Poller&) = delete;

  // Waits on behalf of g until `fd` can be read (mode 'r') or written ('w'). One goroutine per
  // descriptor and mode; one that waits already is made ready, to look for itself.
  void add(ParallelGoroutine& g, int fd, int mode);

  bool pending() const { return pending_.load(std::memory_order_acquire) != 0; }
  void stop();

 private:
  struct Interest {
    ParallelGoroutine* reader = nullptr;
    ParallelGoroutine* writer = nullptr;
    bool known = false;  // to epoll
  };
  bool start();
  void run();
  bool arm(int fd, Interest& interest);
  void tell(ParallelGoroutine* g);

  std::function<void(ParallelGoroutine&)> ready_;
  std::function<void()> quiet_;
  std::atomic<uint32_t> pending_ = 0;
  std::mutex mutex_;
  std::unordered_map<int, Interest> interests_;
  int epoll_ = -1;
  int wake_ = -1;  // an eventfd that ends the thread
  std::thread thread_;
};

}  // namespace gocheck::parallel
