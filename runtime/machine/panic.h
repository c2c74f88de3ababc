// Panics: raising, unwinding, recovering, and the text of those that nobody recovers.
//
// As in Go's own runtime the frames of a panicking goroutine stay on its stack while the deferred
// calls run above them; only a recovery pops them. So a stack trace at the end shows the place of the
// panic. The panics under way form a list from Goroutine::panic, the latest first; runtime.Goexit
// takes part as a panic that cannot be recovered. Records live in Gol memory and are changed
// through Executor::assign, so that the checker can undo it.
#pragma once

#include <string>
#include <string_view>

#include "runtime/machine/executor.h"
#include "runtime/machine/native.h"

namespace gocheck::machine {

struct PanicRecord {
  enum Flag : uint64_t {
    raised = 1,     // unwinding has not begun
    recovered = 2,
    aborted = 4,    // a later panic left the deferred call that ran for this one
    goexit = 8,
    dying = 16,     // nobody recovered it; texts are being computed
    signal = 32,    // a nil dereference: Go's text has a line about the signal
    has_text = 64,  // text is what Error or String returned
  };
  static constexpr uint64_t kNoCall = ~uint64_t{0};

  Address next;            // the panic that was under way when this one was raised
  Slot value[2];           // interface
  uint64_t flags;
  uint64_t frame;          // index of the frame whose deferred calls are run now
  Address remaining;       // those of them that have not been run; when dying: record whose text is computed
  uint64_t call;           // index of the frame of the deferred call that runs, or kNoCall
  Slot text[2];
};

// A deferred call; a list from Frame::defers.
struct DeferRecord {
  Address next;
  Address closure;
};

// Goroutine::panic after a fatal error.
inline constexpr Address kDead = 1;

// Raises a panic with the interface value {type, data} in g. See also raise() in executor.h.
void raise_value(Executor& e, Goroutine& g, Slot type, Slot data);
// The panic of the `panic` statement: nil gets a value of its own from Go 1.21 on.
void raise_by_statement(Executor& e, Goroutine& g, Slot type, Slot data);
void raise_nil_dereference(Executor& e, Goroutine& g);
// A failed type assertion; `text` without "interface conversion: ".
void raise_conversion(Executor& e, Goroutine& g, std::string_view text);
// Stops the program with "fatal error: text". Usable wherever raise() is.
void fatal(Executor& e, Goroutine& g, std::string_view text);

bool native_goexit(Call& call);
bool native_fatal(Call& call);    // func(string)
bool native_missing(Call& call);

// Is a panic waiting to be unwound (raised by an operation that was completed by somebody else)?
inline bool panic_raised(const Executor& e, const Goroutine& g) {
  if (g.panic == 0) [[likely]] return false;
  if (g.panic == kDead) return true;
  return (reinterpret_cast<const PanicRecord*>(e.host(g.panic))->flags & PanicRecord::raised) != 0;
}

// What the panic's value looks like; of a value with an Error or String method that has not been called yet only its type.
std::string text_of(const Executor& e, const PanicRecord& panic);

// What to do next with a panicking goroutine.
struct Unwinding {
  enum class Next : uint8_t {
    call,      // a frame was pushed: run it
    resume,    // recovered: pop to `depth` frames, set the top's defers, go on at its recover_pc
    unwind,    // as resume, but a Goexit takes over: unwind the top
    finished,  // Goexit has come to the end
    died,      // Executor::died has been told
  } next;
  uint32_t depth = 0;
  Address defers = 0;
};
// Goes on unwinding, after a panic was raised.
Unwinding unwind(Executor& e, Goroutine& g);
// A deferred call that ran for the latest panic has returned and its frame was popped; `results` are
// its registers.
Unwinding deferred_call_returned(Executor& e, Goroutine& g, const Slot* results);

// The value of recover() in the top frame; stores it to value[0..2).
void recover(Executor& e, Goroutine& g, Slot* value);

}  // namespace gocheck::machine
