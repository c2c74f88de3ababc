#include "checker/explore/reversals.h"

#include <algorithm>

namespace gocheck::checker {
namespace {

bool orders(Relation r) { return r == Relation::ordered || r == Relation::reversible; }

bool related(std::span<const Access> earlier, std::span<const Access> later, Relation relation_wanted) {
  for (const Access& a : earlier) {
    for (const Access& b : later) {
      if (a.object == b.object && relation(a.effect, b.effect) == relation_wanted) return true;
    }
  }
  return false;
}

// Does it matter, for a step with the accesses b, whether one with the accesses a has come before?
bool dependent(std::span<const Access> a, std::span<const Access> b) {
  for (const Access& x : a) {
    for (const Access& y : b) {
      if (x.object == y.object && (orders(relation(x.effect, y.effect)) || orders(relation(y.effect, x.effect)))) {
        return true;
      }
    }
  }
  return false;
}

bool locks(Effect effect) { return effect == Effect::lock || effect == Effect::shared_lock; }
bool waits(Effect effect) { return locks(effect) || effect == Effect::drain || effect == Effect::wait; }

// Is an operation with these accesses always possible?
bool never_waits(std::span<const Access> accesses) {
  return std::none_of(accesses.begin(), accesses.end(), [](const Access& a) { return waits(a.effect); });
}

// Does an operation wait for nothing but locks that an event has taken, which therefore were free before it?
bool finds_free(std::span<const Access> operation, std::span<const Access> event) {
  return std::all_of(operation.begin(), operation.end(), [&](const Access& a) {
    if (!waits(a.effect)) return true;
    return locks(a.effect) && std::any_of(event.begin(), event.end(), [&](const Access& taken) {
      return taken.object == a.object && locks(taken.effect);
    });
  });
}

}  // namespace

Reversals::Mark Reversals::mark() const {
  return {next_serial_,    wishes_.size(), conflicts_.size(), accesses_.size(), offers_.size(),
          alternatives_.size(), alternative_accesses_.size(), enabled_.size()};
}

void Reversals::rewind(const Mark& mark) {
  wishes_.resize(mark.wishes);
  while (!choosers_.empty() && choosers_.back() >= mark.wishes) choosers_.pop_back();
  conflicts_.resize(mark.conflicts);
  accesses_.resize(mark.accesses);
  offers_.resize(mark.offers);
  alternatives_.resize(mark.alternatives);
  alternative_accesses_.resize(mark.alternative_accesses);
  enabled_.resize(mark.enabled);
}

void Reversals::before(const Transition& transition, std::span<const Transition> enabled) {
  marks_.push_back(mark());
  ++next_serial_;
  enabled_.insert(enabled_.end(), enabled.begin(), enabled.end());
  if (transition.goroutine == 0) return;
  add_alternatives(transition, enabled);
  add_wish(transition.goroutine, order_.size());
  if (transition.partner != 0) add_wish(transition.partner, order_.size());
}

void Reversals::pop() {
  rewind(marks_.back());
  marks_.pop_back();
}

void Reversals::add_alternatives(const Transition& transition, std::span<const Transition> enabled) {
  for (const Transition& t : enabled) {
    if (t == transition || !transition.involves(t.goroutine)) continue;
    if (t.partner != 0 && !transition.involves(t.partner)) continue;
    footprint_.clear();
    execution_.footprint(t, footprint_);
    alternatives_.push_back({order_.size(), t, static_cast<uint32_t>(alternative_accesses_.size()),
                             static_cast<uint32_t>(footprint_.size())});
    alternative_accesses_.insert(alternative_accesses_.end(), footprint_.begin(), footprint_.end());
  }
}

void Reversals::add_wish(GoroutineId g, EventIndex at) {
  footprint_.clear();
  execution_.wishes(g, footprint_);
  execution_.offers(g, some_offers_);
  if (footprint_.empty() && some_offers_.empty()) return;
  records_.clear();
  const EventIndex previous = order_.last_event(g);
  const ClockView past = previous == kNoEvent ? ClockView{} : order_.clock(previous);
  order_.conflicts(g, past, footprint_, records_);
  const bool steady = execution_.steady(g);
  for (const Access& access : footprint_) any_last_done_ = any_last_done_ || access.effect == Effect::last_done;
  if (steady) drop_hidden();
  if (records_.empty() && some_offers_.empty()) return;
  for (const TraceOrder::Record r : records_) conflicts_.push_back({r, static_cast<uint32_t>(wishes_.size())});
  if (at != kNoEvent && some_offers_.size() > 1) choosers_.push_back(static_cast<uint32_t>(wishes_.size()));
  wishes_.push_back(
      {g, at, previous, steady, static_cast<uint32_t>(accesses_.size()), static_cast<uint32_t>(offers_.size())});
  accesses_.insert(accesses_.end(), footprint_.begin(), footprint_.end());
  offers_.insert(offers_.end(), some_offers_.begin(), some_offers_.end());
}

// An event e that another one of the conflicts is after need not be looked at, if the operation is possible before the other one
// for certain: where a lock was taken it was free, and what never waits is always possible. Then the execution that is proposed
// for the other one has its own conflict with e.
void Reversals::drop_hidden() {
  if (records_.size() < 2) return;
  const bool never_waits = gocheck::checker::never_waits(footprint_);
  std::erase_if(records_, [&](TraceOrder::Record hidden) {
    const Effect effect = order_.effect_of(hidden);
    if (effect != Effect::lock && !(effect == Effect::write && never_waits)) return false;
    return std::any_of(records_.begin(), records_.end(), [&](TraceOrder::Record r) {
      return r != hidden && order_.effect_of(r) == effect && order_.object_of(r) == order_.object_of(hidden) &&
             order_.event_of(r) > order_.event_of(hidden) &&
             order_.in_past(order_.event_of(hidden), order_.clock(order_.event_of(r)));
    });
  });
}

std::span<const Access> Reversals::accesses(const Wish& wish) const {
  const bool last = &wish == &wishes_.back();
  const size_t end = last ? accesses_.size() : (&wish + 1)->accesses;
  return {accesses_.data() + wish.accesses, end - wish.accesses};
}

std::span<const Offer> Reversals::offers(const Wish& wish) const {
  const bool last = &wish == &wishes_.back();
  const size_t end = last ? offers_.size() : (&wish + 1)->offers;
  return {offers_.data() + wish.offers, end - wish.offers};
}

ClockView Reversals::own_past(const Wish& wish) const {
  return wish.previous == kNoEvent ? ClockView{} : order_.clock(wish.previous);
}

bool Reversals::was_enabled(const Transition& transition, EventIndex e) const {
  const auto begin = enabled_.begin() + static_cast<std::ptrdiff_t>(marks_[e].enabled);
  const auto end = e + 1 < marks_.size() ? enabled_.begin() + static_cast<std::ptrdiff_t>(marks_[e + 1].enabled)
                                         : enabled_.end();
  return std::any_of(begin, end, [&](const Transition& t) {
    return t == transition || (transition.option == kAnyOption && t.partner == 0 && t.goroutine == transition.goroutine);
  });
}

const Reversals::Wish* Reversals::find(GoroutineId g, EventIndex at) const {
  size_t i = 0;
  if (at != kNoEvent) {
    i = marks_[at].wishes;
  } else {
    i = wishes_at_end_;
  }
  for (; i < wishes_.size() && wishes_[i].at == at; ++i) {
    if (wishes_[i].goroutine == g) return &wishes_[i];
  }
  return nullptr;
}

void Reversals::propose_all(Planner& planner) {
  const Mark before_end = mark();
  wishes_at_end_ = wishes_.size();
  execution_.present(present_);
  for (const GoroutineId g : present_) add_wish(g, kNoEvent);
  for (Conflict& conflict : conflicts_) {
    if (!planner.stopped()) propose(conflict, planner);
  }
  for (const Alternative& it : alternatives_) {
    if (!planner.stopped()) propose_alternative(it, planner);
  }
  for (const uint32_t i : choosers_) {
    if (!planner.stopped()) propose_other_cases(wishes_[i].at, wishes_[i], planner);
  }
  rewind(before_end);
}

void Reversals::propose(Conflict& conflict, Planner& planner) {
  const Wish& wish = wishes_[conflict.wish];
  TraceOrder::Record record = conflict.record;
  if (propose(order_.event_of(record), wish, planner, &conflict.proposed)) return;
  while (order_.previous_conflict(wish.goroutine, own_past(wish), record)) {
    if (planner.stopped() || propose(order_.event_of(record), wish, planner, nullptr)) return;
  }
}

bool Reversals::propose(EventIndex e, const Wish& wish, Planner& planner, uint64_t* proposed) {
  const bool reversible = related(order_.accesses(e), accesses(wish), Relation::reversible);
  bool any = false;
  if (reversible && propose_alone(e, wish, planner, proposed)) any = true;
  if (!offers(wish).empty() && propose_rendezvous(e, wish, reversible, planner)) any = true;
  return any;
}

bool Reversals::propose_alone(EventIndex e, const Wish& wish, Planner& planner, uint64_t* proposed) {
  const std::span<const Offer> offered = offers(wish);
  Transition t{wish.goroutine, 0, 0, 0};
  if (offered.size() == 1) t.option = offered[0].option;
  if (offered.size() > 1) t.option = kAnyOption;
  if (offered.empty() && wish.at != kNoEvent) t = order_.transition(wish.at);
  const bool always_possible = wish.at != kNoEvent && offered.empty() && never_waits(accesses(wish));
  const bool sure = always_possible && wish.steady;  // whatever comes first
  const bool waited = !sure && order_.precedes(own_past(wish), e);
  const bool possible = waited && was_enabled(t, e);
  const bool free = !sure && offered.empty() && finds_free(accesses(wish), order_.accesses(e));
  bool any = false, more = true;
  for (uint32_t dependents = sure ? kAll : always_possible ? kAllCounted : 0; more; ++dependents) {
    if (planner.stopped()) return any;
    more = select(e, {own_past(wish), accesses(wish), wish.at, dependents,
                      offered.size() > 1 ? offered : std::span<const Offer>{}});
    const bool as_before = dependents_ == 0;  // for the operation all is as it was before e
    if (as_before && waited && !possible) continue;
    const bool certain = sure || (wish.steady && as_before && (possible || free));
    const bool complete = certain && !more && (always_possible || dependents == 0);
    if (complete && proposed != nullptr && *proposed == signature_) return true;
    write_sequence(e);
    sequence_.push_back({t, accesses(wish)});
    if (planner.plan(e, sequence_, certain ? Planner::Certainty::certain : Planner::Certainty::uncertain)) any = true;
    if (complete && proposed != nullptr) *proposed = signature_;
  }
  return any;
}

// The goroutines that the wish's could meet: those of event e, or anybody.
bool Reversals::propose_rendezvous(EventIndex e, const Wish& wish, bool with_anybody, Planner& planner) {
  const Transition& t = order_.transition(e);
  select(e, {own_past(wish), accesses(wish), wish.at});
  bool any = false;
  const auto propose_with = [&](GoroutineId g) {
    if (g == 0 || g == wish.goroutine) return;
    const Wish* other = standing_before(g, e);
    if (other != nullptr && propose_rendezvous(e, wish, *other, planner)) any = true;
  };
  if (with_anybody) {
    const GoroutineId goroutines = execution_.goroutines();
    for (GoroutineId g = 1; g <= goroutines; ++g) propose_with(g);
  } else {
    propose_with(std::min(t.goroutine, t.partner));
    propose_with(std::max(t.goroutine, t.partner));
  }
  return any;
}

// The operation that goroutine g stands before when the selected events have happened.
const Reversals::Wish* Reversals::standing_before(GoroutineId g, EventIndex e) const {
  for (uint32_t i = order_.count_before(g, e); i < order_.count(g); ++i) {
    const EventIndex x = order_.event(g, i);
    if (!std::binary_search(selected_.begin(), selected_.end(), x)) return find(g, x);
  }
  return find(g, kNoEvent);
}

bool Reversals::propose_rendezvous(EventIndex e, const Wish& wish, const Wish& other, Planner& planner) {
  bool any = false;
  for (const Offer& mine : offers(wish)) {
    for (const Offer& theirs : offers(other)) {
      if (mine.buffered || mine.channel != theirs.channel || mine.sends == theirs.sends || mine.channel == 0) continue;
      const Transition t = mine.sends ? Transition{wish.goroutine, other.goroutine, mine.option, theirs.option}
                                      : Transition{other.goroutine, wish.goroutine, theirs.option, mine.option};
      const bool waits = order_.precedes(own_past(wish), e) && order_.precedes(own_past(other), e);
      if (waits && !was_enabled(t, e)) continue;
      last_accesses_.assign(1, Access{mine.channel, Effect::read});
      for (const Access& a : accesses(wish)) {
        if (a.object == kEveryStep) last_accesses_.push_back(a);
      }
      if (!order_.transition(e).involves(other.goroutine) && !dependent(order_.accesses(e), last_accesses_)) continue;
      write_sequence(e);
      sequence_.push_back({t, last_accesses_});
      if (planner.plan(e, sequence_, waits ? Planner::Certainty::certain : Planner::Certainty::uncertain)) any = true;
    }
  }
  return any;
}

// What a goroutine of the event could have done as well.
void Reversals::propose_alternative(const Alternative& it, Planner& planner) {
  const std::span<const Access> accesses{alternative_accesses_.data() + it.accesses, it.access_count};
  select(it.event, {{}, accesses, kNoEvent, 0});
  write_sequence(it.event);
  sequence_.push_back({it.transition, accesses});
  planner.plan(it.event, sequence_, Planner::Certainty::certain);
}

// The same where what others have done first makes a difference to it.
void Reversals::propose_other_cases(EventIndex e, const Wish& wish, Planner& planner) {
  bool more = true;
  for (uint32_t dependents = 1; more && !planner.stopped(); ++dependents) {
    more = select(e, {{}, accesses(wish), kNoEvent, dependents, offers(wish)});
    if (dependents_ == 0) return;
    write_sequence(e);
    sequence_.push_back({{wish.goroutine, 0, kAnyOption, 0}, accesses(wish)});
    planner.plan(e, sequence_, Planner::Certainty::uncertain);
  }
}

// A Done that was its wait group's last is not if one before it is left out.
void Reversals::correct_last_dones(EventIndex e) {
  for (size_t i = 0; i < selected_.size(); ++i) {
    for (size_t j = 0; j < sequence_[i].accesses.size(); ++j) {
      const Access access = sequence_[i].accesses[j];
      if (access.effect != Effect::last_done || !left_out_done(access.object, e, selected_[i])) continue;
      Footprint& corrected = corrected_.emplace_back(sequence_[i].accesses.begin(), sequence_[i].accesses.end());
      corrected[j].effect = Effect::done;
      sequence_[i].accesses = corrected;
    }
  }
}

// Is there a Done of the wait group from event e on and before event x that has not been selected?
bool Reversals::left_out_done(ObjectKey wait_group, EventIndex e, EventIndex x) const {
  for (; e < x; ++e) {
    const std::span<const Access> accesses = order_.accesses(e);
    const bool done = std::find(accesses.begin(), accesses.end(), Access{wait_group, Effect::done}) != accesses.end();
    if (done && !std::binary_search(selected_.begin(), selected_.end(), e)) return true;
  }
  return false;
}

// Is event x the other side of one of these communications, through the channel's buffer?
bool Reversals::makes_possible(EventIndex x, std::span<const Offer> cases) const {
  const Transition& t = order_.transition(x);
  if (cases.empty() || t.partner != 0) return false;
  const Wish* wish = find(t.goroutine, x);
  if (wish == nullptr) return false;
  for (const Offer& taken : offers(*wish)) {
    if (taken.option != t.option || !taken.buffered) continue;
    for (const Offer& other : cases) {
      if (other.channel == taken.channel && other.sends != taken.sends) return true;
    }
  }
  return false;
}

bool Reversals::select(EventIndex e, const Selection& s) {
  selected_.clear();
  excluded_.clear();
  dependents_ = 0;
  signature_ = 1;
  const EventIndex end = order_.size();
  const TraceOrder::Moment event = order_.moment(e), at = s.at == kNoEvent ? event : order_.moment(s.at);
  for (EventIndex x = e + 1; x < end; ++x) {
    const ClockView past = order_.clock(x);
    if (event.in(past) || (s.at <= x && at.in(past))) continue;
    const auto before_x = [&](EventIndex y) { return order_.in_past(y, past); };
    if (!excluded_.empty() && std::any_of(excluded_.begin(), excluded_.end(), before_x)) continue;
    if (s.dependents != kAll && !order_.in_past(x, s.own_past) &&
        (dependent(order_.accesses(x), s.accesses) || makes_possible(x, s.cases))) {
      if (dependents_ == s.dependents) {
        excluded_.push_back(x);
        continue;
      }
      ++dependents_;
    }
    selected_.push_back(x);
    signature_ = (signature_ ^ marks_[x].serial) * 0x9E3779B97F4A7C15ull;
    signature_ ^= signature_ >> 29;
  }
  signature_ |= 1;
  return !excluded_.empty();
}

void Reversals::write_sequence(EventIndex e) {
  sequence_.resize(selected_.size());
  for (size_t i = 0; i < selected_.size(); ++i) sequence_[i] = order_.step(selected_[i]);
  corrected_.clear();
  if (any_last_done_) correct_last_dones(e);
}

}  // namespace gocheck::checker
