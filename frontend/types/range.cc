// for ... range.
#include <fmt/format.h>

#include "frontend/types/checker.h"

namespace gocheck::types {

using namespace syntax;

namespace {

// What ranging over a type gives: nullptr where there is no such value.
struct RangeTypes {
  const Type* key = nullptr;
  const Type* value = nullptr;
  std::string cause;      // why it is not possible, if there is more to say
  bool possible = false;  // set by range_types() if there is a key; without one only functions can be ranged over
};

RangeTypes iterator_types(const Signature* iterator) {
  const auto refuse = [](const char* why) {
    return RangeTypes{nullptr, nullptr, std::string("func must be func(yield func(...) bool): ") + why};
  };
  if (iterator->params->vars.size() != 1) return refuse("wrong argument count");
  if (!iterator->results->vars.empty()) return refuse("unexpected results");
  const auto* yield = under_as<Signature>(iterator->params->vars[0]->type);
  if (!yield || iterator->variadic) return refuse("argument is not func");
  const std::vector<Var*>& values = yield->params->vars;
  if (values.size() > 2) return refuse("yield func has too many parameters");
  const std::vector<Var*>& results = yield->results->vars;
  if (results.size() != 1 || !identical(results[0]->type, basic(BasicKind::bool_))) {
    const bool own = results.size() == 1 && is_boolean(results[0]->type);
    return own ? RangeTypes{nullptr, nullptr, "yield func returns user-defined boolean, not bool"}
               : refuse("yield func does not return bool");
  }
  RangeTypes types;
  types.possible = true;
  if (!values.empty()) types.key = values[0]->type;
  if (values.size() > 1) types.value = values[1]->type;
  return types;
}

RangeTypes range_types(const Type* type) {
  const Type* u = underlying(type);
  const Type* int_type = basic(BasicKind::int_);
  if (is_string(type)) return {int_type, rune_type(), {}};
  if (is_integer(type)) return {type, nullptr, {}};
  if (u->kind == TypeKind::pointer) {
    if (auto* array = under_as<Array>(static_cast<const Pointer*>(u)->element)) return {int_type, array->element, {}};
    return {};
  }
  switch (u->kind) {
    case TypeKind::array:
      return {int_type, static_cast<const Array*>(u)->element, {}};
    case TypeKind::slice:
      return {int_type, static_cast<const Slice*>(u)->element, {}};
    case TypeKind::map:
      return {static_cast<const Map*>(u)->key, static_cast<const Map*>(u)->value, {}};
    case TypeKind::chan:
      if (static_cast<const Chan*>(u)->dir == ChanDir::send) return {nullptr, nullptr, "receive from send-only channel"};
      return {static_cast<const Chan*>(u)->element, nullptr, {}};
    case TypeKind::signature:
      return iterator_types(static_cast<const Signature*>(u));
    default:
      return {};
  }
}

}  // namespace

// Checks what is ranged over; invalid types after an error.
void Checker::Impl::range_operand(Operand& x, const RangeStmt* stmt, const Type** key, const Type** value) {
  expr(x, stmt->operand);
  *key = *value = invalid_type();
  if (!x.valid() || !is_valid(x.type)) return x.invalidate();
  RangeTypes types = range_types(x.type);
  types.possible |= types.key != nullptr;
  if (under_as<Signature>(x.type) && !version_at_least(23)) types = {nullptr, nullptr, "requires go1.23 or later"};
  if (types.key && is_integer(x.type) && !version_at_least(22)) {
    types = {nullptr, nullptr, "requires go1.22 or later"};
  }
  if (x.mode == Mode::constant && is_untyped(x.type) && is_numeric(x.type) && !is_integer(x.type)) {
    // An integral constant such as 1e3 counts as an integer.
    if (version_at_least(22) && x.constant.to_int().known()) {
      default_untyped(x);
      if (!x.valid()) return;
      types.possible = false;
    }
  }
  if (!types.possible) {
    error(stmt->operand->pos, fmt::format("cannot range over {}{}", describe(x),
                                          types.cause.empty() ? "" : ": " + types.cause));
    return x.invalidate();
  }
  if (stmt->key && !types.key) {
    error(stmt->key->pos, fmt::format("range over {} permits no iteration variables", describe(x)));
  } else if (stmt->value && !types.value) {
    error(stmt->value->pos, fmt::format("range over {} permits only one iteration variable", describe(x)));
  } else if (stmt->extra.valid()) {
    error(stmt->extra, "range clause permits at most two iteration variables");
  }
  if (stmt->value && under_as<Array>(x.type)) charge_frame(size_of(x.type));  // a copy is ranged over
  *key = types.key ? types.key : invalid_type();
  *value = types.value ? types.value : invalid_type();
}

void Checker::Impl::range_stmt(const RangeStmt* stmt, StatementContext context) {
  open_scope();
  size_t mark = delayed.size();
  Operand x;
  const Type* types[2];
  range_operand(x, stmt, &types[0], &types[1]);
  bool untyped_int = x.valid() && is_untyped(x.type) && is_integer(x.type);
  if (x.valid() && is_untyped(x.type) && !untyped_int) default_untyped(x);
  // An untyped n of range n gets the type of the variable that is assigned to.
  if (untyped_int && (stmt->define || !stmt->key)) {
    default_untyped(x);
    types[0] = x.valid() ? x.type : invalid_type();
  }
  process_delayed(mark);

  // The body of a loop over a function is a function of its own to those that ask who captures what.
  Function* const around = env.function;
  if (x.valid() && under_as<Signature>(x.type) && around) {
    info.captures[stmt].clear();
    env.function = &functions.emplace_back(Function{stmt, nullptr, around, around->signature, env.scope});
    env.function->range_body = true;
  }

  const Expr* left[2] = {stmt->key, stmt->value};
  if (stmt->define) {
    declare_range_variables(stmt, types);
  } else {
    for (int i = 0; i < 2; i++) {
      if (!left[i]) continue;
      if (i == 0 && untyped_int) {
        range_over_untyped(x, left[0]);
        continue;
      }
      Operand element;
      element.mode = is_valid(types[i]) ? Mode::value : Mode::invalid;
      element.type = types[i];
      element.expr = left[i];
      assign_variable(left[i], element, "range clause");
    }
  }
  process_delayed(mark);
  block(stmt->body->stmts, context);
  env.function = around;
  close_scope();
}

void Checker::Impl::range_over_untyped(Operand& x, const Expr* left) {
  const Type* type = left_side(left);
  if (type && is_valid(type) && !is_integer(type)) {
    error(left->pos, fmt::format("cannot use iteration variable of type {}", type_string(type)));
    return;
  }
  if (!type) return default_untyped(x);
  if (is_valid(type)) assignment(x, type, "range clause");
}

void Checker::Impl::declare_range_variables(const RangeStmt* stmt, const Type* const types[2]) {
  const Expr* left[2] = {stmt->key, stmt->value};
  std::vector<std::pair<const Ident*, Var*>> fresh;
  bool any_name = false;
  for (int i = 0; i < 2; i++) {
    if (!left[i] || left[i]->kind == NodeKind::bad_expr) continue;
    if (left[i]->kind != NodeKind::ident) {
      error(left[i]->pos, fmt::format("non-name {} on left side of :=", expr_string(left[i])));
      any_name = true;
      continue;
    }
    auto* ident = as<Ident>(left[i]);
    Var* var = new_local(ident, types[i]);
    if (!is_valid(types[i])) var->used = true;  // something else is wrong with it
    any_name |= ident->name != "_";
    fresh.emplace_back(ident, var);
  }
  for (auto [ident, var] : fresh) {
    if (ident->name != "_" && env.scope->find(ident->name)) {
      error(ident->pos, fmt::format("{} repeated on left side of :=", ident->name));
      var->used = true;
      record_definition(ident, var);
      continue;
    }
    declare(env.scope, ident, var);
  }
  if (!any_name) soft_error(stmt->op_pos, "no new variables on left side of :=");
}

}  // namespace gocheck::types
