// Threads of the runtime.
#pragma once

#include <system_error>
#include <thread>
#include <utility>

#include "runtime/program/invariant.h"

namespace gocheck::parallel {

// A thread that does `work`. If the system refuses another one, the process ends with a message.
template <typename Work>
std::thread start_thread(Work work) {
  try {
    return std::thread(std::move(work));
  } catch (const std::system_error&) {
    resource_lacking("the system refuses another thread: not enough memory, or too many threads (see ulimit -u, -v)");
  }
}

}  // namespace gocheck::parallel
