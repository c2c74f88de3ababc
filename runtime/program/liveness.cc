#include "runtime/program/liveness.h"

#include "runtime/program/effects.h"
#include "runtime/program/invariant.h"

namespace gocheck::program {

Liveness::Liveness(const Program& program, const Function& function) : slots_(function.frame), nodes_(function.code.size()) {
  const size_t words = slots_ / 64 + 1;
  const auto set = [&](Set& bits, const std::vector<SlotRange>& ranges) {
    bits.assign(words, 0);
    for (const SlotRange& range : ranges) {
      for (uint32_t slot = range.first; slot < range.end(); slot++) bits[slot / 64] |= uint64_t{1} << slot % 64;
    }
  };
  for (uint32_t pc = 0; pc < function.code.size(); pc += length(function.code[pc].opcode())) {
    std::string error;
    const Effects e = effects(program, function, pc, error);
    GOCHECK_INVARIANT(error.empty());
    Node& node = nodes_[pc];
    node.exists = true;
    set(node.reads, e.reads);
    // What only some outcomes write stays live. (What a case of a select writes is read only where that case was chosen.)
    const Opcode op = function.code[pc].opcode();
    const bool always = op != Opcode::map_next;
    set(node.writes, always ? e.writes : std::vector<SlotRange>{});
    for (const int64_t target : e.targets) node.next.push_back(static_cast<uint32_t>(target));
    if (e.falls_through) node.next.push_back(pc + static_cast<uint32_t>(length(op)));
    if (op == Opcode::ret) set(node.reads, {{0, function.results}});
    if (op == Opcode::call_closure) {  // how many arguments it has is not known
      std::vector<SlotRange> reads = e.reads;
      reads.push_back({function.code[pc].a, function.frame - function.code[pc].a});
      set(node.reads, reads);
    }
    if (op == Opcode::load_capture) node.reads[slots_ / 64] |= uint64_t{1} << slots_ % 64;
    node.live = node.reads;
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (uint32_t pc = static_cast<uint32_t>(nodes_.size()); pc-- > 0;) changed = update(pc) || changed;
  }
}

bool Liveness::update(uint32_t pc) {
  Node& node = nodes_[pc];
  if (!node.exists) return false;
  bool changed = false;
  for (size_t w = 0; w < node.live.size(); w++) {
    uint64_t after = 0;
    for (const uint32_t next : node.next) {
      if (next < nodes_.size()) after |= nodes_[next].live[w];
    }
    const uint64_t before = node.reads[w] | (after & ~node.writes[w]);
    changed = changed || before != node.live[w];
    node.live[w] = before;
  }
  return changed;
}

const std::vector<uint16_t>& Liveness::before(uint32_t pc) {
  static const std::vector<uint16_t> kNone;
  if (pc >= nodes_.size() || !nodes_[pc].exists) return kNone;
  Node& node = nodes_[pc];
  if (!node.listed) {
    for (size_t slot = 0; slot < slots_; slot++) {
      if (node.live[slot / 64] >> slot % 64 & 1) node.list.push_back(static_cast<uint16_t>(slot));
    }
    node.listed = true;
  }
  return node.list;
}

bool Liveness::needs_closure(uint32_t pc) const {
  return pc < nodes_.size() && nodes_[pc].exists && (nodes_[pc].live[slots_ / 64] >> slots_ % 64 & 1) != 0;
}

}  // namespace gocheck::program
