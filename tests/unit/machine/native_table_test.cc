// The machine's tests do without the library: its natives, and what they need, are defined here.
#include <span>

#include "runtime/machine/native.h"

namespace gocheck::machine {

std::span<const NativeEntry> native_table() { return {}; }

}  // namespace gocheck::machine
