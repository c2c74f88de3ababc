#include "checker/detect/wait_graph.h"

#include <gtest/gtest.h>

namespace gocheck::checker {
namespace {

using Groups = std::vector<std::vector<GoroutineId>>;
using Goroutines = std::vector<GoroutineId>;

TEST(WaitGraph, NobodyWaits) {
  const WaitGraph graph;
  EXPECT_EQ(graph.cycles(), Groups{});
  EXPECT_EQ(graph.behind({1}), Goroutines{});
  EXPECT_FALSE(graph.waits(1));
}

TEST(WaitGraph, ChainIsNoCycle) {
  WaitGraph graph;
  graph.add(1, 2);
  graph.add(2, 3);
  EXPECT_EQ(graph.cycles(), Groups{});
  EXPECT_EQ(graph.behind({3}), (Goroutines{1, 2}));
  EXPECT_TRUE(graph.waits(2));
  EXPECT_FALSE(graph.waits(3));
}

TEST(WaitGraph, WaitsForItself) {
  WaitGraph graph;
  graph.add(4, 4);
  graph.add(2, 4);
  EXPECT_EQ(graph.cycles(), Groups{{4}});
  EXPECT_EQ(graph.behind({4}), Goroutines{2});
}

TEST(WaitGraph, CycleInTheOrderOfWaitingWithoutThoseBehind) {
  WaitGraph graph;
  graph.add(2, 7);
  graph.add(7, 5);
  graph.add(5, 2);
  graph.add(1, 5);
  graph.add(9, 1);
  EXPECT_EQ(graph.cycles(), (Groups{{2, 7, 5}}));
  EXPECT_EQ(graph.behind({2, 7, 5}), (Goroutines{1, 9}));
}

TEST(WaitGraph, TwoCycles) {
  WaitGraph graph;
  graph.add(1, 2);
  graph.add(2, 1);
  graph.add(3, 4);
  graph.add(4, 3);
  EXPECT_EQ(graph.cycles(), (Groups{{1, 2}, {3, 4}}));
}

// A writer waits for several readers, of which one waits for nothing that is known.
TEST(WaitGraph, WriterThatWaitsForReaders) {
  WaitGraph graph;
  graph.add(2, 3);
  graph.add(3, 2);
  graph.add(3, 4);
  EXPECT_EQ(graph.cycles(), (Groups{{2, 3}}));
}

TEST(WaitGraph, LongChainsTakeLinearTime) {
  WaitGraph graph;
  constexpr GoroutineId kMany = 50'000;
  for (GoroutineId g = 1; g < kMany; ++g) graph.add(g, g + 1);
  EXPECT_TRUE(graph.cycles().empty());
  graph.add(kMany, 1);
  ASSERT_EQ(graph.cycles().size(), 1u);
  EXPECT_EQ(graph.cycles()[0].size(), kMany);
}

}  // namespace
}  // namespace gocheck::checker
