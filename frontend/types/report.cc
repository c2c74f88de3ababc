// Messages, and the tables of what was found out.
#include "frontend/syntax/parse.h"
#include "frontend/types/checker.h"

namespace gocheck::types {

namespace {

std::string_view mode_words(Mode mode) {
  switch (mode) {
    case Mode::invalid:
      return "invalid operand";
    case Mode::no_value:
      return "no value";
    case Mode::builtin:
      return "built-in";
    case Mode::type:
      return "type";
    case Mode::constant:
      return "constant";
    case Mode::variable:
      return "variable";
    case Mode::map_index:
      return "map index expression";
    case Mode::value:
      return "value";
    case Mode::comma_ok:
      return "comma, ok expression";
    case Mode::nil:
      return "nil";
  }
  return "";
}

bool has_no_type(Mode mode) {
  return mode == Mode::invalid || mode == Mode::no_value || mode == Mode::builtin || mode == Mode::type;
}

}  // namespace

void Checker::Impl::error(Position pos, std::string message) {
  // What mentions an invalid type or operand follows from an error that was reported.
  auto mentions = [&](std::string_view words) {
    size_t at = message.find(words);
    return at != std::string::npos && at > 0;
  };
  if (diagnostics.any() && (mentions("invalid type") || mentions("invalid operand"))) return;
  diagnostics.error(env.inherited_position.valid() ? env.inherited_position : pos, std::move(message));
}

void Checker::Impl::soft_error(Position pos, std::string message) {
  diagnostics.soft_error(pos, std::move(message));
}

void Checker::Impl::unsupported(Position pos, const std::string& what) { diagnostics.unsupported(pos, what); }

std::string Checker::Impl::expr_string(const syntax::Expr* expr) { return syntax::to_string(expr); }

std::string Checker::Impl::describe(const Operand& x) const {
  if (x.mode == Mode::nil && (!x.type || is_untyped(x.type))) return "nil";
  std::string expr;
  if (x.expr) {
    expr = expr_string(x.expr);
  } else if (x.mode == Mode::type) {
    expr = type_string(x.type);
  } else if (x.mode == Mode::constant) {
    expr = x.constant.to_string();
  }
  std::string details;
  bool shows_type = !has_no_type(x.mode) && x.type;
  if (shows_type && is_untyped(x.type)) {
    details += static_cast<const Basic*>(x.type)->name;
    details += ' ';
    shows_type = false;
  }
  details += mode_words(x.mode);
  if (x.mode == Mode::constant) {
    std::string value = x.constant.to_string();
    if (value != expr) details += ' ' + value;
  }
  if (shows_type) details += is_valid(x.type) ? " of type " + type_string(x.type) : " with invalid type";
  if (shows_type && x.type->kind == TypeKind::type_param) {
    if (const Type* constraint = static_cast<const TypeParam*>(x.type)->constraint; is_valid(constraint)) {
      details += " constrained by " + type_string(constraint);
    }
  }
  return expr.empty() ? details : expr + " (" + details + ')';
}

void Checker::Impl::record(const Operand& x) {
  if (!x.expr) return;
  GOCHECK_INVARIANT(x.expr->id < info.expressions.size());
  if (!pending_shifts.empty()) pending_shifts.erase(x.expr->id);
  TypeAndValue& entry = info.expressions[x.expr->id];
  entry.mode = x.mode;
  entry.type = x.valid() ? x.type : invalid_type();
  entry.constant = x.mode == Mode::constant ? x.constant : Constant{};
}

void Checker::Impl::record_type(const syntax::Expr* expr, const Type* type) {
  info.expressions[expr->id] = {is_valid(type) ? Mode::type : Mode::invalid, type, {}};
}

void Checker::Impl::record_comma_ok(const syntax::Expr* expr, const Type* ok_type) {
  const Type* value_type = info.type_of(expr);
  if (!is_valid(value_type) || value_type->kind == TypeKind::tuple) return;
  Tuple* both = arena.make<Tuple>();
  for (const Type* type : {value_type, ok_type})
    both->vars.push_back(arena.make<Var>(expr->pos, package, "", type));
  for (;;) {
    info.expressions[expr->id].type = both;
    if (expr->kind != syntax::NodeKind::paren_expr) return;
    expr = as<syntax::ParenExpr>(expr)->inner;
  }
}

const syntax::Expr* unparen(const syntax::Expr* expr) {
  while (expr && expr->kind == syntax::NodeKind::paren_expr) expr = as<syntax::ParenExpr>(expr)->inner;
  return expr;
}

}  // namespace gocheck::types
