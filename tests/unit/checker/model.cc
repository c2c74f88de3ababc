#include "tests/unit/checker/model.h"

#include <algorithm>
#include <sstream>

#include "runtime/program/invariant.h"

namespace gocheck::checker::model {
namespace {

// Object keys: what of which channel, lock ... (see docs/design/search.md, section 2).
enum class Part : uint64_t { senders = 1, receivers, closed, drained, late, offered_send, offered_receive, slot };
enum class Kind : uint64_t { channel = 1, mutex, rw_mutex, wait_group, variable, clock };

ObjectKey key(Kind kind, uint64_t index, uint64_t part = 0, uint64_t slot = 0) {
  return static_cast<uint64_t>(kind) << 48 | index << 16 | part << 8 | slot;
}
ObjectKey channel_key(uint32_t channel, Part part, uint64_t slot = 0) {
  return key(Kind::channel, channel, static_cast<uint64_t>(part), slot);
}

uint64_t mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15ull;
  return hash ^ (hash >> 29);
}

constexpr uint64_t kFindingBlocked = 1, kFindingMisuse = 2;

}  // namespace

ModelExecution::ModelExecution(const Program& program, bool remembers)
    : program_(program), remembers_(remembers) {
  const auto goroutines = static_cast<uint32_t>(program.goroutines.size());
  rw_words_ = kReadersOf + goroutines + 1;
  uint32_t size = 0;
  const auto reserve = [&size](uint32_t words) {
    const uint32_t base = size;
    size += words;
    return base;
  };
  goroutines_ = reserve((goroutines + 1) * kGoroutineWords);
  channels_ = reserve(static_cast<uint32_t>(program.channels.size()) * kChannelWords);
  mutexes_ = reserve(program.mutexes);
  rw_mutexes_ = reserve(program.rw_mutexes * rw_words_);
  wait_groups_ = reserve(program.wait_groups);
  variables_ = reserve(program.variables);
  clock_ = reserve(1);
  memory_.assign(size, 0);
  for (GoroutineId g = 1; g <= goroutines; ++g) {
    if (program.goroutines[g - 1].spawned) {
      memory_[goroutine_word(g, kPc)] = kUnborn;
    } else {
      advance(g, 0);
    }
  }
  undo_.clear();
}

void ModelExecution::set(uint32_t i, Word value) {
  undo_.emplace_back(i, memory_[i]);
  memory_[i] = value;
}

const Operation* ModelExecution::pending(GoroutineId g) const {
  const Word pc = word(goroutine_word(g, kPc));
  return pc >= kUnborn ? nullptr : &program_.goroutines[g - 1].code[pc];
}

ModelExecution::Word ModelExecution::evaluate(GoroutineId g, Value value) const {
  const auto constant = static_cast<Word>(static_cast<int64_t>(value.constant));
  return value.plus_register ? constant + word(goroutine_word(g, kRegister)) : constant;
}

// --- what is possible ---

size_t ModelExecution::offers(const Operation& operation) {
  if (operation.op == Op::select) return operation.cases.size();
  return operation.op == Op::send || operation.op == Op::receive ? 1 : 0;
}

ModelExecution::Offer ModelExecution::offer(const Operation& operation, size_t i) {
  if (operation.op != Op::select) return {operation.op == Op::send, operation.object, operation.value};
  const Case& c = operation.cases[i];
  return {c.is_send, c.channel, c.value};
}

bool ModelExecution::ready_alone(const Offer& offer) const {
  if (offer.is_send) return closed(offer.channel) || buffered(offer.channel) < program_.channels[offer.channel];
  return closed(offer.channel) || buffered(offer.channel) > 0;
}

void ModelExecution::partners(GoroutineId g, int16_t option, const Offer& own, bool blocking,
                              std::vector<Transition>& out) const {
  if (!unbuffered(own.channel) || closed(own.channel)) return;
  for (GoroutineId h = 1; h <= goroutines(); ++h) {
    const Operation* other = h == g ? nullptr : pending(h);
    if (other == nullptr || (!blocking && other->has_default)) continue;  // one of the two has to wait
    for (size_t i = 0; i < offers(*other); ++i) {
      const Offer theirs = offer(*other, i);
      if (theirs.is_send || theirs.channel != own.channel) continue;
      out.push_back({g, h, option, static_cast<int16_t>(i)});
    }
  }
}

