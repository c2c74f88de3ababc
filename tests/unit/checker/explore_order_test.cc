// The relations of effects, vector clocks and the trace order.
#include <gtest/gtest.h>

#include "checker/order/clock.h"
#include "checker/order/dependence.h"
#include "checker/order/trace_order.h"

namespace gocheck::checker {
namespace {

using enum Effect;

TEST(Relation, OfVariables) {
  EXPECT_EQ(relation(read, read), Relation::independent);
  EXPECT_EQ(relation(read, write), Relation::reversible);
  EXPECT_EQ(relation(write, read), Relation::reversible);
  EXPECT_EQ(relation(write, write), Relation::reversible);
}

TEST(Relation, OfLocks) {
  EXPECT_EQ(relation(lock, lock), Relation::reversible);
  EXPECT_EQ(relation(unlock, lock), Relation::ordered);
  EXPECT_EQ(relation(unlock, read), Relation::reversible);
  EXPECT_EQ(relation(shared_lock, shared_lock), Relation::independent);
  EXPECT_EQ(relation(shared_lock, lock), Relation::reversible);
  EXPECT_EQ(relation(lock, shared_lock), Relation::reversible);
  EXPECT_EQ(relation(unlock, shared_lock), Relation::ordered);
  EXPECT_EQ(relation(release_shared, lock), Relation::independent);
  EXPECT_EQ(relation(release_shared, drain), Relation::ordered);
}

TEST(Relation, OfWaitGroups) {
  EXPECT_EQ(relation(add, add), Relation::independent);
  EXPECT_EQ(relation(done, done), Relation::independent);
  EXPECT_EQ(relation(done, last_done), Relation::independent);
  EXPECT_EQ(relation(last_done, last_done), Relation::reversible);
  EXPECT_EQ(relation(last_done, wait), Relation::ordered);
  EXPECT_EQ(relation(wait, wait), Relation::independent);
  EXPECT_EQ(relation(done, wait), Relation::ordered);
  EXPECT_EQ(relation(add, wait), Relation::reversible);
  EXPECT_EQ(relation(add, done), Relation::reversible);
}

TEST(Relation, OfPartners) {
  EXPECT_EQ(relation(compete, compete), Relation::competing);
  EXPECT_EQ(relation(compete, read), Relation::independent);
  EXPECT_EQ(relation(add, compete), Relation::independent);
}

TEST(Independence, LooksAtBothDirectionsAndAtBarriers) {
  const Footprint sends = {{1, write}, {2, order}}, receives = {{3, write}, {4, order}};
  EXPECT_TRUE(independent(sends, receives));
  EXPECT_FALSE(independent(sends, sends));
  EXPECT_FALSE(independent(Footprint{{9, barrier}}, receives));
  EXPECT_TRUE(independent(Footprint{{1, compete}}, Footprint{{1, compete}}));
  EXPECT_FALSE(independent(Footprint{{1, unlock}}, Footprint{{1, lock}}));
  EXPECT_FALSE(independent(Footprint{{1, done}}, Footprint{{1, last_done}})) << "then there is one too many";
}

TEST(Clocks, GrowAndJoin) {
  Clock a, b;
  a.set(2, 5);
  b.set(7, 1);
  EXPECT_EQ(a[7], 0u);
  EXPECT_FALSE(a.covers(b));
  a.join(b);
  EXPECT_TRUE(a.covers(b));
  EXPECT_EQ(a[2], 5u);
  EXPECT_EQ(a[7], 1u);
  EXPECT_FALSE(b.covers(a));
}

bool before(const TraceOrder& order, EventIndex e, EventIndex f) { return order.in_past(e, order.clock(f)); }

std::vector<EventIndex> conflicts(const TraceOrder& order, GoroutineId g, const Footprint& accesses) {
  std::vector<TraceOrder::Record> records;
  order.conflicts(g, order.clock_of(g), accesses, records);
  std::vector<EventIndex> events;
  for (const TraceOrder::Record r : records) events.push_back(order.event_of(r));
  return events;
}

TEST(Order, FollowsGoroutinesAndObjects) {
  TraceOrder order;
  order.push({.goroutine = 1}, {{10, write}});
  order.push({.goroutine = 2}, {{11, write}});
  order.push({.goroutine = 2}, {{10, read}});
  order.push({.goroutine = 3}, {{11, read}});
  EXPECT_FALSE(before(order, 0, 1));
  EXPECT_TRUE(before(order, 0, 2));
  EXPECT_TRUE(before(order, 1, 2));
  EXPECT_TRUE(before(order, 1, 3));
  EXPECT_FALSE(before(order, 0, 3));
  EXPECT_EQ(conflicts(order, 3, {{10, write}}), (std::vector<EventIndex>{0, 2}));
  order.pop();
  order.pop();
  EXPECT_EQ(conflicts(order, 3, {{10, write}}), (std::vector<EventIndex>{0}));
}

TEST(Order, ARendezvousJoinsTwoPasts) {
  TraceOrder order;
  order.push({.goroutine = 1}, {{10, write}});
  order.push({.goroutine = 2}, {{11, write}});
  order.push({.goroutine = 1, .partner = 2}, {{12, compete}});
  EXPECT_TRUE(before(order, 0, 2));
  EXPECT_TRUE(before(order, 1, 2));
  EXPECT_EQ(component(order.clock_of(2), 1), 2u);
  EXPECT_EQ(conflicts(order, 3, {{12, compete}}), (std::vector<EventIndex>{2}));
  EXPECT_TRUE(conflicts(order, 2, {{12, compete}}).empty()) << "it took part itself";
  order.push({.goroutine = 3, .partner = 4}, {{12, compete}});
  EXPECT_FALSE(before(order, 2, 3)) << "competing is no order";
}

TEST(Order, AChildComesAfterItsBirth) {
  TraceOrder order;
  order.push({.goroutine = 1}, {{10, write}});
  order.start(5);
  EXPECT_TRUE(conflicts(order, 5, {{10, write}}).empty());
  order.push({.goroutine = 5}, {});
  EXPECT_TRUE(before(order, 0, 1));
  order.pop();
  order.pop();
  EXPECT_TRUE(order.clock_of(5).empty());
}

TEST(Order, ABarrierComesAfterEverything) {
  TraceOrder order;
  order.push({.goroutine = 1}, {{10, write}});
  order.push({.goroutine = 2}, {});
  order.push({.goroutine = 0}, {{99, barrier}});
  order.push({.goroutine = 3}, {{99, read}});
  order.push({.goroutine = 4}, {});
  EXPECT_TRUE(before(order, 0, 2));
  EXPECT_TRUE(before(order, 1, 2));
  EXPECT_TRUE(before(order, 0, 3));
  EXPECT_FALSE(before(order, 2, 4));
}

TEST(Order, InitialsAreWhatCouldComeFirstWithoutTheEvent) {
  TraceOrder order;
  order.push({.goroutine = 1}, {{10, write}});
  order.push({.goroutine = 2}, {{11, write}});  // independent of event 0
  order.push({.goroutine = 3}, {{11, write}});  // after 1
  order.push({.goroutine = 4}, {{10, write}});  // after 0
  order.push({.goroutine = 5}, {{12, write}});
  std::vector<EventIndex> initials;
  order.initials(0, initials);
  EXPECT_EQ(initials, (std::vector<EventIndex>{1, 4}));
}

TEST(Order, EarlierConflictsOfTheSameKindAreFoundThroughTheLater) {
  TraceOrder order;
  order.push({.goroutine = 1}, {{10, add}});
  order.push({.goroutine = 1}, {{10, add}});
  std::vector<TraceOrder::Record> records;
  order.conflicts(2, order.clock_of(2), {{10, wait}}, records);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(order.event_of(records[0]), 1u);
  EXPECT_TRUE(order.previous_conflict(2, order.clock_of(2), records[0]));
  EXPECT_EQ(order.event_of(records[0]), 0u);
  EXPECT_FALSE(order.previous_conflict(2, order.clock_of(2), records[0]));
}

}  // namespace
}  // namespace gocheck::checker
