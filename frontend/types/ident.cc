// Names, what mentioning them implies, and selectors.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "frontend/types/checker.h"

namespace gocheck::types {

using syntax::NodeKind;

// ---- Names ----

namespace {

Object* lookup_with_scope(Scope* scope, std::string_view name, Scope** found_in) {
  for (; scope; scope = scope->parent) {
    if (Object* object = scope->find(name)) {
      *found_in = scope;
      return object;
    }
  }
  return nullptr;
}

}  // namespace

void Checker::Impl::ident(Operand& x, const syntax::Ident* ident, bool want_type) {
  x = Operand{.expr = ident};
  Scope* found_in = nullptr;
  Object* object = lookup_with_scope(env.scope, ident->name, &found_in);
  if (!object) {
    if (ident->name == "_") {
      error(ident->pos, "cannot use _ as value" + std::string(want_type ? " or type" : ""));
    } else if (!ident->name.empty() && !broken_dot_import) {
      error(ident->pos, "undefined: " + std::string(ident->name));
    }
    return;
  }
  record_use(ident, object);
  if (!dot_imports.empty()) {
    if (auto it = dot_imports.find({found_in, object->name}); it != dot_imports.end())
      it->second->used = true;
  }
  if (want_type && object->kind != ObjectKind::type_name && object->kind != ObjectKind::pkg_name) {
    error(ident->pos, std::string(ident->name) + " is not a type");
    if (object->kind == ObjectKind::var) static_cast<Var*>(object)->used = true;
    return;
  }
  denote(x, object, ident);
}

void Checker::Impl::denote(Operand& x, Object* object, const syntax::Ident* ident) {
  resolve(object);
  x.type = object->type;
  switch (object->kind) {
    case ObjectKind::pkg_name:
      error(ident->pos, "use of package " + std::string(object->name) + " without selector");
      return;
    case ObjectKind::constant:
      add_dependency(object);
      if (object->parent == universe() && object->name == "iota") {
        if (!env.iota) {
          error(ident->pos, "cannot use iota outside constant declaration");
          return;
        }
        x.constant = Constant::of_int(*env.iota);
      } else {
        x.constant = static_cast<ConstantObject*>(object)->value;
      }
      if (is_valid(x.type)) x.mode = Mode::constant;
      return;
    case ObjectKind::type_name:
      if (is_valid(x.type)) x.mode = Mode::type;
      return;
    case ObjectKind::var: {
      Var* var = static_cast<Var*>(object);
      var->used = true;
      add_dependency(object);
      mention(var);
      if (is_valid(x.type)) x.mode = Mode::variable;
      return;
    }
    case ObjectKind::func:
      add_dependency(object);
      if (is_valid(x.type)) x.mode = Mode::value;
      return;
    case ObjectKind::builtin:
      x.builtin = static_cast<Builtin*>(object)->builtin;
      x.type = invalid_type();
      x.mode = Mode::builtin;
      return;
    case ObjectKind::nil:
      x.mode = Mode::nil;
      return;
    case ObjectKind::label:
      return;
  }
}

// ---- Captures and escapes ----

void Checker::Impl::mention(Var* var) {
  if (var->is_package_level || var->is_field || !var->owner || !env.function) return;
  for (Function* f = env.function; f && f->owner != var->owner; f = f->outer) {
    var->escapes = true;
    if (!f->literal && !f->range_body) return;
    std::vector<Var*>& captured = info.captures[f->owner];
    if (std::find(captured.begin(), captured.end(), var) == captured.end()) captured.push_back(var);
  }
}

void Checker::Impl::mark_address_taken(const syntax::Expr* expr) {
  for (;;) {
    expr = unparen(expr);
    switch (expr->kind) {
      case NodeKind::ident:
        if (Object* object = info.object_of(as<syntax::Ident>(expr));
            object && object->kind == ObjectKind::var) {
          static_cast<Var*>(object)->escapes = true;
        }
        return;
      case NodeKind::selector_expr: {
        // x.f lies within x unless a pointer was followed on the way.
        auto it = info.selections.find(as<syntax::SelectorExpr>(expr));
        if (it == info.selections.end() || it->second.indirect) return;
        expr = as<syntax::SelectorExpr>(expr)->operand;
        break;
      }
      case NodeKind::index_expr:
        expr = as<syntax::IndexExpr>(expr)->operand;
        if (!under_as<Array>(info.type_of(expr))) return;
        break;
      default:
        return;
    }
  }
}

// ---- Selectors ----

namespace {

std::string fold_case(std::string_view name) {
  std::string result(name);
  for (char& c : result) c = char(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

bool is_interface_pointer(const Type* type) {
  const Pointer* pointer = under_as<Pointer>(type);
  return pointer && is_interface(pointer->element);
}

// A member whose name differs from `name` in case only, or is not visible here.
const Object* similar_member(const Type* type, std::string_view name) {
  if (const Pointer* pointer = under_as<Pointer>(type)) type = pointer->element;
  std::string wanted = fold_case(name);
  if (type->kind == TypeKind::named) {
    for (const Func* method : static_cast<const Named*>(type)->methods) {
      if (fold_case(method->name) == wanted) return method;
    }
  }
  if (auto* structure = under_as<Struct>(type)) {
    for (const Var* field : structure->fields) {
      if (fold_case(field->name) == wanted) return field;
    }
  }
  if (auto* interface = under_as<Interface>(type)) {
    for (const Func* method : interface->methods) {
      if (fold_case(method->name) == wanted) return method;
    }
  }
  return nullptr;
}

}  // namespace

Selection Checker::Impl::find_member(const Type* type, std::string_view name, const Package* from) {
  const Type* base = type;
  if (const Pointer* pointer = under_as<Pointer>(type)) base = pointer->element;
  if (base && base->kind == TypeKind::named) resolve(static_cast<const Named*>(base)->object);
  if (auto* interface = under_as<Interface>(base)) complete(interface);
  if (auto* constraint = constraint_of(base)) complete(constraint);
  Selection found = lookup(type, name, from);
  if (found.kind == Selection::Kind::method) resolve(found.object);
  return found;
}

// The packages of the library need not have all that Go's have.
void Checker::Impl::missing_member(const syntax::SelectorExpr* selector, const Package& in) {
  const std::string_view member = selector->selected->name;
  static constexpr std::string_view kUnsafe[] = {"Add", "Slice", "SliceData", "String", "StringData"};
  if (&in == unsafe_package() && std::ranges::find(kUnsafe, member) != std::end(kUnsafe)) {
    return unsupported(selector->selected->pos, expr_string(selector));
  }
  const bool exported = member[0] >= 'A' && member[0] <= 'Z';
  error(selector->selected->pos, fmt::format("undefined: {}{}", expr_string(selector),
                                             in.library && exported ? " (or not supported yet)" : ""));
}

void Checker::Impl::package_member(Operand& x, const syntax::SelectorExpr* selector, PkgName* name,
                                   bool want_type) {
  record_use(as<syntax::Ident>(selector->operand), name);
  name->used = true;
  std::string_view member = selector->selected->name;
  if (!name->imported || !name->imported->scope) return;  // reported by the import
  Object* object = name->imported->scope->find(member);
  if (!object || object->kind == ObjectKind::pkg_name) {
    if (!name->imported->scope->objects.empty()) {
      missing_member(selector, *name->imported);
    }
    return;
  }
  if (!object->exported()) {
    error(selector->selected->pos,
          "name " + std::string(member) + " not exported by package " + std::string(name->imported->name));
    return;
  }
  record_use(selector->selected, object);
  if (want_type && object->kind != ObjectKind::type_name) {
    error(selector->pos, expr_string(selector) + " is not a type");
    return;
  }
  denote(x, object, selector->selected);
}

void Checker::Impl::selector(Operand& x, const syntax::SelectorExpr* selector, bool want_type) {
  x = Operand{.expr = selector};
  if (selector->operand->kind == NodeKind::ident) {
    Object* object = env.scope->lookup(as<syntax::Ident>(selector->operand)->name);
    if (object && object->kind == ObjectKind::pkg_name) {
      package_member(x, selector, static_cast<PkgName*>(object), want_type);
      return;
    }
  }
  expr_or_type(x, selector->operand);
  if (!x.valid()) {
    x.expr = selector;
    return;
  }
  member(x, selector);
  x.expr = selector;
  if (want_type && x.valid()) {
    error(selector->selected->pos, expr_string(selector) + " is not a type");
    x.invalidate();
  }
}

void Checker::Impl::member(Operand& x, const syntax::SelectorExpr* selector) {
  std::string_view name = selector->selected->name;
  if (name == "_") {
    error(selector->selected->pos, "cannot refer to blank field or method");
    return x.invalidate();
  }
  Selection found = find_member(x.type, name, package);
  if (found.kind == Selection::Kind::none || found.kind == Selection::Kind::ambiguous) {
    missing_member(x, selector, found.kind == Selection::Kind::ambiguous);
    return x.invalidate();
  }
  record_use(selector->selected, found.object);
  info.selections[selector] = found;
  if (!is_valid(found.object->type)) return x.invalidate();
  if (found.kind == Selection::Kind::field) {
    if (x.mode == Mode::type) {
      error(selector->selected->pos, expr_string(selector) + " undefined (type " + type_string(x.type) +
                                         " has no method " + std::string(name) + ")");
      return x.invalidate();
    }
    x.mode = x.mode == Mode::variable || found.indirect ? Mode::variable : Mode::value;
    x.type = found.object->type;
    return;
  }
  method_value(x, selector, found);
}

void Checker::Impl::method_value(Operand& x, const syntax::SelectorExpr* selector, const Selection& found) {
  Func* method = static_cast<Func*>(found.object);
  std::string name(method->name);
  bool needs_address = method->pointer_receiver() && !found.indirect;
  const Signature* declared = method->signature();
  add_dependency(method);
  Signature* type = arena.make<Signature>();
  type->params = declared->params;
  type->results = declared->results;
  type->variadic = declared->variadic;
  if (x.mode == Mode::type) {
    if (needs_address) {
      std::string t = type_string(x.type);
      error(selector->selected->pos, "invalid method expression " + t + "." + name +
                                         " (needs pointer receiver (*" + t + ")." + name + ")");
      return x.invalidate();
    }
    // A method expression takes the receiver as its first argument.
    Tuple* params = arena.make<Tuple>();
    bool named = !declared->params->vars.empty() && !declared->params->vars[0]->name.empty();
    params->vars.push_back(arena.make<Var>(method->pos, method->package, named ? "_" : "", x.type));
    params->vars.insert(params->vars.end(), declared->params->vars.begin(), declared->params->vars.end());
    type->params = params;
  } else if (needs_address) {
    if (x.mode != Mode::variable) {
      error(selector->selected->pos, "cannot call pointer method " + name + " on " + type_string(x.type));
      return x.invalidate();
    }
    mark_address_taken(selector->operand);
  }
  x.mode = Mode::value;
  x.type = type;
}

void Checker::Impl::missing_member(const Operand& x, const syntax::SelectorExpr* selector, bool ambiguous) {
  std::string name(selector->selected->name);
  if (!is_valid(underlying(x.type)) && !under_construction(x.type)) return;
  if (const Pointer* pointer = under_as<Pointer>(x.type); pointer && !is_valid(underlying(pointer->element)))
    return;
  Position pos = selector->selected->pos;
  if (ambiguous) return error(pos, "ambiguous selector " + expr_string(selector));
  std::string why;
  auto* pointer_type = under_as<Pointer>(x.type);
  if (pointer_type && pointer_type->element->kind == TypeKind::type_param) {
    why = "type " + type_string(x.type) + " is pointer to type parameter, not type parameter";
  } else if (is_interface_pointer(x.type)) {
    why = "type " + type_string(x.type) + " is pointer to interface, not interface";
  } else {
    why = "type " + type_string(x.type) + " has no field or method " + name;
    if (const Object* similar = similar_member(x.type, name)) {
      if (similar->name != name) {
        why += ", but does have " + std::string(similar->name);
      } else if (!similar->exported() && similar->package != package) {
        why = std::string("cannot refer to unexported ") +
              (similar->kind == ObjectKind::func ? "method " : "field ") + name;
      }
    }
  }
  if (x.mode == Mode::type && !is_interface_pointer(x.type)) {
    why = "type " + type_string(x.type) + " has no method " + name;
  }
  error(pos, expr_string(selector) + " undefined (" + why + ")");
}

}  // namespace gocheck::types