// A partner that stands before its operation may be late: default is possible all the same.
void ModelExecution::enabled_offers(GoroutineId g, const Operation& operation, std::vector<Transition>& out) const {
  const size_t begin = out.size();
  bool ready = false;
  for (size_t i = 0; i < offers(operation); ++i) {
    const Offer own = offer(operation, i);
    const auto option = static_cast<int16_t>(i);
    if (ready_alone(own)) {
      out.push_back({g, 0, option, 0});
      ready = true;
    } else if (own.is_send) {
      partners(g, option, own, !operation.has_default, out);
    }
  }
  if (operation.has_default && !ready) out.push_back({g, 0, -1, 0});
  if (out.size() > begin + 1) std::sort(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end());
}

bool ModelExecution::enabled_alone(GoroutineId g, const Operation& operation) const {
  const uint32_t m = operation.object;
  switch (operation.op) {
    case Op::lock: return word(mutexes_ + m) == 0;
    case Op::rw_lock: return draining(g, m) ? word(rw_word(m, kReaders)) == 0 : word(rw_word(m, kWriter)) == 0;
    case Op::read_lock: return word(rw_word(m, kWriter)) == 0;
    case Op::wait: return word(wait_groups_ + m) == 0;
    case Op::sleep: return !asleep(g) || word(goroutine_word(g, kDeadline)) <= word(clock_);
    default: return true;
  }
}

void ModelExecution::enabled(std::vector<Transition>& out) const {
  for (GoroutineId g = 1; g <= goroutines(); ++g) {
    const Operation* operation = pending(g);
    if (operation == nullptr) continue;
    if (offers(*operation) > 0 || operation->op == Op::select) {
      enabled_offers(g, *operation, out);
    } else if (operation->op == Op::choose) {
      for (int16_t i = 0; i < operation->argument; ++i) out.push_back({g, 0, i, 0});
    } else if (enabled_alone(g, *operation)) {
      out.push_back({g, 0, 0, 0});
    }
  }
  Word deadline = 0;
  if (out.empty() && clock_enabled(deadline)) out.push_back({0, 0, 0, 0});
}

bool ModelExecution::clock_enabled(Word& deadline) const {
  deadline = UINT64_MAX;
  for (GoroutineId g = 1; g <= goroutines(); ++g) {
    if (pending(g) != nullptr && asleep(g)) deadline = std::min(deadline, word(goroutine_word(g, kDeadline)));
  }
  return deadline != UINT64_MAX;
}

// --- what it touches ---

// A send on a closed channel: had there been a receiver, it could have gone before the close.
void ModelExecution::late_send_footprint(uint32_t c, Footprint& out) const {
  out.push_back({channel_key(c, unbuffered(c) ? Part::late : Part::receivers), Effect::read});
}

void ModelExecution::offer_footprint(const Offer& offer, Footprint& out) const {
  const uint32_t c = offer.channel;
  const uint32_t capacity = program_.channels[c];
  if (offer.is_send) {
    out.push_back({channel_key(c, Part::closed), Effect::read});
    if (closed(c)) {
      late_send_footprint(c, out);
      return;
    }
    out.push_back({channel_key(c, Part::senders), Effect::write});
    out.push_back({channel_key(c, Part::slot, word(channel_word(c, kSent)) % capacity), Effect::order});
  } else if (buffered(c) > 0) {
    out.push_back({channel_key(c, Part::receivers), Effect::write});
    out.push_back({channel_key(c, Part::slot, word(channel_word(c, kReceived)) % capacity), Effect::order});
  } else {
    out.push_back({channel_key(c, Part::drained), Effect::wait});
    if (unbuffered(c)) {
      out.push_back({channel_key(c, Part::late), Effect::add});
    } else {
      out.push_back({channel_key(c, Part::receivers), Effect::read});
    }
  }
}

void ModelExecution::unchosen(const Operation& operation, int16_t chosen, Footprint& out) const {
  if (operation.op != Op::select) return;
  for (size_t i = 0; i < operation.cases.size(); ++i) {
    const Offer other = offer(operation, i);
    if (static_cast<int16_t>(i) == chosen || ready_alone(other)) continue;
    const Part wanted = other.is_send ? Part::offered_receive : Part::offered_send;
    out.push_back({channel_key(other.channel, wanted), Effect::compete});
  }
}

