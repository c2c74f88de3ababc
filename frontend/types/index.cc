// Index and slice expressions.
#include "frontend/types/checker.h"

namespace gocheck::types {

using syntax::NodeKind;

bool Checker::Impl::valid_index(Operand& x, const char* what, bool allow_negative) {
  if (!x.valid()) return false;
  convert_untyped(x, basic(BasicKind::int_));
  if (!x.valid()) return false;
  std::string problem;
  Constant rounded;
  if (!is_integer(x.type)) {
    problem = " must be integer";
  } else if (x.mode == Mode::constant && x.constant.known()) {
    if (!allow_negative && x.constant.to_int().sign() < 0) {
      problem = " must not be negative";
    } else if (!representable(x.constant, static_cast<const Basic*>(basic(BasicKind::int_)), &rounded)) {
      problem = " overflows int";
    }
  }
  if (problem.empty()) return true;
  error(operand_position(x), std::string("invalid argument: ") + what + " " + describe(x) + problem);
  x.invalidate();
  return false;
}

bool Checker::Impl::index_value(const syntax::Expr* index, int64_t length, int64_t* value) {
  *value = -1;
  Operand x;
  expr(x, index);
  if (!valid_index(x, "index", false)) return false;
  if (x.mode != Mode::constant) return true;
  if (!x.constant.known()) return false;
  int64_t constant = *x.constant.as_int64();
  if (length >= 0 && constant >= length) {
    error(index->pos, "invalid argument: index " + x.constant.to_string() +
                          " out of bounds [0:" + std::to_string(length) + "]");
    return false;
  }
  *value = constant;
  return true;
}

void Checker::Impl::index_map(Operand& x, const Map* map, const syntax::Expr* index) {
  Operand key;
  expr(key, index);
  assignment(key, map->key, "map index");
  x.mode = Mode::map_index;
  x.type = map->value;
}

namespace {

// What indexing gives for every type of a type parameter's type set.
struct Indexing {
  const Type* element = nullptr;  // nullptr: not possible, or different types
  int64_t length = -1;            // of the shortest array
  bool strings = false, arrays = false;
};

Indexing common_indexing(const Type* type) {
  Indexing result;
  bool possible = all_types(type, [&](const Type* u) {
    const Type* element = nullptr;
    const Array* array = u->kind == TypeKind::array ? static_cast<const Array*>(u) : nullptr;
    result.arrays |= array != nullptr;
    if (auto* pointer = under_as<Pointer>(u)) array = under_as<Array>(pointer->element);
    if (array) {
      element = array->element;
      if (result.length < 0 || array->length < result.length) result.length = array->length;
    } else if (auto* slice = under_as<Slice>(u)) {
      element = slice->element;
    } else if (is_string(u)) {
      element = byte_type();
      result.strings = true;
    }
    if (!element || (result.element && !identical(element, result.element))) return false;
    result.element = element;
    return true;
  });
  if (!possible) result.element = nullptr;
  return result;
}

}  // namespace

void Checker::Impl::index(Operand& x, const syntax::IndexExpr* expr) {
  raw_expr(x, expr->operand, nullptr);
  reject(x, false);
  single_value(x);
  if (!x.valid()) return use(expr->indices);
  if (is_generic_function(x)) return function_instance(x, expr);
  if (x.mode == Mode::type) {
    x.type = instance_expr(expr);
    if (!is_valid(x.type)) x.invalidate();
    return;
  }
  if (under_as<Signature>(x.type)) {
    error(operand_position(x), "invalid operation: cannot index " + describe(x));
    use(expr->indices);
    return x.invalidate();
  }
  if (expr->indices.size() != 1) {
    error(expr->indices[1]->pos, "unexpected comma; expecting ]");
    use(expr->indices);
    return x.invalidate();
  }
  const syntax::Expr* at = expr->indices[0];
  const Type* u = underlying(x.type);
  int64_t length = -1, ignored = -1;
  if (u->kind == TypeKind::type_param) {
    Indexing common = common_indexing(x.type);
    if (common.element) {
      if (!index_value(at, common.length, &ignored)) return x.invalidate();
      if (common.strings || (common.arrays && x.mode != Mode::variable)) x.mode = Mode::value;
      if (!common.strings && !common.arrays) x.mode = Mode::variable;
      x.type = common.element;
      return;
    }
  }
  if (is_string(u)) {
    if (x.mode == Mode::constant && x.constant.known()) length = int64_t(x.constant.as_string().size());
    default_untyped(x);
    if (!index_value(at, length, &ignored)) return x.invalidate();
    x.mode = Mode::value;
    x.type = byte_type();
    return;
  }
  switch (u->kind) {
    case TypeKind::array:
      length = static_cast<const Array*>(u)->length;
      if (x.mode != Mode::variable) x.mode = Mode::value;
      x.type = static_cast<const Array*>(u)->element;
      break;
    case TypeKind::slice:
      x.mode = Mode::variable;
      x.type = static_cast<const Slice*>(u)->element;
      break;
    case TypeKind::map:
      return index_map(x, static_cast<const Map*>(u), at);
    case TypeKind::pointer:
      if (auto* array = under_as<Array>(static_cast<const Pointer*>(u)->element)) {
        length = array->length;
        x.mode = Mode::variable;
        x.type = array->element;
        break;
      }
      [[fallthrough]];
    default:
      error(operand_position(x), "invalid operation: cannot index " + describe(x));
      use(expr->indices);
      return x.invalidate();
  }
  if (!index_value(at, length, &ignored)) x.invalidate();
}

bool Checker::Impl::slice_operand(Operand& x, const syntax::SliceExpr* expr, int64_t* length) {
  const Type* u = underlying(x.type);
  *length = -1;
  if (is_string(u)) {
    if (expr->three) {
      error(expr->max ? expr->max->pos : expr->pos, "invalid operation: 3-index slice of string");
      return false;
    }
    if (x.mode == Mode::constant && x.constant.known()) *length = int64_t(x.constant.as_string().size());
    default_untyped(x);
    x.mode = Mode::value;
    return x.valid();
  }
  if (u->kind == TypeKind::type_param) {
    // Strings and byte slices may be sliced alike.
    Indexing common = common_indexing(x.type);
    if (common.strings && !common.arrays && common.element && common.length < 0 && !expr->three) {
      x.mode = Mode::value;
      return true;
    }
  }
  const Array* array = under_as<Array>(u);
  if (array) {
    if (x.mode != Mode::variable) {
      error(operand_position(x), "invalid operation: " + describe(x) + " (slice of unaddressable value)");
      return false;
    }
    mark_address_taken(expr->operand);
  } else if (auto* pointer = under_as<Pointer>(u)) {
    array = under_as<Array>(pointer->element);
  } else if (u->kind == TypeKind::slice) {
    x.mode = Mode::value;
    return true;
  }
  if (!array) {
    error(operand_position(x), "cannot slice " + describe(x));
    return false;
  }
  *length = array->length;
  x.mode = Mode::value;
  x.type = arena.make<Slice>(array->element);
  return true;
}

void Checker::Impl::slice(Operand& x, const syntax::SliceExpr* expr) {
  this->expr(x, expr->operand);
  int64_t length = -1;
  if (!x.valid() || !slice_operand(x, expr, &length)) {
    for (const syntax::Expr* e : {expr->low, expr->high, expr->max}) use(e);
    return x.invalidate();
  }
  if (expr->three && (!expr->high || !expr->max)) {
    error(expr->pos,
          expr->high ? "final index required in 3-index slice" : "middle index required in 3-index slice");
    return x.invalidate();
  }
  // Constant indices must be in range and in order. x[len:] is in range.
  std::vector<std::pair<int64_t, const syntax::Expr*>> constants;
  for (const syntax::Expr* e : {expr->low, expr->high, expr->max}) {
    if (!e) continue;
    int64_t value = -1;
    index_value(e, length >= 0 ? length + 1 : -1, &value);
    if (value >= 0) constants.emplace_back(value, e);
  }
  for (size_t i = 1; i < constants.size(); ++i) {
    if (constants[i - 1].first <= constants[i].first) continue;
    error(constants[i].second->pos, "invalid slice indices: " + std::to_string(constants[i].first) + " < " +
                                        std::to_string(constants[i - 1].first));
    break;
  }
}

}  // namespace gocheck::types
