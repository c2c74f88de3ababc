#include "runtime/machine/slices.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>

#include "runtime/machine/panic.h"
#include "runtime/machine/slow.h"

namespace gocheck::machine {

namespace {

// Block sizes of Go's allocator for small objects.
constexpr uint16_t kSizeClasses[] = {
    8,     16,    24,    32,    48,    64,    80,    96,    112,   128,   144,   160,  176,   192,
    208,   224,   240,   256,   288,   320,   352,   384,   416,   448,   480,   512,  576,   640,
    704,   768,   896,   1024,  1152,  1280,  1408,  1536,  1792,  2048,  2304,  2688, 3072,  3200,
    3456,  4096,  4864,  5120,  5376,  6144,  6528,  6784,  6912,  8192,  9472,  9728, 10240, 10880,
    12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672, 32768};
constexpr uint64_t kPage = 8192;

}  // namespace

uint64_t round_up_size(uint64_t size) {
  if (size == 0) return 0;
  if (size <= 32768) return *std::ranges::lower_bound(kSizeClasses, size);
  return (size + kPage - 1) / kPage * kPage;
}

uint64_t grown_capacity(uint64_t old, uint64_t needed, uint64_t element_size) {
  constexpr uint64_t kThreshold = 256;  // from here on growth is by a quarter instead of doubling
  if (element_size == 0) return needed;
  if (needed > kMaxAllocation / element_size) return 0;
  uint64_t capacity = old;
  if (needed > 2 * old) {
    capacity = needed;
  } else if (old < kThreshold) {
    capacity = 2 * old;
  } else {
    while (capacity < needed) capacity += (capacity + 3 * kThreshold) / 4;
  }
  return round_up_size(capacity * element_size) / element_size;
}

namespace slow {

using program::ext;
using program::Type;

namespace {

constexpr uint64_t kMaxLength = std::numeric_limits<int64_t>::max();

// {address, length, capacity} in three slots.
struct Slice {
  Address address;
  int64_t length;
  int64_t capacity;
};
Slice load_slice(const Slot* R) { return {R[0], static_cast<int64_t>(R[1]), static_cast<int64_t>(R[2])}; }
void store_slice(Slot* R, Slice slice) {
  R[0] = slice.address;
  R[1] = static_cast<Slot>(slice.length);
  R[2] = static_cast<Slot>(slice.capacity);
}

// `slice` with `extra` more elements; their contents are up to the caller. False after a panic.
bool extend(Executor& e, Goroutine& g, const Instruction* at, const Type& element, int64_t extra,
            Slice& slice) {
  const uint64_t needed = static_cast<uint64_t>(slice.length) + static_cast<uint64_t>(extra);
  if (needed > static_cast<uint64_t>(slice.capacity)) {
    const uint64_t capacity = grown_capacity(slice.capacity, needed, element.size);
    if (capacity == 0 || needed > kMaxLength) {
      raise(
          e, g,
          fmt::format("runtime error: growslice: {} out of range", e.program.older_than(20) ? "cap" : "len"));
      return false;
    }
    const Address fresh = e.allocate(g, capacity * element.size, element.has_pointers);
    const uint64_t old_size = slice.length * element.size;
    if (old_size > 0) {
      e.reading(g, slice.address, old_size, at);
      std::memcpy(e.host(fresh), e.host(slice.address), old_size);
    }
    slice.address = fresh;
    slice.capacity = static_cast<int64_t>(capacity);
  }
  slice.length = static_cast<int64_t>(needed);
  return true;
}

// Copies tracked memory; the ranges may overlap.
void copy_elements(Executor& e, Goroutine& g, const Instruction* at, Address to, Address from,
                   uint64_t size) {
  if (size == 0) return;
  e.reading(g, from, size, at);
  e.writing(g, to, size, at);
  std::memmove(e.host(to), e.host(from), size);
}

void copy_immutable(Executor& e, Goroutine& g, const Instruction* at, Address to, Address from,
                    uint64_t size) {
  if (size == 0) return;
  e.writing(g, to, size, at);
  std::memcpy(e.host(to), e.host(from), size);
}

}  // namespace

void raise_index(Executor& e, Goroutine& g, int64_t index, int64_t length) {
  if (index < 0) return raise_bounds(e, g, fmt::format("runtime error: index out of range [{}]", index));
  raise_bounds(e, g, fmt::format("runtime error: index out of range [{}] with length {}", index, length));
}

bool grow_slice(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  Slice slice = load_slice(R + at->b);
  if (!extend(e, g, at, e.program.types[ext(at)], static_cast<int64_t>(R[at->c]), slice)) return false;
  store_slice(R + at->a, slice);
  return true;
}

bool append_slice(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  const Type& element = e.program.types[ext(at)];
  Slice slice = load_slice(R + at->b);
  const Slice added = load_slice(R + at->c);
  const uint64_t end = slice.length * element.size;
  if (!extend(e, g, at, element, added.length, slice)) return false;
  copy_elements(e, g, at, slice.address + end, added.address, added.length * element.size);
  store_slice(R + at->a, slice);
  return true;
}

bool append_string(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  Slice slice = load_slice(R + at->b);
  const Address text = R[at->c];
  const int64_t added = static_cast<int64_t>(R[at->c + 1]);
  const uint64_t end = slice.length;
  if (!extend(e, g, at, e.program.types[e.program.type_uint8], added, slice)) return false;
  copy_immutable(e, g, at, slice.address + end, text, added);
  store_slice(R + at->a, slice);
  return true;
}

bool copy_slice(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  const Slice to = load_slice(R + at->b), from = load_slice(R + at->c);
  const int64_t count = std::min(to.length, from.length);
  copy_elements(e, g, at, to.address, from.address, count * e.program.types[ext(at)].size);
  R[at->a] = static_cast<Slot>(count);
  return true;
}

bool copy_string(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  const Slice to = load_slice(R + at->b);
  const int64_t count = std::min(to.length, static_cast<int64_t>(R[at->c + 1]));
  copy_immutable(e, g, at, to.address, R[at->c], count);
  R[at->a] = static_cast<Slot>(count);
  return true;
}

bool clear_slice(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  const Slice slice = load_slice(R + at->a);
  const uint64_t size = slice.length * e.program.types[ext(at)].size;
  if (size == 0) return true;
  e.writing(g, slice.address, size, at);
  std::memset(e.host(slice.address), 0, size);
  return true;
}

bool make_slice(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  const Type& element = e.program.types[ext(at)];
  const int64_t length = static_cast<int64_t>(R[at->b]), capacity = static_cast<int64_t>(R[at->c]);
  const uint64_t limit = kMaxAllocation / std::max<uint64_t>(element.size, 1);
  const auto too_large = [&](int64_t count) {
    return count < 0 || (element.size != 0 && static_cast<uint64_t>(count) > limit);
  };
  if (too_large(length)) {
    raise(e, g, "runtime error: makeslice: len out of range");
    return false;
  }
  if (too_large(capacity) || capacity < length) {
    raise(e, g, "runtime error: makeslice: cap out of range");
    return false;
  }
  store_slice(R + at->a, {e.allocate(g, capacity * element.size, element.has_pointers), length, capacity});
  return true;
}

// ---- Slicing ----

namespace {

// Bounds of a slice expression as written; those that are absent have been filled in.
struct Bounds {
  int64_t low, high, max;
};

// What bounds checks compare with, and how their texts name it.
struct Limit {
  int64_t value;
  const char* name;  // "length" or "capacity"
};

// A bound that is negative or exceeds the next: Go's texts show where it stands among the colons.
template <class... Args>
bool out_of_range(Executor& e, Goroutine& g, std::string_view text, Args... args) {
  raise_bounds(e, g,
        "runtime error: slice bounds out of range " + fmt::vformat(text, fmt::make_format_args(args...)));
  return false;
}

// Reads the bounds of the slice expression at `at` and checks 0 <= low <= high <= max <= limit.
bool load_bounds(Executor& e, Goroutine& g, const Instruction* at, const Slot* R, int64_t length, Limit limit,
                 Bounds& bounds) {
  const uint64_t flags = ext(at);
  const Slot* next = R + at->c;
  const bool has_low = flags & 1, has_high = flags & 2, has_max = flags & 4;
  bounds.low = has_low ? static_cast<int64_t>(*next++) : 0;
  bounds.high = has_high ? static_cast<int64_t>(*next++) : length;
  bounds.max = has_max ? static_cast<int64_t>(*next++) : limit.value;
  const auto [low, high, max] = bounds;
  if (has_max) {
    if (max < 0) return out_of_range(e, g, "[::{}]", max);
    if (max > limit.value) return out_of_range(e, g, "[::{}] with {} {}", max, limit.name, limit.value);
    if (high < 0) return out_of_range(e, g, "[:{}:]", high);
    if (high > max) return out_of_range(e, g, "[:{}:{}]", high, max);
    if (low < 0) return out_of_range(e, g, "[{}::]", low);
    if (low > high) return out_of_range(e, g, "[{}:{}:]", low, high);
    return true;
  }
  if (high < 0) return out_of_range(e, g, "[:{}]", high);
  if (high > limit.value) return out_of_range(e, g, "[:{}] with {} {}", high, limit.name, limit.value);
  if (low < 0) return out_of_range(e, g, "[{}:]", low);
  if (low > high) return out_of_range(e, g, "[{}:{}]", low, high);
  return true;
}

// base[low:high:max]; an empty rest keeps its base address, so as not to point behind the object.
Slice sliced(Address base, Bounds bounds, uint64_t element_size) {
  const int64_t capacity = bounds.max - bounds.low;
  return {capacity == 0 ? base : base + bounds.low * element_size, bounds.high - bounds.low, capacity};
}

}  // namespace

bool slice_slice(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  const Slice slice = load_slice(R + at->b);
  Bounds bounds;
  if (!load_bounds(e, g, at, R, slice.length, {slice.capacity, "capacity"}, bounds)) return false;
  store_slice(R + at->a, sliced(slice.address, bounds, ext(at) >> 32));
  return true;
}

bool slice_array(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  const int64_t length = static_cast<int64_t>((ext(at) & 0xffffffff) >> 3);
  const Address array = R[at->b];
  if (array < kNilLimit) {
    raise_nil_dereference(e, g);
    return false;
  }
  Bounds bounds;
  if (!load_bounds(e, g, at, R, length, {length, "length"}, bounds)) return false;
  store_slice(R + at->a, sliced(array, bounds, ext(at) >> 32));
  return true;
}

bool slice_string(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  const Address text = R[at->b];
  const int64_t length = static_cast<int64_t>(R[at->b + 1]);
  Bounds bounds;
  if (!load_bounds(e, g, at, R, length, {length, "length"}, bounds)) return false;
  R[at->a] = bounds.high == bounds.low ? text : text + bounds.low;
  R[at->a + 1] = static_cast<Slot>(bounds.high - bounds.low);
  return true;
}

bool slice_to_array(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  const Slice slice = load_slice(R + at->b);
  const int64_t length = static_cast<int64_t>(ext(at));
  if (slice.length < length) {
    raise_bounds(e, g,
          fmt::format("runtime error: cannot convert slice with length {} to {} with length {}", slice.length,
                      e.program.older_than(20) ? "pointer to array" : "array or pointer to array", length));
    return false;
  }
  R[at->a] = slice.address;
  return true;
}

}  // namespace slow
}  // namespace gocheck::machine
