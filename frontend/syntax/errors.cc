#include "frontend/syntax/errors.h"

#include <fmt/format.h>

#include <algorithm>

#include "frontend/syntax/error_text.h"
#include "grammar/GolParser.h"

namespace gocheck::syntax {

namespace {

using antlr4::ParserRuleContext;

constexpr size_t kMaxShown = 10;
// Errors that were not shown, being on a line that has one, count too: an end for any cascade.
constexpr size_t kMaxErrors = 1000;

bool begins_with_keyword(size_t type) {
  switch (type) {
    case GolLexer::BREAK:
    case GolLexer::CONST:
    case GolLexer::CONTINUE:
    case GolLexer::DEFER:
    case GolLexer::FALLTHROUGH:
    case GolLexer::FOR:
    case GolLexer::GO:
    case GolLexer::GOTO:
    case GolLexer::IF:
    case GolLexer::RETURN:
    case GolLexer::SELECT:
    case GolLexer::SWITCH:
    case GolLexer::TYPE:
    case GolLexer::VAR:
      return true;
    default:
      return false;
  }
}

bool begins_statement(size_t type) {
  switch (type) {
    case GolLexer::IDENTIFIER:
    case GolLexer::NUMBER:
    case GolLexer::RUNE:
    case GolLexer::STRING:
    case GolLexer::RAW_STRING:
    case GolLexer::FUNC:
    case GolLexer::LPAREN:
    case GolLexer::LBRACK:
    case GolLexer::LBRACE:
    case GolLexer::STRUCT:
    case GolLexer::MAP:
    case GolLexer::CHAN:
    case GolLexer::SEND_CHAN:
    case GolLexer::INTERFACE:
    case GolLexer::ARROW:
    case GolLexer::STAR:
    case GolLexer::AND:
    case GolLexer::SIGN:
    case GolLexer::NOT:
      return true;
    default:
      return begins_with_keyword(type);
  }
}

bool in_function(antlr4::tree::ParseTree* context) {
  for (; context; context = context->parent) {
    size_t rule = static_cast<ParserRuleContext*>(context)->getRuleIndex();
    if (rule == GolParser::RuleBlock || rule == GolParser::RuleFunctionBody) return true;
  }
  return false;
}

bool is_closing(size_t type) {
  return type == GolLexer::RPAREN || type == GolLexer::RBRACK || type == GolLexer::RBRACE;
}

}  // namespace

// ---- Reporter ----

void Reporter::report_at(const SourceToken& token, const std::string& message) {
  bool at_end = token.type == antlr4::Token::EOF && (any() || lexical_errors_);
  if (++count_ > kMaxErrors) throw TooManyErrors{};
  if (at_end || token.line == last_line_) return;
  last_line_ = token.line;
  std::string text = message;
  if (message.starts_with("expecting ")) {
    text = fmt::format("unexpected {}, {}", describe(token), message);
  } else if (message.starts_with("in ") || message.starts_with("at ") || message.starts_with("after ")) {
    text = fmt::format("unexpected {} {}", describe(token), message);
  }
  diagnostics_.error({file_, token.line, token.column}, "syntax error: " + text);
  if (++shown_ == kMaxShown) throw TooManyErrors{};
}

// ---- Recovery ----

void Recovery::reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) {
  auto* found = static_cast<SourceToken*>(error.getOffendingToken());
  if (dynamic_cast<const antlr4::InputMismatchException*>(&error)) return;  // by recoverInline
  const SourceToken& previous = *tokens_.at(found->index > 0 ? found->index - 1 : 0);
  reporter_.report_at(*found, no_alternative_text(parser->getContext(), *found, previous));
}

