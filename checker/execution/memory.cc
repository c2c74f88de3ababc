#include "checker/execution/memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "runtime/program/invariant.h"

namespace gocheck::checker {

uint32_t Names::goroutine(uint32_t parent, uint32_t child_number) {
  const std::lock_guard lock(mutex_);
  auto [it, fresh] = goroutines_.try_emplace({parent, child_number}, next_goroutine_);
  if (fresh) next_goroutine_++;
  return it->second;
}

Names::Children Names::children() const {
  const std::lock_guard lock(mutex_);
  Children result(goroutines_.size());
  for (const auto& [child, id] : goroutines_) result[id - 2] = child;
  return result;
}

void Names::seed(const Children& children) {
  for (auto [parent, number] : children) goroutine(parent, number);
}

uint64_t Names::segment(uint32_t goroutine, uint32_t number, uint64_t count) {
  const std::lock_guard lock(mutex_);
  auto [it, fresh] = segments_.try_emplace({goroutine, number, count}, next_segment_);
  if (fresh) next_segment_ += count;
  return it->second;
}

Reservation::Reservation(uint64_t bytes) : size_(bytes) {
  void* mapped = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) {
    resource_lacking("not enough address space: the checker reserves some 400 GiB of it for each execution, though it "
                     "uses little of it (see ulimit -v, and the kernel's vm.overcommit_memory)");
  }
  base_ = static_cast<char*>(mapped);
}

Reservation::~Reservation() { munmap(base_, size_); }

Memory::Memory(Names& names, Journal& journal, uint64_t static_bytes)
    : names_(names), journal_(journal), reservation_(kReservation) {
  first_segment_ = 2 + (static_bytes >> kSegmentBits);
}

Address Memory::allocate(uint32_t goroutine, Arena& arena, uint64_t size, bool has_pointers) {
  uint64_t rounded = size < 8 ? 8 : (size + 7) & ~uint64_t{7};
  if (size >= 16) rounded = (rounded + 15) & ~uint64_t{15};
  if (rounded >= kReservation) return 0;
  uint64_t at = rounded >= 16 ? (arena.next + 15) & ~uint64_t{15} : arena.next;
  uint64_t clean_from = arena.next;  // a gap left by alignment is part of the state, too
  if (at + rounded > arena.end || arena.end == 0) {
    const uint64_t count = (rounded + (uint64_t{1} << kSegmentBits) - 1) >> kSegmentBits;
    const uint64_t number = arena.segments;
    const uint64_t segment = first_segment_ + names_.segment(goroutine, static_cast<uint32_t>(number), count);
    at = segment << kSegmentBits;
    if (at + (count << kSegmentBits) > kReservation) return 0;
    clean_from = at;
    if (number > 0) arena.pieces[number - 1].end = arena.next;
    journal_.set(arena.segments, number + 1);
    journal_.set(arena.end, at + (count << kSegmentBits));
    if (arena.pieces.size() <= number) arena.pieces.resize(number + 1);
    arena.pieces[number] = {at, arena.end};
    if (owners_.size() < segment + count) owners_.resize(segment + count);
    std::fill_n(owners_.begin() + static_cast<ptrdiff_t>(segment), count, goroutine);
  }
  journal_.set(arena.next, at + rounded);
  std::memset(base() + clean_from, 0, at + rounded - clean_from);
  if (arena.list.size() <= arena.objects) arena.list.resize(arena.objects + 1);
  arena.list[arena.objects] = {at, rounded, has_pointers};
  journal_.set(arena.objects, arena.objects + 1);
  return at;
}

Arena::Object* Memory::find(Arena& arena, Address address) {
  const auto end = arena.list.begin() + static_cast<ptrdiff_t>(arena.objects);
  const auto after = std::upper_bound(arena.list.begin(), end, address,
                                      [](Address a, const Arena::Object& o) { return a < o.start; });
  if (after == arena.list.begin()) return nullptr;
  Arena::Object& object = *std::prev(after);
  return address - object.start < object.size ? &object : nullptr;
}

}  // namespace gocheck::checker
