// The only door to the checker: a program in, a verdict with its findings out.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "checker/detect/finding.h"
#include "checker/execution/controlled.h"
#include "checker/execution/witness.h"
#include "checker/explore/explorer.h"

namespace gocheck::checker {

enum class Explorer : uint8_t {
  exhaustive,  // every interleaving: the oracle
  reduced,     // one execution of each trace
  merging,     // and every state once
};

enum class TimeModel : uint8_t { ideal, free, both };

// What the search is doing.
struct Progress {
  std::string_view part = "exploring";  // everything; or "samples", "at most 1 preemption"
  bool again = false;       // from the start, with the racing accesses found so far as visible operations
  bool free_time = false;   // timers fire at any moment
  Statistics statistics;    // of all parts so far; no number gets smaller
  double events_per_second = 0;  // of the present part; 0: it has just begun
  double fraction = 0;      // of everything, how much has been explored, whatever part it is now: a guess; 0: none
  double seconds_left = -1;  // until everything has been, if that is the present part: a guess; < 0: none
  size_t findings = 0;
  double seconds = 0;
  // A step that has been going on for long: who is where, and since when.
  const FindingPosition* busy = nullptr;
  double busy_seconds = 0;
};

struct CheckOptions {
  Explorer explorer = Explorer::reduced;
  // Where states are merged: are those the same that differ in which of several interchangeable goroutines is where?
  bool symmetry = true;
  TimeModel time = TimeModel::both;
  // Threads that explore, each with an execution of its own; >= 1.
  int jobs = 1;
  ModelOptions model;
  Limits limits;
  // Shows most bugs early where the search takes long: after a first attempt at it come samples and all schedules with
  // few preemptions.
  bool anytime = false;
  // How long the parts of it may take before the last one, in units of what is usual (tests).
  double pace = 1;
  // limits.steps is nobody's wish: where executions are very long, short ones are explored first (anytime).
  bool few_steps_first = false;
  // Only this part of the search (merging, not anytime).
  Shard shard;
  // Stops the search when it has findings and has found no further one for so long
  // (limit "after-finding").
  double patience = 1e18;
  const std::atomic<bool>* interrupted = nullptr;
  // File that an unfinished check is saved to, every few seconds and when a limit ends it; and the file of an unfinished check
  // of the same program, with the same options but for limits and jobs, to go on with. May be empty, or the same.
  std::string checkpoint, resume;
  // Called for every new finding, after its witness has been replayed; for leaks at the end, since a deadlock may turn out to be
  // the same defect. May be empty. This and on_progress are called by any of the threads, but never by two at once.
  std::function<void(const Finding&, const Witness&)> on_finding;
  // Called often while the search goes on: many times a second, unless one instruction takes long. May be empty.
  std::function<void(const Progress&)> on_progress;
  // Collect what the program prints and the end states of all executions (tests).
  bool collect_outcomes = false;
};

enum class Verdict : uint8_t {
  found,            // findings, whether or not the search was complete
  none_exhaustive,  // no findings in any execution
  none_bounded,     // none up to a bound that was reached (max-steps, random-choices, map-insertions)
  inconclusive,     // none, but the search was stopped
};
std::string_view to_string(Verdict verdict);

struct CheckResult {
  std::string error;  // why nothing was checked: what is wrong with a checkpoint; else empty
  std::string warning;  // why the last checkpoint could not be written; else empty
  Verdict verdict = Verdict::inconclusive;
  std::set<std::string> limits;  // those that were hit
  // Unless everything was explored: all schedules with at most so many preemptions were; -1: not even that is known.
  int preemptions = -1;
  // Unless everything was explored: all executions of at most so many steps were; 0: not even that is known.
  uint64_t steps = 0;
  // Unless everything was explored: the share of all states (executions, if states are not told apart) that was, as a guess;
  // 0: none.
  double fraction = 0;
  Statistics statistics;
  double seconds = 0;
  // Racing accesses that were visible operations in the end, packed as in Witness.
  std::set<uint64_t> racing;
  std::vector<Finding> findings;   // sorted by position
  std::vector<Witness> witnesses;  // one per finding
  std::set<std::string> outputs;   // of complete executions, if collected
  std::set<StateHash> end_states;

  // 0, 1 or 3 (design.md, section 6); leaks count only if `strict`.
  int exit_status(bool strict) const;
};

// Explores `program`. Thread safe for distinct calls.
CheckResult check(const program::Program& program, const CheckOptions& options);

}  // namespace gocheck::checker
