#include "runtime/program/source.h"

#include <fmt/format.h>

namespace gocheck {

std::string_view SourceFile::line(uint32_t number) const {
  size_t start = 0;
  for (uint32_t i = 1; i < number; i++) {
    size_t newline = text.find('\n', start);
    if (newline == std::string::npos) return {};
    start = newline + 1;
  }
  size_t stop = text.find('\n', start);
  return std::string_view(text).substr(start, stop == std::string::npos ? stop : stop - start);
}

std::string to_string(const SourceFiles& files, Position position) {
  if (!position.valid()) return "-";
  return fmt::format("{}:{}:{}", files.at(position.file).name, position.line, position.column);
}

}  // namespace gocheck
