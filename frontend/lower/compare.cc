// Comparisons, logical operators, and branches on them.
#include "frontend/lower/function.h"
#include "runtime/program/invariant.h"

namespace gocheck::lower {

using namespace syntax;

namespace {

bool is_comparison(Op op) { return op >= Op::eql && op <= Op::geq; }

Op mirrored(Op op) {  // a op b == b mirrored(op) a
  switch (op) {
    case Op::lss:
      return Op::gtr;
    case Op::leq:
      return Op::geq;
    case Op::gtr:
      return Op::lss;
    case Op::geq:
      return Op::leq;
    default:
      return op;
  }
}

Op negated(Op op) {
  switch (op) {
    case Op::eql:
      return Op::neq;
    case Op::neq:
      return Op::eql;
    case Op::lss:
      return Op::geq;
    case Op::leq:
      return Op::gtr;
    case Op::gtr:
      return Op::leq;
    default:
      return Op::lss;
  }
}

bool fits16(int64_t value) { return value >= INT16_MIN && value <= INT16_MAX; }

}  // namespace

FunctionLowering::Comparison FunctionLowering::compared(const BinaryExpr* e) {
  const Expr* left = e->left;
  const Expr* right = e->right;
  Op op = e->op;
  if (is_nil(left) || integer_constant(left) || info_.of(left).constant.known()) {
    std::swap(left, right);
    op = mirrored(op);
  }
  const types::Type* left_type = type_of(left);
  const types::Type* right_type = type_of(right);
  // nil has all bits zero; the first slot of a slice or an interface tells.
  if (is_nil(right)) {
    if (is_nil(left)) {
      const Slot zero_slot = alloc(1);
      zero(zero_slot, 1);
      return {op, nullptr, zero_slot, 0, 0};
    }
    return {op, nullptr, value(left), 0, 0};
  }
  const types::TypeAndValue& constant_right = info_.of(right);
  if (types::is_string(left_type) && constant_right.constant.known() && !types::is_interface(right_type) &&
      constant_right.constant.as_string().empty() && (op == Op::eql || op == Op::neq)) {
    return {op, nullptr, value(left) + 1, 0, 0};
  }
  if (types::is_integer(left_type)) {
    if (auto number = integer_constant(right); number && fits16(*number)) {
      return {op, left_type, value(left), 0, number};
    }
  }
  const types::Type* type = left_type;
  Operand list[2] = {{left, nullptr}, {right, nullptr}};
  if (needs_boxing(left_type, right_type)) {
    list[0].target = type = right_type;
  } else if (needs_boxing(right_type, left_type)) {
    list[1].target = left_type;
  }
  if (left != e->left) std::swap(list[0], list[1]);  // evaluate in source order
  operands(list);
  if (left != e->left) std::swap(list[0], list[1]);
  return {op, type, list[0].slot, list[1].slot, std::nullopt};
}

// tag == e, for a tag in slots.
FunctionLowering::Comparison FunctionLowering::compared_with(const Expr* e, const types::Type* tag_type,
                                                             Slot tag) {
  if (is_nil(e)) return {Op::eql, nullptr, tag, 0, 0};
  const types::Type* type = type_of(e);
  if (types::is_integer(tag_type)) {
    if (auto number = integer_constant(e); number && fits16(*number))
      return {Op::eql, tag_type, tag, 0, number};
  }
  if (needs_boxing(tag_type, type)) {
    const Slot boxed = adapted(tag, tag_type, type);
    return {Op::eql, type, boxed, value(e), std::nullopt};
  }
  return {Op::eql, tag_type, tag, value_as(e, tag_type), std::nullopt};
}

void FunctionLowering::comparison(const BinaryExpr* e, Slot dst) {
  Temporaries temporaries(*this);
  const Comparison c = compared(e);
  At at(*this, e->op_pos);
  compare(c, dst);
}

void FunctionLowering::compare(const Comparison& c, Slot dst) {
  if (c.immediate && compare_immediate(c, dst)) return;
  Temporaries temporaries(*this);
  Slot right = c.right;
  if (c.immediate) {
    right = alloc(1);
    const_int(right, *c.immediate);
  }
  switch (c.op) {
    case Op::eql:
      return equality(c.type, c.left, right, true, dst);
    case Op::neq:
      return equality(c.type, c.left, right, false, dst);
    case Op::lss:
      return ordering(c.type, true, c.left, right, dst);
    case Op::leq:
      return ordering(c.type, false, c.left, right, dst);
    case Op::gtr:
      return ordering(c.type, true, right, c.left, dst);
    default:
      return ordering(c.type, false, right, c.left, dst);
  }
}

bool FunctionLowering::compare_immediate(const Comparison& c, Slot dst) {
  const int64_t k = *c.immediate;
  const bool wide_unsigned = c.type && types::is_unsigned(c.type) && size(c.type) == 8;
  auto emit_k = [&](Opcode op, int64_t value) {
    if (!fits16(value)) return false;
    emit(op, dst, c.left, static_cast<uint16_t>(value));
    return true;
  };
  switch (c.op) {
    case Op::eql:
      return emit_k(Opcode::eq_k, k);
    case Op::neq:
      if (!emit_k(Opcode::eq_k, k)) return false;
      emit(Opcode::not_b, dst, dst);
      return true;
    case Op::lss:
      return !wide_unsigned && emit_k(Opcode::lt_k, k);
    case Op::leq:
      return !wide_unsigned && emit_k(Opcode::lt_k, k + 1);
    case Op::gtr:
      return !wide_unsigned && emit_k(Opcode::gt_k, k);
    default:
      return !wide_unsigned && emit_k(Opcode::gt_k, k - 1);
  }
}

void FunctionLowering::ordering(const types::Type* type, bool strict, Slot left, Slot right, Slot dst) {
  Opcode op;
  switch (kind(type)) {
    case Kind::string:
      op = strict ? Opcode::lt_str : Opcode::le_str;
      break;
    case Kind::float64:
      op = strict ? Opcode::lt_f64 : Opcode::le_f64;
      break;
    case Kind::float32:
      op = strict ? Opcode::lt_f32 : Opcode::le_f32;
      break;
    case Kind::uint:
    case Kind::uint64:
    case Kind::uintptr:
      op = strict ? Opcode::lt_u : Opcode::le_u;
      break;
    default:
      op = strict ? Opcode::lt_i : Opcode::le_i;
      break;
  }
  emit(op, dst, left, right);
}

void FunctionLowering::equality(const types::Type* type, Slot left, Slot right, bool equal, Slot dst) {
  const Kind k = type ? kind(type) : Kind::int_;
  switch (k) {
    case Kind::float64:
      return emit(equal ? Opcode::eq_f64 : Opcode::ne_f64, dst, left, right);
    case Kind::float32:
      return emit(equal ? Opcode::eq_f32 : Opcode::ne_f32, dst, left, right);
    case Kind::string:
      emit(Opcode::eq_str, dst, left, right);
      break;
    case Kind::interface:
      emit(Opcode::eq_iface, dst, left, right);
      break;
    case Kind::structure:
    case Kind::array:
      if (size(type) == 0) return const_int(dst, equal);
      emit_x(Opcode::eq_mem, dst, left, right, types_.id(type));
      break;
    case Kind::complex64:
    case Kind::complex128:
      complex_equality(type, left, right, dst);
      break;
    default:
      return emit(equal ? Opcode::eq_i : Opcode::ne_i, dst, left, right);
  }
  if (!equal) emit(Opcode::not_b, dst, dst);
}

void FunctionLowering::logical(const Expr* e, Slot dst) {
  if (e->kind == NodeKind::unary_expr) {
    const Expr* operand = unparen(as<UnaryExpr>(e)->operand);
    if (operand->kind != NodeKind::binary_expr) return emit(Opcode::not_b, dst, value(operand));
  }
  Label no, end;
  branch(e, false, no);
  const_int(dst, 1);
  jump(end);
  bind(no);
  const_int(dst, 0);
  bind(end);
}

// ---- Branches ----

void FunctionLowering::branch(const Expr* e, bool when, Label& target) {
  e = unparen(e);
  const types::TypeAndValue& tv = info_.of(e);
  if (tv.constant.known()) {
    if (tv.constant.as_bool() == when) jump(target);
    return;
  }
  if (e->kind == NodeKind::unary_expr && as<UnaryExpr>(e)->op == Op::not_) {
    return branch(as<UnaryExpr>(e)->operand, !when, target);
  }
  if (e->kind == NodeKind::binary_expr && !substitutes_.contains(e)) {
    const auto* b = as<BinaryExpr>(e);
    if (b->op == Op::land || b->op == Op::lor) {
      // && is decided by a false operand, || by a true one.
      const bool decisive = b->op == Op::lor;
      if (when == decisive) {
        branch(b->left, when, target);
        return branch(b->right, when, target);
      }
      Label skip;
      branch(b->left, decisive, skip);
      branch(b->right, when, target);
      return bind(skip);
    }
    if (is_comparison(b->op)) {
      Temporaries temporaries(*this);
      const Comparison c = compared(b);
      At at(*this, b->op_pos);
      return branch_on(c, when, target);
    }
  }
  Temporaries temporaries(*this);
  const Slot condition = value(e);
  At at(*this, e->pos);
  jump_if(condition, when, target);
}

void FunctionLowering::branch_on(const Comparison& c, bool when, Label& target) {
  const Kind k = c.type ? kind(c.type) : Kind::int_;
  const bool words = program::is_scalar(k) && !program::is_float(k);
  const bool wide_unsigned = k == Kind::uint || k == Kind::uint64 || k == Kind::uintptr;
  const bool equality_op = c.op == Op::eql || c.op == Op::neq;
  if (!words || (wide_unsigned && !equality_op)) {
    // Not the negated comparison: NaN makes both false.
    Temporaries temporaries(*this);
    const bool inverted = c.op == Op::neq;  // saves a not_b
    const Slot condition = alloc(1);
    Comparison positive = c;
    if (inverted && !program::is_float(k)) {
      positive.op = Op::eql;
      when = !when;
    }
    compare(positive, condition);
    return jump_if(condition, when, target);
  }
  const Op op = when ? c.op : negated(c.op);
  if (c.immediate) {
    const int64_t k16 = *c.immediate;
    const bool above = op == Op::leq || op == Op::gtr;  // compare with the next number
    if (!above || fits16(k16 + 1)) {
      const uint16_t bits = static_cast<uint16_t>(above ? k16 + 1 : k16);
      const Opcode code = op == Op::eql                    ? Opcode::jump_eq_k
                          : op == Op::neq                  ? Opcode::jump_ne_k
                          : op == Op::lss || op == Op::leq ? Opcode::jump_lt_k
                                                           : Opcode::jump_ge_k;
      return compare_jump(code, c.left, bits, target);
    }
  }
  Temporaries temporaries(*this);
  Slot right = c.right;
  if (c.immediate) {
    right = alloc(1);
    const_int(right, *c.immediate);
  }
  switch (op) {
    case Op::eql:
      return compare_jump(Opcode::jump_eq, c.left, right, target);
    case Op::neq:
      return compare_jump(Opcode::jump_ne, c.left, right, target);
    case Op::lss:
      return compare_jump(Opcode::jump_lt, c.left, right, target);
    case Op::leq:
      return compare_jump(Opcode::jump_le, c.left, right, target);
    case Op::gtr:
      return compare_jump(Opcode::jump_lt, right, c.left, target);
    default:
      return compare_jump(Opcode::jump_le, right, c.left, target);
  }
}

}  // namespace gocheck::lower
