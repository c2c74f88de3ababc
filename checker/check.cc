#include "checker/check.h"

#include <algorithm>
#include <climits>
#include <chrono>
#include <deque>
#include <mutex>

#include "checker/collector.h"
#include "runtime/machine/operation.h"
#include "runtime/program/invariant.h"

namespace gocheck::checker {
namespace {

using Seconds = std::chrono::duration<double>;

// One call of check(). Its workers report to it from their threads: what they call locks.
class Check {
 public:
  Check(const program::Program& program, const CheckOptions& options)
      : program_(program), options_(options), start_(std::chrono::steady_clock::now()),
        steps_(options.limits.steps), collector_(program, names_, options.on_finding) {
    for (const program::Function& f : program.functions) code_.push_back({f.code.data(), &f});
    std::sort(code_.begin(), code_.end());
  }

  CheckResult run() {
    const bool ideal = options_.time != TimeModel::free;
    const bool free = options_.time == TimeModel::free || (options_.time == TimeModel::both && uses_time());
    if (ideal) explore_all(false);
    if (free && stopped()) {
      preemptions_ = kNoBound;
      explored_steps_ = 0;
    }
    if (free && !stopped()) explore_all(true);
    finish();
    return std::move(result_);
  }

 private:
  struct Search {
    std::function<Outcome(std::span<const Worker>)> explore;
    bool together = false;  // as many workers as there are, or one
  };
  using Lock = std::lock_guard<std::mutex>;

  // One worker's execution, and what has shown in it and is not confirmed yet.
  class Hand final : public FindingSink {
   public:
    Hand(Check& check, double seconds)
        : check_(check), execution_(check.program_, check.names_, check.promotions_, check.model_, *this) {
      if (check.options_.collect_outcomes) execution_.identify_output();
      if (!check.options_.symmetry) execution_.tell_goroutines_apart();
      explore_.limits = check.options_.limits;
      explore_.limits.steps = check.steps_;
      explore_.limits.seconds = seconds;
      explore_.limits.executions -= std::min(explore_.limits.executions, check.result_.statistics.executions);
      explore_.interrupted = check.options_.interrupted;
      explore_.schedule = &schedule_;
      explore_.stop = [this] { return check_.must_stop(); };
      explore_.tick = [this](const Statistics& statistics) {
        busy_since_ = -1;
        check_.tick(*this, statistics);
      };
      explore_.at_end = [this](const Schedule&, const Statistics&) {
        if (!pending_.empty()) confirm();
        if (check_.options_.collect_outcomes) check_.collect(execution_);
      };
    }

    Worker worker() { return {&execution_, explore_}; }
    void confirm() { check_.confirm(pending_); }
    const Statistics& statistics() const { return statistics_; }

    void found(Finding finding) override {
      if (!check_.note(finding)) return;
      finding.schedule = schedule_;
      pending_.push_back(std::move(finding));
    }
    void limited(std::string_view limit) override { check_.limited(limit); }
    std::string_view must_stop(const FindingPosition& here) override { return check_.must_stop(here, busy_since_); }
    void promote(const program::Instruction* first, const program::Instruction* second) override {
      check_.promote(first, second);
    }

   private:
    friend class Check;
    Check& check_;
    ExploreOptions explore_;
    Schedule schedule_;
    std::vector<Finding> pending_;
    Statistics statistics_;    // when it was asked last
    double busy_since_ = -1;   // when the present step was first found to take long; -1: it has not been
    ControlledExecution execution_;  // reports already when it is made
  };

  // ---- Called by the workers ----

