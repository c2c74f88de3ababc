// Programs, written instruction by instruction, on several workers.
#include "runtime/parallel/parallel.h"

#include <gtest/gtest.h>
#include <time.h>

#include <string>

#include "tests/unit/machine/assembler.h"

namespace gocheck::parallel {
namespace {

using machine::Assembler;
using program::Kind;
using program::Opcode;

struct Outcome {
  int status;
  std::string standard_output, standard_error;
};

class ParallelTest : public testing::Test, public Assembler {
 protected:
  ParallelTest() {
    chan = scalar(Kind::chan, "chan int", 8);
    program.types[chan].element = program.type_int;
    program.globals_size = 256;
  }

  // A native without results whose first parameter is an object, followed by `params` - 1 others.
  uint64_t native(std::string name, uint32_t results, uint32_t params) {
    program::Native& n = program.natives.emplace_back();
    n.name = std::move(name);
    n.results = results;
    n.params = params;
    n.param_types.assign(params, program.type_int);
    return program.natives.size() - 1;
  }

  // The first function is made main.
  Outcome run(int workers) {
    program.entry = program.main = main_function;
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Options options;
    options.processors = workers;
    Outcome outcome;
    outcome.status = parallel::run(program, options);
    outcome.standard_output = testing::internal::GetCapturedStdout();
    outcome.standard_error = testing::internal::GetCapturedStderr();
    return outcome;
  }

  // global + offset to R[slot]; the value there.
  void global(int slot, uint64_t offset) { op_x(Opcode::global_addr, slot, 0, 0, offset); }
  void load_global(int slot, uint64_t offset) {
    global(slot, offset);
    op(Opcode::load_64, slot, slot, 0);
  }
  // The value at global + offset is set to R[slot], using R[address].
  void store_global(int address, uint64_t offset, int slot) {
    global(address, offset);
    op(Opcode::store_64, address, slot, 0);
  }
  // go function()
  Assembler& go(int slot, uint64_t function) {
    return op_x(Opcode::func_const, slot, 0, 0, function).op(Opcode::go, slot);
  }
  // `while (--R[slot] > 0)` back to the word `target`.
  void loop(int slot, uint32_t target) {
    op(Opcode::add_k, slot, slot, -1);
    op(Opcode::const_i, 19, 0, 0);
    op(Opcode::lt_i, 18, 19, slot);
    const int distance = static_cast<int>(target) - static_cast<int>(here()) - 1;
    op(Opcode::jump_if, 18, distance & 0xffff, distance >> 16 & 0xffff);
  }

