#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "checker/report/report.h"

namespace gocheck::checker {
namespace {

nlohmann::ordered_json position(const program::Program& program, const FindingPosition& at) {
  const bool known = at.position.valid();
  return {{"file", known ? program.files[at.position.file].name : ""},
          {"line", at.position.line},
          {"column", at.position.column},
          {"goroutine", at.goroutine},
          {"role", at.role}};
}

nlohmann::ordered_json waiting(const program::Program& program, const Waiting& w) {
  nlohmann::ordered_json j = position(program, {w.position, w.goroutine, "waits in " + w.reason});
  if (w.counter != 0) j["counter"] = w.counter;
  for (const Waiting::Holder& holder : w.holders) {
    j["holders"].push_back(position(program, {holder.since, holder.goroutine, holder.how}));
  }
  return j;
}

nlohmann::ordered_json object_of(const program::Program& program, const CheckResult& result, bool all_findings) {
  nlohmann::ordered_json j;
  j["verdict"] = to_string(result.verdict);
  j["limits"] = result.limits;
  if (!result.limits.empty() && result.preemptions >= 0) j["preemptions"] = result.preemptions;
  if (!result.limits.empty() && result.steps > 0) j["steps"] = result.steps;
  if (!result.limits.empty() && result.fraction > 0) j["fraction"] = result.fraction;
  j["executions"] = result.statistics.executions;
  j["blocked"] = result.statistics.blocked;
  j["states"] = result.statistics.states;
  j["merged"] = result.statistics.merged;
  j["events"] = result.statistics.events;
  j["seconds"] = result.seconds;
  j["findings"] = nlohmann::ordered_json::array();
  for (const Finding& finding : result.findings) {
    if (finding.part_of_deadlock && !all_findings) continue;
    nlohmann::ordered_json f;
    f["kind"] = to_string(finding.kind);
    f["message"] = finding.message;
    f["positions"] = nlohmann::ordered_json::array();
    for (const FindingPosition& at : finding.positions) f["positions"].push_back(position(program, at));
    for (const Waiting& w : finding.waiting) f["waiting"].push_back(waiting(program, w));
    if (finding.early_timer) f["early_timer"] = true;
    if (finding.race) {
      f["race"] = {{"file", program.files[finding.race->file].name}, {"line", finding.race->line}, {"column", finding.race->column}};
    }
    j["findings"].push_back(std::move(f));
  }
  return j;
}

std::string text_of(const nlohmann::ordered_json& j) {
  return j.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string json_of(const program::Program& program, const CheckResult& result) { return text_of(object_of(program, result, false)); }

std::string json_of(const program::Program& program, const CheckResult& result, const CheckOptions& options) {
  nlohmann::ordered_json j = object_of(program, result, true);
  const std::string text = fmt::format("{} {} {} {} {} {} {}", options.symmetry, static_cast<int>(options.time),
                                       options.limits.steps, options.model.http_requests, options.model.choices,
                                       options.model.memory_limit, fmt::join(options.model.arguments, " "));
  j["shard"] = {{"index", options.shard.index + 1},
                {"count", options.shard.count},
                {"program", fmt::format("{:016x}", hash_of(program))},
                {"options", text},
                {"racing", result.racing}};
  for (size_t i = 0; i < result.witnesses.size(); i++) {
    j["findings"][i]["witness"] = nlohmann::ordered_json::parse(save(result.witnesses[i]));
  }
  return text_of(j);
}

}  // namespace gocheck::checker
