#include "checker/execution/sites.h"

#include <algorithm>
#include <utility>

namespace gocheck::checker {

Sites::Sites(const program::Program& program) : program_(program) {
  for (const program::Function& function : program.functions) functions_.push_back(&function);
  std::sort(functions_.begin(), functions_.end(), [](auto* a, auto* b) { return a->code.data() < b->code.data(); });
}

Sites::Place Sites::find(const program::Instruction* site) const {
  auto it = std::upper_bound(functions_.begin(), functions_.end(), site,
                             [](const program::Instruction* s, auto* f) { return s < f->code.data(); });
  if (it == functions_.begin()) return {};
  const program::Function* function = *--it;
  if (site >= function->code.data() + function->code.size()) return {};
  return {function, static_cast<uint32_t>(site - function->code.data())};
}

uint64_t Sites::find_number(const program::Instruction* site) const {
  if (site == nullptr) return 0;
  const Place place = find(site);
  return static_cast<uint64_t>(place.function - program_.functions.data() + 1) << 32 | place.pc;
}

std::string_view Sites::access_name(const program::Instruction* site) const {
  const Place place = find(site);
  if (!place.function) return {};
  const auto& names = place.function->access_names;
  auto it = std::lower_bound(names.begin(), names.end(), place.pc,
                             [](const auto& entry, uint32_t pc) { return entry.pc < pc; });
  return it != names.end() && it->pc == place.pc ? std::string_view(it->name) : std::string_view();
}

const program::Instruction* Promotions::wait_groups() {
  static const program::Instruction site{};
  return &site;
}

int Promotions::group(const program::Instruction* site) const {
  auto it = std::lower_bound(sites_.begin(), sites_.end(), site,
                             [](const Entry& entry, auto* s) { return entry.site < s; });
  return it != sites_.end() && it->site == site ? it->group : -1;
}

bool Promotions::add(const program::Instruction* first, const program::Instruction* second) {
  if (first == wait_groups()) return !std::exchange(wait_groups_, true);
  const int a = group(first), b = group(second);
  if (a >= 0 && a == b) return false;
  const int joined = next_group_++;
  for (Entry& entry : sites_) {
    if (entry.group == a || entry.group == b) entry.group = joined;
  }
  if (a < 0) sites_.push_back({first, joined});
  if (b < 0 && first != second) sites_.push_back({second, joined});
  std::sort(sites_.begin(), sites_.end(), [](const Entry& x, const Entry& y) { return x.site < y.site; });
  return true;
}

}  // namespace gocheck::checker
