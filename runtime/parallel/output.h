// Standard output and error of the program. Standard output is collected and written when a
// worker has nothing to do, when it has waited for some milliseconds, before anything goes to
// standard error, when the process is interrupted, and at the end; at once if it is a terminal. Thread safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace gocheck::parallel {

class Output {
 public:
  Output();
  ~Output();
  Output(const Output&) = delete;

  void write(int fd, std::string_view bytes);
  void flush();
  // Writes what has been waiting for long. Cheap if there is nothing.
  void flush_old(int64_t now);
  bool empty() const { return since_.load(std::memory_order_relaxed) == 0; }

 private:
  friend void flush_at_interrupt(int);
  void flush_locked();

  std::mutex mutex_;
  std::string buffer_;
  std::atomic<int64_t> since_ = 0;  // when the first byte of the buffer came, monotonic nanoseconds; 0: empty
  bool unbuffered_;
};

}  // namespace gocheck::parallel
