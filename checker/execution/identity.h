// What makes two states of a program the same state.
//
// Names that the schedule or the history gave (ids of goroutines, addresses of objects that goroutines have
// allocated) do not matter for what can happen next: two states are equal if there is a renaming of both that
// takes one to the other. An Identity is a hash that equal states share, together with the names that
// this renaming is made of, so that what was learnt about one state can be said of the other.
#pragma once

#include <cstdint>
#include <vector>

#include "checker/execution/execution.h"

namespace gocheck::checker {

inline constexpr ObjectKey kNoObject = UINT64_MAX;

// Parts of the object at an address, as objects of dependence. Addresses are below 2^38.
inline constexpr int kKeyPartBits = 4, kKeyAddressBits = 39;
inline constexpr ObjectKey object_key(uint64_t address, uint64_t part, uint64_t index = 0) {
  return address << kKeyPartBits | part | index << (kKeyPartBits + kKeyAddressBits);
}

class Identity {
 public:
  StateHash hash;
  bool has_hash = false;  // otherwise only the rest is known
  StateHash future;   // the same, but for what only the race detector remembers
  StateHash program;  // what the program itself can tell of it
  // Goroutines that are not finished, by canonical number.
  std::vector<GoroutineId> goroutines;

  // An object that has no address of its own in all equal states, with the one that stands for it.
  struct Object {
    uint64_t start, size;
    uint64_t canonical;  // above all real addresses of renamed objects' places; in the order of `objects`
    template <class Archive>
    void archive(Archive& a) {
      a(start, size, canonical);
    }
  };
  std::vector<Object> objects;  // in canonical order
  // Addresses from here on are those of `objects`, or of nothing that the state still knows. Keys without an
  // address have the highest bit set.
  uint64_t first_renamed = UINT64_MAX;

  void clear();
  // Of memory, roughly.
  size_t bytes() const {
    return sizeof(Identity) + objects.capacity() * sizeof(Object) + (goroutines.capacity() + by_start_.capacity() + numbers_.capacity()) * 4;
  }
  template <class Archive>
  void archive(Archive& a) {
    a(hash, has_hash, future, program, goroutines, objects, first_renamed);
  }
  // The name of an object of this state that all equal states share; kNoObject if this state does not have it.
  ObjectKey canonical(ObjectKey key) const { return rename(key, true); }
  // The other way round.
  ObjectKey present(ObjectKey canonical) const { return rename(canonical, false); }
  // The same for addresses.
  uint64_t canonical_address(uint64_t address) const { return address_of(canonical(object_key(address, 0))); }
  uint64_t present_address(uint64_t address) const { return address_of(present(object_key(address, 0))); }
  // Position in `goroutines`, which does not change any more; goroutines.size() if it is not there.
  uint32_t number_of(GoroutineId g) const {
    if (numbers_.empty()) number();
    return g < numbers_.size() ? numbers_[g] : static_cast<uint32_t>(goroutines.size());
  }
  // The goroutines have ids below this.
  GoroutineId end_of_ids() const {
    if (numbers_.empty()) number();
    return static_cast<GoroutineId>(numbers_.size());
  }

 private:
  static constexpr uint64_t kAddressMask = ((uint64_t{1} << kKeyAddressBits) - 1) << kKeyPartBits;

  static uint64_t address_of(ObjectKey key) { return key == kNoObject ? kNoObject : key >> kKeyPartBits; }
  ObjectKey rename(ObjectKey key, bool to_canonical) const {
    const bool has_own_name = key >> 63 || (key & kAddressMask) >> kKeyPartBits < first_renamed;
    return has_own_name ? key : rename_address(key, to_canonical);
  }
  ObjectKey rename_address(ObjectKey key, bool to_canonical) const;
  void index() const;
  void number() const;
  // Made when they are needed first.
  mutable std::vector<uint32_t> by_start_;
  mutable std::vector<uint32_t> numbers_;  // by goroutine
};

}  // namespace gocheck::checker
