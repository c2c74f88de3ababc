#include "checker/execution/sites.h"

#include <algorithm>
#include <utility>

namespace gocheck::checker {

bool only_reads(const program::Instruction& access) {
  using program::Opcode;
  const Opcode op = access.opcode();
  return (op >= Opcode::load_i8 && op <= Opcode::load_n) || (op >= Opcode::slice_load_u8 && op <= Opcode::slice_load_64) ||
         op == Opcode::map_get || op == Opcode::map_get_ok || op == Opcode::map_len || op == Opcode::map_iter ||
         op == Opcode::map_next;
}

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

const Sites::InLine& Sites::in_line(const program::Instruction* site) const {
  const auto known = in_line_.find(site);
  return known != in_line_.end() ? known->second : in_line_.emplace(site, find_in_line(site)).first->second;
}

Sites::InLine Sites::find_in_line(const program::Instruction* site) const {
  const Place place = find(site);
  InLine result{place.position()};
  const auto add = [&](uint32_t pc) {
    (only_reads(place.function->code[pc]) ? result.reads : result.writes) = true;
    result.position = std::min(result.position, place.function->positions[pc]);
  };
  if (place.function == nullptr) return result;
  add(place.pc);
  const std::string_view name = access_name(site);
  for (const auto& entry : place.function->access_names) {
    const Position at = place.function->positions[entry.pc];
    if (!name.empty() && entry.name == name && at.file == place.position().file && at.line == place.position().line) add(entry.pc);
  }
  return result;
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
