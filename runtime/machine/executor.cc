#include "runtime/machine/executor.h"

#include "runtime/machine/link.h"

namespace gocheck::machine {

Executor::Executor(const program::Program& program)
    : program(program), linkage_(std::make_shared<const Linkage>(program)) {}

Executor::~Executor() = default;

}  // namespace gocheck::machine
