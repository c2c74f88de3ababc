#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/program/program.h"

namespace gocheck::program {
namespace {

using ::testing::HasSubstr;

// A program of one function with a frame of four slots.
class VerifyTest : public ::testing::Test {
 protected:
  VerifyTest() {
    program.types.resize(1);
    Function& f = program.functions.emplace_back();
    f.name = "main.main";
    f.frame = 4;
  }
  void op(Opcode opcode, uint16_t a = 0, uint16_t b = 0, uint16_t c = 0) {
    Function& f = program.functions[0];
    f.code.push_back({static_cast<uint16_t>(opcode), a, b, c});
    f.positions.resize(f.code.size());
  }
  void ext(uint64_t word) {
    Function& f = program.functions[0];
    f.code.push_back(__builtin_bit_cast(Instruction, word));
    f.positions.resize(f.code.size());
  }

  Program program;
};

TEST_F(VerifyTest, AcceptsAProgram) {
  op(Opcode::const_i, 3, 1);
  op(Opcode::ret);
  EXPECT_EQ(verify(program), "");
}

TEST_F(VerifyTest, SlotsOutsideOfTheFrame) {
  op(Opcode::move3, 2, 0);
  op(Opcode::ret);
  EXPECT_EQ(verify(program), "function main.main: at 0 (move3): slot 4 is outside of the frame");
}

TEST_F(VerifyTest, JumpsIntoTheMiddleOfAnInstruction) {
  op(Opcode::const_x, 0);
  ext(7);
  op(Opcode::jump, 0, 0xfffe, 0xffff);
  EXPECT_THAT(verify(program), HasSubstr("jump to 1"));
}

TEST_F(VerifyTest, CodeThatEndsWithoutReturn) {
  op(Opcode::zero, 0);
  EXPECT_THAT(verify(program), HasSubstr("past the end"));
}

TEST_F(VerifyTest, MissingExtWord) {
  op(Opcode::const_x, 0);
  EXPECT_THAT(verify(program), HasSubstr("ext word"));
}

TEST_F(VerifyTest, UnknownOpcodeTypeAndFunction) {
  op(static_cast<Opcode>(9999));
  EXPECT_THAT(verify(program), HasSubstr("unknown opcode"));
  program.functions[0].code.clear();
  op(Opcode::new_, 0);
  ext(12);
  op(Opcode::ret);
  EXPECT_THAT(verify(program), HasSubstr("type 12 does not exist"));
  program.functions[0].code.clear();
  op(Opcode::call, 0);
  ext(12);
  op(Opcode::ret);
  EXPECT_THAT(verify(program), HasSubstr("function 12 does not exist"));
}

TEST_F(VerifyTest, InitialisationFollowsEveryPath) {
  op(Opcode::const_i, 0, 1);
  op(Opcode::jump_if, 0, 1);  // over the next
  op(Opcode::zero, 1);
  op(Opcode::move, 2, 1);
  op(Opcode::ret);
  EXPECT_EQ(verify(program), "");
  EXPECT_THAT(verify_initialisation(program), HasSubstr("at 3 (move): slot 1 may not have been written"));
  program.functions[0].code[1].a = 0;
  program.functions[0].code[2].op = static_cast<uint16_t>(Opcode::nil_check);
  program.functions[0].code[2].a = 0;
  program.functions[0].code[3].b = 0;
  EXPECT_EQ(verify_initialisation(program), "");
}

TEST_F(VerifyTest, InitialisationIsLostInLoopsThatCall) {
  op(Opcode::zero, 3);
  op(Opcode::move, 2, 3);
  op(Opcode::call, 3);
  ext(0);
  op(Opcode::jump, 0, static_cast<uint16_t>(-4), 0xffff);
  EXPECT_THAT(verify_initialisation(program), HasSubstr("at 1 (move): slot 3"));
}

TEST_F(VerifyTest, PrintsInstructionsAndTargets) {
  op(Opcode::const_i, 3, 0xffff, 0xffff);
  op(Opcode::call, 0);
  ext(0);
  op(Opcode::jump, 0, static_cast<uint16_t>(-3), 0xffff);
  const std::string text = print(program, program.functions[0]);
  EXPECT_THAT(text, HasSubstr("const_i        R3, -1"));
  EXPECT_THAT(text, HasSubstr("call           R0, main.main"));
  EXPECT_THAT(text, HasSubstr("jump           -> 1"));
}

}  // namespace
}  // namespace gocheck::program
