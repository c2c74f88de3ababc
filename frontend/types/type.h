// The types of Gol, as the type checker and the lowering see them. The structure follows the
// vocabulary of the Go specification.
//
// Types are immutable once complete, live as long as their Universe/TypeArena, and are compared
// with identical(), never by pointer (except Named and Basic, which are unique).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/syntax/ast.h"

namespace gocheck::types {

struct Object;
struct TypeName;
struct Func;
struct Var;
struct Package;

enum class TypeKind : uint8_t {
  basic, named, pointer, slice, array, map, chan, structure, signature, interface, tuple,
  type_param, union_,
};

struct Type {
  explicit Type(TypeKind kind) : kind(kind) {}
  virtual ~Type() = default;
  const TypeKind kind;
};

enum class BasicKind : uint8_t {
  invalid,
  bool_, int_, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, uintptr,
  float32, float64, complex64, complex128, string, unsafe_pointer,
  untyped_bool, untyped_int, untyped_rune, untyped_float, untyped_complex, untyped_string, untyped_nil,
};

struct Basic : Type {
  Basic(BasicKind basic, std::string_view name) : Type(TypeKind::basic), basic(basic), name(name) {}
  const BasicKind basic;
  const std::string_view name;  // "int", "untyped float"; byte and rune are aliases of uint8 and int32
};

struct Pointer : Type {
  explicit Pointer(const Type* element) : Type(TypeKind::pointer), element(element) {}
  const Type* element;
};
struct Slice : Type {
  explicit Slice(const Type* element) : Type(TypeKind::slice), element(element) {}
  const Type* element;
};
struct Array : Type {
  Array(const Type* element, int64_t length) : Type(TypeKind::array), element(element), length(length) {}
  const Type* element;
  const int64_t length;
};
struct Map : Type {
  Map(const Type* key, const Type* value) : Type(TypeKind::map), key(key), value(value) {}
  const Type* key;
  const Type* value;
};
struct Chan : Type {
  Chan(syntax::ChanDir dir, const Type* element) : Type(TypeKind::chan), dir(dir), element(element) {}
  const syntax::ChanDir dir;
  const Type* element;
};
struct Struct : Type {
  Struct() : Type(TypeKind::structure) {}
  std::vector<Var*> fields;  // Var::embedded tells embedded ones
  std::vector<std::string> tags;  // unquoted; same length as fields
};
struct Tuple : Type {
  Tuple() : Type(TypeKind::tuple) {}
  std::vector<Var*> vars;
};
struct TypeParam;
struct Signature : Type {
  Signature() : Type(TypeKind::signature) {}
  std::vector<TypeParam*> type_params;  // of a generic function that has not been instantiated
  Var* receiver = nullptr;  // not part of identity
  const Tuple* params = nullptr;   // never nullptr when complete
  const Tuple* results = nullptr;  // never nullptr when complete
  bool variadic = false;           // then the last parameter has slice type
};
// T, or with `tilde` every type whose underlying type is T.
struct Term {
  bool tilde;
  const Type* type;
};
// An element ~T or T1 | ~T2 ... of an interface.
struct Union : Type {
  Union() : Type(TypeKind::union_) {}
  std::vector<Term> terms;
};
struct Interface : Type {
  Interface() : Type(TypeKind::interface) {}
  std::vector<Func*> explicit_methods;
  std::vector<const Type*> embedded;
  // All methods, embedded ones included, sorted by id (see Object::id); filled when complete.
  std::vector<Func*> methods;
  bool comparable_constraint = false;  // is or embeds comparable
  // The types of the type set, if it is restricted by elements that are no interfaces; filled when complete.
  bool restricted = false;
  std::vector<Term> terms;
  bool implicit = false;               // stands for a constraint written without "interface{}"
  // Then only a constraint, not the type of a variable.
  bool constraint_only() const { return comparable_constraint || restricted; }
};
struct Named : Type {
  explicit Named(TypeName* object) : Type(TypeKind::named), object(object) {}
  TypeName* object;
  const Type* underlying = nullptr;  // never Named once complete
  std::vector<Func*> methods;        // declared methods, in source order
  std::vector<TypeParam*> type_params;  // of a generic type
  // An instance of a generic type: what it instantiates, and with what. Its underlying type and its methods
  // are made by `expand` when somebody asks; a type can mention ever larger instances of itself.
  Named* origin = nullptr;
  std::vector<const Type*> arguments;
  std::function<void(Named*)> expand;   // empty once done
  std::vector<Named*> instances;        // of a generic type, made so far
  bool within_generic = false;          // declared inside a generic function, whose parameters it may mention
};
// Within its declaration a type parameter is a type of its own, different from all others.
struct TypeParam : Type {
  TypeParam(TypeName* object, int index) : Type(TypeKind::type_param), object(object), index(index) {}
  TypeName* object;
  int index;                         // within its list
  const Type* constraint = nullptr;  // its underlying type is an interface once the list is checked
};

// ---- Objects: what an identifier can denote ----

enum class ObjectKind : uint8_t { pkg_name, constant, type_name, var, func, label, builtin, nil };

struct Scope;

struct Object {
  Object(ObjectKind kind, Position pos, Package* package, std::string_view name, const Type* type)
      : kind(kind), pos(pos), package(package), name(name), type(type) {}
  virtual ~Object() = default;
  const ObjectKind kind;
  Position pos;       // of the declaring identifier; invalid for the universe
  Package* package;   // nullptr for the universe
  std::string_view name;
  const Type* type;   // nullptr until known
  Scope* parent = nullptr;  // the scope that declares it

