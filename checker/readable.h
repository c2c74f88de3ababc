// Witnesses that people can read.
#pragma once

#include <functional>

#include "checker/execution/controlled.h"
#include "checker/execution/witness.h"

namespace gocheck::checker {

// Gives the witness, whose replay is `shown`, a schedule with fewer steps, goroutines and switches, if the replay of that
// shows the finding, too: then both are replaced. Takes as long as one replay for each goroutine, or until `hurry` says, which is
// asked before each attempt, that it is time to be content.
void make_readable(const program::Program& program, Names& names, const Promotions& promotions,
                   const std::function<bool()>& hurry, Witness& witness, Replay& shown);

}  // namespace gocheck::checker
