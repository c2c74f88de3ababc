// Expressions whose value is wanted.
#include <fmt/format.h>

#include "frontend/lower/function.h"
#include "runtime/program/invariant.h"

namespace gocheck::lower {

using namespace syntax;
using types::Mode;

// ---- Constants ----

std::optional<int64_t> FunctionLowering::integer_constant(const Expr* expr) const {
  const types::TypeAndValue& tv = info_.of(expr);
  if (!tv.constant.known() || !types::is_integer(tv.type)) return std::nullopt;
  if (auto value = tv.constant.as_int64()) return value;
  if (auto value = tv.constant.as_uint64()) return static_cast<int64_t>(*value);
  return std::nullopt;
}

bool FunctionLowering::is_nil(const Expr* expr) const { return info_.of(unparen(expr)).mode == Mode::nil; }

bool FunctionLowering::is_zero(const Expr* expr) const {
  const types::TypeAndValue& tv = info_.of(unparen(expr));
  if (tv.mode == Mode::nil) return true;
  if (!tv.constant.known() || types::is_interface(tv.type)) return false;
  switch (tv.constant.kind()) {
    case types::Constant::Kind::boolean:
      return !tv.constant.as_bool();
    case types::Constant::Kind::string:
      return tv.constant.as_string().empty();
    case types::Constant::Kind::integer:
    case types::Constant::Kind::floating:
      return tv.constant.sign() == 0;
    default:
      return false;
  }
}

void FunctionLowering::string_constant(std::string_view text, Slot dst) {
  if (text.empty()) return zero(dst, 2);
  emit_x(Opcode::string_const, dst, 0, 0, m_.string_data(text));
}

namespace {

// The default type of a constant that is used as an interface value.
const types::Type* type_of_constant(const types::Constant& value) {
  switch (value.kind()) {
    case types::Constant::Kind::boolean:
      return types::basic(types::BasicKind::bool_);
    case types::Constant::Kind::string:
      return types::basic(types::BasicKind::string);
    case types::Constant::Kind::integer:
      return types::basic(types::BasicKind::int_);
    case types::Constant::Kind::complex:
      return types::basic(types::BasicKind::complex128);
    default:
      return types::basic(types::BasicKind::float64);
  }
}

}  // namespace

void FunctionLowering::constant(const types::Constant& value, const types::Type* type, Slot dst) {
  if (types::is_interface(type)) {
    const types::Type* own = type_of_constant(value);
    Temporaries temporaries(*this);
    const Slot plain = alloc(slots(own));
    constant(value, own, plain);
    return box(plain, own, dst);
  }
  const Kind k = kind(type);
  if (k == Kind::bool_) return const_int(dst, value.as_bool());
  if (k == Kind::string) return string_constant(value.as_string(), dst);
  if (k == Kind::float64) return const_int(dst, __builtin_bit_cast(int64_t, value.as_double()));
  if (k == Kind::float32) return const_int(dst, __builtin_bit_cast(uint32_t, value.as_float()));
  if (k == Kind::complex64 || k == Kind::complex128) return complex_constant(value, type, dst);
  if (auto number = value.as_int64()) return const_int(dst, *number);
  const_int(dst, static_cast<int64_t>(value.as_uint64().value_or(0)));
}

// ---- Values ----

Slot FunctionLowering::value(const Expr* e) {
  e = unparen(e);
  if (auto it = substitutes_.find(e); it != substitutes_.end()) return it->second;
  const types::TypeAndValue& tv = info_.of(e);
  if (!tv.constant.known()) {
    switch (e->kind) {
      case NodeKind::ident:
        if (const types::Var* var = variable(info_, e); var && !var->is_package_level) {
          auto it = storage_.find(var);
          GOCHECK_INVARIANT(it != storage_.end());
          if (!it->second.in_memory) return it->second.slot;
        }
        break;
      case NodeKind::selector_expr:
        if (auto it = info_.selections.find(as<SelectorExpr>(e));
            it != info_.selections.end() && it->second.kind == types::Selection::Kind::field) {
          return read(place(e));
        }
        break;
      case NodeKind::index_expr:
        if (types::under_as<types::Array>(type_of(as<IndexExpr>(e)->operand))) return read(place(e));
        break;
      case NodeKind::call_expr: {
        // len(s) of a variable is one of its slots.
        types::BuiltinId id;
        const auto* call = as<CallExpr>(e);
        if (is_builtin(call->function, &id) && (id == types::BuiltinId::len || id == types::BuiltinId::cap)) {
          const Slot slot = length_operand(call->arguments[0], id == types::BuiltinId::cap);
          if (slot != kAnywhere) return slot;
        }
        // A conversion that changes nothing.
        if (info_.of(call->function).mode == Mode::type && call->arguments.size() == 1) {
          const Expr* operand = unparen(call->arguments[0]);
          const types::Type* from = type_of(operand);
          if (!info_.of(operand).constant.known() && !is_nil(operand) && !needs_boxing(from, tv.type) &&
              types::identical(types::underlying(from), types::underlying(tv.type))) {
            return value(operand);
          }
        }
        break;
      }
      default:
        break;
    }
  }
  const Slot result = alloc(tv.mode == Mode::no_value ? 0 : slots(tv.type));
  Temporaries temporaries(*this);
  value_to(e, result, true);
  return result;
}

void FunctionLowering::value_to(const Expr* e, Slot dst, bool fresh) {
  e = without_type_arguments(info_, e);
  Temporaries temporaries(*this);
  if (auto it = substitutes_.find(e); it != substitutes_.end())
    return move(dst, it->second, slots(type_of(e)));
  const types::TypeAndValue& tv = info_.of(e);
  At at(*this, site(e));
  if (tv.constant.known()) return constant(tv.constant, tv.type, dst);
  if (tv.mode == Mode::nil) return zero(dst, slots(tv.type));
  switch (e->kind) {
    case NodeKind::ident: {
      const types::Object* object = info_.object_of(as<Ident>(e));
      if (object->kind == types::ObjectKind::func) {
        return emit_x(Opcode::func_const, dst, 0, 0, m_.function(static_cast<const types::Func*>(object)));
      }
      return load(place(e), dst);
    }
    case NodeKind::composite_lit:
      return composite_literal(as<CompositeLit>(e), dst, fresh);
    case NodeKind::func_lit:
      return function_literal(as<FuncLit>(e), dst);
    case NodeKind::selector_expr:
      return selector_value(as<SelectorExpr>(e), dst, fresh);
    case NodeKind::index_expr: {
      const types::Type* operand = type_of(as<IndexExpr>(e)->operand);
      if (types::is_string(operand)) return string_index(as<IndexExpr>(e), dst);
      if (types::under_as<types::Map>(operand)) return map_lookup(as<IndexExpr>(e), dst, false);
      return load(place(e), dst);
    }
    case NodeKind::slice_expr:
      return slice_expr(as<SliceExpr>(e), dst);
    case NodeKind::type_assert_expr:
      return type_assert(as<TypeAssertExpr>(e), dst);
    case NodeKind::star_expr:
      return load(place(e), dst);
    case NodeKind::unary_expr:
      return unary(as<UnaryExpr>(e), dst);
    case NodeKind::binary_expr:
      return binary(as<BinaryExpr>(e), dst, fresh);
    case NodeKind::call_expr: {
      const auto* call_expr = as<CallExpr>(e);
      if (info_.of(call_expr->function).mode == Mode::type) {
        return conversion(tv.type, call_expr->arguments[0], dst, fresh);
      }
      types::BuiltinId id;
      if (is_builtin(call_expr->function, &id)) return builtin(call_expr, id, dst, fresh);
      const Slot base = call(call_expr, fresh ? dst : kAnywhere);
      return move(dst, base, tv.mode == Mode::no_value ? 0 : slots(tv.type));
    }
    default:
      GOCHECK_INVARIANT(!"an expression without value");
  }
}

bool FunctionLowering::needs_boxing(const types::Type* from, const types::Type* target) const {
  return target && types::is_interface(target) && !types::is_interface(from);
}

Slot FunctionLowering::value_as(const Expr* expr, const types::Type* target) {
  if (!target || (!is_nil(expr) && !needs_boxing(type_of(expr), target))) return value(expr);
  const Slot result = alloc(slots(target));
  Temporaries temporaries(*this);
  value_as_to(expr, target, result, true);
  return result;
}

void FunctionLowering::value_as_to(const Expr* expr, const types::Type* target, Slot dst, bool fresh) {
  if (!target) return value_to(expr, dst, fresh);
  if (is_nil(expr)) return zero(dst, slots(target));
  const types::Type* from = type_of(expr);
  if (!needs_boxing(from, target)) return value_to(expr, dst, fresh);
  Temporaries temporaries(*this);
  if (is_large(from)) {
    if (const Place source = in_memory(place(expr)); source.kind == Place::Kind::memory) {
      return box_memory(source, dst);
    }
  }
  const Slot plain = value(expr);
  At at(*this, site(expr));
  box(plain, from, dst);
}

void FunctionLowering::box(Slot value, const types::Type* from, Slot dst) {
  from = types::default_type(from);
  m_.converted(from);
  emit_x(Opcode::make_iface, dst, slots(from) == 0 ? 0 : value, 0, types_.id(from));
}

// An interface value with a copy of what is in memory, for values too large for the frame.
void FunctionLowering::box_memory(const Place& source, Slot dst) {
  m_.converted(source.type);
  const Slot cell = alloc(1);
  emit_x(Opcode::new_, cell, 0, 0, types_.id(source.type));
  copy_memory(memory_place(cell, 0, source.type, true), source);
  const_int(dst, types_.id(source.type));
  move(dst + 1, cell, 1);
}

void FunctionLowering::adapt(Slot value, const types::Type* from, const types::Type* target, Slot dst) {
  if (needs_boxing(from, target)) return box(value, from, dst);
  move(dst, value, slots(target));
}

Slot FunctionLowering::adapted(Slot value, const types::Type* from, const types::Type* target) {
  if (!needs_boxing(from, target)) return value;
  const Slot result = alloc(2);
  box(value, from, result);
  return result;
}

void FunctionLowering::discard(const Expr* e) {
  Temporaries temporaries(*this);
  e = unparen(e);
  const types::TypeAndValue& tv = info_.of(e);
  if (tv.constant.known() || tv.mode == Mode::nil) return;
  if (tv.type && tv.type->kind == types::TypeKind::tuple) {
    tuple(e);
    return;
  }
  if (e->kind == NodeKind::call_expr) {
    const auto* call_expr = as<CallExpr>(e);
    types::BuiltinId id;
    At at(*this, site(e));
    if (is_builtin(call_expr->function, &id)) {
      builtin(call_expr, id, alloc(tv.mode == Mode::no_value ? 0 : slots(tv.type)), true);
      return;
    }
    if (info_.of(call_expr->function).mode != Mode::type) {
      call(call_expr, kAnywhere);
      return;
    }
  }
  // A plain read must still panic where it would.
  if (is_large(tv.type)) {
    const Place large = in_memory(place(e));
    if (large.kind == Place::Kind::memory && !large.certain) emit(Opcode::nil_check, large.slot);
    return;
  }
  const Slot slot = alloc(slots(tv.type));
  value_to(e, slot, true);
}

Slot FunctionLowering::tuple(const Expr* e) {
  e = unparen(e);
  At at(*this, site(e));
  if (e->kind == NodeKind::call_expr) return call(as<CallExpr>(e), kAnywhere);
  const auto* type = static_cast<const types::Tuple*>(type_of(e));
  const Slot result = alloc(slots(type));
  const Slot ok = result + slots(type->vars[0]->type);
  Temporaries temporaries(*this);
  if (e->kind == NodeKind::index_expr) {
    map_lookup(as<IndexExpr>(e), result, true);
  } else if (e->kind == NodeKind::unary_expr) {
    receive(as<UnaryExpr>(e)->operand, result, true, e->pos);
  } else {
    GOCHECK_INVARIANT(e->kind == NodeKind::type_assert_expr);
    const auto* assertion = as<TypeAssertExpr>(e);
    const types::Type* target = type->vars[0]->type;
    const Slot subject = value(assertion->operand);
    emit_x(types::is_interface(target) ? Opcode::assert_iface_ok : Opcode::assert_type_ok, result, subject,
           ok, assertion_ext(type_of(assertion->operand), target));
  }
  return result;
}

// ---- Several operands ----

// Go's compiler copies local variables and computed values at once that it boxes by address: all but
// numbers, strings and slices.
Effects FunctionLowering::effects(const Expr* expr, const types::Type* target) {
  const Effects own = m_.effects(expr);
  if (own != Effects::none || !target || is_nil(expr) || info_.of(expr).constant.known()) return own;
  const types::Type* type = type_of(expr);
  if (!needs_boxing(type, target)) return own;
  if (info_.of(expr).mode == types::Mode::variable) {
    const types::Var* root = root_variable(info_, expr, nullptr);
    if (!root || root->is_package_level) return own;
  }
  const bool by_value = types::is_string(type) || types::under_as<types::Slice>(type) ||
                        (types::is_numeric(type) && size(type) > 1);
  return by_value ? own : Effects::ordered;
}

void FunctionLowering::operands(std::span<Operand> list) {
  size_t last_call = 0;  // operands before it may have to wait
  for (size_t i = 0; i < list.size(); ++i) {
    if (m_.effects(list[i].expr) == Effects::calls) last_call = i;
  }
  auto waits = [&](const Operand& operand) { return effects(operand.expr, operand.target) == Effects::none; };
  auto evaluate = [&](Operand& operand) {
    if (operand.slot == kAnywhere) {
      operand.slot = value_as(operand.expr, operand.target);
    } else {
      value_as_to(operand.expr, operand.target, operand.slot, operand.fresh);
    }
  };
  for (size_t i = 0; i < list.size(); ++i) {
    if (i >= last_call || !waits(list[i])) evaluate(list[i]);
  }
  for (size_t i = 0; i < last_call; ++i) {
    if (waits(list[i])) evaluate(list[i]);
  }
}

std::pair<Slot, Slot> FunctionLowering::both(const Expr* left, const Expr* right) {
  Operand list[2] = {{left, nullptr}, {right, nullptr}};
  operands(list);
  return {list[0].slot, list[1].slot};
}

// ---- The forms ----

void FunctionLowering::unary(const UnaryExpr* e, Slot dst) {
  switch (e->op) {
    case Op::addr:
      return address_of(unparen(e->operand), dst);
    case Op::arrow:
      return receive(e->operand, dst, false, e->pos);
    case Op::not_:
      return logical(e, dst);
    default:
      break;
  }
  const types::Type* type = type_of(e);
  const Slot operand = value(e->operand);
  if (types::is_complex(type)) {
    if (e->op == Op::sub) return complex_negation(type, operand, dst);
    return move(dst, operand, slots(type));
  }
  if (types::is_float(type)) {
    if (e->op == Op::sub)
      return emit(kind(type) == Kind::float32 ? Opcode::neg_f32 : Opcode::neg_f64, dst, operand);
    return move(dst, operand, 1);
  }
  if (e->op == Op::add) return move(dst, operand, 1);
  emit(e->op == Op::sub ? Opcode::neg_i : Opcode::not_i, dst, operand);
  extend(type, dst, dst);
}

void FunctionLowering::address_of(const Expr* operand, Slot dst) {
  if (operand->kind == NodeKind::composite_lit) {
    return pointer_literal(as<CompositeLit>(operand), type_of(operand), dst);
  }
  address(place(operand), dst);
}

void FunctionLowering::selector_value(const SelectorExpr* e, Slot dst, bool) {
  auto it = info_.selections.find(e);
  if (it == info_.selections.end()) {  // of a package
    const types::Object* object = info_.object_of(e->selected);
    if (object->kind == types::ObjectKind::func) {
      return emit_x(Opcode::func_const, dst, 0, 0, m_.function(static_cast<const types::Func*>(object)));
    }
    return load(place(e), dst);
  }
  if (it->second.kind == types::Selection::Kind::method) return method_value(e, it->second, dst);
  load(place(e), dst);
}

void FunctionLowering::method_value(const SelectorExpr* e, const types::Selection& selection, Slot dst) {
  const types::Type* operand_type = type_of(e->operand);
  if (info_.of(e->operand).mode == Mode::type) {
    return emit_x(Opcode::func_const, dst, 0, 0, m_.method_expression(operand_type, selection));
  }
  const auto* method = static_cast<const types::Func*>(selection.object);
  const Place holder = follow(place(e->operand), selection.path);
  if (types::is_interface(holder.type)) {
    return emit_x(Opcode::method_closure, dst, read(holder), 0, types_.method(method));
  }
  // The receiver is bound as the method wants it, so a pointer to the holder or a copy.
  const uint32_t count = receiver_slots(method);
  const Slot bound = alloc(count);
  pass_receiver(holder, method, bound);
  const types::Type* receiver_type = method->signature()->receiver->type;
  types::Selection direct;
  direct.kind = types::Selection::Kind::method;
  direct.object = selection.object;
  emit_x(Opcode::make_closure, dst, bound, count, m_.bound_method(receiver_type, direct));
}

void FunctionLowering::function_literal(const FuncLit* literal, Slot dst) {
  const std::string name = in_initializer_
                               ? fmt::format("{}.glob..func{}", package_->path, ++literals_)
                               : fmt::format("{}.{}{}", function.name, nested_ ? "" : "func", ++literals_);
  const FunctionId id = m_.literal(literal, {package_, name});
  uint32_t total = 0;
  auto it = info_.captures.find(literal);
  static const std::vector<types::Var*> kNone;
  const auto& vars = it == info_.captures.end() ? kNone : it->second;
  for (const types::Var* var : vars) total += m_.capture_slots(var);
  if (total == 0) return emit_x(Opcode::func_const, dst, 0, 0, id);
  Slot from;
  if (vars.size() == 1) {
    from = storage_.at(vars[0]).slot;
  } else {
    from = alloc(total);
    Slot next = from;
    for (const types::Var* var : vars) {
      move(next, storage_.at(var).slot, m_.capture_slots(var));
      next += m_.capture_slots(var);
    }
  }
  emit_x(Opcode::make_closure, dst, from, total, id);
}

void FunctionLowering::slice_expr(const SliceExpr* e, Slot dst) {
  const types::Type* type = type_of(e->operand);
  const auto* pointer = types::under_as<types::Pointer>(type);
  const auto* array = types::under_as<types::Array>(pointer ? pointer->element : type);
  // A pointer to an array is checked by the instruction.
  const Slot operand = array && !pointer ? address(place(e->operand)) : value(e->operand);
  uint64_t ext = 0;
  const Slot bounds = top();
  const Expr* exprs[3] = {e->low, e->high, e->max};
  std::vector<Operand> list;
  for (int i = 0; i < 3; ++i) {
    if (!exprs[i]) continue;
    ext |= uint64_t{1} << i;
    list.push_back({exprs[i], nullptr, alloc(1)});
  }
  operands(list);
  At at(*this, site(e));
  const Slot first = list.empty() ? operand : bounds;
  if (array) {
    const uint64_t element = size(array->element);
    if (static_cast<uint64_t>(array->length) >= (1u << 29) || element > UINT32_MAX) {
      unsupported(e->pos, "slicing an array of this size");
    }
    emit_x(Opcode::slice_array, dst, operand, first,
           ext | static_cast<uint64_t>(array->length) << 3 | element << 32);
  } else if (types::is_string(type)) {
    emit_x(Opcode::slice_string, dst, operand, first, ext);
  } else {
    const uint64_t element = size(types::under_as<types::Slice>(type)->element);
    emit_x(Opcode::slice_slice, dst, operand, first, ext | element << 32);
  }
}

uint64_t FunctionLowering::assertion_ext(const types::Type* operand, const types::Type* target) {
  return uint64_t{types_.id(operand)} << 32 | types_.id(target);
}

void FunctionLowering::type_assert(const TypeAssertExpr* e, Slot dst) {
  const types::Type* target = type_of(e);
  const Slot subject = value(e->operand);
  emit_x(types::is_interface(target) ? Opcode::assert_iface : Opcode::assert_type, dst, subject, 0,
         assertion_ext(type_of(e->operand), target));
}

void FunctionLowering::map_lookup(const IndexExpr* e, Slot dst, bool with_ok) {
  const Place entry = index_place(e);
  At at(*this, site(e));
  name_access(e);
  emit_x(with_ok ? Opcode::map_get_ok : Opcode::map_get, dst, entry.slot, entry.index, types_.id(entry.map));
}

void FunctionLowering::string_index(const IndexExpr* e, Slot dst) {
  auto [text, index] = both(e->operand, e->indices[0]);
  emit(Opcode::string_index, dst, text, index);
}

void FunctionLowering::receive(const Expr* channel, Slot dst, bool with_ok, Position at_position) {
  const Slot from = value(channel);
  At at(*this, at_position);
  emit_x(with_ok ? Opcode::recv_ok : Opcode::recv, dst, from, 0, types_.id(type_of(channel)));
}

}  // namespace gocheck::lower
