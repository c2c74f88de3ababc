// The inside of the type checker: its state and the functions that its files share.
//
// The structure is that of the Go specification. Expressions are checked into an Operand
// (mode, type, constant value); an untyped operand gets its final type when it is used
// (convert_untyped), and what was recorded for its subexpressions is then updated. After an
// error an operand is invalid and everything that uses it stays silent.
//
// Package-level objects are resolved on demand (resolve), in any order. Function bodies and
// other work that needs complete types is put off with later().
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "frontend/syntax/ast.h"
#include "frontend/syntax/diagnostic.h"
#include "frontend/types/check.h"
#include "frontend/types/constant.h"
#include "frontend/types/info.h"
#include "frontend/types/type.h"
#include "runtime/program/invariant.h"

namespace gocheck::types {

// The result of checking an expression.
struct Operand {
  Mode mode = Mode::invalid;
  const Type* type = nullptr;  // never nullptr unless mode is invalid or no_value
  Constant constant;           // mode constant
  const syntax::Expr* expr = nullptr;
  BuiltinId builtin{};         // mode builtin
  // Type arguments given to a generic function, whose other ones are still to be inferred.
  std::vector<const Type*> type_arguments{};

  bool valid() const { return mode != Mode::invalid; }
  void invalidate() { mode = Mode::invalid; }
};

// What an expression may be when it stands alone as a statement.
enum class ExprUse : uint8_t { conversion, expression, statement };

// Why an untyped operand does not become a type: the value has a fraction, is out of range, or is of
// another kind altogether.
enum class Misfit : uint8_t { none, truncated, overflows, type };

// A function or function literal while its body is checked, or the body of a range over a function.
struct Function {
  const void* owner = nullptr;                 // the FuncDecl, FuncLit or RangeStmt; equals Var::owner of its locals
  const syntax::FuncLit* literal = nullptr;    // nullptr for a declared function
  Function* outer = nullptr;                   // the function around; nullptr at package level
  const Signature* signature = nullptr;        // of a loop's body: that of the function to which a return belongs
  Scope* scope = nullptr;                      // holds receiver, parameters and named results
  int64_t frame_size = 0;                      // bytes of values that cannot live on the heap; saturates
  bool range_body = false;
};

// How a package-level object is declared. Several variables of `var a, b = f()` share one.
struct Declaration {
  Scope* file_scope = nullptr;
  std::vector<Var*> left;                // all variables of var a, b = f(); empty otherwise
  const syntax::Expr* type = nullptr;    // const and var
  const syntax::Expr* value = nullptr;   // const and var
  const syntax::TypeSpec* type_spec = nullptr;
  const syntax::FuncDecl* func_decl = nullptr;
  int64_t iota = 0;
  bool inherited = false;                // the value repeats an earlier constant specification
  enum class State : uint8_t { unresolved, resolving, resolved } state = State::unresolved;
  std::vector<Object*> dependencies;     // package-level constants, variables and functions mentioned, in order
  std::unordered_set<Object*> dependency_set;
};

// Where in the program the checker is.
struct Environment {
  Scope* scope = nullptr;
  Function* function = nullptr;          // nullptr at package level
  Declaration* declaration = nullptr;    // the package-level declaration being checked; collects dependencies
  std::optional<int64_t> iota;           // inside a constant declaration
  bool generic = false;                  // inside the declaration of a generic function or its method
  Position inherited_position;           // valid: report errors here (repeated constant specifications)
  bool has_call_or_receive = false;      // set by calls and receives; len and cap of such arrays are not constant
  const syntax::Expr* panic_call = nullptr;
};

// What the packages of a compilation share about generic types and functions.
struct Generics {
  Checker::Impl* current = nullptr;  // the checker at work: expands types
  std::deque<Named*> types;          // concrete instances that may not have been expanded yet
  std::deque<Func*> functions;       // concrete instances whose bodies have not been checked yet
  Position cycle;                    // valid: where instances began to grow without end
};

// The body of an instance is a copy of the generic declaration, whose own check tells which expressions are
// constant for all type arguments.
struct InstanceOrigin {
  uint32_t first = 0;             // id of the first expression of the copy
  std::vector<uint32_t> origins;  // of its expressions, one after the other
};

struct Checker::Impl {
  TypeArena& arena;
  Info& info;
  Diagnostics& diagnostics;
  CheckOptions options;

