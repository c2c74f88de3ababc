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
//  - done and done: the counter is a sum, and a Done that leaves it below zero reports write.
//  - compete says who could have been whose partner: a partner taken or wanted earlier and somebody who
//    comes later.
constexpr std::array<const char*, kEffects> kRelations = {
    //             r w l u s r d a d w o c b
    /* read     */ ".RRRRR.RR.R.o",
    /* write    */ "RRRRRRRRRRRRo",
    /* lock     */ "RRRRR.oRRRR.o",
    /* unlock   */ "RRoRoooRRRR.o",
    /* shared   */ "RRRo..oRRRR.o",
    /* release  */ "RR.o..oRRRR.o",
    /* drain    */ ".RoooooRRRR.o",
    /* add      */ "RRRRRRR.RRR.o",
    /* done     */ "RRRRRRRR.oR.o",
    /* wait     */ ".RRRRRRRo.R.o",
    /* order    */ "RRRRRRRRRRo.o",
    /* compete  */ ".R.........co",
    /* barrier  */ "ooooooooooooo",
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
    }
  }
  return true;
}

}  // namespace gocheck::checker
