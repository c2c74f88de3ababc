// A goroutine: its stack of frames and what it is waiting for.
//
// All private state of a goroutine is here or in its slots, so that the checker can save and
// restore it frame by frame (checker/execution/undo.h); what is shared is in Gol memory.
// Nothing points into the slots: variables whose address is taken live in Gol memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/machine/operation.h"
#include "runtime/program/program.h"

namespace gocheck::machine {

struct Frame {
  const program::Function* function;
  const program::Instruction* pc;  // next to execute; of a caller: the one after the call
  Address closure;                 // the closure being run, 0 if none (load_capture)
  Address defers;                  // latest deferred call: a Gol record {next, closure}; 0 if none
  uint32_t base;                   // index of R[0] in the slot stack
  // How the frame was entered: by a call instruction, as a deferred call of the frame below (by
  // run_defers or by a panic that unwinds it), or as the first of the goroutine.
  enum class Entry : uint8_t { call, deferred, deferred_by_panic, first } entry;
};

enum class Status : uint8_t {
  ready,     // can be run
  waiting,   // at a visible operation that has not happened yet (`operation` says which)
  finished,
};

// Bits of a goroutine's kind.
struct Goroutine {
  uint32_t id = 0;          // 1 is main; dense; in the checker independent of the schedule
  uint32_t parent = 0;      // id of the goroutine that started it, 0 for main
  uint32_t child_number = 0;  // its number among its parent's children, from 1
  uint32_t children = 0;    // how many it has started
  // Serves the library (a timer), not the program: no leak, no part of a deadlock, not shown.
  bool system = false;
  const program::Function* function = nullptr;   // what it runs (the first that is not a wrapper, for names)
  const program::Instruction* started_at = nullptr;   // the go instruction, and the
  const program::Function* started_in = nullptr;      // function that holds it

  Status status = Status::ready;
  Operation operation;      // valid while waiting
  bool goexit = false;      // finished by runtime.Goexit
  Address panic = 0;        // latest panic under way: a Gol record, see panic.h; 0 if none

  Slot* slots = nullptr;    // the slot stack, allocated by the executor
  uint32_t slot_capacity = 0;
  Frame* frames = nullptr;  // frames[0] is the first function; frames[depth-1] runs
  uint32_t frame_capacity = 0;
  uint32_t depth = 0;
  // Frames below this index are as they were when the current transition began; the executor
  // saves one before it is touched (Executor::frame_reentered). Unused by the parallel runtime.
  uint32_t saved_depth = 0;

  void* executor_data = nullptr;  // what the executor keeps of it (clocks, queue links)

  Frame& top() { return frames[depth - 1]; }
  const Frame& top() const { return frames[depth - 1]; }
  Slot* registers() { return slots + top().base; }
};

// One line of a stack trace, innermost first; wrappers are left out.
struct TraceLine {
  const program::Function* function;
  Position position;
};
std::vector<TraceLine> stack_trace(const Goroutine& g);

}  // namespace gocheck::machine
