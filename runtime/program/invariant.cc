#include "runtime/program/invariant.h"

#include <cstdio>
#include <cstdlib>

namespace gocheck {

void invariant_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "gocheck: internal error: %s does not hold (%s:%d)\n", condition, file, line);
  std::fprintf(stderr, "This is a fault of gocheck, not of the program. Please report it.\n");
  std::_Exit(70);
}

}  // namespace gocheck