  program::FunctionId main_function = 0;
  program::TypeId chan = 0;
};

// Two goroutines that send to each other `rounds` times over channels at globals 0 and 8.
class PingPong : public ParallelTest {
 protected:
  Outcome play(int64_t capacity, int64_t rounds, int workers) {
    const auto echo = function("main.echo", 0, 0, 20);
    load_global(0, 0);
    load_global(1, 8);
    integer(2, rounds);
    const uint32_t again = here();
    op_x(Opcode::recv, 3, 0, 0, chan).op(Opcode::add_k, 3, 3, 1).op_x(Opcode::send, 1, 3, 0, chan);
    loop(2, again);
    ret();

    main_function = function("main.main", 0, 0, 20);
    for (const int offset : {0, 8}) {
      integer(0, capacity).op_x(Opcode::make_chan, 1, 0, 0, chan);
      store_global(2, offset, 1);
    }
    go(0, echo);
    load_global(0, 0);
    load_global(1, 8);
    integer(2, rounds).integer(3, 0);
    const uint32_t round = here();
    op_x(Opcode::send, 0, 3, 0, chan).op_x(Opcode::recv, 3, 1, 0, chan);
    loop(2, round);
    print_int(3).ret();
    return run(workers);
  }
};

TEST_F(PingPong, Unbuffered) {
  const Outcome outcome = play(0, 2000, 3);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.standard_error, "2000\n");
}
TEST_F(PingPong, Buffered) { EXPECT_EQ(play(1, 2000, 3).standard_error, "2000\n"); }
TEST_F(PingPong, OneWorker) { EXPECT_EQ(play(0, 2000, 1).standard_error, "2000\n"); }

// Goroutines that add to a counter, protected by a mutex at global 16; a wait group at global 32.
class Counting : public ParallelTest {
 protected:
  Outcome count(int goroutines, int64_t rounds, int workers) {
    const uint64_t lock = native("sync.(*Mutex).Lock", 0, 1), unlock = native("sync.(*Mutex).Unlock", 0, 1);
    const uint64_t add = native("sync.(*WaitGroup).Add", 0, 2), wait = native("sync.(*WaitGroup).Wait", 0, 1);
    const auto worker = function("main.worker", 0, 0, 20);
    integer(0, rounds);
    const uint32_t again = here();
    global(1, 16);
    op_x(Opcode::call_native, 1, 0, 0, lock);
    load_global(2, 24);
    op(Opcode::add_k, 2, 2, 1);
    store_global(3, 24, 2);
    global(1, 16);
    op_x(Opcode::call_native, 1, 0, 0, unlock);
    loop(0, again);
    global(1, 32);
    integer(2, -1).op_x(Opcode::call_native, 1, 0, 0, add);
    ret();

    main_function = function("main.main", 0, 0, 20);
    global(1, 32);
    integer(2, goroutines).op_x(Opcode::call_native, 1, 0, 0, add);
    integer(0, goroutines);
    const uint32_t start = here();
    go(1, worker);
    loop(0, start);
    global(1, 32);
    op_x(Opcode::call_native, 1, 0, 0, wait);
    load_global(0, 24);
    print_int(0).ret();
    return run(workers);
  }
};

TEST_F(Counting, ManyGoroutines) { EXPECT_EQ(count(50, 200, 4).standard_error, "10000\n"); }
TEST_F(Counting, Contended) { EXPECT_EQ(count(2, 10000, 2).standard_error, "20000\n"); }
TEST_F(Counting, OneWorker) { EXPECT_EQ(count(10, 100, 1).standard_error, "1000\n"); }

// A select over two channels, each fed by a goroutine with its own multiples; closed by nobody.
TEST_F(ParallelTest, SelectReceivesEverythingOnce) {
  constexpr int64_t kRounds = 1000;
  program::FunctionId feeders[2];
  for (const int i : {0, 1}) {
    feeders[i] = function(i == 0 ? "main.ones" : "main.thousands", 0, 0, 20);
    load_global(0, 8 * i);
    integer(1, kRounds).integer(2, i == 0 ? 1 : 10'000);
    const uint32_t again = here();
    op_x(Opcode::send, 0, 2, 0, chan);
    loop(1, again);
    ret();
  }
  main_function = function("main.main", 0, 0, 20);
  for (const int offset : {0, 8}) {
    integer(0, 0).op_x(Opcode::make_chan, 1, 0, 0, chan);
    store_global(2, offset, 1);
  }
  program::SelectTable table;
  for (const uint16_t slot : {uint16_t{0}, uint16_t{1}}) {
    program::SelectCase c;
    c.channel = slot;
    c.value = 4;
    c.channel_type = chan;
    table.cases.push_back(c);
  }
  current().selects.push_back(table);
  for (const auto feeder : feeders) go(0, feeder);
  load_global(0, 0);
  load_global(1, 8);
  integer(2, 2 * kRounds).integer(3, 0);
  const uint32_t again = here();
  op_x(Opcode::select, 5, 0, 0, 0).op(Opcode::add_i, 3, 3, 4);
  loop(2, again);
  print_int(3).ret();
  const Outcome outcome = run(3);
  EXPECT_EQ(outcome.standard_error, "10001000\n");
  EXPECT_EQ(outcome.status, 0);
}

TEST_F(ParallelTest, DeadlockIsReported) {
  const auto child = function("main.child", 0, 0, 20);
  load_global(0, 0);
  op_x(Opcode::recv, 1, 0, 0, chan).ret();
  main_function = function("main.main", 0, 0, 20);
  integer(0, 0).op_x(Opcode::make_chan, 1, 0, 0, chan);
  store_global(2, 0, 1);
  go(0, child);
  integer(0, 0).op_x(Opcode::recv, 1, 0, 0, chan).ret();
  for (const int workers : {1, 2, 4}) {
    const Outcome outcome = run(workers);
    EXPECT_EQ(outcome.status, 2);
    EXPECT_TRUE(
        outcome.standard_error.starts_with("fatal error: all goroutines are asleep - deadlock!\n\ngoroutine "
                                           "1 [chan receive (nil chan)]:\nmain.main()\n\t"))
        << outcome.standard_error;
    EXPECT_NE(outcome.standard_error.find(" [chan receive]:\nmain.child()\n\t"), std::string::npos)
        << outcome.standard_error;
  }
}

TEST_F(ParallelTest, CloseWakesReceiversAndPanicsSenders) {
  const auto sender = function("main.sender", 0, 0, 20);
  load_global(0, 0);
  integer(1, 5).op_x(Opcode::send, 0, 1, 0, chan).ret();
  main_function = function("main.main", 0, 0, 20);
  const uint64_t yield = native("runtime.Gosched", 0, 0);
  integer(0, 0).op_x(Opcode::make_chan, 1, 0, 0, chan);
  store_global(2, 0, 1);
  go(0, sender);
  integer(3, 50);
  const uint32_t again = here();
  op_x(Opcode::call_native, 4, 0, 0, yield);
  loop(3, again);
  op(Opcode::close, 1);
  op_x(Opcode::recv, 5, 6, 0, chan).ret();  // R[6] is not set: waits for ever, until the sender panics
  current().code[current().code.size() - 3].b = 7;
  const Outcome outcome = run(1);
  EXPECT_EQ(outcome.status, 2);
  EXPECT_TRUE(outcome.standard_error.starts_with(
      "panic: send on closed channel\n\ngoroutine 2 [running]:\nmain.sender()"))
      << outcome.standard_error;
}

TEST_F(ParallelTest, UnlockOfUnlockedMutexIsFatal) {
  main_function = function("main.main", 0, 0, 20);
  global(0, 16);
  op_x(Opcode::call_native, 0, 0, 0, native("sync.(*Mutex).Unlock", 0, 1)).ret();
  const Outcome outcome = run(2);
  EXPECT_EQ(outcome.status, 2);
  EXPECT_TRUE(outcome.standard_error.starts_with(
      "fatal error: sync: unlock of unlocked mutex\n\ngoroutine 1 [running]:\nmain.main()\n"))
      << outcome.standard_error;
}

TEST_F(ParallelTest, SleepersAreNoDeadlock) {
  const uint64_t sleep = native("time.sleepUntil", 0, 1);
  main_function = function("main.main", 0, 0, 20);
  integer(0, 0).op_x(Opcode::call_native, 0, 0, 0, sleep);  // long past
  integer(0, 1).print_int(0).ret();
  EXPECT_EQ(run(2).standard_error, "1\n");
}

// The last thing that was to be expected has come, and then everything waits.
TEST_F(ParallelTest, DeadlockAfterASleepIsReported) {
  const uint64_t sleep = native("time.sleepUntil", 0, 1);
  main_function = function("main.main", 0, 0, 20);
  integer(0, 0).op_x(Opcode::const_x, 1, 0, 0, 0);
  op(Opcode::add_i, 0, 0, 1).op_x(Opcode::call_native, 0, 0, 0, sleep);
  integer(0, 0).op_x(Opcode::recv, 1, 0, 0, chan).ret();
  for (int i = 0; i < 20; ++i) {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    const int64_t soon = int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec + 500'000;
    program::Function& main = program.functions[main_function];
    main.code[1] = __builtin_bit_cast(program::Instruction, soon);
    const Outcome outcome = run(1 + i % 3);
    EXPECT_EQ(outcome.status, 2);
    EXPECT_TRUE(outcome.standard_error.starts_with("fatal error: all goroutines are asleep - deadlock!\n"));
  }
}

TEST_F(ParallelTest, ExitEndsTheProgramWithItsStatus) {
  const auto child = function("main.child", 0, 0, 20);
  integer(0, 7).op_x(Opcode::call_native, 0, 0, 0, native("os.runtimeExit", 0, 1)).ret();
  main_function = function("main.main", 0, 0, 20);
  go(0, child);
  integer(0, 0).op_x(Opcode::recv, 1, 0, 0, chan).ret();
  const Outcome outcome = run(2);
  EXPECT_EQ(outcome.status, 7);
  EXPECT_EQ(outcome.standard_error, "");
}

}  // namespace
}  // namespace gocheck::parallel
