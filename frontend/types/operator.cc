// Unary and binary operators, comparisons and shifts.
#include "frontend/types/checker.h"

namespace gocheck::types {

using syntax::ChanDir;
using syntax::NodeKind;
using syntax::Op;

namespace {

std::string op_string(Op op) { return std::string(syntax::spelling(op)); }

bool is_comparison(Op op) { return op >= Op::eql && op <= Op::geq; }

bool is_constant_zero(const Operand& x) {
  return x.mode == Mode::constant && x.constant.kind() >= Constant::Kind::integer &&
         x.constant == Constant::of_int(0);
}

// A complex divisor whose square underflows: there is no quotient.
bool norm_underflows(const Operand& x) {
  if (x.mode != Mode::constant || !is_complex(x.type) || !x.constant.known()) return false;
  for (const Constant& part : {x.constant.real_part(), x.constant.imaginary_part()}) {
    if (!(binary(part, Op::mul, part, false) == Constant::of_int(0))) return false;
  }
  return true;
}

// Whether the operator is defined on the type (Go spec, "Arithmetic operators", "Logical operators").
bool binary_defined(Op op, const Type* type) {
  switch (op) {
    case Op::add:
      return all_types(type, [](const Type* u) { return is_numeric(u) || is_string(u); });
    case Op::sub:
    case Op::mul:
    case Op::quo:
      return is_numeric(type);
    case Op::land:
    case Op::lor:
      return is_boolean(type);
    default:
      return is_integer(type);
  }
}

bool unary_defined(Op op, const Type* type) {
  if (op == Op::not_) return is_boolean(type);
  return op == Op::xor_ ? is_integer(type) : is_numeric(type);
}

}  // namespace

// ---- Unary operators ----

void Checker::Impl::address_of(Operand& x, const syntax::UnaryExpr* expr) {
  bool literal = unparen(expr->operand)->kind == NodeKind::composite_lit;
  if (!literal && x.mode != Mode::variable) {
    error(operand_position(x), "invalid operation: cannot take address of " + describe(x));
    return x.invalidate();
  }
  mark_address_taken(expr->operand);
  x.mode = Mode::value;
  x.type = arena.make<Pointer>(x.type);
}

void Checker::Impl::receive(Operand& x) {
  const Chan* chan = under_as<Chan>(x.type);
  if (!chan || chan->dir == ChanDir::send) {
    error(operand_position(x), std::string("invalid operation: cannot receive from ") +
                                   (chan ? "send-only" : "non-") + (chan ? " channel " : "channel ") +
                                   describe(x));
    return x.invalidate();
  }
  env.has_call_or_receive = true;
  x.mode = Mode::comma_ok;
  x.type = chan->element;
}

void Checker::Impl::unary(Operand& x, const syntax::UnaryExpr* expr) {
  this->expr(x, expr->operand);
  if (!x.valid()) return;
  switch (expr->op) {
    case Op::addr:
      return address_of(x, expr);
    case Op::arrow:
      return receive(x);
    case Op::tilde:
      error(expr->pos, "cannot use ~ outside of interface or type constraint");
      return x.invalidate();
    default:
      break;
  }
  if (!unary_defined(expr->op, x.type)) {
    error(operand_position(x),
          "invalid operation: operator " + op_string(expr->op) + " not defined on " + describe(x));
    return x.invalidate();
  }
  if (x.mode != Mode::constant) {
    x.mode = Mode::value;
    return;
  }
  if (!x.constant.known()) return;
  int unsigned_bits = is_unsigned(x.type) ? int(size_of(x.type)) * 8 : 0;
  x.constant = types::unary(expr->op, x.constant, unsigned_bits);
  x.expr = expr;
  overflow(x, expr->pos);
}

// ---- Binary operators ----

void Checker::Impl::binary(Operand& x, const syntax::Expr* whole, const syntax::Expr* left,
                           const syntax::Expr* right, Op op, Position op_pos) {
  Operand y;
  expr(x, left);
  if (right) {
    expr(y, right);
  } else {
    y = {Mode::constant, basic(BasicKind::untyped_int), Constant::of_int(1), nullptr};
  }
  if (!x.valid()) return;
  if (!y.valid()) return x.invalidate();
  if (op == Op::shl || op == Op::shr) return shift(x, y, whole, op, op_pos);
  match_types(x, y);
  if (!x.valid()) return;
  if (is_comparison(op)) return comparison(x, y, op, false);
  if (!identical(x.type, y.type)) {
    std::string operation =
        whole ? expr_string(whole)
              : expr_string(left) + ' ' + op_string(op) + "= " + (right ? expr_string(right) : "1");
    error(operand_position(x), "invalid operation: " + operation + " (mismatched types " +
                                   type_string(x.type) + " and " + type_string(y.type) + ")");
    return x.invalidate();
  }
  if (!binary_defined(op, x.type)) {
    error(operand_position(x),
          "invalid operation: operator " + op_string(op) + " not defined on " + describe(x));
    return x.invalidate();
  }
  bool division = op == Op::quo || op == Op::rem;
  if (division && (((x.mode == Mode::constant || is_integer(x.type)) && is_constant_zero(y)) ||
                   (x.mode == Mode::constant && norm_underflows(y)))) {
    error(y.expr ? y.expr->pos : op_pos, "invalid operation: division by zero");
    return x.invalidate();
  }
  if (x.mode != Mode::constant || y.mode != Mode::constant) {
    x.mode = Mode::value;
    return;
  }
  bool known = x.constant.known() && y.constant.known();
  x.constant = types::binary(x.constant, op, y.constant, is_integer(x.type));
  x.expr = whole ? whole : x.expr;
  if (known) overflow(x, op_pos);
}

bool Checker::Impl::may_convert(const Operand& x, const Operand& y) {
  if (is_typed(x.type) && is_typed(y.type)) return false;
  if (is_interface(x.type) || is_interface(y.type)) return true;
  if (is_boolean(x.type) != is_boolean(y.type)) return false;
  if (is_string(x.type) != is_string(y.type)) return false;
  if (x.mode == Mode::nil) return has_nil(y.type);
  if (y.mode == Mode::nil) return has_nil(x.type);
  return !under_as<Pointer>(x.type) && !under_as<Pointer>(y.type);
}

void Checker::Impl::match_types(Operand& x, Operand& y) {
  if (!may_convert(x, y)) return;
  convert_untyped(x, y.type);
  if (!x.valid()) return;
  convert_untyped(y, x.type);
  if (!y.valid()) x.invalidate();
}

// ---- Comparisons ----

std::string Checker::Impl::kind_string(const Type* type) const {
  switch (underlying(type)->kind) {
    case TypeKind::array:
      return "array";
    case TypeKind::slice:
      return "slice";
    case TypeKind::structure:
      return "struct";
    case TypeKind::pointer:
      return "pointer";
    case TypeKind::signature:
      return "func";
    case TypeKind::interface:
      return "interface";
    case TypeKind::map:
      return "map";
    case TypeKind::chan:
      return "chan";
    default:
      return is_untyped(type) && has_nil(type) ? "nil" : type_string(type);
  }
}

std::string Checker::Impl::incomparable_cause(const Type* type) const {
  if (type->kind == TypeKind::type_param) return "incomparable types in type set";
  const Type* u = underlying(type);
  if (u->kind == TypeKind::slice || u->kind == TypeKind::signature || u->kind == TypeKind::map) {
    return kind_string(type) + " can only be compared to nil";
  }
  if (auto* structure = under_as<Struct>(u)) {
    for (const Var* field : structure->fields) {
      if (!types::comparable(field->type))
        return "struct containing " + type_string(field->type) + " cannot be compared";
    }
  }
  if (u->kind == TypeKind::array) return type_string(type) + " cannot be compared";
  return "";
}

bool Checker::Impl::comparison_defined(const Operand& x, const Operand& y, Op op, const Operand** culprit,
                                       std::string* cause) {
  if (!assignable(x, y.type, nullptr) && !assignable(y, x.type, nullptr)) {
    *culprit = &y;
    *cause = "mismatched types " + type_string(x.type) + " and " + type_string(y.type);
    return false;
  }
  if (op != Op::eql && op != Op::neq) {
    *culprit = is_ordered(x.type) ? &y : &x;
    return is_ordered(x.type) && is_ordered(y.type);
  }
  if (x.mode == Mode::nil || y.mode == Mode::nil) {
    const Type* other = x.mode == Mode::nil ? y.type : x.type;
    *culprit = &y;
    return has_nil(other) && is_typed(other);
  }
  for (const Operand* operand : {&x, &y}) {
    if (types::comparable(operand->type)) continue;
    *culprit = operand;
    *cause = incomparable_cause(operand->type);
    return false;
  }
  return true;
}

void Checker::Impl::comparison(Operand& x, Operand& y, Op op, bool for_switch) {
  if (!is_valid(x.type) || !is_valid(y.type)) return x.invalidate();
  if (for_switch) op = Op::eql;
  const Operand* culprit = &x;
  std::string cause;
  if (!comparison_defined(x, y, op, &culprit, &cause)) {
    if (cause.empty()) cause = "operator " + op_string(op) + " not defined on " + kind_string(culprit->type);
    std::string left = x.expr ? expr_string(x.expr) : describe(x),
                right = y.expr ? expr_string(y.expr) : describe(y);
    if (for_switch) {
      error(operand_position(x), "invalid case " + left + " in switch on " + right + " (" + cause + ")");
    } else {
      error(operand_position(*culprit),
            "invalid operation: " + left + ' ' + op_string(op) + ' ' + right + " (" + cause + ")");
    }
    return x.invalidate();
  }
  if (x.mode == Mode::constant && y.mode == Mode::constant) {
    // The operands do not exist at run time.
    bool known = x.constant.known() && y.constant.known();
    x.constant = known ? Constant::of_bool(compare(x.constant, op, y.constant)) : Constant{};
  } else {
    x.mode = Mode::value;
    update_type(x.expr, default_type(x.type), true);
    update_type(y.expr, default_type(y.type), true);
  }
  x.type = basic(BasicKind::untyped_bool);
}

// ---- Shifts ----

bool Checker::Impl::valid_shift_count(Operand& y, bool constant_shift) {
  if (y.mode == Mode::constant) {
    Constant count = y.constant.to_int();
    if (count.known() && count.sign() < 0) {
      error(operand_position(y), "invalid operation: negative shift count " + describe(y));
      return false;
    }
    if (!is_untyped(y.type)) {
      if (is_integer(y.type)) return true;
      error(operand_position(y), "invalid operation: shift count " + describe(y) + " must be integer");
      return false;
    }
    check_representable(y, static_cast<const Basic*>(basic(BasicKind::uint)));
    if (y.valid() && !constant_shift) convert_untyped(y, basic(BasicKind::uint));
    return y.valid();
  }
  if (is_integer(y.type) && !is_untyped(y.type)) return true;
  if (is_untyped(y.type)) {
    convert_untyped(y, basic(BasicKind::uint));
    return y.valid();
  }
  error(operand_position(y), "invalid operation: shift count " + describe(y) + " must be integer");
  return false;
}

void Checker::Impl::shift(Operand& x, Operand& y, const syntax::Expr* whole, Op op, Position op_pos) {
  Constant value = x.mode == Mode::constant ? x.constant.to_int() : Constant{};
  if (!is_integer(x.type) && !(is_untyped(x.type) && value.known())) {
    error(operand_position(x), "invalid operation: shifted operand " + describe(x) + " must be integer");
    return x.invalidate();
  }
  bool constant_shift = x.mode == Mode::constant && y.mode == Mode::constant;
  if (!valid_shift_count(y, constant_shift)) return x.invalidate();
  if (constant_shift) {
    // Enough for the smallest float64 as an exact value.
    constexpr uint64_t kMaxShift = 1023 - 1 + 52;
    if (!x.constant.known() || !y.constant.known()) {
      x.constant = Constant{};
      return;
    }
    std::optional<uint64_t> count = y.constant.as_uint64();
    if (!count || *count > kMaxShift) {
      error(operand_position(y), "invalid operation: invalid shift count " + describe(y));
      return x.invalidate();
    }
    if (!is_integer(x.type)) x.type = basic(BasicKind::untyped_int);
    x.constant = types::shift(value, op, unsigned(*count));
    if (whole) x.expr = whole;
    return overflow(x, op_pos);
  }
  if (x.mode == Mode::constant && is_untyped(x.type)) {
    // The constant becomes what the whole shift is used as; only then can it be checked.
    pending_shifts.insert(x.expr->id);
    x.mode = Mode::value;
    return;
  }
  x.mode = Mode::value;
}

}  // namespace gocheck::types
