#include "checker/execution/canonical.h"

#include <algorithm>
#include <span>
#include <tuple>

#include "checker/execution/controlled.h"
#include "runtime/machine/sync.h"

namespace gocheck::checker {

using machine::Goroutine;
using machine::OpKind;
using program::Function;

namespace {

constexpr uint64_t kPointer = 0x706f696e74657221;  // stands before the name of an object

StateHash hash_of(uint64_t a, uint64_t b, uint64_t c = 0) {
  Hasher h;
  h.mix(a);
  h.mix(b);
  h.mix(c);
  return h.value();
}

void add(StateHash& sum, const StateHash& term) {
  sum.low += term.low;
  sum.high += term.high;
}

// A goroutine that has not finished, in the state that is identified.
struct Present {
  GoroutineId id;
  StateHash signature;       // of its private state
  StateHash deep_signature;  // the same with the beginnings of the objects that it points to; set only to break ties
  uint32_t first, last;      // its pointers
};

// The accesses that the race detector remembers of one moment: a goroutine and its clock.
struct Moment {
  GoroutineId goroutine;
  uint32_t clock;
  StateHash accesses;
};

// Who can have heard of a moment: a goroutine, or an object of synchronisation.
struct Carrier {
  const happens_before::Clock* clock;
  StateHash hash;  // of its name
};

}  // namespace

struct Canonical::Scratch {
  std::vector<Present> goroutines;
  std::vector<Arena::Object*> objects;
  std::vector<Address> deadlines;  // words that hold a time somebody waits for
  std::vector<Moment> moments;
  std::vector<Carrier> carriers;
};

Canonical::Canonical(ControlledExecution& execution)
    : execution_(execution), scratch_(std::make_unique<Scratch>()) {}
Canonical::~Canonical() = default;

// ---- The hash of base memory ----

void Canonical::add_word(Address address, uint64_t value) {
  if (value == 0) return;
  const bool link = value >= first_renamed_ && value < Memory::kReservation;
  const StateHash h = hash_of(address, link ? kPointer : value);
  base_.low ^= h.low;
  base_.high ^= h.high;
}

void Canonical::set_link(Address address, bool linked) {
  if (linked == links_.contains(address)) return;
  if (linked) {
    links_.insert(address);
  } else {
    links_.erase(address);
  }
  link_log_.push_back({address, linked});
}

void Canonical::note_writes() {
  written_.clear();
  const char* const begin = execution_.host(0);
  execution_.journal_.for_each_since(noted_, [&](const uint64_t* where, uint64_t old) {
    const auto address = static_cast<Address>(reinterpret_cast<const char*>(where) - begin);
    if (address < Memory::kReservation && is_base(address)) written_.push_back({address, written_.size(), old});
  });
  noted_ = execution_.journal_.mark();
  // The first entry of a word has the value that was noted last.
  if (written_.size() > 1) std::sort(written_.begin(), written_.end());
  for (size_t i = 0; i < written_.size(); i++) {
    const auto [address, order, old] = written_[i];
    if (i > 0 && written_[i - 1].address == address) continue;
    const uint64_t now = *reinterpret_cast<const uint64_t*>(execution_.host(address));
    if (now == old) continue;
    add_word(address, old);
    add_word(address, now);
    const auto points = [&](uint64_t value) { return value >= first_renamed_ && value < Memory::kReservation; };
    if (points(old) || points(now)) set_link(address, points(now));
  }
}

void Canonical::begin_renaming(Address first_renamed) { first_renamed_ = first_renamed; }

void Canonical::undo_to(const Mark& mark) {
  for (; link_log_.size() > mark.links; link_log_.pop_back()) {
    const auto [address, linked] = link_log_.back();
    if (linked) {
      links_.erase(address);
    } else {
      links_.insert(address);
    }
  }
  base_ = mark.base;
  noted_ = mark.noted;
  pointers_.resize(mark.pointers);
  first_renamed_ = mark.first_renamed;
}

program::Liveness& Canonical::liveness(const Function& function) {
  const auto number = static_cast<size_t>(&function - execution_.program.functions.data());
  if (liveness_.size() <= number) liveness_.resize(number + 1);
  if (!liveness_[number]) liveness_[number] = std::make_unique<program::Liveness>(execution_.program, function);
  return *liveness_[number];
}

// ---- One identification ----

class Identification {
 public:
  Identification(Canonical& canonical, Identity& out)
      : canonical_(canonical),
        execution_(canonical.execution_),
        out_(out),
        epoch_(++canonical.epoch_),
        goroutines_(canonical.scratch_->goroutines),
        objects_(canonical.scratch_->objects),
        deadlines_(canonical.scratch_->deadlines),
        moments_(canonical.scratch_->moments),
        carriers_(canonical.scratch_->carriers) {
    goroutines_.clear();
    objects_.clear();
    deadlines_.clear();
    moments_.clear();
    carriers_.clear();
  }

