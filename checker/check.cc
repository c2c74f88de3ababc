#include "checker/check.h"

#include <algorithm>
#include <climits>
#include <chrono>
#include <map>

#include "runtime/machine/operation.h"
#include "checker/readable.h"
#include "runtime/program/invariant.h"

namespace gocheck::checker {
namespace {

using Seconds = std::chrono::duration<double>;

// One call of check(): collects findings over all its explorations.
class Check : public FindingSink {
 public:
  Check(const program::Program& program, const CheckOptions& options)
      : program_(program), options_(options), start_(std::chrono::steady_clock::now()) {
    for (const program::Function& f : program.functions) code_.push_back({f.code.data(), &f});
    std::sort(code_.begin(), code_.end());
  }

  CheckResult run() {
    const bool ideal = options_.time != TimeModel::free;
    const bool free = options_.time == TimeModel::free || (options_.time == TimeModel::both && uses_time());
    if (ideal) explore_all(false);
    if (free && stopped()) preemptions_ = kNoBound;
    if (free && !stopped()) explore_all(true);
    finish();
    return std::move(result_);
  }

  // ---- FindingSink ----
  void found(Finding finding) override {
    std::string id = identity(finding);
    if (!known_.insert(id).second) return;
    finding.schedule = schedule_;
    finding.at_end = at_end_;
    if (loop_ != nullptr) finding.loop = *loop_;
    finding.early_timer = model_.free_time && options_.time == TimeModel::both;
    pending_.push_back({std::move(finding), std::move(id), promoted_.size()});
  }
  void limited(std::string_view limit) override { result_.limits.emplace(limit); }
  std::string_view must_stop(const FindingPosition& here) override {
    if (busy_since_ < 0) busy_since_ = elapsed();
    progress_.busy = &here;
    progress_.busy_seconds = elapsed() - busy_since_;
    report_progress();
    progress_.busy = nullptr;
    if (options_.interrupted != nullptr && options_.interrupted->load(std::memory_order_relaxed)) return "interrupted";
    return elapsed() >= until_ ? "time-limit" : "";
  }
  void promote(const program::Instruction* first, const program::Instruction* second) override {
    if (next_promotions_.add(first, second)) {
      promoted_next_.push_back({pack(first), pack(second)});
    }
  }

 private:
  using ExploreFunction = std::function<Outcome(Execution&, const ExploreOptions&)>;

  struct Pending {
    Finding finding;
    std::string id;
    size_t promoted;  // how many promotions were in force
  };

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
    if (result_.findings.empty() || elapsed() - last_finding_ < options_.patience) return false;
    result_.limits.insert("after-finding");
    return true;
  }
  void report_progress() {
    if (!options_.on_progress) return;
    progress_.findings = result_.findings.size();
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
      explore_until_stable(free_time, explorer(), options_.limits.seconds);
      return;
    }
    progress_.part = "exploring";
    if (first_attempt(free_time) || stopped()) return;
    if (attempt(free_time, explore_reduced, kReduced) || stopped()) return;  // where states seldom meet it is the faster one
    progress_.part = "samples";
    attempt(free_time, [](Execution& e, const ExploreOptions& o) { return explore_sampled(e, o, kSamples); }, kSampling);
    int explored = kNoBound;
    for (int bound = 0; bound <= kMostPreemptions && !stopped(); ++bound) {
      const auto explore = [bound](Execution& e, const ExploreOptions& o) {
        return explore_bounded(e, o, static_cast<uint32_t>(bound));
      };
      static constexpr std::string_view names[] = {"no preemption", "at most 1 preemption", "at most 2 preemptions"};
      progress_.part = names[bound];
      if (!attempt(free_time, explore, kBounded)) break;
      explored = bound;
    }
    progress_.part = "exploring";
    const size_t promoted = promoted_.size();
    const bool complete = !stopped() && explore_until_stable(free_time, explorer(), options_.limits.seconds).complete();
    if (!complete) preemptions_ = std::min(preemptions_, promoted == promoted_.size() ? explored : kNoBound);
  }

  // How long a part of the search may take: so much of the time limit, but no longer than the longest.
  struct Share {
    double part, longest;
  };
  static constexpr Share kFirstAttempt{0.1, 0.5}, kReduced{0.1, 2}, kSampling{0.1, 2}, kBounded{0.15, 10};
  static constexpr uint64_t kSamples = 2'000;
  static constexpr int kMostPreemptions = 2, kNoBound = -1;

