// The interpreter: executes a goroutine's bytecode until it has to stop.
//
// Included only by the two executors' .cc files, each of which instantiates it once; it is the
// one meaning of every instruction for both. Instructions that are seldom or large are in slow.h.
//
// The loop is direct threaded (Ertl and Gregg, "The structure and performance of efficient
// interpreters", 2003): every handler ends with its own indirect jump, which branch predictors like. The
// program counter and the register base live in machine registers; a frame's pc is written
// before anything that may stop, grow the stack, raise a panic or look at the stack.
#pragma once

#include "runtime/machine/arithmetic.h"
#include "runtime/machine/compare.h"
#include "runtime/machine/executor.h"
#include "runtime/machine/frames.h"
#include "runtime/machine/link.h"
#include "runtime/machine/map.h"
#include "runtime/machine/panic.h"
#include "runtime/machine/slow.h"
#include "runtime/program/invariant.h"

namespace gocheck::machine {

// Drops frames until `depth` are left, telling the executor of each that comes to the top.
template <class E>
void pop_to(E& executor, Goroutine& g, uint32_t depth) {
  while (g.depth > depth) {
    g.depth--;
    if (g.depth <= g.saved_depth) executor.frame_reentered(g);
  }
}

// What is to be done at `g.operation` of kind exit or a finished goroutine is the executor's
// business. Before Stop::waiting at an `access` the goroutine's status is set to waiting.
//
// Runs g from g.top().pc. On return g's frames are in a state from which run() can be called
// again (Stop::waiting: after somebody has completed g.operation and set g.status to ready).
// After Stop::finished g.depth is 0. At most about `budget` back edges and calls are executed.
// Neither blocks nor recurses on the native stack. Thread safe for distinct goroutines.
template <class E>
Stop run(E& executor, Goroutine& g, uint64_t budget) {
  using program::ext;
  using program::Function;
  using program::Instruction;

  static const void* const kLabels[] = {
#define V(name, operands) &&L_##name,
      GOCHECK_INSTRUCTIONS(V)
#undef V
  };

  const Function* const functions = executor.program.functions.data();
  Frame* frame = &g.top();
  const Instruction* pc = frame->pc;
  Slot* R = g.slots + frame->base;
  Unwinding step;
  if (budget == 0) budget = 1;

// The operands of the instruction at pc.
#define A R[pc->a]
#define B R[pc->b]
#define C R[pc->c]
#define SIGNED(slot) static_cast<int64_t>(slot)
// Go on with the instruction `n` words further.
#define DISPATCH() goto* kLabels[pc->op]
#define NEXT(n) \
  do {          \
    pc += (n);  \
    DISPATCH(); \
  } while (0)
// A jump by `distance` words, counted from `n` words after pc.
#define JUMP(n, distance)                                   \
  do {                                                      \
    const int64_t jump_distance = (distance);               \
    pc += (n) + jump_distance;                              \
    if (jump_distance < 0 && --budget == 0) goto out_of_budget; \
    DISPATCH();                                             \
  } while (0)
// Runs the frame that has just been pushed.
#define ENTER()                              \
  do {                                       \
    frame = g.frames + (g.depth - 1);        \
    R = g.slots + frame->base;               \
    pc = frame->pc;                          \
    if (--budget == 0) goto out_of_budget;   \
    DISPATCH();                              \
  } while (0)
#define SAVE(n) frame->pc = pc + (n)
// Before a tracked access of `address`, after its checks.
#define TRACK(address)                                    \
  do {                                                    \
    if (executor.stops_before(g, pc)) [[unlikely]] {      \
      g.operation = Operation{.object = (address)};       \
      goto stop_before_access;                            \
    }                                                     \
  } while (0)
#define NIL_CHECK(address) \
  if ((address) < kNilLimit) [[unlikely]] goto nil_dereference

  if (panic_raised(executor, g)) goto unwind;
  DISPATCH();

  // ---- Constants and moves ----
L_const_i:
  A = static_cast<Slot>(static_cast<int64_t>(pc->bc()));
  NEXT(1);
L_const_x:
  A = ext(pc);
  NEXT(2);
L_string_const: {
  const uint64_t data = ext(pc);
  R[pc->a] = executor.rodata() + (data >> 32);
  R[pc->a + 1] = data & 0xffffffff;
  NEXT(2);
}
L_func_const:
  A = executor.functions() + sizeof(Slot) * ext(pc);
  NEXT(2);
L_global_addr:
  A = executor.globals() + ext(pc);
  NEXT(2);
L_move:
  A = B;
  NEXT(1);
L_move2: {
  const Slot first = R[pc->b], second = R[pc->b + 1];
  R[pc->a] = first;
  R[pc->a + 1] = second;
  NEXT(1);
}
L_move3: {
  const Slot first = R[pc->b], second = R[pc->b + 1], third = R[pc->b + 2];
  R[pc->a] = first;
  R[pc->a + 1] = second;
  R[pc->a + 2] = third;
  NEXT(1);
}
L_move_n:
  std::memmove(&A, &B, pc->c * sizeof(Slot));
  NEXT(1);
L_zero:
  A = 0;
  NEXT(1);
L_zero_n:
  std::memset(&A, 0, pc->b * sizeof(Slot));
  NEXT(1);

  // ---- Parts of aggregates in the frame ----
#define FRAME_LOAD(name, T, Wide)                                          \
  L_##name : {                                                             \
    T value;                                                               \
    std::memcpy(&value, reinterpret_cast<char*>(R) + ext(pc), sizeof(T));  \
    A = static_cast<Slot>(static_cast<Wide>(value));                       \
    NEXT(2);                                                               \
  }
  FRAME_LOAD(frame_load_i8, int8_t, int64_t)
  FRAME_LOAD(frame_load_u8, uint8_t, uint64_t)
  FRAME_LOAD(frame_load_i16, int16_t, int64_t)
  FRAME_LOAD(frame_load_u16, uint16_t, uint64_t)
  FRAME_LOAD(frame_load_i32, int32_t, int64_t)
  FRAME_LOAD(frame_load_u32, uint32_t, uint64_t)
#undef FRAME_LOAD
#define FRAME_STORE(name, size)                                    \
  L_##name : {                                                     \
    const Slot value = A;                                          \
    std::memcpy(reinterpret_cast<char*>(R) + ext(pc), &value, size); \
    NEXT(2);                                                       \
  }
  FRAME_STORE(frame_store_8, 1)
  FRAME_STORE(frame_store_16, 2)
  FRAME_STORE(frame_store_32, 4)
