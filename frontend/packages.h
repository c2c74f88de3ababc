// From paths on the command line and import paths to parsed packages.
//
// Imports are looked for in the module of the program (its go.mod), then in the embedded library.
// Library files are parsed only when they are imported. Not thread safe.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "frontend/syntax/ast.h"
#include "frontend/syntax/diagnostic.h"

namespace gocheck {

struct ParsedPackage {
  std::string path;  // import path; "main" for the program itself
  std::vector<syntax::File*> files;
  bool library = false;
};

class PackageLoader {
 public:
  PackageLoader(SourceFiles& files, syntax::Arena& arena, Diagnostics& diagnostics);

  // The files that `paths` name: source files of one folder, or one folder (then those of its files that
  // belong to the build). Files that cannot be read are reported without position and left out. With
  // `tests`, a folder's _test files belong to it as well.
  ParsedPackage load_program(const std::vector<std::string>& paths, bool tests = false);
  // The packages with the tests of what `paths` name, each complete: the one that is tested, with its _test files, and, if
  // there is one, the one whose name has "_test" in the end, which sees the other from outside (as its import).
  std::vector<ParsedPackage> load_tests(const std::vector<std::string>& paths);
  // The program that is one file in memory.
  ParsedPackage load_text(const std::string& name, const std::string& text);
  // A file of the library's, made for this program.
  syntax::File* load_generated(const std::string& name, const std::string& text) { return parse_text(name, text, true); }
  // The package of an import path; nothing if there is none.
  std::optional<ParsedPackage> load_import(const std::string& path);

  // "go1.21" if the program's go.mod says "go 1.21" (or 1.21.3); empty without one. Valid after load_program.
  const std::string& module_go_version() const { return module_go_version_; }

 private:
  bool read_file(const std::string& path, std::string* text);
  syntax::File* parse_text(const std::string& name, std::string text, bool library);
  std::vector<std::string> folder_files(const std::string& folder, bool tests);
  void parse_folder(const std::string& folder, bool tests, ParsedPackage* package);
  void find_module(const std::string& folder);

  SourceFiles& files_;
  syntax::Arena& arena_;
  Diagnostics& diagnostics_;
  std::string module_path_;    // of the program's go.mod; empty without one
  std::string module_folder_;  // where it is
  std::string module_go_version_;
  std::string tested_path_;    // the import path of the package that is tested; empty: nobody can import it
  std::vector<syntax::File*> tested_files_;
};

}  // namespace gocheck
