// Untyped operands: representability of constants, implicit conversion, and the final types of
// untyped expressions.
#include <cmath>
#include <limits>

#include "frontend/types/checker.h"

namespace gocheck::types {

using syntax::NodeKind;
using syntax::Op;

namespace {

bool fits_integer(const Constant& value, BasicKind kind) {
  switch (kind) {
    case BasicKind::untyped_int:
    case BasicKind::untyped_rune:
      return true;
    default:
      break;
  }
  static const auto bits_of = [](BasicKind k) {
    switch (k) {
      case BasicKind::int8:
      case BasicKind::uint8:
        return 8u;
      case BasicKind::int16:
      case BasicKind::uint16:
        return 16u;
      case BasicKind::int32:
      case BasicKind::uint32:
        return 32u;
      default:
        return 64u;
    }
  };
  unsigned bits = bits_of(kind);
  if (kind >= BasicKind::uint && kind <= BasicKind::uintptr) {
    std::optional<uint64_t> fitting = value.as_uint64();
    return fitting && *fitting <= ~uint64_t{0} >> (64 - bits);
  }
  std::optional<int64_t> fitting = value.as_int64();
  return fitting && *fitting >= INT64_MIN >> (64 - bits) && *fitting <= INT64_MAX >> (64 - bits);
}

// The nearest float32 or float64; unknown when out of range.
Constant round_float(const Constant& value, bool single) {
  double nearest = single ? double(value.as_float()) : value.as_double();
  return std::isfinite(nearest) ? Constant::of_double(nearest) : Constant{};
}

}  // namespace

bool Checker::Impl::representable(const Constant& value, const Basic* type, Constant* rounded) {
  if (rounded) *rounded = value;
  if (!value.known() || !is_valid(type)) return true;
  auto give = [&](Constant result) {
    if (rounded) *rounded = std::move(result);
    return true;
  };
  bool numeric = value.kind() >= Constant::Kind::integer;
  if (is_integer(type)) {
    Constant integer = numeric ? value.to_int() : Constant{};
    return integer.known() && fits_integer(integer, type->basic) && give(integer);
  }
  if (is_float(type)) {
    if (!numeric) return false;
    Constant real = value.kind() == Constant::Kind::integer ? value : value.to_float();
    if (!real.known()) return false;
    if (type->basic == BasicKind::untyped_float) return give(real);
    Constant nearest = round_float(real, type->basic == BasicKind::float32);
    return nearest.known() && give(nearest);
  }
  if (is_complex(type)) {
    if (!numeric || type->basic == BasicKind::untyped_complex) return numeric;
    bool single = type->basic == BasicKind::complex64;
    Constant real = round_float(value.real_part(), single),
             imaginary = round_float(value.imaginary_part(), single);
    return real.known() && imaginary.known() && give(Constant::of_complex(real, imaginary));
  }
  if (is_string(type)) return value.kind() == Constant::Kind::string;
  if (is_boolean(type)) return value.kind() == Constant::Kind::boolean;
  return false;
}

Misfit Checker::Impl::misfit(const Operand& x, const Basic* type, Constant* rounded) {
  if (representable(x.constant, type, rounded)) return Misfit::none;
  if (!is_numeric(x.type) || !is_numeric(type)) return Misfit::type;
  return !is_integer(x.type) && is_integer(type) ? Misfit::truncated : Misfit::overflows;
}

void Checker::Impl::report_misfit(Operand& x, const Type* target, Misfit misfit) {
  std::string operand = describe(x), type = type_string(target);
  switch (misfit) {
    case Misfit::truncated:
      error(operand_position(x), operand + " truncated to " + type);
      break;
    case Misfit::overflows:
      error(operand_position(x), operand + " overflows " + type);
      break;
    default:
      error(operand_position(x), "cannot convert " + operand + " to type " + type);
      break;
  }
  x.invalidate();
}

void Checker::Impl::check_representable(Operand& x, const Basic* type) {
  Constant rounded;
  if (Misfit why = misfit(x, type, &rounded); why != Misfit::none) return report_misfit(x, type, why);
  x.constant = rounded;
}

Misfit Checker::Impl::implicit_type(const Operand& x, const Type* target, const Type** type,
                                    Constant* value) {
  *type = x.type;
  *value = x.constant;
  if (!x.valid() || !is_untyped(x.type) || !is_valid(target)) return Misfit::none;
  if (x.mode == Mode::nil) {
    *type = target;
    return has_nil(target) ? Misfit::none : Misfit::type;
  }
  if (is_untyped(target)) {
    // Both are untyped: numeric kinds are ordered int, rune, float, complex; others must agree.
    BasicKind from = static_cast<const Basic*>(x.type)->basic, to = static_cast<const Basic*>(target)->basic;
    if (from == to) return Misfit::none;
    if (!is_numeric(x.type) || !is_numeric(target)) return Misfit::type;
    *type = from < to ? target : x.type;
    return Misfit::none;
  }
  const Type* u = underlying(target);
  if (target->kind == TypeKind::type_param) {
    // All types of its type set must be able to hold the value, which is not rounded to any of them.
    *type = target;
    auto* constraint = constraint_of(target);
    if (!constraint || !constraint->restricted) return Misfit::type;
    for (const Term& term : constraint->terms) {
      const Type* ignored_type = nullptr;
      Constant ignored;
      if (implicit_type(x, term.type, &ignored_type, &ignored) != Misfit::none) return Misfit::type;
    }
    return Misfit::none;
  }
  if (u->kind == TypeKind::interface) {
    // The value gets its default type: an interface holds values of concrete types only.
    *type = default_type(x.type);
    return static_cast<const Interface*>(u)->methods.empty() ? Misfit::none : Misfit::type;
  }
  if (u->kind != TypeKind::basic) return Misfit::type;
  *type = target;
  if (x.mode == Mode::constant) return misfit(x, static_cast<const Basic*>(u), value);
  // Not constant and yet untyped: a comparison or a shift of an untyped constant.
  bool fits = is_boolean(x.type)  ? is_boolean(target)
              : is_string(x.type) ? is_string(target)
                                  : is_numeric(target);
  return fits ? Misfit::none : Misfit::type;
}

void Checker::Impl::apply_type(Operand& x, const Type* type, const Constant& value) {
  if (x.mode == Mode::constant) {
    x.constant = value;
    if (x.expr && is_untyped(info.type_of(x.expr))) info.expressions[x.expr->id].constant = value;
  }
  if (type != x.type) {
    x.type = type;
    update_type(x.expr, type, false);
  }
}

void Checker::Impl::convert_untyped(Operand& x, const Type* target) {
  const Type* type = nullptr;
  Constant value;
  Misfit why = implicit_type(x, target, &type, &value);
  if (why != Misfit::none) return report_misfit(x, underlying(target), why);
  apply_type(x, type, value);
}

void Checker::Impl::default_untyped(Operand& x) {
  if (x.valid() && is_untyped(x.type) && x.mode != Mode::nil) convert_untyped(x, default_type(x.type));
}

void Checker::Impl::update_operands(const syntax::Expr* expr, const Type* type, bool final) {
  switch (expr->kind) {
    case NodeKind::paren_expr:
      return update_type(as<syntax::ParenExpr>(expr)->inner, type, final);
    case NodeKind::unary_expr:
      if (info.of(expr).mode != Mode::constant)
        update_type(as<syntax::UnaryExpr>(expr)->operand, type, final);
      return;
    case NodeKind::binary_expr: {
      if (info.of(expr).mode == Mode::constant) return;  // computed at compile time
      auto* binary = as<syntax::BinaryExpr>(expr);
      if (binary->op >= Op::eql && binary->op <= Op::geq) return;  // its operands have final types
      update_type(binary->left, type, final);
      if (binary->op != Op::shl && binary->op != Op::shr) update_type(binary->right, type, final);
      return;
    }
    default:
      return;
  }
}

void Checker::Impl::update_type(const syntax::Expr* expr, const Type* type, bool final) {
  if (!expr || !is_untyped(info.type_of(expr))) return;
  update_operands(expr, type, final);
  TypeAndValue& entry = info.expressions[expr->id];
  if (!final && is_untyped(type)) {
    entry.type = type;
    return;
  }
  Operand x{entry.mode, entry.type, entry.constant, expr};
  if (pending_shifts.erase(expr->id) && !is_integer(type)) {
    if (is_valid(type)) {
      error(expr->pos, "invalid operation: shifted operand " + expr_string(expr) + " (type " +
                           type_string(type) + ") must be integer");
    }
    entry.mode = Mode::invalid;
    return;
  }
  if (entry.mode == Mode::constant && is_typed(type)) {
    const Type* converted = nullptr;
    Constant value;
    Misfit why = implicit_type(x, type, &converted, &value);
    if (why != Misfit::none) return report_misfit(x, type, why);
    entry.constant = value;
    // An interface makes the default type of a constant.
    type = converted;
  }
  entry.type = type;
}

void Checker::Impl::overflow(Operand& x, Position op_pos) {
  constexpr unsigned kMaxBits = 512;
  if (!x.constant.known()) {
    if (is_numeric(x.type)) error(op_pos, "constant " + operation_name(x.expr) + "overflow");
    return;
  }
  if (is_typed(x.type)) {
    if (auto* type = under_as<Basic>(x.type)) check_representable(x, type);
    return;
  }
  if (x.constant.kind() != Constant::Kind::integer) return;
  if (x.constant.bit_length() <= kMaxBits) return;
  error(op_pos, "constant " + operation_name(x.expr) + "overflow");
  x.constant = Constant{};
}

std::string Checker::Impl::operation_name(const syntax::Expr* expr) {
  if (expr && expr->kind == NodeKind::unary_expr) {
    return as<syntax::UnaryExpr>(expr)->op == Op::xor_ ? "bitwise complement " : "";
  }
  if (!expr || expr->kind != NodeKind::binary_expr) return "";
  switch (as<syntax::BinaryExpr>(expr)->op) {
    case Op::add:
      return "addition ";
    case Op::sub:
      return "subtraction ";
    case Op::xor_:
      return "bitwise XOR ";
    case Op::mul:
      return "multiplication ";
    case Op::shl:
      return "shift ";
    default:
      return "";
  }
}

}  // namespace gocheck::types