  bool exported() const;
  // What distinguishes fields and methods: the name, qualified by the package path when not exported.
  std::string id() const;
};

struct Var : Object {
  Var(Position pos, Package* package, std::string_view name, const Type* type)
      : Object(ObjectKind::var, pos, package, name, type) {}
  bool embedded = false;
  bool is_field = false;
  bool is_parameter = false;  // parameters, results and receivers: never "declared and not used"
  bool is_package_level = false;
  bool used = false;
  // Set by the checker for local variables, read by the lowering to choose between a frame slot
  // and a heap cell: its address is taken (explicitly, by a method call with pointer receiver, by
  // slicing an array) or a function literal that does not declare it mentions it.
  bool escapes = false;
  const void* owner = nullptr;  // the FuncDecl, FuncLit or RangeStmt that declares it (local variables)
};
struct TypeName : Object {
  TypeName(Position pos, Package* package, std::string_view name, const Type* type)
      : Object(ObjectKind::type_name, pos, package, name, type) {}
  bool alias = false;
  // For a type declared inside a function: tells apart equal names ("main.T·1"); 0 at package level.
  int local_number = 0;
};
struct Func : Object {
  Func(Position pos, Package* package, std::string_view name, const Signature* signature);
  const syntax::FuncDecl* decl = nullptr;  // nullptr for interface methods
  const Signature* signature() const;
  bool pointer_receiver() const;
  Named* receiver_base = nullptr;  // the named type of a declared method
  const Func* origin = nullptr;    // the generic function or method that this is an instance of
  std::vector<const Type*> arguments;  // of such a function; a method has those of its receiver_base
  Scope* file_scope = nullptr;         // around the declaration of a function
  std::vector<Func*> instances;        // of a generic function, made so far
  bool native = false;  // a library function without body: implemented in runtime/native
};
struct PkgName : Object {
  PkgName(Position pos, Package* package, std::string_view name, Package* imported)
      : Object(ObjectKind::pkg_name, pos, package, name, nullptr), imported(imported) {}
  Package* imported;
  bool used = false;
};
enum class BuiltinId : uint8_t {
  append, cap, clear, close, complex, copy, delete_, imag, len, make, max, min, new_, panic, print, println,
  real, recover,
  // package unsafe
  unsafe_alignof, unsafe_offsetof, unsafe_sizeof,
};
struct Builtin : Object {
  Builtin(std::string_view name, BuiltinId id) : Object(ObjectKind::builtin, {}, nullptr, name, nullptr), builtin(id) {}
  const BuiltinId builtin;
};

// ---- Questions about types ----

// Of any type; itself unless Named. Of a type parameter its core type: the underlying type that all types of
// its type set share; itself if there is none.
const Type* underlying(const Type* type);
// That core type, and whether all types with it as their underlying type belong to the type set (~T). No type
// if there is none, or for other types.
Term core_term(const Type* type);
// The constraint of a type parameter as an interface; nullptr for other types.
const Interface* constraint_of(const Type* type);
// Does `test` hold for the underlying type of every type in the type set of a type parameter? False if any
// type will do. Other types: test(underlying(type)).
bool all_types(const Type* type, const std::function<bool(const Type*)>& test);
bool mentions_type_param(const Type* type);
void append_type_params(const Type* type, std::vector<const TypeParam*>* params);  // those that it mentions
std::vector<const Type*> parts_of(const Type* type);  // the types that it is written with
// Is `type` in the type set of the terms?
bool includes(const std::vector<Term>& terms, const Type* type);
std::vector<Term> intersect(const std::vector<Term>& a, const std::vector<Term>& b);
template <class T>
const T* under_as(const Type* type) {  // the underlying type as T (Slice, Map ...), or nullptr
  return dynamic_cast<const T*>(underlying(type));
}
bool identical(const Type* a, const Type* b);
bool identical_ignore_tags(const Type* a, const Type* b);  // struct tags do not matter for conversions
bool is_boolean(const Type*);
bool is_integer(const Type*);
bool is_unsigned(const Type*);
bool is_float(const Type*);
bool is_complex(const Type*);
bool is_numeric(const Type*);
bool is_string(const Type*);
bool is_untyped(const Type*);
bool is_typed(const Type*);
bool is_ordered(const Type*);
bool is_constant_type(const Type*);  // bool, numeric or string
bool is_interface(const Type*);
bool comparable(const Type*);     // == does not have to be rejected (interfaces included)
bool has_nil(const Type*);
const Type* default_type(const Type*);  // of an untyped type; itself otherwise

// As the Go compiler prints it in messages; types of packages other than `from` are qualified
// by package name.
std::string to_string(const Type* type, const Package* from = nullptr);

// Size and alignment in bytes as Go's on amd64; offsets of struct fields.
int64_t size_of(const Type* type);
int64_t align_of(const Type* type);
std::vector<int64_t> field_offsets(const Struct* type);

// A selected field or method: x.f.
struct Selection {
  enum class Kind : uint8_t { none, field, method, ambiguous } kind = Kind::none;
  Object* object = nullptr;   // Var (field) or Func (method)
  std::vector<int> path;      // field indices through embedded fields; a method's last step is its holder
  bool indirect = false;      // a pointer was followed on the way (or the operand is a pointer)
};
// Looks `name` up in `type` (T or *T), embedded fields included (Go spec, "Selectors"). `from` is the
// package of the selector, which decides about unexported names. For a method, `path` leads to the
// embedded field that has it (empty if the type itself does).
Selection lookup(const Type* type, std::string_view name, const Package* from);

// The method set question: which method of `interface` does `type` lack? nullptr: none. On a miss,
// `wrong_type`/`pointer_receiver` tell why (the method exists with another signature, or on *T only).
struct MissingMethod {
  const Func* missing = nullptr;
  const Func* have = nullptr;  // method of the same name with a different type
  bool pointer_receiver = false;
};
MissingMethod missing_method(const Type* type, const Interface* interface, bool static_assertion = true);
bool implements(const Type* type, const Interface* interface);

// All methods of T (or *T): name-sorted by id, promoted ones included; what a runtime type's
// method table needs.
std::vector<Selection> method_set(const Type* type);

// ---- The universe ----
const Type* basic(BasicKind kind);
const Type* byte_type();     // uint8, printed "byte" where declared so
const Type* rune_type();
const Named* error_type();
const Type* any_type();      // the empty interface
Scope* universe();
Package* unsafe_package();

// Owns types and objects. One per compilation.
class TypeArena {
 public:
  template <class T, class... Args>
  T* make(Args&&... args) {
    auto owned = std::make_shared<T>(std::forward<Args>(args)...);
    T* raw = owned.get();
    owned_.push_back(std::move(owned));
    return raw;
  }

 private:
  std::deque<std::shared_ptr<void>> owned_;
};

}  // namespace gocheck::types
