// Which races a state still allows: the accesses that may come behind it, each with those whose present
// knowledge flows into what its goroutine knows by then. An access of the past races with a future one
// exactly if none of these carriers has heard of it. So what a state remembers of the past need not tell it
// from other states (docs/design/merging.md).
//
// Carriers are computed backwards, step by step. Fewer carriers than there are mean races that are not there:
// the search looks for them in vain, which costs time only.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

#include "checker/execution/identity.h"
#include "checker/execution/step_log.h"

namespace gocheck::checker {

class RaceFuture {
 public:
  // A goroutine, or an object of synchronisation by its key.
  using Carrier = uint64_t;
  static constexpr Carrier kGoroutine = uint64_t{1} << 63;
  static constexpr uint64_t kAddress = (uint64_t{1} << 44) - 1;  // of an object: see machine::part_key
  static constexpr Carrier goroutine(GoroutineId g) { return kGoroutine | g; }

  struct Access {
    uint64_t word;  // its address
    uint16_t how;   // access_code()
    auto operator<=>(const Access&) const = default;
    template <class Archive>
    void archive(Archive& a) {
      a(word, how);
    }
  };
  struct Group {
    std::vector<Carrier> carriers;  // sorted; none: they are not known, but everybody would be enough
    std::vector<Access> accesses;   // sorted
    auto operator<=>(const Group&) const = default;
    template <class Archive>
    void archive(Archive& a) {
      a(carriers, accesses);
    }
  };

  bool operator==(const RaceFuture&) const = default;
  // False: anything may come.
  bool known() const { return known_; }
  std::span<const Group> groups() const { return groups_; }

  void clear();
  void forget();
  void add(const RaceFuture& other);
  // Adds what comes with and behind a step. Uses `after` up.
  void add_behind(RaceFuture&& after, const StepLog& step);

  // In the names that all equal states share, and back.
  RaceFuture canonical(const Identity& state) const;
  RaceFuture present(const Identity& state) const;

  uint64_t hash() const;
  size_t bytes() const;  // of memory, roughly, beyond its own size
  template <class Archive>
  void archive(Archive& a) {
    a(groups_, known_);
  }

 private:
  void add(Group group);
  void join_two();
  template <typename Address, typename Member>
  RaceFuture renamed(const Address& address, const Member& member) const;

  std::vector<Group> groups_;  // sorted
  bool known_ = true;
};

}  // namespace gocheck::checker
