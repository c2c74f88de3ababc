// Helpers of the type checker's tests: check a piece of program text, look at errors or types.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "frontend/syntax/parse.h"
#include "frontend/types/check.h"

namespace gocheck::types {

// One checked package with everything that it needs to stay alive.
struct Snippet {
  SourceFiles files;
  syntax::Arena arena;
  Diagnostics diagnostics;
  TypeArena type_arena;
  Info info;
  CheckOptions options;
  std::unique_ptr<Checker> checker;
  std::map<std::string, std::string> imports;  // import path -> text
  std::map<std::string, Package*> imported;
  Package* package = nullptr;

  Package* load(const std::string& path, const std::string& name, const std::string& text, bool library) {
    files.push_back({name, text, library});
    syntax::File* file = syntax::parse(files, static_cast<uint32_t>(files.size() - 1), arena, diagnostics);
    return checker->check(path, {file}, library, arena.expr_count(), [this](const std::string& wanted) -> Package* {
      if (imported.contains(wanted)) return imported[wanted];
      if (!imports.contains(wanted)) return nullptr;
      return imported[wanted] = load(wanted, wanted + ".go", imports[wanted], true);
    });
  }

  // "line: message" of every diagnostic, one per line; only the first line of each message.
  std::string errors() const {
    std::string result;
    for (const Diagnostic& d : diagnostics.sorted()) {
      result += std::to_string(d.position.line) + ": " + d.message.substr(0, d.message.find('\n')) + "\n";
    }
    return result;
  }

  // The type of a package-level object as text.
  std::string type_of(std::string_view name) const {
    const Object* object = package->scope->find(name);
    return object && object->type ? to_string(object->type, package) : "?";
  }
};

// Checks `text` as file p.go; "package p" is put in front of it, on the same line, unless it has a package clause.
inline std::unique_ptr<Snippet> check_snippet(const std::string& text, std::map<std::string, std::string> imports = {},
                                              const std::string& go_version = "go1.22") {
  auto snippet = std::make_unique<Snippet>();
  snippet->options.go_version = go_version;
  snippet->options.files = &snippet->files;
  snippet->options.nodes = &snippet->arena;
  snippet->imports = std::move(imports);
  snippet->checker = std::make_unique<Checker>(snippet->type_arena, snippet->info, snippet->diagnostics,
                                               snippet->options);
  bool has_clause = text.find("package ") != std::string::npos;
  snippet->package = snippet->load("p", "p.go", has_clause ? text : "package p; " + text, false);
  return snippet;
}

inline std::string errors_of(const std::string& text, std::map<std::string, std::string> imports = {},
                             const std::string& go_version = "go1.22") {
  return check_snippet(text, std::move(imports), go_version)->errors();
}

}  // namespace gocheck::types
