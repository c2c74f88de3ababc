// Range loops. The operand is evaluated once; every iteration gives values to the iteration
// variables, new ones each time (or, before Go 1.22, the same ones).
#include <functional>

#include "frontend/lower/range_loop.h"
#include "runtime/program/invariant.h"

namespace gocheck::lower {

using namespace syntax;

void FunctionLowering::range_stmt(const RangeStmt* s, const LabeledStmt* label) {
  Temporaries scope(*this);
  RangeLoop loop{s, label, nullptr, nullptr, type_of(s->operand), {}, {}, {}, {}};
  if (s->key && !is_blank(s->key)) loop.key = s->key;
  if (s->value && !is_blank(s->value)) loop.value = s->value;
  // Before Go 1.22 all iterations share one variable.
  if (s->define && !package_->loop_var_per_iteration) {
    for (const Expr* target : {loop.key, loop.value}) {
      if (const types::Var* var = target ? declared_here(target) : nullptr) declare_with(var, nullptr);
    }
  }
  const types::Type* type = loop.operand_type;
  const auto* pointer = types::under_as<types::Pointer>(type);
  const auto* array = types::under_as<types::Array>(pointer ? pointer->element : type);
  if (types::is_integer(type)) {
    range_integer(loop);
  } else if (array) {
    range_array(loop, array, pointer != nullptr);
  } else if (types::under_as<types::Slice>(type)) {
    range_slice(loop);
  } else if (types::is_string(type)) {
    range_string(loop);
  } else if (types::under_as<types::Map>(type)) {
    range_map(loop);
  } else if (types::under_as<types::Chan>(type)) {
    range_channel(loop);
  } else if (types::under_as<types::Signature>(type)) {
    range_function(loop);
  } else {
    unsupported(s->operand->pos, "range over this type");
  }
  if (loop.end.used()) bind(loop.end);
}

// The loop's body proper, after the iteration variables have their values.
void FunctionLowering::iterate(RangeLoop& loop) {
  targets_.push_back({loop.label, &loop.end, &loop.next});
  block(loop.stmt->body->stmts);
  targets_.pop_back();
}

// A slot where the next value of an iteration variable may be put: the variable itself if it lives
// in the frame; then assign_iteration() has nothing left to do.
Slot FunctionLowering::iteration_slot(RangeLoop& loop, const Expr* target, const types::Type* type) {
  const types::Var* var = loop.stmt->define ? declared_here(target) : nullptr;
  if (var && !m_.in_memory(var) && !needs_boxing(type, var->type)) {
    if (!storage_.contains(var) || package_->loop_var_per_iteration) declare(var);
    return storage_[var].slot;
  }
  return alloc(slots(type));
}

// Gives the iteration's values, which are in slots, to the variables.
void FunctionLowering::assign_iteration(RangeLoop& loop, std::initializer_list<IterationValue> values) {
  if (loop.stmt->define) {
    for (const IterationValue& v : values) {
      const types::Var* var = v.target ? declared_here(v.target) : nullptr;
      if (!var) continue;
      At at(*this, v.target->pos);
      auto it = storage_.find(var);
      if (it != storage_.end() && !it->second.in_memory && it->second.slot == v.slot) continue;
      if (package_->loop_var_per_iteration) {
        declare_from(var, v.slot, v.type);
      } else {
        Temporaries temporaries(*this);
        store(variable_place(var, nullptr), adapted(v.slot, v.type, var->type));
      }
    }
    return;
  }
  // As in an assignment, the operands on the left come first.
  Temporaries temporaries(*this);
  std::vector<std::pair<Place, IterationValue>> places;
  std::vector<const types::Var*> assigned;
  for (const IterationValue& v : values) {
    if (!v.target) continue;
    At at(*this, v.target->pos);
    places.emplace_back(target(v.target), v);
    const types::Var* var = root_variable(info_, v.target, nullptr);
    if (var && storage_.contains(var)) assigned.push_back(var);
  }
  for (auto& [place, v] : places) detach(place, assigned);
  for (auto& [place, v] : places) {
    At at(*this, v.target->pos);
    store(place, adapted(v.slot, v.type, place.type));
  }
}

// May the variable itself count the iterations? Only if nobody changes or keeps it.
bool FunctionLowering::is_private_counter(RangeLoop& loop) {
  const types::Var* var = loop.stmt->define && loop.key ? declared_here(loop.key) : nullptr;
  return var && package_->loop_var_per_iteration && !m_.in_memory(var) && !m_.variables.use(var).reassigned;
}

// for index := 0; index < limit; index++ { element(index, value slot); body }
void FunctionLowering::counted_loop(RangeLoop& loop, Slot limit, const types::Type* index_type,
                                    const types::Type* element_type,
                                    const std::function<void(Slot, Slot)>& element) {
  Slot index;
  const bool own_counter = !is_private_counter(loop);
  if (own_counter) {
    index = alloc(1);
  } else {
    index = declare(declared_here(loop.key)).slot;
  }
  zero(index, 1);
  jump(loop.condition);
  bind(loop.body);
  {
    Temporaries iteration(*this);
    IterationValue key, value;
    if (loop.key && own_counter) {
      key = {loop.key, iteration_slot(loop, loop.key, index_type), index_type};
      move(key.slot, index, 1);
    }
    if (loop.value) {
      value = {loop.value, iteration_slot(loop, loop.value, element_type), element_type};
      element(index, value.slot);
    }
    assign_iteration(loop, {key, value});
    iterate(loop);
  }
  if (loop.next.used()) bind(loop.next);
  At at(*this, loop.stmt->pos);
  emit(Opcode::add_k, index, index, 1);
  bind(loop.condition);
  compare_jump(Opcode::jump_lt, index, limit, loop.body);
}

void FunctionLowering::range_integer(RangeLoop& loop) {
  const types::Type* type = types::default_type(loop.operand_type);
  if (loop.key && info_.of(loop.stmt->operand).constant.known())
    type = type_of(loop.key) ? type_of(loop.key) : type;
  if (const types::Var* var = loop.key ? variable(info_, loop.key) : nullptr) type = var->type;
  const Slot limit = alloc(1);
  const types::TypeAndValue& tv = info_.of(loop.stmt->operand);
  if (tv.constant.known()) {
    constant(tv.constant, type, limit);
  } else {
    value_to(loop.stmt->operand, limit, true);
  }
  if (!types::is_unsigned(type) || size(type) < 8) return counted_loop(loop, limit, type, nullptr, nullptr);
  // Beyond the range of int64: an unsigned comparison.
  const Slot index = alloc(1);
  const Slot less = alloc(1);
  zero(index, 1);
  jump(loop.condition);
  bind(loop.body);
  {
    Temporaries iteration(*this);
    if (loop.key) {
      const Slot key = iteration_slot(loop, loop.key, type);
      move(key, index, 1);
      assign_iteration(loop, {{loop.key, key, type}});
    }
    iterate(loop);
  }
  if (loop.next.used()) bind(loop.next);
  At at(*this, loop.stmt->pos);
  emit(Opcode::add_k, index, index, 1);
  bind(loop.condition);
  emit(Opcode::lt_u, less, index, limit);
  jump_if(less, true, loop.body);
}

void FunctionLowering::range_slice(RangeLoop& loop) {
  const types::Type* element = types::under_as<types::Slice>(loop.operand_type)->element;
  // The header is copied: the loop sees the length and the array that were there at the start.
  const Slot slice = alloc(3);
  value_to(loop.stmt->operand, slice, true);
  counted_loop(loop, slice + 1, types::basic(types::BasicKind::int_), element, [&](Slot index, Slot value) {
    Place place;
    place.kind = Place::Kind::slice_element;
    place.type = element;
    place.slot = slice;
    place.index = index;
    place.expr = loop.stmt->operand;
    load(place, value);
  });
}

void FunctionLowering::range_array(RangeLoop& loop, const types::Array* array, bool pointer) {
  const Expr* operand = loop.stmt->operand;
  const types::Type* int_type = types::basic(types::BasicKind::int_);
  const Slot limit = alloc(1);
  const_int(limit, array->length);
  if (!loop.value) {
    // Only the length matters; the operand is evaluated if that does something.
    if (m_.effects(operand) != Effects::none) discard(operand);
    return counted_loop(loop, limit, int_type, nullptr, nullptr);
  }
  const Slot base = alloc(1);
  if (pointer) {
    value_to(operand, base, true);
  } else {
    // The loop goes over a copy.
    emit_x(Opcode::new_, base, 0, 0, types_.id(loop.operand_type));
    Temporaries temporaries(*this);
    const Place copy = memory_place(base, 0, loop.operand_type, true, operand);
    const Place source = in_memory(place(operand));
    if (source.kind == Place::Kind::memory) {
      copy_memory(copy, source);
    } else {
      store(copy, read(source));
    }
  }
  const uint64_t element_size = size(array->element);
  counted_loop(loop, limit, int_type, array->element, [&](Slot index, Slot value) {
    Temporaries temporaries(*this);
    const Slot address = alloc(1);
    emit_x(Opcode::array_addr, address, base, index,
           element_size << 32 | static_cast<uint64_t>(array->length));
    load(memory_place(address, 0, array->element, true, operand), value);
  });
}

void FunctionLowering::range_string(RangeLoop& loop) {
  const types::Type* int_type = types::basic(types::BasicKind::int_);
  const Slot text = alloc(2);
  value_to(loop.stmt->operand, text, true);
  const Slot index = alloc(1);
  const Slot rune = alloc(2);  // and the index of the next one
  zero(index, 1);
  zero(rune + 1, 1);
  jump(loop.condition);
  bind(loop.body);
  emit(Opcode::string_next, rune, text, index);
  {
    Temporaries iteration(*this);
    IterationValue key, value;
    if (loop.key) {
      key = {loop.key, iteration_slot(loop, loop.key, int_type), int_type};
      move(key.slot, index, 1);
    }
    if (loop.value) {
      value = {loop.value, iteration_slot(loop, loop.value, types::rune_type()), types::rune_type()};
      move(value.slot, rune, 1);
    }
    assign_iteration(loop, {key, value});
    iterate(loop);
  }
  if (loop.next.used()) bind(loop.next);
  At at(*this, loop.stmt->pos);
  move(index, rune + 1, 1);
  bind(loop.condition);
  compare_jump(Opcode::jump_lt, index, text + 1, loop.body);
}

void FunctionLowering::range_map(RangeLoop& loop) {
  const auto* map = types::under_as<types::Map>(loop.operand_type);
  const TypeId id = types_.id(loop.operand_type);
  const Slot iterator = alloc(4);
  {
    Temporaries temporaries(*this);
    const Slot operand = value(loop.stmt->operand);
    name_access(loop.stmt->operand);
    emit_x(Opcode::map_iter, iterator, operand, 0, id);
  }
  const Slot more = alloc(1);
  bind(loop.next);
  {
    Temporaries iteration(*this);
    Slot key = kNoSlot, value = kNoSlot;
    if (loop.key) key = iteration_slot(loop, loop.key, map->key);
    if (loop.value) value = iteration_slot(loop, loop.value, map->value);
    const Slot key_operand = slots(map->key) == 0 ? kNoSlot : key;
    const Slot value_operand = slots(map->value) == 0 ? kNoSlot : value;
    At at(*this, loop.stmt->pos);
    name_access(loop.stmt->operand);
    emit_x(Opcode::map_next, more, iterator, key_operand, uint64_t{value_operand} << 32 | id);
    jump_if(more, false, loop.end);
    assign_iteration(loop, {{loop.key, key, map->key}, {loop.value, value, map->value}});
    iterate(loop);
  }
  At at(*this, loop.stmt->pos);
  jump(loop.next);
}

void FunctionLowering::range_channel(RangeLoop& loop) {
  const types::Type* element = types::under_as<types::Chan>(loop.operand_type)->element;
  const Slot channel = alloc(1);
  value_to(loop.stmt->operand, channel, true);
  bind(loop.next);
  {
    Temporaries iteration(*this);
    const Slot received = alloc(slots(element) + 1);  // value, then ok
    At at(*this, loop.stmt->operand->pos);
    emit_x(Opcode::recv_ok, received, channel, 0, types_.id(loop.operand_type));
    jump_if(received + slots(element), false, loop.end);
    if (loop.key) {
      const types::Var* var = loop.stmt->define ? declared_here(loop.key) : nullptr;
      if (var && package_->loop_var_per_iteration) {
        declare_part(var, received, element);
      } else {
        assign_iteration(loop, {{loop.key, received, element}});
      }
    }
    iterate(loop);
  }
  At at(*this, loop.stmt->pos);
  jump(loop.next);
}

}  // namespace gocheck::lower
