// Internal invariants. They stay on in release: a broken one is a fault of gocheck, said so
// with its place, and ends the process with status 70.
#pragma once

namespace gocheck {

// Says that gocheck itself is broken, and how, and ends the process with status 70.
[[noreturn]] void internal_fault(const char* what);
[[noreturn]] void invariant_failed(const char* condition, const char* file, int line);

}  // namespace gocheck

#define GOCHECK_INVARIANT(condition) \
  (__builtin_expect(static_cast<bool>(condition), 1) ? void() : ::gocheck::invariant_failed(#condition, __FILE__, __LINE__))
