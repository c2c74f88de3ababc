#include "checker/explore/frontier.h"

#include <algorithm>
#include <chrono>

namespace gocheck::checker {

SharedLevel::~SharedLevel() {
  std::shared_ptr<SharedLevel> next = std::move(parent);
  while (next && next.use_count() == 1) next = std::shared_ptr<SharedLevel>(std::move(next->parent));
}

void Frontier::offer(std::shared_ptr<SharedLevel> level) {
  {
    const std::lock_guard lock(mutex_);
    offers_.push_back(std::move(level));
    hungry_.store(waiting_ > offers_.size(), std::memory_order_relaxed);
  }
  changed_.notify_one();
}

std::shared_ptr<SharedLevel> Frontier::take() {
  std::unique_lock lock(mutex_);
  ++waiting_;
  while (offers_.empty() && !ended_ && !crew_.stopped()) {
    if (waiting_ == workers_) {
      ended_ = true;
      changed_.notify_all();
      break;
    }
    hungry_.store(true, std::memory_order_relaxed);
    changed_.wait_for(lock, std::chrono::milliseconds(20));  // nobody announces that the crew has been stopped
  }
  --waiting_;
  std::shared_ptr<SharedLevel> level;
  if (!offers_.empty() && !crew_.stopped()) {
    level = std::move(offers_.front());
    offers_.pop_front();
  }
  hungry_.store(waiting_ > offers_.size(), std::memory_order_relaxed);
  return level;
}

SharedPath path_to(std::shared_ptr<SharedLevel> level) {
  SharedPath path;
  for (; level; level = level->parent) path.push_back(level);
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace gocheck::checker
