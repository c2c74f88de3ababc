#include "checker/report/waiting.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "checker/detect/names.h"

namespace gocheck::checker {
namespace {

constexpr size_t kFew = 4;         // goroutines that are told one by one
constexpr size_t kMostHolders = 3;  // of whom different things are said

bool same_is_said(const Waiting::Holder& a, const Waiting::Holder& b) {
  return a.how == b.how && a.since == b.since && a.ended == b.ended;
}

// What all those have in common who are told together.
bool alike(const Waiting& a, const Waiting& b) {
  return a.reason == b.reason && a.position == b.position && a.counter == b.counter && a.consequence == b.consequence &&
         std::ranges::equal(a.holders, b.holders, same_is_said);
}

bool same_holders(const Waiting& a, const Waiting& b) {
  return std::ranges::equal(a.holders, b.holders, {}, &Waiting::Holder::goroutine, &Waiting::Holder::goroutine);
}

// "main, which locked it at x.gol:5:2", "main.func1#2 and main.func2#3, which have not called Done"
std::string described(const program::Program& program, const Waiting::Holder& holder, const std::string& who, bool several) {
  constexpr std::string_view kHas = "has ";
  const bool plural = several && holder.how.starts_with(kHas);
  return fmt::format("{}, which {}{}{}{}", who, plural ? "have " : "", std::string_view(holder.how).substr(plural ? kHas.size() : 0),
                     holder.since.valid() ? " at " + place(program, holder.since) : "", holder.ended ? " and has ended" : "");
}

// Those of whom the same is said are named together: " for main, which locked it at x.gol:5:2"
std::string holders(const program::Program& program, const Waiting& waiting) {
  std::vector<std::pair<const Waiting::Holder*, std::vector<std::string>>> groups;
  for (const Waiting::Holder& holder : waiting.holders) {
    const auto same = std::ranges::find_if(groups, [&](const auto& group) { return same_is_said(*group.first, holder); });
    const std::string name = holder.goroutine == waiting.goroutine ? "itself" : holder.goroutine;
    if (same == groups.end()) {
      groups.push_back({&holder, {name}});
    } else {
      same->second.push_back(name);
    }
  }
  std::string text;
  for (size_t i = 0; i < std::min(groups.size(), kMostHolders); i++) {
    const auto& [holder, names] = groups[i];
    text += (i == 0 ? " for " : ", and ") + described(program, *holder, in_short(names), names.size() > 1);
  }
  if (groups.size() > kMostHolders) text += fmt::format(", and {} more", groups.size() - kMostHolders);
  return text;
}

std::string counter(const Waiting& waiting) {
  if (waiting.counter == 0) return "";
  return fmt::format("{} the counter is {}", waiting.holders.empty() ? ":" : ";", waiting.counter);
}

// Each waits for somebody else: ", each for another of them, which locked it at x.gol:9:4"
std::string different_holders(const program::Program& program, const std::vector<const Waiting*>& group) {
  const std::vector<Waiting::Holder>& first = group[0]->holders;
  if (!std::ranges::all_of(first, [&](const auto& holder) { return same_is_said(holder, first[0]); })) return "";
  std::set<std::string> waiters, waited_for;
  for (const Waiting* w : group) {
    waiters.insert(w->goroutine);
    for (const Waiting::Holder& holder : w->holders) waited_for.insert(holder.goroutine);
  }
  const bool of_them = std::ranges::includes(waiters, waited_for);
  const std::string whom = of_them ? "them" : in_short({waited_for.begin(), waited_for.end()});
  const std::string who = first.size() == 1 ? (of_them ? "another of " : "one of ") + whom : "some of " + whom;
  return ", each for " + described(program, first[0], who, first.size() > 1);
}

std::string told_together(const program::Program& program, const std::vector<const Waiting*>& group) {
  std::vector<std::string> names;
  for (const Waiting* w : group) names.push_back(w->goroutine);
  Waiting all = *group[0];
  all.goroutine.clear();  // nobody of them is "itself" here
  const bool for_the_same = std::ranges::all_of(group, [&](const Waiting* w) { return same_holders(*w, all); });
  return fmt::format("    {} wait in {} at {}{}{}\n", in_short(names), all.reason, place(program, all.position),
                     for_the_same ? holders(program, all) : different_holders(program, group), counter(all));
}

}  // namespace

std::string place(const program::Program& program, Position at) {
  return at.valid() ? to_string(program.files, at) : "?";
}

std::string who_waits_for_whom(const program::Program& program, const std::vector<Waiting>& waiting) {
  std::vector<std::vector<const Waiting*>> groups;
  for (const Waiting& w : waiting) {
    const auto same = std::ranges::find_if(groups, [&](const auto& group) { return alike(*group[0], w); });
    if (same == groups.end()) {
      groups.push_back({&w});
    } else {
      same->push_back(&w);
    }
  }
  std::string text;
  for (const auto& group : groups) {
    if (group.size() > kFew) {
      text += told_together(program, group);
      continue;
    }
    for (const Waiting* w : group) {
      text += fmt::format("    {} waits in {} at {}{}{}\n", w->goroutine, w->reason, place(program, w->position),
                          holders(program, *w), counter(*w));
    }
  }
  return text;
}

}  // namespace gocheck::checker
