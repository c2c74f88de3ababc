// Hand-written programs for tests: a table of types as the front end makes it, and functions built
// instruction by instruction.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/program/program.h"

namespace gocheck::machine {

using program::FunctionId;
using program::Kind;
using program::Opcode;
using program::TypeId;

class Assembler {
 public:
  Assembler() {
    program.types.resize(1);
    program.type_bool = scalar(Kind::bool_, "bool", 1);
    program.type_int = scalar(Kind::int_, "int", 8);
    program.type_uint8 = scalar(Kind::uint8, "uint8", 1);
    program.type_float64 = scalar(Kind::float64, "float64", 8);
    program.type_string = wide(Kind::string, "string", 2, true);
    program.runtime_error = wide(Kind::string, "runtime.errorString", 2, true);
    program.bounds_error = program.plain_error = program.runtime_error;
    program.type_assertion_error = wide(Kind::string, "runtime.typeAssertionError", 2, true);
    any = wide(Kind::interface, "interface {}", 2, true);
    ints = wide(Kind::slice, "[]int", 3, false);
    program.types[ints].element = program.type_int;
    int32 = scalar(Kind::int32, "int32", 4);
    program.go_version = "go1.22";
    program.files.push_back({"main.gol", "", false});
  }

  TypeId scalar(Kind kind, std::string name, uint64_t size) {
    program::Type& type = program.types.emplace_back();
    type.kind = kind;
    type.name = std::move(name);
    type.size = size;
    type.align = static_cast<uint32_t>(size);
    type.slots = 1;
    type.comparable = type.direct = true;
    return static_cast<TypeId>(program.types.size() - 1);
  }
  TypeId wide(Kind kind, std::string name, uint32_t slots, bool comparable) {
    const TypeId id = scalar(kind, std::move(name), 8);
    program.types[id].size = slots * 8;
    program.types[id].slots = slots;
    program.types[id].comparable = comparable;
    program.types[id].direct = false;
    program.types[id].has_pointers = true;
    return id;
  }
  TypeId map(TypeId key, TypeId value) {
    const TypeId id = scalar(Kind::map, "map[" + program.types[key].name + "]" + program.types[value].name, 8);
    program.types[id].key = key;
    program.types[id].element = value;
    program.types[id].comparable = false;
    return id;
  }

  // Begins a function; the following instructions are its code.
  FunctionId function(std::string name, uint32_t results, uint32_t params, uint32_t frame) {
    program::Function& f = program.functions.emplace_back();
    f.name = std::move(name);
    f.position = {0, static_cast<uint32_t>(program.functions.size()), 1};
    f.results = results;
    f.params = params;
    f.frame = frame;
    return static_cast<FunctionId>(program.functions.size() - 1);
  }
  program::Function& current() { return program.functions.back(); }
  uint32_t here() { return static_cast<uint32_t>(current().code.size()); }

  Assembler& op(Opcode opcode, int a = 0, int b = 0, int c = 0) {
    const auto word = [](int operand) { return static_cast<uint16_t>(operand); };
    emit({static_cast<uint16_t>(opcode), word(a), word(b), word(c)});
    return *this;
  }
  Assembler& op_x(Opcode opcode, int a, int b, int c, uint64_t ext) {
    op(opcode, a, b, c);
    emit(__builtin_bit_cast(program::Instruction, ext));
    return *this;
  }
  Assembler& text(int slot, std::string_view text) {
    const uint64_t offset = program.rodata.size();
    program.rodata += text;
    return op_x(Opcode::string_const, slot, 0, 0, offset << 32 | text.size());
  }
  Assembler& integer(int slot, int64_t value) {
    return op_x(Opcode::const_x, slot, 0, 0, static_cast<uint64_t>(value));
  }
  Assembler& print(program::PrintKind kind, int slot) { return op(Opcode::print, slot, static_cast<int>(kind)); }
  Assembler& print_int(int slot) { return print(program::PrintKind::integer, slot).print(program::PrintKind::newline, 0); }
  Assembler& ret() { return op(Opcode::ret); }
  // panic(text), using four slots from `slot` on.
  Assembler& panic_text(int slot, std::string_view message) {
    text(slot, message);
    op_x(Opcode::make_iface, slot + 2, slot, 0, program.type_string);
    return op(Opcode::panic, slot + 2);
  }
  // defer function(), using one slot.
  Assembler& defer(int slot, FunctionId id) {
    op_x(Opcode::func_const, slot, 0, 0, id);
    current().has_defer = true;
    return op(Opcode::defer, slot);
  }
  // The end of a function with defer statements.
  Assembler& finish_with_defers() {
    current().recover_pc = here();
    return op(Opcode::run_defers).ret();
  }

  program::Program program;
  TypeId any = 0, ints = 0, int32 = 0;

 private:
  void emit(program::Instruction word) {
    current().code.push_back(word);
    current().positions.push_back({0, here(), 1});
  }
};

}  // namespace gocheck::machine
