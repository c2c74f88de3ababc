// A program under control: the machine with one goroutine running at a time, virtual time, every
// choice made from outside and every step undoable. See execution.h for the view of the explorers.
//
// Undo. A step saves, before it changes them: words of Gol memory and of the checker's own state
// (Journal), the fields of the goroutines that take part, and of their stacks only the frames that
// are touched (FrameLog): the top one at first, an outer one when a return reaches it. So a step and
// its undo cost time proportional to what the step did, whatever the depth of the execution or the
// size of memory.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "checker/detect/finding.h"
#include "checker/detect/race.h"
#include "checker/detect/race_future.h"
#include "checker/detect/wait_graph.h"
#include "checker/execution/canonical.h"
#include "checker/execution/execution.h"
#include "checker/execution/journal.h"
#include "checker/execution/memory.h"
#include "checker/execution/sites.h"
#include "checker/order/happens_before.h"
#include "runtime/machine/executor.h"

namespace gocheck::checker {

struct ModelOptions {
  bool free_time = false;       // timers fire at any moment; otherwise only when nothing else can happen
  int http_requests = 2;        // concurrent requests to each address served
  int choices = 10;             // free choices among more values than this are sampled
  uint64_t memory_limit = uint64_t{1} << 30;  // bytes allocated by one execution
  uint64_t local_steps = 20'000'000;  // back edges and calls between two visible operations
  // After so many of them others get a chance, as if there were a visible operation that touches nothing: who waits in
  // a loop for something that will never be visible must not keep the rest from going on.
  uint64_t local_slice = 1'000'000;
  std::vector<std::string> arguments;
};

class ControlledExecution final : public machine::Executor, public Execution {
 public:
  // Starts the program and runs main to its first visible operation. `names` and `promotions` must
  // outlive the execution; promotions must not change meanwhile.
  ControlledExecution(const program::Program& program, Names& names, const Promotions& promotions,
                      const ModelOptions& options, FindingSink& sink);
  ~ControlledExecution() override;

  // ---- Execution (transitions.cc, step.cc) ----
  GoroutineId goroutines() const override { return names_.goroutines(); }
  void present(std::vector<GoroutineId>& out) const override { out = present_; }
  void enabled(std::vector<Transition>& out) const override;
  void footprint(const Transition& transition, Footprint& out) const override;
  void wishes(GoroutineId g, Footprint& out) const override;
  void offers(GoroutineId g, std::vector<Offer>& out) const override;
  bool steady(GoroutineId g) const override;
  void step(const Transition& transition) override;
  void started(std::vector<GoroutineId>& out) const override { out = born_; }
  void undo() override;
  void end() override;
  void loops(const Loop& loop) override;
  StateHash state() const override;
  void keep_log() override {
    order_.keep(&log_);
    race_.keep(&log_);
    keeps_log_ = true;
  }
  const StepLog& log() const override { return log_; }
  bool may_race(const RaceFuture& future, const Identity& state) override;
  void identify(Identity& out) const override { canonical_.identify(out, symmetry_); }
  bool misled() const override { return misled_; }
  void identify_future(Identity& out) const override { canonical_.identify_future(out, symmetry_); }
  // Makes what has been written to standard output part of the state's identity (tests).
  void identify_output() { identify_output_ = true; }
  // Makes the ids of goroutines part of it.
  void tell_goroutines_apart() { symmetry_ = false; }
  // What the program can tell of its present state; the same for all searches (tests).
  StateHash program_state() const { return canonical_.program_state(); }
  // Time does not go on, and somebody who sleeps has had little of it: what he might have done is not known.
  bool starves() const;

  // ---- For reports and replay ----
  const Sites& sites() const { return sites_; }
  const std::string& output() const { return output_; }  // standard output so far
  std::string goroutine_name(GoroutineId g) const;
  const machine::Goroutine& goroutine(GoroutineId g) const { return records_[g]->goroutine; }
  bool started(GoroutineId g) const { return g < records_.size() && records_[g] && records_[g]->started; }
  // Innermost place of g in the user's code; `site`: the instruction it stands before, if that is known better.
  Position user_position(const machine::Goroutine& g, const program::Instruction* site = nullptr) const;
  std::string describe(const Transition& transition) const;  // "send to ch", for the schedule's columns

