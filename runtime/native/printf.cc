// Printer::printf: the format string.
#include "runtime/native/print.h"
#include "runtime/native/utf8.h"

namespace gocheck::native {
namespace {

constexpr int kMaxNumber = 1'000'000;  // of a width, precision or argument index

}  // namespace

void Printer::printf(std::string_view format, const std::vector<Value>& operands, bool wraps_errors) {
  wraps_errors_ = wraps_errors;
  Scan scan{.format = format, .operands = operands.size()};
  while (scan.at < format.size()) {
    const size_t percent = std::min(format.find('%', scan.at), format.size());
    out().append(format.substr(scan.at, percent - scan.at));
    scan.at = percent;
    if (percent == format.size()) break;
    ++scan.at;
    scan.good_index = true;
    scan.after_index = false;
    directive() = {};
    scan_flags(scan);
    scan_index(scan);
    scan_width(scan, operands);
    scan_precision(scan, operands);
    if (!scan.after_index) scan_index(scan);
    if (scan.at >= format.size()) {
      out() += "%!(NOVERB)";
      break;
    }
    print_directive(scan, operands);
  }
  if (!reordered_ && scan.operand < operands.size()) print_extra(operands, scan.operand);
}

void Printer::scan_flags(Scan& scan) {
  Directive& d = directive();
  for (; scan.at < scan.format.size(); ++scan.at) {
    switch (scan.format[scan.at]) {
      case '#': d.sharp = true; break;
      case '0': d.zero = !d.minus; break;  // zeros only on the left
      case '+': d.plus = true; break;
      case '-':
        d.minus = true;
        d.zero = false;
        break;
      case ' ': d.space = true; break;
      default: return;
    }
  }
}

// Digits at scan.at; false if there are none, or too large a number (the rest of the format is skipped then).
bool Printer::scan_number(Scan& scan, int& number) const {
  bool found = false;
  number = 0;
  for (; scan.at < scan.format.size() && scan.format[scan.at] >= '0' && scan.format[scan.at] <= '9';
       ++scan.at) {
    if (number > kMaxNumber) {
      number = 0;
      scan.at = scan.format.size();
      return false;
    }
    number = number * 10 + (scan.format[scan.at] - '0');
    found = true;
  }
  return found;
}

// [n]
void Printer::scan_index(Scan& scan) {
  scan.after_index = false;
  if (scan.at >= scan.format.size() || scan.format[scan.at] != '[') return;
  reordered_ = true;
  const size_t close = scan.format.find(']', scan.at);
  if (close == std::string_view::npos || scan.format.size() - scan.at < 3) {  // at least [n]
    scan.good_index = false;
    ++scan.at;
    return;
  }
  Scan inner{.format = scan.format.substr(0, close), .at = scan.at + 1};
  int index = 0;
  const bool well_formed = scan_number(inner, index) && inner.at == close;
  scan.at = close + 1;
  scan.after_index = well_formed;
  if (well_formed && index >= 1 && static_cast<size_t>(index) <= scan.operands) scan.operand = index - 1;
  else scan.good_index = false;
}

// The operand that a * stands for.
bool Printer::star(Scan& scan, const std::vector<Value>& operands, int& number) const {
  number = 0;
  if (scan.operand >= operands.size()) return false;
  const Value& operand = operands[scan.operand++];
  if (!operand.valid()) return false;
  const Kind kind = values_.type(operand).kind;
  if (!program::is_integer(kind)) return false;
  const int64_t value = values_.signed_integer(operand);
  if (value > kMaxNumber || value < -kMaxNumber) return false;
  number = static_cast<int>(value);
  return true;
}

void Printer::scan_width(Scan& scan, const std::vector<Value>& operands) {
  Directive& d = directive();
  if (scan.at < scan.format.size() && scan.format[scan.at] == '*') {
    ++scan.at;
    d.has_width = star(scan, operands, d.width);
    if (!d.has_width) out() += "%!(BADWIDTH)";
    if (d.width < 0) {
      d.width = -d.width;
      d.minus = true;
      d.zero = false;
    }
    scan.after_index = false;
    return;
  }
  d.has_width = scan_number(scan, d.width);
  if (scan.after_index && d.has_width) scan.good_index = false;  // %[3]2d
}

void Printer::scan_precision(Scan& scan, const std::vector<Value>& operands) {
  Directive& d = directive();
  if (scan.at + 1 >= scan.format.size() || scan.format[scan.at] != '.') return;  // a final dot is a verb
  ++scan.at;
  if (scan.after_index) scan.good_index = false;  // %[3].2d
  scan_index(scan);
  if (scan.at < scan.format.size() && scan.format[scan.at] == '*') {
    ++scan.at;
    d.has_precision = star(scan, operands, d.precision);
    if (d.precision < 0) {
      d.precision = 0;
      d.has_precision = false;
    }
    if (!d.has_precision) out() += "%!(BADPREC)";
    scan.after_index = false;
    return;
  }
  scan_number(scan, d.precision);
  d.has_precision = true;
}

void Printer::print_directive(Scan& scan, const std::vector<Value>& operands) {
  const Decoded verb = decode_rune(scan.format.substr(scan.at));
  scan.at += verb.size;
  if (verb.rune == '%') {
    out() += '%';
    return;
  }
  if (!scan.good_index) return bad_operand(verb.rune, "(BADINDEX)");
  if (scan.operand >= operands.size()) return bad_operand(verb.rune, "(MISSING)");
  Directive& d = directive();
  if (verb.rune == 'v' || verb.rune == 'w') {
    if (verb.rune == 'w') wrapped_.push_back(static_cast<int64_t>(scan.operand));
    d.sharp_v = d.sharp;
    d.sharp = false;
    d.plus_v = d.plus;
    d.plus = false;
  }
  print_argument(operands[scan.operand++], verb.rune);
}

void Printer::bad_operand(int32_t verb, std::string_view what) {
  out() += "%!";
  append_rune(out(), verb);
  out() += what;
}

void Printer::print_extra(const std::vector<Value>& operands, size_t first) {
  directive() = {};
  out() += "%!(EXTRA ";
  for (size_t i = first; i < operands.size(); ++i) {
    if (i > first) out() += ", ";
    if (!operands[i].valid()) {
      out() += "<nil>";
      continue;
    }
    out().append(values_.type(operands[i]).name).append("=");
    print_argument(operands[i], 'v');
  }
  out() += ')';
}

}  // namespace gocheck::native