  // Per package.
  Package* package = nullptr;
  const Importer* importer = nullptr;
  Environment env;
  std::deque<std::function<void()>> delayed;
  std::deque<Function> functions;
  std::unordered_map<const Object*, Declaration*> declarations;  // package-level objects and declared methods
  // The import that a dot-imported name came from, by file scope and name: marked used by ident().
  std::map<std::pair<const Scope*, std::string_view>, PkgName*> dot_imports;
  // Left operands of non-constant shifts whose untyped constant has no type yet, by Expr::id.
  std::unordered_set<uint32_t> pending_shifts;
  // Panic calls, for the terminating analysis (a call of the predeclared panic is terminating).
  std::unordered_set<const syntax::CallExpr*> panic_calls;

  std::shared_ptr<Generics> generics;
  std::optional<InstanceOrigin> instance;  // while the body of an instance is checked

  Impl(TypeArena& arena, Info& info, Diagnostics& diagnostics, CheckOptions options,
       std::shared_ptr<Generics> generics)
      : arena(arena), info(info), diagnostics(diagnostics), options(std::move(options)), generics(std::move(generics)) {}

  // ---- report.cc (A): messages and records ----
  void error(Position pos, std::string message);       // at env.inherited_position if that is valid
  void soft_error(Position pos, std::string message);
  void unsupported(Position pos, const std::string& what);
  std::string type_string(const Type* type) const { return to_string(type, package); }
  // As messages show an operand: "x (variable of type int)", "1 << 70 (untyped int constant 1180...)".
  std::string describe(const Operand& x) const;
  static std::string expr_string(const syntax::Expr* expr);  // source form
  void record(const Operand& x);                              // for x.expr
  void record_type(const syntax::Expr* expr, const Type* type);  // a type expression (mode type)
  void record_definition(const syntax::Ident* ident, Object* object) { info.definitions[ident] = object; }
  void record_use(const syntax::Ident* ident, Object* object) { info.uses[ident] = object; }
  // x, ok = expr: gives expr (and parentheses around it) the tuple type (type of expr, ok_type).
  void record_comma_ok(const syntax::Expr* expr, const Type* ok_type);

  // ---- check.cc (B) ----
  Package* check_package(const std::string& path, const std::vector<syntax::File*>& files, bool library,
                         uint32_t expr_count, const Importer& importer);
  // Puts work off until the end of the current statement or package-level declaration phase.
  // The callee must restore the Environment it needs itself (capture `env` by value).
  void later(std::function<void()> work) { delayed.push_back(std::move(work)); }
  // Runs what was put off since delayed.size() was `from`, including what that adds. Statements call
  // it before their scope changes (x := func() {...} sees the scope without x).
  void process_delayed(size_t from);
  void add_dependency(Object* object);  // env.declaration mentions a package-level object

  // ---- resolver.cc, decl.cc (B): declarations ----
  // Makes object->type (and a constant's value) known; detects cycles (then the type is invalid).
  // Does nothing for objects that are known or local. Methods of Named types, too.
  void resolve(Object* object);
  // Declares in `scope`: reports "x redeclared in this block"; ignores "_"; records the definition.
  void declare(Scope* scope, const syntax::Ident* ident, Object* object);
  // A fresh local variable of the current function (Var::owner set), not yet declared.
  Var* new_local(const syntax::Ident* ident, const Type* type);
  void decl_stmt(const syntax::GenDecl* decl);  // const, type, var inside a function

