// What is left to explore of a reduced search that several workers share.
//
// Each worker's stack begins with states that it shares with others, who go on from them too; above them lie states of
// its own. A worker that has nothing left asks for more; another one, who notices, shares its stack up to the lowest
// state from which a second worker may go on.
//
// It may do so if nothing sleeps behind the next step from there, because then the executions that begin with this
// step can be explored without the others: nothing is left out for the sake of a sleeper, and so nothing that is found
// behind a sleeper is needed to make up for it. Otherwise the step has to wait until all that was taken from
// the state before it has been explored, as if there were one worker. So there are as many executions as with one, and none is
// cut.
//
// Nothing can be forgotten: whoever goes back to a shared state looks what can be taken there, and the last one does not go
// before all has been.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "checker/explore/crew.h"
#include "checker/explore/level.h"

namespace gocheck::checker {

struct SharedLevel;

// A reference to a state that others refer to as well; who lets go of it last deletes it. (Not std::shared_ptr: stacks are as
// deep as executions are long, and its destructor would go down along `parent` by recursion.)
class SharedLevelRef {
 public:
  SharedLevelRef() = default;
  explicit SharedLevelRef(SharedLevel* fresh) : level_(fresh) {}  // whose first reference this is
  SharedLevelRef(const SharedLevelRef& other);
  SharedLevelRef(SharedLevelRef&& other) noexcept : level_(std::exchange(other.level_, nullptr)) {}
  SharedLevelRef& operator=(SharedLevelRef other) noexcept {
    std::swap(level_, other.level_);
    return *this;
  }
  ~SharedLevelRef();

  SharedLevel* operator->() const { return level_; }
  SharedLevel& operator*() const { return *level_; }
  explicit operator bool() const { return level_ != nullptr; }

 private:
  SharedLevel* level_ = nullptr;
};

// A state that several workers go on from. `parent`, `step` and level.enabled do not change; all else under the mutex.
struct SharedLevel {
  SharedLevel(SharedLevelRef before, const Transition& last) : parent(std::move(before)), step(last) {}

  std::atomic<uint32_t> references = 1;
  SharedLevelRef parent;  // none: the initial state
  Transition step;        // from the parent
  std::mutex mutex;
  Level level;
  WakeupTrees trees;
  size_t unfinished = 0;  // steps taken from here behind which somebody still explores
  bool finished = false;  // everything from here on has been explored
};

using SharedPath = std::vector<SharedLevelRef>;  // from the initial state

// Thread safe.
class Frontier {
 public:
  Frontier(size_t workers, const Crew& crew) : workers_(workers), crew_(crew) {}

  // Is anybody waiting for work?
  bool wanted() const { return hungry_.load(std::memory_order_relaxed); }
  // There may be something left to explore at this state.
  void offer(SharedLevelRef level);
  // Waits for an offer; none: the search has ended.
  SharedLevelRef take();

 private:
  const size_t workers_;
  const Crew& crew_;
  std::atomic<bool> hungry_ = false;  // more are waiting than offers
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<SharedLevelRef> offers_;
  size_t waiting_ = 0;
  bool ended_ = false;
};

SharedPath path_to(SharedLevelRef level);

}  // namespace gocheck::checker
