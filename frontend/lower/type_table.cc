// Types are interned bottom up: the key of a composite type is made of the ids of its parts, so
// equal keys are identical types. Recursion goes through named types only, whose id exists before
// their underlying type is looked at.
#include "frontend/lower/type_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/program/invariant.h"

namespace gocheck::lower {

using program::Kind;
using program::TypeId;
using types::BasicKind;
using types::TypeKind;

namespace {

Kind basic_kind(BasicKind kind) {
  switch (kind) {
    case BasicKind::bool_:
    case BasicKind::untyped_bool:
      return Kind::bool_;
    case BasicKind::int_:
    case BasicKind::untyped_int:
      return Kind::int_;
    case BasicKind::int8:
      return Kind::int8;
    case BasicKind::int16:
      return Kind::int16;
    case BasicKind::int32:
    case BasicKind::untyped_rune:
      return Kind::int32;
    case BasicKind::int64:
      return Kind::int64;
    case BasicKind::uint:
      return Kind::uint;
    case BasicKind::uint8:
      return Kind::uint8;
    case BasicKind::uint16:
      return Kind::uint16;
    case BasicKind::uint32:
      return Kind::uint32;
    case BasicKind::uint64:
      return Kind::uint64;
    case BasicKind::uintptr:
      return Kind::uintptr;
    case BasicKind::float32:
      return Kind::float32;
    case BasicKind::float64:
    case BasicKind::untyped_float:
      return Kind::float64;
    case BasicKind::complex64:
      return Kind::complex64;
    case BasicKind::complex128:
    case BasicKind::untyped_complex:
      return Kind::complex128;
    case BasicKind::string:
    case BasicKind::untyped_string:
      return Kind::string;
    case BasicKind::unsafe_pointer:
    case BasicKind::untyped_nil:
      return Kind::unsafe_pointer;
    case BasicKind::invalid:
      return Kind::invalid;
  }
  return Kind::invalid;
}

constexpr const char* kBasicNames[] = {"invalid",   "bool",       "int",     "int8",          "int16",
                                       "int32",     "int64",      "uint",    "uint8",         "uint16",
                                       "uint32",    "uint64",     "uintptr", "float32",       "float64",
                                       "complex64", "complex128", "string",  "unsafe.Pointer"};

bool has_pointers(const types::Type* type) {
  const types::Type* u = types::underlying(type);
  switch (u->kind) {
    case TypeKind::basic: {
      const Kind kind = basic_kind(static_cast<const types::Basic*>(u)->basic);
      return kind == Kind::string || kind == Kind::unsafe_pointer;
    }
    case TypeKind::array: {
      const auto* array = static_cast<const types::Array*>(u);
      return array->length > 0 && has_pointers(array->element);
    }
    case TypeKind::structure: {
      const auto& fields = static_cast<const types::Struct*>(u)->fields;
      return std::any_of(fields.begin(), fields.end(),
                         [](const types::Var* f) { return has_pointers(f->type); });
    }
    default:
      return true;
  }
}

// A tag as it appears in the name of a struct type.
std::string quoted_tag(const std::string& text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

}  // namespace

TypeTable::TypeTable(program::Program& program) : program_(program) {
  program_.types.resize(1);
  checked_.resize(1);
}

uint32_t TypeTable::slots(const types::Type* type) {
  if (!type) return 0;
  if (type->kind != TypeKind::tuple) return of(type).slots;
  uint32_t total = 0;
  for (const types::Var* var : static_cast<const types::Tuple*>(type)->vars) total += of(var->type).slots;
  return total;
}

program::MethodId TypeTable::method(const std::string& name, TypeId signature) {
  auto [it, inserted] = methods_.emplace(fmt::format("{} {}", name, signature), program_.methods.size());
  if (inserted) {
    program_.methods.push_back({name, signature});
    in_interface_.push_back(false);
  }
  return it->second;
}

program::MethodId TypeTable::method(const types::Func* method) {
  return this->method(method->id(), id(method->type));
}

TypeId TypeTable::id(const types::Type* type) {
  auto it = by_pointer_.find(type);
  if (it != by_pointer_.end()) return it->second;
  GOCHECK_INVARIANT(type && type->kind != TypeKind::tuple);
  if (type->kind == TypeKind::named) return named(static_cast<const types::Named*>(type));
  const TypeId result = composite(type);
  by_pointer_.emplace(type, result);
  return result;
}

TypeId TypeTable::add(const std::string& key, const types::Type* type) {
  auto [it, inserted] = by_key_.emplace(key, program_.types.size());
  if (!inserted) return it->second;
  const TypeId result = it->second;
  program_.types.emplace_back();
  checked_.push_back(type);
  fill(result, type);
  return result;
}

TypeId TypeTable::named(const types::Named* type) {
  const TypeId result = static_cast<TypeId>(program_.types.size());
  by_pointer_.emplace(type, result);
  program_.types.emplace_back();
  checked_.push_back(type);
  const types::Package* package = type->object->package;
  std::string name =
      package ? fmt::format("{}.{}", package->name, type->object->name) : std::string(type->object->name);
  if (type->origin) {
    std::vector<std::string> arguments;
    for (const types::Type* argument : type->arguments) {
      const TypeId argument_id = id(argument);
      arguments.push_back(program_.types[argument_id].name);
    }
    name += fmt::format("[{}]", fmt::join(arguments, ","));
  }
  {
    program::Type& t = program_.types[result];
    t.name = name;
    t.package = package ? package->path : "";
    t.named = true;
    t.exported = type->object->exported();
  }
  fill(result, type);
  return result;
}

std::string TypeTable::structure_key(const types::Struct* type) {
  std::string key = "struct";
  for (size_t i = 0; i < type->fields.size(); ++i) {
    const types::Var* field = type->fields[i];
    const std::string& tag = i < type->tags.size() ? type->tags[i] : std::string();
    key +=
        fmt::format(";{}{} {} {}", field->embedded ? "!" : "", field->id(), id(field->type), quoted_tag(tag));
  }
  return key;
}

TypeId TypeTable::composite(const types::Type* type) {
  switch (type->kind) {
    case TypeKind::basic: {
      const Kind kind = basic_kind(static_cast<const types::Basic*>(type)->basic);
      return add(fmt::format("basic {}", static_cast<int>(kind)), type);
    }
    case TypeKind::pointer:
      return add(fmt::format("*{}", id(static_cast<const types::Pointer*>(type)->element)), type);
    case TypeKind::slice:
      return add(fmt::format("[]{}", id(static_cast<const types::Slice*>(type)->element)), type);
    case TypeKind::array: {
      const auto* array = static_cast<const types::Array*>(type);
      return add(fmt::format("[{}]{}", array->length, id(array->element)), type);
    }
    case TypeKind::map: {
      const auto* map = static_cast<const types::Map*>(type);
      const TypeId key = id(map->key);
      return add(fmt::format("map {} {}", key, id(map->value)), type);
    }
    case TypeKind::chan: {
      const auto* chan = static_cast<const types::Chan*>(type);
      return add(fmt::format("chan {} {}", static_cast<int>(chan->dir), id(chan->element)), type);
    }
    case TypeKind::signature: {
      const auto* signature = static_cast<const types::Signature*>(type);
      std::string key = signature->variadic ? "func..." : "func";
      for (const types::Var* var : signature->params->vars) key += fmt::format(",{}", id(var->type));
      key += ":";
      for (const types::Var* var : signature->results->vars) key += fmt::format(",{}", id(var->type));
      return add(key, type);
    }
    case TypeKind::structure:
      return add(structure_key(static_cast<const types::Struct*>(type)), type);
    case TypeKind::interface: {
      std::vector<program::MethodId> ids;
      for (const types::Func* m : static_cast<const types::Interface*>(type)->methods)
        ids.push_back(method(m));
      std::sort(ids.begin(), ids.end());
      return add(fmt::format("interface {}", fmt::join(ids, ",")), type);
    }
    default:
      break;
  }
  GOCHECK_INVARIANT(!"a type without runtime representation");
  return 0;
}

// Fills everything but name, package and the like of named types. Works on a copy: the table may
// grow meanwhile.
void TypeTable::fill(TypeId self, const types::Type* type) {
  program::Type t = program_.types[self];
  const types::Type* u = types::underlying(type);
  const std::string own_name = t.name;
  t.size = static_cast<uint64_t>(types::size_of(type->kind == TypeKind::basic ? types::default_type(u) : u));
  t.align = static_cast<uint32_t>(types::align_of(u));
  t.slots = static_cast<uint32_t>(std::min<uint64_t>((t.size + 7) / 8, UINT32_MAX / 2));
  t.comparable = types::comparable(u);
  t.has_pointers = has_pointers(u);
  // Visible to recursive uses through other types while the parts are filled in.
  program_.types[self] = t;
  auto name_of = [&](TypeId part) -> const std::string& { return program_.types[part].name; };
  switch (u->kind) {
    case TypeKind::basic:
      t.kind = basic_kind(static_cast<const types::Basic*>(u)->basic);
      t.name = kBasicNames[static_cast<int>(t.kind)];
      t.named = true;
      t.exported = t.kind == Kind::unsafe_pointer;
      break;
    case TypeKind::pointer:
      t.kind = program_.types[self].kind = Kind::pointer;
      t.element = id(static_cast<const types::Pointer*>(u)->element);
      t.name = "*" + name_of(t.element);
      break;
    case TypeKind::slice:
      t.kind = program_.types[self].kind = Kind::slice;
      t.element = id(static_cast<const types::Slice*>(u)->element);
      t.name = "[]" + name_of(t.element);
      break;
    case TypeKind::array:
      t.kind = program_.types[self].kind = Kind::array;
      t.element = id(static_cast<const types::Array*>(u)->element);
      t.length = static_cast<uint64_t>(static_cast<const types::Array*>(u)->length);
      t.name = fmt::format("[{}]{}", t.length, name_of(t.element));
      break;
    case TypeKind::map:
      t.kind = program_.types[self].kind = Kind::map;
      t.key = id(static_cast<const types::Map*>(u)->key);
      t.element = id(static_cast<const types::Map*>(u)->value);
      t.name = fmt::format("map[{}]{}", name_of(t.key), name_of(t.element));
      break;
    case TypeKind::chan: {
      const auto* chan = static_cast<const types::Chan*>(u);
      t.kind = program_.types[self].kind = Kind::chan;
      t.chan_dir = static_cast<uint8_t>(chan->dir);
      t.element = id(chan->element);
      const program::Type& element = program_.types[t.element];
      if (chan->dir == syntax::ChanDir::both && !element.named && element.kind == Kind::chan &&
          element.chan_dir == 2) {
        t.name = fmt::format("chan ({})", element.name);
      } else {
        constexpr const char* kForms[] = {"chan ", "chan<- ", "<-chan "};
        t.name = kForms[t.chan_dir] + element.name;
      }
      break;
    }
    case TypeKind::signature: {
      const auto* signature = static_cast<const types::Signature*>(u);
      t.kind = program_.types[self].kind = Kind::func;
      t.variadic = signature->variadic;
      std::vector<std::string> params, results;
      for (const types::Var* var : signature->params->vars) {
        t.params.push_back(id(var->type));
        params.push_back(name_of(t.params.back()));
      }
      if (t.variadic) params.back() = "..." + params.back().substr(params.back().starts_with("[]") ? 2 : 0);
      for (const types::Var* var : signature->results->vars) {
        t.results.push_back(id(var->type));
        results.push_back(name_of(t.results.back()));
      }
      t.name = fmt::format("func({})", fmt::join(params, ", "));
      if (results.size() == 1) t.name += " " + results[0];
      if (results.size() > 1) t.name += fmt::format(" ({})", fmt::join(results, ", "));
      break;
    }
    case TypeKind::structure:
      fill_structure(t, static_cast<const types::Struct*>(u));
      break;
    case TypeKind::interface:
      fill_interface(t, static_cast<const types::Interface*>(u));
      break;
    default:
      GOCHECK_INVARIANT(!"a type without runtime representation");
  }
  if (type->kind == TypeKind::named) t.name = own_name;
  t.direct = program::is_scalar(t.kind);
  t.methods = program_.types[self].methods;
  program_.types[self] = std::move(t);
}

void TypeTable::fill_structure(program::Type& t, const types::Struct* type) {
  t.kind = Kind::structure;
  const std::vector<int64_t> offsets = types::field_offsets(type);
  std::vector<std::string> parts;
  for (size_t i = 0; i < type->fields.size(); ++i) {
    const types::Var* var = type->fields[i];
    program::TypeField field;
    field.name = std::string(var->name);
    field.type = id(var->type);
    field.offset = static_cast<uint64_t>(offsets[i]);
    field.embedded = var->embedded;
    field.exported = var->exported();
    if (i < type->tags.size()) field.tag = type->tags[i];
    const std::string& name = program_.types[field.type].name;
    parts.push_back(var->embedded ? name : fmt::format("{} {}", field.name, name));
    if (!field.tag.empty()) parts.back() += " " + quoted_tag(field.tag);
    t.fields.push_back(std::move(field));
  }
  t.name = parts.empty() ? "struct {}" : fmt::format("struct {{ {} }}", fmt::join(parts, "; "));
}

void TypeTable::fill_interface(program::Type& t, const types::Interface* type) {
  t.kind = Kind::interface;
  ++interface_count_;
  std::vector<std::string> parts;
  for (const types::Func* m : type->methods) {
    const program::MethodId method_id = method(m);
    t.interface_methods.push_back(method_id);
    in_interface_[method_id] = true;
    const std::string& signature = program_.types[program_.methods[method_id].signature].name;
    const std::string name =
        m->exported() || !m->package ? std::string(m->name) : fmt::format("{}.{}", m->package->name, m->name);
    parts.push_back(name + signature.substr(std::min<size_t>(4, signature.size())));
  }
  std::sort(t.interface_methods.begin(), t.interface_methods.end());
  t.name = parts.empty() ? "interface {}" : fmt::format("interface {{ {} }}", fmt::join(parts, "; "));
}

}  // namespace gocheck::lower
