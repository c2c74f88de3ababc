// Type parameters, and instances of generic types and functions.
//
// A generic declaration is checked once, with its type parameters as types of their own. A type instance is
// made by substitution, as far as somebody looks into it. The body of a function instance is a copy of the
// declaration, checked again with the parameters standing for their arguments: so the lowering meets ordinary
// functions only.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "frontend/syntax/clone.h"
#include "frontend/types/checker.h"

namespace gocheck::types {

using namespace syntax;

namespace {

// Beyond this nesting of type arguments, instances are assumed to grow for ever.
constexpr int kMaxNesting = 24;

// How deep type arguments and element types are nested; cut off at `budget`.
int deepest(const std::vector<const Type*>& types, int budget) {
  if (budget <= 0) return 0;
  int result = 0;
  for (const Type* type : types) {
    if (type) result = std::max(result, 1 + deepest(parts_of(type), budget - 1));
  }
  return result;
}

bool same_arguments(const std::vector<const Type*>& a, const std::vector<const Type*>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), identical);
}

std::vector<const Type*> as_types(const std::vector<TypeParam*>& params) {
  return {params.begin(), params.end()};
}

}  // namespace

// ---- Declaring type parameters ----

void Checker::Impl::declare_type_params(const FieldList& list, Scope* scope,
                                        std::vector<TypeParam*>* params) {
  if (!version_at_least(18)) error(list.open, "type parameter requires go1.18 or later");
  for (const Field& field : list.fields) {
    for (const Ident* ident : field.names) {
      auto* object = arena.make<TypeName>(ident->pos, package, ident->name, nullptr);
      auto* param = arena.make<TypeParam>(object, static_cast<int>(params->size()));
      object->type = param;
      params->push_back(param);
      declare(scope, ident, object);
    }
  }
  // Constraints may mention parameters whose own constraints come later.
  type_depth++;
  Scope* outer = std::exchange(env.scope, scope);
  size_t next = 0;
  for (const Field& field : list.fields) {
    const Type* constraint = field.type ? constraint_expr(field.type) : invalid_type();
    for (size_t i = 0; i < field.names.size(); i++) (*params)[next++]->constraint = constraint;
  }
  env.scope = outer;
  type_depth--;
  settle_types();
}

// The interface that a constraint stands for: ~T and T | U need not be written as one.
const Type* Checker::Impl::constraint_expr(const Expr* expr) {
  const Expr* inner = unparen(expr);
  bool is_union = inner->kind == NodeKind::binary_expr || inner->kind == NodeKind::unary_expr;
  const Type* type = is_union ? union_type(inner) : any_type_expr(expr);
  if (!is_valid(type) || type->kind == TypeKind::interface) return type;
  if (type->kind == TypeKind::type_param) {
    error(expr->pos, fmt::format("cannot use a type parameter as constraint: {}", type_string(type)));
    return invalid_type();
  }
  auto* interface = arena.make<Interface>();
  interface->implicit = true;
  interface->embedded.push_back(type);
  incomplete_interfaces[interface] = {expr->pos};
  type_work.push_front([=, this] { complete(interface); });  // others ask for its type set
  settle_types();
  return interface;
}

// ---- Unions ----

const Union* Checker::Impl::union_type(const Expr* expr) {
  auto* type = arena.make<Union>();
  type_depth++;
  append_terms(expr, type);
  record_type(expr, type);
  later_for_types([=, this] { check_union(expr, type); });
  type_depth--;
  settle_types();
  return type;
}

void Checker::Impl::append_terms(const Expr* expr, Union* type) {
  std::vector<const Expr*> terms;
  while (expr->kind == NodeKind::binary_expr && as<BinaryExpr>(expr)->op == Op::or_) {
    terms.push_back(as<BinaryExpr>(expr)->right);
    expr = as<BinaryExpr>(expr)->left;
  }
  terms.push_back(expr);
  for (auto term = terms.rbegin(); term != terms.rend(); ++term) {
    bool tilde = (*term)->kind == NodeKind::unary_expr;
    const Expr* of = tilde ? as<UnaryExpr>(*term)->operand : *term;
    const Type* term_type = any_type_expr(of);
    if (tilde) record_type(*term, term_type);
    if (is_valid(term_type)) type->terms.push_back({tilde, term_type});
  }
}

