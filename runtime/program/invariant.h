// Ends of the process that no caller can prevent.
//
// Internal invariants stay on in release: a broken one is a fault of gocheck, said so with its place,
// and ends the process with status 70. A machine that lacks what gocheck needs is no fault: status 2.
#pragma once

namespace gocheck {

// Says that gocheck itself is broken, and how, and ends the process with status 70.
[[noreturn]] void internal_fault(const char* what);
[[noreturn]] void invariant_failed(const char* condition, const char* file, int line);

// Says what the machine lacks ("not enough memory ..."), and ends the process with status 2. Output that is
// buffered is written before. Allocates nothing; safe on every thread.
[[noreturn]] void resource_lacking(const char* what);

}  // namespace gocheck

#define GOCHECK_INVARIANT(condition) \
  (__builtin_expect(static_cast<bool>(condition), 1) ? void() : ::gocheck::invariant_failed(#condition, __FILE__, __LINE__))
