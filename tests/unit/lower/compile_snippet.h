// Compiles program text without imports, for tests of the lowering alone.
#pragma once

#include <memory>
#include <string>

#include "frontend/lower/lower.h"
#include "frontend/syntax/parse.h"
#include "frontend/types/check.h"
#include "runtime/program/program.h"

namespace gocheck::lower {

struct Snippet {
  std::unique_ptr<program::Program> program;  // nullptr after errors
  std::string errors;

  // The function of this name; nullptr if it was not compiled.
  const program::Function* function(const std::string& name) const {
    for (const program::Function& f : program->functions) {
      if (f.name == name) return &f;
    }
    return nullptr;
  }
  // Names of the opcodes of a function, separated by spaces.
  std::string opcodes(const std::string& name) const {
    const program::Function* f = function(name);
    std::string result;
    for (size_t pc = 0; f && pc < f->code.size(); pc += program::length(f->code[pc].opcode())) {
      if (!result.empty()) result += ' ';
      result += program::name(f->code[pc].opcode());
    }
    return result;
  }
};

// `body` is a file of package main without its package clause.
inline Snippet compile_snippet(const std::string& body, const std::string& go_version = "go1.22") {
  Snippet result;
  SourceFiles files;
  files.push_back({"snippet.go", "package main\n" + body, false});
  syntax::Arena arena;
  Diagnostics diagnostics;
  types::TypeArena type_arena;
  types::Info info;
  syntax::File* file = syntax::parse(files, 0, arena, diagnostics);
  types::CheckOptions options;
  options.go_version = go_version;
  types::Checker checker(type_arena, info, diagnostics, options);
  const types::Package* package = nullptr;
  if (!diagnostics.any()) {
    package =
        checker.check("main", {file}, false, arena.expr_count(), [](const std::string&) { return nullptr; });
  }
  if (!diagnostics.any()) result.program = lower(files, {package}, info, diagnostics);
  for (const Diagnostic& d : diagnostics.sorted()) {
    result.errors += to_string(files, d.position) + ": " + d.message + "\n";
  }
  return result;
}

}  // namespace gocheck::lower
