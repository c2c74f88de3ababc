// What is possible now, and what it would touch.
#include <algorithm>

#include <fmt/format.h>

#include "checker/execution/controlled.h"
#include "runtime/machine/sync.h"

namespace gocheck::checker {

using machine::Channel;
using machine::Communication;
using machine::Goroutine;
using machine::OpKind;
using machine::Readiness;
using machine::Status;

namespace {

constexpr int64_t kNever = INT64_MAX;
constexpr uint64_t kLateTicks = 32;

// Objects of dependence (docs/design/search.md says what each operation has to report). Parts of the
// object at an address (addresses are below 2^38):
enum Part : uint64_t { kSenders, kReceivers, kClosed, kDrained, kOfferedSend, kOfferedReceive, kWhole, kReaders, kTicket, kLate, kFirstAdd };
ObjectKey key(Address object, Part part, uint64_t index = 0) { return object_key(object, part, index); }
constexpr ObjectKey kClock = 1;
ObjectKey place_key(Address channel, uint64_t place) { return key(channel, kWhole, 1 + place % 0xfffff); }
ObjectKey group_key(int group) { return uint64_t{1} << 63 | static_cast<uint64_t>(group); }

std::string_view atomic_verb(OpKind kind) {
  switch (kind) {
    case OpKind::atomic_load: return "load";
    case OpKind::atomic_store: return "store";
    case OpKind::atomic_add: return "add";
    case OpKind::atomic_swap: return "swap";
    case OpKind::atomic_cas: return "compare-and-swap";
    case OpKind::atomic_and: return "and";
    case OpKind::atomic_or: return "or";
    default: return {};
  }
}

// machine::communication and enabled() only read, but give access to what a step may write.
Goroutine& writable(const Goroutine& g) { return const_cast<Goroutine&>(g); }

}  // namespace

bool ControlledExecution::waits(GoroutineId g) const {
  return g < records_.size() && records_[g] && records_[g]->started &&
         records_[g]->goroutine.status == Status::waiting;
}

// Whether g sleeps or waits for its timer, which is not stopped; if so, until when.
bool ControlledExecution::asleep(const Goroutine& g, int64_t* until) const {
  const machine::Operation& op = g.operation;
  if (op.kind == OpKind::sleep) {
    *until = static_cast<int64_t>(writable(g).registers()[op.value]);
    return true;
  }
  if (op.kind != OpKind::timer_wait || op.object < machine::kNilPage) return false;
  const auto* timer = reinterpret_cast<const machine::TimerState*>(host(op.object));
  *until = timer->when;
  return timer->state == machine::TimerState::kActive && timer->current == writable(g).registers()[op.value + 1];
}

int64_t ControlledExecution::next_wakeup() const {
  int64_t next = kNever, until = 0;
  for (const GoroutineId id : present_) {
    if (waits(id) && asleep(records_[id]->goroutine, &until)) next = std::min(next, until);
  }
  return next;
}

// Does a goroutine of the program still have something to do or to wait for?
bool ControlledExecution::someone_waits() const {
  for (const GoroutineId id : present_) {
    if (waits(id) && !records_[id]->goroutine.system) return true;
  }
  return false;
}

// main's return (and the end by a crash) is put off as long as anything else can happen. Time goes
// on after it, for a while: who is freed by a timer is no leak, who sleeps now may be one later. With
// free time the timers go on in any case: had they fired earlier, main might have gone another way.
bool ControlledExecution::time_goes_on() const {
  if (ending_ == Ending::none) return true;
  return late_ticks_ < kLateTicks && (options_.free_time || someone_waits());
}

bool ControlledExecution::starves() const {
  int64_t until = 0;
  for (const GoroutineId id : present_) {
    if (waits(id) && records_[id]->late_wakes < kFairWakes && asleep(records_[id]->goroutine, &until)) return true;
  }
  return false;
}

void ControlledExecution::enabled(std::vector<Transition>& out) const {
  out.clear();
  if (ending_ == Ending::cut) return;
  for (const GoroutineId id : present_) {
    if (waits(id)) enabled_of(id, out);
  }
  if (!std::is_sorted(out.begin(), out.end())) std::sort(out.begin(), out.end());
  if (!out.empty() || options_.free_time) return;
  const int64_t next = next_wakeup();
  if (time_goes_on() && next != kNever && next > static_cast<int64_t>(clock_)) out.push_back(Transition{});
}

void ControlledExecution::enabled_of(GoroutineId id, std::vector<Transition>& out) const {
  Goroutine& g = records_[id]->goroutine;
  auto& self = const_cast<ControlledExecution&>(*this);
  int64_t until = 0;
  switch (g.operation.kind) {
    case OpKind::send:
    case OpKind::recv:
    case OpKind::select: communications_of(id, out); return;
    case OpKind::map_order:
    case OpKind::choose: {
      const machine::Slot* value = g.registers() + g.operation.value;
      const auto n = g.operation.kind == OpKind::choose ? static_cast<int64_t>(*value) : machine::map_places(self, value);
      const int64_t options = n <= options_.choices ? n : 4;
      for (int64_t i = 0; i < options; i++) out.push_back({id, 0, static_cast<int16_t>(i), 0});
      return;
    }
    case OpKind::sleep:
    case OpKind::timer_wait: {
      const bool may = asleep(g, &until) && options_.free_time ? time_goes_on() : machine::enabled(self, g);
      if (may) out.push_back({id, 0, 0, 0});
      return;
    }
    default:
      if (machine::enabled(self, g)) out.push_back({id, 0, 0, 0});
  }
}

void ControlledExecution::communications_of(GoroutineId id, std::vector<Transition>& out) const {
  Goroutine& g = records_[id]->goroutine;
  bool ready = false;
  for (size_t i = 0; i < machine::communications(g.operation); i++) {
    const Communication c = machine::communication(g, i);
    if (c.channel == 0) continue;
    const auto& channel = *reinterpret_cast<const Channel*>(host(c.channel));
    const Readiness state = c.is_send ? machine::send_state(channel) : machine::recv_state(channel);
    if (state != Readiness::blocked) {
      ready = true;
      if (state == Readiness::panics || first_in_queue(id, c.channel, c.is_send)) {
        out.push_back({id, 0, static_cast<int16_t>(i), 0});
      }
    } else if (c.is_send && channel.capacity == 0 && first_in_queue(id, c.channel, true)) {
      partners(id, i, out);
    }
  }
  if (g.operation.kind == OpKind::select && g.operation.select->has_default && !ready && !partner_has_arrived(id)) {
    out.push_back({id, 0, -1, 0});
  }
}

// Receivers that could take what g's i-th communication sends on an unbuffered channel.
void ControlledExecution::partners(GoroutineId id, size_t i, std::vector<Transition>& out) const {
  const Address channel = machine::communication(records_[id]->goroutine, i).channel;
  for (const GoroutineId other : present_) {
    if (other == id || !waits(other)) continue;
    Goroutine& g = records_[other]->goroutine;
    const OpKind kind = g.operation.kind;
    if (kind != OpKind::recv && kind != OpKind::select) continue;
    for (size_t j = 0; j < machine::communications(g.operation); j++) {
      const Communication c = machine::communication(g, j);
      if (!c.is_send && c.channel == channel && first_in_queue(other, channel, false)) {
        out.push_back({id, other, static_cast<int16_t>(i), static_cast<int16_t>(j)});
      }
    }
  }
}

// Go serves a channel's waiting goroutines in the order of their arrival. That order is only known for
// those that had certainly arrived when the clock advanced: they come before all others.
bool ControlledExecution::first_in_queue(GoroutineId id, Address channel, bool sender) const {
  const uint64_t mine = records_[id]->parked ? records_[id]->parked : UINT64_MAX;
  for (const GoroutineId other : present_) {
    if (other == id || !waits(other) || records_[other]->parked == 0 || records_[other]->parked >= mine) continue;
    Goroutine& g = records_[other]->goroutine;
    const OpKind kind = g.operation.kind;
    if (kind != OpKind::send && kind != OpKind::recv && kind != OpKind::select) continue;
    for (size_t j = 0; j < machine::communications(g.operation); j++) {
      const Communication c = machine::communication(g, j);
      if (c.is_send == sender && c.channel == channel) return false;
    }
  }
  return true;
}

// Has a partner for one of g's communications certainly arrived, so that default is out of question?
bool ControlledExecution::partner_has_arrived(GoroutineId id) const {
  Goroutine& g = records_[id]->goroutine;
  for (size_t i = 0; i < machine::communications(g.operation); i++) {
    const Communication mine = machine::communication(g, i);
    if (mine.channel == 0) continue;
    for (const GoroutineId other : present_) {
      if (other == id || !waits(other) || records_[other]->parked == 0) continue;
      Goroutine& o = records_[other]->goroutine;
      const OpKind kind = o.operation.kind;
      if (kind != OpKind::send && kind != OpKind::recv && kind != OpKind::select) continue;
      for (size_t j = 0; j < machine::communications(o.operation); j++) {
        const Communication c = machine::communication(o, j);
        if (c.is_send != mine.is_send && c.channel == mine.channel) return true;
      }
    }
  }
  return false;
}

// ---- Footprints ----

void ControlledExecution::footprint(const Transition& t, Footprint& out) const {
  if (t.goroutine == 0) {
    out.push_back({kClock, Effect::barrier});
    return;
  }
  if (counts_goroutines_) out.push_back({kEveryStep, Effect::add});
  const Goroutine& g = records_[t.goroutine]->goroutine;
  const OpKind kind = g.operation.kind;
  if (kind != OpKind::send && kind != OpKind::recv && kind != OpKind::select) {
    sync_footprint(g, out);
    return;
  }
  if (t.partner != 0) {
    const Address channel = machine::communication(writable(g), static_cast<size_t>(t.option)).channel;
    out.push_back({key(channel, kClosed), Effect::read});
    out.push_back({key(channel, kOfferedSend), Effect::compete});
    out.push_back({key(channel, kOfferedReceive), Effect::compete});
    unchosen_footprint(records_[t.partner]->goroutine, t.partner_option, out);
  } else if (t.option >= 0) {
    communication_footprint(g, static_cast<size_t>(t.option), out);
  } else {
    default_footprint(g, out);
  }
  unchosen_footprint(g, t.option, out);
}

// Sends on a channel are ordered among each other, and so are receives; the k-th send and the
// receives before and after it in its place of the buffer are ordered by that place.
void ControlledExecution::communication_footprint(const Goroutine& g, size_t i, Footprint& out) const {
  const Communication c = machine::communication(writable(g), i);
  const auto& channel = *reinterpret_cast<const Channel*>(host(c.channel));
  if (c.is_send) {
    out.push_back({key(c.channel, kClosed), Effect::read});
    if (channel.closed) {
      late_send_footprint(c.channel, out);
      return;
    }
    out.push_back({key(c.channel, kSenders), Effect::write});
    out.push_back({place_key(c.channel, (channel.head + channel.length) % channel.capacity), Effect::order});
  } else if (channel.length > 0) {
    out.push_back({key(c.channel, kReceivers), Effect::write});
    out.push_back({place_key(c.channel, channel.head), Effect::order});
  } else {  // closed
    out.push_back({key(c.channel, kDrained), Effect::wait});
    if (channel.capacity > 0) {
      out.push_back({key(c.channel, kReceivers), Effect::read});
    } else {
      out.push_back({key(c.channel, kLate), Effect::add});
    }
  }
}

// A send on a closed channel: had there been a receiver, it could have gone before the close.
void ControlledExecution::late_send_footprint(Address channel, Footprint& out) const {
  if (reinterpret_cast<const Channel*>(host(channel))->capacity == 0) {
    out.push_back({key(channel, kLate), Effect::read});
  } else {
    out.push_back({key(channel, kReceivers), Effect::read});
  }
}

// The cases that a select has not taken: whoever makes one of them ready later could have come earlier.
void ControlledExecution::unchosen_footprint(const Goroutine& g, int chosen, Footprint& out) const {
  if (g.operation.kind != OpKind::select) return;
  for (size_t i = 0; i < machine::communications(g.operation); i++) {
    const Communication c = machine::communication(writable(g), i);
    if (static_cast<int>(i) == chosen || c.channel == 0) continue;
    out.push_back({key(c.channel, c.is_send ? kOfferedReceive : kOfferedSend), Effect::compete});
  }
}

// default sees that no case is ready by its channel's buffer. (Who waits there it does not see: a
// partner may be late.)
void ControlledExecution::default_footprint(const Goroutine& g, Footprint& out) const {
  for (size_t i = 0; i < machine::communications(g.operation); i++) {
    const Address channel = machine::communication(writable(g), i).channel;
    if (channel == 0) continue;
    out.push_back({key(channel, kClosed), Effect::read});
    observer_footprint(channel, out);
  }
}

void ControlledExecution::observer_footprint(Address channel, Footprint& out) const {
  if (reinterpret_cast<const Channel*>(host(channel))->capacity == 0) return;
  out.push_back({key(channel, kSenders), Effect::read});
  out.push_back({key(channel, kReceivers), Effect::read});
}

void ControlledExecution::wishes(GoroutineId id, Footprint& out) const {
  if (!waits(id)) return;
  if (counts_goroutines_) out.push_back({kEveryStep, Effect::add});
  const Goroutine& g = records_[id]->goroutine;
  const OpKind kind = g.operation.kind;
  if (kind == OpKind::close && g.operation.object != 0 &&
      !reinterpret_cast<const Channel*>(host(g.operation.object))->closed) {
    out.push_back({key(g.operation.object, kOfferedSend), Effect::compete});
    out.push_back({key(g.operation.object, kOfferedReceive), Effect::compete});
  }
  if (kind != OpKind::send && kind != OpKind::recv && kind != OpKind::select) {
    sync_footprint(g, out);
    return;
  }
  for (size_t i = 0; i < machine::communications(g.operation); i++) {
    const Communication c = machine::communication(writable(g), i);
    if (c.channel == 0) continue;
    const auto& channel = *reinterpret_cast<const Channel*>(host(c.channel));
    const bool buffered = channel.capacity > 0;
    const Effect end = channel.closed && (c.is_send || channel.length == 0) ? Effect::read : Effect::write;
    if (c.is_send) {
      out.push_back({key(c.channel, kClosed), Effect::read});
      out.push_back({key(c.channel, kOfferedSend), Effect::compete});
      if (channel.closed) late_send_footprint(c.channel, out);
    } else {
      out.push_back({key(c.channel, kDrained), Effect::wait});
      out.push_back({key(c.channel, kOfferedReceive), Effect::compete});
      if (channel.closed && !buffered) out.push_back({key(c.channel, kLate), Effect::add});
    }
    if (buffered) out.push_back({key(c.channel, c.is_send ? kSenders : kReceivers), end});
  }
  if (kind == OpKind::select && g.operation.select->has_default) default_footprint(g, out);
}

void ControlledExecution::offers(GoroutineId id, std::vector<Offer>& out) const {
  out.clear();
  if (!waits(id)) return;
  const Goroutine& g = records_[id]->goroutine;
  const OpKind kind = g.operation.kind;
  if (kind != OpKind::send && kind != OpKind::recv && kind != OpKind::select) return;
  for (size_t i = 0; i < machine::communications(g.operation); i++) {
    const Communication c = machine::communication(writable(g), i);
    if (c.channel == 0) continue;
    const bool buffered = reinterpret_cast<const Channel*>(host(c.channel))->capacity > 0;
    out.push_back({static_cast<int16_t>(i), c.is_send, buffered, key(c.channel, kClosed)});
  }
  if (kind == OpKind::select && g.operation.select->has_default) out.push_back({.option = -1});
}

bool ControlledExecution::steady(GoroutineId id) const {
  if (!waits(id)) return true;
  switch (records_[id]->goroutine.operation.kind) {
    case OpKind::access:
    case OpKind::mutex_lock:
    case OpKind::rw_rlock:
    case OpKind::rw_lock_acquire:
    case OpKind::wg_wait:
    case OpKind::atomic_load:
    case OpKind::atomic_store:
    case OpKind::atomic_add:
    case OpKind::atomic_swap:
    case OpKind::atomic_cas:
    case OpKind::atomic_and:
    case OpKind::atomic_or:
    case OpKind::timer_stop:
    case OpKind::timer_reset:
    case OpKind::chan_len: return true;
    case OpKind::wg_add: return disciplined_;
    default: return false;
  }
}

void ControlledExecution::sync_footprint(const Goroutine& g, Footprint& out) const {
  const machine::Operation& op = g.operation;
  const auto whole = [&](Effect effect) { out.push_back({key(op.object, kWhole), effect}); };
  const auto readers = [&](Effect effect) { out.push_back({key(op.object, kReaders), effect}); };
  if (machine::has_object(op.kind) && op.object < machine::kNilPage) return;  // panics
  if (const int group = promotions_.group(op.site); group >= 0 && op.kind != OpKind::access) {
    out.push_back({group_key(group), Effect::write});  // an atomic operation that races with a plain access
  }
  const char* object = host(op.object);
  switch (op.kind) {
    case OpKind::close:
      if (op.object == 0) return;
      if (reinterpret_cast<const Channel*>(object)->closed) {
        out.push_back({key(op.object, kClosed), Effect::read});
        return;
      }
      out.push_back({key(op.object, kClosed), Effect::write});
      out.push_back({key(op.object, kDrained), Effect::done});
      return;
    case OpKind::chan_len:
      if (op.object != 0) observer_footprint(op.object, out);
      return;
    case OpKind::mutex_lock: whole(Effect::lock); return;
    // A Try also looks: it could have come earlier and failed, which a Lock could not.
    case OpKind::mutex_try_lock:
      whole(Effect::read);
      if (reinterpret_cast<const machine::MutexState*>(object)->state == 0) whole(Effect::lock);
      return;
    case OpKind::mutex_unlock:
      whole(owner_of(reinterpret_cast<const machine::MutexState*>(object)->owner) == g.id ? Effect::unlock : Effect::write);
      return;
    case OpKind::rw_rlock: whole(Effect::shared_lock); return;
    case OpKind::rw_try_rlock:
      whole(Effect::read);
      if (reinterpret_cast<const machine::RwMutexState*>(object)->state == 0) whole(Effect::shared_lock);
      return;
    case OpKind::rw_runlock:
      if (holds_for_reading(g.id, op.object)) return readers(Effect::release_shared);
      whole(Effect::write);  // it needs somebody else's RLock
      readers(Effect::write);
      return;
    case OpKind::rw_lock:
      whole(Effect::lock);
      if (reinterpret_cast<const machine::RwMutexState*>(object)->readers == 0) readers(Effect::drain);
      return;
    case OpKind::rw_lock_acquire: readers(Effect::drain); return;
    case OpKind::rw_try_lock: {
      const auto* rw = reinterpret_cast<const machine::RwMutexState*>(object);
      whole(Effect::read);
      readers(Effect::read);
      if (rw->state == 0 && rw->readers == 0) {
        whole(Effect::lock);
        readers(Effect::drain);
      }
      return;
    }
    case OpKind::rw_unlock:
      whole(owner_of(reinterpret_cast<const machine::RwMutexState*>(object)->owner) == g.id ? Effect::unlock : Effect::write);
      return;
    case OpKind::wg_add: {
      const int64_t delta = static_cast<int64_t>(writable(g).registers()[op.value + 1]);
      if (disciplined_) {
        out.push_back(delta > 0 ? Access{key(op.object, kFirstAdd), Effect::add} : Access{key(op.object, kWhole), Effect::done});
        return;
      }
      const int32_t counter = reinterpret_cast<const machine::WaitGroupState*>(object)->counter;
      const bool too_much = delta != -1 || counter + delta < 0;  // of some that take more, the order decides who takes too much
      whole(delta > 0              ? Effect::add
            : too_much             ? Effect::write
            : counter + delta == 0 ? Effect::last_done
                                   : Effect::done);
      // The race detector asks whether the counter was zero. (It may be negative if a panic was recovered from.)
      if (delta > 0) out.push_back({key(op.object, kFirstAdd), counter <= 0 ? Effect::write : Effect::read});
      return;
    }
    case OpKind::wg_wait:
      whole(Effect::wait);
      if (disciplined_) out.push_back({key(op.object, kFirstAdd), Effect::wait});
      return;
    case OpKind::once_begin:
      whole(reinterpret_cast<const machine::OnceState*>(object)->state == machine::OnceState::kNew ? Effect::lock
                                                                                                  : Effect::shared_lock);
      return;
    case OpKind::once_end: whole(Effect::unlock); return;
    case OpKind::cond_enqueue: whole(Effect::write); return;
    case OpKind::cond_wait: {
      const auto ticket = static_cast<uint32_t>(writable(g).registers()[op.value + 1]);
      out.push_back({key(op.object, kTicket, ticket), Effect::order});
      return;
    }
    case OpKind::cond_signal:
    case OpKind::cond_broadcast: {
      whole(Effect::write);
      const auto* list = reinterpret_cast<const machine::NotifyListState*>(object);
      const uint32_t last = op.kind == OpKind::cond_signal ? std::min(list->next, list->notify + 1) : list->next;
      for (uint32_t t = list->notify; t < last; t++) out.push_back({key(op.object, kTicket, t), Effect::order});
      return;
    }
    case OpKind::atomic_load: whole(Effect::read); return;
    case OpKind::atomic_store:
    case OpKind::atomic_add:
    case OpKind::atomic_swap:
    case OpKind::atomic_cas:  // one that fails too: what it is must not depend on the order (optimality)
    case OpKind::atomic_and:
    case OpKind::atomic_or: whole(Effect::write); return;
    case OpKind::timer_wait:
      whole(Effect::write);
      [[fallthrough]];
    case OpKind::sleep:
      if (!options_.free_time) {
        out.push_back({kClock, Effect::read});
      } else if (observes_time_) {
        out.push_back({kClock, Effect::write});
      } else {
        out.push_back({key(0, kTicket, g.id), Effect::order});  // that time passes is more than nothing
      }
      return;
    case OpKind::timer_stop:
    case OpKind::timer_reset: whole(Effect::write); return;
    case OpKind::read_clock: out.push_back({kClock, Effect::read}); return;
    case OpKind::num_goroutine: out.push_back({kEveryStep, Effect::read}); return;
    case OpKind::access:
      out.push_back({group_key(promotions_.group(op.site)), only_reads(*op.site) ? Effect::read : Effect::write});
      return;
    default: return;
  }
}

std::string ControlledExecution::describe(const Transition& t) const {
  if (t.goroutine == 0) return "time passes";
  const machine::Operation& op = records_[t.goroutine]->goroutine.operation;
  if (op.kind == OpKind::select && t.option < 0) return "select: default";
  if (op.kind == OpKind::access) {
    return fmt::format("{} {}", only_reads(*op.site) ? "read" : "write", sites_.access_name(op.site));
  }
  if (op.kind == OpKind::wg_add && static_cast<int64_t>(writable(records_[t.goroutine]->goroutine).registers()[op.value + 1]) == -1) {
    return "sync.WaitGroup.Done";
  }
  if (const std::string_view verb = atomic_verb(op.kind); !verb.empty()) return fmt::format("atomic {}", verb);
  const std::string_view reason = machine::wait_reason(op.kind, false);
  if (op.kind == OpKind::map_order) return fmt::format("range over a map begins at entry {}", t.option);
  if (op.kind == OpKind::choose) return fmt::format("random choice {}", t.option);
  if (t.partner != 0) return fmt::format("{} -> {}", reason, goroutine_name(t.partner));
  return std::string(reason);
}

}  // namespace gocheck::checker
