/* ring.gol. N: how many nodes. */
chan link[N] = [1] of { byte };
chan elected = [0] of { byte };

proctype node(byte own; chan in; chan out) {
  byte got;
  xr in;
  xs out;
  out!own;
  do
  :: in?got;
     if
     :: got == 0 -> out!0; break
     :: got == own -> out!0; in?got; elected!own; break
     :: got > own -> out!got
     :: else
     fi
  od
}

init {
  byte i;
  atomic {
    do
    :: i < N -> run node(N - i, link[i], link[(i + 1) % N]); i++
    :: else -> break
    od
  }
  atomic { elected?i; assert(i == N) }
}
