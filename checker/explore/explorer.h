// Explorers: ways through all executions of a program.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "checker/execution/execution.h"

namespace gocheck::checker {

class Keeper;

struct Limits {
  uint64_t executions = UINT64_MAX;
  uint64_t states = UINT64_MAX;  // where they are told apart
  uint64_t steps = 100'000;      // visible operations of one execution; a longer one is cut
  uint64_t memory = UINT64_MAX;  // bytes for what is remembered of states; older ones are forgotten then
  double seconds = 1e18;
};

// Names of those (in Outcome) that end a search wherever it is, but for time and for ExploreOptions::stop.
inline constexpr const char* kEndingLimits[] = {"interrupted", "max-executions", "max-states", "state-memory"};

struct Statistics {
  uint64_t executions = 0;  // complete ones
  uint64_t blocked = 0;     // cut because everything possible was in the sleep set
  uint64_t truncated = 0;   // cut by Limits::steps
  uint64_t events = 0;      // steps taken
  uint64_t states = 0;      // different ones, if they are told apart (explore_merging)
  uint64_t merged = 0;      // executions that came to a state visited before, and went on there
  uint64_t max_depth = 0;
  double expected = 0;      // how many executions, or states if they are told apart, there will be: a guess; 0: none

  // What `expected` guesses, so far; and the share of it, 0: not known, or not to be known because executions were cut.
  double explored() const { return static_cast<double>(states > 0 ? states : executions); }
  double fraction() const { return expected > 0 && truncated == 0 ? std::min(1.0, explored() / expected) : 0; }
  void add(const Statistics& other);
  template <class Archive>
  void archive(Archive& a) {
    a(executions, blocked, truncated, events, states, merged, max_depth);
  }
};

// What an exploration came to. `limits` names those that were hit ("max-executions",
// "max-states", "max-steps", "state-memory", "time-limit", "interrupted"); empty: every execution has been explored.
struct Outcome {
  Statistics statistics;
  std::set<std::string> limits;
  bool complete() const { return limits.empty(); }
  void add(const Outcome& other);
  template <class Archive>
  void archive(Archive& a) {
    a(statistics, limits);
  }
};

struct ExploreOptions {
  Limits limits;
  const std::atomic<bool>* interrupted = nullptr;  // set by Ctrl-C or a watchdog; checked every step
  // Called at the end of every complete execution, with its schedule, while the execution is still in its
  // last state; used by tests (final states). May be empty.
  std::function<void(const Schedule&, const Statistics&)> at_end;
  // Called now and then, a few hundred steps apart. May be empty.
  std::function<void(const Statistics&)> tick;
  // Asked after each execution, complete or not: true stops the search (limit name "stopped").
  std::function<bool()> stop;
  // Keeps the search for another process to go on with; the merging and the reduced search, the latter by one worker
  // only. May be null.
  Keeper* keeper = nullptr;
  // The schedule of the step being taken is here while Execution::step and end run, so that
  // findings can be recorded with it. Must not be null.
  Schedule* schedule = nullptr;
};

// One of several that explore together. The limits of all of them are the same, and count for them together; all else
// belongs to one worker: its callbacks are called in its thread, while others call theirs.
struct Worker {
  Execution* execution;
  ExploreOptions options;
};

// Every interleaving of visible operations, no reduction at all: the oracle. Depth first.
Outcome explore_exhaustively(Execution& execution, const ExploreOptions& options);

// Source sets and wakeup trees: exactly one execution of every Mazurkiewicz trace, and no other.
Outcome explore_reduced(Execution& execution, const ExploreOptions& options);
// The same by several workers: as many executions, of the same traces, however many workers there are. All executions
// are of one program and give their goroutines and objects the same names.
Outcome explore_reduced_together(std::span<const Worker> workers);

// DPOR on the graph of states: every state that the reduction asks for is explored once. Ends for every program
// with finitely many states, whether or not its executions do. Memory grows with the number of states.
Outcome explore_merging(Execution& execution, const ExploreOptions& options);
// The same by several workers. How many states are explored depends on who comes first where.
Outcome explore_merging_together(std::span<const Worker> workers);
// Only what follows on these beginnings, of different states. No checkpoints.
Outcome explore_merging_from(const std::vector<Schedule>& beginnings, std::span<const Worker> workers);

// One of the parts that a merging search can be split into, each explored by another process.
struct Shard {
  uint32_t index = 0, count = 1;
};
// Needs fresh names of goroutines and objects, so that all shards have the same. What is explored before it is split is
// explored, and counted, by all.
Outcome explore_shard(std::span<const Worker> workers, Shard shard);

// Every schedule with at most so many preemptions: switches away from a goroutine that could have gone on.
Outcome explore_bounded(Execution& execution, const ExploreOptions& options, uint32_t preemptions);

// Every execution up to limits.steps (fewer than 2^32), without any reduction; states are merged. Limit "max-steps": there
// are longer ones.
Outcome explore_shallow(Execution& execution, const ExploreOptions& options);

// So many executions at random, always the same ones. Its outcome says nothing about those left out.
Outcome explore_sampled(Execution& execution, const ExploreOptions& options, uint64_t executions);

}  // namespace gocheck::checker
