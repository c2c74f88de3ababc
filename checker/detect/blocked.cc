// Deadlocks and leaks: what an execution leaves blocked when nothing is possible any more.
#include <algorithm>

#include <fmt/format.h>

#include "checker/execution/controlled.h"
#include "runtime/machine/sync.h"

namespace gocheck::checker {

using machine::Goroutine;
using machine::OpKind;

Waiting ControlledExecution::waiting(GoroutineId id) const {
  const Goroutine& g = records_[id]->goroutine;
  const machine::Operation& op = g.operation;
  const bool communicates = op.kind == OpKind::send || op.kind == OpKind::recv;
  Waiting result;
  result.goroutine = goroutine_name(id);
  result.reason = machine::wait_reason(op.kind, communicates && op.object == 0);
  result.position = user_position(g);
  uint32_t owner = 0;
  if (machine::has_object(op.kind) && op.object >= machine::kNilPage) {
    const char* object = host(op.object);
    if (op.kind == OpKind::mutex_lock) owner = owner_of(reinterpret_cast<const machine::MutexState*>(object)->owner);
    if (op.kind == OpKind::rw_lock || op.kind == OpKind::rw_rlock) {
      owner = owner_of(reinterpret_cast<const machine::RwMutexState*>(object)->owner);
    }
    if (op.kind == OpKind::once_begin) owner = owner_of(reinterpret_cast<const machine::OnceState*>(object)->owner);
  }
  if (owner != 0) result.holder = goroutine_name(owner);
  return result;
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
  Finding finding;
  finding.kind = FindingKind::deadlock;
  finding.message = "all goroutines are asleep";
  for (GoroutineId id = 1; id < records_.size(); id++) {
    if (!waits(id) || records_[id]->goroutine.system) continue;
    const Waiting w = waiting(id);
    finding.positions.push_back({w.position, w.goroutine, "blocked in " + w.reason});
    finding.waiting.push_back(w);
  }
  if (finding.positions.empty() && records_[1]->goroutine.goexit) {
    finding.message = "no goroutines are left (main called runtime.Goexit)";
    finding.positions.push_back({records_[1]->goroutine.function->position, "main", "ended by runtime.Goexit"});
  }
  if (!finding.positions.empty()) report(std::move(finding));
}

namespace {

bool waits_for_lock(const Goroutine& g) {
  const OpKind kind = g.operation.kind;
  return kind == OpKind::mutex_lock || kind == OpKind::rw_lock || kind == OpKind::rw_rlock;
}

}  // namespace

// main may wait for a server to stop, but not for a lock.
void ControlledExecution::report_leaks() {
  if (late_ticks_ != 0 && starves()) return;  // those who sleep could still free the others
  int64_t until = 0;
  for (GoroutineId id = 1; id < records_.size(); id++) {
    if (!waits(id)) continue;
    const Goroutine& g = records_[id]->goroutine;
    if (!g.system && !asleep(g, &until) && (id != 1 || waits_for_lock(g))) report_leak(id);
  }
}

void ControlledExecution::report_leak(GoroutineId id) {
  const Goroutine& g = records_[id]->goroutine;
  const Waiting w = waiting(id);
  Finding finding;
  // Nobody means to wait for a lock for ever, so without main nothing of the program is left.
  finding.kind = id == 1 && waits_for_lock(g) ? FindingKind::deadlock : FindingKind::goroutine_leak;
  finding.message = fmt::format("{} is blocked for ever in {}", w.goroutine, w.reason);
  finding.positions.push_back({w.position, w.goroutine, "blocked in " + w.reason});
  if (id != 1) finding.positions.push_back({sites_.find(g.started_at).position(), goroutine_name(g.parent), "started here"});
  finding.waiting.push_back(w);
  if (finding.kind == FindingKind::deadlock) {
    for (GoroutineId other = 2; other < records_.size(); other++) {
      if (waits(other) && waits_for_lock(records_[other]->goroutine)) finding.waiting.push_back(waiting(other));
    }
  }
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
  if (!loop.communicates && ending_ == Ending::none) {
    report_livelock(loop);
    return;
  }
  int64_t until = 0;
  for (GoroutineId id = 1; id < records_.size(); id++) {
    if (!waits(id) || std::binary_search(loop.actors.begin(), loop.actors.end(), id)) continue;
    const Goroutine& g = records_[id]->goroutine;
    if (id == 1 && serves() && !waits_for_lock(g)) continue;
    const bool for_ever = g.operation.kind == OpKind::select && g.operation.select->cases.empty();
    if (!g.system && !for_ever && !asleep(g, &until)) report_leak(id);
  }
}

// Each goroutine is shown where it comes by first in the source, wherever the loop was entered.
void ControlledExecution::report_livelock(const Loop& loop) {
  Finding finding;
  finding.kind = FindingKind::livelock;
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
