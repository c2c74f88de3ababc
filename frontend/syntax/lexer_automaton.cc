#include "frontend/syntax/lexer_automaton.h"

namespace gocheck::syntax {

namespace {

constexpr auto kSymbolOf = [] {
  std::array<uint8_t, 256> symbols{};
  for (int byte = 0; byte < 256; byte++) {
    bool space = byte == '\t' || byte == '\n' || byte == '\r';
    bool control = (byte < ' ' && !space) || byte == 0x7F;
    symbols[byte] = byte >= 0x80 ? ByteStream::kNonAscii : control ? ByteStream::kControl : byte;
  }
  return symbols;
}();

}  // namespace

uint8_t ByteStream::symbol(char byte) { return kSymbolOf[static_cast<uint8_t>(byte)]; }

size_t ByteStream::LA(ssize_t i) {
  size_t at = i > 0 ? position_ + i - 1 : position_ + i;
  return at < text_.size() ? symbol(text_[at]) : EOF;
}

LexerAutomaton::LexerAutomaton(antlr4::Lexer& lexer, LexerATNSimulator& original)
    : LexerATNSimulator(&lexer, original.atn, original._decisionToDFA, original.getSharedContextCache()),
      tables_(shared_tables()) {}

LexerAutomaton* LexerAutomaton::replace(antlr4::Lexer& lexer) {
  auto* original = lexer.getInterpreter<LexerATNSimulator>();
  auto* automaton = new LexerAutomaton(lexer, *original);
  lexer.setInterpreter(automaton);  // deletes the original
  return automaton;
}

LexerAutomaton::Tables& LexerAutomaton::shared_tables() {
  static Tables tables;
  return tables;
}

LexerAutomaton::State* LexerAutomaton::state_of(antlr4::dfa::DFAState* dfa) {
  if (dfa == ERROR.get()) return &tables_.dead;
  std::unique_ptr<State>& state = tables_.states[dfa];
  if (!state) {
    state = std::make_unique<State>();
    state->dfa = dfa;
    state->token = dfa->isAcceptState ? dfa->prediction : 0;
  }
  return state.get();
}

size_t LexerAutomaton::match(antlr4::CharStream* input, size_t mode) {
  if (tables_.start == nullptr) {
    // The runtime makes the start state while it matches its first token.
    size_t token = LexerATNSimulator::match(input, mode);
    if (_decisionToDFA[mode].s0) tables_.start = state_of(_decisionToDFA[mode].s0);
    return token;
  }
  std::string_view text = static_cast<ByteStream*>(input)->text();
  size_t position = input->index();
  size_t end = position;
  size_t token = 0;
  for (State* state = tables_.start; position < text.size();) {
    uint8_t symbol = ByteStream::symbol(text[position]);
    State*& next = state->next[symbol];
    if (next == nullptr) next = state_of(computeTargetState(input, state->dfa, symbol));
    if (next == &tables_.dead) break;
    state = next;
    position++;
    if (state->token != 0) {
      token = state->token;
      end = position;
    }
  }
  input->seek(end);
  return token;
}

}  // namespace gocheck::syntax
