// The standard packages written in Gol, as they were when the binary was built.
#pragma once

#include <string_view>
#include <vector>

namespace gocheck {

struct EmbeddedFile {
  std::string_view path;  // "fmt/print.gol": the folder is the import path
  std::string_view text;
};

const std::vector<EmbeddedFile>& embedded_library();

}  // namespace gocheck
