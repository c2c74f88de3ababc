#include "tests/unit/checker/explore_promises.h"

#include <algorithm>

namespace gocheck::checker {
namespace {

std::string text(const Transition& t) {
  return "(" + std::to_string(t.goroutine) + "," + std::to_string(t.partner) + ":" + std::to_string(t.option) + "," +
         std::to_string(t.partner_option) + ")";
}

class Walk {
 public:
  Walk(Execution& execution, uint64_t max_states) : execution_(execution), states_left_(max_states) {}

  std::string error;

  void visit() {
    if (states_left_ == 0 || !error.empty()) return;
    --states_left_;
    const std::vector<Transition> enabled = enabled_now();
    if (!std::is_sorted(enabled.begin(), enabled.end()) ||
        std::adjacent_find(enabled.begin(), enabled.end()) != enabled.end()) {
      fail("enabled() is not sorted");
    }
    for (const Transition& t : enabled) check_wishes(t);
    for (size_t i = 0; i < enabled.size(); ++i) {
      for (size_t j = i + 1; j < enabled.size(); ++j) check_diamond(enabled[i], enabled[j]);
    }
    for (const Transition& t : enabled) {
      const StateHash before = execution_.state();
      step(t);
      visit();
      undo();
      if (execution_.state() != before) fail("undo of " + text(t) + " leaves another state");
      if (enabled_now() != enabled) fail("undo of " + text(t) + " leaves other steps");
      if (!error.empty()) return;
    }
  }

 private:
  void fail(const std::string& what) {
    if (!error.empty()) return;
    error = what + " after";
    for (const Transition& t : schedule_) error += " " + text(t);
  }
  void step(const Transition& t) {
    execution_.step(t);
    schedule_.push_back(t);
  }
  void undo() {
    execution_.undo();
    schedule_.pop_back();
  }
  std::vector<Transition> enabled_now() const {
    std::vector<Transition> result;
    execution_.enabled(result);
    return result;
  }
  bool enabled(const Transition& t) const {
    const std::vector<Transition> now = enabled_now();
    return std::binary_search(now.begin(), now.end(), t);
  }
  Footprint footprint(const Transition& t) const {
    Footprint result;
    execution_.footprint(t, result);
    return result;
  }
  Footprint wishes(const Transition& t) const {
    Footprint result;
    if (t.goroutine != 0) execution_.wishes(t.goroutine, result);
    if (t.partner != 0) execution_.wishes(t.partner, result);
    return result;
  }

  static Footprint without_partners(Footprint footprint) {
    std::erase_if(footprint, [](const Access& a) { return a.effect == Effect::compete; });
    return footprint;
  }

  void check_wishes(const Transition& t) {
    static constexpr Effect kReversible[] = {Effect::read, Effect::write, Effect::lock, Effect::shared_lock, Effect::add,
                                             Effect::done, Effect::wait, Effect::unlock};
    const Footprint wished = wishes(t);
    for (const Access& a : footprint(t)) {
      if (std::find(std::begin(kReversible), std::end(kReversible), a.effect) == std::end(kReversible)) continue;
      const bool found = std::any_of(wished.begin(), wished.end(), [&](const Access& w) {
        return w.object == a.object && (w.effect == a.effect || w.effect == Effect::write);
      });
      if (!found) fail("no wish for what " + text(t) + " touches");
    }
  }

  // May b follow a just as it is now? Its footprint has to agree.
  bool undisturbed(const Transition& a, const Transition& b) {
    const Footprint before = without_partners(footprint(b));
    step(a);
    const bool possible = enabled(b), same = possible && without_partners(footprint(b)) == before;
    undo();
    if (!possible) fail(text(a) + " disables " + text(b));
    return same;
  }

  StateHash after(const Transition& a, const Transition& b) {
    step(a);
    step(b);
    const StateHash result = execution_.state();
    undo();
    undo();
    return result;
  }

  void check_diamond(const Transition& a, const Transition& b) {
    if (b.involves(a.goroutine) || (a.partner != 0 && b.involves(a.partner))) return;
    if (!independent(footprint(a), footprint(b))) return;
    if (!undisturbed(a, b) || !undisturbed(b, a) || !error.empty()) return;
    if (after(a, b) != after(b, a)) fail(text(a) + " and " + text(b) + " do not commute");
  }

  Execution& execution_;
  uint64_t states_left_;
  Schedule schedule_;
};

}  // namespace

std::string check_promises(Execution& execution, uint64_t max_states) {
  Walk walk(execution, max_states);
  walk.visit();
  return walk.error;
}

}  // namespace gocheck::checker
