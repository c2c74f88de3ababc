// Natives of fmt and strconv.
#include <algorithm>
#include <array>
#include <optional>

#include "runtime/native/number.h"
#include "runtime/native/print.h"
#include "runtime/native/quote.h"
#include "runtime/native/support.h"
#include "runtime/native/unicode.h"

namespace gocheck::native {
namespace {

// The layout of fmt.hole.
struct GolHole {
  int64_t at;
  Slot value[2];
  int64_t verb, flags, width, precision;
};

// The values of a []any argument.
std::vector<Value> operands(Call& call, int arg) {
  const Values values(call);
  const uint64_t count = call.args[arg + 1];
  std::vector<Value> result(count);
  if (count == 0) return result;
  call.executor.reading(call.goroutine, call.args[arg], count * 16, call.site);
  for (uint64_t i = 0; i < count; ++i) result[i] = values.dynamic(call.executor.host(call.args[arg]) + i * 16);
  return result;
}

// A text and its holes: five result slots.
void return_printed(Call& call, const Printer& printer) {
  const Values values(call);
  call.return_string(0, printer.text());
  if (printer.holes().empty()) return return_nil_slice(call, 2);
  char* const holes = return_zeroed(call, 2, printer.holes().size(), sizeof(GolHole), true);
  for (size_t i = 0; i < printer.holes().size(); ++i) {
    const Hole& hole = printer.holes()[i];
    const auto [type, word] = values.box(hole.value);
    const GolHole copy{static_cast<int64_t>(hole.at), {type, word}, hole.verb, hole.directive.bits(), hole.directive.width,
                       hole.directive.precision};
    std::memcpy(holes + i * sizeof(GolHole), &copy, sizeof(copy));
  }
}

bool sprint(Call& call) {
  Printer printer(call);
  if (call.args[0] != 0) printer.println(operands(call, 1));
  else printer.print(operands(call, 1));
  if (printer.failed()) return false;
  return_printed(call, printer);
  return true;
}

bool sprintf(Call& call) {
  Printer printer(call);
  printer.printf(call.string(0), operands(call, 2), call.args[5] != 0);
  if (printer.failed()) return false;
  const std::vector<int64_t>& wrapped = printer.wrapped();
  return_printed(call, printer);
  if (wrapped.empty()) return_nil_slice(call, 5);
  else return_slice(call, 5, wrapped.data(), wrapped.size(), sizeof(int64_t), false);
  return true;
}

// fmt.directive(s, verb, flags, width, precision)
bool directive(Call& call) {
  Formatter formatter;
  formatter.directive = Directive::from_bits(integer(call, 3), integer(call, 4), integer(call, 5));
  const std::string_view text = call.string(0);
  switch (call.args[2]) {
    case 'x': formatter.hex(text, false); break;
    case 'X': formatter.hex(text, true); break;
    case 'q': formatter.quoted(text); break;
    default: formatter.string(text); break;
  }
  call.return_string(0, formatter.out);
  return true;
}

bool is_nil(Call& call) {
  const Values values(call);
  const Value value = values.dynamic(call.args);
  call.results[0] = value.valid() && values.type(value).kind == Kind::pointer && value.pointer() == 0;
  return true;
}

// fmt.kindOf(pointer): kind and size in bits of what a pointer points to, for scanning.
bool kind_of(Call& call) {
  const Values values(call);
  const Value value = values.dynamic(call.args);
  call.results[0] = call.results[1] = 0;
  if (!value.valid() || values.type(value).kind != Kind::pointer || value.pointer() == 0) return true;
  const Type& target = values.type(values.type(value).element);
  call.results[1] = target.size * 8;
  if (target.kind == Kind::bool_) call.results[0] = 'b';
  else if (program::is_signed_integer(target.kind)) call.results[0] = 'i';
  else if (program::is_unsigned_integer(target.kind)) call.results[0] = 'u';
  else if (program::is_float(target.kind)) call.results[0] = 'f';
  else if (target.kind == Kind::string) call.results[0] = 's';
  else if (target.kind == Kind::slice && values.type(target.element).kind == Kind::uint8) call.results[0] = 'y';
  return true;
}

// fmt.setScalar(pointer, bits): stores a scalar; floats come as the bits of a float64.
bool set_scalar(Call& call) {
  const Values values(call);
  const Value pointer = values.dynamic(call.args);
  const Type& target = values.type(values.type(pointer).element);
  Slot bits = call.args[2];
  if (target.kind == Kind::float32) {
    bits = __builtin_bit_cast(uint32_t, static_cast<float>(__builtin_bit_cast(double, bits)));
  }
  call.executor.writing(call.goroutine, pointer.pointer(), target.size, call.site);
  std::memcpy(call.executor.host(pointer.pointer()), &bits, target.size);
  return true;
}

// fmt.setString(pointer, s): stores a string.
bool set_string(Call& call) {
  const Value pointer = Values(call).dynamic(call.args);
  call.executor.writing(call.goroutine, pointer.pointer(), sizeof(StringHeader), call.site);
  std::memcpy(call.executor.host(pointer.pointer()), call.args + 2, sizeof(StringHeader));
  return true;
}

bool quote_with(Call& call, QuoteStyle style) {
  std::string out;
  append_quoted(out, call.string(0), '"', style);
  call.return_string(0, out);
  return true;
}

bool quote_rune_with(Call& call, QuoteStyle style) {
  std::string out;
  append_quoted_rune(out, integer(call, 0), style);
  call.return_string(0, out);
  return true;
}

constexpr std::array kEntries = {
    NativeEntry{"fmt.directive", directive},
    NativeEntry{"fmt.floatBits", [](Call& c) {
      c.results[0] = c.args[0];
      return true;
    }},
    NativeEntry{"fmt.isNil", is_nil},
    NativeEntry{"fmt.kindOf", kind_of},
    NativeEntry{"fmt.setScalar", set_scalar},
    NativeEntry{"fmt.setString", set_string},
    NativeEntry{"fmt.sprint", sprint},
    NativeEntry{"fmt.sprintf", sprintf},
    NativeEntry{"strconv.formatInt", [](Call& c) {
      std::string out;
      append_signed(out, integer(c, 0), static_cast<int>(c.args[1]));
      c.return_string(0, out);
      return true;
    }},
    NativeEntry{"strconv.formatUint", [](Call& c) {
      std::string out;
      append_unsigned(out, c.args[0], static_cast<int>(c.args[1]));
      c.return_string(0, out);
      return true;
    }},
    NativeEntry{"strconv.FormatFloat", [](Call& c) {
      if (c.args[3] != 32 && c.args[3] != 64) {
        machine::raise_text(c.executor, c.goroutine, "strconv: illegal AppendFloat/FormatFloat bitSize");
        return false;
      }
      std::string out;
      const int64_t precision = std::clamp<int64_t>(integer(c, 2), -1, 1'000'000);
      append_float(out, c.f64(0), static_cast<char>(c.args[1]), static_cast<int>(precision), static_cast<int>(c.args[3]));
      c.return_string(0, out);
      return true;
    }},
    NativeEntry{"strconv.parseInt", [](Call& c) {
      const ParsedInt parsed = parse_signed(c.string(0), integer(c, 2), integer(c, 3));
      c.results[0] = static_cast<Slot>(parsed.value);
      c.results[1] = static_cast<Slot>(parsed.error);
      return true;
    }},
    NativeEntry{"strconv.parseUint", [](Call& c) {
      const ParsedUint parsed = parse_unsigned(c.string(0), integer(c, 2), integer(c, 3));
      c.results[0] = parsed.value;
      c.results[1] = static_cast<Slot>(parsed.error);
      return true;
    }},
    NativeEntry{"strconv.parseFloat", [](Call& c) {
      const ParsedFloat parsed = parse_float(c.string(0), static_cast<int>(c.args[2]));
      c.return_f64(0, parsed.value);
      c.results[1] = static_cast<Slot>(parsed.error);
      return true;
    }},
    NativeEntry{"strconv.Quote", [](Call& c) { return quote_with(c, QuoteStyle::print); }},
    NativeEntry{"strconv.QuoteToASCII", [](Call& c) { return quote_with(c, QuoteStyle::ascii); }},
    NativeEntry{"strconv.QuoteToGraphic", [](Call& c) { return quote_with(c, QuoteStyle::graphic); }},
    NativeEntry{"strconv.QuoteRune", [](Call& c) { return quote_rune_with(c, QuoteStyle::print); }},
    NativeEntry{"strconv.QuoteRuneToASCII", [](Call& c) { return quote_rune_with(c, QuoteStyle::ascii); }},
    NativeEntry{"strconv.QuoteRuneToGraphic", [](Call& c) { return quote_rune_with(c, QuoteStyle::graphic); }},
    NativeEntry{"strconv.CanBackquote", [](Call& c) {
      c.results[0] = can_backquote(c.string(0));
      return true;
    }},
    NativeEntry{"strconv.IsPrint", [](Call& c) {
      c.results[0] = is_print(integer(c, 0));
      return true;
    }},
    NativeEntry{"strconv.IsGraphic", [](Call& c) {
      c.results[0] = is_graphic(integer(c, 0));
      return true;
    }},
    NativeEntry{"strconv.unquote", [](Call& c) {
      const std::optional<std::string> text = unquote(c.string(0));
      c.return_string(0, text.value_or(""));
      c.results[2] = text.has_value();
      return true;
    }},
    NativeEntry{"strconv.quotedPrefix", [](Call& c) {
      c.results[0] = quoted_prefix(c.string(0));
      return true;
    }},
    NativeEntry{"strconv.unquoteChar", [](Call& c) {
      const UnquotedChar unquoted = unquote_char(c.string(0), static_cast<char>(c.args[2]));
      c.results[0] = static_cast<Slot>(unquoted.value);
      c.results[1] = unquoted.multibyte;
      c.results[2] = static_cast<Slot>(unquoted.size);
      return true;
    }},
};

}  // namespace

std::span<const NativeEntry> format_natives() { return kEntries; }

}  // namespace gocheck::native
