// Calls of predeclared functions and of package unsafe.
#include "frontend/types/checker.h"

namespace gocheck::types {

using syntax::ChanDir;
using syntax::NodeKind;

namespace {

struct BuiltinShape {
  std::string_view name;
  size_t least;
  bool variadic;
};

BuiltinShape shape_of(BuiltinId id) {
  switch (id) {
    case BuiltinId::append:
      return {"append", 1, true};
    case BuiltinId::cap:
      return {"cap", 1, false};
    case BuiltinId::clear:
      return {"clear", 1, false};
    case BuiltinId::close:
      return {"close", 1, false};
    case BuiltinId::complex:
      return {"complex", 2, false};
    case BuiltinId::copy:
      return {"copy", 2, false};
    case BuiltinId::delete_:
      return {"delete", 2, false};
    case BuiltinId::imag:
      return {"imag", 1, false};
    case BuiltinId::len:
      return {"len", 1, false};
    case BuiltinId::make:
      return {"make", 1, true};
    case BuiltinId::max:
      return {"max", 1, true};
    case BuiltinId::min:
      return {"min", 1, true};
    case BuiltinId::new_:
      return {"new", 1, false};
    case BuiltinId::panic:
      return {"panic", 1, false};
    case BuiltinId::print:
      return {"print", 0, true};
    case BuiltinId::println:
      return {"println", 0, true};
    case BuiltinId::real:
      return {"real", 1, false};
    case BuiltinId::recover:
      return {"recover", 0, false};
    case BuiltinId::unsafe_alignof:
      return {"Alignof", 1, false};
    case BuiltinId::unsafe_offsetof:
      return {"Offsetof", 1, false};
    case BuiltinId::unsafe_sizeof:
      return {"Sizeof", 1, false};
  }
  return {"", 0, true};
}

// Strings and byte slices, whose bytes can be appended to and copied into a byte slice.
bool is_text(const Type* type) {
  auto* slice = under_as<Slice>(type);
  auto* element = slice ? under_as<Basic>(slice->element) : nullptr;
  return is_string(type) || (element && element->basic == BasicKind::uint8);
}

// make, new and unsafe.Offsetof look at their arguments as syntax.
bool takes_values(BuiltinId id) {
  return id != BuiltinId::make && id != BuiltinId::new_ && id != BuiltinId::unsafe_offsetof;
}

}  // namespace

bool Checker::Impl::builtin_call(Operand& x, const syntax::CallExpr* call, BuiltinId id) {
  BuiltinShape shape = shape_of(id);
  std::string name(shape.name);
  x = Operand{};
  x.expr = call;
  const bool newer = id == BuiltinId::clear || id == BuiltinId::max || id == BuiltinId::min;
  if (newer && !version_at_least(21)) error(call->pos, name + " requires go1.21 or later");
  if (call->ellipsis.valid() && id != BuiltinId::append) {
    error(call->ellipsis, "invalid operation: invalid use of ... with built-in " + name);
    use(call->arguments);
    return false;
  }
  // len and cap of an array are constant if their own argument has no call or receive.
  bool before = env.has_call_or_receive;
  env.has_call_or_receive = false;
  std::vector<Operand> args;
  if (takes_values(id)) args = expr_list(call->arguments, false, nullptr);
  bool inside = env.has_call_or_receive;
  env.has_call_or_receive = before || (inside && id != BuiltinId::len && id != BuiltinId::cap);
  for (const Operand& arg : args) {
    if (!arg.valid()) return false;
  }
  size_t count = takes_values(id) ? args.size() : call->arguments.size();
  if (count < shape.least || (!shape.variadic && count > shape.least)) {
    bool few = count < shape.least;
    error(few ? call->rparen : call->arguments.back()->pos,
          std::string("invalid operation: ") + (few ? "not enough" : "too many") + " arguments for " +
              expr_string(call) + " (expected " + std::to_string(shape.least) + ", found " +
              std::to_string(count) + ")");
    return false;
  }
  if (!args.empty()) x = args[0];
  auto give = [&](Mode mode, const Type* type) {
    x.mode = mode;
    x.type = type;
  };
  switch (id) {
    case BuiltinId::append:
      builtin_append(x, call, args);
      break;
    case BuiltinId::len:
    case BuiltinId::cap:
      builtin_len(x, id, inside);
      break;
    case BuiltinId::clear:
      if (!under_as<Map>(x.type) && !under_as<Slice>(x.type)) {
        error(operand_position(x), "invalid argument: clear " + describe(x) +
                                       ": argument must be (or constrained by) map or slice");
        return false;
      }
      give(Mode::no_value, nullptr);
      break;
    case BuiltinId::close: {
      bool receive_only = false;
      bool channels = all_types(x.type, [&](const Type* type) {
        auto* chan = under_as<Chan>(type);
        receive_only |= chan && chan->dir == ChanDir::recv;
        return chan != nullptr;
      });
      if (!channels || receive_only) {
        error(operand_position(x), std::string("invalid operation: cannot close ") +
                                       (channels ? "receive-only channel " : "non-channel ") + describe(x));
        return false;
      }
      give(Mode::no_value, nullptr);
      break;
    }
    case BuiltinId::complex:
      builtin_complex(x, args[1], call);
      break;
    case BuiltinId::imag:
    case BuiltinId::real:
      builtin_real_imag(x, id);
      break;
    case BuiltinId::copy:
      builtin_copy(x, args[1]);
      break;
    case BuiltinId::delete_:
      builtin_delete(x, args[1]);
      break;
    case BuiltinId::make:
      builtin_make(x, call);
      break;
    case BuiltinId::max:
    case BuiltinId::min:
      builtin_min_max(x, id, args);
      break;
    case BuiltinId::new_: {
      const Type* type = type_expr(call->arguments[0]);
      if (!is_valid(type)) return false;
      give(Mode::value, arena.make<Pointer>(type));
      break;
    }
    case BuiltinId::panic:
      panic_calls.insert(call);
      assignment(x, any_type(), "argument to panic");
      if (!x.valid()) return false;
      give(Mode::no_value, nullptr);
      break;
    case BuiltinId::print:
    case BuiltinId::println:
      builtin_print(args, name);
      give(Mode::no_value, nullptr);
      break;
    case BuiltinId::recover:
      give(Mode::value, any_type());
      break;
    case BuiltinId::unsafe_alignof:
    case BuiltinId::unsafe_sizeof:
      builtin_unsafe(x, call, id);
      break;
    case BuiltinId::unsafe_offsetof:
      builtin_offsetof(x, call);
      break;
  }
  return x.valid();
}

void Checker::Impl::builtin_append(Operand& x, const syntax::CallExpr* call, std::vector<Operand>& args) {
  const Type* type = x.type;
  const Slice* slice = under_as<Slice>(type);
  if (!slice) {
    error(operand_position(x), "first argument to append must be a slice; have " +
                                   (x.mode == Mode::nil ? "untyped nil" : describe(x)));
    return x.invalidate();
  }
  // append([]byte, string...)
  const Basic* element = under_as<Basic>(slice->element);
  if (args.size() == 2 && call->ellipsis.valid() && element && element->basic == BasicKind::uint8 &&
      all_types(args[1].type, is_text)) {
    default_untyped(args[1]);
  } else {
    Tuple* params = arena.make<Tuple>();
    params->vars.push_back(arena.make<Var>(Position{}, nullptr, "", type));
    params->vars.push_back(arena.make<Var>(Position{}, nullptr, "", arena.make<Slice>(slice->element)));
    Signature* signature = arena.make<Signature>();
    signature->params = params;
    signature->results = arena.make<Tuple>();
    signature->variadic = true;
    arguments(call, signature, args);
  }
  x.mode = Mode::value;
  x.type = type;
}

void Checker::Impl::builtin_len(Operand& x, BuiltinId id, bool has_call_or_receive) {
  const Type* u = underlying(x.type);
  if (u->kind == TypeKind::pointer && under_as<Array>(static_cast<const Pointer*>(u)->element)) {
    u = under_as<Array>(static_cast<const Pointer*>(u)->element);
  }
  Mode mode = Mode::invalid;
  Constant value;
  bool is_len = id == BuiltinId::len;
  if (x.type->kind == TypeKind::type_param) {
    bool has_length = all_types(x.type, [&](const Type* t) {
      if (auto* pointer = under_as<Pointer>(t)) t = underlying(pointer->element);
      return t->kind == TypeKind::array || t->kind == TypeKind::slice || t->kind == TypeKind::chan ||
             (is_len && (is_string(t) || t->kind == TypeKind::map));
    });
    if (has_length) {
      x.mode = Mode::value;
      x.type = basic(BasicKind::int_);
      return;
    }
  }
  if (is_string(u) && is_len) {
    mode = x.mode == Mode::constant ? Mode::constant : Mode::value;
    if (x.mode == Mode::constant && x.constant.known())
      value = Constant::of_int(x.constant.as_string().size());
  } else if (u->kind == TypeKind::array) {
    mode = has_call_or_receive ? Mode::value : Mode::constant;
    value = Constant::of_int(static_cast<const Array*>(u)->length);
  } else if (u->kind == TypeKind::slice || u->kind == TypeKind::chan ||
             (u->kind == TypeKind::map && is_len)) {
    mode = Mode::value;
  }
  if (mode == Mode::invalid) {
    if (is_valid(u)) {
      error(operand_position(x),
            "invalid argument: " + describe(x) + " for built-in " + (is_len ? "len" : "cap"));
    }
    return x.invalidate();
  }
  x.mode = mode;
  x.type = basic(BasicKind::int_);
  x.constant = mode == Mode::constant ? value : Constant{};
}

void Checker::Impl::builtin_complex(Operand& x, Operand& y, const syntax::CallExpr* call) {
  if (is_untyped(x.type) && is_untyped(y.type)) {
    if (x.mode == Mode::constant && y.mode == Mode::constant) {
      // Integers and real complex numbers are floats here.
      for (Operand* operand : {&x, &y}) {
        if (is_numeric(operand->type) && operand->constant.to_float().known())
          operand->type = basic(BasicKind::untyped_float);
      }
    } else {
      convert_untyped(x, basic(BasicKind::float64));
      convert_untyped(y, basic(BasicKind::float64));
    }
  } else if (is_untyped(x.type)) {
    convert_untyped(x, y.type);
  } else if (is_untyped(y.type)) {
    convert_untyped(y, x.type);
  }
  if (!x.valid() || !y.valid()) return x.invalidate();
  if (!identical(x.type, y.type)) {
    error(operand_position(x), "invalid operation: " + expr_string(call) + " (mismatched types " +
                                   type_string(x.type) + " and " + type_string(y.type) + ")");
    return x.invalidate();
  }
  const Basic* part = under_as<Basic>(x.type);
  if (!part || !is_float(part)) {
    error(operand_position(x),
          "invalid argument: arguments have type " + type_string(x.type) + ", expected floating-point");
    return x.invalidate();
  }
  if (x.mode == Mode::constant && y.mode == Mode::constant) {
    x.constant = Constant::of_complex(x.constant.to_float(), y.constant.to_float());
  } else {
    x.mode = Mode::value;
  }
  x.type = basic(part->basic == BasicKind::float32   ? BasicKind::complex64
                 : part->basic == BasicKind::float64 ? BasicKind::complex128
                                                     : BasicKind::untyped_complex);
}

void Checker::Impl::builtin_real_imag(Operand& x, BuiltinId id) {
  if (is_untyped(x.type)) {
    if (x.mode != Mode::constant) {
      convert_untyped(x, basic(BasicKind::complex128));
      if (!x.valid()) return;
    } else if (is_numeric(x.type)) {
      x.type = basic(BasicKind::untyped_complex);
    }
  }
  const Basic* whole = under_as<Basic>(x.type);
  if (!whole || !is_complex(whole)) {
    error(operand_position(x),
          "invalid argument: argument has type " + type_string(x.type) + ", expected complex type");
    return x.invalidate();
  }
  if (x.mode == Mode::constant) {
    x.constant = id == BuiltinId::real ? x.constant.real_part() : x.constant.imaginary_part();
  } else {
    x.mode = Mode::value;
  }
  x.type = basic(whole->basic == BasicKind::complex64    ? BasicKind::float32
                 : whole->basic == BasicKind::complex128 ? BasicKind::float64
                                                         : BasicKind::untyped_float);
}

void Checker::Impl::builtin_copy(Operand& x, Operand& y) {
  const Slice* to = under_as<Slice>(x.type);
  const Slice* from = under_as<Slice>(y.type);
  const Type* element = from ? from->element : all_types(y.type, is_text) ? byte_type() : nullptr;
  if (!to || !element) {
    error(operand_position(x),
          "invalid argument: copy expects slice arguments; found " + describe(x) + " and " + describe(y));
    return x.invalidate();
  }
  bool same = from ? identical(to->element, element)
                   : under_as<Basic>(to->element) && under_as<Basic>(to->element)->basic == BasicKind::uint8;
  if (!same) {
    error(operand_position(x), "invalid argument: arguments to copy " + describe(x) + " and " + describe(y) +
                                   " have different element types " + type_string(to->element) + " and " +
                                   type_string(element));
    return x.invalidate();
  }
  default_untyped(y);
  x.mode = Mode::value;
  x.type = basic(BasicKind::int_);
}

void Checker::Impl::builtin_delete(Operand& x, Operand& key) {
  const Map* map = under_as<Map>(x.type);
  if (!map) {
    error(operand_position(x), "invalid argument: " + describe(x) + " is not a map");
    return x.invalidate();
  }
  assignment(key, map->key, "argument to delete");
  if (!key.valid()) return x.invalidate();
  x.mode = Mode::no_value;
  x.type = nullptr;
}

void Checker::Impl::builtin_make(Operand& x, const syntax::CallExpr* call) {
  const syntax::Expr* first = call->arguments[0];
  const Type* type = type_expr(first);
  syntax::List<syntax::Expr*> sizes = call->arguments.subspan(1);
  if (!is_valid(type)) return use(sizes);
  TypeKind kind = underlying(type)->kind;
  if (kind != TypeKind::slice && kind != TypeKind::map && kind != TypeKind::chan) {
    error(first->pos,
          "invalid argument: cannot make " + expr_string(first) + "; type must be slice, map, or channel");
    return use(sizes);
  }
  size_t least = kind == TypeKind::slice ? 2 : 1, count = call->arguments.size();
  if (count < least || count > least + 1) {
    error(call->pos, "invalid operation: " + expr_string(call) + " expects " + std::to_string(least) +
                         " or " + std::to_string(least + 1) + " arguments; found " + std::to_string(count));
    return use(sizes);
  }
  std::vector<int64_t> constants;
  for (const syntax::Expr* size : sizes) {
    int64_t value = -1;
    index_value(size, -1, &value);
    if (value >= 0) constants.push_back(value);
  }
  if (constants.size() == 2 && constants[0] > constants[1]) {
    error(sizes[0]->pos, "invalid argument: length and capacity swapped");
  }
  x.mode = Mode::value;
  x.type = type;
}

void Checker::Impl::builtin_min_max(Operand& x, BuiltinId id, std::vector<Operand>& args) {
  for (size_t i = 0; i < args.size(); ++i) {
    Operand& arg = args[i];
    if (!is_ordered(arg.type)) {
      error(operand_position(arg), "invalid argument: " + describe(arg) + " cannot be ordered");
      return x.invalidate();
    }
    if (i == 0) continue;
    match_types(x, arg);
    if (!x.valid()) return;
    if (!identical(x.type, arg.type)) {
      error(operand_position(arg), "invalid argument: mismatched types " + type_string(x.type) +
                                       " (previous argument) and " + type_string(arg.type) + " (type of " +
                                       expr_string(arg.expr) + ")");
      return x.invalidate();
    }
    if (x.mode == Mode::constant && arg.mode == Mode::constant) {
      syntax::Op better = id == BuiltinId::max ? syntax::Op::gtr : syntax::Op::lss;
      if (compare(arg.constant, better, x.constant)) x = arg;
    } else {
      x.mode = Mode::value;
    }
  }
  if (x.mode != Mode::constant) {
    x.mode = Mode::value;
    // A value at run time has a type.
    default_untyped(x);
    if (!x.valid()) return;
  }
  for (Operand& arg : args) {
    if (is_typed(x.type)) update_type(arg.expr, x.type, true);
  }
}

void Checker::Impl::builtin_print(std::vector<Operand>& args, const std::string& name) {
  for (Operand& arg : args) assignment(arg, nullptr, "argument to " + name);
}

// ---- Package unsafe ----

void Checker::Impl::builtin_unsafe(Operand& x, const syntax::CallExpr* call, BuiltinId id) {
  assignment(x, nullptr,
             std::string("argument to unsafe.") + (id == BuiltinId::unsafe_sizeof ? "Sizeof" : "Alignof"));
  if (!x.valid()) return;
  int64_t value = id == BuiltinId::unsafe_sizeof ? size_of(x.type) : align_of(x.type);
  // The size of what mentions a type parameter is not known here.
  bool known = !mentions_type_param(x.type);
  x = {known ? Mode::constant : Mode::value, basic(BasicKind::uintptr), Constant::of_int(value), call};
}

void Checker::Impl::builtin_offsetof(Operand& x, const syntax::CallExpr* call) {
  const syntax::Expr* arg = unparen(call->arguments[0]);
  if (arg->kind != NodeKind::selector_expr) {
    error(arg->pos, "invalid argument: " + expr_string(arg) + " is not a selector expression");
    return use(arg);
  }
  auto* selector = as<syntax::SelectorExpr>(arg);
  expr(x, selector->operand);
  if (!x.valid()) return;
  const Type* type = x.type;
  if (auto* pointer = under_as<Pointer>(type)) type = pointer->element;
  Selection found = find_member(type, selector->selected->name, package);
  x.invalidate();
  if (found.kind != Selection::Kind::field) {
    bool method = found.kind == Selection::Kind::method;
    error(selector->selected->pos, method
                                       ? "invalid argument: " + expr_string(arg) + " is a method value"
                                       : "invalid argument: " + type_string(type) + " has no single field " +
                                             std::string(selector->selected->name));
    return;
  }
  if (found.indirect) {
    error(arg->pos, "invalid argument: field " + std::string(selector->selected->name) +
                        " is embedded via a pointer in " + type_string(type));
    return;
  }
  record_use(selector->selected, found.object);
  info.selections[selector] = found;
  int64_t offset = 0;
  for (int step : found.path) {
    const Struct* structure = under_as<Struct>(type);
    offset += field_offsets(structure)[step];
    type = structure->fields[step]->type;
  }
  info.expressions[arg->id] = {Mode::value, found.object->type, {}};
  x = {Mode::constant, basic(BasicKind::uintptr), Constant::of_int(offset), call};
}

}  // namespace gocheck::types
