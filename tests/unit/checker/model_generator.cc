#include "tests/unit/checker/model_generator.h"

#include <algorithm>

namespace gocheck::checker::model {
namespace {

// Families of operations; a program mixes a few of them, so that its operations meet.
enum Family { kChannel, kSelect, kClose, kMutex, kRwMutex, kWaitGroup, kVariable, kChoice, kSleep, kFamilies };

class Generator {
 public:
  explicit Generator(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ull + 0x1234567) {}

  Program program() {
    const uint32_t families = 1 + below(3);
    for (uint32_t i = 0; i < families; ++i) mix_.push_back(static_cast<Family>(below(kFamilies)));
    // A close or a choice alone is no program.
    if (below(2) == 0) mix_.push_back(below(2) == 0 ? kChannel : kSelect);
    const uint32_t channels = 1 + below(2) + (below(4) == 0 ? 1 : 0);
    for (uint32_t i = 0; i < channels; ++i) program_.channels.push_back(below(3));
    program_.mutexes = 1 + below(2);
    program_.rw_mutexes = 1;
    program_.wait_groups = 1;
    program_.variables = 1 + below(2);
    const uint32_t goroutines = 2 + below(3);
    program_.goroutines.resize(goroutines);
    for (Goroutine& g : program_.goroutines) body(g.code, 1 + below(4));
    for (uint32_t g = 1; g < goroutines; ++g) {
      if (below(5) == 0) spawn(g);
    }
    return std::move(program_);
  }

 private:
  uint32_t below(uint32_t n) {
    state_ += 0x9E3779B97F4A7C15ull;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return static_cast<uint32_t>(((z ^ (z >> 31)) >> 32) % n);
  }
  uint32_t channel() { return below(static_cast<uint32_t>(program_.channels.size())); }
  Value value() { return below(3) == 0 ? Value{1, true} : Value{static_cast<int32_t>(1 + below(9)), false}; }

  void body(std::vector<Operation>& code, uint32_t length) {
    while (code.size() < length) add_operation(code);
    if (below(4) != 0) return;
    // A branch over the tail, on what has been observed last.
    const uint32_t at = below(static_cast<uint32_t>(code.size()));
    const uint32_t skip = 1 + below(static_cast<uint32_t>(code.size()) - at);
    insert(code, at, {.op = Op::jump_if, .value = {static_cast<int32_t>(below(2))}, .target = at + 1 + skip});
  }

  void add_operation(std::vector<Operation>& code) {
    switch (mix_[below(static_cast<uint32_t>(mix_.size()))]) {
      case kChannel:
        code.push_back({.op = below(2) == 0 ? Op::send : Op::receive, .object = channel(), .value = value()});
        break;
      case kSelect: code.push_back(select()); break;
      case kClose: code.push_back({.op = Op::close, .object = channel()}); break;
      case kMutex: lock(code); break;
      case kRwMutex: rw_lock(code); break;
      case kWaitGroup: {
        const Op op[] = {Op::add, Op::done, Op::done, Op::wait};
        code.push_back({.op = op[below(4)], .argument = 1 + static_cast<int32_t>(below(2))});
        break;
      }
      case kVariable: code.push_back(access()); break;
      case kChoice: code.push_back({.op = Op::choose, .argument = 2}); break;
      default: code.push_back({.op = Op::sleep, .argument = 1 + static_cast<int32_t>(below(2))}); break;
    }
  }

  Operation access() {
    const uint32_t variable = below(program_.variables);
    switch (below(4)) {
      case 0: return {.op = Op::load, .object = variable};
      case 1:
        return {.op = Op::compare_and_swap, .object = variable, .value = value(), .argument = static_cast<int32_t>(below(3))};
      default: return {.op = Op::store, .object = variable, .value = value()};
    }
  }

  Operation select() {
    Operation operation{.op = Op::select};
    const uint32_t cases = 1 + below(3);
    for (uint32_t i = 0; i < cases; ++i) operation.cases.push_back({below(2) == 0, channel(), value()});
    operation.has_default = below(3) == 0;
    return operation;
  }

  void lock(std::vector<Operation>& code) {
    const uint32_t m = below(program_.mutexes);
    const bool tries = below(4) == 0;
    if (below(6) != 0) code.push_back({.op = tries ? Op::try_lock : Op::lock, .object = m});
    if (tries) code.push_back({.op = Op::jump_if, .value = {0}, .target = static_cast<uint32_t>(code.size()) + 2});
    if (below(3) == 0 && !tries) code.push_back(access());
    if (below(6) != 0 || tries) code.push_back({.op = Op::unlock, .object = m});
  }

  void rw_lock(std::vector<Operation>& code) {
    const bool writes = below(2) == 0, tries = below(4) == 0;
    const Op op = writes ? (tries ? Op::try_rw_lock : Op::rw_lock) : (tries ? Op::try_read_lock : Op::read_lock);
    if (below(8) != 0) code.push_back({.op = op});
    if (tries) code.push_back({.op = Op::jump_if, .value = {0}, .target = static_cast<uint32_t>(code.size()) + 2});
    if (below(4) == 0 && !tries) code.push_back(access());
    if (below(6) != 0 || tries) code.push_back({.op = writes ? Op::rw_unlock : Op::read_unlock});
  }

  static void insert(std::vector<Operation>& code, uint32_t at, const Operation& inserted) {
    for (Operation& operation : code) {
      if (operation.target > at) ++operation.target;
    }
    code.insert(code.begin() + at, inserted);
  }

  // Goroutine g runs only when an earlier one has spawned it.
  void spawn(uint32_t g) {
    std::vector<Operation>& code = program_.goroutines[below(g)].code;
    const uint32_t at = below(static_cast<uint32_t>(code.size()) + 1);
    insert(code, at, {.op = Op::spawn, .object = g});
    program_.goroutines[g].spawned = true;
  }

  uint64_t state_;
  std::vector<Family> mix_;
  Program program_;
};

void erase_operation(std::vector<Operation>& code, size_t at) {
  code.erase(code.begin() + static_cast<std::ptrdiff_t>(at));
  for (Operation& operation : code) {
    if (operation.target > at) --operation.target;
  }
}

}  // namespace

Program random_program(uint64_t seed) { return Generator(seed).program(); }

std::vector<Program> smaller(const Program& program) {
  std::vector<Program> result;
  for (size_t g = 0; g < program.goroutines.size(); ++g) {
    const std::vector<Operation>& code = program.goroutines[g].code;
    for (size_t i = 0; i < code.size(); ++i) {
      Program& less = result.emplace_back(program);
      erase_operation(less.goroutines[g].code, i);
      for (size_t c = 0; c < code[i].cases.size(); ++c) {
        Program& fewer = result.emplace_back(program);
        std::vector<Case>& cases = fewer.goroutines[g].code[i].cases;
        cases.erase(cases.begin() + static_cast<std::ptrdiff_t>(c));
      }
      if (code[i].has_default) result.emplace_back(program).goroutines[g].code[i].has_default = false;
    }
  }
  return result;
}

}  // namespace gocheck::checker::model
