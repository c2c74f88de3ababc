#include "runtime/parallel/report.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <vector>

namespace gocheck::parallel {

using machine::OpKind;

namespace {

constexpr size_t kShownAtEachEnd = 50;  // of a deep stack

std::string place(const program::Program& program, Position position) {
  const SourceFile& file = program.files[position.file];
  std::error_code error;
  std::filesystem::path path = file.name;
  if (!file.library) {
    const std::filesystem::path absolute = std::filesystem::absolute(path, error);
    if (!error) path = absolute.lexically_normal();
  }
  return fmt::format("{}:{}", path.string(), position.line);
}

std::string state_of(const ParallelGoroutine& g) {
  if (g.status != machine::Status::waiting) return "runnable";
  const machine::Operation& op = g.operation;
  const bool nil_channel = op.kind == OpKind::select ? op.select->cases.empty() : op.object == 0;
  return std::string(machine::wait_reason(op.kind, nil_channel));
}

}  // namespace

std::string describe(const program::Program& program, const ParallelGoroutine& g, std::string_view state) {
  std::string text =
      fmt::format("goroutine {} [{}]:\n", g.id, state.empty() ? state_of(g) : std::string(state));
  const std::vector<machine::TraceLine> lines = machine::stack_trace(g);
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i == kShownAtEachEnd && lines.size() > 2 * kShownAtEachEnd) {
      const size_t left_out = lines.size() - 2 * kShownAtEachEnd;
      text += fmt::format("...{} frames elided...\n", left_out);
      i += left_out;
    }
    const machine::TraceLine& line = lines[i];
    text += fmt::format("{}({})\n\t{}\n", line.function->name, line.function->params == 0 ? "" : "...",
                        place(program, line.position));
  }
  if (g.started_at != nullptr && g.started_in != nullptr) {
    const size_t word = static_cast<size_t>(g.started_at - g.started_in->code.data());
    text += fmt::format("created by {} in goroutine {}\n\t{}\n", g.started_in->name, g.parent,
                        place(program, g.started_in->positions[word]));
  }
  return text;
}

}  // namespace gocheck::parallel