void ModelExecution::default_footprint(const Operation& operation, Footprint& out) const {
  for (const Case& c : operation.cases) {
    out.push_back({channel_key(c.channel, Part::closed), Effect::read});
    if (unbuffered(c.channel)) continue;
    out.push_back({channel_key(c.channel, Part::senders), Effect::read});
    out.push_back({channel_key(c.channel, Part::receivers), Effect::read});
  }
}

void ModelExecution::offer_wishes(const Offer& offer, Footprint& out) const {
  const uint32_t c = offer.channel;
  const Effect end = closed(c) && (offer.is_send || buffered(c) == 0) ? Effect::read : Effect::write;
  if (offer.is_send) {
    out.push_back({channel_key(c, Part::closed), Effect::read});
    out.push_back({channel_key(c, Part::offered_send), Effect::compete});
    if (closed(c)) late_send_footprint(c, out);
  } else {
    out.push_back({channel_key(c, Part::drained), Effect::wait});
    out.push_back({channel_key(c, Part::offered_receive), Effect::compete});
    if (closed(c) && unbuffered(c)) out.push_back({channel_key(c, Part::late), Effect::add});
  }
  if (!unbuffered(c)) out.push_back({channel_key(c, offer.is_send ? Part::senders : Part::receivers), end});
}

void ModelExecution::close_footprint(uint32_t channel, Footprint& out) const {
  if (closed(channel)) {
    out.push_back({channel_key(channel, Part::closed), Effect::read});
    return;
  }
  out.push_back({channel_key(channel, Part::closed), Effect::write});
  out.push_back({channel_key(channel, Part::drained), Effect::done});
}

void ModelExecution::plain_footprint(GoroutineId g, const Operation& operation, Footprint& out) const {
  const uint32_t i = operation.object;
  const ObjectKey mutex = key(Kind::mutex, i), rw = key(Kind::rw_mutex, i), group = key(Kind::wait_group, i);
  const ObjectKey variable = key(Kind::variable, i);
  const auto touch = [&out](ObjectKey object, Effect effect) { out.push_back({object, effect}); };
  switch (operation.op) {
    case Op::close: close_footprint(i, out); break;
    case Op::lock: touch(mutex, Effect::lock); break;
    case Op::unlock: touch(mutex, word(mutexes_ + i) == g ? Effect::unlock : Effect::write); break;
    case Op::try_lock:
      touch(mutex, Effect::read);
      if (word(mutexes_ + i) == 0) touch(mutex, Effect::lock);
      break;
    case Op::rw_lock: touch(rw, draining(g, i) ? Effect::drain : Effect::lock); break;
    case Op::rw_unlock: touch(rw, word(rw_word(i, kWriter)) == 2 * g + 1 ? Effect::unlock : Effect::write); break;
    case Op::read_lock: touch(rw, Effect::shared_lock); break;
    case Op::read_unlock:
      touch(rw, word(rw_word(i, kReadersOf + g)) > 0 && word(rw_word(i, kForeign)) == 0 ? Effect::release_shared
                                                                                        : Effect::write);
      break;
    case Op::try_rw_lock:
      touch(rw, Effect::read);
      if (word(rw_word(i, kWriter)) == 0 && word(rw_word(i, kReaders)) == 0) {
        touch(rw, Effect::lock);
        touch(rw, Effect::drain);
      }
      break;
    case Op::try_read_lock:
      touch(rw, Effect::read);
      if (word(rw_word(i, kWriter)) == 0) touch(rw, Effect::shared_lock);
      break;
    case Op::add: touch(group, Effect::add); break;
    case Op::done: {
      const Word counter = word(wait_groups_ + i);
      touch(group, counter == 0 ? Effect::write : counter == 1 ? Effect::last_done : Effect::done);
      break;
    }
    case Op::wait: touch(group, Effect::wait); break;
    case Op::load: touch(variable, Effect::read); break;
    case Op::store: touch(variable, Effect::write); break;
    case Op::compare_and_swap: {
      const auto old = static_cast<Word>(static_cast<int64_t>(operation.argument));
      touch(variable, word(variables_ + i) == old ? Effect::write : Effect::read);
      break;
    }
    case Op::sleep: touch(key(Kind::clock, 0), Effect::read); break;
    default: break;
  }
}

