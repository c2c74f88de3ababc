// Syntax errors in the Go compiler's words, and how the parser goes on after them.
#pragma once

#include <antlr4-runtime.h>

#include <initializer_list>
#include <string>

#include "frontend/syntax/diagnostic.h"
#include "frontend/syntax/scanner.h"

namespace gocheck::syntax {

// Thrown when enough errors were reported. Never leaves frontend/syntax.
struct TooManyErrors {};

// Reports syntax errors: one a line, ten a file.
class Reporter {
 public:
  // `lexical_errors`: some were reported already.
  Reporter(TokenBuffer& tokens, uint32_t file, Diagnostics& diagnostics, bool lexical_errors)
      : tokens_(tokens), file_(file), diagnostics_(diagnostics), lexical_errors_(lexical_errors) {}

  // At the current token. A message that begins with "in ", "at ", "after " or "expecting " is preceded
  // by what was unexpected. At the end of the file nothing but the first error is said.
  void report(const std::string& message) { report_at(*tokens_.current(), message); }
  void report_at(const SourceToken& token, const std::string& message);

  size_t count() const { return count_; }  // of all errors, shown or not
  bool any() const { return count_ > 0; }
  TokenBuffer& tokens() { return tokens_; }

 private:
  TokenBuffer& tokens_;
  uint32_t file_;
  Diagnostics& diagnostics_;
  bool lexical_errors_;
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

// The second attempt. Go's parser is recursive descent with a set of tokens to skip to at each error; this
// does the same from the rule that was active and the token that it wanted.
class Recovery final : public antlr4::DefaultErrorStrategy {
 public:
  explicit Recovery(Reporter& reporter) : reporter_(reporter), tokens_(reporter.tokens()) {}

  // No alternative of the active rule begins with the next token: reports it ...
  void reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) override;
  // ... and skips to what may follow the rule, which is left then.
  void recover(antlr4::Parser* parser, std::exception_ptr error) override;
  // The active rule wants one token and the next is another: reports it, skips, and lets the rule go on.
  antlr4::Token* recoverInline(antlr4::Parser* parser) override;
  // Before a loop's next round: keeps lists of statements and of clauses going.
  void sync(antlr4::Parser* parser) override;
  void reportMatch(antlr4::Parser*) override {}

 private:
  void skip_to_block(antlr4::ParserRuleContext* block);
  void sync_statements(antlr4::ParserRuleContext* context);
  void sync_clauses(antlr4::ParserRuleContext* context);
  // Skips to a token of `stops`, in a function also to a keyword that begins a statement.
  void advance(antlr4::ParserRuleContext* context, std::initializer_list<size_t> stops);
  void skip_one();

  Reporter& reporter_;
  TokenBuffer& tokens_;
};

}  // namespace gocheck::syntax