void Recovery::recover(antlr4::Parser* parser, std::exception_ptr) {
  ParserRuleContext* context = parser->getContext();
  switch (context->getRuleIndex()) {
    case GolParser::RuleForHeader:
      while (tokens_.current()->type != GolLexer::LBRACE && tokens_.current()->type != antlr4::Token::EOF)
        skip_one();
      return;
    case GolParser::RuleVarSpec:
    case GolParser::RuleType_:
      if (context->parent &&
          static_cast<ParserRuleContext*>(context->parent)->getRuleIndex() == GolParser::RuleTypeSpec) {
        return advance(context, {GolLexer::SEMI, GolLexer::LAST_SEMI, GolLexer::RPAREN});
      }
      return advance(context, {GolLexer::COMMA, GolLexer::LAST_COMMA, GolLexer::COLON, GolLexer::SEMI,
                               GolLexer::LAST_SEMI, GolLexer::RPAREN, GolLexer::RBRACK, GolLexer::RBRACE});
    case GolParser::RuleIfStatement:
      return advance(context, {GolLexer::IDENTIFIER, GolLexer::RBRACE});
    case GolParser::RuleFieldDeclaration:
      return advance(context, {GolLexer::SEMI, GolLexer::LAST_SEMI, GolLexer::RBRACE});
    case GolParser::RuleDeclaration:
      if (tokens_.current()->type != GolLexer::SEMI) skip_one();
      [[fallthrough]];
    case GolParser::RuleImportDeclaration:
    case GolParser::RuleImportSpec:
      return advance(context, {GolLexer::SEMI, GolLexer::LAST_SEMI, GolLexer::RPAREN});
    case GolParser::RuleSimpleStatement:
      return advance(context, {GolLexer::SEMI, GolLexer::LAST_SEMI, GolLexer::RBRACE});
    case GolParser::RuleFunctionDeclaration:  // without a name
      return advance(context, {GolLexer::LBRACE, GolLexer::SEMI, GolLexer::LAST_SEMI});
    case GolParser::RuleSuffix:  // behind "."
      return advance(context, {GolLexer::SEMI, GolLexer::LAST_SEMI, GolLexer::RPAREN});
    case GolParser::RuleParameter:
      return advance(context, {GolLexer::COMMA, GolLexer::LAST_COMMA, GolLexer::RPAREN});
    default:
      advance(context, {GolLexer::RPAREN, GolLexer::RBRACK, GolLexer::RBRACE});
      // The parameters end here, and the result is not looked for.
      if (context->getRuleIndex() == GolParser::RuleSignature && tokens_.current()->type == GolLexer::RPAREN)
        skip_one();
  }
}

antlr4::Token* Recovery::recoverInline(antlr4::Parser* parser) {
  ParserRuleContext* context = parser->getContext();
  antlr4::misc::IntervalSet wanted = parser->getExpectedTokensWithinCurrentRule();
  size_t expected = wanted.size() > 0 ? static_cast<size_t>(wanted.getMinElement()) : antlr4::Token::EOF;
  SourceToken* found = tokens_.current();
  auto* previous = static_cast<SourceToken*>(tokens_.LT(-1));
  size_t rule = context->getRuleIndex();
  auto* loop = dynamic_cast<GolParser::ForHeaderContext*>(context);
  if (loop && loop->first && loop->first->ranged) {
    reporter_.report_at(*static_cast<SourceToken*>(loop->semi), "expecting { after for clause");
  } else {
    reporter_.report(mismatch_text(*parser, expected, *found, previous ? *previous : *found));
  }
  bool leaves_rule = rule == GolParser::RuleSimpleStatement ||
                     (rule == GolParser::RuleFunctionDeclaration && expected == GolLexer::IDENTIFIER);
  if (leaves_rule) throw antlr4::InputMismatchException(parser);
  if (is_closing(expected) && rule != GolParser::RuleBlock) {
    advance(context, {GolLexer::RPAREN, GolLexer::RBRACK, GolLexer::RBRACE});
    if (tokens_.current()->type == expected) skip_one();
  } else if (expected == GolLexer::LBRACE && rule == GolParser::RuleBlock) {
    skip_to_block(context);
  } else if (expected == GolLexer::LBRACE) {
    advance(context, {GolLexer::CASE, GolLexer::DEFAULT, GolLexer::RBRACE});
  } else if (rule == GolParser::RuleForHeader && found->type == GolLexer::LBRACE) {
    return found;
  } else if (tokens_.current()->type != GolLexer::SEMI) {
    skip_one();
  }
  return found;
}

