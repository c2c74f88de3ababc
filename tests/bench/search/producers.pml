/* producers.gol. PRODUCERS, CONSUMERS, ITEMS of each, CAPACITY. */
chan ch = [CAPACITY] of { byte };

proctype producer() {
  byte i;
  do
  :: atomic {
       ch!i;
       i++;
       if
       :: i == ITEMS -> break
       :: else
       fi
     }
  od
}

proctype consumer() {
  byte i;
  do
  :: atomic {
       ch?_;
       i++;
       if
       :: i == ITEMS -> break
       :: else
       fi
     }
  od
}

init {
  byte i;
  atomic {
    do
    :: i < PRODUCERS -> run producer(); i++
    :: else -> break
    od;
    i = 0;
    do
    :: i < CONSUMERS -> run consumer(); i++
    :: else -> break
    od;
    i = 0
  }
}