void Checker::Impl::check_union(const Expr* expr, const Union* type) {
  const std::vector<Term>& terms = type->terms;
  for (size_t i = 0; i < terms.size(); i++) {
    std::string shown = (terms[i].tilde ? "~" : "") + type_string(terms[i].type);
    const Type* u = underlying(terms[i].type);
    if (terms[i].type->kind == TypeKind::type_param) {
      return error(expr->pos, "term cannot represent type parameter");
    }
    if (auto* interface = under_as<Interface>(u)) {
      complete(interface);
      if (terms[i].tilde) {
        return error(expr->pos,
                     fmt::format("invalid use of ~ ({} is an interface)", type_string(terms[i].type)));
      }
      if (terms.size() > 1 && !interface->methods.empty()) {
        return error(expr->pos, fmt::format("cannot use {} in union ({} contains methods)", shown, shown));
      }
      if (terms.size() > 1 && interface->comparable_constraint) {
        bool is = interface->embedded.empty();
        return error(expr->pos,
                     is ? "cannot use comparable in union"
                        : fmt::format("cannot use {} in union ({} embeds comparable)", shown, shown));
      }
      continue;
    }
    if (terms[i].tilde && !identical(u, terms[i].type)) {
      return error(expr->pos, fmt::format("invalid use of ~ (underlying type of {} is {})",
                                          type_string(terms[i].type), type_string(u)));
    }
    for (size_t j = 0; j < i; j++) {
      if (is_interface(terms[j].type) || intersect({terms[i]}, {terms[j]}).empty()) continue;
      std::string other = (terms[j].tilde ? "~" : "") + type_string(terms[j].type);
      return error(expr->pos, fmt::format("overlapping terms {} and {}", shown, other));
    }
  }
}

bool Checker::Impl::element_terms(const Type* element, std::vector<Term>* terms) {
  std::vector<Term> parts{{false, element}};
  if (element->kind == TypeKind::union_) parts = static_cast<const Union*>(element)->terms;
  for (const Term& part : parts) {
    auto* interface = under_as<Interface>(part.type);
    if (!interface) {
      terms->push_back(part);
      continue;
    }
    complete(interface);
    if (!interface->restricted) return false;
    terms->insert(terms->end(), interface->terms.begin(), interface->terms.end());
  }
  return true;
}

// ---- Instances of types ----

namespace {

// "List[T any]": a generic type in messages that complain about its use.
std::string generic_name(const Named* type, const Package* from) {
  std::string result(type->object->name);
  const char* separator = "[";
  for (size_t i = 0; i < type->type_params.size(); i++) {
    const TypeParam* param = type->type_params[i];
    result += separator + std::string(param->object->name);
    separator = ", ";
    bool shared =
        i + 1 < type->type_params.size() && type->type_params[i + 1]->constraint == param->constraint;
    if (!shared && param->constraint) result += ' ' + to_string(param->constraint, from);
  }
  return result + ']';
}

}  // namespace

bool Checker::Impl::reject_generic(const Expr* expr, const Type* type) {
  auto* named = type && type->kind == TypeKind::named ? static_cast<const Named*>(type) : nullptr;
  if (!named || named->type_params.empty()) return false;
  error(expr->pos,
        fmt::format("cannot use generic type {} without instantiation", generic_name(named, package)));
  return true;
}

