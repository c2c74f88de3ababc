#include "runtime/machine/interpreter.h"

#include <gtest/gtest.h>

#include "tests/unit/machine/test_executor.h"

namespace gocheck::machine {
namespace {

TEST(Interpreter, Instantiates) {
  program::Program p;
  p.types.resize(1);
  auto& f = p.functions.emplace_back();
  f.name = "main.main";
  f.frame = 4;
  f.code.push_back({static_cast<uint16_t>(program::Opcode::ret), 0, 0, 0});
  TestExecutor e(p);
  e.run_program();
  EXPECT_EQ(e.status, 0);
}

}  // namespace
}  // namespace gocheck::machine
