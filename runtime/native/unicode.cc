#include "runtime/native/unicode.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace gocheck::native {
namespace {

// Code points low, low + step, ..., high with the same distance to their other cases.
struct CaseRun {
  int32_t low, high, step;
  int32_t upper, lower, title;
};
struct FoldStep {
  int32_t rune, next;
};
struct SetRun {
  int32_t low, high, set;
};

#include "runtime/native/unicode_data.inc"

Category find_category(uint32_t r) {
  const auto* next = std::upper_bound(std::begin(kCategoryRuns), std::end(kCategoryRuns), r << 5 | 31);
  return static_cast<Category>(next[-1] & 31);
}

const std::array<Category, 256>& latin1() {
  static const std::array<Category, 256> table = [] {
    std::array<Category, 256> categories;
    for (uint32_t r = 0; r < 256; ++r) categories[r] = find_category(r);
    return categories;
  }();
  return table;
}

const CaseRun* find_case(int32_t r) {
  const auto* end = std::upper_bound(std::begin(kCaseRuns), std::end(kCaseRuns), r,
                                     [](int32_t value, const CaseRun& run) { return value < run.low; });
  // Runs of step two overlap; unicode_table.py extends only the last three.
  for (int i = 0; i < 3 && end != std::begin(kCaseRuns); ++i) {
    --end;
    if (r <= end->high && (r - end->low) % end->step == 0) return end;
  }
  return nullptr;
}

}  // namespace

Category category(int64_t r) {
  if (r >= 0 && r < 256) return latin1()[r];
  return r < 0 || r > 0x10FFFF ? Category::none : find_category(static_cast<uint32_t>(r));
}

bool is_print(int64_t r) {
  if (r >= 0x20 && r < 0x7F) return true;
  const Category c = category(r);
  return is_letter(c) || is_mark(c) || is_number(c) || is_punctuation(c) || is_symbol(c);
}

bool is_space(int64_t r) {
  if (r < 0x100) return (r >= '\t' && r <= '\r') || r == ' ' || r == 0x85 || r == 0xA0;
  return r == 0x1680 || (r >= 0x2000 && r <= 0x200A) || r == 0x2028 || r == 0x2029 || r == 0x202F ||
         r == 0x205F || r == 0x3000;
}

int64_t to_case(int64_t r, Case wanted) {
  if (r >= 0 && r < 0x80) {
    if (wanted == Case::lower) return r >= 'A' && r <= 'Z' ? r + 0x20 : r;
    return r >= 'a' && r <= 'z' ? r - 0x20 : r;
  }
  if (r < 0 || r > 0x10FFFF) return r;
  const CaseRun* run = find_case(static_cast<int32_t>(r));
  if (run == nullptr) return r;
  switch (wanted) {
    case Case::upper: return r + run->upper;
    case Case::lower: return r + run->lower;
    case Case::title: return r + run->title;
  }
  return r;
}

int64_t simple_fold(int64_t r) {
  if (r < 0 || r > 0x10FFFF) return r;
  const auto* step =
      std::lower_bound(std::begin(kFoldOrbits), std::end(kFoldOrbits), r,
                       [](const FoldStep& entry, int64_t value) { return entry.rune < value; });
  if (step != std::end(kFoldOrbits) && step->rune == r) return step->next;
  const int64_t lower = to_case(r, Case::lower);
  return lower != r ? lower : to_case(r, Case::upper);
}

int set_number(std::string_view name) {
  const auto* found = std::find(std::begin(kSetNames), std::end(kSetNames), name);
  return found == std::end(kSetNames) ? -1 : static_cast<int>(found - std::begin(kSetNames));
}

bool in_set(int64_t r, int set) {
  // Sorted by set, then by code point.
  const auto* next = std::upper_bound(
      std::begin(kSetRuns), std::end(kSetRuns), r,
      [set](int64_t value, const SetRun& run) { return run.set != set ? set < run.set : value < run.low; });
  return next != std::begin(kSetRuns) && next[-1].set == set && r <= next[-1].high;
}

}  // namespace gocheck::native
