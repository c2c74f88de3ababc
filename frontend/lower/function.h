// Lowers one function: from typed syntax to code.
//
// Values. value() leaves the value of an expression in some slots, which may be those of a
// variable: they are only read. value_to() puts it into given slots; these are *fresh* when
// nothing is lost if they are written before the evaluation is complete.
//
// Order of evaluation. Calls, receives and the like happen from left to right. What only reads
// (a variable, an element) is read after later operands that contain calls; the language
// leaves this open, and Go's compiler does so.
#pragma once

#include <map>
#include <optional>
#include <span>

#include "frontend/lower/emitter.h"
#include "frontend/lower/module.h"
#include "frontend/lower/syntax_util.h"

namespace gocheck::lower {

// Where a value is or goes.
struct Place {
  enum class Kind : uint8_t {
    blank,          // _
    frame,          // slots of the frame
    memory,         // address in `slot` plus offset
    slice_element,  // slice in `slot`.., index in `index`
    map_element,    // map in `slot`, key in `index`..
  } kind = Kind::blank;
  const types::Type* type = nullptr;  // of the value
  Slot slot = 0;
  Slot index = 0;
  uint64_t offset = 0;                 // memory: in bytes from the address; frame: in bytes from R[0]
  bool whole = true;                   // frame: has its slots for itself (no part of a larger value)
  bool certain = false;                // memory: the address cannot be nil
  const syntax::Expr* expr = nullptr;  // what it is called in reports; may be nullptr
  const types::Type* map = nullptr;    // map_element: the map's type
  // slice_element: set if the place is a part, at `offset`, of an element of this type. The index is
  // checked when the place is accessed.
  const types::Type* element = nullptr;
  const syntax::Expr* element_expr = nullptr;
};

class FunctionLowering : public Emitter {
 public:
  FunctionLowering(Module& module, const types::Package* package, std::string name);

  // ---- Whole functions (function.cc, wrappers.cc); each yields the finished function ----
  program::Function declared(const types::Func* func);
  program::Function literal(const syntax::FuncLit* literal);
  program::Function initializer(const types::Package::Initializer& initializer, int* literals);
  program::Function native_stub(const types::Func* func);
  // How a wrapper gets its receiver of type `type`.
  enum class Receiver { parameter, data_word, captured };
  program::Function method_wrapper(const types::Type* type, const types::Selection& selection,
                                   Receiver receiver);
  // Emits a call of the captured callee with captured arguments: go and defer.
  struct ThunkTarget {
    enum class Kind : uint8_t { function, native, closure } kind = Kind::function;
    uint32_t id = 0;       // function or native
    uint32_t results = 0;  // slots
    uint32_t arguments = 0;
  };
  program::Function call_thunk(const ThunkTarget& target, Position at);
  program::Function builtin_thunk(const syntax::CallExpr* call,
                                  const std::vector<const syntax::Expr*>& captured, Position at);

 private:
  void check_receiver(Slot pointer, const types::Func* method);

  struct Storage {
    bool in_memory = false;
    Slot slot = 0;  // first slot of the value, or the slot with the address of the cell
  };
  struct Result {
    const types::Var* var = nullptr;  // nullptr if unnamed or blank
    const types::Type* type = nullptr;
    Slot slot = 0;  // within R[0..results)
    bool in_memory = false;
  };
  // Where break and continue go.
  struct Target {
    const syntax::LabeledStmt* label = nullptr;
    Label* brk = nullptr;
    Label* cont = nullptr;  // nullptr: switch or select
  };
  struct Operand {
    const syntax::Expr* expr = nullptr;
    const types::Type* target = nullptr;  // nullptr: the expression's own type
    Slot slot = kAnywhere;                // where it must go, or where it has been left
    bool fresh = true;
  };
  static constexpr Slot kAnywhere = 0xffffffff;

  // ---- function.cc ----
  void parameters(const types::Signature* signature, const syntax::Field* receiver,
                  const syntax::FuncType* type);
  void parameter(const syntax::Ident* name, const types::Var* fallback, Slot slot);
  void body(const syntax::BlockStmt* block, const void* owner);
  void captures(const std::vector<types::Var*>& vars);
  void epilogue();
  program::Function complete();
  void name_local(const types::Var* var, const Storage& storage);
  void name_access(const syntax::Expr* expr);  // of the instruction emitted next
  void unsupported(Position at, const std::string& what) { m_.diagnostics.unsupported(at, what); }