  // With symmetry, goroutines that look alike come in the order given, those that are not in it in that of their ids.
  // Returns whether there are such goroutines.
  bool run(bool symmetry, std::span<const GoroutineId> order) {
    order_ = order;
    canonical_.note_writes();
    out_.first_renamed = canonical_.first_renamed_;
    base_ = canonical_.base_;
    for (const GoroutineId id : execution_.present_) {
      auto& record = *execution_.records_[id];
      if (record.goroutine.status != machine::Status::finished) collect(record);
    }
    bool ties = false;
    if (symmetry) {
      ties = sort_goroutines();
    } else {
      for (const Present& g : goroutines_) hash_.mix(g.id);
    }
    for (const Present& g : goroutines_) out_.goroutines.push_back(g.id);
    for (const Present& g : goroutines_) mix_goroutine(g);
    for (const Address link : canonical_.links_) {
      hash_.mix(link);
      mix_word(*reinterpret_cast<const uint64_t*>(execution_.host(link)));
    }
    for (size_t i = 0; i < objects_.size(); i++) mix_object(*objects_[i]);
    hash_.mix(base_.low);
    hash_.mix(base_.high);
    mix_world();
    mix_locks();
    out_.program = hash_.value();
    mix_closes();
    mix_shares();
    if (execution_.ending_ != ControlledExecution::Ending::none) {
      hash_.mix(execution_.late_ticks_);
      for (const Present& g : goroutines_) hash_.mix(execution_.records_[g.id]->late_wakes);
    }
    out_.future = hash_.value();
    return ties;
  }

  // After run().
  void add_past() {
    mix_races();
    out_.hash = hash_.value();
    out_.has_hash = true;
  }

 private:
  // The renamed object that a word points into, if it looks like it; otherwise nullptr.
  Arena::Object* object_of(uint64_t word) const {
    const bool points = word >= canonical_.first_renamed_ && word < Memory::kReservation;
    return points ? execution_.object_at(word) : nullptr;
  }
  void push(uint64_t word) {
    if (Arena::Object* object = object_of(word)) {
      private_.mix(kPointer + (word - object->start));
      canonical_.pointers_.push_back({word, object});
    } else {
      private_.mix(word);
    }
  }
  void push_plain(uint64_t word) { private_.mix(word); }
  uint64_t number(const Function& f) const { return static_cast<uint64_t>(&f - execution_.program.functions.data()); }

  void collect(ControlledExecution::Record& record);
  PrivateState private_state(const Goroutine& g);
  void collect_frame(const Goroutine& g, uint32_t index);
  uint64_t distance(uint64_t deadline) const;
  void collect_deadline(const Goroutine& g);
  StateHash deep_signature(const Present& g) const;
  bool sort_goroutines();
  void mix_goroutine(const Present& g) {
    hash_.mix(g.signature.low);
    hash_.mix(g.signature.high);
    for (uint32_t i = g.first; i < g.last; i++) {
      const auto [value, object] = canonical_.pointers_[i];
      hash_.mix(name_of(*object) + (value - object->start));
    }
  }
  void mix_word(uint64_t word) {
    Arena::Object* object = object_of(word);
    if (object == nullptr) {
      hash_.mix(word);
      return;
    }
    hash_.mix(kPointer);
    hash_.mix(name_of(*object) + (word - object->start));
  }
  uint64_t name_of(Arena::Object& object);
  void mix_object(const Arena::Object& object);
  void mix_world();
  uint64_t taken_by_ended(GoroutineId holder, const program::Instruction* site) const;
  void mix_locks();
  void mix_closes();
  void mix_shares();
  void collect_accesses(Address address, uint64_t name);
  void collect_carriers();
  void mix_races();

  // The name of an address that all equal states share; kNoObject if nothing knows it any more.
  uint64_t name_of(Address address) const {
    if (canonical_.is_base(address)) return address;
    const Arena::Object* object = execution_.object_at(address);
    if (object == nullptr || object->epoch != epoch_) return kNoObject;
    return out_.objects[object->number].canonical + (address - object->start);
  }
  uint64_t number_of(GoroutineId g) const { return out_.number_of(g); }

