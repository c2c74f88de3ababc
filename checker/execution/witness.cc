#include "checker/execution/witness.h"

#include <algorithm>

#include <fmt/format.h>

namespace gocheck::checker {
namespace {

// Remembers the finding that the replay is to show.
class Watcher : public FindingSink {
 public:
  explicit Watcher(const std::string& wanted) : wanted_(wanted) {}
  void found(Finding finding) override {
    if (!seen && !finding.positions.empty() && identity(finding) == wanted_) seen = std::move(finding);
  }
  AccessLog* access_log() override { return of_race() ? &accesses : nullptr; }
  bool of_race() const { return wanted_.starts_with(to_string(FindingKind::data_race)); }
  std::optional<Finding> seen;
  AccessLog accesses;

 private:
  const std::string& wanted_;
};

TraceStep describe(const ControlledExecution& execution, const Transition& t) {
  TraceStep step{t.goroutine, execution.goroutine_name(t.goroutine), t.partner, {}, execution.describe(t), {}, {}};
  if (t.goroutine == 0) {
    step.name = "clock";
    return step;
  }
  step.position = execution.user_position(execution.goroutine(t.goroutine));
  step.racing = execution.goroutine(t.goroutine).operation.kind == machine::OpKind::access;
  if (t.partner != 0) {
    step.partner_name = execution.goroutine_name(t.partner);
    step.partner_position = execution.user_position(execution.goroutine(t.partner));
  }
  return step;
}

// Shows the accesses of a race in the schedule: each after the step in which it happened.
void insert_accesses(const ControlledExecution& execution, const AccessLog& log, const Finding& race, Replay& replay) {
  std::vector<TraceStep>& steps = replay.steps;
  std::vector<std::pair<size_t, TraceStep>> rows;
  for (const auto& [key, seen] : log.last) {
    const std::string name = execution.goroutine_name(key.goroutine);
    const Position at = execution.sites().find(key.user).position();
    const std::string role = key.write ? "write" : "read";
    const auto shown = std::find_if(race.positions.begin(), race.positions.end(), [&](const FindingPosition& p) {
      return p.goroutine == name && p.position == at && p.role == role;
    });
    if (shown == race.positions.end()) continue;
    replay.accesses.push_back(seen.step);
    const std::string text = fmt::format("{} {}", role, execution.sites().access_name(seen.site));
    const bool is_step = seen.step > 0 && steps[seen.step - 1].name == name && steps[seen.step - 1].text == text;
    if (!is_step) rows.push_back({seen.step, {key.goroutine, name, 0, {}, text, at, {}}});
  }
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [after, row] : rows) steps.insert(steps.begin() + static_cast<ptrdiff_t>(after), row);
}

// Takes the steps; false if one is impossible, or if they do not lead back to an equal state.
bool comes_around(ControlledExecution& execution, const Schedule& steps) {
  Identity before, after;
  execution.identify(before);
  std::vector<Transition> enabled;
  for (const Transition& t : steps) {
    execution.enabled(enabled);
    if (!std::binary_search(enabled.begin(), enabled.end(), t)) return false;
    execution.step(t);
  }
  execution.identify(after);
  return before.hash == after.hash;
}

bool started(const ControlledExecution& execution, const std::vector<GoroutineId>& goroutines) {
  return std::ranges::all_of(goroutines, [&](GoroutineId id) { return id >= 1 && execution.started(id); });
}

}  // namespace

std::optional<Promotions> unpack(const program::Program& program, std::span<const std::pair<uint64_t, uint64_t>> promoted) {
  const auto site = [&](uint64_t packed) -> const program::Instruction* {
    const uint64_t function = packed >> 32, pc = packed & 0xffffffff;
    if (function >= program.functions.size() || pc >= program.functions[function].code.size()) return nullptr;
    return program.functions[function].code.data() + pc;
  };
  Promotions all;
  for (const auto& [first, second] : promoted) {
    const bool groups = first == kPackedWaitGroups && second == kPackedWaitGroups;
    const auto* a = groups ? Promotions::wait_groups() : site(first);
    const auto* b = groups ? a : site(second);
    if (a == nullptr || b == nullptr) return std::nullopt;
    all.add(a, b);
  }
  return all;
}

uint64_t hash_of(const program::Program& program) {
  uint64_t h = 0xcbf29ce484222325;
  const auto mix = [&h](const void* data, size_t size) {
    const auto* bytes = static_cast<const unsigned char*>(data);
    for (size_t i = 0; i < size; i++) h = (h ^ bytes[i]) * 0x100000001b3;
  };
  for (const program::Function& f : program.functions) mix(f.code.data(), f.code.size() * sizeof(program::Instruction));
  mix(program.rodata.data(), program.rodata.size());
  return h;
}

Replay replay(const program::Program& program, const Witness& witness) {
  Replay result;
  Names names;
  names.seed(witness.goroutines);
  const std::optional<Promotions> promotions = unpack(program, witness.promoted);
  if (!promotions) return result;
  Watcher watcher(witness.finding);
  ControlledExecution execution(program, names, *promotions, witness.model, watcher);
  std::vector<Transition> enabled;
  for (const Transition& t : witness.schedule) {
    execution.enabled(enabled);
    if (!std::binary_search(enabled.begin(), enabled.end(), t)) return result;
    result.steps.push_back(describe(execution, t));
    ++watcher.accesses.step;
    execution.step(t);
  }
  if (witness.at_end) execution.end();
  if (witness.loop && !(started(execution, witness.loop->actors) && comes_around(execution, witness.loop->steps))) {
    return result;
  }
  if (witness.loop) execution.loops(*witness.loop);
  if (watcher.of_race() && watcher.seen) insert_accesses(execution, watcher.accesses, *watcher.seen, result);
  result.followed = true;
  result.shown = watcher.seen.has_value();
  result.finding = std::move(watcher.seen);
  return result;
}

}  // namespace gocheck::checker
