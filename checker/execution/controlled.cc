#include "checker/execution/controlled.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "checker/execution/time_use.h"
#include "runtime/machine/frames.h"
#include "runtime/machine/interpreter.h"
#include "runtime/machine/sync.h"
#include "runtime/program/invariant.h"

namespace gocheck::checker {

using machine::Goroutine;
using machine::Performed;
using machine::Status;

namespace {

// Thrown out of the interpreter when a limit ends the execution; run() catches it. The
// goroutine's state is then good for nothing but undo.
struct ExecutionCut {};

constexpr uint32_t kFirstSlots = 256;
constexpr uint32_t kFirstFrames = 8;
constexpr uint64_t kStepsPerInterrupt = 1 << 16;
constexpr uint64_t kGoroutineBytes = 8 << 10;  // what a goroutine counts for against the limit of memory, besides its clocks
constexpr size_t kOutputLimit = 1 << 16;
// 2024-01-01 00:00:00 UTC: where virtual time starts.
constexpr int64_t kEpoch = 1'704'067'200'000'000'000;

uint64_t static_bytes(const program::Program& p) {
  return p.rodata.size() + p.functions.size() * 8 + p.globals_size + 64;
}

bool closes_channels(const program::Program& program) {
  return std::any_of(program.functions.begin(), program.functions.end(), [](const program::Function& f) {
    uint32_t pc = 0;
    while (pc < f.code.size() && f.code[pc].opcode() != program::Opcode::close) {
      pc += static_cast<uint32_t>(program::length(f.code[pc].opcode()));
    }
    return pc < f.code.size();
  });
}

}  // namespace

ControlledExecution::ControlledExecution(const program::Program& program, Names& names, const Promotions& promotions,
                                         const ModelOptions& options, FindingSink& sink)
    : Executor(program),
      names_(names),
      promotions_(promotions),
      options_(options),
      counts_goroutines_(std::any_of(program.natives.begin(), program.natives.end(), [](const program::Native& native) {
        return machine::operation_of_native(native.name) == machine::OpKind::num_goroutine;
      })),
      observes_time_(observes_time(program)),
      closes_channels_(closes_channels(program)),
      disciplined_(!promotions.has_wait_groups()),
      sink_(sink),
      replay_(sink.replay_log()),
      sites_(program),
      memory_(names, journal_, static_bytes(program)),
      order_(journal_),
      race_(journal_, order_, [this](Address address, const RaceAccess& earlier, const RaceAccess& later) {
        found_race(address, earlier, later);
      }) {
  slot_limit = 1u << 24;
  frame_limit = 1u << 20;
  race_.keep(sink.access_log());
  load_static_data();
  Record& main = record(1);
  main.started = true;
  main.goroutine.function = &program.functions[program.main];
  main.name = "main";
  order_.start(1, 0);
  machine::start(*this, main.goroutine, functions_ + 8 * program.entry);
  run(main.goroutine);
  run_fresh();
  for (const auto& r : records_) {
    if (r) update_present(*r);
  }
  canonical_.note_writes();
}

ControlledExecution::~ControlledExecution() {
  for (auto& record : records_) {
    if (!record) continue;
    std::free(record->goroutine.slots);
    std::free(record->goroutine.frames);
  }
}

void ControlledExecution::load_static_data() {
  base_ = memory_.base();
  rodata_ = Memory::kStatic;
  functions_ = (rodata_ + program.rodata.size() + 15) & ~uint64_t{15};
  globals_ = functions_ + 8 * program.functions.size();
  globals_ = (globals_ + 15) & ~uint64_t{15};
  std::memcpy(host(rodata_), program.rodata.data(), program.rodata.size());
  for (uint64_t id = 0; id < program.functions.size(); id++) std::memcpy(host(functions_ + 8 * id), &id, sizeof(id));
}

ControlledExecution::Record& ControlledExecution::record(uint32_t id) {
  if (records_.size() <= id) records_.resize(id + 1);
  if (!records_[id]) {
    records_[id] = std::make_unique<Record>();
    records_[id]->goroutine.id = id;
  }
  return *records_[id];
}

machine::Address ControlledExecution::allocate(Goroutine& g, uint64_t size, bool has_pointers) {
  reserve(size);
  const Address address = memory_.allocate(g.id, record(g.id).arena, size, has_pointers);
  if (address == 0) end_early("memory-limit");
  if (keeps_log_) log_.add({.kind = StepEvent::Kind::allocate, .goroutine = g.id, .what = address, .size = size});
  return address;
}

void ControlledExecution::reserve(uint64_t bytes) {
  journal_.set(allocated_, allocated_ + bytes);
  if (allocated_ > options_.memory_limit) end_early("memory-limit");
}

// Out of the middle of a step.
void ControlledExecution::end_early(std::string_view limit) {
  cut(limit);
  throw ExecutionCut{};
}

void ControlledExecution::grow(Goroutine& g, uint32_t slots, uint32_t frames) {
  if (slots > g.slot_capacity) {
    uint32_t capacity = g.slot_capacity ? g.slot_capacity : kFirstSlots;
    while (capacity < slots) capacity *= 2;
    g.slots = static_cast<machine::Slot*>(std::realloc(g.slots, capacity * sizeof(machine::Slot)));
    std::memset(g.slots + g.slot_capacity, 0, (capacity - g.slot_capacity) * sizeof(machine::Slot));
    g.slot_capacity = capacity;
  }
  if (frames > g.frame_capacity) {
    uint32_t capacity = g.frame_capacity ? g.frame_capacity : kFirstFrames;
    while (capacity < frames) capacity *= 2;
    g.frames = static_cast<machine::Frame*>(std::realloc(g.frames, capacity * sizeof(machine::Frame)));
    g.frame_capacity = capacity;
  }
}

Goroutine& ControlledExecution::spawn(Goroutine& parent, Address closure, const program::Instruction* site) {
  const uint32_t id = names_.goroutine(parent.id, ++parent.children);
  reserve(kGoroutineBytes + 2 * sizeof(uint32_t) * id);
  Record& child = record(id);
  touch(child);
  if (!concurrent_) become_concurrent();
  if (child.parked != 0) journal_.set(child.parked, 0);
  journal_.save(&child.arena, 4 * sizeof(uint64_t));
  child.arena.next = child.arena.end = child.arena.segments = child.arena.objects = 0;
  Goroutine& g = child.goroutine;
  g.parent = parent.id;
  g.child_number = parent.children;
  g.children = 0;
  g.system = false;
  g.status = Status::ready;
  g.operation = {};
  g.panic = 0;
  g.goexit = false;
  g.depth = g.saved_depth = 0;
  g.started_at = site;
  g.started_in = sites_.find(site).function;
  child.started = true;
  order_.start(id, parent.id);
  machine::start(*this, g, closure);
  g.function = g.depth ? g.top().function : nullptr;
  if (disciplined_) hand_on_shares(record(parent.id), child, closure);
  if (replay_ != nullptr) {
    replay_->debts.start(parent.id, id, g.function, [&](machine::Address group) { return object_at(group) == nullptr || leads_to(closure, group, 2); });
  }
  fresh_.push_back(id);
  return g;
}

// What main allocates from now on lies in segments of its own.
void ControlledExecution::become_concurrent() {
  journal_.set(concurrent_, 1);
  Arena& arena = record(1).arena;
  journal_.set(arena.end, arena.next);
  uint64_t first_renamed = globals_ + program.globals_size;
  for (uint64_t i = 0; i < arena.segments; i++) first_renamed = std::max(first_renamed, arena.pieces[i].start);
  first_renamed = ((first_renamed >> Memory::kSegmentBits) + 1) << Memory::kSegmentBits;
  if (arena.segments > 0) first_renamed = std::max(first_renamed, (arena.next + (uint64_t{1} << Memory::kSegmentBits) - 1) >> Memory::kSegmentBits << Memory::kSegmentBits);
  canonical_.begin_renaming(first_renamed);
  race_.set_base_limit(first_renamed);
}

// How far a goroutine runs that meets nobody. One that is alone stops early at first, for then it is soon seen to go round in a
// circle, and nobody's steps come between its own.
uint64_t ControlledExecution::slice(const Record& r) const {
  constexpr uint64_t kFirstSlice = 1000;
  return concurrent_ ? options_.local_slice : std::clamp(r.ran_on, kFirstSlice, options_.local_slice);
}

machine::Stop ControlledExecution::run_slice(Goroutine& g) {
  for (uint64_t left = slice(record(g.id)); left > 0;) {
    const uint64_t part = std::min(left, kStepsPerInterrupt);
    const machine::Stop stop = machine::run(*this, g, part);
    if (stop != machine::Stop::budget) return stop;
    const FindingPosition here{user_position(g, g.top().pc), goroutine_name(g.id), "runs"};
    if (const std::string_view limit = sink_.must_stop(here); !limit.empty()) end_early(limit);
    left -= part;
  }
  return machine::Stop::budget;
}

void ControlledExecution::run(Goroutine& g) {
  if (g.status == Status::finished || ending_ == Ending::cut) return;
  g.status = Status::ready;
  try {
    switch (run_slice(g)) {
      case machine::Stop::waiting:
        if (g.status != Status::finished) g.status = Status::waiting;
        break;
      case machine::Stop::budget: stop_for_others(g); break;
      case machine::Stop::finished:
        if (counts_goroutines_ && g.id != 1) {  // who still counts it is up to the schedule
          wait_without_effect(g);
          break;
        }
        finish(g);
        if (g.id == 1 && !g.goexit) end_by(Ending::main_returned);
        break;
      case machine::Stop::died:
      case machine::Stop::exited: g.status = Status::finished; break;
    }
  } catch (const ExecutionCut&) {
    g.status = Status::finished;
  }
}

void ControlledExecution::finish(Goroutine& g) {
  g.status = Status::finished;
  if (!disciplined_) return;
  for (const Share& share : record(g.id).shares) {
    if (share.count != 0) end_discipline();
  }
}

void ControlledExecution::stop_for_others(Goroutine& g) {
  Record& r = record(g.id);
  journal_.set(r.ran_on, r.ran_on + slice(r));
  if (r.ran_on >= options_.local_steps) {
    cut("max-steps");
    g.status = Status::finished;
    return;
  }
  wait_without_effect(g);
}

// g stands before a visible operation that touches nothing.
void ControlledExecution::wait_without_effect(Goroutine& g) {
  g.operation = {};
  g.operation.kind = machine::OpKind::yield;
  g.status = Status::waiting;
}

void ControlledExecution::run_fresh() {
  for (size_t i = 0; i < fresh_.size(); i++) run(record(fresh_[i]).goroutine);
  born_ = fresh_;
  fresh_.clear();
}

void ControlledExecution::cut(std::string_view limit) {
  end_by(Ending::cut);
  sink_.limited(limit);
}

// While there is one goroutine only, what can happen happens at once: nobody could interfere.
Performed ControlledExecution::perform(Goroutine& g) {
  using machine::OpKind;
  switch (g.operation.kind) {
    case OpKind::spawn: return machine::attempt(*this, g);
    case OpKind::yield: return Performed::done;
    case OpKind::read_clock: return concurrent_ && options_.free_time && observes_time_ ? Performed::waiting : Performed::done;
    case OpKind::send:
    case OpKind::recv:
    case OpKind::select:
    case OpKind::close:
    case OpKind::choose:
    case OpKind::map_order:
    case OpKind::exit:
    case OpKind::io_wait:
    case OpKind::sleep:
    case OpKind::timer_wait: return Performed::waiting;
    default: break;
  }
  if (concurrent_ || !machine::enabled(*this, g)) return Performed::waiting;
  observe_for_races(g);
  return machine::attempt(*this, g);
}

int64_t ControlledExecution::number_of_goroutines() const {
  int64_t count = 0;
  for (const auto& r : records_) {
    if (r && r->started && r->goroutine.status != Status::finished && !r->goroutine.system) count++;
  }
  return count;
}

int64_t ControlledExecution::choose(Goroutine&, int64_t n) {
  if (n <= options_.choices) return option_;
  // Too many to try them all: both ends and a value from the middle.
  const int64_t sampled[] = {0, 1, n / 2, n - 1};
  sink_.limited("random-choices");
  return sampled[option_];
}

void ControlledExecution::exit(Goroutine& g, int) {
  g.status = Status::finished;
  end_by(Ending::exited);
}

void ControlledExecution::write(Goroutine&, int fd, std::string_view bytes) {
  if (fd == 1 && output_.size() < kOutputLimit) output_ += bytes.substr(0, kOutputLimit - output_.size());
}

int64_t ControlledExecution::now() {
  if (time_observed_ == 0) journal_.set(time_observed_, 1);
  return kEpoch + monotonic();
}

void ControlledExecution::own(const uint32_t& field, uint32_t goroutine) {
  auto& hold = owners_[address_of(&field)];
  if (!hold) hold = std::make_unique<Hold>();
  journal_.set(hold->count, goroutine);
  if (goroutine == 0) return;
  const Goroutine& g = records_[goroutine]->goroutine;
  journal_.set(hold->site, user_site(g, g.operation.site));
}

const ControlledExecution::Hold* ControlledExecution::hold_of(const uint32_t& field) const {
  const auto found = owners_.find(address_of(&field));
  return found == owners_.end() ? nullptr : found->second.get();
}

Arena::Object* ControlledExecution::object_at(Address address) const {
  const uint32_t owner = memory_.owner(address);
  if (owner == 0 || owner >= records_.size() || !records_[owner] || !records_[owner]->started) return nullptr;
  return Memory::find(records_[owner]->arena, address);
}

uint64_t ControlledExecution::rank_of_epoch(uint64_t epoch) const {
  std::set<uint64_t> earlier;
  for (const GoroutineId id : present_) {
    const uint64_t parked = records_[id]->parked;
    if (waits(id) && parked != 0 && parked <= epoch) earlier.insert(parked);
  }
  return earlier.size();
}

int64_t ControlledExecution::option(std::string_view name) const {
  if (name == "http-requests") return options_.http_requests;
  if (name == "time-observed") return observes_time_;
  return 0;
}

// ---- Undo ----

void ControlledExecution::save_frame(Goroutine& g, uint32_t index) {
  const machine::Frame& frame = g.frames[index];
  saved_frames_.push_back({g.id, index, frame, saved_slots_.size()});
  const machine::Slot* first = g.slots + frame.base;
  saved_slots_.insert(saved_slots_.end(), first, first + frame.function->frame);
}

void ControlledExecution::touch(Record& r) {
  Goroutine& g = r.goroutine;
  saved_.push_back({g.id, r.started, g.children, g.depth, g.saved_depth, g.system, g.goexit, g.function, g.started_at,
                    g.started_in, g.status, g.operation, g.panic, r.private_state});
  r.private_state.known = false;
  if (r.started && g.depth > 0) {
    g.saved_depth = g.depth - 1;
    save_frame(g, g.depth - 1);
  }
}

// A step changes only goroutines that it has saved.
void ControlledExecution::update_present(Record& r) {
  const GoroutineId id = r.goroutine.id;
  const auto has_count = [](const Share& share) { return share.count != 0; };
  const bool present = r.started && (r.goroutine.status != Status::finished || std::ranges::any_of(r.shares, has_count));
  if (present == r.present) return;
  r.present = present;
  const auto at = std::lower_bound(present_.begin(), present_.end(), id);
  if (present) {
    present_.insert(at, id);
  } else {
    present_.erase(at);
  }
}

void ControlledExecution::frame_reentered(Goroutine& g) {
  if (g.depth > g.saved_depth) return;
  g.saved_depth = g.depth - 1;
  save_frame(g, g.depth - 1);
}

void ControlledExecution::undo() {
  const Mark mark = marks_.back();
  marks_.pop_back();
  while (saved_frames_.size() > mark.frames) {
    const SavedFrame& saved = saved_frames_.back();
    Goroutine& g = records_[saved.goroutine]->goroutine;
    g.frames[saved.index] = saved.frame;
    std::copy(saved_slots_.begin() + static_cast<ptrdiff_t>(saved.slots), saved_slots_.end(), g.slots + saved.frame.base);
    saved_slots_.resize(saved.slots);
    saved_frames_.pop_back();
  }
  const size_t saved = saved_.size();
  for (size_t i = saved; i > mark.saved; --i) {
    const Saved& s = saved_[i - 1];
    Record& r = *records_[s.id];
    Goroutine& g = r.goroutine;
    r.started = s.started;
    g.children = s.children;
    g.depth = s.depth;
    g.saved_depth = s.saved_depth;
    g.system = s.system;
    g.goexit = s.goexit;
    g.function = s.function;
    g.started_at = s.started_at;
    g.started_in = s.started_in;
    g.status = s.status;
    g.operation = s.operation;
    g.panic = s.panic;
    r.private_state = s.private_state;
  }
  journal_.undo_to(mark.journal);
  for (size_t i = mark.saved; i < saved; ++i) update_present(*records_[saved_[i].id]);
  saved_.resize(mark.saved);
  canonical_.undo_to(mark.canonical);
  output_.resize(mark.output);
}

}  // namespace gocheck::checker
