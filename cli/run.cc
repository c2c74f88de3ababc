#include "cli/run.h"

#include "runtime/parallel/parallel.h"

namespace gocheck::cli {

int run_command(const program::Program& program, const RunOptions& options) {
  parallel::Options parallel;
  parallel.processors = options.processors;
  parallel.memory_limit = options.memory_limit;
  parallel.arguments.push_back(options.name);
  parallel.arguments.insert(parallel.arguments.end(), options.arguments.begin(), options.arguments.end());
  return parallel::run(program, parallel);
}

}  // namespace gocheck::cli