const Type* Checker::Impl::instance_expr(const IndexExpr* expr) {
  Operand x;
  const Expr* operand = unparen(expr->operand);
  if (operand->kind == NodeKind::ident) {
    ident(x, as<Ident>(operand), true);
  } else if (operand->kind == NodeKind::selector_expr) {
    selector(x, as<SelectorExpr>(operand), true);
  } else {
    error(operand->pos, fmt::format("{} is not a type", expr_string(expr)));
  }
  std::vector<const Type*> arguments;
  bool good = true;
  for (const Expr* index : expr->indices) {
    arguments.push_back(type_expr(index));
    good = good && is_valid(arguments.back());
  }
  if (x.mode != Mode::type) return invalid_type();
  auto* generic = x.type->kind == TypeKind::named ? static_cast<const Named*>(x.type) : nullptr;
  if (!generic || generic->type_params.empty()) {
    error(operand->pos, fmt::format("{} is not a generic type", type_string(x.type)));
    return invalid_type();
  }
  record_type(expr->operand, x.type);
  if (!good) return invalid_type();
  size_t have = arguments.size(), want = generic->type_params.size();
  if (have != want) {
    error(have > want ? expr->indices[want]->pos : expr->pos,
          fmt::format("got {} arguments but {} type parameters", have, want));
    return invalid_type();
  }
  // Whether the arguments will do can only be said once all types are known.
  later_for_types([=, this] {
    for (size_t i = 0; i < arguments.size(); i++) {
      if (!verify_argument(expr->indices[i]->pos, i, generic->type_params, arguments)) return;
    }
  });
  return instantiate(const_cast<Named*>(generic), arguments, expr->pos);
}

Named* Checker::Impl::instantiate(Named* origin, const std::vector<const Type*>& arguments, Position) {
  if (same_arguments(arguments, as_types(origin->type_params))) return origin;
  note_instantiation(origin->type_params, arguments);
  for (Named* other : origin->instances) {
    if (same_arguments(other->arguments, arguments)) return other;
  }
  auto* instance = arena.make<Named>(origin->object);
  instance->origin = origin;
  instance->arguments = arguments;
  instance->within_generic = origin->within_generic;
  for (Func* method : origin->methods) {
    auto* copy = arena.make<Func>(method->pos, method->package, method->name, nullptr);
    copy->decl = method->decl;
    copy->native = method->native;
    copy->origin = method;
    copy->receiver_base = instance;
    instance->methods.push_back(copy);
  }
  instance->expand = [shared = generics](Named* type) {
    if (shared->current) shared->current->expand(type);
  };
  origin->instances.push_back(instance);
  bool concrete = std::none_of(arguments.begin(), arguments.end(), mentions_type_param);
  if (deepest(arguments, kMaxNesting + 1) > kMaxNesting) {
    generics->cycle = origin->object->pos;
  } else if (concrete) {
    generics->types.push_back(instance);
  }
  return instance;
}

void Checker::Impl::expand(Named* instance) {
  const Type* generic = instance->origin->underlying;
  if (!generic) return;  // is being declared
  instance->expand = nullptr;
  instance->underlying = substitute(generic, instance->origin->type_params, instance->arguments);
}

void Checker::Impl::resolve_instance_method(Func* method) {
  resolve(const_cast<Func*>(method->origin));
  const Type* generic = method->origin->type;
  if (!generic) return;  // is being declared
  const Named* base = method->receiver_base;
  method->type = substitute(generic, base->origin->type_params, base->arguments);
}

// ---- Constraints ----

bool Checker::Impl::verify_argument(Position pos, size_t index, const std::vector<TypeParam*>& params,
                                    const std::vector<const Type*>& arguments) {
  const Type* constraint = substitute(params[index]->constraint, params, arguments);
  std::string cause;
  if (satisfies(arguments[index], constraint, &cause)) return true;
  error(pos, cause);
  return false;
}

