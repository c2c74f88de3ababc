#include "checker/execution/time_use.h"

#include <algorithm>

#include "runtime/program/liveness.h"

namespace gocheck::checker {

using program::Function;
using program::Opcode;
using program::Program;

namespace {

bool carries_time(const Program& program, program::TypeId channel) {
  return program.types[program.types[channel].element].name == "time.Time";
}

bool selects_time(const Program& program, const Function& f) {
  for (const program::SelectTable& table : f.selects) {
    for (const program::SelectCase& c : table.cases) {
      if (!c.is_send && c.value != 0xffff && carries_time(program, c.channel_type)) return true;
    }
  }
  return false;
}

bool receives_time(const Program& program, const Function& f) {
  for (uint32_t pc = 0; pc < f.code.size(); pc += static_cast<uint32_t>(program::length(f.code[pc].opcode()))) {
    const program::Instruction& at = f.code[pc];
    if (at.opcode() != Opcode::recv && at.opcode() != Opcode::recv_ok) continue;
    const auto channel = static_cast<program::TypeId>(program::ext(&at));
    if (!carries_time(program, channel)) continue;
    const uint32_t end = at.a + program.types[program.types[channel].element].slots;
    program::Liveness liveness(program, f);
    const auto& live = liveness.before(pc + 2);
    if (std::any_of(live.begin(), live.end(), [&](uint16_t slot) { return slot >= at.a && slot < end; })) return true;
  }
  return false;
}

}  // namespace

bool observes_time(const Program& program) {
  return std::any_of(program.functions.begin(), program.functions.end(), [&](const Function& f) {
    return f.name == "time.Now" || selects_time(program, f) || receives_time(program, f);
  });
}

}  // namespace gocheck::checker
