// Why goroutines are blocked, as far as it is no part of a finding's identity: who is where, and of those who wait for a wait group
// its counter, and who has not called Done. That is known in replays only.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "checker/detect/names.h"
#include "checker/execution/controlled.h"
#include "runtime/machine/sync.h"

namespace gocheck::checker {
namespace {

std::string what_is_owed(const WaitGroupDebts::Debt& debt, bool ended) {
  if (debt.count == 1 && !debt.called_before) return ended ? "has ended without calling Done" : "has not called Done";
  const std::string calls = fmt::format("{} {}", debt.count, debt.count == 1 ? "call" : "calls");
  return ended ? fmt::format("has ended and owed {} of Done", calls) : fmt::format("still owes {} of Done", calls);
}

// "f#2 and f#3 are blocked in chan send, main in sync.WaitGroup.Wait"; empty if nobody is blocked.
std::string where_they_are(const std::vector<Waiting>& waiting) {
  constexpr size_t kMost = 3;
  std::vector<std::pair<std::string, std::vector<std::string>>> reasons;
  for (const Waiting& w : waiting) {
    if (w.consequence) continue;
    auto same = std::ranges::find(reasons, w.reason, &std::pair<std::string, std::vector<std::string>>::first);
    if (same == reasons.end()) same = reasons.insert(same, {w.reason, {}});
    same->second.push_back(w.goroutine);
  }
  std::string text;
  for (size_t i = 0; i < std::min(reasons.size(), kMost); i++) {
    const auto& [reason, names] = reasons[i];
    const std::string_view verb = i > 0 ? "" : names.size() == 1 ? " is blocked" : " are blocked";
    text += fmt::format("{}{}{} in {}", i == 0 ? ": " : ", ", in_short(names), verb, reason);
  }
  return reasons.size() > kMost ? text + " ..." : text;
}

}  // namespace

int64_t ControlledExecution::counter_of_group(GoroutineId id) const {
  const machine::Operation& op = records_[id]->goroutine.operation;
  if (op.kind != machine::OpKind::wg_wait || op.object < machine::kNilPage) return 0;
  return reinterpret_cast<const machine::WaitGroupState*>(host(op.object))->counter;
}

std::vector<WaitGroupDebts::Debt> ControlledExecution::debts_to(GoroutineId id) const {
  const int64_t counter = counter_of_group(id);
  if (counter <= 0 || replay_ == nullptr) return {};
  return replay_->debts.of(records_[id]->goroutine.operation.object, counter);
}

void ControlledExecution::note_group(GoroutineId id, Waiting& waiting) const {
  waiting.counter = counter_of_group(id);
  for (const WaitGroupDebts::Debt& debt : debts_to(id)) {
    waiting.holders.push_back({goroutine_name(debt.by), what_is_owed(debt, !waits(debt.by)), {}});
  }
}

// Those who wait for each other although not only for locks, or who has ended without calling Done, are why the others wait.
void ControlledExecution::explain(Finding& finding, const std::vector<GoroutineId>& blocked, bool all_asleep) const {
  if (replay_ == nullptr) return;
  WaitGraph graph = wait_graph(blocked);
  std::vector<std::string> ended;
  for (const GoroutineId id : blocked) {
    for (const WaitGroupDebts::Debt& debt : debts_to(id)) {
      if (std::ranges::binary_search(blocked, debt.by)) graph.add(id, debt.by);
      if (!waits(debt.by)) ended.push_back(goroutine_name(debt.by));
    }
  }
  const auto named = [&](const std::vector<GoroutineId>& ids) {
    std::vector<std::string> names;
    for (const GoroutineId id : ids) names.push_back(goroutine_name(id));
    return names;
  };
  const auto is_one_of = [](const Waiting& w, const std::vector<std::string>& names) { return std::ranges::find(names, w.goroutine) != names.end(); };
  for (const auto& cycle : graph.cycles()) {
    const std::vector<std::string> members = named(cycle), behind = named(graph.behind(cycle));
    const bool concerned = std::ranges::any_of(finding.waiting, [&](const Waiting& w) { return !w.consequence && is_one_of(w, members); });
    if (!concerned) continue;
    for (Waiting& w : finding.waiting) w.consequence = !is_one_of(w, members) && (w.consequence || is_one_of(w, behind));
    std::ranges::stable_partition(finding.waiting, [](const Waiting& w) { return !w.consequence; });
    finding.message += members.size() == 1 ? fmt::format(": {} waits for its own Done", members[0])
                                           : fmt::format(": {} wait for each other", enumeration(members));
    return;
  }
  const bool only_groups = std::ranges::all_of(finding.waiting, [](const Waiting& w) { return w.consequence || w.counter > 0; });
  std::ranges::sort(ended);
  ended.erase(std::ranges::unique(ended).begin(), ended.end());
  if (only_groups && !ended.empty()) {
    finding.message += fmt::format(": {} {} ended without calling Done", enumeration(ended), ended.size() == 1 ? "has" : "have");
  } else if (all_asleep) {
    finding.message += where_they_are(finding.waiting);
  }
}

}  // namespace gocheck::checker
