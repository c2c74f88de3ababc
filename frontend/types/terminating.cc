#include "frontend/types/terminating.h"

namespace gocheck::types {

using namespace syntax;

namespace {

// Whether `stmt` holds a break that leaves the statement labelled `label`; an unlabelled one counts
// only while `implicit`, that is outside of nested loops, switches and selects.
bool has_break(const Stmt* stmt, std::string_view label, bool implicit);

bool has_break(List<Stmt*> stmts, std::string_view label, bool implicit) {
  for (const Stmt* stmt : stmts) {
    if (has_break(stmt, label, implicit)) return true;
  }
  return false;
}

template <class Clause>
bool clause_has_break(List<Clause*> cases, std::string_view label, bool implicit) {
  for (const Clause* clause : cases) {
    if (has_break(clause->body, label, implicit)) return true;
  }
  return false;
}

bool has_break(const Stmt* stmt, std::string_view label, bool implicit) {
  switch (stmt->kind) {
    case NodeKind::branch_stmt: {
      auto* branch = static_cast<const BranchStmt*>(stmt);
      if (branch->branch != Branch::break_) return false;
      return branch->label ? !label.empty() && branch->label->name == label : implicit;
    }
    case NodeKind::labeled_stmt:
      return has_break(static_cast<const LabeledStmt*>(stmt)->stmt, label, implicit);
    case NodeKind::block_stmt:
      return has_break(static_cast<const BlockStmt*>(stmt)->stmts, label, implicit);
    case NodeKind::if_stmt: {
      auto* branching = static_cast<const IfStmt*>(stmt);
      return has_break(branching->body->stmts, label, implicit) ||
             (branching->otherwise && has_break(branching->otherwise, label, implicit));
    }
    case NodeKind::switch_stmt:
      return !label.empty() && clause_has_break(static_cast<const SwitchStmt*>(stmt)->cases, label, false);
    case NodeKind::type_switch_stmt:
      return !label.empty() && clause_has_break(static_cast<const TypeSwitchStmt*>(stmt)->cases, label, false);
    case NodeKind::select_stmt:
      return !label.empty() && clause_has_break(static_cast<const SelectStmt*>(stmt)->cases, label, false);
    case NodeKind::for_stmt:
      return !label.empty() && has_break(static_cast<const ForStmt*>(stmt)->body->stmts, label, false);
    case NodeKind::range_stmt:
      return !label.empty() && has_break(static_cast<const RangeStmt*>(stmt)->body->stmts, label, false);
    default:
      return false;
  }
}

class TerminationAnalysis {
 public:
  explicit TerminationAnalysis(const Info& info) : info_(info) {}

  bool list(List<Stmt*> stmts) const {
    size_t count = stmts.size();
    while (count > 0 && stmts[count - 1]->kind == NodeKind::empty_stmt) count--;  // trailing semicolons
    return count > 0 && statement(stmts[count - 1], {});
  }

 private:
  bool statement(const Stmt* stmt, std::string_view label) const {
    switch (stmt->kind) {
      case NodeKind::bad_stmt:  // already reported: no follow-up
      case NodeKind::return_stmt:
        return true;
      case NodeKind::branch_stmt: {
        Branch branch = static_cast<const BranchStmt*>(stmt)->branch;
        return branch == Branch::goto_ || branch == Branch::fallthrough_;
      }
      case NodeKind::expr_stmt:
        return is_panic(static_cast<const ExprStmt*>(stmt)->expr);
      case NodeKind::block_stmt:
        return list(static_cast<const BlockStmt*>(stmt)->stmts);
      case NodeKind::labeled_stmt: {
        auto* labeled = static_cast<const LabeledStmt*>(stmt);
        return statement(labeled->stmt, labeled->label->name);
      }
      case NodeKind::if_stmt: {
        auto* branching = static_cast<const IfStmt*>(stmt);
        return branching->otherwise && list(branching->body->stmts) && statement(branching->otherwise, {});
      }
      case NodeKind::for_stmt: {
        auto* loop = static_cast<const ForStmt*>(stmt);
        return !loop->cond && !has_break(loop->body->stmts, label, true);
      }
      case NodeKind::switch_stmt:
        return cases(static_cast<const SwitchStmt*>(stmt)->cases, label);
      case NodeKind::type_switch_stmt:
        return cases(static_cast<const TypeSwitchStmt*>(stmt)->cases, label);
      case NodeKind::select_stmt:
        for (const CommClause* clause : static_cast<const SelectStmt*>(stmt)->cases) {
          if (!list(clause->body) || has_break(clause->body, label, true)) return false;
        }
        return true;
      default:
        return false;
    }
  }

  bool cases(List<CaseClause*> clauses, std::string_view label) const {
    bool has_default = false;
    for (const CaseClause* clause : clauses) {
      has_default |= clause->is_default;
      if (!list(clause->body) || has_break(clause->body, label, true)) return false;
    }
    return has_default;
  }

  bool is_panic(const Expr* expr) const {
    while (expr->kind == NodeKind::paren_expr) expr = static_cast<const ParenExpr*>(expr)->inner;
    if (expr->kind != NodeKind::call_expr) return false;
    const Expr* function = static_cast<const CallExpr*>(expr)->function;
    while (function->kind == NodeKind::paren_expr) function = static_cast<const ParenExpr*>(function)->inner;
    if (function->kind != NodeKind::ident) return false;
    const Object* object = info_.object_of(static_cast<const Ident*>(function));
    return object && object->kind == ObjectKind::builtin &&
           static_cast<const Builtin*>(object)->builtin == BuiltinId::panic;
  }

  const Info& info_;
};

}  // namespace

bool is_terminating(const BlockStmt* body, const Info& info) { return TerminationAnalysis(info).list(body->stmts); }

}  // namespace gocheck::types
