// Parse tree in, abstract tree out. Checks on the way what the grammar leaves open (its header says
// what), in the Go compiler's words.
#pragma once

#include <string>
#include <vector>

#include "frontend/syntax/ast.h"
#include "frontend/syntax/diagnostic.h"
#include "frontend/syntax/scanner.h"
#include "grammar/GolParser.h"

namespace gocheck::syntax {

class Builder {
 public:
  Builder(Arena& arena, const TokenBuffer& tokens, uint32_t file, Diagnostics& diagnostics)
      : arena_(arena), tokens_(tokens), file_(file), diagnostics_(diagnostics) {}

  Ident* name(antlr4::Token* token);
  // Throws NestingTooDeep.
  Decl* top_level(GolParser::TopLevelDeclarationContext* context);

 private:
  // A parameter as written: a name, a type, or both.
  struct Parameter {
    Ident* name = nullptr;
    Expr* type = nullptr;
    Position pos;
  };

  // Counts the levels of the tree while they are built.
  class Depth {
   public:
    Depth(Builder& builder, size_t levels, antlr4::Token* where);
    ~Depth() { builder_.depth_ -= levels_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;

   private:
    Builder& builder_;
    size_t levels_;
  };

  // Declarations (build_decl.cc).
  Decl* import_decl(GolParser::ImportDeclarationContext* context);
  Decl* general_decl(GolParser::DeclarationContext* context);
  Decl* func_decl(GolParser::FunctionDeclarationContext* context);
  ImportSpec import_spec(GolParser::ImportSpecContext* context);
  void check_import_path(const BasicLit* path);
  TypeSpec type_spec(GolParser::TypeSpecContext* context);
  FieldList type_parameters(GolParser::TypeParametersContext* context);
  FieldList parameters(GolParser::ParametersContext* context);
  FieldList parameters(antlr4::Token* open, GolParser::ParameterListContext* list, antlr4::Token* close);
  Parameter parameter(GolParser::ParameterContext* context);
  List<Field> fields_of(std::vector<Parameter>& list);
  std::vector<Ident*> names(GolParser::IdentifierListContext* context);
  template <class D>
  D* declaration(NodeKind kind, antlr4::ParserRuleContext* context);

  // Types (build_type.cc).
  Expr* type(GolParser::Type_Context* context);
  Expr* paren_type(GolParser::ParenTypeContext* context);
  Expr* type_name(GolParser::TypeNameContext* context);
  Expr* qualified(antlr4::Token* first, antlr4::Token* member);
  Expr* instantiated(Expr* generic, GolParser::TypeArgumentsContext* arguments);
  Expr* other_type(GolParser::OtherTypeContext* context);
  Expr* bracket_type(GolParser::BracketTypeContext* context);
  // The type that begins with "[", when `named` is the name of a field or parameter; else, with
  // `instance` set, the instantiation of the type `named`.
  Expr* bracket_suffix(GolParser::BracketSuffixContext* context, antlr4::Token* named, bool& instance);
  Expr* array_type(Position pos, Expr* length, Expr* element);
  Expr* map_type(GolParser::MapTypeContext* context);
  Expr* chan_type(GolParser::ChanTypeContext* context);
  Expr* struct_type(GolParser::StructTypeContext* context);
  Field field(GolParser::FieldDeclarationContext* context);
  Expr* interface_type(GolParser::InterfaceTypeContext* context);
  Expr* type_element(GolParser::TypeElementContext* context);
  FuncType* signature(GolParser::SignatureContext* context, Position pos);

  // Expressions (build_expr.cc).
  Expr* expression(GolParser::ExpressionContext* context);
  Expr* unary(GolParser::ExpressionContext* context);
  Expr* receive_or_channel(Position arrow, Expr* operand, antlr4::Token* next);
  Expr* primary(GolParser::PrimaryExpressionContext* context);
  Expr* operand(GolParser::PrimaryExpressionContext* context);
  Expr* function_literal(GolParser::PrimaryExpressionContext* context);
  Expr* suffixed(Expr* operand, GolParser::SuffixContext* context);
  Expr* selector(Expr* operand, antlr4::Token* member);
  Expr* type_assertion(Expr* operand, GolParser::SuffixContext* context);
  Expr* indexed(Expr* operand, GolParser::SuffixContext* context);
  Expr* used_type(Expr* type, GolParser::TypeUseContext* context);
  Expr* call(Expr* function, GolParser::ArgumentListContext* arguments, antlr4::ParserRuleContext* suffix);
  Expr* composite(Expr* type, GolParser::ElementListContext* elements, antlr4::ParserRuleContext* braces);
  Expr* keyed_element(GolParser::KeyedElementContext* context);
  Expr* element_value(GolParser::ElementValueContext* context);
  List<Expr*> expressions(GolParser::ExpressionListContext* context);
  List<Expr*> expressions(const std::vector<GolParser::ExpressionContext*>& contexts);
  BasicLit* literal(antlr4::Token* token);

  // Statements (build_stmt.cc).
  List<Stmt*> statements(GolParser::StatementListContext* context);
  Stmt* statement(GolParser::StatementContext* context);
  Stmt* simple(GolParser::SimpleStatementContext* context);
  Stmt* labeled(GolParser::StatementContext* context);
  Stmt* keyword_stmt(GolParser::StatementContext* context);
  Stmt* call_stmt(GolParser::StatementContext* context);
  BlockStmt* block(GolParser::BlockContext* context);
  Stmt* if_stmt(GolParser::IfStatementContext* context);
  Stmt* switch_stmt(GolParser::SwitchStatementContext* context);
  Stmt* select_stmt(GolParser::SelectStatementContext* context);
  Stmt* for_stmt(GolParser::ForStatementContext* context);
  Stmt* range_stmt(GolParser::ForStatementContext* context, GolParser::SimpleStatementContext* clause);
  CaseClause* case_clause(GolParser::CaseClauseContext* context);
  void check_clause_end(antlr4::ParserRuleContext* context);
  void check_not_range(GolParser::SimpleStatementContext* context);
  // The condition or tag that a header's last statement is; nullptr, and an error, if it is none.
  Expr* condition(Stmt* stmt);

  // Nodes and positions.
  template <class T>
  T* make(NodeKind kind, Position pos, Position end);
  template <class T>
  T* make_expr(NodeKind kind, Position pos, Position end);
  Position at(antlr4::Token* token) const;     // where it begins; invalid for nullptr
  Position after(antlr4::Token* token) const;  // just past it
  SourceToken* next_token(antlr4::ParserRuleContext* context) const;
  void error(Position position, std::string message) { diagnostics_.error(position, std::move(message)); }
  void syntax_error(Position position, const std::string& message) {
    error(position, "syntax error: " + message);
  }

  Arena& arena_;
  const TokenBuffer& tokens_;
  uint32_t file_;
  Diagnostics& diagnostics_;
  size_t depth_ = 0;
  std::vector<TypeAssertExpr*> guards_;  // x.(type) that no switch has claimed yet
};

template <class T>
T* Builder::make(NodeKind kind, Position pos, Position end) {
  T* node = arena_.make<T>();
  node->kind = kind;
  node->pos = pos;
  node->end = end;
  return node;
}

template <class T>
T* Builder::make_expr(NodeKind kind, Position pos, Position end) {
  T* node = make<T>(kind, pos, end);
  node->id = arena_.next_expr_id();
  return node;
}

// The operator that is written so; Op::none if there is none. "&" is the binary one.
Op operator_named(std::string_view text);

}  // namespace gocheck::syntax
