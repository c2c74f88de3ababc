#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "checker/detect/names.h"
#include "checker/report/report.h"
#include "checker/report/waiting.h"

namespace gocheck::checker {
namespace {

std::string paint(const ReportOptions& options, const char* code, std::string_view text) {
  return options.color ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

// "  12 |     counter++" with a caret below.
std::string source_line(const program::Program& program, Position at) {
  if (!at.valid()) return {};
  const std::string_view line = program.files[at.file].line(at.line);
  const std::string number = fmt::format("{:>6} | ", at.line);
  std::string caret;
  for (uint32_t i = 1; i < at.column && i <= line.size(); i++) caret += line[i - 1] == '\t' ? '\t' : ' ';
  return fmt::format("{}{}\n{:>6} | {}^\n", number, line, "", caret);
}

// Takes away the steps that have nothing to do with the finding, if there are many; says what they were.
std::string leave_out(std::vector<TraceStep>& steps, const Finding& finding) {
  constexpr size_t kFew = 10;
  const auto all = static_cast<size_t>(std::ranges::count(steps, false, &TraceStep::within));
  if (!finding.essential || *finding.essential >= all || all <= kFew) return "";
  const size_t left_out = all - *finding.essential;
  size_t first = 0;
  for (size_t left = *finding.essential; left > 0 || steps[first].within; first++) left -= steps[first].within ? 0 : 1;
  std::set<std::string_view> shown, others;
  for (size_t i = 0; i < steps.size(); i++) {
    for (const std::string_view name : {std::string_view(steps[i].name), std::string_view(steps[i].partner_name)}) {
      if (!name.empty()) (i < first ? shown : others).insert(name);
    }
  }
  std::erase_if(others, [&](std::string_view name) { return shown.contains(name); });
  const std::string whose = others.empty() ? "" : fmt::format(", and with them {} other {}", others.size(), others.size() == 1 ? "goroutine" : "goroutines");
  std::string text = fmt::format("      {} {} that {} not matter to it {} left out{}\n", left_out, left_out == 1 ? "step" : "steps",
                                 left_out == 1 ? "does" : "do", left_out == 1 ? "is" : "are", whose);
  steps.resize(first);
  return text;
}

// The message without what the kind says already, "panic: ", and without Go's line about the signal.
std::string_view said_once(const Finding& finding) {
  std::string_view text = finding.message;
  const std::string_view kind = to_string(finding.kind);
  if (text.starts_with(kind) && text.substr(kind.size()).starts_with(": ")) text.remove_prefix(kind.size() + 2);
  return text.substr(0, text.find("\n[signal "));
}

// Where the finding is, with the source lines: of those who play one part at one place once.
std::string places(const program::Program& program, const Finding& finding, const ReportOptions& options) {
  struct Place {
    Position position;
    std::string role;
    std::vector<std::string> who;
  };
  std::vector<Place> places;
  const auto add = [&](Position position, const std::string& role, const std::string& who) {
    const auto same = std::ranges::find_if(places, [&](const Place& it) { return it.position == position && it.role == role; });
    if (same == places.end()) {
      places.push_back({position, role, {who}});
    } else if (std::ranges::find(same->who, who) == same->who.end()) {
      same->who.push_back(who);
    }
  };
  for (const FindingPosition& at : finding.positions) add(at.position, at.role, at.goroutine);
  for (const Waiting& w : finding.waiting) {
    if (!w.consequence && finding.kind != FindingKind::livelock) add(w.position, "blocked in " + w.reason, w.goroutine);
  }
  std::string text;
  for (const Place& it : places) {
    text += fmt::format("  {} by {} at {}\n", it.role, paint(options, "1", in_short(it.who)), place(program, it.position));
    text += source_line(program, it.position);
  }
  return text;
}

}  // namespace

std::string text_of(const program::Program& program, const Finding& finding, const Witness& witness,
                    const ReportOptions& options) {
  const bool warning = finding.kind == FindingKind::goroutine_leak && !options.strict;
  std::string out = fmt::format("{}: {}: {}{}\n", place(program, finding.positions[0].position),
                                paint(options, warning ? "1;33" : "1;31", to_string(finding.kind)), said_once(finding),
                                finding.early_timer ? " (needs a timer to fire early)" : "");
  out += places(program, finding, options);
  if (finding.race) {
    out += fmt::format("  Perhaps a consequence of the data race at {}: the schedule goes through it.\n",
                       place(program, *finding.race));
  }
  if (!finding.waiting.empty()) out += "  Who waits for whom:\n" + who_waits_for_whom(program, finding.waiting);
  out += "  How it happens:\n";
  std::vector<TraceStep> steps = replay(program, witness).steps;
  const std::string left_out = leave_out(steps, finding);
  std::erase_if(steps, [](const TraceStep& step) { return step.of_testing; });
  out += columns_of(program, steps, options.width, true) + left_out;
  if (!options.command.empty()) out += "  Replay: " + options.command + "\n";
  return out;
}

std::string percent(double share) {
  constexpr double kMost = 0.99;  // what is left is something
  return share < 1e-4 ? "less than 0.01%" : fmt::format("about {:.2g}%", 100 * std::min(share, kMost));
}

namespace {

std::string plural(uint64_t n, std::string_view what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

}  // namespace

std::string tally(size_t problems, size_t warnings) {
  if (problems == 0) return plural(warnings, "warning");
  return plural(problems, "problem") + (warnings == 0 ? "" : " and " + plural(warnings, "warning"));
}

std::string_view no_problems_so_far(std::string_view verdict) {
  return verdict == to_string(Verdict::none_bounded) ? "No problems up to a bound" : "Inconclusive, no problems so far";
}

std::string summary_of(const CheckResult& result, const ReportOptions& options) {
  const Statistics& s = result.statistics;
  const auto count = [&](bool leaks) {
    return std::count_if(result.findings.begin(), result.findings.end(), [&](const Finding& f) {
      return !f.part_of_deadlock && (f.kind == FindingKind::goroutine_leak && !options.strict) == leaks;
    });
  };
  std::string limits;
  for (const std::string& limit : result.limits) limits += (limits.empty() ? "" : ", ") + limit;
  std::string verdict;
  if (result.verdict == Verdict::none_exhaustive) {
    verdict = paint(options, "1;32", "No problems") + ": all interleavings explored";
  } else if (result.verdict == Verdict::found) {
    const auto errors = count(false), warnings = count(true);
    verdict = paint(options, errors ? "1;31" : "1;33", tally(errors, warnings));
    verdict += limits.empty() ? "; all interleavings explored" : "; not everything explored: " + limits;
  } else {
    verdict = paint(options, "1;33", no_problems_so_far(to_string(result.verdict))) + ": not everything explored: " + limits;
  }
  if (!result.limits.empty() && result.preemptions >= 0) {
    verdict += fmt::format("; every schedule with at most {} explored", plural(result.preemptions, "preemption"));
  }
  if (!result.limits.empty() && result.steps > 0) {
    verdict += fmt::format("; every execution of at most {} explored", plural(result.steps, "step"));
  }
  if (!result.limits.empty() && result.fraction > 0 && result.steps == 0) {  // what has no end has no share
    verdict += fmt::format("; {} of all {} explored", percent(result.fraction), s.states > 0 ? "states" : "executions");
  }
  return fmt::format("{} ({}, {}{}, {:.2f} s)\n", verdict, plural(s.executions, "execution"), plural(s.events, "event"),
                     s.blocked ? fmt::format(", {} redundant", s.blocked) : "", result.seconds);
}

}  // namespace gocheck::checker
