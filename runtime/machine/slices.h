// Slices: how append makes room.
#pragma once

#include <cstdint>

namespace gocheck::machine {

// Largest allocation the machine attempts, in bytes.
inline constexpr uint64_t kMaxAllocation = uint64_t{1} << 47;

// The size of the block that Go's allocator would use for `size` bytes.
uint64_t round_up_size(uint64_t size);

// The capacity that append gives a slice of capacity `old` that is to hold `needed` > old elements.
// 0 if that is more than memory can hold.
uint64_t grown_capacity(uint64_t old, uint64_t needed, uint64_t element_size);

}  // namespace gocheck::machine
