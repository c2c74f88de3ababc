#include "runtime/machine/operation.h"

#include <algorithm>
#include <iterator>

namespace gocheck::machine {
namespace {

struct NativeOperation {
  std::string_view name;
  OpKind kind;
};

constexpr NativeOperation kNatives[] = {
    {"sync.(*Mutex).Lock", OpKind::mutex_lock},
    {"sync.(*Mutex).TryLock", OpKind::mutex_try_lock},
    {"sync.(*Mutex).Unlock", OpKind::mutex_unlock},
    {"sync.(*RWMutex).RLock", OpKind::rw_rlock},
    {"sync.(*RWMutex).TryRLock", OpKind::rw_try_rlock},
    {"sync.(*RWMutex).RUnlock", OpKind::rw_runlock},
    {"sync.(*RWMutex).announce", OpKind::rw_lock},
    {"sync.(*RWMutex).acquire", OpKind::rw_lock_acquire},
    {"sync.(*RWMutex).TryLock", OpKind::rw_try_lock},
    {"sync.(*RWMutex).Unlock", OpKind::rw_unlock},
    {"sync.(*WaitGroup).Add", OpKind::wg_add},
    {"sync.(*WaitGroup).Wait", OpKind::wg_wait},
    {"sync.(*Once).begin", OpKind::once_begin},
    {"sync.(*Once).end", OpKind::once_end},
    {"sync.(*notifyList).add", OpKind::cond_enqueue},
    {"sync.(*notifyList).wait", OpKind::cond_wait},
    {"sync.(*notifyList).notifyOne", OpKind::cond_signal},
    {"sync.(*notifyList).notifyAll", OpKind::cond_broadcast},
    {"runtime.Gosched", OpKind::yield},
    {"runtime.NumGoroutine", OpKind::num_goroutine},
    {"time.look", OpKind::read_clock},
    {"time.sleepUntil", OpKind::sleep},
    {"time.timerWait", OpKind::timer_wait},
    {"time.timerStop", OpKind::timer_stop},
    {"time.timerReset", OpKind::timer_reset},
    {"math/rand.choose", OpKind::choose},
    {"internal/model.Choose", OpKind::choose},
    {"internal/poll.wait", OpKind::io_wait},
    {"os.runtimeExit", OpKind::exit},
};

constexpr NativeOperation kAtomicVerbs[] = {
    {"Load", OpKind::atomic_load},          {"Store", OpKind::atomic_store},
    {"Add", OpKind::atomic_add},            {"Swap", OpKind::atomic_swap},
    {"CompareAndSwap", OpKind::atomic_cas}, {"And", OpKind::atomic_and},
    {"Or", OpKind::atomic_or},
};
constexpr std::string_view kAtomicTypes[] = {"Int32", "Int64", "Uint32", "Uint64", "Uintptr", "Pointer"};

// `function` is a verb followed by a type: "CompareAndSwapInt32".
OpKind atomic_operation(std::string_view function) {
  for (const NativeOperation& verb : kAtomicVerbs) {
    if (function.starts_with(verb.name) &&
        std::ranges::find(kAtomicTypes, function.substr(verb.name.size())) != std::end(kAtomicTypes)) {
      return verb.kind;
    }
  }
  return OpKind::none;
}

}  // namespace

OpKind operation_of_native(std::string_view name) {
  constexpr std::string_view kAtomicPackage = "sync/atomic.";
  if (name.starts_with(kAtomicPackage)) return atomic_operation(name.substr(kAtomicPackage.size()));
  const auto found = std::ranges::find(kNatives, name, &NativeOperation::name);
  return found == std::end(kNatives) ? OpKind::none : found->kind;
}

std::string_view wait_reason(OpKind kind, bool nil_channel) {
  switch (kind) {
    case OpKind::none: return "running";
    case OpKind::send: return nil_channel ? "chan send (nil chan)" : "chan send";
    case OpKind::recv: return nil_channel ? "chan receive (nil chan)" : "chan receive";
    case OpKind::close: return "chan close";
    case OpKind::select: return nil_channel ? "select (no cases)" : "select";
    case OpKind::chan_len: return "chan len";
    case OpKind::mutex_lock:
    case OpKind::mutex_try_lock: return "sync.Mutex.Lock";
    case OpKind::mutex_unlock: return "sync.Mutex.Unlock";
    case OpKind::rw_rlock:
    case OpKind::rw_try_rlock: return "sync.RWMutex.RLock";
    case OpKind::rw_runlock: return "sync.RWMutex.RUnlock";
    case OpKind::rw_lock:
    case OpKind::rw_lock_acquire:
    case OpKind::rw_try_lock: return "sync.RWMutex.Lock";
    case OpKind::rw_unlock: return "sync.RWMutex.Unlock";
    case OpKind::wg_add: return "sync.WaitGroup.Add";
    case OpKind::wg_wait: return "sync.WaitGroup.Wait";
    case OpKind::once_begin: return "sync.Once.Do";
    case OpKind::once_end: return "sync.Once.Do";
    case OpKind::cond_enqueue:
    case OpKind::cond_wait: return "sync.Cond.Wait";
    case OpKind::cond_signal: return "sync.Cond.Signal";
    case OpKind::cond_broadcast: return "sync.Cond.Broadcast";
    case OpKind::atomic_load:
    case OpKind::atomic_store:
    case OpKind::atomic_add:
    case OpKind::atomic_swap:
    case OpKind::atomic_cas:
    case OpKind::atomic_and:
    case OpKind::atomic_or: return "atomic";
    case OpKind::spawn: return "go";
    case OpKind::yield: return "runnable";
    case OpKind::sleep: return "sleep";
    case OpKind::timer_wait:
    case OpKind::timer_stop:
    case OpKind::timer_reset: return "timer";
    case OpKind::read_clock: return "time.Now";
    case OpKind::num_goroutine: return "runnable";
    case OpKind::choose:
    case OpKind::map_order: return "runnable";
    case OpKind::io_wait: return "IO wait";
    case OpKind::access: return "runnable";
    case OpKind::exit: return "exit";
  }
  return "running";
}

}  // namespace gocheck::machine
