#include "runtime/machine/map.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "runtime/machine/compare.h"
#include "runtime/machine/panic.h"

namespace gocheck::machine {

using program::Instruction;
using program::Kind;
using program::Type;
using program::TypeId;

namespace {

// Followed by uint32_t index[index_size] (entry numbers + 1, 0 = free), then by the entries:
// {hash | kLive, key slots, value slots}, all words.
struct MapTable {
  Address newer;        // the table that replaced this one; 0 while it is in use
  uint32_t capacity;    // entries
  uint32_t index_size;  // power of two, at least 4/3 of the capacity; 0: entries are searched one by one
  uint32_t used;        // entries made, tombstones included
  uint32_t cleared;     // clear() dropped it: nothing more to iterate over
};

constexpr uint64_t kLive = uint64_t{1} << 63;
constexpr uint32_t kUnindexed = 8;  // largest capacity without an index
constexpr uint64_t kMaxCapacity = uint64_t{1} << 30;

uint32_t* index_of(MapTable& table) { return reinterpret_cast<uint32_t*>(&table + 1); }

// How the entries of one map type lie and compare.
struct Shape {
  enum class Keys : uint8_t { word, string, general } keys;
  TypeId key_type;
  uint32_t key_slots;
  uint32_t stride;  // words of an entry

