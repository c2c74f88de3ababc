// Basic, function and composite literals.
#include <unordered_set>

#include "frontend/types/checker.h"

namespace gocheck::types {

using syntax::LitKind;
using syntax::NodeKind;

void Checker::Impl::basic_literal(Operand& x, const syntax::BasicLit* literal) {
  x.constant = Constant::of_literal(literal->lit, literal->text);
  if (!x.constant.known()) {
    // The parser has reported wrong digits and escapes; what is left are absurd lengths and exponents.
    for (const Diagnostic& other : diagnostics.sorted()) {
      if (other.position.file == literal->pos.file && other.position.line == literal->pos.line) return;
    }
    constexpr size_t kLongest = 1000;
    if (literal->text.size() <= kLongest) {
      return error(literal->pos, "malformed constant: " + std::string(literal->text));
    }
    return error(literal->pos, "excessively long constant: " + std::string(literal->text.substr(0, 10)) +
                                   "... (" + std::to_string(literal->text.size()) + " chars)");
  }
  x.mode = Mode::constant;
  switch (literal->lit) {
    case LitKind::integer:
      x.type = basic(BasicKind::untyped_int);
      break;
    case LitKind::floating:
      x.type = basic(BasicKind::untyped_float);
      break;
    case LitKind::character:
      x.type = basic(BasicKind::untyped_rune);
      break;
    case LitKind::imaginary:
      x.type = basic(BasicKind::untyped_complex);
      break;
    case LitKind::string:
      x.type = basic(BasicKind::untyped_string);
      break;
  }
  x.expr = literal;
  if (literal->lit == LitKind::integer) overflow(x, literal->pos);
}

void Checker::Impl::function_literal(Operand& x, const syntax::FuncLit* literal) {
  Scope* scope = nullptr;
  const Signature* signature = function_type(literal->type, nullptr, literal, &scope);
  if (!signature) return;
  info.captures[literal].clear();  // an expression may be checked twice (x op= y)
  Function& function = functions.emplace_back(Function{literal, literal, env.function, signature, scope});
  // The body may refer to types that are not complete yet.
  later([this, from = env, body = literal->body, &function] { func_body(from, &function, body); });
  x.mode = Mode::value;
  x.type = signature;
}

// ---- Composite literals ----

void Checker::Impl::composite_literal(Operand& x, const syntax::CompositeLit* literal, const Type* hint) {
  const Type* type = nullptr;
  const syntax::ArrayType* open_array = nullptr;  // [...]T
  if (literal->type && literal->type->kind == NodeKind::array_type) {
    auto* array = as<syntax::ArrayType>(literal->type);
    if (array->length && array->length->kind == NodeKind::ellipsis_expr) open_array = array;
  }
  if (open_array) {
    const Type* element = type_expr(open_array->element);
    type = arena.make<Array>(element, indexed_elements(literal, element, -1));
    record_type(open_array, type);
    if (!is_valid(element)) return;
    x.mode = Mode::value;
    x.type = type;
    return;
  }
  if (literal->type) {
    type = type_expr(literal->type);
  } else if (hint) {
    type = hint;
  } else {
    error(literal->pos, "missing type in composite literal");
    type = invalid_type();
  }
  const Type* base = type;
  // Within a literal of pointers, {...} stands for &T{...}.
  if (!literal->type && underlying(type)->kind == TypeKind::pointer) base = under_as<Pointer>(type)->element;
  if (under_construction(base)) {
    x.type = base;
    return report_recursive(x, literal->pos);
  }
  const Type* u = underlying(base);
  switch (u->kind) {
    case TypeKind::structure:
      struct_literal(literal, static_cast<const Struct*>(u), base);
      break;
    case TypeKind::array:
      indexed_elements(literal, static_cast<const Array*>(u)->element, static_cast<const Array*>(u)->length);
      break;
    case TypeKind::slice: {
      const Type* element = static_cast<const Slice*>(u)->element;
      int64_t size = 0;
      int64_t length = indexed_elements(literal, element, -1);
      if (__builtin_mul_overflow(length, is_valid(element) ? size_of(element) : 0, &size)) size = INT64_MAX;
      if (size > frame_limit) charge_frame(size);  // smaller arrays are moved to the heap
      break;
    }
    case TypeKind::map:
      map_literal(literal, static_cast<const Map*>(u));
      break;
    default:
      for (const syntax::Expr* e : literal->elements) {
        // A key may be the name of a field.
        use(e->kind == NodeKind::key_value_expr ? as<syntax::KeyValueExpr>(e)->value : e);
      }
      if (is_valid(u)) error(literal->pos, "invalid composite literal type " + type_string(type));
      return;
  }
  if (!is_valid(type)) return;
  x.mode = Mode::value;
  x.type = type;
}

namespace {

int field_index(const Struct* type, std::string_view name, const Package* package) {
  for (size_t i = 0; i < type->fields.size(); ++i) {
    const Var* field = type->fields[i];
    if (field->name != name || name == "_") continue;
    if (field->exported() || field->package == package) return int(i);
  }
  return -1;
}

}  // namespace

void Checker::Impl::keyed_struct_literal(const syntax::CompositeLit* literal, const Struct* type,
                                         const Type* shown) {
  std::vector<bool> visited(type->fields.size());
  for (const syntax::Expr* element : literal->elements) {
    if (element->kind != NodeKind::key_value_expr) {
      error(element->pos, "mixture of field:value and value elements in struct literal");
      use(element);
      continue;
    }
    auto* pair = as<syntax::KeyValueExpr>(element);
    auto* key = pair->key->kind == NodeKind::ident ? as<syntax::Ident>(pair->key) : nullptr;
    int at = key ? field_index(type, key->name, package) : -1;
    Operand value;
    expr(value, pair->value);
    if (!key) {
      error(pair->pos, "invalid field name " + expr_string(pair->key) + " in struct literal");
      continue;
    }
    if (at < 0) {
      error(key->pos,
            "unknown field '" + std::string(key->name) + "' in struct literal of type " + type_string(shown));
      continue;
    }
    Var* field = type->fields[at];
    record_use(key, field);
    assignment(value, field->type, "struct literal");
    if (visited[at])
      error(pair->pos, "duplicate field name " + std::string(key->name) + " in struct literal");
    visited[at] = true;
  }
}

void Checker::Impl::struct_literal(const syntax::CompositeLit* literal, const Struct* type,
                                   const Type* shown) {
  if (literal->elements.empty()) return;
  if (literal->elements[0]->kind == NodeKind::key_value_expr)
    return keyed_struct_literal(literal, type, shown);
  for (size_t i = 0; i < literal->elements.size(); ++i) {
    const syntax::Expr* element = literal->elements[i];
    if (element->kind == NodeKind::key_value_expr) {
      error(element->pos, "mixture of field:value and value elements in struct literal");
      use(as<syntax::KeyValueExpr>(element)->value);
      continue;
    }
    Operand value;
    expr(value, element);
    if (i >= type->fields.size()) {
      error(element->pos, "too many values in struct literal of type " + type_string(shown));
      for (size_t rest = i + 1; rest < literal->elements.size(); ++rest) use(literal->elements[rest]);
      return;
    }
    const Var* field = type->fields[i];
    if (!field->exported() && field->package != package) {
      error(element->pos, "implicit assignment to unexported field " + std::string(field->name) +
                              " in struct literal of type " + type_string(shown));
      continue;
    }
    assignment(value, field->type, "struct literal");
  }
  if (literal->elements.size() < type->fields.size()) {
    error(literal->rbrace, "too few values in struct literal of type " + type_string(shown));
  }
}

int64_t Checker::Impl::indexed_elements(const syntax::CompositeLit* literal, const Type* element_type,
                                        int64_t length) {
  std::unordered_set<int64_t> visited;
  int64_t index = 0, end = 0;
  for (const syntax::Expr* element : literal->elements) {
    const syntax::Expr* value = element;
    bool valid = true;
    if (element->kind == NodeKind::key_value_expr) {
      auto* pair = as<syntax::KeyValueExpr>(element);
      value = pair->value;
      int64_t key = -1;
      valid = index_value(pair->key, length, &key);
      if (valid && key < 0) {
        error(element->pos, "index " + expr_string(pair->key) + " must be integer constant");
        valid = false;
      }
      if (valid) index = key;
    } else if (length >= 0 && index >= length) {
      error(element->pos,
            "index " + std::to_string(index) + " is out of bounds (>= " + std::to_string(length) + ")");
      valid = false;
    }
    if (valid && !visited.insert(index).second) {
      error(element->pos, "duplicate index " + std::to_string(index) + " in array or slice literal");
    }
    Operand x;
    expr_with_hint(x, value, element_type);
    assignment(x, element_type, "array or slice literal");
    end = std::max(end, ++index);
  }
  return end;
}

namespace {

// Equal for equal values of one type.
std::string key_text(const Constant& value) {
  if (value.kind() == Constant::Kind::string) return value.as_string();
  return value.kind() == Constant::Kind::floating ? value.exact_string() : value.to_string();
}

}  // namespace

void Checker::Impl::map_literal(const syntax::CompositeLit* literal, const Map* type) {
  // Constant keys must differ; under an interface key type, keys of different types do.
  bool interface_keys = is_interface(type->key);
  std::unordered_multimap<std::string, const Type*> seen;
  for (const syntax::Expr* element : literal->elements) {
    if (element->kind != NodeKind::key_value_expr) {
      error(element->pos, "missing key in map literal");
      use(element);
      continue;
    }
    auto* pair = as<syntax::KeyValueExpr>(element);
    Operand key;
    expr_with_hint(key, pair->key, type->key);
    assignment(key, type->key, "map literal");
    if (key.mode == Mode::constant && key.constant.known()) {
      std::string text = key_text(key.constant);
      auto [first, last] = seen.equal_range(text);
      bool duplicate = false;
      for (auto it = first; it != last; ++it) duplicate |= !interface_keys || identical(it->second, key.type);
      if (duplicate) {
        error(pair->key->pos, "duplicate key " + key.constant.to_string() + " in map literal");
      } else {
        seen.emplace(std::move(text), key.type);
      }
    }
    Operand value;
    expr_with_hint(value, pair->value, type->value);
    assignment(value, type->value, "map literal");
  }
}

}  // namespace gocheck::types
