#include "frontend/lower/variables.h"

#include <vector>

#include "frontend/lower/syntax_util.h"

namespace gocheck::lower {

using namespace syntax;

// One walk over a function. Depth of recursion: the nesting of the source, which the parser limits.
class VariableScan {
 public:
  VariableScan(Variables& result, bool per_iteration)
      : out_(result), info_(result.info_), per_iteration_(per_iteration) {}

  void function(const void* owner, const FuncType* type, const BlockStmt* body) {
    const void* outer = owner_;
    owner_ = owner;
    // Results are assigned by return statements.
    for (const Field& field : type->results.fields) {
      for (const Ident* name : field.names) {
        if (const types::Var* var = variable(info_, name)) out_.uses_[var].reassigned = true;
      }
    }
    stmt(body);
    owner_ = outer;
  }

  void expr(const Expr* e);
  void stmt(const Stmt* s);

 private:
  void exprs(List<Expr*> list) {
    for (const Expr* e : list) expr(e);
  }
  void stmts(List<Stmt*> list) {
    for (const Stmt* s : list) stmt(s);
  }
  void assigned(const Expr* target);
  void address_taken(const Expr* operand) {
    if (const types::Var* var = root_variable(info_, operand, nullptr)) out_.uses_[var].address_taken = true;
  }
  void selector(const SelectorExpr* e);
  void for_stmt(const ForStmt* s);
  bool declares(const Expr* target) {
    const Expr* e = unparen(target);
    return e->kind == NodeKind::ident && info_.definitions.contains(as<Ident>(e));
  }