  // ---- Types ----
  uint32_t slots(const types::Type* type) { return types_.slots(type); }
  uint64_t size(const types::Type* type) { return types_.size(type); }
  Kind kind(const types::Type* type) { return types_.kind(type); }
  bool scalar(const types::Type* type) { return types_.scalar(type); }
  const types::Type* type_of(const syntax::Expr* expr) const { return info_.type_of(expr); }
  // Values so large that they are copied in memory rather than through the frame.
  bool is_large(const types::Type* type) { return slots(type) > 64; }
  // The value of an integer constant as 64 bits.
  std::optional<int64_t> integer_constant(const syntax::Expr* expr) const;
  bool is_nil(const syntax::Expr* expr) const;
  bool is_zero(const syntax::Expr* expr) const;  // a constant zero value or nil

  // ---- expr.cc: values ----
  Slot value(const syntax::Expr* expr);
  void value_to(const syntax::Expr* expr, Slot dst, bool fresh);
  Slot value_as(const syntax::Expr* expr, const types::Type* target);
  void value_as_to(const syntax::Expr* expr, const types::Type* target, Slot dst, bool fresh);
  // Several values in one: a call with several results or a v, ok form. The parts lie one after
  // the other from the returned slot on, with the types of the tuple.
  Slot tuple(const syntax::Expr* expr);
  void discard(const syntax::Expr* expr);
  void operands(std::span<Operand> list);
  // Of an operand that is assigned to `target` (nullptr: as it is).
  Effects effects(const syntax::Expr* expr, const types::Type* target);
  std::pair<Slot, Slot> both(const syntax::Expr* left, const syntax::Expr* right);
  bool needs_boxing(const types::Type* from, const types::Type* target) const;
  void constant(const types::Constant& value, const types::Type* type, Slot dst);
  void string_constant(std::string_view text, Slot dst);
  void box(Slot value, const types::Type* from, Slot dst);
  void box_memory(const Place& source, Slot dst);
  // Assigns a value in slots to a type it is assignable to.
  void adapt(Slot value, const types::Type* from, const types::Type* target, Slot dst);
  Slot adapted(Slot value, const types::Type* from, const types::Type* target);
  void unary(const syntax::UnaryExpr* expr, Slot dst);
  void selector_value(const syntax::SelectorExpr* expr, Slot dst, bool fresh);
  void method_value(const syntax::SelectorExpr* expr, const types::Selection& selection, Slot dst);
  void function_literal(const syntax::FuncLit* literal, Slot dst);
  void slice_expr(const syntax::SliceExpr* expr, Slot dst);
  void address_of(const syntax::Expr* operand, Slot dst);
  // Target type and, for messages, the static type of the operand.
  uint64_t assertion_ext(const types::Type* operand, const types::Type* target);
  void type_assert(const syntax::TypeAssertExpr* expr, Slot dst);
  void map_lookup(const syntax::IndexExpr* expr, Slot dst, bool with_ok);
  void string_index(const syntax::IndexExpr* expr, Slot dst);
  void receive(const syntax::Expr* channel, Slot dst, bool with_ok, Position at);

  // ---- arithmetic.cc ----
  void binary(const syntax::BinaryExpr* expr, Slot dst, bool fresh);
  // R[dst] = left op right for values of one type; `right` may be a constant expression.
  void arithmetic(syntax::Op op, const types::Type* type, Slot left, const syntax::Expr* right,
                  Slot right_slot, Slot dst);
  bool arithmetic_constant(syntax::Op op, const types::Type* type, Slot left, int64_t right, Slot dst);
  void shift(syntax::Op op, const types::Type* type, Slot left, const syntax::Expr* count, Slot count_slot,
             Slot dst);
  void extend(const types::Type* type, Slot slot, Slot dst);  // cuts to the width of an integer type
  void concatenation(const syntax::BinaryExpr* expr, Slot dst);

  // ---- complex.cc ----
  struct ComplexParts {
    Slot real = 0;
    Slot imaginary = 0;
  };
  ComplexParts complex_parts(Slot value, const types::Type* type);
  ComplexParts wide_complex_parts(Slot value, const types::Type* type);
  void complex_from_parts(ComplexParts parts, const types::Type* type, Slot dst);
  void complex_from_wide_parts(ComplexParts parts, const types::Type* type, Slot dst);
  void complex_constant(const types::Constant& value, const types::Type* type, Slot dst);
  void complex_arithmetic(syntax::Op op, const types::Type* type, Slot left, Slot right, Slot dst);
  void complex_quotient(const types::Type* type, Slot left, Slot right, Slot dst);
  void complex_negation(const types::Type* type, Slot operand, Slot dst);
  void complex_equality(const types::Type* type, Slot left, Slot right, Slot dst);
  void complex_conversion(Slot value, const types::Type* from, const types::Type* target, Slot dst);
  void complex_builtin(const syntax::CallExpr* call, types::BuiltinId id, Slot dst);
  void print_complex(Slot slot, const types::Type* type);

