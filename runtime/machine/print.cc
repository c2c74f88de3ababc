#include "runtime/machine/print.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>

#include "runtime/machine/value.h"

namespace gocheck::machine {

using program::Kind;
using program::PrintKind;

std::string print_float(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  // Go's runtime scales by repeated division and multiplication; doing the same gives the same
  // last digit.
  constexpr int kDigits = 7;
  const bool negative = std::signbit(value);
  value = std::fabs(value);
  int exponent = 0;
  if (value != 0) {
    for (; value >= 10; value /= 10) exponent++;
    for (; value < 1; value *= 10) exponent--;
    double half = 5;
    for (int i = 0; i < kDigits; i++) half /= 10;
    value += half;
    if (value >= 10) {
      exponent++;
      value /= 10;
    }
  }
  std::string digits;
  for (int i = 0; i < kDigits; i++) {
    const int digit = static_cast<int>(value);
    digits += static_cast<char>('0' + digit);
    value = (value - digit) * 10;
  }
  return fmt::format("{}{}.{}e{}{:03}", negative ? '-' : '+', digits[0], digits.substr(1),
                     exponent < 0 ? '-' : '+', std::abs(exponent));
}

namespace {

std::string_view string_at(const Executor& e, const Slot* words) {
  return {e.host(words[0]), static_cast<size_t>(words[1])};
}

std::string scalar_text(Kind kind, Slot value) {
  if (kind == Kind::bool_) return value ? "true" : "false";
  if (kind == Kind::float32) return print_float(std::bit_cast<float>(static_cast<uint32_t>(value)));
  if (kind == Kind::float64) return print_float(std::bit_cast<double>(value));
  if (program::is_signed_integer(kind)) return fmt::format("{}", static_cast<int64_t>(value));
  return fmt::format("{}", value);
}

}  // namespace

std::string panic_value_text(const Executor& e, program::TypeId id, Slot data) {
  const program::Type& type = e.program.types[id];
  const bool predeclared = type.name.find('.') == std::string::npos;
  if (type.kind == Kind::string) {
    const std::string_view text = string_at(e, reinterpret_cast<const Slot*>(e.host(data)));
    return predeclared ? std::string(text) : fmt::format("{}(\"{}\")", type.name, text);
  }
  if (type.kind == Kind::bool_ || program::is_integer(type.kind) || program::is_float(type.kind)) {
    const std::string text = scalar_text(type.kind, data);
    return predeclared ? text : fmt::format("{}({})", type.name, text);
  }
  if (type.kind == Kind::complex128 || type.kind == Kind::complex64) {
    const char* memory = e.host(data);
    double parts[2];
    if (type.kind == Kind::complex128) {
      std::memcpy(parts, memory, sizeof(parts));
    } else {
      float narrow[2];
      std::memcpy(narrow, memory, sizeof(narrow));
      parts[0] = narrow[0];
      parts[1] = narrow[1];
    }
    return fmt::format("{}({}{}i)", predeclared ? "" : type.name, print_float(parts[0]),
                       print_float(parts[1]));
  }
  return fmt::format("({}) 0x{:x}", type.name, data);
}

std::string print_text(PrintKind kind, const Executor& e, const Slot* value) {
  switch (kind) {
    case PrintKind::boolean: return value[0] ? "true" : "false";
    case PrintKind::integer: return fmt::format("{}", static_cast<int64_t>(value[0]));
    case PrintKind::unsigned_: return fmt::format("{}", value[0]);
    case PrintKind::floating: return print_float(std::bit_cast<double>(value[0]));
    case PrintKind::string: return std::string(string_at(e, value));
    case PrintKind::pointer: return fmt::format("0x{:x}", value[0]);
    case PrintKind::interface: return fmt::format("(0x{:x},0x{:x})", value[0], value[1]);
    case PrintKind::space: return " ";
    case PrintKind::newline: return "\n";
    case PrintKind::slice:
      return fmt::format("[{}/{}]0x{:x}", static_cast<int64_t>(value[1]), static_cast<int64_t>(value[2]),
                         value[0]);
  }
  return "";
}

}  // namespace gocheck::machine
