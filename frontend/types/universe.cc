// What every Go program sees without importing anything, and package unsafe.
#include <array>

#include "frontend/types/info.h"
#include "frontend/types/type.h"

namespace gocheck::types {

namespace {

struct BasicEntry {
  BasicKind kind;
  std::string_view name;
};

constexpr BasicEntry kBasics[] = {
    {BasicKind::invalid, "invalid type"},
    {BasicKind::bool_, "bool"},
    {BasicKind::int_, "int"},
    {BasicKind::int8, "int8"},
    {BasicKind::int16, "int16"},
    {BasicKind::int32, "int32"},
    {BasicKind::int64, "int64"},
    {BasicKind::uint, "uint"},
    {BasicKind::uint8, "uint8"},
    {BasicKind::uint16, "uint16"},
    {BasicKind::uint32, "uint32"},
    {BasicKind::uint64, "uint64"},
    {BasicKind::uintptr, "uintptr"},
    {BasicKind::float32, "float32"},
    {BasicKind::float64, "float64"},
    {BasicKind::complex64, "complex64"},
    {BasicKind::complex128, "complex128"},
    {BasicKind::string, "string"},
    {BasicKind::unsafe_pointer, "unsafe.Pointer"},
    {BasicKind::untyped_bool, "untyped bool"},
    {BasicKind::untyped_int, "untyped int"},
    {BasicKind::untyped_rune, "untyped rune"},
    {BasicKind::untyped_float, "untyped float"},
    {BasicKind::untyped_complex, "untyped complex"},
    {BasicKind::untyped_string, "untyped string"},
    {BasicKind::untyped_nil, "untyped nil"},
};

constexpr std::pair<std::string_view, BuiltinId> kBuiltins[] = {
    {"append", BuiltinId::append},   {"cap", BuiltinId::cap},         {"clear", BuiltinId::clear},
    {"close", BuiltinId::close},     {"complex", BuiltinId::complex}, {"copy", BuiltinId::copy},
    {"delete", BuiltinId::delete_},  {"imag", BuiltinId::imag},       {"len", BuiltinId::len},
    {"make", BuiltinId::make},       {"max", BuiltinId::max},         {"min", BuiltinId::min},
    {"new", BuiltinId::new_},        {"panic", BuiltinId::panic},     {"print", BuiltinId::print},
    {"println", BuiltinId::println}, {"real", BuiltinId::real},       {"recover", BuiltinId::recover},
};

constexpr std::pair<std::string_view, BuiltinId> kUnsafeBuiltins[] = {
    {"Alignof", BuiltinId::unsafe_alignof},
    {"Offsetof", BuiltinId::unsafe_offsetof},
    {"Sizeof", BuiltinId::unsafe_sizeof},
};

// Everything predeclared. Built once, never changed afterwards, never destroyed.
struct Universe {
  TypeArena arena;
  std::array<const Basic*, std::size(kBasics)> basics{};
  const Basic* byte = nullptr;
  const Basic* rune = nullptr;
  const Interface* any = nullptr;
  Named* error = nullptr;
  Scope scope{nullptr};
  Scope unsafe_scope{nullptr};
  Package unsafe;

  Universe() {
    declare_basics();
    declare_interfaces();
    for (auto [name, value] :
         {std::pair{std::string_view("true"), true}, {std::string_view("false"), false}}) {
      scope.insert(arena.make<ConstantObject>(Position{}, nullptr, name, of(BasicKind::untyped_bool),
                                              Constant::of_bool(value)));
    }
    scope.insert(arena.make<ConstantObject>(Position{}, nullptr, "iota", of(BasicKind::untyped_int),
                                            Constant::of_int(0)));
    scope.insert(arena.make<Object>(ObjectKind::nil, Position{}, nullptr, "nil", of(BasicKind::untyped_nil)));
    for (auto [name, id] : kBuiltins) scope.insert(arena.make<Builtin>(name, id));
    declare_unsafe();
  }

  const Basic* of(BasicKind kind) const { return basics[static_cast<size_t>(kind)]; }

  void declare_basics() {
    for (const BasicEntry& entry : kBasics) {
      const Basic* type = arena.make<Basic>(entry.kind, entry.name);
      basics[static_cast<size_t>(entry.kind)] = type;
      if (entry.kind >= BasicKind::bool_ && entry.kind <= BasicKind::string)
        declare_type(entry.name, type, false);
    }
    byte = arena.make<Basic>(BasicKind::uint8, "byte");
    rune = arena.make<Basic>(BasicKind::int32, "rune");
    declare_type("byte", byte, true);
    declare_type("rune", rune, true);
  }

  TypeName* declare_type(std::string_view name, const Type* type, bool alias) {
    TypeName* object = arena.make<TypeName>(Position{}, nullptr, name, type);
    object->alias = alias;
    scope.insert(object);
    return object;
  }

  void declare_interfaces() {
    any = arena.make<Interface>();
    declare_type("any", any, true);

    TypeName* error_name = declare_type("error", nullptr, false);
    error = arena.make<Named>(error_name);
    error_name->type = error;
    Tuple* results = arena.make<Tuple>();
    results->vars.push_back(arena.make<Var>(Position{}, nullptr, "", of(BasicKind::string)));
    Signature* signature = arena.make<Signature>();
    signature->receiver = arena.make<Var>(Position{}, nullptr, "", error);
    signature->params = arena.make<Tuple>();
    signature->results = results;
    Interface* interface = arena.make<Interface>();
    interface->explicit_methods.push_back(arena.make<Func>(Position{}, nullptr, "Error", signature));
    interface->methods = interface->explicit_methods;
    error->underlying = interface;

    TypeName* comparable_name = declare_type("comparable", nullptr, false);
    Named* comparable = arena.make<Named>(comparable_name);
    comparable_name->type = comparable;
    Interface* constraint = arena.make<Interface>();
    constraint->comparable_constraint = true;
    comparable->underlying = constraint;
  }

  void declare_unsafe() {
    unsafe.path = "unsafe";
    unsafe.name = "unsafe";
    unsafe.library = true;
    unsafe.scope = &unsafe_scope;
    for (auto [name, id] : kUnsafeBuiltins) unsafe_scope.insert(arena.make<Builtin>(name, id));
    unsafe_scope.insert(arena.make<TypeName>(Position{}, &unsafe, "Pointer", of(BasicKind::unsafe_pointer)));
  }
};

Universe& the_universe() {
  static Universe& universe = *new Universe;
  return universe;
}

}  // namespace

const Type* basic(BasicKind kind) { return the_universe().of(kind); }
const Type* byte_type() { return the_universe().byte; }
const Type* rune_type() { return the_universe().rune; }
const Named* error_type() { return the_universe().error; }
const Type* any_type() { return the_universe().any; }
Scope* universe() { return &the_universe().scope; }
Package* unsafe_package() { return &the_universe().unsafe; }

}  // namespace gocheck::types
