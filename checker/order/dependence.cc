#include "checker/order/dependence.h"

#include <array>

namespace gocheck::checker {
namespace {

// One row per earlier effect, one column per later one, both in the order of Effect.
// '.' independent, 'o' ordered, 'R' reversible, 'c' competing.
//
// An entry may err towards 'R' (a wasted attempt) but never away from it. Why the others are right:
//  - unlock before lock: while the lock is held nobody else can take it, so the order is forced; the
//    other order of the two critical sections is the reversal of lock and lock.
//  - lock and release_shared: a writer may announce itself while readers hold the lock, and readers
//    leave whether or not a writer has announced itself.
//  - drain: readers cannot enter between the announcement (lock) and unlock; drain itself changes
//    nothing that another goroutine can see.
//  - done and done: the counter is a sum, and a Done that leaves it below zero reports write. Which one was the last
//    makes no difference; but two that would both be the last exclude each other.
//  - compete says who could have been whose partner: a partner taken or wanted earlier and somebody who
//    comes later.
constexpr std::array<const char*, kEffects> kRelations = {
    //             r w l u s r d a d l w o c b
    /* read     */ ".RRRRR.RRR.R.o",
    /* write    */ "RRRRRRRRRRRRRo",
    /* lock     */ "RRRRR.oRRRRR.o",
    /* unlock   */ "RRoRoooRRRRR.o",
    /* shared   */ "RRRo..oRRRRR.o",
    /* release  */ "RR.o..oRRRRR.o",
    /* drain    */ ".RoooooRRRRR.o",
    /* add      */ "RRRRRRR.RRRR.o",
    /* done     */ "RRRRRRRR..oR.o",
    /* last     */ "RRRRRRRR.RoR.o",
    /* wait     */ ".RRRRRRRoo.R.o",
    /* order    */ "RRRRRRRRRRRo.o",
    /* compete  */ ".R..........co",
    /* barrier  */ "oooooooooooooo",
};

constexpr std::array<std::array<Relation, kEffects>, kEffects> table() {
  std::array<std::array<Relation, kEffects>, kEffects> result{};
  for (int i = 0; i < kEffects; ++i) {
    for (int j = 0; j < kEffects; ++j) {
      const char c = kRelations[i][j];
      result[i][j] = c == 'R'   ? Relation::reversible
                     : c == 'o' ? Relation::ordered
                     : c == 'c' ? Relation::competing
                                : Relation::independent;
    }
  }
  return result;
}

constexpr auto kTable = table();

bool orders(Relation r) { return r == Relation::ordered || r == Relation::reversible; }

// A Done leaves no room for another one that was possible before it. (That one of them comes last in an execution in which
// both happen does not order them.)
bool exhausts(Effect a, Effect b) { return a == Effect::last_done && b == Effect::done; }

bool has_barrier(std::span<const Access> footprint) {
  for (const Access& a : footprint) {
    if (a.effect == Effect::barrier) return true;
  }
  return false;
}

}  // namespace

Relation relation(Effect earlier, Effect later) {
  return kTable[static_cast<int>(earlier)][static_cast<int>(later)];
}

bool independent(std::span<const Access> a, std::span<const Access> b) {
  if (has_barrier(a) || has_barrier(b)) return false;
  for (const Access& x : a) {
    for (const Access& y : b) {
      if (x.object != y.object) continue;
      if (orders(relation(x.effect, y.effect)) || orders(relation(y.effect, x.effect))) return false;
      if (exhausts(x.effect, y.effect) || exhausts(y.effect, x.effect)) return false;
    }
  }
  return true;
}

}  // namespace gocheck::checker
