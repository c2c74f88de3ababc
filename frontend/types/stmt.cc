// Statements, and the bodies of functions.
#include <fmt/format.h>

#include "frontend/types/checker.h"
#include "frontend/types/labels.h"
#include "frontend/types/terminating.h"

namespace gocheck::types {

using namespace syntax;

void Checker::Impl::func_body(const Environment& from, Function* function, const BlockStmt* body) {
  Environment outer = std::move(env);
  env = from;
  env.function = function;
  env.scope = function->scope;
  env.inherited_position = {};
  size_t first_local = locals.size();
  stmt_list(body->stmts, {});
  resolve_branches(body, options.files, info, diagnostics);
  if (!function->signature->results->vars.empty() && !is_terminating(body, info)) {
    error(body->rbrace, "missing return");
  }
  check_frame(first_local, function->literal ? function->literal->pos
                                             : static_cast<const FuncDecl*>(function->owner)->name->pos);
  report_unused(first_local);
  env = std::move(outer);
}

void Checker::Impl::charge_frame(int64_t size) {
  if (!env.function) return;
  int64_t& sum = env.function->frame_size;
  if (__builtin_add_overflow(sum, size, &sum)) sum = INT64_MAX;
}

void Checker::Impl::charge_frame(const Tuple* values) {
  for (const Var* value : values->vars) charge_frame(is_valid(value->type) ? size_of(value->type) : 0);
}

// Go's compiler rejects functions whose frame exceeds a gigabyte. Large variables do not count, as it moves
// them to the heap, but parameters, results and copies do.
void Checker::Impl::check_frame(size_t first_local, Position pos) {
  constexpr int64_t variable_limit = int64_t(10) << 20;
  const Signature* signature = env.function->signature;
  charge_frame(signature->params);
  charge_frame(signature->results);
  if (signature->receiver && is_valid(signature->receiver->type)) charge_frame(size_of(signature->receiver->type));
  for (size_t i = first_local; i < locals.size(); i++) {
    const Var* local = locals[i];
    if (local->owner != env.function->owner || local->escapes || !is_valid(local->type)) continue;
    if (int64_t size = size_of(local->type); size <= variable_limit) charge_frame(size);
  }
  if (env.function->frame_size > frame_limit) error(pos, "stack frame too large (>1GB)");
}

void Checker::Impl::open_scope() { env.scope = arena.make<Scope>(env.scope); }
void Checker::Impl::close_scope() { env.scope = env.scope->parent; }

void Checker::Impl::block(List<Stmt*> stmts, StatementContext context) {
  open_scope();
  stmt_list(stmts, context);
  close_scope();
}

void Checker::Impl::stmt_list(List<Stmt*> stmts, StatementContext context) {
  // Only the last statement that is not empty may be a fallthrough.
  size_t last = stmts.size();
  while (last > 0 && stmts[last - 1]->kind == NodeKind::empty_stmt) last--;
  StatementContext inner = context;
  inner.fallthrough_ok = false;
  for (size_t i = 0; i < stmts.size(); i++) stmt(stmts[i], i + 1 == last ? context : inner);
}

void Checker::Impl::stmt(const Stmt* stmt, StatementContext context) {
  size_t mark = delayed.size();
  // What encloses a nested statement that is no clause does not matter to a fallthrough in it.
  StatementContext nested;
  switch (stmt->kind) {
    case NodeKind::decl_stmt:
      if (auto* decl = as<DeclStmt>(stmt)->decl; decl->kind == NodeKind::gen_decl) decl_stmt(as<GenDecl>(decl));
      break;
    case NodeKind::labeled_stmt:
      this->stmt(as<LabeledStmt>(stmt)->stmt, context);
      break;
    case NodeKind::expr_stmt:
      expr_stmt(as<ExprStmt>(stmt));
      break;
    case NodeKind::send_stmt:
      send_stmt(as<SendStmt>(stmt));
      break;
    case NodeKind::inc_dec_stmt:
      inc_dec_stmt(as<IncDecStmt>(stmt));
      break;
    case NodeKind::assign_stmt:
      assign_stmt(as<AssignStmt>(stmt));
      break;
    case NodeKind::go_stmt:
      call_stmt(as<GoStmt>(stmt)->call, "go");
      break;
    case NodeKind::defer_stmt:
      call_stmt(as<DeferStmt>(stmt)->call, "defer");
      break;
    case NodeKind::return_stmt:
      return_stmt(as<ReturnStmt>(stmt));
      break;
    case NodeKind::branch_stmt:
      if (as<BranchStmt>(stmt)->branch == Branch::fallthrough_) fallthrough_stmt(as<BranchStmt>(stmt), context);
      break;
    case NodeKind::block_stmt:
      block(as<BlockStmt>(stmt)->stmts, nested);
      break;
    case NodeKind::if_stmt:
      if_stmt(as<IfStmt>(stmt), nested);
      break;
    case NodeKind::switch_stmt:
      switch_stmt(as<SwitchStmt>(stmt), nested);
      break;
    case NodeKind::type_switch_stmt:
      type_switch_stmt(as<TypeSwitchStmt>(stmt), nested);
      break;
    case NodeKind::select_stmt:
      select_stmt(as<SelectStmt>(stmt), nested);
      break;
    case NodeKind::for_stmt:
      for_stmt(as<ForStmt>(stmt), nested);
      break;
    case NodeKind::range_stmt:
      range_stmt(as<RangeStmt>(stmt), nested);
      break;
    default:
      break;
  }
  process_delayed(mark);
}

void Checker::Impl::expr_stmt(const ExprStmt* stmt) {
  Operand x;
  ExprUse kind = raw_expr(x, stmt->expr, nullptr);
  switch (x.mode) {
    case Mode::invalid:
      return;
    case Mode::builtin:
      return error(stmt->expr->pos, fmt::format("{} must be called", describe(x)));
    case Mode::type:
      return error(stmt->expr->pos, fmt::format("{} is not an expression", describe(x)));
    default:
      if (kind != ExprUse::statement) error(stmt->expr->pos, fmt::format("{} is not used", describe(x)));
  }
}

void Checker::Impl::send_stmt(const SendStmt* stmt) {
  Operand channel;
  Operand value;
  expr(channel, stmt->channel);
  expr(value, stmt->value);
  if (!channel.valid() || !value.valid()) return;
  auto* type = under_as<Chan>(channel.type);
  if (!type) {
    return error(stmt->pos, fmt::format("invalid operation: cannot send to non-channel {}", describe(channel)));
  }
  if (type->dir == ChanDir::recv) {
    return error(stmt->pos,
                 fmt::format("invalid operation: cannot send to receive-only channel {}", describe(channel)));
  }
  assignment(value, type->element, "send");
}

void Checker::Impl::call_stmt(const Expr* call, const char* keyword) {
  if (call->kind == NodeKind::bad_expr) return;
  if (call->kind != NodeKind::call_expr) {
    const Expr* inner = unparen(call);
    use(call);
    return error(call->pos, inner->kind == NodeKind::call_expr
                                ? fmt::format("expression in {} must not be parenthesized", keyword)
                                : fmt::format("expression in {} must be function call", keyword));
  }
  Operand x;
  ExprUse kind = raw_expr(x, call, nullptr);
  if (!x.valid() || kind == ExprUse::statement) return;
  const char* problem = kind == ExprUse::conversion ? "requires function call, not conversion" : "discards result of";
  error(call->pos, fmt::format("{} {} {}", keyword, problem, describe(x)));
}

void Checker::Impl::return_stmt(const ReturnStmt* stmt) {
  const std::vector<Var*>& results = env.function->signature->results->vars;
  if (!stmt->results.empty()) {
    if (env.function->range_body) {  // the loop's body assigns them
      for (Var* result : results) {
        if (!result->name.empty() && result->name != "_") mention(result);
      }
    }
    return initialize_variables(results, stmt->results, "return statement", stmt);
  }
  if (results.empty()) return;
  if (results[0]->name.empty()) {
    return return_mismatch(stmt->pos, results, {});
  }
  for (const Var* result : results) {
    const Object* visible = result->name == "_" ? nullptr : env.scope->lookup(result->name);
    if (!visible || visible == result) continue;
    error(stmt->pos, fmt::format("result parameter {} not in scope at return\n\t{}: inner declaration of {}",
                                 result->name, place(options.files, visible->pos), result->name));
  }
}

void Checker::Impl::fallthrough_stmt(const BranchStmt* stmt, StatementContext context) {
  if (context.fallthrough_ok) return;
  error(stmt->pos, context.final_case    ? "cannot fallthrough final case in switch"
                   : context.type_switch ? "cannot fallthrough in type switch"
                                         : "fallthrough statement out of place");
}

void Checker::Impl::condition(const Expr* cond, const char* statement) {
  if (cond->kind == NodeKind::bad_expr) return;
  Operand x;
  expr(x, cond);
  if (!x.valid()) return;
  if (!is_boolean(x.type)) {
    if (is_valid(x.type)) error(cond->pos, fmt::format("non-boolean condition in {} statement", statement));
    return;
  }
  default_untyped(x);
}

void Checker::Impl::if_stmt(const IfStmt* stmt, StatementContext context) {
  open_scope();
  size_t mark = delayed.size();
  if (stmt->init) this->stmt(stmt->init, {});
  if (stmt->cond) condition(stmt->cond, "if");
  process_delayed(mark);
  block(stmt->body->stmts, context);
  if (stmt->otherwise) this->stmt(stmt->otherwise, context);
  close_scope();
}

void Checker::Impl::for_stmt(const ForStmt* stmt, StatementContext context) {
  open_scope();
  size_t mark = delayed.size();
  if (stmt->init) this->stmt(stmt->init, {});
  if (stmt->cond) condition(stmt->cond, "for");
  if (stmt->post) {
    if (stmt->post->kind == NodeKind::assign_stmt && as<AssignStmt>(stmt->post)->op == Op::define) {
      soft_error(stmt->post->pos, "cannot declare in post statement of for loop");
    }
    this->stmt(stmt->post, {});
  }
  process_delayed(mark);
  block(stmt->body->stmts, context);
  close_scope();
}

}  // namespace gocheck::types
