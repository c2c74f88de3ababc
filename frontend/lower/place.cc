// Places: where values are, and moving them between memory and slots.
#include <fmt/format.h>

#include "frontend/lower/function.h"
#include "runtime/program/invariant.h"

namespace gocheck::lower {

using namespace syntax;

Place FunctionLowering::frame_place(Slot slot, const types::Type* type) {
  Place result;
  result.kind = Place::Kind::frame;
  result.type = type;
  result.slot = slot;
  result.offset = uint64_t{slot} * 8;
  return result;
}

Place FunctionLowering::memory_place(Slot address, uint64_t offset, const types::Type* type, bool certain,
                                     const Expr* expr) {
  Place result;
  result.kind = Place::Kind::memory;
  result.type = type;
  result.slot = address;
  result.offset = offset;
  result.certain = certain;
  result.expr = expr;
  return result;
}

Place FunctionLowering::variable_place(const types::Var* var, const Expr* expr) {
  if (var->is_package_level) {
    const Slot address = alloc(1);
    emit_x(Opcode::global_addr, address, 0, 0, m_.global(var));
    return memory_place(address, 0, var->type, true, expr);
  }
  auto it = storage_.find(var);
  GOCHECK_INVARIANT(it != storage_.end());
  Place result = it->second.in_memory ? memory_place(it->second.slot, 0, var->type, true)
                                      : frame_place(it->second.slot, var->type);
  result.expr = expr;
  return result;
}

Place FunctionLowering::temporary_place(const Expr* expr) {
  Place result = frame_place(value(expr), type_of(expr));
  result.expr = expr;
  return result;
}

Place FunctionLowering::place(const Expr* e) {
  e = unparen(e);
  if (substitutes_.contains(e)) return temporary_place(e);
  const types::TypeAndValue& tv = info_.of(e);
  if (tv.constant.known()) return temporary_place(e);
  switch (e->kind) {
    case NodeKind::ident:
      if (const types::Var* var = variable(info_, e)) return variable_place(var, e);
      break;
    case NodeKind::selector_expr: {
      const auto* selector = as<SelectorExpr>(e);
      auto it = info_.selections.find(selector);
      if (it == info_.selections.end()) {  // a package's variable
        if (const types::Var* var = variable(info_, selector->selected)) return variable_place(var, e);
        break;
      }
      if (it->second.kind != types::Selection::Kind::field) break;
      Place result = follow(place(selector->operand), it->second.path);
      result.expr = e;
      return result;
    }
    case NodeKind::index_expr:
      return index_place(as<IndexExpr>(e));
    case NodeKind::star_expr: {
      Place result = dereferenced(place(as<StarExpr>(e)->operand));
      result.expr = e;
      return result;
    }
    case NodeKind::composite_lit:
      // &T{} and T{}.f: large values are built in memory.
      if (is_large(tv.type) && !types::under_as<types::Slice>(tv.type) &&
          !types::under_as<types::Map>(tv.type)) {
        const Slot cell = alloc(1);
        emit_x(Opcode::new_, cell, 0, 0, types_.id(tv.type));
        Place result = memory_place(cell, 0, tv.type, true, e);
        literal_into(as<CompositeLit>(e), result, true);
        return result;
      }
      break;
    default:
      break;
  }
  return temporary_place(e);
}

Place FunctionLowering::index_place(const IndexExpr* e) {
  const types::Type* type = type_of(e->operand);
  const Expr* index = e->indices[0];
  if (types::under_as<types::Array>(type)) return array_element(place(e->operand), index, e);
  if (const auto* pointer = types::under_as<types::Pointer>(type); pointer) {
    (void)pointer;
    return array_element(dereferenced(place(e->operand)), index, e);
  }
  if (const auto* slice = types::under_as<types::Slice>(type)) {
    Place result;
    result.kind = Place::Kind::slice_element;
    result.type = slice->element;
    std::tie(result.slot, result.index) = both(e->operand, index);
    result.expr = e;
    return result;
  }
  if (const auto* map = types::under_as<types::Map>(type)) {
    Place result;
    result.kind = Place::Kind::map_element;
    result.type = map->value;
    result.map = type;
    Operand list[2] = {{e->operand, nullptr}, {index, map->key}};
    operands(list);
    result.slot = list[0].slot;
    result.index = list[1].slot;
    result.expr = e;
    return result;
  }
  return temporary_place(e);  // a byte of a string
}

Place FunctionLowering::array_element(Place array, const Expr* index, const Expr* expr) {
  const auto* type = types::under_as<types::Array>(array.type);
  const uint64_t element_size = size(type->element);
  array = in_memory(array);
  if (auto constant = integer_constant(index)) {
    array.offset += static_cast<uint64_t>(*constant) * element_size;
    array.whole = false;
    array.type = type->element;
    array.expr = expr;
    return array;
  }
  const Slot index_slot = value(index);
  if (array.kind == Place::Kind::frame) array = spilled(array);
  At at(*this, site(expr));
  if (late_checks_ && array.kind == Place::Kind::memory) {  // as an element of the slice of all elements
    Place element;
    element.kind = Place::Kind::slice_element;
    element.type = type->element;
    element.slot = alloc(3);
    address(array, element.slot);
    const_int(element.slot + 1, type->length);
    const_int(element.slot + 2, type->length);
    element.index = index_slot;
    element.expr = expr;
    return element;
  }
  Slot base = array.slot;
  if (array.offset != 0) base = address(array);
  if (element_size > UINT32_MAX || type->length > UINT32_MAX) unsupported(expr->pos, "an array of this size");
  const Slot result = alloc(1);
  emit_x(Opcode::array_addr, result, base, index_slot,
         element_size << 32 | static_cast<uint64_t>(type->length));
  return memory_place(result, 0, type->element, true, expr);
}

Place FunctionLowering::spilled(const Place& frame) {
  const Slot cell = alloc(1);
  emit_x(Opcode::new_, cell, 0, 0, types_.id(frame.type));
  Place result = memory_place(cell, 0, frame.type, true, frame.expr);
  Temporaries temporaries(*this);
  store(result, read(frame));
  return result;
}

Place FunctionLowering::in_memory(Place place) {
  if (place.kind == Place::Kind::map_element) return frame_place(read(place), place.type);
  if (place.kind != Place::Kind::slice_element) return place;
  const Expr* expr = place.element ? place.element_expr : place.expr;
  At at(*this, expr ? site(expr) : Position{});
  const Slot address = alloc(1);
  emit_x(Opcode::slice_addr, address, place.slot, place.index, size(place.element ? place.element : place.type));
  return memory_place(address, place.offset, place.type, true, place.expr);
}

Place FunctionLowering::dereferenced(Place pointer) {
  const auto* type = types::under_as<types::Pointer>(pointer.type);
  GOCHECK_INVARIANT(type != nullptr);
  return memory_place(read(pointer), 0, type->element, false, pointer.expr);
}

Place FunctionLowering::field(Place place, int index) {
  const auto* structure = types::under_as<types::Struct>(place.type);
  GOCHECK_INVARIANT(structure != nullptr);
  if (late_checks_ && place.kind == Place::Kind::slice_element) {
    if (!place.element) {
      place.element = place.type;
      place.element_expr = place.expr;
    }
  } else {
    place = in_memory(place);
  }
  place.offset += types_.field_offset(place.type, index);
  place.type = structure->fields[index]->type;
  place.whole = false;
  return place;
}

Place FunctionLowering::follow(Place place, std::span<const int> path) {
  for (int index : path) {
    if (types::under_as<types::Pointer>(place.type)) place = dereferenced(place);
    place = field(place, index);
  }
  return place;
}

// ---- Access ----

// Offsets in instructions have 16 bits; the address is checked for nil before the offset is added.
Slot FunctionLowering::small_offset(const Place& place, uint32_t* offset) {
  if (place.offset <= 0xffff) {
    *offset = static_cast<uint32_t>(place.offset);
    return place.slot;
  }
  *offset = 0;
  const Slot result = alloc(1);
  emit_x(Opcode::lea, result, place.slot, 0, place.offset);
  return result;
}

void FunctionLowering::load_memory(const Place& place, Slot dst) {
  Temporaries temporaries(*this);
  At at(*this, place.expr ? site(place.expr) : Position{});
  uint32_t offset;
  const Slot base = small_offset(place, &offset);
  const uint64_t bytes = size(place.type);
  if (bytes == 0) {
    if (!place.certain) emit(Opcode::nil_check, base);
    return;
  }
  name_access(place.expr);
  const Kind k = kind(place.type);
  if (!program::is_scalar(k)) return emit_x(Opcode::load_n, dst, base, offset, bytes);
  const bool is_signed = program::is_signed_integer(k);
  switch (bytes) {
    case 1:
      return emit(is_signed ? Opcode::load_i8 : Opcode::load_u8, dst, base, offset);
    case 2:
      return emit(is_signed ? Opcode::load_i16 : Opcode::load_u16, dst, base, offset);
    case 4:
      return emit(is_signed ? Opcode::load_i32 : Opcode::load_u32, dst, base, offset);
    default:
      return emit(Opcode::load_64, dst, base, offset);
  }
}

void FunctionLowering::store_memory(const Place& place, Slot src) {
  Temporaries temporaries(*this);
  At at(*this, place.expr ? site(place.expr) : Position{});
  uint32_t offset;
  const Slot base = small_offset(place, &offset);
  const uint64_t bytes = size(place.type);
  if (bytes == 0) {
    if (!place.certain) emit(Opcode::nil_check, base);
    return;
  }
  name_access(place.expr);
  if (!scalar(place.type)) return emit_x(Opcode::store_n, base, src, offset, bytes);
  switch (bytes) {
    case 1:
      return emit(Opcode::store_8, base, src, offset);
    case 2:
      return emit(Opcode::store_16, base, src, offset);
    case 4:
      return emit(Opcode::store_32, base, src, offset);
    default:
      return emit(Opcode::store_64, base, src, offset);
  }
}

namespace {

// The direct element instructions, by kind of the element; count_ if there is none.
Opcode slice_load(Kind k) {
  switch (k) {
    case Kind::bool_:
    case Kind::uint8:
      return Opcode::slice_load_u8;
    case Kind::int32:
      return Opcode::slice_load_i32;
    case Kind::int_:
    case Kind::int64:
    case Kind::uint:
    case Kind::uint64:
    case Kind::uintptr:
    case Kind::float64:
    case Kind::pointer:
    case Kind::map:
    case Kind::chan:
    case Kind::func:
    case Kind::unsafe_pointer:
      return Opcode::slice_load_64;
    default:
      return Opcode::count_;
  }
}

Opcode slice_store(Kind k, uint64_t bytes) {
  if (!program::is_scalar(k) || bytes == 2) return Opcode::count_;
  return bytes == 1 ? Opcode::slice_store_8 : bytes == 4 ? Opcode::slice_store_32 : Opcode::slice_store_64;
}

}  // namespace

void FunctionLowering::load(const Place& place, Slot dst) {
  switch (place.kind) {
    case Place::Kind::blank:
      return;
    case Place::Kind::memory:
      return load_memory(place, dst);
    case Place::Kind::map_element: {
      At at(*this, place.expr ? site(place.expr) : Position{});
      name_access(place.expr);
      return emit_x(Opcode::map_get, dst, place.slot, place.index, types_.id(place.map));
    }
    case Place::Kind::slice_element: {
      const Opcode op = slice_load(kind(place.type));
      if (op == Opcode::count_ || place.element) {
        Temporaries temporaries(*this);
        return load_memory(in_memory(place), dst);
      }
      At at(*this, place.expr ? site(place.expr) : Position{});
      name_access(place.expr);
      return emit(op, dst, place.slot, place.index);
    }
    case Place::Kind::frame:
      break;
  }
  const uint64_t bytes = size(place.type);
  if (place.whole || (place.offset % 8 == 0 && bytes % 8 == 0)) {
    return move(dst, static_cast<Slot>(place.offset / 8), slots(place.type));
  }
  const Kind k = kind(place.type);
  if (!program::is_scalar(k)) {
    zero(dst + slots(place.type) - 1, 1);
    return frame_copy(uint64_t{dst} * 8, place.offset, bytes);
  }
  const bool is_signed = program::is_signed_integer(k);
  const Opcode op = bytes == 1   ? (is_signed ? Opcode::frame_load_i8 : Opcode::frame_load_u8)
                    : bytes == 2 ? (is_signed ? Opcode::frame_load_i16 : Opcode::frame_load_u16)
                                 : (is_signed ? Opcode::frame_load_i32 : Opcode::frame_load_u32);
  emit_x(op, dst, 0, 0, place.offset);
}

Slot FunctionLowering::read(const Place& place) {
  if (place.kind == Place::Kind::frame &&
      (place.whole || (place.offset % 8 == 0 && size(place.type) % 8 == 0))) {
    return static_cast<Slot>(place.offset / 8);
  }
  const Slot result = alloc(slots(place.type));
  load(place, result);
  return result;
}

void FunctionLowering::store(const Place& place, Slot src) {
  switch (place.kind) {
    case Place::Kind::blank:
      return;
    case Place::Kind::memory:
      return store_memory(place, src);
    case Place::Kind::map_element: {
      At at(*this, place.expr ? site(place.expr) : Position{});
      name_access(place.expr);
      return emit_x(Opcode::map_set, place.slot, place.index, src, types_.id(place.map));
    }
    case Place::Kind::slice_element: {
      const Opcode op = slice_store(kind(place.type), size(place.type));
      if (op == Opcode::count_ || place.element) {
        Temporaries temporaries(*this);
        return store_memory(in_memory(place), src);
      }
      At at(*this, place.expr ? site(place.expr) : Position{});
      name_access(place.expr);
      return emit(op, place.slot, place.index, src);
    }
    case Place::Kind::frame:
      break;
  }
  const uint64_t bytes = size(place.type);
  if (place.whole || (place.offset % 8 == 0 && bytes % 8 == 0)) {
    return move(static_cast<Slot>(place.offset / 8), src, slots(place.type));
  }
  if (!scalar(place.type)) return frame_copy(place.offset, uint64_t{src} * 8, bytes);
  emit_x(bytes == 1   ? Opcode::frame_store_8
         : bytes == 2 ? Opcode::frame_store_16
                      : Opcode::frame_store_32,
         src, 0, 0, place.offset);
}

void FunctionLowering::zero_place(const Place& place) {
  const uint64_t bytes = size(place.type);
  if (place.kind == Place::Kind::memory && bytes > 8) {
    Temporaries temporaries(*this);
    At at(*this, place.expr ? site(place.expr) : Position{});
    uint32_t offset;
    const Slot base = small_offset(place, &offset);
    name_access(place.expr);
    return emit_x(Opcode::zero_mem, base, 0, offset, bytes);
  }
  if (place.kind == Place::Kind::frame && place.whole) return zero(place.slot, slots(place.type));
  Temporaries temporaries(*this);
  const Slot zeros = alloc(slots(place.type));
  zero(zeros, slots(place.type));
  store(place, zeros);
}

void FunctionLowering::address(const Place& at_place, Slot dst) {
  Temporaries temporaries(*this);
  Place place = at_place;
  if (place.element) place = in_memory(place);
  if (place.kind == Place::Kind::slice_element) {
    At at(*this, place.expr ? site(place.expr) : Position{});
    return emit_x(Opcode::slice_addr, dst, place.slot, place.index, size(place.type));
  }
  // Variables whose address is taken have a cell, see Variables.
  GOCHECK_INVARIANT(place.kind == Place::Kind::memory);
  if (place.offset != 0) {
    emit_x(Opcode::lea, dst, place.slot, 0, place.offset);
  } else {
    if (!place.certain) emit(Opcode::nil_check, place.slot);
    move(dst, place.slot, 1);
  }
}

Slot FunctionLowering::address(const Place& place) {
  if (place.kind == Place::Kind::memory && place.offset == 0 && place.certain) return place.slot;
  const Slot result = alloc(1);
  address(place, result);
  return result;
}

void FunctionLowering::copy_memory(const Place& to, const Place& from) {
  Temporaries temporaries(*this);
  const Slot source = address(from);
  const Slot destination = address(to);
  At at(*this, to.expr ? site(to.expr) : Position{});
  name_access(to.expr);
  emit_x(Opcode::copy_mem, destination, source, 0, size(to.type));
}

}  // namespace gocheck::lower
