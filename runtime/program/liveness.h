// Which slots of a frame still matter at an instruction: those that may be read before they are written.
// Of a frame that is stopped there, all others may hold anything.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/program/program.h"

namespace gocheck::program {

class Liveness {
 public:
  // Analyses a verified function: time linear in its code for each nesting of loops.
  Liveness(const Program& program, const Function& function);

  // Slots that are live before the instruction at word `pc`, ascending. None where no instruction begins: there a frame
  // stands that panicked in its last instruction, and will not go on.
  const std::vector<uint16_t>& before(uint32_t pc);
  // May a capture of the running closure still be read from there on?
  bool needs_closure(uint32_t pc) const;

 private:
  using Set = std::vector<uint64_t>;  // one bit a slot, and one for the closure

  bool update(uint32_t pc);

  struct Node {
    Set reads, writes, live;
    std::vector<uint32_t> next;
    bool exists = false;
    bool listed = false;
    std::vector<uint16_t> list;
  };
  const uint32_t slots_;     // of the frame
  std::vector<Node> nodes_;  // by pc
};

}  // namespace gocheck::program
