// Dependence of operations: when does the order of two steps matter?
//
// Every step of an execution touches some objects (a channel's send end, a lock, a promoted
// variable ...), each in one way, its Effect. Two steps of different goroutines are related
// through the objects that both touch. The relation depends on the state only through the
// effects and objects that the model reports, e.g. the k-th send of a buffered channel touches slot
// k mod capacity, so that it meets only the receive that empties the slot.
//
// What each operation has to report is written down in docs/design/search.md, section 2.
//
// Literature: Katz and Peled, "Defining conditional independence using collapses" (1992);
// Abdulla, Aronis, Jonsson, Sagonas, "Source sets: a foundation for optimal dynamic partial
// order reduction" (J. ACM 2017).
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gocheck::checker {

using ObjectKey = uint64_t;

// What every step adds to, if it matters to the program how many goroutines there are.
inline constexpr ObjectKey kEveryStep = 2;

enum class Effect : uint8_t {
  read,
  write,
  lock,            // takes a lock that excludes everybody (Mutex.Lock; RWMutex.Lock's announcement)
  unlock,          // by the goroutine that holds it; any other unlock is a write
  shared_lock,     // RLock
  release_shared,  // RUnlock by a goroutine that holds it; any other is a write
  drain,           // the writer's wait for the readers to leave
  add,             // WaitGroup.Add with a positive number
  done,            // WaitGroup.Done that leaves the counter above zero; below zero: write
  last_done,       // WaitGroup.Done that leaves it at zero, so that another one in its place would be too many
  wait,            // WaitGroup.Wait
  order,           // comes after what touched the object before, and could not come earlier (buffer slots)
  compete,         // an alternative that wants a partner from here (or, unchosen, would have wanted one):
                   // no order, but somebody who comes later could have been the partner
  barrier,         // the clock advances: after everything that happened before, on whatever object
};
inline constexpr int kEffects = 14;

enum class Relation : uint8_t {
  independent,
  ordered,     // dependent, but the later one was not possible before the earlier: no reversal
  reversible,  // dependent, and the other order is worth trying
  competing,   // independent once they have happened, but the later one's goroutine could have
               // taken the earlier one's place
};

// By earlier and later effect.
extern const std::array<std::array<Relation, kEffects>, kEffects> kRelations;

// How a later step with `later` is related to an earlier one with `earlier` on the same object.
inline Relation relation(Effect earlier, Effect later) {
  return kRelations[static_cast<size_t>(earlier)][static_cast<size_t>(later)];
}

struct Access {
  ObjectKey object;
  Effect effect;
  auto operator<=>(const Access&) const = default;
  template <class Archive>
  void archive(Archive& a) {
    a(object, effect);
  }
};
using Footprint = std::vector<Access>;

// By the effects that two steps have on one object: may they not be swapped, though both are possible?
extern const std::array<std::array<bool, kEffects>, kEffects> kExclusive;

// Effects of which no two exclude each other.
constexpr bool only_looks(Effect effect) { return effect == Effect::read || effect == Effect::compete; }

// May two transitions that are both enabled now be swapped (footprints as of now)? They must
// not share a goroutine.
inline bool independent(std::span<const Access> a, std::span<const Access> b) {
  for (const Access& x : a) {
    for (const Access& y : b) {
      if (x.effect == Effect::barrier || y.effect == Effect::barrier) return false;
      if (x.object == y.object && kExclusive[static_cast<size_t>(x.effect)][static_cast<size_t>(y.effect)]) return false;
    }
  }
  return true;
}

}  // namespace gocheck::checker
