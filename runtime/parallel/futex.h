// Waiting in the kernel: a lock that takes one 32-bit word (so that a channel can hold it), and an
// event that a worker sleeps on.
#pragma once

#include <atomic>
#include <cstdint>

namespace gocheck::parallel {

// Sleeps while `word` holds `value`; may return early.
void futex_wait(uint32_t* word, uint32_t value);
// Wakes one sleeper.
void futex_wake(uint32_t* word);

// A mutual exclusion lock in a word: 0 free, 1 held, 2 held and somebody may be sleeping for it (after
// Drepper, "Futexes are tricky"). The exchange in lock() is sequentially consistent.
void lock_slowly(uint32_t& word);

inline void lock(uint32_t& word) {
  uint32_t expected = 0;
  if (!__atomic_compare_exchange_n(&word, &expected, 1, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
    lock_slowly(word);
  }
}
inline void unlock(uint32_t& word) {
  if (__atomic_exchange_n(&word, 0, __ATOMIC_RELEASE) == 2) futex_wake(&word);
}

class WordGuard {
 public:
  explicit WordGuard(uint32_t& word) : word_(word) { lock(word_); }
  ~WordGuard() { unlock(word_); }
  WordGuard(const WordGuard&) = delete;

 private:
  uint32_t& word_;
};

// A binary semaphore for one sleeper.
class Event {
 public:
  void wait() {
    while (__atomic_exchange_n(&word_, 0, __ATOMIC_ACQUIRE) == 0) futex_wait(&word_, 0);
  }
  void signal() {
    __atomic_store_n(&word_, 1, __ATOMIC_RELEASE);
    futex_wake(&word_);
  }

 private:
  uint32_t word_ = 0;
};

}  // namespace gocheck::parallel