#undef FRAME_STORE
L_frame_copy: {
  char* const bytes = reinterpret_cast<char*>(R);
  std::memmove(bytes + (ext(pc) >> 32), bytes + (ext(pc) & 0xffffffff), pc->a);
  NEXT(2);
}

  // ---- Arithmetic ----
#define SIMPLE(name, value) \
  L_##name : A = (value);   \
  NEXT(1);
  SIMPLE(add_i, B + C)
  SIMPLE(sub_i, B - C)
  SIMPLE(mul_i, B * C)
  SIMPLE(and_i, B & C)
  SIMPLE(or_i, B | C)
  SIMPLE(xor_i, B ^ C)
  SIMPLE(and_not_i, B & ~C)
  SIMPLE(shl, shift_left(B, C))
  SIMPLE(shr_i, shift_right_signed(B, C))
  SIMPLE(shr_u, shift_right_unsigned(B, C))
  SIMPLE(neg_i, -B)
  SIMPLE(not_i, ~B)
  SIMPLE(add_k, B + static_cast<Slot>(int64_t{pc->signed_c()}))
  SIMPLE(mul_k, B * static_cast<Slot>(int64_t{pc->signed_c()}))
  SIMPLE(and_k, B & pc->c)
  SIMPLE(shl_k, shift_left(B, pc->c))
  SIMPLE(shr_ik, shift_right_signed(B, pc->c))
  SIMPLE(shr_uk, shift_right_unsigned(B, pc->c))
  SIMPLE(ext_i8, static_cast<Slot>(int64_t{static_cast<int8_t>(B)}))
  SIMPLE(ext_i16, static_cast<Slot>(int64_t{static_cast<int16_t>(B)}))
  SIMPLE(ext_i32, static_cast<Slot>(int64_t{static_cast<int32_t>(B)}))
  SIMPLE(ext_u8, static_cast<uint8_t>(B))
  SIMPLE(ext_u16, static_cast<uint16_t>(B))
  SIMPLE(ext_u32, static_cast<uint32_t>(B))
  SIMPLE(not_b, B ^ 1)
