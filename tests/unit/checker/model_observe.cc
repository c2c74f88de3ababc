#include "tests/unit/checker/model_observe.h"

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

}  // namespace gocheck::checker::model
