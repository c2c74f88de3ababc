// The only door to the front end: files in, verified program out.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "frontend/syntax/diagnostic.h"
#include "runtime/program/program.h"

namespace gocheck {

inline constexpr int kNewestGoMinor = 22;  // of the newest language version, go1.22

struct CompileOptions {
  std::string go_version = "go1.22";     // --lang; a //go:build line or go.mod overrides it downwards or upwards
  std::string emit;                      // "", "ast", "types" or "program": what to leave in CompileResult::emitted
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

// The same for source text in memory (tests, random programs).
CompileResult compile_text(const std::string& name, const std::string& text, const CompileOptions& options);

// "file:line:column: message" lines, as the Go compiler prints them.
std::string format(const CompileResult& result);

}  // namespace gocheck