  // ---- typexpr.cc (B): type expressions ----
  // The type that `expr` denotes, recorded; basic(invalid) after an error ("x is not a type"). It may be that of
  // a variable: no constraint.
  const Type* type_expr(const syntax::Expr* expr);
  // The same, for any type: where a type is declared or embedded, or constrains a type parameter.
  const Type* any_type_expr(const syntax::Expr* expr);
  // Same, but tells "not a type" from errors: used by the expression checker for ArrayType, StarExpr ...
  // Array with `...` length in composite literals is handled by the caller.
  // *scope: new, child of env.scope, holds the parameters. A receiver of a generic type has `receiver_type`.
  const Signature* function_type(const syntax::FuncType* type, const syntax::Field* receiver, const void* owner,
                                 Scope** scope, const Type* receiver_type = nullptr);
  // Fills Interface::methods (embedded ones included) if that has not happened yet.
  void complete(const Interface* interface);
  // Value of an array length expression; -1 after an error.
  int64_t array_length(const syntax::Expr* expr);

  // ---- generic.cc: type parameters and instances ----
  // Declares type parameters in `scope`. `params` is filled before their constraints are looked at.
  void declare_type_params(const syntax::FieldList& list, Scope* scope, std::vector<TypeParam*>* params);
  const Type* constraint_expr(const syntax::Expr* expr);
  const Union* union_type(const syntax::Expr* expr);
  void append_terms(const syntax::Expr* expr, Union* type);
  void check_union(const syntax::Expr* expr, const Union* type);
  // The terms that an element of an interface stands for; false if it does not restrict the type set.
  bool element_terms(const Type* element, std::vector<Term>* terms);
  // Reports a generic type where an instance of it is needed.
  bool reject_generic(const syntax::Expr* expr, const Type* type);
  // T[A]: an instance of a generic type, or invalid.
  const Type* instance_expr(const syntax::IndexExpr* expr);
  Named* instantiate(Named* origin, const std::vector<const Type*>& arguments, Position pos);
  void expand(Named* instance);
  // The instance of a generic function; the function itself while the arguments mention type parameters.
  Func* instantiate(Func* origin, const std::vector<const Type*>& arguments, Position pos);
  void resolve_instance_method(Func* method);
  // Reports the argument if it does not satisfy its constraint.
  bool verify_argument(Position pos, size_t index, const std::vector<TypeParam*>& params,
                       const std::vector<const Type*>& arguments);
  bool satisfies(const Type* type, const Type* constraint, std::string* cause);
  static const syntax::Ident* function_name(const syntax::Expr* expr);
  static bool is_generic_function(const Operand& x);
  // x, a generic function, becomes an instance of it.
  void use_instance(Operand& x, const std::vector<const Type*>& arguments, Position pos);
  // f[A, B] where x is f: all or, for a call that infers the rest, some of its arguments are given.
  void function_instance(Operand& x, const syntax::IndexExpr* expr);
  // A call of the generic x: infers its type arguments.
  void infer_call(Operand& x, const syntax::CallExpr* call, std::vector<Operand>& operands);
  // A generic function where a value of a function type is expected.
  void infer_from_target(Operand& x, const Type* target);
  // A scope in which the names stand for the types.
  Scope* bind_types(const std::vector<const syntax::Ident*>& names, const std::vector<const Type*>& types,
                    Scope* outer);
  // The names that the receiver of a method gives to the type parameters of its base.
  std::vector<const syntax::Ident*> receiver_params(const syntax::FuncDecl* decl);
  // Type parameter `from` is part of a type argument for `to`; `grows` if the argument is more than `from` alone.
  struct Instantiation {
    const TypeParam* from;
    const TypeParam* to;
    bool grows;
  };
  std::vector<Instantiation> instantiations;
  void note_instantiation(const std::vector<TypeParam*>& params, const std::vector<const Type*>& arguments);
  // Reports generic declarations that would need infinitely many instances.
  void check_instantiation_cycles();
  // Generic types whose type parameter lists are being checked: these cannot mention the types.
  std::vector<const Object*> declaring_params;
  // Checks the bodies of the instances that were asked for, and those that these ask for.
  void check_instances();
  void check_instance(Func* func);

  // ---- substitute.cc ----
  // `type` with the parameters replaced by the arguments; itself if it does not mention them.
  const Type* substitute(const Type* type, const std::vector<TypeParam*>& params,
                         const std::vector<const Type*>& arguments);

