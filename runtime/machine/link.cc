#include "runtime/machine/link.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "runtime/machine/panic.h"
#include "runtime/program/invariant.h"

namespace gocheck::machine {

using program::Kind;

namespace {

// Natives of the machine itself, sorted by name.
constexpr NativeEntry kMachineNatives[] = {
    {"runtime.Goexit", native_goexit},
    {"runtime.fatal", native_fatal},
};

NativeFunction find_native(std::span<const NativeEntry> table, std::string_view name) {
  const auto found = std::ranges::lower_bound(table, name, {}, &NativeEntry::name);
  return found != table.end() && found->name == name ? found->function : nullptr;
}

// The size of the variable that an atomic operation's first parameter points to.
uint8_t atomic_width(const program::Program& program, const program::Native& native) {
  if (native.param_types.empty()) return 8;
  const program::Type& pointer = program.types[native.param_types[0]];
  if (pointer.kind != Kind::pointer) return 8;
  return program.types[pointer.element].size == 4 ? 4 : 8;
}

}  // namespace

Linkage::Linkage(const program::Program& program) {
  link_natives(program);
  link_methods(program);
}

void Linkage::link_natives(const program::Program& program) {
  natives_.reserve(program.natives.size());
  for (const program::Native& native : program.natives) {
    LinkedNative& linked = natives_.emplace_back();
    linked.results = static_cast<uint16_t>(native.results);
    linked.params = static_cast<uint16_t>(native.params);
    linked.operation = operation_of_native(native.name);
    linked.width = atomic_width(program, native);
    if (linked.operation != OpKind::none) continue;
    linked.function = find_native(kMachineNatives, native.name);
    if (!linked.function) linked.function = find_native(native_table(), native.name);
    // A name that nobody implements is found out when it is called: the library may declare more
    // than a program uses.
    if (!linked.function) linked.function = native_missing;
  }
}

void Linkage::link_methods(const program::Program& program) {
  size_t count = 0;
  for (const program::Type& type : program.types) count += type.methods.size();
  methods_.resize(std::bit_ceil(2 * count + 2));
  mask_ = methods_.size() - 1;
  for (program::TypeId type = 0; type < program.types.size(); type++) {
    for (const program::TypeMethod& method : program.types[type].methods) {
      const uint64_t key = static_cast<uint64_t>(type) << 32 | method.method;
      uint64_t at = hash(key) & mask_;
      while (methods_[at].function != nullptr) at = (at + 1) & mask_;
      methods_[at] = {key, &program.functions[method.function]};
    }
  }
}

}  // namespace gocheck::machine
