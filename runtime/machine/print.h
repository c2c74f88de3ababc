// Text of values as Go's print statements and uncaught panics show them.
#pragma once

#include <string>

#include "runtime/machine/executor.h"

namespace gocheck::machine {

// As print(x): "+1.500000e+000".
std::string print_float(double value);

// What follows "panic: " for the interface value {type, data} without Error or String method.
std::string panic_value_text(const Executor& e, program::TypeId type, Slot data);

// The print instruction: text of the value at `value`.
std::string print_text(program::PrintKind kind, const Executor& e, const Slot* value);

}  // namespace gocheck::machine
