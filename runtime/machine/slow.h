// The instructions that are not worth inlining into the interpreter's loop, compiled once for all
// executors. Each carries out the instruction at `at` on the registers R and returns false when a
// panic was raised (or the program stopped) instead.
#pragma once

#include "runtime/machine/executor.h"

namespace gocheck::machine::slow {

using program::Instruction;

#define GOCHECK_SLOW_INSTRUCTIONS(V)                                                                         \
  V(grow_slice) V(append_slice) V(append_string) V(copy_slice) V(copy_string) V(clear_slice)                 \
  V(make_slice) V(slice_slice) V(slice_string) V(slice_array) V(slice_to_array)                              \
  V(concat) V(string_to_bytes) V(bytes_to_string) V(string_to_runes) V(runes_to_string) V(rune_to_string)    \
  V(string_next) V(lt_str) V(le_str)                                                                         \
  V(make_iface) V(assert_type) V(assert_iface) V(assert_iface_ok) V(method_closure) V(eq_mem)                \
  V(make_map) V(map_get) V(map_get_ok) V(map_set) V(map_delete) V(map_clear) V(map_len) V(map_iter) V(map_next) \
  V(make_chan) V(chan_cap) V(print)

#define V(name) bool name(Executor& e, Goroutine& g, const Instruction* at, Slot* R);
GOCHECK_SLOW_INSTRUCTIONS(V)
#undef V

// Texts of the checks that the interpreter makes itself.
void raise_index(Executor& e, Goroutine& g, int64_t index, int64_t length);

}  // namespace gocheck::machine::slow
