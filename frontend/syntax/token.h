// The token that the ANTLR parser works on: 56 bytes that name a piece of the source text.
#pragma once

#include <antlr4-runtime.h>

#include <cstdint>
#include <string>

namespace gocheck::syntax {

class SourceToken final : public antlr4::Token {
 public:
  SourceToken(antlr4::TokenSource* source, std::string_view text, size_t type, uint32_t line, uint32_t column)
      : type(type), line(line), column(column), text(text), source_(source) {}

  size_t type;            // a GolLexer token type; the parser may refine it (GolParserBase)
  uint32_t line;          // from 1
  uint32_t column;        // from 1, in bytes
  uint32_t index = 0;     // in the token buffer
  std::string_view text;  // a semicolon that was inserted has "\n", at the end of the file ""

  std::string getText() const override { return std::string(text); }
  size_t getType() const override { return type; }
  size_t getLine() const override { return line; }
  size_t getCharPositionInLine() const override { return column - 1; }
  size_t getChannel() const override { return antlr4::Token::DEFAULT_CHANNEL; }
  size_t getTokenIndex() const override { return index; }
  size_t getStartIndex() const override { return INVALID_INDEX; }
  size_t getStopIndex() const override { return INVALID_INDEX; }
  antlr4::TokenSource* getTokenSource() const override { return source_; }
  antlr4::CharStream* getInputStream() const override { return source_->getInputStream(); }
  std::string toString() const override { return getText(); }

 private:
  antlr4::TokenSource* source_;
};

}  // namespace gocheck::syntax
