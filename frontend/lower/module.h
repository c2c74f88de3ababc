// The program under construction: what functions share. Keeps the worklist of functions that are
// reachable and not yet lowered.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "frontend/lower/type_table.h"
#include "frontend/lower/variables.h"
#include "frontend/syntax/diagnostic.h"
#include "frontend/types/info.h"
#include "runtime/program/program.h"

namespace gocheck::lower {

using program::FunctionId;
using program::Kind;
using program::TypeId;

// What evaluating an expression does beyond computing a value; decides about evaluation order.
enum class Effects : uint8_t {
  none,     // reads only: may be evaluated after later operands, as Go's compiler does
  ordered,  // must stay in its place among the calls, but changes nothing
  calls,    // may change variables
};

// A literal that a FunctionLowering has come across.
struct LiteralContext {
  const types::Package* package = nullptr;
  std::string name;  // "main.f.func1"
};

class Module {
 public:
  Module(const SourceFiles& files, const std::vector<const types::Package*>& packages,
         const types::Info& info, Diagnostics& diagnostics);
  std::unique_ptr<program::Program> lower(std::string_view entry);

  const types::Info& info;
  Diagnostics& diagnostics;
  std::unique_ptr<program::Program> owned_program;
  program::Program& program;
  TypeTable types;
  Variables variables;

  // ---- Functions; asking for one makes it reachable ----
  // The function with the receiver as its first parameter, as declared. Natives get a stub.
  FunctionId function(const types::Func* func);
  FunctionId literal(const syntax::FuncLit* literal, LiteralContext context);
  uint32_t native(const types::Func* func);
  // A function of package runtime; 0 if it has none of this name.
  FunctionId runtime_function(std::string_view name);
  // T.M as a function whose first parameter is a T.
  FunctionId method_expression(const types::Type* type, const types::Selection& selection);
  // A function whose captures are a T: x.M as a value.
  FunctionId bound_method(const types::Type* type, const types::Selection& selection);
  FunctionId reserve();
  void define(FunctionId id, program::Function function) { program.functions[id] = std::move(function); }
  void later(std::function<void()> work) { work_.push_back(std::move(work)); }
  std::string function_name(const types::Func* func) const;

  // ---- Data ----
  uint64_t global(const types::Var* var);       // offset; makes the variable reachable
  uint64_t string_data(std::string_view text);  // as string_const wants it
  // A value of the type is converted to an interface: its methods can be called dynamically.
  void converted(const types::Type* type);

  // ---- Questions ----
  // Does the local variable live in a memory cell?
  bool in_memory(const types::Var* var);
  // Slots that a closure keeps of a captured variable: its value, or the address of its cell.
  uint32_t capture_slots(const types::Var* var) { return in_memory(var) ? 1 : types.slots(var->type); }
  Effects effects(const syntax::Expr* expr);

 private:
  struct ConvertedType {
    const types::Type* type;
    bool all_methods;  // false: only those that formatting looks for, see reach()
    bool expanded = false;
    std::vector<types::Selection> pending;  // methods that no interface type has yet
    size_t interfaces_seen = 0;
  };

  void run_worklist();
  bool add_methods();
  bool add_methods(size_t converted_index);
  void reach(const types::Type* type, bool all_methods);
  FunctionId method_entry(const types::Type* type, const types::Selection& selection);
  // `receiver`: a FunctionLowering::Receiver.
  FunctionId wrapper(const types::Type* type, const types::Selection& selection, int receiver,
                     const char* suffix);
  bool lower_initializers();
  void lower_initializer(const types::Package& package, size_t index);
  void lower_entry();
  void runtime_hooks();
  Effects compute_effects(const syntax::Expr* expr);
  Effects call_effects(const syntax::CallExpr* call);
  const types::Package* find_package(std::string_view path) const;

  const std::vector<const types::Package*>& packages_;
  std::deque<std::function<void()>> work_;
  std::unordered_map<const types::Func*, FunctionId> functions_;
  std::unordered_map<const types::Func*, uint32_t> natives_;
  std::unordered_map<const types::Func*, int> init_numbers_;
  std::unordered_map<std::string, FunctionId> wrappers_;
  std::unordered_map<const types::Var*, uint64_t> globals_;
  std::unordered_map<std::string_view, uint64_t> strings_;
  std::deque<std::string> string_keys_;
  std::vector<ConvertedType> converted_;
  std::unordered_map<TypeId, size_t> converted_index_;
  std::vector<uint8_t> effects_;  // by Expr::id: Effects + 1, 0 unknown
  std::unordered_map<const types::Package*, std::vector<FunctionId>> initializers_;  // 0: not lowered
  std::unordered_map<const types::Package*, int> initializer_literals_;
  std::unique_ptr<types::Slice> byte_slice_;
  std::vector<std::unique_ptr<types::Pointer>> hook_pointers_;  // to types of package runtime
};

}  // namespace gocheck::lower
