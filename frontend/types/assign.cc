// Assignments and the initialisation of variables.
#include <fmt/format.h>

#include <algorithm>

#include "frontend/types/checker.h"
#include "frontend/types/labels.h"

namespace gocheck::types {

using namespace syntax;

namespace {

std::string count(size_t number, std::string_view unit) {
  return fmt::format("{} {}{}", number, unit, number == 1 ? "" : "s");
}

}  // namespace

void Checker::Impl::assignment_mismatch(Position pos, size_t variables, size_t values, List<Expr*> right) {
  std::string message = fmt::format("assignment mismatch: {} but ", count(variables, "variable"));
  if (right.size() == 1 && unparen(right[0])->kind == NodeKind::call_expr) {
    message += fmt::format("{} returns {}", expr_string(as<CallExpr>(unparen(right[0]))->function),
                           count(values, "value"));
  } else {
    message += count(values, "value");
  }
  error(pos, std::move(message));
}

void Checker::Impl::initialize_variable(Var* var, Operand& x, const std::string& context) {
  if (!var->type) reject_generic_function(x);
  if (!x.valid() || (var->type && !is_valid(var->type))) {
    if (!var->type) var->type = invalid_type();
    return;
  }
  if (!var->type) {
    const Type* type = x.type;
    if (is_untyped(type)) {
      if (x.mode == Mode::nil || type == basic(BasicKind::untyped_nil)) {
        error(x.expr->pos, fmt::format("use of untyped nil in {}", context));
        var->type = invalid_type();
        return x.invalidate();
      }
      type = default_type(type);
    }
    var->type = type;
  }
  assignment(x, var->type, context);
}

namespace {

// "(string, int)": what a return statement has.
std::string operand_types(const std::vector<Operand>& operands, const Package* package) {
  std::string text = "(";
  for (const Operand& x : operands) {
    if (text.size() > 1) text += ", ";
    // Untyped numbers are just numbers here.
    bool number = is_untyped(x.type) && is_numeric(x.type);
    text += number ? "number" : x.mode == Mode::nil ? "nil" : to_string(default_type(x.type), package);
  }
  return text + ")";
}

std::string variable_types(const std::vector<Var*>& vars, const Package* package) {
  std::string text = "(";
  for (const Var* var : vars) {
    if (text.size() > 1) text += ", ";
    text += to_string(var->type, package);
  }
  return text + ")";
}

}  // namespace

void Checker::Impl::return_mismatch(Position pos, const std::vector<Var*>& results,
                                    const std::vector<Operand>& operands) {
  error(pos, fmt::format("{} return values\n\thave {}\n\twant {}",
                         operands.size() < results.size() ? "not enough" : "too many",
                         operand_types(operands, package), variable_types(results, package)));
}

void Checker::Impl::initialize_variables(const std::vector<Var*>& left, List<Expr*> right, const char* context,
                                         const ReturnStmt* returning) {
  bool comma_ok = false;
  std::vector<Operand> operands = expr_list(right, left.size() == 2 && right.size() == 1 && !returning, &comma_ok, true);
  if (operands.size() == left.size()) {
    for (size_t i = 0; i < left.size(); i++) initialize_variable(left[i], operands[i], context);
    bool failed = std::any_of(operands.begin(), operands.end(), [](const Operand& x) { return !x.valid(); });
    for (Var* var : left) var->used |= failed;  // what uses them is not known then
    if (comma_ok && operands[0].valid() && operands[1].valid()) record_comma_ok(right[0], operands[1].type);
    return;
  }
  for (Var* var : left) {
    var->used = true;
    if (!var->type) var->type = invalid_type();
  }
  for (const Operand& x : operands) {
    if (!x.valid()) return;  // reported
  }
  if (!returning) return assignment_mismatch(right[0]->pos, left.size(), operands.size(), right);
  bool few = operands.size() < left.size();
  return_mismatch((few ? operands.back() : operands[left.size()]).expr->pos, left, operands);
}

const Type* Checker::Impl::left_side(const Expr* expr) {
  const Expr* inner = unparen(expr);
  Operand x;
  if (inner->kind == NodeKind::ident) {
    auto* name = as<Ident>(inner);
    if (name->name == "_") {
      record_definition(name, nullptr);
      return nullptr;
    }
    // To be assigned to is no use of a variable.
    Object* object = env.scope->lookup(name->name);
    Var* local = object && object->kind == ObjectKind::var && object->package == package ? static_cast<Var*>(object)
                                                                                         : nullptr;
    bool was_used = local && local->used;
    this->expr(x, expr);
    if (local) local->used = was_used;
  } else {
    this->expr(x, expr);
  }
  return x.valid() ? checked_left_side(expr) : invalid_type();
}

// The same for an expression that has been checked already.
const Type* Checker::Impl::checked_left_side(const Expr* expr) {
  const TypeAndValue& checked = info.of(expr);
  if (checked.mode == Mode::variable || checked.mode == Mode::map_index) return checked.type;
  const Expr* inner = unparen(expr);
  if (inner->kind == NodeKind::selector_expr && info.of(as<SelectorExpr>(inner)->operand).mode == Mode::map_index) {
    error(expr->pos, fmt::format("cannot assign to struct field {} in map", expr_string(expr)));
  } else {
    error(expr->pos, fmt::format("cannot assign to {} (neither addressable nor a map index expression)",
                                 expr_string(expr)));
  }
  return invalid_type();
}

void Checker::Impl::assign_variable(const Expr* left, Operand& x, const std::string& context) {
  const Type* type = left_side(left);
  if (!x.valid() || (type && !is_valid(type))) return x.invalidate();
  assignment(x, type, context);
}

// After a failed assignment: a variable that is assigned to is not complained about as well.
void Checker::Impl::mark_used(List<Expr*> left) {
  for (const Expr* expr : left) {
    if (unparen(expr)->kind != NodeKind::ident) continue;
    Object* object = env.scope->lookup(as<Ident>(unparen(expr))->name);
    if (object && object->kind == ObjectKind::var) static_cast<Var*>(object)->used = true;
  }
}

void Checker::Impl::assign_variables(List<Expr*> left, List<Expr*> right, Position pos) {
  bool comma_ok = false;
  std::vector<Operand> operands = expr_list(right, left.size() == 2 && right.size() == 1, &comma_ok, true);
  if (operands.size() == left.size()) {
    for (size_t i = 0; i < left.size(); i++) assign_variable(left[i], operands[i], "assignment");
    if (std::any_of(operands.begin(), operands.end(), [](const Operand& x) { return !x.valid(); })) {
      mark_used(left);
    }
    if (comma_ok && operands[0].valid() && operands[1].valid()) record_comma_ok(right[0], operands[1].type);
    return;
  }
  use_left(left);
  mark_used(left);
  for (const Operand& x : operands) {
    if (!x.valid()) return;  // reported
  }
  assignment_mismatch(right.empty() ? pos : right[0]->pos, left.size(), operands.size(), right);
}

void Checker::Impl::short_declaration(const AssignStmt* stmt) {
  size_t mark = delayed.size();
  Scope* scope = env.scope;
  std::unordered_set<std::string_view> seen;
  std::vector<Var*> left;
  std::vector<std::pair<const Ident*, Var*>> fresh;
  bool has_error = false;
  bool has_new = false;
  for (const Expr* expr : stmt->left) {
    Var* var = nullptr;
    if (expr->kind != NodeKind::ident) {
      if (expr->kind != NodeKind::bad_expr) {
        Expr* other = const_cast<Expr*>(expr);
        use_left({&other, 1});
        error(expr->pos, fmt::format("non-name {} on left side of :=", expr_string(expr)));
      }
      has_error = true;
    } else {
      auto* ident = as<Ident>(expr);
      bool blank = ident->name == "_";
      Object* existing = blank ? nullptr : scope->find(ident->name);
      if (!blank && !seen.insert(ident->name).second) {
        error(ident->pos, fmt::format("{} repeated on left side of :=", ident->name));
        has_error = true;
      } else if (existing) {
        record_use(ident, existing);
        if (existing->kind == ObjectKind::var) {
          var = static_cast<Var*>(existing);
        } else {
          error(ident->pos, fmt::format("cannot assign to {}", ident->name));
          has_error = true;
        }
      } else {
        var = new_local(ident, nullptr);
        has_new |= !blank;
        fresh.emplace_back(ident, var);
      }
    }
    if (!var) {  // take the value away all the same
      var = arena.make<Var>(expr->pos, package, "_", nullptr);
      var->used = true;
    }
    left.push_back(var);
  }
  initialize_variables(left, stmt->right, "assignment", nullptr);
  process_delayed(mark);
  for (auto [ident, var] : fresh) {
    if (!is_valid(var->type)) var->used = true;  // something else is wrong with it
    declare(scope, ident, var);
  }
  if (!has_new && !has_error) soft_error(stmt->op_pos, "no new variables on left side of :=");
}

// The result of x op= y or x++ goes back to x, which is checked only once.
void Checker::Impl::assign_result(const Expr* left, Operand& x, const std::string& context) {
  if (!x.valid()) return;
  const Type* type = checked_left_side(left);
  if (is_valid(type)) assignment(x, type, context);
}

void Checker::Impl::operator_assignment(const AssignStmt* stmt) {
  if (stmt->left.size() != 1 || stmt->right.size() != 1) {
    use_left(stmt->left);
    use(stmt->right);
    return error(stmt->op_pos, fmt::format("assignment operation {}= requires single-valued expressions",
                                           spelling(stmt->op)));
  }
  Operand x;
  binary(x, nullptr, stmt->left[0], stmt->right[0], stmt->op, stmt->op_pos);
  assign_result(stmt->left[0], x, "assignment operation");
}

void Checker::Impl::inc_dec_stmt(const IncDecStmt* stmt) {
  Operand x;
  expr(x, stmt->operand);
  if (!x.valid()) return;
  if (!is_numeric(x.type)) {
    return error(stmt->operand->pos,
                 fmt::format("invalid operation: {}{} (non-numeric type {})", expr_string(stmt->operand),
                             stmt->increment ? "++" : "--", type_string(x.type)));
  }
  assign_result(stmt->operand, x, "assignment");
}

void Checker::Impl::assign_stmt(const AssignStmt* stmt) {
  switch (stmt->op) {
    case Op::define:
      return short_declaration(stmt);
    case Op::assign:
      return assign_variables(stmt->left, stmt->right, stmt->pos);
    default:
      return operator_assignment(stmt);
  }
}

}  // namespace gocheck::types
