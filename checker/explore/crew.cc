#include "checker/explore/crew.h"

#include <algorithm>
#include <exception>
#include <thread>
#include <vector>

namespace gocheck::checker {

void Statistics::add(const Statistics& other) {
  executions += other.executions;
  blocked += other.blocked;
  truncated += other.truncated;
  events += other.events;
  states += other.states;
  merged += other.merged;
  max_depth = std::max(max_depth, other.max_depth);
  expected = std::max(expected, other.expected);
}

void Outcome::add(const Outcome& other) {
  statistics.add(other.statistics);
  limits.insert(other.limits.begin(), other.limits.end());
}

Outcome explore_together(std::span<const Worker> workers, Crew& crew, const std::function<Outcome(const Worker&)>& explore) {
  std::vector<Outcome> outcomes(workers.size());
  std::vector<std::exception_ptr> failures(workers.size());
  const auto work = [&](size_t i) {
    try {
      outcomes[i] = explore(workers[i]);
    } catch (...) {
      failures[i] = std::current_exception();
      crew.stop();
    }
  };
  std::vector<std::jthread> threads;
  for (size_t i = 1; i < workers.size(); ++i) threads.emplace_back(work, i);
  work(0);
  threads.clear();
  Outcome together;
  for (size_t i = 0; i < workers.size(); ++i) {
    if (failures[i]) std::rethrow_exception(failures[i]);
    together.add(outcomes[i]);
  }
  return together;
}

}  // namespace gocheck::checker
