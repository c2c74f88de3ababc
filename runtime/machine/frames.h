// Closures, and how frames are entered.
//
// A closure is a Gol record of words: {FunctionId, captured slots...}. The method value of an
// interface is {FunctionId | kBoundMethod, receiver data word}: calling it inserts the receiver
// before the arguments.
#pragma once

#include <cstring>

#include "runtime/machine/executor.h"
#include "runtime/program/program.h"

namespace gocheck::machine {

inline constexpr uint64_t kBoundMethod = uint64_t{1} << 63;

// Grows the stack of g so that `slots` slots and one more frame fit. False after a stack overflow,
// which is fatal (see panic.h).
bool make_room(Executor& e, Goroutine& g, uint64_t slots);

// Pushes a frame of `function` with its registers from slot `base` on. False as make_room.
inline bool push_frame(Executor& e, Goroutine& g, const program::Function& function, uint64_t base, Address closure,
                       Frame::Entry entry) {
  if (base + function.frame > g.slot_capacity || g.depth == g.frame_capacity) [[unlikely]] {
    if (!make_room(e, g, base + function.frame)) return false;
  }
  g.frames[g.depth++] = Frame{&function, function.code.data(), closure, 0, static_cast<uint32_t>(base), entry};
  return true;
}

// The same for a closure; not nil. The arguments are already in place, but for a bound receiver.
inline bool push_closure(Executor& e, Goroutine& g, Address closure, uint64_t base, Frame::Entry entry) {
  uint64_t words[2];
  std::memcpy(words, e.host(closure), sizeof(uint64_t));
  const bool bound = (words[0] & kBoundMethod) != 0;
  const program::Function& function = e.program.functions[words[0] & ~kBoundMethod];
  if (!push_frame(e, g, function, base, bound ? 0 : closure, entry)) return false;
  if (bound) {
    std::memcpy(words, e.host(closure), sizeof(words));
    Slot* arguments = g.slots + base + function.results;
    std::memmove(arguments + 1, arguments, (function.params - 1) * sizeof(Slot));
    arguments[0] = words[1];
  }
  return true;
}

// The function that a closure runs.
inline const program::Function& function_of(const Executor& e, Address closure) {
  uint64_t word;
  std::memcpy(&word, e.host(closure), sizeof(word));
  return e.program.functions[word & ~kBoundMethod];
}

// Where a frame above the top one begins: it leaves all slots of the top alone.
inline uint64_t end_of_stack(const Goroutine& g) {
  return g.depth == 0 ? 0 : g.top().base + uint64_t{g.top().function->frame};
}

// Makes `closure` (without parameters) the first function of the fresh goroutine g; for
// Executor::spawn and the start of the program.
inline void start(Executor& e, Goroutine& g, Address closure) {
  push_closure(e, g, closure, 0, Frame::Entry::first);
}

}  // namespace gocheck::machine
