#include "frontend/syntax/predictor.h"

namespace gocheck::syntax {

namespace {

template <class Table>
std::vector<Table>& shared_tables(size_t decisions) {
  static std::vector<Table> tables(decisions);
  return tables;
}

}  // namespace

Predictor::Predictor(antlr4::Parser& parser, ParserATNSimulator& original)
    : ParserATNSimulator(&parser, original.atn, original.decisionToDFA, original.getSharedContextCache()),
      tables_(shared_tables<Table>(original.decisionToDFA.size())) {}

Predictor* Predictor::replace(antlr4::Parser& parser) {
  auto* original = parser.getInterpreter<ParserATNSimulator>();
  auto* predictor = new Predictor(parser, *original);
  parser.setInterpreter(predictor);  // deletes the original
  return predictor;
}

size_t Predictor::adaptivePredict(antlr4::TokenStream* input, size_t decision,
                                  antlr4::ParserRuleContext* context) {
  auto* tokens = static_cast<TokenBuffer*>(input);
  size_t token = tokens->current()->type;
  auto precedence = static_cast<size_t>(parser->getPrecedence());
  if (token >= kMaxToken || precedence >= kMaxPrecedence) {
    return ParserATNSimulator::adaptivePredict(input, decision, context);
  }
  uint8_t& known = tables_[decision][precedence * kMaxToken + token];
  if (known != 0) return known;
  size_t consumed = tokens->consumed();
  size_t alternative = ParserATNSimulator::adaptivePredict(input, decision, context);
  if (tokens->consumed() == consumed) known = static_cast<uint8_t>(alternative);
  return alternative;
}

}  // namespace gocheck::syntax