void ModelExecution::footprint(const Transition& t, Footprint& out) const {
  if (t.goroutine == 0) {
    out.push_back({key(Kind::clock, 0), Effect::barrier});
    return;
  }
  const Operation& operation = *pending(t.goroutine);
  if (offers(operation) == 0 && operation.op != Op::select) {
    plain_footprint(t.goroutine, operation, out);
  } else if (t.option < 0) {
    default_footprint(operation, out);
    unchosen(operation, t.option, out);
  } else if (t.partner == 0) {
    offer_footprint(offer(operation, static_cast<size_t>(t.option)), out);
    unchosen(operation, t.option, out);
  } else {
    const Operation& other = *pending(t.partner);
    const uint32_t c = offer(operation, static_cast<size_t>(t.option)).channel;
    out.push_back({channel_key(c, Part::closed), Effect::read});
    out.push_back({channel_key(c, Part::offered_send), Effect::compete});
    out.push_back({channel_key(c, Part::offered_receive), Effect::compete});
    unchosen(operation, t.option, out);
    unchosen(other, t.partner_option, out);
  }
}

void ModelExecution::wishes(GoroutineId g, Footprint& out) const {
  const Operation* operation = pending(g);
  if (operation == nullptr) return;
  for (size_t i = 0; i < offers(*operation); ++i) offer_wishes(offer(*operation, i), out);
  if (operation->has_default) default_footprint(*operation, out);
  plain_footprint(g, *operation, out);
  if (operation->op == Op::close && !closed(operation->object)) {
    out.push_back({channel_key(operation->object, Part::offered_send), Effect::compete});
    out.push_back({channel_key(operation->object, Part::offered_receive), Effect::compete});
  }
}

void ModelExecution::offers(GoroutineId g, std::vector<checker::Offer>& out) const {
  out.clear();
  const Operation* operation = pending(g);
  if (operation == nullptr) return;
  for (size_t i = 0; i < offers(*operation); ++i) {
    const Offer own = offer(*operation, i);
    out.push_back({static_cast<int16_t>(i), own.is_send, !unbuffered(own.channel), channel_key(own.channel, Part::closed)});
  }
  if (operation->has_default) out.push_back({.option = -1});
}

bool ModelExecution::steady(GoroutineId g) const {
  const Operation* operation = pending(g);
  if (operation == nullptr) return true;
  switch (operation->op) {
    case Op::lock:
    case Op::rw_lock:
    case Op::read_lock:
    case Op::add:
    case Op::wait:
    case Op::load:
    case Op::store: return true;
    default: return false;
  }
}

// --- what it does ---

void ModelExecution::observe(GoroutineId g, Word value) {
  set(goroutine_word(g, kRegister), value);
  log(g, value + 1);
}

void ModelExecution::misuse(GoroutineId g) {
  const Word pc = word(goroutine_word(g, kPc));
  findings_.insert(kFindingMisuse << 32 | static_cast<uint64_t>(g) << 16 | pc);
  log(g, ~pc);
  set(goroutine_word(g, kPc), kFinished);
}

void ModelExecution::advance(GoroutineId g, Word pc) {
  const std::vector<Operation>& code = program_.goroutines[g - 1].code;
  while (pc < code.size()) {
    const Operation& operation = code[pc];
    if (operation.op == Op::stop) {
      pc = code.size();
    } else if (operation.op == Op::jump) {
      pc = operation.target;
    } else if (operation.op == Op::jump_if) {
      const auto value = static_cast<Word>(static_cast<int64_t>(operation.value.constant));
      pc = word(goroutine_word(g, kRegister)) == value ? operation.target : pc + 1;
    } else {
      break;
    }
  }
  set(goroutine_word(g, kPc), pc < code.size() ? pc : kFinished);
}

void ModelExecution::do_alone(GoroutineId g, const Offer& offer) {
  const uint32_t c = offer.channel;
  if (offer.is_send && closed(c)) {
    misuse(g);
    return;
  }
  const Word next = word(goroutine_word(g, kPc)) + 1;
  if (offer.is_send) {
    const uint32_t sent = channel_word(c, kSent);
    set(channel_word(c, kBuffer) + static_cast<uint32_t>(word(sent) % program_.channels[c]), evaluate(g, offer.value));
    set(sent, word(sent) + 1);
  } else if (buffered(c) > 0) {
    const uint32_t received = channel_word(c, kReceived);
    const uint32_t place = channel_word(c, kBuffer) + static_cast<uint32_t>(word(received) % program_.channels[c]);
    observe(g, word(place));
    set(place, 0);
    set(received, word(received) + 1);
    if (word(received) == program_.channels[c]) {  // the counts matter only up to the buffer's size
      set(received, 0);
      set(channel_word(c, kSent), word(channel_word(c, kSent)) - program_.channels[c]);
    }
  } else {
    observe(g, 0);
  }
  advance(g, next);
}