#define DIVIDE(name, value)                      \
  L_##name : if (C == 0) goto divide_by_zero;    \
  A = (value);                                   \
  NEXT(1);
  DIVIDE(div_i, divide(B, C))
  DIVIDE(div_u, B / C)
  DIVIDE(rem_i, remainder(B, C))
  DIVIDE(rem_u, B % C)
#undef DIVIDE
L_check_shift:
  if (SIGNED(A) < 0) {
    SAVE(1);
    raise(executor, g, "runtime error: negative shift amount");
    goto unwind;
  }
  NEXT(1);
  SIMPLE(add_f64, from_f64(as_f64(B) + as_f64(C)))
  SIMPLE(sub_f64, from_f64(as_f64(B) - as_f64(C)))
  SIMPLE(mul_f64, from_f64(as_f64(B) * as_f64(C)))
  SIMPLE(div_f64, from_f64(as_f64(B) / as_f64(C)))
  SIMPLE(neg_f64, from_f64(-as_f64(B)))
  SIMPLE(add_f32, from_f32(as_f32(B) + as_f32(C)))
  SIMPLE(sub_f32, from_f32(as_f32(B) - as_f32(C)))
  SIMPLE(mul_f32, from_f32(as_f32(B) * as_f32(C)))
  SIMPLE(div_f32, from_f32(as_f32(B) / as_f32(C)))
  SIMPLE(neg_f32, from_f32(-as_f32(B)))
  SIMPLE(i_to_f64, from_f64(static_cast<double>(SIGNED(B))))
  SIMPLE(u_to_f64, from_f64(static_cast<double>(B)))
  SIMPLE(f64_to_i, float_to_signed(as_f64(B)))
  SIMPLE(f64_to_u, float_to_unsigned(as_f64(B)))
  SIMPLE(i_to_f32, from_f32(static_cast<float>(SIGNED(B))))
  SIMPLE(u_to_f32, from_f32(static_cast<float>(B)))
  SIMPLE(f32_to_f64, from_f64(static_cast<double>(as_f32(B))))
  SIMPLE(f64_to_f32, from_f32(static_cast<float>(as_f64(B))))

  // ---- Comparisons ----
  SIMPLE(eq_i, B == C)
  SIMPLE(ne_i, B != C)
  SIMPLE(lt_i, SIGNED(B) < SIGNED(C))
  SIMPLE(le_i, SIGNED(B) <= SIGNED(C))
  SIMPLE(lt_u, B < C)
  SIMPLE(le_u, B <= C)
  SIMPLE(eq_k, SIGNED(B) == pc->signed_c())
  SIMPLE(lt_k, SIGNED(B) < pc->signed_c())
  SIMPLE(gt_k, SIGNED(B) > pc->signed_c())
  SIMPLE(eq_f64, as_f64(B) == as_f64(C))
  SIMPLE(ne_f64, as_f64(B) != as_f64(C))
  SIMPLE(lt_f64, as_f64(B) < as_f64(C))
  SIMPLE(le_f64, as_f64(B) <= as_f64(C))
  SIMPLE(eq_f32, as_f32(B) == as_f32(C))
  SIMPLE(ne_f32, as_f32(B) != as_f32(C))
  SIMPLE(lt_f32, as_f32(B) < as_f32(C))
  SIMPLE(le_f32, as_f32(B) <= as_f32(C))
L_eq_str: {
  const Slot *x = &B, *y = &C;
  A = x[1] == y[1] && (x[0] == y[0] || same_bytes(executor.host(x[0]), executor.host(y[0]), x[1]));
  NEXT(1);
}
L_eq_iface: {
  SAVE(1);
  const Equality result = equal_interfaces(executor, g, &B, &C);
  if (result == Equality::panicked) [[unlikely]] goto unwind;
  A = result == Equality::yes;
  NEXT(1);
}

  // ---- Control flow ----
