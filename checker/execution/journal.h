// The undo log: old values of everything that a step overwrites, word by word.
//
// Invariant: undoing to a mark restores exactly the state at that mark, provided every change of
// a word was preceded by save() of it. Costs one append per write and one store per undone write.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gocheck::checker {

class Journal {
 public:
  using Mark = size_t;

  Mark mark() const { return entries_.size(); }

  // Keeps the words that hold [where, where + size). They must be readable as 8-byte words.
  void save(void* where, size_t size) {
    auto first = reinterpret_cast<uintptr_t>(where) & ~uintptr_t{7};
    auto last = reinterpret_cast<uintptr_t>(where) + size;
    for (uintptr_t word = first; word < last; word += 8) save_word(reinterpret_cast<uint64_t*>(word));
  }
  void save_word(uint64_t* word) { entries_.push_back({word, *word}); }

  // Saves and assigns a field of 8 bytes.
  template <class T, class V>
  void set(T& field, V value) {
    static_assert(sizeof(T) == 8);
    save_word(reinterpret_cast<uint64_t*>(&field));
    field = static_cast<T>(value);
  }

  // What was saved since then, oldest first: f(place, old value). A place may come more than once.
  template <class F>
  void for_each_since(Mark mark, const F& f) const {
    for (size_t i = mark; i < entries_.size(); i++) f(entries_[i].where, entries_[i].old);
  }

  void undo_to(Mark mark) {
    while (entries_.size() > mark) {
      *entries_.back().where = entries_.back().old;
      entries_.pop_back();
    }
  }

 private:
  struct Entry {
    uint64_t* where;
    uint64_t old;
  };
  std::vector<Entry> entries_;
};

}  // namespace gocheck::checker