bool ModelExecution::do_lock(GoroutineId g, const Operation& operation) {
  const uint32_t m = operation.object;
  const uint32_t writer = rw_word(m, kWriter), readers = rw_word(m, kReaders), own = rw_word(m, kReadersOf + g);
  switch (operation.op) {
    case Op::rw_lock:
      if (!draining(g, m)) {
        set(writer, 2 * g);
        return false;
      }
      set(writer, 2 * g + 1);
      return true;
    case Op::rw_unlock:
      if (word(writer) % 2 == 0) {
        misuse(g);
        return false;
      }
      set(writer, 0);
      return true;
    case Op::try_rw_lock: {
      const bool free = word(writer) == 0 && word(readers) == 0;
      if (free) set(writer, 2 * g + 1);
      observe(g, free);
      return true;
    }
    case Op::try_read_lock: observe(g, word(writer) == 0); break;
    case Op::read_unlock:
      if (word(readers) == 0) {
        misuse(g);
        return false;
      }
      set(readers, word(readers) - 1);
      set(word(own) > 0 ? own : rw_word(m, kForeign), word(own) > 0 ? word(own) - 1 : 1);
      return true;
    default: break;
  }
  if (word(writer) == 0) {
    set(readers, word(readers) + 1);
    set(own, word(own) + 1);
  }
  return true;
}

bool ModelExecution::do_plain(GoroutineId g, const Operation& operation, int16_t option) {
  const uint32_t i = operation.object;
  switch (operation.op) {
    case Op::close:
      if (closed(i)) {
        misuse(g);
        return false;
      }
      set(channel_word(i, kClosed), 1);
      break;
    case Op::lock: set(mutexes_ + i, g); break;
    case Op::try_lock: {
      const bool free = word(mutexes_ + i) == 0;
      if (free) set(mutexes_ + i, g);
      observe(g, free);
      break;
    }
    case Op::unlock:
      if (word(mutexes_ + i) == 0) {
        misuse(g);
        return false;
      }
      set(mutexes_ + i, 0);
      break;
    case Op::rw_lock:
    case Op::rw_unlock:
    case Op::read_lock:
    case Op::read_unlock:
    case Op::try_rw_lock:
    case Op::try_read_lock: return do_lock(g, operation);
    case Op::add: set(wait_groups_ + i, word(wait_groups_ + i) + static_cast<Word>(operation.argument)); break;
    case Op::done:
      if (word(wait_groups_ + i) == 0) {
        misuse(g);
        return false;
      }
      set(wait_groups_ + i, word(wait_groups_ + i) - 1);
      break;
    case Op::load: observe(g, word(variables_ + i)); break;
    case Op::store: set(variables_ + i, evaluate(g, operation.value)); break;
    case Op::compare_and_swap: {
      const bool equal = word(variables_ + i) == static_cast<Word>(static_cast<int64_t>(operation.argument));
      if (equal) set(variables_ + i, evaluate(g, operation.value));
      observe(g, equal);
      break;
    }
    case Op::choose: observe(g, static_cast<Word>(option)); break;
    case Op::spawn:
      GOCHECK_INVARIANT(word(goroutine_word(i + 1, kPc)) == kUnborn);
      advance(i + 1, 0);
      started_ = i + 1;
      break;
    case Op::sleep:
      if (!asleep(g)) {
        set(goroutine_word(g, kDeadline), word(clock_) + static_cast<Word>(operation.argument));
        return false;
      }
      set(goroutine_word(g, kDeadline), 0);
      break;
    default: break;
  }
  return true;
}

