// Which slots an instruction reads and writes, with the sizes that its types and tables give; for
// the verifier and the printer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/program/program.h"

namespace gocheck::program {

struct SlotRange {
  uint32_t first = 0;
  uint32_t count = 0;
  uint32_t end() const { return first + count; }
};

struct Effects {
  static constexpr uint32_t kNone = ~uint32_t{0};

  std::vector<SlotRange> reads;
  std::vector<SlotRange> writes;  // of a select or map_next: those of all outcomes
  // Calls: slots from here on have no defined contents afterwards, except for those written.
  uint32_t clobbers_from = kNone;
  // Calls of closures: how many results are written from there on is not known.
  bool unknown_results = false;
  // Word indices of all places in the code where execution may go on, other than the next instruction.
  std::vector<int64_t> targets;
  bool falls_through = true;
};

// The effects of the instruction at word `pc` of `function`; its ext word is there. A type, function or table index
// that is out of range is described in `error`; then the effects are incomplete.
Effects effects(const Program& program, const Function& function, uint32_t pc, std::string& error);

}  // namespace gocheck::program
