// Exact numbers of executions: one per Mazurkiewicz trace.
#include <gtest/gtest.h>

#include "tests/unit/checker/model_observe.h"
#include "tests/unit/checker/model_programs.h"

namespace gocheck::checker::model {
namespace {

Statistics explore(const Program& program) {
  const Observation observation = observe(explore_reduced, program, {}, false);
  EXPECT_TRUE(observation.outcome.complete());
  EXPECT_EQ(observation.outcome.statistics.blocked, 0u);
  return observation.outcome.statistics;
}

uint64_t factorial(uint64_t n) { return n == 0 ? 1 : n * factorial(n - 1); }

TEST(Counts, Readers) {
  for (uint32_t n = 1; n <= 10; ++n) EXPECT_EQ(explore(readers(n)).executions, 1u << n) << n;
}

TEST(Counts, LastZero) {
  const uint64_t expected[] = {0, 2, 5, 12, 28, 64, 144, 320, 704, 1536, 3328};
  for (uint32_t n = 1; n <= 10; ++n) EXPECT_EQ(explore(last_zero(n)).executions, expected[n]) << n;
}

TEST(Counts, Indexer) {
  EXPECT_EQ(explore(indexer(11)).executions, 1u);
  EXPECT_EQ(explore(indexer(12)).executions, 8u);
  EXPECT_EQ(explore(indexer(13)).executions, 64u);
}

TEST(Counts, FileSystem) {
  EXPECT_EQ(explore(file_system(13)).executions, 1u);
  EXPECT_EQ(explore(file_system(14)).executions, 2u);
  EXPECT_EQ(explore(file_system(16)).executions, 8u);
  EXPECT_EQ(explore(file_system(18)).executions, 32u);
  EXPECT_EQ(explore(file_system(19)).executions, 64u);
}

TEST(Counts, Locks) {
  for (uint32_t n = 1; n <= 6; ++n) EXPECT_EQ(explore(counter(n)).executions, factorial(n)) << n;
  for (uint32_t n = 1; n <= 8; ++n) EXPECT_EQ(explore(lock_forever(n)).executions, n) << n;
}

TEST(Counts, Senders) {
  for (uint32_t n = 1; n <= 6; ++n) {
    EXPECT_EQ(explore(senders(n, 1, 0)).executions, n) << n;
    EXPECT_EQ(explore(senders(n, n, 0)).executions, factorial(n)) << n;
    EXPECT_EQ(explore(senders(n, n, 1)).executions, factorial(n)) << n;
    EXPECT_EQ(explore(pairs(n)).executions, factorial(n)) << n;
  }
}

TEST(Counts, Pipeline) {
  EXPECT_EQ(explore(pipeline(4, 5, 0)).executions, 1u);
  EXPECT_EQ(explore(pipeline(4, 5, 2)).executions, 1u);
}

}  // namespace
}  // namespace gocheck::checker::model
