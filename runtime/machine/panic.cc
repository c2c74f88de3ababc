#include "runtime/machine/panic.h"

#include <fmt/format.h>

#include <optional>
#include <vector>

#include "runtime/machine/frames.h"
#include "runtime/machine/print.h"
#include "runtime/program/invariant.h"

namespace gocheck::machine {

using program::Kind;
using program::Type;
using program::TypeId;

namespace {

PanicRecord& record(const Executor& e, Address address) {
  return *reinterpret_cast<PanicRecord*>(e.host(address));
}

// Pushes a panic record; everything but its value and flags is set when unwinding begins.
void push_record(Executor& e, Goroutine& g, Slot type, Slot data, uint64_t flags) {
  const Address address = e.allocate(g, sizeof(PanicRecord), true);
  record(e, address) = PanicRecord{.next = g.panic,
                                   .value = {type, data},
                                   .flags = flags | PanicRecord::raised,
                                   .frame = 0,
                                   .remaining = 0,
                                   .call = PanicRecord::kNoCall,
                                   .text = {0, 0}};
  g.panic = address;
}

// The data word of an interface that holds the string `text` as a value of a string type.
Slot box_string(Executor& e, Goroutine& g, std::string_view text) {
  const Address bytes = e.allocate(g, text.size(), false);
  std::memcpy(e.host(bytes), text.data(), text.size());
  const Address header = e.allocate(g, 2 * sizeof(Slot), true);
  const Slot words[2] = {bytes, text.size()};
  std::memcpy(e.host(header), words, sizeof(words));
  return header;
}

}  // namespace

// ---- Raising ----

void raise_value(Executor& e, Goroutine& g, Slot type, Slot data) { push_record(e, g, type, data, 0); }

void raise(Executor& e, Goroutine& g, std::string_view text) {
  raise_value(e, g, e.program.runtime_error, box_string(e, g, text));
}

void raise_bounds(Executor& e, Goroutine& g, std::string_view text) {
  raise_value(e, g, e.program.bounds_error, box_string(e, g, text));
}

void raise_plain(Executor& e, Goroutine& g, std::string_view text) {
  raise_value(e, g, e.program.plain_error, box_string(e, g, text));
}

void raise_text(Executor& e, Goroutine& g, std::string_view text) {
  raise_value(e, g, e.program.type_string, box_string(e, g, text));
}

void raise_conversion(Executor& e, Goroutine& g, std::string_view text) {
  const std::string whole = fmt::format("interface conversion: {}", text);
  raise_value(e, g, e.program.type_assertion_error, box_string(e, g, whole));
}

void raise_nil_dereference(Executor& e, Goroutine& g) {
  push_record(e, g, e.program.runtime_error,
              box_string(e, g, "runtime error: invalid memory address or nil pointer dereference"),
              PanicRecord::signal);
}

void raise_by_statement(Executor& e, Goroutine& g, Slot type, Slot data) {
  if (type != 0 || e.program.older_than(21)) return raise_value(e, g, type, data);
  if (e.program.panic_nil_error != 0)
    return raise_value(e, g, e.program.panic_nil_error, e.allocate(g, 8, false));
  raise(e, g, "panic called with nil argument (use GODEBUG=panicnil=1 to disable)");
}

void fatal(Executor& e, Goroutine& g, std::string_view text) {
  e.died(g, Executor::Death::fatal, text);
  g.panic = kDead;
}

bool native_goexit(Call& call) {
  push_record(call.executor, call.goroutine, 0, 0, PanicRecord::goexit);
  return false;
}

bool native_fatal(Call& call) {
  fatal(call.executor, call.goroutine, call.string(0));
  return false;
}

bool native_missing(Call& call) {
  fatal(call.executor, call.goroutine,
        fmt::format("gocheck: function {} is not implemented", call.native.name));
  return false;
}

// ---- The text of an uncaught panic ----

namespace {

// Does `type` have the method `func name() string`?
bool has_text_method(const program::Program& program, TypeId type, std::string_view name) {
  for (const program::TypeMethod& entry : program.types[type].methods) {
    const program::Method& method = program.methods[entry.method];
    if (method.name != name) continue;
    const Type& signature = program.types[method.signature];
    return signature.params.empty() && signature.results.size() == 1 &&
           program.types[signature.results[0]].kind == Kind::string;
  }
  return false;
}

// Run-time errors are strings as they are.
bool is_runtime_error(const program::Program& program, TypeId type) {
  return type == program.runtime_error || type == program.bounds_error || type == program.plain_error ||
         type == program.type_assertion_error;
}

bool needs_text_call(const Executor& e, const PanicRecord& panic) {
  const TypeId type = static_cast<TypeId>(panic.value[0]);
  if (type == 0 || (panic.flags & PanicRecord::goexit) != 0) return false;
  if (is_runtime_error(e.program, type)) return false;
  return has_text_method(e.program, type, "Error") || has_text_method(e.program, type, "String");
}

std::string_view string_at(const Executor& e, const Slot* words) {
  return {e.host(words[0]), static_cast<size_t>(words[1])};
}

std::string value_text(const Executor& e, const PanicRecord& panic) {
  if ((panic.flags & PanicRecord::has_text) != 0) return std::string(string_at(e, panic.text));
  const TypeId type = static_cast<TypeId>(panic.value[0]);
  if (type == 0) return "nil";
  if (is_runtime_error(e.program, type)) {
    return std::string(string_at(e, reinterpret_cast<const Slot*>(e.host(panic.value[1]))));
  }
  return panic_value_text(e, type, panic.value[1]);
}

// All panics under way, the oldest first, as Go prints them after the first "panic: ".
std::string chain_text(const Executor& e, const Goroutine& g) {
  std::vector<const PanicRecord*> chain;
  for (Address at = g.panic; at != 0; at = chain.back()->next) chain.push_back(&record(e, at));
  std::string text;
  for (size_t i = chain.size(); i-- > 0;) {
    if ((chain[i]->flags & PanicRecord::goexit) != 0) continue;
    if (!text.empty()) text += "\n\tpanic: ";
    text += value_text(e, *chain[i]);
    if ((chain[i]->flags & PanicRecord::recovered) != 0) text += " [recovered]";
  }
  if ((chain[0]->flags & PanicRecord::signal) != 0) {
    text += "\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x0]";
  }
  return text;
}

// Nobody recovers the latest panic. Computes the texts of the values from `at` on that have Error or String
// methods, by Gol code, one after the other; then the program dies.
Unwinding die(Executor& e, Goroutine& g, Address at) {
  PanicRecord& latest = record(e, g.panic);
  while (at != 0 && !needs_text_call(e, record(e, at))) at = record(e, at).next;
  if (at == 0 || e.program.panic_text == 0) {
    e.died(g, Executor::Death::panic, chain_text(e, g));
    return {Unwinding::Next::died};
  }
  const program::Function& function = e.program.functions[e.program.panic_text];
  const uint64_t base = end_of_stack(g);
  if (!push_frame(e, g, function, base, 0, Frame::Entry::deferred_by_panic)) return {Unwinding::Next::died};
  std::memcpy(g.slots + base + function.results, record(e, at).value, 2 * sizeof(Slot));
  e.assign(latest.flags, latest.flags | PanicRecord::dying);
  e.assign(latest.remaining, at);
  e.assign(latest.call, uint64_t{g.depth - 1});
  return {Unwinding::Next::call};
}

// The panic whose deferred call runs in frame `index`; 0 if there is none.
Address panic_of_call(const Executor& e, const Goroutine& g, uint64_t index) {
  for (Address at = record(e, g.panic).next; at != 0; at = record(e, at).next) {
    if (record(e, at).call == index && (record(e, at).flags & PanicRecord::aborted) == 0) return at;
  }
  return 0;
}

// Finds the next deferred call of the latest panic, in its current frame or below; nullopt at the end of
// the stack. Frames that an older panic has dealt with are skipped, and that panic is replaced.
// Leaves the panic's frame and remaining calls behind the one found.
std::optional<DeferRecord> next_deferred(Executor& e, Goroutine& g) {
  PanicRecord& panic = record(e, g.panic);
  uint64_t frame = panic.frame;
  Address remaining = panic.remaining;
  while (remaining == 0) {
    if (g.frames[frame].entry == Frame::Entry::deferred_by_panic) {
      const Address older = panic_of_call(e, g, frame);
      GOCHECK_INVARIANT(older != 0);
      PanicRecord& replaced = record(e, older);
      e.assign(replaced.flags, replaced.flags | PanicRecord::aborted);
      if ((replaced.flags & PanicRecord::dying) != 0) return std::nullopt;
      frame = replaced.frame;
      remaining = replaced.remaining;
    } else if (frame == 0) {
      return std::nullopt;
    } else {
      frame--;
      remaining = g.frames[frame].defers;
    }
  }
  const DeferRecord deferred = *reinterpret_cast<const DeferRecord*>(e.host(remaining));
  e.assign(panic.frame, frame);
  e.assign(panic.remaining, deferred.next);
  return deferred;
}

// The call of a deferred nil function: a panic that takes the place of the latest one.
void replace_by_nil_dereference(Executor& e, Goroutine& g) {
  PanicRecord& panic = record(e, g.panic);
  raise_nil_dereference(e, g);
  PanicRecord& newer = record(e, g.panic);
  newer.flags &= ~uint64_t{PanicRecord::raised};
  newer.frame = panic.frame;
  newer.remaining = panic.remaining;
  e.assign(panic.flags, panic.flags | PanicRecord::aborted);
}

Unwinding go_on(Executor& e, Goroutine& g) {
  for (;;) {
    const std::optional<DeferRecord> deferred = next_deferred(e, g);
    PanicRecord& panic = record(e, g.panic);
    if (!deferred) {
      if ((panic.flags & PanicRecord::goexit) != 0) return {Unwinding::Next::finished};
      return die(e, g, g.panic);
    }
    if (deferred->closure == 0) {
      replace_by_nil_dereference(e, g);
      continue;
    }
    e.assign(panic.call, uint64_t{g.depth});
    if (!push_closure(e, g, deferred->closure, end_of_stack(g), Frame::Entry::deferred_by_panic)) {
      return {Unwinding::Next::died};
    }
    return {Unwinding::Next::call};
  }
}

// The latest panic was recovered: it and those it has replaced are over.
Unwinding resume(Executor& e, Goroutine& g) {
  const PanicRecord& panic = record(e, g.panic);
  Unwinding step{Unwinding::Next::resume, static_cast<uint32_t>(panic.frame + 1), panic.remaining};
  Address next = panic.next;
  while (next != 0 && (record(e, next).flags & PanicRecord::aborted) != 0) {
    PanicRecord& older = record(e, next);
    if ((older.flags & PanicRecord::goexit) != 0) {
      // A Goexit cannot be cancelled by a panic in one of its deferred calls.
      e.assign(older.flags, (older.flags | PanicRecord::raised) & ~uint64_t{PanicRecord::aborted});
      step.next = Unwinding::Next::unwind;
      break;
    }
    next = older.next;
  }
  g.panic = next;
  return step;
}

}  // namespace

std::string text_of(const Executor& e, const PanicRecord& panic) {
  const bool called = (panic.flags & PanicRecord::has_text) != 0;
  if (called || !needs_text_call(e, panic)) return value_text(e, panic);
  return fmt::format("a {}", e.program.types[panic.value[0]].name);
}

// ---- Unwinding ----

Unwinding unwind(Executor& e, Goroutine& g) {
  if (g.panic == 0 || g.panic == kDead) return {Unwinding::Next::died};
  PanicRecord& panic = record(e, g.panic);
  if ((panic.flags & PanicRecord::raised) == 0) return {Unwinding::Next::died};
  e.assign(panic.flags, panic.flags & ~uint64_t{PanicRecord::raised});
  e.assign(panic.frame, uint64_t{g.depth - 1});
  e.assign(panic.remaining, g.top().defers);
  if ((panic.flags & PanicRecord::goexit) == 0) e.panics(g, panic);
  return go_on(e, g);
}

Unwinding deferred_call_returned(Executor& e, Goroutine& g, const Slot* results) {
  PanicRecord& panic = record(e, g.panic);
  e.assign(panic.call, PanicRecord::kNoCall);
  if ((panic.flags & PanicRecord::dying) != 0) {
    PanicRecord& printed = record(e, panic.remaining);
    e.assign(printed.text[0], results[0]);
    e.assign(printed.text[1], results[1]);
    e.assign(printed.flags, printed.flags | PanicRecord::has_text);
    return die(e, g, printed.next);
  }
  if ((panic.flags & PanicRecord::recovered) != 0) return resume(e, g);
  return go_on(e, g);
}

void recover(Executor& e, Goroutine& g, Slot* value) {
  value[0] = value[1] = 0;
  if (g.panic == 0 || g.panic == kDead || g.top().function->wrapper) return;
  // A deferred function may have been called through wrappers made by the compiler.
  uint32_t index = g.depth - 1;
  while (index > 0 && g.frames[index].entry == Frame::Entry::call && g.frames[index - 1].function->wrapper)
    index--;
  PanicRecord& panic = record(e, g.panic);
  constexpr uint64_t kNotRecoverable = PanicRecord::recovered | PanicRecord::goexit | PanicRecord::dying;
  if (panic.call != index || (panic.flags & kNotRecoverable) != 0) return;
  e.assign(panic.flags, panic.flags | PanicRecord::recovered);
  value[0] = panic.value[0];
  value[1] = panic.value[1];
}

}  // namespace gocheck::machine
