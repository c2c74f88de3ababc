// gocheck test: explore every test of packages, each as a program of its own.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <regex>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "checker/report/report.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/searching.h"

namespace gocheck::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct Options : SearchOptions {
  std::vector<std::string> paths;
  std::string run;
  bool verbose = false;
};

void declare_own(CLI::App& app, Options& o) {
  app.add_option("packages", o.paths, "folders, ./... for all below one, or the files of one package (default: .)");
  app.add_option("--run", o.run, "only tests whose name matches this regular expression somewhere");
  app.add_flag("-v,--verbose", o.verbose, "say of each test that passed how much was explored");
}

// Several packages, each as the compiler wants its paths.
using Packages = std::vector<std::vector<std::string>>;

// All folders below with Go files. What begins with "." or "_", testdata and vendor are left out, as by the go command.
void add_folders(const fs::path& folder, Packages& packages) {
  std::error_code none;
  std::vector<fs::path> below;
  bool source = false;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, none)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_directory(none) && !entry.is_symlink(none)) {
      if (!name.starts_with(".") && !name.starts_with("_") && name != "testdata" && name != "vendor") below.push_back(entry.path());
    } else {
      source = source || name.ends_with(".go") || name.ends_with(".gol");
    }
  }
  if (source) packages.push_back({folder.string()});
  std::sort(below.begin(), below.end());
  for (const fs::path& it : below) add_folders(it, packages);
}

Packages packages_of(const std::vector<std::string>& paths) {
  Packages packages;
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    if (path == "..." || path.ends_with("/...")) {
      add_folders(path == "..." ? "." : path.substr(0, path.size() - 4), packages);
    } else if (std::error_code none; fs::is_directory(path, none)) {
      packages.push_back({path});
    } else {
      files.push_back(path);
    }
  }
  if (!files.empty()) packages.push_back(files);
  return packages;
}

// Tests one package after the other and says how they came out, like go test.
class Tester {
 public:
  explicit Tester(Options& options) : o_(options), text_(options.format == "text") {
    if (!o_.run.empty()) run_.emplace(o_.run);
  }

  void test(const std::vector<std::string>& paths) {
    const Clock::time_point begun = Clock::now();
    CompileResult problems;
    const std::vector<TestFunction> tests = find_tests(paths, problems);
    if (!problems.diagnostics.empty()) return cannot_be_built(paths.front(), problems);
    size_t run = 0;
    bool failed = false;
    for (const TestFunction& test : tests) {
      if (was_interrupted() || (run_ && !std::regex_search(test.name, *run_))) continue;
      ++run;
      const CompileResult compiled = compile_test(paths, test, o_.compile);
      if (!compiled.program) return cannot_be_built(paths.front(), compiled);
      failed = explore(*compiled.program, paths.front(), test.name) || failed;
    }
    if (!text_) return;
    if (run == 0) {
      fmt::print("?   \t{}\t[no tests{}]\n", paths.front(), tests.empty() ? "" : " to run");
    } else {
      fmt::print("{}\t{}\t{:.3f}s\n", failed ? "FAIL" : "ok  ", paths.front(), seconds_since(begun));
    }
  }

  // The exit status.
  int finish() {
    if (!text_) fmt::print("{}\n", Json{{"tests", tests_}}.dump(2, ' ', false, Json::error_handler_t::replace));
    return status_;
  }

 private:
  using Clock = std::chrono::steady_clock;
  static double seconds_since(Clock::time_point begun) { return std::chrono::duration<double>(Clock::now() - begun).count(); }

  // The worst of all tests: a program that cannot be built, a finding, a limit.
  void note(int status) {
    const auto rank = [](int s) { return s == kUsageError ? 3 : s == 1 ? 2 : s == 3 ? 1 : 0; };
    if (rank(status) > rank(status_)) status_ = status;
  }

  void cannot_be_built(const std::string& package, const CompileResult& compiled) {
    std::fputs(format(compiled).c_str(), stderr);
    if (text_) fmt::print("FAIL\t{} [build failed]\n", package);
    note(kUsageError);
  }

  // True if it failed: what is a warning elsewhere (a leak) fails a test.
  bool explore(const program::Program& program, const std::string& package, const std::string& name) {
    if (text_ && o_.verbose) fmt::print("=== RUN   {}\n", name);
    std::fflush(stdout);
    const checker::CheckResult result = search(o_, program, [&](const checker::Finding& finding, const checker::Witness& witness) {
      if (text_) fmt::print("{}\n", checker::text_of(program, finding, witness, o_.report));
      std::fflush(stdout);
    });
    const int status = result.error.empty() ? result.exit_status(true) : complain(result.error);
    note(status);
    if (!text_) {
      Json test = Json::parse(checker::json_of(program, result));
      test["name"] = name;
      test["package"] = package;
      tests_.push_back(std::move(test));
    } else if (status != 0 || o_.verbose) {
      const char* const verdict = status == 0 ? "--- PASS" : status == 3 ? "--- PASS, BUT NOT EVERYTHING EXPLORED" : "--- FAIL";
      fmt::print("{}: {} ({:.2f}s)\n    {}", verdict, name, result.seconds, checker::summary_of(result, o_.report));
    }
    std::fflush(stdout);
    return status != 0 && status != 3;
  }

  Options& o_;
  const bool text_;
  std::optional<std::regex> run_;
  std::vector<Json> tests_;
  int status_ = 0;
};

}  // namespace

int test_main(const std::vector<std::string>& arguments) {
  Options o;
  CLI::App app("gocheck test: explores every interleaving of each test of packages", "gocheck test");
  declare_own(app, o);
  declare(app, o);
  o.report.strict = true;
  if (const auto status = parse(app, arguments)) return *status;
  if (const std::string problem = prepare(app, o); !problem.empty()) return complain(problem);
  if (o.paths.empty()) o.paths = {"."};
  const Packages packages = packages_of(o.paths);
  if (packages.empty()) return complain("no packages with Go files there");
  try {
    Tester tester(o);
    for (const std::vector<std::string>& package : packages) tester.test(package);
    return tester.finish();
  } catch (const std::regex_error&) {
    return complain("--run: not a regular expression: " + o.run);
  }
}

}  // namespace gocheck::cli
