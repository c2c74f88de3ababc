// Operators: arithmetic, shifts, string concatenation.
#include <algorithm>
#include <bit>

#include "frontend/lower/function.h"
#include "runtime/program/invariant.h"

namespace gocheck::lower {

using namespace syntax;

namespace {

bool fits16(int64_t value) { return value >= INT16_MIN && value <= INT16_MAX; }

Opcode integer_op(Op op, bool is_unsigned) {
  switch (op) {
    case Op::add:
      return Opcode::add_i;
    case Op::sub:
      return Opcode::sub_i;
    case Op::mul:
      return Opcode::mul_i;
    case Op::quo:
      return is_unsigned ? Opcode::div_u : Opcode::div_i;
    case Op::rem:
      return is_unsigned ? Opcode::rem_u : Opcode::rem_i;
    case Op::and_:
      return Opcode::and_i;
    case Op::or_:
      return Opcode::or_i;
    case Op::xor_:
      return Opcode::xor_i;
    case Op::and_not:
      return Opcode::and_not_i;
    default:
      return Opcode::count_;
  }
}

Opcode float_op(Op op, bool single) {
  switch (op) {
    case Op::add:
      return single ? Opcode::add_f32 : Opcode::add_f64;
    case Op::sub:
      return single ? Opcode::sub_f32 : Opcode::sub_f64;
    case Op::mul:
      return single ? Opcode::mul_f32 : Opcode::mul_f64;
    case Op::quo:
      return single ? Opcode::div_f32 : Opcode::div_f64;
    default:
      return Opcode::count_;
  }
}

// Can the operation leave the range of a narrow type?
bool may_overflow(Op op) { return op == Op::add || op == Op::sub || op == Op::mul || op == Op::quo; }

}  // namespace

void FunctionLowering::extend(const types::Type* type, Slot slot, Slot dst) {
  const bool is_signed = program::is_signed_integer(kind(type));
  switch (size(type)) {
    case 1:
      return emit(is_signed ? Opcode::ext_i8 : Opcode::ext_u8, dst, slot);
    case 2:
      return emit(is_signed ? Opcode::ext_i16 : Opcode::ext_u16, dst, slot);
    case 4:
      return emit(is_signed ? Opcode::ext_i32 : Opcode::ext_u32, dst, slot);
    default:
      return move(dst, slot, 1);
  }
}

void FunctionLowering::binary(const BinaryExpr* e, Slot dst, bool) {
  switch (e->op) {
    case Op::land:
    case Op::lor:
      return logical(e, dst);
    case Op::eql:
    case Op::neq:
    case Op::lss:
    case Op::leq:
    case Op::gtr:
    case Op::geq:
      return comparison(e, dst);
    default:
      break;
  }
  const types::Type* type = type_of(e);
  if (types::is_string(type)) return concatenation(e, dst);
  if (e->op == Op::shl || e->op == Op::shr) {
    if (integer_constant(e->right)) {
      const Slot left = value(e->left);
      At at(*this, e->op_pos);
      return shift(e->op, type, left, e->right, kAnywhere, dst);
    }
    auto [left, count] = both(e->left, e->right);
    At at(*this, e->op_pos);
    return shift(e->op, type, left, e->right, count, dst);
  }
  const Expr* left = e->left;
  const Expr* right = e->right;
  const bool commutes = e->op == Op::add || e->op == Op::mul || e->op == Op::and_;
  if (commutes && types::is_integer(type) && integer_constant(left)) std::swap(left, right);
  if (types::is_integer(type)) {
    if (auto number = integer_constant(right)) {
      const Slot operand = value(left);
      At at(*this, e->op_pos);
      if (arithmetic_constant(e->op, type, operand, *number, dst)) return;
      return arithmetic(e->op, type, operand, right, kAnywhere, dst);
    }
  }
  auto [l, r] = both(left, right);
  At at(*this, e->op_pos);
  arithmetic(e->op, type, l, right, r, dst);
}

void FunctionLowering::arithmetic(Op op, const types::Type* type, Slot left, const Expr* right,
                                  Slot right_slot, Slot dst) {
  Temporaries temporaries(*this);
  if (op == Op::shl || op == Op::shr) {
    if (right_slot == kAnywhere && !integer_constant(right)) right_slot = value(right);
    return shift(op, type, left, right, right_slot, dst);
  }
  if (right_slot == kAnywhere) {
    if (auto number = types::is_integer(type) ? integer_constant(right) : std::nullopt) {
      if (arithmetic_constant(op, type, left, *number, dst)) return;
    }
    right_slot = value(right);
  }
  if (types::is_string(type)) {
    const Slot parts = alloc(4);
    move(parts, left, 2);
    move(parts + 2, right_slot, 2);
    return emit(Opcode::concat, dst, parts, 2);
  }
  if (types::is_complex(type)) return complex_arithmetic(op, type, left, right_slot, dst);
  if (types::is_float(type)) {
    return emit(float_op(op, kind(type) == Kind::float32), dst, left, right_slot);
  }
  emit(integer_op(op, types::is_unsigned(type)), dst, left, right_slot);
  if (may_overflow(op) && size(type) < 8) extend(type, dst, dst);
}

bool FunctionLowering::arithmetic_constant(Op op, const types::Type* type, Slot left, int64_t right,
                                           Slot dst) {
  const bool is_unsigned = types::is_unsigned(type);
  const bool power = right > 0 && std::has_single_bit(static_cast<uint64_t>(right));
  const uint32_t log = power ? std::countr_zero(static_cast<uint64_t>(right)) : 0;
  switch (op) {
    case Op::add:
      if (!fits16(right)) return false;
      emit(Opcode::add_k, dst, left, static_cast<uint16_t>(right));
      break;
    case Op::sub:
      if (right == INT64_MIN || !fits16(-right)) return false;
      emit(Opcode::add_k, dst, left, static_cast<uint16_t>(-right));
      break;
    case Op::mul:
      if (power) {
        emit(Opcode::shl_k, dst, left, log);
      } else if (fits16(right)) {
        emit(Opcode::mul_k, dst, left, static_cast<uint16_t>(right));
      } else {
        return false;
      }
      break;
    case Op::and_:
      if (right < 0 || right > 0xffff) return false;
      emit(Opcode::and_k, dst, left, static_cast<uint32_t>(right));
      return true;
    case Op::quo:
      if (!is_unsigned || !power) return false;
      emit(Opcode::shr_uk, dst, left, log);
      return true;
    case Op::rem:
      if (!is_unsigned || !power || right - 1 > 0xffff) return false;
      emit(Opcode::and_k, dst, left, static_cast<uint32_t>(right - 1));
      return true;
    default:
      return false;
  }
  if (size(type) < 8) extend(type, dst, dst);
  return true;
}

void FunctionLowering::shift(Op op, const types::Type* type, Slot left, const Expr* count, Slot count_slot,
                             Slot dst) {
  const bool is_unsigned = types::is_unsigned(type);
  if (auto number = integer_constant(count)) {
    const uint64_t n = static_cast<uint64_t>(*number);
    if (op == Op::shl) {
      if (n >= 64) return zero(dst, 1);
      emit(Opcode::shl_k, dst, left, static_cast<uint32_t>(n));
      if (size(type) < 8) extend(type, dst, dst);
    } else if (is_unsigned) {
      if (n >= 64) return zero(dst, 1);
      emit(Opcode::shr_uk, dst, left, static_cast<uint32_t>(n));
    } else {
      emit(Opcode::shr_ik, dst, left, static_cast<uint32_t>(std::min<uint64_t>(n, 63)));
    }
    return;
  }
  if (!types::is_unsigned(type_of(count))) emit(Opcode::check_shift, count_slot);
  if (op == Op::shr) return emit(is_unsigned ? Opcode::shr_u : Opcode::shr_i, dst, left, count_slot);
  emit(Opcode::shl, dst, left, count_slot);
  if (size(type) < 8) extend(type, dst, dst);
}

// a + b + c of strings is one concatenation.
void FunctionLowering::concatenation(const BinaryExpr* e, Slot dst) {
  std::vector<const Expr*> parts;
  const Expr* rest = e;
  for (;;) {
    rest = unparen(rest);
    if (rest->kind != NodeKind::binary_expr || info_.of(rest).constant.known()) break;
    parts.push_back(as<BinaryExpr>(rest)->right);
    rest = as<BinaryExpr>(rest)->left;
  }
  parts.push_back(rest);
  std::reverse(parts.begin(), parts.end());
  const Slot first = top();
  std::vector<Operand> list;
  for (const Expr* part : parts) list.push_back({part, nullptr, alloc(2)});
  operands(list);
  emit(Opcode::concat, dst, first, static_cast<uint32_t>(parts.size()));
}

}  // namespace gocheck::lower