  bool note(const Finding& finding) {
    const Lock lock(mutex_);
    return collector_.note(finding);
  }
  void limited(std::string_view limit) {
    const Lock lock(mutex_);
    result_.limits.emplace(limit);
  }
  void promote(const program::Instruction* first, const program::Instruction* second) {
    const Lock lock(mutex_);
    if (next_promotions_.add(first, second)) promoted_next_.push_back({pack(first), pack(second)});
  }
  void confirm(std::vector<Finding>& pending) {
    const Lock lock(mutex_);
    for (Finding& finding : pending) {
      finding.early_timer = model_.free_time && options_.time == TimeModel::both;
      collector_.confirm(finding, {model_, promotions_, promoted_});
      last_finding_ = elapsed();
    }
    pending.clear();
  }
  void collect(const ControlledExecution& execution) {
    if (execution.starves()) return;
    const StateHash state = execution.program_state();
    const Lock lock(mutex_);
    result_.outputs.insert(execution.output());
    result_.end_states.insert(state);
  }
  void tick(Hand& hand, const Statistics& statistics) {
    const Lock lock(mutex_);
    hand.statistics_ = statistics;
    report_progress();
  }
  // After each execution: is there a reason to end the search, or to begin it again?
  bool must_stop() {
    const Lock lock(mutex_);
    return !promoted_next_.empty() || out_of_patience();
  }
  // Within a step that takes long.
  std::string_view must_stop(const FindingPosition& here, double& busy_since) {
    const Lock lock(mutex_);
    if (busy_since < 0) busy_since = elapsed();
    progress_.busy = &here;
    progress_.busy_seconds = elapsed() - busy_since;
    report_progress();
    progress_.busy = nullptr;
    if (options_.interrupted != nullptr && options_.interrupted->load(std::memory_order_relaxed)) return "interrupted";
    return elapsed() >= until_ ? "time-limit" : "";
  }

  // ---- The rest is the first worker's alone ----

  bool uses_time() const {
    return std::any_of(program_.natives.begin(), program_.natives.end(), [](const program::Native& native) {
      const machine::OpKind kind = machine::operation_of_native(native.name);
      return kind == machine::OpKind::sleep || kind == machine::OpKind::timer_wait;
    });
  }
  bool stopped() const {
    return result_.limits.contains("time-limit") || result_.limits.contains("interrupted") ||
           result_.limits.contains("max-executions") || result_.limits.contains("after-finding");
  }
  bool out_of_patience() {
    if (collector_.findings().empty() || elapsed() - last_finding_ < options_.patience) return false;
    result_.limits.insert("after-finding");
    return true;
  }
  void report_progress() {
    if (!options_.on_progress) return;
    progress_.statistics = {};
    for (const Hand& hand : hands_) progress_.statistics.add(hand.statistics());
    progress_.findings = collector_.findings().size();
    progress_.seconds = elapsed();
    options_.on_progress(progress_);
  }
  double elapsed() const { return Seconds(std::chrono::steady_clock::now() - start_).count(); }

  uint64_t pack(const program::Instruction* site) const {
    auto it = std::upper_bound(code_.begin(), code_.end(), site, [](auto* s, const auto& entry) { return s < entry.first; });
    const program::Function* function = std::prev(it)->second;
    const auto index = static_cast<uint64_t>(function - program_.functions.data());
    return index << 32 | static_cast<uint64_t>(site - function->code.data());
  }

  // If the search does not end at once, samples and schedules with few preemptions come before the rest of it: most
  // bugs show there, long before everything is explored.
  void explore_all(bool free_time) {
    if (!options_.anytime) {
      explore_until_stable(free_time, whole_search(), options_.limits.seconds);
      return;
    }
    progress_.part = "exploring";
    const bool ended = first_attempt(free_time);
    if (!ended && !stopped() && options_.few_steps_first && deepest_ > kManySteps) {
      deepen(free_time);
    } else if (!ended || !result_.limits.empty()) {
      explored_steps_ = 0;
    }
    if (ended || stopped()) return;
    if (attempt(free_time, reduced(), kReduced) || stopped()) return;  // where states seldom meet it is the faster one
    progress_.part = "samples";
    attempt(free_time, alone([](Execution& e, const ExploreOptions& o) { return explore_sampled(e, o, kSamples); }), kSampling);
    int explored = kNoBound;
    for (int bound = 0; bound <= kMostPreemptions && !stopped(); ++bound) {
      const auto explore = [bound](Execution& e, const ExploreOptions& o) {
        return explore_bounded(e, o, static_cast<uint32_t>(bound));
      };
      static constexpr std::string_view names[] = {"no preemption", "at most 1 preemption", "at most 2 preemptions"};
      progress_.part = names[bound];
      if (!attempt(free_time, alone(explore), kBounded)) break;
      explored = bound;
    }
    progress_.part = "exploring";
    const size_t promoted = promoted_.size();
    const bool complete = !stopped() && explore_until_stable(free_time, whole_search(), options_.limits.seconds).complete();
    if (!complete) preemptions_ = std::min(preemptions_, promoted == promoted_.size() ? explored : kNoBound);
  }