  // ---- infer.cc ----
  // The arguments for which a call of `generic` fits its operands, the first ones being `known`; nullopt after
  // an error at `pos` or at an operand.
  std::optional<std::vector<const Type*>> infer(Position pos, const Signature* generic,
                                                const std::vector<const Type*>& known,
                                                const std::vector<Operand>& operands, bool spread,
                                                const std::string& function);
  // The arguments for which `generic` has the type `target` (nullptr: any that the constraints alone determine);
  // nullopt if there are none.
  std::optional<std::vector<const Type*>> infer_from_type(const Signature* generic,
                                                          const std::vector<const Type*>& known,
                                                          const Signature* target);
  // substitute() where some types are not known yet.
  const Type* substitute_known(const Type* type, const std::vector<TypeParam*>& params,
                               std::vector<const Type*> types);
  // The same parameters under other names, constraints included.
  std::vector<TypeParam*> renamed(const std::vector<TypeParam*>& params);

  // ---- private to the declarations and types (B) ----
  struct Import {
    PkgName* name;
    const syntax::ImportSpec* spec;
  };
  std::vector<Import> imports;
  std::vector<Scope*> file_scopes;
  std::vector<std::pair<Func*, const syntax::FuncDecl*>> methods;  // declared ones
  std::vector<Position> missing_bodies;   // names of functions without one
  bool broken_dot_import = false;         // names that are not found may come from a missing package
  std::vector<Object*> package_objects;   // constants, variables, types, functions, methods in source order
  std::unordered_set<const Named*> valid_types;  // known to have a finite size, or reported
  std::set<const Object*> cycle_reported;  // first objects of the cycles that were reported
  std::vector<Object*> path;              // objects being resolved, outermost first
  std::deque<Declaration> declaration_storage;
  std::vector<Var*> locals;               // of the functions being checked, for "declared but not used"
  std::unordered_map<std::string_view, int> local_type_numbers;
  // Types whose underlying type is not known yet, with the equally incomplete type that they were declared
  // as (nullptr while their type expression is still being checked).
  std::unordered_map<const Named*, const Named*> incomplete_named;
  // Those of them that are declared as an instance of an incomplete generic type, with that instance.
  std::unordered_map<const Named*, const Type*> waiting_instances;
  // Interfaces whose method sets are not known yet, with the positions of their embedded elements.
  std::unordered_map<const Interface*, std::vector<Position>> incomplete_interfaces;
  int type_depth = 0;                            // nested type expressions and declarations
  std::deque<std::function<void()>> type_work;   // for when type_depth is 0: all types are complete then

  void collect_file(const syntax::File* file);
  void collect_imports(const syntax::File* file, Scope* file_scope);
  void import(const syntax::ImportSpec& spec, Scope* file_scope);
  void collect_constants(const syntax::GenDecl* decl, Scope* file_scope);
  void collect_variables(const syntax::ValueSpec& spec, Scope* file_scope);
  void collect_type(const syntax::TypeSpec& spec, Scope* file_scope);
  void collect_function(const syntax::FuncDecl* decl, Scope* file_scope);
  Declaration* new_declaration(Object* object, Scope* file_scope);
  void declare_package_object(const syntax::Ident* ident, Object* object);
  void check_import_conflicts(Scope* file_scope);
  void associate_method(Func* method, const syntax::FuncDecl* decl);
  void check_arity(Position pos, syntax::List<syntax::Ident*> names, syntax::List<syntax::Expr*> values,
                   bool constants, bool inherited);
  void initialization_order();
  void unused_imports();

  void resolve_cycle(Object* object, Declaration* declaration);
  void cycle_error(std::vector<Object*> cycle);
  void constant_declaration(ConstantObject* object, const Declaration& declaration);
  void variable_declaration(Var* var, const Declaration& declaration);
  void type_declaration(TypeName* object, const syntax::TypeSpec& spec);
  void function_declaration(Func* func, Declaration& declaration);
  const Type* generic_receiver(Func* func, const syntax::IndexExpr* expr);
  void set_underlying(Named* named, const Type* declared);
  void check_valid_type(Named* named);   // "invalid recursive type"
  void check_field_and_method_names(const Named* named);
  void local_constants(const syntax::GenDecl* decl);
  void local_variables(const syntax::ValueSpec& spec);
  void local_type(const syntax::TypeSpec& spec);

