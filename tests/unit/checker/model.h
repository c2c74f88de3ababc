// Small channel programs, and their execution under the explorers' control: the test bed for the search,
// independent of the machine.
//
// A program is a list of goroutines, each a list of operations; a goroutine has one register, the
// last value that it has observed. Its log of observed values is part of the state, so
// that two executions with equal states have shown every goroutine the same things.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "checker/execution/execution.h"

namespace gocheck::checker::model {

enum class Op : uint8_t {
  // visible
  send, receive, close, select,
  lock, unlock, try_lock,                        // Mutex
  rw_lock, rw_unlock, read_lock, read_unlock,    // RWMutex; rw_lock is two steps: announce, drain
  try_rw_lock, try_read_lock,
  add, done, wait,                               // WaitGroup
  load, store, compare_and_swap,                 // of a shared variable, atomic or promoted
  choose,                                        // a free choice of 0..argument-1
  spawn,                                         // starts the goroutine with index `object`, once
  sleep,                                         // for `argument` units of virtual time; two steps
  // invisible
  jump_if, jump, stop,
};

// The constant, or the register plus it.
struct Value {
  int32_t constant = 0;
  bool plus_register = false;
};

struct Case {
  bool is_send = false;
  uint32_t channel = 0;
  Value value;
};

struct Operation {
  Op op;
  uint32_t object = 0;    // channel, lock, wait group, variable, goroutine
  Value value;            // sent or stored; the new one of compare_and_swap; of jump_if: compared with the register
  int32_t argument = 0;   // of add, sleep: how much; of choose: how many; of compare_and_swap: the old value
  uint32_t target = 0;    // of jumps
  std::vector<Case> cases;
  bool has_default = false;
};

struct Goroutine {
  std::vector<Operation> code;
  bool spawned = false;  // runs only when another goroutine spawns it
};

struct Program {
  std::vector<Goroutine> goroutines;   // ids are their indices plus 1
  std::vector<uint32_t> channels;      // their capacities, 0..kMaxCapacity
  uint32_t mutexes = 0;
  uint32_t rw_mutexes = 0;
  uint32_t wait_groups = 0;
  uint32_t variables = 0;

  std::string text() const;
};
inline constexpr uint32_t kMaxCapacity = 4;

std::string text(const Transition& transition);  // (goroutine,partner:option,partner's option)

// What a program may come to: one number per distinct finding. The blocked goroutines and where,
// at the end of an execution; a misuse and where.
using Findings = std::set<uint64_t>;

class ModelExecution final : public Execution {
 public:
  // `remembers`: each goroutine's log is part of the state.
  explicit ModelExecution(const Program& program, bool remembers = true);

  GoroutineId goroutines() const override { return static_cast<GoroutineId>(program_.goroutines.size()); }
  void enabled(std::vector<Transition>& out) const override;
  void footprint(const Transition& transition, Footprint& out) const override;
  void wishes(GoroutineId g, Footprint& out) const override;
  void offers(GoroutineId g, std::vector<checker::Offer>& out) const override;
  bool steady(GoroutineId g) const override;
  void step(const Transition& transition) override;
  void started(std::vector<GoroutineId>& out) const override;
  void undo() override;
  void end() override;
  StateHash state() const override;

  const Findings& findings() const { return findings_; }

 private:
  using Word = uint64_t;
  // The words of a goroutine, a channel and an RWMutex in memory_.
  enum GoroutineWord : uint32_t { kPc, kRegister, kLog, kDeadline, kGoroutineWords };
  enum ChannelWord : uint32_t { kSent, kReceived, kClosed, kBuffer, kChannelWords = kBuffer + kMaxCapacity };
  // kWriter: twice the id of the goroutine that has announced itself, plus 1 once it holds the lock.
  // kForeign: somebody has released another's read lock. kReadersOf: one word per goroutine.
  enum RwWord : uint32_t { kWriter, kReaders, kForeign, kReadersOf };
  static constexpr Word kUnborn = UINT32_MAX - 1, kFinished = UINT32_MAX;

  // A send or receive that a goroutine may do now: its operation, or a case of its select.
  struct Offer {
    bool is_send;
    uint32_t channel;
    Value value;
  };

  Word word(uint32_t i) const { return memory_[i]; }
  void log(GoroutineId g, Word word);
  void set(uint32_t i, Word value);
  uint32_t goroutine_word(GoroutineId g, uint32_t i) const { return goroutines_ + g * kGoroutineWords + i; }
  uint32_t channel_word(uint32_t c, uint32_t i) const { return channels_ + c * kChannelWords + i; }
  uint32_t rw_word(uint32_t m, uint32_t i) const { return rw_mutexes_ + m * rw_words_ + i; }

  // The pending operation; nullptr if the goroutine does not run.
  const Operation* pending(GoroutineId g) const;
  bool asleep(GoroutineId g) const { return word(goroutine_word(g, kDeadline)) != 0; }
  bool draining(GoroutineId g, uint32_t m) const { return word(rw_word(m, kWriter)) == 2 * g; }
  bool unbuffered(uint32_t c) const { return program_.channels[c] == 0; }
  bool closed(uint32_t c) const { return word(channel_word(c, kClosed)) != 0; }
  Word buffered(uint32_t c) const { return word(channel_word(c, kSent)) - word(channel_word(c, kReceived)); }
  Word evaluate(GoroutineId g, Value value) const;

  static size_t offers(const Operation& operation);
  static Offer offer(const Operation& operation, size_t i);
  bool ready_alone(const Offer& offer) const;
  // The steps of g with the goroutines that stand before the other side of the offer.
  void partners(GoroutineId g, int16_t option, const Offer& offer, bool blocking, std::vector<Transition>& out) const;
  void enabled_offers(GoroutineId g, const Operation& operation, std::vector<Transition>& out) const;
  bool enabled_alone(GoroutineId g, const Operation& operation) const;
  bool clock_enabled(Word& deadline) const;

  void offer_footprint(const Offer& offer, Footprint& out) const;
  void late_send_footprint(uint32_t channel, Footprint& out) const;
  void unchosen(const Operation& operation, int16_t chosen, Footprint& out) const;
  void default_footprint(const Operation& operation, Footprint& out) const;
  void offer_wishes(const Offer& offer, Footprint& out) const;
  void close_footprint(uint32_t channel, Footprint& out) const;
  void plain_footprint(GoroutineId g, const Operation& operation, Footprint& out) const;

  void do_alone(GoroutineId g, const Offer& offer);
  // False: the operation has ended its goroutine, or is not over.
  bool do_plain(GoroutineId g, const Operation& operation, int16_t option);
  bool do_lock(GoroutineId g, const Operation& operation);
  void observe(GoroutineId g, Word value);
  void misuse(GoroutineId g);
  void advance(GoroutineId g, Word pc);

  const Program& program_;
  const bool remembers_;
  std::vector<Word> memory_;
  uint32_t goroutines_, channels_, mutexes_, rw_mutexes_, rw_words_, wait_groups_, variables_, clock_;
  std::vector<std::pair<uint32_t, Word>> undo_;
  std::vector<size_t> steps_;
  GoroutineId started_ = 0;  // by the last step; 0: none
  Findings findings_;
};

}  // namespace gocheck::checker::model