  // ---- machine::Executor ----
  machine::Address allocate(machine::Goroutine& g, uint64_t size, bool has_pointers) override;
  void reading(machine::Goroutine& g, machine::Address address, uint64_t size,
               const program::Instruction* site) override {
    if (concurrent_) race_.access(address, size, {g.id, site, user_site(g, site), false, AccessClass::plain});
  }
  void writing(machine::Goroutine& g, machine::Address address, uint64_t size,
               const program::Instruction* site) override {
    if (concurrent_) race_.access(address, size, {g.id, site, user_site(g, site), true, AccessClass::plain});
    mutating(address, size);
  }
  void mutating(machine::Address address, uint64_t size) override {
    if (size != 0) journal_.save(host(address), size);
  }
  void acquire(machine::Goroutine& g, machine::SyncKey key) override { order_.acquire(g.id, key); }
  void release(machine::Goroutine& g, machine::SyncKey key) override { order_.release(g.id, key); }
  void release_merge(machine::Goroutine& g, machine::SyncKey key) override { order_.release_merge(g.id, key); }
  void synchronize(machine::Goroutine& a, machine::Goroutine& b) override { order_.synchronize(a.id, b.id); }
  machine::Goroutine& spawn(machine::Goroutine& parent, machine::Address closure,
                            const program::Instruction* site) override;
  void grow(machine::Goroutine& g, uint32_t slots, uint32_t frames) override;
  void died(machine::Goroutine& g, Death death, std::string_view text) override;
  void panics(machine::Goroutine& g, const machine::PanicRecord& panic) override;
  void exit(machine::Goroutine& g, int status) override;
  void write(machine::Goroutine& g, int fd, std::string_view bytes) override;
  int64_t now() override;
  int64_t monotonic() override { return static_cast<int64_t>(clock_); }
  bool controlled() const override { return true; }
  int processors() const override { return 4; }
  const std::vector<std::string>& arguments() const override { return options_.arguments; }
  int64_t option(std::string_view name) const override;
  void goes_one_way(std::string_view limit) override { sink_.limited(limit); }

  template <class T>
  T load(machine::Goroutine& g, machine::Address address, const program::Instruction* site) {
    if (concurrent_) race_.access(address, sizeof(T), {g.id, site, user_site(g, site), false, AccessClass::plain});
    T value;
    std::memcpy(&value, host(address), sizeof(T));
    return value;
  }
  template <class T>
  void store(machine::Goroutine& g, machine::Address address, T value, const program::Instruction* site) {
    if (concurrent_) race_.access(address, sizeof(T), {g.id, site, user_site(g, site), true, AccessClass::plain});
    journal_.save_word(reinterpret_cast<uint64_t*>(host(address & ~machine::Address{7})));
    std::memcpy(host(address), &value, sizeof(T));
  }
  bool stops_before(machine::Goroutine& g, const program::Instruction* site) {
    if (promotions_.empty()) return false;
    if (granted_ == site && granted_to_ == g.id) {
      granted_ = nullptr;
      return false;
    }
    return concurrent_ && promotions_.group(site) >= 0;
  }
  machine::Performed perform(machine::Goroutine& g);
  void frame_reentered(machine::Goroutine& g);
  int64_t number_of_goroutines() const;
  int64_t choose(machine::Goroutine& g, int64_t n);
  // Who holds a lock is kept apart from Gol memory: it is a name, and memory holds none.
  void own(const uint32_t& field, uint32_t goroutine);

 private:
  friend class Canonical;
  friend class Identification;

  // What a goroutine still has to take off a wait group's counter. See observe_wait_group().
  struct Share {
    machine::Address group = 0;
    uint64_t count = 0;
  };
  static constexpr size_t kMostShares = 4;

  // All 8-byte fields here are journalled one by one.
  struct Record {
    machine::Goroutine goroutine;
    bool started = false;
    bool present = false;  // it is in present_
    uint64_t ran_on = 0;  // how far it has run since it has met somebody, if it was stopped for that
    uint64_t parked = 0;  // epoch of the clock at which it was found blocked; 0: may not have arrived yet
    uint64_t late_wakes = 0;  // how often it has woken since the program ended, up to kFairWakes
    uint64_t met_closed = 0;  // the channel of its last send or close that panicked
    std::array<Share, kMostShares> shares;  // those in use have a count
    Arena arena;
    PrivateState private_state;  // kept by Canonical
    std::string name;
  };
  static constexpr uint64_t kFairWakes = 3;
  // What is restored of a goroutine (all but its stacks and its capacity).
  struct Saved {
    uint32_t id;
    bool started;
    uint32_t children, depth, saved_depth;
    bool system, goexit;
    const program::Function* function;
    const program::Instruction* started_at;
    const program::Function* started_in;
    machine::Status status;
    machine::Operation operation;
    machine::Address panic;
    PrivateState private_state;
  };
  struct SavedFrame {
    uint32_t goroutine, index;
    machine::Frame frame;
    size_t slots;  // where its slots begin in saved_slots_
  };
  struct Mark {
    Journal::Mark journal;
    size_t saved, frames, slots, output;
    Canonical::Mark canonical;
  };
  // What ends the program. Of several it is the last of these, whichever came first: nothing orders them. (Who is left
  // behind by a crash is no leak, even if main had returned.)
  enum class Ending : uint64_t { none, main_returned, exited, crashed, cut };

