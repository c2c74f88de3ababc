// What is noted while a schedule is followed, for its report.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "checker/detect/wait_group_debts.h"
#include "runtime/program/program.h"

namespace gocheck::checker {

struct ReplayLog {
  // Control goes from here to the deferred calls.
  struct Panic {
    size_t step;  // of the schedule in which it begins, from 1; 0: before the first
    GoroutineId goroutine;
    Position position;
    std::string text;
  };
  explicit ReplayLog(const program::Program& program) : debts(program) {}

  size_t step = 0;  // the present one
  std::vector<Panic> panics;
  WaitGroupDebts debts;
};

}  // namespace gocheck::checker
