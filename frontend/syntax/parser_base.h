// The hand-written half of the generated parser: where Go's syntax depends on more than the next token,
// the grammar's actions call a refine...() here, which looks ahead or at the context and refines the
// type of the next token. So every choice stays one for a single token.
//
// Inline, because the generated code is a library below this folder's.
#pragma once

#include <antlr4-runtime.h>

#include <cstddef>
#include <memory_resource>

#include "frontend/syntax/token.h"
#include "grammar/GolLexer.h"

namespace gocheck::syntax {

// The tree is never deeper than this: neither a left-leaning chain (`a + b + ...`, `f()()...`) nor any
// other nesting lets a recursive walk of the tree go deeper.
inline constexpr size_t kMaxTreeDepth = 10000;

// Thrown out of the parser when the text nests too deep. Never leaves frontend/syntax.
struct NestingTooDeep {
  SourceToken* token;
};

// A node of the parse tree. All nodes of a declaration die together, so they are allocated side by side
// and freed at once. Not thread safe, like the rest of the ANTLR runtime.
class GolRuleContext : public antlr4::ParserRuleContext {
 public:
  using ParserRuleContext::ParserRuleContext;

  static void* operator new(size_t size) { return memory().allocate(size); }
  static void operator delete(void*) {}
  // To be called when all nodes were deleted.
  static void free_all() { memory().release(); }

 private:
  static std::pmr::monotonic_buffer_resource& memory() {
    static std::byte first_block[1 << 18];  // enough for most declarations, and kept
    static std::pmr::monotonic_buffer_resource resource(first_block, sizeof first_block);
    return resource;
  }
};

class GolParserBase : public antlr4::Parser {
 public:
  // Rules within rules, a few for each level of nesting in the text. The stack needs less than 1 KB each.
  static constexpr int kMaxRuleDepth = 16000;

  explicit GolParserBase(antlr4::TokenStream* input) : Parser(input) {}

  // Hides the one of Recognizer, which checks the type: the generated code calls it for each prediction.
  template <class T>
  T* getInterpreter() const {
    return static_cast<T*>(_interpreter);
  }

  void enterRule(antlr4::ParserRuleContext* context, size_t state, size_t rule) override {
    descend();
    Parser::enterRule(context, state, rule);
  }
  // Hides the one of Parser: the generated code calls it by this name.
  void exitRule() {
    depth_--;
    Parser::exitRule();
  }
  void enterRecursionRule(antlr4::ParserRuleContext* context, size_t state, size_t rule,
                          int precedence) override {
    descend();
    chains_.push_back(0);
    Parser::enterRecursionRule(context, state, rule, precedence);
  }
  void pushNewRecursionContext(antlr4::ParserRuleContext* context, size_t state, size_t rule) override {
    limitChain(++chains_.back());
    Parser::pushNewRecursionContext(context, state, rule);
  }
  void unrollRecursionContexts(antlr4::ParserRuleContext* parent) override {
    depth_--;
    chains_.pop_back();
    Parser::unrollRecursionContexts(parent);
  }

 protected:
  enum class Nesting {
    control,  // the header of an if, for or switch: "{" behind a name begins the block
    inner,    // within brackets or a function body: back to normal
  };

  // The expression level of the Go specification's parsing ambiguity, kept while a rule is active. It is
  // negative in a header and counts brackets from there.
  class ExpressionLevel {
   public:
    ExpressionLevel(GolParserBase* parser, Nesting nesting) : level_(parser->level_), saved_(level_) {
      level_ = nesting == Nesting::control ? -1 : level_ + 1;
    }
    ~ExpressionLevel() { level_ = saved_; }
    ExpressionLevel(const ExpressionLevel&) = delete;
    ExpressionLevel& operator=(const ExpressionLevel&) = delete;

   private:
    int& level_;
    int saved_;
  };

  // Behind a name, a selector, an index or a parenthesis: is "{" the start of a composite literal?
  void refineBrace() {
    if (level_ >= 0 && is(1, GolLexer::LBRACE)) refine(GolLexer::LITERAL_LBRACE);
  }
  // Behind a literal type, "{" always is.
  void refineAfterLiteralType() {
    if (is(1, GolLexer::LBRACE)) refine(GolLexer::LITERAL_LBRACE);
    refineAfterType();
  }
  void refineAfterFunction() {
    if (is(1, GolLexer::LBRACE)) refine(GolLexer::FUNCTION_LBRACE);
    refineAfterType();
  }
  void refineAfterType() {
    if (is(1, GolLexer::LPAREN)) refine(GolLexer::CONVERSION_LPAREN);
    if (is(1, GolLexer::DOT)) refine(GolLexer::METHOD_DOT);
  }
  // At the end of parameters: whatever can be a type is the result.
  void refineResult() {
    if (is(1, GolLexer::RPAREN) && begins_type(peek(2)->type)) refine(GolLexer::RESULT_RPAREN);
  }
  void refineFunctionTypeParameters() {
    if (is(1, GolLexer::LBRACK)) refine(GolLexer::PARAMETERS_LBRACK);
  }
  // Behind the name of a type declaration: type parameters, or an array type?
  void refineTypeParameters() {
    if (is(1, GolLexer::LBRACK) && type_parameters_ahead()) refine(GolLexer::PARAMETERS_LBRACK);
  }

