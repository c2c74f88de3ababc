// Statements.
#include <fmt/format.h>

#include <algorithm>

#include "frontend/syntax/builder.h"
#include "frontend/syntax/error_text.h"
#include "frontend/syntax/parse.h"

namespace gocheck::syntax {

namespace {

const Expr* unparenthesized(const Expr* expr) {
  while (expr->kind == NodeKind::paren_expr) expr = static_cast<const ParenExpr*>(expr)->inner;
  return expr;
}

std::string to_string(List<Expr*> list) {
  std::string text;
  for (const Expr* expr : list) text += (text.empty() ? "" : ", ") + syntax::to_string(expr);
  return text;
}

// A statement in a place where only an expression can stand, as the error quotes it.
std::string quoted(const Stmt* stmt) {
  if (stmt->kind == NodeKind::send_stmt) {
    auto* send = static_cast<const SendStmt*>(stmt);
    return fmt::format("{} <- {}", syntax::to_string(send->channel), syntax::to_string(send->value));
  }
  if (stmt->kind == NodeKind::inc_dec_stmt) {
    auto* step = static_cast<const IncDecStmt*>(stmt);
    return syntax::to_string(step->operand) + (step->increment ? "++" : "--");
  }
  auto* assign = static_cast<const AssignStmt*>(stmt);
  std::string left = to_string(assign->left), right = to_string(assign->right);
  switch (assign->op) {
    case Op::assign:
      return fmt::format("assignment ({}) = ({})", left, right);
    case Op::define:
      return fmt::format("{} := {}", left, right);
    default:
      return fmt::format("{} {}= {}", left, spelling(assign->op), right);
  }
}

// Where Go reports an assignment-like statement: at its operator.
Position operator_of(const Stmt* stmt) {
  switch (stmt->kind) {
    case NodeKind::send_stmt:
      return static_cast<const SendStmt*>(stmt)->arrow;
    case NodeKind::inc_dec_stmt:
      return static_cast<const IncDecStmt*>(stmt)->op_pos;
    case NodeKind::assign_stmt:
      return static_cast<const AssignStmt*>(stmt)->op_pos;
    default:
      return stmt->pos;
  }
}

// x.(type), itself or as in v := x.(type); nullptr for anything else.
TypeAssertExpr* type_guard(Stmt* stmt, Ident*& binding) {
  binding = nullptr;
  if (stmt == nullptr) return nullptr;
  Expr* subject = nullptr;
  if (stmt->kind == NodeKind::expr_stmt) {
    subject = static_cast<ExprStmt*>(stmt)->expr;
  } else if (stmt->kind == NodeKind::assign_stmt) {
    auto* assign = static_cast<AssignStmt*>(stmt);
    bool single = assign->op == Op::define && assign->left.size() == 1 && assign->right.size() == 1;
    if (!single || assign->left[0]->kind != NodeKind::ident) return nullptr;
    binding = static_cast<Ident*>(assign->left[0]);
    subject = assign->right[0];
  }
  if (subject == nullptr || subject->kind != NodeKind::type_assert_expr) return nullptr;
  auto* guard = static_cast<TypeAssertExpr*>(subject);
  return guard->type ? nullptr : guard;
}

}  // namespace

// Empty statements are left out: only a label can have one.
List<Stmt*> Builder::statements(GolParser::StatementListContext* context) {
  std::vector<Stmt*> list;
  list.reserve(context->list.size());
  for (auto* stmt : context->list) list.push_back(statement(stmt));
  return arena_.list(list);
}

Stmt* Builder::statement(GolParser::StatementContext* context) {
  Depth depth(*this, 1, context->start);
  if (context->simple) {
    if (context->colon) return labeled(context);
    check_not_range(context->simple);
    return simple(context->simple);
  }
  if (context->keyword) return keyword_stmt(context);
  if (context->conditional) return if_stmt(context->conditional);
  if (context->looping) return for_stmt(context->looping);
  if (context->switching) return switch_stmt(context->switching);
  if (context->selecting) return select_stmt(context->selecting);
  if (context->nested) return block(context->nested);
  auto* stmt = make<DeclStmt>(NodeKind::decl_stmt, at(context->start), after(context->stop));
  stmt->decl = general_decl(context->general);
  return stmt;
}

Stmt* Builder::labeled(GolParser::StatementContext* context) {
  Stmt* first = simple(context->simple);
  Expr* label = first->kind == NodeKind::expr_stmt ? static_cast<ExprStmt*>(first)->expr : nullptr;
  if (label == nullptr || label->kind != NodeKind::ident) {
    syntax_error(at(context->colon), "unexpected : at end of statement");
    return first;
  }
  auto* stmt = make<LabeledStmt>(NodeKind::labeled_stmt, first->pos, after(context->stop));
  stmt->label = static_cast<Ident*>(label);
  if (context->labeled) {
    stmt->stmt = statement(context->labeled);
    return stmt;
  }
  stmt->stmt = make<EmptyStmt>(NodeKind::empty_stmt, stmt->end, stmt->end);
  size_t next = next_token(context)->type;
  if (next == GolLexer::CASE || next == GolLexer::DEFAULT) {
    syntax_error(at(context->colon), "missing statement after label");
    stmt->stmt = make<BadStmt>(NodeKind::bad_stmt, stmt->end, stmt->end);
  }
  return stmt;
}

void Builder::check_not_range(GolParser::SimpleStatementContext* context) {
  if (context->ranged) syntax_error(at(context->ranged), "unexpected range, expecting expression");
}

Stmt* Builder::simple(GolParser::SimpleStatementContext* context) {
  Position pos = at(context->start);
  Position end = after(context->stop);
  if (context->op == nullptr) {
    auto* stmt = make<ExprStmt>(NodeKind::expr_stmt, pos, end);
    stmt->expr = expression(context->left[0]);
    return stmt;
  }
  auto* op = static_cast<SourceToken*>(context->op);
  switch (op->type) {
    case GolLexer::INC_DEC: {
      auto* stmt = make<IncDecStmt>(NodeKind::inc_dec_stmt, pos, end);
      stmt->operand = expression(context->left[0]);
      stmt->op_pos = at(op);
      stmt->increment = op->text == "++";
      return stmt;
    }
    case GolLexer::ARROW: {
      auto* stmt = make<SendStmt>(NodeKind::send_stmt, pos, end);
      stmt->channel = expression(context->left[0]);
      stmt->arrow = at(op);
      stmt->value = expression(context->value);
      return stmt;
    }
    default: {
      auto* stmt = make<AssignStmt>(NodeKind::assign_stmt, pos, end);
      stmt->left = expressions(context->left);
      stmt->op_pos = at(op);
      stmt->op = operator_named(op->type == GolLexer::ASSIGN_OP ? op->text.substr(0, op->text.size() - 1)
                                                                : op->text);
      if (context->value) {
        stmt->right = arena_.list(std::vector<Expr*>{expression(context->value)});
      } else {
        stmt->right = expressions(context->right);
      }
      return stmt;
    }
  }
}

Stmt* Builder::keyword_stmt(GolParser::StatementContext* context) {
  Position pos = at(context->start);
  Position end = after(context->stop);
  size_t keyword = context->keyword->getType();
  switch (keyword) {
    case GolLexer::GO:
    case GolLexer::DEFER:
      return call_stmt(context);
    case GolLexer::RETURN: {
      auto* stmt = make<ReturnStmt>(NodeKind::return_stmt, pos, end);
      if (context->results) stmt->results = expressions(context->results);
      return stmt;
    }
    default: {
      auto* stmt = make<BranchStmt>(NodeKind::branch_stmt, pos, end);
      stmt->branch = keyword == GolLexer::BREAK      ? Branch::break_
                     : keyword == GolLexer::CONTINUE ? Branch::continue_
                     : keyword == GolLexer::GOTO     ? Branch::goto_
                                                     : Branch::fallthrough_;
      if (context->label) stmt->label = name(context->label);
      return stmt;
    }
  }
}

Stmt* Builder::call_stmt(GolParser::StatementContext* context) {
  Position pos = at(context->start);
  Position end = after(context->stop);
  bool go = context->keyword->getType() == GolLexer::GO;
  const char* keyword = go ? "go" : "defer";
  Expr* call = expression(context->call);
  const Expr* bare = unparenthesized(call);
  if (bare != call) {
    error(call->pos, fmt::format("expression in {} must not be parenthesized", keyword));
  } else if (bare->kind != NodeKind::call_expr) {
    error(call->pos, fmt::format("expression in {} must be function call", keyword));
  }
  if (go) {
    auto* stmt = make<GoStmt>(NodeKind::go_stmt, pos, end);
    stmt->call = call;
    return stmt;
  }
  auto* stmt = make<DeferStmt>(NodeKind::defer_stmt, pos, end);
  stmt->call = call;
  return stmt;
}

BlockStmt* Builder::block(GolParser::BlockContext* context) {
  auto* stmt = make<BlockStmt>(NodeKind::block_stmt, at(context->start), after(context->stop));
  stmt->lbrace = at(context->open);
  stmt->stmts = statements(context->statements);
  stmt->rbrace = at(context->close);
  return stmt;
}

// ---- Headers ----

Expr* Builder::condition(Stmt* stmt) {
  if (stmt == nullptr) return nullptr;
  if (stmt->kind == NodeKind::expr_stmt) return static_cast<ExprStmt*>(stmt)->expr;
  syntax_error(operator_of(stmt), fmt::format("cannot use {} as value", quoted(stmt)));
  return make_expr<BadExpr>(NodeKind::bad_expr, stmt->pos, stmt->end);
}

Stmt* Builder::if_stmt(GolParser::IfStatementContext* context) {
  Depth depth(*this, 1, context->start);
  auto* stmt = make<IfStmt>(NodeKind::if_stmt, at(context->start), after(context->stop));
  auto* header = context->header;
  auto* first = header->first;
  auto* last = header->semi ? header->second : first;
  for (auto* part : {first, header->second}) {
    if (part) check_not_range(part);
  }
  if (header->semi && first) stmt->init = simple(first);
  if (last) {
    stmt->cond = condition(simple(last));
  } else {
    auto* semi = static_cast<SourceToken*>(header->semi);
    Position where = semi ? at(semi) : at(context->body->start);
    if (semi && semi->text != ";") {
      syntax_error(where, fmt::format("unexpected {}, expecting {{ after if clause", describe(*semi)));
    } else {
      syntax_error(where, "missing condition in if statement");
    }
    stmt->cond = make_expr<BadExpr>(NodeKind::bad_expr, where, where);
  }
  stmt->body = block(context->body);
  if (context->chained) stmt->otherwise = if_stmt(context->chained);
  if (context->otherwise) stmt->otherwise = block(context->otherwise);
  return stmt;
}

Stmt* Builder::switch_stmt(GolParser::SwitchStatementContext* context) {
  Position pos = at(context->start);
  Position end = after(context->stop);
  auto* header = context->header;
  for (auto* part : {header->first, header->second}) {
    if (part) check_not_range(part);
  }
  Stmt* init = header->semi && header->first ? simple(header->first) : nullptr;
  auto* last = header->semi ? header->second : header->first;
  Stmt* tag = last ? simple(last) : nullptr;
  Ident* binding = nullptr;
  TypeAssertExpr* guard = type_guard(tag, binding);
  Expr* value = nullptr;
  if (guard) {
    std::erase(guards_, guard);
  } else {
    size_t before = diagnostics_.count();
    value = condition(tag);
    if (diagnostics_.count() > before) guards_.clear();  // said enough about `f() := x.(type)`
  }
  std::vector<CaseClause*> clauses;
  for (auto* clause : context->clauses) clauses.push_back(case_clause(clause));
  if (guard) {
    auto* stmt = make<TypeSwitchStmt>(NodeKind::type_switch_stmt, pos, end);
    stmt->init = init;
    stmt->binding = binding;
    stmt->subject = guard;
    stmt->lbrace = at(context->open);
    stmt->cases = arena_.list(clauses);
    stmt->rbrace = at(context->close);
    return stmt;
  }
  auto* stmt = make<SwitchStmt>(NodeKind::switch_stmt, pos, end);
  stmt->init = init;
  stmt->tag = value;
  stmt->lbrace = at(context->open);
  stmt->cases = arena_.list(clauses);
  stmt->rbrace = at(context->close);
  return stmt;
}

CaseClause* Builder::case_clause(GolParser::CaseClauseContext* context) {
  auto* clause = make<CaseClause>(NodeKind::case_clause, at(context->start), after(context->stop));
  clause->is_default = context->cases == nullptr;
  if (context->cases) clause->exprs = expressions(context->cases);
  clause->colon = at(context->colon);
  clause->body = statements(context->body);
  check_clause_end(context);
  return clause;
}

// The grammar lets the next clause follow without a semicolon.
void Builder::check_clause_end(antlr4::ParserRuleContext* context) {
  SourceToken* next = next_token(context);
  if (next->type != GolLexer::CASE && next->type != GolLexer::DEFAULT) return;
  size_t last = context->stop->getType();
  if (last == GolLexer::SEMI || last == GolLexer::COLON) return;
  syntax_error(at(next), fmt::format("unexpected {} at end of statement", describe(*next)));
}

Stmt* Builder::select_stmt(GolParser::SelectStatementContext* context) {
  auto* stmt = make<SelectStmt>(NodeKind::select_stmt, at(context->start), after(context->stop));
  stmt->lbrace = at(context->open);
  std::vector<CommClause*> clauses;
  for (auto* clause_context : context->clauses) {
    auto* clause =
        make<CommClause>(NodeKind::comm_clause, at(clause_context->start), after(clause_context->stop));
    if (clause_context->comm) {
      check_not_range(clause_context->comm);
      clause->comm = simple(clause_context->comm);
    }
    clause->colon = at(clause_context->colon);
    clause->body = statements(clause_context->body);
    check_clause_end(clause_context);
    clauses.push_back(clause);
  }
  stmt->cases = arena_.list(clauses);
  stmt->rbrace = at(context->close);
  return stmt;
}

Stmt* Builder::for_stmt(GolParser::ForStatementContext* context) {
  auto* header = context->header;
  if (header->operand) return range_stmt(context, nullptr);
  if (header->first && header->first->ranged) {
    if (header->semi)
      syntax_error(at(header->semi), fmt::format("unexpected {}, expecting {{ after for clause",
                                                 describe(*static_cast<SourceToken*>(header->semi))));
    return range_stmt(context, header->first);
  }
  auto* stmt = make<ForStmt>(NodeKind::for_stmt, at(context->start), after(context->stop));
  for (auto* part : {header->condition, header->post}) {
    if (part) check_not_range(part);
  }
  if (header->semi) {
    if (header->first) stmt->init = simple(header->first);
    if (header->condition) stmt->cond = condition(simple(header->condition));
    if (header->post) stmt->post = simple(header->post);
    if (stmt->post && stmt->post->kind == NodeKind::assign_stmt &&
        static_cast<AssignStmt*>(stmt->post)->op == Op::define) {
      syntax_error(operator_of(stmt->post), "cannot declare in post statement of for loop");
    }
  } else if (header->first) {
    stmt->cond = condition(simple(header->first));
  }
  stmt->body = block(context->body);
  return stmt;
}

Stmt* Builder::range_stmt(GolParser::ForStatementContext* context,
                          GolParser::SimpleStatementContext* clause) {
  auto* stmt = make<RangeStmt>(NodeKind::range_stmt, at(context->start), after(context->stop));
  if (clause) {
    stmt->define = clause->op->getType() == GolLexer::DEFINE;
    stmt->op_pos = at(clause->op);
    stmt->key = expression(clause->left[0]);
    if (clause->left.size() > 1) stmt->value = expression(clause->left[1]);
    if (clause->left.size() > 2) stmt->extra = at(clause->left[2]->start);
    auto& operands = clause->right->list;
    stmt->operand = expression(operands[0]);
    if (operands.size() > 1) syntax_error(at(next_token(operands[0])), "unexpected comma, expecting {");
  } else {
    stmt->operand = expression(context->header->operand);
  }
  stmt->body = block(context->body);
  return stmt;
}

}  // namespace gocheck::syntax
