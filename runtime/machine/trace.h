// Stack traces as text, in the form of Go's (without arguments and offsets).
#pragma once

#include <string>

#include "runtime/machine/goroutine.h"

namespace gocheck::machine {

// As stack_trace(g), for a moment inside the instruction `site` of the top frame, whose pc has
// not been saved.
std::vector<TraceLine> stack_trace(const Goroutine& g, const program::Instruction* site);

// "goroutine 1 [running]:\nmain.f(...)\n\t/path/file.gol:12\n" and, if something started it,
// "created by main.main in goroutine 1\n\t/path/file.gol:7\n". `state`: "running", "chan send"...
// The middle of very deep stacks is left out, as Go does.
std::string format_trace(const program::Program& program, const Goroutine& g, std::string_view state);

// The position of an instruction of `function`.
Position position_of(const program::Function& function, const program::Instruction* at);

}  // namespace gocheck::machine