L_jump:
  JUMP(1, pc->bc());
#define CONDITIONAL(name, n, condition, distance) \
  L_##name : if (condition) JUMP(n, distance);    \
  NEXT(n);
  CONDITIONAL(jump_if, 1, A != 0, pc->bc())
  CONDITIONAL(jump_ifnot, 1, A == 0, pc->bc())
  CONDITIONAL(jump_eq, 2, A == B, SIGNED(ext(pc)))
  CONDITIONAL(jump_ne, 2, A != B, SIGNED(ext(pc)))
  CONDITIONAL(jump_lt, 2, SIGNED(A) < SIGNED(B), SIGNED(ext(pc)))
  CONDITIONAL(jump_le, 2, SIGNED(A) <= SIGNED(B), SIGNED(ext(pc)))
  CONDITIONAL(jump_lt_k, 2, SIGNED(A) < pc->signed_b(), SIGNED(ext(pc)))
  CONDITIONAL(jump_ge_k, 2, SIGNED(A) >= pc->signed_b(), SIGNED(ext(pc)))
  CONDITIONAL(jump_eq_k, 2, SIGNED(A) == pc->signed_b(), SIGNED(ext(pc)))
  CONDITIONAL(jump_ne_k, 2, SIGNED(A) != pc->signed_b(), SIGNED(ext(pc)))
#undef CONDITIONAL
L_switch_table: {
  const program::SwitchTable& table = frame->function->switches[ext(pc)];
  const uint64_t index = A - static_cast<uint64_t>(table.low);
  const uint32_t target = index < table.targets.size() ? table.targets[index] : table.otherwise;
  const Instruction* const from = pc;
  pc = frame->function->code.data() + target;
  if (pc <= from && --budget == 0) goto out_of_budget;
  DISPATCH();
}
L_call: {
  const Function& function = functions[ext(pc)];
  SAVE(2);
  if (!push_frame(executor, g, function, frame->base + uint64_t{pc->a}, 0, Frame::Entry::call)) return Stop::died;
  ENTER();
}
L_call_closure: {
  SAVE(1);
  if (B == 0) goto nil_dereference;
  if (!push_closure(executor, g, B, frame->base + uint64_t{pc->a}, Frame::Entry::call)) return Stop::died;
  ENTER();
}
L_call_iface: {
  SAVE(2);
  const Slot type = R[pc->b], data = R[pc->b + 1];
  if (type == 0) goto nil_dereference;
  const Function* function =
      executor.linkage().method(static_cast<program::TypeId>(type), static_cast<program::MethodId>(ext(pc)));
  GOCHECK_INVARIANT(function != nullptr);
  R[pc->a + pc->c] = data;
  if (!push_frame(executor, g, *function, frame->base + uint64_t{pc->a}, 0, Frame::Entry::call)) return Stop::died;
  ENTER();
}
L_call_native: {
  const LinkedNative& native = executor.linkage().native(ext(pc));
  Slot* const results = &A;
  Slot* const args = results + native.results;
  if (native.operation == OpKind::none) {
    TRACK(0);
    SAVE(2);
    Call call{executor, g, results, args, pc, executor.program.natives[ext(pc)]};
    if (!native.function(call)) goto unwind;
    NEXT(2);
  }
  SAVE(2);
  g.operation = Operation{.kind = native.operation,
                          .object = native.params > 0 ? args[0] : 0,
                          .site = pc,
                          .value = static_cast<uint16_t>(args - R),
                          .result = pc->a,
                          .width = native.width};
  goto perform;
}
L_ret:
  if (frame->entry != Frame::Entry::call) [[unlikely]] goto leave;
return_to_caller:
  g.depth--;
  if (g.depth <= g.saved_depth) executor.frame_reentered(g);
  frame = g.frames + (g.depth - 1);
  R = g.slots + frame->base;
  pc = frame->pc;
  DISPATCH();
