// The smallest executor: one goroutine at a time, started goroutines run when the current one
// waits or ends, memory from calloc, freed at the end. Channels and locks that would wait are a deadlock,
// so programs under test use them, if at all, in an order that needs no waiting of both sides.
#pragma once

#include <cstdlib>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "runtime/machine/channel.h"
#include "runtime/machine/interpreter.h"
#include "runtime/machine/trace.h"

namespace gocheck::machine {

class TestExecutor final : public Executor {
 public:
  explicit TestExecutor(const program::Program& program) : Executor(program) {
    rodata_ = reserve(program.rodata.size());
    std::memcpy(host(rodata_), program.rodata.data(), program.rodata.size());
    globals_ = reserve(program.globals_size);
    functions_ = reserve(program.functions.size() * sizeof(Slot));
    for (size_t i = 0; i < program.functions.size(); i++) {
      reinterpret_cast<Slot*>(host(functions_))[i] = i;
    }
  }

  ~TestExecutor() override {
    for (void* block : blocks_) std::free(block);
    for (const auto& g : goroutines_) {
      std::free(g->slots);
      std::free(g->frames);
    }
  }

  // Runs the program to its end; `status` becomes 0, 2 after a panic, or that of os.Exit.
  void run_program() { run_function(program.entry); }
  void run_function(program::FunctionId id) {
    ready_.push_back(&make(functions_ + id * sizeof(Slot)));
    Goroutine* const main = ready_.front();
    while (!ready_.empty()) {
      Goroutine& g = *ready_.front();
      ready_.pop_front();
      g.status = Status::ready;
      if (g.depth >= save_all_frames_after_calls) g.saved_depth = g.depth;
      const Stop stop = run(*this, g, budget);
      if (stop == Stop::died || stop == Stop::exited) return;
      if (stop == Stop::finished && &g == main && !g.goexit) return;
      if (stop == Stop::budget) ready_.push_back(&g);
    }
    standard_error += "fatal error: all goroutines are asleep - deadlock!\n";
    status = 2;
  }

  std::string standard_output, standard_error;
  int status = 0;
  uint64_t budget = 1000;
  std::vector<uint32_t> reentered;  // what frame_reentered was told
  // From the turn on that begins with so many frames, they count as saved.
  uint32_t save_all_frames_after_calls = ~0u;

  // ---- Executor ----
  Address allocate(Goroutine&, uint64_t size, bool) override { return reserve(size); }
  void reading(Goroutine&, Address, uint64_t, const program::Instruction*) override {}
  void writing(Goroutine&, Address, uint64_t, const program::Instruction*) override {}
  void mutating(Address, uint64_t) override {}
  Goroutine& spawn(Goroutine& parent, Address closure, const program::Instruction* site) override {
    Goroutine& g = make(closure);
    g.parent = parent.id;
    g.started_at = site;
    g.started_in = parent.top().function;
    ready_.push_back(&g);
    return g;
  }
  void grow(Goroutine& g, uint32_t slots, uint32_t frames) override {
    if (slots > g.slot_capacity) {
      g.slots = static_cast<Slot*>(std::realloc(g.slots, slots * sizeof(Slot)));
      g.slot_capacity = slots;
    }
    if (frames > g.frame_capacity) {
      g.frames = static_cast<Frame*>(std::realloc(g.frames, frames * sizeof(Frame)));
      g.frame_capacity = frames;
    }
  }
  void died(Goroutine& g, Death death, std::string_view text) override {
    standard_error += death == Death::panic ? "panic: " : "fatal error: ";
    standard_error += text;
    standard_error += "\n\n" + format_trace(program, g, "running");
    status = 2;
  }
  void exit(Goroutine&, int code) override { status = code; }
  void write(Goroutine&, int fd, std::string_view bytes) override {
    (fd == 1 ? standard_output : standard_error) += bytes;
    if (echo) (void)!fwrite(bytes.data(), 1, bytes.size(), fd == 1 ? stdout : stderr);
  }
  int64_t now() override { return 0; }
  int64_t monotonic() override { return 0; }
  bool controlled() const override { return true; }
  int processors() const override { return 1; }
  const std::vector<std::string>& arguments() const override { return arguments_; }
  int64_t option(std::string_view) const override { return 0; }

  // ---- What the interpreter needs ----
  template <class T>
  T load(Goroutine&, Address address, const program::Instruction*) {
    T value;
    std::memcpy(&value, host(address), sizeof(T));
    return value;
  }
  template <class T>
  void store(Goroutine&, Address address, T value, const program::Instruction*) {
    std::memcpy(host(address), &value, sizeof(T));
  }
  bool stops_before(Goroutine&, const program::Instruction*) { return false; }
  Performed perform(Goroutine& g);
  void frame_reentered(Goroutine& g) {
    reentered.push_back(g.depth - 1);
    g.saved_depth = g.depth - 1;
  }

  bool echo = false;

 private:
  Address reserve(uint64_t size) {
    return reinterpret_cast<Address>(blocks_.emplace_back(std::calloc(1, size + 16)));
  }
  Goroutine& make(Address closure) {
    Goroutine& g = *goroutines_.emplace_back(std::make_unique<Goroutine>());
    g.id = static_cast<uint32_t>(goroutines_.size());
    grow(g, 16, 2);
    start(*this, g, closure);
    g.function = g.frames[0].function;
    return g;
  }

  std::vector<void*> blocks_;
  std::vector<std::unique_ptr<Goroutine>> goroutines_;
  std::deque<Goroutine*> ready_;
  std::vector<std::string> arguments_;
};

inline Performed TestExecutor::perform(Goroutine& g) {
  const Operation& op = g.operation;
  Slot* R = g.registers();
  switch (op.kind) {
    case OpKind::spawn: spawn(g, R[op.value], op.site); return Performed::done;
    case OpKind::exit: exit(g, static_cast<int>(R[op.value])); return Performed::done;
    default: return Performed::done;
  }
}

}  // namespace gocheck::machine
