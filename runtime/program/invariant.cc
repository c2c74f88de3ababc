#include "runtime/program/invariant.h"

#include <cstdio>
#include <cstdlib>

namespace gocheck {

void internal_fault(const char* what) {
  std::fprintf(stderr, "gocheck: internal error: %s\n", what);
  std::fprintf(stderr, "This is a fault of gocheck, not of the program. Please report it.\n");
  std::_Exit(70);
}

void invariant_failed(const char* condition, const char* file, int line) {
  char what[512];
  std::snprintf(what, sizeof what, "%s does not hold (%s:%d)", condition, file, line);
  internal_fault(what);
}

void resource_lacking(const char* what) {
  std::fflush(stdout);
  std::fprintf(stderr, "gocheck: %s\n", what);
  std::_Exit(2);
}

}  // namespace gocheck
