// Which other executions does a finished one ask for? For each event e: those in which a step that conflicts with e
// comes before e, with as much of the finished execution in front of it as can be (docs/design/search.md, section 3).
#pragma once

#include <deque>
#include <vector>

#include "checker/execution/execution.h"
#include "checker/explore/wakeup_tree.h"
#include "checker/order/clock.h"
#include "checker/order/trace_order.h"

namespace gocheck::checker {

// Who is told of the sequences.
class Planner {
 public:
  enum class Certainty : uint8_t {
    certain,    // the sequence is possible
    uncertain,  // perhaps its last step is not
  };
  // The sequence ought to be explored from the state before event e. Returns whether it is known to be possible, and its last
  // step to conflict with e. May change the sequence.
  virtual bool plan(EventIndex e, Sequence& sequence, Certainty certainty) = 0;
  // Has the search to end? Asked often: what is proposed at the end of a long execution takes long.
  virtual bool stopped() = 0;

 protected:
  ~Planner() = default;
};

class Reversals {
 public:
  Reversals(const Execution& execution, const TraceOrder& order) : execution_(execution), order_(order) {}

  // The transition, which is one of those enabled now, is about to become the next event.
  void before(const Transition& transition, std::span<const Transition> enabled);
  // Takes the last event's back.
  void pop();

  // The execution ends here, or is cut: proposes the sequences of steps that ought to be explored.
  void propose_all(Planner& planner);

 private:
  // What goroutine g wanted when it took part in an event, or when the execution ended.
  struct Wish {
    GoroutineId goroutine;
    EventIndex at;        // kNoEvent: at the end
    EventIndex previous;  // its last event before, or the one that started it; kNoEvent: none
    bool steady;
    uint32_t accesses, offers;  // where its own begin; they end where those of the next one begin
  };
  // Event `record` conflicts with a wish that came later.
  struct Conflict {
    TraceOrder::Record record;
    uint32_t wish;
    // What has been proposed for it when the last execution ended, if that was a single sequence with all that can precede it;
    // there is no need to propose that again. 0: nothing.
    uint64_t proposed = 0;
  };
  // What a goroutine of the event could have done alone instead of it.
  struct Alternative {
    EventIndex event;
    Transition transition;
    uint32_t accesses, access_count;  // in alternative_accesses_
  };
  struct Mark {
    uint64_t serial;  // another one for each event that ever was on the stack
    size_t wishes, conflicts, accesses, offers, alternatives, alternative_accesses, enabled;
  };

  Mark mark() const;
  void rewind(const Mark& mark);
  void add_wish(GoroutineId g, EventIndex at);
  void drop_hidden();
  void add_alternatives(const Transition& transition, std::span<const Transition> enabled);
  const Wish* find(GoroutineId g, EventIndex at) const;
  std::span<const Access> accesses(const Wish& wish) const;
  std::span<const Offer> offers(const Wish& wish) const;
  ClockView own_past(const Wish& wish) const;
  bool was_enabled(const Transition& transition, EventIndex e) const;

  void propose(Conflict& conflict, Planner& planner);
  bool propose(EventIndex e, const Wish& wish, Planner& planner, uint64_t* proposed);
  bool propose_alone(EventIndex e, const Wish& wish, Planner& planner, uint64_t* proposed);
  bool propose_rendezvous(EventIndex e, const Wish& wish, bool with_anybody, Planner& planner);
  bool propose_rendezvous(EventIndex e, const Wish& wish, const Wish& other, Planner& planner);
  void propose_alternative(const Alternative& alternative, Planner& planner);
  void propose_other_cases(EventIndex e, const Wish& wish, Planner& planner);

  // Which of the events behind e that are not after it a sequence has to contain: those in `own_past`; of the others those
  // that do not come after event `at` (kNoEvent: no such limit); of those that are dependent with `accesses` only the
  // first `dependents`, and nothing that comes after the rest.
  static constexpr uint32_t kAll = UINT32_MAX, kAllCounted = kAll - 1;
  struct Selection {
    ClockView own_past;
    std::span<const Access> accesses;
    EventIndex at = kNoEvent;
    uint32_t dependents = kAll;
    std::span<const Offer> cases = {};  // what makes one of these possible is dependent, too
  };
  // Fills selected_, and its signature. Returns whether any event was left out for the limit on dependents.
  bool select(EventIndex e, const Selection& selection);
  // Fills sequence_ with the selected events.
  void write_sequence(EventIndex e);
  void correct_last_dones(EventIndex e);
  bool left_out_done(ObjectKey wait_group, EventIndex e, EventIndex x) const;
  bool makes_possible(EventIndex x, std::span<const Offer> cases) const;
  const Wish* standing_before(GoroutineId g, EventIndex e) const;

  const Execution& execution_;
  const TraceOrder& order_;

  std::vector<Mark> marks_;  // by event
  uint64_t next_serial_ = 1;
  std::vector<Wish> wishes_;
  std::vector<uint32_t> choosers_;  // those of events with several cases, ascending
  std::vector<Conflict> conflicts_;
  std::vector<Access> accesses_;
  std::vector<Offer> offers_;
  std::vector<Alternative> alternatives_;
  std::vector<Access> alternative_accesses_;
  std::vector<Transition> enabled_;  // of all events, one after the other

  // Scratch.
  Sequence sequence_;
  std::vector<EventIndex> selected_, excluded_;
  size_t wishes_at_end_ = 0;
  uint32_t dependents_ = 0;  // among selected_, unless it was kAll
  uint64_t signature_ = 0;   // of selected_; never 0
  bool any_last_done_ = false;  // has there ever been one?
  std::deque<Footprint> corrected_;  // accesses that sequence_ refers to
  std::vector<Access> last_accesses_;
  Footprint footprint_;
  std::vector<Offer> some_offers_;
  std::vector<GoroutineId> present_;
  std::vector<TraceOrder::Record> records_;
};

}  // namespace gocheck::checker
