// The results of several shards as one.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "checker/report/report.h"

namespace gocheck::checker {
namespace {

using Json = nlohmann::ordered_json;

// What has to be equal in all shards.
void expect_same(const Json& a, const Json& b, const char* what, const char* words) {
  if (a.at(what) != b.at(what)) throw std::runtime_error(fmt::format("shards of different {}", words));
}

// Findings with equal identity are one (checker::identity()).
std::string identity(const Json& finding) { return finding.at("witness").at("finding").get<std::string>(); }

// Is it a leak of an operation that is a cause of one of these deadlocks? (Collector::take())
bool is_part_of_deadlock(const Json& leak, const std::map<std::string, Json>& findings) {
  const auto place = [](const Json& at) { return std::array{at.at("file"), at.at("line"), at.at("column")}; };
  const auto here = [&](const Json& at) { return place(at) == place(leak.at("positions").at(0)); };
  return leak.at("kind") == "goroutine-leak" && std::ranges::any_of(findings, [&](const auto& entry) {
           const Json& positions = entry.second.at("positions");
           return entry.second.at("kind") == "deadlock" && std::any_of(positions.begin(), positions.end(), here);
         });
}

std::map<uint64_t, Json> by_index(const std::vector<std::string>& shards) {
  std::map<uint64_t, Json> all;
  for (const std::string& text : shards) {
    Json j = Json::parse(text);
    if (!j.contains("shard")) throw std::runtime_error("a result that is not of a shard (--shard)");
    const auto index = j.at("shard").at("index").get<uint64_t>();
    if (!all.emplace(index, std::move(j)).second) throw std::runtime_error(fmt::format("shard {} twice", index));
  }
  if (all.empty()) throw std::runtime_error("no shards");
  const Json& first = all.begin()->second.at("shard");
  const auto count = first.at("count").get<uint64_t>();
  for (const auto& [index, j] : all) {
    expect_same(first, j.at("shard"), "count", "numbers of shards");
    expect_same(first, j.at("shard"), "program", "programs");
    expect_same(first, j.at("shard"), "options", "options");
    if (index < 1 || index > count) throw std::runtime_error(fmt::format("shard {} of {}", index, count));
  }
  for (uint64_t i = 1; i <= count; i++) {
    if (!all.contains(i)) throw std::runtime_error(fmt::format("shard {} of {} is missing", i, count));
  }
  return all;
}

std::string verdict(bool found, const std::set<std::string>& limits) {
  static const std::set<std::string> kBounds{"max-steps", "random-choices", "map-insertions"};
  if (found) return "found";
  if (limits.empty()) return "none-exhaustive";
  for (const std::string& limit : limits) {
    if (!kBounds.contains(limit)) return "inconclusive";
  }
  return "none-bounded";
}

std::string join(const std::vector<std::string>& shards) {
  const std::map<uint64_t, Json> all = by_index(shards);
  std::set<std::string> limits;
  std::map<std::string, Json> findings;
  std::map<std::string, uint64_t> sums;
  double seconds = 0;
  for (const auto& [index, j] : all) {
    for (const Json& limit : j.at("limits")) limits.insert(limit.get<std::string>());
    for (const Json& finding : j.at("findings")) findings.emplace(identity(finding), finding);
    for (const char* number : {"executions", "blocked", "states", "merged", "events"}) sums[number] += j.at(number).get<uint64_t>();
    seconds += j.at("seconds").get<double>();
    // What follows from a race that not all shards have met has been looked for by some of them only.
    if (j.at("shard").at("racing") != all.begin()->second.at("shard").at("racing")) limits.insert("races-in-some-shards");
  }
  Json result;
  result["verdict"] = verdict(!findings.empty(), limits);
  result["limits"] = limits;
  for (const char* number : {"executions", "blocked", "states", "merged", "events"}) result[number] = sums[number];
  result["seconds"] = seconds;
  result["shards"] = all.size();
  result["findings"] = Json::array();
  for (const auto& [id, finding] : findings) {
    if (!is_part_of_deadlock(finding, findings)) result["findings"].push_back(finding);
  }
  return result.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string joined_json(const std::vector<std::string>& shards) {
  try {
    return join(shards);
  } catch (const Json::exception& problem) {
    throw std::runtime_error("what is no result of gocheck --format=json");
  }
}

}  // namespace gocheck::checker
