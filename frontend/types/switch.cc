// Switches, type switches and selects.
#include <fmt/format.h>

#include "frontend/types/checker.h"
#include "frontend/types/labels.h"

namespace gocheck::types {

using namespace syntax;

namespace {

// Case values or types that were seen, for finding duplicates in constant time per case.
template <class Value>
class SeenCases {
 public:
  struct Entry {
    Value value;
    const Type* type;
    Position pos;
  };
  // The equal entry there already is, or nullptr after adding this one.
  const Entry* add(const std::string& key, Value value, const Type* type, Position pos) {
    std::vector<Entry>& bucket = entries_[key];
    for (const Entry& entry : bucket) {
      bool same_type = entry.type && type ? identical(entry.type, type) : entry.type == type;
      if (same_type && entry.value == value) return &entry;
    }
    bucket.push_back({std::move(value), type, pos});
    return nullptr;
  }

 private:
  std::unordered_map<std::string, std::vector<Entry>> entries_;
};

// Equal for identical types, and different for most others.
std::string case_key(const Type* type) {
  if (!type) return "nil";
  if (type->kind == TypeKind::named) return fmt::format("{}", static_cast<const void*>(type));
  if (type->kind == TypeKind::basic) return fmt::format("basic {}", int(static_cast<const Basic*>(type)->basic));
  return fmt::format("kind {}", int(type->kind));
}

template <class Clause>
bool is_default(const Clause* clause) {
  if constexpr (std::is_same_v<Clause, CommClause>) {
    return !clause->comm;
  } else {
    return clause->is_default;
  }
}

template <class Clause>
void check_defaults(List<Clause*> cases, const SourceFiles* files, Diagnostics& diagnostics) {
  const Clause* first = nullptr;
  for (const Clause* clause : cases) {
    if (!is_default(clause)) continue;
    if (first) {
      diagnostics.error(clause->pos, fmt::format("multiple defaults (first at {})", place(files, first->pos)));
    } else {
      first = clause;
    }
  }
}

}  // namespace

void Checker::Impl::switch_stmt(const SwitchStmt* stmt, StatementContext context) {
  open_scope();
  size_t mark = delayed.size();
  if (stmt->init) this->stmt(stmt->init, {});
  Operand tag;
  if (stmt->tag) {
    expr(tag, stmt->tag);
    if (tag.valid()) assignment(tag, nullptr, "switch expression");
    if (tag.valid() && !comparable(tag.type) && !has_nil(tag.type)) {
      error(stmt->tag->pos, fmt::format("cannot switch on {}", describe(tag)));
      tag.invalidate();
    }
  } else {
    // A missing tag stands for true.
    static Ident true_ident = [] {
      Ident ident;
      ident.kind = NodeKind::ident;
      ident.name = "true";
      return ident;
    }();
    tag.mode = Mode::constant;
    tag.type = basic(BasicKind::bool_);
    tag.constant = Constant::of_bool(true);
    tag.expr = &true_ident;
  }
  process_delayed(mark);
  check_defaults(stmt->cases, options.files, diagnostics);
  SeenCases<Constant> seen;
  for (size_t i = 0; i < stmt->cases.size(); i++) {
    const CaseClause* clause = stmt->cases[i];
    for (const Expr* value : clause->exprs) case_value(tag, value, [&](const Operand& v) {
      // Booleans may be repeated: case a == b, true.
      if (v.constant.kind() == Constant::Kind::boolean || !v.constant.known() || instance) return;
      if (auto* other = seen.add(v.constant.to_string(), v.constant, v.type, value->pos)) {
        error(value->pos, fmt::format("duplicate case {} in expression switch\n\t{}: previous case", describe(v),
                                      place(options.files, other->pos)));
      }
    });
    process_delayed(mark);
    StatementContext inner = context;
    inner.fallthrough_ok = i + 1 < stmt->cases.size();
    inner.final_case = !inner.fallthrough_ok;
    block(clause->body, inner);
  }
  close_scope();
}

// Compares a case value with the tag; calls `constant_case` for the constant ones that are fine.
void Checker::Impl::case_value(const Operand& tag, const Expr* value,
                               const std::function<void(const Operand&)>& constant_case) {
  Operand v;
  expr(v, value);
  if (!tag.valid() || !v.valid()) return;
  Operand x = tag;
  match_types(v, x);
  if (!v.valid() || !x.valid()) return;
  Operand result = v;
  comparison(result, x, Op::eql, true);
  if (result.valid() && v.mode == Mode::constant) constant_case(v);
}

void Checker::Impl::type_switch_stmt(const TypeSwitchStmt* stmt, StatementContext context) {
  context.type_switch = true;
  open_scope();
  size_t mark = delayed.size();
  if (stmt->init) this->stmt(stmt->init, {});
  const Ident* binding = stmt->binding;
  if (binding) {
    if (binding->name == "_") {
      soft_error(binding->pos, "no new variable on left side of :=");
      binding = nullptr;
    } else {
      record_definition(binding, nullptr);
    }
  }
  Operand subject;
  expr(subject, as<TypeAssertExpr>(unparen(stmt->subject))->operand);
  if (subject.valid() && !is_interface(subject.type)) {
    bool parameter = subject.type->kind == TypeKind::type_param;
    error(subject.expr->pos, parameter ? fmt::format("cannot use type switch on type parameter value {}", describe(subject))
                                       : fmt::format("{} is not an interface", describe(subject)));
    subject.invalidate();
  }
  process_delayed(mark);
  check_defaults(stmt->cases, options.files, diagnostics);
  SeenCases<bool> seen;
  bool used = false;
  for (const CaseClause* clause : stmt->cases) {
    const Type* single = nullptr;  // the type of the only case
    for (const Expr* type : clause->exprs) {
      single = case_type(subject, type);
      if (single && !is_valid(single)) continue;
      if (instance) continue;  // type parameters may stand for the same type
      if (auto* other = seen.add(case_key(single), true, single, type->pos)) {
        error(type->pos, fmt::format("duplicate case {} in type switch\n\t{}: previous case",
                                     single ? type_string(single) : "nil", place(options.files, other->pos)));
      }
    }
    if (clause->exprs.size() != 1 || !single) single = subject.valid() ? subject.type : invalid_type();
    open_scope();
    Var* var = nullptr;
    if (binding) {
      var = arena.make<Var>(binding->pos, package, binding->name, single);
      var->owner = env.function->owner;
      var->parent = env.scope;
      env.scope->insert(var);
      info.implicits[clause] = var;
    }
    stmt_list(clause->body, context);
    process_delayed(mark);
    close_scope();
    // All the clauses' variables count as one.
    if (var) used |= var->used;
  }
  if (binding && !used) soft_error(binding->pos, fmt::format("{} declared but not used", binding->name));
  close_scope();
}

// The type of a case; nullptr for nil, invalid after an error.
const Type* Checker::Impl::case_type(const Operand& subject, const Expr* expr) {
  if (const Expr* inner = unparen(expr); inner->kind == NodeKind::ident && as<Ident>(inner)->name == "nil") {
    Object* object = env.scope->lookup("nil");
    if (object && object->kind == ObjectKind::nil) {
      Operand nil;
      this->expr(nil, expr);
      return nullptr;
    }
  }
  const Type* type = type_expr(expr);
  if (is_valid(type) && subject.valid()) check_assertion(expr, subject, type, true);
  return type;
}

void Checker::Impl::select_stmt(const SelectStmt* stmt, StatementContext context) {
  check_defaults(stmt->cases, options.files, diagnostics);
  for (const CommClause* clause : stmt->cases) {
    const Expr* receive = nullptr;
    bool valid = true;
    if (clause->comm && clause->comm->kind == NodeKind::assign_stmt) {
      auto* assign = as<AssignStmt>(clause->comm);
      valid = assign->right.size() == 1 && (assign->op == Op::assign || assign->op == Op::define);
      if (valid) receive = assign->right[0];
    } else if (clause->comm && clause->comm->kind == NodeKind::expr_stmt) {
      receive = as<ExprStmt>(clause->comm)->expr;
    } else if (clause->comm) {
      valid = clause->comm->kind == NodeKind::send_stmt;
    }
    if (receive) {
      const Expr* inner = unparen(receive);
      valid = inner->kind == NodeKind::bad_expr ||
              (inner->kind == NodeKind::unary_expr && as<UnaryExpr>(inner)->op == Op::arrow);
    }
    if (!valid) {
      error(clause->comm->pos, "select case must be receive, send or assign recv");
      continue;
    }
    open_scope();
    if (clause->comm) this->stmt(clause->comm, {});
    stmt_list(clause->body, context);
    close_scope();
  }
}

}  // namespace gocheck::types
