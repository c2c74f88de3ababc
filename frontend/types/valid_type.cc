// Types must have a finite size, and interfaces finitely many methods: no type may contain itself other
// than through a pointer, slice, map, channel or function.
#include "frontend/types/checker.h"

namespace gocheck::types {

namespace {

// The types that are part of every value of `type` (or, for interfaces, of its method set).
void append_parts(const Type* type, std::vector<const Type*>* parts) {
  switch (type->kind) {
    case TypeKind::array:
      parts->push_back(static_cast<const Array*>(type)->element);
      break;
    case TypeKind::structure: {
      auto& fields = static_cast<const Struct*>(type)->fields;
      for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
        if ((*field)->type) parts->push_back((*field)->type);
      }
      break;
    }
    case TypeKind::interface: {
      auto& embedded = static_cast<const Interface*>(type)->embedded;
      parts->insert(parts->end(), embedded.rbegin(), embedded.rend());
      break;
    }
    default:
      break;
  }
}

}  // namespace

// Depth-first through the parts of `root`. Named types are entered once per package: valid_types holds
// those that are done, `open` those on the current path. Linear in the size of the types.
void Checker::Impl::check_valid_type(Named* root) {
  struct Frame {
    const Type* type;
    std::vector<const Type*> parts;  // still to be visited
  };
  std::vector<Frame> frames;
  std::vector<const Named*> open;
  auto enter = [&](const Type* type) {
    frames.push_back({type, {}});
    append_parts(type->kind == TypeKind::named ? underlying(type) : type, &frames.back().parts);
    if (type->kind == TypeKind::named) open.push_back(static_cast<const Named*>(type));
  };
  if (valid_types.contains(root)) return;
  enter(root);
  while (!frames.empty()) {
    Frame& frame = frames.back();
    if (frame.parts.empty()) {
      if (frame.type->kind == TypeKind::named) {
        valid_types.insert(open.back());
        open.pop_back();
      }
      frames.pop_back();
      continue;
    }
    const Type* part = frame.parts.back();
    frame.parts.pop_back();
    if (part->kind != TypeKind::named) {
      enter(part);
      continue;
    }
    auto* named = static_cast<const Named*>(part);
    if (named->object->package != package || valid_types.contains(named)) continue;
    auto start = std::find(open.begin(), open.end(), named);
    if (start == open.end()) {
      enter(named);
      continue;
    }
    std::vector<Object*> cycle;
    for (auto it = start; it != open.end(); ++it) cycle.push_back((*it)->object);
    cycle_error(cycle);
    // Cut the cycle, so that nobody runs around in it or complains about its types.
    for (auto it = start; it != open.end(); ++it) const_cast<Named*>(*it)->underlying = invalid_type();
  }
}

}  // namespace gocheck::types
