// Parsing of small texts for the tests of the syntax.
#pragma once

#include <fmt/format.h>
#include <pthread.h>

#include <functional>
#include <string>
#include <vector>

#include "frontend/syntax/parse.h"

namespace gocheck::syntax {

// A parsed text and all that it lives in.
struct Parsed {
  SourceFiles files;
  Arena arena;
  Diagnostics diagnostics;
  File* file = nullptr;

  // "line:column: message" of each error, in order.
  std::vector<std::string> errors() const {
    std::vector<std::string> lines;
    for (const Diagnostic& d : diagnostics.sorted()) {
      lines.push_back(fmt::format("{}:{}: {}", d.position.line, d.position.column, d.message));
    }
    return lines;
  }
  std::string first_error() const { return errors().empty() ? "" : errors().front(); }
};

inline std::unique_ptr<Parsed> parse_text(std::string text) {
  auto parsed = std::make_unique<Parsed>();
  parsed->files.push_back({"test.go", std::move(text)});
  parsed->file = parse(parsed->files, 0, parsed->arena, parsed->diagnostics);
  return parsed;
}

// The statements of a function.
inline std::unique_ptr<Parsed> parse_body(const std::string& statements) {
  return parse_text("package p\nfunc f() {\n" + statements + "\n}\n");
}

// The tree of a file, without positions.
inline std::string tree(const std::string& text) {
  auto parsed = parse_text(text);
  if (parsed->diagnostics.any()) return parsed->first_error();
  std::string printed = print(*parsed->file), result;
  for (size_t i = 0; i < printed.size();) {
    size_t end = printed.find('\n', i);
    std::string line = printed.substr(i, end - i);
    result += line.substr(0, line.rfind(" @")) + "\n";
    i = end + 1;
  }
  return result;
}

// The initial value of `var x = <text>`; nullptr if it has an error.
inline const Expr* value_of(const Parsed& parsed) {
  if (parsed.diagnostics.any()) return nullptr;
  return static_cast<const GenDecl*>(parsed.file->decls[0])->values[0].values[0];
}

// An expression parsed and written again, or the first error.
inline std::string round_trip(const std::string& expression) {
  auto parsed = parse_text("package p\nvar x = " + expression + "\n");
  const Expr* value = value_of(*parsed);
  return value ? to_string(value) : parsed->first_error();
}

// Runs `body` with the stack that the driver gives to the front end.
inline void on_large_stack(const std::function<void()>& body) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, size_t{512} << 20);
  pthread_t thread;
  auto run = [](void* argument) -> void* {
    (*static_cast<const std::function<void()>*>(argument))();
    return nullptr;
  };
  pthread_create(&thread, &attributes, run, const_cast<std::function<void()>*>(&body));
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

}  // namespace gocheck::syntax
