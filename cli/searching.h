// What the sub-commands that explore programs have in common: the options of the search, and how it is run.
#pragma once

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "checker/check.h"
#include "checker/report/report.h"
#include "frontend/compile.h"

namespace gocheck::cli {

// Options as they are typed. prepare() makes `check` and `report` of them.
struct SearchOptions {
  CompileOptions compile;
  checker::CheckOptions check;
  checker::ReportOptions report;
  std::string explorer, time = "both", format = "text", color = "auto";
  bool keep_going = false, no_merge = false, no_symmetry = false, max_steps_given = false;
};

void declare(CLI::App& app, SearchOptions& options);

// After they have been read. What is wrong with them; empty: nothing.
std::string prepare(const CLI::App& app, SearchOptions& options);

// Explores, with a progress line, until the end or Ctrl-C (or SIGTERM). `on_finding` is told of each finding at once.
checker::CheckResult search(SearchOptions& options, const program::Program& program,
                            const std::function<void(const checker::Finding&, const checker::Witness&)>& on_finding);

// Has it been interrupted?
bool was_interrupted();

// Says what is wrong on standard error; kUsageError.
int complain(const std::string& problem);

}  // namespace gocheck::cli