L_run_defers: {
  const Address first = frame->defers;
  if (first == 0) NEXT(1);
  const DeferRecord deferred = *reinterpret_cast<const DeferRecord*>(executor.host(first));
  frame->defers = deferred.next;
  SAVE(0);  // comes back here for the next one
  if (deferred.closure == 0) goto nil_dereference;
  if (!push_closure(executor, g, deferred.closure, end_of_stack(g), Frame::Entry::deferred)) return Stop::died;
  ENTER();
}
L_go:
  SAVE(1);
  if (A == 0) {
    fatal(executor, g, "go of nil func value");
    goto unwind;
  }
  g.operation = Operation{.kind = OpKind::spawn, .site = pc, .value = pc->a};
  goto perform;
L_defer: {
  SAVE(1);
  const Address closure = A;
  const Address record = executor.allocate(g, sizeof(DeferRecord), true);
  *reinterpret_cast<DeferRecord*>(executor.host(record)) = {frame->defers, closure};
  frame->defers = record;
  NEXT(1);
}
L_defer_mark: {
  SAVE(1);
  const Address closure = B;
  const Address record = executor.allocate(g, sizeof(DeferRecord), true);
  *reinterpret_cast<DeferRecord*>(executor.host(record)) = {frame->defers, closure};
  frame->defers = record;
  A = record;
  NEXT(1);
}
L_defer_at: {
  SAVE(1);
  const Address closure = A;
  const Address mark = B;
  const Address record = executor.allocate(g, sizeof(DeferRecord), true);
  DeferRecord* marked = reinterpret_cast<DeferRecord*>(executor.host(mark));
  *reinterpret_cast<DeferRecord*>(executor.host(record)) = {marked->next, closure};
  executor.assign(marked->next, record);
  NEXT(1);
}
L_panic:
  SAVE(1);
  raise_by_statement(executor, g, R[pc->a], R[pc->a + 1]);
  goto unwind;
L_recover:
  recover(executor, g, &A);
  NEXT(1);

  // ---- Tracked memory ----
#define LOAD(name, T, Wide)                                                           \
  L_##name : {                                                                        \
    NIL_CHECK(B);                                                                     \
    const Address address = B + pc->c;                                                \
    TRACK(address);                                                                   \
    A = static_cast<Slot>(static_cast<Wide>(executor.template load<T>(g, address, pc))); \
    NEXT(1);                                                                          \
  }
  LOAD(load_i8, int8_t, int64_t)
  LOAD(load_u8, uint8_t, uint64_t)
  LOAD(load_i16, int16_t, int64_t)
  LOAD(load_u16, uint16_t, uint64_t)
  LOAD(load_i32, int32_t, int64_t)
  LOAD(load_u32, uint32_t, uint64_t)
  LOAD(load_64, uint64_t, uint64_t)
#undef LOAD
#define STORE(name, T)                                                    \
  L_##name : {                                                            \
    NIL_CHECK(A);                                                         \
    const Address address = A + pc->c;                                    \
    TRACK(address);                                                       \
    executor.template store<T>(g, address, static_cast<T>(B), pc);        \
    NEXT(1);                                                              \
  }
  STORE(store_8, uint8_t)
  STORE(store_16, uint16_t)
  STORE(store_32, uint32_t)
  STORE(store_64, uint64_t)
