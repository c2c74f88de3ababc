#include "checker/explore/estimate.h"

#include <cmath>

namespace gocheck::checker {
namespace {

constexpr double kFarApart = 50;  // guesses farther apart than that are not both right: the growth is the better one
constexpr double kEven = 0.5;     // the weight of the fraction in a tree, and at most
constexpr double kTrust = 4;      // the same where states are merged, by the share of the depths whose growth is not known yet

// How much of the whole has been left behind, if all branches of a state are equally large; 0: nothing.
double fraction(std::span<const Estimate::Branching> stack) {
  double sum = 0, share = 1;
  for (const Estimate::Branching& state : stack) {
    if (state.known() == 0) break;
    share /= static_cast<double>(state.known());
    if (state.explored > 0) sum += share * static_cast<double>(state.explored - 1);
  }
  return sum;
}

}  // namespace

// Fits a line to the logarithms of the sizes, through the largest, and follows it down to the initial state.
Estimate::Growth Estimate::by_growth(std::span<const Branching> stack) const {
  // Sizes at the depths where the stack may branch. A size that is no larger than one farther up tells nothing.
  std::vector<double> sizes;
  for (size_t depth = 0; depth < levels_.size(); ++depth) {
    if (depth >= stack.size() || stack[depth].possible > 1) sizes.push_back(static_cast<double>(levels_[depth].largest));
  }
  size_t lowest = 0;
  double largest = 0;
  for (size_t i = sizes.size(); i-- > 0;) {
    if (sizes[i] <= largest) {
      sizes[i] = 0;
    } else {
      largest = sizes[i];
      lowest = i;
    }
  }
  if (largest == 0) return {};
  double squares = 0, products = 0;
  for (size_t i = lowest + 1; i < sizes.size(); ++i) {
    if (sizes[i] == 0) continue;
    const auto distance = static_cast<double>(i - lowest);
    squares += distance * distance;
    products += distance * std::log(largest / sizes[i]);
  }
  const double growth = squares > 0 ? products / squares : 0;
  return {largest * std::exp(growth * static_cast<double>(lowest)), static_cast<double>(lowest) / static_cast<double>(sizes.size())};
}

double Estimate::total(std::span<const Branching> stack, uint64_t count) const {
  const auto so_far = static_cast<double>(count);
  const auto [grown, unknown] = by_growth(stack);
  const double done = fraction(stack);
  if (grown == 0 || done == 0) return 0;
  const double apart = std::clamp(so_far / done / grown, 1 / kFarApart, kFarApart);
  const double trust = merging_ ? std::min(kEven, kTrust * unknown) : kEven;
  return std::max(so_far, grown * std::pow(apart, trust));
}

}  // namespace gocheck::checker
