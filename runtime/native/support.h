// What the tables of natives have in common: results that take several slots, and slices of bytes.
#pragma once

#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/native/value.h"

namespace gocheck::native {

using machine::Call;
using machine::NativeEntry;

// The tables, one per group of packages; native_table() joins them.
std::span<const NativeEntry> format_natives();   // fmt, strconv
std::span<const NativeEntry> text_natives();     // strings, bytes
std::span<const NativeEntry> unicode_natives();  // unicode, unicode/utf8
std::span<const NativeEntry> math_natives();     // math, math/bits, math/rand
std::span<const NativeEntry> world_natives();    // runtime, errors, sort, sync/atomic, internal/model
std::span<const NativeEntry> os_natives();       // os
std::span<const NativeEntry> time_natives();     // time
std::span<const NativeEntry> socket_natives();   // internal/poll

// Stores a slice of `count` zero elements as three result slots; an empty one is not nil. Returns where the elements are.
//
// The collector sees results, but nothing that only a container of C++ refers to. So who allocates several objects
// returns the slice first and puts each object into it before the next one is allocated.
inline char* return_zeroed(Call& call, int result, uint64_t count, uint64_t element_size, bool has_pointers) {
  const Address address = call.executor.allocate(call.goroutine, count * element_size, has_pointers);
  call.results[result] = address;
  call.results[result + 1] = count;
  call.results[result + 2] = count;
  return call.executor.host(address);
}

// The same with elements copied from `data`, which are reachable otherwise.
inline void return_slice(Call& call, int result, const void* data, uint64_t count, uint64_t element_size, bool has_pointers) {
  char* const elements = return_zeroed(call, result, count, element_size, has_pointers);
  if (count != 0) std::memcpy(elements, data, count * element_size);
}

// A copy of `text` in Gol memory.
inline Address new_text(Call& call, std::string_view text) {
  if (text.empty()) return 0;
  const Address address = call.executor.allocate(call.goroutine, text.size(), false);
  std::memcpy(call.executor.host(address), text.data(), text.size());
  return address;
}

// A []string; the strings share memory with Gol strings.
struct StringHeader {
  Address address;
  uint64_t length;
};
inline void return_strings(Call& call, int result, const std::vector<StringHeader>& strings) {
  return_slice(call, result, strings.data(), strings.size(), sizeof(StringHeader), true);
}
inline void return_nil_slice(Call& call, int result) { std::memset(call.results + result, 0, 3 * sizeof(Slot)); }

// The part of the string argument at `arg` that `part` (a view into it) covers.
inline void return_substring(Call& call, int result, int arg, std::string_view part) {
  call.results[result] = part.empty() ? 0 : call.args[arg] + (part.data() - call.executor.host(call.args[arg]));
  call.results[result + 1] = part.size();
}

// Contents of a []byte argument; reported as read.
inline std::string_view bytes(Call& call, int arg) { return Values(call).bytes(call.args[arg], call.args[arg + 1]); }

// Elements of a []string argument; reported as read.
inline std::vector<std::string_view> strings(Call& call, int arg) {
  const uint64_t count = call.args[arg + 1];
  std::vector<std::string_view> views(count);
  if (count == 0) return views;
  call.executor.reading(call.goroutine, call.args[arg], count * sizeof(StringHeader), call.site);
  for (uint64_t i = 0; i < count; ++i) {
    StringHeader header;
    std::memcpy(&header, call.executor.host(call.args[arg]) + i * sizeof(header), sizeof(header));
    if (header.length != 0) views[i] = {call.executor.host(header.address), header.length};
  }
  return views;
}

inline int64_t integer(const Call& call, int arg) { return static_cast<int64_t>(call.args[arg]); }

}  // namespace gocheck::native
