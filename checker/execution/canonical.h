// The identity of a state of the machine: what of it matters for what can still happen, in names that
// do not depend on how it came about.
//
//   base memory     what was allocated before the second goroutine was started, globals included. Its addresses are
//                   the same in all executions; its hash is brought up to date by the words that steps have written.
//   other objects   are named by the order in which they are reached from the goroutines and from base memory; what
//                   is not reached is left out.
//   goroutines      that have not finished are ordered by what they are about to do and know; interchangeable
//                   ones keep the order of their ids, which makes no difference. Without symmetry they are ordered
//                   by their ids, which are part of the identity then.
//   registers       only those that are live (runtime/program/liveness.h).
//   time            deadlines relative to the present; the present itself once the program has asked for it.
//   race detection  each remembered access by which of the present goroutines and objects of synchronisation
//                   it happens before. This decides all that the detector can still find: an access that happens
//                   before everything present is forgotten.
//
// A word that holds the address of a renamed object is taken to be a pointer, whatever its type. An integer that
// looks like one makes no two states equal unless they differ in nothing but which of two interchangeable
// objects it would point to.
//
// Cost: the live registers, the renamed objects that are reachable, and the remembered accesses that do not
// happen before everything; independent of the depth of the execution and of the size of base memory.
// Not thread safe; belongs to one ControlledExecution.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include "checker/execution/identity.h"
#include "checker/execution/memory.h"
#include "runtime/machine/operation.h"
#include "runtime/program/liveness.h"

namespace gocheck::checker {

class ControlledExecution;
using machine::Address;

// Order matters for mix(), not for add().
class Hasher {
 public:
  void mix(uint64_t word) {
    low_ = (low_ ^ word) * 0x9e3779b97f4a7c15;
    low_ ^= low_ >> 32;
    high_ = (high_ + word) * 0xbf58476d1ce4e5b9;
    high_ ^= high_ >> 29;
  }
  StateHash value() const { return {low_, high_}; }

 private:
  uint64_t low_ = 0x243f6a8885a308d3, high_ = 0x13198a2e03707344;
};

// What a goroutine is about to do and knows: a hash of it all but for the names of the renamed objects that it points to.
// Unless time is part of it, it stays as it is until the goroutine takes part in a step.
struct PrivateState {
  StateHash signature;
  uint32_t first = 0, last = 0;  // where it points, among the pointers of Canonical
  bool known = false;
};

class Canonical {
 public:
  explicit Canonical(ControlledExecution& execution);
  ~Canonical();

  // Brings the hash of base memory up to date. Each identification does it; a search that asks for none does not pay for it.
  void note_writes();
  // To be called when the first goroutine besides main starts: from now on, objects at `first_renamed` and above
  // are renamed.
  void begin_renaming(Address first_renamed);

  // If there will be an undo, it has to have been called in all states on the way to the present one, or in none of them:
  // an undo takes back what was found out of the private states in the last state, not in an earlier one's place.
  // Without symmetry, states that differ in which goroutine is where are different, interchangeable or not.
  void identify(Identity& out, bool symmetry = true);
  // Without `hash`, i.e. without going through what the race detector remembers.
  void identify_future(Identity& out, bool symmetry);
  // What the program can tell of the present state, equal for all states between which there is a renaming: identify()
  // may tell some of them apart. Factorial in the number of goroutines that look alike (tests).
  StateHash program_state();

  // For undo: what note_writes() has changed since then is taken back.
  struct Mark {
    StateHash base;
    size_t noted, links, pointers;
    Address first_renamed;
  };
  Mark mark() const { return {base_, noted_, link_log_.size(), pointers_.size(), first_renamed_}; }
  void undo_to(const Mark& mark);

 private:
  friend class Identification;

  StateHash least_program_state();

  bool is_base(Address address) const { return address < first_renamed_; }
  program::Liveness& liveness(const program::Function& function);
  void add_word(Address address, uint64_t value);     // to the hash of base memory, or from it: the same
  void set_link(Address address, bool linked);

  ControlledExecution& execution_;
  Address first_renamed_ = UINT64_MAX;
  StateHash base_;
  size_t noted_ = 0;  // up to where the journal's entries are part of base_ and links_
  // Words of base memory that hold the address of a renamed object: they are roots, and hashed as such.
  std::set<Address> links_;
  std::vector<std::pair<Address, bool>> link_log_;
  std::vector<std::unique_ptr<program::Liveness>> liveness_;  // by function
  // A word of a goroutine's that holds the address of (or in) a renamed object.
  struct Pointer {
    Address value;
    Arena::Object* object;
  };
  std::vector<Pointer> pointers_;  // of the goroutines' private states, in the order of the steps that made them
  // Scratch of identify(), kept for its memory.
  struct Scratch;
  std::unique_ptr<Scratch> scratch_;
  // Scratch: base words that have been written, with their old values, in the order of the writes.
  struct Written {
    Address address;
    uint64_t order, old;
    auto operator<=>(const Written&) const = default;
  };
  std::vector<Written> written_;
  uint32_t epoch_ = 0;
};

}  // namespace gocheck::checker
