// The workers of one search: threads that explore the same program, each with an execution of its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>

#include "checker/explore/explorer.h"

namespace gocheck::checker {

// What the workers of a search have in common besides its frontier. Thread safe.
class Crew {
 public:
  // One of them has hit a limit that ends the search for all.
  void stop() { stopped_.store(true, std::memory_order_relaxed); }
  bool stopped() const { return stopped_.load(std::memory_order_relaxed); }

  // Complete executions, of all workers.
  void count_executions(uint64_t more) { executions_.fetch_add(more, std::memory_order_relaxed); }
  uint64_t executions() const { return executions_.load(std::memory_order_relaxed); }
  // States that one of them was the first to meet.
  void count_states(int64_t change) { states_.fetch_add(static_cast<uint64_t>(change), std::memory_order_relaxed); }
  uint64_t states() const { return states_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> stopped_ = false;
  std::atomic<uint64_t> executions_ = 0, states_ = 0;
};

// Lets each worker explore in a thread of its own, the first one in the caller's, and adds up what they came to. An
// exception of one of them is thrown when all have ended; meanwhile the others are stopped.
Outcome explore_together(std::span<const Worker> workers, Crew& crew, const std::function<Outcome(const Worker&)>& explore);

}  // namespace gocheck::checker
