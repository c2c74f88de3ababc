// Syntax errors in the Go compiler's words.
#pragma once

#include <antlr4-runtime.h>

#include <string>

#include "frontend/syntax/diagnostic.h"
#include "frontend/syntax/scanner.h"

namespace gocheck::syntax {

// Thrown when enough errors were reported. Never leaves frontend/syntax.
struct TooManyErrors {};

// Reports syntax errors at the current token: one a line, ten a file.
class Reporter {
 public:
  Reporter(TokenBuffer& tokens, uint32_t file, Diagnostics& diagnostics)
      : tokens_(tokens), file_(file), diagnostics_(diagnostics) {}

  // A message that begins with "in ", "at ", "after " or "expecting " is preceded by what was unexpected.
  void report(const std::string& message) { report_at(*tokens_.current(), message); }
  void report_at(const SourceToken& token, const std::string& message);
  void nesting_too_deep(const SourceToken& token);

  size_t count() const { return count_; }  // of all errors, shown or not
  bool any() const { return count_ > 0; }

  TokenBuffer& tokens() { return tokens_; }

 private:
  TokenBuffer& tokens_;
  uint32_t file_;
  Diagnostics& diagnostics_;
  size_t count_ = 0;
  size_t shown_ = 0;
  uint32_t last_line_ = 0;
};

// The first attempt: gives up at the first error.
class BailOut final : public antlr4::BailErrorStrategy {
 public:
  struct Failed {};

  void reportError(antlr4::Parser*, const antlr4::RecognitionException&) override {}
  void reportMatch(antlr4::Parser*) override {}
  void recover(antlr4::Parser*, std::exception_ptr) override { throw Failed{}; }
  antlr4::Token* recoverInline(antlr4::Parser*) override { throw Failed{}; }
  void sync(antlr4::Parser*) override {}
};

// The second: says what is wrong, skips to where the parser can go on, and goes on.
class Recovery final : public antlr4::DefaultErrorStrategy {
 public:
  explicit Recovery(Reporter& reporter) : reporter_(reporter) {}

  void reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) override;
  void reportMatch(antlr4::Parser*) override {}
  void recover(antlr4::Parser* parser, std::exception_ptr error) override;
  antlr4::Token* recoverInline(antlr4::Parser* parser) override;
  void sync(antlr4::Parser* parser) override;

 private:
  Reporter& reporter_;
};

}  // namespace gocheck::syntax
