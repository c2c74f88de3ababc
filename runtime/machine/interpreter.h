// The interpreter: executes a goroutine's bytecode until it has to stop.
//
// Included only by the two executors' .cc files, each of which instantiates it once; it is the
// one meaning of every instruction for both.
#pragma once

#include "runtime/machine/executor.h"

namespace gocheck::machine {

// Runs g from g.top().pc. On return g's frames are in a state from which run() can be called
// again (Stop::waiting: after somebody has completed g.operation and set g.status to ready).
// At most about `budget` back edges, calls and returns are executed.
// Neither blocks nor recurses on the native stack. Thread safe for distinct goroutines.
template <class E>
Stop run(E& executor, Goroutine& g, uint64_t budget);

}  // namespace gocheck::machine
