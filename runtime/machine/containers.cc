// Instructions on maps and channels that are no visible operations.
#include <algorithm>

#include "runtime/machine/channel.h"
#include "runtime/machine/map.h"
#include "runtime/machine/slow.h"

namespace gocheck::machine::slow {

using program::ext;
using program::Type;

namespace {

const Type& map_type(const Executor& e, const Instruction* at) {
  return e.program.types[ext(at) & 0xffffffff];
}

// R[a..] = the value of R[b][R[c..]] or zero.
bool get(Executor& e, Goroutine& g, const Instruction* at, Slot* R, const Type& value_type, bool& found) {
  const Slot* value;
  if (!map_find(e, g, map_type(e, at), R[at->b], R + at->c, at, value)) return false;
  found = value != nullptr;
  Slot* to = R + at->a;
  if (found) {
    std::memcpy(to, value, value_type.slots * sizeof(Slot));
  } else {
    std::memset(to, 0, value_type.slots * sizeof(Slot));
  }
  return true;
}

}  // namespace

bool make_map(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  // As Go's, a hint that makes no sense is no error.
  const int64_t hint = std::clamp<int64_t>(static_cast<int64_t>(R[at->b]), 0, 1 << 24);
  R[at->a] = map_make(e, g, map_type(e, at), hint);
  return true;
}

bool map_get(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  bool found;
  return get(e, g, at, R, e.program.types[map_type(e, at).element], found);
}

bool map_get_ok(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  bool found;
  const Type& value_type = e.program.types[map_type(e, at).element];
  if (!get(e, g, at, R, value_type, found)) return false;
  R[at->a + value_type.slots] = found;
  return true;
}

bool map_set(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  return machine::map_set(e, g, map_type(e, at), R[at->a], R + at->b, R + at->c, at);
}

bool map_delete(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  return machine::map_delete(e, g, map_type(e, at), R[at->a], R + at->b, at);
}

bool map_clear(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  return machine::map_clear(e, g, R[at->a], at);
}

bool map_len(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  R[at->a] = map_length(e, g, R[at->b], at);
  return true;
}

bool map_iter(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  return map_begin(e, g, R[at->b], at, R + at->a);
}

bool map_next(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  constexpr uint16_t kUnwanted = 0xffff;
  const Type& type = map_type(e, at);
  const uint16_t key_slot = at->c, value_slot = static_cast<uint16_t>(ext(at) >> 32);
  const Slot *key, *value;
  if (!map_advance(e, g, type, R + at->b, at, key, value)) return false;
  R[at->a] = key != nullptr;
  if (!key) return true;
  if (key_slot != kUnwanted) std::memcpy(R + key_slot, key, e.program.types[type.key].slots * sizeof(Slot));
  if (value_slot != kUnwanted)
    std::memcpy(R + value_slot, value, e.program.types[type.element].slots * sizeof(Slot));
  return true;
}

bool make_chan(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  const Address channel =
      make_channel(e, g, static_cast<program::TypeId>(ext(at)), static_cast<int64_t>(R[at->b]));
  R[at->a] = channel;
  return channel != 0;
}

bool chan_cap(Executor& e, Goroutine&, const Instruction* at, Slot* R) {
  const Address channel = R[at->b];
  R[at->a] = channel == 0 ? 0 : channel_at(e, channel).capacity;
  return true;
}

}  // namespace gocheck::machine::slow
