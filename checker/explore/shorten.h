// Schedules that people can read.
#pragma once

#include <cstddef>
#include <vector>

#include "checker/execution/execution.h"

namespace gocheck::checker {

// A schedule that leads to the steps `needed` (positions in `schedule`, which begins at the present state): what has
// to come before them and nothing else, with few switches between goroutines; the last needed step comes last. With every
// step needed the same happens, in another order. The execution is in the same state afterwards. Time: the
// length of the schedule times the square of the number of goroutines.
Schedule shorten(Execution& execution, const Schedule& schedule, const std::vector<size_t>& needed);

// The same steps in an order in which those come first, `essential` in number, that led the goroutines `stuck` to where they
// wait at the end of the schedule, or had to do with what they wait for. Time: as above.
Schedule bring_forward(Execution& execution, const Schedule& schedule, const std::vector<GoroutineId>& stuck,
                       size_t& essential);

}  // namespace gocheck::checker
