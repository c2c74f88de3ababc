// Expressions in source form, as the Go compiler's messages quote them: bodies of function literals and
// elements of composite literals shortened to an ellipsis. Recursive: the parser limits the depth of trees.
#include "frontend/syntax/parse.h"

namespace gocheck::syntax {

namespace {

class Writer {
 public:
  std::string take() { return std::move(out_); }
  void expr(const Expr* e);

 private:
  void call(const CallExpr* e);
  void slice(const SliceExpr* e);
  void chan(const ChanType* e);
  void signature(const FuncType* e);
  void list(List<Expr*> exprs);
  void names(List<Ident*> idents);
  void params(const FieldList& fields);
  void struct_fields(const FieldList& fields);
  void elements(const FieldList& fields);

  template <class... Parts>
  void put(Parts... parts) {
    (out_.append(parts), ...);
  }

  std::string out_;
};

void Writer::list(List<Expr*> exprs) {
  for (size_t i = 0; i < exprs.size(); i++) {
    if (i > 0) put(", ");
    expr(exprs[i]);
  }
}

void Writer::names(List<Ident*> idents) {
  for (size_t i = 0; i < idents.size(); i++) {
    if (i > 0) put(", ");
    put(idents[i]->name);
  }
}

void Writer::params(const FieldList& fields) {
  for (size_t i = 0; i < fields.fields.size(); i++) {
    const Field& field = fields.fields[i];
    if (i > 0) put(", ");
    names(field.names);
    if (!field.names.empty()) put(" ");
    expr(field.type);
  }
}

void Writer::signature(const FuncType* e) {
  put("(");
  params(e->params);
  put(")");
  if (e->results.fields.empty()) return;
  put(" ");
  bool single = e->results.fields.size() == 1 && e->results.fields[0].names.empty();
  if (!single) put("(");
  params(e->results);
  if (!single) put(")");
}

void Writer::struct_fields(const FieldList& fields) {
  for (size_t i = 0; i < fields.fields.size(); i++) {
    const Field& field = fields.fields[i];
    if (i > 0) put("; ");
    names(field.names);
    if (!field.names.empty()) put(" ");
    expr(field.type);
    if (field.tag) put(" ", field.tag->text);
  }
}

void Writer::elements(const FieldList& fields) {
  for (size_t i = 0; i < fields.fields.size(); i++) {
    const Field& field = fields.fields[i];
    if (i > 0) put("; ");
    if (field.names.empty()) {
      expr(field.type);
    } else {
      put(field.names[0]->name);
      signature(static_cast<const FuncType*>(field.type));
    }
  }
}

void Writer::call(const CallExpr* e) {
  expr(e->function);
  put("(");
  list(e->arguments);
  if (e->ellipsis.valid()) put("...");
  put(")");
}

void Writer::slice(const SliceExpr* e) {
  expr(e->operand);
  put("[");
  if (e->low) expr(e->low);
  put(":");
  if (e->high) expr(e->high);
  if (e->three) put(":");
  if (e->max) expr(e->max);
  put("]");
}

void Writer::chan(const ChanType* e) {
  put(e->dir == ChanDir::recv ? "<-chan " : e->dir == ChanDir::send ? "chan<- " : "chan ");
  bool ambiguous = e->dir == ChanDir::both && e->element->kind == NodeKind::chan_type &&
                   static_cast<const ChanType*>(e->element)->dir == ChanDir::recv;
  if (ambiguous) put("(");
  expr(e->element);
  if (ambiguous) put(")");
}

void Writer::expr(const Expr* e) {
  if (e == nullptr) return;
  switch (e->kind) {
    case NodeKind::ident:
      return put(static_cast<const Ident*>(e)->name);
    case NodeKind::basic_lit:
      return put(static_cast<const BasicLit*>(e)->text);
    case NodeKind::composite_lit: {
      auto* lit = static_cast<const CompositeLit*>(e);
      expr(lit->type);
      return put(lit->elements.empty() ? "{}" : "{…}");
    }
    case NodeKind::func_lit: {
      auto* lit = static_cast<const FuncLit*>(e);
      expr(lit->type);
      return put(lit->body->stmts.empty() ? " {}" : " {…}");
    }
    case NodeKind::paren_expr:
      put("(");
      expr(static_cast<const ParenExpr*>(e)->inner);
      return put(")");
    case NodeKind::selector_expr: {
      auto* selector = static_cast<const SelectorExpr*>(e);
      expr(selector->operand);
      return put(".", selector->selected->name);
    }
    case NodeKind::index_expr: {
      auto* index = static_cast<const IndexExpr*>(e);
      expr(index->operand);
      put("[");
      list(index->indices);
      return put("]");
    }
    case NodeKind::slice_expr:
      return slice(static_cast<const SliceExpr*>(e));
    case NodeKind::type_assert_expr: {
      auto* assertion = static_cast<const TypeAssertExpr*>(e);
      expr(assertion->operand);
      put(".(");
      if (assertion->type) {
        expr(assertion->type);
      } else {
        put("type");
      }
      return put(")");
    }
    case NodeKind::call_expr:
      return call(static_cast<const CallExpr*>(e));
    case NodeKind::star_expr:
      put("*");
      return expr(static_cast<const StarExpr*>(e)->operand);
    case NodeKind::unary_expr:
      put(spelling(static_cast<const UnaryExpr*>(e)->op));
      return expr(static_cast<const UnaryExpr*>(e)->operand);
    case NodeKind::binary_expr: {
      auto* binary = static_cast<const BinaryExpr*>(e);
      expr(binary->left);
      put(" ", spelling(binary->op), " ");
      return expr(binary->right);
    }
    case NodeKind::key_value_expr: {
      auto* pair = static_cast<const KeyValueExpr*>(e);
      expr(pair->key);
      put(": ");
      return expr(pair->value);
    }
    case NodeKind::ellipsis_expr:
      put("...");
      return expr(static_cast<const EllipsisExpr*>(e)->element);
    case NodeKind::array_type: {
      auto* array = static_cast<const ArrayType*>(e);
      put("[");
      expr(array->length);
      put("]");
      return expr(array->element);
    }
    case NodeKind::struct_type:
      put("struct{");
      struct_fields(static_cast<const StructType*>(e)->fields);
      return put("}");
    case NodeKind::func_type:
      put("func");
      return signature(static_cast<const FuncType*>(e));
    case NodeKind::interface_type:
      put("interface{");
      elements(static_cast<const InterfaceType*>(e)->methods);
      return put("}");
    case NodeKind::map_type: {
      auto* map = static_cast<const MapType*>(e);
      put("map[");
      expr(map->key);
      put("]");
      return expr(map->value);
    }
    case NodeKind::chan_type:
      return chan(static_cast<const ChanType*>(e));
    default:
      return put("<bad expr>");
  }
}

}  // namespace

std::string to_string(const Expr* expr) {
  Writer writer;
  writer.expr(expr);
  return writer.take();
}

}  // namespace gocheck::syntax
