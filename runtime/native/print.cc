#include "runtime/native/print.h"

#include "runtime/native/utf8.h"

namespace gocheck::native {
namespace {

// Interfaces can make a value contain itself; then Go overflows its stack.
constexpr int kMaxDepth = 1000;

bool is_text_verb(int32_t verb) { return verb == 'v' || verb == 's' || verb == 'x' || verb == 'X' || verb == 'q'; }

}  // namespace

void Printer::print(const std::vector<Value>& operands) {
  bool after_string = false;
  for (size_t i = 0; i < operands.size(); ++i) {
    const bool is_string = operands[i].valid() && values_.type(operands[i]).kind == Kind::string;
    if (i > 0 && !is_string && !after_string) out() += ' ';
    print_argument(operands[i], 'v');
    after_string = is_string;
  }
}

void Printer::println(const std::vector<Value>& operands) {
  for (size_t i = 0; i < operands.size(); ++i) {
    if (i > 0) out() += ' ';
    print_argument(operands[i], 'v');
  }
  out() += '\n';
}

void Printer::print_argument(const Value& operand, int32_t verb) {
  if (!operand.valid()) {
    if (verb == 'T' || verb == 'v') formatter_.pad("<nil>");
    else bad_verb(operand, verb);
    return;
  }
  if (verb == 'T') return formatter_.string(values_.type(operand).name);
  if (verb == 'p') return print_pointer(operand, 'p');
  if (left_to_method(operand, verb)) return;
  const Type& t = values_.type(operand);
  if (t.kind == Kind::slice && !t.named && t.element == values_.program().type_uint8) return print_bytes(operand, verb);
  print_value(operand, verb, 0);
}

// Whether the value formats itself; then a hole has been left. %w becomes %v.
bool Printer::left_to_method(const Value& value, int32_t& verb) {
  if (in_bad_verb_) return false;
  if (verb == 'w') {
    if (!wraps_errors_ || !values_.has_text_method(value.type, "Error")) {
      bad_verb(value, verb);
      return true;
    }
    verb = 'v';
  }
  if (values_.type(value).methods.empty()) return false;
  const bool has_method = values_.has_format_method(value.type) ||
                          (directive().sharp_v ? values_.has_text_method(value.type, "GoString")
                                               : is_text_verb(verb) && (values_.has_text_method(value.type, "Error") ||
                                                                        values_.has_text_method(value.type, "String")));
  if (has_method) holes_.push_back({out().size(), value, verb, directive()});
  return has_method;
}

void Printer::print_value(const Value& value, int32_t verb, int depth) {
  if (depth > kMaxDepth) {
    out() += "...";
    return;
  }
  if (depth > 0 && value.valid() && value.accessible) {
    if (left_to_method(value, verb)) return;
  }
  if (!value.valid()) {
    if (verb == 'v') out() += "<nil>";
    else bad_verb(value, verb);
    return;
  }
  const Type& t = values_.type(value);
  if (program::is_integer(t.kind)) return print_integer(value, verb);
  switch (t.kind) {
    case Kind::bool_: return print_boolean(value, verb);
    case Kind::float32:
    case Kind::float64: return print_float(values_.floating(value), static_cast<int>(t.size) * 8, verb, value);
    case Kind::complex64:
    case Kind::complex128: return print_complex(value, verb);
    case Kind::string: return print_string(values_.string(value), verb, value);
    case Kind::map: return print_map(value, verb, depth);
    case Kind::structure: return print_struct(value, verb, depth);
    case Kind::interface: return print_interface(value, verb, depth);
    case Kind::array:
    case Kind::slice: return print_sequence(value, verb, depth);
    case Kind::pointer:
      if (depth == 0 && value.pointer() != 0) {
        const Kind kind = values_.type(t.element).kind;
        if (kind == Kind::array || kind == Kind::slice || kind == Kind::structure || kind == Kind::map) {
          out() += '&';
          return print_value(values_.target(value), verb, depth + 1);
        }
      }
      return print_pointer(value, verb);
    default: return print_pointer(value, verb);
  }
}

void Printer::print_boolean(const Value& value, int32_t verb) {
  if (verb == 't' || verb == 'v') formatter_.boolean(value.as<uint8_t>() != 0);
  else bad_verb(value, verb);
}

void Printer::print_integer(const Value& value, int32_t verb) {
  const bool is_signed = program::is_signed_integer(values_.type(value).kind);
  print_integer(is_signed ? static_cast<uint64_t>(values_.signed_integer(value)) : values_.unsigned_integer(value),
                is_signed, verb, value);
}

void Printer::print_integer(uint64_t bits, bool is_signed, int32_t verb, const Value& value) {
  switch (verb) {
    case 'v':
      if (directive().sharp_v && !is_signed) return formatter_.hex64(bits, true);
      [[fallthrough]];
    case 'd': return formatter_.integer(bits, 10, is_signed, 'd');
    case 'b': return formatter_.integer(bits, 2, is_signed, 'b');
    case 'o':
    case 'O': return formatter_.integer(bits, 8, is_signed, static_cast<char>(verb));
    case 'x': return formatter_.integer(bits, 16, is_signed, 'x');
    case 'X': return formatter_.integer(bits, 16, is_signed, 'X', true);
    case 'c': return formatter_.character(bits);
    case 'q': return formatter_.quoted_character(bits);
    case 'U': return formatter_.unicode(bits);
    default: return bad_verb(value, verb);
  }
}

// (1+2i): the imaginary part always has a sign.
void Printer::print_complex(const Value& value, int32_t verb) {
  constexpr std::string_view kVerbs = "vbgGxXfFeE";
  if (verb > 0x7f || kVerbs.find(static_cast<char>(verb)) == std::string_view::npos) return bad_verb(value, verb);
  const auto [real, imaginary] = values_.complex(value);
  const int bits = static_cast<int>(values_.type(value).size) * 4;
  const bool plus = directive().plus;
  out() += '(';
  print_float(real, bits, verb, value);
  directive().plus = true;
  print_float(imaginary, bits, verb, value);
  directive().plus = plus;
  out() += "i)";
}

void Printer::print_float(double number, int bits, int32_t verb, const Value& value) {
  switch (verb) {
    case 'v': return formatter_.floating(number, bits, 'g', -1);
    case 'b':
    case 'g':
    case 'G':
    case 'x':
    case 'X': return formatter_.floating(number, bits, static_cast<char>(verb), -1);
    case 'f':
    case 'F': return formatter_.floating(number, bits, 'f', 6);
    case 'e':
    case 'E': return formatter_.floating(number, bits, static_cast<char>(verb), 6);
    default: return bad_verb(value, verb);
  }
}

void Printer::print_string(std::string_view text, int32_t verb, const Value& value) {
  switch (verb) {
    case 'v': return directive().sharp_v ? formatter_.quoted(text) : formatter_.string(text);
    case 's': return formatter_.string(text);
    case 'x': return formatter_.hex(text, false);
    case 'X': return formatter_.hex(text, true);
    case 'q': return formatter_.quoted(text);
    default: return bad_verb(value, verb);
  }
}

// %s and the like of slices and arrays of bytes.
bool Printer::text_of_bytes(const Value& value, int32_t verb) {
  const Type& t = values_.type(value);
  if (values_.type(t.element).kind != Kind::uint8) return false;
  const std::string_view text = t.kind == Kind::slice ? values_.bytes(value) : values_.raw(value);
  switch (verb) {
    case 's': formatter_.string(text); return true;
    case 'x':
    case 'X': formatter_.hex(text, verb == 'X'); return true;
    case 'q': formatter_.quoted(text); return true;
    default: return false;
  }
}

// A []byte that is an operand itself.
void Printer::print_bytes(const Value& value, int32_t verb) {
  if (verb != 'v' && verb != 'd') {
    if (!text_of_bytes(value, verb)) print_value(value, verb, 0);
    return;
  }
  const std::string_view text = values_.bytes(value);
  if (directive().sharp_v) {
    out() += "[]byte";
    if (value.pointer() == 0) {
      out() += "(nil)";
      return;
    }
  }
  out() += directive().sharp_v ? '{' : '[';
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (i > 0) out() += directive().sharp_v ? ", " : " ";
    if (directive().sharp_v) formatter_.hex64(byte, true);
    else formatter_.integer(byte, 10, false, static_cast<char>(verb));
  }
  out() += directive().sharp_v ? '}' : ']';
}

