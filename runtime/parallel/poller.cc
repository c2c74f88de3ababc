#include "runtime/parallel/poller.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "runtime/parallel/heap.h"
#include "runtime/parallel/thread.h"

namespace gocheck::parallel {

Poller::~Poller() {
  stop();
  if (epoll_ >= 0) close(epoll_);
  if (wake_ >= 0) close(wake_);
}

// With mutex_ held.
bool Poller::start() {
  if (thread_.joinable()) return true;
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = wake_;
  if (epoll_ < 0 || wake_ < 0 || epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event) != 0) return false;
  thread_ = start_thread([this] { run(); });
  return true;
}

// Asks for one event of what is waited for. False if the descriptor cannot be waited for.
bool Poller::arm(int fd, Interest& interest) {
  epoll_event event{};
  event.data.fd = fd;
  event.events = EPOLLONESHOT;
  if (interest.reader != nullptr) event.events |= EPOLLIN | EPOLLRDHUP;
  if (interest.writer != nullptr) event.events |= EPOLLOUT;
  // The descriptor may have been closed and opened again since: epoll then does not know it.
  if (interest.known && epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) == 0) return true;
  interest.known = epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0 ||
                   (errno == EEXIST && epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) == 0);
  return interest.known;
}

void Poller::tell(ParallelGoroutine* g) {
  if (g == nullptr) return;
  ready_(*g);
  if (pending_.fetch_sub(1) == 1) quiet_();
}

void Poller::add(ParallelGoroutine& g, int fd, int mode) {
  pending_.fetch_add(1, std::memory_order_relaxed);
  ParallelGoroutine* displaced = nullptr;
  ParallelGoroutine* failed = nullptr;
  {
    const std::lock_guard guard(mutex_);
    Interest& interest = interests_[fd];
    ParallelGoroutine*& place = mode == 'w' ? interest.writer : interest.reader;
    displaced = std::exchange(place, &g);
    if (!start() || !arm(fd, interest)) failed = std::exchange(place, nullptr);
  }
  tell(displaced);
  tell(failed);
}

void Poller::run() {
  const Heap::Thread registration;
  std::array<epoll_event, 64> events;
  for (;;) {
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[i].data.fd;
      if (fd == wake_) return;
      const uint32_t what = events[i].events;
      const bool broken = (what & (EPOLLERR | EPOLLHUP)) != 0;
      ParallelGoroutine *reader = nullptr, *writer = nullptr;
      {
        const std::lock_guard guard(mutex_);
        Interest& interest = interests_[fd];
        if (broken || (what & (EPOLLIN | EPOLLRDHUP)) != 0) reader = std::exchange(interest.reader, nullptr);
        if (broken || (what & EPOLLOUT) != 0) writer = std::exchange(interest.writer, nullptr);
        if (interest.reader != nullptr || interest.writer != nullptr) arm(fd, interest);
      }
      tell(reader);
      tell(writer);
    }
  }
}

void Poller::stop() {
  if (!thread_.joinable()) return;
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wake_, &one, sizeof(one));
  thread_.join();
}

}  // namespace gocheck::parallel
