// What executes a program: the interface between the interpreter, the library functions and the
// two executors.
//
//   parallel/   real threads, real time; hooks cost nothing
//   checker/execution/   one goroutine at a time, everything undoable, every access observed
//
// The interpreter is a template over the executor's final class and calls its members directly;
// the virtual functions serve native functions, which are compiled once.
//
// Gol memory. An Address is translated by host(): the parallel runtime uses real addresses (base
// is null); the checker uses offsets into a reservation of its own, so that addresses do not depend
// on the process or the worker, and an object's address follows from the goroutine that
// allocates it and a count (never from the schedule).
//
// Members that the interpreter template needs besides the virtual ones (both executors have them,
// inline):
//
//   template <class T> T load(Goroutine&, Address, const program::Instruction* site);
//   template <class T> void store(Goroutine&, Address, T, const program::Instruction* site);
//        tracked access of a scalar; the address is not nil
//   bool stops_before(Goroutine&, const program::Instruction* site);
//        whether the tracked access at site is to be a visible operation now (checker: it is
//        promoted and has not been granted); constant false in the parallel runtime
//   Performed perform(Goroutine&);
//        carries out g.operation or leaves the goroutine waiting
//   void frame_reentered(Goroutine&);
//        after a return: g.top() is about to change and is below g.saved_depth
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/machine/goroutine.h"
#include "runtime/program/program.h"

namespace gocheck::machine {

enum class Performed : uint8_t {
  done,     // go on with the next instruction
  waiting,  // the interpreter returns Stop::waiting; somebody else completes the operation
  panicked  // a panic was raised in g: go on with its deferred calls
};

// Why the interpreter came back.
enum class Stop : uint8_t {
  waiting,   // at a visible operation
  budget,    // the budget of instructions is used up (back edges and calls are counted)
  finished,  // the goroutine's first function has returned
  died,      // uncaught panic or fatal error: g.executor is told by Executor::died first
  exited,    // os.Exit
};

using SyncKey = uint64_t;  // names an object of synchronisation: an address, or one derived from it

// Addresses below are a nil dereference.
inline constexpr Address kNilLimit = 4096;

class Linkage;

struct PanicRecord;

class Executor {
 public:
  explicit Executor(const program::Program& program);
  virtual ~Executor();
  Executor(const Executor&) = delete;

  const program::Program& program;
  // The program's natives and methods, resolved.
  const Linkage& linkage() const { return *linkage_; }
  // Most slots and frames of one goroutine: what exceeds them is Go's stack overflow. The defaults
  // leave about as much depth as Go's limit of 1 GB does; an executor may set lower ones.
  uint32_t slot_limit = 1u << 26;
  uint32_t frame_limit = 1u << 23;

  // ---- Memory ----
  char* host(Address address) const { return base_ + address; }
  Address address_of(const void* host) const {
    return reinterpret_cast<uintptr_t>(host) - reinterpret_cast<uintptr_t>(base_);
  }
  Address rodata() const { return rodata_; }
  Address globals() const { return globals_; }
  // The static closure {function} of every function, at functions() + 8 * FunctionId.
  Address functions() const { return functions_; }

  // Zeroed memory, aligned to 8 (16 from 16 bytes on). Size 0 gives a valid address. Never fails to return:
  // a limit that is hit ends the execution through Executor::out_of_memory.
  virtual Address allocate(Goroutine& g, uint64_t size, bool has_pointers) = 0;

  // Tracked accesses of ranges (race detection, and undo for writes; to be called before the
  // memory is touched). site: the instruction that is executing.
  virtual void reading(Goroutine& g, Address address, uint64_t size, const program::Instruction* site) = 0;
  virtual void writing(Goroutine& g, Address address, uint64_t size, const program::Instruction* site) = 0;
  // Untracked: the runtime's own state (channel headers, lock words, fresh objects). Undo only.
  virtual void mutating(Address address, uint64_t size) = 0;
  template <class T>
  void assign(T& field, T value) {  // field lies in Gol memory
    mutating(address_of(&field), sizeof(T));
    field = value;
  }

  // ---- Happens-before (Go memory model), for race detection; nothing in the parallel runtime ----
  virtual void acquire(Goroutine&, SyncKey) {}          // joins the key's clock into g's
  virtual void release(Goroutine&, SyncKey) {}          // the key's clock becomes g's
  virtual void release_merge(Goroutine&, SyncKey) {}    // the key's clock is joined with g's
  virtual void synchronize(Goroutine&, Goroutine&) {}   // both directions: a rendezvous

  // ---- Goroutines ----
  // Starts a goroutine that runs `closure`; called by perform() of spawn and by library code.
  virtual Goroutine& spawn(Goroutine& parent, Address closure, const program::Instruction* site) = 0;
  // Makes room for at least `slots` slots and `frames` frames, keeping the contents.
  virtual void grow(Goroutine& g, uint32_t slots, uint32_t frames) = 0;

  // ---- The end of the program ----
  // g has an uncaught panic (text as Go prints it after "panic: ", e.g. `main.E{...}`), or the
  // runtime stops the program ("fatal error: " text, e.g. stack overflow).
  enum class Death : uint8_t { panic, fatal };
  virtual void died(Goroutine& g, Death death, std::string_view text) = 0;
  // g panics, and is about to run deferred calls if there are any. For reports.
  virtual void panics(Goroutine&, const PanicRecord&) {}
  virtual void exit(Goroutine& g, int status) = 0;  // os.Exit

  // ---- The world ----
  virtual void write(Goroutine& g, int fd, std::string_view bytes) = 0;  // 1 or 2: buffered standard output or error
  virtual int64_t now() = 0;       // wall clock, nanoseconds since 1970
  virtual int64_t monotonic() = 0;  // nanoseconds; virtual time in the checker
  virtual bool controlled() const = 0;  // in the checker: the world is modelled
  virtual int processors() const = 0;   // GOMAXPROCS
  // Program arguments (os.Args), and options of the model ("http-requests"), by name.
  virtual const std::vector<std::string>& arguments() const = 0;
  virtual int64_t option(std::string_view name) const = 0;
  // Go leaves open what happens here, and this executor goes one way only: a limit of the checker, by its name.
  virtual void goes_one_way(std::string_view) {}

 protected:
  char* base_ = nullptr;
  Address rodata_ = 0, globals_ = 0, functions_ = 0;

 private:
  std::shared_ptr<const Linkage> linkage_;
};

// Raise a run-time panic in g; `text` is complete ("runtime error: integer divide by zero"). They differ in the type
// of the panic's value, which is Go's. Defined in panic.h's .cc; usable from perform() and natives, after which they
// report Performed::panicked / return false.
void raise(Executor& e, Goroutine& g, std::string_view text);         // runtime.errorString
void raise_bounds(Executor& e, Goroutine& g, std::string_view text);  // runtime.boundsError: indices and lengths
void raise_plain(Executor& e, Goroutine& g, std::string_view text);   // runtime.plainError: no "runtime error: "
void raise_text(Executor& e, Goroutine& g, std::string_view text);    // string, as of a panic of the library

}  // namespace gocheck::machine
