// Who waits for whom, in words; many who wait alike are told together.
#pragma once

#include <string>
#include <vector>

#include "checker/detect/finding.h"

namespace gocheck::checker {

// One line for each goroutine, or for more than a few that wait at one place for the same or for each other:
//   "    main.func1#2 waits in sync.Mutex.Lock at x.gol:10:4 for main, which locked it at x.gol:5:2"
//   "    main.func1#2 to #13 (12 goroutines) wait in sync.Mutex.Lock at x.gol:10:4, each for another of them, which ..."
std::string who_waits_for_whom(const program::Program& program, const std::vector<Waiting>& waiting);

// "x.gol:5:2"; "?" if it is not known.
std::string place(const program::Program& program, Position at);

}  // namespace gocheck::checker