  double end_of(Share share) const {
    return std::min(elapsed() + std::min(share.part * options_.limits.seconds, share.longest), options_.limits.seconds);
  }

  // The whole search, if it takes but a moment: true if it came to its end, though perhaps by cutting executions.
  bool first_attempt(bool free_time) {
    const std::set<std::string> limits = result_.limits;
    const Outcome outcome = explore_until_stable(free_time, explorer(), end_of(kFirstAttempt));
    const bool ended = !outcome.limits.contains("time-limit") && !outcome.limits.contains("stopped") && !stopped();
    if (!ended) keep_limits(limits);
    return ended;
  }

  // A part of the search before the rest. True if it explored all that it is made for.
  bool attempt(bool free_time, const ExploreFunction& explore, Share share) {
    const std::set<std::string> limits = result_.limits;
    const Outcome outcome = explore_until_stable(free_time, explore, end_of(share));
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
  Outcome explore_until_stable(bool free_time, const ExploreFunction& explorer, double until) {
    until_ = until;
    Outcome outcome;
    for (bool again = true; again && !stopped();) {
      promotions_ = next_promotions_;
      promoted_.insert(promoted_.end(), promoted_next_.begin(), promoted_next_.end());
      promoted_next_.clear();
      std::set<std::string> limits = result_.limits;
      outcome = explore(free_time, explorer);
      again = outcome.limits.contains("stopped") && !result_.limits.contains("after-finding");
      if (again) result_.limits = limits;  // only the last search counts
      add(outcome, again);
    }
    return outcome;
  }

  Outcome explore(bool free_time, const ExploreFunction& explorer) {
    model_ = options_.model;
    model_.free_time = free_time;
    schedule_.clear();
    at_end_ = false;
    ExploreOptions explore;
    explore.limits = options_.limits;
    explore.limits.seconds = until_ - elapsed();
    explore.limits.executions -= std::min(explore.limits.executions, result_.statistics.executions);
    explore.interrupted = options_.interrupted;
    explore.schedule = &schedule_;
    explore.stop = [this] { return !promoted_next_.empty() || out_of_patience(); };
    ControlledExecution execution(program_, names_, promotions_, model_, *this);
    End wrapped(execution, *this);
    progress_.free_time = free_time;
    explore.tick = [this](const Statistics& statistics) {
      progress_.statistics = statistics;
      busy_since_ = -1;
      report_progress();
    };
    explore.at_end = [&](const Schedule&, const Statistics&) {
      confirm_pending();
      if (options_.collect_outcomes) collect(execution);
    };
    if (options_.collect_outcomes) execution.identify_output();
    if (!options_.symmetry) execution.tell_goroutines_apart();
    Outcome outcome = explorer(wrapped, explore);
    confirm_pending();
    return outcome;
  }

  ExploreFunction explorer() const {
    switch (options_.explorer) {
      case Explorer::exhaustive: return explore_exhaustively;
      case Explorer::reduced: return explore_reduced;
      case Explorer::merging: return explore_merging;
    }
    GOCHECK_INVARIANT(false);
  }

  void collect(const ControlledExecution& execution) {
    result_.outputs.insert(execution.output());
    Identity identity;
    execution.identify(identity);
    result_.end_states.insert(identity.program);
  }

  // Forwards to the execution; tells findings at the end of an execution from those on the way.
  class End final : public Execution {
   public:
    End(ControlledExecution& execution, Check& check) : execution_(execution), check_(check) {}
    GoroutineId goroutines() const override { return execution_.goroutines(); }
    void enabled(std::vector<Transition>& out) const override { execution_.enabled(out); }
    void footprint(const Transition& t, Footprint& out) const override { execution_.footprint(t, out); }
    void wishes(GoroutineId g, Footprint& out) const override { execution_.wishes(g, out); }
    void offers(GoroutineId g, std::vector<Offer>& out) const override { execution_.offers(g, out); }
    bool steady(GoroutineId g) const override { return execution_.steady(g); }
    void step(const Transition& t) override { execution_.step(t); }
    void started(std::vector<GoroutineId>& out) const override { execution_.started(out); }
    void undo() override { execution_.undo(); }
    void end() override {
      check_.at_end_ = true;
      execution_.end();
      check_.at_end_ = false;
    }
    void loops(const Loop& loop) override {
      check_.loop_ = &loop;
      execution_.loops(loop);
      check_.loop_ = nullptr;
    }
    StateHash state() const override { return execution_.state(); }
    void identify(Identity& out) const override { execution_.identify(out); }

   private:
    ControlledExecution& execution_;
    Check& check_;
  };

  // A finding is believed when its schedule, followed from the start, shows it again.
  void confirm_pending() {
    for (Pending& pending : pending_) {
      Witness witness;
      witness.finding = pending.id;
      witness.message = pending.finding.message;
      witness.schedule = pending.finding.schedule;
      witness.at_end = pending.finding.at_end;
      witness.loop = pending.finding.loop;
      witness.model = model_;
      witness.goroutines = names_.children();
      witness.promoted.assign(promoted_.begin(), promoted_.begin() + static_cast<ptrdiff_t>(pending.promoted));
      for (const SourceFile& file : program_.files) {
        if (!file.library) witness.files.push_back(file.name);
      }
      witness.go_version = program_.go_version;
      witness.program_hash = hash_of(program_);
      Replay shown = replay(program_, witness);
      GOCHECK_INVARIANT(shown.followed);
      GOCHECK_INVARIANT(shown.shown);
      make_readable(program_, names_, promotions_, witness, shown);
      Finding& finding = *shown.finding;
      finding.schedule = witness.schedule;
      finding.at_end = witness.at_end;
      finding.loop = witness.loop;
      finding.early_timer = pending.finding.early_timer;
      if (finding.kind != FindingKind::data_race) finding.race = race_on_the_way(shown);
      if (options_.on_finding) options_.on_finding(finding, witness);
      last_finding_ = elapsed();
      result_.findings.push_back(std::move(finding));
      result_.witnesses.push_back(std::move(witness));
    }
    pending_.clear();
  }

  // The first of the reported races that the steps go through.
  std::optional<Position> race_on_the_way(const Replay& shown) const {
    for (const TraceStep& step : shown.steps) {
      if (!step.racing) continue;
      for (const Finding& race : result_.findings) {
        const bool here = std::any_of(race.positions.begin(), race.positions.end(), [&](const FindingPosition& p) {
          return p.position.file == step.position.file && p.position.line == step.position.line;
        });
        if (race.kind == FindingKind::data_race && here) return race.positions[0].position;
      }
    }
    return std::nullopt;
  }

  void add(const Outcome& outcome, bool superseded) {
    Statistics& total = result_.statistics;
    total.executions += outcome.statistics.executions;
    total.blocked += outcome.statistics.blocked;
    total.truncated += outcome.statistics.truncated;
    total.states += outcome.statistics.states;
    total.merged += outcome.statistics.merged;
    total.events += outcome.statistics.events;
    total.max_depth = std::max(total.max_depth, outcome.statistics.max_depth);
    for (const std::string& limit : outcome.limits) {
      if (!superseded || limit != "stopped") result_.limits.insert(limit);
    }
    result_.limits.erase("stopped");
  }

  void finish() {
    std::vector<size_t> by_position(result_.findings.size());
    for (size_t i = 0; i < by_position.size(); i++) by_position[i] = i;
    std::sort(by_position.begin(), by_position.end(), [&](size_t a, size_t b) {
      const Finding& x = result_.findings[a];
      const Finding& y = result_.findings[b];
      return std::tie(x.positions[0].position, x.kind) < std::tie(y.positions[0].position, y.kind);
    });
    std::vector<Finding> findings;
    std::vector<Witness> witnesses;
    for (size_t i : by_position) {
      findings.push_back(std::move(result_.findings[i]));
      witnesses.push_back(std::move(result_.witnesses[i]));
    }
    result_.findings = std::move(findings);
    result_.witnesses = std::move(witnesses);
    result_.seconds = elapsed();
    if (preemptions_ != INT_MAX) result_.preemptions = preemptions_;
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
  CheckResult result_;
  Names names_;
  ModelOptions model_;
  Promotions promotions_, next_promotions_;  // in force; for the next exploration
  std::vector<std::pair<uint64_t, uint64_t>> promoted_, promoted_next_;
  Schedule schedule_;
  bool at_end_ = false;
  const Loop* loop_ = nullptr;  // while the execution reports what an endless loop means
  double last_finding_ = 0;
  Progress progress_;
  double busy_since_ = -1;    // when the present step was first found to take long; -1: it has not been
  double until_ = 1e18;       // when the present part of the search ends
  int preemptions_ = INT_MAX;  // up to so many all schedules have been explored, if the search was not complete
  std::set<std::string> known_;
  std::vector<Pending> pending_;
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
