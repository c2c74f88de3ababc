#include "checker/detect/wait_group_debts.h"

#include <algorithm>

namespace gocheck::checker {

using machine::Address;
using program::Function;
using program::Instruction;
using program::Opcode;

void WaitGroupDebts::add(GoroutineId g, Address group, int64_t delta) {
  if (delta == 0) return;
  Group& it = groups_[group];
  uint64_t& owed = it.owed[g];
  if (delta > 0) {
    owed += static_cast<uint64_t>(delta);
    return;
  }
  it.callers.insert(g);
  const auto less = static_cast<uint64_t>(-delta);
  if (owed < less) it.known = false;
  owed -= std::min(owed, less);
}

void WaitGroupDebts::start(GoroutineId parent, GoroutineId child, const Function* function,
                           const std::function<bool(Address)>& knows) {
  begins_with_[child] = function;
  for (auto& [address, group] : groups_) {
    const auto owed = group.owed.find(parent);
    if (owed == group.owed.end() || owed->second == 0 || !knows(address) || !may_call_done(function)) continue;
    --owed->second;
    ++group.owed[child];
  }
}

std::vector<WaitGroupDebts::Debt> WaitGroupDebts::of(Address group, int64_t counter) {
  const auto found = groups_.find(group);
  if (found == groups_.end() || !found->second.known) return {};
  const Group& it = found->second;
  std::vector<Debt> result;
  int64_t sum = 0;
  for (const auto& [g, count] : it.owed) {
    if (count == 0) continue;
    if (may_call_done(begins_with_[g])) result.push_back({g, count, it.callers.contains(g)});
    sum += static_cast<int64_t>(count);
  }
  if (sum != counter) result.clear();
  return result;
}

bool WaitGroupDebts::may_call_done(const Function* function) {
  if (const auto known = may_call_done_.find(function); known != may_call_done_.end()) return known->second;
  std::set<const Function*> seen{function};
  std::vector<const Function*> next{function};
  const auto reach = [&](const Instruction* at) {
    const Function* const callee = &program_.functions[program::ext(at)];
    if (seen.insert(callee).second) next.push_back(callee);
  };
  bool may = false;
  while (!next.empty() && !may) {
    const Function& f = *next.back();
    next.pop_back();
    const Instruction* last = nullptr;
    for (size_t pc = 0; pc < f.code.size(); pc += static_cast<size_t>(program::length(f.code[pc].opcode()))) {
      const Instruction* const at = &f.code[pc];
      switch (at->opcode()) {
        case Opcode::call: reach(at); break;
        case Opcode::func_const:
        case Opcode::make_closure: {  // what is started pays for itself
          const bool starts = pc + 2 < f.code.size() && at[2].opcode() == Opcode::go && at[2].a == at->a;
          if (!starts) reach(at);
          break;
        }
        case Opcode::call_native: {
          const bool adds = last != nullptr && last->opcode() == Opcode::const_i && last->a == at->a + 1 && last->bc() >= 0;
          may = may || (!adds && machine::operation_of_native(program_.natives[program::ext(at)].name) == machine::OpKind::wg_add);
          break;
        }
        case Opcode::call_closure:
        case Opcode::call_iface:
        case Opcode::method_closure: may = may || !f.library; break;
        default: break;
      }
      last = at;
    }
  }
  return may_call_done_[function] = may;
}

}  // namespace gocheck::checker
