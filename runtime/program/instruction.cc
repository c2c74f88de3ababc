#include <string_view>

#include "runtime/program/program.h"

namespace gocheck::program {
namespace {

struct Entry {
  const char* name;
  const char* operands;
};

constexpr Entry kInstructions[] = {
#define V(name, operands) {#name, operands},
    GOCHECK_INSTRUCTIONS(V)
#undef V
};

}  // namespace

const char* name(Opcode op) { return kInstructions[static_cast<int>(op)].name; }

const char* operands(Opcode op) { return kInstructions[static_cast<int>(op)].operands; }

int length(Opcode op) {
  return std::string_view(operands(op)).find("X:") != std::string_view::npos ? 2 : 1;
}

}  // namespace gocheck::program
