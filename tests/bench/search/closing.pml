/* closing.gol. PRODUCERS, CONSUMERS, ITEMS of each producer, CAPACITY. */
chan ch = [CAPACITY] of { byte };
bool closed;
byte sending = PRODUCERS, receiving = CONSUMERS;

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
  od;
  sending--
}

proctype consumer() {
  do
  :: ch?_
  :: atomic { closed && empty(ch) -> break }
  od;
  receiving--
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
  sending == 0;
  closed = true;
  receiving == 0
}
