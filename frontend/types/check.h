// The type checker: Go's rules for one package, and the loading of what it imports.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "frontend/syntax/diagnostic.h"
#include "frontend/types/info.h"

namespace gocheck::types {

// Checks packages of one program. Packages are checked once and kept. Not thread safe.
//
// Finding and parsing the files of an import path is the caller's business:
// `import` returns the checked package of a path, or nullptr after reporting nothing
// (the checker then says `package foo is not in std`).
struct CheckOptions {
  std::string go_version = "go1.23";     // default language version
  const SourceFiles* files = nullptr;    // for places quoted in messages; may be nullptr
  syntax::Arena* nodes = nullptr;        // where the bodies of generic functions are copied to
};

class Checker {
 public:
  using Importer = std::function<Package*(const std::string& path)>;

  Checker(TypeArena& arena, Info& info, Diagnostics& diagnostics, CheckOptions options);
  ~Checker();

  // Checks the files as one package. Always returns a package; whether it is free of errors is in
  // the diagnostics. Afterwards info.expressions also covers the instances of generic functions. Library packages may declare functions without body (natives). Resizes
  // info.expressions to `expr_count` (Arena::expr_count() of the syntax arena) first.
  Package* check(const std::string& path, const std::vector<syntax::File*>& files, bool library,
                 uint32_t expr_count, const Importer& importer);

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace gocheck::types
