// Functions of the library that are implemented in C++.
//
// A native sees its arguments and results as slots, laid out as for a call: results first, then
// parameters (program/instruction.h, "Calls"). It must not block and must not call Gol code; what
// does so is written in Gol (frontend/library) around natives. It reads and writes shared Gol
// memory through the Executor's hooks, so that races in it are seen.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "runtime/machine/executor.h"

namespace gocheck::machine {

struct Call {
  Executor& executor;
  Goroutine& goroutine;
  Slot* results;      // slot i of the results
  const Slot* args;   // slot i of the parameters
  const program::Instruction* site;
  const program::Native& native;

  // Strings are immutable: no tracking.
  std::string_view string(int arg) const {
    return {executor.host(args[arg]), static_cast<size_t>(args[arg + 1])};
  }
  double f64(int arg) const { return __builtin_bit_cast(double, args[arg]); }
  // Allocates a copy of `text` and stores it as result slots i, i+1.
  void return_string(int result, std::string_view text);
  void return_f64(int result, double value) { results[result] = __builtin_bit_cast(Slot, value); }
};

// Returns false after raise(): the goroutine is panicking.
using NativeFunction = bool (*)(Call&);

struct NativeEntry {
  std::string_view name;  // "strconv.formatFloat"
  NativeFunction function;
};

// All natives of runtime/native, sorted by name. A Program's natives are resolved against it once
// (resolve_natives); an unknown name is a fault of gocheck.
std::span<const NativeEntry> native_table();

}  // namespace gocheck::machine
