// The model keeps the promises of execution.h.
#include <gtest/gtest.h>

#include "tests/unit/checker/explore_promises.h"
#include "tests/unit/checker/model_generator.h"
#include "tests/unit/checker/model_programs.h"

namespace gocheck::checker::model {
namespace {

TEST(Promises, RandomPrograms) {
  for (uint64_t seed = 1; seed <= 2'000; ++seed) {
    const Program program = random_program(seed);
    ModelExecution execution(program);
    ASSERT_EQ(check_promises(execution, 200), "") << "seed " << seed << '\n' << program.text();
  }
}

TEST(Promises, ClassicPrograms) {
  const Program programs[] = {last_zero(4), file_system(14), counter(3), senders(3, 3, 1), pairs(3), pipeline(3, 3, 1)};
  for (const Program& program : programs) {
    ModelExecution execution(program);
    EXPECT_EQ(check_promises(execution, 2'000), "");
  }
}

}  // namespace
}  // namespace gocheck::checker::model
