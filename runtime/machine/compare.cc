#include "runtime/machine/compare.h"

#include <fmt/format.h>

#include <vector>

namespace gocheck::machine {

using program::Kind;
using program::Type;
using program::TypeId;

namespace {

template <class T>
T read(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

// Part of a value still to be looked at: `count` consecutive values of `type`.
struct Pending {
  TypeId type;
  uint64_t count;
  const char* x;
  const char* y;  // unused when hashing
};

// Where the value of a boxed `type` lies: the data word itself or what it points to.
const char* boxed(const Executor& e, const Type& type, const char* word) {
  return type.direct ? word : e.host(read<Address>(word));
}

// Pushes the parts of an array or structure so that the first is popped first.
void push_parts(std::vector<Pending>& pending, const Type& type, const char* x, const char* y) {
  if (type.size == 0) return;
  if (type.kind == Kind::array) {
    if (type.length > 0) pending.push_back({type.element, type.length, x, y});
    return;
  }
  for (size_t i = type.fields.size(); i-- > 0;) {
    const program::TypeField& field = type.fields[i];
    if (field.name != "_")
      pending.push_back({field.type, 1, x + field.offset, y ? y + field.offset : nullptr});
  }
}

Equality equal_simple(const Executor& e, const Type& type, const char* x, const char* y) {
  bool same;
  switch (type.kind) {
    case Kind::float32: same = read<float>(x) == read<float>(y); break;
    case Kind::float64: same = read<double>(x) == read<double>(y); break;
    case Kind::complex64:
      same = read<float>(x) == read<float>(y) && read<float>(x + 4) == read<float>(y + 4);
      break;
    case Kind::complex128:
      same = read<double>(x) == read<double>(y) && read<double>(x + 8) == read<double>(y + 8);
      break;
    case Kind::string: {
      const uint64_t length = read<uint64_t>(x + 8);
      same = length == read<uint64_t>(y + 8) &&
             same_bytes(e.host(read<Address>(x)), e.host(read<Address>(y)), length);
      break;
    }
    default: same = std::memcmp(x, y, type.size) == 0;
  }
  return same ? Equality::yes : Equality::no;
}

}  // namespace

Equality equal(Executor& e, Goroutine& g, TypeId id, const char* x, const char* y) {
  std::vector<Pending> pending;
  for (;;) {
    const Type& type = e.program.types[id];
    if (type.kind == Kind::array || type.kind == Kind::structure) {
      push_parts(pending, type, x, y);
    } else if (type.kind == Kind::interface) {
      const TypeId dynamic = read<TypeId>(x);
      if (dynamic != read<TypeId>(y)) return Equality::no;
      if (dynamic != 0) {
        const Type& boxed_type = e.program.types[dynamic];
        if (!boxed_type.comparable) {
          raise(e, g, fmt::format("runtime error: comparing uncomparable type {}", boxed_type.name));
          return Equality::panicked;
        }
        pending.push_back({dynamic, 1, boxed(e, boxed_type, x + 8), boxed(e, boxed_type, y + 8)});
      }
    } else if (equal_simple(e, type, x, y) == Equality::no) {
      return Equality::no;
    }
    if (pending.empty()) return Equality::yes;
    Pending& next = pending.back();
    id = next.type;
    x = next.x;
    y = next.y;
    if (--next.count == 0) {
      pending.pop_back();
    } else {
      next.x += e.program.types[id].size;
      next.y += e.program.types[id].size;
    }
  }
}

Equality equal_boxed(Executor& e, Goroutine& g, TypeId id, Slot x, Slot y) {
  const Type& type = e.program.types[id];
  if (!type.comparable) {
    raise(e, g, fmt::format("runtime error: comparing uncomparable type {}", type.name));
    return Equality::panicked;
  }
  if (type.direct && !program::is_float(type.kind)) return x == y ? Equality::yes : Equality::no;
  const char* x_word = reinterpret_cast<const char*>(&x);
  const char* y_word = reinterpret_cast<const char*>(&y);
  return equal(e, g, id, boxed(e, type, x_word), boxed(e, type, y_word));
}

uint64_t hash_bytes(const char* bytes, uint64_t size) {
  uint64_t h = hash_word(size);
  for (; size >= 8; size -= 8, bytes += 8) h = hash_word(h ^ read<uint64_t>(bytes));
  uint64_t rest = 0;
  if (size > 0) std::memcpy(&rest, bytes, size);  // bytes may be null otherwise
  return hash_word(h ^ rest);
}

namespace {

// Adding +0 makes -0 hash as +0 does.
uint64_t hash_float(double value) { return hash_word(__builtin_bit_cast(uint64_t, value + 0.0)); }

uint64_t hash_simple(const Executor& e, const Type& type, const char* value) {
  switch (type.kind) {
    case Kind::float32: return hash_float(read<float>(value));
    case Kind::float64: return hash_float(read<double>(value));
    case Kind::complex64:
      return hash_word(hash_float(read<float>(value)) ^ hash_float(read<float>(value + 4)) >> 1);
    case Kind::complex128:
      return hash_word(hash_float(read<double>(value)) ^ hash_float(read<double>(value + 8)) >> 1);
    case Kind::string: return hash_bytes(e.host(read<Address>(value)), read<uint64_t>(value + 8));
    default: {
      uint64_t word = 0;
      std::memcpy(&word, value, type.size);
      return hash_word(word);
    }
  }
}

}  // namespace

bool hash(Executor& e, Goroutine& g, TypeId id, const char* value, uint64_t& result) {
  std::vector<Pending> pending;
  result = 0;
  for (;;) {
    const Type& type = e.program.types[id];
    if (type.kind == Kind::array || type.kind == Kind::structure) {
      push_parts(pending, type, value, nullptr);
    } else if (type.kind == Kind::interface) {
      const TypeId dynamic = read<TypeId>(value);
      result = hash_word(result ^ dynamic);
      if (dynamic != 0) {
        const Type& boxed_type = e.program.types[dynamic];
        if (!boxed_type.comparable) {
          raise(e, g, fmt::format("runtime error: hash of unhashable type {}", boxed_type.name));
          return false;
        }
        pending.push_back({dynamic, 1, boxed(e, boxed_type, value + 8), nullptr});
      }
    } else {
      result = hash_word(result ^ hash_simple(e, type, value));
    }
    if (pending.empty()) return true;
    Pending& next = pending.back();
    id = next.type;
    value = next.x;
    if (--next.count == 0) {
      pending.pop_back();
    } else {
      next.x += e.program.types[id].size;
    }
  }
}

}  // namespace gocheck::machine
