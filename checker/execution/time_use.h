// Whether a program can tell what time it is.
#pragma once

#include "runtime/program/program.h"

namespace gocheck::checker {

// False if the program neither asks for the time nor uses the times that timers send: then no state depends on
// the time itself, only on how far away deadlines are. Linear in the program.
bool observes_time(const program::Program& program);

}  // namespace gocheck::checker
