// Complex numbers, as pairs of floating-point numbers. A complex128 has a slot for each part; a complex64 has
// both in one slot, the real part in the lower half, as in memory.
#include "frontend/lower/function.h"
#include "runtime/program/invariant.h"

namespace gocheck::lower {

using namespace syntax;
using program::PrintKind;

namespace {

bool is_single(TypeTable& table, const types::Type* type) { return table.kind(type) == Kind::complex64; }

}  // namespace

FunctionLowering::ComplexParts FunctionLowering::complex_parts(Slot value, const types::Type* type) {
  if (!is_single(types_, type)) return {value, value + 1};
  const Slot parts = alloc(2);
  emit(Opcode::ext_u32, parts, value);
  emit(Opcode::shr_uk, parts + 1, value, 32);
  return {parts, parts + 1};
}

// The parts lie in temporaries or in dst itself.
void FunctionLowering::complex_from_parts(ComplexParts parts, const types::Type* type, Slot dst) {
  if (!is_single(types_, type)) {
    move(dst, parts.real, 1);
    return move(dst + 1, parts.imaginary, 1);
  }
  Temporaries temporaries(*this);
  const Slot upper = alloc(1);
  emit(Opcode::shl_k, upper, parts.imaginary, 32);
  emit(Opcode::or_i, dst, upper, parts.real);
}

// Both parts as float64, for operations whose intermediate results need the precision.
FunctionLowering::ComplexParts FunctionLowering::wide_complex_parts(Slot value, const types::Type* type) {
  const ComplexParts parts = complex_parts(value, type);
  if (!is_single(types_, type)) return parts;
  emit(Opcode::f32_to_f64, parts.real, parts.real);
  emit(Opcode::f32_to_f64, parts.imaginary, parts.imaginary);
  return parts;
}

void FunctionLowering::complex_from_wide_parts(ComplexParts parts, const types::Type* type, Slot dst) {
  if (is_single(types_, type)) {
    emit(Opcode::f64_to_f32, parts.real, parts.real);
    emit(Opcode::f64_to_f32, parts.imaginary, parts.imaginary);
  }
  complex_from_parts(parts, type, dst);
}

void FunctionLowering::complex_constant(const types::Constant& value, const types::Type* type, Slot dst) {
  const types::Constant number = value.to_complex();
  const types::Constant real = number.real_part(), imaginary = number.imaginary_part();
  if (is_single(types_, type)) {
    const uint64_t low = __builtin_bit_cast(uint32_t, real.as_float());
    const uint64_t high = __builtin_bit_cast(uint32_t, imaginary.as_float());
    return const_int(dst, static_cast<int64_t>(high << 32 | low));
  }
  const_int(dst, __builtin_bit_cast(int64_t, real.as_double()));
  const_int(dst + 1, __builtin_bit_cast(int64_t, imaginary.as_double()));
}

void FunctionLowering::complex_arithmetic(Op op, const types::Type* type, Slot left, Slot right, Slot dst) {
  Temporaries temporaries(*this);
  if (op == Op::quo) return complex_quotient(type, left, right, dst);
  const Slot result = alloc(2);
  if (op == Op::add || op == Op::sub) {
    const ComplexParts a = complex_parts(left, type), b = complex_parts(right, type);
    const bool single = is_single(types_, type);
    const Opcode code = op == Op::add ? (single ? Opcode::add_f32 : Opcode::add_f64)
                                      : (single ? Opcode::sub_f32 : Opcode::sub_f64);
    emit(code, result, a.real, b.real);
    emit(code, result + 1, a.imaginary, b.imaginary);
    return complex_from_parts({result, result + 1}, type, dst);
  }
  GOCHECK_INVARIANT(op == Op::mul);
  const ComplexParts a = wide_complex_parts(left, type), b = wide_complex_parts(right, type);
  const Slot product = alloc(1);
  emit(Opcode::mul_f64, result, a.real, b.real);
  emit(Opcode::mul_f64, product, a.imaginary, b.imaginary);
  emit(Opcode::sub_f64, result, result, product);
  emit(Opcode::mul_f64, result + 1, a.real, b.imaginary);
  emit(Opcode::mul_f64, product, a.imaginary, b.real);
  emit(Opcode::add_f64, result + 1, result + 1, product);
  complex_from_wide_parts({result, result + 1}, type, dst);
}

// A function of package runtime does it.
void FunctionLowering::complex_quotient(const types::Type* type, Slot left, Slot right, Slot dst) {
  const FunctionId divide = m_.runtime_function("complexQuotient");
  if (divide == 0) return unsupported(position, "division of complex numbers without package runtime");
  const ComplexParts a = wide_complex_parts(left, type), b = wide_complex_parts(right, type);
  const Slot base = alloc(6);
  move(base + 2, a.real, 1);
  move(base + 3, a.imaginary, 1);
  move(base + 4, b.real, 1);
  move(base + 5, b.imaginary, 1);
  emit_x(Opcode::call, base, 0, 0, divide);
  complex_from_wide_parts({base, base + 1}, type, dst);
}

void FunctionLowering::complex_negation(const types::Type* type, Slot operand, Slot dst) {
  Temporaries temporaries(*this);
  const ComplexParts parts = complex_parts(operand, type);
  const Opcode code = is_single(types_, type) ? Opcode::neg_f32 : Opcode::neg_f64;
  const Slot result = alloc(2);
  emit(code, result, parts.real);
  emit(code, result + 1, parts.imaginary);
  complex_from_parts({result, result + 1}, type, dst);
}

void FunctionLowering::complex_equality(const types::Type* type, Slot left, Slot right, Slot dst) {
  Temporaries temporaries(*this);
  const ComplexParts a = complex_parts(left, type), b = complex_parts(right, type);
  const Opcode code = is_single(types_, type) ? Opcode::eq_f32 : Opcode::eq_f64;
  const Slot same = alloc(2);
  emit(code, same, a.real, b.real);
  emit(code, same + 1, a.imaginary, b.imaginary);
  emit(Opcode::and_i, dst, same, same + 1);
}

void FunctionLowering::complex_conversion(Slot value, const types::Type* from, const types::Type* target,
                                          Slot dst) {
  if (kind(from) == kind(target)) return move(dst, value, slots(target));
  Temporaries temporaries(*this);
  const ComplexParts wide = wide_complex_parts(value, from);
  const Slot copy = alloc(2);  // the operand may be a variable
  move(copy, wide.real, 1);
  move(copy + 1, wide.imaginary, 1);
  complex_from_wide_parts({copy, copy + 1}, target, dst);
}

void FunctionLowering::complex_builtin(const CallExpr* call, types::BuiltinId id, Slot dst) {
  Temporaries temporaries(*this);
  const std::vector<Argument> list = builtin_arguments(call, [](size_t) { return nullptr; });
  if (id == types::BuiltinId::complex) {
    return complex_from_parts({list[0].slot, list[1].slot}, type_of(call), dst);
  }
  const ComplexParts parts = complex_parts(list[0].slot, list[0].type);
  move(dst, id == types::BuiltinId::real ? parts.real : parts.imaginary, 1);
}

// (+1.000000e+000+2.000000e+000i)
void FunctionLowering::print_complex(Slot slot, const types::Type* type) {
  Temporaries temporaries(*this);
  const ComplexParts parts = wide_complex_parts(slot, type);
  const Slot text = alloc(2);
  auto print = [&](PrintKind kind, Slot what) { emit(Opcode::print, what, static_cast<uint32_t>(kind)); };
  string_constant("(", text);
  print(PrintKind::string, text);
  print(PrintKind::floating, parts.real);
  print(PrintKind::floating, parts.imaginary);
  string_constant("i)", text);
  print(PrintKind::string, text);
}

}  // namespace gocheck::lower
