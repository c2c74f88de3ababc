#include "runtime/machine/trace.h"

#include <fmt/format.h>

namespace gocheck::machine {

using program::Function;
using program::Instruction;

Position position_of(const Function& function, const Instruction* at) {
  const size_t word = static_cast<size_t>(at - function.code.data());
  return word < function.positions.size() ? function.positions[word] : function.position;
}

namespace {

// The instruction that frame i is at. Its pc stands behind that, but before it if nothing has been
// executed yet or while a deferred call runs, after which run_defers is executed again.
const Instruction* current(const Goroutine& g, uint32_t i) {
  const Frame& frame = g.frames[i];
  const bool runs_defers = i + 1 < g.depth && g.frames[i + 1].entry == Frame::Entry::deferred;
  return runs_defers || frame.pc == frame.function->code.data() ? frame.pc : frame.pc - 1;
}

}  // namespace

std::vector<TraceLine> stack_trace(const Goroutine& g, const Instruction* site) {
  std::vector<TraceLine> lines;
  for (uint32_t i = g.depth; i-- > 0;) {
    const Frame& frame = g.frames[i];
    if (frame.function->wrapper) continue;
    const bool top = i + 1 == g.depth;
    lines.push_back({frame.function, position_of(*frame.function, top && site ? site : current(g, i))});
  }
  return lines;
}

std::vector<TraceLine> stack_trace(const Goroutine& g) {
  if (g.status != Status::waiting || g.depth == 0) return stack_trace(g, nullptr);
  if (g.operation.kind == OpKind::access) return stack_trace(g, g.operation.site);
  const bool between = g.operation.kind == OpKind::yield && g.operation.site == nullptr;  // stopped, with no call made
  return stack_trace(g, between ? g.top().pc : nullptr);
}

std::string format_trace(const program::Program& program, const Goroutine& g, std::string_view state) {
  constexpr size_t kShown = 50;  // at either end of a deep stack
  std::string text = fmt::format("goroutine {} [{}]:\n", g.id, state);
  const auto place = [&](Position position) {
    return position.valid() ? fmt::format("{}:{}", program.files.at(position.file).name, position.line)
                            : std::string("?");
  };
  const std::vector<TraceLine> lines = stack_trace(g);
  for (size_t i = 0; i < lines.size(); i++) {
    if (i == kShown && lines.size() > 2 * kShown) {
      text += fmt::format("...{} frames elided...\n", lines.size() - 2 * kShown);
      i = lines.size() - kShown;
    }
    text += fmt::format("{}(...)\n\t{}\n", lines[i].function->name, place(lines[i].position));
  }
  if (g.started_in) {
    const Position position =
        g.started_at ? position_of(*g.started_in, g.started_at) : g.started_in->position;
    text +=
        fmt::format("created by {} in goroutine {}\n\t{}\n", g.started_in->name, g.parent, place(position));
  }
  return text;
}

}  // namespace gocheck::machine
