#include "frontend/lower/emitter.h"

#include "runtime/program/invariant.h"

namespace gocheck::lower {

using program::Instruction;

void Emitter::append(Instruction word) {
  function.code.push_back(word);
  function.positions.push_back(position);
}

void Emitter::emit(Opcode op, uint32_t a, uint32_t b, uint32_t c) {
  append({static_cast<uint16_t>(op), static_cast<uint16_t>(a), static_cast<uint16_t>(b),
          static_cast<uint16_t>(c)});
  reachable_ = op != Opcode::ret && op != Opcode::panic && op != Opcode::jump;
}

void Emitter::emit_x(Opcode op, uint32_t a, uint32_t b, uint32_t c, uint64_t ext) {
  emit(op, a, b, c);
  append(__builtin_bit_cast(Instruction, ext));
  reachable_ = op != Opcode::switch_table;
}

void Emitter::const_int(Slot dst, int64_t value) {
  if (value == 0) return emit(Opcode::zero, dst);
  if (value >= INT32_MIN && value <= INT32_MAX) {
    const uint32_t bits = static_cast<uint32_t>(value);
    return emit(Opcode::const_i, dst, bits & 0xffff, bits >> 16);
  }
  emit_x(Opcode::const_x, dst, 0, 0, static_cast<uint64_t>(value));
}

void Emitter::move(Slot dst, Slot src, uint32_t slots) {
  if (dst == src) return;
  switch (slots) {
    case 0:
      return;
    case 1:
      return emit(Opcode::move, dst, src);
    case 2:
      return emit(Opcode::move2, dst, src);
    case 3:
      return emit(Opcode::move3, dst, src);
    default:
      return emit(Opcode::move_n, dst, src, slots);
  }
}

void Emitter::zero(Slot dst, uint32_t slots) {
  if (slots == 1) return emit(Opcode::zero, dst);
  if (slots != 0) emit(Opcode::zero_n, dst, slots);
}

void Emitter::frame_copy(uint64_t dst, uint64_t src, uint64_t size) {
  constexpr uint64_t kMost = 0xfff8;
  while (size > 0) {
    const uint64_t part = std::min(size, kMost);
    emit_x(Opcode::frame_copy, static_cast<uint32_t>(part), 0, 0, dst << 32 | src);
    dst += part;
    src += part;
    size -= part;
  }
}

void Emitter::patch(uint32_t word, uint32_t target) {
  Instruction& jump = function.code[word];
  if (program::length(jump.opcode()) == 2) {
    const int64_t distance = static_cast<int64_t>(target) - (word + 2);
    function.code[word + 1] = __builtin_bit_cast(Instruction, distance);
    return;
  }
  const uint32_t distance = target - (word + 1);
  jump.b = static_cast<uint16_t>(distance);
  jump.c = static_cast<uint16_t>(distance >> 16);
}

void Emitter::reference(Label& label, uint32_t word) {
  if (label.bound()) {
    patch(word, label.at());
  } else {
    label.jumps_.push_back(word);
  }
}

void Emitter::jump(Label& label) {
  const uint32_t word = pc();
  emit(Opcode::jump);
  reference(label, word);
}

void Emitter::jump_if(Slot condition, bool when, Label& label) {
  const uint32_t word = pc();
  emit(when ? Opcode::jump_if : Opcode::jump_ifnot, condition);
  reference(label, word);
}

void Emitter::compare_jump(Opcode op, uint32_t a, uint32_t b, Label& label) {
  const uint32_t word = pc();
  emit_x(op, a, b, 0, 0);
  reference(label, word);
}

void Emitter::bind(Label& label) {
  GOCHECK_INVARIANT(!label.bound());
  label.at_ = pc();
  for (uint32_t word : label.jumps_) patch(word, pc());
  for (auto [table, entry] : label.table_entries_) {
    program::SwitchTable& t = function.switches[table];
    (entry == kOtherwise ? t.otherwise : t.targets[entry]) = pc();
  }
  reachable_ = true;
}

void Emitter::table_entry(uint32_t table, int64_t entry, Label& label) {
  program::SwitchTable& t = function.switches[table];
  if (label.bound()) {
    (entry < 0 ? t.otherwise : t.targets[entry]) = label.at();
  } else {
    label.table_entries_.emplace_back(table, entry < 0 ? kOtherwise : static_cast<uint32_t>(entry));
  }
}

void Emitter::finish() {
  const uint32_t least = std::max<uint32_t>(1, function.results + function.params);
  function.frame = std::max(high_, least);
}

}  // namespace gocheck::lower
