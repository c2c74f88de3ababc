#include "checker/explore/frontier.h"

#include <algorithm>
#include <chrono>

namespace gocheck::checker {

SharedLevelRef::SharedLevelRef(const SharedLevelRef& other) : level_(other.level_) {
  if (level_ != nullptr) level_->references.fetch_add(1, std::memory_order_relaxed);
}

SharedLevelRef::~SharedLevelRef() {
  while (level_ != nullptr && level_->references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    SharedLevel* const parent = std::exchange(level_->parent.level_, nullptr);
    delete level_;
    level_ = parent;
  }
}

void Frontier::offer(SharedLevelRef level) {
  {
    const std::lock_guard lock(mutex_);
    offers_.push_back(std::move(level));
    hungry_.store(waiting_ > offers_.size(), std::memory_order_relaxed);
  }
  changed_.notify_one();
}

SharedLevelRef Frontier::take() {
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
  SharedLevelRef level;
  if (!offers_.empty() && !crew_.stopped()) {
    level = std::move(offers_.front());
    offers_.pop_front();
  }
  hungry_.store(waiting_ > offers_.size(), std::memory_order_relaxed);
  return level;
}

SharedPath path_to(SharedLevelRef level) {
  SharedPath path;
  for (; level; level = level->parent) path.push_back(level);
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace gocheck::checker
