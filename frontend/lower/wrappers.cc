// Functions that the compiler makes: method-table entries, promoted methods, method values and
// expressions, natives used as function values.
#include <fmt/format.h>

#include "frontend/lower/function.h"
#include "runtime/program/invariant.h"

namespace gocheck::lower {

program::Function FunctionLowering::native_stub(const types::Func* func) {
  function.wrapper = true;
  function.position = position = func->pos;
  const uint32_t id = m_.native(func);
  function.results = m_.program.natives[id].results;
  function.params = m_.program.natives[id].params;
  alloc(function.results + function.params);
  emit_x(Opcode::call_native, 0, 0, 0, id);
  return complete();
}

// A value method called through a nil pointer panics with a message of its own.
void FunctionLowering::check_receiver(Slot pointer, const types::Func* method) {
  if (m_.program.runtime_error == 0) return;  // then it is a nil dereference
  Label good;
  compare_jump(Opcode::jump_ne_k, pointer, 0, good);
  Temporaries temporaries(*this);
  const Slot text = alloc(2);
  const Slot error = alloc(2);
  const std::string_view base = method->receiver_base->object->name;
  string_constant(fmt::format("value method {}.{}.{} called using nil *{} pointer", method->package->name,
                              base, method->name, base),
                  text);
  emit_x(Opcode::make_iface, error, text, 0, m_.program.runtime_error);
  emit(Opcode::panic, error);
  bind(good);
}

program::Function FunctionLowering::method_wrapper(const types::Type* type, const types::Selection& selection,
                                                   Receiver receiver) {
  const auto* method = static_cast<const types::Func*>(selection.object);
  const types::Signature* signature = method->signature();
  function.wrapper = true;
  function.position = position = method->pos;
  const uint32_t result_slots = slots(signature->results);
  const uint32_t param_slots = slots(signature->params);
  alloc(result_slots);
  Place holder;
  if (receiver == Receiver::parameter || (receiver == Receiver::data_word && scalar(type))) {
    holder = frame_place(alloc(slots(type)), type);
  } else if (receiver == Receiver::data_word) {
    holder = memory_place(alloc(1), 0, type, true);
  }
  const Slot params = alloc(param_slots);
  function.results = result_slots;
  function.params = top() - result_slots;
  if (receiver == Receiver::captured) {
    const Slot bound = alloc(slots(type));
    function.captures = slots(type);
    for (uint32_t i = 0; i < function.captures; ++i) emit(Opcode::load_capture, bound + i, i);
    holder = frame_place(bound, type);
  }
  holder = follow(holder, selection.path);
  if (selection.path.empty() && types::under_as<types::Pointer>(type) && !method->pointer_receiver() &&
      receiver == Receiver::data_word) {
    check_receiver(read(holder), method);
  }
  const bool dynamic = types::is_interface(holder.type);
  const Slot interface = dynamic ? read(holder) : 0;
  const Slot base = alloc(result_slots);
  const Slot receiver_slot = alloc(dynamic ? 1 : receiver_slots(method));
  if (!dynamic) pass_receiver(holder, method, receiver_slot);
  const Slot arguments = alloc(param_slots);
  move(arguments, params, param_slots);
  if (dynamic) {
    emit_x(Opcode::call_iface, base, interface, result_slots, types_.method(method));
  } else if (method->native) {
    emit_x(Opcode::call_native, base, 0, 0, m_.native(method));
  } else {
    emit_x(Opcode::call, base, 0, 0, m_.function(method));
  }
  move(0, base, result_slots);
  return complete();
}

}  // namespace gocheck::lower
