#include "frontend/types/info.h"

namespace gocheck::types {

Object* Scope::find(std::string_view name) const {
  auto it = objects.find(name);
  return it == objects.end() ? nullptr : it->second;
}

Object* Scope::lookup(std::string_view name) const {
  for (const Scope* scope = this; scope; scope = scope->parent) {
    if (Object* object = scope->find(name)) return object;
  }
  return nullptr;
}

Object* Scope::insert(Object* object) {
  auto [it, inserted] = objects.emplace(object->name, object);
  if (!inserted) return it->second;
  if (!object->parent) object->parent = this;
  return nullptr;
}

Object* Info::object_of(const syntax::Ident* ident) const {
  if (auto it = uses.find(ident); it != uses.end()) return it->second;
  if (auto it = definitions.find(ident); it != definitions.end()) return it->second;
  return nullptr;
}

}  // namespace gocheck::types
