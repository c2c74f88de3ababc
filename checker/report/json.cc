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

}  // namespace

std::string json_of(const program::Program& program, const CheckResult& result) {
  nlohmann::ordered_json j;
  j["verdict"] = to_string(result.verdict);
  j["limits"] = result.limits;
  if (!result.limits.empty() && result.preemptions >= 0) j["preemptions"] = result.preemptions;
  if (!result.limits.empty() && result.steps > 0) j["steps"] = result.steps;
  j["executions"] = result.statistics.executions;
  j["blocked"] = result.statistics.blocked;
  j["states"] = result.statistics.states;
  j["merged"] = result.statistics.merged;
  j["events"] = result.statistics.events;
  j["seconds"] = result.seconds;
  j["findings"] = nlohmann::ordered_json::array();
  for (const Finding& finding : result.findings) {
    nlohmann::ordered_json f;
    f["kind"] = to_string(finding.kind);
    f["message"] = finding.message;
    f["positions"] = nlohmann::ordered_json::array();
    for (const FindingPosition& at : finding.positions) f["positions"].push_back(position(program, at));
    if (finding.early_timer) f["early_timer"] = true;
    if (finding.race) {
      f["race"] = {{"file", program.files[finding.race->file].name}, {"line", finding.race->line}, {"column", finding.race->column}};
    }
    j["findings"].push_back(std::move(f));
  }
  return j.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace gocheck::checker