#undef STORE
L_load_n: {
  NIL_CHECK(B);
  const Address address = B + pc->c;
  TRACK(address);
  const uint64_t size = ext(pc);
  executor.reading(g, address, size, pc);
  Slot* const to = &A;
  const char* const from = executor.host(address);
  if (size == 2 * sizeof(Slot)) {
    std::memcpy(to, from, 2 * sizeof(Slot));
  } else if (size == 3 * sizeof(Slot)) {
    std::memcpy(to, from, 3 * sizeof(Slot));
  } else if (size > 0) {
    to[(size - 1) / sizeof(Slot)] = 0;
    std::memcpy(to, from, size);
  }
  NEXT(2);
}
L_store_n: {
  NIL_CHECK(A);
  const Address address = A + pc->c;
  TRACK(address);
  const uint64_t size = ext(pc);
  executor.writing(g, address, size, pc);
  char* const to = executor.host(address);
  if (size == 2 * sizeof(Slot)) {
    std::memcpy(to, &B, 2 * sizeof(Slot));
  } else if (size == 3 * sizeof(Slot)) {
    std::memcpy(to, &B, 3 * sizeof(Slot));
  } else {
    std::memcpy(to, &B, size);
  }
  NEXT(2);
}
L_zero_mem: {
  NIL_CHECK(A);
  const Address address = A + pc->c;
  TRACK(address);
  executor.writing(g, address, ext(pc), pc);
  std::memset(executor.host(address), 0, ext(pc));
  NEXT(2);
}
L_copy_mem: {
  NIL_CHECK(A);
  NIL_CHECK(B);
  const Address to = A, from = B;
  TRACK(to);
  executor.reading(g, from, ext(pc), pc);
  executor.writing(g, to, ext(pc), pc);
  std::memmove(executor.host(to), executor.host(from), ext(pc));
  NEXT(2);
}
L_nil_check:
  NIL_CHECK(A);
  NEXT(1);
L_lea:
  NIL_CHECK(B);
  A = B + ext(pc);
  NEXT(2);

  // ---- Elements ----
#define BOUNDS_CHECK(index, length)            \
  if ((index) >= (length)) [[unlikely]] {      \
    raise_index_of = (index);                  \
    raise_length = (length);                   \
    goto index_out_of_range;                   \
  }
  Slot raise_index_of, raise_length;
L_slice_addr: {
  const Slot* const slice = &B;
  const Slot index = C;
  BOUNDS_CHECK(index, slice[1]);
  A = slice[0] + index * ext(pc);
  NEXT(2);
}
#define SLICE_LOAD(name, T, Wide)                                                        \
  L_##name : {                                                                           \
    const Slot* const slice = &B;                                                        \
    const Slot index = C;                                                                \
    BOUNDS_CHECK(index, slice[1]);                                                       \
    const Address address = slice[0] + index * sizeof(T);                                \
    TRACK(address);                                                                      \
    A = static_cast<Slot>(static_cast<Wide>(executor.template load<T>(g, address, pc))); \
    NEXT(1);                                                                             \
  }
  SLICE_LOAD(slice_load_u8, uint8_t, uint64_t)
  SLICE_LOAD(slice_load_i32, int32_t, int64_t)
  SLICE_LOAD(slice_load_64, uint64_t, uint64_t)
#undef SLICE_LOAD
#define SLICE_STORE(name, T)                                              \
  L_##name : {                                                            \
    const Slot* const slice = &A;                                         \
    const Slot index = B;                                                 \
    BOUNDS_CHECK(index, slice[1]);                                        \
    const Address address = slice[0] + index * sizeof(T);                 \
    TRACK(address);                                                       \
    executor.template store<T>(g, address, static_cast<T>(C), pc);        \
    NEXT(1);                                                              \
  }
  SLICE_STORE(slice_store_8, uint8_t)
  SLICE_STORE(slice_store_32, uint32_t)
  SLICE_STORE(slice_store_64, uint64_t)
#undef SLICE_STORE
L_array_addr: {
  NIL_CHECK(B);
  const uint64_t array = ext(pc);
  const Slot index = C;
  BOUNDS_CHECK(index, array & 0xffffffff);
  A = B + index * (array >> 32);
  NEXT(2);
}
L_index_check:
  BOUNDS_CHECK(A, B);
  NEXT(1);
L_string_index: {
  const Slot* const text = &B;
  const Slot index = C;
  BOUNDS_CHECK(index, text[1]);
  A = static_cast<uint8_t>(executor.host(text[0])[index]);
  NEXT(1);
}

  // ---- Allocation ----
L_new_: {
  SAVE(2);
  const program::Type& type = executor.program.types[ext(pc)];
  const Address address = executor.allocate(g, type.size, type.has_pointers);
  A = address;
  NEXT(2);
}
L_make_closure: {
  SAVE(2);
  const Address closure = executor.allocate(g, (uint64_t{pc->c} + 1) * sizeof(Slot), true);
  Slot* const words = reinterpret_cast<Slot*>(executor.host(closure));
  words[0] = ext(pc);
  std::memcpy(words + 1, &B, pc->c * sizeof(Slot));
  A = closure;
  NEXT(2);
}
L_load_capture:
  A = reinterpret_cast<const Slot*>(executor.host(frame->closure))[1 + pc->b];
  NEXT(1);
