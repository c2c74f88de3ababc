// The instruction set: a register bytecode with typed, sized instructions.
//
// An instruction is one 64-bit word {op, a, b, c}, all 16 bits wide; those marked X below are
// followed by a second word, `ext`. R[i] is the i-th 64-bit slot of the current frame.
//
// Slots. A scalar occupies one slot: integers sign- or zero-extended to 64 bits, bool 0/1,
// float32 as its bits zero-extended, float64 as its bits, pointers/maps/channels/functions as a
// Gol address (0 = nil). All other values lie in consecutive slots with Go's memory layout, so
// that they can be moved to and from memory as bytes: string {address, length}, slice {address,
// length, capacity}, interface {TypeId, data word}, structs and arrays (size rounded up to 8).
//
// Arithmetic is on 64 bits; for narrower integers the lowering adds an extend instruction.
//
// Calls. The caller leaves slots from R[a] on: first room for the results, then the arguments
// (receiver first). They become the first slots of the callee's frame: R[0..results) and
// R[results..results+params). Results are there when the call returns. Slots of the caller from
// R[a] on are clobbered, but for the results.
//
// Memory operands: an address register plus a constant offset. Addresses below 4096 are a nil
// dereference (panic). "Tracked" accesses are those of shared Go memory: the race detector sees
// them; untracked ones touch what is immutable or private to the runtime.
#pragma once

#include <cstdint>

