// Writes the code of one function: instructions with their positions, labels, and frame slots.
//
// Slots are a stack: variables of the enclosing blocks below, temporaries of the expression being
// lowered above. Whoever allocates restores the top (see Temporaries).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/program/program.h"

namespace gocheck::lower {

using program::Opcode;
using Slot = uint32_t;  // below kNoSlot once a function is accepted

inline constexpr Slot kNoSlot = 0xffff;  // "not wanted" in instructions
inline constexpr uint32_t kMaxFrame = 65535;

// A place in the code that jumps may name before it is known.
class Label {
 public:
  Label() = default;
  Label(const Label&) = delete;
  Label& operator=(const Label&) = delete;
  bool bound() const { return at_ >= 0; }
  bool used() const { return bound() || !jumps_.empty(); }
  uint32_t at() const { return static_cast<uint32_t>(at_); }

 private:
  friend class Emitter;
  int64_t at_ = -1;
  std::vector<uint32_t> jumps_;                               // words of jumps to patch
  std::vector<std::pair<uint32_t, uint32_t>> table_entries_;  // switch table, entry (kOtherwise: the default)
};

class Emitter {
 public:
  Emitter() = default;
  Emitter(const Emitter&) = delete;
  Emitter& operator=(const Emitter&) = delete;

  program::Function function;
  Position position;  // of the instructions emitted from now on

  // ---- Slots ----
  Slot alloc(uint32_t count) {
    Slot result = top_;
    // A frame that is too large is reported once, when the function is finished.
    top_ = top_ + count < top_ ? kMaxFrame + 1 : top_ + count;
    if (top_ > high_) high_ = top_;
    if (top_ > kMaxFrame) {
      overflow_ = true;
      top_ = kMaxFrame;
    }
    return result;
  }
  Slot top() const { return top_; }
  void set_top(Slot top) { top_ = top; }
  bool overflow() const { return overflow_; }

  // ---- Instructions ----
  uint32_t pc() const { return static_cast<uint32_t>(function.code.size()); }
  void emit(Opcode op, uint32_t a = 0, uint32_t b = 0, uint32_t c = 0);
  void emit_x(Opcode op, uint32_t a, uint32_t b, uint32_t c, uint64_t ext);
  void const_int(Slot dst, int64_t value);
  void move(Slot dst, Slot src, uint32_t slots);
  void zero(Slot dst, uint32_t slots);
  // Copies `size` bytes between byte offsets of the frame.
  void frame_copy(uint64_t dst, uint64_t src, uint64_t size);

  // ---- Jumps ----
  void jump(Label& label);
  void jump_if(Slot condition, bool when, Label& label);
  // jump_eq ... jump_le (two slots) and their _k forms (slot and immediate).
  void compare_jump(Opcode op, uint32_t a, uint32_t b, Label& label);
  void bind(Label& label);
  // Table entry -1 is the default.
  void table_entry(uint32_t table, int64_t entry, Label& label);

  // Whether control can come to the current end of the code.
  bool reachable() const { return reachable_; }

  // Completes frame size; the code must not be changed afterwards.
  void finish();

 private:
  static constexpr uint32_t kOtherwise = 0xffffffff;
  void append(program::Instruction word);
  void reference(Label& label, uint32_t word);
  void patch(uint32_t word, uint32_t target);

  Slot top_ = 0;
  Slot high_ = 0;
  bool overflow_ = false;
  bool reachable_ = true;
};

// Gives back the slots that were allocated during its life.
class Temporaries {
 public:
  explicit Temporaries(Emitter& emitter) : emitter_(emitter), top_(emitter.top()) {}
  ~Temporaries() { emitter_.set_top(top_); }
  Temporaries(const Temporaries&) = delete;
  Temporaries& operator=(const Temporaries&) = delete;

 private:
  Emitter& emitter_;
  const Slot top_;
};

// Instructions emitted during its life have this position, if it is valid.
class At {
 public:
  At(Emitter& emitter, Position position) : emitter_(emitter), saved_(emitter.position) {
    if (position.valid()) emitter.position = position;
  }
  ~At() { emitter_.position = saved_; }
  At(const At&) = delete;
  At& operator=(const At&) = delete;

 private:
  Emitter& emitter_;
  const Position saved_;
};

}  // namespace gocheck::lower
