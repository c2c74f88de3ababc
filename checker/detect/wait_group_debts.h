// Who still has to call Done: for reports of deadlocks in which somebody waits for a wait group.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "checker/execution/execution.h"
#include "runtime/machine/operation.h"
#include "runtime/program/program.h"

namespace gocheck::checker {

// Follows one execution, without undo. An Add is owed by the goroutine that makes it until it starts one that knows the group and
// calls Done somewhere: that one owes one Done from then on. That is a guess at who is meant to; it is dropped as soon as
// somebody calls Done who owes nothing.
class WaitGroupDebts {
 public:
  struct Debt {
    GoroutineId by;
    uint64_t count;
    bool called_before;  // it has called Done already
  };

  explicit WaitGroupDebts(const program::Program& program) : program_(program) {
    begins_with_[1] = &program.functions[program.main];
  }

  // Before Add(delta); Done is Add(-1).
  void add(GoroutineId g, machine::Address group, int64_t delta);
  // A goroutine begins with that function; does it know a group?
  void start(GoroutineId parent, GoroutineId child, const program::Function* function,
             const std::function<bool(machine::Address)>& knows);
  // By goroutine; empty if it is not known who owes what the counter says. Who calls Done nowhere, and has added too much, is
  // left out. Linear in the goroutines that owe anything.
  std::vector<Debt> of(machine::Address group, int64_t counter);

 private:
  struct Group {
    std::map<GoroutineId, uint64_t> owed;
    std::set<GoroutineId> callers;  // of Done
    bool known = true;
  };
  // Could a goroutine that begins with that function call Done? Calls by way of functions and interfaces that it has been given
  // may do so; in the library they are not looked at. Time: linear in the program, once.
  bool may_call_done(const program::Function* function);

  const program::Program& program_;
  std::map<machine::Address, Group> groups_;
  std::map<GoroutineId, const program::Function*> begins_with_;
  std::map<const program::Function*, bool> may_call_done_;
};

}  // namespace gocheck::checker
