#include "runtime/parallel/scheduler.h"

#include <algorithm>
#include <utility>

namespace gocheck::parallel {

thread_local Scheduler::Worker* Scheduler::current_ = nullptr;

namespace {
// How often `next` may be preferred in a row, and how often the global queue comes first, so that
// no goroutine is left waiting.
constexpr uint32_t kNextInARow = 64;
constexpr uint32_t kGlobalEvery = 61;
}  // namespace

uint32_t Scheduler::Worker::next_random() {
  random ^= random << 13;
  random ^= random >> 7;
  random ^= random << 17;
  return static_cast<uint32_t>(random >> 32);
}

Scheduler::Scheduler(int workers, Hooks hooks) : hooks_(std::move(hooks)) {
  for (int i = 0; i < workers; ++i) workers_.push_back(std::make_unique<Worker>(i));
  idle_.reserve(workers);
}

void Scheduler::ready(ParallelGoroutine& g) {
  g.status = machine::Status::ready;
  Worker* const worker = current();
  if (worker == nullptr) {
    global_.push(&g);
    wake_one();
    return;
  }
  ParallelGoroutine* const displaced = std::exchange(worker->next, &g);
  if (displaced == nullptr) return;
  worker->queue.push(displaced, global_);
  wake_one();
}

void Scheduler::ready_last(ParallelGoroutine& g) {
  g.status = machine::Status::ready;
  global_.push(&g);
  wake_one();
}

void Scheduler::wake_one() {
  for (;;) {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (idle_count_.load(std::memory_order_relaxed) == 0) return;
    uint32_t none = 0;
    if (searching_.load(std::memory_order_relaxed) != 0 || !searching_.compare_exchange_strong(none, 1))
      return;
    {
      const std::lock_guard guard(idle_mutex_);
      if (!idle_.empty()) {
        Worker* const sleeper = idle_.back();
        idle_.pop_back();
        idle_count_.store(static_cast<uint32_t>(idle_.size()));
        sleeper->searching = true;  // it is counted already
        sleeper->event.signal();
        return;
      }
    }
    // Nobody was left to be woken. Whoever added work meanwhile took this thread for a worker that
    // searches, so its work, and a worker that has fallen asleep since, are for this thread to see.
    searching_.fetch_sub(1);
  }
}

ParallelGoroutine* Scheduler::take_local(Worker& worker) {
  if (++worker.ticks % kGlobalEvery == 0) {
    if (ParallelGoroutine* g = global_.pop()) return g;
  }
  if (worker.next != nullptr) {
    ParallelGoroutine* const g = std::exchange(worker.next, nullptr);
    if (++worker.in_a_row < kNextInARow) return g;
    worker.queue.push(g, global_);
  }
  worker.in_a_row = 0;
  if (ParallelGoroutine* g = worker.queue.pop()) return g;
  return take_global(worker);
}

// One goroutine of the global queue, and the worker's share of the others into its ring, which is empty.
ParallelGoroutine* Scheduler::take_global(Worker& worker) {
  const uint64_t share =
      std::min<uint64_t>(global_.length() / workers_.size() + 1, LocalQueue::kCapacity / 2);
  ParallelGoroutine* const g = global_.pop_list(share);
  if (g == nullptr) return nullptr;
  for (ParallelGoroutine* rest = std::exchange(g->next, nullptr); rest != nullptr;) {
    ParallelGoroutine* const following = std::exchange(rest->next, nullptr);
    worker.queue.push(rest, global_);
    rest = following;
  }
  return g;
}

ParallelGoroutine* Scheduler::search(Worker& worker) {
  if (!worker.searching) {
    worker.searching = true;
    searching_.fetch_add(1);
  }
  const uint32_t count = static_cast<uint32_t>(workers_.size());
  const uint32_t start = worker.next_random();
  for (uint32_t i = 0; i < count; ++i) {
    Worker& victim = *workers_[(start + i) % count];
    if (&victim == &worker) continue;
    if (ParallelGoroutine* g = worker.queue.steal_from(victim.queue)) return g;
  }
  return take_global(worker);
}

void Scheduler::stop_searching(Worker& worker) {
  if (!std::exchange(worker.searching, false)) return;
  // Whoever added work while this worker searched relied on it to find that as well.
  if (searching_.fetch_sub(1) == 1) wake_one();
}

bool Scheduler::any_work() const {
  return !global_.empty() || std::ranges::any_of(workers_, [](const auto& w) { return !w->queue.empty(); });
}

ParallelGoroutine* Scheduler::take(Worker& worker) {
  while (!stopped()) {
    ParallelGoroutine* g = take_local(worker);
    if (g == nullptr) g = search(worker);
    if (g != nullptr) {
      stop_searching(worker);
      return g;
    }
    hooks_.idle();
    fall_asleep(worker);
  }
  return nullptr;
}

bool Scheduler::leave_idle(Worker& worker) {
  const auto place = std::ranges::find(idle_, &worker);
  if (place == idle_.end()) return false;
  idle_.erase(place);
  idle_count_.store(static_cast<uint32_t>(idle_.size()));
  return true;
}

void Scheduler::fall_asleep(Worker& worker) {
  {
    const std::lock_guard guard(idle_mutex_);
    idle_.push_back(&worker);
    idle_count_.store(static_cast<uint32_t>(idle_.size()));
    // From here on whoever wakes this worker makes it search, hence under the lock.
    if (std::exchange(worker.searching, false)) searching_.fetch_sub(1);
  }
  std::atomic_thread_fence(std::memory_order_seq_cst);
  {
    std::unique_lock guard(idle_mutex_);
    if ((any_work() || stopped()) && leave_idle(worker)) return;
    // When all sleep, only the outside can make work. It pushes what it makes ready before it
    // stops being expected, hence the order of the tests.
    if (idle_.size() == workers_.size() && !dead_ && !hooks_.expecting() && !any_work() && !stopped()) {
      dead_ = true;
      guard.unlock();
      hooks_.deadlock();
    }
  }
  worker.event.wait();
}

void Scheduler::stop() {
  {
    const std::lock_guard guard(idle_mutex_);
    stopped_.store(true, std::memory_order_release);
  }
  for (const auto& worker : workers_) worker->event.signal();
}

}  // namespace gocheck::parallel