namespace gocheck::program {

// clang-format off
// V(name, operands): operands is a letter code used by the verifier and the printer:
//   d  slot written   r  slot read   a k-slot range is written d2, r3, ...
//   i  signed immediate in the operand    u  unsigned immediate    -  unused
//   jBC  relative jump in b:c (in words, from the word after the instruction and its ext)
//   X: followed by ext, with its meaning after the colon
#define GOCHECK_INSTRUCTIONS(V)                                                               \
  /* Constants and moves */                                                                   \
  V(const_i, "d iBC")            /* R[a] = sign-extended b:c */                               \
  V(const_x, "d X:bits")         /* R[a] = ext */                                             \
  V(string_const, "d2 X:data")   /* R[a..] = {rodata + offset, length}; see below */       \
  V(func_const, "d X:func")      /* R[a] = address of the static closure of function ext */   \
  V(global_addr, "d X:offset")   /* R[a] = globals + ext */                                   \
  V(move, "d r")                 /* R[a] = R[b] */                                            \
  V(move2, "d2 r2")              /* two slots; ranges may overlap for all moves */            \
  V(move3, "d3 r3")                                                                           \
  V(move_n, "d r u")             /* c slots */                                                \
  V(zero, "d")                   /* R[a] = 0 */                                               \
  V(zero_n, "d u")               /* R[a..a+b) = 0 */                                          \
  /* Sub-word parts of aggregates in the frame; byte offset from R[0] in ext */               \
  V(frame_load_i8, "d X:byte") V(frame_load_u8, "d X:byte") V(frame_load_i16, "d X:byte")     \
  V(frame_load_u16, "d X:byte") V(frame_load_i32, "d X:byte") V(frame_load_u32, "d X:byte")   \
  V(frame_store_8, "r X:byte") V(frame_store_16, "r X:byte") V(frame_store_32, "r X:byte")    \
  V(frame_copy, "u X:copy")      /* a = size in bytes; ext = dst byte offset << 32 | src */    \
  /* Integer arithmetic on 64 bits */                                                         \
  V(add_i, "d r r") V(sub_i, "d r r") V(mul_i, "d r r")                                       \
  V(div_i, "d r r") V(div_u, "d r r") V(rem_i, "d r r") V(rem_u, "d r r") /* panic on 0 */    \
  V(and_i, "d r r") V(or_i, "d r r") V(xor_i, "d r r") V(and_not_i, "d r r")                  \
  V(shl, "d r r") V(shr_i, "d r r") V(shr_u, "d r r")   /* count R[c] unsigned, may be >= 64 */ \
  V(check_shift, "r")            /* panic if R[a] < 0: "negative shift amount" */             \
  V(neg_i, "d r") V(not_i, "d r") /* -x, ^x */                                                \
  V(add_k, "d r i") V(mul_k, "d r i") V(and_k, "d r u") V(shl_k, "d r u")                     \
  V(shr_ik, "d r u") V(shr_uk, "d r u")                                                       \
  V(ext_i8, "d r") V(ext_i16, "d r") V(ext_i32, "d r")                                        \
  V(ext_u8, "d r") V(ext_u16, "d r") V(ext_u32, "d r")                                        \
  V(not_b, "d r")                /* !x */                                                     \
  /* Floating point */                                                                        \
  V(add_f64, "d r r") V(sub_f64, "d r r") V(mul_f64, "d r r") V(div_f64, "d r r") V(neg_f64, "d r") \
  V(add_f32, "d r r") V(sub_f32, "d r r") V(mul_f32, "d r r") V(div_f32, "d r r") V(neg_f32, "d r") \
  V(i_to_f64, "d r") V(u_to_f64, "d r") V(f64_to_i, "d r") V(f64_to_u, "d r")                 \
  V(i_to_f32, "d r") V(u_to_f32, "d r") V(f32_to_f64, "d r") V(f64_to_f32, "d r")             \
  /* Comparisons: R[a] = 0 or 1. > and >= by swapping the operands */                         \
  V(eq_i, "d r r") V(ne_i, "d r r") V(lt_i, "d r r") V(le_i, "d r r") V(lt_u, "d r r") V(le_u, "d r r") \
  V(eq_k, "d r i") V(lt_k, "d r i") V(gt_k, "d r i")                                          \
  V(eq_f64, "d r r") V(ne_f64, "d r r") V(lt_f64, "d r r") V(le_f64, "d r r")                 \
  V(eq_f32, "d r r") V(ne_f32, "d r r") V(lt_f32, "d r r") V(le_f32, "d r r")                 \
  V(eq_str, "d r2 r2") V(lt_str, "d r2 r2") V(le_str, "d r2 r2")                              \
  V(eq_iface, "d r2 r2")         /* panics: comparing uncomparable type */                    \
  V(eq_mem, "d r r X:type")      /* values of type ext (structs, arrays) in slots, per Go's == */ \
  /* Control flow */                                                                          \
  V(jump, "- jBC") V(jump_if, "r jBC") V(jump_ifnot, "r jBC")                                 \
  V(jump_eq, "r r X:jump") V(jump_ne, "r r X:jump") V(jump_lt, "r r X:jump") V(jump_le, "r r X:jump") \
  V(jump_lt_k, "r i X:jump") V(jump_ge_k, "r i X:jump") V(jump_eq_k, "r i X:jump") V(jump_ne_k, "r i X:jump") \
  V(switch_table, "r X:table")   /* jump by Function::switches[ext] on R[a] */                \
  V(call, "r X:func")            /* frame from R[a]; function ext */                          \
  V(call_closure, "r r")         /* frame from R[a]; closure R[b]; nil: panic */              \
  V(call_iface, "r r2 u X:method") /* frame from R[a]; receiver data word to R[a+c]; method ext */ \
  V(call_native, "r X:native")   /* frame from R[a]; Program::natives[ext]; may be a visible operation */ \
  V(ret, "")                     /* return to the caller */                                   \
  V(run_defers, "")              /* run the frame's deferred calls, last first */             \
  V(go, "r u")                   /* start closure R[a] (no parameters) as a goroutine */      \
  V(defer, "r")                  /* defer closure R[a] (no parameters) */                     \
  V(defer_mark, "d r")           /* as defer R[b]; R[a] = where defer_at puts calls */         \
  V(defer_at, "r r")             /* defer closure R[a] in the function of mark R[b]: it runs after that */ \
  V(panic, "r2")                 /* R[a..] is an interface value */                           \
  V(recover, "d2")                                                                            \
  /* Tracked memory. offset c is in bytes, unsigned */                                        \
  V(load_i8, "d r u") V(load_u8, "d r u") V(load_i16, "d r u") V(load_u16, "d r u")           \
  V(load_i32, "d r u") V(load_u32, "d r u") V(load_64, "d r u")                               \
  V(load_n, "d r u X:size")      /* ext bytes to the slots from R[a] on */                    \
  V(store_8, "r r u") V(store_16, "r r u") V(store_32, "r r u") V(store_64, "r r u") /* R[a] = address, R[b] = value */ \
  V(store_n, "r r u X:size")                                                                  \
  V(zero_mem, "r - u X:size")    /* store zeros */                                            \
  V(copy_mem, "r r X:size")      /* ext bytes from R[b] to R[a]; the ranges may overlap */    \
  V(nil_check, "r")              /* panic if R[a] is nil: &p.f and the like */                \
  V(lea, "d r X:offset")         /* R[a] = R[b] + ext, with nil check of R[b] */              \
  /* Elements. Bounds checks panic as Go's. Slices are three slots. */                        \
  V(slice_addr, "d r3 r X:size") /* R[a] = &R[b..][R[c]], elements of ext bytes */            \
  V(slice_load_u8, "d r3 r") V(slice_load_i32, "d r3 r") V(slice_load_64, "d r3 r")           \
  V(slice_store_8, "r3 r r") V(slice_store_32, "r3 r r") V(slice_store_64, "r3 r r") /* slice a, index b, value c */ \
  V(array_addr, "d r r X:array") /* R[a] = R[b] + R[c]*size, bounds checked; see below */ \
  V(index_check, "r r")          /* panic unless 0 <= R[a] < R[b] */                          \
  V(string_index, "d r2 r")                                                                   \
  V(slice_slice, "d3 r X:slicing") /* see Slicing: R[b..] = operand, bounds from R[c] on */   \
  V(slice_string, "d2 r X:slicing")                                                           \
  V(slice_array, "d3 r X:slicing") /* operand R[b] = array address; length in Slicing */      \
  V(slice_to_array, "d r3 X:length") /* R[a] = address; panics if shorter than ext */         \
  /* Allocation and building */                                                               \
  V(new_, "d X:type")            /* zeroed */                                                 \
  V(make_slice, "d3 r r X:type") /* length R[b], capacity R[c], element type ext */           \
  V(make_map, "d r X:type")      /* size hint R[b], map type ext */                           \
  V(make_chan, "d r X:type")     /* capacity R[b], channel type ext */                        \
  V(make_closure, "d r u X:func") /* c captured slots from R[b] on; function ext */           \
  V(load_capture, "d u")         /* R[a] = b-th captured slot of the running closure */       \
  V(grow_slice, "d3 r3 r X:type") /* R[a..] = R[b..] with length + R[c], room made as append does */ \
  V(append_slice, "d3 r3 r3 X:type") /* append(R[b..], R[c..]...) */                          \
  V(append_string, "d3 r3 r2")   /* append([]byte, string...) */                              \
  V(copy_slice, "d r3 r3 X:type") V(copy_string, "d r3 r2") /* R[a] = number copied */        \
  V(clear_slice, "r3 X:type")                                                                 \
  /* Strings (their bytes are immutable: untracked) */                                        \
  V(concat, "d2 r u")            /* c strings from R[b] on */                                 \
  V(string_to_bytes, "d3 r2") V(bytes_to_string, "d2 r3") V(string_to_runes, "d3 r2")         \
  V(runes_to_string, "d2 r3") V(rune_to_string, "d2 r")                                       \
  V(string_next, "d r2 r")       /* at byte index R[c]: R[a] = rune, R[a+1] = next index */   \
  /* Interfaces */                                                                            \
  V(make_iface, "d2 r X:type")   /* from the value of type ext at R[b] */                     \
  V(assert_type, "d r2 X:type")  /* R[a..] = value of concrete type ext, or panic */          \
  V(assert_type_ok, "d r2 d X:type") /* R[c] = ok; zero value if not */                       \
  V(assert_iface, "d2 r2 X:type") V(assert_iface_ok, "d2 r2 d X:type")                        \
  V(type_id, "d r2")             /* R[a] = dynamic TypeId, 0 for nil */                       \
  V(method_closure, "d r2 X:method") /* method value of an interface: closure bound to it; nil panics */ \
  /* Maps: ext = map type; keys and values in slots. Tracked at the map and at the entry */   \
  V(map_get, "d r r X:type")     /* R[a..] = R[b][R[c..]] or zero */                          \
  V(map_get_ok, "d r r X:type")  /* R[a..] = value, then ok in the slot after the value */    \
  V(map_set, "r r r X:type")     /* R[a][R[b..]] = R[c..] */                                  \
  V(map_delete, "r r X:type") V(map_clear, "r X:type") V(map_len, "d r")                      \
  V(map_iter, "d r X:type")      /* R[a..a+4) = iterator over map R[b] */                     \
  V(map_next, "d r u X:next")    /* advance iterator R[b..b+4); see below */             \
  /* Visible operations */                                                                    \
  V(send, "r r X:type")          /* channel R[a], value R[b..], channel type ext */           \
  V(recv, "d r X:type")          /* R[a..] = <-R[b] */                                        \
  V(recv_ok, "d r X:type")       /* value, then ok in the slot after it */                    \
  V(close, "r") V(chan_len, "d r") V(chan_cap, "d r")                                         \
  V(select, "d X:table")         /* R[a] = index of the chosen case of Function::selects[ext], -1: default */ \
  /* print and println to standard error: kind b, see PrintKind */                            \
  V(print, "r u")
// clang-format on

enum class Opcode : uint16_t {
#define V(name, operands) name,
  GOCHECK_INSTRUCTIONS(V)
#undef V
      count_
};

struct Instruction {
  uint16_t op, a, b, c;

  Opcode opcode() const { return static_cast<Opcode>(op); }
  int32_t bc() const { return static_cast<int32_t>(static_cast<uint32_t>(b) | static_cast<uint32_t>(c) << 16); }
  int16_t signed_b() const { return static_cast<int16_t>(b); }
  int16_t signed_c() const { return static_cast<int16_t>(c); }
};
static_assert(sizeof(Instruction) == 8);

// ext of the instructions that need more than a number:
//
// string_const   offset into Program::rodata << 32 | length         (both below 2^32)
// array_addr     element size << 32 | length; R[c] is checked against length
// slicing        bits 0-2: low, high, max present (their values, in this order, are in
//                consecutive slots from R[c] on, only those present); bits 3-31: unused for strings;
//                bits 32-63: element size for slices; slice_array: bits 3-31 hold the array's length
// map_next       bits 0-31: map type; bits 32-47: slot of the value (0xffff: not wanted). The
//                instruction's operand c holds the slot of the key (0xffff: not wanted); a gets
//                1 while there is a next entry and 0 at the end
// jump           signed distance in words from the word after ext
enum class PrintKind : uint16_t { boolean, integer, unsigned_, floating, string, pointer, interface, space, newline, slice };

}  // namespace gocheck::program
