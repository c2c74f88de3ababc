#include "checker/detect/wait_graph.h"

#include <algorithm>
#include <set>

namespace gocheck::checker {
namespace {

using Edges = std::map<GoroutineId, std::vector<GoroutineId>>;

Edges reversed(const Edges& edges) {
  Edges result;
  for (const auto& [from, targets] : edges) {
    for (const GoroutineId to : targets) result[to].push_back(from);
  }
  return result;
}

// Takes away, again and again, those from whom no edge leads to one that is left. `back` is `edges` reversed.
void trim(std::set<GoroutineId>& left, const Edges& edges, const Edges& back) {
  std::map<GoroutineId, size_t> open;
  std::vector<GoroutineId> ends;
  for (const GoroutineId g : left) {
    const auto targets = edges.find(g);
    if (targets != edges.end()) {
      open[g] = static_cast<size_t>(std::ranges::count_if(targets->second, [&](GoroutineId to) { return left.contains(to); }));
    }
    if (open[g] == 0) ends.push_back(g);
  }
  while (!ends.empty()) {
    const GoroutineId g = ends.back();
    ends.pop_back();
    left.erase(g);
    const auto sources = back.find(g);
    if (sources == back.end()) continue;
    for (const GoroutineId from : sources->second) {
      if (left.contains(from) && --open[from] == 0) ends.push_back(from);
    }
  }
}

}  // namespace

std::vector<std::vector<GoroutineId>> WaitGraph::cycles() const {
  const Edges back = reversed(waits_for_);
  std::set<GoroutineId> left;
  for (const auto& [g, whom] : waits_for_) left.insert(g);
  trim(left, waits_for_, back);  // who leads to no cycle
  trim(left, back, waits_for_);  // whom no cycle leads to
  std::vector<std::vector<GoroutineId>> result;
  while (!left.empty()) {
    std::vector<GoroutineId> group, next{*left.begin()};
    while (!next.empty()) {  // depth first; the way it goes is the order in which they wait
      const GoroutineId g = next.back();
      next.pop_back();
      if (left.erase(g) == 0) continue;
      group.push_back(g);
      if (const auto sources = back.find(g); sources != back.end()) next.insert(next.end(), sources->second.begin(), sources->second.end());
      const std::vector<GoroutineId>& targets = waits_for_.at(g);
      next.insert(next.end(), targets.rbegin(), targets.rend());
    }
    result.push_back(std::move(group));
  }
  return result;
}

std::vector<GoroutineId> WaitGraph::behind(const std::vector<GoroutineId>& whom) const {
  const Edges back = reversed(waits_for_);
  std::set<GoroutineId> seen(whom.begin(), whom.end());
  std::vector<GoroutineId> result, next = whom;
  while (!next.empty()) {
    const auto sources = back.find(next.back());
    next.pop_back();
    if (sources == back.end()) continue;
    for (const GoroutineId g : sources->second) {
      if (!seen.insert(g).second) continue;
      result.push_back(g);
      next.push_back(g);
    }
  }
  std::sort(result.begin(), result.end());
  return result;
}

}  // namespace gocheck::checker
