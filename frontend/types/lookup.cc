// Selectors and method sets: fields and methods by name, through embedded fields.
#include <algorithm>
#include <set>
#include <unordered_set>

#include "frontend/types/info.h"
#include "frontend/types/type.h"

namespace gocheck::types {

namespace {

bool visible_as(const Object* object, std::string_view name, const Package* from) {
  if (object->name != name) return false;
  if (object->exported()) return true;
  const Package* package = object->package;
  return package == from || (package && from && package->path == from->path);
}

// An embedded type to be searched, at the end of `path`.
struct Candidate {
  const Type* type;  // pointer already removed
  std::vector<int> path;
  bool indirect;
  bool multiples;  // reached several times at this depth: whatever it has is ambiguous
};

const Type* without_pointer(const Type* type, bool* was_pointer) {
  *was_pointer = type && type->kind == TypeKind::pointer;
  return *was_pointer ? static_cast<const Pointer*>(type)->element : type;
}

const Func* own_method(const Type* type, std::string_view name, const Package* from) {
  if (type->kind != TypeKind::named) return nullptr;
  for (const Func* method : static_cast<const Named*>(type)->methods) {
    if (visible_as(method, name, from)) return method;
  }
  return nullptr;
}

// Candidates of equal type at one depth hide each other; keeps one of each, marked.
std::vector<Candidate> merge_equal(std::vector<Candidate> list) {
  std::vector<Candidate> result;
  for (Candidate& candidate : list) {
    auto same = std::find_if(result.begin(), result.end(),
                             [&](const Candidate& other) { return identical(other.type, candidate.type); });
    if (same != result.end()) {
      same->multiples = true;
    } else {
      result.push_back(std::move(candidate));
    }
  }
  return result;
}

// What one depth of the search has found so far.
struct Level {
  Selection found;
  std::vector<Candidate> next;

  void add(Selection::Kind kind, const Object* object, const Candidate& holder, int index) {
    if (found.kind != Selection::Kind::none || holder.multiples) {
      found = {Selection::Kind::ambiguous};
      return;
    }
    found.kind = kind;
    found.object = const_cast<Object*>(object);
    found.path = holder.path;
    if (index >= 0) found.path.push_back(index);
    found.indirect = holder.indirect;
  }

  void search_struct(const Struct* type, const Candidate& holder, std::string_view name,
                     const Package* from) {
    for (size_t i = 0; i < type->fields.size(); ++i) {
      const Var* field = type->fields[i];
      if (visible_as(field, name, from)) {
        add(Selection::Kind::field, field, holder, int(i));
        continue;
      }
      if (!field->embedded || !field->type) continue;
      bool pointer = false;
      const Type* inner = without_pointer(field->type, &pointer);
      if (inner->kind != TypeKind::named && inner->kind != TypeKind::structure &&
          inner->kind != TypeKind::interface) {
        continue;
      }
      std::vector<int> path = holder.path;
      path.push_back(int(i));
      next.push_back({inner, std::move(path), holder.indirect || pointer, holder.multiples});
    }
  }
};

Selection search(const Type* type, bool indirect, std::string_view name, const Package* from) {
  std::vector<Candidate> current{{type, {}, indirect, false}};
  std::unordered_set<const Type*> seen;
  while (!current.empty()) {
    Level level;
    for (const Candidate& candidate : current) {
      // A type met at a smaller depth hides what it has here.
      if (candidate.type->kind == TypeKind::named && !seen.insert(candidate.type).second) continue;
      if (const Func* method = own_method(candidate.type, name, from)) {
        level.add(Selection::Kind::method, method, candidate, -1);
        continue;
      }
      // A type parameter has the methods of its constraint, but no fields.
      auto* interface = candidate.type->kind == TypeKind::type_param ? constraint_of(candidate.type)
                                                                     : under_as<Interface>(candidate.type);
      auto* structure = candidate.type->kind == TypeKind::type_param ? nullptr : under_as<Struct>(candidate.type);
      if (structure) {
        level.search_struct(structure, candidate, name, from);
      } else if (interface) {
        for (const Func* method : interface->methods) {
          if (visible_as(method, name, from)) level.add(Selection::Kind::method, method, candidate, -1);
        }
      }
    }
    if (level.found.kind != Selection::Kind::none) return level.found;
    current = merge_equal(std::move(level.next));
  }
  return {};
}

}  // namespace

Selection lookup(const Type* type, std::string_view name, const Package* from) {
  if (!type || name == "_") return {};
  // A defined pointer type has no methods, but the fields of its base.
  if (type->kind == TypeKind::named) {
    if (auto* pointer = under_as<Pointer>(type)) {
      Selection found = lookup(pointer, name, from);
      return found.kind == Selection::Kind::method ? Selection{} : found;
    }
  }
  bool is_pointer = false;
  const Type* base = without_pointer(type, &is_pointer);
  // A pointer to an interface or to a type parameter has no methods.
  if (is_pointer && (is_interface(base) || base->kind == TypeKind::type_param)) return {};
  return search(base, is_pointer, name, from);
}

MissingMethod missing_method(const Type* type, const Interface* interface, bool static_assertion) {
  const Interface* from = under_as<Interface>(type);
  for (const Func* wanted : interface->methods) {
    Selection found = lookup(type, wanted->name, wanted->package);
    if (found.kind != Selection::Kind::method) {
      // A dynamic type may have more methods than the interface it is asserted from.
      if (from && !static_assertion) continue;
      return {wanted, nullptr, false};
    }
    const Func* have = static_cast<const Func*>(found.object);
    if (!identical(have->type, wanted->type)) return {wanted, have, false};
    if (!from && have->pointer_receiver() && !found.indirect) return {wanted, have, true};
  }
  return {};
}

bool implements(const Type* type, const Interface* interface) {
  return missing_method(type, interface).missing == nullptr;
}

std::vector<Selection> method_set(const Type* type) {
  // The names that any type within reach declares; lookup decides what they denote from outside.
  std::set<std::pair<std::string_view, const Package*>> names;
  std::unordered_set<const Type*> seen;
  std::vector<const Type*> pending{type};
  while (!pending.empty()) {
    bool pointer = false;
    const Type* t = without_pointer(pending.back(), &pointer);
    pending.pop_back();
    if (!t || !seen.insert(t).second) continue;
    auto add = [&](const Func* method) {
      names.emplace(method->name, method->exported() ? nullptr : method->package);
    };
    if (t->kind == TypeKind::named) {
      for (const Func* method : static_cast<const Named*>(t)->methods) add(method);
    }
    if (auto* interface = under_as<Interface>(t)) {
      for (const Func* method : interface->methods) add(method);
    } else if (auto* structure = under_as<Struct>(t)) {
      for (const Var* field : structure->fields) {
        if (field->embedded) pending.push_back(field->type);
      }
    }
  }
  std::vector<Selection> result;
  for (auto [name, package] : names) {
    Selection found = lookup(type, name, package);
    if (found.kind != Selection::Kind::method) continue;
    if (static_cast<const Func*>(found.object)->pointer_receiver() && !found.indirect) continue;
    result.push_back(std::move(found));
  }
  std::sort(result.begin(), result.end(),
            [](const Selection& a, const Selection& b) { return a.object->id() < b.object->id(); });
  return result;
}

}  // namespace gocheck::types
