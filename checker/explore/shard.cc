// A part of a merging search that needs nothing of the others.
//
// The first steps are taken in all ways, without reduction, until there are many states. Every shard does that in the same
// way, and then goes on from those that are its own. Nothing that it finds there has to be tried in front of these states,
// since everything is. So the shards together have explored what one search would have; what several of them come to,
// each explores for itself.
#include <unordered_set>

#include "checker/execution/identity.h"
#include "checker/explore/explorer.h"
#include "checker/explore/run.h"

namespace gocheck::checker {
namespace {

constexpr size_t kStatesPerShard = 8;
constexpr size_t kMostSteps = 100;

struct HashOfState {
  size_t operator()(const StateHash& state) const { return state.low; }
};

// The ways to different states, all with as many steps: enough of them, if the program has so many. Every execution ends on one
// of the ways, or goes on from one of these states; an endless one, too.
class Splitter {
 public:
  Splitter(Execution& execution, const ExploreOptions& options) : execution_(execution), run_(execution, options) {}

  std::vector<Schedule> split(size_t enough) {
    std::vector<Schedule> ways(1);
    for (size_t steps = 0; steps < kMostSteps && !ways.empty() && ways.size() < enough; ++steps) {
      std::vector<Schedule> next;
      known_.clear();
      for (const Schedule& way : ways) {
        if (run_.stopped()) return {};
        extend(way, next);
      }
      ways = std::move(next);
    }
    return ways;
  }
  Outcome outcome() && { return std::move(run_).outcome(); }

 private:
  void extend(const Schedule& way, std::vector<Schedule>& next) {
    for (const Transition& t : way) run_.follow(t);
    std::vector<Transition> enabled;
    execution_.enabled(enabled);
    if (enabled.empty()) {
      run_.complete();
    } else if (run_.too_long()) {
      run_.truncated();
      enabled.clear();
    }
    for (const Transition& t : enabled) {
      run_.step(t);
      Identity identity;
      execution_.identify(identity);
      run_.undo();
      if (!known_.insert(identity.hash).second) continue;
      next.push_back(way);
      next.back().push_back(t);
    }
    for (size_t i = 0; i < way.size(); ++i) run_.undo();
  }

  Execution& execution_;
  Run run_;
  std::unordered_set<StateHash, HashOfState> known_;
};

}  // namespace

Outcome explore_shard(std::span<const Worker> workers, Shard shard) {
  Splitter splitter(*workers.front().execution, workers.front().options);
  const std::vector<Schedule> all = splitter.split(kStatesPerShard * shard.count);
  Outcome outcome = std::move(splitter).outcome();
  if (outcome.limits.contains("time-limit") || outcome.limits.contains("interrupted") || outcome.limits.contains("stopped")) {
    return outcome;
  }
  std::vector<Schedule> mine;
  for (size_t i = shard.index; i < all.size(); i += shard.count) mine.push_back(all[i]);
  if (!mine.empty()) outcome.add(explore_merging_from(mine, workers));
  return outcome;
}

}  // namespace gocheck::checker
