#include "frontend/build_constraint.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string>

namespace gocheck {

namespace {

constexpr int kMinorVersion = 22;
constexpr int kMaxNesting = 1000;  // of parentheses and negations: the evaluation recurses

constexpr std::array kSystems = {"aix",     "android", "darwin",  "dragonfly", "freebsd", "hurd",
                                 "illumos", "ios",     "js",      "linux",     "nacl",    "netbsd",
                                 "openbsd", "plan9",   "solaris", "wasip1",    "windows", "zos"};
constexpr std::array kArchitectures = {"386",    "amd64",    "arm",   "arm64",   "loong64", "mips",   "mipsle",
                                       "mips64", "mips64le", "ppc64", "ppc64le", "riscv64", "s390x", "wasm"};

template <class Names>
bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool tag_holds(std::string_view tag) {
  if (tag.substr(0, 4) == "go1.") {
    int minor = -1;
    auto [end, error] = std::from_chars(tag.data() + 4, tag.data() + tag.size(), minor);
    return error == std::errc() && end == tag.data() + tag.size() && minor <= kMinorVersion;
  }
  return tag == "linux" || tag == "amd64" || tag == "unix" || tag == "gc" || tag == "gocheck";
}

// Recursive descent over: or = and {"||" and}; and = not {"&&" not}; not = "!" not | "(" or ")" | tag.
class Evaluator {
 public:
  explicit Evaluator(std::string_view text) : text_(text) {}

  bool evaluate() {
    bool value = disjunction(0);
    skip_space();
    return value && valid_ && text_.empty();
  }

 private:
  void skip_space() {
    while (!text_.empty() && (text_[0] == ' ' || text_[0] == '\t' || text_[0] == '\r')) text_.remove_prefix(1);
  }

  bool accept(std::string_view token) {
    skip_space();
    if (text_.substr(0, token.size()) != token) return false;
    text_.remove_prefix(token.size());
    return true;
  }

  bool disjunction(int depth) {
    bool value = conjunction(depth);
    while (accept("||")) value |= conjunction(depth);
    return value;
  }

  bool conjunction(int depth) {
    bool value = negation(depth);
    while (accept("&&")) value &= negation(depth);
    return value;
  }

  bool negation(int depth) {
    if (depth > kMaxNesting) return valid_ = false;
    if (accept("!")) return !negation(depth + 1);
    if (accept("(")) {
      bool value = disjunction(depth + 1);
      valid_ &= accept(")");
      return value;
    }
    skip_space();
    size_t length = 0;
    while (length < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[length])) ||
                                     text_[length] == '_' || text_[length] == '.')) {
      length++;
    }
    if (length == 0) return valid_ = false;
    std::string_view tag = text_.substr(0, length);
    text_.remove_prefix(length);
    return tag_holds(tag);
  }

  std::string_view text_;
  bool valid_ = true;
};

std::string_view without_extension(std::string_view name) { return name.substr(0, name.rfind('.')); }

}  // namespace

bool build_constraint_holds(std::string_view expression) {
  return expression.empty() || Evaluator(expression).evaluate();
}

bool is_source_file(std::string_view name) {
  auto ends_with = [&](std::string_view end) { return name.size() > end.size() && name.ends_with(end); };
  return ends_with(".go") || ends_with(".gol");
}

bool is_test_file(std::string_view name) { return is_source_file(name) && without_extension(name).ends_with("_test"); }

bool file_name_matches(std::string_view name) {
  if (!is_source_file(name) || is_test_file(name) || name[0] == '_' || name[0] == '.') return false;
  std::string_view stem = without_extension(name);
  // name_GOOS, name_GOARCH, name_GOOS_GOARCH; the first part is never a suffix.
  for (int part = 0; part < 2; part++) {
    size_t underscore = stem.rfind('_');
    if (underscore == std::string_view::npos) return true;
    std::string_view suffix = stem.substr(underscore + 1);
    bool system = contains(kSystems, suffix);
    if (!system && !contains(kArchitectures, suffix)) return true;
    if (!tag_holds(suffix)) return false;
    if (system) return true;
    stem = stem.substr(0, underscore);
  }
  return true;
}

}  // namespace gocheck
