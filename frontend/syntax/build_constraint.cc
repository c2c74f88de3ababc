#include "frontend/syntax/build_constraint.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace gocheck::syntax {

namespace {

// expression = and { "||" and } .  and = not { "&&" not } .  not = "!" not | "(" expression ")" | tag .
// Values are the N of go1.N that a part implies, -1 for none.
class Constraint {
 public:
  explicit Constraint(std::string_view text) : text_(text) {}

  std::optional<int> version() {
    int result = either(0);
    skip_space();
    return failed_ || at_ < text_.size() ? std::nullopt : std::optional(result);
  }

 private:
  static constexpr int kMaxDepth = 100;

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r')) at_++;
  }

  bool got(std::string_view token) {
    skip_space();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }

  int either(int depth) {
    int result = both(depth);
    while (!failed_ && got("||")) result = std::min(result, both(depth));
    return result;
  }

  int both(int depth) {
    int result = negated(depth);
    while (!failed_ && got("&&")) result = std::max(result, negated(depth));
    return result;
  }

  // What must not be there implies nothing.
  int negated(int depth) {
    bool implies = true;
    while (got("!")) implies = false;
    int result = -1;
    if (got("(")) {
      if (depth == kMaxDepth) {
        failed_ = true;
        return -1;
      }
      result = either(depth + 1);
      if (!got(")")) failed_ = true;
    } else {
      result = tag();
    }
    return implies ? result : -1;
  }

  int tag() {
    size_t start = at_;
    auto part_of_tag = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
             c == '.' || static_cast<uint8_t>(c) >= 0x80;
    };
    while (at_ < text_.size() && part_of_tag(text_[at_])) at_++;
    std::string_view tag = text_.substr(start, at_ - start);
    if (tag.empty()) failed_ = true;
    if (tag == "go1") return 0;
    if (!tag.starts_with("go1.")) return -1;
    int minor = -1;
    auto [end, error] = std::from_chars(tag.data() + 4, tag.data() + tag.size(), minor);
    return error == std::errc() && end == tag.data() + tag.size() ? minor : -1;
  }

  std::string_view text_;
  size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace

std::string implied_go_version(std::string_view constraint) {
  std::optional<int> minor = Constraint(constraint).version();
  if (!minor || *minor < 0) return {};
  return *minor == 0 ? "go1" : "go1." + std::to_string(*minor);
}

void read_build_constraint(File& file, uint32_t package_line) {
  constexpr std::string_view kPrefix = "//go:build";
  for (const auto& [position, text] : file.directives) {
    if (position.line >= package_line && package_line > 0) break;
    bool is_constraint = text.starts_with(kPrefix) && text.size() > kPrefix.size() &&
                         (text[kPrefix.size()] == ' ' || text[kPrefix.size()] == '\t');
    if (!is_constraint || position.column != 1) continue;
    std::string_view expression = text.substr(kPrefix.size());
    expression.remove_prefix(std::min(expression.find_first_not_of(" \t"), expression.size()));
    while (!expression.empty() && (expression.back() == '\r' || expression.back() == ' '))
      expression.remove_suffix(1);
    file.build_constraint = expression;
    file.go_version = implied_go_version(expression);
    return;
  }
}

}  // namespace gocheck::syntax
