// ANTLR's lexer simulation with plain transition tables in front of it.
//
// The runtime keeps the transitions of its DFA in hash maps behind locks, which made lexing half of the
// time of parsing. Here each DFA state has an array indexed by input symbol. What is not in the arrays is
// computed by the runtime, once, so the grammar stays the only description of the tokens.
//
// Not thread safe: like the runtime's DFA, the tables are shared by all lexers of the process.
#pragma once

#include <antlr4-runtime.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gocheck::syntax {

// Shows the text to the lexer as GolLexer.g4 says: multi-byte characters and control characters appear as
// one stand-in each, so that all input symbols fit into the tables.
class ByteStream final : public antlr4::CharStream {
 public:
  static constexpr size_t kSymbols = 128;
  static constexpr uint8_t kNonAscii = 0x7F;
  static constexpr uint8_t kControl = 0x01;

  explicit ByteStream(std::string_view text) : text_(text) {}

  static uint8_t symbol(char byte);
  std::string_view text() const { return text_; }

  size_t LA(ssize_t i) override;
  void consume() override { position_++; }
  ssize_t mark() override { return 0; }
  void release(ssize_t) override {}
  size_t index() override { return position_; }
  void seek(size_t index) override { position_ = index; }
  size_t size() override { return text_.size(); }
  std::string getSourceName() const override { return {}; }
  std::string getText(const antlr4::misc::Interval&) override { return {}; }
  std::string toString() const override { return {}; }

 private:
  std::string_view text_;
  size_t position_ = 0;
};

class LexerAutomaton final : public antlr4::atn::LexerATNSimulator {
 public:
  // Makes `lexer`, which must read from a ByteStream, match with this. The lexer owns the result.
  static LexerAutomaton* replace(antlr4::Lexer& lexer);

  // The type of the longest token at the position of `input`, which is moved behind it. There must be
  // one: GolLexer has a rule for any character. Lines and columns are left to the caller.
  size_t match(antlr4::CharStream* input, size_t mode) override;

 private:
  struct State {
    antlr4::dfa::DFAState* dfa = nullptr;
    size_t token = 0;                                 // the type of the token that ends here, 0: none
    std::array<State*, ByteStream::kSymbols> next{};  // nullptr: not known yet
  };
  struct Tables {
    std::unordered_map<antlr4::dfa::DFAState*, std::unique_ptr<State>> states;
    State dead;
    State* start = nullptr;
  };

  LexerAutomaton(antlr4::Lexer& lexer, LexerATNSimulator& original);
  static Tables& shared_tables();
  State* state_of(antlr4::dfa::DFAState* dfa);

  Tables& tables_;
};

}  // namespace gocheck::syntax
