// ANTLR's prediction with a table in front of it.
//
// Nearly all decisions of the grammar are settled by the next token. For those the answer is kept in an
// array indexed by decision, precedence and token, which is some ten times faster than the runtime's walk
// of its DFA (hash maps behind locks). An answer is kept only when the runtime found it without consuming
// a token: then it depends on nothing else, as the grammar has no predicates but precedences.
#pragma once

#include <antlr4-runtime.h>

#include <array>
#include <memory>

#include "frontend/syntax/scanner.h"

namespace gocheck::syntax {

class Predictor final : public antlr4::atn::ParserATNSimulator {
 public:
  // Makes `parser`, which must read from a TokenBuffer, predict with this. The parser owns the result.
  static Predictor* replace(antlr4::Parser& parser);

  size_t adaptivePredict(antlr4::TokenStream* input, size_t decision,
                         antlr4::ParserRuleContext* context) override;

 private:
  static constexpr size_t kMaxPrecedence = 8;
  static constexpr size_t kMaxToken = 128;
  using Table = std::array<uint8_t, kMaxPrecedence * kMaxToken>;  // alternative, 0: not known

  Predictor(antlr4::Parser& parser, antlr4::atn::ParserATNSimulator& original);

  std::vector<Table>& tables_;  // by decision; shared by all parsers, like the runtime's DFA
};

}  // namespace gocheck::syntax
