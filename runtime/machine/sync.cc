#include "runtime/machine/sync.h"

namespace gocheck::machine {

bool has_object(OpKind kind) {
  return (kind >= OpKind::mutex_lock && kind <= OpKind::atomic_or) || kind == OpKind::timer_wait ||
         kind == OpKind::timer_stop || kind == OpKind::timer_reset;
}

program::Kind atomic_kind(const program::Program& program, const program::Instruction* site) {
  const program::Native& native = program.natives[program::ext(site)];
  return program.types[program.types[native.param_types[0]].element].kind;
}

}  // namespace gocheck::machine
