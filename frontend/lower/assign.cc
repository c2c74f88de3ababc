// Assignments and variable declarations.
#include "frontend/lower/function.h"
#include "runtime/program/invariant.h"

namespace gocheck::lower {

using namespace syntax;

bool FunctionLowering::is_blank(const Expr* expr) {
  expr = unparen(expr);
  return expr->kind == NodeKind::ident && as<Ident>(expr)->name == "_";
}

const types::Var* FunctionLowering::declared_here(const Expr* left) const {
  left = unparen(left);
  if (left->kind != NodeKind::ident) return nullptr;
  auto it = info_.definitions.find(as<Ident>(left));
  if (it == info_.definitions.end() || !it->second || it->second->kind != types::ObjectKind::var)
    return nullptr;
  return static_cast<const types::Var*>(it->second);
}

bool FunctionLowering::is_simple_variable(const Expr* expr, Slot* slot) {
  const types::Var* var = variable(info_, expr);
  if (!var || var->is_package_level) return false;
  auto it = storage_.find(var);
  if (it == storage_.end() || it->second.in_memory) return false;
  *slot = it->second.slot;
  return true;
}

// ---- Declarations ----

FunctionLowering::Storage FunctionLowering::declare(const types::Var* var) {
  Storage storage;
  storage.in_memory = m_.in_memory(var);
  storage.slot = alloc(storage.in_memory ? 1 : slots(var->type));
  if (storage.in_memory) emit_x(Opcode::new_, storage.slot, 0, 0, types_.id(var->type));
  storage_[var] = storage;
  name_local(var, storage);
  return storage;
}

void FunctionLowering::declare_with(const types::Var* var, const Expr* init) {
  At at(*this, var->pos);
  const Storage storage = declare(var);
  Temporaries temporaries(*this);
  Place place = variable_place(var, nullptr);
  if (init) return initialize(place, init, storage.in_memory);
  if (!storage.in_memory) zero(storage.slot, slots(var->type));
}

void FunctionLowering::declare_from(const types::Var* var, Slot value, const types::Type* from) {
  At at(*this, var->pos);
  declare(var);
  Temporaries temporaries(*this);
  store(variable_place(var, nullptr), adapted(value, from, var->type));
}

void FunctionLowering::var_decl(const ValueSpec& spec) {
  if (spec.values.size() == spec.names.size() || spec.values.empty()) {
    // All values are computed before the first variable exists; names do not see each other.
    for (size_t i = 0; i < spec.names.size(); ++i) {
      const types::Var* var = declared_here(spec.names[i]);
      const Expr* init = spec.values.empty() ? nullptr : spec.values[i];
      if (is_blank(spec.names[i]) || !var) {
        if (init) discard_as(init, spec.type ? type_of(spec.type) : nullptr);
      } else {
        declare_with(var, init);
      }
    }
    return;
  }
  const auto* types_of_parts = static_cast<const types::Tuple*>(type_of(spec.values[0]));
  declare_tuple(tuple(spec.values[0]), types_of_parts, {spec.names.data(), spec.names.size()});
}

// Gives the parts of a tuple that lies on top of the slots to new variables. They stay where they are
// if possible.
void FunctionLowering::declare_tuple(Slot first, const types::Tuple* parts, std::span<Ident* const> names) {
  Slot part = first;
  for (size_t i = 0; i < names.size(); ++i) {
    const types::Type* from = parts->vars[i]->type;
    if (const types::Var* var = declared_here(names[i]); var && !is_blank(names[i])) {
      declare_part(var, part, from);
    }
    part += slots(from);
  }
}

void FunctionLowering::declare_part(const types::Var* var, Slot part, const types::Type* from) {
  if (m_.in_memory(var) || needs_boxing(from, var->type)) return declare_from(var, part, from);
  storage_[var] = {false, part};
  name_local(var, storage_[var]);
}

// ---- Assignment ----

Place FunctionLowering::target(const Expr* left) {
  left = unparen(left);
  if (is_blank(left)) return {};
  return place(left);
}

// Of several assignments the first ones are carried out even if the index of a later one is out of range.
Place FunctionLowering::late_target(const Expr* left) {
  late_checks_ = true;
  const Place result = target(left);
  late_checks_ = false;
  return result;
}

void FunctionLowering::discard_as(const Expr* expr, const types::Type* target_type) {
  Temporaries temporaries(*this);
  if (target_type && types::is_interface(target_type)) {
    value_as(expr, target_type);
  } else {
    discard(expr);
  }
}

void FunctionLowering::assign_stmt(const AssignStmt* s) {
  if (s->op == Op::define || s->op == Op::assign) {
    if (s->left.size() == s->right.size()) {
      if (s->left.size() > 1) return assign_values(s);
      const types::Var* var = s->op == Op::define ? declared_here(s->left[0]) : nullptr;
      if (var && !is_blank(s->left[0])) return declare_with(var, s->right[0]);
      return assign_one(s->left[0], s->right[0]);
    }
    return assign_tuple(s);
  }
  assign_operation(s->left[0], s->op, s->right[0], s->op_pos);
}

void FunctionLowering::assign_one(const Expr* left, const Expr* right) {
  if (is_blank(left)) return discard(right);
  Temporaries temporaries(*this);
  Slot slot;
  if (is_simple_variable(left, &slot)) return value_as_to(right, type_of(left), slot, false);
  const types::Type* type = type_of(left);
  if (m_.effects(left) == Effects::calls) {
    const Place place = target(left);
    return assign_place(place, right, type);
  }
  if (is_large(type)) return assign_place(target(left), right, type);
  const Slot result = value_as(right, type);
  store(target(left), result);
}

void FunctionLowering::assign_place(const Place& place, const Expr* right, const types::Type* type) {
  const Expr* e = unparen(right);
  if (place.kind == Place::Kind::memory && is_large(type) && !needs_boxing(type_of(e), type)) {
    // Through memory; place() builds literals in a cell of their own.
    const Place source = in_memory(this->place(e));
    if (source.kind == Place::Kind::memory) return copy_memory(place, source);
    return store(place, read(source));
  }
  store(place, value_as(right, type));
}

std::vector<const types::Var*> FunctionLowering::assigned_variables(List<Expr*> left) {
  std::vector<const types::Var*> result;
  for (const Expr* e : left) {
    if (const types::Var* var = root_variable(info_, e, nullptr); var && storage_.contains(var))
      result.push_back(var);
  }
  return result;
}

Slot FunctionLowering::detached(Slot slot, uint32_t count, const std::vector<const types::Var*>& assigned) {
  for (const types::Var* var : assigned) {
    auto it = storage_.find(var);
    if (it == storage_.end() || it->second.in_memory) continue;
    const Slot first = it->second.slot;
    if (slot < first + slots(var->type) && first < slot + count) {
      const Slot copy = alloc(count);
      move(copy, slot, count);
      return copy;
    }
  }
  return slot;
}

void FunctionLowering::detach(Place& place, const std::vector<const types::Var*>& assigned) {
  switch (place.kind) {
    case Place::Kind::memory:
      if (!place.certain) place.slot = detached(place.slot, 1, assigned);
      break;
    case Place::Kind::slice_element:
      place.slot = detached(place.slot, 3, assigned);
      place.index = detached(place.index, 1, assigned);
      break;
    case Place::Kind::map_element:
      place.slot = detached(place.slot, 1, assigned);
      place.index = detached(place.index, slots(types::under_as<types::Map>(place.map)->key), assigned);
      break;
    default:
      break;
  }
}

// Operands on the left first, then values, then the assignments from left to right.
void FunctionLowering::assign_values(const AssignStmt* s) {
  const size_t count = s->left.size();
  std::vector<Place> places(count);
  std::vector<Operand> values(count);
  std::vector<const types::Var*> fresh(count, nullptr);
  std::vector<bool> in_place(count, false);
  // Variables that are new get their slots first, below the temporaries.
  for (size_t i = 0; i < count; ++i) {
    const types::Var* var =
        s->op == Op::define && !is_blank(s->left[i]) ? declared_here(s->left[i]) : nullptr;
    fresh[i] = var;
    if (!var) continue;
    At at(*this, var->pos);
    if (m_.in_memory(var)) {
      storage_[var] = {true, alloc(1)};
    } else {
      storage_[var] = {false, alloc(slots(var->type))};
      in_place[i] = true;
    }
    name_local(var, storage_[var]);
  }
  Temporaries temporaries(*this);
  bool calls = false;
  for (const Expr* e : s->left) calls = calls || m_.effects(e) == Effects::calls;
  auto left_operands = [&] {
    for (size_t i = 0; i < count; ++i) {
      if (!fresh[i]) places[i] = late_target(s->left[i]);
    }
  };
  if (calls) left_operands();
  for (size_t i = 0; i < count; ++i) {
    const types::Type* type = fresh[i]               ? fresh[i]->type
                              : is_blank(s->left[i]) ? nullptr
                                                     : type_of(s->left[i]);
    values[i] = {s->right[i], type, in_place[i] ? storage_[fresh[i]].slot : kAnywhere, true};
  }
  operands(values);
  if (!calls) left_operands();
  const std::vector<const types::Var*> assigned = assigned_variables(s->left);
  for (size_t i = 0; i < count; ++i) {
    if (in_place[i]) continue;
    detach(places[i], assigned);
    const types::Type* type = values[i].target ? values[i].target : type_of(s->right[i]);
    // The first value is used before anything is assigned.
    if (i > 0) values[i].slot = detached(values[i].slot, slots(type), assigned);
  }
  for (size_t i = 0; i < count; ++i) {
    if (in_place[i]) continue;
    if (fresh[i]) {
      At at(*this, fresh[i]->pos);
      emit_x(Opcode::new_, storage_[fresh[i]].slot, 0, 0, types_.id(fresh[i]->type));
      places[i] = variable_place(fresh[i], nullptr);
    }
    store(places[i], values[i].slot);
  }
}

void FunctionLowering::assign_tuple(const AssignStmt* s) {
  const auto* parts = static_cast<const types::Tuple*>(type_of(s->right[0]));
  bool all_new = s->op == Op::define;
  for (const Expr* e : s->left) all_new = all_new && (is_blank(e) || declared_here(e));
  if (all_new) {
    Slot part = tuple(s->right[0]);
    for (size_t i = 0; i < s->left.size(); ++i) {
      const types::Type* from = parts->vars[i]->type;
      if (const types::Var* var = declared_here(s->left[i]); var && !is_blank(s->left[i]))
        declare_part(var, part, from);
      part += slots(from);
    }
    return;
  }
  // New variables before the temporaries: they outlive the statement.
  std::vector<const types::Var*> fresh(s->left.size(), nullptr);
  for (size_t i = 0; i < s->left.size(); ++i) {
    fresh[i] = s->op == Op::define && !is_blank(s->left[i]) ? declared_here(s->left[i]) : nullptr;
    if (fresh[i]) declare(fresh[i]);
  }
  Temporaries temporaries(*this);
  std::vector<Place> places(s->left.size());
  bool calls = false;
  for (const Expr* e : s->left) calls = calls || m_.effects(e) == Effects::calls;
  auto left_operands = [&] {
    for (size_t i = 0; i < places.size(); ++i) places[i] = late_target(s->left[i]);
  };
  if (calls) left_operands();
  Slot part = tuple(s->right[0]);
  if (!calls) left_operands();
  const std::vector<const types::Var*> assigned = assigned_variables(s->left);
  for (Place& place : places) detach(place, assigned);
  for (size_t i = 0; i < places.size(); ++i) {
    const types::Type* from = parts->vars[i]->type;
    if (places[i].kind != Place::Kind::blank) {
      Temporaries inner(*this);
      store(places[i], adapted(part, from, places[i].type));
    }
    part += slots(from);
  }
}

// x op= y: the operands of x are evaluated once; x is read after y.
void FunctionLowering::assign_operation(const Expr* left, Op op, const Expr* right, Position at_position) {
  Temporaries temporaries(*this);
  const types::Type* type = type_of(left);
  Slot variable_slot;
  if (is_simple_variable(left, &variable_slot)) {
    At at(*this, at_position);
    return arithmetic(op, type, variable_slot, right, kAnywhere, variable_slot);
  }
  const bool calls = m_.effects(left) == Effects::calls;
  Place place;
  if (calls) place = target(left);
  Slot operand = kAnywhere;
  if (!integer_constant(right)) operand = value(right);
  if (!calls) place = target(left);
  if (place.kind == Place::Kind::slice_element && !scalar(type)) place = in_memory(place);
  const Slot result = alloc(slots(type));
  load(place, result);
  {
    At at(*this, at_position);
    arithmetic(op, type, result, right, operand, result);
  }
  store(place, result);
}

void FunctionLowering::inc_dec(const IncDecStmt* s) {
  Temporaries temporaries(*this);
  const types::Type* type = type_of(s->operand);
  Slot slot;
  const bool simple = is_simple_variable(s->operand, &slot);
  Place place;
  if (!simple) {
    place = target(s->operand);
    slot = alloc(slots(type));
    load(place, slot);
  }
  At at(*this, s->operand->pos);
  if (types::is_integer(type)) {
    arithmetic_constant(s->increment ? Op::add : Op::sub, type, slot, 1, slot);
  } else if (types::is_float(type)) {
    const Slot one = alloc(1);
    constant(types::Constant::of_int(1).to_float(), type, one);
    const bool single = kind(type) == Kind::float32;
    emit(s->increment ? (single ? Opcode::add_f32 : Opcode::add_f64)
                      : (single ? Opcode::sub_f32 : Opcode::sub_f64),
         slot, slot, one);
  } else {
    const Slot one = alloc(slots(type));
    constant(types::Constant::of_int(1), type, one);
    complex_arithmetic(s->increment ? Op::add : Op::sub, type, slot, one, slot);
  }
  if (!simple) store(place, slot);
}

}  // namespace gocheck::lower
