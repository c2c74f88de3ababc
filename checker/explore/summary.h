// What can still happen behind a state: the wishes of all goroutines in all states that can be reached
// from it, and who may have to act before. When the search comes to a state a second time it does not go on
// from there, but what would have happened is still compared with the new past.
#pragma once

#include <array>
#include <atomic>
#include <compare>
#include <cstdint>
#include <mutex>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "checker/detect/race_future.h"
#include "checker/execution/identity.h"

namespace gocheck::checker {

// A set of goroutines that may be too large: who shares the last six bits of the number with a member is in it.
class Crowd {
 public:
  bool contains(GoroutineId g) const { return (bits_ & bit(g)) != 0; }
  bool meets(Crowd other) const { return (bits_ & other.bits_) != 0; }
  void add(GoroutineId g) { bits_ |= bit(g); }
  void add(Crowd other) { bits_ |= other.bits_; }
  bool operator==(const Crowd&) const = default;
  uint64_t bits() const { return bits_; }
  template <class Archive>
  void archive(Archive& a) {
    a(bits_);
  }

 private:
  static uint64_t bit(GoroutineId g) { return uint64_t{1} << (g & 63); }
  uint64_t bits_ = 0;
};

struct Wish {
  GoroutineId goroutine;
  Access access;
  // Whose steps, behind the state, may come before this one in the trace order (besides its own goroutine's).
  Crowd before;
  bool operator==(const Wish&) const = default;
  template <class Archive>
  void archive(Archive& a) {
    a(goroutine, access, before);
  }
};

// A set of wishes, one for each goroutine and access, sorted. Adding costs time linear in the set.
class Summary {
 public:
  std::span<const Wish> wishes() const { return wishes_; }
  const RaceFuture& races() const { return races_; }
  // It is not known which accesses may come.
  void forget_races() { races_.forget(); }
  // Of memory, roughly.
  size_t bytes() const { return sizeof(Summary) + wishes_.capacity() * sizeof(Wish) + races_.bytes(); }
  void clear() {
    wishes_.clear();
    races_.clear();
    sorted_ = 0;
  }
  void add(GoroutineId g, std::span<const Access> accesses);
  void add(const Summary& other);
  // Adds the wishes behind a step, which has touched `footprint` and started `born`: what these wish for goes to
  // the goroutines that took the step.
  void add_behind(Summary&& after, const Transition& step, std::span<const Access> footprint,
                  std::span<const GoroutineId> born, const StepLog& log);

  // The same in the names that all equal states share. Wishes for objects that `state` does not have yet,
  // and of goroutines that it does not have any more, are left out: nothing before it has to do with them.
  Summary canonical(const Identity& state) const;
  Summary present(const Identity& state) const;
  template <class Archive>
  void archive(Archive& a) {
    a(wishes_, sorted_, races_);
  }

 private:
  // The wishes of goroutine g, which come one after the other.
  std::span<const Wish> of(GoroutineId g) const;
  bool contains(const Wish& wish) const;
  // Adds wishes, which are sorted, with `before` of each in place of its own.
  template <typename Before>
  void join(std::span<const Wish> wishes, const Before& before);
  void merge();  // sorts what was appended into the set

  std::vector<Wish> wishes_;
  size_t sorted_ = 0;  // so many are in order
  RaceFuture races_;
};

// Keeps each summary once; many states share theirs. Thread safe.
class Summaries {
 public:
  uint32_t intern(Summary summary);
  // Of all summaries, roughly.
  uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
  // Stays where it is and does not change.
  const Summary& operator[](uint32_t id) const {
    const Part& part = parts_[id % kParts];
    const std::lock_guard lock(part.mutex);
    return *part.all[id / kParts];
  }
  // Not while others use it.
  template <class Archive>
  void archive(Archive& a) {
    for (Part& part : parts_) {
      std::vector<Summary> all;
      for (const Summary* summary : part.all) all.push_back(*summary);
      a(all);
      if constexpr (Archive::kLoads) {
        for (Summary& summary : all) intern(std::move(summary));
      }
    }
  }

 private:
  struct Entry {
    Summary summary;
    size_t hash;
  };
  struct Hash {
    size_t operator()(const Entry& e) const { return e.hash; }
  };
  struct Equal {
    bool operator()(const Entry& a, const Entry& b) const;
  };
  // Those whose hash says so: workers seldom meet in one.
  struct Part {
    mutable std::mutex mutex;
    std::unordered_map<Entry, uint32_t, Hash, Equal> ids;
    std::vector<const Summary*> all;
  };
  static constexpr size_t kParts = 64;
  static size_t hash_of(const Summary& summary);

  std::array<Part, kParts> parts_;
  std::atomic<uint64_t> bytes_ = 0;
};

}  // namespace gocheck::checker
