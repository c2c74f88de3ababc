#include "checker/execution/identity.h"

#include <algorithm>
#include <numeric>

namespace gocheck::checker {

void Execution::present(std::vector<GoroutineId>& out) const {
  out.resize(goroutines());
  std::iota(out.begin(), out.end(), GoroutineId{1});
}

void Execution::identify(Identity& out) const {
  out.hash = out.future = out.program = state();
  out.has_hash = true;
  present(out.goroutines);
}

void Execution::identify_future(Identity& out) const { identify(out); }

const StepLog& Execution::log() const {
  static const StepLog nothing;
  return nothing;
}

void Identity::clear() {
  hash = future = program = {};
  has_hash = false;
  goroutines.clear();
  objects.clear();
  by_start_.clear();
  numbers_.clear();
  first_renamed = UINT64_MAX;
}

void Identity::index() const {
  by_start_.resize(objects.size());
  for (uint32_t i = 0; i < by_start_.size(); i++) by_start_[i] = i;
  std::sort(by_start_.begin(), by_start_.end(),
            [&](uint32_t a, uint32_t b) { return objects[a].start < objects[b].start; });
}

void Identity::number() const {
  const auto none = static_cast<uint32_t>(goroutines.size());
  numbers_.assign(goroutines.empty() ? 1 : *std::max_element(goroutines.begin(), goroutines.end()) + size_t{1}, none);
  for (uint32_t n = 0; n < none; n++) numbers_[goroutines[n]] = n;
}

ObjectKey Identity::rename_address(ObjectKey key, bool to_canonical) const {
  const uint64_t address = (key & kAddressMask) >> kKeyPartBits;
  const auto from = [&](const Object& o) { return to_canonical ? o.start : o.canonical; };
  const Object* found = nullptr;
  if (to_canonical) {
    if (by_start_.empty()) index();
    auto it = std::upper_bound(by_start_.begin(), by_start_.end(), address,
                               [&](uint64_t a, uint32_t i) { return a < objects[i].start; });
    if (it != by_start_.begin()) found = &objects[*--it];
  } else {
    auto it = std::upper_bound(objects.begin(), objects.end(), address,
                               [](uint64_t a, const Object& o) { return a < o.canonical; });
    if (it != objects.begin()) found = &*--it;
  }
  if (found == nullptr || address - from(*found) >= found->size) return kNoObject;
  const uint64_t renamed = (to_canonical ? found->canonical : found->start) + (address - from(*found));
  return (key & ~kAddressMask) | renamed << kKeyPartBits;
}

}  // namespace gocheck::checker
