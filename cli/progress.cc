#include "cli/progress.h"

#include <algorithm>
#include <cstdio>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

#include "checker/report/report.h"

namespace gocheck::cli {
namespace {

constexpr std::chrono::milliseconds kOnTerminal{200}, kElsewhere{10'000};
constexpr double kLongStep = 1;  // seconds after which a step is worth a warning

// 999, 12.3k, 4.56M
std::string short_number(double n) {
  if (n < 1e4) return fmt::format("{:.0f}", n);
  if (n < 1e6) return fmt::format("{:.3g}k", n / 1e3);
  return fmt::format("{:.3g}M", n / 1e6);
}

// 59 s, 4 min, 3 h, 12 days
std::string duration(double seconds) {
  if (seconds < 60) return fmt::format("{:.0f} s", seconds);
  if (seconds < 60 * 60) return fmt::format("{:.0f} min", seconds / 60);
  if (seconds < 48 * 60 * 60) return fmt::format("{:.0f} h", seconds / (60 * 60));
  if (seconds < 1000 * 86400.0) return fmt::format("{:.0f} days", seconds / 86400);
  return "years";
}

std::string rate(const checker::Progress& p) {
  return p.events_per_second > 0 ? fmt::format(" ({}/s)", short_number(p.events_per_second)) : "";
}

}  // namespace

ProgressLine::ProgressLine(const SourceFiles& files, double limit)
    : files_(files), limit_(limit), terminal_(isatty(STDERR_FILENO) != 0),
      next_(Clock::now() + (terminal_ ? kOnTerminal : kElsewhere)) {}

void ProgressLine::update(const checker::Progress& progress) {
  const auto now = Clock::now();
  if (now < next_) return;
  next_ = now + (terminal_ ? kOnTerminal : kElsewhere);
  std::fprintf(stderr, terminal_ ? "\r%s\x1b[K" : "%s\n", text(progress).c_str());
  shown_ = true;
}

void ProgressLine::clear() {
  if (shown_ && terminal_) std::fputs("\r\x1b[K", stderr);
  shown_ = false;
}

std::string ProgressLine::text(const checker::Progress& p) {
  const checker::Statistics& s = p.statistics;
  const std::string limit = limit_ < 1e9 ? fmt::format(" of {:.0f}", limit_) : "";
  std::string text = fmt::format("{:.0f}{} s: {}{}{}: {} executions, {} events{}", p.seconds, limit, p.part,
                                 p.again ? ", racing accesses as steps" : "", p.free_time ? ", timers at any moment" : "",
                                 short_number(static_cast<double>(s.executions)),
                                 short_number(static_cast<double>(s.events)), rate(p));
  if (s.states > 0) text += fmt::format(", {} states", short_number(static_cast<double>(s.states)));
  text += fmt::format("; {} finding{}", p.findings, p.findings == 1 ? "" : "s");
  if (p.fraction > 0) text += fmt::format("; {} of all", checker::percent(p.fraction));
  if (p.seconds_left >= 0) text += fmt::format(", {} left", duration(p.seconds_left));
  if (p.busy != nullptr && p.busy_seconds >= kLongStep) {
    text += fmt::format("; {} has met nobody for {:.0f} s, at {}", p.busy->goroutine, p.busy_seconds,
                        to_string(files_, p.busy->position));
  }
  return text;
}

}  // namespace gocheck::cli