  // The instruction to show for an access at `site`: the call in the user's code if it is in the library.
  static const program::Instruction* user_site(const machine::Goroutine& g, const program::Instruction* site) {
    return g.top().function->library ? calling_site(g) : site;
  }
  static const program::Instruction* calling_site(const machine::Goroutine& g);
  void load_static_data();
  void touch(Record& record);  // saves it for the undo of the present step
  void update_present(Record& record);
  void save_frame(machine::Goroutine& g, uint32_t index);
  Record& record(uint32_t id);
  void run(machine::Goroutine& g);  // to its next visible operation
  uint64_t slice(const Record& r) const;
  machine::Stop run_slice(machine::Goroutine& g);
  [[noreturn]] void end_early(std::string_view limit);
  void reserve(uint64_t bytes);
  void become_concurrent();         // a second goroutine is about to start
  void stop_for_others(machine::Goroutine& g);
  void wait_without_effect(machine::Goroutine& g);
  void run_fresh();                 // the goroutines that this step has started
  void cut(std::string_view limit);
  void end_by(Ending ending) {
    if (ending_ < ending) journal_.set(ending_, ending);
  }
  void advance_clock();
  void take(const Transition& transition);
  void take_rendezvous(const Transition& transition);
  bool take_communication(machine::Goroutine& g, const Transition& transition);
  void observe_for_races(machine::Goroutine& g);
  bool is_known(GoroutineId g, uint32_t clock, std::span<const RaceFuture::Carrier> carriers, const Identity& state) const;
  void observe_send(const machine::Goroutine& g, machine::Address channel);
  void found_race(machine::Address address, const RaceAccess& earlier, const RaceAccess& later);
  void report_death(machine::Goroutine& g, Death death, std::string_view text);
  FindingPosition position_of(const RaceAccess& access) const;

  // transitions.cc
  bool waits(GoroutineId g) const;
  void enabled_of(GoroutineId g, std::vector<Transition>& out) const;
  void communications_of(GoroutineId g, std::vector<Transition>& out) const;
  void partners(GoroutineId g, size_t i, std::vector<Transition>& out) const;
  bool first_in_queue(GoroutineId g, machine::Address channel, bool sender) const;
  bool partner_has_arrived(GoroutineId g) const;
  bool asleep(const machine::Goroutine& g, int64_t* until) const;
  int64_t next_wakeup() const;  // -1: nobody sleeps
  bool someone_waits() const;
  bool time_goes_on() const;
  void note_late_wake(const machine::Goroutine& g);
  void communication_footprint(const machine::Goroutine& g, size_t i, Footprint& out) const;
  void late_send_footprint(machine::Address channel, Footprint& out) const;
  void unchosen_footprint(const machine::Goroutine& g, int chosen, Footprint& out) const;
  void default_footprint(const machine::Goroutine& g, Footprint& out) const;
  void observer_footprint(machine::Address channel, Footprint& out) const;
  void sync_footprint(const machine::Goroutine& g, Footprint& out) const;

  // Discipline of wait groups (docs/design/search.md, "Wait groups").
  void observe_wait_group(machine::Goroutine& g);
  bool add_share(Record& r, machine::Address group, int64_t delta);
  void hand_on_shares(Record& parent, Record& child, machine::Address closure);
  bool leads_to(machine::Address from, machine::Address to, int deeper) const;
  void finish(machine::Goroutine& g);
  void end_discipline() {
    misled_ = true;
    sink_.promote(Promotions::wait_groups(), Promotions::wait_groups());
  }

  // Of a lock: who holds it (0: nobody), or how many times somebody does; and the operation by which it was taken, which is
  // for reports, and part of the state only if the holder has ended.
  struct Hold {
    uint64_t count = 0;
    const program::Instruction* site = nullptr;
  };
  // By whom and where a channel was closed. That is part of the state, for a finding tells it.
  struct Close {
    uint64_t goroutine = 0;  // 0: the channel is open
    Position position;
  };
  void note_close(const machine::Goroutine& g);
  void note_panic(Record& r, machine::Address channel);
  const Close* close_of(machine::Address channel) const;  // nullptr: it is open
  const Hold* hold_of(const uint32_t& field) const;  // nullptr: it was never taken
  // Who holds the lock with that field; 0: nobody.
  GoroutineId owner_of(const uint32_t& field) const {
    const Hold* hold = hold_of(field);
    return hold == nullptr ? 0 : static_cast<GoroutineId>(hold->count);
  }
  // The object of Gol memory that an address lies in; nullptr: none.
  Arena::Object* object_at(machine::Address address) const;
  // How many of the epochs at which somebody was found blocked are up to this one.
  uint64_t rank_of_epoch(uint64_t epoch) const;

