// Checkpoints: files from which an unfinished check can be gone on with.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "checker/execution/memory.h"
#include "checker/explore/explorer.h"
#include "checker/explore/keeper.h"

namespace gocheck::checker {

// An unfinished check. Findings are kept as their witnesses.
struct Checkpoint {
  uint64_t program = 0;       // hash_of() it
  std::string circumstances;  // options that make it another search
  double seconds = 0;         // that it has taken so far
  Statistics statistics;      // of the parts that are over
  std::set<std::string> limits;
  // What is proven so far (see Check).
  int preemptions = 0, explored = 0;
  uint64_t deepest = 0, explored_steps = 0, steps_promoted = 0;
  struct Found {
    std::string witness;  // as save() writes it
    bool early_timer = false;
    template <class Archive>
    void archive(Archive& a) {
      a(witness, early_timer);
    }
  };
  std::vector<Found> findings;
  std::vector<std::pair<uint64_t, uint64_t>> promoted;
  std::string names;  // of goroutines and places of memory
  bool free_time = false;
  int part = 0;        // of the search, which was going on ...
  SavedSearch search;  // ... here; empty: at its beginning

  template <class Archive>
  void archive(Archive& a) {
    a(program, circumstances, seconds, statistics, limits, preemptions, explored, deepest, explored_steps, steps_promoted,
      findings, promoted, names, free_time, part,
      search);
  }
};

// Is there a file that is no checkpoint, of any version, and so must not be written over?
bool is_something_else(const std::string& path);
// Writes the file in one piece: whatever happens, there is the old one or the new one. Returns why it could not, or nothing.
std::optional<std::string> write_checkpoint(const std::string& path, Checkpoint& checkpoint);
// Reads it; false: why it could not, e.g. "it is damaged", is in `error`.
bool read_checkpoint(const std::string& path, Checkpoint& checkpoint, std::string& error);

}  // namespace gocheck::checker
