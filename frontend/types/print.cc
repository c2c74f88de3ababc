#include "frontend/types/print.h"

#include <fmt/format.h>

#include <algorithm>

#include "frontend/syntax/parse.h"

namespace gocheck::types {

namespace {

std::string signature_text(const Func* func, const Package& package) {
  std::string text = to_string(func->type, &package);
  return text.starts_with("func") ? text.substr(4) : text;
}

std::string object_line(const Object* object, const Package& package) {
  std::string type = object->type ? to_string(object->type, &package) : "";
  switch (object->kind) {
    case ObjectKind::constant:
      return fmt::format("const {} {} = {}", object->name, type,
                         static_cast<const ConstantObject*>(object)->value.to_string());
    case ObjectKind::var:
      return fmt::format("var {} {}", object->name, type);
    case ObjectKind::func:
      return fmt::format("func {}{}", object->name, signature_text(static_cast<const Func*>(object), package));
    case ObjectKind::type_name:
      if (static_cast<const TypeName*>(object)->alias) return fmt::format("type {} = {}", object->name, type);
      return fmt::format("type {} {}", object->name, to_string(underlying(object->type), &package));
    default:
      return std::string(object->name);
  }
}

void print_type(const TypeName* name, const Package& package, std::string* text) {
  auto* named = dynamic_cast<const Named*>(name->type);
  if (!named) return;  // erroneous
  *text += fmt::format("type {}", name->name);
  if (name->local_number) *text += fmt::format("·{}", name->local_number);
  *text += fmt::format(" {}  // {} bytes\n", to_string(underlying(named), &package), size_of(named));
  for (const Func* method : named->methods) {
    *text += fmt::format("\tfunc ({}{}) {}{}\n", method->pointer_receiver() ? "*" : "", name->name, method->name,
                         signature_text(method, package));
  }
}

}  // namespace

std::string print(const Package& package, const Info& info) {
  std::string text = fmt::format("package {}  // {}, {}\n", package.name, package.path, package.go_version);
  for (const Package* imported : package.imports) text += fmt::format("import \"{}\"\n", imported->path);
  std::vector<const Object*> objects;
  for (const auto& [name, object] : package.scope->objects) objects.push_back(object);
  std::sort(objects.begin(), objects.end(), [](auto* a, auto* b) { return a->name < b->name; });
  for (const Object* object : objects) {
    if (object->kind != ObjectKind::type_name || static_cast<const TypeName*>(object)->alias) {
      text += object_line(object, package) + "\n";
    }
  }
  for (const TypeName* name : package.types) print_type(name, package, &text);
  for (const Package::Initializer& initializer : package.initializers) {
    text += "init ";
    for (size_t i = 0; i < initializer.left.size(); i++) {
      text += fmt::format("{}{}", i ? ", " : "", initializer.left[i]->name);
    }
    text += fmt::format(" = {}  // {}\n", syntax::to_string(initializer.right),
                        to_string(info.type_of(initializer.right), &package));
  }
  return text;
}

}  // namespace gocheck::types
