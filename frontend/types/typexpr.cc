// Type expressions.
#include <fmt/format.h>

#include <algorithm>

#include "frontend/types/checker.h"
#include "frontend/types/labels.h"

namespace gocheck::types {

using namespace syntax;

const Type* Checker::Impl::type_expr(const Expr* expr) {
  type_depth++;
  const Type* type = any_type_expr(expr);
  if (type->kind == TypeKind::named || type->kind == TypeKind::interface) {
    later_for_types([=, this] {
      auto* interface = under_as<Interface>(type);
      if (!interface) return;
      complete(interface);
      if (!interface->constraint_only()) return;
      error(expr->pos, fmt::format("cannot use type {} outside a type constraint: interface {}", type_string(type),
                                   interface->restricted ? "contains type constraints" : "is (or embeds) comparable"));
    });
  }
  type_depth--;
  settle_types();
  return type;
}

const Type* Checker::Impl::any_type_expr(const Expr* expr) {
  type_depth++;
  const Type* type = type_expr_inner(expr);
  if (!type) type = invalid_type();
  record_type(expr, type);
  type_depth--;
  settle_types();
  return type;
}

const Type* Checker::Impl::type_expr_inner(const Expr* expr) {
  switch (expr->kind) {
    case NodeKind::bad_expr:
      return invalid_type();
    case NodeKind::paren_expr:
      return any_type_expr(as<ParenExpr>(expr)->inner);
    case NodeKind::ident: {
      Operand x;
      ident(x, as<Ident>(expr), true);
      x.expr = expr;
      return type_operand(x);
    }
    case NodeKind::selector_expr: {
      Operand x;
      selector(x, as<SelectorExpr>(expr), true);
      x.expr = expr;
      return type_operand(x);
    }
    case NodeKind::index_expr:
      return instance_expr(as<IndexExpr>(expr));
    case NodeKind::star_expr: {
      const Type* element = type_expr(as<StarExpr>(expr)->operand);
      return is_valid(element) ? arena.make<Pointer>(element) : invalid_type();
    }
    case NodeKind::array_type:
      return array_type(as<syntax::ArrayType>(expr));
    case NodeKind::struct_type:
      return struct_type(as<StructType>(expr));
    case NodeKind::func_type:
      if (const FieldList& params = as<FuncType>(expr)->type_params; !params.fields.empty()) {
        error(params.open, "function type must have no type parameters");
      }
      return function_type(as<FuncType>(expr), nullptr, nullptr, nullptr);
    case NodeKind::interface_type:
      return interface_type(as<InterfaceType>(expr));
    case NodeKind::map_type:
      return map_type(as<MapType>(expr));
    case NodeKind::chan_type: {
      auto* chan = as<ChanType>(expr);
      const Type* element = type_expr(chan->element);
      if (!is_valid(element)) return invalid_type();
      later_for_types([=, this] {
        if (size_of(element) >= 1 << 16) error(chan->element->pos, "channel element type too large (>64kB)");
      });
      return arena.make<Chan>(chan->dir, element);
    }
    case NodeKind::ellipsis_expr:
      error(expr->pos, "invalid use of '...'");
      if (as<EllipsisExpr>(expr)->element) type_expr(as<EllipsisExpr>(expr)->element);
      return invalid_type();
    default:
      use(expr);
      error(expr->pos, fmt::format("{} is not a type", expr_string(expr)));
      return invalid_type();
  }
}

// The type that a checked name denotes.
const Type* Checker::Impl::type_operand(Operand& x) {
  switch (x.mode) {
    case Mode::type:
      return reject_generic(x.expr, x.type) ? invalid_type() : x.type;
    case Mode::invalid:
      return invalid_type();
    case Mode::no_value:
      error(x.expr->pos, fmt::format("{} used as type", expr_string(x.expr)));
      return invalid_type();
    default:
      error(x.expr->pos, fmt::format("{} is not a type", expr_string(x.expr)));
      return invalid_type();
  }
}

const Type* Checker::Impl::array_type(const syntax::ArrayType* expr) {
  if (!expr->length) {
    const Type* element = type_expr(expr->element);
    return is_valid(element) ? arena.make<Slice>(element) : invalid_type();
  }
  if (expr->length->kind == NodeKind::ellipsis_expr) {
    error(expr->length->pos, "invalid use of [...] array (outside a composite literal)");
    type_expr(expr->element);
    return invalid_type();
  }
  int64_t length = array_length(expr->length);
  const Type* element = type_expr(expr->element);
  if (length < 0 || !is_valid(element)) return invalid_type();
  later_for_types([=, this] {
    int64_t size = size_of(element);
    constexpr int64_t address_space = int64_t(1) << 50;
    if (size > 0 && length > (address_space - 1) / size) {
      error(expr->pos, fmt::format("type [{}]{} larger than address space", length, type_string(element)));
    }
  });
  return arena.make<Array>(element, length);
}

int64_t Checker::Impl::array_length(const Expr* expr) {
  if (expr->kind == NodeKind::ident) {
    auto* name = as<Ident>(expr);
    const Object* object = env.scope->lookup(name->name);
    if (!object && !broken_dot_import) {
      error(expr->pos, fmt::format("undefined array length {} or missing type constraint", name->name));
      return -1;
    }
    if (object && object->kind != ObjectKind::constant) {
      use(expr);
      error(expr->pos, fmt::format("invalid array length {}", name->name));
      return -1;
    }
  }
  Operand x;
  this->expr(x, expr);
  if (!x.valid()) return -1;
  if (x.mode != Mode::constant) {
    error(expr->pos, fmt::format("array length {} must be constant", describe(x)));
    return -1;
  }
  if (is_untyped(x.type) || is_integer(x.type)) {
    Constant length = x.constant.to_int();
    if (length.known()) {
      if (auto value = length.as_int64(); value && *value >= 0) {
        if (is_untyped(x.type)) convert_untyped(x, basic(BasicKind::int_));
        return *value;
      }
      bool too_large = length.sign() > 0;
      error(expr->pos, too_large ? fmt::format("array length {} must be integer", describe(x))
                                 : fmt::format("invalid array length {}", describe(x)));
      return -1;
    }
    if (is_integer(x.type)) return -1;  // a constant that could not be computed: reported
  }
  error(expr->pos, fmt::format("array length {} must be integer", describe(x)));
  return -1;
}

const Type* Checker::Impl::map_type(const MapType* expr) {
  const Type* key = type_expr(expr->key);
  const Type* value = type_expr(expr->value);
  if (!is_valid(key) || !is_valid(value)) return invalid_type();
  later_for_types([=, this] {
    if (!comparable(key)) error(expr->key->pos, fmt::format("invalid map key type {}", type_string(key)));
  });
  return arena.make<Map>(key, value);
}

// ---- Structs ----

const Type* Checker::Impl::struct_type(const StructType* expr) {
  auto* type = arena.make<Struct>();
  Scope names(nullptr);
  for (const Field& field : expr->fields.fields) {
    if (field.names.empty()) {
      embedded_field(type, field, &names);
    } else {
      const Type* field_type = type_expr(field.type);
      for (const Ident* ident : field.names) {
        auto* var = arena.make<Var>(ident->pos, package, ident->name, field_type);
        var->is_field = true;
        record_definition(ident, var);
        declare_field(&names, var);
        type->fields.push_back(var);
      }
    }
    std::string tag;
    if (field.tag) {
      Constant literal = Constant::of_literal(LitKind::string, field.tag->text);
      if (literal.kind() == Constant::Kind::string) tag = literal.as_string();
    }
    type->tags.resize(type->fields.size(), tag);
  }
  return type;
}

void Checker::Impl::declare_field(Scope* names, Var* field) {
  const Object* other = field->name == "_" ? nullptr : names->insert(field);
  field->parent = nullptr;
  if (!other) return;
  error(field->pos, fmt::format("{} redeclared\n\t{}: other declaration of {}", field->name,
                                place(options.files, other->pos), field->name));
  field->name = "_";  // so that the other one is not ambiguous
}

void Checker::Impl::embedded_field(Struct* type, const Field& field, Scope* names) {
  const Expr* base = unparen(field.type);
  if (base->kind == NodeKind::star_expr) base = unparen(as<StarExpr>(base)->operand);
  if (base->kind == NodeKind::index_expr) base = unparen(as<IndexExpr>(base)->operand);
  const Ident* name = base->kind == NodeKind::ident           ? as<Ident>(base)
                      : base->kind == NodeKind::selector_expr ? as<SelectorExpr>(base)->selected
                                                              : nullptr;
  const Type* embedded = type_expr(field.type);
  if (!name) {
    if (is_valid(embedded)) {
      error(field.type->pos, fmt::format("invalid embedded field type {}", expr_string(field.type)));
    }
    return;
  }
  auto* var = arena.make<Var>(name->pos, package, name->name, embedded);
  var->is_field = var->embedded = true;
  declare_field(names, var);
  type->fields.push_back(var);
  if (!is_valid(embedded)) return;
  later_for_types([=, this] {
    // An alias may stand for a pointer as well.
    bool pointer = embedded->kind == TypeKind::pointer;
    const Type* inner = pointer ? static_cast<const Pointer*>(embedded)->element : embedded;
    const Type* u = underlying(inner);
    if (inner->kind == TypeKind::type_param) {
      error(field.pos, "embedded field type cannot be a type parameter");
    } else if (u->kind == TypeKind::basic && static_cast<const Basic*>(u)->basic == BasicKind::unsafe_pointer) {
      error(field.pos, "embedded field type cannot be unsafe.Pointer");
    } else if (u->kind == TypeKind::pointer) {
      error(field.pos, "embedded field type cannot be a pointer");
    } else if (u->kind == TypeKind::interface && pointer) {
      error(field.pos, "embedded field type cannot be a pointer to an interface");
    }
  });
}

// ---- Interfaces ----

const Type* Checker::Impl::interface_type(const InterfaceType* expr) {
  auto* type = arena.make<Interface>();
  incomplete_interfaces[type];  // from now on
  std::unordered_map<std::string_view, const Func*> names;
  for (const Field& field : expr->methods.fields) {
    if (field.names.empty()) {
      const Expr* element = unparen(field.type);
      bool is_union = element->kind == NodeKind::binary_expr || element->kind == NodeKind::unary_expr;
      const Type* embedded = is_union ? union_type(element) : any_type_expr(field.type);
      if (!is_valid(embedded)) continue;
      type->embedded.push_back(embedded);
      incomplete_interfaces[type].push_back(field.pos);
      continue;
    }
    const Ident* ident = field.names[0];
    const FieldList& type_params = as<FuncType>(field.type)->type_params;
    if (!type_params.fields.empty()) error(type_params.open, "interface method must have no type parameters");
    const Signature* signature = function_type(as<FuncType>(field.type), nullptr, nullptr, nullptr);
    if (ident->name == "_") {
      error(ident->pos, "methods must have a unique non-blank name");
      continue;
    }
    auto* method = arena.make<Func>(ident->pos, package, ident->name, signature);
    record_definition(ident, method);
    auto [other, fresh] = names.emplace(ident->name, method);
    if (!fresh) {
      error(ident->pos, fmt::format("duplicate method {}\n\t{}: other declaration of {}", ident->name,
                                    place(options.files, other->second->pos), ident->name));
      continue;
    }
    type->explicit_methods.push_back(method);
  }
  type_work.push_front([=, this] { complete(type); });  // before anybody asks for its methods
  return type;
}

void Checker::Impl::complete(const Interface* interface) {
  auto incomplete = incomplete_interfaces.extract(interface);
  if (incomplete.empty()) return;
  const std::vector<Position>& positions = incomplete.mapped();
  auto* type = const_cast<Interface*>(interface);
  type->methods = type->explicit_methods;
  std::unordered_map<std::string, const Func*> by_id;
  for (const Func* method : type->methods) by_id[method->id()] = method;
  for (size_t i = 0; i < type->embedded.size(); i++) {
    const Type* element = type->embedded[i];
    if (!is_valid(underlying(element))) continue;
    auto* embedded = under_as<Interface>(element);
    if (!embedded && !version_at_least(18)) {
      error(positions[i], fmt::format("embedding non-interface type {} requires go1.18 or later", type_string(element)));
      continue;
    }
    if (!embedded && element->kind == TypeKind::type_param) {
      error(positions[i], fmt::format("term cannot represent type parameter {}", type_string(element)));
      continue;
    }
    if (std::vector<Term> terms; element_terms(element, &terms)) {
      type->terms = type->restricted ? intersect(type->terms, terms) : terms;
      type->restricted = true;
    }
    if (!embedded) continue;
    complete(embedded);
    type->comparable_constraint |= embedded->comparable_constraint;
    for (Func* method : embedded->methods) {
      auto [other, fresh] = by_id.emplace(method->id(), method);
      if (fresh) {
        type->methods.push_back(method);
      } else if (!identical(other->second->type, method->type)) {
        error(positions[i], fmt::format("duplicate method {}\n\t{}: other declaration of {}", method->name,
                                        place(options.files, other->second->pos), method->name));
      }
    }
  }
  std::sort(type->methods.begin(), type->methods.end(),
            [](const Func* a, const Func* b) { return a->id() < b->id(); });
}

// ---- Functions ----

const Signature* Checker::Impl::function_type(const FuncType* type, const Field* receiver_field, const void* owner,
                                              Scope** scope, const Type* receiver_type) {
  type_depth++;
  auto* signature = arena.make<Signature>();
  auto* parameter_scope = arena.make<Scope>(env.scope);
  // Names are declared after all types are known: a parameter is not in scope in the types.
  std::vector<std::pair<const Ident*, Var*>> named;
  if (receiver_field && receiver_field->type) {
    signature->receiver = receiver(receiver_field, owner, receiver_type);
    if (!receiver_field->names.empty()) named.emplace_back(receiver_field->names[0], signature->receiver);
  }
  bool ignored = false;
  signature->params = parameters(type->params, owner, &signature->variadic, &named);
  signature->results = parameters(type->results, owner, &ignored, &named);
  for (auto [ident, var] : named) declare(parameter_scope, ident, var);
  if (scope) *scope = parameter_scope;
  type_depth--;
  settle_types();
  return signature;
}

Tuple* Checker::Impl::parameters(const FieldList& list, const void* owner, bool* variadic,
                                 std::vector<std::pair<const Ident*, Var*>>* named) {
  auto* tuple = arena.make<Tuple>();
  auto add = [&](Position pos, std::string_view name, const Type* type) {
    auto* var = arena.make<Var>(pos, package, name, type);
    var->is_parameter = var->used = true;
    var->owner = owner;
    tuple->vars.push_back(var);
    return var;
  };
  for (size_t i = 0; i < list.fields.size(); i++) {
    const Field& field = list.fields[i];
    const Type* type;
    if (field.type->kind == NodeKind::ellipsis_expr && as<EllipsisExpr>(field.type)->element) {
      type = type_expr(as<EllipsisExpr>(field.type)->element);
      if (i + 1 == list.fields.size() && field.names.size() <= 1) {
        *variadic = true;
        if (is_valid(type)) type = arena.make<Slice>(type);
        record_type(field.type, type);
      } else {
        error(field.type->pos, "can only use ... with final parameter in list");
      }
    } else {
      type = type_expr(field.type);
    }
    if (field.names.empty()) add(field.pos, "", type);
    for (const Ident* ident : field.names) named->emplace_back(ident, add(ident->pos, ident->name, type));
  }
  return tuple;
}

Var* Checker::Impl::receiver(const Field* field, const void* owner, const Type* type) {
  if (!type) type = type_expr(field->type);
  const Ident* ident = field->names.empty() ? nullptr : field->names[0];
  auto* var = arena.make<Var>(ident ? ident->pos : field->pos, package, ident ? ident->name : "", type);
  var->is_parameter = var->used = true;
  var->owner = owner;
  if (is_valid(type)) later_for_types([=, this, pos = field->type->pos] { check_receiver(pos, type); });
  return var;
}

void Checker::Impl::check_receiver(Position pos, const Type* type) {
  const Type* base = type;
  if (base->kind == TypeKind::pointer) base = static_cast<const Pointer*>(base)->element;
  if (base->kind == TypeKind::basic) {
    return error(pos, fmt::format("cannot define new methods on non-local type {}", type_string(base)));
  }
  if (base->kind != TypeKind::named) {
    return error(pos, fmt::format("invalid receiver type {}", type_string(type)));
  }
  if (static_cast<const Named*>(base)->object->package != package) {
    return error(pos, fmt::format("cannot define new methods on non-local type {}", type_string(base)));
  }
  const Type* u = underlying(base);
  if (u->kind == TypeKind::pointer || u->kind == TypeKind::interface) {
    error(pos, fmt::format("invalid receiver type {} (pointer or interface type)", type_string(base)));
  }
}

}  // namespace gocheck::types
