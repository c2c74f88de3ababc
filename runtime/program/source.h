// Source positions: where a construct of the program stands in its text.
//
// Everything that a person reads (errors, findings, stack traces) names a Position.
// It lives with the program, because the program outlives its front end.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gocheck {

// A place in a source file. `line` and `column` start at 1, `column` counts bytes
// (as the Go compiler does); line 0 means "no position".
struct Position {
  uint32_t file = 0;  // index into SourceFiles
  uint32_t line = 0;
  uint32_t column = 0;

  bool valid() const { return line != 0; }
  auto operator<=>(const Position&) const = default;
};

// One file of source text, kept for the whole run so that reports can quote lines.
struct SourceFile {
  std::string name;  // as the user gave it, or "<library>/fmt/print.gol"
  std::string text;
  bool library = false;  // part of gocheck itself: not shown as the user's code

  // The text of line `number` (from 1) without its newline; empty when there is none.
  // Linear in the size of the file: for reports, not for hot paths.
  std::string_view line(uint32_t number) const;
};

using SourceFiles = std::vector<SourceFile>;

// "file:line:column", or "-" for an invalid position.
std::string to_string(const SourceFiles& files, Position position);

}  // namespace gocheck
