#include "checker/readable.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "checker/explore/shorten.h"

namespace gocheck::checker {
namespace {

constexpr size_t kLongest = 20'000;           // steps of a schedule worth the trouble
constexpr uint64_t kMostReplayed = 1'000'000;  // steps, while goroutines are left out
constexpr uint64_t kMostTried = 300'000;       // steps, while some of their steps are
constexpr uint64_t kCostOfTrial = 8;           // of its length: it is completed, replayed, ordered and replayed again

class Reader {
 public:
  Reader(const program::Program& program, Names& names, const Promotions& promotions, const std::function<bool()>& hurry,
         Witness& witness, Replay& shown)
      : program_(program), names_(names), promotions_(promotions), hurry_(hurry), witness_(witness), shown_(shown) {}

  void shorten_schedule() {
    const size_t length = witness_.schedule.size();
    if (length == 0 || length > kLongest || hurry_()) return;
    std::vector<size_t> all(length), decisive{length - 1};
    for (size_t i = 0; i < length; i++) all[i] = i;
    for (const size_t step : shown_.accesses) {
      if (step > 0) decisive.push_back(step - 1);
    }
    const bool anywhere = !witness_.at_end && !witness_.loop;  // does it not matter what the others have done?
    if (!(anywhere && accept(shorter(decisive))) && !hurry_()) accept(shorter(all));
    if (anywhere) leave_out_goroutines();
    if (witness_.at_end && !witness_.loop && !hurry_()) {
      bring_forward_what_matters();
      matter_less();
    }
  }

 private:
  Schedule shorter(const std::vector<size_t>& needed) {
    FindingSink nobody;
    ControlledExecution execution(program_, names_, promotions_, witness_.model, nobody);
    return shorten(execution, witness_.schedule, needed);
  }

  // What shows at the end of an execution needs the steps of all, but not all steps matter to it.
  void bring_forward_what_matters() {
    FindingSink nobody;
    ControlledExecution execution(program_, names_, promotions_, witness_.model, nobody);
    size_t essential = 0;
    if (accept(bring_forward(execution, witness_.schedule, stuck(), essential))) shown_.finding->essential = essential;
  }

  size_t essential() const { return shown_.finding->essential.value_or(witness_.schedule.size()); }

  // Tries with fewer steps of one goroutine after the other among those that matter: what they did may not have to come before
  // the others are blocked. Then everybody goes on as they can.
  void matter_less() {
    uint64_t left = kMostTried;
    for (size_t before = SIZE_MAX; essential() < before;) {
      before = essential();
      GoroutineId last = 0;
      for (size_t i = 0; i < before; i++) last = std::max({last, witness_.schedule[i].goroutine, witness_.schedule[i].partner});
      for (GoroutineId g = last; g > 0; g--) {
        for (size_t steps = 0; has_more_steps(g, steps) && !matters_less_with(g, steps); steps += 1 + steps / 2) {
          const uint64_t cost = kCostOfTrial * (witness_.schedule.size() + 1);
          if (left < cost || hurry_()) return;
          left -= cost;
        }
      }
    }
  }

  static bool takes_part(const Transition& t, GoroutineId g) { return t.goroutine == g || t.partner == g; }

  bool has_more_steps(GoroutineId g, size_t steps) const {
    const auto end = witness_.schedule.begin() + static_cast<ptrdiff_t>(essential());
    return static_cast<size_t>(std::count_if(witness_.schedule.begin(), end, [&](const Transition& t) { return takes_part(t, g); })) > steps;
  }

  // With only so many steps of g among those that matter. False: it is not shown then, or no fewer matter.
  bool matters_less_with(GoroutineId g, size_t steps) {
    Schedule first, rest;
    size_t taken = 0;
    for (size_t i = 0; i < witness_.schedule.size(); i++) {
      const Transition& t = witness_.schedule[i];
      const bool later = i >= essential() || (takes_part(t, g) && taken++ >= steps);
      (later ? rest : first).push_back(t);
    }
    std::optional<Schedule> whole = completed(first, rest);
    if (!whole) return false;
    const Witness witness = witness_;
    const Replay shown = shown_;
    if (accept(std::move(*whole))) {
      bring_forward_what_matters();
      if (essential() < shown.finding->essential.value_or(witness.schedule.size())) return true;
    }
    witness_ = witness;
    shown_ = shown;
    return false;
  }

  // The first steps, then those of the rest that are possible in their turn, then any until nothing is. Empty: the first ones
  // are not possible, or there is no end.
  std::optional<Schedule> completed(const Schedule& first, const Schedule& rest) const {
    FindingSink nobody;
    ControlledExecution execution(program_, names_, promotions_, witness_.model, nobody);
    Schedule schedule;
    std::vector<Transition> enabled;
    const auto take = [&](const Transition& t) {
      execution.enabled(enabled);
      if (!std::binary_search(enabled.begin(), enabled.end(), t)) return false;
      execution.step(t);
      schedule.push_back(t);
      return true;
    };
    if (!std::ranges::all_of(first, take)) return std::nullopt;
    for (const Transition& t : rest) take(t);
    const size_t most = 2 * (first.size() + rest.size()) + 100;
    for (execution.enabled(enabled); !enabled.empty(); execution.enabled(enabled)) {
      if (schedule.size() > most) return std::nullopt;
      take(Transition(enabled.front()));
    }
    return schedule;
  }

  // The goroutines that the finding is about.
  std::vector<GoroutineId> stuck() {
    FindingSink nobody;
    ControlledExecution execution(program_, names_, promotions_, witness_.model, nobody);
    for (const Transition& t : witness_.schedule) execution.step(t);
    std::vector<GoroutineId> result;
    for (GoroutineId g = 1; g <= execution.goroutines(); g++) {
      const bool waits = execution.started(g) && std::ranges::any_of(shown_.finding->waiting, [&](const Waiting& w) {
        return !w.consequence && w.goroutine == execution.goroutine_name(g);
      });
      if (waits) result.push_back(g);
    }
    return result;
  }

  // Those whose steps the finding does not need. Tried one by one: what a step means may depend on others that it
  // does not wait for, as in whether a Done is the last one.
  void leave_out_goroutines() {
    GoroutineId last = 0;
    for (const Transition& t : witness_.schedule) last = std::max({last, t.goroutine, t.partner});
    if (uint64_t{last} * witness_.schedule.size() > kMostReplayed) return;
    for (GoroutineId g = last; g > 0 && !hurry_(); g--) {
      Schedule without = witness_.schedule;
      std::erase_if(without, [g](const Transition& t) { return t.goroutine == g || t.partner == g; });
      if (without.size() < witness_.schedule.size()) accept(std::move(without));
    }
  }

  bool accept(Schedule schedule) {
    Witness candidate = witness_;
    candidate.schedule = std::move(schedule);
    Replay replayed = replay(program_, candidate);
    if (!replayed.followed || !replayed.shown) return false;
    witness_ = std::move(candidate);
    shown_ = std::move(replayed);
    return true;
  }

  const program::Program& program_;
  Names& names_;
  const Promotions& promotions_;
  const std::function<bool()>& hurry_;
  Witness& witness_;
  Replay& shown_;
};

}  // namespace

void make_readable(const program::Program& program, Names& names, const Promotions& promotions,
                   const std::function<bool()>& hurry, Witness& witness, Replay& shown) {
  Reader(program, names, promotions, hurry, witness, shown).shorten_schedule();
}

}  // namespace gocheck::checker