bool Checker::Impl::satisfies(const Type* type, const Type* constraint, std::string* cause) {
  auto* wanted = under_as<Interface>(constraint);
  if (!wanted || !is_valid(type) || !is_valid(underlying(type))) return true;  // an error was reported
  complete(wanted);
  auto fail = [&](const std::string& detail) {
    *cause = fmt::format("{} does not implement {}{}", type_string(type), type_string(constraint),
                         detail.empty() ? "" : " " + detail);
    return false;
  };
  if (wanted->restricted && wanted->terms.empty()) {
    *cause = fmt::format("cannot implement {} (empty type set)", type_string(constraint));
    return false;
  }
  if (!wanted->methods.empty()) {
    if (MissingMethod miss = missing(type, wanted, true); miss.missing) {
      return fail(missing_cause(miss, type, constraint));
    }
  }
  if (wanted->comparable_constraint && !comparable(type)) {
    *cause = type_string(type) + " does not implement comparable";
    return false;
  }
  // Before 1.20 an interface, whose values may be incomparable, is not comparable in this sense.
  if (wanted->comparable_constraint && is_interface(type) && !version_at_least(20)) {
    *cause = type_string(type) + " does not implement comparable";
    return false;
  }
  if (!wanted->restricted) return true;
  if (auto* interface =
          type->kind == TypeKind::type_param ? constraint_of(type) : under_as<Interface>(type)) {
    if (!interface->restricted) return fail("");
    for (const Term& term : interface->terms) {
      std::vector<Term> common = intersect({term}, wanted->terms);
      if (common.empty() || (term.tilde && !common[0].tilde)) {
        return fail(fmt::format("({}{} missing in {})", term.tilde ? "~" : "", type_string(term.type),
                                type_string(constraint)));
      }
    }
    return true;
  }
  if (includes(wanted->terms, type)) return true;
  for (const Term& term : wanted->terms) {
    if (term.tilde || !includes({{true, underlying(term.type)}}, type)) continue;
    return fail(fmt::format("(possibly missing ~ for {} in constraint {})", type_string(term.type),
                            type_string(constraint)));
  }
  return fail(fmt::format("({} missing in {})", type_string(type), type_string(constraint)));
}

// ---- Instances of functions ----

// The name that denotes a function: f of f, (f), p.f, f[A].
const Ident* Checker::Impl::function_name(const Expr* expr) {
  for (;;) {
    expr = unparen(expr);
    switch (expr->kind) {
      case NodeKind::ident:
        return as<Ident>(expr);
      case NodeKind::selector_expr:
        return as<SelectorExpr>(expr)->selected;
      case NodeKind::index_expr:
        expr = as<IndexExpr>(expr)->operand;
        break;
      default:
        return nullptr;
    }
  }
}

bool Checker::Impl::is_generic_function(const Operand& x) {
  return x.mode == Mode::value && x.type && x.type->kind == TypeKind::signature &&
         !static_cast<const Signature*>(x.type)->type_params.empty();
}

Func* Checker::Impl::instantiate(Func* origin, const std::vector<const Type*>& arguments, Position) {
  if (std::any_of(arguments.begin(), arguments.end(), mentions_type_param)) {
    note_instantiation(origin->signature()->type_params, arguments);
    return origin;
  }
  for (Func* other : origin->instances) {
    if (same_arguments(other->arguments, arguments)) return other;
  }
  const Type* type = substitute(origin->type, origin->signature()->type_params, arguments);
  auto* instance =
      arena.make<Func>(origin->pos, origin->package, origin->name, static_cast<const Signature*>(type));
  instance->decl = origin->decl;
  instance->native = origin->native;
  instance->origin = origin;
  instance->arguments = arguments;
  origin->instances.push_back(instance);
  if (deepest(arguments, kMaxNesting + 1) > kMaxNesting) {
    generics->cycle = origin->pos;
  } else {
    generics->functions.push_back(instance);
  }
  return instance;
}

void Checker::Impl::use_instance(Operand& x, const std::vector<const Type*>& arguments, Position pos) {
  const Ident* name = function_name(x.expr);
  Object* object = name ? info.object_of(name) : nullptr;
  auto* generic = static_cast<const Signature*>(x.type);
  x.type = substitute(generic, generic->type_params, arguments);
  x.type_arguments.clear();
  if (object && object->kind == ObjectKind::func) {
    auto* func = static_cast<Func*>(object);
    // A name that is met again (x op= f(y) is checked in two ways) may stand for an instance already.
    if (func->origin) func = const_cast<Func*>(func->origin);
    record_use(name, instantiate(func, arguments, pos));
  }
  for (const Expr* e = x.expr;;
       e = e->kind == NodeKind::paren_expr ? as<ParenExpr>(e)->inner : as<IndexExpr>(e)->operand) {
    info.expressions[e->id].type = x.type;
    if (e->kind != NodeKind::paren_expr && e->kind != NodeKind::index_expr) break;
  }
}

