// The parallel runtime: executes a program for real, M goroutines on N threads.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "runtime/program/program.h"

namespace gocheck::parallel {

struct Options {
  int processors = 0;         // worker threads; 0: $GOMAXPROCS, or as many as there are processors
  uint64_t memory_limit = 0;  // bytes of Gol memory; 0: three quarters of the machine's
  std::vector<std::string> arguments;  // os.Args
  std::map<std::string, int64_t, std::less<>> options;  // Executor::option
};

// Runs the program to its end with the process's standard output and error, and returns its exit
// status: 2 after an uncaught panic, a fatal error or a deadlock, which are reported on standard
// error as Go does. One at a time per process.
int run(const program::Program& program, const Options& options);

}  // namespace gocheck::parallel
