// What a check has found: each defect once, believed when its schedule, followed from the start, shows it again.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "checker/detect/finding.h"
#include "checker/execution/controlled.h"
#include "checker/execution/witness.h"

namespace gocheck::checker {

// Not thread safe.
class Collector {
 public:
  using Promoted = std::vector<std::pair<uint64_t, uint64_t>>;  // as in Witness
  // What was in force in the execution that showed a finding.
  struct Circumstances {
    const ModelOptions& model;
    const Promotions& promotions;
    const Promoted& promoted;
  };

  // `hurry`: schedules are not to be shortened any further.
  Collector(const program::Program& program, Names& names, std::function<void(const Finding&, const Witness&)> on_finding,
            std::function<bool()> hurry)
      : program_(program), names_(names), on_finding_(std::move(on_finding)), hurry_(std::move(hurry)) {}

  // Has this defect not been noted before? From now on it has.
  bool note(const Finding& finding) { return known_.insert(identity(finding)).second; }
  // Replays the finding, whose schedule leads to it, shortens the schedule, and keeps both.
  void confirm(const Finding& finding, const Circumstances& circumstances);
  // The search is about to begin again with more visible operations, and will find this again, with the steps that matter among
  // them: only if it does not get so far this one is confirmed in the end.
  void postpone(const Finding& finding, const Circumstances& circumstances);
  void confirm_postponed();
  // Keeps a finding of an earlier check again. False: its witness does not show it.
  bool confirm_again(Witness witness, bool early_timer);

  const std::vector<Finding>& findings() const { return findings_; }
  const std::vector<Witness>& witnesses() const { return witnesses_; }
  // Moves the findings, sorted by position, and their witnesses out. Only now leaks are told, but for those that are part of
  // a deadlock.
  void take(std::vector<Finding>& findings, std::vector<Witness>& witnesses);

 private:
  Witness witness_of(const Finding& finding, const Circumstances& circumstances) const;
  void keep(Replay shown, Witness witness, bool early_timer);
  std::optional<Position> race_on_the_way(const Replay& shown) const;
  bool is_part_of_deadlock(const Finding& leak) const;

  const program::Program& program_;
  Names& names_;
  const std::function<void(const Finding&, const Witness&)> on_finding_;
  const std::function<bool()> hurry_;
  struct Postponed {
    Finding finding;
    ModelOptions model;
    Promotions promotions;
    Promoted promoted;
  };

  std::set<std::string> known_;
  std::vector<Postponed> postponed_;
  std::vector<Finding> findings_;
  std::vector<Witness> witnesses_;
};

}  // namespace gocheck::checker
