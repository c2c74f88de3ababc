// Reports: the result of a check for people and for machines.
#pragma once

#include <string>
#include <vector>

#include "checker/check.h"

namespace gocheck::checker {

struct ReportOptions {
  bool strict = false;
  bool color = false;
  int width = 100;         // columns of the terminal
  std::string command;     // how to replay: "gocheck replay FILE"; empty if no witness was saved
};

// One finding: what, where with the source lines, who waits for whom, and the schedule in columns.
std::string text_of(const program::Program& program, const Finding& finding, const Witness& witness,
                    const ReportOptions& options);
// A share that is a guess: "about 3.1%".
std::string percent(double share);
// "2 problems and 1 warning"; there is at least one of either.
std::string tally(size_t problems, size_t warnings);
// What a verdict without findings is called where not everything was explored.
std::string_view no_problems_so_far(std::string_view verdict);
// The closing lines: verdict, limits, numbers.
std::string summary_of(const CheckResult& result, const ReportOptions& options);

// The result as one JSON object:
//   verdict     "found", "none-exhaustive", "none-bounded" or "inconclusive"
//   limits      names of the limits that were hit
//   executions, blocked, events, seconds
//   findings    each with kind, message, positions [{file, line, column, goroutine, role}], the
//               primary one first; waiting: positions of who is blocked, those whom the finding is about first, each with holders
//               (positions) of the lock waited for, if it is one, or with the counter of the wait group and as holders those who still
//               have to call Done (without file and line), if that is known; early_timer if it needs a timer to fire early; race {file, line, column}: a reported
//               data race that it may be a consequence of
std::string json_of(const program::Program& program, const CheckResult& result);

// The same for one of several shards, with what joining them needs: shard {index (from 1), count, program, options, racing}, and
// a witness for each finding.
std::string json_of(const program::Program& program, const CheckResult& result, const CheckOptions& options);
// Joins the results of all shards of one check. Throws std::runtime_error with what is wrong with them.
std::string joined_json(const std::vector<std::string>& shards);

// The steps of a replayed witness, in columns, one per goroutine; if they are too many for that width, one below the other.
// `abridged`: of very many only the first and the last ones.
std::string columns_of(const program::Program& program, const std::vector<TraceStep>& steps, int width, bool abridged = false);

}  // namespace gocheck::checker
