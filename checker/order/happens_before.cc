#include "checker/order/happens_before.h"

#include <algorithm>
#include <cstring>

#include "runtime/program/invariant.h"

namespace gocheck::checker {

using happens_before::Clock;

Clock* HappensBefore::make(uint64_t size) {
  const uint64_t words = 2 + (size + 1) / 2;
  GOCHECK_INVARIANT(words <= kChunkWords);
  uint64_t at = used_;
  if (at / kChunkWords != (at + words - 1) / kChunkWords) at = (at / kChunkWords + 1) * kChunkWords;
  if (at / kChunkWords >= chunks_.size()) chunks_.push_back(std::make_unique<uint64_t[]>(kChunkWords));
  journal_.set(used_, at + words);
  uint64_t* place = chunks_[at / kChunkWords].get() + at % kChunkWords;
  return new (place) Clock{size, reinterpret_cast<uint32_t*>(place + 2)};
}

const Clock* HappensBefore::join(const Clock* a, const Clock* b) {
  if (!a) return b;
  if (!b) return a;
  if (a->size < b->size) std::swap(a, b);
  bool a_covers = true;
  for (uint64_t i = 0; i < b->size && a_covers; i++) a_covers = b->entries[i] <= a->entries[i];
  if (a_covers) return a;
  Clock* result = make(a->size);
  for (uint64_t i = 0; i < a->size; i++) result->entries[i] = std::max(a->entries[i], b->at(i));
  return result;
}

const Clock* HappensBefore::with(const Clock* clock, uint32_t goroutine, uint32_t value) {
  Clock* result = make(std::max<uint64_t>(clock ? clock->size : 0, goroutine + 1));
  std::memset(result->entries, 0, result->size * sizeof(uint32_t));
  if (clock) std::memcpy(result->entries, clock->entries, clock->size * sizeof(uint32_t));
  result->entries[goroutine] = value;
  return result;
}

void HappensBefore::set(uint32_t goroutine, const Clock* clock) { journal_.set(clocks_[goroutine], clock); }

const Clock*& HappensBefore::key(uint64_t key) {
  auto& slot = keys_[key];
  if (!slot) {
    slot = std::make_unique<const Clock*>(nullptr);
    known_keys_.push_back({key, slot.get()});
  }
  return *slot;
}

void HappensBefore::start(uint32_t goroutine, uint32_t parent) {
  note(StepEvent::Kind::start, parent, goroutine);
  // Growing would move the references that the journal points to, hence the generous reserve.
  if (clocks_.capacity() == 0) clocks_.reserve(1 << 20);
  GOCHECK_INVARIANT(goroutine < clocks_.capacity());
  if (clocks_.size() <= goroutine) clocks_.resize(goroutine + 1, nullptr);
  const Clock* inherited = parent ? clocks_[parent] : nullptr;
  set(goroutine, with(inherited, goroutine, 1));
  if (parent) set(parent, with(inherited, parent, inherited->at(parent) + 1));
}

void HappensBefore::acquire(uint32_t goroutine, uint64_t k) {
  note(StepEvent::Kind::acquire, goroutine, k);
  const Clock* joined = join(clocks_[goroutine], key(k));
  if (joined != clocks_[goroutine]) set(goroutine, joined->at(goroutine) == now(goroutine) ? joined : with(joined, goroutine, now(goroutine)));
}

void HappensBefore::release(uint32_t goroutine, uint64_t k) {
  note(StepEvent::Kind::release, goroutine, k);
  const Clock* clock = clocks_[goroutine];
  journal_.set(key(k), clock);
  set(goroutine, with(clock, goroutine, clock->at(goroutine) + 1));
}

void HappensBefore::release_merge(uint32_t goroutine, uint64_t k) {
  note(StepEvent::Kind::merge, goroutine, k);
  const Clock* clock = clocks_[goroutine];
  const Clock*& slot = key(k);
  journal_.set(slot, join(slot, clock));
  set(goroutine, with(clock, goroutine, clock->at(goroutine) + 1));
}

void HappensBefore::synchronize(uint32_t a, uint32_t b) {
  note(StepEvent::Kind::synchronize, a, b);
  const Clock* joined = join(clocks_[a], clocks_[b]);
  set(a, with(joined, a, joined->at(a) + 1));
  set(b, with(joined, b, joined->at(b) + 1));
}

}  // namespace gocheck::checker
