/* philosophers.gol. N: how many; ORDERED: the last one takes the other fork first. */
bool fork[N];

proctype philosopher(byte first; byte second) {
  atomic { !fork[first] -> fork[first] = true }
  atomic { !fork[second] -> fork[second] = true }
  fork[second] = false;
  fork[first] = false
}

init {
  byte i;
  atomic {
    do
    :: i < N - 1 -> run philosopher(i, i + 1); i++
    :: else -> break
    od;
    if
    :: ORDERED -> run philosopher(0, N - 1)
    :: else -> run philosopher(N - 1, 0)
    fi;
    i = 0
  }
}
