#include "runtime/machine/map.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <set>

#include "tests/unit/machine/assembler.h"
#include "tests/unit/machine/test_executor.h"

namespace gocheck::machine {
namespace {

class MapTest : public ::testing::Test {
 protected:
  void use(TypeId key) {
    type_id = a.map(key, a.program.type_int);
    executor = std::make_unique<TestExecutor>(a.program);
    map = map_make(*executor, g, type(), 0);
  }
  const program::Type& type() const { return a.program.types[type_id]; }
  bool set(std::vector<Slot> key, Slot value) { return map_set(*executor, g, type(), map, key.data(), &value, nullptr); }
  void remove(std::vector<Slot> key) { map_delete(*executor, g, type(), map, key.data(), nullptr); }
  // -1 if there is none.
  int64_t get(std::vector<Slot> key) {
    const Slot* value;
    EXPECT_TRUE(map_find(*executor, g, type(), map, key.data(), nullptr, value));
    return value ? static_cast<int64_t>(*value) : -1;
  }
  uint64_t length() { return map_length(*executor, g, map, nullptr); }
  // First slots of all keys in the order of iteration, with `visit` called at each.
  template <class Visit>
  std::vector<Slot> keys(Visit visit) {
    std::vector<Slot> found;
    MapIterator it;
    const Slot *key, *value;
    map_begin(*executor, g, map, nullptr, it);
    while (map_advance(*executor, g, type(), it, nullptr, key, value) && key) {
      found.push_back(*key);
      visit(found.back());
    }
    return found;
  }
  std::vector<Slot> keys() {
    return keys([](Slot) {});
  }
  std::vector<Slot> string(std::string_view text) {
    const Address address = executor->allocate(g, text.size(), false);
    std::memcpy(executor->host(address), text.data(), text.size());
    return {address, text.size()};
  }

  Assembler a;
  Goroutine g;
  std::unique_ptr<TestExecutor> executor;
  TypeId type_id = 0;
  Address map = 0;
};

TEST_F(MapTest, AgreesWithAReference) {
  use(a.program.type_int);
  std::map<Slot, Slot> reference;
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; i++) {
    const Slot key = random() % 500;
    if (random() % 3 == 0) {
      remove({key});
      reference.erase(key);
    } else {
      set({key}, i);
      reference[key] = i;
    }
    ASSERT_EQ(length(), reference.size());
    const Slot probe = random() % 500;
    ASSERT_EQ(get({probe}), reference.contains(probe) ? static_cast<int64_t>(reference[probe]) : -1);
  }
  const std::vector<Slot> found = keys();
  EXPECT_EQ(std::set<Slot>(found.begin(), found.end()).size(), reference.size());
  EXPECT_EQ(found.size(), reference.size());
}

TEST_F(MapTest, IteratesInTheOrderOfInsertion) {
  use(a.program.type_int);
  for (Slot key : {5, 3, 9, 1}) set({key}, 0);
  remove({3});
  set({3}, 0);
  EXPECT_EQ(keys(), (std::vector<Slot>{5, 9, 1, 3}));
}

TEST_F(MapTest, StringsAreFoundByContents) {
  use(a.program.type_string);
  for (int i = 0; i < 100; i++) set(string("key number " + std::to_string(i)), i);
  for (int i = 0; i < 100; i++) EXPECT_EQ(get(string("key number " + std::to_string(i))), i);
  EXPECT_EQ(get(string("key number 100")), -1);
  EXPECT_EQ(get(string("")), -1);
}

TEST_F(MapTest, ZerosAreOneKeyAndNaNsAreMany) {
  use(a.program.type_float64);
  const auto bits = [](double value) { return std::vector<Slot>{__builtin_bit_cast(Slot, value)}; };
  set(bits(0.0), 1);
  set(bits(-0.0), 2);
  EXPECT_EQ(length(), 1u);
  EXPECT_EQ(get(bits(0.0)), 2);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (int i = 0; i < 100; i++) set(bits(nan), i);
  EXPECT_EQ(length(), 101u);
  EXPECT_EQ(get(bits(nan)), -1);
  remove(bits(nan));
  EXPECT_EQ(keys().size(), 101u);
  map_clear(*executor, g, map, nullptr);
  EXPECT_EQ(length(), 0u);
}

TEST_F(MapTest, DeletedEntriesAreNotProduced) {
  use(a.program.type_int);
  for (Slot key = 0; key < 100; key++) set({key}, key);
  const auto found = keys([&](Slot key) { remove({key + 1}); });
  EXPECT_EQ(found.size(), 50u);
  EXPECT_EQ(length(), 50u);
}

TEST_F(MapTest, GrowthDuringIterationKeepsEachEntryOnce) {
  use(a.program.type_int);
  for (Slot key = 0; key < 8; key++) set({key}, key);
  Slot next = 1000;
  const auto found = keys([&](Slot key) {
    if (key >= 8) return;
    for (int i = 0; i < 50; i++) set({next++}, 0);  // replaces the table several times
    remove({key == 3 ? Slot{6} : Slot{5000}});
  });
  const std::set<Slot> unique(found.begin(), found.end());
  EXPECT_EQ(unique.size(), found.size());
  for (Slot key = 0; key < 8; key++) EXPECT_EQ(unique.contains(key), key != 6) << key;
}

TEST_F(MapTest, ClearDuringIterationEndsIt) {
  use(a.program.type_float64);
  const Slot nan = __builtin_bit_cast(Slot, std::numeric_limits<double>::quiet_NaN());
  for (int i = 0; i < 20; i++) set({nan}, i);
  int visits = 0;
  keys([&](Slot) {
    if (++visits == 5) map_clear(*executor, g, map, nullptr);
  });
  EXPECT_EQ(visits, 5);
}

TEST_F(MapTest, NilMapReadsAsEmptyAndCannotBeWritten) {
  use(a.program.type_int);
  map = 0;
  EXPECT_EQ(get({1}), -1);
  EXPECT_EQ(length(), 0u);
  EXPECT_TRUE(keys().empty());
  remove({1});
  EXPECT_FALSE(set({1}, 1));
  EXPECT_NE(g.panic, 0u);
}

TEST_F(MapTest, UnhashableKeysPanicEvenIfTheMapIsEmpty) {
  use(a.any);
  const Slot slice[3] = {};
  std::vector<Slot> key = {a.ints, executor->address_of(slice)};
  const Slot* value;
  EXPECT_FALSE(map_find(*executor, g, type(), map, key.data(), nullptr, value));
  EXPECT_TRUE(set({a.program.type_int, 7}, 1));
  EXPECT_EQ(get({a.program.type_int, 7}), 1);
  EXPECT_EQ(get({a.int32, 7}), -1);
}

}  // namespace
}  // namespace gocheck::machine
