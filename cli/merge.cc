// gocheck merge RESULT.json...: one verdict from the results of all shards of a check.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "checker/report/report.h"
#include "cli/commands.h"
#include "cli/options.h"

namespace gocheck::cli {
namespace {

int fail(const std::string& text) {
  std::fprintf(stderr, "gocheck merge: %s\n", text.c_str());
  return kUsageError;
}

bool is_leak(const nlohmann::ordered_json& finding) { return finding["kind"] == "goroutine-leak"; }

void print(const nlohmann::ordered_json& result, bool strict) {
  for (const auto& finding : result["findings"]) {
    const auto& at = finding["positions"][0];
    fmt::print("{}:{}:{}: {}: {}\n", at["file"].get<std::string>(), at["line"].get<int>(), at["column"].get<int>(),
               finding["kind"].get<std::string>(), finding["message"].get<std::string>());
  }
  const size_t findings = result["findings"].size();
  const size_t warnings = strict ? 0 : std::ranges::count_if(result["findings"], is_leak);
  std::string limits;
  for (const auto& limit : result["limits"]) limits += (limits.empty() ? "" : ", ") + limit.get<std::string>();
  if (findings == 0) {
    fmt::print("{}", limits.empty() ? "No problems: all interleavings explored" : fmt::format("{}: not everything explored: {}", checker::no_problems_so_far(result["verdict"].get<std::string>()), limits));
  } else {
    fmt::print("{}; {}", checker::tally(findings - warnings, warnings),
               limits.empty() ? "all interleavings explored" : "not everything explored: " + limits);
  }
  fmt::print(" ({} shards, {} events, {:.2f} s)\n", result["shards"].get<size_t>(), result["events"].get<uint64_t>(),
             result["seconds"].get<double>());
}

int status_of(const nlohmann::ordered_json& result, bool strict) {
  for (const auto& finding : result["findings"]) {
    if (strict || !is_leak(finding)) return 1;
  }
  return result["limits"].empty() ? 0 : 3;
}

}  // namespace

int merge_main(const std::vector<std::string>& arguments) {
  std::vector<std::string> paths;
  std::string format = "text", save_witness;
  bool strict = false;
  CLI::App app("gocheck merge: joins the results of all shards of a check", "gocheck merge");
  app.add_option("results", paths, "what gocheck --shard I/N --format=json has printed, one file for each I")->required();
  app.add_option("--format", format, "text (default) or json")->check(CLI::IsMember({"text", "json"}));
  app.add_option("--save-witness", save_witness, "write the schedule of the first finding to this file");
  app.add_flag("--strict", strict, "leaks count as problems");
  if (const auto status = parse(app, arguments)) return *status;
  std::vector<std::string> shards;
  for (const std::string& path : paths) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (!file || (file.peek() != EOF && !(text << file.rdbuf()))) return fail("cannot read " + path);
    shards.push_back(text.str());
  }
  std::string joined;
  try {
    joined = checker::joined_json(shards);
  } catch (const std::runtime_error& problem) {
    return fail(fmt::format("cannot join {}", problem.what()));
  }
  const auto result = nlohmann::ordered_json::parse(joined);
  if (format == "json") {
    std::fputs(joined.c_str(), stdout);
  } else {
    print(result, strict);
  }
  if (!save_witness.empty() && !result["findings"].empty()) {
    std::ofstream file(save_witness, std::ios::binary);
    file << result["findings"][0]["witness"].dump(2) << "\n";
    file.flush();
    if (!file) return fail("cannot write " + save_witness);
  }
  return status_of(result, strict);
}

}  // namespace gocheck::cli