void Printer::print_pointer(const Value& value, int32_t verb) {
  switch (values_.type(value).kind) {
    case Kind::chan:
    case Kind::func:
    case Kind::map:
    case Kind::pointer:
    case Kind::slice:
    case Kind::unsafe_pointer: break;
    default: return bad_verb(value, verb);
  }
  const Address address = value.pointer();
  switch (verb) {
    case 'v':
      if (directive().sharp_v) {
        out().append("(").append(values_.type(value).name).append(")(");
        if (address == 0) out() += "nil";
        else formatter_.hex64(address, true);
        out() += ')';
      } else if (address == 0) {
        formatter_.pad("<nil>");
      } else {
        formatter_.hex64(address, !directive().sharp);
      }
      return;
    case 'p': return formatter_.hex64(address, !directive().sharp);
    case 'b':
    case 'o':
    case 'd':
    case 'x':
    case 'X': return print_integer(address, false, verb, value);
    default: return bad_verb(value, verb);
  }
}

void Printer::print_map(const Value& value, int32_t verb, int depth) {
  if (directive().sharp_v) {
    out() += values_.type(value).name;
    if (value.pointer() == 0) {
      out() += "(nil)";
      return;
    }
    out() += '{';
  } else {
    out() += "map[";
  }
  bool first = true;
  for (const auto& [key, element] : values_.sorted_entries(value)) {
    if (!first) out() += directive().sharp_v ? ", " : " ";
    first = false;
    print_value(key, verb, depth + 1);
    out() += ':';
    print_value(element, verb, depth + 1);
  }
  out() += directive().sharp_v ? '}' : ']';
}

