#include "checker/detect/finding.h"

#include <algorithm>

#include <fmt/format.h>

namespace gocheck::checker {

std::string_view to_string(FindingKind kind) {
  static constexpr std::string_view names[] = {
      "data-race",          "deadlock",         "goroutine-leak",     "send-on-closed",
      "close-of-closed",    "close-of-nil",     "negative-waitgroup", "waitgroup-misuse",
      "unlock-of-unlocked", "panic",            "test-failure",       "livelock",
  };
  return names[static_cast<size_t>(kind)];
}

std::string identity(const Finding& finding) {
  // `x = append(x, y)` reads and writes: where its accesses stand in the line makes no other defect.
  const bool by_line = finding.kind == FindingKind::data_race;
  std::vector<Position> positions;
  for (const FindingPosition& at : finding.positions) {
    positions.push_back(at.position);
    if (by_line) positions.back().column = 0;
  }
  std::sort(positions.begin(), positions.end());
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  std::string result(to_string(finding.kind));
  for (const Position& p : positions) result += fmt::format(" {}:{}:{}", p.file, p.line, p.column);
  return result + " " + finding.object;
}

}  // namespace gocheck::checker