void Checker::Impl::function_instance(Operand& x, const IndexExpr* expr) {
  auto* generic = static_cast<const Signature*>(x.type);
  std::vector<const Type*> arguments;
  bool good = true;
  for (const Expr* index : expr->indices) {
    arguments.push_back(type_expr(index));
    good = good && is_valid(arguments.back());
  }
  if (!good) return x.invalidate();
  size_t have = arguments.size(), want = generic->type_params.size();
  if (have > want) {
    error(expr->indices[want]->pos, fmt::format("got {} type arguments but {} has {} type parameters", have,
                                                expr_string(expr->operand), want));
    return x.invalidate();
  }
  x.expr = expr;
  if (have < want) {
    // Constraints may tell the others; otherwise the arguments of a call have to.
    auto inferred = infer_from_type(generic, arguments, nullptr);
    if (!inferred) {
      x.type_arguments = std::move(arguments);
      return;
    }
    arguments = *inferred;
    have = want;
  }
  for (size_t i = 0; i < have; i++) {
    Position at = i < expr->indices.size() ? expr->indices[i]->pos : expr->pos;
    if (!verify_argument(at, i, generic->type_params, arguments)) return x.invalidate();
  }
  use_instance(x, arguments, expr->pos);
}

void Checker::Impl::infer_call(Operand& x, const CallExpr* call, std::vector<Operand>& operands) {
  for (const Operand& operand : operands) {
    if (!operand.valid()) return x.invalidate();
  }
  auto* generic = static_cast<const Signature*>(x.type);
  auto inferred = infer(call->rparen, generic, x.type_arguments, operands, call->ellipsis.valid(),
                        expr_string(call->function));
  if (!inferred) return x.invalidate();
  for (size_t i = 0; i < inferred->size(); i++) {
    if (!verify_argument(x.expr->pos, i, generic->type_params, *inferred)) return x.invalidate();
  }
  use_instance(x, *inferred, call->pos);
}

void Checker::Impl::infer_from_target(Operand& x, const Type* target) {
  auto* generic = static_cast<const Signature*>(x.type);
  auto* wanted = target ? under_as<Signature>(target) : nullptr;
  std::optional<std::vector<const Type*>> inferred;
  if (wanted) inferred = infer_from_type(generic, x.type_arguments, wanted);
  if (!inferred) {
    error(operand_position(x),
          fmt::format("cannot use generic function {} without instantiation", expr_string(x.expr)));
    return x.invalidate();
  }
  for (size_t i = 0; i < inferred->size(); i++) {
    if (!verify_argument(x.expr->pos, i, generic->type_params, *inferred)) return x.invalidate();
  }
  use_instance(x, *inferred, x.expr->pos);
}

// ---- Endless instantiation ----

void Checker::Impl::note_instantiation(const std::vector<TypeParam*>& params,
                                       const std::vector<const Type*>& arguments) {
  for (size_t i = 0; i < arguments.size(); i++) {
    std::vector<const TypeParam*> mentioned;
    append_type_params(arguments[i], &mentioned);
    for (const TypeParam* from : mentioned) instantiations.push_back({from, params[i], from != arguments[i]});
  }
}

// A circle of instantiations in which an argument grows has no end. Edges that grow are few; from each the
// search for its own beginning is linear.
void Checker::Impl::check_instantiation_cycles() {
  std::unordered_map<const TypeParam*, std::vector<const TypeParam*>> next;
  for (const Instantiation& edge : instantiations) next[edge.from].push_back(edge.to);
  std::unordered_set<const TypeParam*> reported;
  for (const Instantiation& edge : instantiations) {
    if (!edge.grows) continue;
    std::unordered_set<const TypeParam*> reached{edge.to};
    std::vector<const TypeParam*> work{edge.to};
    while (!work.empty() && !reached.contains(edge.from)) {
      const TypeParam* param = work.back();
      work.pop_back();
      for (const TypeParam* to : next[param]) {
        if (reached.insert(to).second) work.push_back(to);
      }
    }
    if (!reached.contains(edge.from) || !reported.insert(edge.from).second) continue;
    error(edge.from->object->pos, "instantiation cycle");
    return;
  }
}

