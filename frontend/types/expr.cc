// Expressions: the kinds of operand that a context accepts, and the dispatch on syntax.
#include "frontend/types/checker.h"

namespace gocheck::types {

using syntax::ChanDir;
using syntax::NodeKind;
using syntax::Op;

// ---- What a context accepts ----

void Checker::Impl::single_value(Operand& x) {
  if (x.mode != Mode::value || !x.type || x.type->kind != TypeKind::tuple) return;
  error(operand_position(x), "multiple-value " + describe(x) + " in single-value context");
  x.invalidate();
}

void Checker::Impl::reject(Operand& x, bool types_too) {
  switch (x.mode) {
    case Mode::no_value:
      error(operand_position(x), describe(x) + " used as value" + (types_too ? "" : " or type"));
      return x.invalidate();
    case Mode::builtin:
      error(operand_position(x), describe(x) + " must be called");
      return x.invalidate();
    case Mode::type:
      if (!types_too) return;
      error(operand_position(x), describe(x) + " is not an expression");
      return x.invalidate();
    default:
      return;
  }
}

void Checker::Impl::reject_generic_function(Operand& x) {
  if (!is_generic_function(x)) return;
  error(operand_position(x), "cannot use generic function " + expr_string(x.expr) + " without instantiation");
  x.invalidate();
}

void Checker::Impl::expr(Operand& x, const syntax::Expr* expr) { expr_with_hint(x, expr, nullptr); }

void Checker::Impl::expr_with_hint(Operand& x, const syntax::Expr* expr, const Type* hint) {
  generic_multi_expr(x, expr, hint);
  reject_generic_function(x);
  single_value(x);
}

void Checker::Impl::generic_expr(Operand& x, const syntax::Expr* expr) {
  generic_multi_expr(x, expr, nullptr);
  single_value(x);
}

void Checker::Impl::generic_multi_expr(Operand& x, const syntax::Expr* expr, const Type* hint) {
  size_t errors = diagnostics.count();
  raw_expr(x, expr, hint);
  // A type with an error in it is reported once.
  if (x.mode == Mode::type && diagnostics.count() > errors) x.invalidate();
  reject(x, true);
}

void Checker::Impl::multi_expr(Operand& x, const syntax::Expr* expr) {
  generic_multi_expr(x, expr, nullptr);
  reject_generic_function(x);
}

void Checker::Impl::expr_or_type(Operand& x, const syntax::Expr* expr) {
  raw_expr(x, expr, nullptr);
  reject(x, false);
  reject_generic_function(x);
  single_value(x);
}

std::vector<Operand> Checker::Impl::expr_list(syntax::List<syntax::Expr*> exprs, bool allow_comma_ok,
                                              bool* comma_ok, bool allow_generic) {
  if (comma_ok) *comma_ok = false;
  std::vector<Operand> result;
  if (exprs.size() != 1) {
    for (const syntax::Expr* e : exprs) {
      generic_expr(result.emplace_back(), e);
      if (!allow_generic) reject_generic_function(result.back());
    }
    return result;
  }
  Operand x;
  generic_multi_expr(x, exprs[0], nullptr);
  if (!allow_generic) reject_generic_function(x);
  if (x.valid() && x.type->kind == TypeKind::tuple) {
    for (const Var* var : static_cast<const Tuple*>(x.type)->vars) {
      result.push_back({Mode::value, var->type, {}, exprs[0]});
    }
    return result;
  }
  result.push_back(x);
  if (allow_comma_ok && (x.mode == Mode::map_index || x.mode == Mode::comma_ok)) {
    result[0].mode = Mode::value;
    result.push_back({Mode::value, basic(BasicKind::untyped_bool), {}, exprs[0]});
    if (comma_ok) *comma_ok = true;
  }
  return result;
}

void Checker::Impl::use(const syntax::Expr* expr) {
  if (!expr) return;
  if (expr->kind == NodeKind::key_value_expr) {
    use(as<syntax::KeyValueExpr>(expr)->key);
    return use(as<syntax::KeyValueExpr>(expr)->value);
  }
  Operand ignored;
  raw_expr(ignored, expr, nullptr);
}

void Checker::Impl::use(syntax::List<syntax::Expr*> exprs) {
  for (const syntax::Expr* e : exprs) use(e);
}

void Checker::Impl::use_left(syntax::List<syntax::Expr*> exprs) {
  for (const syntax::Expr* e : exprs) {
    const syntax::Expr* inner = unparen(e);
    Var* var = nullptr;
    if (inner->kind == NodeKind::ident) {
      std::string_view name = as<syntax::Ident>(inner)->name;
      if (name == "_") continue;
      Object* object = env.scope->lookup(name);
      if (object && object->kind == ObjectKind::var) var = static_cast<Var*>(object);
    }
    bool used = var && var->used;
    use(e);
    if (var) var->used = used;
  }
}

// ---- Dispatch ----

bool Checker::Impl::under_construction(const Type* type) {
  if (!type || type->kind != TypeKind::named) return false;
  underlying(type);  // an instance may only have to be expanded
  return !static_cast<const Named*>(type)->underlying;
}

void Checker::Impl::report_recursive(Operand& x, Position pos) {
  error(pos, "invalid recursive type " + type_string(x.type));
  x.invalidate();
}

ExprUse Checker::Impl::raw_expr(Operand& x, const syntax::Expr* expr, const Type* hint) {
  ExprUse use = expr_kind(x, expr, hint);
  x.expr = expr;
  // The declaration of a type cannot depend on a value of that type.
  if (x.valid() && x.mode != Mode::type && under_construction(x.type)) report_recursive(x, expr->pos);
  if (x.valid() && x.type && !is_valid(x.type) && x.mode != Mode::builtin) x.invalidate();
  record(x);
  // What is constant for these type arguments only does not count as one here: T(1) << 8 may lose bits.
  if (x.mode == Mode::constant && instance && expr->id >= instance->first) {
    const TypeAndValue& generic = info.of_id(instance->origins[expr->id - instance->first]);
    if (generic.mode != Mode::constant && is_typed(x.type)) {
      x.mode = Mode::value;
      x.constant = Constant{};
    }
  }
  return use;
}

ExprUse Checker::Impl::expr_kind(Operand& x, const syntax::Expr* expr, const Type* hint) {
  x = Operand{};
  x.expr = expr;
  switch (expr->kind) {
    case NodeKind::bad_expr:
      return ExprUse::statement;  // reported by the parser
    case NodeKind::ident:
      ident(x, as<syntax::Ident>(expr), false);
      break;
    case NodeKind::basic_lit:
      basic_literal(x, as<syntax::BasicLit>(expr));
      break;
    case NodeKind::func_lit:
      function_literal(x, as<syntax::FuncLit>(expr));
      break;
    case NodeKind::composite_lit:
      composite_literal(x, as<syntax::CompositeLit>(expr), hint);
      break;
    case NodeKind::paren_expr:
      return raw_expr(x, as<syntax::ParenExpr>(expr)->inner, nullptr);
    case NodeKind::selector_expr:
      selector(x, as<syntax::SelectorExpr>(expr), false);
      break;
    case NodeKind::index_expr:
      index(x, as<syntax::IndexExpr>(expr));
      break;
    case NodeKind::slice_expr:
      slice(x, as<syntax::SliceExpr>(expr));
      break;
    case NodeKind::type_assert_expr:
      type_assertion(x, as<syntax::TypeAssertExpr>(expr));
      break;
    case NodeKind::call_expr:
      return call(x, as<syntax::CallExpr>(expr));
    case NodeKind::star_expr:
      dereference(x, as<syntax::StarExpr>(expr));
      break;
    case NodeKind::unary_expr:
      unary(x, as<syntax::UnaryExpr>(expr));
      return as<syntax::UnaryExpr>(expr)->op == Op::arrow ? ExprUse::statement : ExprUse::expression;
    case NodeKind::binary_expr: {
      auto* e = as<syntax::BinaryExpr>(expr);
      binary(x, e, e->left, e->right, e->op, e->op_pos);
      break;
    }
    case NodeKind::key_value_expr:
      error(expr->pos, "unexpected key:value expression");
      use(expr);
      break;
    case NodeKind::ellipsis_expr:
      error(expr->pos, "invalid use of ...");
      break;
    default:
      x.type = type_expr(expr);
      if (is_valid(x.type)) x.mode = Mode::type;
      break;
  }
  return ExprUse::expression;
}

void Checker::Impl::dereference(Operand& x, const syntax::StarExpr* expr) {
  expr_or_type(x, expr->operand);
  if (!x.valid()) return;
  if (x.mode == Mode::type) {
    x.type = arena.make<Pointer>(x.type);
    return;
  }
  const Pointer* pointer = under_as<Pointer>(x.type);
  if (!pointer) {
    error(operand_position(x), "invalid operation: cannot indirect " + describe(x));
    return x.invalidate();
  }
  x.mode = Mode::variable;
  x.type = pointer->element;
}

void Checker::Impl::type_assertion(Operand& x, const syntax::TypeAssertExpr* expr) {
  this->expr(x, expr->operand);
  if (!expr->type) {
    error(expr->pos, "use of .(type) outside type switch");
    return x.invalidate();
  }
  if (!x.valid()) {
    type_expr(expr->type);
    return;
  }
  if (!is_interface(x.type)) {
    if (x.type->kind == TypeKind::type_param) {
      error(operand_position(x), "invalid operation: cannot use type assertion on type parameter value " + describe(x));
    } else {
      error(operand_position(x), "invalid operation: " + describe(x) + " is not an interface");
    }
    type_expr(expr->type);
    return x.invalidate();
  }
  const Type* target = type_expr(expr->type);
  if (!is_valid(target)) return x.invalidate();
  check_assertion(expr, x, target, false);
  x.mode = Mode::comma_ok;
  x.type = target;
}

}  // namespace gocheck::types
