#include "runtime/parallel/output.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "runtime/parallel/timers.h"

namespace gocheck::parallel {
namespace {

constexpr size_t kBuffer = 32 << 10;
constexpr int64_t kLongest = 5'000'000;  // nanoseconds

std::atomic<Output*> interrupted_output = nullptr;

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return;  // as in Go, the program does not hear of it
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace

// Writes what is there, unless a thread is just changing it, and lets the signal take its course.
void flush_at_interrupt(int signal) {
  Output* const output = interrupted_output.load();
  if (output != nullptr && output->mutex_.try_lock()) {
    write_all(1, output->buffer_);
    output->buffer_.clear();
    output->mutex_.unlock();
  }
  ::signal(signal, SIG_DFL);
  raise(signal);
}

Output::Output() : unbuffered_(isatty(1) != 0) {
  buffer_.reserve(2 * kBuffer);
  interrupted_output.store(this);
  if (unbuffered_) return;
  struct sigaction action {};
  action.sa_handler = flush_at_interrupt;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction old;
    // What the parent ignores (nohup) stays ignored.
    if (sigaction(signal, nullptr, &old) == 0 && old.sa_handler == SIG_DFL)
      sigaction(signal, &action, nullptr);
  }
}

Output::~Output() {
  flush();
  interrupted_output.store(nullptr);
}

void Output::write(int fd, std::string_view bytes) {
  const std::lock_guard guard(mutex_);
  if (fd != 1 || unbuffered_) {
    flush_locked();
    write_all(fd, bytes);
    return;
  }
  if (buffer_.empty()) since_.store(monotonic_now(), std::memory_order_relaxed);
  buffer_ += bytes;
  if (buffer_.size() >= kBuffer) flush_locked();
}

void Output::flush_locked() {
  if (buffer_.empty()) return;
  write_all(1, buffer_);
  buffer_.clear();
  since_.store(0, std::memory_order_relaxed);
}

void Output::flush() {
  const std::lock_guard guard(mutex_);
  flush_locked();
}

void Output::flush_old(int64_t now) {
  const int64_t since = since_.load(std::memory_order_relaxed);
  if (since != 0 && now - since > kLongest) flush();
}

}  // namespace gocheck::parallel