  // ---- compare.cc ----
  void logical(const syntax::Expr* expr, Slot dst);
  void comparison(const syntax::BinaryExpr* expr, Slot dst);
  // R[dst] = left == right (equal) or its negation, for values of one type (nullptr: words).
  void equality(const types::Type* type, Slot left, Slot right, bool equal, Slot dst);
  // Jumps if the condition is `when`, else goes on.
  void branch(const syntax::Expr* condition, bool when, Label& target);
  // A comparison whose operands are in slots. Integers (and what compares like them: booleans,
  // pointers, channels) may have an immediate right operand.
  struct Comparison {
    syntax::Op op;
    const types::Type* type;  // nullptr: 64-bit words
    Slot left = 0;
    Slot right = 0;
    std::optional<int64_t> immediate;
  };
  Comparison compared(const syntax::BinaryExpr* expr);  // evaluates the operands
  Comparison compared_with(const syntax::Expr* expr, const types::Type* tag_type, Slot tag);
  void compare(const Comparison& c, Slot dst);
  bool compare_immediate(const Comparison& c, Slot dst);
  void branch_on(const Comparison& c, bool when, Label& target);
  void ordering(const types::Type* type, bool strict, Slot left, Slot right, Slot dst);

  // ---- convert.cc ----
  void conversion(const types::Type* target, const syntax::Expr* operand, Slot dst, bool fresh);
  void numeric_conversion(Slot value, const types::Type* from, const types::Type* target, Slot dst);

  // ---- place.cc ----
  Place place(const syntax::Expr* expr);
  Place variable_place(const types::Var* var, const syntax::Expr* expr);
  Place index_place(const syntax::IndexExpr* expr);
  Place array_element(Place array, const syntax::Expr* index, const syntax::Expr* expr);
  Place temporary_place(const syntax::Expr* expr);  // of an expression that has no place
  Place frame_place(Slot slot, const types::Type* type);
  Place memory_place(Slot address, uint64_t offset, const types::Type* type, bool certain,
                     const syntax::Expr* expr = nullptr);
  Place follow(Place place, std::span<const int> path);  // fields, through pointers
  Place field(Place place, int index);
  Place dereferenced(Place pointer);  // what a pointer in a place points to
  Place spilled(const Place& frame);  // a copy in memory
  Place in_memory(Place place);       // of a slice element: with its address
  void load(const Place& place, Slot dst);
  Slot read(const Place& place);
  void store(const Place& place, Slot src);
  void load_memory(const Place& place, Slot dst);
  void store_memory(const Place& place, Slot src);
  void zero_place(const Place& place);
  void address(const Place& place, Slot dst);
  Slot address(const Place& place);
  Slot small_offset(const Place& place, uint32_t* offset);  // address and offset that fit an instruction
  void copy_memory(const Place& to, const Place& from);

  // ---- literal.cc ----
  void composite_literal(const syntax::CompositeLit* literal, Slot dst, bool fresh);
  void pointer_literal(const syntax::CompositeLit* literal, const types::Type* type, Slot dst);
  // Evaluates into a place that nothing refers to yet; `zeroed`: it holds the zero value.
  void initialize(const Place& place, const syntax::Expr* expr, bool zeroed);
  void literal_into(const syntax::CompositeLit* literal, const Place& place, bool zeroed);
  void slice_literal(const syntax::CompositeLit* literal, const types::Type* type, Slot dst);
  void map_literal(const syntax::CompositeLit* literal, const types::Type* type, Slot dst);
  bool covers_frame(const syntax::CompositeLit* literal, const types::Type* type);
  // Builds the slice of `elements` in a new array.
  void make_slice_of(std::span<syntax::Expr* const> elements, const types::Type* element, Slot dst);

