#include "checker/explore/run.h"

#include <algorithm>
#include <utility>

#include "runtime/program/invariant.h"

namespace gocheck::checker {
namespace {

constexpr uint32_t kStepsPerTimeCheck = 512;  // reading the time costs as much as a step

}  // namespace

Run::Run(Execution& execution, const ExploreOptions& options, Crew& crew, std::function<double()> guess)
    : execution_(execution), options_(options), crew_(crew), guess_(std::move(guess)) {
  GOCHECK_INVARIANT(options.schedule != nullptr && options.schedule->empty());
}

bool Run::stop(const char* limit) {
  note_depth();
  update_guess();
  outcome_.limits.insert(limit);
  crew_.stop();
  return true;
}

bool Run::stopped() {
  if (out_of_time()) return true;
  if (crew_.executions() >= options_.limits.executions) return stop("max-executions");
  if (crew_.states() >= options_.limits.states) return stop("max-states");
  return false;
}

bool Run::out_of_time() {
  if (crew_.stopped()) return true;
  if (options_.interrupted != nullptr && options_.interrupted->load(std::memory_order_relaxed)) {
    return stop("interrupted");
  }
  if (until_time_check_-- == 0) {
    until_time_check_ = kStepsPerTimeCheck;
    if (options_.keeper != nullptr) options_.keeper->tick();
    const Time::time_point now = Time::now();
    if (now >= next_guess_) {
      next_guess_ = now + kBetweenGuesses;
      update_guess();
    }
    if (options_.tick) options_.tick(outcome_.statistics);
    const std::chrono::duration<double> elapsed = now - start_;
    if (elapsed.count() >= options_.limits.seconds) return stop("time-limit");
  }
  return false;
}

void Run::step(const Transition& transition) {
  ++outcome_.statistics.events;
  follow(transition);
}

void Run::follow(const Transition& transition) {
  options_.schedule->push_back(transition);
  execution_.step(transition);
}

void Run::undo() {
  execution_.undo();
  options_.schedule->pop_back();
}

void Run::update_guess() {
  if (guess_) outcome_.statistics.expected = guess_();
}

void Run::note_depth() {
  Statistics& statistics = outcome_.statistics;
  statistics.max_depth = std::max<uint64_t>(statistics.max_depth, options_.schedule->size());
}

void Run::ended() {
  note_depth();
  if (options_.stop && options_.stop()) stop("stopped");
}

void Run::complete() {
  execution_.end();
  ++outcome_.statistics.executions;
  crew_.count_executions(1);
  if (options_.at_end) options_.at_end(*options_.schedule, outcome_.statistics);
  ended();
}

void Run::blocked() {
  ++outcome_.statistics.blocked;
  ended();
}

void Run::merged() {
  ++outcome_.statistics.merged;
  ended();
}

void Run::truncated() {
  ++outcome_.statistics.truncated;
  outcome_.limits.insert("max-steps");
  ended();
}

}  // namespace gocheck::checker
