#include <fmt/format.h>

#include <algorithm>

#include "runtime/program/effects.h"
#include "runtime/program/program.h"

namespace gocheck::program {
namespace {

constexpr uint32_t kLargestFrame = 65535;

// Marks the words of `function` that are instructions, as opposed to ext words. An error if the code
// ends in the middle of an instruction or has an unknown opcode.
std::string mark_instructions(const Function& function, std::vector<bool>& starts) {
  starts.assign(function.code.size(), false);
  for (size_t pc = 0; pc < function.code.size();) {
    if (function.code[pc].op >= static_cast<uint16_t>(Opcode::count_))
      return fmt::format("at {}: unknown opcode", pc);
    starts[pc] = true;
    pc += length(function.code[pc].opcode());
    if (pc > function.code.size()) return "the code ends before an ext word";
  }
  return "";
}

std::string check_ranges(const std::vector<SlotRange>& ranges, uint32_t frame) {
  for (const SlotRange& range : ranges) {
    if (range.end() > frame) return fmt::format("slot {} is outside of the frame", range.end() - 1);
  }
  return "";
}

// What is wrong with the instruction at `pc`.
std::string check_instruction(const Program& program, const Function& function, uint32_t pc,
                              const std::vector<bool>& starts) {
  std::string error;
  const Effects effect = effects(program, function, pc, error);
  if (error.empty()) error = check_ranges(effect.reads, function.frame);
  if (error.empty()) error = check_ranges(effect.writes, function.frame);
  if (error.empty() && effect.clobbers_from != Effects::kNone && effect.clobbers_from > function.frame) {
    error = "the callee's frame begins outside of the caller's";
  }
  if (!error.empty()) return error;
  for (int64_t target : effect.targets) {
    if (target < 0 || target >= static_cast<int64_t>(starts.size()) || !starts[target]) {
      return fmt::format("jump to {}, which is no instruction", target);
    }
  }
  if (effect.falls_through && pc + length(function.code[pc].opcode()) >= function.code.size()) {
    return "execution runs past the end of the code";
  }
  return "";
}

std::string check_function(const Program& program, const Function& function) {
  if (function.code.empty()) return "no code";
  if (function.positions.size() != function.code.size()) return "not one position for each word of code";
  if (function.frame > kLargestFrame) return fmt::format("a frame of {} slots is too large", function.frame);
  if (function.results + function.params > function.frame) return "results and parameters exceed the frame";
  std::vector<bool> starts;
  if (std::string error = mark_instructions(function, starts); !error.empty()) return error;
  for (uint32_t pc = 0; pc < function.code.size(); pc++) {
    if (!starts[pc]) continue;
    const std::string error = check_instruction(program, function, pc, starts);
    if (!error.empty()) return fmt::format("at {} ({}): {}", pc, name(function.code[pc].opcode()), error);
  }
  if (function.has_defer && (function.recover_pc >= starts.size() || !starts[function.recover_pc])) {
    return "recover_pc is no instruction";
  }
  for (const Function::LocalName& local : function.locals) {
    if (local.slot >= function.frame) return fmt::format("variable {} is outside of the frame", local.name);
  }
  return "";
}

std::string check_type(const Program& program, const Type& type) {
  const auto exists = [&](TypeId id) { return id != 0 && id < program.types.size(); };
  const bool has_element = type.kind == Kind::pointer || type.kind == Kind::slice ||
                           type.kind == Kind::array || type.kind == Kind::chan || type.kind == Kind::map;
  if (has_element && !exists(type.element)) return "no element type";
  if (type.kind == Kind::map && !exists(type.key)) return "no key type";
  if (type.direct && type.slots != 1) return "direct, but not one slot";
  if (type.size > uint64_t{type.slots} * 8) return "larger than its slots";
  for (const TypeField& field : type.fields) {
    if (!exists(field.type)) return fmt::format("field {} has no type", field.name);
    if (field.offset + program.types[field.type].size > type.size) {
      return fmt::format("field {} lies outside of the structure", field.name);
    }
  }
  for (const std::vector<TypeId>* list : {&type.params, &type.results}) {
    if (!std::ranges::all_of(*list, exists)) return "a parameter or result has no type";
  }
  if (!std::ranges::is_sorted(type.interface_methods)) return "methods are not sorted";
  if (!std::ranges::is_sorted(type.methods, {}, &TypeMethod::method)) return "methods are not sorted";
  for (const TypeMethod& method : type.methods) {
    if (method.method >= program.methods.size())
      return fmt::format("method {} does not exist", method.method);
    if (method.function >= program.functions.size())
      return fmt::format("function {} does not exist", method.function);
    if (program.functions[method.function].params == 0) return "a method has no receiver";
  }
  return "";
}

std::string check_roots(const Program& program) {
  const auto has_shape = [&](FunctionId id, uint32_t results, uint32_t params) {
    return id < program.functions.size() && program.functions[id].results == results &&
           program.functions[id].params == params;
  };
  if (!has_shape(program.entry, 0, 0)) return "the entry function is missing or has parameters";
  if (program.panic_text != 0 && !has_shape(program.panic_text, 2, 2))
    return "panicText has a wrong signature";
  for (const Method& method : program.methods) {
    if (method.signature >= program.types.size())
      return fmt::format("method {} has no signature", method.name);
  }
  for (TypeId id :
       {program.runtime_error, program.bounds_error, program.plain_error, program.type_assertion_error,
        program.panic_nil_error, program.type_uint8}) {
    if (id >= program.types.size()) return "a predeclared type does not exist";
  }
  return "";
}

}  // namespace

std::string verify(const Program& program) {
  if (program.types.empty()) return "no types";
  for (size_t id = 1; id < program.types.size(); id++) {
    const std::string error = check_type(program, program.types[id]);
    if (!error.empty()) return fmt::format("type {} ({}): {}", id, program.types[id].name, error);
  }
  if (std::string error = check_roots(program); !error.empty()) return error;
  for (const Function& function : program.functions) {
    const std::string error = check_function(program, function);
    if (!error.empty()) return fmt::format("function {}: {}", function.name, error);
  }
  return "";
}

// ---- Initialisation ----

namespace {

// Slots that have been written on every path to an instruction: forward data flow with
// intersection, over basic blocks.
class Initialisation {
 public:
  Initialisation(const Program& program, const Function& function) : program_(program), function_(function) {}

