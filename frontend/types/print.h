// The result of type checking as text, for --emit=types and tests.
#pragma once

#include <string>

#include "frontend/types/info.h"

namespace gocheck::types {

// What the package declares with types and constant values, sorted by name; then the types with their
// underlying types, methods and sizes; then the initialisation order.
std::string print(const Package& package, const Info& info);

}  // namespace gocheck::types
