#include "checker/detect/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gocheck::checker {

std::string enumeration(const std::vector<std::string>& names) {
  constexpr size_t kMost = 4;
  const bool all = names.size() <= kMost;
  const size_t named = all ? names.size() - 1 : kMost - 1;
  if (named == 0) return names[0];
  return fmt::format("{} and {}", fmt::join(names.begin(), names.begin() + static_cast<ptrdiff_t>(named), ", "),
                     all ? names.back() : fmt::format("{} others", names.size() - named));
}

}  // namespace gocheck::checker