  const Type* type_expr_inner(const syntax::Expr* expr);
  const Type* type_operand(Operand& x);
  const Type* array_type(const syntax::ArrayType* expr);
  const Type* struct_type(const syntax::StructType* expr);
  const Type* interface_type(const syntax::InterfaceType* expr);
  const Type* map_type(const syntax::MapType* expr);
  void embedded_field(Struct* type, const syntax::Field& field, Scope* names);
  void declare_field(Scope* names, Var* field);
  Tuple* parameters(const syntax::FieldList& list, const void* owner, bool* variadic,
                    std::vector<std::pair<const syntax::Ident*, Var*>>* named);
  Var* receiver(const syntax::Field* field, const void* owner, const Type* type);
  void check_receiver(Position pos, const Type* type);
  void later_for_types(std::function<void()> work) { type_work.push_back(std::move(work)); }
  void settle_types();   // runs type_work at depth 0

  // ---- private to the statements (B) ----
  // What a statement stands in, for fallthrough.
  struct StatementContext {
    bool fallthrough_ok = false;
    bool final_case = false;
    bool type_switch = false;
  };
  void stmt_list(syntax::List<syntax::Stmt*> stmts, StatementContext context);
  void stmt(const syntax::Stmt* stmt, StatementContext context);
  void open_scope();
  void close_scope();
  void block(syntax::List<syntax::Stmt*> stmts, StatementContext context);
  void expr_stmt(const syntax::ExprStmt* stmt);
  void send_stmt(const syntax::SendStmt* stmt);
  void call_stmt(const syntax::Expr* call, const char* keyword);
  void return_stmt(const syntax::ReturnStmt* stmt);
  void fallthrough_stmt(const syntax::BranchStmt* stmt, StatementContext context);
  void if_stmt(const syntax::IfStmt* stmt, StatementContext context);
  void for_stmt(const syntax::ForStmt* stmt, StatementContext context);
  void condition(const syntax::Expr* cond, const char* statement);
  void switch_stmt(const syntax::SwitchStmt* stmt, StatementContext context);
  void type_switch_stmt(const syntax::TypeSwitchStmt* stmt, StatementContext context);
  void select_stmt(const syntax::SelectStmt* stmt, StatementContext context);
  void range_stmt(const syntax::RangeStmt* stmt, StatementContext context);
  void case_value(const Operand& tag, const syntax::Expr* value,
                  const std::function<void(const Operand&)>& constant_case);
  const Type* case_type(const Operand& subject, const syntax::Expr* expr);
  void range_operand(Operand& x, const syntax::RangeStmt* stmt, const Type** key, const Type** value);
  void range_over_untyped(Operand& x, const syntax::Expr* left);
  void declare_range_variables(const syntax::RangeStmt* stmt, const Type* const types[2]);
  void assign_stmt(const syntax::AssignStmt* stmt);
  void inc_dec_stmt(const syntax::IncDecStmt* stmt);
  void operator_assignment(const syntax::AssignStmt* stmt);
  void assign_variables(syntax::List<syntax::Expr*> left, syntax::List<syntax::Expr*> right, Position pos);
  void short_declaration(const syntax::AssignStmt* stmt);
  // Initialises variables (type nullptr: inferred); `returning` when they are the results of a return.
  void initialize_variables(const std::vector<Var*>& left, syntax::List<syntax::Expr*> right, const char* context,
                            const syntax::ReturnStmt* returning);
  void return_mismatch(Position pos, const std::vector<Var*>& results, const std::vector<Operand>& operands);
  void initialize_variable(Var* var, Operand& x, const std::string& context);
  void assign_variable(const syntax::Expr* left, Operand& x, const std::string& context);
  void mark_used(syntax::List<syntax::Expr*> left);
  // The type of an assignable expression; nullptr for "_", invalid after an error.
  const Type* left_side(const syntax::Expr* expr);
  const Type* checked_left_side(const syntax::Expr* expr);
  void assign_result(const syntax::Expr* left, Operand& x, const std::string& context);
  void assignment_mismatch(Position pos, size_t variables, size_t values, syntax::List<syntax::Expr*> right);
  void report_unused(size_t first_local);
  static constexpr int64_t frame_limit = int64_t(1) << 30;
  void charge_frame(int64_t size);          // the current function needs that many bytes at once
  void charge_frame(const Tuple* values);
  void check_frame(size_t first_local, Position pos);   // "stack frame too large"
  bool version_at_least(int minor) const;   // language version go1.minor

