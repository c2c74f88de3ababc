#include "runtime/program/effects.h"

#include <fmt/format.h>

#include <bit>
#include <string_view>

namespace gocheck::program {
namespace {

constexpr uint16_t kUnwanted = 0xffff;  // a slot operand that stands for "nowhere"

class Decoder {
 public:
  Decoder(const Program& program, const Function& function, uint32_t pc, std::string& error)
      : program_(program),
        function_(function),
        at_(&function.code[pc]),
        op_(at_->opcode()),
        pc_(pc),
        error_(error) {
    next_ = pc + length(op_);
    if (length(op_) == 2) ext_ = ext(at_);
  }

  Effects decode() {
    generic_operands();
    special_operands();
    return std::move(effects_);
  }

 private:
  void read(uint32_t first, uint32_t count) {
    if (count > 0) effects_.reads.push_back({first, count});
  }
  void write(uint32_t first, uint32_t count) {
    if (count > 0) effects_.writes.push_back({first, count});
  }
  void fail(std::string_view what, uint64_t index) {
    if (error_.empty()) error_ = fmt::format("{} {} does not exist", what, index);
  }

  // A type of the program, of `kind` unless that is invalid; types[0] after an error.
  const Type& type(uint64_t id, Kind kind = Kind::invalid) {
    if (id == 0 || id >= program_.types.size()) {
      fail("type", id);
      return program_.types[0];
    }
    const Type& found = program_.types[id];
    if (kind != Kind::invalid && found.kind != kind && error_.empty()) {
      error_ = fmt::format("type {} ({}) is of the wrong kind", id, found.name);
    }
    return found;
  }
  uint32_t slots(uint64_t id) { return type(id).slots; }

  // What the letters of the operand code say: one to three slots each, jumps, function indices.
  void generic_operands();
  void special_operands();
  void call();
  void memory();
  void slicing();
  void maps();
  void channels();
  void tables();

