// Builtin functions.
#include "frontend/lower/function.h"
#include "runtime/program/invariant.h"

namespace gocheck::lower {

using namespace syntax;
using program::PrintKind;
using types::BuiltinId;

void FunctionLowering::builtin(const CallExpr* call, BuiltinId id, Slot dst, bool fresh) {
  const auto args = call->arguments;
  switch (id) {
    case BuiltinId::len:
      return length(args[0], false, dst);
    case BuiltinId::cap:
      return length(args[0], true, dst);
    case BuiltinId::append:
      return append(call, dst, fresh);
    case BuiltinId::copy:
      return copy(call, dst);
    case BuiltinId::make:
      return make(call, dst);
    case BuiltinId::new_:
      return emit_x(Opcode::new_, dst, 0, 0, types_.id(type_of(args[0])));
    case BuiltinId::min:
      return min_max(call, true, dst);
    case BuiltinId::max:
      return min_max(call, false, dst);
    case BuiltinId::print:
      return print(call, false);
    case BuiltinId::println:
      return print(call, true);
    case BuiltinId::recover:
      if (range_body_) unsupported(call->pos, "recover in the body of a range over a function");
      return emit(Opcode::recover, dst);
    case BuiltinId::panic: {
      Temporaries temporaries(*this);
      const Slot slot = value_as(args[0], types::any_type());
      return emit(Opcode::panic, slot);
    }
    case BuiltinId::close: {
      Temporaries temporaries(*this);
      return emit(Opcode::close, value(args[0]));
    }
    case BuiltinId::delete_: {
      Temporaries temporaries(*this);
      const types::Type* type = argument_type(call, 0);
      const types::Type* key = types::under_as<types::Map>(type)->key;
      const auto list = builtin_arguments(call, [&](size_t i) { return i == 1 ? key : nullptr; });
      name_access(args[0]);
      return emit_x(Opcode::map_delete, list[0].slot, list[1].slot, 0, types_.id(type));
    }
    case BuiltinId::clear: {
      Temporaries temporaries(*this);
      const types::Type* type = type_of(args[0]);
      const Slot operand = value(args[0]);
      name_access(args[0]);
      if (types::under_as<types::Map>(type)) return emit_x(Opcode::map_clear, operand, 0, 0, types_.id(type));
      return emit_x(Opcode::clear_slice, operand, 0, 0,
                    types_.id(types::under_as<types::Slice>(type)->element));
    }
    case BuiltinId::complex:
    case BuiltinId::real:
    case BuiltinId::imag:
      return complex_builtin(call, id, dst);
    default:
      return unsupported(call->pos, "this builtin function");
  }
}

const types::Type* FunctionLowering::argument_type(const CallExpr* call, size_t index) {
  const types::Type* first = type_of(call->arguments[0]);
  if (!first || first->kind != types::TypeKind::tuple) return type_of(call->arguments[index]);
  return static_cast<const types::Tuple*>(first)->vars[index]->type;
}

std::vector<FunctionLowering::Argument> FunctionLowering::builtin_arguments(
    const CallExpr* call, const std::function<const types::Type*(size_t)>& target) {
  std::vector<Argument> result;
  const auto args = call->arguments;
  if (args.size() == 1 && type_of(args[0]) && type_of(args[0])->kind == types::TypeKind::tuple) {
    Slot part = tuple(args[0]);
    for (const types::Var* var : static_cast<const types::Tuple*>(type_of(args[0]))->vars) {
      const types::Type* type = target(result.size());
      result.push_back({adapted(part, var->type, type ? type : var->type), type ? type : var->type});
      part += slots(var->type);
    }
    return result;
  }
  std::vector<Operand> list;
  for (const Expr* e : args) list.push_back({e, target(list.size())});
  operands(list);
  for (const Operand& operand : list) {
    result.push_back(
        {operand.slot, operand.target ? operand.target : types::default_type(type_of(operand.expr))});
  }
  return result;
}

Slot FunctionLowering::length_operand(const Expr* operand, bool capacity) {
  const types::Type* type = type_of(operand);
  if (!type || info_.of(operand).constant.known()) return kAnywhere;
  if (!types::under_as<types::Slice>(type) && !types::is_string(type)) return kAnywhere;
  return value(operand) + (capacity ? 2 : 1);
}

void FunctionLowering::length(const Expr* operand, bool capacity, Slot dst) {
  Temporaries temporaries(*this);
  const types::Type* type = type_of(operand);
  if (types::under_as<types::Slice>(type) || types::is_string(type)) {
    return move(dst, value(operand) + (capacity ? 2 : 1), 1);
  }
  if (types::under_as<types::Map>(type)) {
    const Slot map = value(operand);
    name_access(operand);
    return emit(Opcode::map_len, dst, map);
  }
  if (types::under_as<types::Chan>(type)) {
    return emit(capacity ? Opcode::chan_cap : Opcode::chan_len, dst, value(operand));
  }
  // An array, or a pointer to one, that is computed by a call or receive.
  const auto* pointer = types::under_as<types::Pointer>(type);
  const auto* array = types::under_as<types::Array>(pointer ? pointer->element : type);
  discard(operand);
  const_int(dst, array->length);
}

// ---- Slices ----

void FunctionLowering::append(const CallExpr* call, Slot dst, bool fresh) {
  const types::Type* type = type_of(call);
  const auto args = call->arguments;
  const bool spread = type_of(args[0]) && type_of(args[0])->kind == types::TypeKind::tuple;
  if (args.size() == 1 && !spread) return value_as_to(args[0], type, dst, fresh);
  if (!call->ellipsis.valid()) return append_values(call, type, dst, fresh);
  Temporaries temporaries(*this);
  const bool from_string = types::is_string(type_of(args[1]));
  const auto list = builtin_arguments(call, [&](size_t i) { return i == 1 && from_string ? nullptr : type; });
  At at(*this, site(call));
  name_access(args[0]);
  if (from_string) return emit(Opcode::append_string, dst, list[0].slot, list[1].slot);
  emit_x(Opcode::append_slice, dst, list[0].slot, list[1].slot,
         types_.id(types::under_as<types::Slice>(type)->element));
}

bool FunctionLowering::overlaps(const Argument& argument, Slot first, uint32_t count) {
  return argument.slot < first + count && first < argument.slot + slots(argument.type);
}

void FunctionLowering::append_values(const CallExpr* call, const types::Type* type, Slot dst, bool fresh) {
  Temporaries temporaries(*this);
  const types::Type* element = types::under_as<types::Slice>(type)->element;
  const auto list = builtin_arguments(call, [&](size_t i) { return i == 0 ? type : element; });
  At at(*this, site(call));
  const Slot from = list[0].slot;
  const Slot count = alloc(1);
  const_int(count, static_cast<int64_t>(list.size() - 1));
  // The new elements start at the old length.
  const Slot index = alloc(1);
  move(index, from + 1, 1);
  // The destination may be a variable that one of the values was read from.
  bool direct = true;
  for (size_t i = 1; !fresh && i < list.size(); ++i) direct = direct && !overlaps(list[i], dst, 3);
  const Slot slice = direct ? dst : alloc(3);
  name_access(call->arguments[0]);
  emit_x(Opcode::grow_slice, slice, from, count, types_.id(element));
  Place place;
  place.kind = Place::Kind::slice_element;
  place.type = element;
  place.slot = slice;
  place.index = index;
  place.expr = call->arguments[0];
  for (size_t i = 1; i < list.size() && size(element) != 0; ++i) {
    if (i > 1) emit(Opcode::add_k, index, index, 1);
    store(place, list[i].slot);
  }
  move(dst, slice, 3);
}

void FunctionLowering::copy(const CallExpr* call, Slot dst) {
  Temporaries temporaries(*this);
  const types::Type* to = argument_type(call, 0);
  const bool from_string = types::is_string(argument_type(call, 1));
  const auto list = builtin_arguments(call, [](size_t) { return nullptr; });
  At at(*this, site(call));
  name_access(call->arguments[0]);
  if (from_string) return emit(Opcode::copy_string, dst, list[0].slot, list[1].slot);
  emit_x(Opcode::copy_slice, dst, list[0].slot, list[1].slot,
         types_.id(types::under_as<types::Slice>(to)->element));
}

void FunctionLowering::make(const CallExpr* call, Slot dst) {
  Temporaries temporaries(*this);
  const auto args = call->arguments;
  const types::Type* type = type_of(args[0]);
  // Sizes may be constants of any numeric type, or values of any integer type.
  auto size_argument = [&](const Expr* e) {
    const types::TypeAndValue& tv = info_.of(e);
    if (!tv.constant.known()) return value(e);
    const Slot slot = alloc(1);
    const_int(slot, tv.constant.to_int().as_int64().value_or(-1));
    return slot;
  };
  if (const auto* slice = types::under_as<types::Slice>(type)) {
    const Slot length = size_argument(args[1]);
    const Slot capacity = args.size() > 2 ? size_argument(args[2]) : length;
    At at(*this, site(call));
    return emit_x(Opcode::make_slice, dst, length, capacity, types_.id(slice->element));
  }
  Slot hint;
  if (args.size() > 1) {
    hint = size_argument(args[1]);
  } else {
    hint = alloc(1);
    zero(hint, 1);
  }
  At at(*this, site(call));
  emit_x(types::under_as<types::Map>(type) ? Opcode::make_map : Opcode::make_chan, dst, hint, 0,
         types_.id(type));
}

// ---- min and max ----

void FunctionLowering::min_max(const CallExpr* call, bool min, Slot dst) {
  Temporaries temporaries(*this);
  const types::Type* type = type_of(call);
  const uint32_t count = slots(type);
  std::vector<Operand> list;
  for (const Expr* e : call->arguments) list.push_back({e, type});
  operands(list);
  const Slot best = alloc(count);
  move(best, list[0].slot, count);
  for (size_t i = 1; i < list.size(); ++i) {
    if (types::is_float(type)) {
      float_min_max(type, min, list[i].slot, best);
      continue;
    }
    Temporaries inner(*this);
    const Slot better = alloc(1);
    Label keep;
    ordering(type, true, min ? list[i].slot : best, min ? best : list[i].slot, better);
    jump_if(better, false, keep);
    move(best, list[i].slot, count);
    bind(keep);
  }
  move(dst, best, count);
}

// NaN wins over everything, and -0 is less than 0: equal numbers differ in the sign bit at most.
void FunctionLowering::float_min_max(const types::Type* type, bool min, Slot value, Slot best) {
  Temporaries temporaries(*this);
  const Slot test = alloc(1);
  Label take, done;
  equality(type, best, best, true, test);
  jump_if(test, false, done);
  equality(type, value, value, true, test);
  jump_if(test, false, take);
  ordering(type, true, min ? value : best, min ? best : value, test);
  jump_if(test, true, take);
  equality(type, value, best, true, test);
  jump_if(test, false, done);
  emit(min ? Opcode::or_i : Opcode::and_i, best, best, value);
  jump(done);
  bind(take);
  move(best, value, 1);
  bind(done);
}

// ---- print ----

void FunctionLowering::print_value(Slot slot, const types::Type* type) {
  Temporaries temporaries(*this);
  PrintKind print_kind = PrintKind::pointer;
  const Kind k = kind(type);
  if (k == Kind::bool_) {
    print_kind = PrintKind::boolean;
  } else if (program::is_signed_integer(k)) {
    print_kind = PrintKind::integer;
  } else if (program::is_unsigned_integer(k)) {
    print_kind = PrintKind::unsigned_;
  } else if (program::is_float(k)) {
    print_kind = PrintKind::floating;
    if (k == Kind::float32) {
      const Slot wide = alloc(1);
      emit(Opcode::f32_to_f64, wide, slot);
      slot = wide;
    }
  } else if (k == Kind::string) {
    print_kind = PrintKind::string;
  } else if (k == Kind::interface) {
    print_kind = PrintKind::interface;
  } else if (k == Kind::slice) {
    print_kind = PrintKind::slice;
  } else if (k == Kind::complex64 || k == Kind::complex128) {
    return print_complex(slot, type);
  }
  emit(Opcode::print, slot, static_cast<uint32_t>(print_kind));
}

void FunctionLowering::print(const CallExpr* call, bool line) {
  Temporaries temporaries(*this);
  // All arguments are evaluated before anything is printed.
  std::vector<Argument> list;
  if (!call->arguments.empty()) list = builtin_arguments(call, [](size_t) { return nullptr; });
  for (size_t i = 0; i < list.size(); ++i) {
    if (line && i > 0) emit(Opcode::print, 0, static_cast<uint32_t>(PrintKind::space));
    print_value(list[i].slot, list[i].type);
  }
  if (line) emit(Opcode::print, 0, static_cast<uint32_t>(PrintKind::newline));
}

}  // namespace gocheck::lower