  // ---- stmt.cc, assign.cc (B): statements ----
  // Checks the body in `from` with the function's scope, signature and owner; reports missing return,
  // unused variables and labels. Restores env.
  void func_body(const Environment& from, Function* function, const syntax::BlockStmt* body);

  // ---- ident.cc / expr.cc (A) ----
  // Every form below sets x.expr, records types, and leaves x invalid after an error.
  // expr: a single value (no type, no builtin, no multi-value call).
  void expr(Operand& x, const syntax::Expr* expr);
  // The same, but the value may be a generic function.
  void generic_expr(Operand& x, const syntax::Expr* expr);
  // The same with the type that is expected of it (for composite literals with elided types: not used
  // outside composite literals; may be nullptr).
  void expr_with_hint(Operand& x, const syntax::Expr* expr, const Type* hint);
  // A single value or a call with several or no results (Tuple type) ...
  void multi_expr(Operand& x, const syntax::Expr* expr);
  void generic_multi_expr(Operand& x, const syntax::Expr* expr, const Type* hint);  // or a generic function
  // ... and a value or a type.
  void expr_or_type(Operand& x, const syntax::Expr* expr);
  // Anything at all; used for expression statements.
  ExprUse raw_expr(Operand& x, const syntax::Expr* expr, const Type* hint);
  // The operands of `exprs`; a single multi-value call is spread into its results. With allow_comma_ok
  // and a single v, ok form: two operands, and *comma_ok is true (then call record_comma_ok once the
  // second operand's final type is known). Invalid operands are returned as such.
  // Generic functions are let through where `allow_generic`: they are instantiated for what they are assigned to.
  std::vector<Operand> expr_list(syntax::List<syntax::Expr*> exprs, bool allow_comma_ok, bool* comma_ok,
                                 bool allow_generic = false);
  // Checks expressions for their uses only, after an error elsewhere.
  void use(syntax::List<syntax::Expr*> exprs);
  void use(const syntax::Expr* expr);
  // use() of a left-hand side: does not count as a use of a variable.
  void use_left(syntax::List<syntax::Expr*> exprs);
  // Resolves a name: looks it up, records the use, marks variables used and captured. want_type only
  // makes messages of type contexts.
  void ident(Operand& x, const syntax::Ident* ident, bool want_type);
  // x.f, package-qualified names included; want_type as for ident.
  void selector(Operand& x, const syntax::SelectorExpr* selector, bool want_type);
  // Private to ident.cc.
  void denote(Operand& x, Object* object, const syntax::Ident* ident);
  void package_member(Operand& x, const syntax::SelectorExpr* selector, PkgName* name, bool want_type);
  void missing_member(const syntax::SelectorExpr* selector, const Package& in);  // reports it
  void member(Operand& x, const syntax::SelectorExpr* selector);
  void method_value(Operand& x, const syntax::SelectorExpr* selector, const Selection& found);
  void missing_member(const Operand& x, const syntax::SelectorExpr* selector, bool ambiguous);
  // If x is not a single value: reports and invalidates ("f() (no value) used as value", "T (type) is
  // not an expression", "multiple-value f() ... in single-value context").
  void single_value(Operand& x);
  // Binary operation of x op= y and x++ (rhs may be nullptr: then x++ with constant 1 in y).
  void binary(Operand& x, const syntax::Expr* whole, const syntax::Expr* left, const syntax::Expr* right,
              syntax::Op op, Position op_pos);
  // x == y for switch cases; x becomes an untyped bool value or invalid. `for_switch` selects the wording.
  void comparison(Operand& x, Operand& y, syntax::Op op, bool for_switch);
  // Makes the types of untyped operands of a binary operation or switch comparison agree.
  void match_types(Operand& x, Operand& y);
  // An index into something of `length` elements (-1: unknown). False after an error; *value is the
  // constant index or -1.
  bool index_value(const syntax::Expr* index, int64_t length, int64_t* value);
  // x must be an integer, not negative when constant, and fit an int; `what` names it in messages.
  bool valid_index(Operand& x, const char* what, bool allow_negative);
  // x's variable escapes (its address is taken).
  void mark_address_taken(const syntax::Expr* expr);
  // Remembers that the current function mentions a local variable: captures and escapes.
  void mention(Var* var);