  Variables& out_;
  const types::Info& info_;
  const bool per_iteration_;
  const void* owner_ = nullptr;
  // Variables whose assignment in the post statement of their own loop belongs to the next
  // iteration's copy.
  std::unordered_set<const types::Var*> stepping_;
  size_t literals_ = 0;  // function literals seen
};

void VariableScan::assigned(const Expr* target) {
  if (!target) return;
  const types::Var* var = root_variable(info_, target, nullptr);
  if (var && !declares(target) && !stepping_.contains(var)) out_.uses_[var].reassigned = true;
  expr(target);
}

void VariableScan::selector(const SelectorExpr* e) {
  expr(e->operand);
  auto it = info_.selections.find(e);
  if (it == info_.selections.end() || it->second.kind != types::Selection::Kind::method) return;
  const auto* method = static_cast<const types::Func*>(it->second.object);
  const types::TypeAndValue& operand = info_.of(e->operand);
  if (!method->pointer_receiver() || operand.mode == types::Mode::type) return;
  if (!types::under_as<types::Pointer>(operand.type)) address_taken(e->operand);
}

void VariableScan::expr(const Expr* e) {
  if (!e) return;
  switch (e->kind) {
    case NodeKind::composite_lit:
      exprs(as<CompositeLit>(e)->elements);
      break;
    case NodeKind::func_lit:
      ++literals_;
      function(e, as<FuncLit>(e)->type, as<FuncLit>(e)->body);
      break;
    case NodeKind::paren_expr:
      expr(as<ParenExpr>(e)->inner);
      break;
    case NodeKind::selector_expr:
      selector(as<SelectorExpr>(e));
      break;
    case NodeKind::index_expr: {
      if (without_type_arguments(info_, e) != e) break;
      bool dynamic = false;
      if (const types::Var* var = root_variable(info_, e, &dynamic); var && dynamic) {
        out_.uses_[var].dynamic_index = true;
      }
      expr(as<IndexExpr>(e)->operand);
      exprs(as<IndexExpr>(e)->indices);
      break;
    }
    case NodeKind::slice_expr: {
      const auto* slice = as<SliceExpr>(e);
      const types::Type* type = info_.type_of(slice->operand);
      if (type && types::under_as<types::Array>(type)) address_taken(slice->operand);
      expr(slice->operand);
      expr(slice->low);
      expr(slice->high);
      expr(slice->max);
      break;
    }
    case NodeKind::type_assert_expr:
      expr(as<TypeAssertExpr>(e)->operand);
      break;
    case NodeKind::call_expr:
      expr(as<CallExpr>(e)->function);
      exprs(as<CallExpr>(e)->arguments);
      break;
    case NodeKind::star_expr:
      expr(as<StarExpr>(e)->operand);
      break;
    case NodeKind::unary_expr:
      if (as<UnaryExpr>(e)->op == Op::addr) address_taken(as<UnaryExpr>(e)->operand);
      expr(as<UnaryExpr>(e)->operand);
      break;
    case NodeKind::binary_expr: {
      // Chains like a + b + c + ... lean to the left and may be long.
      while (e->kind == NodeKind::binary_expr) {
        expr(as<BinaryExpr>(e)->right);
        e = as<BinaryExpr>(e)->left;
      }
      expr(e);
      break;
    }
    case NodeKind::key_value_expr:
      expr(as<KeyValueExpr>(e)->key);
      expr(as<KeyValueExpr>(e)->value);
      break;
    default:
      break;
  }
}

void VariableScan::for_stmt(const ForStmt* s) {
  stmt(s->init);
  expr(s->cond);
  std::vector<const types::Var*> own;
  const size_t literals = literals_;
  if (per_iteration_ && s->init && s->init->kind == NodeKind::assign_stmt &&
      as<AssignStmt>(s->init)->op == Op::define) {
    for (const Expr* target : as<AssignStmt>(s->init)->left) {
      if (const types::Var* var = variable(info_, target); var && stepping_.insert(var).second)
        own.push_back(var);
    }
  }
  stmt(s->post);
  for (const types::Var* var : own) stepping_.erase(var);
  if (literals_ != literals) {  // a closure of the post statement sees the assignment
    for (const types::Var* var : own) out_.uses_[var].reassigned = true;
  }
  stmt(s->body);
}

void VariableScan::stmt(const Stmt* s) {
  if (!s) return;
  switch (s->kind) {
    case NodeKind::decl_stmt:
      if (as<DeclStmt>(s)->decl->kind == NodeKind::gen_decl) {
        for (const ValueSpec& spec : as<GenDecl>(as<DeclStmt>(s)->decl)->values) exprs(spec.values);
      }
      break;
    case NodeKind::labeled_stmt:
      stmt(as<LabeledStmt>(s)->stmt);
      break;
    case NodeKind::expr_stmt:
      expr(as<ExprStmt>(s)->expr);
      break;
    case NodeKind::send_stmt:
      expr(as<SendStmt>(s)->channel);
      expr(as<SendStmt>(s)->value);
      break;
    case NodeKind::inc_dec_stmt:
      assigned(as<IncDecStmt>(s)->operand);
      break;
    case NodeKind::assign_stmt:
      for (const Expr* target : as<AssignStmt>(s)->left) assigned(target);
      exprs(as<AssignStmt>(s)->right);
      break;
    case NodeKind::go_stmt:
      expr(as<GoStmt>(s)->call);
      break;
    case NodeKind::defer_stmt:
      out_.defers_.insert(owner_);
      expr(as<DeferStmt>(s)->call);
      break;
    case NodeKind::return_stmt:
      exprs(as<ReturnStmt>(s)->results);
      break;
    case NodeKind::block_stmt:
      stmts(as<BlockStmt>(s)->stmts);
      break;
    case NodeKind::if_stmt:
      while (s && s->kind == NodeKind::if_stmt) {  // long else-if chains
        stmt(as<IfStmt>(s)->init);
        expr(as<IfStmt>(s)->cond);
        stmt(as<IfStmt>(s)->body);
        s = as<IfStmt>(s)->otherwise;
      }
      stmt(s);
      break;
    case NodeKind::switch_stmt:
      stmt(as<SwitchStmt>(s)->init);
      expr(as<SwitchStmt>(s)->tag);
      for (const CaseClause* clause : as<SwitchStmt>(s)->cases) {
        exprs(clause->exprs);
        stmts(clause->body);
      }
      break;
    case NodeKind::type_switch_stmt:
      stmt(as<TypeSwitchStmt>(s)->init);
      expr(as<TypeSwitchStmt>(s)->subject);
      for (const CaseClause* clause : as<TypeSwitchStmt>(s)->cases) stmts(clause->body);
      break;
    case NodeKind::select_stmt:
      for (const CommClause* clause : as<SelectStmt>(s)->cases) {
        stmt(clause->comm);
        stmts(clause->body);
      }
      break;
    case NodeKind::for_stmt:
      for_stmt(as<ForStmt>(s));
      break;
    case NodeKind::range_stmt: {
      const auto* range = as<RangeStmt>(s);
      expr(range->operand);
      for (const Expr* target : {range->key, range->value}) {
        if (!target) continue;
        assigned(target);
        // Before Go 1.22 all iterations share the variable.
        const types::Var* var = range->define && !per_iteration_ ? variable(info_, target) : nullptr;
        if (var) out_.uses_[var].reassigned = true;
      }
      stmt(range->body);
      break;
    }
    default:
      break;
  }
}

void Variables::scan(const FuncDecl* function, bool loop_var_per_iteration) {
  VariableScan(*this, loop_var_per_iteration).function(function, function->type, function->body);
}

void Variables::scan(const Expr* initializer, bool loop_var_per_iteration) {
  VariableScan(*this, loop_var_per_iteration).expr(initializer);
}

}  // namespace gocheck::lower
