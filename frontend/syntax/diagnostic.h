// What the front end has to say about the program text: errors with positions.
#pragma once

#include <string>
#include <vector>

#include "runtime/program/source.h"

namespace gocheck {

struct Diagnostic {
  Position position;
  std::string message;  // the Go compiler's wording, without position; may have continuation lines
  bool soft = false;    // unused variable or import: does not make other errors meaningless
  bool unsupported = false;  // valid Go that gocheck cannot execute yet
};

// Collects errors in any order; sorted and freed of duplicates when printed.
class Diagnostics {
 public:
  void error(Position position, std::string message) { add({position, std::move(message)}); }
  void soft_error(Position position, std::string message) { add({position, std::move(message), true}); }
  void unsupported(Position position, const std::string& what) {
    add({position, "not supported yet: " + what, false, true});
  }
  void add(Diagnostic diagnostic) { all_.push_back(std::move(diagnostic)); }

  bool any() const { return !all_.empty(); }
  // Whether there is a syntax error or an unreadable file: then the trees are not worth checking.
  bool fatal() const;
  size_t count() const { return all_.size(); }
  // By file, line, column; at most one per line and message (as the Go compiler prints them).
  std::vector<Diagnostic> sorted() const;

 private:
  std::vector<Diagnostic> all_;
};

}  // namespace gocheck
