// How local variables are used: decides whether a variable lives in frame slots, is captured by
// value, or needs a memory cell.
#pragma once

#include <unordered_map>
#include <unordered_set>

#include "frontend/types/info.h"

namespace gocheck::lower {

struct VariableUse {
  bool reassigned = false;     // assigned, in whole or in part, other than by its declaration
  bool address_taken = false;  // & or a slice of it, or a method with pointer receiver
  bool dynamic_index = false;  // an array (or a part that is one) indexed with a value unknown here
};

class Variables {
 public:
  explicit Variables(const types::Info& info) : info_(info) {}

  // Looks through a function with its literals, once. Each local variable is used only within the
  // outermost function that declares it, so what use() says of them is final afterwards.
  void scan(const syntax::FuncDecl* function, bool loop_var_per_iteration);
  void scan(const syntax::Expr* initializer, bool loop_var_per_iteration);

  VariableUse use(const types::Var* var) const {
    auto it = uses_.find(var);
    return it == uses_.end() ? VariableUse{} : it->second;
  }
  // Does the body of this FuncDecl or FuncLit defer calls?
  bool has_defer(const void* function) const { return defers_.contains(function); }

 private:
  friend class VariableScan;
  const types::Info& info_;
  std::unordered_map<const types::Var*, VariableUse> uses_;
  std::unordered_set<const void*> defers_;
};

}  // namespace gocheck::lower
