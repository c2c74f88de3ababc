// The states behind which everything has been explored, and what that was: what the workers of a merging search tell each other.
//
// It may take only so much memory. Then states that nobody has come to for long are forgotten, the cheaper ones. This costs time,
// if somebody comes there after all, and nothing else: whoever does explores them again.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

#include "checker/explore/summary.h"
#include "checker/explore/visited.h"

namespace gocheck::checker {

// Two generations: what is new, or has been come to since there are two, is in the younger one. When that has half of the
// memory, the older one is dropped, but for the dearer half of its states. (A copying collector, in which coming to a state is what
// keeps it alive.) Thread safe.
class Known {
 private:
  struct Generation {
    ClosedStates closed;
    Summaries summaries;
    template <class Archive>
    void archive(Archive& a) {
      a(closed, summaries);
    }
  };

 public:
  // `bytes`: what the states and their summaries may take, roughly.
  explicit Known(uint64_t bytes) : half_(bytes / 2) {}

  // How one worker sees it. Not thread safe.
  class View {
   public:
    explicit View(Known& known) : known_(known) { update(); }
    // What is behind the state, valid until find() or add() is called again; nullptr: it is not known.
    const Summary* find(const StateHash& state);
    // `cost`: so many states have been explored for it. False: it was known.
    bool add(const StateHash& state, Summary summary, uint64_t cost);

   private:
    void update();
    Known& known_;
    uint64_t number_ = 0;  // of the younger generation
    std::shared_ptr<Generation> young_, old_;
  };

  // Not while others use it.
  template <class Archive>
  void archive(Archive& a) {
    bool two = old_ != nullptr;
    a(*young_, two);
    if constexpr (Archive::kLoads) {
      if (two) old_ = std::make_shared<Generation>();
    }
    if (two) a(*old_);
  }

 private:
  void age(uint64_t number);
  static void save_the_dearest(Generation& from, Generation& to);

  const uint64_t half_;
  std::atomic<uint64_t> number_ = 1;  // of the younger generation
  std::mutex mutex_;                  // for the pointers
  std::shared_ptr<Generation> young_ = std::make_shared<Generation>(), old_;
};

}  // namespace gocheck::checker
