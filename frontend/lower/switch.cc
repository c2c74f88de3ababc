// Expression and type switches.
#include <algorithm>

#include "frontend/lower/function.h"
#include "runtime/program/invariant.h"

namespace gocheck::lower {

using namespace syntax;

namespace {

// Integer cases of a switch that are worth a jump table.
constexpr size_t kLeastTableCases = 4;
constexpr uint64_t kSlotsPerTableCase = 4;

}  // namespace

void FunctionLowering::switch_stmt(const SwitchStmt* s, const LabeledStmt* label) {
  Temporaries scope(*this);
  stmt(s->init);
  // Without a tag the cases are conditions; a constant tag is one that comparisons can use.
  Slot tag = kAnywhere;
  if (s->tag) {
    tag = value(s->tag);
  }
  Label end, otherwise;
  std::vector<Label> bodies(s->cases.size());
  if (!switch_by_table(s, tag, bodies, otherwise)) {
    switch_by_comparison(s, tag, bodies);
    jump(otherwise);
  }
  bool has_default = false;
  targets_.push_back({label, &end, nullptr});
  for (size_t i = 0; i < s->cases.size(); ++i) {
    const CaseClause* clause = s->cases[i];
    if (clause->is_default) {
      has_default = true;
      bind(otherwise);
    }
    bind(bodies[i]);
    if (i + 1 < bodies.size()) fallthrough_.push_back(&bodies[i + 1]);
    block(clause->body);
    if (i + 1 < bodies.size()) fallthrough_.pop_back();
    if (reachable()) jump(end);
  }
  targets_.pop_back();
  if (!has_default) bind(otherwise);
  if (end.used()) bind(end);
}

bool FunctionLowering::switch_by_table(const SwitchStmt* s, Slot tag, std::vector<Label>& bodies,
                                       Label& otherwise) {
  if (!s->tag || !types::is_integer(type_of(s->tag))) return false;
  std::vector<std::pair<int64_t, size_t>> values;
  for (size_t i = 0; i < s->cases.size(); ++i) {
    for (const Expr* e : s->cases[i]->exprs) {
      auto value = integer_constant(e);
      if (!value) return false;
      values.emplace_back(*value, i);
    }
  }
  if (values.size() < kLeastTableCases) return false;
  auto [low, high] = std::minmax_element(values.begin(), values.end());
  const uint64_t range = static_cast<uint64_t>(high->first) - static_cast<uint64_t>(low->first);
  if (range >= values.size() * kSlotsPerTableCase) return false;
  const uint32_t table = static_cast<uint32_t>(function.switches.size());
  function.switches.emplace_back();
  function.switches.back().low = low->first;
  function.switches.back().targets.resize(range + 1);
  std::vector<bool> taken(range + 1);
  for (auto [value, body] : values) {
    const uint64_t entry = static_cast<uint64_t>(value) - static_cast<uint64_t>(low->first);
    taken[entry] = true;
    table_entry(table, static_cast<int64_t>(entry), bodies[body]);
  }
  for (uint64_t entry = 0; entry <= range; ++entry) {
    if (!taken[entry]) table_entry(table, static_cast<int64_t>(entry), otherwise);
  }
  table_entry(table, -1, otherwise);
  emit_x(Opcode::switch_table, tag, 0, 0, table);
  return true;
}

void FunctionLowering::switch_by_comparison(const SwitchStmt* s, Slot tag, std::vector<Label>& bodies) {
  for (size_t i = 0; i < s->cases.size(); ++i) {
    for (const Expr* e : s->cases[i]->exprs) {
      Temporaries temporaries(*this);
      At at(*this, e->pos);
      if (!s->tag) {
        branch(e, true, bodies[i]);
      } else {
        branch_on(compared_with(e, types::default_type(type_of(s->tag)), tag), true, bodies[i]);
      }
    }
  }
}

// ---- Type switches ----

void FunctionLowering::type_switch(const TypeSwitchStmt* s, const LabeledStmt* label) {
  Temporaries scope(*this);
  stmt(s->init);
  const Expr* operand = as<TypeAssertExpr>(unparen(s->subject))->operand;
  const types::Type* subject_type = type_of(operand);
  const Slot subject = alloc(2);
  value_to(operand, subject, true);
  const Slot id = alloc(1);
  emit(Opcode::type_id, id, subject);
  Label end, otherwise;
  std::vector<Label> bodies(s->cases.size());
  for (size_t i = 0; i < s->cases.size(); ++i) {
    for (const Expr* type : s->cases[i]->exprs) type_case(type, subject, subject_type, id, bodies[i]);
  }
  jump(otherwise);
  bool has_default = false;
  targets_.push_back({label, &end, nullptr});
  for (size_t i = 0; i < s->cases.size(); ++i) {
    if (s->cases[i]->is_default) {
      has_default = true;
      bind(otherwise);
    }
    bind(bodies[i]);
    At at(*this, s->cases[i]->pos);
    type_clause(s->cases[i], subject, subject_type);
    if (reachable()) jump(end);
  }
  targets_.pop_back();
  if (!has_default) bind(otherwise);
  if (end.used()) bind(end);
}

void FunctionLowering::type_case(const Expr* type, Slot subject, const types::Type* subject_type, Slot id,
                                 Label& target) {
  Temporaries temporaries(*this);
  At at(*this, type->pos);
  if (is_nil(type)) return compare_jump(Opcode::jump_eq_k, id, 0, target);
  const types::Type* wanted = type_of(type);
  const TypeId wanted_id = types_.id(wanted);
  if (types::is_interface(wanted)) {
    const Slot scratch = alloc(3);
    emit_x(Opcode::assert_iface_ok, scratch, subject, scratch + 2, assertion_ext(subject_type, wanted));
    return jump_if(scratch + 2, true, target);
  }
  if (wanted_id <= INT16_MAX) return compare_jump(Opcode::jump_eq_k, id, wanted_id, target);
  const Slot number = alloc(1);
  const_int(number, wanted_id);
  compare_jump(Opcode::jump_eq, id, number, target);
}

// The clause's body, with the variable of `switch x := y.(type)` that it declares.
void FunctionLowering::type_clause(const CaseClause* clause, Slot subject, const types::Type* subject_type) {
  Temporaries scope(*this);
  auto it = info_.implicits.find(clause);
  if (it != info_.implicits.end()) {
    const types::Var* var = it->second;
    if (types::is_interface(var->type)) {
      declare_from(var, subject, subject_type);
    } else {
      const Storage storage = declare(var);
      Temporaries temporaries(*this);
      const Slot value = storage.in_memory ? alloc(slots(var->type)) : storage.slot;
      if (scalar(var->type)) {
        move(value, subject + 1, 1);  // the data word is the value
      } else {
        emit_x(Opcode::assert_type, value, subject, 0, assertion_ext(subject_type, var->type));
      }
      if (storage.in_memory) store(variable_place(var, nullptr), value);
    }
  }
  block(clause->body);
}

}  // namespace gocheck::lower
