// Schedules for people: one column per goroutine, as wide as its words need. Where the line is too short for that, first the
// words become shorter, and then the goroutines come one below the other.
#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "checker/report/report.h"

namespace gocheck::checker {
namespace {

constexpr size_t kNumber = 6;   // columns for the number of a step
constexpr size_t kGap = 2;      // between columns
constexpr size_t kWidest = 56;  // what is longer is cut
constexpr size_t kMany = 120, kFirst = 30, kLast = 50;  // steps: of more than many only the first and the last are shown

enum class Words : uint8_t { all, no_package, no_package_no_line };

std::string clip(const std::string& text, size_t width) {
  return text.size() <= width ? text : text.substr(0, width - 1) + "~";
}

// "sync.Mutex.Lock" -> "Mutex.Lock"
std::string_view without_package(std::string_view text) {
  constexpr std::string_view kPackage = "sync.";
  return text.starts_with(kPackage) ? text.substr(kPackage.size()) : text;
}

// 1234567 -> "1,234,567"
std::string with_commas(size_t number) {
  std::string text = std::to_string(number);
  for (size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, 1, ',');
  return text;
}

class Table {
 public:
  Table(const program::Program& program, std::span<const TraceStep> steps, bool abridged)
      : program_(program), steps_(steps.begin(), steps.end()) {
    if (abridged && steps.size() > kMany) {
      left_out_ = steps.size() - kFirst - kLast;
      steps_.erase(steps_.begin() + kFirst, steps_.end() - kLast);
    }
    for (const TraceStep& step : steps_) {
      column(step.name);
      if (step.partner != 0) column(step.partner_name);
    }
  }

  // Empty if it is wider than that.
  std::string columns(Words words, size_t width) {
    std::vector<std::vector<std::string>> rows{names_};
    for (const TraceStep& step : steps_) {
      std::vector<std::string>& row = rows.emplace_back(names_.size());
      row[column(step.name)] = cell(step.text, step.position, words);
      if (step.partner != 0) row[column(step.partner_name)] = cell("receives", step.partner_position, words);
    }
    std::vector<size_t> widths(names_.size());
    for (const auto& row : rows) {
      for (size_t i = 0; i < row.size(); i++) widths[i] = std::clamp(row[i].size(), widths[i], kWidest);
    }
    size_t whole = kNumber - kGap;
    for (const size_t w : widths) whole += w + kGap;
    if (whole > width) return "";
    std::string out;
    for (size_t n = 0; n < rows.size(); n++) {
      if (n == kFirst + 1) out += gap();
      std::string line = n == 0 ? std::string(kNumber, ' ') : fmt::format("{:>4}  ", number(n));
      for (size_t i = 0; i < widths.size(); i++) line += fmt::format("{:<{}}", clip(rows[n][i], widths[i]), widths[i] + kGap);
      line.erase(line.find_last_not_of(' ') + 1);
      out += line + "\n";
    }
    return out;
  }

  std::string list() {
    size_t wide = 0;
    for (const std::string& name : names_) wide = std::clamp(name.size(), wide, kWidest);
    std::string out;
    size_t n = 0;
    for (const TraceStep& step : steps_) {
      if (++n == kFirst + 1) out += gap();
      out += fmt::format("{:>4}  {:<{}}{}\n", number(n), clip(step.name, wide), wide + kGap, cell(step.text, step.position, Words::all));
      if (step.partner == 0) continue;
      out += fmt::format("{:>{}}{:<{}}{}\n", "", kNumber, clip(step.partner_name, wide), wide + kGap,
                         cell("receives", step.partner_position, Words::all));
    }
    return out;
  }

  bool empty() const { return names_.empty(); }

 private:
  // Of the n-th step that is shown.
  size_t number(size_t n) const { return n <= kFirst ? n : n + left_out_; }
  std::string gap() const { return left_out_ == 0 ? "" : fmt::format("      ... {} steps ...\n", with_commas(left_out_)); }

  size_t column(const std::string& name) {
    const auto it = std::find(names_.begin(), names_.end(), name);
    if (it != names_.end()) return static_cast<size_t>(it - names_.begin());
    names_.push_back(name);
    return names_.size() - 1;
  }

  std::string cell(std::string_view text, Position at, Words words) const {
    if (words != Words::all) text = without_package(text);
    if (!at.valid()) return std::string(text);
    const uint32_t home = program_.functions[program_.main].position.file;
    const std::string& path = program_.files[at.file].name;
    const std::string file = at.file != home                     ? path.substr(path.find_last_of('/') + 1) + ":"
                             : words == Words::no_package_no_line ? ""
                                                                  : "line ";
    return fmt::format("{}{} {}", file, at.line, text);
  }

  const program::Program& program_;
  std::vector<TraceStep> steps_;
  size_t left_out_ = 0;  // behind the first ones
  std::vector<std::string> names_;
};

}  // namespace

std::string columns_of(const program::Program& program, const std::vector<TraceStep>& steps, int width, bool abridged) {
  Table table(program, steps, abridged);
  if (table.empty()) return "    (before any goroutine meets another)\n";
  for (const Words words : {Words::all, Words::no_package, Words::no_package_no_line}) {
    std::string text = table.columns(words, static_cast<size_t>(std::max(width, 40)));
    if (!text.empty()) return text;
  }
  return table.list();
}

}  // namespace gocheck::checker
