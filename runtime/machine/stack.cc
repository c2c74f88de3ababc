#include <algorithm>

#include "runtime/machine/frames.h"
#include "runtime/machine/panic.h"

namespace gocheck::machine {

bool make_room(Executor& e, Goroutine& g, uint64_t slots) {
  if (slots > e.slot_limit || g.depth >= e.frame_limit) {
    e.write(g, 2, "runtime: goroutine stack exceeds 1000000000-byte limit\n");
    fatal(e, g, "stack overflow");
    return false;
  }
  const uint64_t wanted_slots =
      slots > g.slot_capacity ? std::min<uint64_t>(2 * slots, e.slot_limit) : g.slot_capacity;
  const uint64_t wanted_frames = g.depth >= g.frame_capacity
                                     ? std::min<uint64_t>(2 * uint64_t{g.depth} + 1, e.frame_limit)
                                     : g.frame_capacity;
  e.grow(g, static_cast<uint32_t>(wanted_slots), static_cast<uint32_t>(wanted_frames));
  return true;
}

}  // namespace gocheck::machine
