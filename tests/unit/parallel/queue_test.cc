// The scheduler's building blocks under several threads: nothing is lost, nothing comes twice.
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <set>
#include <thread>
#include <vector>

#include "runtime/parallel/futex.h"
#include "runtime/parallel/run_queue.h"
#include "runtime/parallel/timers.h"

namespace gocheck::parallel {
namespace {

TEST(GlobalQueue, IsFirstInFirstOut) {
  std::deque<ParallelGoroutine> goroutines(3);
  GlobalQueue queue;
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.pop(), nullptr);
  for (auto& g : goroutines) queue.push(&g);
  EXPECT_FALSE(queue.empty());
  for (auto& g : goroutines) EXPECT_EQ(queue.pop(), &g);
  EXPECT_EQ(queue.pop(), nullptr);
  EXPECT_TRUE(queue.empty());
}

TEST(LocalQueue, IsFirstInFirstOut) {
  std::deque<ParallelGoroutine> goroutines(3);
  GlobalQueue global;
  LocalQueue queue;
  for (auto& g : goroutines) queue.push(&g, global);
  for (auto& g : goroutines) EXPECT_EQ(queue.pop(), &g);
  EXPECT_EQ(queue.pop(), nullptr);
  EXPECT_TRUE(queue.empty());
}

TEST(LocalQueue, SpillsTheOldestHalfWhenFull) {
  std::deque<ParallelGoroutine> goroutines(LocalQueue::kCapacity + 1);
  GlobalQueue global;
  LocalQueue queue;
  for (auto& g : goroutines) queue.push(&g, global);
  for (uint32_t i = 0; i < LocalQueue::kCapacity / 2; ++i) ASSERT_EQ(global.pop(), &goroutines[i]);
  EXPECT_TRUE(global.empty());
  for (uint32_t i = LocalQueue::kCapacity / 2; i <= LocalQueue::kCapacity; ++i)
    ASSERT_EQ(queue.pop(), &goroutines[i]);
}

TEST(LocalQueue, ThievesTakeHalf) {
  std::deque<ParallelGoroutine> goroutines(5);
  GlobalQueue global;
  LocalQueue victim, thief;
  EXPECT_EQ(thief.steal_from(victim), nullptr);
  for (auto& g : goroutines) victim.push(&g, global);
  EXPECT_EQ(thief.steal_from(victim), &goroutines[2]);
  EXPECT_EQ(thief.pop(), &goroutines[0]);
  EXPECT_EQ(thief.pop(), &goroutines[1]);
  EXPECT_EQ(thief.pop(), nullptr);
  EXPECT_EQ(victim.pop(), &goroutines[3]);
}

// One owner pushes and pops, others steal: every goroutine is seen exactly once.
TEST(LocalQueue, LosesNothingUnderContention) {
  constexpr int kGoroutines = 20'000, kThieves = 3;
  std::deque<ParallelGoroutine> goroutines(kGoroutines);
  for (int i = 0; i < kGoroutines; ++i) goroutines[i].id = i;
  std::vector<std::atomic<int>> seen(kGoroutines);
  std::atomic<int> total = 0;
  const auto see = [&](ParallelGoroutine* g) {
    if (g == nullptr) return;
    ++seen[g->id];
    ++total;
  };
  GlobalQueue global;
  LocalQueue queue;
  std::vector<std::thread> thieves;
  for (int i = 0; i < kThieves; ++i) {
    thieves.emplace_back([&] {
      LocalQueue mine;
      while (total < kGoroutines) {
        see(mine.steal_from(queue));
        while (ParallelGoroutine* g = mine.pop()) see(g);
        std::this_thread::yield();
      }
    });
  }
  for (int i = 0; i < kGoroutines; ++i) {
    queue.push(&goroutines[i], global);
    if (i % 3 == 0) see(queue.pop());
  }
  while (total < kGoroutines) {
    see(queue.pop());
    see(global.pop());
  }
  for (auto& thief : thieves) thief.join();
  for (const auto& count : seen) ASSERT_EQ(count, 1);
}

TEST(WordLock, Excludes) {
  uint32_t word = 0;
  int counter = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 10'000; ++n) {
        const WordGuard guard(word);
        ++counter;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(counter, 40'000);
  EXPECT_EQ(word, 0u);
}

TEST(Event, RemembersASignal) {
  Event event;
  event.signal();
  event.wait();  // does not block
  std::thread other([&] { event.signal(); });
  event.wait();
  other.join();
}

TEST(Timers, ExpireInOrderOfTheirDeadlines) {
  std::vector<uint32_t> order;
  Event done;
  std::deque<ParallelGoroutine> goroutines(20);
  Timers timers([&](ParallelGoroutine& g, Address) { order.push_back(g.id); }, [&] { done.signal(); });
  const int64_t start = monotonic_now() + 50'000'000;
  for (uint32_t i = 0; i < goroutines.size(); ++i) {
    goroutines[i].id = i * 7 % 20;
    goroutines[i].deadline = start + goroutines[i].id * 100'000;
    timers.add(goroutines[i]);
  }
  EXPECT_TRUE(timers.pending());
  for (auto& g : goroutines) {
    if (g.id % 2 == 1) timers.remove(g);
  }
  done.wait();
  timers.stop();
  EXPECT_FALSE(timers.pending());
  EXPECT_EQ(order, (std::vector<uint32_t>{0, 2, 4, 6, 8, 10, 12, 14, 16, 18}));
}

}  // namespace
}  // namespace gocheck::parallel
