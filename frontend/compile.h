// The only door to the front end: files in, verified program out.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "frontend/syntax/diagnostic.h"
#include "runtime/program/program.h"

namespace gocheck {

inline constexpr int kNewestGoMinor = 23;  // of the newest language version, go1.23

struct CompileOptions {
  std::string go_version = "go1.23";     // --lang; a //go:build line or go.mod overrides it downwards or upwards
  std::string emit;                      // "", "ast", "types" or "program": what to leave in CompileResult::emitted
};

// func TestXxx(t *testing.T) of a package.
struct TestFunction {
  std::string name;
  bool external = false;  // of the package that sees the tested one from outside
};

struct CompileResult {
  std::unique_ptr<program::Program> program;  // nullptr when there were errors
  std::vector<Diagnostic> diagnostics;        // sorted
  SourceFiles files;                          // for printing them (the program has its own copy)
  std::string emitted;
};

// Compiles the files of one main package (all .go/.gol of a directory if a path names one).
// I/O problems (missing file, directory without Go files) are diagnostics without position.
// Runs on a thread of its own with a large stack; thread safe between calls only one at a time.
CompileResult compile(const std::vector<std::string>& paths, const CompileOptions& options);

// The tests of the package that the paths name, in the order in which they are written. It need not be a main package; a
// folder's _test files belong to it.
std::vector<TestFunction> find_tests(const std::vector<std::string>& paths, CompileResult& problems);

// Compiles one of these tests, as a program of its own (with TestMain, if there is one).
CompileResult compile_test(const std::vector<std::string>& paths, const TestFunction& test, const CompileOptions& options);

// A program as source text in memory (tests, random programs).
CompileResult compile_text(const std::string& name, const std::string& text, const CompileOptions& options);

// "file:line:column: message" lines, as the Go compiler prints them.
std::string format(const CompileResult& result);

}  // namespace gocheck
