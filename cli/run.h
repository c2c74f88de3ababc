// `gocheck run`: executes a program on all cores.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/program/program.h"

namespace gocheck::cli {

struct RunOptions {
  int processors = 0;          // --procs; 0: $GOMAXPROCS, or all
  uint64_t memory_limit = 0;   // --memory-limit, bytes; 0: three quarters of the machine's
  std::string name;            // os.Args[0]
  std::vector<std::string> arguments;  // the rest of os.Args
};

// Runs a compiled program to its end; returns its exit status. To be called once per process.
int run_command(const program::Program& program, const RunOptions& options);

}  // namespace gocheck::cli