  Shape(const Executor& e, const Type& type) : key_type(type.key) {
    const Type& key = e.program.types[type.key];
    key_slots = key.slots;
    stride = 1 + key_slots + e.program.types[type.element].slots;
    keys = key.kind == Kind::string                                    ? Keys::string
           : program::is_scalar(key.kind) && !program::is_float(key.kind) ? Keys::word
                                                                       : Keys::general;
  }
};

MapHeader& header(const Executor& e, Address map) { return *reinterpret_cast<MapHeader*>(e.host(map)); }
MapTable& table_at(const Executor& e, Address table) { return *reinterpret_cast<MapTable*>(e.host(table)); }

Slot* entry(MapTable& table, const Shape& shape, uint32_t number) {
  Slot* entries = reinterpret_cast<Slot*>(index_of(table) + table.index_size);
  return entries + uint64_t{number} * shape.stride;
}

bool hash_key(Executor& e, Goroutine& g, const Shape& shape, const Slot* key, uint64_t& result) {
  switch (shape.keys) {
    case Shape::Keys::word: result = hash_word(key[0]); break;
    case Shape::Keys::string: result = hash_bytes(e.host(key[0]), key[1]); break;
    case Shape::Keys::general:
      if (!hash(e, g, shape.key_type, reinterpret_cast<const char*>(key), result)) return false;
      break;
  }
  result |= kLive;
  return true;
}

bool same_key(Executor& e, Goroutine& g, const Shape& shape, const Slot* x, const Slot* y) {
  switch (shape.keys) {
    case Shape::Keys::word: return x[0] == y[0];
    case Shape::Keys::string:
      return x[1] == y[1] && (x[0] == y[0] || same_bytes(e.host(x[0]), e.host(y[0]), x[1]));
    case Shape::Keys::general: break;
  }
  // Both have been hashed: they are comparable.
  return equal(e, g, shape.key_type, reinterpret_cast<const char*>(x), reinterpret_cast<const char*>(y)) ==
         Equality::yes;
}

// The entry of `key`, nullptr if there is none. Expected constant time.
Slot* lookup(Executor& e, Goroutine& g, const Shape& shape, MapTable& table, const Slot* key, uint64_t hash) {
  if (table.index_size == 0) {
    const uint32_t used = std::min(table.used, table.capacity);
    for (uint32_t i = 0; i < used; i++) {
      Slot* at = entry(table, shape, i);
      if (at[0] == hash && same_key(e, g, shape, at + 1, key)) return at;
    }
    return nullptr;
  }
  const uint32_t* index = index_of(table);
  const uint32_t mask = table.index_size - 1;
  // Racing insertions may fill an index: no probe goes around twice.
  uint32_t probe = static_cast<uint32_t>(hash) & mask;
  for (uint32_t i = 0; i <= mask && index[probe] != 0; i++, probe = (probe + 1) & mask) {
    Slot* at = entry(table, shape, index[probe] - 1);
    if (at[0] == hash && same_key(e, g, shape, at + 1, key)) return at;
  }
  return nullptr;
}

void enter_index(MapTable& table, uint32_t number, uint64_t hash, Executor* undo_of) {
  if (table.index_size == 0) return;
  uint32_t* index = index_of(table);
  const uint32_t mask = table.index_size - 1;
  uint32_t probe = static_cast<uint32_t>(hash) & mask;
  for (uint32_t i = 0; i <= mask && index[probe] != 0; i++) probe = (probe + 1) & mask;
  if (undo_of) {
    undo_of->assign(index[probe], number + 1);
  } else {
    index[probe] = number + 1;
  }
}

Address make_table(Executor& e, Goroutine& g, const Shape& shape, uint64_t entries) {
  uint32_t capacity = kUnindexed, index_size = 0;
  if (entries > kUnindexed) {
    index_size = static_cast<uint32_t>(std::bit_ceil(std::min(entries, kMaxCapacity) * 4 / 3));
    capacity = static_cast<uint32_t>(index_size / 4 * 3);
  }
  const uint64_t size = sizeof(MapTable) + index_size * sizeof(uint32_t) + uint64_t{capacity} * shape.stride * sizeof(Slot);
  const Address address = e.allocate(g, size, true);
  MapTable& table = table_at(e, address);
  table.capacity = capacity;
  table.index_size = index_size;
  return address;
}

// Replaces a full table by one without tombstones and, if most entries are alive, of twice the size.
Address grow(Executor& e, Goroutine& g, const Shape& shape, MapHeader& map) {
  MapTable& old = table_at(e, map.table);
  const uint64_t wanted = map.count > old.capacity / 2 ? uint64_t{old.capacity} * 2 : old.capacity;
  const Address address = make_table(e, g, shape, wanted);
  MapTable& table = table_at(e, address);
  for (uint32_t i = 0; i < std::min(old.used, old.capacity) && table.used < table.capacity; i++) {
    const Slot* from = entry(old, shape, i);
    if ((from[0] & kLive) == 0) continue;
    std::memcpy(entry(table, shape, table.used), from, shape.stride * sizeof(Slot));
    enter_index(table, table.used++, from[0], nullptr);
  }
  e.assign(old.newer, address);
  e.assign(map.table, address);
  return address;
}

bool concurrent(Executor& e, Goroutine& g, std::string_view text) {
  fatal(e, g, text);
  return false;
}

// Marks the map as being written for the time of an operation of the parallel runtime.
class Writing {
 public:
  Writing(Executor& e, MapHeader& map) : writer_(map.writer), active_(!e.controlled()) {
    if (!active_) return;
    clash_ = __atomic_load_n(&writer_, __ATOMIC_RELAXED) != 0;
    __atomic_store_n(&writer_, 1, __ATOMIC_RELAXED);
  }
  ~Writing() {
    if (active_) __atomic_store_n(&writer_, 0, __ATOMIC_RELAXED);
  }
  Writing(const Writing&) = delete;
  bool clash() const { return clash_; }

