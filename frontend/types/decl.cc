// Declarations: constants, variables, types and functions, resolved on demand.
#include <fmt/format.h>

#include <algorithm>

#include "frontend/types/checker.h"
#include "frontend/types/labels.h"

namespace gocheck::types {

using namespace syntax;

void Checker::Impl::resolve(Object* object) {
  if (object->kind == ObjectKind::func && static_cast<Func*>(object)->origin) {
    if (!object->type) resolve_instance_method(static_cast<Func*>(object));
    return;
  }
  if (object->package != package) return;  // another package's, or the universe's
  auto found = declarations.find(object);
  if (found == declarations.end()) return;
  Declaration& declaration = *found->second;
  if (declaration.state == Declaration::State::resolved) return;
  if (declaration.state == Declaration::State::resolving) return resolve_cycle(object, &declaration);

  declaration.state = Declaration::State::resolving;
  path.push_back(object);
  Environment outer = std::move(env);
  env = Environment{};
  env.scope = declaration.file_scope;
  env.declaration = &declaration;
  switch (object->kind) {
    case ObjectKind::constant:
      constant_declaration(static_cast<ConstantObject*>(object), declaration);
      break;
    case ObjectKind::var:
      variable_declaration(static_cast<Var*>(object), declaration);
      break;
    case ObjectKind::type_name:
      type_declaration(static_cast<TypeName*>(object), *declaration.type_spec);
      break;
    case ObjectKind::func:
      function_declaration(static_cast<Func*>(object), declaration);
      break;
    default:
      break;
  }
  env = std::move(outer);
  path.pop_back();
  declaration.state = Declaration::State::resolved;
}

// `object` is needed to resolve itself. That is fine among types as long as one of them is a type
// definition (whether it has a finite size is checked later), and for functions, whose bodies do not
// count. Cycles of constants and variables alone are reported by initialization_order.
void Checker::Impl::resolve_cycle(Object* object, Declaration* declaration) {
  size_t start = path.size();
  while (start > 0) {
    auto found = declarations.find(path[--start]);
    if (found != declarations.end() && found->second == declaration) break;
  }
  std::vector<Object*> cycle(path.begin() + start, path.end());
  size_t values = 0;
  size_t definitions = 0;
  for (const Object* o : cycle) {
    if (o->kind == ObjectKind::constant || o->kind == ObjectKind::var) values++;
    if (o->kind == ObjectKind::type_name && !static_cast<const TypeName*>(o)->alias) definitions++;
  }
  bool valid = values == cycle.size() || (values == 0 && definitions > 0);
  if (object->kind == ObjectKind::type_name && std::count(declaring_params.begin(), declaring_params.end(), object)) {
    valid = false;
  }
  bool only_functions = std::all_of(cycle.begin(), cycle.end(),
                                    [](const Object* o) { return o->kind == ObjectKind::func; });
  if (!valid && !only_functions) cycle_error(cycle);
  if (object->kind == ObjectKind::constant || object->kind == ObjectKind::var) {
    add_dependency(object);
    if (!valid || !object->type) object->type = invalid_type();
  } else if (object->kind == ObjectKind::type_name) {
    if (!valid) {
      object->type = invalid_type();
    } else if (!object->type) {  // an alias entered from inside its own type
      error(object->pos, fmt::format("invalid recursive type {}", object->name));
      object->type = invalid_type();
    }
  } else if (object->kind == ObjectKind::func && !object->type) {
    object->type = invalid_type();
  }
}

void Checker::Impl::cycle_error(std::vector<Object*> cycle) {
  auto first = std::min_element(cycle.begin(), cycle.end(),
                                [](const Object* a, const Object* b) { return a->pos < b->pos; });
  std::rotate(cycle.begin(), first, cycle.end());
  // A cycle that was reported may be met again on another way.
  if (!cycle_reported.insert(cycle[0]).second) return;
  bool of_types = std::any_of(cycle.begin(), cycle.end(),
                              [](const Object* o) { return o->kind == ObjectKind::type_name; });
  std::string message = fmt::format("{} {}", of_types ? "invalid recursive type" : "invalid cycle in declaration of",
                                    cycle[0]->name);
  for (const Object* o : cycle) {
    message += fmt::format("\n\t{}: {} refers to", place(options.files, o->pos), o->name);
  }
  message += fmt::format("\n\t{}: {}", place(options.files, cycle[0]->pos), cycle[0]->name);
  diagnostics.error(cycle[0]->pos, std::move(message));
}

// ---- Constants ----

void Checker::Impl::constant_declaration(ConstantObject* object, const Declaration& declaration) {
  env.iota = declaration.iota;
  if (declaration.inherited) env.inherited_position = object->pos;
  const Type* type = nullptr;
  if (declaration.type) {
    type = type_expr(declaration.type);
    if (!is_constant_type(type)) {
      if (is_valid(underlying(type))) {
        error(declaration.type->pos, fmt::format("invalid constant type {}", type_string(type)));
      }
      type = invalid_type();
    }
  }
  object->type = nullptr;
  Operand x;
  if (declaration.value) expr(x, declaration.value);
  if (x.valid() && x.mode != Mode::constant) {
    error(x.expr->pos, fmt::format("{} is not constant", describe(x)));
    x.invalidate();
  }
  if (object->type) x.invalidate();  // a cycle was found meanwhile
  if (x.valid()) {
    if (!type) type = x.type;
    if (is_valid(type)) assignment(x, type, "constant declaration");
  }
  bool good = x.valid() && is_valid(type);
  object->type = good ? type : invalid_type();
  if (good) object->value = x.constant;
}

// ---- Variables ----

void Checker::Impl::variable_declaration(Var* var, const Declaration& declaration) {
  const Type* type = declaration.type ? type_expr(declaration.type) : nullptr;
  std::vector<Var*> left = declaration.left;
  if (left.empty()) left.push_back(var);
  for (Var* v : left) {
    if (type) v->type = type;
  }
  if (declaration.value) {
    Expr* value = const_cast<Expr*>(declaration.value);
    initialize_variables(left, {&value, 1}, "variable declaration", nullptr);
  }
  for (Var* v : left) {
    if (!v->type) v->type = invalid_type();
  }
}

// ---- Types ----

void Checker::Impl::type_declaration(TypeName* object, const TypeSpec& spec) {
  bool generic = !spec.type_params.fields.empty();
  if (spec.alias) {
    if (generic) error(spec.type_params.open, "generic type cannot be alias");
    const Type* type = any_type_expr(spec.type);
    if (!object->type) object->type = type;  // otherwise found invalid meanwhile
    return;
  }
  auto* named = static_cast<Named*>(const_cast<Type*>(object->type));
  incomplete_named[named] = nullptr;
  later_for_types([=, this] {
    check_valid_type(named);
    check_field_and_method_names(named);
  });
  type_depth++;
  Scope* outer = env.scope;
  if (generic) {
    env.scope = arena.make<Scope>(outer);
    declaring_params.push_back(object);
    declare_type_params(spec.type_params, env.scope, &named->type_params);
    declaring_params.pop_back();
  }
  const Type* declared = any_type_expr(spec.type);
  env.scope = outer;
  if (declared->kind == TypeKind::type_param) {
    error(spec.type->pos, "cannot use a type parameter as RHS in type declaration");
    declared = invalid_type();
  }
  if (!is_valid(object->type)) declared = invalid_type();
  set_underlying(named, declared);
  type_depth--;
  settle_types();
}

// Gives `named` the underlying type of `declared`, or remembers to do so once that is known.
void Checker::Impl::set_underlying(Named* named, const Type* declared) {
  if (declared->kind == TypeKind::named) {
    auto* source = static_cast<const Named*>(declared);
    // An instance is as incomplete as what it instantiates.
    if (source->origin) source = source->origin;
    if (incomplete_named.contains(source)) {
      incomplete_named[named] = source;
      if (static_cast<const Type*>(source) != declared) waiting_instances[named] = declared;
      // type A B; type B C; type C A has no underlying type at all.
      std::vector<Object*> cycle{named->object};
      const Named* next = source;
      while (next && next != named) {
        cycle.push_back(next->object);
        auto it = incomplete_named.find(next);
        next = it == incomplete_named.end() ? nullptr : it->second;
      }
      if (next != named) return;
      cycle_error(cycle);
      declared = invalid_type();
    }
  }
  std::vector<Named*> completed{named};
  while (!completed.empty()) {
    Named* complete = completed.back();
    completed.pop_back();
    incomplete_named.erase(complete);
    auto instance = waiting_instances.extract(complete);
    complete->underlying = underlying(instance.empty() ? declared : instance.mapped());
    for (auto [waiting, source] : incomplete_named) {
      if (source == complete) completed.push_back(const_cast<Named*>(waiting));
    }
  }
}

void Checker::Impl::check_field_and_method_names(const Named* named) {
  auto* structure = under_as<Struct>(named);
  if (!structure || named->methods.empty()) return;
  std::unordered_map<std::string_view, const Var*> fields;
  for (const Var* field : structure->fields) fields[field->name] = field;
  for (const Func* method : named->methods) {
    auto field = fields.find(method->name);
    if (field == fields.end()) continue;
    error(method->pos,
          fmt::format("field and method with the same name {}\n\t{}: other declaration of {}", method->name,
                      place(options.files, field->second->pos), method->name));
  }
}

void Checker::Impl::settle_types() {
  if (type_depth > 0) return;
  while (!type_work.empty()) {
    auto work = std::move(type_work.front());
    type_work.pop_front();
    work();
  }
}

// ---- Functions ----

void Checker::Impl::function_declaration(Func* func, Declaration& declaration) {
  const FuncDecl* decl = declaration.func_decl;
  const Expr* receiver = decl->receiver ? unparen(decl->receiver->type) : nullptr;
  if (receiver && receiver->kind == NodeKind::star_expr) receiver = unparen(as<StarExpr>(receiver)->operand);
  const Type* receiver_type = nullptr;
  if (receiver && receiver->kind == NodeKind::index_expr && func->receiver_base) {
    receiver_type = generic_receiver(func, as<IndexExpr>(receiver));
    if (!is_valid(receiver_type)) func->type = invalid_type();
  }
  if (decl->receiver_list.open.valid() && !decl->receiver) {
    error(decl->receiver_list.open, "method has no receiver");
  } else if (decl->receiver_list.fields.size() > 1 || (decl->receiver && decl->receiver->names.size() > 1)) {
    error(decl->receiver_list.fields.back().pos, "method has multiple receivers");
  }
  Scope* scope = nullptr;
  std::vector<TypeParam*> type_params;
  if (const FieldList& list = decl->type->type_params; !list.fields.empty()) {
    if (decl->receiver) error(list.open, "syntax error: method must have no type parameters");
    env.scope = arena.make<Scope>(env.scope);
    env.generic = true;
    declare_type_params(list, env.scope, &type_params);
  }
  const Signature* signature = function_type(decl->type, decl->receiver, decl, &scope, receiver_type);
  const_cast<Signature*>(signature)->type_params = type_params;
  if (!func->type) func->type = signature;
  if (!decl->body) {
    func->native = package->library;
    if (!package->library) missing_bodies.push_back(decl->name->pos);
    return;
  }
  later([this, decl, signature, scope, from = env] {
    Function& function = functions.emplace_back();
    function.owner = decl;
    function.signature = signature;
    function.scope = scope;
    func_body(from, &function, decl->body);
  });
}

// The type of a receiver T[P] or *T[P]; P becomes a name of T's type parameter.
const Type* Checker::Impl::generic_receiver(Func* func, const IndexExpr* expr) {
  Named* base = func->receiver_base;
  if (declarations.at(base->object)->state == Declaration::State::unresolved) resolve(base->object);
  std::vector<const Ident*> names = receiver_params(func->decl);
  if (base->type_params.empty()) {
    error(expr->pos, fmt::format("{} is not a generic type", base->object->name));
    return invalid_type();
  }
  if (names.size() != expr->indices.size()) return invalid_type();
  if (names.size() != base->type_params.size()) {
    error(expr->pos, fmt::format("got {} type parameter{}, but receiver base type declares {}", names.size(),
                                 names.size() == 1 ? "" : "s", base->type_params.size()));
    return invalid_type();
  }
  env.scope = bind_types(names, {base->type_params.begin(), base->type_params.end()}, env.scope);
  env.generic = true;
  return func->pointer_receiver() ? static_cast<const Type*>(arena.make<Pointer>(base)) : base;
}

// ---- Declarations inside functions ----

Var* Checker::Impl::new_local(const Ident* ident, const Type* type) {
  auto* var = arena.make<Var>(ident->pos, package, ident->name, type);
  var->owner = env.function ? env.function->owner : nullptr;
  if (ident->name == "_") {
    var->used = true;
  } else {
    locals.push_back(var);
  }
  return var;
}

void Checker::Impl::decl_stmt(const GenDecl* decl) {
  switch (decl->keyword) {
    case DeclKeyword::const_:
      return local_constants(decl);
    case DeclKeyword::var:
      for (const ValueSpec& spec : decl->values) local_variables(spec);
      return;
    case DeclKeyword::type:
      for (const TypeSpec& spec : decl->types) local_type(spec);
      return;
    case DeclKeyword::import:
      return;  // a syntax error, reported by the parser
  }
}

void Checker::Impl::local_constants(const GenDecl* decl) {
  const ValueSpec* last = nullptr;
  for (const ValueSpec& spec : decl->values) {
    if (spec.type || !spec.values.empty()) last = &spec;
    size_t mark = delayed.size();
    std::vector<ConstantObject*> objects;
    for (size_t i = 0; i < spec.names.size(); i++) {
      const Ident* ident = spec.names[i];
      objects.push_back(arena.make<ConstantObject>(ident->pos, package, ident->name, nullptr, Constant()));
      Declaration declaration;
      declaration.type = last ? last->type : nullptr;
      declaration.value = last && i < last->values.size() ? last->values[i] : nullptr;
      declaration.iota = spec.iota;
      declaration.inherited = last != &spec;
      Environment outer = env;
      constant_declaration(objects.back(), declaration);
      env = outer;
    }
    check_arity(spec.pos, spec.names, last ? last->values : List<Expr*>{}, true, last != &spec);
    process_delayed(mark);
    for (size_t i = 0; i < objects.size(); i++) declare(env.scope, spec.names[i], objects[i]);
  }
}

void Checker::Impl::local_variables(const ValueSpec& spec) {
  size_t mark = delayed.size();
  const Type* type = spec.type ? type_expr(spec.type) : nullptr;
  std::vector<Var*> vars;
  for (const Ident* ident : spec.names) vars.push_back(new_local(ident, type));
  if (!spec.values.empty()) {
    bool fits = spec.values.size() == vars.size() || spec.values.size() == 1;
    if (fits) {
      initialize_variables(vars, spec.values, "variable declaration", nullptr);
    } else {
      use(spec.values);
    }
  }
  for (Var* var : vars) {
    if (!var->type) var->type = invalid_type();
    if (!is_valid(var->type)) var->used = true;  // something else is wrong with it
  }
  if (!spec.type || !spec.values.empty()) check_arity(spec.pos, spec.names, spec.values, false, false);
  process_delayed(mark);
  for (size_t i = 0; i < vars.size(); i++) declare(env.scope, spec.names[i], vars[i]);
}

void Checker::Impl::local_type(const TypeSpec& spec) {
  auto* object = arena.make<TypeName>(spec.name->pos, package, spec.name->name, nullptr);
  object->alias = spec.alias;
  if (!spec.alias) {
    object->local_number = ++local_type_numbers[spec.name->name];
    auto* named = arena.make<Named>(object);
    named->within_generic = env.generic;
    object->type = named;
    package->types.push_back(object);
    if (env.generic && !version_at_least(20)) {
      error(spec.pos, "type declarations inside generic functions are not currently supported");
    }
  }
  // The name is in scope in its own type.
  declare(env.scope, spec.name, object);
  Declaration* declaration = new_declaration(object, env.scope);
  declaration->type_spec = &spec;
  declaration->state = Declaration::State::resolving;
  path.push_back(object);
  type_declaration(object, spec);
  path.pop_back();
  declaration->state = Declaration::State::resolved;
}

}  // namespace gocheck::types
