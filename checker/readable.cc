#include "checker/readable.h"

#include <algorithm>

#include "checker/explore/shorten.h"

namespace gocheck::checker {
namespace {

constexpr size_t kLongest = 20'000;           // steps of a schedule worth the trouble
constexpr uint64_t kMostReplayed = 1'000'000;  // steps, while goroutines are left out

class Reader {
 public:
  Reader(const program::Program& program, Names& names, const Promotions& promotions, Witness& witness, Replay& shown)
      : program_(program), names_(names), promotions_(promotions), witness_(witness), shown_(shown) {}

  void shorten_schedule() {
    const size_t length = witness_.schedule.size();
    if (length == 0 || length > kLongest) return;
    std::vector<size_t> all(length), decisive{length - 1};
    for (size_t i = 0; i < length; i++) all[i] = i;
    for (const size_t step : shown_.accesses) {
      if (step > 0) decisive.push_back(step - 1);
    }
    const bool anywhere = !witness_.at_end && !witness_.loop;  // does it not matter what the others have done?
    if (!anywhere || !accept(shorter(decisive))) accept(shorter(all));
    if (anywhere) leave_out_goroutines();
    if (witness_.at_end && !witness_.loop) bring_forward_what_matters();
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
    for (GoroutineId g = last; g > 0; g--) {
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
  Witness& witness_;
  Replay& shown_;
};

}  // namespace

void make_readable(const program::Program& program, Names& names, const Promotions& promotions, Witness& witness,
                   Replay& shown) {
  Reader(program, names, promotions, witness, shown).shorten_schedule();
}

}  // namespace gocheck::checker
