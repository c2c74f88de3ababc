// Explicit conversions T(x).
#include "frontend/lower/function.h"

namespace gocheck::lower {

using namespace syntax;

namespace {

// The element kind of a []byte or []rune, otherwise invalid.
Kind text_element(TypeTable& table, const types::Type* type) {
  const auto* slice = types::under_as<types::Slice>(type);
  if (!slice) return Kind::invalid;
  const Kind k = table.kind(slice->element);
  return k == Kind::uint8 || k == Kind::int32 ? k : Kind::invalid;
}

}  // namespace

void FunctionLowering::conversion(const types::Type* target, const Expr* operand, Slot dst, bool fresh) {
  const types::Type* from = type_of(operand);
  if (is_nil(operand) || needs_boxing(from, target) || types::is_interface(target)) {
    return value_as_to(operand, target, dst, fresh);
  }
  if (types::is_string(target)) {
    if (types::is_string(from)) return value_to(operand, dst, fresh);
    const Slot plain = value(operand);
    At at(*this, operand->pos);
    if (types::is_integer(from)) {
      // Values beyond int32 are no code points either way.
      return emit(Opcode::rune_to_string, dst, plain);
    }
    return emit(text_element(types_, from) == Kind::uint8 ? Opcode::bytes_to_string : Opcode::runes_to_string,
                dst, plain);
  }
  if (types::is_string(from)) {
    const Kind element = text_element(types_, target);
    const Slot plain = value(operand);
    return emit(element == Kind::uint8 ? Opcode::string_to_bytes : Opcode::string_to_runes, dst, plain);
  }
  if (types::under_as<types::Slice>(from) && !types::under_as<types::Slice>(target)) {
    const auto* pointer = types::under_as<types::Pointer>(target);
    const types::Type* array_type = pointer ? pointer->element : target;
    const auto* array = types::under_as<types::Array>(array_type);
    const Slot plain = value(operand);
    const Slot address = pointer ? dst : alloc(1);
    emit_x(Opcode::slice_to_array, address, plain, 0, static_cast<uint64_t>(array->length));
    // The address of an empty array may be nil.
    if (!pointer) load(memory_place(address, 0, array_type, true, operand), dst);
    return;
  }
  if (types::is_numeric(from) && types::is_numeric(target)) {
    const types::TypeAndValue& tv = info_.of(operand);
    if (tv.constant.known() && types::is_untyped(from)) return constant(tv.constant, target, dst);
    return numeric_conversion(value(operand), from, target, dst);
  }
  value_to(operand, dst, fresh);  // the same representation
}

void FunctionLowering::numeric_conversion(Slot value, const types::Type* from, const types::Type* target,
                                          Slot dst) {
  const Kind f = kind(from);
  const Kind t = kind(target);
  if (types::is_complex(from)) return complex_conversion(value, from, target, dst);
  if (program::is_integer(f) && program::is_integer(t)) {
    const uint64_t from_size = size(from);
    const uint64_t target_size = size(target);
    const bool same_sign = program::is_signed_integer(f) == program::is_signed_integer(t);
    const bool keeps = target_size == 8 || (target_size >= from_size && same_sign) ||
                       (target_size > from_size && program::is_signed_integer(t));
    return keeps ? move(dst, value, 1) : extend(target, value, dst);
  }
  if (program::is_integer(f)) {
    const bool wide_unsigned = !program::is_signed_integer(f) && size(from) == 8;
    if (t == Kind::float64) return emit(wide_unsigned ? Opcode::u_to_f64 : Opcode::i_to_f64, dst, value);
    return emit(wide_unsigned ? Opcode::u_to_f32 : Opcode::i_to_f32, dst, value);
  }
  if (program::is_integer(t)) {
    Temporaries temporaries(*this);
    if (f == Kind::float32) {
      const Slot wide = alloc(1);
      emit(Opcode::f32_to_f64, wide, value);
      value = wide;
    }
    const bool wide_unsigned = !program::is_signed_integer(t) && size(target) == 8;
    emit(wide_unsigned ? Opcode::f64_to_u : Opcode::f64_to_i, dst, value);
    if (size(target) < 8) extend(target, dst, dst);
    return;
  }
  if (f == t) return move(dst, value, 1);
  emit(t == Kind::float32 ? Opcode::f64_to_f32 : Opcode::f32_to_f64, dst, value);
}

}  // namespace gocheck::lower
