// Instructions on strings. The bytes of strings are immutable: no access to them is tracked.
#include <algorithm>
#include <string_view>

#include "runtime/machine/compare.h"
#include "runtime/machine/print.h"
#include "runtime/machine/slices.h"
#include "runtime/machine/slow.h"
#include "runtime/machine/utf8.h"

namespace gocheck::machine::slow {

using program::ext;

namespace {

std::string_view string_at(const Executor& e, const Slot* words) {
  return {e.host(words[0]), static_cast<size_t>(words[1])};
}

// Makes R[a..] a slice over `size` fresh bytes, with the capacity that Go's allocator gives it.
char* fresh_slice(Executor& e, Goroutine& g, Slot* R, uint64_t count, uint64_t element_size) {
  const uint64_t block = round_up_size(count * element_size);
  const Address address = e.allocate(g, block, false);
  R[0] = address;
  R[1] = count;
  R[2] = block / element_size;
  return e.host(address);
}

// Makes R[a..] a string of `size` fresh bytes.
char* fresh_string(Executor& e, Goroutine& g, Slot* R, uint64_t size) {
  const Address address = size == 0 ? 0 : e.allocate(g, size, false);
  R[0] = address;
  R[1] = size;
  return e.host(address);
}

}  // namespace

bool lt_str(Executor& e, Goroutine&, const Instruction* at, Slot* R) {
  R[at->a] = string_at(e, R + at->b) < string_at(e, R + at->c);
  return true;
}

bool le_str(Executor& e, Goroutine&, const Instruction* at, Slot* R) {
  R[at->a] = string_at(e, R + at->b) <= string_at(e, R + at->c);
  return true;
}

bool concat(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  const Slot* parts = R + at->b;
  uint64_t size = 0;
  int last_part = -1, non_empty = 0;
  for (int i = 0; i < at->c; i++) {
    const uint64_t length = parts[2 * i + 1];
    if (length == 0) continue;
    size += length;
    last_part = i;
    non_empty++;
  }
  if (non_empty <= 1) {
    const Slot address = last_part < 0 ? 0 : parts[2 * last_part];
    R[at->a] = address;
    R[at->a + 1] = size;
    return true;
  }
  const Address address = e.allocate(g, size, false);
  char* to = e.host(address);
  for (int i = 0; i < at->c; i++) {
    const std::string_view part = string_at(e, parts + 2 * i);
    if (!part.empty()) std::memcpy(to, part.data(), part.size());
    to += part.size();
  }
  R[at->a] = address;
  R[at->a + 1] = size;
  return true;
}

bool string_to_bytes(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  const std::string_view text = string_at(e, R + at->b);
  char* to = fresh_slice(e, g, R + at->a, text.size(), 1);
  if (!text.empty()) std::memcpy(to, text.data(), text.size());
  return true;
}

bool bytes_to_string(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  const Address from = R[at->b];
  const uint64_t size = R[at->b + 1];
  if (size > 0) e.reading(g, from, size, at);
  char* to = fresh_string(e, g, R + at->a, size);
  if (size > 0) std::memcpy(to, e.host(from), size);
  return true;
}

bool string_to_runes(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  const std::string_view text = string_at(e, R + at->b);
  uint64_t count = 0;
  for (size_t i = 0; i < text.size(); count++) i += utf8::decode(text.substr(i)).size;
  char* to = fresh_slice(e, g, R + at->a, count, sizeof(int32_t));
  for (size_t i = 0; i < text.size();) {
    const utf8::Decoded decoded = utf8::decode(text.substr(i));
    std::memcpy(to, &decoded.rune, sizeof(int32_t));
    to += sizeof(int32_t);
    i += decoded.size;
  }
  return true;
}

bool runes_to_string(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  const Address from = R[at->b];
  const uint64_t count = R[at->b + 1];
  if (count > 0) e.reading(g, from, count * sizeof(int32_t), at);
  std::string text;
  for (uint64_t i = 0; i < count; i++) {
    int32_t rune;
    std::memcpy(&rune, e.host(from) + i * sizeof(rune), sizeof(rune));
    utf8::append(text, rune);
  }
  char* to = fresh_string(e, g, R + at->a, text.size());
  if (!text.empty()) std::memcpy(to, text.data(), text.size());
  return true;
}

bool rune_to_string(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  const int64_t value = static_cast<int64_t>(R[at->b]);
  std::string text;
  utf8::append(text, value < 0 || value > utf8::kMaxRune ? utf8::kReplacement : static_cast<int32_t>(value));
  std::memcpy(fresh_string(e, g, R + at->a, text.size()), text.data(), text.size());
  return true;
}

bool string_next(Executor& e, Goroutine&, const Instruction* at, Slot* R) {
  const uint64_t index = R[at->c];
  const utf8::Decoded decoded = utf8::decode(string_at(e, R + at->b).substr(index));
  R[at->a] = static_cast<Slot>(static_cast<int64_t>(decoded.rune));
  R[at->a + 1] = index + decoded.size;
  return true;
}

bool print(Executor& e, Goroutine& g, const Instruction* at, Slot* R) {
  e.write(g, 2, print_text(static_cast<program::PrintKind>(at->b), e, R + at->a));
  return true;
}

}  // namespace gocheck::machine::slow
