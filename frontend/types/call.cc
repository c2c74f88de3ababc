// Calls: conversions, builtins, functions and methods.
#include "frontend/types/checker.h"

namespace gocheck::types {

using syntax::NodeKind;

ExprUse Checker::Impl::conversion_call(Operand& x, const syntax::CallExpr* call) {
  const Type* target = x.type;
  x.invalidate();
  if (call->arguments.empty()) {
    error(call->rparen, "missing argument in conversion to " + type_string(target));
  } else if (call->arguments.size() > 1) {
    use(call->arguments);
    error(call->arguments.back()->pos, "too many arguments in conversion to " + type_string(target));
  } else {
    expr(x, call->arguments[0]);
    if (x.valid() && call->ellipsis.valid()) {
      error(call->arguments[0]->pos, "invalid use of ... in conversion to " + type_string(target));
      x.invalidate();
    }
    if (x.valid()) conversion(x, target);
  }
  x.expr = call;
  return ExprUse::conversion;
}

namespace {

ExprUse builtin_use(BuiltinId id) {
  switch (id) {
    case BuiltinId::clear:
    case BuiltinId::close:
    case BuiltinId::copy:
    case BuiltinId::delete_:
    case BuiltinId::panic:
    case BuiltinId::print:
    case BuiltinId::println:
    case BuiltinId::recover:
      return ExprUse::statement;
    default:
      return ExprUse::expression;
  }
}

}  // namespace

ExprUse Checker::Impl::call(Operand& x, const syntax::CallExpr* call) {
  raw_expr(x, call->function, nullptr);
  if (x.mode == Mode::no_value) reject(x, false);
  single_value(x);
  switch (x.mode) {
    case Mode::invalid:
      use(call->arguments);
      x.expr = call;
      return ExprUse::statement;
    case Mode::type:
      if (reject_generic(call->function, x.type)) {
        use(call->arguments);
        x.invalidate();
        return ExprUse::conversion;
      }
      return conversion_call(x, call);
    case Mode::builtin: {
      BuiltinId id = x.builtin;
      if (!builtin_call(x, call, id)) x.invalidate();
      x.expr = call;
      // A builtin with a constant result is not called.
      if (x.valid() && x.mode != Mode::constant) env.has_call_or_receive = true;
      return builtin_use(id);
    }
    default:
      break;
  }
  const Signature* signature = under_as<Signature>(x.type);
  if (!signature) {
    error(operand_position(x), "invalid operation: cannot call non-function " + describe(x));
    use(call->arguments);
    x.invalidate();
    x.expr = call;
    return ExprUse::statement;
  }
  std::vector<Operand> operands = expr_list(call->arguments, false, nullptr, true);
  if (is_generic_function(x)) {
    infer_call(x, call, operands);
    if (!x.valid()) {
      x.expr = call;
      return ExprUse::statement;
    }
    signature = static_cast<const Signature*>(x.type);
  }
  arguments(call, signature, operands);
  charge_frame(signature->params);
  charge_frame(signature->results);
  const std::vector<Var*>& results = signature->results->vars;
  x.mode = results.empty() ? Mode::no_value : Mode::value;
  x.type = results.size() == 1 ? results[0]->type : signature->results;
  x.expr = call;
  env.has_call_or_receive = true;
  return ExprUse::statement;
}

std::string Checker::Impl::types_summary(const std::vector<const Type*>& types, bool variadic) const {
  std::string result = "(";
  for (size_t i = 0; i < types.size(); ++i) {
    if (i > 0) result += ", ";
    const Type* type = types[i];
    if (!is_valid(type)) {
      result += "unknown type";
    } else if (is_untyped(type)) {
      // "number", not the untyped kind: the message compares shapes.
      result += is_numeric(type) ? "number" : std::string(static_cast<const Basic*>(type)->name.substr(8));
    } else if (variadic && i + 1 == types.size() && type->kind == TypeKind::slice) {
      result += "..." + type_string(static_cast<const Slice*>(type)->element);
    } else {
      result += type_string(type);
    }
  }
  return result + ")";
}

void Checker::Impl::arguments(const syntax::CallExpr* call, const Signature* signature,
                              std::vector<Operand>& operands) {
  const std::vector<Var*>& params = signature->params->vars;
  size_t expected = params.size();
  bool spread = call->ellipsis.valid();
  bool open = signature->variadic && !spread;  // the last parameter takes any number of arguments
  if (spread && !signature->variadic) {
    error(call->arguments.back()->pos,
          "cannot use ... in call to non-variadic " + expr_string(call->function));
    return;
  }
  if (spread && call->arguments.size() == 1 && operands.size() > 1) {
    error(call->arguments[0]->pos, "cannot use ... with " + std::to_string(operands.size()) + "-valued " +
                                       expr_string(call->arguments[0]));
    return;
  }
  bool too_few = operands.size() + (open ? 1 : 0) < expected;
  bool too_many = !open && operands.size() > expected;
  if (too_few || too_many) {
    for (const Operand& operand : operands) {
      if (!operand.valid()) return;
    }
    std::vector<const Type*> have, want;
    for (const Operand& operand : operands) have.push_back(operand.type);
    for (const Var* param : params) want.push_back(param->type);
    Position at = too_many           ? operands[expected].expr->pos
                  : operands.empty() ? call->rparen
                                     : operands.back().expr->pos;
    error(at, std::string(too_many ? "too many" : "not enough") + " arguments in call to " +
                  expr_string(call->function) + "\n\thave " + types_summary(have, false) + "\n\twant " +
                  types_summary(want, signature->variadic));
    return;
  }
  std::string context = "argument to " + expr_string(call->function);
  for (size_t i = 0; i < operands.size(); ++i) {
    bool extra = open && i + 1 >= expected;
    const Type* type = extra ? static_cast<const Slice*>(params.back()->type)->element : params[i]->type;
    assignment(operands[i], type, context);
  }
}

}  // namespace gocheck::types
