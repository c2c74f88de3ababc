// Instructions on interface values {TypeId, data word}, and == of composite values.
#include <fmt/format.h>

#include "runtime/machine/compare.h"
#include "runtime/machine/frames.h"
#include "runtime/machine/link.h"
#include "runtime/machine/panic.h"
#include "runtime/machine/slow.h"
#include "runtime/program/invariant.h"

namespace gocheck::machine::slow {

using program::ext;
using program::Program;
using program::Type;
using program::TypeId;

namespace {

// The ext word of assertions: the target in the low half; the static type of the operand in the high
// half, 0 for an empty interface without name.
TypeId target_type(const Instruction* at) { return static_cast<TypeId>(ext(at)); }

std::string_view operand_name(const Program& program, const Instruction* at) {
  const TypeId id = static_cast<TypeId>(ext(at) >> 32);
  return id == 0 ? "interface {}" : std::string_view(program.types[id].name);
}

// The name of the first method of `interface` that `type` does not have.
std::string_view missing_method(const Program& program, TypeId type, TypeId interface) {
  std::string_view first;
  for (program::MethodId method : program.types[interface].interface_methods) {
    const std::string_view name = program.methods[method].name;
    if (!program.find_method(type, method) && (first.empty() || name < first)) first = name;
  }
  return first.substr(first.rfind('.') + 1);
}

}  // namespace

bool make_iface(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  const TypeId id = static_cast<TypeId>(ext(at));
  const Type& type = e.program.types[id];
  Slot data = R[at->b];
  if (!type.direct) {
    data = e.allocate(g, type.slots * sizeof(Slot), type.has_pointers);
    std::memcpy(e.host(data), R + at->b, type.slots * sizeof(Slot));
  }
  R[at->a] = id;
  R[at->a + 1] = data;
  return true;
}

bool assert_type(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  const TypeId dynamic = static_cast<TypeId>(R[at->b]), wanted = target_type(at);
  const Program& program = e.program;
  if (dynamic != wanted) {
    const std::string_view is = dynamic == 0 ? "nil" : std::string_view(program.types[dynamic].name);
    std::string text =
        fmt::format("{} is {}, not {}", operand_name(program, at), is, program.types[wanted].name);
    if (is == program.types[wanted].name) {
      const bool same_package = program.types[dynamic].package == program.types[wanted].package;
      text += same_package ? " (types from different scopes)" : " (types from different packages)";
    }
    raise_conversion(e, g, text);
    return false;
  }
  const Type& type = program.types[wanted];
  const Slot data = R[at->b + 1];
  if (type.direct) {
    R[at->a] = data;
  } else {
    std::memcpy(R + at->a, e.host(data), type.slots * sizeof(Slot));
  }
  return true;
}

bool assert_iface(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  const TypeId dynamic = static_cast<TypeId>(R[at->b]), wanted = target_type(at);
  const Program& program = e.program;
  if (dynamic == 0) {
    raise_conversion(e, g, fmt::format("interface is nil, not {}", program.types[wanted].name));
    return false;
  }
  if (!program.implements(dynamic, wanted)) {
    raise_conversion(e, g,
                     fmt::format("{} is not {}: missing method {}", program.types[dynamic].name,
                                 program.types[wanted].name, missing_method(program, dynamic, wanted)));
    return false;
  }
  const Slot data = R[at->b + 1];
  R[at->a] = dynamic;
  R[at->a + 1] = data;
  return true;
}

bool assert_iface_ok(Executor& e, Goroutine&, const Instruction* at, Slot* R) {
  const TypeId dynamic = static_cast<TypeId>(R[at->b]);
  const Slot data = R[at->b + 1];
  const bool ok = dynamic != 0 && e.program.implements(dynamic, target_type(at));
  R[at->a] = ok ? dynamic : 0;
  R[at->a + 1] = ok ? data : 0;
  R[at->c] = ok;
  return true;
}

bool method_closure(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  const TypeId dynamic = static_cast<TypeId>(R[at->b]);
  if (dynamic == 0) {
    raise_nil_dereference(e, g);
    return false;
  }
  const program::Function* function = e.linkage().method(dynamic, static_cast<program::MethodId>(ext(at)));
  GOCHECK_INVARIANT(function != nullptr);
  const Address closure = e.allocate(g, 2 * sizeof(Slot), true);
  const Slot words[2] = {static_cast<Slot>(function - e.program.functions.data()) | kBoundMethod,
                         R[at->b + 1]};
  std::memcpy(e.host(closure), words, sizeof(words));
  R[at->a] = closure;
  return true;
}

bool eq_mem(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  const Equality result = equal(e, g, static_cast<TypeId>(ext(at)), reinterpret_cast<const char*>(R + at->b),
                                reinterpret_cast<const char*>(R + at->c));
  R[at->a] = result == Equality::yes;
  return result != Equality::panicked;
}

}  // namespace gocheck::machine::slow