  const Program& program_;
  const Function& function_;
  const Instruction* at_;
  Opcode op_;
  uint32_t pc_;
  uint32_t next_;
  uint64_t ext_ = 0;
  std::string& error_;
  Effects effects_;
};

void Decoder::generic_operands() {
  std::string_view rest = operands(op_);
  const uint16_t values[] = {at_->a, at_->b, at_->c};
  for (int i = 0; !rest.empty(); i++) {
    const size_t space = rest.find(' ');
    const std::string_view token = rest.substr(0, space);
    rest = space == std::string_view::npos ? "" : rest.substr(space + 1);
    if (token == "jBC") {
      effects_.targets.push_back(int64_t{next_} + at_->bc());
    } else if (token == "X:jump") {
      effects_.targets.push_back(int64_t{next_} + static_cast<int64_t>(ext_));
    } else if (token == "X:func") {
      if (ext_ >= program_.functions.size()) fail("function", ext_);
    } else if (token == "X:native") {
      if (ext_ >= program_.natives.size()) fail("native", ext_);
    } else if (token == "X:method") {
      if (ext_ >= program_.methods.size()) fail("method", ext_);
    } else if (token[0] == 'd' || token[0] == 'r') {
      const uint32_t count = token.size() > 1 ? token[1] - '0' : 1;
      if (token[0] == 'd') write(values[i], count);
      if (token[0] == 'r') read(values[i], count);
    }
  }
  effects_.falls_through =
      op_ != Opcode::jump && op_ != Opcode::ret && op_ != Opcode::panic && op_ != Opcode::switch_table;
}

void Decoder::special_operands() {
  if (!error_.empty()) return;
  switch (op_) {
    case Opcode::call:
    case Opcode::call_closure:
    case Opcode::call_iface:
    case Opcode::call_native: return call();
    case Opcode::slice_slice:
    case Opcode::slice_string:
    case Opcode::slice_array: return slicing();
    case Opcode::map_get:
    case Opcode::map_get_ok:
    case Opcode::map_set:
    case Opcode::map_delete:
    case Opcode::map_clear:
    case Opcode::map_iter:
    case Opcode::map_next:
    case Opcode::make_map: return maps();
    case Opcode::make_chan:
    case Opcode::send:
    case Opcode::recv:
    case Opcode::recv_ok: return channels();
    case Opcode::select:
    case Opcode::switch_table: return tables();
    default: return memory();
  }
}

void Decoder::call() {
  effects_.reads.clear();  // "r" names where the frame begins
  const uint32_t base = at_->a;
  switch (op_) {
    case Opcode::call: {
      const Function& callee = program_.functions[ext_];
      read(base + callee.results, callee.params);
      write(base, callee.results);
      break;
    }
    case Opcode::call_native: {
      const Native& native = program_.natives[ext_];
      read(base + native.results, native.params);
      write(base, native.results);
      break;
    }
    case Opcode::call_iface: {
      const Type& signature = type(program_.methods[ext_].signature, Kind::func);
      uint32_t params = 0, results = 0;
      for (TypeId id : signature.params) params += slots(id);
      for (TypeId id : signature.results) results += slots(id);
      read(at_->b, 2);
      read(base + at_->c + 1, params);
      write(base, results);
      if (at_->c != results && error_.empty()) error_ = "the receiver does not follow the results";
      break;
    }
    default:
      read(at_->b, 1);
      effects_.unknown_results = true;
  }
  effects_.clobbers_from = base;
}

void Decoder::memory() {
  const auto frame_part = [&](uint64_t byte, uint64_t size, bool is_write) {
    if (byte + size > uint64_t{function_.frame} * 8) return fail("byte of the frame:", byte + size);
    if (size == 0) return;
    const uint32_t first = static_cast<uint32_t>(byte / 8),
                   last = static_cast<uint32_t>((byte + size - 1) / 8);
    // Part of a slot: the rest of it stays.
    if (!is_write || byte % 8 != 0 || size % 8 != 0) read(first, last - first + 1);
    if (is_write) write(first, last - first + 1);
  };
  switch (op_) {
    case Opcode::move_n:
      effects_.reads.clear();
      effects_.writes.clear();
      read(at_->b, at_->c);
      write(at_->a, at_->c);
      break;
    case Opcode::zero_n:
      effects_.writes.clear();
      write(at_->a, at_->b);
      break;
    case Opcode::frame_load_i8:
    case Opcode::frame_load_u8: frame_part(ext_, 1, false); break;
    case Opcode::frame_load_i16:
    case Opcode::frame_load_u16: frame_part(ext_, 2, false); break;
    case Opcode::frame_load_i32:
    case Opcode::frame_load_u32: frame_part(ext_, 4, false); break;
    case Opcode::frame_store_8: frame_part(ext_, 1, true); break;
    case Opcode::frame_store_16: frame_part(ext_, 2, true); break;
    case Opcode::frame_store_32: frame_part(ext_, 4, true); break;
    case Opcode::frame_copy:
      frame_part(ext_ & 0xffffffff, at_->a, false);
      frame_part(ext_ >> 32, at_->a, true);
      break;
    case Opcode::eq_mem:
      effects_.reads.clear();
      read(at_->b, slots(ext_));
      read(at_->c, slots(ext_));
      break;
    case Opcode::string_const:
      if ((ext_ >> 32) + (ext_ & 0xffffffff) > program_.rodata.size()) fail("constant data at", ext_ >> 32);
      break;
    case Opcode::global_addr:
      if (ext_ > program_.globals_size) fail("global at", ext_);
      break;
    case Opcode::load_n:
      effects_.writes.clear();
      write(at_->a, static_cast<uint32_t>((ext_ + 7) / 8));
      break;
    case Opcode::store_n:
      effects_.reads.clear();
      read(at_->a, 1);
      read(at_->b, static_cast<uint32_t>((ext_ + 7) / 8));
      break;
    case Opcode::make_closure:
      effects_.reads.clear();
      read(at_->b, at_->c);
      if (program_.functions[ext_].captures != at_->c) fail("capture", at_->c);
      break;
    case Opcode::load_capture:
      if (at_->b >= function_.captures) fail("capture", at_->b);
      break;
    case Opcode::concat:
      effects_.reads.clear();
      read(at_->b, 2 * uint32_t{at_->c});
      break;
    case Opcode::string_next: write(at_->a, 2); break;
    case Opcode::make_iface:
      effects_.reads.clear();
      read(at_->b, slots(ext_));
      break;
    case Opcode::assert_type:
    case Opcode::assert_type_ok:
      effects_.writes.clear();
      write(at_->a, slots(ext_ & 0xffffffff));
      if (op_ == Opcode::assert_type_ok) write(at_->c, 1);
      if (ext_ >> 32 != 0) type(ext_ >> 32, Kind::interface);
      break;
    case Opcode::assert_iface:
    case Opcode::assert_iface_ok:
      type(ext_ & 0xffffffff, Kind::interface);
      if (ext_ >> 32 != 0) type(ext_ >> 32, Kind::interface);
      break;
    case Opcode::new_:
    case Opcode::make_slice:
    case Opcode::grow_slice:
    case Opcode::append_slice:
    case Opcode::copy_slice:
    case Opcode::clear_slice: type(ext_); break;
    case Opcode::type_id:
      effects_.reads.clear();
      read(at_->b, 2);
      break;
    case Opcode::print: {
      constexpr uint32_t kSlots[] = {1, 1, 1, 1, 2, 1, 2, 0, 0, 3};
      effects_.reads.clear();
      if (at_->b >= std::size(kSlots)) return fail("kind of print", at_->b);
      read(at_->a, kSlots[at_->b]);
      break;
    }
    default: break;
  }
}

void Decoder::slicing() {
  effects_.reads.clear();
  read(at_->b, op_ == Opcode::slice_slice ? 3 : op_ == Opcode::slice_string ? 2 : 1);
  read(at_->c, std::popcount(ext_ & 7));
}

void Decoder::maps() {
  effects_.reads.clear();
  effects_.writes.clear();
  const Type& map = type(ext_ & 0xffffffff, Kind::map);
  if (!error_.empty()) return;
  const uint32_t key = slots(map.key), value = slots(map.element);
  switch (op_) {
    case Opcode::make_map:
      read(at_->b, 1);
      write(at_->a, 1);
      break;
    case Opcode::map_get:
    case Opcode::map_get_ok:
      read(at_->b, 1);
      read(at_->c, key);
      write(at_->a, value + (op_ == Opcode::map_get_ok ? 1 : 0));
      break;
    case Opcode::map_set:
      read(at_->a, 1);
      read(at_->b, key);
      read(at_->c, value);
      break;
    case Opcode::map_delete:
      read(at_->a, 1);
      read(at_->b, key);
      break;
    case Opcode::map_clear: read(at_->a, 1); break;
    case Opcode::map_iter:
      read(at_->b, 1);
      write(at_->a, 4);
      break;
    default: {  // map_next
      const uint16_t value_slot = static_cast<uint16_t>(ext_ >> 32);
      read(at_->b, 4);
      write(at_->b, 4);
      write(at_->a, 1);
      if (at_->c != kUnwanted) write(at_->c, key);
      if (value_slot != kUnwanted) write(value_slot, value);
    }
  }
}

void Decoder::channels() {
  const Type& channel = type(ext_, Kind::chan);
  if (!error_.empty() || op_ == Opcode::make_chan) return;
  const uint32_t element = slots(channel.element);
  if (op_ == Opcode::send) {
    effects_.reads.clear();
    read(at_->a, 1);
    read(at_->b, element);
  } else {
    effects_.writes.clear();
    write(at_->a, element + (op_ == Opcode::recv_ok ? 1 : 0));
  }
}

void Decoder::tables() {
  if (op_ == Opcode::switch_table) {
    if (ext_ >= function_.switches.size()) return fail("switch table", ext_);
    const SwitchTable& table = function_.switches[ext_];
    effects_.targets.assign(table.targets.begin(), table.targets.end());
    effects_.targets.push_back(table.otherwise);
    return;
  }
  if (ext_ >= function_.selects.size()) return fail("select table", ext_);
  for (const SelectCase& one : function_.selects[ext_].cases) {
    const Type& channel = type(one.channel_type, Kind::chan);
    if (!error_.empty()) return;
    read(one.channel, 1);
    const uint32_t element = slots(channel.element);
    if (one.is_send) {
      read(one.value, element);
    } else if (one.value != kUnwanted) {
      write(one.value, element);
    }
    if (one.ok != kUnwanted) write(one.ok, 1);
  }
}

}  // namespace

Effects effects(const Program& program, const Function& function, uint32_t pc, std::string& error) {
  return Decoder(program, function, pc, error).decode();
}

}  // namespace gocheck::program
