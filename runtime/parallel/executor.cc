#include "runtime/parallel/executor.h"

#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <utility>

#include "runtime/machine/channel.h"
#include "runtime/machine/frames.h"
#include "runtime/machine/interpreter.h"
#include "runtime/parallel/report.h"
#include "runtime/parallel/thread.h"

namespace gocheck::parallel {

using machine::Stop;

namespace {

// Back edges and calls that a goroutine executes before others get their turn: some 100 microseconds.
constexpr uint64_t kSlice = 20'000;

int workers_wanted(const Options& options) {
  if (options.processors > 0) return options.processors;
  if (const char* text = std::getenv("GOMAXPROCS")) {
    int wanted = 0;
    std::from_chars(text, text + std::strlen(text), wanted);
    if (wanted > 0) return std::min(wanted, 1024);
  }
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

ParallelExecutor::ParallelExecutor(const program::Program& program, const Options& options)
    : Executor(program),
      options_(options),
      heap_(options.memory_limit != 0 ? options.memory_limit : Heap::usual_limit(),
            [this](uint64_t size, uint64_t in_use) { out_of_memory(size, in_use); }),
      nothing_(heap_.allocate_root(16)),
      pool_(heap_),
      timers_([this](ParallelGoroutine& g, Address object) { time_reached(g, object); },
              [this] { scheduler_.look_again(); }),
      poller_([this](ParallelGoroutine& g) { scheduler_.ready(g); }, [this] { scheduler_.look_again(); }),
      scheduler_(workers_wanted(options),
                 {[this] {
                    if (!output_.empty()) output_.flush();
                  },
                  [this] { return timers_.pending() || poller_.pending(); }, [this] { deadlocked(); }}) {
  rodata_ = reinterpret_cast<Address>(program.rodata.data());
  globals_ = reinterpret_cast<Address>(heap_.allocate_root(std::max<uint64_t>(program.globals_size, 16)));
  static_closures_.resize(program.functions.size());
  for (uint64_t id = 0; id < static_closures_.size(); ++id) static_closures_[id] = id;
  functions_ = reinterpret_cast<Address>(static_closures_.data());
}

ParallelExecutor::~ParallelExecutor() {
  heap_.release_root(reinterpret_cast<void*>(globals_));
  heap_.release_root(nothing_);
}

void ParallelExecutor::start_main() {
  ParallelGoroutine& g = pool_.take(scheduler_.worker(0).pool);
  g.is_main = true;
  g.function = &program.functions[program.main];
  machine::start(*this, g, functions_ + 8 * program.entry);
  scheduler_.ready(g);
}

int ParallelExecutor::run() {
  start_main();
  std::vector<std::thread> threads;
  for (int i = 0; i < scheduler_.workers(); ++i) {
    threads.push_back(start_thread([this, i] {
      const Heap::Thread registration;
      Scheduler::set_current(&scheduler_.worker(i));
      work(scheduler_.worker(i));
      Scheduler::set_current(nullptr);
    }));
  }
  for (std::thread& thread : threads) thread.join();
  timers_.stop();
  poller_.stop();
  // Nothing runs any more: goroutines can be looked at.
  if (report_others_) {
    std::vector<ParallelGoroutine*> others;
    pool_.for_each([&](ParallelGoroutine& g) {
      if (g.id != reported_ && !g.system) others.push_back(&g);
    });
    std::ranges::sort(others, {}, &Goroutine::id);
    for (const ParallelGoroutine* g : others) report_ += "\n" + describe(program, *g);
  }
  if (!report_.empty()) output_.write(2, report_);
  output_.flush();
  return status_;
}

void ParallelExecutor::work(Worker& worker) {
  while (ParallelGoroutine* const next = scheduler_.take(worker)) {
    ParallelGoroutine& g = *next;
    worker.running = &g;
    if (!resume(worker, g)) continue;
    for (bool same = true; same && !scheduler_.stopped();) {
      same = false;
      switch (machine::run(*this, g, kSlice)) {
        case Stop::waiting: depart(worker, g); break;
        case Stop::finished: finished(worker, g); break;
        case Stop::budget:
          same = !scheduler_.has_other_work(worker);
          end_of_slice(worker, g, same);
          break;
        case Stop::died:
        case Stop::exited: break;
      }
    }
  }
}

// What g has still to do for the operation it waited at. False if it waits again.
bool ParallelExecutor::resume(Worker& worker, ParallelGoroutine& g) {
  if (g.waiters_in_use != 0) leave_queues(g);
  if (!g.try_again) return true;
  if (wait_for_mutex(g) == Performed::done) return true;
  depart(worker, g);
  return false;
}

// g waits, and the interpreter has let go of it.
void ParallelExecutor::depart(Worker& worker, ParallelGoroutine& g) {
  using Then = Scheduler::Departure::Then;
  switch (std::exchange(worker.departure.then, Then::nothing)) {
    case Then::nothing: break;
    case Then::requeue: scheduler_.ready_last(g); break;
    case Then::sleep: timers_.add(g); break;
    case Then::poll: {
      const Slot* const args = g.registers() + g.operation.value;
      poller_.add(g, static_cast<int>(args[0]), static_cast<int>(args[1]));
      break;
    }
  }
  for (uint32_t* word : worker.departure.unlock) unlock(*word);
  worker.departure.unlock.clear();
}

void ParallelExecutor::end_of_slice(Worker&, ParallelGoroutine& g, bool goes_on) {
  if (!output_.empty()) output_.flush_old(monotonic_now());
  if (!goes_on) scheduler_.ready_last(g);
}

void ParallelExecutor::finished(Worker& worker, ParallelGoroutine& g) {
  if (g.is_main) {
    if (!g.goexit) {
      end(0, {});
      return;
    }
    main_left_ = true;  // by runtime.Goexit
    g.is_main = false;
  }
  pool_.give_back(worker.pool, g);
}

Goroutine& ParallelExecutor::spawn(Goroutine& parent, Address closure, const program::Instruction* site) {
  ParallelGoroutine& g = pool_.take(Scheduler::current()->pool);
  g.parent = parent.id;
  g.child_number = ++parent.children;
  g.function = &machine::function_of(*this, closure);
  g.started_at = site;
  g.started_in = parent.top().function;
  machine::start(*this, g, closure);
  scheduler_.ready(g);
  return g;
}

void ParallelExecutor::grow(Goroutine& g, uint32_t slots, uint32_t frames) {
  pool_.grow(own(g), slots, frames);
}

int64_t ParallelExecutor::number_of_goroutines() {
  int64_t count = 0;
  pool_.for_each([&](ParallelGoroutine& g) { count += !g.system; });
  return count;
}

int64_t ParallelExecutor::choose(Goroutine&, int64_t n) {
  Worker& worker = *Scheduler::current();
  const uint64_t high = worker.next_random();
  const uint64_t random = high << 32 | worker.next_random();
  return static_cast<int64_t>(static_cast<unsigned __int128>(random) * static_cast<uint64_t>(n) >> 64);
}

int64_t ParallelExecutor::now() {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

int64_t ParallelExecutor::option(std::string_view name) const {
  const auto found = options_.options.find(name);
  return found == options_.options.end() ? 0 : found->second;
}

void ParallelExecutor::end(int status, std::string report, bool with_other_goroutines, uint32_t reported) {
  {
    const std::lock_guard guard(end_mutex_);
    if (std::exchange(ended_, true)) return;
    status_ = status;
    report_ = std::move(report);
    report_others_ = with_other_goroutines;
    reported_ = reported;
  }
  scheduler_.stop();
}

void ParallelExecutor::exit(Goroutine&, int status) { end(status & 0xff, {}); }

void ParallelExecutor::died(Goroutine& g, Death death, std::string_view text) {
  const bool fatal = death == Death::fatal;
  end(2,
      fmt::format("{}{}\n\n{}", fatal ? "fatal error: " : "panic: ", text,
                  describe(program, own(g), "running")),
      fatal, g.id);
}

// The process ends here: the thread cannot leave the middle of an instruction.
void ParallelExecutor::out_of_memory(uint64_t size, uint64_t in_use) {
  std::string text = fmt::format(
      "runtime: out of memory: cannot allocate {}-byte block ({} in use)\n"
      "fatal error: out of memory\n",
      size, in_use);
  const Worker* const worker = Scheduler::current();
  if (worker != nullptr && worker->running != nullptr) {
    text += "\n" + describe(program, *worker->running, "running");
  }
  output_.write(2, text);
  ::_exit(2);
}

void ParallelExecutor::deadlocked() {
  const bool nobody = main_left_ && pool_.alive() == 0;
  end(2,
      fmt::format("fatal error: {} - deadlock!\n",
                  nobody ? "no goroutines (main called runtime.Goexit)" : "all goroutines are asleep"),
      true);
}

int run(const program::Program& program, const Options& options) {
  ParallelExecutor executor(program, options);
  return executor.run();
}

}  // namespace gocheck::parallel
