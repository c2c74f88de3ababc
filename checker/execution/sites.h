// From an instruction back to the source: which function holds it, where it stands.
#pragma once

#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/program/program.h"

namespace gocheck::checker {

// Does a tracked access only read?
bool only_reads(const program::Instruction& access);

class Sites {
 public:
  explicit Sites(const program::Program& program);

  struct Place {
    const program::Function* function = nullptr;
    uint32_t pc = 0;
    Position position() const { return function ? function->positions[pc] : Position{}; }
  };
  Place find(const program::Instruction* site) const;  // logarithmic
  // A number for the site that is the same in every process; 0 for nullptr. Not thread safe.
  uint64_t number(const program::Instruction* site) const {
    const size_t place = reinterpret_cast<uintptr_t>(site) / sizeof(program::Instruction) % kRecent;
    if (recent_[place].first != site) recent_[place] = {site, find_number(site)};
    return recent_[place].second;
  }
  // What the tracked access at `site` touches in source words ("counter"); empty if unknown.
  std::string_view access_name(const program::Instruction* site) const;
  // All tracked accesses in the line of `site`, in the same function, that touch what it touches, by name; `position` is the
  // first one's. `x++` reads and writes. Not thread safe.
  struct InLine {
    Position position;
    bool reads = false, writes = false;
  };
  const InLine& in_line(const program::Instruction* site) const;

 private:
  InLine find_in_line(const program::Instruction* site) const;
  static constexpr size_t kRecent = 1024;
  uint64_t find_number(const program::Instruction* site) const;

  const program::Program& program_;
  std::vector<const program::Function*> functions_;  // by address of their code
  // Numbers that were asked for, each at a place that follows from its site.
  mutable std::vector<std::pair<const program::Instruction*, uint64_t>> recent_ =
      std::vector<std::pair<const program::Instruction*, uint64_t>>(kRecent);
  mutable std::unordered_map<const program::Instruction*, InLine> in_line_;  // those that were asked for
};

// Sites of racing accesses, which are visible operations (a racy plain access becomes visible once
// the race has been reported). Sites that race with each other form a group; accesses of one
// group are taken to touch one object, whatever their addresses: more orders than necessary,
// but none too few.
class Promotions {
 public:
  // True if this adds anything.
  bool add(const program::Instruction* first, const program::Instruction* second);
  bool empty() const { return sites_.empty(); }
  // A site that stands for Add, Done and Wait of all wait groups: once it is promoted, they depend on each other whenever
  // they can (docs/design/search.md, "Wait groups").
  static const program::Instruction* wait_groups();
  // Group of a site, -1 if it is not promoted.
  int group(const program::Instruction* site) const;
  bool has_wait_groups() const { return wait_groups_; }

 private:
  struct Entry {
    const program::Instruction* site;
    int group;
  };
  std::vector<Entry> sites_;  // sorted by site
  int next_group_ = 0;
  bool wait_groups_ = false;
};

}  // namespace gocheck::checker
