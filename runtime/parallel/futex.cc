#include "runtime/parallel/futex.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace gocheck::parallel {

void futex_wait(uint32_t* word, uint32_t value) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, nullptr, nullptr, 0);
}

void futex_wake(uint32_t* word) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

void lock_slowly(uint32_t& word) {
  // Critical sections are short: spin a little before sleeping.
  for (int i = 0; i < 100; ++i) {
    uint32_t expected = 0;
    if (__atomic_load_n(&word, __ATOMIC_RELAXED) == 0 &&
        __atomic_compare_exchange_n(&word, &expected, 1, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
      return;
    }
    __builtin_ia32_pause();
  }
  while (__atomic_exchange_n(&word, 2, __ATOMIC_SEQ_CST) != 0) futex_wait(&word, 2);
}

}  // namespace gocheck::parallel
