// Deadlocks and leaks: what an execution leaves blocked when nothing is possible any more.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "checker/detect/names.h"
#include "checker/execution/controlled.h"
#include "runtime/machine/sync.h"

namespace gocheck::checker {

using machine::Goroutine;
using machine::OpKind;

// Nobody means to wait for ever for such a thing, and it is known who could end it.
static bool waits_for_lock(const Goroutine& g) {
  const OpKind kind = g.operation.kind;
  return kind == OpKind::mutex_lock || kind == OpKind::rw_lock || kind == OpKind::rw_lock_acquire ||
         kind == OpKind::rw_rlock || kind == OpKind::once_begin;
}

std::vector<ControlledExecution::Held> ControlledExecution::waits_for(GoroutineId id) const {
  const machine::Operation& op = records_[id]->goroutine.operation;
  if (!waits_for_lock(records_[id]->goroutine) || op.object < machine::kNilPage) return {};
  std::vector<Held> result;
  const char* object = host(op.object);
  const auto owner = [&](const uint32_t& field, std::string_view how) {
    const Hold* hold = hold_of(field);
    if (hold != nullptr && hold->count != 0) result.push_back({static_cast<GoroutineId>(hold->count), how, hold->site});
  };
  switch (op.kind) {
    case OpKind::mutex_lock: owner(reinterpret_cast<const machine::MutexState*>(object)->owner, "locked it"); break;
    case OpKind::once_begin: owner(reinterpret_cast<const machine::OnceState*>(object)->owner, "began to run its function"); break;
    case OpKind::rw_lock_acquire:
      for (GoroutineId reader = 1; reader < records_.size(); reader++) {
        if (!holds_for_reading(reader, op.object)) continue;
        result.push_back({reader, "locked it for reading", read_locks_.at(op.object << 24 | reader)->site});
      }
      break;
    default: {
      const auto* lock = reinterpret_cast<const machine::RwMutexState*>(object);
      owner(lock->owner, lock->state == machine::RwMutexState::kHeld ? "locked it" : "called Lock before, and waits itself,");
    }
  }
  return result;
}

Waiting ControlledExecution::waiting(GoroutineId id) const {
  const Goroutine& g = records_[id]->goroutine;
  const machine::Operation& op = g.operation;
  const bool communicates = op.kind == OpKind::send || op.kind == OpKind::recv;
  Waiting result;
  result.goroutine = goroutine_name(id);
  result.reason = machine::wait_reason(op.kind, communicates && op.object == 0);
  result.position = user_position(g);
  for (const Held& held : waits_for(id)) {
    const Position since = held.site == nullptr ? Position{} : sites_.find(held.site).position();
    result.holders.push_back({goroutine_name(held.by), std::string(held.how), since, !waits(held.by)});
  }
  note_group(id, result);
  return result;
}

WaitGraph ControlledExecution::wait_graph(const std::vector<GoroutineId>& blocked) const {
  WaitGraph graph;
  for (const GoroutineId id : blocked) {
    for (const Held& held : waits_for(id)) {
      if (std::ranges::binary_search(blocked, held.by)) graph.add(id, held.by);
    }
  }
  return graph;
}

void ControlledExecution::report(Finding finding) {
  finding.at_end = at_end_;
  if (loop_ != nullptr) finding.loop = *loop_;
  sink_.found(std::move(finding));
}

void ControlledExecution::end() {
  at_end_ = true;
  switch (ending_) {
    case Ending::none: report_deadlock(); break;
    case Ending::main_returned: report_leaks(); break;
    case Ending::crashed:
    case Ending::exited:
    case Ending::cut: break;
  }
  at_end_ = false;
}

// Does a goroutine wait in the library for requests from outside (net/http)? Then the program goes on for ever.
bool ControlledExecution::serves() const {
  for (GoroutineId id = 1; id < records_.size(); id++) {
    if (waits(id) && records_[id]->goroutine.system && records_[id]->goroutine.operation.kind == OpKind::recv) return true;
  }
  return false;
}

void ControlledExecution::report_deadlock() {
  if (serves()) {
    report_leaks();
    return;
  }
  std::vector<GoroutineId> blocked;
  for (GoroutineId id = 1; id < records_.size(); id++) {
    if (waits(id) && !records_[id]->goroutine.system) blocked.push_back(id);
  }
  const WaitGraph graph = wait_graph(blocked);
  const auto cycles = graph.cycles();
  for (const auto& cycle : cycles) report_cycle(cycle, blocked, true);
  const bool never_unlocked = report_never_unlocked(blocked);
  if (cycles.empty() && !never_unlocked) report_all_asleep(blocked, graph);
}

namespace {

bool contains(const std::vector<GoroutineId>& goroutines, GoroutineId g) {
  return std::ranges::find(goroutines, g) != goroutines.end();
}

// Do those who are blocked in such an operation on one object all lack the same?
bool alike_on_one_object(const Goroutine& g) {
  const OpKind kind = g.operation.kind;
  return waits_for_lock(g) || ((kind == OpKind::send || kind == OpKind::recv || kind == OpKind::wg_wait ||
                                kind == OpKind::cond_wait) && g.operation.object >= machine::kNilPage);
}

}  // namespace

// They wait for each other's locks, so whatever else happens, they will do so for ever: it is one defect, the same whether main
// has returned, and whoever waits for them. It begins where the first of them in the source is.
void ControlledExecution::report_cycle(const std::vector<GoroutineId>& cycle, const std::vector<GoroutineId>& consequences,
                                       bool all) {
  std::vector<Waiting> members;
  for (const GoroutineId id : cycle) members.push_back(waiting(id));
  std::ranges::rotate(members, std::ranges::min_element(members, {}, &Waiting::position));
  Finding finding;
  finding.kind = FindingKind::deadlock;
  std::vector<std::string> names;
  for (const Waiting& w : members) {
    names.push_back(w.goroutine);
    finding.positions.push_back({w.position, w.goroutine, "blocked in " + w.reason});
  }
  finding.message = fmt::format("{}{}", all ? "all goroutines are asleep: " : "",
                                names.size() == 1 ? fmt::format("{} is blocked for ever in {}, by itself", names[0], members[0].reason)
                                                  : enumeration(names) + " wait for each other");
  finding.waiting = std::move(members);
  for (const GoroutineId id : consequences) {
    if (contains(cycle, id)) continue;
    finding.waiting.push_back(waiting(id));
    finding.waiting.back().consequence = true;
  }
  report(std::move(finding));
}

// A goroutine has ended, or main has called Goexit, with a lock that others wait for. It is up to the schedule who they are, so the
// defect is where it was locked. False: there is none such.
bool ControlledExecution::report_never_unlocked(const std::vector<GoroutineId>& blocked) {
  struct Lock {
    GoroutineId by = 0;
    std::vector<GoroutineId> waiters;
  };
  std::map<Position, Lock> locks;
  for (const GoroutineId id : blocked) {
    for (const Held& held : waits_for(id)) {
      if (waits(held.by)) continue;
      Lock& lock = locks[sites_.find(held.site).position()];
      lock.by = held.by;
      lock.waiters.push_back(id);
    }
  }
  for (const auto& [position, lock] : locks) {
    Finding finding;
    finding.kind = FindingKind::deadlock;
    const std::string who = goroutine_name(lock.by);
    finding.message = fmt::format("all goroutines are asleep: {} has ended without unlocking what {} waits for", who,
                                  goroutine_name(lock.waiters[0]));
    finding.positions.push_back({position, who, "locked, and never unlocked,"});
    for (const bool consequence : {false, true}) {
      for (const GoroutineId id : blocked) {
        if (contains(lock.waiters, id) == consequence) continue;
        finding.waiting.push_back(waiting(id));
        finding.waiting.back().consequence = consequence;
      }
    }
    report(std::move(finding));
  }
  return !locks.empty();
}

// Who waits for a lock that somebody else who is blocked holds waits because of him. Of several who lack the same, like a partner on
// one channel, it is up to the schedule who is left over: the first in the source stands for them. That somebody waits for a wait
// group says least about what is wrong.
void ControlledExecution::report_all_asleep(const std::vector<GoroutineId>& blocked, const WaitGraph& graph) {
  struct Sleeper {
    bool consequence, waits_for_group;
    Position position;
    GoroutineId id;
    auto operator<=>(const Sleeper&) const = default;
  };
  std::vector<Sleeper> sleepers;
  for (const GoroutineId id : blocked) {
    const Goroutine& g = records_[id]->goroutine;
    sleepers.push_back({graph.waits(id), g.operation.kind == OpKind::wg_wait, user_position(g), id});
  }
  std::sort(sleepers.begin(), sleepers.end());
  Finding finding;
  finding.kind = FindingKind::deadlock;
  finding.message = "all goroutines are asleep";
  std::set<std::pair<OpKind, machine::Address>> represented;
  for (const Sleeper& sleeper : sleepers) {
    const Goroutine& g = records_[sleeper.id]->goroutine;
    finding.waiting.push_back(waiting(sleeper.id));
    Waiting& w = finding.waiting.back();
    w.consequence = sleeper.consequence;
    const bool alike = alike_on_one_object(g) && !represented.insert({g.operation.kind, g.operation.object}).second;
    if (!w.consequence && !alike) finding.positions.push_back({w.position, w.goroutine, "blocked in " + w.reason});
  }
  const bool somebody = !finding.positions.empty();
  if (!somebody && records_[1]->goroutine.goexit) {
    finding.message = "no goroutines are left (main called runtime.Goexit)";
    finding.positions.push_back({records_[1]->goroutine.function->position, "main", "ended by runtime.Goexit"});
  }
  explain(finding, blocked, somebody);
  if (!finding.positions.empty()) report(std::move(finding));
}

// main may wait for a server to stop, but not for a lock.
void ControlledExecution::report_leaks() {
  if (late_ticks_ != 0 && starves()) return;  // those who sleep could still free the others
  int64_t until = 0;
  std::vector<GoroutineId> blocked;
  for (GoroutineId id = 1; id < records_.size(); id++) {
    if (!waits(id)) continue;
    const Goroutine& g = records_[id]->goroutine;
    if (!g.system && !asleep(g, &until) && (id != 1 || waits_for_lock(g))) blocked.push_back(id);
  }
  report_blocked_for_ever(blocked);
}

// While others go on, or after main has returned. Who waits for a lock of somebody blocked waits because of him; who waits for a
// wait group, and main, presumably because of those who wait for each other, if there are such.
void ControlledExecution::report_blocked_for_ever(const std::vector<GoroutineId>& blocked) {
  const WaitGraph graph = wait_graph(blocked);
  const auto cycles = graph.cycles();
  for (const auto& cycle : cycles) {
    std::vector<GoroutineId> consequences = graph.behind(cycle);
    for (const GoroutineId id : blocked) {
      const bool waits_for_all = id == 1 || records_[id]->goroutine.operation.kind == OpKind::wg_wait;
      if (waits_for_all && !graph.waits(id)) consequences.push_back(id);
    }
    report_cycle(cycle, consequences, false);
  }
  for (const GoroutineId id : blocked) {
    const bool waits_for_all = id == 1 || records_[id]->goroutine.operation.kind == OpKind::wg_wait;
    if (!graph.waits(id) && (cycles.empty() || !waits_for_all)) report_leak(id, graph.behind({id}));
  }
}

void ControlledExecution::report_leak(GoroutineId id, const std::vector<GoroutineId>& consequences) {
  const Goroutine& g = records_[id]->goroutine;
  const Waiting w = waiting(id);
  Finding finding;
  // Nobody means to wait for a lock for ever, so without main nothing of the program is left.
  finding.kind = id == 1 && waits_for_lock(g) ? FindingKind::deadlock : FindingKind::goroutine_leak;
  finding.message = fmt::format("{} is blocked for ever in {}", w.goroutine, w.reason);
  finding.positions.push_back({w.position, w.goroutine, "blocked in " + w.reason});
  if (id != 1) finding.positions.push_back({sites_.find(g.started_at).position(), goroutine_name(g.parent), "started here"});
  finding.waiting.push_back(w);
  for (const GoroutineId other : consequences) {
    finding.waiting.push_back(waiting(other));
    finding.waiting.back().consequence = true;
  }
  std::vector<GoroutineId> told = consequences;
  told.insert(std::ranges::lower_bound(told, id), id);
  explain(finding, told, false);
  report(std::move(finding));
}

// Who sleeps could change everything: with ideal time its turn never comes while others go on, but it comes in the
// search with free time. `select {}` is meant to be for ever, and so is main's waiting for a server, but not for a lock.
void ControlledExecution::loops(const Loop& loop) {
  loop_ = &loop;
  report_loop(loop);
  loop_ = nullptr;
}

void ControlledExecution::report_loop(const Loop& loop) {
  if (ending_ == Ending::crashed || ending_ == Ending::exited || ending_ == Ending::cut) return;
  if (next_wakeup() != INT64_MAX && !loop.communicates) return;
  if (!loop.communicates) report_livelock(loop);
  if (!loop.communicates && ending_ == Ending::none) return;
  int64_t until = 0;
  std::vector<GoroutineId> blocked;
  for (GoroutineId id = 1; id < records_.size(); id++) {
    if (!waits(id) || std::binary_search(loop.actors.begin(), loop.actors.end(), id)) continue;
    const Goroutine& g = records_[id]->goroutine;
    if (id == 1 && serves() && !waits_for_lock(g)) continue;
    const bool for_ever = g.operation.kind == OpKind::select && g.operation.select->cases.empty();
    if (!g.system && !for_ever && !asleep(g, &until)) blocked.push_back(id);
  }
  report_blocked_for_ever(blocked);
}

// Each goroutine is shown where it comes by first in the source, wherever the loop was entered.
void ControlledExecution::report_livelock(const Loop& loop) {
  Finding finding;
  finding.kind = ending_ == Ending::none ? FindingKind::livelock : FindingKind::goroutine_leak;
  for (const GoroutineId id : loop.actors) {
    if (waits(id)) finding.positions.push_back({user_position(records_[id]->goroutine), goroutine_name(id), "spins"});
  }
  for (const Transition& t : loop.steps) {
    step(t);
    for (FindingPosition& shown : finding.positions) {
      if (shown.goroutine != goroutine_name(t.goroutine) || !waits(t.goroutine)) continue;
      shown.position = std::min(shown.position, user_position(records_[t.goroutine]->goroutine));
    }
  }
  for (size_t i = 0; i < loop.steps.size(); i++) undo();
  if (finding.positions.empty()) return;
  finding.message = finding.positions.size() == 1
                        ? fmt::format("{} can only spin for ever", finding.positions[0].goroutine)
                        : "these goroutines can only spin for ever";
  for (GoroutineId id = 1; id < records_.size(); id++) {
    if (!waits(id) || records_[id]->goroutine.system) continue;
    if (!std::binary_search(loop.actors.begin(), loop.actors.end(), id)) finding.waiting.push_back(waiting(id));
  }
  report(std::move(finding));
}

// FNV-1a, two lanes, over everything that the program can tell: its memory (addresses are canonical)
// and where its goroutines are. Linear in the memory in use.
StateHash ControlledExecution::state() const {
  StateHash h{0xcbf29ce484222325, 0x84222325cbf29ce4};
  const auto mix = [&h](uint64_t word) {
    h.low = (h.low ^ word) * 0x100000001b3;
    h.high = (h.high ^ (word << 1 | word >> 63)) * 0x9e3779b97f4a7c15;
    h.high ^= h.high >> 29;
  };
  const auto mix_range = [&](Address from, Address to) {
    for (Address at = from; at < to; at += 8) mix(*reinterpret_cast<const uint64_t*>(host(at)));
  };
  mix_range(globals(), globals() + ((program.globals_size + 7) & ~uint64_t{7}));
  for (GoroutineId id = 1; id < records_.size(); id++) {
    if (!records_[id] || !records_[id]->started) continue;
    const Record& r = *records_[id];
    mix(id);
    mix(static_cast<uint64_t>(r.goroutine.status));
    if (r.goroutine.status == machine::Status::waiting) mix(reinterpret_cast<uint64_t>(r.goroutine.top().pc));
    for (uint64_t i = 0; i < r.arena.segments; i++) {
      const Arena::Piece piece = r.arena.pieces[i];
      mix_range(piece.start, i + 1 == r.arena.segments ? r.arena.next : piece.end);
    }
  }
  return h;
}

}  // namespace gocheck::checker