  Canonical& canonical_;
  ControlledExecution& execution_;
  Identity& out_;
  const uint32_t epoch_;
  Hasher hash_;
  StateHash base_;
  Hasher private_;  // of the goroutine that is looked at
  std::vector<Present>& goroutines_;
  std::vector<Arena::Object*>& objects_;
  std::vector<Address>& deadlines_;
  std::vector<Moment>& moments_;
  std::vector<Carrier>& carriers_;  // the present goroutines come first, in their order
  uint64_t next_canonical_ = 0;
  std::span<const GoroutineId> order_;
};

void Identification::collect(ControlledExecution::Record& record) {
  const Goroutine& g = record.goroutine;
  PrivateState state = record.private_state;
  if (!state.known) {
    state = private_state(g);
    state.known = g.operation.kind != OpKind::sleep && g.operation.kind != OpKind::timer_wait;
    record.private_state = state;
  }
  if (record.parked != 0) state.signature = hash_of(state.signature.low, state.signature.high, execution_.rank_of_epoch(record.parked));
  goroutines_.push_back({g.id, state.signature, {}, state.first, state.last});
}

PrivateState Identification::private_state(const Goroutine& g) {
  private_ = {};
  PrivateState state;
  state.first = static_cast<uint32_t>(canonical_.pointers_.size());
  push_plain(g.id == 1);
  push_plain(g.system | g.goexit << 1 | static_cast<uint64_t>(g.status) << 2 |
             static_cast<uint64_t>(g.operation.kind) << 8);
  push_plain(execution_.sites_.number(g.started_at));
  push(g.panic);
  push(g.panic == 0 ? 0 : execution_.records_[g.id]->met_closed);
  for (uint32_t i = g.depth; i-- > 0;) collect_frame(g, i);
  collect_deadline(g);
  state.last = static_cast<uint32_t>(canonical_.pointers_.size());
  state.signature = private_.value();
  return state;
}

void Identification::collect_frame(const Goroutine& g, uint32_t index) {
  const machine::Frame& frame = g.frames[index];
  const Function& f = *frame.function;
  const bool top = index + 1 == g.depth;
  const bool waits = top && g.operation.site != nullptr;
  const auto pc = static_cast<uint32_t>((waits ? g.operation.site : frame.pc) - f.code.data());
  push_plain(number(f) << 32 | pc);
  push_plain(static_cast<uint64_t>(frame.entry));
  program::Liveness& liveness = canonical_.liveness(f);
  const bool needs_closure = liveness.needs_closure(pc) || (f.has_defer && liveness.needs_closure(f.recover_pc));
  push(needs_closure ? frame.closure : 0);
  push(frame.defers);
  // The callee of a call has its frame in what the caller does not need meanwhile.
  uint32_t end = f.frame;
  if (!top && g.frames[index + 1].entry == machine::Frame::Entry::call) end = g.frames[index + 1].base - frame.base;
  const machine::Slot* slots = g.slots + frame.base;
  const auto push_live = [&](uint32_t at) {
    for (const uint16_t slot : liveness.before(at)) {
      if (slot >= end) break;
      if (top && g.operation.kind == OpKind::sleep && slot == g.operation.value) {
        push_plain(distance(slots[slot]));
      } else {
        push(slots[slot]);
      }
    }
  };
  push_live(pc);
  if (f.has_defer) push_live(f.recover_pc);
}

// How far away a deadline is. If it can come at any moment, and nobody can tell the time, even that does not matter.
uint64_t Identification::distance(uint64_t deadline) const {
  return execution_.options_.free_time && !execution_.observes_time_ ? 0 : deadline - execution_.clock_;
}

// A timer's deadline lies in Gol memory.
void Identification::collect_deadline(const Goroutine& g) {
  int64_t until = 0;
  if (g.operation.kind != OpKind::timer_wait || !execution_.asleep(g, &until)) return;
  const Address when = g.operation.object + offsetof(machine::TimerState, when);
  push_plain(distance(static_cast<uint64_t>(until)));
  if (!canonical_.is_base(when)) {
    deadlines_.push_back(when);
    return;
  }
  const StateHash absolute = hash_of(when, static_cast<uint64_t>(until));
  base_.low ^= absolute.low;
  base_.high ^= absolute.high;
}

StateHash Identification::deep_signature(const Present& g) const {
  Hasher h;
  for (uint32_t i = g.first; i < g.last; i++) {
    const Arena::Object& object = *canonical_.pointers_[i].object;
    const uint64_t* content = reinterpret_cast<const uint64_t*>(execution_.host(object.start));
    const uint64_t words = std::min<uint64_t>(object.size / 8, 16);
    for (uint64_t w = 0; w < words; w++) h.mix(object_of(content[w]) ? kPointer : content[w]);
  }
  return h.value();
}

bool Identification::sort_goroutines() {
  const auto rank = [this](GoroutineId g) { return std::find(order_.begin(), order_.end(), g) - order_.begin(); };
  const auto before = [&](const Present& a, const Present& b) {
    if (a.signature != b.signature) return a.signature < b.signature;
    if (a.deep_signature != b.deep_signature) return a.deep_signature < b.deep_signature;
    return std::pair(rank(a.id), a.id) < std::pair(rank(b.id), b.id);
  };
  std::sort(goroutines_.begin(), goroutines_.end(), before);
  bool ties = false;
  for (auto first = goroutines_.begin(); first != goroutines_.end();) {
    auto last = std::find_if(first, goroutines_.end(), [&](const Present& g) { return g.signature != first->signature; });
    if (last - first > 1 && first->first != first->last) {
      for (auto g = first; g != last; ++g) g->deep_signature = deep_signature(*g);
      std::sort(first, last, before);
    }
    const auto alike = [](const Present& a, const Present& b) { return a.deep_signature == b.deep_signature; };
    ties = ties || std::adjacent_find(first, last, alike) != last;
    first = last;
  }
  return ties;
}

uint64_t Identification::name_of(Arena::Object& object) {
  if (object.epoch != epoch_) {
    object.epoch = epoch_;
    object.number = static_cast<uint32_t>(objects_.size());
    objects_.push_back(&object);
    out_.objects.push_back({object.start, object.size, canonical_.first_renamed_ + next_canonical_});
    next_canonical_ += object.size + 16;
  }
  return out_.objects[object.number].canonical;
}

void Identification::mix_object(const Arena::Object& object) {
  hash_.mix(object.size);
  const auto* content = reinterpret_cast<const uint64_t*>(execution_.host(object.start));
  for (uint64_t w = 0; w < object.size / 8; w++) {
    const bool deadline = !deadlines_.empty() && std::find(deadlines_.begin(), deadlines_.end(),
                                                           object.start + 8 * w) != deadlines_.end();
    if (deadline) continue;
    if (object.has_pointers) {
      mix_word(content[w]);
    } else {
      hash_.mix(content[w]);
    }
  }
}

void Identification::mix_world() {
  hash_.mix(canonical_.first_renamed_);
  hash_.mix(static_cast<uint64_t>(execution_.ending_));
  if (execution_.time_observed_ != 0) hash_.mix(execution_.clock_);
  if (execution_.identify_output_) {
    for (const char c : execution_.output_) hash_.mix(static_cast<uint64_t>(c));
  }
}

// Where a lock was taken matters once its holder has ended: a deadlock tells it.
uint64_t Identification::taken_by_ended(GoroutineId holder, const program::Instruction* site) const {
  const bool ended = holder != 0 && execution_.records_[holder]->goroutine.status == machine::Status::finished;
  return ended ? execution_.sites_.number(site) : 0;
}

void Identification::mix_locks() {
  StateHash sum;
  for (const auto& [address, owner] : execution_.owners_) {
    if (owner->count == 0) continue;
    const uint64_t name = name_of(address);
    if (name == kNoObject) continue;
    const auto holder = static_cast<GoroutineId>(owner->count);
    add(sum, hash_of(name, number_of(holder), taken_by_ended(holder, owner->site)));
  }
  for (const auto& [key, locks] : execution_.read_locks_) {
    if (locks->count == 0) continue;
    const auto holder = static_cast<GoroutineId>(key & 0xffffff);
    const uint64_t name = name_of(key >> 24);
    if (name != kNoObject) add(sum, hash_of(name, holder == 0 ? kNoObject : number_of(holder), locks->count ^ taken_by_ended(holder, locks->site) << 32));
  }
  hash_.mix(sum.low);
  hash_.mix(sum.high);
}

// Of a send on a closed channel it is told who closed it.
void Identification::mix_closes() {
  constexpr uint64_t kClosed = 0x636c6f736564;  // else a lock at that address could look like it
  StateHash sum;
  for (const auto& [address, close] : execution_.closes_) {
    if (close->goroutine == 0) continue;
    const Position at = close->position;
    const uint64_t name = name_of(address);
    if (name != kNoObject) add(sum, hash_of(name, kClosed, uint64_t{at.file} << 48 ^ uint64_t{at.line} << 16 ^ at.column));
  }
  hash_.mix(sum.low);
  hash_.mix(sum.high);
}

// They do not tell what can happen, but whether it was right to take Add and Done for independent.
void Identification::mix_shares() {
  StateHash sum;
  for (size_t n = 0; n < goroutines_.size(); n++) {
    for (const auto& share : execution_.records_[goroutines_[n].id]->shares) {
      if (share.count != 0) add(sum, hash_of(n, name_of(share.group), share.count));
    }
  }
  hash_.mix(sum.low);
  hash_.mix(sum.high);
}

void Identification::collect_accesses(Address address, uint64_t name) {
  execution_.race_.for_each(address, [&](uint8_t mask, const RaceAccess& access, uint32_t clock) {
    const uint64_t how = mask | static_cast<uint64_t>(access.write) << 8 | static_cast<uint64_t>(access.kind) << 9;
    const StateHash h = hash_of(name, how ^ execution_.sites_.number(access.site) << 10, execution_.sites_.number(access.user));
    // Few moments are remembered, and what was accessed together lies together.
    for (size_t i = moments_.size(); i-- > 0;) {
      if (moments_[i].goroutine != access.goroutine || moments_[i].clock != clock) continue;
      add(moments_[i].accesses, h);
      std::swap(moments_[i], moments_.back());
      return;
    }
    moments_.push_back({access.goroutine, clock, h});
  });
}

void Identification::collect_carriers() {
  for (size_t n = 0; n < goroutines_.size(); n++) {
    carriers_.push_back({&execution_.order_.clock_of(goroutines_[n].id), hash_of(1, n)});
  }
  execution_.order_.for_each_key([&](uint64_t key, const happens_before::Clock* clock) {
    constexpr uint64_t kAddress = (uint64_t{1} << 44) - 1;
    const uint64_t name = name_of(key & kAddress);
    if (name != kNoObject) carriers_.push_back({clock, hash_of(2, (key & ~kAddress) ^ name)});
  });
}

void Identification::mix_races() {
  for (const Address word : execution_.race_.base_words()) collect_accesses(word, word);
  for (size_t i = 0; i < objects_.size(); i++) {
    for (uint64_t at = 0; at < objects_[i]->size; at += 8) {
      collect_accesses(objects_[i]->start + at, out_.objects[i].canonical + at);
    }
  }
  StateHash sum;
  if (!moments_.empty()) collect_carriers();
  for (const Moment& moment : moments_) {
    const auto has_heard = [&](const Carrier& it) { return it.clock->at(moment.goroutine) >= moment.clock; };
    const auto goroutines = std::span(carriers_).first(goroutines_.size());
    if (std::all_of(goroutines.begin(), goroutines.end(), has_heard)) continue;  // it can race with nothing that is still to come
    StateHash after;
    for (const Carrier& it : carriers_) {
      if (has_heard(it)) add(after, it.hash);
    }
    Hasher h;
    h.mix(moment.accesses.low);
    h.mix(moment.accesses.high);
    h.mix(after.low);
    h.mix(after.high);
    add(sum, h.value());
  }
  hash_.mix(sum.low);
  hash_.mix(sum.high);
}

void Canonical::identify(Identity& out, bool symmetry) {
  Identification identification(*this, out);
  identification.run(symmetry, {});
  identification.add_past();
}

void Canonical::identify_future(Identity& out, bool symmetry) { Identification(*this, out).run(symmetry, {}); }

// What is found out of the private states is forgotten: an undo takes back no more than what was found out in each state
// on the way.
StateHash Canonical::program_state() {
  const size_t pointers = pointers_.size();
  std::vector<std::pair<GoroutineId, PrivateState>> before;
  for (const GoroutineId id : execution_.present_) before.push_back({id, execution_.records_[id]->private_state});
  const StateHash state = least_program_state();
  for (const auto& [id, known] : before) execution_.records_[id]->private_state = known;
  pointers_.resize(pointers);
  return state;
}

StateHash Canonical::least_program_state() {
  constexpr size_t kMostGoroutines = 6;
  Identity identity;
  const bool ties = Identification(*this, identity).run(true, {});
  StateHash least = identity.program;
  std::vector<GoroutineId> order = identity.goroutines;
  if (!ties || order.size() > kMostGoroutines) return least;
  std::sort(order.begin(), order.end());
  while (std::next_permutation(order.begin(), order.end())) {
    identity.clear();
    Identification(*this, identity).run(true, order);
    least = std::min(least, identity.program);
  }
  return least;
}

}  // namespace gocheck::checker
