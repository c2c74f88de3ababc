// What an exploration of a model program has seen, to compare explorers with each other.
#pragma once

#include <functional>
#include <map>
#include <span>

#include "checker/explore/explorer.h"
#include "tests/unit/checker/model.h"

namespace gocheck::checker::model {

using Explorer = Outcome (*)(Execution&, const ExploreOptions&);

struct Observation {
  Outcome outcome;
  std::set<StateHash> states;          // at the ends of complete executions
  std::map<StateHash, uint64_t> traces;  // how many executions of each Mazurkiewicz trace; only if asked for
  Findings findings;
  uint64_t helped = 0;  // executions by other workers than the first
};

Observation observe(Explorer explorer, const Program& program, const Limits& limits, bool traces,
                    bool remembers = true);

// The same by several workers, each with an execution of its own.
using SharedExplorer = Outcome (*)(std::span<const Worker>);
Observation observe_together(SharedExplorer explorer, const Program& program, const Limits& limits, size_t workers);

// Names the Mazurkiewicz trace of a schedule.
StateHash trace_of(const Program& program, const Schedule& schedule);

}  // namespace gocheck::checker::model
