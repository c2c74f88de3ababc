// Function and method calls.
#include "frontend/lower/function.h"
#include "runtime/program/invariant.h"

namespace gocheck::lower {

using namespace syntax;

FunctionLowering::Callee FunctionLowering::resolve(const CallExpr* call) {
  const Expr* function_expr = without_type_arguments(info_, call->function);
  Callee callee;
  callee.signature = types::under_as<types::Signature>(type_of(function_expr));
  auto to_function = [&](const types::Object* object) {
    if (!object || object->kind != types::ObjectKind::func) return;
    const auto* func = static_cast<const types::Func*>(object);
    callee.kind = func->native ? Callee::Kind::native : Callee::Kind::function;
    callee.id = func->native ? m_.native(func) : m_.function(func);
  };
  if (function_expr->kind == NodeKind::ident) {
    to_function(info_.object_of(as<Ident>(function_expr)));
  } else if (function_expr->kind == NodeKind::selector_expr) {
    const auto* selector = as<SelectorExpr>(function_expr);
    auto it = info_.selections.find(selector);
    if (it == info_.selections.end()) {
      to_function(info_.object_of(selector->selected));
    } else if (it->second.kind == types::Selection::Kind::method &&
               info_.of(selector->operand).mode != types::Mode::type) {
      const auto* method = static_cast<const types::Func*>(it->second.object);
      callee.selector = selector;
      callee.selection = &it->second;
      if (method->decl || method->native) {
        to_function(method);
      } else {
        callee.kind = Callee::Kind::dynamic;
        callee.id = types_.method(method);
      }
    }
  }
  return callee;
}

uint32_t FunctionLowering::receiver_slots(const types::Func* method) {
  return slots(method->signature()->receiver->type);
}

// The receiver argument of a declared method whose holder (a T or *T) is in a place.
void FunctionLowering::pass_receiver(const Place& holder, const types::Func* method, Slot dst) {
  Temporaries temporaries(*this);
  const bool is_pointer = types::under_as<types::Pointer>(holder.type) != nullptr;
  if (method->pointer_receiver()) {
    if (is_pointer) {
      load(holder, dst);
    } else {
      address(holder, dst);
    }
    return;
  }
  load(is_pointer ? dereferenced(holder) : holder, dst);
}

void FunctionLowering::receiver(const Callee& callee, Slot dst) {
  Temporaries temporaries(*this);
  const Expr* operand = callee.selector->operand;
  At at(*this, operand->pos);
  const auto* method = static_cast<const types::Func*>(callee.selection->object);
  const Expr* inner = unparen(operand);
  // A pointer that is computed goes straight to its slot.
  if (callee.selection->path.empty() && method->pointer_receiver() &&
      types::under_as<types::Pointer>(type_of(inner))) {
    return value_to(inner, dst, true);
  }
  pass_receiver(follow(place(inner), callee.selection->path), method, dst);
}

// The function value or the interface value of a call; nothing for static callees.
Slot FunctionLowering::callee_value(const Callee& callee, const CallExpr* call) {
  switch (callee.kind) {
    case Callee::Kind::closure:
      return value(call->function);
    case Callee::Kind::dynamic: {
      if (callee.selection->path.empty()) return value(callee.selector->operand);
      const Slot result = alloc(2);
      Temporaries temporaries(*this);
      const Place holder = follow(place(callee.selector->operand), callee.selection->path);
      load(holder, result);
      return result;
    }
    default:
      return 0;
  }
}

void FunctionLowering::emit_call(const Callee& callee, Slot base, Slot callee_value) {
  switch (callee.kind) {
    case Callee::Kind::function:
      return emit_x(Opcode::call, base, 0, 0, callee.id);
    case Callee::Kind::native:
      return emit_x(Opcode::call_native, base, 0, 0, callee.id);
    case Callee::Kind::closure:
      return emit(Opcode::call_closure, base, callee_value);
    case Callee::Kind::dynamic:
      return emit_x(Opcode::call_iface, base, callee_value, slots(callee.signature->results), callee.id);
  }
}

Slot FunctionLowering::call(const CallExpr* call, Slot dst) {
  const Callee callee = resolve(call);
  const uint32_t result_slots = slots(callee.signature->results);
  Slot callee_slot = 0;
  if (callee.kind == Callee::Kind::closure || callee.kind == Callee::Kind::dynamic) {
    callee_slot = callee_value(callee, call);
  }
  // Results that are wanted on top of the stack get there without a move.
  if (dst != kAnywhere && dst + result_slots == top()) set_top(dst);
  const Slot base = alloc(result_slots);
  if (callee.kind == Callee::Kind::dynamic) {
    alloc(1);  // the receiver: filled in by the instruction
  } else if (callee.has_receiver()) {
    const Slot receiver_slot =
        alloc(receiver_slots(static_cast<const types::Func*>(callee.selection->object)));
    receiver(callee, receiver_slot);
  }
  arguments(call, callee.signature);
  At at(*this, site(call));
  emit_call(callee, base, callee_slot);
  set_top(base + result_slots);
  return base;
}

// Allocates and fills the slots of the parameters.
void FunctionLowering::arguments(const CallExpr* call, const types::Signature* signature) {
  const auto& params = signature->params->vars;
  const auto args = call->arguments;
  if (args.size() == 1 && type_of(args[0]) && type_of(args[0])->kind == types::TypeKind::tuple) {
    return spread_arguments(call, signature);
  }
  const bool packs = signature->variadic && !call->ellipsis.valid();
  const size_t fixed = packs ? params.size() - 1 : params.size();
  // Does a call in a later argument have to happen before an earlier one is read?
  size_t last_call = 0;
  for (size_t i = 0; i < args.size(); ++i) {
    if (m_.effects(args[i]) == Effects::calls) last_call = i;
  }
  bool waits = false;
  for (size_t i = 0; i < last_call; ++i) {
    waits = waits || effects(args[i], i < fixed ? params[i]->type : nullptr) == Effects::none;
  }
  std::vector<Operand> list;
  for (size_t i = 0; i < fixed; ++i) {
    Operand operand{args[i], params[i]->type, alloc(slots(params[i]->type))};
    if (waits) {
      list.push_back(operand);
    } else {
      // One by one, so that results of nested calls land in their slots.
      value_as_to(operand.expr, operand.target, operand.slot, true);
    }
  }
  if (!packs) return operands(list);
  const Slot slice = alloc(3);
  // Only arguments with calls in front of the packed ones are settled before these.
  const auto rest = args.subspan(fixed);
  bool rest_calls = false;
  for (const Expr* e : rest) rest_calls = rest_calls || m_.effects(e) == Effects::calls;
  std::vector<Operand> late;
  if (rest_calls && waits) {
    std::vector<Operand> early;
    for (const Operand& operand : list) {
      (effects(operand.expr, operand.target) == Effects::none ? late : early).push_back(operand);
    }
    list = std::move(early);
  }
  operands(list);
  if (rest.empty()) {
    zero(slice, 3);
  } else {
    make_slice_of(rest, types::under_as<types::Slice>(params.back()->type)->element, slice);
  }
  operands(late);
}

// f(g()) where g has several results.
void FunctionLowering::spread_arguments(const CallExpr* call, const types::Signature* signature) {
  const auto& params = signature->params->vars;
  const auto* results = static_cast<const types::Tuple*>(type_of(call->arguments[0]));
  const size_t fixed = signature->variadic ? params.size() - 1 : params.size();
  const Slot first = alloc(slots(signature->params));
  Temporaries temporaries(*this);
  Slot part = tuple(call->arguments[0]);
  Slot param = first;
  size_t i = 0;
  for (; i < fixed; ++i) {
    const types::Type* from = results->vars[i]->type;
    adapt(part, from, params[i]->type, param);
    part += slots(from);
    param += slots(params[i]->type);
  }
  if (!signature->variadic) return;
  const types::Type* element = types::under_as<types::Slice>(params.back()->type)->element;
  const size_t count = results->vars.size() - fixed;
  if (count == 0) return zero(param, 3);
  const Slot slice = alloc(3);
  const_int(slice + 1, static_cast<int64_t>(count));
  emit_x(Opcode::make_slice, slice, slice + 1, slice + 1, types_.id(element));
  for (uint64_t offset = 0; i < results->vars.size(); ++i, offset += size(element)) {
    Temporaries inner(*this);
    const types::Type* from = results->vars[i]->type;
    store(memory_place(slice, offset, element, true), adapted(part, from, element));
    part += slots(from);
  }
  move(param, slice, 3);
}

}  // namespace gocheck::lower
