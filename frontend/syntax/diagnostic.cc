#include "frontend/syntax/diagnostic.h"

#include <algorithm>

namespace gocheck {

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::vector<Diagnostic> result = all_;
  std::stable_sort(result.begin(), result.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.position < b.position; });
  auto same = [](const Diagnostic& a, const Diagnostic& b) {
    return a.position.file == b.position.file && a.position.line == b.position.line && a.message == b.message;
  };
  result.erase(std::unique(result.begin(), result.end(), same), result.end());
  return result;
}

bool Diagnostics::fatal() const {
  return std::any_of(all_.begin(), all_.end(), [](const Diagnostic& diagnostic) {
    return !diagnostic.position.valid() || diagnostic.message.starts_with("syntax error");
  });
}

}  // namespace gocheck
