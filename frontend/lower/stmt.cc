// Statements and plain control flow.
#include "frontend/lower/function.h"
#include "runtime/program/invariant.h"

namespace gocheck::lower {

using namespace syntax;

void FunctionLowering::block(List<Stmt*> stmts) {
  Temporaries scope(*this);
  for (const Stmt* s : stmts) stmt(s);
}

void FunctionLowering::stmt(const Stmt* s) {
  if (!s) return;
  At at(*this, s->pos);
  statement(s);
}

void FunctionLowering::statement(const Stmt* s) {
  switch (s->kind) {
    case NodeKind::empty_stmt:
      return;
    case NodeKind::decl_stmt: {
      const auto* decl = as<GenDecl>(as<DeclStmt>(s)->decl);
      if (decl->keyword != DeclKeyword::var) return;
      for (const ValueSpec& spec : decl->values) var_decl(spec);
      return;
    }
    case NodeKind::labeled_stmt:
      return labeled(as<LabeledStmt>(s));
    case NodeKind::expr_stmt:
      return discard(as<ExprStmt>(s)->expr);
    case NodeKind::send_stmt:
      return send(as<SendStmt>(s));
    case NodeKind::inc_dec_stmt:
      return inc_dec(as<IncDecStmt>(s));
    case NodeKind::assign_stmt:
      return assign_stmt(as<AssignStmt>(s));
    case NodeKind::go_stmt: {
      Temporaries temporaries(*this);
      return emit(Opcode::go, deferred_closure(as<CallExpr>(unparen(as<GoStmt>(s)->call))));
    }
    case NodeKind::defer_stmt: {
      Temporaries temporaries(*this);
      return defer(deferred_closure(as<CallExpr>(unparen(as<DeferStmt>(s)->call))));
    }
    case NodeKind::return_stmt:
      return return_stmt(as<ReturnStmt>(s));
    case NodeKind::branch_stmt:
      return branch_stmt(as<BranchStmt>(s));
    case NodeKind::block_stmt:
      return block(as<BlockStmt>(s)->stmts);
    case NodeKind::if_stmt:
      return if_stmt(as<IfStmt>(s));
    case NodeKind::switch_stmt:
      return switch_stmt(as<SwitchStmt>(s), nullptr);
    case NodeKind::type_switch_stmt:
      return type_switch(as<TypeSwitchStmt>(s), nullptr);
    case NodeKind::select_stmt:
      return select_stmt(as<SelectStmt>(s), nullptr);
    case NodeKind::for_stmt:
      return for_stmt(as<ForStmt>(s), nullptr);
    case NodeKind::range_stmt:
      return range_stmt(as<RangeStmt>(s), nullptr);
    default:
      GOCHECK_INVARIANT(!"a statement that cannot be here");
  }
}

void FunctionLowering::send(const SendStmt* s) {
  Temporaries temporaries(*this);
  const types::Type* type = type_of(s->channel);
  const types::Type* element = types::under_as<types::Chan>(type)->element;
  Operand list[2] = {{s->channel, nullptr}, {s->value, element}};
  operands(list);
  At at(*this, s->pos);
  emit_x(Opcode::send, list[0].slot, slots(element) == 0 ? 0 : list[1].slot, 0, types_.id(type));
}

// An else-if chain is a loop here: generated ones are long.
void FunctionLowering::if_stmt(const IfStmt* s) {
  Label end;
  Temporaries scope(*this);
  for (;;) {
    stmt(s->init);
    const types::TypeAndValue& condition = info_.of(unparen(s->cond));
    const bool known = condition.constant.known();
    Label otherwise;
    if (known && !condition.constant.as_bool()) {
      if (!s->otherwise) break;
    } else {
      if (!known) branch(s->cond, false, s->otherwise ? otherwise : end);
      block(s->body->stmts);
      if (known || !s->otherwise) break;
      if (reachable()) jump(end);
      if (otherwise.used()) bind(otherwise);
    }
    if (s->otherwise->kind != NodeKind::if_stmt) {
      stmt(s->otherwise);
      break;
    }
    s = as<IfStmt>(s->otherwise);
    position = s->pos;
  }
  if (end.used()) bind(end);
}

void FunctionLowering::labeled(const LabeledStmt* s) {
  Label& label = labels_[s];
  bind(label);
  At at(*this, s->stmt->pos);
  switch (s->stmt->kind) {
    case NodeKind::for_stmt:
      return for_stmt(as<ForStmt>(s->stmt), s);
    case NodeKind::range_stmt:
      return range_stmt(as<RangeStmt>(s->stmt), s);
    case NodeKind::switch_stmt:
      return switch_stmt(as<SwitchStmt>(s->stmt), s);
    case NodeKind::type_switch_stmt:
      return type_switch(as<TypeSwitchStmt>(s->stmt), s);
    case NodeKind::select_stmt:
      return select_stmt(as<SelectStmt>(s->stmt), s);
    default:
      return statement(s->stmt);
  }
}

void FunctionLowering::branch_stmt(const BranchStmt* s) {
  const LabeledStmt* label = nullptr;
  if (s->label) label = info_.branch_targets.at(s);
  switch (s->branch) {
    case Branch::goto_:
      if (!is_within(label)) return leave_range(s->branch, label);
      return jump(labels_[label]);
    case Branch::fallthrough_:
      return jump(*fallthrough_.back());
    case Branch::break_:
    case Branch::continue_:
      if (Label* target = branch_target(s->branch, label)) return jump(*target);
      return leave_range(s->branch, label);
  }
}

// Where a break or continue goes in this function; nullptr: beyond it, out of the body of a range over a function.
Label* FunctionLowering::branch_target(Branch branch, const LabeledStmt* label) const {
  for (size_t i = targets_.size(); i-- > 0;) {
    const Target& target = targets_[i];
    if (branch == Branch::continue_ && !target.cont) continue;
    if (label && target.label != label) continue;
    return branch == Branch::continue_ ? target.cont : target.brk;
  }
  GOCHECK_INVARIANT(range_body_);
  return nullptr;
}

void FunctionLowering::for_stmt(const ForStmt* s, const LabeledStmt* label) {
  Temporaries scope(*this);
  stmt(s->init);
  // Variables of which every iteration has its own copy. Those in slots nobody can tell apart.
  std::vector<const types::Var*> own;
  if (package_->loop_var_per_iteration && s->init && s->init->kind == NodeKind::assign_stmt &&
      as<AssignStmt>(s->init)->op == Op::define) {
    for (const Expr* e : as<AssignStmt>(s->init)->left) {
      const types::Var* var = declared_here(e);
      if (var && !is_blank(e) && m_.in_memory(var)) own.push_back(var);
    }
  }
  Label body, next, condition, end;
  if (s->cond) jump(condition);
  bind(body);
  targets_.push_back({label, &end, &next});
  block(s->body->stmts);
  targets_.pop_back();
  if (next.used()) bind(next);
  copy_loop_variables(own);
  stmt(s->post);
  if (s->cond) {
    bind(condition);
    At at(*this, s->cond->pos);
    branch(s->cond, true, body);
  } else {
    jump(body);
  }
  if (end.used()) bind(end);
}

void FunctionLowering::copy_loop_variables(const std::vector<const types::Var*>& vars) {
  for (const types::Var* var : vars) {
    Temporaries temporaries(*this);
    At at(*this, var->pos);
    const Place old = variable_place(var, nullptr);
    const Slot cell = alloc(1);
    emit_x(Opcode::new_, cell, 0, 0, types_.id(var->type));
    const Place copy = memory_place(cell, 0, var->type, true);
    if (is_large(var->type)) {
      copy_memory(copy, old);
    } else {
      store(copy, read(old));
    }
    move(storage_[var].slot, cell, 1);
  }
}

void FunctionLowering::leave() {
  if (has_defer_) return jump(epilogue_);
  for (const Result& result : results_) {
    if (result.in_memory) load(variable_place(result.var, nullptr), result.slot);
  }
  emit(Opcode::ret);
}

// The values of a return statement with results. `direct`: in the slots of the results, which nobody sees before
// the return.
std::vector<Slot> FunctionLowering::return_values(const ReturnStmt* s, std::span<const Result> results, bool direct) {
  std::vector<Slot> values;
  if (s->results.size() == results.size()) {
    std::vector<Operand> list;
    for (size_t i = 0; i < results.size(); ++i) {
      list.push_back({s->results[i], results[i].type, direct ? results[i].slot : kAnywhere, true});
    }
    operands(list);
    for (const Operand& operand : list) values.push_back(operand.slot);
    return values;
  }
  const auto* parts = static_cast<const types::Tuple*>(type_of(s->results[0]));
  Slot part = tuple(s->results[0]);
  for (size_t i = 0; i < results.size(); ++i) {
    values.push_back(adapted(part, parts->vars[i]->type, results[i].type));
    part += slots(parts->vars[i]->type);
  }
  return values;
}

void FunctionLowering::return_stmt(const ReturnStmt* s) {
  if (range_body_) return return_from_range(s);
  Temporaries temporaries(*this);
  if (s->results.empty()) return leave();
  const bool direct =
      !has_defer_ && std::none_of(results_.begin(), results_.end(), [](const Result& r) { return r.var; });
  std::vector<Slot> values;
  if (s->results.size() == 1 && results_.size() == 1 && !results_[0].in_memory) {
    // A single result goes to its variable in one step.
    Operand operand{s->results[0], results_[0].type, results_[0].slot, direct};
    operands({&operand, 1});
    values.push_back(operand.slot);
  } else {
    values = return_values(s, results_, direct);
  }
  // return b, a: no value may change while results are assigned.
  std::vector<const types::Var*> assigned;
  for (const Result& result : results_) {
    if (result.var && !result.in_memory) assigned.push_back(result.var);
  }
  for (size_t i = 1; i < values.size(); ++i)
    values[i] = detached(values[i], slots(results_[i].type), assigned);
  for (size_t i = 0; i < values.size(); ++i) {
    const Result& result = results_[i];
    const bool named_itself = result.var && s->results.size() == results_.size() &&
                              variable(info_, s->results[i]) == result.var;
    if (named_itself) continue;  // `return a` of result a writes nothing that another goroutine could see
    if (result.in_memory) {
      store(variable_place(result.var, nullptr), values[i]);
    } else {
      move(result.slot, values[i], slots(result.type));
    }
  }
  leave();
}

}  // namespace gocheck::lower
