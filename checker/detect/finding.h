// Findings: what can go wrong in a program, and where.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/detect/race.h"
#include "checker/detect/replay_log.h"
#include "checker/execution/execution.h"
#include "runtime/program/program.h"

namespace gocheck::checker {

enum class FindingKind : uint8_t {
  data_race, deadlock, goroutine_leak, send_on_closed, close_of_closed, close_of_nil, negative_waitgroup,
  waitgroup_misuse, unlock_of_unlocked, panic, test_failure, livelock,
};

// "data-race", "goroutine-leak" ...: the names used everywhere outside.
std::string_view to_string(FindingKind kind);

struct FindingPosition {
  Position position;
  std::string goroutine;  // "main", "main.func1#3"
  std::string role;       // "read", "write", "update" (both, as in x++), "blocked in chan send", "started here"
};

// A goroutine that is blocked when the finding shows: who waits for whom.
struct Waiting {
  struct Holder {
    std::string goroutine;
    std::string how;    // "locked it", "announced its Lock", "has not called Done": follows "which"
    Position since;     // where; may be invalid
    bool ended = false;  // the goroutine is no more
  };
  std::string goroutine;
  std::string reason;   // "chan send", "sync.Mutex.Lock"
  Position position;
  // Who has the lock waited for, or who still has to call Done for the wait group (replay only); empty if unknown.
  std::vector<Holder> holders;
  int64_t counter = 0;          // of the wait group waited for; otherwise 0
  bool consequence = false;     // it waits because others do, whom the finding is about
};

struct Finding {
  FindingKind kind;
  std::string message;                     // one sentence, without position
  // The primary one first; never empty. Of a deadlock: where those are blocked who are its cause, not their victims.
  std::vector<FindingPosition> positions;
  std::vector<RaceAccess> racing;          // the accesses of a data race in the order in which they came; otherwise empty
  std::string object;                      // what the accesses of a data race touch, in source words
  std::vector<Waiting> waiting;            // consequences last
  Schedule schedule;                       // the steps that lead to it, from the start
  std::optional<size_t> essential;         // only so many steps, the first ones, have to do with it; otherwise all
  bool at_end = false;                     // shows when nothing is possible after the schedule
  std::optional<Loop> loop;                // shows because this goes on for ever after the schedule
  // Where a data race was reported that the schedule goes through: the finding may be a consequence of it.
  std::optional<Position> race;
  // A leak of an operation that is a cause of a deadlock that was found, too: it is the same defect and not told.
  bool part_of_deadlock = false;
  bool early_timer = false;                // needs a timer to fire early (--time=free)
};

// Findings with equal identity are one defect: kind and source positions.
std::string identity(const Finding& finding);

class FindingSink {
 public:
  virtual ~FindingSink() = default;
  // Called in the middle of a step (or of Execution::end or loops); `finding.schedule` is still empty.
  virtual void found(Finding) {}
  // A limit that makes the search incomplete was hit: "memory-limit", "random-choices" ...
  virtual void limited(std::string_view) {}
  // Asked now and then within a step that takes long, with where its goroutine is: the limit that ends the search
  // now, empty if it may go on.
  virtual std::string_view must_stop(const FindingPosition&) { return {}; }
  // Where plain accesses are to be noted, if they are (asked once, at the start).
  virtual AccessLog* access_log() { return nullptr; }
  // Where a replay is to be noted, if it is one (asked once, at the start).
  virtual ReplayLog* replay_log() { return nullptr; }
  // Two accesses race: both become visible operations from the next exploration on.
  virtual void promote(const program::Instruction*, const program::Instruction*) {}
};

}  // namespace gocheck::checker
