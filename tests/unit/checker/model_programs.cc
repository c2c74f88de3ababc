#include "tests/unit/checker/model_programs.h"

namespace gocheck::checker::model {
namespace {

Program goroutines(uint32_t n) {
  Program program;
  program.goroutines.resize(n);
  return program;
}

constexpr Value constant(uint32_t c) { return {static_cast<int32_t>(c), false}; }
constexpr Value register_plus(uint32_t c) { return {static_cast<int32_t>(c), true}; }

uint32_t end_of(const std::vector<Operation>& code) { return static_cast<uint32_t>(code.size()); }

}  // namespace

Program readers(uint32_t n) {
  Program program = goroutines(n + 1);
  program.variables = 1;
  program.goroutines[0].code = {{.op = Op::store, .value = constant(1)}};
  for (uint32_t i = 1; i <= n; ++i) program.goroutines[i].code = {{.op = Op::load}};
  return program;
}

Program last_zero(uint32_t n) {
  Program program = goroutines(n + 1);
  program.variables = n + 1;
  std::vector<Operation>& search = program.goroutines[0].code;
  for (uint32_t i = n + 1; i-- > 0;) {
    search.push_back({.op = Op::load, .object = i});
    search.push_back({.op = Op::jump_if, .value = constant(0), .target = 2 * (n + 1)});
  }
  for (uint32_t j = 1; j <= n; ++j) {
    program.goroutines[j].code = {{.op = Op::load, .object = j - 1},
                                  {.op = Op::store, .object = j, .value = register_plus(1)}};
  }
  return program;
}

Program indexer(uint32_t n) {
  constexpr uint32_t kSize = 128, kMax = 4, kAttempts = 16;
  Program program = goroutines(n);
  program.variables = kSize;
  for (uint32_t id = 0; id < n; ++id) {
    std::vector<Operation>& code = program.goroutines[id].code;
    for (uint32_t m = 1; m <= kMax; ++m) {
      const uint32_t w = m * 11 + id;
      const uint32_t next = end_of(code) + 2 * kAttempts;
      for (uint32_t i = 0; i < kAttempts; ++i) {
        code.push_back({.op = Op::compare_and_swap, .object = (w * 7 + i) % kSize, .value = constant(w), .argument = 0});
        code.push_back({.op = Op::jump_if, .value = constant(1), .target = next});
      }
    }
  }
  return program;
}

Program file_system(uint32_t n) {
  constexpr uint32_t kBlocks = 26, kInodes = 32, kAttempts = 4;
  Program program = goroutines(n);
  program.mutexes = kInodes + kBlocks;     // first those of the inodes
  program.variables = kInodes + kBlocks;
  for (uint32_t id = 0; id < n; ++id) {
    const uint32_t inode = id % kInodes;
    std::vector<Operation>& code = program.goroutines[id].code;
    const uint32_t found = 4 + 7 * kAttempts;
    code.push_back({.op = Op::lock, .object = inode});
    code.push_back({.op = Op::load, .object = inode});
    code.push_back({.op = Op::jump_if, .value = constant(0), .target = 4});
    code.push_back({.op = Op::jump, .target = found});
    for (uint32_t i = 0; i < kAttempts; ++i) {
      const uint32_t block = (inode * 2 + i) % kBlocks;
      const uint32_t lock = kInodes + block, busy = kInodes + block;
      const uint32_t begin = end_of(code);
      code.push_back({.op = Op::lock, .object = lock});
      code.push_back({.op = Op::load, .object = busy});
      code.push_back({.op = Op::jump_if, .value = constant(1), .target = begin + 6});
      code.push_back({.op = Op::store, .object = busy, .value = constant(1)});
      code.push_back({.op = Op::store, .object = inode, .value = constant(block + 1)});
      code.push_back({.op = Op::jump, .target = found});
      code.push_back({.op = Op::unlock, .object = lock});
    }
    // What follows a block that was found: its lock is known from the way here only, so that the
    // release is copied into each way below.
    code.push_back({.op = Op::unlock, .object = inode});
    for (uint32_t i = 0; i < kAttempts; ++i) {
      const uint32_t begin = 4 + 7 * i;
      code[begin + 5] = {.op = Op::jump, .target = end_of(code)};
      code.push_back({.op = Op::unlock, .object = kInodes + (inode * 2 + i) % kBlocks});
      code.push_back({.op = Op::unlock, .object = inode});
      code.push_back({.op = Op::stop});
    }
    code.insert(code.begin() + found + 1, {.op = Op::stop});
    for (Operation& operation : code) {
      if (operation.target > found) ++operation.target;
    }
  }
  return program;
}

Program counter(uint32_t n) {
  Program program = goroutines(n);
  program.mutexes = program.variables = 1;
  for (Goroutine& g : program.goroutines) {
    g.code = {{.op = Op::lock}, {.op = Op::load}, {.op = Op::store, .value = register_plus(1)}, {.op = Op::unlock}};
  }
  return program;
}

Program lock_forever(uint32_t n) {
  Program program = goroutines(n);
  program.mutexes = 1;
  for (Goroutine& g : program.goroutines) g.code = {{.op = Op::lock}};
  return program;
}

Program senders(uint32_t n, uint32_t receives, uint32_t capacity) {
  Program program = goroutines(n + 1);
  program.channels = {capacity};
  program.goroutines[0].code.assign(receives, {.op = Op::receive});
  for (uint32_t i = 1; i <= n; ++i) program.goroutines[i].code = {{.op = Op::send, .value = constant(i)}};
  return program;
}

Program pairs(uint32_t n) {
  Program program = goroutines(2 * n);
  program.channels = {0};
  for (uint32_t i = 0; i < n; ++i) {
    program.goroutines[i].code = {{.op = Op::send, .value = constant(i + 1)}};
    program.goroutines[n + i].code = {{.op = Op::receive}};
  }
  return program;
}

Program pipeline(uint32_t n, uint32_t values, uint32_t capacity) {
  Program program = goroutines(n);
  program.channels.assign(n - 1, capacity);
  for (uint32_t i = 0; i < n; ++i) {
    for (uint32_t v = 0; v < values; ++v) {
      if (i > 0) program.goroutines[i].code.push_back({.op = Op::receive, .object = i - 1});
      if (i + 1 < n) program.goroutines[i].code.push_back({.op = Op::send, .object = i, .value = register_plus(1)});
    }
  }
  return program;
}

Program workers(uint32_t tasks, uint32_t n) {
  Program program = goroutines(n + 2);
  program.channels = {0, 0};
  std::vector<Operation>& main = program.goroutines[0].code;
  main.assign(tasks, {.op = Op::receive, .object = 1});
  std::vector<Operation>& producer = program.goroutines[1].code;
  for (uint32_t i = 0; i < tasks; ++i) producer.push_back({.op = Op::send, .value = constant(i + 1)});
  producer.push_back({.op = Op::close});
  for (uint32_t i = 2; i < n + 2; ++i) {
    program.goroutines[i].code = {{.op = Op::receive},
                                  {.op = Op::jump_if, .value = constant(0), .target = 4},
                                  {.op = Op::send, .object = 1, .value = register_plus(0)},
                                  {.op = Op::jump, .target = 0}};
  }
  return program;
}

}  // namespace gocheck::checker::model
