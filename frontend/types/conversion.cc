// Assignability, conversions, and implementing interfaces (Go spec, "Assignability", "Conversions",
// "Implementing an interface").
#include "frontend/types/checker.h"

namespace gocheck::types {

using syntax::ChanDir;

namespace {

// Predeclared and defined types have a name; type literals have none.
bool has_name(const Type* type) {
  return type->kind == TypeKind::basic || type->kind == TypeKind::named || type->kind == TypeKind::type_param;
}

bool is_interface_pointer(const Type* type) {
  const Pointer* pointer = under_as<Pointer>(type);
  return pointer && is_interface(pointer->element);
}

bool is_bytes_or_runes(const Type* type) {
  const Slice* slice = under_as<Slice>(type);
  const Basic* element = slice ? under_as<Basic>(slice->element) : nullptr;
  return element && (element->basic == BasicKind::uint8 || element->basic == BasicKind::int32);
}

bool is_kind(const Type* type, BasicKind kind) {
  const Basic* b = under_as<Basic>(type);
  return b && b->basic == kind;
}
bool is_unsafe_pointer(const Type* type) { return is_kind(type, BasicKind::unsafe_pointer); }
bool is_uintptr(const Type* type) { return is_kind(type, BasicKind::uintptr); }

bool same_elements(const Slice* slice, const Array* array) {
  return array && identical(slice->element, array->element);
}

std::string encode_rune(const Constant& value) {
  uint32_t rune = 0xFFFD;
  if (auto code = value.as_int64();
      code && *code >= 0 && *code <= 0x10FFFF && !(*code >= 0xD800 && *code < 0xE000)) {
    rune = uint32_t(*code);
  }
  std::string out;
  if (rune < 0x80) return std::string(1, char(rune));
  if (rune < 0x800) {
    out += char(0xC0 | rune >> 6);
  } else {
    if (rune < 0x10000) {
      out += char(0xE0 | rune >> 12);
    } else {
      out += char(0xF0 | rune >> 18);
      out += char(0x80 | (rune >> 12 & 0x3F));
    }
    out += char(0x80 | (rune >> 6 & 0x3F));
  }
  return out + char(0x80 | (rune & 0x3F));
}

}  // namespace

// ---- Implementing an interface ----

void Checker::Impl::resolve_methods(const Type* type, const Interface* interface) {
  complete(interface);
  for (Func* method : interface->methods) {
    resolve(method);
    find_member(type, method->name, method->package);
  }
}

MissingMethod Checker::Impl::missing(const Type* type, const Interface* interface, bool static_assertion) {
  resolve_methods(type, interface);
  return missing_method(type, interface, static_assertion);
}

std::string Checker::Impl::missing_cause(const MissingMethod& miss, const Type* type, const Type* interface) {
  std::string name(miss.missing->name);
  auto pointer_error = [&](const Type* t) {
    return "(type " + type_string(t) + " is pointer to interface, not interface)";
  };
  auto signature_string = [&](const Func* f) {
    return std::string(f->name) + type_string(f->type).substr(4);  // without "func"
  };
  if (miss.pointer_receiver) return "(" + name + " method has pointer receiver)";
  if (miss.have) {
    return "(wrong type for " + name + " method)\n\t\thave " + signature_string(miss.have) + "\n\t\twant " +
           signature_string(miss.missing);
  }
  if (is_interface_pointer(type)) return pointer_error(type);
  if (is_interface_pointer(interface)) return pointer_error(interface);
  if (find_member(type, name, miss.missing->package).kind == Selection::Kind::ambiguous) {
    return "(ambiguous selector " + type_string(type) + "." + name + ")";
  }
  // A method with the same letters in another case is probably what was meant.
  std::string other = name;
  other[0] = char(miss.missing->exported() ? std::tolower(other[0]) : std::toupper(other[0]));
  Selection similar = find_member(type, other, package);
  if (similar.kind == Selection::Kind::method && similar.object->type) {
    return "(missing " + name + " method)\n\t\thave " + signature_string(static_cast<Func*>(similar.object)) +
           "\n\t\twant " + signature_string(miss.missing);
  }
  return "(missing " + name + " method)";
}

bool Checker::Impl::implements(const Type* type, const Type* interface, std::string* cause) {
  const Type* from = underlying(type);
  if (!is_valid(from) || !is_valid(underlying(interface))) return true;  // an error was reported
  if (auto* pointer = under_as<Pointer>(type); pointer && !is_valid(underlying(pointer->element)))
    return true;
  auto fail = [&](const std::string& detail) {
    if (cause) *cause = type_string(type) + " does not implement " + type_string(interface) + " " + detail;
    return false;
  };
  const Interface* wanted = under_as<Interface>(interface);
  if (!wanted) {
    if (!is_interface_pointer(interface)) return fail("(" + type_string(interface) + " is not an interface)");
    return fail("(type " + type_string(interface) + " is pointer to interface, not interface)");
  }
  MissingMethod miss = missing(type, wanted, true);
  return !miss.missing || fail(missing_cause(miss, type, interface));
}

void Checker::Impl::check_assertion(const syntax::Expr* whole, const Operand& x, const Type* target,
                                    bool type_switch) {
  if (instance || target->kind == TypeKind::type_param) return;  // possible for other type arguments
  const Interface* interface = under_as<Interface>(x.type);
  if (!interface || is_interface(target) || !is_valid(underlying(target))) return;
  if (auto* pointer = under_as<Pointer>(target); pointer && !is_valid(underlying(pointer->element))) return;
  MissingMethod miss = missing(target, interface, false);
  if (!miss.missing) return;
  std::string cause = missing_cause(miss, target, x.type);
  if (type_switch) {
    error(whole->pos, "impossible type switch case: " + expr_string(whole) + "\n\t" + describe(x) +
                          " cannot have dynamic type " + type_string(target) + " " + cause);
  } else {
    error(whole->pos, "impossible type assertion: " + expr_string(whole) + "\n\t" + type_string(target) +
                          " does not implement " + type_string(x.type) + " " + cause);
  }
}

// ---- Assignability ----

bool Checker::Impl::assignable(const Operand& x, const Type* target, std::string* cause) {
  // After an error in one of the types everything goes.
  if (!x.valid() || !is_valid(underlying(target)) || !is_valid(underlying(x.type))) return true;
  if (identical(x.type, target)) return true;
  const Type* from = underlying(x.type);
  const Type* to = underlying(target);
  if (is_untyped(x.type)) {
    const Type* type = nullptr;
    Constant value;
    return implicit_type(x, target, &type, &value) == Misfit::none;
  }
  bool one_unnamed = !has_name(x.type) || !has_name(target);
  if (one_unnamed && identical(from, to)) return true;
  if (to->kind == TypeKind::interface || is_interface_pointer(to)) return implements(x.type, target, cause);
  if (from->kind == TypeKind::interface && implements(target, x.type, nullptr)) {
    if (cause) *cause = "need type assertion";
    return false;
  }
  if (from->kind == TypeKind::chan && to->kind == TypeKind::chan) {
    auto* source = static_cast<const Chan*>(from);
    return source->dir == ChanDir::both && one_unnamed &&
           identical(source->element, static_cast<const Chan*>(to)->element);
  }
  return false;
}

void Checker::Impl::assignment(Operand& x, const Type* target, const std::string& context) {
  single_value(x);
  if (!x.valid()) return;
  if (x.mode == Mode::no_value || x.mode == Mode::type || x.mode == Mode::builtin) {
    error(operand_position(x),
          "cannot assign " + describe(x) + " to " + (target ? type_string(target) : "_") + " in " + context);
    return x.invalidate();
  }
  if (target && !is_valid(target)) return x.invalidate();
  if (is_generic_function(x)) {
    infer_from_target(x, target);
    if (!x.valid()) return;
  }
  if (is_untyped(x.type)) {
    assign_untyped(x, target, context);
    if (!x.valid()) return;
  }
  std::string cause;
  if (!target || assignable(x, target, &cause)) return;
  error(operand_position(x), "cannot use " + describe(x) + " as type " + type_string(target) + " in " +
                                 context + (cause.empty() ? "" : ":\n\t" + cause));
  x.invalidate();
}

void Checker::Impl::assign_untyped(Operand& x, const Type* target, const std::string& context) {
  if (x.mode == Mode::nil && !target) {
    error(operand_position(x), "use of untyped nil in " + context);
    return x.invalidate();
  }
  const Type* wanted = target;
  if (x.mode != Mode::nil && (!target || is_interface(target))) wanted = default_type(x.type);
  const Type* type = nullptr;
  Constant value;
  Misfit why = implicit_type(x, wanted, &type, &value);
  if (why == Misfit::none) return apply_type(x, type, value);
  std::string message = "cannot use " + describe(x) + " as " + type_string(wanted) + " value in " + context;
  if (why == Misfit::truncated) message += " (truncated)";
  if (why == Misfit::overflows) message += " (overflows)";
  error(operand_position(x), std::move(message));
  x.invalidate();
}

// ---- Conversions ----

// Conversions from and to type parameters must be possible for all types of their type sets.
bool Checker::Impl::convertible_for_all(const Operand& x, const Type* target, std::string* cause) {
  auto types = [](const Type* type) -> std::vector<const Type*> {
    if (type->kind != TypeKind::type_param) return {type};
    std::vector<const Type*> result;
    if (auto* constraint = constraint_of(type); constraint && constraint->restricted) {
      for (const Term& term : constraint->terms) result.push_back(term.type);
    }
    return result;
  };
  std::vector<const Type*> sources = types(x.type), targets = types(target);
  for (const Type* from : sources) {
    for (const Type* to : targets) {
      Operand value = x;
      value.type = from;
      Constant rounded;
      auto* basic_type = under_as<Basic>(to);
      bool possible = x.mode == Mode::constant && basic_type
                          ? representable(x.constant, basic_type, &rounded) || (is_integer(x.type) && is_string(to))
                          : convertible(value, to, nullptr);
      if (possible) continue;
      if (cause) {
        *cause = "cannot convert " + type_string(from) + " to type " + type_string(to);
        if (x.type->kind == TypeKind::type_param) *cause += " (in " + type_string(x.type) + ")";
        if (target->kind == TypeKind::type_param) *cause += " (in " + type_string(target) + ")";
      }
      return false;
    }
  }
  return !sources.empty() && !targets.empty();
}

bool Checker::Impl::convertible(const Operand& x, const Type* target, std::string* cause) {
  if (assignable(x, target, cause)) return true;
  if (x.type->kind == TypeKind::type_param || target->kind == TypeKind::type_param) {
    return convertible_for_all(x, target, cause);
  }
  const Type* from = underlying(x.type);
  const Type* to = underlying(target);
  if (identical_ignore_tags(from, to)) return true;
  if (x.type->kind == TypeKind::pointer && target->kind == TypeKind::pointer &&
      identical_ignore_tags(underlying(static_cast<const Pointer*>(x.type)->element),
                            underlying(static_cast<const Pointer*>(target)->element))) {
    return true;
  }
  bool real_from = is_integer(from) || is_float(from), real_to = is_integer(to) || is_float(to);
  if ((real_from && real_to) || (is_complex(from) && is_complex(to))) return true;
  if ((is_integer(from) || is_bytes_or_runes(from)) && is_string(to)) return true;
  if (is_string(from) && is_bytes_or_runes(to)) return true;
  if (is_unsafe_pointer(to) && (from->kind == TypeKind::pointer || is_uintptr(from))) return true;
  if (is_unsafe_pointer(from) && (to->kind == TypeKind::pointer || is_uintptr(to))) return true;
  if (auto* slice = under_as<Slice>(from)) {
    if (version_at_least(20) && same_elements(slice, under_as<Array>(to))) return true;
    if (auto* pointer = under_as<Pointer>(to)) return same_elements(slice, under_as<Array>(pointer->element));
  }
  return false;
}

void Checker::Impl::conversion(Operand& x, const Type* target) {
  if (!is_valid(target) || !is_valid(x.type)) return x.invalidate();
  bool constant_argument = x.mode == Mode::constant && is_constant_type(x.type);
  bool constant_result = constant_argument && is_constant_type(target);
  // Memory is typed: what an address leads to cannot be looked at as something else.
  bool to_pointer = is_unsafe_pointer(x.type) && underlying(target)->kind == TypeKind::pointer;
  if (!package->library && (to_pointer || (is_unsafe_pointer(target) && is_uintptr(x.type)))) {
    unsupported(operand_position(x), to_pointer ? "conversion from unsafe.Pointer to a pointer"
                                                : "conversion from uintptr to unsafe.Pointer");
    return x.invalidate();
  }
  std::string cause;
  if (constant_result) {
    if (!convert_constant(x, target)) return x.invalidate();
  } else if (convertible(x, target, &cause)) {
    if (x.mode != Mode::nil || !is_valid(target)) x.mode = Mode::value;
  } else {
    error(operand_position(x), "cannot convert " + describe(x) + " to type " + type_string(target) +
                                   (cause.empty() ? "" : ":\n\t" + cause));
    return x.invalidate();
  }
  // The conversion gives an untyped argument its final type, except where the argument keeps its own.
  if (is_untyped(x.type)) {
    const Type* final_type = target;
    if (x.mode != Mode::nil && (is_interface(target) || (constant_argument && !constant_result))) {
      final_type = default_type(x.type);
    } else if (x.mode == Mode::constant && is_integer(x.type) && is_string(target)) {
      final_type = x.type;
    }
    update_type(x.expr, final_type, true);
  }
  x.mode = x.mode == Mode::constant ? Mode::constant : Mode::value;
  x.type = target;
}

bool Checker::Impl::convert_constant(Operand& x, const Type* target) {
  const Basic* type = under_as<Basic>(target);
  Constant rounded;
  if (representable(x.constant, type, &rounded)) {
    x.constant = rounded;
    return true;
  }
  if (is_integer(x.type) && is_string(type)) {
    x.constant = Constant::of_string(encode_rune(x.constant));
    return true;
  }
  if (is_integer(x.type) && is_integer(target)) {
    error(operand_position(x), "cannot convert " + describe(x) + " to type " + type_string(target) +
                                   " (constant " + x.constant.to_string() + " overflows " +
                                   type_string(target) + ")");
    return false;
  }
  bool truncated = is_numeric(x.type) && is_integer(target);
  error(operand_position(x), "cannot convert " + describe(x) + " to type " + type_string(target) +
                                 (truncated ? " (truncated)" : ""));
  return false;
}

}  // namespace gocheck::types
