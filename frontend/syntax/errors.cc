#include "frontend/syntax/errors.h"

#include <fmt/format.h>

#include "frontend/syntax/builder.h"

namespace gocheck::syntax {

std::string describe(const SourceToken& token) {
  return std::string(token.text);
}

void Reporter::report_at(const SourceToken& token, const std::string& message) {
  count_++;
  diagnostics_.error({file_, token.line, token.column}, "syntax error: unexpected " + describe(token) + " " + message);
}

void Reporter::nesting_too_deep(const SourceToken& token) {
  diagnostics_.error({file_, token.line, token.column}, "syntax error: nested too deeply");
}

void Recovery::reportError(antlr4::Parser*, const antlr4::RecognitionException&) {
  reporter_.report("");
  throw TooManyErrors{};
}
void Recovery::recover(antlr4::Parser*, std::exception_ptr) {}
antlr4::Token* Recovery::recoverInline(antlr4::Parser*) {
  reporter_.report("");
  throw TooManyErrors{};
}
void Recovery::sync(antlr4::Parser*) {}

}  // namespace gocheck::syntax
