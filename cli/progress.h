// What the search is doing, on standard error: one line on a terminal, rewritten in place; a plain line now and then
// elsewhere.
#pragma once

#include <chrono>

#include "checker/check.h"

namespace gocheck::cli {

class ProgressLine {
 public:
  // `limit`: seconds that the search may take in all.
  ProgressLine(const SourceFiles& files, double limit);

  void update(const checker::Progress& progress);
  // Makes room for other output.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  std::string text(const checker::Progress& progress);

  const SourceFiles& files_;
  const double limit_;
  const bool terminal_;
  Clock::time_point next_;  // when the line is to be written again
  bool shown_ = false;
};

}  // namespace gocheck::cli
