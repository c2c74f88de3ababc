// Every interleaving, depth first, without recursion. Nothing clever may ever be added here: it
// is what the other explorers are measured against.
#include <vector>

#include "checker/explore/explorer.h"
#include "checker/explore/run.h"

namespace gocheck::checker {
namespace {

struct Level {
  std::vector<Transition> enabled;
  size_t next = 0;
};

}  // namespace

Outcome explore_exhaustively(Execution& execution, const ExploreOptions& options) {
  Run run(execution, options);
  // Levels are kept when the search goes back, so that it allocates only when it is deeper than ever.
  std::vector<Level> levels(1);
  size_t depth = 0;
  const auto enter = [&] {
    Level& level = levels[depth];
    level.next = 0;
    level.enabled.clear();
    execution.enabled(level.enabled);
    if (level.enabled.empty()) {
      run.complete();
    } else if (run.too_long()) {
      level.enabled.clear();
      run.truncated();
    }
  };
  enter();
  while (true) {
    Level& level = levels[depth];
    if (level.next < level.enabled.size()) {
      if (run.stopped()) break;
      const Transition transition = level.enabled[level.next++];
      run.step(transition);
      if (++depth == levels.size()) levels.emplace_back();
      enter();
    } else if (depth == 0) {
      return std::move(run).outcome();
    } else {
      run.undo();
      --depth;
    }
  }
  for (; depth > 0; --depth) run.undo();
  return std::move(run).outcome();
}

}  // namespace gocheck::checker
