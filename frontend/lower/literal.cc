// Composite literals. They are built where they are wanted: in slots, or in memory that nothing
// refers to yet.
#include "frontend/lower/function.h"
#include "runtime/program/invariant.h"

namespace gocheck::lower {

using namespace syntax;

namespace {

// Elements of an array or slice literal with their indices.
struct Indexed {
  int64_t index;
  const Expr* value;
};

}  // namespace

static std::vector<Indexed> indexed_elements(const types::Info& info, const CompositeLit* literal,
                                             int64_t* length) {
  std::vector<Indexed> result;
  int64_t next = 0;
  *length = 0;
  for (const Expr* element : literal->elements) {
    const Expr* value = element;
    if (element->kind == NodeKind::key_value_expr) {
      next = info.of(as<KeyValueExpr>(element)->key).constant.as_int64().value_or(0);
      value = as<KeyValueExpr>(element)->value;
    }
    result.push_back({next++, value});
    *length = std::max(*length, next);
  }
  return result;
}

void FunctionLowering::composite_literal(const CompositeLit* literal, Slot dst, bool fresh) {
  const types::Type* type = type_of(literal);
  if (types::under_as<types::Pointer>(type)) return pointer_literal(literal, type, dst);  // elided &T
  if (types::under_as<types::Slice>(type)) return slice_literal(literal, type, dst);
  if (types::under_as<types::Map>(type)) return map_literal(literal, type, dst);
  if (fresh) return literal_into(literal, frame_place(dst, type), false);
  Temporaries temporaries(*this);
  const Slot copy = alloc(slots(type));
  literal_into(literal, frame_place(copy, type), false);
  move(dst, copy, slots(type));
}

// &T{...}; `type` is T, or *T for an elided literal.
void FunctionLowering::pointer_literal(const CompositeLit* literal, const types::Type* type, Slot dst) {
  if (const auto* pointer = types::under_as<types::Pointer>(type)) type = pointer->element;
  Temporaries temporaries(*this);
  const Slot cell = alloc(1);
  if (types::under_as<types::Slice>(type) || types::under_as<types::Map>(type)) {
    const Slot plain = alloc(slots(type));
    if (types::under_as<types::Slice>(type)) {
      slice_literal(literal, type, plain);
    } else {
      map_literal(literal, type, plain);
    }
    emit_x(Opcode::new_, cell, 0, 0, types_.id(type));
    store(memory_place(cell, 0, type, true, literal), plain);
  } else {
    emit_x(Opcode::new_, cell, 0, 0, types_.id(type));
    literal_into(literal, memory_place(cell, 0, type, true), true);
  }
  move(dst, cell, 1);
}

void FunctionLowering::initialize(const Place& place, const Expr* expr, bool zeroed) {
  const Expr* e = unparen(expr);
  const types::Type* from = type_of(e);
  const bool boxing = !is_nil(e) && needs_boxing(from, place.type);
  if (zeroed && !boxing && is_zero(e)) return;
  if (e->kind == NodeKind::composite_lit && !boxing && !substitutes_.contains(e) &&
      (types::under_as<types::Struct>(from) || types::under_as<types::Array>(from))) {
    return literal_into(as<CompositeLit>(e), place, zeroed);
  }
  Temporaries temporaries(*this);
  if (place.kind == Place::Kind::frame &&
      (place.whole || (place.offset % 8 == 0 && size(place.type) % 8 == 0))) {
    return value_as_to(e, place.type, static_cast<Slot>(place.offset / 8), true);
  }
  if (is_large(place.type) && place.kind == Place::Kind::memory && !boxing) {
    const Place source = in_memory(this->place(e));
    if (source.kind == Place::Kind::memory) return copy_memory(place, source);
    return store(place, read(source));
  }
  store(place, value_as(e, place.type));
}

// Do the elements write every bit of the slots, so that zeroing first is not needed?
bool FunctionLowering::covers_frame(const CompositeLit* literal, const types::Type* type) {
  if (const auto* structure = types::under_as<types::Struct>(type)) {
    if (literal->elements.size() != structure->fields.size()) return false;
    uint64_t total = 0;
    for (const types::Var* field : structure->fields) {
      if (size(field->type) % 8 != 0) return false;
      total += size(field->type);
    }
    return total == size(type);
  }
  const auto* array = types::under_as<types::Array>(type);
  if (size(array->element) % 8 != 0 || literal->elements.size() != static_cast<size_t>(array->length))
    return false;
  for (const Expr* element : literal->elements) {
    if (element->kind == NodeKind::key_value_expr) return false;
  }
  return true;
}

void FunctionLowering::literal_into(const CompositeLit* literal, const Place& place, bool zeroed) {
  const types::Type* type = place.type;
  if (!zeroed && !(place.kind == Place::Kind::frame && covers_frame(literal, type))) {
    zero_place(place);
    zeroed = true;
  }
  if (const auto* structure = types::under_as<types::Struct>(type)) {
    int next = 0;
    for (const Expr* element : literal->elements) {
      const Expr* value = element;
      int index = next++;
      if (element->kind == NodeKind::key_value_expr) {
        value = as<KeyValueExpr>(element)->value;
        const auto name = as<Ident>(as<KeyValueExpr>(element)->key)->name;
        index = 0;
        while (structure->fields[index]->name != name) ++index;
      }
      At at(*this, value->pos);
      initialize(field(place, index), value, zeroed);
    }
    return;
  }
  const auto* array = types::under_as<types::Array>(type);
  int64_t length;
  for (const Indexed& element : indexed_elements(info_, literal, &length)) {
    Place part = place;
    part.offset += static_cast<uint64_t>(element.index) * size(array->element);
    part.type = array->element;
    part.whole = false;
    At at(*this, element.value->pos);
    initialize(part, element.value, zeroed);
  }
}

void FunctionLowering::slice_literal(const CompositeLit* literal, const types::Type* type, Slot dst) {
  Temporaries temporaries(*this);
  const types::Type* element_type = types::under_as<types::Slice>(type)->element;
  int64_t length;
  const std::vector<Indexed> elements = indexed_elements(info_, literal, &length);
  if (static_cast<size_t>(length) == elements.size() && length > 0) {
    std::vector<Expr*> values;
    for (const Indexed& element : elements) values.push_back(const_cast<Expr*>(element.value));
    return make_slice_of(values, element_type, dst);
  }
  const Slot slice = alloc(3);
  const_int(slice + 1, length);
  emit_x(Opcode::make_slice, slice, slice + 1, slice + 1, types_.id(element_type));
  for (const Indexed& element : elements) {
    At at(*this, element.value->pos);
    initialize(
        memory_place(slice, static_cast<uint64_t>(element.index) * size(element_type), element_type, true),
        element.value, true);
  }
  move(dst, slice, 3);
}

void FunctionLowering::make_slice_of(std::span<Expr* const> elements, const types::Type* element, Slot dst) {
  Temporaries temporaries(*this);
  const uint64_t bytes = size(element);
  const uint64_t count = elements.size();
  const Slot slice = alloc(3);
  constexpr uint64_t kMostAtOnce = 32;
  // Few elements that fill their slots are stored with one instruction.
  const bool at_once = bytes != 0 && bytes % 8 == 0 && count * slots(element) <= kMostAtOnce;
  if (at_once) {
    const Slot first = top();
    std::vector<Operand> list;
    for (const Expr* e : elements) list.push_back({e, element, alloc(slots(element))});
    operands(list);
    const_int(slice + 1, static_cast<int64_t>(count));
    emit_x(Opcode::make_slice, slice, slice + 1, slice + 1, types_.id(element));
    emit_x(Opcode::store_n, slice, first, 0, count * bytes);
  } else {
    const_int(slice + 1, static_cast<int64_t>(count));
    emit_x(Opcode::make_slice, slice, slice + 1, slice + 1, types_.id(element));
    uint64_t offset = 0;
    for (const Expr* e : elements) {
      At at(*this, e->pos);
      initialize(memory_place(slice, offset, element, true), e, true);
      offset += bytes;
    }
  }
  move(dst, slice, 3);
}

void FunctionLowering::map_literal(const CompositeLit* literal, const types::Type* type, Slot dst) {
  Temporaries temporaries(*this);
  const auto* map_type = types::under_as<types::Map>(type);
  const Slot map = alloc(1);
  const_int(map, static_cast<int64_t>(literal->elements.size()));
  emit_x(Opcode::make_map, map, map, 0, types_.id(type));
  for (const Expr* element : literal->elements) {
    Temporaries inner(*this);
    const auto* entry = as<KeyValueExpr>(element);
    Operand list[2] = {{entry->key, map_type->key}, {entry->value, map_type->value}};
    operands(list);
    At at(*this, entry->pos);
    emit_x(Opcode::map_set, map, list[0].slot, list[1].slot, types_.id(type));
  }
  move(dst, map, 1);
}

}  // namespace gocheck::lower
