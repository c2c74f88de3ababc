// The data race detector: every plain access against the earlier ones of the same bytes.
//
// FastTrack (Flanagan and Freund, PLDI 2009) over shadow memory: each 8-byte word of Gol memory that
// was touched has a record of its last write and of the reads since then that are not ordered among
// each other. Words whose bytes are used separately have one record per set of bytes. Constant time
// per access while reads are ordered; otherwise linear in the number of concurrent readers.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "checker/execution/journal.h"
#include "checker/execution/memory.h"
#include "checker/order/happens_before.h"
#include "runtime/program/instruction.h"

namespace gocheck::checker {

// What kind of thing an access is. Accesses of the runtime's own objects are modelled as in Go's race
// detector: a send reads its channel and a close writes it; a close of a closed channel only reads it, for it must not
// hide the one that counts. An Add from zero writes its wait group and a Wait reads it (the
// other way round in Go's): reads that are not ordered are all remembered, and the order of Waits is not explored.
//
// As long as wait groups are used with discipline (ControlledExecution::observe_wait_group) every Add and every Wait is noted, as
// group_add and group_wait: one that is not ordered with the other ends that.
enum class AccessClass : uint8_t { plain, atomic, channel, second_close, wait_group, group_add, group_wait };

// Do unordered accesses of these classes conflict, if neither writes?
constexpr bool reads_conflict(AccessClass a, AccessClass b) {
  return (a == AccessClass::group_add && b == AccessClass::group_wait) ||
         (a == AccessClass::group_wait && b == AccessClass::group_add);
}

struct RaceAccess {
  uint32_t goroutine;
  const program::Instruction* site;  // of the access
  const program::Instruction* user;  // to be shown: the call in the user's code if `site` is in the library
  bool write;
  AccessClass kind;
};

// When goroutines last made the accesses of interest, for the schedule of a race (replay).
struct AccessLog {
  struct Key {
    uint32_t goroutine;
    const program::Instruction* user;
    bool write;
    auto operator<=>(const Key&) const = default;
  };
  struct Sighting {
    size_t step;                       // of the schedule, from 1; 0: before the first
    const program::Instruction* site;  // of the access
  };
  size_t step = 0;  // the present one
  std::map<Key, Sighting> last;
};

class RaceDetector {
 public:
  using Report = std::function<void(Address, const RaceAccess& earlier, const RaceAccess& later)>;

  RaceDetector(Journal& journal, const HappensBefore& order, Report report);

  void access(Address address, uint64_t size, const RaceAccess& access) {
    if (log_ != nullptr) [[unlikely]] log_->last[{access.goroutine, access.user, access.write}] = {log_->step, access.site};
    const uint64_t last = (address + size - 1) >> 3;
    for (uint64_t word = address >> 3; size != 0 && word <= last; word++) {
      const uint64_t low = word == address >> 3 ? address & 7 : 0;
      const uint64_t high = word == last ? ((address + size - 1) & 7) + 1 : 8;
      const uint8_t mask = static_cast<uint8_t>(((1u << high) - 1) & ~((1u << low) - 1));
      access_word(word, mask, access);
    }
  }

  // From now on accesses are noted in `log`, too; it must outlive the detector.
  void keep(AccessLog* log) { log_ = log; }

  // The same in `log`, from now on, by words, and not the same again within a step.
  void keep(StepLog* log) { step_log_ = log; }

  // A step of the execution begins.
  void begin_step() { ++step_; }

  // The accesses of the word at `address` that are remembered: f(mask of its bytes, access, its goroutine's clock).
  template <class F>
  void for_each(Address address, const F& f) {
    const auto tell = [&](const Touch& touch, uint8_t mask, bool write) {
      if (touch.stamp == 0) return;
      const auto goroutine = static_cast<uint32_t>(touch.stamp >> 40);
      const auto kind = static_cast<AccessClass>(touch.stamp >> 32 & 0xff);
      f(mask, RaceAccess{goroutine, touch.site, touch.user, write, kind}, static_cast<uint32_t>(touch.stamp));
    };
    for (uint64_t i = reinterpret_cast<const uint32_t*>(shadow_.base())[address >> 3]; i != 0; i = record(i).next) {
      const Record& it = record(i);
      const auto mask = static_cast<uint8_t>(it.mask);
      tell(it.write, mask, true);
      tell(it.read, mask, false);
      for (uint64_t r = it.readers; r != 0; r = reader(r).next) tell(reader(r).touch, mask, false);
    }
  }
  // Words below `limit` that have been accessed, by their addresses.
  std::span<const Address> base_words() const { return {base_words_.data(), base_word_count_}; }
  void set_base_limit(Address limit) { base_limit_ = limit; }

 private:
  struct Touch {
    uint64_t stamp = 0;  // goroutine << 40 | class << 32 | clock; 0: none
    const program::Instruction* site = nullptr;
    const program::Instruction* user = nullptr;
    uint64_t step = 0;  // in which it was made
  };
  struct Reader {
    Touch touch;
    uint64_t next = 0;
  };
  struct Record {
    Touch write;
    Touch read;
    uint64_t readers = 0;  // further concurrent ones: index into readers_, 0: none
    uint64_t mask = 0;     // bytes of the word that this is about
    uint64_t next = 0;     // record of other bytes of the word; 0: none
  };

  void access_word(uint64_t word, uint8_t mask, const RaceAccess& access);
  uint64_t record_of(uint64_t word, uint8_t mask);
  void split(uint64_t index, uint8_t mask);
  uint64_t new_record(uint8_t mask);
  uint64_t new_reader(const Touch& touch, uint64_t next);
  void check(const Touch& earlier, bool earlier_writes, Address address, const RaceAccess& access);
  void check_reads(const Record& record, Address address, const RaceAccess& access);
  void set(Touch& touch, const Touch& value);
  bool note_read(Record& record, const Touch& touch);
  bool ordered(const Touch& earlier, uint32_t goroutine) const;

  Journal& journal_;
  const HappensBefore& order_;
  Report report_;
  Reservation shadow_;           // uint32_t index of the first record, per word
  std::vector<std::unique_ptr<Record[]>> records_;   // chunks; index 0 is unused
  std::vector<std::unique_ptr<Reader[]>> readers_;
  AccessLog* log_ = nullptr;
  StepLog* step_log_ = nullptr;
  uint64_t step_ = 0;  // the present one; numbers are not used again after an undo
  Address base_limit_ = UINT64_MAX;
  std::vector<Address> base_words_;  // entries beyond the count are stale
  uint64_t base_word_count_ = 0;
  uint64_t record_count_ = 1;
  uint64_t reader_count_ = 1;

  static constexpr uint64_t kChunk = 4096;
  Record& record(uint64_t index) { return records_[index / kChunk][index % kChunk]; }
  Reader& reader(uint64_t index) { return readers_[index / kChunk][index % kChunk]; }
};

}  // namespace gocheck::checker
