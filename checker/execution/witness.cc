#include "checker/execution/witness.h"

#include <algorithm>

#include <fmt/format.h>

namespace gocheck::checker {
namespace {

// Remembers the finding that the replay is to show, and the races before it.
class Watcher : public FindingSink {
 public:
  Watcher(const program::Program& program, const std::string& wanted) : log(program), sites_(program), wanted_(wanted) {}
  void found(Finding finding) override {
    if (seen || finding.positions.empty()) return;
    const bool is_it = identity(finding) == wanted_;
    if (of_race() && is_it) note_causes(finding);
    if (of_race() && !is_it && !finding.racing.empty()) races_.push_back(finding);
    if (is_it) seen = std::move(finding);
  }
  AccessLog* access_log() override { return of_race() ? &accesses : nullptr; }
  ReplayLog* replay_log() override { return &log; }
  bool of_race() const { return wanted_.starts_with(to_string(FindingKind::data_race)); }
  // When the access was made last; nullptr: it was not.
  const AccessLog::Sighting* sighting(const RaceAccess& access) const {
    const auto it = accesses.last.find({access.goroutine, access.user, access.write});
    return it == accesses.last.end() ? nullptr : &it->second;
  }
  std::optional<Finding> seen;
  std::vector<std::string> causes;  // races that it follows from
  AccessLog accesses;
  ReplayLog log;

 private:
  // If two goroutines race first for one thing and then for another, and the order of the first two accesses would order the others,
  // as where an object is reached by way of a racy pointer, then the second race is a consequence.
  void note_causes(const Finding& race) {
    for (const Finding& other : races_) {
      if (other.racing[0].goroutine != race.racing[0].goroutine || other.racing[1].goroutine != race.racing[1].goroutine) continue;
      if (comes_before(race.racing[0], other.racing[0])) causes.push_back(identity(other));
    }
  }
  // Of two accesses of one goroutine. Within a step their places in the program decide.
  bool comes_before(const RaceAccess& a, const RaceAccess& b) const {
    const AccessLog::Sighting *first = sighting(a), *second = sighting(b);
    if (first == nullptr || second == nullptr) return false;
    if (first->step != second->step) return first->step < second->step;
    const Sites::Place one = sites_.find(a.user), two = sites_.find(b.user);
    return one.function == two.function && one.pc < two.pc;
  }

  const Sites sites_;
  const std::string& wanted_;
  std::vector<Finding> races_;
};

// Is it package testing that does g's pending operation?
bool is_of_testing(const machine::Goroutine& g) {
  for (const machine::TraceLine& line : machine::stack_trace(g)) {
    if (!line.function->library) return false;
    if (line.function->name.starts_with("testing.")) return true;
  }
  return false;
}

TraceStep describe(const ControlledExecution& execution, const Transition& t) {
  TraceStep step{t.goroutine, execution.goroutine_name(t.goroutine), t.partner, {}, execution.describe(t), {}, {}};
  if (t.goroutine == 0) {
    step.name = "clock";
    return step;
  }
  step.position = execution.user_position(execution.goroutine(t.goroutine));
  step.of_testing = is_of_testing(execution.goroutine(t.goroutine));
  step.racing = execution.goroutine(t.goroutine).operation.kind == machine::OpKind::access;
  if (t.partner != 0) {
    step.partner_name = execution.goroutine_name(t.partner);
    step.partner_position = execution.user_position(execution.goroutine(t.partner));
  }
  return step;
}

// What happened in the middle of steps of the schedule, each with the number of its step.
using Rows = std::vector<std::pair<size_t, TraceStep>>;

// The accesses of a race, in their order.
void add_accesses(const ControlledExecution& execution, const Watcher& watcher, Replay& replay, Rows& rows) {
  const std::vector<TraceStep>& steps = replay.steps;
  for (const RaceAccess& access : watcher.seen->racing) {
    const AccessLog::Sighting* seen = watcher.sighting(access);
    if (seen == nullptr) continue;
    replay.accesses.push_back(seen->step);
    if (access.kind != AccessClass::plain) continue;  // is a step
    const std::string name = execution.goroutine_name(access.goroutine);
    std::string_view object = execution.sites().access_name(seen->site);
    if (object.empty()) object = watcher.seen->object;
    const std::string text = fmt::format("{} {}", access.write ? "write" : "read", object);
    const bool is_step = seen->step > 0 && steps[seen->step - 1].name == name && steps[seen->step - 1].text == text;
    if (!is_step) {
      rows.push_back({seen->step, {access.goroutine, name, 0, {}, text, execution.sites().find(access.user).position(), {}}});
    }
  }
}

// The panics, but for the one that is the finding itself: nothing follows it.
void add_panics(const ControlledExecution& execution, const Watcher& watcher, bool to_the_end, Rows& rows) {
  for (const ReplayLog::Panic& panic : watcher.log.panics) {
    if (!to_the_end && panic.step == watcher.log.step) continue;
    const std::string text = fmt::format("panics: {}", panic.text.substr(0, panic.text.find('\n')));
    rows.push_back({panic.step, {panic.goroutine, execution.goroutine_name(panic.goroutine), 0, {}, text, panic.position, {}}});
  }
}

void insert(Rows rows, std::vector<TraceStep>& steps) {
  std::ranges::stable_sort(rows, {}, &std::pair<size_t, TraceStep>::first);
  for (auto& row : rows) row.second.within = true;
  for (size_t i = rows.size(); i-- > 0;) steps.insert(steps.begin() + static_cast<ptrdiff_t>(rows[i].first), rows[i].second);
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
  Watcher watcher(program, witness.finding);
  ControlledExecution execution(program, names, *promotions, witness.model, watcher);
  std::vector<Transition> enabled;
  for (const Transition& t : witness.schedule) {
    execution.enabled(enabled);
    if (!std::binary_search(enabled.begin(), enabled.end(), t)) return result;
    result.steps.push_back(describe(execution, t));
    ++watcher.accesses.step;
    ++watcher.log.step;
    execution.step(t);
  }
  if (witness.at_end) execution.end();
  if (witness.loop && !(comes_around(execution, witness.loop->steps) && started(execution, witness.loop->actors))) {
    return result;
  }
  if (witness.loop) execution.loops(*witness.loop);
  Rows rows;
  if (watcher.of_race() && watcher.seen) add_accesses(execution, watcher, result, rows);
  add_panics(execution, watcher, witness.at_end || witness.loop, rows);
  insert(std::move(rows), result.steps);
  result.followed = true;
  result.shown = watcher.seen.has_value();
  result.finding = std::move(watcher.seen);
  result.races = std::move(watcher.causes);
  return result;
}

}  // namespace gocheck::checker