  // ---- calls.cc ----
  struct Callee {
    enum class Kind : uint8_t { function, native, closure, dynamic } kind = Kind::closure;
    uint32_t id = 0;
    const types::Signature* signature = nullptr;
    const syntax::SelectorExpr* selector = nullptr;  // of a method call
    const types::Selection* selection = nullptr;
    bool has_receiver() const { return selector != nullptr; }
  };
  Callee resolve(const syntax::CallExpr* call);
  // Returns the slot of the results. `dst`: where they should lie, if that is possible.
  Slot call(const syntax::CallExpr* call, Slot dst);
  void emit_call(const Callee& callee, Slot base, Slot callee_value);
  void arguments(const syntax::CallExpr* call, const types::Signature* signature);
  void spread_arguments(const syntax::CallExpr* call, const types::Signature* signature);
  void receiver(const Callee& callee, Slot dst);
  void pass_receiver(const Place& holder, const types::Func* method, Slot dst);
  uint32_t receiver_slots(const types::Func* method);
  Slot callee_value(const Callee& callee, const syntax::CallExpr* call);

  // ---- defer.cc ----
  Slot deferred_closure(const syntax::CallExpr* call);
  Slot builtin_closure(const syntax::CallExpr* call);
  bool is_builtin(const syntax::Expr* function, types::BuiltinId* id) const;

  // ---- builtins.cc ----
  // The operands of copy, delete, append, print: expressions, or the results of one call.
  struct Argument {
    Slot slot = 0;
    const types::Type* type = nullptr;
  };
  void builtin(const syntax::CallExpr* call, types::BuiltinId id, Slot dst, bool fresh);
  Slot length_operand(const syntax::Expr* operand,
                      bool capacity);  // slot that holds it already, or kAnywhere
  void length(const syntax::Expr* operand, bool capacity, Slot dst);
  void append(const syntax::CallExpr* call, Slot dst, bool fresh);
  void append_values(const syntax::CallExpr* call, const types::Type* slice, Slot dst, bool fresh);
  struct Argument;
  bool overlaps(const Argument& argument, Slot first, uint32_t count);
  void make(const syntax::CallExpr* call, Slot dst);
  void copy(const syntax::CallExpr* call, Slot dst);
  void min_max(const syntax::CallExpr* call, bool min, Slot dst);
  void float_min_max(const types::Type* type, bool min, Slot value, Slot dst);
  void print(const syntax::CallExpr* call, bool line);
  void print_value(Slot slot, const types::Type* type);
  std::vector<Argument> builtin_arguments(const syntax::CallExpr* call,
                                          const std::function<const types::Type*(size_t)>& target);
  const types::Type* argument_type(const syntax::CallExpr* call, size_t index);

  // ---- assign.cc ----
  void assign_stmt(const syntax::AssignStmt* stmt);
  void assign_one(const syntax::Expr* left, const syntax::Expr* right);
  void assign_place(const Place& place, const syntax::Expr* right, const types::Type* type);
  void discard_as(const syntax::Expr* expr, const types::Type* target);
  void assign_values(const syntax::AssignStmt* stmt);  // a, b = x, y
  void assign_tuple(const syntax::AssignStmt* stmt);   // a, b = f()
  void assign_operation(const syntax::Expr* left, syntax::Op op, const syntax::Expr* right, Position at);
  void inc_dec(const syntax::IncDecStmt* stmt);
  Place target(const syntax::Expr* left);  // place of an assignment's left side
  Place late_target(const syntax::Expr* left);  // one of several
  // Makes a place independent of the variables that the statement assigns.
  void detach(Place& place, const std::vector<const types::Var*>& assigned);
  Slot detached(Slot slot, uint32_t count, const std::vector<const types::Var*>& assigned);
  std::vector<const types::Var*> assigned_variables(syntax::List<syntax::Expr*> left);
  const types::Var* declared_here(const syntax::Expr* left) const;  // new variable of :=, or nullptr
  static bool is_blank(const syntax::Expr* expr);
  Storage declare(const types::Var* var);  // allocates; a cell is made, slots are not initialised
  void declare_with(const types::Var* var, const syntax::Expr* init);  // nullptr: zero value
  void declare_from(const types::Var* var, Slot value, const types::Type* from);
  void declare_tuple(Slot first, const types::Tuple* parts, std::span<syntax::Ident* const> names);
  // Makes slots that hold a computed value the variable, if it can live there.
  void declare_part(const types::Var* var, Slot part, const types::Type* from);
  void var_decl(const syntax::ValueSpec& spec);
  bool is_simple_variable(const syntax::Expr* expr, Slot* slot);  // local variable in slots

