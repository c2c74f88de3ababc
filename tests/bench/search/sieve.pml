/* sieve.gol. N: the last number that is sieved. */
proctype filter(chan in) {
  byte prime, v;
  chan out = [0] of { byte };
  atomic {
    in?prime;
    if
    :: prime == 0 -> goto done
    :: else -> run filter(out)
    fi
  }
  do
  :: atomic { in?v -> if :: v == 0 -> break :: v != 0 && v % prime == 0 :: else -> goto pass fi }
     goto next;
pass:
     out!v;
next:
     skip
  od;
  out!0;
done:
  skip
}

init {
  byte i;
  chan first = [0] of { byte };
  atomic { run filter(first); i = 2 }
  do
  :: atomic { first!i; i++; if :: i > N -> break :: else fi }
  od;
  first!0
}