L_grow_slice: {
  const Slot* const slice = &B;
  const Slot length = slice[1] + C;  // may exceed the largest int: then the slow one says so
  if (length <= slice[2]) {
    const Slot address = slice[0], capacity = slice[2];
    Slot* const to = &A;
    to[0] = address;
    to[1] = length;
    to[2] = capacity;
    NEXT(2);
  }
  TRACK(slice[0]);
  SAVE(2);
  if (!slow::grow_slice(executor, g, pc, R)) goto unwind;
  NEXT(2);
}

  // ---- Interfaces ----
L_assert_type_ok: {
  const program::TypeId wanted = static_cast<program::TypeId>(ext(pc));
  const program::Type& type = executor.program.types[wanted];
  const bool ok = R[pc->b] == wanted;
  const Slot data = R[pc->b + 1];
  if (!ok) {
    std::memset(&A, 0, type.slots * sizeof(Slot));
  } else if (type.direct) {
    A = data;
  } else {
    std::memcpy(&A, executor.host(data), type.slots * sizeof(Slot));
  }
  C = ok;
  NEXT(2);
}
L_type_id:
  A = B;
  NEXT(1);

  // ---- Visible operations ----
L_send:
  SAVE(2);
  g.operation = Operation{.kind = OpKind::send,
                          .object = A,
                          .site = pc,
                          .value = pc->b,
                          .channel_type = static_cast<program::TypeId>(ext(pc))};
  goto perform;
L_recv_ok:
L_recv: {
  SAVE(2);
  const program::TypeId type = static_cast<program::TypeId>(ext(pc));
  uint16_t ok = 0xffff;
  if (pc->opcode() == program::Opcode::recv_ok) {
    ok = static_cast<uint16_t>(pc->a + executor.program.types[executor.program.types[type].element].slots);
  }
  g.operation = Operation{
      .kind = OpKind::recv, .object = B, .site = pc, .result = pc->a, .ok = ok, .channel_type = type};
  goto perform;
}
L_close:
  SAVE(1);
  g.operation = Operation{.kind = OpKind::close, .object = A, .site = pc, .value = pc->a};
  goto perform;
L_chan_len:
  if (B == 0) {
    A = 0;
    NEXT(1);
  }
  SAVE(1);
  g.operation = Operation{.kind = OpKind::chan_len, .object = B, .site = pc, .value = pc->b, .result = pc->a};
  goto perform;
L_select:
  SAVE(2);
  g.operation = Operation{
      .kind = OpKind::select, .site = pc, .select = &frame->function->selects[ext(pc)], .result = pc->a};
  goto perform;

  // ---- Slow instructions: untracked, and tracked at an address ----
#define SLOW(name, n)                                        \
  L_##name : SAVE(n);                                        \
  if (!slow::name(executor, g, pc, R)) goto unwind;          \
  NEXT(n);
