// What may still be accessed behind a state, and with whose knowledge.
#include "checker/detect/race_future.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "checker/detect/race.h"
#include "checker/explore/archive.h"
#include "checker/explore/summary.h"

namespace gocheck::checker {
namespace {

using Kind = StepEvent::Kind;
using Carrier = RaceFuture::Carrier;

constexpr uint64_t kLock = 0x100, kOtherLock = 0x108, kWord = 0x200;
constexpr uint64_t g(GoroutineId id) { return RaceFuture::goroutine(id); }
constexpr uint16_t plain(bool write) { return access_code(0xff, write, static_cast<uint8_t>(AccessClass::plain)); }

StepEvent access(GoroutineId goroutine, uint64_t word = kWord, uint16_t how = plain(true)) {
  return {.kind = Kind::access, .goroutine = goroutine, .how = how, .what = word};
}

StepLog step(std::initializer_list<StepEvent> events) {
  StepLog log;
  for (const StepEvent& event : events) log.add(event);
  return log;
}

// What lies in front of these steps, the last of which nothing follows.
RaceFuture before(std::initializer_list<StepLog> steps) {
  RaceFuture future;
  for (auto it = std::rbegin(steps); it != std::rend(steps); ++it) {
    RaceFuture earlier;
    earlier.add_behind(RaceFuture(future), *it);
    future = earlier;
  }
  return future;
}

// The carriers of the only group.
std::vector<Carrier> carriers(const RaceFuture& future) {
  EXPECT_TRUE(future.known());
  if (future.groups().size() != 1) {
    ADD_FAILURE() << future.groups().size() << " groups";
    return {};
  }
  return future.groups()[0].carriers;
}

std::vector<Carrier> carriers(std::initializer_list<StepLog> steps) { return carriers(before(steps)); }

using Carriers = std::vector<Carrier>;

TEST(RaceFuture, AnAccessKnowsWhatItsGoroutineKnows) {
  EXPECT_EQ(carriers({step({access(2)})}), Carriers{g(2)});
}

TEST(RaceFuture, KnowledgeComesByAcquiring) {
  const StepEvent acquire{.kind = Kind::acquire, .goroutine = 2, .what = kLock};
  EXPECT_EQ(carriers({step({acquire, access(2)})}), (Carriers{kLock, g(2)}));
  EXPECT_EQ(carriers({step({acquire}), step({access(2)})}), (Carriers{kLock, g(2)}));
  EXPECT_EQ(carriers({step({access(2), acquire})}), Carriers{g(2)}) << "it comes too late";
  EXPECT_EQ(carriers({step({acquire, access(3)})}), Carriers{g(3)}) << "it is another's";
}

TEST(RaceFuture, AReleaseReplacesWhatTheObjectKnew) {
  const StepEvent release{.kind = Kind::release, .goroutine = 3, .what = kLock};
  const StepEvent acquire{.kind = Kind::acquire, .goroutine = 2, .what = kLock};
  EXPECT_EQ(carriers({step({release}), step({acquire, access(2)})}), (Carriers{g(2), g(3)}));
  const StepEvent merge{.kind = Kind::merge, .goroutine = 3, .what = kLock};
  EXPECT_EQ(carriers({step({merge}), step({acquire, access(2)})}), (Carriers{kLock, g(2), g(3)}));
  EXPECT_EQ(carriers({step({acquire}), step({release}), step({access(2)})}), (Carriers{kLock, g(2)})) << "too late";
  const StepEvent other{.kind = Kind::release, .goroutine = 3, .what = kOtherLock};
  EXPECT_EQ(carriers({step({other}), step({acquire, access(2)})}), (Carriers{kLock, g(2)}));
}

TEST(RaceFuture, ARendezvousTellsBothEverything) {
  const StepEvent meeting{.kind = Kind::synchronize, .goroutine = 2, .what = 3};
  EXPECT_EQ(carriers({step({meeting, access(2)})}), (Carriers{g(2), g(3)}));
  EXPECT_EQ(carriers({step({meeting, access(3)})}), (Carriers{g(2), g(3)}));
  EXPECT_EQ(carriers({step({meeting, access(4)})}), Carriers{g(4)});
}

TEST(RaceFuture, AGoroutineBeginsWithWhatItsParentKnows) {
  const StepEvent start{.kind = Kind::start, .goroutine = 2, .what = 5};
  EXPECT_EQ(carriers({step({start, access(5)})}), Carriers{g(2)});
  EXPECT_EQ(carriers({step({start}), step({access(2)})}), Carriers{g(2)});
}

TEST(RaceFuture, WhatIsAllocatedBehindTheStateIsNoConcernOfThePast) {
  const StepEvent allocate{.kind = Kind::allocate, .goroutine = 2, .what = kWord, .size = 16};
  EXPECT_TRUE(before({step({allocate, access(2), access(2, kWord + 8)})}).groups().empty());
  EXPECT_EQ(before({step({allocate, access(2, kWord + 16)})}).groups().size(), 1U);
  EXPECT_EQ(before({step({allocate, access(2, kWord - 8)})}).groups().size(), 1U);
}

TEST(RaceFuture, OfTwoWaysTheOneWithFewerCarriersIsEnough) {
  const StepEvent acquire{.kind = Kind::acquire, .goroutine = 2, .what = kLock};
  const RaceFuture few = before({step({access(2)})}), more = before({step({acquire, access(2)})});
  for (const auto& [first, second] : {std::pair(few, more), std::pair(more, few)}) {
    RaceFuture both = first;
    both.add(second);
    EXPECT_EQ(carriers(both), Carriers{g(2)});
  }
  RaceFuture both = few;
  both.add(before({step({access(3)})}));
  EXPECT_EQ(both.groups().size(), 2U) << "neither set is part of the other";
}

// Nobody is taken for a carrier who is none.
TEST(RaceFuture, TooManyWaysHaveOnlyWhatTheyShare) {
  RaceFuture future;
  const auto way = [](GoroutineId id) {
    const StepEvent met{.kind = Kind::synchronize, .goroutine = id % 2, .what = id};
    return before({step({met, access(id % 2, kWord + 8 * id)})});
  };
  for (GoroutineId id = 3; id < 40; id++) future.add(way(id));
  EXPECT_LE(future.groups().size(), 12U);
  for (GoroutineId id = 3; id < 40; id++) {
    const RaceFuture::Access accessed{kWord + 8 * id, plain(true)};
    const Carriers those = carriers(way(id));
    size_t found = 0;
    for (const RaceFuture::Group& group : future.groups()) {
      if (std::ranges::find(group.accesses, accessed) == group.accesses.end()) continue;
      found++;
      EXPECT_TRUE(std::ranges::includes(those, group.carriers));
    }
    EXPECT_EQ(found, 1U);
  }
}

TEST(RaceFuture, SomeAccessesNeedEverybodyToHaveHeard) {
  for (const AccessClass kind : {AccessClass::atomic, AccessClass::second_close, AccessClass::channel}) {
    EXPECT_EQ(carriers({step({access(2, kWord, access_code(0xff, false, static_cast<uint8_t>(kind)))})}), Carriers{});
  }
  const uint16_t closing = access_code(0xff, true, static_cast<uint8_t>(AccessClass::channel));
  EXPECT_EQ(carriers({step({access(2, kWord, closing)})}), Carriers{g(2)});
}

TEST(RaceFuture, WhatIsNotKnownStaysSo) {
  RaceFuture unknown;
  unknown.forget();
  RaceFuture future = before({step({access(2)})});
  future.add(unknown);
  EXPECT_FALSE(future.known());
  RaceFuture behind;
  behind.add_behind(RaceFuture(unknown), step({access(2)}));
  EXPECT_FALSE(behind.known());
  StepLog endless;
  for (uint64_t i = 0; i < 100'000; i++) endless.add(access(2, kWord + 8 * (i % 10)));
  RaceFuture after;
  after.add_behind({}, endless);
  EXPECT_FALSE(after.known());
}

TEST(RaceFuture, NamesAreThoseThatEqualStatesShare) {
  Identity state;
  state.goroutines = {7, 2};
  state.first_renamed = 0x1000;
  state.objects = {{0x2000, 16, 0x1000}, {0x1800, 32, 0x1020}};
  RaceFuture future;
  const StepEvent acquire{.kind = Kind::acquire, .goroutine = 2, .what = 0x1808};
  future.add_behind({}, step({acquire, access(2, 0x2008), access(7, kWord), access(2, 0x3000)}));
  const RaceFuture canonical = future.canonical(state);
  RaceFuture expected;
  const StepEvent renamed{.kind = Kind::acquire, .goroutine = 1, .what = 0x1028};
  expected.add_behind({}, step({renamed, access(1, 0x1008), access(0, kWord)}));
  EXPECT_EQ(canonical, expected) << "what the state does not have is left out";
  RaceFuture same;
  same.add_behind({}, step({acquire, access(2, 0x2008), access(7, kWord)}));
  EXPECT_EQ(canonical.present(state), same);
}

TEST(RaceFuture, ComesBackFromAnArchive) {
  RaceFuture future = before({step({access(2), access(3, kWord + 8, plain(false))})}), loaded;
  for (int round = 0; round < 2; round++) {
    Saver saver;
    saver(future);
    const std::string bytes = std::move(saver).take();
    Loader loader(bytes);
    loader(loaded);
    EXPECT_TRUE(loader.ok() && loader.at_end());
    EXPECT_EQ(loaded, future);
    EXPECT_EQ(loaded.hash(), future.hash());
    future.forget();
  }
}

TEST(RaceFuture, IsSavedWithTheSummaryThatItBelongsTo) {
  Summary behind, summary, loaded;
  summary.add_behind(std::move(behind), {.goroutine = 2}, {}, {}, step({access(2)}));
  Saver saver;
  saver(summary);
  const std::string bytes = std::move(saver).take();
  Loader loader(bytes);
  loader(loaded);
  EXPECT_EQ(carriers(loaded.races()), Carriers{g(2)});
  Summaries all;
  EXPECT_NE(all.intern(summary), all.intern(Summary{})) << "summaries that differ in their races only are two";
  EXPECT_EQ(all.intern(summary), all.intern(loaded));
}

}  // namespace
}  // namespace gocheck::checker
