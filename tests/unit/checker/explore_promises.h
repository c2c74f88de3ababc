// Does an Execution keep its promises? For tests of any implementation.
#pragma once

#include <string>

#include "checker/execution/execution.h"

namespace gocheck::checker {

// Walks through up to `max_states` states, depth first, and checks in each one:
//  - enabled() is sorted, without duplicates, and the same each time it is asked;
//  - undo() restores the state;
//  - every access of a footprint that orders something is among the goroutines' wishes, so that
//    the reversal of a pair is looked for;
//  - two enabled steps of different goroutines that are independent() and leave each other's footprint alone
//    commute: both orders are possible and lead to the same state.
// Says what is wrong; empty: nothing. The execution is left in the state in which it came.
std::string check_promises(Execution& execution, uint64_t max_states);

}  // namespace gocheck::checker