#define SLOW_TRACKED(name, n, address)                       \
  L_##name : TRACK(address);                                 \
  SAVE(n);                                                   \
  if (!slow::name(executor, g, pc, R)) goto unwind;          \
  NEXT(n);
  SLOW(lt_str, 1)
  SLOW(le_str, 1)
  SLOW(eq_mem, 2)
  SLOW(slice_slice, 2)
  SLOW(slice_string, 2)
  SLOW(slice_array, 2)
  SLOW(slice_to_array, 2)
  SLOW(make_slice, 2)
  SLOW(make_map, 2)
  SLOW(make_chan, 2)
  SLOW_TRACKED(append_slice, 2, R[pc->b])
  SLOW_TRACKED(append_string, 1, R[pc->b])
  SLOW_TRACKED(copy_slice, 2, R[pc->b])
  SLOW_TRACKED(copy_string, 1, R[pc->b])
  SLOW_TRACKED(clear_slice, 2, R[pc->a])
  SLOW(concat, 1)
  SLOW(string_to_bytes, 1)
  SLOW_TRACKED(bytes_to_string, 1, R[pc->b])
  SLOW(string_to_runes, 1)
  SLOW_TRACKED(runes_to_string, 1, R[pc->b])
  SLOW(rune_to_string, 1)
  SLOW(string_next, 1)
  SLOW(make_iface, 2)
  SLOW(assert_type, 2)
  SLOW(assert_iface, 2)
  SLOW(assert_iface_ok, 2)
  SLOW(method_closure, 2)
  SLOW_TRACKED(map_get, 2, R[pc->b])
  SLOW_TRACKED(map_get_ok, 2, R[pc->b])
  SLOW_TRACKED(map_set, 2, R[pc->a])
  SLOW_TRACKED(map_delete, 2, R[pc->a])
  SLOW_TRACKED(map_clear, 2, R[pc->a])
  SLOW_TRACKED(map_len, 1, R[pc->b])
L_map_iter:
  TRACK(R[pc->b]);
  SAVE(2);
  if (!slow::map_iter(executor, g, pc, R)) goto unwind;
  if (!executor.controlled() || map_places(executor, R + pc->a) < 2) {
    NEXT(2);
  }
  g.operation = Operation{.kind = OpKind::map_order, .object = B, .site = pc, .value = pc->a};
  goto perform;
  SLOW_TRACKED(map_next, 2, R[pc->b])
  SLOW(chan_cap, 1)
  SLOW(print, 1)

  // ---- Common ends ----
perform:
  switch (executor.perform(g)) {
    case Performed::done: break;
    case Performed::waiting: return Stop::waiting;
    case Performed::panicked: goto unwind;
  }
  if (g.operation.kind == OpKind::exit) return Stop::exited;
  frame = &g.top();
  R = g.slots + frame->base;
  pc = frame->pc;
  DISPATCH();

stop_before_access:
  SAVE(0);
  g.operation.kind = OpKind::access;
  g.operation.site = pc;
  g.status = Status::waiting;
  return Stop::waiting;

out_of_budget:
  frame->pc = pc;
  return Stop::budget;

nil_dereference:
  SAVE(1);
  raise_nil_dereference(executor, g);
  goto unwind;

divide_by_zero:
  SAVE(1);
  raise(executor, g, "runtime error: integer divide by zero");
  goto unwind;

index_out_of_range:
  SAVE(1);
  slow::raise_index(executor, g, SIGNED(raise_index_of), SIGNED(raise_length));
  goto unwind;

leave:  // the return of a frame that was not called by an instruction
  if (frame->entry == Frame::Entry::deferred) goto return_to_caller;
  if (frame->entry == Frame::Entry::first) {
    g.depth = 0;
    g.status = Status::finished;
    return Stop::finished;
  }
  pop_to(executor, g, g.depth - 1);
  step = deferred_call_returned(executor, g, R);
  goto unwound;

unwind:
  step = unwind(executor, g);
unwound:
  switch (step.next) {
    case Unwinding::Next::call: ENTER();
    case Unwinding::Next::died: return Stop::died;
    case Unwinding::Next::finished:
      g.goexit = true;
      g.panic = 0;
      g.depth = 0;
      g.status = Status::finished;
      return Stop::finished;
    case Unwinding::Next::resume:
    case Unwinding::Next::unwind: break;
  }
  pop_to(executor, g, step.depth);
  g.top().defers = step.defers;
  if (step.next == Unwinding::Next::unwind) goto unwind;
  frame = &g.top();
  R = g.slots + frame->base;
  pc = frame->function->code.data() + frame->function->recover_pc;
  DISPATCH();

#undef A
#undef B
#undef C
#undef SIGNED
#undef DISPATCH
#undef NEXT
#undef JUMP
#undef ENTER
#undef SAVE
#undef TRACK
#undef NIL_CHECK
#undef SIMPLE
#undef BOUNDS_CHECK
#undef SLOW
#undef SLOW_TRACKED
}

}  // namespace gocheck::machine