  // Read locks held, by goroutine and lock; goroutine 0 counts unlocks by others than the holder.
  Hold& read_locks(uint32_t goroutine, machine::Address lock);
  uint64_t read_lock_count(uint32_t goroutine, machine::Address lock) const;
  bool holds_for_reading(uint32_t goroutine, machine::Address lock) const;
  void note_read_lock(const machine::Goroutine& g);

  // blocked.cc
  void report(Finding finding);
  struct Held {
    GoroutineId by;
    std::string_view how;
    const program::Instruction* site;  // where it was taken; nullptr: not known
  };
  std::vector<Held> waits_for(GoroutineId g) const;
  Waiting waiting(GoroutineId g) const;
  bool serves() const;
  void report_deadlock();
  void report_leaks();
  void report_blocked_for_ever(const std::vector<GoroutineId>& blocked);
  void report_cycle(const std::vector<GoroutineId>& cycle, const std::vector<GoroutineId>& consequences, bool all);
  bool report_never_unlocked(const std::vector<GoroutineId>& blocked);
  void report_all_asleep(const std::vector<GoroutineId>& blocked, const WaitGraph& graph);
  void report_leak(GoroutineId g, const std::vector<GoroutineId>& consequences);
  WaitGraph wait_graph(const std::vector<GoroutineId>& blocked) const;
  void report_loop(const Loop& loop);
  void report_livelock(const Loop& loop);

  // blocked_groups.cc
  int64_t counter_of_group(GoroutineId g) const;  // that g waits for; 0: none
  std::vector<WaitGroupDebts::Debt> debts_to(GoroutineId g) const;
  void note_group(GoroutineId g, Waiting& waiting) const;
  void explain(Finding& finding, const std::vector<GoroutineId>& blocked, bool all_asleep) const;

  Names& names_;
  const Promotions& promotions_;
  const ModelOptions options_;
  // The program calls runtime.NumGoroutine, so that it matters to it when goroutines start and end: any step may do that.
  const bool counts_goroutines_;
  const bool observes_time_;
  const bool closes_channels_;  // the program may
  bool misled_ = false;
  const bool disciplined_;      // wait groups are, as far as is known
  FindingSink& sink_;
  ReplayLog* const replay_;  // nullptr: this is no replay
  Sites sites_;
  Journal journal_;
  Memory memory_;
  HappensBefore order_;
  RaceDetector race_;

  std::vector<std::unique_ptr<Record>> records_;  // by goroutine id; null where none was ever started
  // Those that have been started and have not finished, or left shares behind; between steps. Ascending: a loop over all that
  // ever were would make a step the longer, the more goroutines have come and gone.
  std::vector<GoroutineId> present_;
  std::vector<Saved> saved_;
  std::vector<SavedFrame> saved_frames_;
  std::vector<machine::Slot> saved_slots_;
  std::vector<Mark> marks_;
  std::vector<uint32_t> fresh_;  // started in the present step, not yet run
  std::vector<GoroutineId> born_;  // started in the last step
  std::string output_;
  StepLog log_;  // of the last step
  bool keeps_log_ = false;

  uint64_t clock_ = 0;        // virtual nanoseconds
  uint64_t clock_epoch_ = 1;  // how often the clock has advanced
  uint64_t late_ticks_ = 0;   // how often since main returned
  uint64_t allocated_ = 0;
  uint64_t time_observed_ = 0;  // the program has asked for the time
  uint64_t concurrent_ = 0;   // a second goroutine has been started
  Ending ending_ = Ending::none;
  // The choice for the operation that is being taken.
  int option_ = 0;
  const program::Instruction* granted_ = nullptr;  // promoted access that may pass
  uint32_t granted_to_ = 0;
  std::unordered_map<uint64_t, std::unique_ptr<Hold>> read_locks_;  // entries stay, what they hold is journalled
  std::unordered_map<machine::Address, std::unique_ptr<Hold>> owners_;  // the same; by address of the field
  bool identify_output_ = false, symmetry_ = true;
  // What shows now shows at the end of the execution, or because it goes on like this for ever.
  bool at_end_ = false;
  const Loop* loop_ = nullptr;
  mutable Canonical canonical_{*this};
  std::unordered_map<machine::Address, std::unique_ptr<Close>> closes_;  // the same; by channel
};

}  // namespace gocheck::checker