  std::string check() {
    states_.resize(function_.code.size());
    reached_.resize(function_.code.size());
    find_leaders();
    State entry(function_.frame, false);
    for (uint32_t i = 0; i < function_.params; i++) entry[function_.results + i] = true;
    flow_to(0, entry);
    // After a recovery the results and whatever else is read there were set before the first defer.
    if (function_.has_defer) flow_to(function_.recover_pc, State(function_.frame, true));
    while (!pending_.empty() && error_.empty()) {
      const uint32_t pc = pending_.back();
      pending_.pop_back();
      run_from(pc, states_[pc]);
    }
    return error_;
  }

 private:
  using State = std::vector<bool>;

  // Basic blocks begin at the targets of jumps and behind them.
  void find_leaders() {
    leaders_.resize(function_.code.size());
    leaders_[0] = true;
    if (function_.has_defer) leaders_[function_.recover_pc] = true;
    for (uint32_t pc = 0; pc < function_.code.size(); pc += length(function_.code[pc].opcode())) {
      for (int64_t target : effects(program_, function_, pc, error_).targets) leaders_[target] = true;
    }
  }

  void flow_to(uint32_t pc, const State& state) {
    State& known = states_[pc];
    if (!reached_[pc]) {
      reached_[pc] = true;
      known = state;
      pending_.push_back(pc);
      return;
    }
    bool changed = false;
    for (size_t i = 0; i < state.size(); i++) {
      if (known[i] && !state[i]) {
        known[i] = false;
        changed = true;
      }
    }
    if (changed) pending_.push_back(pc);
  }

  void require(uint32_t pc, const State& state, SlotRange range) {
    for (uint32_t slot = range.first; slot < range.end(); slot++) {
      if (state[slot] || !error_.empty()) continue;
      error_ = fmt::format("function {}: at {} ({}): slot {} may not have been written", function_.name, pc,
                           name(function_.code[pc].opcode()), slot);
    }
  }

  void run_from(uint32_t pc, State state) {
    while (error_.empty()) {
      const Effects effect = effects(program_, function_, pc, error_);
      for (const SlotRange& range : effect.reads) require(pc, state, range);
      if (function_.code[pc].opcode() == Opcode::ret) require(pc, state, {0, function_.results});
      if (effect.clobbers_from != Effects::kNone) {
        for (uint32_t slot = effect.clobbers_from; slot < function_.frame; slot++)
          state[slot] = effect.unknown_results;
      }
      for (const SlotRange& range : effect.writes) {
        for (uint32_t slot = range.first; slot < range.end(); slot++) state[slot] = true;
      }
      for (int64_t target : effect.targets) flow_to(static_cast<uint32_t>(target), state);
      if (!effect.falls_through) return;
      pc += length(function_.code[pc].opcode());
      if (leaders_[pc]) return flow_to(pc, state);
    }
  }

  const Program& program_;
  const Function& function_;
  std::vector<State> states_;  // at leaders that have been reached
  std::vector<bool> leaders_, reached_;
  std::vector<uint32_t> pending_;
  std::string error_;
};

}  // namespace

std::string verify_initialisation(const Program& program) {
  for (const Function& function : program.functions) {
    std::string error = Initialisation(program, function).check();
    if (!error.empty()) return error;
  }
  return "";
}

}  // namespace gocheck::program
