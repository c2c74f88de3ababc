// The engine of package fmt's printing functions: walks values and formats them.
//
// A native cannot call Gol methods. Where a value has an Error, String, GoString or Format method
// that the verb asks for, the printer leaves a Hole in the text; fmt (Gol) fills it. Everything else
// is complete when print/printf return, so the usual call costs one native.
#pragma once

#include <string>
#include <vector>

#include "runtime/native/formatter.h"
#include "runtime/native/value.h"

namespace gocheck::native {

struct Hole {
  uint64_t at;   // offset in the text where the method's text goes
  Value value;
  int32_t verb;  // what Format is called with
  Directive directive;
};

class Printer {
 public:
  explicit Printer(machine::Call& call) : values_(call) {}

  // Operands: values of a []any.
  void print(const std::vector<Value>& operands);
  void println(const std::vector<Value>& operands);
  void printf(std::string_view format, const std::vector<Value>& operands, bool wraps_errors);

  const std::string& text() const { return formatter_.out; }
  const std::vector<Hole>& holes() const { return holes_; }
  // Indices of the operands of %w, in the order of the format.
  const std::vector<int64_t>& wrapped() const { return wrapped_; }
  // A panic was raised (a map that is written at the same time).
  bool failed() const { return values_.failed(); }

 private:
  void print_argument(const Value& operand, int32_t verb);
  void print_value(const Value& value, int32_t verb, int depth);
  bool left_to_method(const Value& value, int32_t& verb);
  void print_boolean(const Value& value, int32_t verb);
  void print_integer(const Value& value, int32_t verb);
  void print_integer(uint64_t bits, bool is_signed, int32_t verb, const Value& value);
  void print_float(double number, int bits, int32_t verb, const Value& value);
  void print_complex(const Value& value, int32_t verb);
  void print_string(std::string_view text, int32_t verb, const Value& value);
  void print_bytes(const Value& value, int32_t verb);
  void print_pointer(const Value& value, int32_t verb);
  void print_map(const Value& value, int32_t verb, int depth);
  void print_struct(const Value& value, int32_t verb, int depth);
  void print_interface(const Value& value, int32_t verb, int depth);
  void print_sequence(const Value& value, int32_t verb, int depth);
  void bad_verb(const Value& value, int32_t verb);
  void bad_operand(int32_t verb, std::string_view what);
  bool text_of_bytes(const Value& value, int32_t verb);

  // printf: one directive of the format at a time.
  struct Scan {
    std::string_view format;
    size_t at = 0;
    size_t operand = 0;
    size_t operands = 0;
    bool good_index = true;
    bool after_index = false;
  };
  void scan_flags(Scan& scan);
  bool scan_number(Scan& scan, int& number) const;
  void scan_index(Scan& scan);
  bool star(Scan& scan, const std::vector<Value>& operands, int& number) const;
  void scan_width(Scan& scan, const std::vector<Value>& operands);
  void scan_precision(Scan& scan, const std::vector<Value>& operands);
  void print_directive(Scan& scan, const std::vector<Value>& operands);
  void print_extra(const std::vector<Value>& operands, size_t first);

  std::string& out() { return formatter_.out; }
  Directive& directive() { return formatter_.directive; }

  Values values_;
  Formatter formatter_;
  std::vector<Hole> holes_;
  std::vector<int64_t> wrapped_;
  bool in_bad_verb_ = false;
  bool wraps_errors_ = false;
  bool reordered_ = false;
};

}  // namespace gocheck::native
