// What an exploration of a model program has seen, to compare explorers with each other.
#pragma once

#include <functional>
#include <map>

#include "checker/explore/explorer.h"
#include "tests/unit/checker/model.h"

namespace gocheck::checker::model {

using Explorer = Outcome (*)(Execution&, const ExploreOptions&);

struct Observation {
  Outcome outcome;
  std::set<StateHash> states;          // at the ends of complete executions
  std::map<StateHash, uint64_t> traces;  // how many executions of each Mazurkiewicz trace; only if asked for
  Findings findings;
};

Observation observe(Explorer explorer, const Program& program, const Limits& limits, bool traces,
                    bool remembers = true);

// Names the Mazurkiewicz trace of a schedule.
StateHash trace_of(const Program& program, const Schedule& schedule);

}  // namespace gocheck::checker::model