// Behind a header that is complete the block may just lack its "{"; otherwise looks for it.
void Recovery::skip_to_block(ParserRuleContext* block) {
  size_t type = tokens_.current()->type;
  auto* header = dynamic_cast<GolParser::IfStatementContext*>(block->parent);
  bool complete = header == nullptr || (header->header && header->header->semi);
  if (complete && type != GolLexer::VAR) {
    advance(block, {GolLexer::LBRACE, GolLexer::IDENTIFIER, GolLexer::RBRACE});
  } else {
    if (type != GolLexer::RBRACE) skip_one();
    advance(block, {GolLexer::LBRACE, GolLexer::LITERAL_LBRACE, GolLexer::RBRACE});
  }
  if (tokens_.current()->type == GolLexer::LBRACE) skip_one();
}

void Recovery::sync(antlr4::Parser* parser) {
  auto type = parser->getATN().states[parser->getState()]->getStateType();
  if (type != antlr4::atn::ATNState::STAR_LOOP_ENTRY && type != antlr4::atn::ATNState::STAR_LOOP_BACK) return;
  ParserRuleContext* context = parser->getContext();
  switch (context->getRuleIndex()) {
    case GolParser::RuleStatementList:
      return sync_statements(context);
    case GolParser::RuleSwitchStatement:
    case GolParser::RuleSelectStatement:
      return sync_clauses(context);
    default:
      return;
  }
}

void Recovery::sync_statements(ParserRuleContext* context) {
  bool nothing_yet = tokens_.current() == context->start;
  bool after_separator = tokens_.LT(-1)->getType() == GolLexer::SEMI;
  auto ends = [&] {
    switch (tokens_.current()->type) {
      case GolLexer::SEMI:
      case GolLexer::LAST_SEMI:
      case GolLexer::RBRACE:
      case antlr4::Token::EOF:
        return true;
      case GolLexer::CASE:
      case GolLexer::DEFAULT:
        return nothing_yet || after_separator;
      default:
        return false;
    }
  };
  if (ends()) return;
  // Where no statement begins, the list is over; its owner has to complain.
  if (nothing_yet || (after_separator && !begins_statement(tokens_.current()->type))) return;
  if (tokens_.current()->type == GolLexer::LAST_COMMA) {
    skip_one();
    reporter_.report("expecting expression");
    return;
  }
  reporter_.report("at end of statement");
  advance(context,
          {GolLexer::SEMI, GolLexer::LAST_SEMI, GolLexer::RBRACE, GolLexer::CASE, GolLexer::DEFAULT});
  size_t next = tokens_.current()->type;
  if (!ends() && next != GolLexer::CASE && next != GolLexer::DEFAULT) tokens_.insert_semicolon();
}

void Recovery::sync_clauses(ParserRuleContext*) {
  auto clause = [&] {
    size_t type = tokens_.current()->type;
    return type == GolLexer::CASE || type == GolLexer::DEFAULT || type == GolLexer::RBRACE;
  };
  if (clause() || tokens_.current()->type == antlr4::Token::EOF) return;
  reporter_.report("expecting case or default or }");
  while (!clause() && tokens_.current()->type != antlr4::Token::EOF) skip_one();
}

void Recovery::advance(ParserRuleContext* context, std::initializer_list<size_t> stops) {
  bool keywords = in_function(context);
  while (true) {
    size_t type = tokens_.current()->type;
    if (type == antlr4::Token::EOF || (keywords && begins_with_keyword(type))) return;
    if (std::find(stops.begin(), stops.end(), type) != stops.end()) return;
    skip_one();
  }
}

void Recovery::skip_one() { tokens_.consume(); }

}  // namespace gocheck::syntax