// ---- Bodies of instances ----

Scope* Checker::Impl::bind_types(const std::vector<const Ident*>& names,
                                 const std::vector<const Type*>& types, Scope* outer) {
  auto* scope = arena.make<Scope>(outer);
  for (size_t i = 0; i < names.size() && i < types.size(); i++) {
    auto* object = arena.make<TypeName>(names[i]->pos, package, names[i]->name, types[i]);
    object->alias = true;
    declare(scope, names[i], object);
  }
  return scope;
}

std::vector<const Ident*> Checker::Impl::receiver_params(const FuncDecl* decl) {
  std::vector<const Ident*> names;
  const Expr* base = decl->receiver ? unparen(decl->receiver->type) : nullptr;
  if (base && base->kind == NodeKind::star_expr) base = unparen(as<StarExpr>(base)->operand);
  if (!base || base->kind != NodeKind::index_expr) return names;
  for (const Expr* index : as<IndexExpr>(base)->indices) {
    if (index->kind == NodeKind::ident) {
      names.push_back(as<Ident>(index));
    } else {
      error(index->pos, fmt::format("receiver type parameter {} must be an identifier", expr_string(index)));
    }
  }
  return names;
}

void Checker::Impl::check_instances() {
  while (!diagnostics.any() && !generics->cycle.valid() &&
         !(generics->types.empty() && generics->functions.empty())) {
    if (!generics->types.empty()) {
      Named* type = generics->types.front();
      generics->types.pop_front();
      underlying(type);
      for (Func* method : type->methods) {
        resolve(method);
        generics->functions.push_back(method);
      }
      continue;
    }
    Func* func = generics->functions.front();
    generics->functions.pop_front();
    if (!func->decl || !func->decl->body) continue;
    Diagnostics problems;
    Impl checker(arena, info, problems, options, generics);
    generics->current = &checker;
    checker.check_instance(func);
    generics->current = this;
    if (!problems.any()) continue;
    // The generic check found nothing wrong, so this is a limit of ours.
    const Diagnostic problem = problems.sorted().front();
    unsupported(problem.position, fmt::format("an instance of {} with {}", func->name, problem.message));
  }
  if (generics->cycle.valid() && !diagnostics.any()) error(generics->cycle, "instantiation cycle");
  generics->types.clear();
  generics->functions.clear();
}

void Checker::Impl::check_instance(Func* func) {
  package = func->package;
  instance.emplace();
  instance->first = options.nodes->expr_count();
  FuncDecl* decl = clone(func->origin->decl, *options.nodes, &instance->origins);
  info.expressions.resize(options.nodes->expr_count());

  std::vector<const Ident*> names;
  const Type* receiver_type = nullptr;
  if (Named* base = func->receiver_base) {
    names = receiver_params(decl);
    env.scope = bind_types(names, base->arguments, func->origin->file_scope);
    receiver_type = func->pointer_receiver() ? static_cast<const Type*>(arena.make<Pointer>(base)) : base;
  } else {
    for (const Field& field : decl->type->type_params.fields) {
      names.insert(names.end(), field.names.begin(), field.names.end());
    }
    decl->type->type_params.fields = {};
    env.scope = bind_types(names, func->arguments, func->origin->file_scope);
  }
  func->decl = decl;
  Scope* scope = nullptr;
  const Signature* signature = function_type(decl->type, decl->receiver, decl, &scope, receiver_type);
  func->type = signature;
  Function& function = functions.emplace_back();
  function.owner = decl;
  function.signature = signature;
  function.scope = scope;
  func_body(env, &function, decl->body);
  process_delayed(0);
}

}  // namespace gocheck::types
