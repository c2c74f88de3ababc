// go and defer: the call becomes a closure without parameters. Function value and arguments are
// evaluated at the statement and captured.
#include "frontend/lower/function.h"
#include "runtime/program/invariant.h"

namespace gocheck::lower {

using namespace syntax;

bool FunctionLowering::is_builtin(const Expr* function_expr, types::BuiltinId* id) const {
  function_expr = unparen(function_expr);
  if (info_.of(function_expr).mode != types::Mode::builtin) return false;
  const types::Object* object = nullptr;
  if (function_expr->kind == NodeKind::ident) object = info_.object_of(as<Ident>(function_expr));
  if (function_expr->kind == NodeKind::selector_expr) {
    object = info_.object_of(as<SelectorExpr>(function_expr)->selected);
  }
  if (!object || object->kind != types::ObjectKind::builtin) return false;
  *id = static_cast<const types::Builtin*>(object)->builtin;
  return true;
}

Slot FunctionLowering::deferred_closure(const CallExpr* call) {
  types::BuiltinId id;
  if (is_builtin(call->function, &id)) return builtin_closure(call);
  const Slot result = alloc(1);
  Temporaries temporaries(*this);
  const Callee callee = resolve(call);
  const uint32_t argument_slots = slots(callee.signature->params);
  if (argument_slots == 0 && !callee.has_receiver() && callee.signature->params->vars.empty()) {
    if (callee.kind == Callee::Kind::closure) {
      value_to(call->function, result, true);
      return result;
    }
    if (callee.kind == Callee::Kind::function) {
      emit_x(Opcode::func_const, result, 0, 0, callee.id);
      return result;
    }
  }
  // Captured: function value or interface value if there is one, then receiver and arguments.
  const Slot captured = top();
  ThunkTarget target;
  target.id = callee.id;
  target.results = slots(callee.signature->results);
  switch (callee.kind) {
    case Callee::Kind::function:
      target.kind = ThunkTarget::Kind::function;
      break;
    case Callee::Kind::native:
      target.kind = ThunkTarget::Kind::native;
      break;
    case Callee::Kind::closure: {
      target.kind = ThunkTarget::Kind::closure;
      const Slot slot = alloc(1);
      value_to(call->function, slot, true);
      break;
    }
    case Callee::Kind::dynamic: {
      // Bound now: a nil interface panics here, not when the call happens.
      target.kind = ThunkTarget::Kind::closure;
      const Slot slot = alloc(1);
      Temporaries inner(*this);
      const Slot holder = read(follow(place(callee.selector->operand), callee.selection->path));
      emit_x(Opcode::method_closure, slot, holder, 0, callee.id);
      break;
    }
  }
  const Slot first = top();
  if (callee.has_receiver() && callee.kind != Callee::Kind::dynamic) {
    const Slot slot = alloc(receiver_slots(static_cast<const types::Func*>(callee.selection->object)));
    receiver(callee, slot);
  }
  arguments(call, callee.signature);
  target.arguments = top() - first;
  const FunctionId thunk = m_.reserve();
  program::Function code =
      FunctionLowering(m_, package_, function.name + ".thunk").call_thunk(target, site(call));
  const uint32_t count = code.captures;
  m_.define(thunk, std::move(code));
  if (count == 0) {
    emit_x(Opcode::func_const, result, 0, 0, thunk);
  } else {
    emit_x(Opcode::make_closure, result, captured, count, thunk);
  }
  return result;
}

program::Function FunctionLowering::call_thunk(const ThunkTarget& target, Position at) {
  function.wrapper = true;
  function.position = at;
  position = at;
  const Slot base = alloc(target.results);
  const Slot arguments = alloc(target.arguments);
  uint32_t index = 0;
  Slot callee = 0;
  if (target.kind == ThunkTarget::Kind::closure) {
    callee = alloc(1);
    emit(Opcode::load_capture, callee, index++);
  }
  for (uint32_t i = 0; i < target.arguments; ++i) emit(Opcode::load_capture, arguments + i, index++);
  function.captures = index;
  switch (target.kind) {
    case ThunkTarget::Kind::function:
      emit_x(Opcode::call, base, 0, 0, target.id);
      break;
    case ThunkTarget::Kind::native:
      emit_x(Opcode::call_native, base, 0, 0, target.id);
      break;
    case ThunkTarget::Kind::closure:
      emit(Opcode::call_closure, base, callee);
      break;
  }
  return complete();
}

// A builtin call: its operands become captures, and the thunk is the builtin applied to them.
Slot FunctionLowering::builtin_closure(const CallExpr* call) {
  const Slot result = alloc(1);
  Temporaries temporaries(*this);
  std::vector<const Expr*> captured;
  const Slot first = top();
  std::vector<Operand> list;
  for (const Expr* argument : call->arguments) {
    const types::TypeAndValue& tv = info_.of(argument);
    if (tv.mode == types::Mode::type || tv.mode == types::Mode::nil || tv.constant.known()) continue;
    list.push_back({argument, nullptr, alloc(slots(tv.type))});
    captured.push_back(unparen(argument));
  }
  operands(list);
  const FunctionId thunk = m_.reserve();
  program::Function code =
      FunctionLowering(m_, package_, function.name + ".thunk").builtin_thunk(call, captured, site(call));
  const uint32_t count = code.captures;
  m_.define(thunk, std::move(code));
  if (count == 0) {
    emit_x(Opcode::func_const, result, 0, 0, thunk);
  } else {
    emit_x(Opcode::make_closure, result, first, count, thunk);
  }
  return result;
}

program::Function FunctionLowering::builtin_thunk(const CallExpr* call,
                                                  const std::vector<const Expr*>& captured, Position at) {
  function.wrapper = true;
  function.position = at;
  position = at;
  uint32_t index = 0;
  for (const Expr* e : captured) {
    const uint32_t count = slots(type_of(e));
    const Slot slot = alloc(count);
    for (uint32_t i = 0; i < count; ++i) emit(Opcode::load_capture, slot + i, index++);
    substitutes_[e] = slot;
  }
  function.captures = index;
  discard(call);
  return complete();
}

}  // namespace gocheck::lower
