#include "frontend/syntax/error_text.h"

#include <fmt/format.h>

#include "grammar/GolParser.h"

namespace gocheck::syntax {

namespace {

constexpr const char* kComma = "comma";
constexpr const char* kSemicolon = "semicolon or newline";

// A list that a rule is about to close.
struct OpenList {
  const char* context = nullptr;  // "argument list"; nullptr: the rule closes no list
  const char* separator = kComma;
  std::string element;  // the message for a first element that is none
};

size_t rule_of(antlr4::tree::ParseTree* context) {
  return context ? static_cast<antlr4::ParserRuleContext*>(context)->getRuleIndex() : SIZE_MAX;
}

bool is_opening(size_t type) {
  switch (type) {
    case GolLexer::LPAREN:
    case GolLexer::CONVERSION_LPAREN:
    case GolLexer::LBRACK:
    case GolLexer::PARAMETERS_LBRACK:
    case GolLexer::LBRACE:
    case GolLexer::LITERAL_LBRACE:
    case GolLexer::FUNCTION_LBRACE:
      return true;
    default:
      return false;
  }
}

std::string field_text(const SourceToken& found) {
  return found.type == GolLexer::LPAREN ? "cannot parenthesize embedded type"
                                        : "expecting field name or embedded type";
}

std::string import_text(const SourceToken& found) {
  bool literal = found.type == GolLexer::NUMBER || found.type == GolLexer::RUNE;
  return literal ? "import path must be a string" : "missing import path";
}

OpenList open_list(antlr4::ParserRuleContext* context, size_t closing, const SourceToken& found) {
  size_t rule = context->getRuleIndex();
  size_t start = context->start->getType();
  switch (closing) {
    case GolLexer::RPAREN:
      if ((rule == GolParser::RuleSuffix && start == GolLexer::LPAREN) || rule == GolParser::RuleTypeUse) {
        return {"argument list", kComma, "expecting expression"};
      }
      if (rule == GolParser::RuleParameters) return {"parameter list", kComma, "expecting )"};
      if (rule == GolParser::RuleImportDeclaration)
        return {"grouped declaration", kSemicolon, import_text(found)};
      if (rule == GolParser::RuleDeclaration) return {"grouped declaration", kSemicolon, "expecting name"};
      return {};
    case GolLexer::RBRACE:
      if (rule == GolParser::RuleSuffix || rule == GolParser::RuleTypeUse ||
          rule == GolParser::RuleElementValue) {
        return {"composite literal", kComma, "expecting expression"};
      }
      if (rule == GolParser::RuleStructType) return {"struct type", kSemicolon, field_text(found)};
      if (rule == GolParser::RuleInterfaceType)
        return {"interface type", kSemicolon, "expecting ~ term or type"};
      return {};
    case GolLexer::RBRACK:
      if (rule == GolParser::RuleTypeParameters) return {"parameter list", kComma, "expecting ]"};
      return {};
    default:
      return {};
  }
}

std::string close_text(const OpenList& list, const char* closing) {
  return fmt::format("in {}; possibly missing {} or {}", list.context, list.separator, closing);
}

// Whether a part of a header should begin behind this token.
bool misses_header_part(const SourceToken& previous) {
  switch (previous.type) {
    case GolLexer::IF:
    case GolLexer::FOR:
    case GolLexer::SWITCH:
    case GolLexer::SEMI:
    case GolLexer::LAST_SEMI:
      return true;
    default:
      return false;
  }
}

// Rule `block` found no "{".
std::string missing_block_text(antlr4::ParserRuleContext* block, const SourceToken& found,
                               const SourceToken& previous) {
  auto* parent = block->parent;
  if (misses_header_part(previous)) {
    if (found.type == GolLexer::VAR && previous.type == GolLexer::IF) {
      return "var declaration not allowed in if initializer";
    }
    return "expecting expression";
  }
  if (rule_of(parent) == GolParser::RuleIfStatement) {
    auto* header = static_cast<GolParser::IfStatementContext*>(parent)->header;
    return header && header->semi ? "expecting { after if clause" : "expecting {";
  }
  if (rule_of(parent) == GolParser::RuleForStatement) {
    auto* header = static_cast<GolParser::ForStatementContext*>(parent)->header;
    bool complete = header && (header->semi || header->operand || (header->first && header->first->ranged));
    return complete ? "expecting { after for clause" : "expecting {";
  }
  return "expecting {";
}

std::string missing_switch_text(antlr4::ParserRuleContext* context, const SourceToken& found,
                                const SourceToken& previous) {
  auto* header = static_cast<GolParser::SwitchStatementContext*>(context)->header;
  bool began = header && header->first;
  if (found.type == GolLexer::VAR && !began) return "var declaration not allowed in switch initializer";
  if (misses_header_part(previous)) return "expecting expression";
  return began && !header->semi ? "expecting {" : "missing { after switch clause";
}

// A list of statements ends with neither "}" nor a clause.
std::string statement_text(const SourceToken& previous) {
  bool at_start =
      is_opening(previous.type) || previous.type == GolLexer::SEMI || previous.type == GolLexer::COLON;
  return at_start ? "expecting }" : "at end of statement";
}

std::string missing_type_text(antlr4::ParserRuleContext* type) {
  switch (rule_of(type->parent)) {
    case GolParser::RuleChanType:
    case GolParser::RuleOtherType: {
      size_t start = static_cast<antlr4::ParserRuleContext*>(type->parent)->start->getType();
      bool channel = start == GolLexer::CHAN || start == GolLexer::SEND_CHAN || start == GolLexer::ARROW;
      return channel ? "missing channel element type" : "expecting type";
    }
    case GolParser::RuleParameter:
      return "... is missing type";
    case GolParser::RuleTypeSpec:
      return "in type declaration";
    case GolParser::RuleTypeTerm:
      return "expecting ~ term or type";
    default:
      return "expecting type";
  }
}

// At the end of the file an unfinished list misses its end rather than its next element.
std::string missing_expression_text(antlr4::ParserRuleContext* context, const SourceToken& found) {
  if (found.type != antlr4::Token::EOF) return "expecting expression";
  switch (rule_of(context->parent)) {
    case GolParser::RuleArgumentList:
      return "expecting )";
    case GolParser::RuleElementValue:
      return "expecting }";
    default:
      return "expecting expression";
  }
}

// Type parameters of a method look like type arguments of an embedded type.
bool in_interface_element(antlr4::tree::ParseTree* context) {
  for (; context; context = context->parent) {
    switch (rule_of(context)) {
      case GolParser::RuleInterfaceElement:
        return true;
      case GolParser::RuleTypeArguments:
      case GolParser::RuleTypeName:
      case GolParser::RuleType_:
      case GolParser::RuleTypeTerm:
      case GolParser::RuleTypeElement:
        continue;
      default:
        return false;
    }
  }
  return false;
}

}  // namespace

std::string describe(const SourceToken& token) {
  switch (token.type) {
    case antlr4::Token::EOF:
      return "EOF";
    case GolLexer::SEMI:
    case GolLexer::LAST_SEMI:
      return token.text.empty() ? "EOF" : token.text == ";" ? "semicolon" : "newline";
    case GolLexer::COMMA:
    case GolLexer::LAST_COMMA:
      return kComma;
    case GolLexer::NUMBER:
    case GolLexer::RUNE:
    case GolLexer::STRING:
    case GolLexer::RAW_STRING:
      return fmt::format("literal {}", token.text);
    default:
      return std::string(token.text);
  }
}

std::string mismatch_text(antlr4::Parser& parser, size_t expected, const SourceToken& found,
                          const SourceToken& previous) {
  auto* context = parser.getContext();
  OpenList list = open_list(context, expected, found);
  std::string literal = parser.getVocabulary().getLiteralName(expected);
  std::string spelled = literal.size() > 2 ? literal.substr(1, literal.size() - 2) : "name";
  bool at_element = is_opening(previous.type) || previous.type == GolLexer::LAST_COMMA;
  if (list.context) return at_element ? list.element : close_text(list, spelled.c_str());
  switch (context->getRuleIndex()) {
    case GolParser::RuleBlock:
      return expected == GolLexer::LBRACE ? missing_block_text(context, found, previous)
                                          : statement_text(previous);
    case GolParser::RulePrimaryExpression:
      if (expected == GolLexer::RBRACE) return statement_text(previous);
      break;
    case GolParser::RuleImportSpec:
      return import_text(found);
    case GolParser::RuleFunctionDeclaration:
      if (expected == GolLexer::IDENTIFIER) return "expecting name or (";
      break;
    case GolParser::RuleTypeArguments:
      if (in_interface_element(context)) return "interface method must have no type parameters";
      break;
    case GolParser::RuleTypeName:
      if (found.type == GolLexer::LPAREN && rule_of(context->parent) == GolParser::RuleFieldDeclaration) {
        return "cannot parenthesize embedded type";
      }
      break;
    case GolParser::RuleTypeParameter: {
      bool type =
          found.type == GolLexer::STAR || found.type == GolLexer::LBRACK || found.type == GolLexer::TILDE;
      if (found.type == GolLexer::RBRACK) return "empty type parameter list";
      return type ? "type parameters must be named" : "expecting ]";
    }
    case GolParser::RuleBracketType:
      if (found.type == GolLexer::COMMA || found.type == GolLexer::LAST_COMMA)
        return "unexpected comma; expecting ]";
      break;
    case GolParser::RuleSuffix:
      if (expected == GolLexer::RBRACK) {
        auto* index = static_cast<GolParser::SuffixContext*>(context)->index;
        bool plain = index && !index->bounds && index->list.size() == 1;
        return plain ? "expecting comma, : or ]" : "expecting ]";
      }
      break;
    case GolParser::RuleSimpleStatement:
      return "expecting := or = or comma";
    case GolParser::RuleSwitchStatement:
      return expected == GolLexer::LBRACE ? missing_switch_text(context, found, previous)
                                          : "expecting case or default or }";
    case GolParser::RuleSelectStatement:
      return expected == GolLexer::LBRACE ? "missing { after select clause"
                                          : "expecting case or default or }";
    case GolParser::RuleForHeader:
      return found.type == GolLexer::LBRACE ? "expecting for loop condition"
                                            : fmt::format("expecting {}", kSemicolon);
    default:
      break;
  }
  return "expecting " + spelled;
}

std::string no_alternative_text(antlr4::ParserRuleContext* context, const SourceToken& found,
                                const SourceToken& previous) {
  switch (context->getRuleIndex()) {
    case GolParser::RuleImportDeclaration:
    case GolParser::RuleImportSpec:
      return import_text(found);
    case GolParser::RuleDeclaration:
      return "expecting name";
    case GolParser::RuleForHeader:
      return found.type == GolLexer::VAR ? "var declaration not allowed in for initializer"
                                         : "expecting expression";
    case GolParser::RuleExpression:
      return missing_expression_text(context, found);
    case GolParser::RuleVarSpec:
      return "expecting type";
    case GolParser::RuleType_:
      return missing_type_text(context);
    case GolParser::RuleTypeSpec:
      return "in type declaration";
    case GolParser::RuleSignature:
      return is_opening(previous.type) || previous.type == GolLexer::LAST_COMMA
                 ? "expecting )"
                 : close_text({"parameter list", kComma, {}}, ")");
    case GolParser::RuleParameter:
      return "expecting )";
    case GolParser::RuleFieldDeclaration:
      return field_text(found);
    case GolParser::RuleInterfaceElement:
      return context->start == &found ? "expecting ~ term or type"
                                      : close_text({"interface type", kSemicolon, {}}, "}");
    case GolParser::RuleSuffix:
      return previous.type == GolLexer::LPAREN ? "expecting type" : "expecting name or (";
    case GolParser::RuleIndexList:
      if (!is_opening(previous.type)) return "expecting comma, : or ]";
      return found.type == GolLexer::RBRACK ? "expecting operand" : "expecting expression";
    case GolParser::RuleSimpleStatement:
      return "expecting := or = or comma";
    case GolParser::RuleIfStatement:
      return "else must be followed by if or statement block";
    case GolParser::RuleCaseClause:
    case GolParser::RuleCommClause:
      return "expecting case or default or }";
    default:
      return "expecting expression";
  }
}

}  // namespace gocheck::syntax