void ModelExecution::step(const Transition& t) {
  steps_.push_back(undo_.size());
  started_ = 0;
  if (t.goroutine == 0) {
    Word deadline = 0;
    GOCHECK_INVARIANT(clock_enabled(deadline));
    set(clock_, deadline);
    return;
  }
  const Operation& operation = *pending(t.goroutine);
  if (operation.op == Op::select) log(t.goroutine, 77 + t.option);
  if (t.partner != 0) {
    const Operation& other = *pending(t.partner);
    if (other.op == Op::select) {
      log(t.partner, 77 + t.partner_option);
    }
    observe(t.partner, evaluate(t.goroutine, offer(operation, static_cast<size_t>(t.option)).value));
    advance(t.partner, word(goroutine_word(t.partner, kPc)) + 1);
    advance(t.goroutine, word(goroutine_word(t.goroutine, kPc)) + 1);
  } else if (offers(operation) > 0 && t.option >= 0) {
    do_alone(t.goroutine, offer(operation, static_cast<size_t>(t.option)));
  } else if (operation.op == Op::select || do_plain(t.goroutine, operation, t.option)) {
    advance(t.goroutine, word(goroutine_word(t.goroutine, kPc)) + 1);
  }
}

void ModelExecution::started(std::vector<GoroutineId>& out) const {
  out.clear();
  if (started_ != 0) out.push_back(started_);
}

void ModelExecution::log(GoroutineId g, Word observed) {
  if (remembers_) set(goroutine_word(g, kLog), mix(word(goroutine_word(g, kLog)), observed));
}

void ModelExecution::undo() {
  GOCHECK_INVARIANT(!steps_.empty());
  while (undo_.size() > steps_.back()) {
    memory_[undo_.back().first] = undo_.back().second;
    undo_.pop_back();
  }
  steps_.pop_back();
}

void ModelExecution::end() {
  uint64_t blocked = 0;
  for (GoroutineId g = 1; g <= goroutines(); ++g) {
    if (pending(g) != nullptr) blocked = mix(mix(blocked, g), word(goroutine_word(g, kPc)));
  }
  if (blocked != 0) findings_.insert(kFindingBlocked << 32 | (blocked & 0xFFFFFFFF));
}

StateHash ModelExecution::state() const {
  StateHash hash{1, 2};
  for (const Word word : memory_) {
    hash.low = mix(hash.low, word);
    hash.high = mix(hash.high + word, 0xD6E8FEB86659FD93ull);
  }
  return hash;
}

// --- in words ---

std::string text(const Transition& t) {
  return "(" + std::to_string(t.goroutine) + "," + std::to_string(t.partner) + ":" + std::to_string(t.option) + "," +
         std::to_string(t.partner_option) + ")";
}

namespace {

std::string text(Value value) {
  return value.plus_register ? "r+" + std::to_string(value.constant) : std::to_string(value.constant);
}

std::string in_words(const Operation& operation) {
  static const char* const kNames[] = {"send", "receive", "close", "select", "lock", "unlock", "try_lock", "rw_lock",
                                       "rw_unlock", "read_lock", "read_unlock", "try_rw_lock", "try_read_lock", "add",
                                       "done", "wait", "load", "store", "cas", "choose", "spawn", "sleep", "jump_if",
                                       "jump", "stop"};
  std::ostringstream out;
  out << kNames[static_cast<int>(operation.op)] << ' ' << operation.object;
  if (operation.op == Op::send || operation.op == Op::store || operation.op == Op::jump_if) out << " value " << text(operation.value);
  if (operation.op == Op::compare_and_swap) out << ' ' << operation.argument << "->" << text(operation.value);
  if (operation.op == Op::add || operation.op == Op::choose || operation.op == Op::sleep) out << " by " << operation.argument;
  if (operation.op == Op::jump || operation.op == Op::jump_if) out << " to " << operation.target;
  for (const Case& c : operation.cases) {
    out << (c.is_send ? " {send " : " {receive ") << c.channel << (c.is_send ? " value " + text(c.value) : "") << '}';
  }
  if (operation.has_default) out << " {default}";
  return out.str();
}

}  // namespace

std::string Program::text() const {
  std::ostringstream out;
  out << "channels:";
  for (const uint32_t capacity : channels) out << ' ' << capacity;
  out << '\n';
  for (size_t g = 0; g < goroutines.size(); ++g) {
    out << "goroutine " << g << (goroutines[g].spawned ? " (spawned)" : "") << '\n';
    const std::vector<Operation>& code = goroutines[g].code;
    for (size_t i = 0; i < code.size(); ++i) out << "  " << i << ": " << in_words(code[i]) << '\n';
  }
  return out.str();
}

}  // namespace gocheck::checker::model
