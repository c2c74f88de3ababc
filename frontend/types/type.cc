// Objects, and the predicates and relations of types.
#include "frontend/types/type.h"

#include <algorithm>

#include "frontend/types/info.h"

namespace gocheck::types {

// ---- Objects ----

namespace {

// Whether the UTF-8 sequence at the start of `name` is an upper case letter. Beyond ASCII: the
// bicameral scripts that have their cases in adjacent blocks or alternating (Latin-1, Latin Extended-A,
// Greek, Cyrillic, Armenian).
bool starts_upper_case(std::string_view name) {
  if (name.empty()) return false;
  auto byte = [&](size_t i) { return static_cast<unsigned char>(name[i]); };
  if (byte(0) < 0x80) return name[0] >= 'A' && name[0] <= 'Z';
  if (byte(0) < 0xC0 || byte(0) >= 0xE0 || name.size() < 2) return false;
  uint32_t rune = uint32_t(byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
  if (rune >= 0xC0 && rune <= 0xDE) return rune != 0xD7;
  if (rune >= 0x100 && rune <= 0x137) return rune % 2 == 0;
  if (rune >= 0x139 && rune <= 0x148) return rune % 2 == 1;
  if (rune >= 0x14A && rune <= 0x177) return rune % 2 == 0;
  if (rune >= 0x386 && rune <= 0x38F) return rune != 0x387;
  if (rune >= 0x391 && rune <= 0x3AB) return rune != 0x3A2;
  if (rune >= 0x400 && rune <= 0x42F) return true;
  if ((rune >= 0x460 && rune <= 0x481) || (rune >= 0x48A && rune <= 0x4BF)) return rune % 2 == 0;
  return rune >= 0x531 && rune <= 0x556;
}

bool same_package(const Package* a, const Package* b) { return a == b || (a && b && a->path == b->path); }

}  // namespace

bool Object::exported() const { return starts_upper_case(name); }

std::string Object::id() const {
  if (exported()) return std::string(name);
  return (package ? package->path : std::string("_")) + "." + std::string(name);
}

Func::Func(Position pos, Package* package, std::string_view name, const Signature* signature)
    : Object(ObjectKind::func, pos, package, name, signature) {}

const Signature* Func::signature() const { return static_cast<const Signature*>(type); }

bool Func::pointer_receiver() const {
  if (type && type->kind == TypeKind::signature && signature()->receiver && signature()->receiver->type) {
    return signature()->receiver->type->kind == TypeKind::pointer;
  }
  // Before the signature is known, the syntax has to tell.
  if (decl && decl->receiver) {
    const syntax::Expr* type_expr = decl->receiver->type;
    while (type_expr && type_expr->kind == syntax::NodeKind::paren_expr) {
      type_expr = static_cast<const syntax::ParenExpr*>(type_expr)->inner;
    }
    return type_expr && type_expr->kind == syntax::NodeKind::star_expr;
  }
  return false;
}

// ---- Predicates ----

const Type* underlying(const Type* type) {
  if (!type) return type;
  if (type->kind == TypeKind::type_param) {
    Term core = core_term(type);
    return core.type ? core.type : type;
  }
  if (type->kind != TypeKind::named) return type;
  auto* named = static_cast<const Named*>(type);
  if (!named->underlying && named->expand) named->expand(const_cast<Named*>(named));
  return named->underlying ? named->underlying : basic(BasicKind::invalid);  // a type under construction
}

namespace {

// Does `test` hold for the basic kind of the type, or of all types of a type parameter's type set?
template <class Test>
bool is_basic(const Type* type, Test test) {
  auto holds = [&](const Type* u) {
    return u && u->kind == TypeKind::basic && test(static_cast<const Basic*>(u)->basic);
  };
  return type && type->kind == TypeKind::type_param ? all_types(type, holds) : holds(underlying(type));
}

bool between(BasicKind kind, BasicKind first, BasicKind last) { return first <= kind && kind <= last; }

}  // namespace

bool is_boolean(const Type* type) {
  return is_basic(type, [](BasicKind k) { return k == BasicKind::bool_ || k == BasicKind::untyped_bool; });
}

bool is_integer(const Type* type) {
  return is_basic(type, [](BasicKind k) {
    return between(k, BasicKind::int_, BasicKind::uintptr) || k == BasicKind::untyped_int ||
           k == BasicKind::untyped_rune;
  });
}

bool is_unsigned(const Type* type) {
  return is_basic(type, [](BasicKind k) { return between(k, BasicKind::uint, BasicKind::uintptr); });
}

namespace {

bool is_float_kind(BasicKind k) {
  return k == BasicKind::float32 || k == BasicKind::float64 || k == BasicKind::untyped_float;
}
bool is_complex_kind(BasicKind k) {
  return k == BasicKind::complex64 || k == BasicKind::complex128 || k == BasicKind::untyped_complex;
}
bool is_real_kind(BasicKind k) {
  return between(k, BasicKind::int_, BasicKind::uintptr) || k == BasicKind::untyped_int ||
         k == BasicKind::untyped_rune || is_float_kind(k);
}
bool is_string_kind(BasicKind k) { return k == BasicKind::string || k == BasicKind::untyped_string; }

}  // namespace

bool is_float(const Type* type) { return is_basic(type, is_float_kind); }
bool is_complex(const Type* type) { return is_basic(type, is_complex_kind); }
bool is_numeric(const Type* type) {
  return is_basic(type, [](BasicKind k) { return is_real_kind(k) || is_complex_kind(k); });
}
bool is_string(const Type* type) { return is_basic(type, is_string_kind); }

bool is_untyped(const Type* type) {
  return type && type->kind == TypeKind::basic &&
         static_cast<const Basic*>(type)->basic >= BasicKind::untyped_bool;
}

bool is_typed(const Type* type) { return !is_untyped(type); }
bool is_ordered(const Type* type) {
  return is_basic(type, [](BasicKind k) { return is_real_kind(k) || is_string_kind(k); });
}
bool is_constant_type(const Type* type) {
  if (type && type->kind == TypeKind::type_param) return false;
  return is_boolean(type) || is_numeric(type) || is_string(type);
}
bool is_interface(const Type* type) { return under_as<Interface>(type) != nullptr; }

bool comparable(const Type* type) {
  if (const Interface* constraint = constraint_of(type); constraint && constraint->comparable_constraint) return true;
  if (type->kind == TypeKind::type_param) return all_types(type, [](const Type* u) { return comparable(u); });
  const Type* u = underlying(type);
  switch (u->kind) {
    case TypeKind::basic:
      return static_cast<const Basic*>(u)->basic != BasicKind::untyped_nil;
    case TypeKind::pointer:
    case TypeKind::interface:
    case TypeKind::chan:
      return true;
    case TypeKind::array:
      return comparable(static_cast<const Array*>(u)->element);
    case TypeKind::structure:
      for (const Var* field : static_cast<const Struct*>(u)->fields) {
        if (!field->type || !comparable(field->type)) return false;
      }
      return true;
    default:
      return false;
  }
}

bool has_nil(const Type* type) {
  if (type->kind == TypeKind::type_param) return all_types(type, [](const Type* u) { return has_nil(u); });
  const Type* u = underlying(type);
  switch (u->kind) {
    case TypeKind::basic: {
      BasicKind kind = static_cast<const Basic*>(u)->basic;
      return kind == BasicKind::unsafe_pointer || kind == BasicKind::untyped_nil;
    }
    case TypeKind::pointer:
    case TypeKind::slice:
    case TypeKind::map:
    case TypeKind::chan:
    case TypeKind::signature:
    case TypeKind::interface:
      return true;
    default:
      return false;
  }
}

const Type* default_type(const Type* type) {
  if (!is_untyped(type)) return type;
  switch (static_cast<const Basic*>(type)->basic) {
    case BasicKind::untyped_bool:
      return basic(BasicKind::bool_);
    case BasicKind::untyped_int:
      return basic(BasicKind::int_);
    case BasicKind::untyped_rune:
      return rune_type();
    case BasicKind::untyped_float:
      return basic(BasicKind::float64);
    case BasicKind::untyped_complex:
      return basic(BasicKind::complex128);
    case BasicKind::untyped_string:
      return basic(BasicKind::string);
    default:
      return type;
  }
}

// ---- Identity ----

namespace {

// How to compare, and the pairs of interfaces under comparison: an interface can mention itself
// through an alias or an embedding named type, and a pair met again is taken to be identical.
struct Context {
  bool ignore_tags;
  const Interface* a = nullptr;
  const Interface* b = nullptr;
  const Context* outer = nullptr;
};

bool same(const Type* a, const Type* b, const Context& context);

bool same_tuple(const Tuple* a, const Tuple* b, const Context& context) {
  size_t count = a ? a->vars.size() : 0;
  if (count != (b ? b->vars.size() : 0)) return false;
  for (size_t i = 0; i < count; ++i) {
    if (!same(a->vars[i]->type, b->vars[i]->type, context)) return false;
  }
  return true;
}

bool same_struct(const Struct* a, const Struct* b, const Context& context) {
  if (a->fields.size() != b->fields.size()) return false;
  for (size_t i = 0; i < a->fields.size(); ++i) {
    const Var* f = a->fields[i];
    const Var* g = b->fields[i];
    if (f->embedded != g->embedded || f->name != g->name) return false;
    if (!f->exported() && !same_package(f->package, g->package)) return false;
    std::string_view tag_f = i < a->tags.size() ? std::string_view(a->tags[i]) : std::string_view();
    std::string_view tag_g = i < b->tags.size() ? std::string_view(b->tags[i]) : std::string_view();
    if ((!context.ignore_tags && tag_f != tag_g) || !same(f->type, g->type, context)) return false;
  }
  return true;
}

// In any order.
bool same_terms(const std::vector<Term>& a, const std::vector<Term>& b, const Context& context) {
  auto contains = [&](const std::vector<Term>& terms, const Term& wanted) {
    return std::any_of(terms.begin(), terms.end(), [&](const Term& term) {
      return term.tilde == wanted.tilde && same(term.type, wanted.type, context);
    });
  };
  return a.size() == b.size() &&
         std::all_of(a.begin(), a.end(), [&](const Term& term) { return contains(b, term); });
}

bool same_interface(const Interface* a, const Interface* b, const Context& context) {
  if (a->comparable_constraint != b->comparable_constraint || a->methods.size() != b->methods.size())
    return false;
  if (a->restricted != b->restricted || !same_terms(a->terms, b->terms, context)) return false;
  for (const Context* p = &context; p; p = p->outer) {
    if ((p->a == a && p->b == b) || (p->a == b && p->b == a)) return true;
  }
  Context inner{context.ignore_tags, a, b, &context};
  for (size_t i = 0; i < a->methods.size(); ++i) {
    const Func* f = a->methods[i];
    const Func* g = b->methods[i];
    if (f->name != g->name || (!f->exported() && !same_package(f->package, g->package))) return false;
    if (!same(f->type, g->type, inner)) return false;
  }
  return true;
}

bool same(const Type* a, const Type* b, const Context& context) {
  if (a == b) return true;
  if (!a || !b || a->kind != b->kind) return false;
  auto both = [&]<class T>(auto member) {
    return same(static_cast<const T*>(a)->*member, static_cast<const T*>(b)->*member, context);
  };
  switch (a->kind) {
    case TypeKind::basic:
      return static_cast<const Basic*>(a)->basic == static_cast<const Basic*>(b)->basic;
    case TypeKind::named:
    case TypeKind::type_param:
      return false;  // unique
    case TypeKind::union_:
      return same_terms(static_cast<const Union*>(a)->terms, static_cast<const Union*>(b)->terms, context);
    case TypeKind::pointer:
      return both.operator()<Pointer>(&Pointer::element);
    case TypeKind::slice:
      return both.operator()<Slice>(&Slice::element);
    case TypeKind::array:
      return static_cast<const Array*>(a)->length == static_cast<const Array*>(b)->length &&
             both.operator()<Array>(&Array::element);
    case TypeKind::map:
      return both.operator()<Map>(&Map::key) && both.operator()<Map>(&Map::value);
    case TypeKind::chan:
      return static_cast<const Chan*>(a)->dir == static_cast<const Chan*>(b)->dir &&
             both.operator()<Chan>(&Chan::element);
    case TypeKind::structure:
      return same_struct(static_cast<const Struct*>(a), static_cast<const Struct*>(b), context);
    case TypeKind::tuple:
      return same_tuple(static_cast<const Tuple*>(a), static_cast<const Tuple*>(b), context);
    case TypeKind::signature: {
      const Signature* f = static_cast<const Signature*>(a);
      const Signature* g = static_cast<const Signature*>(b);
      return f->variadic == g->variadic && same_tuple(f->params, g->params, context) &&
             same_tuple(f->results, g->results, context);
    }
    case TypeKind::interface:
      return same_interface(static_cast<const Interface*>(a), static_cast<const Interface*>(b), context);
  }
  return false;
}

}  // namespace

bool identical(const Type* a, const Type* b) { return same(a, b, Context{.ignore_tags = false}); }
bool identical_ignore_tags(const Type* a, const Type* b) { return same(a, b, Context{.ignore_tags = true}); }

}  // namespace gocheck::types