  // ---- conversion.cc (A): untyped operands, assignability, conversions ----
  // Converts an untyped x to the target (implicitly); reports and invalidates on failure.
  void convert_untyped(Operand& x, const Type* target);
  // To its default type.
  void default_untyped(Operand& x);
  // x must be assignable to `target` (nullptr: the default type of an untyped x, any type otherwise);
  // reports "cannot use x (...) as T value in <context>: ..." and invalidates; converts untyped x.
  void assignment(Operand& x, const Type* target, const std::string& context);
  // Go spec "Assignability"; `cause` gets the reason why not.
  bool assignable(const Operand& x, const Type* target, std::string* cause);
  // T(x), Go spec "Conversions".
  void conversion(Operand& x, const Type* target);
  bool convertible(const Operand& x, const Type* target, std::string* cause);
  bool convertible_for_all(const Operand& x, const Type* target, std::string* cause);
  // Does the constant fit the type? Gives the value rounded to it.
  bool representable(const Constant& value, const Basic* type, Constant* rounded);
  // Reports "cannot use ... (truncated)", "constant 300 overflows byte" ... if x's constant does not fit.
  void check_representable(Operand& x, const Basic* type);
  void overflow(Operand& x, Position op_pos);
  // Gives an expression recorded as untyped its final type, and its operands.
  void update_type(const syntax::Expr* expr, const Type* type, bool final);
  // missing_method after resolving the method signatures that it compares.
  MissingMethod missing(const Type* type, const Interface* interface, bool static_assertion);
  // The words for it: "(missing method M)" and have/want lines.
  std::string missing_cause(const MissingMethod& miss, const Type* type, const Type* interface);
  bool implements(const Type* type, const Type* interface, std::string* cause);
  // Is x.(T) possible? Reports "impossible type assertion" (or "impossible type switch case") if not.
  // `whole` is the assertion (or the case's type expression), x the interface operand.
  void check_assertion(const syntax::Expr* whole, const Operand& x, const Type* target, bool type_switch);
  // lookup() after resolving what it depends on; a found method has a type.
  Selection find_member(const Type* type, std::string_view name, const Package* from);

  // Private to untyped.cc and conversion.cc.
  static Position operand_position(const Operand& x) { return x.expr ? x.expr->pos : Position{}; }
  Misfit misfit(const Operand& x, const Basic* type, Constant* rounded);
  void report_misfit(Operand& x, const Type* target, Misfit misfit);
  // The type and value that an untyped x gets where `target` is expected.
  Misfit implicit_type(const Operand& x, const Type* target, const Type** type, Constant* value);
  void apply_type(Operand& x, const Type* type, const Constant& value);
  void update_operands(const syntax::Expr* expr, const Type* type, bool final);
  static std::string operation_name(const syntax::Expr* expr);
  void resolve_methods(const Type* type, const Interface* interface);
  void assign_untyped(Operand& x, const Type* target, const std::string& context);
  bool convert_constant(Operand& x, const Type* target);

