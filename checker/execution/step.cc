// Taking one step: the visible operations themselves, and what they mean for the detectors.
#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "checker/execution/controlled.h"
#include "runtime/machine/sync.h"
#include "runtime/machine/trace.h"
#include "runtime/program/invariant.h"

namespace gocheck::checker {

using machine::Communication;
using machine::Goroutine;
using machine::OpKind;
using machine::Performed;
using machine::Status;

namespace {

constexpr int64_t kNever = INT64_MAX;

}  // namespace

void ControlledExecution::step(const Transition& transition) {
  marks_.push_back({journal_.mark(), saved_.size(), saved_frames_.size(), saved_slots_.size(), output_.size(),
                    canonical_.mark()});
  log_.clear();
  race_.begin_step();
  if (transition.goroutine == 0) {
    advance_clock();
  } else if (transition.partner != 0) {
    take_rendezvous(transition);
  } else {
    take(transition);
  }
  run_fresh();
  for (size_t i = marks_.back().saved; i < saved_.size(); ++i) update_present(*records_[saved_[i].id]);
}

void ControlledExecution::note_late_wake(const Goroutine& g) {
  Record& r = record(g.id);
  if (r.late_wakes < kFairWakes) journal_.set(r.late_wakes, r.late_wakes + 1);
}

// Everybody who is blocked now has certainly arrived at its operation: nothing else could happen.
void ControlledExecution::advance_clock() {
  const int64_t until = next_wakeup();
  GOCHECK_INVARIANT(until >= 0 && until != kNever);
  journal_.set(clock_, std::max<uint64_t>(clock_, static_cast<uint64_t>(until)));
  journal_.set(clock_epoch_, clock_epoch_ + 1);
  if (ending_ != Ending::none) journal_.set(late_ticks_, late_ticks_ + 1);
  for (const GoroutineId id : present_) {
    if (waits(id) && records_[id]->parked == 0) journal_.set(records_[id]->parked, clock_epoch_);
  }
}

void ControlledExecution::take(const Transition& transition) {
  Record& r = record(transition.goroutine);
  Goroutine& g = r.goroutine;
  touch(r);
  if (r.parked != 0) journal_.set(r.parked, 0);
  g.status = Status::ready;
  if (g.operation.kind != OpKind::yield && r.ran_on != 0) journal_.set(r.ran_on, 0);
  switch (g.operation.kind) {
    case OpKind::yield:
      if (g.depth > 0) break;
      finish(g);
      return;
    case OpKind::access:
      granted_ = g.operation.site;
      granted_to_ = g.id;
      break;
    case OpKind::send:
    case OpKind::recv:
    case OpKind::select: take_communication(g, transition); break;
    case OpKind::close:
      observe_for_races(g);
      note_panic(r, g.operation.object);
      if (machine::close_channel(*this, g, g.operation.object) == Performed::done) note_close(g);
      break;
    default: {
      int64_t until = 0;
      if (options_.free_time && asleep(g, &until)) {
        if (until > monotonic()) journal_.set(clock_, static_cast<uint64_t>(until));
        if (ending_ != Ending::none) journal_.set(late_ticks_, late_ticks_ + 1);
      }
      if (ending_ != Ending::none && asleep(g, &until)) note_late_wake(g);
      observe_for_races(g);
      option_ = transition.option;
      machine::attempt(*this, g);
    }
  }
  run(g);
}

// Before a send or a close. If it panics, deferred calls may come between that and the report.
void ControlledExecution::note_panic(Record& r, machine::Address channel) {
  const bool closed = channel != 0 && reinterpret_cast<const machine::Channel*>(host(channel))->closed;
  if (closed) journal_.set(r.met_closed, channel);
}

void ControlledExecution::note_close(const Goroutine& g) {
  auto& close = closes_[g.operation.object];
  if (!close) close = std::make_unique<Close>();
  journal_.save(close.get(), sizeof(Close));
  close->goroutine = g.id;
  close->position = user_position(g);
}

const ControlledExecution::Close* ControlledExecution::close_of(machine::Address channel) const {
  const auto found = closes_.find(channel);
  return found == closes_.end() || found->second->goroutine == 0 ? nullptr : found->second.get();
}

// True if the operation happened (a panic counts).
bool ControlledExecution::take_communication(Goroutine& g, const Transition& transition) {
  machine::chosen(g, transition.option);
  if (g.operation.kind == OpKind::select && transition.option < 0) return true;
  const Communication c = machine::communication(g, static_cast<size_t>(transition.option));
  if (c.is_send) {
    observe_send(g, c.channel);
    note_panic(record(g.id), c.channel);
  }
  return machine::communicate(*this, g, c) != Performed::waiting;
}

void ControlledExecution::take_rendezvous(const Transition& transition) {
  Record& sending = record(transition.goroutine);
  Record& receiving = record(transition.partner);
  Goroutine& sender = sending.goroutine;
  Goroutine& receiver = receiving.goroutine;
  touch(sending);
  touch(receiving);
  if (sending.parked != 0) journal_.set(sending.parked, 0);
  if (receiving.parked != 0) journal_.set(receiving.parked, 0);
  const Communication out = machine::communication(sender, static_cast<size_t>(transition.option));
  const Communication in = machine::communication(receiver, static_cast<size_t>(transition.partner_option));
  observe_send(sender, out.channel);
  machine::rendezvous(*this, out.channel, sender, out.value, receiver, in.value, in.ok);
  machine::chosen(sender, transition.option);
  machine::chosen(receiver, transition.partner_option);
  run(sender);
  run(receiver);
}

// A send races with nothing but a close.
void ControlledExecution::observe_send(const Goroutine& g, machine::Address channel) {
  if (!closes_channels_) return;
  race_.access(channel, 8, {g.id, g.operation.site, user_site(g, g.operation.site), false, AccessClass::channel});
}

// May uses of a lock of this kind come in any order, as far as the search is concerned?
static bool uses_share(OpKind kind) {
  switch (kind) {
    case OpKind::rw_rlock:
    case OpKind::rw_try_rlock:
    case OpKind::rw_runlock:
    case OpKind::wg_add:
    case OpKind::wg_wait:
    case OpKind::once_begin: return true;
    default: return false;
  }
}

namespace {

// Would the access race with the later one of bytes of the same word, if the two are not ordered? See found_race().
bool conflict(uint8_t mask, const RaceAccess& access, uint16_t later) {
  const auto kind = static_cast<AccessClass>(kind_of(later));
  if ((mask & mask_of(later)) == 0) return false;
  if (!access.write && !writes(later)) return reads_conflict(access.kind, kind);
  const bool two_adds = kind == AccessClass::wait_group && access.write && writes(later);
  return kind != access.kind || (kind != AccessClass::atomic && !two_adds);
}

}  // namespace

bool ControlledExecution::may_race(const RaceFuture& future, const Identity& state) {
  if (!future.known()) return true;
  bool may = false;
  for (const RaceFuture::Group& group : future.groups()) {
    for (const RaceFuture::Access& later : group.accesses) {
      race_.for_each(state.present_address(later.word), [&](uint8_t mask, const RaceAccess& access, uint32_t clock) {
        may = may || (conflict(mask, access, later.how) && !is_known(access.goroutine, clock, group.carriers, state));
      });
      if (may) return true;
    }
  }
  return false;
}

// Has one of the carriers, in the names that equal states share, heard of that moment? If there are none: has everybody?
bool ControlledExecution::is_known(GoroutineId g, uint32_t clock, std::span<const RaceFuture::Carrier> carriers,
                                   const Identity& state) const {
  const auto has_heard = [&](GoroutineId it) { return order_.before(g, clock, it); };
  if (carriers.empty()) return std::all_of(state.goroutines.begin(), state.goroutines.end(), has_heard);
  return std::any_of(carriers.begin(), carriers.end(), [&](RaceFuture::Carrier it) {
    if ((it & RaceFuture::kGoroutine) != 0) return has_heard(state.goroutines[static_cast<GoroutineId>(it)]);
    const machine::Address address = state.present_address(it & RaceFuture::kAddress);
    const happens_before::Clock* known = order_.clock_of_key((it & ~RaceFuture::kAddress) | address);
    return known != nullptr && known->at(g) >= clock;
  });
}

// Accesses that the operation stands for in the eyes of Go's race detector, as of before it happens.
void ControlledExecution::observe_for_races(Goroutine& g) {
  const machine::Operation& op = g.operation;
  const bool on_lock = op.kind >= OpKind::mutex_lock && op.kind <= OpKind::once_end;
  const auto touch_as = [&](machine::Address address, uint64_t size, bool write, AccessClass kind) {
    if (address >= machine::kNilPage) race_.access(address, size, {g.id, op.site, user_site(g, op.site), write, kind});
  };
  // Overwriting a lock while others use it is a race like any other. Uses whose order does not matter are reads: none
  // hides another one.
  if (on_lock) touch_as(op.object, 4, !uses_share(op.kind), AccessClass::atomic);
  switch (op.kind) {
    case OpKind::close: {
      if (op.object < machine::kNilPage) break;
      const bool closed = reinterpret_cast<const machine::Channel*>(host(op.object))->closed != 0;
      touch_as(op.object, 8, !closed, closed ? AccessClass::second_close : AccessClass::channel);
      break;
    }
    case OpKind::atomic_load: touch_as(op.object, op.width, false, AccessClass::atomic); break;
    case OpKind::atomic_store:
    case OpKind::atomic_add:
    case OpKind::atomic_swap:
    case OpKind::atomic_cas:
    case OpKind::atomic_and:
    case OpKind::atomic_or: touch_as(op.object, op.width, true, AccessClass::atomic); break;
    case OpKind::wg_add:
    case OpKind::wg_wait:
      if (op.object >= machine::kNilPage) observe_wait_group(g);
      break;
    case OpKind::rw_rlock:
    case OpKind::rw_try_rlock:
    case OpKind::rw_runlock:
      if (op.object >= machine::kNilPage) note_read_lock(g);
      break;
    default: break;
  }
}

// An Add from zero has to be ordered with Wait; with discipline every Add has.
void ControlledExecution::observe_wait_group(Goroutine& g) {
  const machine::Operation& op = g.operation;
  const bool waits = op.kind == OpKind::wg_wait;
  const int64_t delta = waits ? 0 : static_cast<int64_t>(g.registers()[op.value + 1]);
  const int32_t counter = reinterpret_cast<const machine::WaitGroupState*>(host(op.object))->counter;
  if (replay_ != nullptr) replay_->debts.add(g.id, op.object, delta);
  const auto touch_as = [&](bool write, AccessClass kind) {
    race_.access(op.object + 4, 4, {g.id, op.site, user_site(g, op.site), write, kind});
  };
  if (!disciplined_) {
    if (waits || (counter == 0 && delta > 0)) touch_as(!waits, AccessClass::wait_group);
    return;
  }
  if (waits || delta > 0) touch_as(false, waits ? AccessClass::group_wait : AccessClass::group_add);
  int64_t shares = 0;
  for (const GoroutineId id : present_) {
    for (const Share& share : records_[id]->shares) {
      if (share.group == op.object) shares += static_cast<int64_t>(share.count);
    }
  }
  if (shares != counter || !add_share(record(g.id), op.object, delta)) end_discipline();
}

// False: there is not that much to take, or no room.
bool ControlledExecution::add_share(Record& r, Address group, int64_t delta) {
  Share* free = nullptr;
  for (Share& share : r.shares) {
    if (share.count == 0) {
      free = &share;
    } else if (share.group == group) {
      const int64_t left = static_cast<int64_t>(share.count) + delta;
      if (left >= 0) journal_.set(share.count, left);
      return left >= 0;
    }
  }
  if (delta <= 0) return delta == 0;
  if (free == nullptr) return false;
  journal_.set(free->group, group);
  journal_.set(free->count, delta);
  return true;
}

// Whoever is started gets a share of each wait group that its parent has something of, if it seems to know the group: a guess
// at who will call Done. A wrong one costs the discipline.
void ControlledExecution::hand_on_shares(Record& parent, Record& child, Address closure) {
  for (size_t i = 0; i < kMostShares; ++i) {
    const Address group = parent.shares[i].group;
    const uint64_t handed = parent.shares[i].count > 0 && (object_at(group) == nullptr || leads_to(closure, group, 1));
    if (child.shares[i].count != handed) journal_.set(child.shares[i].count, handed);
    if (handed == 0) continue;
    journal_.set(parent.shares[i].count, parent.shares[i].count - 1);
    journal_.set(child.shares[i].group, group);
  }
}

// Do the first words of the object at `from` point into that of `to`, or to an object of which this can be said, and so on `deeper`?
bool ControlledExecution::leads_to(Address from, Address to, int deeper) const {
  constexpr uint64_t kMostWords = 16;
  const Arena::Object* const object = object_at(from);
  const Arena::Object* const target = object_at(to);
  if (object == nullptr || !object->has_pointers) return false;
  const auto* const words = reinterpret_cast<const uint64_t*>(host(object->start));
  for (uint64_t i = 0; i < std::min(object->size / 8, kMostWords); ++i) {
    const Arena::Object* const next = object_at(words[i]);
    if (next != nullptr && (next == target || (deeper > 0 && leads_to(words[i], to, deeper - 1)))) return true;
  }
  return false;
}

ControlledExecution::Hold& ControlledExecution::read_locks(uint32_t goroutine, machine::Address lock) {
  auto& hold = read_locks_[lock << 24 | goroutine];
  if (!hold) hold = std::make_unique<Hold>();
  return *hold;
}

uint64_t ControlledExecution::read_lock_count(uint32_t goroutine, machine::Address lock) const {
  const auto found = read_locks_.find(lock << 24 | goroutine);
  return found == read_locks_.end() ? 0 : found->second->count;
}

// False, to be on the safe side, once anybody has released what another goroutine had locked.
bool ControlledExecution::holds_for_reading(uint32_t goroutine, machine::Address lock) const {
  return read_lock_count(goroutine, lock) > 0 && read_lock_count(0, lock) == 0;
}

void ControlledExecution::note_read_lock(const Goroutine& g) {
  const machine::Operation& op = g.operation;
  const bool free = reinterpret_cast<const machine::RwMutexState*>(host(op.object))->state == machine::RwMutexState::kFree;
  Hold& mine = read_locks(g.id, op.object);
  if (op.kind != OpKind::rw_runlock) {
    if (!free) return;
    journal_.set(mine.count, mine.count + 1);
    journal_.set(mine.site, user_site(g, op.site));
  } else if (mine.count > 0) {
    journal_.set(mine.count, mine.count - 1);
  } else {
    uint64_t& foreign = read_locks(0, op.object).count;
    journal_.set(foreign, foreign + 1);
  }
}

// ---- Findings on the way ----

const program::Instruction* ControlledExecution::calling_site(const Goroutine& g) {
  for (uint32_t i = g.depth; i-- > 0;) {
    const machine::Frame& frame = g.frames[i];
    if (!frame.function->library && !frame.function->wrapper) return frame.pc - (i + 1 < g.depth ? 1 : 0);
  }
  return g.top().pc;
}

Position ControlledExecution::user_position(const Goroutine& g, const program::Instruction* site) const {
  const auto trace = site == nullptr ? machine::stack_trace(g) : machine::stack_trace(g, site);
  for (const machine::TraceLine& line : trace) {
    if (!line.function->library) return line.position;
  }
  if (!trace.empty()) return trace.front().position;
  return sites_.find(g.started_at).position();
}

// `go f(x)` starts a function made for it, which calls f.
static std::string_view name_of_function(const program::Program& program, const program::Function& function) {
  using program::Opcode;
  const program::Instruction* at = function.code.data();
  const program::Instruction* const end = at + function.code.size();
  for (; function.wrapper && at < end; at += program::length(at->opcode())) {
    if (at->opcode() == Opcode::call) return program.functions[program::ext(at)].name;
    if (at->opcode() == Opcode::call_native) return program.natives[program::ext(at)].name;
  }
  return function.name;
}

std::string ControlledExecution::goroutine_name(GoroutineId g) const {
  if (g == 1) return "main";
  if (g >= records_.size() || !records_[g]) return fmt::format("goroutine {}", g);
  const machine::Goroutine& goroutine = records_[g]->goroutine;
  std::string_view name = "goroutine";
  if (goroutine.function) name = name_of_function(program, *goroutine.function);
  if (name.starts_with("main.")) name.remove_prefix(5);  // the package
  return fmt::format("{}#{}", name, g);
}

FindingPosition ControlledExecution::position_of(const RaceAccess& access) const {
  std::string role;
  switch (access.kind) {
    case AccessClass::plain:
      // A search may see only one of the accesses of `x++` race: what is said must not depend on it.
      if (access.site == access.user) {
        const Sites::InLine& all = sites_.in_line(access.site);
        return {all.position, goroutine_name(access.goroutine), !all.writes ? "read" : !all.reads ? "write" : "update"};
      }
      role = access.write ? "write" : "read";
      break;
    case AccessClass::atomic: role = access.write ? "atomic write" : "atomic read"; break;
    case AccessClass::channel: role = access.write ? "close" : "send"; break;
    case AccessClass::second_close: role = "close"; break;
    case AccessClass::group_add: role = "Add"; break;
    case AccessClass::group_wait: role = "Wait"; break;
    case AccessClass::wait_group: role = access.write ? "Add" : "Wait"; break;
  }
  return {sites_.find(access.user).position(), goroutine_name(access.goroutine), role};
}

void ControlledExecution::found_race(Address address, const RaceAccess& earlier, const RaceAccess& later) {
  const bool two_adds = earlier.kind == AccessClass::wait_group && later.kind == AccessClass::wait_group &&
                        earlier.write && later.write;
  if (two_adds) return;
  const auto of_group = [](AccessClass kind) { return kind == AccessClass::group_add || kind == AccessClass::group_wait; };
  if (of_group(earlier.kind) || of_group(later.kind)) return end_discipline();
  Finding finding;
  finding.positions = {position_of(later), position_of(earlier)};
  const auto involves = [&](AccessClass kind) { return earlier.kind == kind || later.kind == kind; };
  // What is said, and in which order, does not depend on which of them the schedule put first.
  FindingPosition& now = finding.positions[0];
  FindingPosition& before = finding.positions[1];
  if (involves(AccessClass::second_close)) {
    finding.kind = FindingKind::close_of_closed;
    if (before.position < now.position) std::swap(now, before);
    finding.message = fmt::format("the close by {} is not ordered with the close by {}: the second one panics",
                                  now.goroutine, before.goroutine);
  } else if (involves(AccessClass::channel)) {
    finding.kind = FindingKind::send_on_closed;
    if (later.write) std::swap(now, before);
    finding.message = fmt::format("the {} by {} is not ordered with the {} by {}: the send can come after the close",
                                  now.role, now.goroutine, before.role, before.goroutine);
  } else if (involves(AccessClass::wait_group)) {
    finding.kind = FindingKind::waitgroup_misuse;
    const auto rank = [](const RaceAccess& access) {  // Add, what overwrites the group, Wait
      return access.kind != AccessClass::wait_group ? 1 : access.write ? 0 : 2;
    };
    if (rank(earlier) < rank(later)) std::swap(now, before);
    finding.message = fmt::format("the {} by {} is not ordered with the {} by {}: Wait can return too early", now.role,
                                  now.goroutine, before.role, before.goroutine);
  } else {
    finding.kind = FindingKind::data_race;
    finding.racing = {earlier, later};
    std::string name(sites_.access_name(later.site));
    std::string other(sites_.access_name(earlier.site));
    if (name.empty()) name = other;
    if (other.empty()) other = name;
    finding.object = name == other ? name : std::min(name, other) + " " + std::max(name, other);
    // The same order whichever access the schedule put first.
    if (std::tie(before.position, earlier.goroutine) < std::tie(now.position, later.goroutine)) {
      std::swap(finding.positions[0], finding.positions[1]);
      std::swap(name, other);
    }
    finding.message = fmt::format("{} of {} by {} races with {} by {}", now.role, name.empty() ? "a variable" : name,
                                  now.goroutine, before.role, before.goroutine);
    sink_.promote(earlier.site, later.site);
  }
  (void)address;
  report(std::move(finding));
}

namespace {

// Of several panics it is the last that nobody recovered from.
FindingKind kind_of_death(std::string_view text) {
  if (const size_t last = text.rfind("\n\tpanic: "); last != text.npos) text = text.substr(last);
  const auto has = [&](std::string_view part) { return text.find(part) != std::string_view::npos; };
  if (has("send on closed channel")) return FindingKind::send_on_closed;
  if (has("close of closed channel")) return FindingKind::close_of_closed;
  if (has("close of nil channel")) return FindingKind::close_of_nil;
  if (has("sync: negative WaitGroup counter")) return FindingKind::negative_waitgroup;
  if (has("sync: WaitGroup")) return FindingKind::waitgroup_misuse;
  if (has("sync: unlock of unlocked") || has("sync: Unlock of unlocked") || has("sync: RUnlock of unlocked")) {
    return FindingKind::unlock_of_unlocked;
  }
  return FindingKind::panic;
}

}  // namespace

void ControlledExecution::died(Goroutine& g, Death death, std::string_view text) {
  report_death(g, death, text);
  g.status = Status::finished;
  end_by(Ending::crashed);
}

void ControlledExecution::panics(Goroutine& g, const machine::PanicRecord& panic) {
  if (replay_ != nullptr) replay_->panics.push_back({replay_->step, g.id, user_position(g), machine::text_of(*this, panic)});
}

void ControlledExecution::report_death(Goroutine& g, Death death, std::string_view text) {
  Finding finding;
  finding.kind = kind_of_death(text);
  finding.message = fmt::format("{}: {}", death == Death::panic ? "panic" : "fatal error", text);
  finding.positions.push_back({user_position(g), goroutine_name(g.id), "panics"});
  if (text.starts_with("test failed: ") && g.top().function->library) {  // package testing says so
    constexpr size_t kBegin = std::string_view("test failed: ").size();
    finding.kind = FindingKind::test_failure;
    finding.message = text.substr(kBegin);
    const std::string test = fmt::format("main.{}", text.substr(kBegin, text.find('\n') - kBegin));
    const auto function = std::find_if(program.functions.begin(), program.functions.end(), [&](const auto& f) { return f.name == test; });
    if (function != program.functions.end()) finding.positions[0] = {function->position, "main", "fails"};
  }
  if (finding.kind == FindingKind::send_on_closed || finding.kind == FindingKind::close_of_closed) {
    finding.positions[0].role = finding.kind == FindingKind::send_on_closed ? "send" : "close";
    const Close* close = close_of(record(g.id).met_closed);
    if (close != nullptr) {
      finding.positions.push_back({close->position, goroutine_name(static_cast<GoroutineId>(close->goroutine)), "close"});
    }
  }
  report(std::move(finding));
}

}  // namespace gocheck::checker