void Printer::print_struct(const Value& value, int32_t verb, int depth) {
  const Type& t = values_.type(value);
  if (directive().sharp_v) out() += t.name;
  out() += '{';
  for (size_t i = 0; i < t.fields.size(); ++i) {
    if (i > 0) out() += directive().sharp_v ? ", " : " ";
    if (directive().plus_v || directive().sharp_v) out().append(t.fields[i].name).append(":");
    Value field = values_.field(value, i);
    if (values_.type(field).kind == Kind::interface) {
      const Value element = values_.interface_element(field);
      if (element.valid()) field = element;
    }
    print_value(field, verb, depth + 1);
  }
  out() += '}';
}

void Printer::print_interface(const Value& value, int32_t verb, int depth) {
  const Value element = values_.interface_element(value);
  if (element.valid()) return print_value(element, verb, depth + 1);
  if (directive().sharp_v) out().append(values_.type(value).name).append("(nil)");
  else out() += "<nil>";
}

void Printer::print_sequence(const Value& value, int32_t verb, int depth) {
  if (text_of_bytes(value, verb)) return;
  const Type& t = values_.type(value);
  if (directive().sharp_v) {
    out() += t.name;
    if (t.kind == Kind::slice && value.pointer() == 0) {
      out() += "(nil)";
      return;
    }
  }
  out() += directive().sharp_v ? '{' : '[';
  bool first = true;
  for (const Value& element : values_.elements(value)) {
    if (!first) out() += directive().sharp_v ? ", " : " ";
    first = false;
    print_value(element, verb, depth + 1);
  }
  out() += directive().sharp_v ? '}' : ']';
}

// %!verb(type=value)
void Printer::bad_verb(const Value& value, int32_t verb) {
  in_bad_verb_ = true;
  out() += "%!";
  append_rune(out(), verb);
  out() += '(';
  if (value.valid()) {
    out().append(values_.type(value).name).append("=");
    print_argument(value, 'v');
  } else {
    out() += "<nil>";
  }
  out() += ')';
  in_bad_verb_ = false;
}

}  // namespace gocheck::native
