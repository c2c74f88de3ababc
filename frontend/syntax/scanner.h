// Source text in, tokens out: the generated lexer, semicolon insertion and all lexical errors.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "frontend/syntax/diagnostic.h"
#include "frontend/syntax/lexer_automaton.h"
#include "frontend/syntax/token.h"
#include "grammar/GolLexer.h"
#include "runtime/program/source.h"

namespace gocheck::syntax {

// The token source. Lexical errors go to `diagnostics`; the token is delivered all the same, so
// that the parser sees what was meant.
class Scanner final : public GolLexer {
 public:
  // The text of `stream` must have passed check_encoding; it must outlive the tokens.
  Scanner(ByteStream& stream, uint32_t file, Diagnostics& diagnostics);

  // The next token, a semicolon where Go's rule inserts one, or EOF for ever.
  std::unique_ptr<antlr4::Token> nextToken() override;

  // True once brackets were nested deeper than kMaxNesting: reported, and nothing more is read.
  bool gave_up() const { return gave_up_; }
  // Comments of the form //go:... and //gocheck:... with their positions.
  std::vector<std::pair<Position, std::string_view>> directives;
  // The line of the package clause's keyword, 0 while it was not read.
  uint32_t package_line() const { return package_line_; }

 private:
  std::unique_ptr<antlr4::Token> make(size_t type, std::string_view text);
  std::unique_ptr<antlr4::Token> inserted_semicolon(std::string_view text);
  size_t checked(size_t type, std::string_view text);
  size_t checked_literal(size_t type, std::string_view text);
  void check_identifier(std::string_view text);
  std::unique_ptr<antlr4::Token> comment(size_t type, std::string_view text);
  void count_lines(std::string_view text);
  bool nests_too_deep(size_t type);
  void error(std::string_view text, size_t offset, std::string message);

  ByteStream& stream_;
  std::string_view text_;
  uint32_t file_;
  Diagnostics& diagnostics_;
  LexerAutomaton* automaton_;
  uint32_t line_ = 1;       // of the token that is being made, or of the text behind it
  size_t line_start_ = 0;   // offset of that line
  uint32_t column_ = 1;     // of the token that is being made
  bool semicolon_ = false;  // a newline here ends the statement
  int nesting_ = 0;
  int errors_ = 0;
  bool gave_up_ = false;
  uint32_t package_line_ = 0;
};

// All tokens of a file, for the parser to walk to and fro. Refines types by neighbours
// (LAST_COMMA, LAST_SEMI, SEND_CHAN) while it reads.
class TokenBuffer final : public antlr4::TokenStream {
 public:
  explicit TokenBuffer(Scanner& scanner);

  SourceToken* at(size_t i) const { return tokens_[i < tokens_.size() ? i : tokens_.size() - 1].get(); }
  SourceToken* current() const { return tokens_[position_].get(); }
  // Puts a semicolon in front of the current token, where error recovery misses one.
  void insert_semicolon();
  // Forgets what the parser refined from token `from` on, to parse it again.
  void restore_types(size_t from);

  size_t LA(ssize_t i) override { return LT(i)->getType(); }
  antlr4::Token* LT(ssize_t k) override;
  void consume() override;
  antlr4::Token* get(size_t index) const override { return at(index); }
  antlr4::TokenSource* getTokenSource() const override { return &scanner_; }
  ssize_t mark() override { return 0; }
  void release(ssize_t) override {}
  size_t index() override { return position_; }
  void seek(size_t index) override { position_ = index; }
  size_t size() override { return tokens_.size(); }
  // How often consume() was called: tells whether a prediction looked further than one token.
  size_t consumed() const { return consumed_; }
  std::string getSourceName() const override { return {}; }
  std::string getText(const antlr4::misc::Interval&) override { return {}; }
  std::string getText() override { return {}; }
  std::string getText(antlr4::RuleContext*) override { return {}; }
  std::string getText(antlr4::Token*, antlr4::Token*) override { return {}; }

 private:
  Scanner& scanner_;
  std::vector<std::unique_ptr<SourceToken>> tokens_;  // the last one is EOF
  size_t position_ = 0;
  size_t consumed_ = 0;
};

// Reports NUL bytes, invalid UTF-8 and byte order marks that are not the first character, and returns
// the text with blanks in their place (`storage` holds it then), or the text itself.
std::string_view check_encoding(std::string_view text, uint32_t file, Diagnostics& diagnostics,
                                std::string& storage);

}  // namespace gocheck::syntax
