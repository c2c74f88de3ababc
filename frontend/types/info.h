// What the type checker found out: packages with their objects, and tables indexed by the
// expressions of the syntax tree. Input of the lowering.
//
// Thread safety: immutable after checking.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "frontend/syntax/ast.h"
#include "frontend/types/constant.h"
#include "frontend/types/type.h"

namespace gocheck::types {

// Lexical scope. Names are looked up inside out.
struct Scope {
  explicit Scope(Scope* parent) : parent(parent) {}
  Scope* parent;
  std::unordered_map<std::string_view, Object*> objects;

  Object* find(std::string_view name) const;    // here only
  Object* lookup(std::string_view name) const;  // here and outwards
  Object* insert(Object* object);  // returns the object already there, or nullptr
};

enum class Mode : uint8_t {
  invalid,     // an error was reported
  no_value,    // call of a function without results
  builtin,     // a builtin function's name
  type,        // denotes a type
  constant,    // `constant` holds the value
  variable,    // addressable
  map_index,   // m[k]: assignable, not addressable; may give v, ok
  value,       // computed value
  comma_ok,    // x.(T), <-c: value that may give v, ok
  nil,
};

// A declared constant. Object::type may be untyped.
struct ConstantObject : Object {
  ConstantObject(Position pos, Package* package, std::string_view name, const Type* type, Constant value)
      : Object(ObjectKind::constant, pos, package, name, type), value(std::move(value)) {}
  Constant value;
};

struct TypeAndValue {
  Mode mode = Mode::invalid;
  // Final type (untyped operands have been converted to what they are used as). For v, ok forms
  // in two-value contexts: a Tuple of (T, bool).
  const Type* type = nullptr;
  Constant constant;
};

struct Package {
  std::string path;  // "net/http", "main"
  std::string_view name;
  Scope* scope = nullptr;
  std::vector<syntax::File*> files;
  std::vector<Package*> imports;  // direct, without duplicates, in order of first appearance
  bool library = false;           // embedded into gocheck
  std::string go_version;         // language version in effect, "go1.22"
  bool loop_var_per_iteration = true;  // Go 1.22 meaning of for loops

  // In the order of initialisation: each initialises the package variables `left` with `right`
  // (one value, or one call with several results; left may hold blank variables).
  struct Initializer {
    std::vector<Var*> left;
    const syntax::Expr* right;
  };
  std::vector<Initializer> initializers;
  std::vector<Func*> functions;        // functions and methods with a declaration, in source order; init functions included
  std::vector<const TypeName*> types;  // named types declared anywhere in the package, local ones too
};

// Which implicit object a node declares (type switch clauses) is in `implicits`.
struct Info {
  std::vector<TypeAndValue> expressions;                                     // by Expr::id
  std::unordered_map<const syntax::Ident*, Object*> definitions;             // declaring identifiers
  std::unordered_map<const syntax::Ident*, Object*> uses;                    // all others
  std::unordered_map<const syntax::SelectorExpr*, Selection> selections;     // x.f where x is not a package
  std::unordered_map<const syntax::CaseClause*, Var*> implicits;             // x in case T: of switch x := y.(type)
  std::unordered_map<const syntax::BranchStmt*, const syntax::LabeledStmt*> branch_targets;  // labelled break/continue/goto
  // Free local variables, transitively, in order of first use: of a FuncLit, or of a RangeStmt over a function (of
  // its iteration variables and body, without its operand).
  std::unordered_map<const void*, std::vector<Var*>> captures;

  const TypeAndValue& of(const syntax::Expr* expr) const { return expressions[expr->id]; }
  const TypeAndValue& of_id(uint32_t id) const { return expressions[id]; }
  const Type* type_of(const syntax::Expr* expr) const { return expressions[expr->id].type; }
  Object* object_of(const syntax::Ident* ident) const;  // use or definition, nullptr if none
};

}  // namespace gocheck::types
