#include "checker/explore/keeper.h"

#include <algorithm>

namespace gocheck::checker {
namespace {

constexpr int kTimeBetween = 20;  // saves, in units of the time that one takes

}  // namespace

void Keeper::tick() {
  const std::lock_guard lock(mutex_);
  if (save_ && !ended_ && Clock::now() >= next_) due_ = true;
}

void Keeper::stop(size_t worker, Then then, std::string where, const std::function<std::string()>& common) {
  std::unique_lock lock(mutex_);
  if (ended_) return;
  saved_.workers[worker] = std::move(where);
  const uint64_t save = saves_;
  if (then == Then::ends) ++ending_;
  if (++stopped_ < exploring_) {
    changed_.wait(lock, [&] { return saves_ != save || ended_; });
    return;
  }
  const Clock::time_point begin = Clock::now();
  saved_.common = common();
  if (save_) save_(saved_);
  const Clock::time_point end = Clock::now();
  next_ = end + std::max(interval_, kTimeBetween * (end - begin));
  exploring_ -= ending_;
  stopped_ = ending_ = 0;
  due_ = false;
  ++saves_;
  changed_.notify_all();
}

void Keeper::ended() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  due_ = false;
  changed_.notify_all();
}

}  // namespace gocheck::checker
