#include "checker/check.h"

#include <algorithm>
#include <chrono>
#include <climits>
#include <cstdio>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "checker/checkpoint.h"
#include "checker/collector.h"
#include "checker/explore/archive.h"
#include "checker/explore/keeper.h"
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
        steps_(options.limits.steps), collector_(program, *names_, options.on_finding, [this] { return hurry(); }) {
    for (const program::Function& f : program.functions) code_.push_back({f.code.data(), &f});
    std::sort(code_.begin(), code_.end());
    // Shards have to divide the same search among them.
    if (options.explorer == Explorer::exhaustive || options.shard.count > 1) promote_wait_groups();
  }

  CheckResult run() {
    const bool ideal = options_.time != TimeModel::free;
    const bool free = options_.time == TimeModel::free || (options_.time == TimeModel::both && uses_time());
    if (!options_.resume.empty()) resume();
    if (!options_.checkpoint.empty() && result_.error.empty()) begin_checkpoints();
    if (!result_.error.empty()) return std::move(result_);
    if (ideal && !free_time_) explore_all();
    if (free && stopped()) {
      preemptions_ = kNoBound;
      explored_steps_ = 0;
    }
    if (free && !stopped()) {
      if (!free_time_) begin_with_free_time();
      explore_all();
    }
    finish();
    return std::move(result_);
  }

 private:
  struct Search {
    std::function<Outcome(std::span<const Worker>)> explore;
    bool together = false;  // as many workers as there are, or one
    bool whole = false;     // everything is to be explored
    bool pauses = false;    // when its time is up, it can be gone on with
  };
  using Lock = std::lock_guard<std::mutex>;

  // One worker's execution, and what has shown in it and is not confirmed yet.
  class Hand final : public FindingSink {
   public:
    Hand(Check& check, double seconds)
        : check_(check), execution_(check.program_, *check.names_, check.promotions_, check.model_, *this) {
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
    limits_.emplace(limit);
  }
  void promote(const program::Instruction* first, const program::Instruction* second) {
    const Lock lock(mutex_);
    if (next_promotions_.add(first, second)) promoted_next_.push_back({pack(first), pack(second)});
  }
  void confirm(std::vector<Finding>& pending) {
    const Lock lock(mutex_);
    for (Finding& finding : pending) {
      finding.early_timer = model_.free_time && options_.time == TimeModel::both;
      if (!promoted_next_.empty() && finding.kind != FindingKind::data_race) {
        collector_.postpone(finding, {model_, promotions_, promoted_});
        continue;
      }
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
    if (interrupted()) return "interrupted";
    return elapsed() >= until_ ? "time-limit" : "";
  }

  // ---- The rest is the first worker's alone ----

  bool uses_time() const {
    return std::any_of(program_.natives.begin(), program_.natives.end(), [](const program::Native& native) {
      const machine::OpKind kind = machine::operation_of_native(native.name);
      return kind == machine::OpKind::sleep || kind == machine::OpKind::timer_wait;
    });
  }
  // Has a limit been hit that ends everything?
  bool stopped() const { return !result_.limits.empty(); }
  bool interrupted() const { return options_.interrupted != nullptr && options_.interrupted->load(std::memory_order_relaxed); }
  bool hurry() const { return interrupted() || elapsed() >= options_.limits.seconds; }
  bool out_of_patience() {
    if (collector_.findings().empty() || elapsed() - last_finding_ < options_.patience) return false;
    result_.limits.insert("after-finding");
    return true;
  }
  void report_progress() {
    if (!options_.on_progress) return;
    Statistics present;
    for (const Hand& hand : hands_) present.add(hand.statistics());
    progress_.statistics = not_less(so_far(present), progress_.statistics);
    progress_.findings = collector_.findings().size();
    progress_.seconds = elapsed();
    if (whole_now_ && present.fraction() > 0) progress_.fraction = present.fraction();
    update_rates(present);
    options_.on_progress(progress_);
  }
  // Of all parts. A search that is gone on with counts what it had before, as soon as it says anything.
  Statistics so_far(const Statistics& present) const {
    Statistics all = result_.statistics;
    if (pausing_now_) {
      all.add(not_less(present, paused_statistics_));
    } else {
      all.add(present);
      all.add(paused_statistics_);
    }
    return all;
  }
  static Statistics not_less(Statistics s, const Statistics& than) {
    s.executions = std::max(s.executions, than.executions);
    s.events = std::max(s.events, than.events);
    s.states = std::max(s.states, than.states);
    return s;
  }
  // From how fast the present part has come forward since it was first looked at.
  void update_rates(const Statistics& s) {
    if (!looked_at_) looked_at_ = {elapsed(), s};
    const double since = elapsed() - looked_at_->seconds, more = s.explored() - looked_at_->statistics.explored();
    const bool long_enough = since > kLongEnough;
    progress_.events_per_second = long_enough ? static_cast<double>(s.events - looked_at_->statistics.events) / since : 0;
    progress_.seconds_left =
        whole_now_ && long_enough && s.expected > 0 && more > 0 ? std::max(0.0, s.expected - s.explored()) * since / more : -1;
  }
  double elapsed() const { return Seconds(std::chrono::steady_clock::now() - start_).count(); }

  uint64_t pack(const program::Instruction* site) const {
    if (site == Promotions::wait_groups()) return kPackedWaitGroups;
    auto it = std::upper_bound(code_.begin(), code_.end(), site, [](auto* s, const auto& entry) { return s < entry.first; });
    const program::Function* function = std::prev(it)->second;
    const auto index = static_cast<uint64_t>(function - program_.functions.data());
    return index << 32 | static_cast<uint64_t>(site - function->code.data());
  }

  // The parts of the search, in their order. If it does not end at once, it takes turns with samples and schedules with few
  // preemptions: most bugs show there, long before everything is explored.
  static constexpr int kMostPreemptions = 2, kNoBound = -1;
  enum Part : int { kAttempt, kFewStepsFirst, kReducedAttempt, kSamples, kBounds, kRest = kBounds + kMostPreemptions + 1 };
  static constexpr std::string_view kPartNames[] = {"exploring", "few steps", "exploring", "samples", "no preemption", "at most 1 preemption",
                                                    "at most 2 preemptions", "exploring"};

  void explore_all() {
    if (!options_.anytime) part_ = kRest;
    bool complete = false;
    for (; !complete && !stopped() && part_ <= kRest; ++part_) {
      progress_.part = kPartNames[part_];
      save();
      const double begun = elapsed();
      complete = explore_part();
      if (!complete && part_ > kAttempt && part_ < kRest && !stopped()) complete = go_on(2 * elapsed() - begun);
    }
    limits_before_.merge(whole_limits_);
    if (!complete || !limits_before_.empty()) {
      preemptions_ = std::min(preemptions_, explored_promoted_ == promoted_.size() ? explored_ : kNoBound);
    }
    give_up_paused();
  }

  void begin_with_free_time() {
    free_time_ = true;
    progress_.fraction = 0;
    part_ = kAttempt;
    explored_ = kNoBound;
  }

  // True: the search has come to its end.
  bool explore_part() {
    switch (part_) {
      case kAttempt: {
        const bool ended = go_on(end_of(kFirstAttempt));
        if (ended && !whole_limits_.empty()) explored_steps_ = 0;
        return ended;
      }
      case kFewStepsFirst:
        if (options_.few_steps_first && deepest_ > kManySteps) {
          deepen();
        } else {
          explored_steps_ = 0;
        }
        return false;
      case kReducedAttempt: {  // where states seldom meet it is the faster one
        const bool ended = attempt(reduced(), kReduced);
        if (ended) whole_limits_.clear();
        return ended;
      }
      case kSamples:
        attempt(alone([](Execution& e, const ExploreOptions& o) { return explore_sampled(e, o, kSampled); }), kSampling);
        return false;
      case kRest: return go_on(options_.limits.seconds);
      default: {
        const int bound = part_ - kBounds;
        const auto explore = [bound](Execution& e, const ExploreOptions& o) {
          return explore_bounded(e, o, static_cast<uint32_t>(bound));
        };
        if (attempt(alone(explore), kBounded)) {
          explored_ = bound;
          explored_promoted_ = promoted_.size();
        } else {
          part_ = kRest - 1;  // more preemptions would take even longer
        }
        return false;
      }
    }
  }

  // Bugs that show after few steps, before the search goes down into endless executions.
  void deepen() {
    const double until = end_of(kDeepening);
    uint64_t explored = 0;
    for (uint64_t steps = kFewSteps; steps < options_.limits.steps && !stopped(); steps += steps / 2) {
      const size_t promoted = promoted_.size();
      steps_ = steps;
      const std::set<std::string> limits = explore_until_stable(alone(explore_shallow), until);
      const bool all = !limits.contains("time-limit") && !limits.contains("stopped");
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
  static constexpr Share kFirstAttempt{0.1, 1}, kReduced{0.1, 1}, kSampling{0.1, 2}, kBounded{0.15, 10}, kDeepening{0.15, 3};
  static constexpr double kLongEnough = 0.5;  // seconds after which a rate says something
  static constexpr uint64_t kFewSteps = 16, kManySteps = 2'000;
  static constexpr uint64_t kSampled = 2'000;

  double end_of(Share share) const {
    const double seconds = std::min(share.part * options_.limits.seconds, share.longest);
    return std::min(elapsed() + options_.pace * seconds, options_.limits.seconds);
  }

  // Goes on with the whole search. True: it has come to its end, though perhaps by cutting executions.
  bool go_on(double until) {
    progress_.part = kPartNames[kRest];
    Search search = whole_search();
    search.together = search.together && part_ > kAttempt;  // what takes but a moment is not worth a second thread
    std::set<std::string> limits = explore_until_stable(search, std::min(until, options_.limits.seconds));
    const bool ended = limits.erase("time-limit") + limits.erase("stopped") == 0 && !stopped();
    whole_limits_.merge(limits);
    return ended;
  }

  // A part of the search before the rest. True if it explored all that it is made for.
  bool attempt(const Search& search, Share share) { return explore_until_stable(search, end_of(share)).empty(); }

  // Returns the limits that were hit. Racing accesses that are found become visible operations, which makes it another search.
  std::set<std::string> explore_until_stable(const Search& search, double until) {
    until_ = until;
    while (true) {
      if (!promoted_next_.empty()) begin_again();
      limits_.clear();
      Outcome outcome = explore(search);
      limits_.merge(outcome.limits);
      deepest_ = std::max(deepest_, outcome.statistics.max_depth);
      if (search.pauses) {
        paused_statistics_ = outcome.statistics;  // of all turns
      } else {
        result_.statistics.add(outcome.statistics);
      }
      for (const char* limit : kEndingLimits) {
        if (limits_.contains(limit)) result_.limits.insert(limit);
      }
      if (elapsed() >= options_.limits.seconds) result_.limits.insert("time-limit");
      if (promoted_next_.empty() || stopped()) return limits_;
    }
  }

  void promote_wait_groups() { promote(Promotions::wait_groups(), Promotions::wait_groups()); }

  // From the start, with more visible operations.
  void begin_again() {
    promotions_ = next_promotions_;
    promoted_.insert(promoted_.end(), promoted_next_.begin(), promoted_next_.end());
    promoted_next_.clear();
    whole_limits_.clear();
    progress_.again = true;
    progress_.fraction = 0;
    give_up_paused();
  }

  void give_up_paused() {
    result_.statistics.add(paused_statistics_);
    paused_statistics_ = {};
    paused_ = {};
  }

  Outcome explore(const Search& search) {
    model_ = options_.model;
    model_.free_time = free_time_;
    progress_.free_time = free_time_;
    const double seconds = until_ - elapsed();
    if (options_.shard.count > 1) names_.emplace();
    const bool one = !search.together || (search.pauses && options_.explorer == Explorer::reduced);
    const int jobs = one ? 1 : options_.jobs;
    std::optional<Keeper> keeper;
    if (search.pauses) {
      const auto save = [this](const SavedSearch& where) { this->save(where); };
      keeper.emplace(options_.checkpoint.empty() ? nullptr : std::function(save), std::exchange(paused_, {}), jobs);
      if (until_ >= options_.limits.seconds) keeper->drop_rest();
    }
    looked_at_.reset();
    whole_now_ = search.whole;
    pausing_now_ = search.pauses;
    std::vector<Worker> workers;
    for (int i = 0; i < jobs; ++i) {
      workers.push_back(hands_.emplace_back(*this, seconds).worker());
      workers.back().options.keeper = keeper ? &*keeper : nullptr;
    }
    const Outcome outcome = search.explore(workers);
    if (search.whole) result_.fraction = outcome.complete() ? 0 : outcome.statistics.fraction();
    for (Hand& hand : hands_) hand.confirm();
    hands_.clear();
    if (keeper) paused_ = keeper->rest();
    return outcome;
  }

  // ---- Checkpoints ----

  // What has to be the same for a search to be gone on with.
  std::string circumstances() const {
    const ModelOptions& m = options_.model;
    return fmt::format("{} {} {} {} {} {} {} {} {} {} {}", static_cast<int>(options_.explorer), options_.symmetry,
                       static_cast<int>(options_.time), options_.anytime, options_.few_steps_first ? 0 : options_.limits.steps, m.http_requests, m.choices,
                       m.memory_limit, m.local_steps, m.local_slice, fmt::join(m.arguments, "\1"));
  }

  void begin_checkpoints() {
    saved_.program = hash_of(program_);
    saved_.circumstances = circumstances();
    if (is_something_else(options_.checkpoint)) {
      result_.error = fmt::format("cannot write the checkpoint {}: there is something that is no checkpoint", options_.checkpoint);
    }
    if (!options_.resume.empty() || !result_.error.empty()) return;
    save();
    if (!result_.warning.empty()) result_.error = std::move(result_.warning);
  }

  void save() { save(paused_); }
  // All workers stand still.
  void save(const SavedSearch& where) {
    if (options_.checkpoint.empty()) return;
    for (Hand& hand : hands_) hand.confirm();
    const Lock lock(mutex_);
    if (!where.workers.empty() && !promoted_next_.empty()) return;  // it is about to begin again
    saved_.seconds = seconds_before_ + elapsed();
    saved_.statistics = result_.statistics;
    saved_.limits = limits_before_;
    saved_.limits.insert(whole_limits_.begin(), whole_limits_.end());
    saved_.preemptions = preemptions_;
    saved_.deepest = deepest_;
    saved_.explored_steps = explored_steps_;
    saved_.steps_promoted = steps_promoted_;
    saved_.explored = explored_promoted_ == promoted_.size() ? explored_ : kNoBound;
    saved_.findings.clear();
    for (size_t i = 0; i < collector_.findings().size(); ++i) {
      saved_.findings.push_back({checker::save(collector_.witnesses()[i]), collector_.findings()[i].early_timer});
    }
    saved_.promoted = promoted_;
    saved_.promoted.insert(saved_.promoted.end(), promoted_next_.begin(), promoted_next_.end());
    Saver names;
    names(*names_);
    saved_.names = std::move(names).take();
    saved_.free_time = free_time_;
    saved_.part = part_;
    saved_.search = where;
    const std::optional<std::string> problem = write_checkpoint(options_.checkpoint, saved_);
    saved_.search = {};
    result_.warning = problem ? fmt::format("cannot write the checkpoint {}: {}", options_.checkpoint, *problem) : "";
  }

  void resume() {
    std::string problem;
    if (!read_checkpoint(options_.resume, saved_, problem)) {
    } else if (saved_.program != hash_of(program_)) {
      problem = "it is of another program";
    } else if (saved_.circumstances != circumstances()) {
      problem = "it is of a search with other options";
    } else {
      problem = take_over();
    }
    if (!problem.empty()) result_.error = fmt::format("cannot go on from {}: {}", options_.resume, problem);
  }

  // What is wrong with the checkpoint; empty: nothing.
  std::string take_over() {
    Loader names(saved_.names);
    names(*names_);
    std::optional<Promotions> promotions = unpack(program_, saved_.promoted);
    if (!promotions) return "it is damaged";
    next_promotions_ = *std::move(promotions);
    promoted_next_ = saved_.promoted;
    for (const Checkpoint::Found& found : saved_.findings) {
      std::string error;
      std::optional<Witness> witness = load(found.witness, error);
      if (!witness || !collector_.confirm_again(std::move(*witness), found.early_timer)) return "its findings do not show";
    }
    seconds_before_ = saved_.seconds;
    result_.statistics = saved_.statistics;
    limits_before_ = saved_.limits;
    preemptions_ = saved_.preemptions;
    deepest_ = saved_.deepest;
    explored_steps_ = saved_.explored_steps;
    steps_promoted_ = saved_.steps_promoted;
    explored_ = saved_.explored;
    explored_promoted_ = saved_.promoted.size();
    free_time_ = saved_.free_time;
    part_ = saved_.part;
    paused_ = std::move(saved_.search);
    return "";
  }

  // An explorer that has one worker.
  template <typename Function>
  static Search alone(Function explore) {
    return {[explore](std::span<const Worker> workers) { return explore(*workers[0].execution, workers[0].options); }};
  }
  static Search reduced() { return {explore_reduced_together, true, true}; }

  Search whole_search() const {
    switch (options_.explorer) {
      case Explorer::exhaustive: return alone(explore_exhaustively);
      case Explorer::reduced: {
        Search search = reduced();
        search.pauses = !options_.checkpoint.empty();
        return search;
      }
      case Explorer::merging:
        if (options_.shard.count == 1) return {explore_merging_together, true, true, true};
        return {[shard = options_.shard](std::span<const Worker> workers) { return explore_shard(workers, shard); }, true, true};
    }
    GOCHECK_INVARIANT(false);
  }

  void finish() {
    collector_.confirm_postponed();
    collector_.take(result_.findings, result_.witnesses);
    result_.seconds = seconds_before_ + elapsed();
    for (const auto& [first, second] : promoted_) result_.racing.insert({first, second});
    if (!stopped() && !options_.checkpoint.empty()) std::remove(options_.checkpoint.c_str());
    result_.limits.merge(limits_before_);
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
  std::optional<Names> names_{std::in_place};
  double seconds_before_ = 0;  // that the check had taken before it was gone on with
  // While workers explore, only read.
  bool whole_now_ = false, pausing_now_ = false;  // of the present search: Search::whole, pauses
  bool free_time_ = false;
  int part_ = kAttempt;
  int explored_ = kNoBound;  // all schedules with so many preemptions ...
  size_t explored_promoted_ = 0;  // ... while so many pairs of accesses were visible operations
  Checkpoint saved_;  // as it was read, or is written
  SavedSearch paused_;  // where the whole search can be gone on with; empty: at its beginning
  Statistics paused_statistics_;
  // But for those that end everything: hit by the whole search, and by the one of ideal time that is over.
  std::set<std::string> whole_limits_, limits_before_;
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
  CheckResult result_;  // limits: those that end everything
  std::set<std::string> limits_;  // that the present search has hit
  Collector collector_;
  Promotions next_promotions_;  // in force in the next exploration
  Collector::Promoted promoted_next_;
  double last_finding_ = 0;
  Progress progress_;
  struct LookedAt {
    double seconds;
    Statistics statistics;
  };
  std::optional<LookedAt> looked_at_;  // the present part, for the first time
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