  // The builder will be exact; this saves the memory of a chain that it would reject.
  void limitChain(size_t length) {
    if (length > kMaxTreeDepth) throw NestingTooDeep{peek(1)};
  }

  // Frees the parse tree, to parse something else.
  void forget() {
    reset();
    GolRuleContext::free_all();
    depth_ = 0;
    chains_.clear();
    level_ = 0;
  }

 private:
  SourceToken* peek(ssize_t k) { return static_cast<SourceToken*>(_input->LT(k)); }
  bool is(ssize_t k, size_t type) { return peek(k)->type == type; }
  void refine(size_t type) { peek(1)->type = type; }

  void descend() {
    if (depth_ >= kMaxRuleDepth) throw NestingTooDeep{peek(1)};
    depth_++;
  }

  static bool begins_type_literal(size_t type) {
    switch (type) {
      case GolLexer::FUNC:
      case GolLexer::STRUCT:
      case GolLexer::INTERFACE:
      case GolLexer::MAP:
      case GolLexer::CHAN:
      case GolLexer::SEND_CHAN:
        return true;
      default:
        return false;
    }
  }

  static bool begins_type(size_t type) {
    switch (type) {
      case GolLexer::IDENTIFIER:
      case GolLexer::STAR:
      case GolLexer::ARROW:
      case GolLexer::LPAREN:
      case GolLexer::LBRACK:
        return true;
      default:
        return begins_type_literal(type);
    }
  }

  static bool ends_operand(size_t type) {
    switch (type) {
      case GolLexer::IDENTIFIER:
      case GolLexer::NUMBER:
      case GolLexer::RUNE:
      case GolLexer::STRING:
      case GolLexer::RAW_STRING:
      case GolLexer::RPAREN:
      case GolLexer::RBRACK:
      case GolLexer::RBRACE:
        return true;
      default:
        return false;
    }
  }

  // At `T [`. A name and something that can only be a type is a type parameter; `T [P *C]` and `T [P (C)]`
  // could be an array length as well, and are one unless a comma follows or C holds a type literal or "~"
  // outside of calls and indices: Go's own rule.
  bool type_parameters_ahead() {
    if (!is(2, GolLexer::IDENTIFIER)) return false;
    size_t next = peek(3)->type;
    bool ambiguous = next == GolLexer::STAR || next == GolLexer::LPAREN;
    if (!ambiguous) {
      bool constraint = begins_type(next) || next == GolLexer::TILDE;
      return constraint || next == GolLexer::COMMA || next == GolLexer::LAST_COMMA;
    }
    int depth = 0;         // brackets within the constraint
    int opaque_depth = 0;  // of these, the innermost that belongs to a call or an index, and all within it
    for (ssize_t k = 3;; k++) {
      size_t type = peek(k)->type;
      size_t before = peek(k - 1)->type;
      switch (type) {
        case antlr4::Token::EOF:
        case GolLexer::SEMI:
          return false;
        case GolLexer::LPAREN:
        case GolLexer::LBRACK:
        case GolLexer::LBRACE: {
          bool applied = k > 3 && ends_operand(before);
          if (opaque_depth == 0 && type == GolLexer::LBRACK && !applied) return true;
          depth++;
          if (opaque_depth > 0 || applied) opaque_depth++;
          break;
        }
        case GolLexer::RPAREN:
        case GolLexer::RBRACE:
        case GolLexer::RBRACK:
          if (depth == 0) return false;
          depth--;
          if (opaque_depth > 0) opaque_depth--;
          break;
        case GolLexer::COMMA:
        case GolLexer::LAST_COMMA:
          if (depth == 0) return true;
          break;
        case GolLexer::TILDE:
          if (opaque_depth == 0) return true;
          break;
        default:
          if (opaque_depth == 0 && begins_type_literal(type)) return true;
      }
    }
  }

  int depth_ = 0;
  std::vector<size_t> chains_;  // for each active rule with operators: how many it has met
  int level_ = 0;
};

}  // namespace gocheck::syntax

using gocheck::syntax::GolParserBase;
using gocheck::syntax::GolRuleContext;
