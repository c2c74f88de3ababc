#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "runtime/program/effects.h"
#include "runtime/program/program.h"

namespace gocheck::program {
namespace {

class Printer {
 public:
  explicit Printer(const Program& program) : program_(program) {}

  std::string function(const Function& function) const {
    std::string text = fmt::format("func {}  ; {}\n  results {}, params {}, frame {}", function.name,
                                   to_string(program_.files, function.position), function.results,
                                   function.params, function.frame);
    if (function.captures > 0) text += fmt::format(", captures {}", function.captures);
    if (function.wrapper) text += ", wrapper";
    if (function.has_defer) text += fmt::format(", recovers at {}", function.recover_pc);
    text += "\n";
    for (const Function::LocalName& local : function.locals) {
      text += fmt::format("  R{} {} {}\n", local.slot, local.name, type_name(local.type));
    }
    Position last;
    for (uint32_t pc = 0; pc < function.code.size();) {
      const std::string line = fmt::format("  {:5}  {}", pc, instruction(function, pc));
      const Position position = pc < function.positions.size() ? function.positions[pc] : Position{};
      if (position.valid() && position != last) {
        text += fmt::format("{:<60}  ; {}:{}\n", line, position.line, position.column);
      } else {
        text += line + "\n";
      }
      last = position;
      if (function.code[pc].op >= static_cast<uint16_t>(Opcode::count_)) break;
      pc += length(function.code[pc].opcode());
    }
    return text + "\n";
  }

 private:
  std::string type_name(uint64_t id) const {
    return id < program_.types.size() ? program_.types[id].name : fmt::format("type{}", id);
  }

  std::string instruction(const Function& function, uint32_t pc) const {
    const Instruction& at = function.code[pc];
    if (at.op >= static_cast<uint16_t>(Opcode::count_)) return fmt::format("unknown opcode {}", at.op);
    const int words = length(at.opcode());
    if (pc + words > function.code.size()) return fmt::format("{} (cut off)", name(at.opcode()));
    std::string text = fmt::format("{:<15}", name(at.opcode()));
    std::string_view rest = operands(at.opcode());
    const uint16_t values[] = {at.a, at.b, at.c};
    const char* separator = "";
    for (int i = 0; !rest.empty(); i++) {
      const size_t space = rest.find(' ');
      const std::string_view token = rest.substr(0, space);
      rest = space == std::string_view::npos ? "" : rest.substr(space + 1);
      const std::string operand = token.starts_with("X:") ? extension(function, pc, token.substr(2))
                                  : token == "jBC" ? fmt::format("-> {}", int64_t{pc} + words + at.bc())
                                  : token == "iBC" ? fmt::format("{}", at.bc())
                                                   : small_operand(token, values[std::min(i, 2)]);
      if (operand.empty()) continue;
      text += separator + operand;
      separator = ", ";
    }
    return text;
  }

  static std::string small_operand(std::string_view token, uint16_t value) {
    switch (token[0]) {
      case 'd':
      case 'r': {
        const int count = token.size() > 1 ? token[1] - '0' : 1;
        return count == 1 ? fmt::format("R{}", value) : fmt::format("R{}..{}", value, value + count - 1);
      }
      case 'i': return fmt::format("{}", static_cast<int16_t>(value));
      case 'u': return fmt::format("{}", value);
      default: return "";
    }
  }

  std::string extension(const Function& function, uint32_t pc, std::string_view meaning) const {
    const uint64_t word = ext(&function.code[pc]);
    const auto name_in = [&](const auto& list, uint64_t index) -> std::string {
      return index < list.size() ? list[index].name : fmt::format("?{}", index);
    };
    if (meaning == "jump") return fmt::format("-> {}", int64_t{pc} + 2 + static_cast<int64_t>(word));
    if (meaning == "func") return name_in(program_.functions, word);
    if (meaning == "native") return name_in(program_.natives, word);
    if (meaning == "method") return name_in(program_.methods, word);
    if (meaning == "type") return type_name(word & 0xffffffff);
    if (meaning == "data") return quoted(word >> 32, word & 0xffffffff);
    if (meaning == "offset" && function.code[pc].opcode() == Opcode::global_addr) return global(word);
    if (meaning == "copy") return fmt::format("byte {} <- byte {}", word >> 32, word & 0xffffffff);
    if (meaning == "array") return fmt::format("{} of {} bytes", word & 0xffffffff, word >> 32);
    if (meaning == "slicing") return slicing(word);
    if (meaning == "next") {
      const uint16_t value = static_cast<uint16_t>(word >> 32);
      return fmt::format("{}, value {}", type_name(word & 0xffffffff),
                         value == 0xffff ? std::string("-") : fmt::format("R{}", value));
    }
    if (meaning == "table") return table(function, function.code[pc].opcode(), word);
    return fmt::format("{}", static_cast<int64_t>(word));
  }

  std::string quoted(uint64_t offset, uint64_t size) const {
    constexpr uint64_t kShown = 40;
    if (offset + size > program_.rodata.size()) return "?";
    std::string text = "\"";
    for (char c : std::string_view(program_.rodata).substr(offset, std::min(size, kShown))) {
      const uint8_t byte = static_cast<uint8_t>(c);
      if (byte < 0x20 || byte == '"' || byte == '\\' || byte >= 0x7f) {
        text += fmt::format("\\x{:02x}", byte);
      } else {
        text += c;
      }
    }
    return text + (size > kShown ? "\"..." : "\"");
  }

  std::string global(uint64_t offset) const {
    const auto after = std::ranges::upper_bound(program_.globals, offset, {}, &Global::offset);
    if (after == program_.globals.begin()) return fmt::format("+{}", offset);
    const Global& found = *(after - 1);
    return offset == found.offset ? found.name : fmt::format("{}+{}", found.name, offset - found.offset);
  }

  static std::string slicing(uint64_t word) {
    return fmt::format("[{}:{}{}]", word & 1 ? "low" : "", word & 2 ? "high" : "", word & 4 ? ":max" : "");
  }

  std::string table(const Function& function, Opcode op, uint64_t index) const {
    std::string text;
    if (op == Opcode::switch_table && index < function.switches.size()) {
      const SwitchTable& table = function.switches[index];
      for (size_t i = 0; i < table.targets.size(); i++) {
        text += fmt::format("{} -> {}, ", table.low + static_cast<int64_t>(i), table.targets[i]);
      }
      return text + fmt::format("else -> {}", table.otherwise);
    }
    if (op == Opcode::select && index < function.selects.size()) {
      for (const SelectCase& one : function.selects[index].cases) {
        if (!text.empty()) text += "; ";
        text += one.is_send            ? fmt::format("R{} <- R{}", one.channel, one.value)
                : one.value == 0xffff ? fmt::format("<-R{}", one.channel)
                                      : fmt::format("R{} = <-R{}", one.value, one.channel);
        if (one.ok != 0xffff) text += fmt::format(", ok R{}", one.ok);
      }
      if (function.selects[index].has_default) text += text.empty() ? "default" : "; default";
    }
    return text;
  }

  const Program& program_;
};

}  // namespace

std::string print(const Program& program, const Function& function) {
  return Printer(program).function(function);
}

std::string print(const Program& program, bool with_library) {
  std::string text;
  for (const Function& function : program.functions) {
    if (function.library && !with_library) continue;
    text += print(program, function);
  }
  return text;
}

}  // namespace gocheck::program
