// Maps: insertion-ordered hash tables in Gol memory.
//
// A map value is the address of a MapHeader, 0 for nil. Entries are kept in a dense array in the order
// of their insertion; an index of 32-bit entry numbers (open addressing) finds them by hash. A
// deleted entry leaves a tombstone. A table that is full is replaced by a new one and never
// changed again, so an iterator that still walks the old one finds its keys there and looks their
// values up in the new one. Iteration starts at an arbitrary
// entry, since programs must not rely on the order, and goes on in the order of insertion; in the checker the
// start is a choice.
//
// Keys and values lie in entries as they do in slots.
//
// Races: every operation reads or writes (insertion, deletion, clear) the first word of the
// header as tracked memory, as Go's race detector does; all else is private to the map. In the
// parallel runtime racing operations cannot leave the bounds of a table, and are reported as Go
// does ("fatal error: concurrent map writes") on a best-effort basis.
#pragma once

#include "runtime/machine/executor.h"

namespace gocheck::machine {

struct MapHeader {
  uint64_t count;   // live entries: len
  Address table;    // a MapTable, 0 before the first insertion
  uint64_t writer;  // a write is under way (parallel runtime)
};

// All functions that return bool return false when a panic was raised or the program was stopped.

// A new map with room for `hint` entries.
Address map_make(Executor& e, Goroutine& g, const program::Type& type, uint64_t hint);

// Number of entries; 0 for nil.
uint64_t map_length(Executor& e, Goroutine& g, Address map, const program::Instruction* site);

// Sets `value` to the slots of the value of `key`, nullptr if there is none.
bool map_find(Executor& e, Goroutine& g, const program::Type& type, Address map, const Slot* key,
              const program::Instruction* site, const Slot*& value);

bool map_set(Executor& e, Goroutine& g, const program::Type& type, Address map, const Slot* key, const Slot* value,
             const program::Instruction* site);

bool map_delete(Executor& e, Goroutine& g, const program::Type& type, Address map, const Slot* key,
                const program::Instruction* site);

bool map_clear(Executor& e, Goroutine& g, Address map, const program::Instruction* site);

// Four slots: the map, the table that is walked, the place in it, and how many places there were in the beginning.
using MapIterator = Slot[4];

bool map_begin(Executor& e, Goroutine& g, Address map, const program::Instruction* site, Slot* iterator);

// A walk goes through the places of the table, from some place on and around. How many there are, and where an
// iterator that has just begun is to start. (In the parallel runtime it starts anywhere, in the checker at the first
// place until it is told.)
uint32_t map_places(const Executor& e, const Slot* iterator);
void map_start(Slot* iterator, uint32_t place);

// Moves on to the next entry. `key` is nullptr at the end; both point into the map's memory.
bool map_advance(Executor& e, Goroutine& g, const program::Type& type, Slot* iterator,
                 const program::Instruction* site, const Slot*& key, const Slot*& value);

}  // namespace gocheck::machine
