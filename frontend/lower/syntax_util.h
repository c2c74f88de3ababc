// Small questions about the syntax tree.
#pragma once

#include "frontend/types/info.h"

namespace gocheck::lower {

template <class T>
const T* as(const syntax::Node* node) {
  return static_cast<const T*>(node);
}

inline const syntax::Expr* unparen(const syntax::Expr* expr) {
  while (expr && expr->kind == syntax::NodeKind::paren_expr) expr = as<syntax::ParenExpr>(expr)->inner;
  return expr;
}

// The function f of an instance f[A]; other expressions as they are, but without parentheses.
inline const syntax::Expr* without_type_arguments(const types::Info& info, const syntax::Expr* expr) {
  expr = unparen(expr);
  if (!expr || expr->kind != syntax::NodeKind::index_expr) return expr;
  const syntax::Expr* operand = unparen(as<syntax::IndexExpr>(expr)->operand);
  const types::Type* type = info.type_of(operand);
  bool function = type && type->kind == types::TypeKind::signature && info.of(operand).mode == types::Mode::value;
  return function ? operand : expr;
}

// Where an expression happens: its beginning, but on the line of the token that makes it what it is
// (as Go's stack traces say: "(" of a call, "[" of an index).
inline Position site(const syntax::Expr* expr) {
  Position token;
  switch (expr->kind) {
    case syntax::NodeKind::call_expr:
      token = as<syntax::CallExpr>(expr)->lparen;
      break;
    case syntax::NodeKind::index_expr:
      token = as<syntax::IndexExpr>(expr)->lbrack;
      break;
    case syntax::NodeKind::slice_expr:
      token = as<syntax::SliceExpr>(expr)->lbrack;
      break;
    case syntax::NodeKind::selector_expr:
      token = as<syntax::SelectorExpr>(expr)->selected->pos;
      break;
    default:
      break;
  }
  return !token.valid() || token.line == expr->pos.line ? expr->pos : token;
}

// The variable that an identifier denotes, or nullptr.
inline const types::Var* variable(const types::Info& info, const syntax::Expr* expr) {
  expr = unparen(expr);
  if (!expr || expr->kind != syntax::NodeKind::ident) return nullptr;
  const types::Object* object = info.object_of(as<syntax::Ident>(expr));
  return object && object->kind == types::ObjectKind::var ? static_cast<const types::Var*>(object) : nullptr;
}

// The variable of which `expr` is a part that lies within it (through fields and array elements, not
// through pointers and slices), or nullptr. *dynamic tells whether an index on the way is not constant.
inline const types::Var* root_variable(const types::Info& info, const syntax::Expr* expr, bool* dynamic) {
  for (;;) {
    expr = unparen(expr);
    if (!expr) return nullptr;
    switch (expr->kind) {
      case syntax::NodeKind::ident:
        return variable(info, expr);
      case syntax::NodeKind::selector_expr: {
        const auto* selector = as<syntax::SelectorExpr>(expr);
        auto it = info.selections.find(selector);
        if (it == info.selections.end() || it->second.kind != types::Selection::Kind::field ||
            it->second.indirect) {
          return nullptr;
        }
        expr = selector->operand;
        break;
      }
      case syntax::NodeKind::index_expr: {
        const auto* index = as<syntax::IndexExpr>(expr);
        const types::Type* type = info.type_of(index->operand);
        if (!type || !types::under_as<types::Array>(type)) return nullptr;
        if (dynamic && !info.of(index->indices[0]).constant.known()) *dynamic = true;
        expr = index->operand;
        break;
      }
      default:
        return nullptr;
    }
  }
}

}  // namespace gocheck::lower
