#include "tests/unit/checker/model_observe.h"

#include <deque>

#include "checker/order/trace_order.h"

namespace gocheck::checker::model {
namespace {

uint64_t mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0xBF58476D1CE4E5B9ull;
  return hash ^ (hash >> 31);
}

}  // namespace

StateHash trace_of(const Program& program, const Schedule& schedule) {
  ModelExecution execution(program);
  TraceOrder order;
  Footprint footprint;
  std::vector<GoroutineId> started;
  for (const Transition& t : schedule) {
    footprint.clear();
    execution.footprint(t, footprint);
    order.push(t, footprint);
    execution.step(t);
    execution.started(started);
    for (const GoroutineId g : started) order.start(g);
  }
  // The set of events, each with the set of those before it, whatever the order in the schedule.
  StateHash result;
  for (EventIndex e = 0; e < order.size(); ++e) {
    const Transition& t = order.transition(e);
    uint64_t hash = mix(mix(mix(mix(1, t.goroutine), t.partner), static_cast<uint16_t>(t.option)),
                        static_cast<uint16_t>(t.partner_option));
    const ClockView clock = order.clock(e);
    for (size_t g = 0; g < clock.size(); ++g) {
      if (clock[g] != 0) hash = mix(mix(hash, g), clock[g]);
    }
    result.low += hash;
    result.high += mix(hash, 0x94D049BB133111EBull);
  }
  return result;
}

Observation observe(Explorer explorer, const Program& program, const Limits& limits, bool traces,
                    bool remembers) {
  Observation result;
  ModelExecution execution(program, remembers);
  Schedule schedule;
  ExploreOptions options{.limits = limits, .schedule = &schedule};
  options.at_end = [&](const Schedule& so_far, const Statistics&) {
    result.states.insert(execution.state());
    if (traces) ++result.traces[trace_of(program, so_far)];
  };
  result.outcome = explorer(execution, options);
  result.findings = execution.findings();
  return result;
}

Observation observe_together(SharedExplorer explorer, const Program& program, const Limits& limits, size_t workers) {
  struct Hand {
    explicit Hand(const Program& program) : execution(program) {}
    ModelExecution execution;
    Schedule schedule;
    Observation seen;
  };
  std::deque<Hand> hands;
  std::vector<Worker> crew;
  for (size_t i = 0; i < workers; ++i) {
    Hand& hand = hands.emplace_back(program);
    ExploreOptions options{.limits = limits, .schedule = &hand.schedule};
    options.at_end = [&program, &hand](const Schedule& so_far, const Statistics& statistics) {
      hand.seen.states.insert(hand.execution.state());
      ++hand.seen.traces[trace_of(program, so_far)];
      hand.seen.outcome.statistics = statistics;
    };
    crew.push_back({&hand.execution, options});
  }
  Observation result;
  result.outcome = explorer(crew);
  for (const Hand& hand : hands) {
    result.states.insert(hand.seen.states.begin(), hand.seen.states.end());
    for (const auto& [trace, executions] : hand.seen.traces) result.traces[trace] += executions;
    result.findings.insert(hand.execution.findings().begin(), hand.execution.findings().end());
    if (&hand != &hands.front()) result.helped += hand.seen.outcome.statistics.executions;
  }
  return result;
}

}  // namespace gocheck::checker::model
