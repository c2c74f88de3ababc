#include "runtime/machine/interpreter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/machine/assembler.h"
#include "tests/unit/machine/test_executor.h"

namespace gocheck::machine {
namespace {

using program::PrintKind;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Runs the function `entry` of the program, which has to verify; what it wrote to standard error.
std::string run_entry(Assembler& a, FunctionId entry, int expected_status = 0) {
  a.program.entry = entry;
  EXPECT_EQ(program::verify(a.program), "");
  EXPECT_EQ(program::verify_initialisation(a.program), "");
  TestExecutor executor(a.program);
  executor.run_program();
  EXPECT_EQ(executor.status, expected_status) << executor.standard_error;
  return executor.standard_error;
}

// The outcome of one binary instruction.
int64_t binary(Opcode opcode, int64_t x, int64_t y) {
  Assembler a;
  const FunctionId f = a.function("main.main", 0, 0, 3);
  a.integer(1, x).integer(2, y).op(opcode, 0, 1, 2).print_int(0).ret();
  return std::stoll(run_entry(a, f));
}

TEST(Interpreter, IntegerArithmetic) {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  EXPECT_EQ(binary(Opcode::add_i, 40, 2), 42);
  EXPECT_EQ(binary(Opcode::div_i, -7, 2), -3);
  EXPECT_EQ(binary(Opcode::rem_i, -7, 2), -1);
  EXPECT_EQ(binary(Opcode::div_i, kMin, -1), kMin);
  EXPECT_EQ(binary(Opcode::rem_i, kMin, -1), 0);
  EXPECT_EQ(binary(Opcode::and_not_i, 0b1111, 0b0101), 0b1010);
  EXPECT_EQ(binary(Opcode::shl, 1, 64), 0);
  EXPECT_EQ(binary(Opcode::shl, 1, 63), kMin);
  EXPECT_EQ(binary(Opcode::shr_i, kMin, 1000), -1);
  EXPECT_EQ(binary(Opcode::shr_u, -1, 63), 1);
  EXPECT_EQ(binary(Opcode::lt_u, 1, -1), 1);
  EXPECT_EQ(binary(Opcode::lt_i, 1, -1), 0);
}

TEST(Interpreter, RecursionGrowsTheStack) {
  Assembler a;
  const FunctionId sum = a.function("main.sum", 1, 1, 5);  // R0 = result, R1 = n
  a.op_x(Opcode::jump_ne_k, 1, 0, 0, 2).op(Opcode::zero, 0).ret();
  a.op(Opcode::add_k, 4, 1, -1);
  a.op_x(Opcode::call, 3, 0, 0, sum).op(Opcode::add_i, 0, 1, 3).ret();
  const FunctionId f = a.function("main.main", 0, 0, 2);
  a.integer(1, 100000).op_x(Opcode::call, 0, 0, 0, sum).print_int(0).ret();
  EXPECT_EQ(run_entry(a, f), "5000050000\n");
}

TEST(Interpreter, EndlessRecursionIsAStackOverflow) {
  Assembler a;
  const FunctionId f = a.function("main.main", 0, 0, 1);
  a.op_x(Opcode::call, 0, 0, 0, f).ret();
  a.program.entry = f;
  TestExecutor executor(a.program);
  executor.frame_limit = 1000;
  executor.run_program();
  EXPECT_THAT(executor.standard_error,
              StartsWith("runtime: goroutine stack exceeds 1000000000-byte limit\nfatal error: stack overflow\n"));
  EXPECT_THAT(executor.standard_error, HasSubstr("frames elided"));
}

TEST(Interpreter, LoopUsesUpItsBudgetAndGoesOn) {
  Assembler a;
  const FunctionId f = a.function("main.main", 0, 0, 2);
  a.integer(0, 0).integer(1, 100000);
  a.op(Opcode::add_k, 0, 0, 1).op_x(Opcode::jump_lt, 0, 1, 0, static_cast<uint64_t>(-3)).print_int(0).ret();
  EXPECT_EQ(run_entry(a, f), "100000\n");
}

TEST(Interpreter, DivisionByZeroPanics) {
  Assembler a;
  const FunctionId f = a.function("main.main", 0, 0, 2);
  a.integer(0, 1).integer(1, 0).op(Opcode::div_i, 0, 0, 1).ret();
  EXPECT_EQ(run_entry(a, f, 2),
            "panic: runtime error: integer divide by zero\n\ngoroutine 1 [running]:\nmain.main(...)\n\tmain.gol:5\n");
}

TEST(Interpreter, NilDereferencePanicsWithTheSignal) {
  Assembler a;
  const FunctionId f = a.function("main.main", 0, 0, 2);
  a.op(Opcode::zero, 0).op(Opcode::load_64, 1, 0, 8).ret();
  EXPECT_THAT(run_entry(a, f, 2),
              StartsWith("panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: "
                         "segmentation violation"));
}

TEST(Interpreter, ClosuresSeeWhatTheyCaptured) {
  Assembler a;
  const FunctionId body = a.function("main.main.func1", 1, 1, 3);
  a.current().captures = 2;
  a.op(Opcode::load_capture, 2, 1).op(Opcode::add_i, 0, 1, 2).ret();
  const FunctionId f = a.function("main.main", 0, 0, 5);
  a.integer(0, 7).integer(1, 30).op_x(Opcode::make_closure, 2, 0, 2, body);
  a.integer(4, 12).op(Opcode::call_closure, 3, 2).print_int(3).ret();
  EXPECT_EQ(run_entry(a, f), "42\n");
}

TEST(Interpreter, MethodValueInsertsTheReceiver) {
  Assembler a;
  const FunctionId method = a.function("main.T.Minus", 1, 2, 3);
  a.op(Opcode::sub_i, 0, 1, 2).ret();
  const TypeId named = a.scalar(Kind::int_, "main.T", 8);
  const TypeId signature = a.wide(Kind::func, "func(int) int", 1, false);
  a.program.types[signature].params = {a.program.type_int};
  a.program.types[signature].results = {a.program.type_int};
  a.program.methods.push_back({"Minus", signature});
  a.program.types[named].methods.push_back({0, method});
  const FunctionId f = a.function("main.main", 0, 0, 7);
  a.integer(0, 50).op_x(Opcode::make_iface, 1, 0, 0, named).op_x(Opcode::method_closure, 3, 1, 0, 0);
  a.integer(5, 8).op(Opcode::call_closure, 4, 3).print_int(4);
  a.integer(6, 9).op_x(Opcode::call_iface, 4, 1, 1, 0).print_int(4).ret();
  EXPECT_EQ(run_entry(a, f), "42\n41\n");
}

// ---- Panics ----

// A deferred function that prints what it recovers, if that is a string.
FunctionId recoverer(Assembler& a) {
  const FunctionId id = a.function("main.recoverer", 0, 0, 5);
  a.op(Opcode::recover, 0).op_x(Opcode::assert_type_ok, 2, 0, 4, a.program.type_string);
  a.op(Opcode::jump_ifnot, 4, 1, 0).print(PrintKind::string, 2).print(PrintKind::newline, 0).ret();
  a.current().code[3].b = 2;  // over both prints
  return id;
}

TEST(Panic, IsRecoveredByADeferredFunction) {
  Assembler a;
  const FunctionId r = recoverer(a);
  const FunctionId f = a.function("main.f", 0, 0, 4);
  a.defer(0, r).panic_text(0, "oops").finish_with_defers();
  const FunctionId main = a.function("main.main", 0, 0, 1);
  a.op_x(Opcode::call, 0, 0, 0, f).integer(0, 1).print_int(0).ret();
  EXPECT_EQ(run_entry(a, main), "oops\n1\n");
}

TEST(Panic, UncaughtNamesTheChain) {
  Assembler a;
  const FunctionId again = a.function("main.again", 0, 0, 4);
  a.panic_text(0, "second");
  const FunctionId f = a.function("main.main", 0, 0, 4);
  a.defer(0, again).panic_text(0, "first").finish_with_defers();
  EXPECT_THAT(run_entry(a, f, 2), StartsWith("panic: first\n\tpanic: second\n\ngoroutine 1 [running]:\nmain.again(...)"));
}

TEST(Panic, RecoveredAndRaisedAgain) {
  Assembler a;
  const FunctionId again = a.function("main.again", 0, 0, 6);
  a.op(Opcode::recover, 4).panic_text(0, "second");
  const FunctionId f = a.function("main.main", 0, 0, 4);
  a.defer(0, again).panic_text(0, "first").finish_with_defers();
  EXPECT_THAT(run_entry(a, f, 2), StartsWith("panic: first [recovered]\n\tpanic: second\n"));
}

TEST(Panic, ReplacedPanicIsRecoveredBelow) {
  // The panic in a deferred call replaces the first; the remaining deferred call recovers the second,
  // and nothing is left of either.
  Assembler a;
  const FunctionId r = recoverer(a);
  const FunctionId again = a.function("main.again", 0, 0, 4);
  a.panic_text(0, "second");
  const FunctionId f = a.function("main.f", 0, 0, 4);
  a.defer(0, r).defer(0, again).panic_text(0, "first").finish_with_defers();
  const FunctionId main = a.function("main.main", 0, 0, 1);
  a.defer(0, r).op_x(Opcode::call, 0, 0, 0, f).integer(0, 1).print_int(0).finish_with_defers();
  EXPECT_EQ(run_entry(a, main), "second\n1\n");
}

TEST(Panic, NestedRecoverySparesTheOuterPanic) {
  // A deferred function calls one that panics and recovers by itself; the outer panic goes on.
  Assembler a;
  const FunctionId r = recoverer(a);
  const FunctionId inner = a.function("main.inner", 0, 0, 4);
  a.defer(0, r).panic_text(0, "inner").finish_with_defers();
  const FunctionId deferred = a.function("main.deferred", 0, 0, 1);
  a.op_x(Opcode::call, 0, 0, 0, inner).ret();
  const FunctionId f = a.function("main.main", 0, 0, 4);
  a.defer(0, r).defer(0, deferred).panic_text(0, "outer").finish_with_defers();
  EXPECT_EQ(run_entry(a, f), "inner\nouter\n");
}

TEST(Panic, RecoverOnlyWorksInTheDeferredFunctionItself) {
  Assembler a;
  const FunctionId r = recoverer(a);
  const FunctionId helper = a.function("main.helper", 0, 0, 1);
  a.op_x(Opcode::call, 0, 0, 0, r).ret();
  const FunctionId f = a.function("main.main", 0, 0, 4);
  a.defer(0, helper).panic_text(0, "oops").finish_with_defers();
  EXPECT_THAT(run_entry(a, f, 2), StartsWith("panic: oops\n"));
}

TEST(Panic, WrappersAreTransparentForRecover) {
  Assembler a;
  const FunctionId r = recoverer(a);
  const FunctionId thunk = a.function("main.main.thunk", 0, 0, 1);
  a.current().wrapper = true;
  a.op_x(Opcode::call, 0, 0, 0, r).ret();
  const FunctionId f = a.function("main.main", 0, 0, 4);
  a.defer(0, thunk).panic_text(0, "oops").finish_with_defers();
  EXPECT_EQ(run_entry(a, f), "oops\n");
}

TEST(Panic, GoexitRunsDeferredCallsAndCannotBeRecovered) {
  Assembler a;
  a.program.natives.push_back({"runtime.Goexit"});
  const FunctionId r = a.function("main.cleanup", 0, 0, 2);
  a.op(Opcode::recover, 0).print_int(0).ret();
  const FunctionId f = a.function("main.main", 0, 0, 1);
  a.defer(0, r).op_x(Opcode::call_native, 0, 0, 0, 0).integer(0, 5).print_int(0).finish_with_defers();
  EXPECT_EQ(run_entry(a, f, 2), "0\nfatal error: all goroutines are asleep - deadlock!\n");
}

TEST(Panic, RecoveryInGoexitDoesNotCancelIt) {
  Assembler a;
  a.program.natives.push_back({"runtime.Goexit"});
  const FunctionId r = recoverer(a);
  const FunctionId panics = a.function("main.panics", 0, 0, 4);
  a.panic_text(0, "in Goexit");
  const FunctionId f = a.function("main.main", 0, 0, 1);
  a.defer(0, r).defer(0, panics).op_x(Opcode::call_native, 0, 0, 0, 0).finish_with_defers();
  EXPECT_EQ(run_entry(a, f, 2), "in Goexit\nfatal error: all goroutines are asleep - deadlock!\n");
}

TEST(Panic, DeferredNilFunctionPanicsWhenItRuns) {
  Assembler a;
  const FunctionId r = a.function("main.r", 0, 0, 2);
  a.op(Opcode::recover, 0).integer(0, 3).print_int(0).ret();
  const FunctionId f = a.function("main.main", 0, 0, 4);
  a.defer(0, r).op(Opcode::zero, 0).op(Opcode::defer, 0).panic_text(0, "first").finish_with_defers();
  EXPECT_EQ(run_entry(a, f), "3\n");
}

TEST(Panic, TellsTheExecutorOfFramesThatComeToTheTop) {
  Assembler a;
  const FunctionId r = recoverer(a);
  const FunctionId deep = a.function("main.deep", 0, 0, 4);
  a.panic_text(0, "oops");
  const FunctionId middle = a.function("main.middle", 0, 0, 1);
  a.op_x(Opcode::call, 0, 0, 0, deep).ret();
  const FunctionId f = a.function("main.main", 0, 0, 1);
  a.defer(0, r).op_x(Opcode::call, 0, 0, 0, middle).finish_with_defers();
  a.program.entry = f;
  TestExecutor executor(a.program);
  executor.budget = 1;                       // a turn ends with each call
  executor.save_all_frames_after_calls = 3;  // main, middle and deep are on the stack
  executor.run_program();
  EXPECT_EQ(executor.standard_error, "oops\n");
  EXPECT_THAT(executor.reentered, ::testing::ElementsAre(2, 1, 0));
}

}  // namespace
}  // namespace gocheck::machine
