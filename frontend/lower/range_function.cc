// Range loops over functions. The loop's body becomes a function that is passed to the one ranged over and tells
// it by its result whether to go on. What would leave the body - break, continue, goto, return - notes where it
// goes in a cell and returns false; once the function ranged over has returned, the code after that call follows.
//
// A loop has a cell for its state, by which a body notices that it is called when it may not be. The loops of a
// nest, one in the other's body, share further slots: the address of the cell for the exit, those of cells for
// results without names, and the mark at which the body's deferred calls go into the function around.
#include <fmt/format.h>

#include <algorithm>

#include "frontend/lower/range_loop.h"
#include "runtime/program/invariant.h"

namespace gocheck::lower {

using namespace syntax;

namespace {

// A loop's state. Its cell begins with zero. Other than `ready`, they are arguments of runtime.rangeFailure.
enum RangeState : int64_t {
  kReady = 0,
  kRunning = 1,    // the body runs, or has panicked
  kDone = 2,       // the body has returned false
  kExhausted = 3,  // the function ranged over has returned
};
constexpr int64_t kPanicSwallowed = 4;  // no state: what is wrong if that function returns in state kRunning

const types::Type* int_type() { return types::basic(types::BasicKind::int_); }

}  // namespace

struct FunctionLowering::RangeExit {
  bool returns = false;
  Branch branch = Branch::break_;  // unless it returns
  const LabeledStmt* label = nullptr;
  bool operator==(const RangeExit&) const = default;
};

// The loops within one outermost loop, and that one.
struct FunctionLowering::RangeNest {
  const std::vector<Result>* results = nullptr;  // of the function around
  std::vector<RangeExit> exits;                  // number i + 1 in the cell
  bool defers = false;                           // a body defers calls
};

struct FunctionLowering::RangeBody {
  RangeNest* nest = nullptr;
  const RangeStmt* stmt = nullptr;
  Slot state = 0;
  Label* end = nullptr;       // where the body returns false
  std::vector<size_t> exits;  // of the nest: those that the body takes
};

uint32_t FunctionLowering::shared_slots(const RangeNest& nest) const {
  return static_cast<uint32_t>(nest.results->size()) + 2;
}

// In the outermost function: the cells, as far as its bodies need them.
void FunctionLowering::allocate_shared(const RangeNest& nest) {
  const uint32_t count = shared_slots(nest);
  shared_ = alloc(count);
  zero(shared_, count);
  if (!nest.exits.empty()) emit_x(Opcode::new_, shared_, 0, 0, types_.id(int_type()));
  const bool returns = std::find(nest.exits.begin(), nest.exits.end(), RangeExit{true}) != nest.exits.end();
  for (uint32_t i = 0; returns && i < results_.size(); ++i) {
    if (!is_named(results_[i])) emit_x(Opcode::new_, shared_ + 1 + i, 0, 0, types_.id(results_[i].type));
  }
  if (nest.defers) {
    Temporaries temporaries(*this);
    const Slot nothing = alloc(1);
    emit_x(Opcode::func_const, nothing, 0, 0, m_.runtime_function("deferNothing"));
    emit(Opcode::defer_mark, shared_ + count - 1, nothing);
  }
}

// A result that the program can name is a variable, which the bodies capture.
bool FunctionLowering::is_named(const Result& result) {
  return result.var && !result.var->name.empty() && result.var->name != "_";
}

void FunctionLowering::range_state(Slot state, int64_t value) {
  Temporaries temporaries(*this);
  const Slot slot = alloc(1);
  const_int(slot, value);
  store(memory_place(state, 0, int_type(), true), slot);
}

// Panics; `reason` is in a slot.
void FunctionLowering::range_failure(Slot reason) {
  Temporaries temporaries(*this);
  const Slot argument = alloc(1);
  move(argument, reason, 1);
  emit_x(Opcode::call, argument, 0, 0, m_.runtime_function("rangeFailure"));
}

void FunctionLowering::range_function(RangeLoop& loop) {
  const bool outermost = !range_body_;
  RangeNest own;
  own.results = &results_;
  RangeNest& nest = outermost ? own : *range_body_->nest;
  RangeBody body{&nest, loop.stmt};
  const FunctionId id = m_.reserve();
  {
    const std::string name = fmt::format("{}-range{}", function.name, ++range_bodies_);
    FunctionLowering lowering(m_, package_, name);
    m_.define(id, lowering.range_body(loop, body));
  }
  const Slot iterator = alloc(1);
  value_to(loop.stmt->operand, iterator, true);
  if (outermost) allocate_shared(nest);
  const Slot state = alloc(1);
  emit_x(Opcode::new_, state, 0, 0, types_.id(int_type()));
  {
    Temporaries temporaries(*this);
    const Slot base = alloc(1);  // the only argument: the body
    const std::vector<types::Var*>& vars = info_.captures.at(loop.stmt);
    const Slot from = top();
    for (const types::Var* var : vars) {
      const Slot slot = alloc(m_.capture_slots(var));
      move(slot, storage_.at(var).slot, m_.capture_slots(var));
    }
    move(alloc(1), state, 1);
    const uint32_t count = shared_slots(nest);
    move(alloc(count), shared_, count);
    emit_x(Opcode::make_closure, base, from, top() - from, id);
    set_top(base + 1);
    At at(*this, loop.stmt->operand->pos);
    emit(Opcode::call_closure, base, iterator);
  }
  {
    Temporaries temporaries(*this);
    const Slot now = alloc(1);
    load(memory_place(state, 0, int_type(), true), now);
    Label fine;
    compare_jump(Opcode::jump_ne_k, now, kRunning, fine);
    const_int(now, kPanicSwallowed);
    range_failure(now);
    bind(fine);
  }
  range_state(state, kExhausted);
  follow_exits(body);
  if (outermost) shared_ = kAnywhere;
}

// func(key, value) bool. The receiver is the lowering of this function alone.
program::Function FunctionLowering::range_body(RangeLoop& around, RangeBody& body) {
  const RangeStmt* s = around.stmt;
  RangeLoop loop{s, around.label, around.key, around.value, around.operand_type, {}, {}, {}, {}};
  function.position = position = s->pos;
  nested_ = true;
  range_body_ = &body;
  body.end = &loop.end;
  const auto* iterator = types::under_as<types::Signature>(loop.operand_type);
  const auto& values = types::under_as<types::Signature>(iterator->params->vars[0]->type)->params->vars;
  const Slot result = alloc(1);
  function.results = 1;
  IterationValue given[2];
  for (size_t i = 0; i < values.size(); ++i) {
    given[i] = {i == 0 ? loop.key : loop.value, alloc(slots(values[i]->type)), values[i]->type};
  }
  function.params = top() - 1;
  captures(info_.captures.at(s));
  body.state = alloc(1);
  emit(Opcode::load_capture, body.state, function.captures++);
  const uint32_t count = shared_slots(*body.nest);
  shared_ = alloc(count);
  for (uint32_t i = 0; i < count; ++i) emit(Opcode::load_capture, shared_ + i, function.captures++);
  {
    Temporaries temporaries(*this);
    const Slot now = alloc(1);
    load(memory_place(body.state, 0, int_type(), true), now);
    Label ready;
    compare_jump(Opcode::jump_eq_k, now, kReady, ready);
    range_failure(now);
    bind(ready);
  }
  range_state(body.state, kRunning);
  assign_iteration(loop, {given[0], given[1]});
  iterate(loop);
  position = s->body->rbrace;
  if (loop.next.used()) bind(loop.next);
  if (reachable()) {
    range_state(body.state, kReady);
    const_int(result, 1);
    emit(Opcode::ret);
  }
  if (loop.end.used()) {
    bind(loop.end);
    range_state(body.state, kDone);
    const_int(result, 0);
    emit(Opcode::ret);
  }
  return complete();
}

void FunctionLowering::leave_range(Branch branch, const LabeledStmt* label) { leave_range({false, branch, label}); }

// Out of the body: notes where to.
void FunctionLowering::leave_range(const RangeExit& exit) {
  std::vector<RangeExit>& exits = range_body_->nest->exits;
  auto it = std::find(exits.begin(), exits.end(), exit);
  if (it == exits.end()) it = exits.insert(it, exit);
  const size_t index = it - exits.begin();
  Temporaries temporaries(*this);
  const Slot number = alloc(1);
  const_int(number, static_cast<int64_t>(index) + 1);
  store(memory_place(shared_, 0, int_type(), true), number);
  pass_exit(index);
}

// Ends the body with an exit that has been noted.
void FunctionLowering::pass_exit(size_t index) {
  std::vector<size_t>& exits = range_body_->exits;
  if (std::find(exits.begin(), exits.end(), index) == exits.end()) exits.push_back(index);
  jump(*range_body_->end);
}

// After the call of the function ranged over.
void FunctionLowering::follow_exits(const RangeBody& body) {
  if (body.exits.empty()) return;
  Temporaries temporaries(*this);
  const Slot number = alloc(1);
  load(memory_place(shared_, 0, int_type(), true), number);
  for (const size_t index : body.exits) {
    Label next;
    compare_jump(Opcode::jump_ne_k, number, static_cast<uint32_t>(index + 1), next);
    follow_exit(*body.nest, index);
    bind(next);
  }
}

void FunctionLowering::follow_exit(const RangeNest& nest, size_t index) {
  const RangeExit exit = nest.exits[index];
  if (exit.returns) return range_body_ ? pass_exit(index) : return_after_range();
  Label* target = nullptr;
  if (exit.branch != Branch::goto_) {
    target = branch_target(exit.branch, exit.label);
  } else if (is_within(exit.label)) {
    target = &labels_[exit.label];
  }
  if (!target) return pass_exit(index);
  {
    Temporaries temporaries(*this);
    const Slot none = alloc(1);
    zero(none, 1);
    store(memory_place(shared_, 0, int_type(), true), none);
  }
  jump(*target);
}

// In a body: the values go where the function around finds them.
void FunctionLowering::return_from_range(const ReturnStmt* s) {
  Temporaries temporaries(*this);
  const std::vector<Result>& results = *range_body_->nest->results;
  if (!s->results.empty()) {
    const std::vector<Slot> values = return_values(s, results, false);
    for (uint32_t i = 0; i < values.size(); ++i) {
      const Place place = is_named(results[i]) ? variable_place(results[i].var, nullptr)
                                               : memory_place(shared_ + 1 + i, 0, results[i].type, true);
      store(place, values[i]);
    }
  }
  leave_range(RangeExit{true});
}

void FunctionLowering::return_after_range() {
  for (uint32_t i = 0; i < results_.size(); ++i) {
    const Result& result = results_[i];
    if (is_named(result)) continue;
    const Place cell = memory_place(shared_ + 1 + i, 0, result.type, true);
    if (result.in_memory) {
      store(variable_place(result.var, nullptr), read(cell));
    } else {
      load(cell, result.slot);
    }
  }
  leave();
}

// Is the label in this function, not around the loop whose body it is?
bool FunctionLowering::is_within(const LabeledStmt* label) const {
  if (!range_body_) return true;
  const BlockStmt* body = range_body_->stmt->body;
  return body->lbrace < label->pos && label->pos < body->rbrace;
}

void FunctionLowering::defer(Slot closure) {
  if (!range_body_) return emit(Opcode::defer, closure);
  range_body_->nest->defers = true;
  emit(Opcode::defer_at, closure, shared_ + shared_slots(*range_body_->nest) - 1);
}

}  // namespace gocheck::lower
