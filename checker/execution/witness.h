// Witnesses: a finding with the schedule that shows it, and the following of that schedule.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "checker/detect/finding.h"
#include "checker/execution/controlled.h"

namespace gocheck::checker {

// Everything that determines an execution, besides the program.
struct Witness {
  std::string finding;   // identity() of what it shows
  std::string message;
  Schedule schedule;
  bool at_end = false;
  std::optional<Loop> loop;
  ModelOptions model;
  // Racing sites that were visible operations, in the order of their promotion, each as (word of
  // code, function) packed: function << 32 | pc.
  std::vector<std::pair<uint64_t, uint64_t>> promoted;
  Names::Children goroutines;  // what the ids in the schedule mean
  // What it was made of, so that replay can refuse another program.
  std::vector<std::string> files;
  std::string go_version;
  uint64_t program_hash = 0;
};

uint64_t hash_of(const program::Program& program);
// In a pair with itself, Promotions::wait_groups().
inline constexpr uint64_t kPackedWaitGroups = UINT64_MAX;
// The pairs of sites that are packed as in Witness::promoted; nothing if there is none such.
std::optional<Promotions> unpack(const program::Program& program, std::span<const std::pair<uint64_t, uint64_t>> promoted);

// One step of a schedule, or an access of a data race or a panic within one, in source terms.
struct TraceStep {
  GoroutineId goroutine;
  std::string name;         // of the goroutine
  GoroutineId partner;
  std::string partner_name;
  std::string text;         // "chan send -> main"
  Position position;        // of the operation
  Position partner_position;
  bool racing = false;      // a plain access that races, as a step of its own
  bool of_testing = false;  // package testing's own, of no interest to its user
  bool within = false;      // is no step, but happened within the one before it
};

struct Replay {
  bool followed = false;          // every step of the schedule was possible
  bool shown = false;             // the finding showed
  std::vector<TraceStep> steps;
  std::optional<Finding> finding;  // as found by the replay
  std::vector<std::string> races;  // identities of those that a data race follows from: if they were none, it would be none
  std::vector<size_t> accesses;    // steps of the witness in which the accesses of a data race happened, from 1; 0: before them
};

// Follows the witness from the start of the program.
Replay replay(const program::Program& program, const Witness& witness);

// The file format (JSON; witness_file.cc). load: why the text is no witness in `error`, e.g. "it is empty". What it
// returns is well-formed; whether it fits a program is seen when it is replayed.
std::string save(const Witness& witness);
std::optional<Witness> load(const std::string& text, std::string& error);

}  // namespace gocheck::checker
