// Type sets (Go spec, "Interface types", "Core types"): which types satisfy a constraint.
#include <algorithm>

#include "frontend/types/type.h"

namespace gocheck::types {

namespace {

bool includes(const Term& term, const Type* type) {
  return identical(term.type, term.tilde ? underlying(type) : type);
}

// Types of channels with the same elements share a core type unless their directions conflict.
const Chan* common_channel(const Type* a, const Type* b) {
  auto* x = under_as<Chan>(a);
  auto* y = under_as<Chan>(b);
  if (!x || !y || !identical(x->element, y->element)) return nullptr;
  if (x->dir == y->dir || y->dir == syntax::ChanDir::both) return x;
  return x->dir == syntax::ChanDir::both ? y : nullptr;
}

}  // namespace

bool includes(const std::vector<Term>& terms, const Type* type) {
  return std::any_of(terms.begin(), terms.end(), [&](const Term& term) { return includes(term, type); });
}

std::vector<Term> intersect(const std::vector<Term>& a, const std::vector<Term>& b) {
  std::vector<Term> result;
  for (const Term& x : a) {
    for (const Term& y : b) {
      // Of two terms that overlap, one contains the other.
      const Term* smaller = includes(x, y.type) && (x.tilde || !y.tilde)   ? &y
                            : includes(y, x.type) && (y.tilde || !x.tilde) ? &x
                                                                           : nullptr;
      if (smaller) result.push_back(*smaller);
    }
  }
  return result;
}

const Interface* constraint_of(const Type* type) {
  if (!type || type->kind != TypeKind::type_param) return nullptr;
  const Type* constraint = static_cast<const TypeParam*>(type)->constraint;
  return constraint && constraint->kind != TypeKind::type_param ? under_as<Interface>(constraint) : nullptr;
}

Term core_term(const Type* type) {
  const Interface* constraint = constraint_of(type);
  if (!constraint || !constraint->restricted || constraint->terms.empty()) return {false, nullptr};
  const Type* core = underlying(constraint->terms[0].type);
  bool tilde = false;
  for (const Term& term : constraint->terms) {
    tilde |= term.tilde;
    const Type* u = underlying(term.type);
    if (identical(core, u)) continue;
    core = common_channel(core, u);
    if (!core) return {false, nullptr};
  }
  return {tilde, core};
}

bool all_types(const Type* type, const std::function<bool(const Type*)>& test) {
  if (type->kind != TypeKind::type_param) return test(underlying(type));
  const Interface* constraint = constraint_of(type);
  if (!constraint || !constraint->restricted) return false;
  return std::all_of(constraint->terms.begin(), constraint->terms.end(),
                     [&](const Term& term) { return test(underlying(term.type)); });
}

// The parts of a type that it is written with; a generic type itself has its parameters.
std::vector<const Type*> parts_of(const Type* type) {
  std::vector<const Type*> parts;
  auto add_vars = [&](const std::vector<Var*>& vars) {
    for (const Var* var : vars) parts.push_back(var->type);
  };
  switch (type->kind) {
    case TypeKind::basic:
    case TypeKind::type_param:
      break;
    case TypeKind::named: {
      auto* named = static_cast<const Named*>(type);
      parts = named->arguments;
      if (!named->origin) parts.assign(named->type_params.begin(), named->type_params.end());
      break;
    }
    case TypeKind::pointer:
      parts = {static_cast<const Pointer*>(type)->element};
      break;
    case TypeKind::slice:
      parts = {static_cast<const Slice*>(type)->element};
      break;
    case TypeKind::array:
      parts = {static_cast<const Array*>(type)->element};
      break;
    case TypeKind::chan:
      parts = {static_cast<const Chan*>(type)->element};
      break;
    case TypeKind::map:
      parts = {static_cast<const Map*>(type)->key, static_cast<const Map*>(type)->value};
      break;
    case TypeKind::tuple:
      add_vars(static_cast<const Tuple*>(type)->vars);
      break;
    case TypeKind::signature:
      parts = {static_cast<const Signature*>(type)->params, static_cast<const Signature*>(type)->results};
      break;
    case TypeKind::structure:
      add_vars(static_cast<const Struct*>(type)->fields);
      break;
    case TypeKind::union_:
      for (const Term& term : static_cast<const Union*>(type)->terms) parts.push_back(term.type);
      break;
    case TypeKind::interface: {
      auto* interface = static_cast<const Interface*>(type);
      parts = interface->embedded;
      for (const Func* method : interface->explicit_methods) parts.push_back(method->type);
      break;
    }
  }
  return parts;
}

bool mentions_type_param(const Type* type) {
  if (!type || type->kind == TypeKind::basic) return false;
  if (type->kind == TypeKind::type_param) return true;
  if (type->kind == TypeKind::named && static_cast<const Named*>(type)->within_generic) return true;
  std::vector<const Type*> parts = parts_of(type);
  return std::any_of(parts.begin(), parts.end(), mentions_type_param);
}

void append_type_params(const Type* type, std::vector<const TypeParam*>* params) {
  if (!type || type->kind == TypeKind::basic) return;
  if (type->kind == TypeKind::type_param) {
    params->push_back(static_cast<const TypeParam*>(type));
    return;
  }
  for (const Type* part : parts_of(type)) append_type_params(part, params);
}

}  // namespace gocheck::types
