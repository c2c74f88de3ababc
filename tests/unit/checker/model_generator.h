// Random small programs for the oracle tests.
#pragma once

#include <cstdint>

#include "tests/unit/checker/model.h"

namespace gocheck::checker::model {

// The same seed gives the same program, on every platform.
Program random_program(uint64_t seed);

// `program` with one operation, case or goroutine less, for every possibility.
std::vector<Program> smaller(const Program& program);

}  // namespace gocheck::checker::model
