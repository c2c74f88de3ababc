#include "checker/detect/names.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gocheck::checker {
namespace {

constexpr size_t kMost = 4;

// "main.func1#7"; without a number it is 0.
struct Numbered {
  std::string_view function;
  uint64_t number = 0;

  explicit Numbered(std::string_view name) : function(name.substr(0, name.rfind('#'))) {
    if (function.size() < name.size()) std::from_chars(name.data() + function.size() + 1, name.data() + name.size(), number);
  }
};

bool comes_before(const std::string& a, const std::string& b) {
  const Numbered x(a), y(b);
  return std::tie(x.function, x.number) < std::tie(y.function, y.number);
}

bool comes_next(const std::string& a, const std::string& b) {
  const Numbered x(a), y(b);
  return x.function == y.function && y.number == x.number + 1;
}

}  // namespace

std::string enumeration(const std::vector<std::string>& names) {
  const bool all = names.size() <= kMost;
  const size_t named = all ? names.size() - 1 : kMost - 1;
  if (named == 0) return names[0];
  return fmt::format("{} and {}", fmt::join(names.begin(), names.begin() + static_cast<ptrdiff_t>(named), ", "),
                     all ? names.back() : fmt::format("{} others", names.size() - named));
}

std::string in_short(std::vector<std::string> names) {
  if (names.size() <= kMost) return enumeration(names);
  std::ranges::sort(names, comes_before);
  const bool in_a_row = std::ranges::adjacent_find(names, [](const auto& a, const auto& b) { return !comes_next(a, b); }) == names.end();
  if (!in_a_row) return enumeration(names);
  return fmt::format("{} to #{} ({} goroutines)", names.front(), Numbered(names.back()).number, names.size());
}

}  // namespace gocheck::checker
