// Replacing type parameters by types. What does not change is shared with the original.
#include "frontend/types/checker.h"

namespace gocheck::types {

namespace {

class Substitution {
 public:
  Substitution(Checker::Impl& checker, const std::vector<TypeParam*>& params,
               const std::vector<const Type*>& arguments)
      : checker_(checker), arena_(checker.arena), params_(params), arguments_(arguments) {}

  const Type* type(const Type* t) {
    if (!t) return t;
    switch (t->kind) {
      case TypeKind::basic:
        return t;
      case TypeKind::type_param:
        for (size_t i = 0; i < params_.size(); i++) {
          if (params_[i] == t) return arguments_[i];
        }
        return t;
      case TypeKind::named:
        return named(static_cast<const Named*>(t));
      case TypeKind::pointer:
        return with_element(static_cast<const Pointer*>(t));
      case TypeKind::slice:
        return with_element(static_cast<const Slice*>(t));
      case TypeKind::array: {
        auto* array = static_cast<const Array*>(t);
        const Type* element = type(array->element);
        return element == array->element ? t : arena_.make<Array>(element, array->length);
      }
      case TypeKind::chan: {
        auto* chan = static_cast<const Chan*>(t);
        const Type* element = type(chan->element);
        return element == chan->element ? t : arena_.make<Chan>(chan->dir, element);
      }
      case TypeKind::map: {
        auto* map = static_cast<const Map*>(t);
        const Type* key = type(map->key);
        const Type* value = type(map->value);
        return key == map->key && value == map->value ? t : arena_.make<Map>(key, value);
      }
      case TypeKind::structure:
        return structure(static_cast<const Struct*>(t));
      case TypeKind::tuple:
        return tuple(static_cast<const Tuple*>(t));
      case TypeKind::signature:
        return signature(static_cast<const Signature*>(t));
      case TypeKind::union_: {
        auto* from = static_cast<const Union*>(t);
        std::vector<Term> replaced = terms(from->terms);
        if (!changed(from->terms, replaced)) return t;
        auto* result = arena_.make<Union>();
        result->terms = std::move(replaced);
        return result;
      }
      case TypeKind::interface:
        return interface(static_cast<const Interface*>(t));
    }
    return t;
  }

 private:
  template <class T>
  const Type* with_element(const T* t) {
    const Type* element = type(t->element);
    return element == t->element ? static_cast<const Type*>(t) : arena_.make<T>(element);
  }

  const Type* named(const Named* t) {
    if (t->arguments.empty() && t->type_params.empty()) return t;
    // A generic type itself stands for its instance with its own parameters.
    std::vector<const Type*> before = t->arguments;
    if (!t->origin) before.assign(t->type_params.begin(), t->type_params.end());
    std::vector<const Type*> after;
    for (const Type* argument : before) after.push_back(type(argument));
    if (before == after) return t;
    Named* origin = t->origin ? t->origin : const_cast<Named*>(t);
    return checker_.instantiate(origin, after, Position{});
  }

  Var* variable(const Var* from) {
    auto* copy = arena_.make<Var>(from->pos, from->package, from->name, type(from->type));
    copy->embedded = from->embedded;
    copy->is_field = from->is_field;
    copy->is_parameter = from->is_parameter;
    copy->used = true;
    return copy;
  }

  bool changes(const std::vector<Var*>& vars) {
    for (const Var* var : vars) {
      if (type(var->type) != var->type) return true;
    }
    return false;
  }

  const Type* structure(const Struct* t) {
    if (!changes(t->fields)) return t;
    auto* result = arena_.make<Struct>();
    for (const Var* field : t->fields) result->fields.push_back(variable(field));
    result->tags = t->tags;
    return result;
  }

  const Tuple* tuple(const Tuple* t) {
    if (!t || !changes(t->vars)) return t;
    auto* result = arena_.make<Tuple>();
    for (const Var* var : t->vars) result->vars.push_back(variable(var));
    return result;
  }

  const Signature* signature(const Signature* t) {
    const Tuple* params = tuple(t->params);
    const Tuple* results = tuple(t->results);
    Var* receiver =
        t->receiver && type(t->receiver->type) != t->receiver->type ? variable(t->receiver) : t->receiver;
    bool instantiates = !t->type_params.empty() && t->type_params == params_;
    if (params == t->params && results == t->results && receiver == t->receiver && !instantiates) return t;
    auto* result = arena_.make<Signature>();
    if (!instantiates) result->type_params = t->type_params;
    result->receiver = receiver;
    result->params = params;
    result->results = results;
    result->variadic = t->variadic;
    return result;
  }

  std::vector<Term> terms(const std::vector<Term>& from) {
    std::vector<Term> result;
    for (const Term& term : from) result.push_back({term.tilde, type(term.type)});
    return result;
  }
  static bool changed(const std::vector<Term>& a, const std::vector<Term>& b) {
    for (size_t i = 0; i < a.size(); i++) {
      if (a[i].type != b[i].type) return true;
    }
    return false;
  }

  std::vector<Func*> methods(const std::vector<Func*>& from, bool* different) {
    std::vector<Func*> result;
    for (Func* method : from) {
      const Type* replaced = type(method->type);
      if (replaced == method->type) {
        result.push_back(method);
        continue;
      }
      *different = true;
      result.push_back(arena_.make<Func>(method->pos, method->package, method->name,
                                         static_cast<const Signature*>(replaced)));
    }
    return result;
  }

  const Type* interface(const Interface* t) {
    checker_.complete(t);
    bool different = false;
    std::vector<Func*> all = methods(t->methods, &different);
    std::vector<Func*> explicit_ones = methods(t->explicit_methods, &different);
    std::vector<const Type*> embedded;
    for (const Type* element : t->embedded) embedded.push_back(type(element));
    std::vector<Term> replaced = terms(t->terms);
    if (!different && embedded == t->embedded && !changed(t->terms, replaced)) return t;
    auto* result = arena_.make<Interface>();
    result->explicit_methods = std::move(explicit_ones);
    result->methods = std::move(all);
    result->embedded = std::move(embedded);
    result->terms = std::move(replaced);
    result->comparable_constraint = t->comparable_constraint;
    result->restricted = t->restricted;
    result->implicit = t->implicit;
    return result;
  }

  Checker::Impl& checker_;
  TypeArena& arena_;
  const std::vector<TypeParam*>& params_;
  const std::vector<const Type*>& arguments_;
};

}  // namespace

const Type* Checker::Impl::substitute(const Type* type, const std::vector<TypeParam*>& params,
                                      const std::vector<const Type*>& arguments) {
  return params.empty() ? type : Substitution(*this, params, arguments).type(type);
}

}  // namespace gocheck::types