  // Bugs that show after few steps, before the search goes down into endless executions.
  void deepen(bool free_time) {
    progress_.part = "few steps";
    const double until = end_of(kDeepening);
    uint64_t explored = 0;
    for (uint64_t steps = kFewSteps; steps < options_.limits.steps && !stopped(); steps += steps / 2) {
      const std::set<std::string> limits = result_.limits;
      const size_t promoted = promoted_.size();
      steps_ = steps;
      const Outcome outcome = explore_until_stable(free_time, alone(explore_shallow), until);
      const bool all = !outcome.limits.contains("time-limit") && !outcome.limits.contains("stopped");
      keep_limits(limits);
      if (promoted != promoted_.size()) explored = 0;  // racing accesses are steps from then on
      if (!all || stopped()) break;
      explored = steps;
    }
    steps_ = options_.limits.steps;
    explored_steps_ = std::min(explored_steps_, explored);
    steps_promoted_ = promoted_.size();
  }

  // How long a part of the search may take: so much of the time limit, but no longer than the longest.
  struct Share {
    double part, longest;
  };
  static constexpr Share kFirstAttempt{0.1, 0.5}, kReduced{0.1, 2}, kSampling{0.1, 2}, kBounded{0.15, 10}, kDeepening{0.15, 3};
  static constexpr uint64_t kFewSteps = 16, kManySteps = 2'000;
  static constexpr uint64_t kSamples = 2'000;
  static constexpr int kMostPreemptions = 2, kNoBound = -1;

  double end_of(Share share) const {
    return std::min(elapsed() + std::min(share.part * options_.limits.seconds, share.longest), options_.limits.seconds);
  }

  // The whole search, if it takes but a moment: true if it came to its end, though perhaps by cutting executions.
  bool first_attempt(bool free_time) {
    const std::set<std::string> limits = result_.limits;
    Search search = whole_search();
    search.together = false;  // what takes but a moment is not worth a second thread
    const Outcome outcome = explore_until_stable(free_time, search, end_of(kFirstAttempt));
    const bool ended = !outcome.limits.contains("time-limit") && !outcome.limits.contains("stopped") && !stopped();
    if (!ended) keep_limits(limits);
    return ended;
  }

  // A part of the search before the rest. True if it explored all that it is made for.
  bool attempt(bool free_time, const Search& search, Share share) {
    const std::set<std::string> limits = result_.limits;
    const Outcome outcome = explore_until_stable(free_time, search, end_of(share));
    const bool complete = outcome.complete() && result_.limits == limits;
    keep_limits(limits);
    return complete;
  }

  // Of the limits hit since there were only those given, the ones stay that end the whole search.
  void keep_limits(std::set<std::string> limits) {
    for (const char* limit : {"interrupted", "max-executions", "after-finding"}) {
      if (result_.limits.contains(limit)) limits.insert(limit);
    }
    if (elapsed() >= options_.limits.seconds) limits.insert("time-limit");
    result_.limits = std::move(limits);
  }

  // Racing accesses that are found become visible operations, which makes it another search.
  Outcome explore_until_stable(bool free_time, const Search& search, double until) {
    until_ = until;
    Outcome outcome;
    for (bool again = true; again && !stopped();) {
      promotions_ = next_promotions_;
      promoted_.insert(promoted_.end(), promoted_next_.begin(), promoted_next_.end());
      promoted_next_.clear();
      std::set<std::string> limits = result_.limits;
      outcome = explore(free_time, search);
      again = outcome.limits.contains("stopped") && !result_.limits.contains("after-finding");
      if (again) result_.limits = limits;  // only the last search counts
      add(outcome, again);
    }
    return outcome;
  }

