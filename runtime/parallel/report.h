// Goroutines as Go's stack dumps show them.
#pragma once

#include <string>
#include <string_view>

#include "runtime/parallel/goroutine.h"

namespace gocheck::parallel {

// "goroutine 7 [chan receive]:\nmain.f(...)\n\t/path/file.go:12\n": g does not run, or runs on the
// calling thread. An empty `state` stands for what the goroutine waits for.
std::string describe(const program::Program& program, const ParallelGoroutine& g,
                     std::string_view state = {});

}  // namespace gocheck::parallel