 private:
  uint64_t& writer_;
  bool active_;
  bool clash_ = false;
};

bool being_written(const MapHeader& map) { return __atomic_load_n(&map.writer, __ATOMIC_RELAXED) != 0; }

}  // namespace

Address map_make(Executor& e, Goroutine& g, const Type& type, uint64_t hint) {
  const Address address = e.allocate(g, sizeof(MapHeader), true);
  if (hint > kUnindexed) {
    const Address table = make_table(e, g, Shape(e, type), std::min(hint, kMaxCapacity));
    header(e, address).table = table;
  }
  return address;
}

uint64_t map_length(Executor& e, Goroutine& g, Address map, const Instruction* site) {
  if (map == 0) return 0;
  e.reading(g, map, sizeof(Slot), site);
  return header(e, map).count;
}

bool map_find(Executor& e, Goroutine& g, const Type& type, Address map, const Slot* key, const Instruction* site,
              const Slot*& value) {
  const Shape shape(e, type);
  uint64_t hash;
  value = nullptr;
  if (map != 0) e.reading(g, map, sizeof(Slot), site);
  if (map == 0 || header(e, map).count == 0) {
    return shape.keys != Shape::Keys::general || hash_key(e, g, shape, key, hash);
  }
  if (!hash_key(e, g, shape, key, hash)) return false;
  MapHeader& head = header(e, map);
  if (being_written(head)) return concurrent(e, g, "concurrent map read and map write");
  const Slot* found = lookup(e, g, shape, table_at(e, head.table), key, hash);
  if (found) value = found + 1 + shape.key_slots;
  return true;
}

bool map_set(Executor& e, Goroutine& g, const Type& type, Address map, const Slot* key, const Slot* value,
             const Instruction* site) {
  if (map == 0) {
    raise_plain(e, g, "assignment to entry in nil map");
    return false;
  }
  const Shape shape(e, type);
  uint64_t hash;
  if (!hash_key(e, g, shape, key, hash)) return false;
  e.writing(g, map, sizeof(Slot), site);
  MapHeader& head = header(e, map);
  const Writing writing(e, head);
  if (writing.clash()) return concurrent(e, g, "concurrent map writes");
  if (head.table == 0) e.assign(head.table, make_table(e, g, shape, 0));
  MapTable* table = &table_at(e, head.table);
  const uint32_t value_size = (shape.stride - 1 - shape.key_slots) * sizeof(Slot);
  if (Slot* found = lookup(e, g, shape, *table, key, hash)) {
    // Go keeps the old key, except that +0 and -0 are told apart by an overwrite.
    Slot* slots = found + 1;
    e.mutating(e.address_of(slots), (shape.stride - 1) * sizeof(Slot));
    if (shape.keys == Shape::Keys::general) std::memcpy(slots, key, shape.key_slots * sizeof(Slot));
    std::memcpy(slots + shape.key_slots, value, value_size);
    return true;
  }
  // Keys that are not equal to themselves (NaN) are never looked up: spread them.
  if (shape.keys == Shape::Keys::general && !same_key(e, g, shape, key, key)) hash = hash_word(table->used) | kLive;
  if (table->used >= table->capacity) {
    if (table->capacity >= kMaxCapacity) return concurrent(e, g, "gocheck: map too large");
    table = &table_at(e, grow(e, g, shape, head));
  }
  const uint32_t number = table->used;
  if (number >= table->capacity) return concurrent(e, g, "concurrent map writes");
  Slot* slots = entry(*table, shape, number);
  e.mutating(e.address_of(slots), shape.stride * sizeof(Slot));
  slots[0] = hash;
  std::memcpy(slots + 1, key, shape.key_slots * sizeof(Slot));
  std::memcpy(slots + 1 + shape.key_slots, value, value_size);
  enter_index(*table, number, hash, &e);
  e.assign(table->used, number + 1);
  e.assign(head.count, head.count + 1);
  return true;
}

bool map_delete(Executor& e, Goroutine& g, const Type& type, Address map, const Slot* key, const Instruction* site) {
  const Shape shape(e, type);
  uint64_t hash;
  if (!hash_key(e, g, shape, key, hash)) return false;
  if (map == 0) return true;
  e.writing(g, map, sizeof(Slot), site);
  MapHeader& head = header(e, map);
  if (head.table == 0) return true;
  const Writing writing(e, head);
  if (writing.clash()) return concurrent(e, g, "concurrent map writes");
  MapTable& table = table_at(e, head.table);
  Slot* found = lookup(e, g, shape, table, key, hash);
  if (!found) return true;
  // The tombstone drops what the entry refers to.
  e.mutating(e.address_of(found), shape.stride * sizeof(Slot));
  std::memset(found, 0, shape.stride * sizeof(Slot));
  e.assign(head.count, head.count - 1);
  return true;
}

bool map_clear(Executor& e, Goroutine& g, Address map, const Instruction* site) {
  if (map == 0) return true;
  e.writing(g, map, sizeof(Slot), site);
  MapHeader& head = header(e, map);
  if (head.table == 0) return true;
  const Writing writing(e, head);
  if (writing.clash()) return concurrent(e, g, "concurrent map writes");
  e.assign(table_at(e, head.table).cleared, uint32_t{1});
  e.assign(head.table, Address{0});
  e.assign(head.count, uint64_t{0});
  return true;
}

namespace {

// The third word of an iterator: next entry, where the walk began, and whether it has come around
// to the entries before that.
struct Place {
  uint32_t next : 31;
  uint32_t wrapped : 1;
  uint32_t start;
};
static_assert(sizeof(Place) == sizeof(Slot));

// An iteration may come to an entry that is inserted meanwhile, or not. This one does unless the table has grown.
constexpr std::string_view kInsertions = "map-insertions";

// Some number below `limit`; need not be fair.
uint32_t arbitrary(uint32_t limit) {
  static thread_local uint64_t state = reinterpret_cast<uintptr_t>(&state);
  state = hash_word(state);
  return static_cast<uint32_t>(state % limit);
}

// Was the walked table or one that replaced it dropped by clear()?
bool was_cleared(const Executor& e, Address table) {
  for (; table != 0; table = table_at(e, table).newer) {
    if (table_at(e, table).cleared) return true;
  }
  return false;
}

}  // namespace

bool map_begin(Executor& e, Goroutine& g, Address map, const Instruction* site, Slot* iterator) {
  Place place{};
  iterator[0] = map;
  iterator[1] = iterator[3] = 0;
  if (map != 0) {
    e.reading(g, map, sizeof(Slot), site);
    MapHeader& head = header(e, map);
    if (being_written(head)) return concurrent(e, g, "concurrent map iteration and map write");
    iterator[1] = head.table;
    const uint32_t used = head.table == 0 ? 0 : table_at(e, head.table).used;
    iterator[3] = used;
    if (used > 1 && !e.controlled()) place.next = place.start = arbitrary(used);
  }
  iterator[2] = __builtin_bit_cast(Slot, place);
  return true;
}

uint32_t map_places(const Executor& e, const Slot* iterator) {
  if (iterator[1] == 0) return 0;
  const MapTable& table = table_at(e, iterator[1]);
  return std::min(table.used, table.capacity);
}

void map_start(Slot* iterator, uint32_t place) {
  iterator[2] = __builtin_bit_cast(Slot, Place{.next = place, .wrapped = 0, .start = place});
}

bool map_advance(Executor& e, Goroutine& g, const Type& type, Slot* iterator, const Instruction* site,
                 const Slot*& key, const Slot*& value) {
  key = value = nullptr;
  if (iterator[1] == 0) return true;
  const Shape shape(e, type);
  e.reading(g, iterator[0], sizeof(Slot), site);
  MapHeader& head = header(e, iterator[0]);
  if (being_written(head)) return concurrent(e, g, "concurrent map iteration and map write");
  MapTable& table = table_at(e, iterator[1]);
  Place place = __builtin_bit_cast(Place, iterator[2]);
  for (; !key; place.next++) {
    if (!place.wrapped && place.next >= std::min(table.used, table.capacity)) place = {0, 1, place.start};
    if (place.wrapped && place.next >= place.start) break;
    Slot* at = entry(table, shape, place.next);
    if ((at[0] & kLive) == 0) continue;
    if (place.next >= iterator[3]) e.goes_one_way(kInsertions);
    if (table.newer == 0 && table.cleared == 0) {
      key = at + 1;
      value = at + 1 + shape.key_slots;
      continue;
    }
    // The entry as it is now; what is not equal to itself cannot be found, changed or deleted.
    Slot* current = head.table == 0 ? nullptr : lookup(e, g, shape, table_at(e, head.table), at + 1, at[0]);
    if (!current && !same_key(e, g, shape, at + 1, at + 1) && !was_cleared(e, iterator[1])) current = at;
    if (!current) continue;
    key = current + 1;
    value = current + 1 + shape.key_slots;
  }
  if (key == nullptr && table.newer != 0 && !was_cleared(e, iterator[1])) e.goes_one_way(kInsertions);
  iterator[2] = __builtin_bit_cast(Slot, place);
  return true;
}

}  // namespace gocheck::machine
