// Keeps a running search, so that it can be gone on with later, by another process.
//
// From time to time all workers stop between two steps and write down where they are; then they go on. What they wrote is
// enough to go on with exactly the same search.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace gocheck::checker {

// A search, between two steps: what its workers have in common, and where each of them is.
struct SavedSearch {
  std::string common;
  std::vector<std::string> workers;

  template <class Archive>
  void archive(Archive& a) {
    a(common, workers);
  }
};

// Thread safe.
class Keeper {
 public:
  using Clock = std::chrono::steady_clock;
  // `save` is called when all workers have stopped, by one of them; none: they only stop in the end. `beginning`: where the
  // search is to go on; empty if it is a new one.
  // It is saved at most once in `interval`, and this takes no more than a twentieth of the time.
  Keeper(std::function<void(const SavedSearch&)> save, SavedSearch beginning, size_t workers,
         Clock::duration interval = std::chrono::seconds(2))
      : save_(std::move(save)), beginning_(std::move(beginning)), interval_(interval), exploring_(workers) {
    saved_.workers.resize(workers);
  }

  // Nobody will ask for the rest, and where the search ends without having come to its end is not worth writing down.
  void drop_rest() { drops_rest_ = !save_; }
  bool drops_rest() const { return drops_rest_; }

  const SavedSearch& beginning() const { return beginning_; }
  bool resumes() const { return !beginning_.workers.empty(); }

  // Now and then: the time that has passed counts.
  void tick();
  // Has every worker to stop() now?
  bool due() const { return due_.load(std::memory_order_relaxed); }
  // The worker is between two steps, at `where`: because a stop is due, or because it ends here, for a limit that was
  // hit. Comes back when all are, and the search has been saved.
  enum class Then : uint8_t { goes_on, ends };
  void stop(size_t worker, Then then, std::string where, const std::function<std::string()>& common);
  // The search has come to its end: there is nothing to save any more.
  void ended();
  // When all workers have come back: where a search that has not ended can be gone on with; else empty.
  SavedSearch rest() { return ended_ ? SavedSearch() : std::move(saved_); }

 private:
  const std::function<void(const SavedSearch&)> save_;
  const SavedSearch beginning_;
  const Clock::duration interval_;
  bool drops_rest_ = false;
  std::atomic<bool> due_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  Clock::time_point next_ = Clock::now() + interval_;
  SavedSearch saved_;
  size_t exploring_, stopped_ = 0, ending_ = 0;
  uint64_t saves_ = 0;
  bool ended_ = false;
};

}  // namespace gocheck::checker