  // ---- stmt.cc ----
  void stmt(const syntax::Stmt* stmt);
  void statement(const syntax::Stmt* stmt);
  void block(syntax::List<syntax::Stmt*> stmts);
  void if_stmt(const syntax::IfStmt* stmt);
  void for_stmt(const syntax::ForStmt* stmt, const syntax::LabeledStmt* label);
  void copy_loop_variables(const std::vector<const types::Var*>& vars);
  void labeled(const syntax::LabeledStmt* stmt);
  void branch_stmt(const syntax::BranchStmt* stmt);
  void return_stmt(const syntax::ReturnStmt* stmt);
  Label* branch_target(syntax::Branch branch, const syntax::LabeledStmt* label) const;
  std::vector<Slot> return_values(const syntax::ReturnStmt* stmt, std::span<const Result> results, bool direct);
  void leave();  // results are in place: run deferred calls and return
  void send(const syntax::SendStmt* stmt);

  // ---- switch.cc ----
  void switch_stmt(const syntax::SwitchStmt* stmt, const syntax::LabeledStmt* label);
  bool switch_by_table(const syntax::SwitchStmt* stmt, Slot tag, std::vector<Label>& bodies,
                       Label& otherwise);
  void switch_by_comparison(const syntax::SwitchStmt* stmt, Slot tag, std::vector<Label>& bodies);
  void type_switch(const syntax::TypeSwitchStmt* stmt, const syntax::LabeledStmt* label);
  void type_case(const syntax::Expr* type, Slot subject, const types::Type* subject_type, Slot id,
                 Label& target);
  void type_clause(const syntax::CaseClause* clause, Slot subject, const types::Type* subject_type);

  // ---- select.cc ----
  struct Communication;
  void select_stmt(const syntax::SelectStmt* stmt, const syntax::LabeledStmt* label);
  Communication communication(const syntax::CommClause* clause);
  void received(const Communication& comm);  // assigns or declares what was received

  // ---- range.cc ----
  struct RangeLoop;  // range_loop.h
  void range_stmt(const syntax::RangeStmt* stmt, const syntax::LabeledStmt* label);
  void range_integer(RangeLoop& loop);
  void range_slice(RangeLoop& loop);
  void range_array(RangeLoop& loop, const types::Array* array, bool pointer);
  void range_string(RangeLoop& loop);
  void range_map(RangeLoop& loop);
  void range_channel(RangeLoop& loop);
  void counted_loop(RangeLoop& loop, Slot limit, const types::Type* index_type,
                    const types::Type* element_type,
                    const std::function<void(Slot index, Slot value)>& element);
  void iterate(RangeLoop& loop);
  struct IterationValue {
    const syntax::Expr* target = nullptr;  // nullptr: not wanted
    Slot slot = 0;
    const types::Type* type = nullptr;
  };
  void assign_iteration(RangeLoop& loop, std::initializer_list<IterationValue> values);
  Slot iteration_slot(RangeLoop& loop, const syntax::Expr* target, const types::Type* type);
  bool is_private_counter(RangeLoop& loop);

  // ---- range_function.cc ----
  struct RangeExit;
  struct RangeNest;
  struct RangeBody;
  void range_function(RangeLoop& loop);
  program::Function range_body(RangeLoop& loop, RangeBody& body);
  uint32_t shared_slots(const RangeNest& nest) const;
  void allocate_shared(const RangeNest& nest);
  void range_state(Slot state, int64_t value);
  static bool is_named(const Result& result);
  void range_failure(Slot reason);
  void leave_range(syntax::Branch branch, const syntax::LabeledStmt* label);
  void leave_range(const RangeExit& exit);
  void pass_exit(size_t index);
  void follow_exits(const RangeBody& body);
  void follow_exit(const RangeNest& nest, size_t index);
  void return_from_range(const syntax::ReturnStmt* stmt);
  void return_after_range();
  bool is_within(const syntax::LabeledStmt* label) const;
  void defer(Slot closure);

  Module& m_;
  const types::Info& info_;
  TypeTable& types_;
  const types::Package* package_;
  const bool library_;
  std::unordered_map<const types::Var*, Storage> storage_;
  bool late_checks_ = false;  // places keep the index of a slice's element unchecked, see late_target
  std::unordered_map<const syntax::Expr*, Slot> substitutes_;  // expressions whose value is known to lie here
  std::vector<Result> results_;
  bool has_defer_ = false;
  Label epilogue_;
  std::vector<Target> targets_;
  std::vector<Label*> fallthrough_;
  RangeBody* range_body_ = nullptr;  // set in the body of a range over a function
  Slot shared_ = kAnywhere;          // what the bodies of a nest of such loops share, see range_function.cc
  std::map<const syntax::LabeledStmt*, Label> labels_;
  int literals_ = 0;
  int range_bodies_ = 0;
  bool nested_ = false;  // the function is a literal: its own literals are numbered without "func"
  bool in_initializer_ = false;
};

}  // namespace gocheck::lower
