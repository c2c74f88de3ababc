/* pool.gol. WORKERS, TASKS. */
chan jobs = [TASKS] of { byte };
chan results = [TASKS] of { byte };
bool closed;

proctype worker() {
  byte job;
  do
  :: jobs?job; atomic { results!(2 * job); job = 0 }
  :: atomic { closed && empty(jobs) -> break }
  od
}

init {
  byte i, got;
  short sum;
  atomic {
    do
    :: i < WORKERS -> run worker(); i++
    :: else -> break
    od;
    i = 1
  }
  do
  :: atomic {
       jobs!i;
       i++;
       if
       :: i > TASKS -> break
       :: else
       fi
     }
  od;
  atomic { closed = true; i = 1 }
  do
  :: atomic {
       results?got;
       sum = sum + got;
       got = 0;
       i++;
       if
       :: i > TASKS -> break
       :: else
       fi
     }
  od;
  assert(sum == TASKS * (TASKS + 1))
}
