// Gol memory under the checker: one reservation of address space per execution, cut into segments
// that belong to goroutines.
//
// An object's address follows from the goroutine that allocates it and what that goroutine
// allocated before, never from the schedule: the n-th segment of a goroutine is the same in every
// execution (Names remembers it). So executions that differ only in the order of independent steps
// reach bit-identical memory.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <tuple>
#include <vector>

#include "checker/execution/journal.h"
#include "runtime/machine/operation.h"

namespace gocheck::checker {

using machine::Address;

// Names that outlive an execution: ids of goroutines and places of their segments. Only grows. Thread safe: the
// executions of all workers share their names.
class Names {
 public:
  // The id of the child_number-th child (from 1) of goroutine `parent`; main is 1.
  uint32_t goroutine(uint32_t parent, uint32_t child_number);
  uint32_t goroutines() const { return next_goroutine_.load(std::memory_order_relaxed) - 1; }

  // (parent, child number) of the goroutines from id 2 on; a replay starts from the same list.
  using Children = std::vector<std::pair<uint32_t, uint32_t>>;
  Children children() const;
  void seed(const Children& children);

  // First segment of `count` consecutive ones: the number-th that `goroutine` asks for.
  uint64_t segment(uint32_t goroutine, uint32_t number, uint64_t count);

  // For checkpoints; into names that nobody has asked for anything.
  template <class Archive>
  void archive(Archive& a) {
    const std::lock_guard lock(mutex_);
    uint32_t next_goroutine = next_goroutine_;
    a(goroutines_, segments_, next_goroutine, next_segment_);
    next_goroutine_ = next_goroutine;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> goroutines_;
  std::map<std::tuple<uint32_t, uint32_t, uint64_t>, uint64_t> segments_;
  std::atomic<uint32_t> next_goroutine_ = 2;
  uint64_t next_segment_ = 0;
};

// A large NORESERVE mapping of zeros; pages cost memory only once touched.
class Reservation {
 public:
  explicit Reservation(uint64_t bytes);
  ~Reservation();
  Reservation(const Reservation&) = delete;
  char* base() const { return base_; }
  uint64_t size() const { return size_; }

 private:
  char* base_;
  uint64_t size_;
};

// Where a goroutine allocates. All fields are journalled by Memory::allocate.
struct Arena {
  uint64_t next = 0;      // address of the next object
  uint64_t end = 0;
  uint64_t segments = 0;  // how many were asked for
  struct Piece {
    uint64_t start, end;
  };
  uint64_t objects = 0;   // how many have been allocated
  std::vector<Piece> pieces;  // by number; entries beyond `segments` are stale
  struct Object {
    uint64_t start, size;
    bool has_pointers;
    uint32_t epoch = 0, number = 0;  // in which identification it was met last, and as what (canonical.cc)
  };
  std::deque<Object> list;  // in the order of their addresses; entries beyond `objects` are stale, none ever moves
};

class Memory {
 public:
  static constexpr uint64_t kSegmentBits = 20;  // 1 MiB
  static constexpr uint64_t kReservation = uint64_t{1} << 38;

  // Places `static_bytes` of static data at address kStatic.
  Memory(Names& names, Journal& journal, uint64_t static_bytes);

  static constexpr Address kStatic = uint64_t{1} << kSegmentBits;
  char* base() const { return reservation_.base(); }

  // Zeroed memory from the arena of `goroutine`; 0 if the reservation is exhausted.
  Address allocate(uint32_t goroutine, Arena& arena, uint64_t size, bool has_pointers);
  // The goroutine in whose arena an address lies; 0: none.
  uint32_t owner(Address address) const {
    const uint64_t segment = address >> kSegmentBits;
    return segment < owners_.size() ? owners_[segment] : 0;
  }
  // The object of the arena that an address lies in, or nullptr. Logarithmic.
  static Arena::Object* find(Arena& arena, Address address);

 private:
  Names& names_;
  Journal& journal_;
  Reservation reservation_;
  uint64_t first_segment_;
  std::vector<uint32_t> owners_;  // by segment: the same in all executions, so never taken back
};

}  // namespace gocheck::checker
