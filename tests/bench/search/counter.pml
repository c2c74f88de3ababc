/* counter.gol. N: how many. */
bool locked;
byte x, working = N;

proctype incrementer() {
  atomic { !locked -> locked = true; x++ }
  locked = false;
  working--
}

init {
  byte i;
  atomic {
    do
    :: i < N -> run incrementer(); i++
    :: else -> break
    od;
    i = 0
  }
  atomic { working == 0 -> assert(x == N) }
}