  Outcome explore(bool free_time, const Search& search) {
    model_ = options_.model;
    model_.free_time = free_time;
    progress_.free_time = free_time;
    const double seconds = until_ - elapsed();
    std::vector<Worker> workers;
    const int jobs = search.together ? options_.jobs : 1;
    for (int i = 0; i < jobs; ++i) workers.push_back(hands_.emplace_back(*this, seconds).worker());
    const Outcome outcome = search.explore(workers);
    for (Hand& hand : hands_) hand.confirm();
    hands_.clear();
    return outcome;
  }

  // An explorer that has one worker.
  template <typename Function>
  static Search alone(Function explore) {
    return {[explore](std::span<const Worker> workers) { return explore(*workers[0].execution, workers[0].options); }};
  }
  static Search reduced() { return {explore_reduced_together, true}; }

  Search whole_search() const {
    switch (options_.explorer) {
      case Explorer::exhaustive: return alone(explore_exhaustively);
      case Explorer::reduced: return reduced();
      case Explorer::merging: return {explore_merging_together, true};
    }
    GOCHECK_INVARIANT(false);
  }

  void add(const Outcome& outcome, bool superseded) {
    result_.statistics.add(outcome.statistics);
    deepest_ = std::max(deepest_, outcome.statistics.max_depth);
    for (const std::string& limit : outcome.limits) {
      if (!superseded || limit != "stopped") result_.limits.insert(limit);
    }
    result_.limits.erase("stopped");
  }

  void finish() {
    collector_.take(result_.findings, result_.witnesses);
    result_.seconds = elapsed();
    if (preemptions_ != INT_MAX) result_.preemptions = preemptions_;
    if (explored_steps_ != UINT64_MAX && steps_promoted_ == promoted_.size()) result_.steps = explored_steps_;
    const auto is_bound = [](const std::string& limit) { return limit == "max-steps" || limit == "random-choices" || limit == "map-insertions"; };
    if (!result_.findings.empty()) {
      result_.verdict = Verdict::found;
    } else if (result_.limits.empty()) {
      result_.verdict = Verdict::none_exhaustive;
    } else {
      const bool bounded = std::all_of(result_.limits.begin(), result_.limits.end(), is_bound);
      result_.verdict = bounded ? Verdict::none_bounded : Verdict::inconclusive;
    }
  }

  const program::Program& program_;
  const CheckOptions& options_;
  const std::chrono::steady_clock::time_point start_;
  std::vector<std::pair<const program::Instruction*, const program::Function*>> code_;
  Names names_;
  // While workers explore, only read.
  ModelOptions model_;
  Promotions promotions_;
  Collector::Promoted promoted_;
  double until_ = 1e18;        // when the present part of the search ends
  uint64_t steps_;             // after so many an execution is cut
  uint64_t deepest_ = 0;       // the longest execution, or what was seen of it
  uint64_t explored_steps_ = UINT64_MAX;  // all executions of at most so many have been explored, with so many
  size_t steps_promoted_ = 0;             // racing accesses
  int preemptions_ = INT_MAX;  // up to so many all schedules have been explored, if the search was not complete

  std::mutex mutex_;  // for all that follows
  CheckResult result_;
  Collector collector_;
  Promotions next_promotions_;  // in force in the next exploration
  Collector::Promoted promoted_next_;
  double last_finding_ = 0;
  Progress progress_;
  std::deque<Hand> hands_;
};

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::found: return "found";
    case Verdict::none_exhaustive: return "none-exhaustive";
    case Verdict::none_bounded: return "none-bounded";
    case Verdict::inconclusive: return "inconclusive";
  }
  return "inconclusive";
}

int CheckResult::exit_status(bool strict) const {
  const bool errors = std::any_of(findings.begin(), findings.end(), [&](const Finding& f) {
    return strict || f.kind != FindingKind::goroutine_leak;
  });
  if (errors) return 1;
  return limits.empty() ? 0 : 3;
}

CheckResult check(const program::Program& program, const CheckOptions& options) { return Check(program, options).run(); }

}  // namespace gocheck::checker
