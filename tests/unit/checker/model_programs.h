// The classic programs of the literature on partial order reduction, as model programs.
#pragma once

#include "tests/unit/checker/model.h"

namespace gocheck::checker::model {

// One writer of x, n goroutines that read x. 2^n traces.
Program readers(uint32_t n);
// Abdulla et al. (POPL 2014): goroutine j of 1..n does a[j] = a[j-1] + 1; one looks for the last zero in a[0..n].
Program last_zero(uint32_t n);
// Flanagan and Godefroid (POPL 2005): n goroutines put 4 values each into a hash table of 128 slots.
Program indexer(uint32_t n);
// Flanagan and Godefroid (POPL 2005): n goroutines allocate one of 26 blocks for one of 32 inodes each, under locks.
Program file_system(uint32_t n);
// n goroutines: lock, x++, unlock.
Program counter(uint32_t n);
// n goroutines that lock and never unlock.
Program lock_forever(uint32_t n);
// n senders on a channel of this capacity, one receiver that receives `receives` times.
Program senders(uint32_t n, uint32_t receives, uint32_t capacity);
// n senders and n receivers of one value each on an unbuffered channel.
Program pairs(uint32_t n);
// A producer of `tasks` values, n workers that pass them on until the channel is closed, and the
// receiver of the results; unbuffered channels.
Program workers(uint32_t tasks, uint32_t n);
// A pipeline of n goroutines with buffered channels, through which `values` values go.
Program pipeline(uint32_t n, uint32_t values, uint32_t capacity);

}  // namespace gocheck::checker::model
