#include "checker/order/dependence.h"

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
constexpr std::array<const char*, kEffects> kLetters = {
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
      const char c = kLetters[i][j];
      result[i][j] = c == 'R'   ? Relation::reversible
                     : c == 'o' ? Relation::ordered
                     : c == 'c' ? Relation::competing
                                : Relation::independent;
    }
  }
  return result;
}

constexpr auto kTable = table();

constexpr bool orders(Effect a, Effect b) {
  const Relation r = kTable[static_cast<int>(a)][static_cast<int>(b)];
  return r == Relation::ordered || r == Relation::reversible;
}

// May two steps that are both possible not be swapped, if they touch one object with these effects? Two Dones, too, of which one
// leaves no room for the other. (That one of them comes last in an execution in which both happen does not order them.)
constexpr bool exclude_each_other(Effect a, Effect b) {
  return orders(a, b) || orders(b, a) || (a == Effect::last_done && b == Effect::done) ||
         (a == Effect::done && b == Effect::last_done);
}

constexpr std::array<std::array<bool, kEffects>, kEffects> exclusive() {
  std::array<std::array<bool, kEffects>, kEffects> result{};
  for (int i = 0; i < kEffects; ++i) {
    for (int j = 0; j < kEffects; ++j) result[i][j] = exclude_each_other(static_cast<Effect>(i), static_cast<Effect>(j));
  }
  return result;
}

static_assert([] {
  for (int i = 0; i < kEffects; ++i) {
    for (int j = 0; j < kEffects; ++j) {
      const auto a = static_cast<Effect>(i), b = static_cast<Effect>(j);
      if (only_looks(a) && only_looks(b) && exclude_each_other(a, b)) return false;
    }
  }
  return true;
}());

}  // namespace

constinit const std::array<std::array<Relation, kEffects>, kEffects> kRelations = kTable;
constinit const std::array<std::array<bool, kEffects>, kEffects> kExclusive = exclusive();

}  // namespace gocheck::checker