  // ---- call.cc, builtins.cc (A) ----
  ExprUse call(Operand& x, const syntax::CallExpr* call);
  bool builtin_call(Operand& x, const syntax::CallExpr* call, BuiltinId id);  // false after an error
  void arguments(const syntax::CallExpr* call, const Signature* signature, std::vector<Operand>& operands);
  ExprUse conversion_call(Operand& x, const syntax::CallExpr* call);
  // "(number, string)": types of operands or parameters in messages about argument counts.
  std::string types_summary(const std::vector<const Type*>& types, bool variadic) const;
  void builtin_append(Operand& x, const syntax::CallExpr* call, std::vector<Operand>& args);
  void builtin_complex(Operand& x, Operand& y, const syntax::CallExpr* call);
  void builtin_real_imag(Operand& x, BuiltinId id);
  void builtin_copy(Operand& x, Operand& y);
  void builtin_delete(Operand& x, Operand& key);
  void builtin_len(Operand& x, BuiltinId id, bool has_call_or_receive);
  void builtin_make(Operand& x, const syntax::CallExpr* call);
  void builtin_min_max(Operand& x, BuiltinId id, std::vector<Operand>& args);
  void builtin_print(std::vector<Operand>& args, const std::string& name);
  void builtin_unsafe(Operand& x, const syntax::CallExpr* call, BuiltinId id);
  void builtin_offsetof(Operand& x, const syntax::CallExpr* call);

  // ---- literal.cc, index.cc (A) ----
  void composite_literal(Operand& x, const syntax::CompositeLit* literal, const Type* hint);
  void function_literal(Operand& x, const syntax::FuncLit* literal);
  void basic_literal(Operand& x, const syntax::BasicLit* literal);
  void index(Operand& x, const syntax::IndexExpr* expr);
  void slice(Operand& x, const syntax::SliceExpr* expr);

  // ---- private to expr.cc (A) ----
  ExprUse expr_kind(Operand& x, const syntax::Expr* expr, const Type* hint);
  void unary(Operand& x, const syntax::UnaryExpr* expr);
  void shift(Operand& x, Operand& y, const syntax::Expr* whole, syntax::Op op, Position op_pos);
  bool valid_shift_count(Operand& y, bool constant_shift);
  void reject(Operand& x, bool types_too);  // no value, a builtin, or (types_too) a type
  void reject_generic_function(Operand& x);
  void dereference(Operand& x, const syntax::StarExpr* expr);
  void type_assertion(Operand& x, const syntax::TypeAssertExpr* expr);
  static bool under_construction(const Type* type);  // a declared type that is being declared
  void report_recursive(Operand& x, Position pos);
  void address_of(Operand& x, const syntax::UnaryExpr* expr);
  void receive(Operand& x);
  static bool may_convert(const Operand& x, const Operand& y);
  std::string kind_string(const Type* type) const;
  std::string incomparable_cause(const Type* type) const;
  bool comparison_defined(const Operand& x, const Operand& y, syntax::Op op, const Operand** culprit,
                          std::string* cause);
  void index_map(Operand& x, const Map* map, const syntax::Expr* index);
  bool slice_operand(Operand& x, const syntax::SliceExpr* expr, int64_t* length);
  void struct_literal(const syntax::CompositeLit* literal, const Struct* type, const Type* shown);
  void keyed_struct_literal(const syntax::CompositeLit* literal, const Struct* type, const Type* shown);
  int64_t indexed_elements(const syntax::CompositeLit* literal, const Type* element, int64_t length);
  void map_literal(const syntax::CompositeLit* literal, const Map* type);
  const Type* invalid_type() const { return basic(BasicKind::invalid); }
  static bool is_valid(const Type* type) {
    return type && !(type->kind == TypeKind::basic && static_cast<const Basic*>(type)->basic == BasicKind::invalid);
  }
};

// `expr` without the parentheses around it.
const syntax::Expr* unparen(const syntax::Expr* expr);

template <class T>
const T* as(const syntax::Node* node) {
  return static_cast<const T*>(node);
}

}  // namespace gocheck::types
