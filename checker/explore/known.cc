#include "checker/explore/known.h"

#include <array>
#include <bit>
#include <optional>
#include <utility>

namespace gocheck::checker {

void Known::View::update() {
  if (number_ == known_.number_.load(std::memory_order_acquire)) return;
  const std::lock_guard lock(known_.mutex_);
  number_ = known_.number_.load(std::memory_order_relaxed);
  young_ = known_.young_;
  old_ = known_.old_;
}

const Summary* Known::View::find(const StateHash& state) {
  update();
  if (const auto place = young_->closed.find(state)) return &young_->summaries[place->number];
  if (!old_) return nullptr;
  const auto place = old_->closed.find(state);
  if (!place) return nullptr;
  const Summary& summary = old_->summaries[place->number];
  young_->closed.add(state, young_->summaries.intern(summary), place->weight);
  return &summary;
}

bool Known::View::add(const StateHash& state, Summary summary, uint64_t cost) {
  update();
  const bool fresh = !old_ || !old_->closed.find(state);
  const auto weight = static_cast<uint8_t>(std::bit_width(cost));
  const bool first = young_->closed.add(state, young_->summaries.intern(std::move(summary)), weight);
  if (young_->closed.bytes() + young_->summaries.bytes() > known_.half_) known_.age(number_);
  return fresh && first;
}

void Known::age(uint64_t number) {
  const std::lock_guard lock(mutex_);
  if (number_.load(std::memory_order_relaxed) != number) return;  // somebody else was first
  auto young = std::make_shared<Generation>();
  if (old_) save_the_dearest(*old_, *young);
  old_ = std::exchange(young_, std::move(young));
  number_.store(number + 1, std::memory_order_release);
}

// Not more than half of them.
void Known::save_the_dearest(Generation& from, Generation& to) {
  std::array<uint64_t, 256> so_dear{};
  uint64_t all = 0;
  from.closed.for_each([&](const StateTable::Place& place) {
    ++so_dear[place.weight];
    ++all;
  });
  size_t enough = so_dear.size();
  for (uint64_t saved = 0; enough > 0 && saved + so_dear[enough - 1] <= all / 2; --enough) saved += so_dear[enough - 1];
  from.closed.for_each([&](const StateTable::Place& place) {
    if (place.weight >= enough) to.closed.add(place.state, to.summaries.intern(from.summaries[place.number]), place.weight);
  });
}

}  // namespace gocheck::checker
