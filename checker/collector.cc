#include "checker/collector.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "checker/readable.h"
#include "runtime/program/invariant.h"

namespace gocheck::checker {

Witness Collector::witness_of(const Finding& finding, const Circumstances& circumstances) const {
  Witness witness;
  witness.finding = identity(finding);
  witness.message = finding.message;
  witness.schedule = finding.schedule;
  witness.at_end = finding.at_end;
  witness.loop = finding.loop;
  witness.model = circumstances.model;
  witness.goroutines = names_.children();
  witness.promoted = circumstances.promoted;
  for (const SourceFile& file : program_.files) {
    if (!file.library) witness.files.push_back(file.name);
  }
  witness.go_version = program_.go_version;
  witness.program_hash = hash_of(program_);
  return witness;
}

void Collector::postpone(const Finding& finding, const Circumstances& circumstances) {
  known_.erase(identity(finding));
  postponed_.push_back({finding, circumstances.model, circumstances.promotions, circumstances.promoted});
}

void Collector::confirm_postponed() {
  for (const Postponed& it : postponed_) {
    if (note(it.finding)) confirm(it.finding, {it.model, it.promotions, it.promoted});
  }
  postponed_.clear();
}

void Collector::confirm(const Finding& found, const Circumstances& circumstances) {
  Witness witness = witness_of(found, circumstances);
  Replay shown = replay(program_, witness);
  GOCHECK_INVARIANT(shown.followed);
  GOCHECK_INVARIANT(shown.shown);
  make_readable(program_, names_, circumstances.promotions, hurry_, witness, shown);
  keep(std::move(shown), std::move(witness), found.early_timer);
}

bool Collector::confirm_again(Witness witness, bool early_timer) {
  Replay shown = replay(program_, witness);
  if (!shown.followed || !shown.shown) return false;
  known_.insert(witness.finding);
  keep(std::move(shown), std::move(witness), early_timer);
  return true;
}

void Collector::keep(Replay shown, Witness witness, bool early_timer) {
  Finding& finding = *shown.finding;
  finding.schedule = witness.schedule;
  witness.message = finding.message;
  finding.at_end = witness.at_end;
  finding.loop = witness.loop;
  finding.early_timer = early_timer;
  finding.race = race_on_the_way(shown);
  if (on_finding_ && finding.kind != FindingKind::goroutine_leak) on_finding_(finding, witness);
  findings_.push_back(std::move(finding));
  witnesses_.push_back(std::move(witness));
}

// The first of the reported races that the steps go through, or that the data race follows from.
std::optional<Position> Collector::race_on_the_way(const Replay& shown) const {
  if (shown.finding->kind == FindingKind::data_race) {
    for (const Finding& race : findings_) {
      if (std::ranges::find(shown.races, identity(race)) != shown.races.end()) return race.positions[0].position;
    }
    return std::nullopt;
  }
  for (const TraceStep& step : shown.steps) {
    if (!step.racing) continue;
    for (const Finding& race : findings_) {
      const bool here = std::any_of(race.positions.begin(), race.positions.end(), [&](const FindingPosition& p) {
        return p.position.file == step.position.file && p.position.line == step.position.line;
      });
      if (race.kind == FindingKind::data_race && here) return race.positions[0].position;
    }
  }
  return std::nullopt;
}

bool Collector::is_part_of_deadlock(const Finding& leak) const {
  return std::ranges::any_of(findings_, [&](const Finding& deadlock) {
    return deadlock.kind == FindingKind::deadlock &&
           std::ranges::find(deadlock.positions, leak.positions[0].position, &FindingPosition::position) != deadlock.positions.end();
  });
}

void Collector::take(std::vector<Finding>& findings, std::vector<Witness>& witnesses) {
  std::vector<size_t> order(findings_.size());
  std::iota(order.begin(), order.end(), size_t{0});
  for (Finding& finding : findings_) {
    finding.part_of_deadlock = finding.kind == FindingKind::goroutine_leak && is_part_of_deadlock(finding);
  }
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    const Finding& x = findings_[a];
    const Finding& y = findings_[b];
    return std::tie(x.positions[0].position, x.kind) < std::tie(y.positions[0].position, y.kind);
  });
  for (const size_t i : order) {
    const Finding& finding = findings_[i];
    const bool told_now = finding.kind == FindingKind::goroutine_leak && !finding.part_of_deadlock;
    if (on_finding_ && told_now) on_finding_(finding, witnesses_[i]);
    findings.push_back(std::move(findings_[i]));
    witnesses.push_back(std::move(witnesses_[i]));
  }
}

}  // namespace gocheck::checker
