// Expressions.
#include <fmt/format.h>

#include "frontend/syntax/builder.h"
#include "frontend/syntax/literal.h"
#include "frontend/syntax/parse.h"

namespace gocheck::syntax {

Op operator_named(std::string_view text) {
  for (int i = static_cast<int>(Op::add); i <= static_cast<int>(Op::define); i++) {
    auto op = static_cast<Op>(i);
    if (spelling(op) == text) return op;
  }
  return Op::none;
}

List<Expr*> Builder::expressions(GolParser::ExpressionListContext* context) {
  return expressions(context->list);
}

List<Expr*> Builder::expressions(const std::vector<GolParser::ExpressionContext*>& contexts) {
  std::vector<Expr*> list;
  list.reserve(contexts.size());
  for (auto* context : contexts) list.push_back(expression(context));
  return arena_.list(list);
}

BasicLit* Builder::literal(antlr4::Token* token) {
  auto* node = make_expr<BasicLit>(NodeKind::basic_lit, at(token), after(token));
  std::string_view text = static_cast<SourceToken*>(token)->text;
  node->lit = literal_kind(text);
  node->text = arena_.text(text);
  return node;
}

// Binary operators lean left: the left spine is walked by a loop.
Expr* Builder::expression(GolParser::ExpressionContext* context) {
  if (context->left == nullptr) return context->primary ? primary(context->primary) : unary(context);
  std::vector<GolParser::ExpressionContext*> spine;
  for (; context->left; context = context->left) spine.push_back(context);
  Depth depth(*this, spine.size(), spine.front()->op);
  Expr* result = expression(context);
  for (size_t i = spine.size(); i-- > 0;) {
    Expr* right = expression(spine[i]->right);
    auto* binary = make_expr<BinaryExpr>(NodeKind::binary_expr, result->pos, right->end);
    binary->op = operator_named(static_cast<SourceToken*>(spine[i]->op)->text);
    binary->op_pos = at(spine[i]->op);
    binary->left = result;
    binary->right = right;
    result = binary;
  }
  return result;
}

Expr* Builder::unary(GolParser::ExpressionContext* context) {
  Depth depth(*this, 1, context->start);
  Position pos = at(context->op);
  Expr* operand = expression(context->operand);
  auto* token = static_cast<SourceToken*>(context->op);
  if (token->type == GolLexer::STAR) {
    auto* star = make_expr<StarExpr>(NodeKind::star_expr, pos, operand->end);
    star->operand = operand;
    return star;
  }
  if (token->type == GolLexer::ARROW && operand->kind == NodeKind::chan_type) {
    return receive_or_channel(pos, operand, next_token(context));
  }
  auto* node = make_expr<UnaryExpr>(NodeKind::unary_expr, pos, operand->end);
  node->op = token->type == GolLexer::ARROW ? Op::arrow
             : token->type == GolLexer::AND ? Op::addr
                                            : operator_named(token->text);
  node->operand = operand;
  return node;
}

// `<-chan T` was parsed as a receive from a type. The arrow belongs to the channel type, and what was the
// arrow of a send-only channel belongs to its element: `<-chan<- chan T` is `<-chan (<-chan T)`.
Expr* Builder::receive_or_channel(Position arrow, Expr* operand, antlr4::Token* next) {
  ChanDir dir = ChanDir::send;
  Expr* type = operand;
  while (dir == ChanDir::send && type->kind == NodeKind::chan_type) {
    auto* chan = static_cast<ChanType*>(type);
    dir = chan->dir;
    if (dir == ChanDir::recv) syntax_error(at(next), "unexpected <-, expecting chan");
    chan->dir = ChanDir::recv;
    type = chan->element;
  }
  if (dir == ChanDir::send)
    syntax_error(at(next), fmt::format("unexpected {}, expecting chan", to_string(type)));
  operand->pos = arrow;
  return operand;
}

// ---- Primary expressions ----

Expr* Builder::primary(GolParser::PrimaryExpressionContext* context) {
  size_t levels = context->suffixes.size() + 2;
  Depth depth(*this, levels, context->stop);
  Expr* result = operand(context);
  if (context->use) result = used_type(result, context->use);
  for (auto* suffix : context->suffixes) result = suffixed(result, suffix);
  return result;
}

Expr* Builder::operand(GolParser::PrimaryExpressionContext* context) {
  if (context->name) return name(context->name);
  if (context->literal) return literal(context->literal);
  if (context->inner) {
    auto* paren = make_expr<ParenExpr>(NodeKind::paren_expr, at(context->start), after(context->close));
    paren->inner = expression(context->inner->inside);
    return paren;
  }
  if (context->function) return function_literal(context);
  if (context->bracketed) return bracket_type(context->bracketed);
  if (context->structure) return struct_type(context->structure);
  if (context->map) return map_type(context->map);
  if (context->interface) return interface_type(context->interface);
  return chan_type(context->channel);
}

Expr* Builder::function_literal(GolParser::PrimaryExpressionContext* context) {
  Position pos = at(context->start);
  FuncType* type = signature(context->function, pos);
  if (context->body == nullptr) return type;
  auto* literal = make_expr<FuncLit>(NodeKind::func_lit, pos, after(context->close));
  literal->type = type;
  literal->body = make<BlockStmt>(NodeKind::block_stmt, at(context->open), after(context->close));
  literal->body->lbrace = at(context->open);
  literal->body->rbrace = at(context->close);
  literal->body->stmts = statements(context->body->statements);
  return literal;
}

Expr* Builder::used_type(Expr* type, GolParser::TypeUseContext* context) {
  if (context->member) return selector(type, context->member);
  if (context->arguments) return call(type, context->arguments, context);
  return composite(type, context->elements, context);
}

Expr* Builder::suffixed(Expr* operand, GolParser::SuffixContext* context) {
  switch (context->start->getType()) {
    case GolLexer::DOT:
      return context->member ? selector(operand, context->member) : type_assertion(operand, context);
    case GolLexer::LBRACK:
      return indexed(operand, context);
    case GolLexer::LPAREN:
      return call(operand, context->arguments, context);
    default:
      if (operand->kind == NodeKind::paren_expr) {
        syntax_error(at(context->start), "cannot parenthesize type in composite literal");
      }
      return composite(operand, context->elements, context);
  }
}

Expr* Builder::selector(Expr* operand, antlr4::Token* member) {
  auto* selector = make_expr<SelectorExpr>(NodeKind::selector_expr, operand->pos, after(member));
  selector->operand = operand;
  selector->selected = name(member);
  return selector;
}

Expr* Builder::type_assertion(Expr* operand, GolParser::SuffixContext* context) {
  auto* assertion = make_expr<TypeAssertExpr>(NodeKind::type_assert_expr, operand->pos, after(context->stop));
  assertion->operand = operand;
  if (context->asserted) {
    assertion->type = type(context->asserted);
  } else {
    guards_.push_back(assertion);
  }
  return assertion;
}

Expr* Builder::indexed(Expr* operand, GolParser::SuffixContext* context) {
  Position end = after(context->stop);
  auto* list = context->index;
  auto* bounds = list->bounds;
  if (bounds == nullptr) {
    auto* index = make_expr<IndexExpr>(NodeKind::index_expr, operand->pos, end);
    index->operand = operand;
    index->lbrack = at(context->start);
    index->indices = expressions(list->list);
    return index;
  }
  auto* slice = make_expr<SliceExpr>(NodeKind::slice_expr, operand->pos, end);
  slice->operand = operand;
  slice->lbrack = at(context->start);
  if (!list->list.empty()) slice->low = expression(list->list[0]);
  if (bounds->high) slice->high = expression(bounds->high);
  if (bounds->max) slice->max = expression(bounds->max);
  slice->three = bounds->second != nullptr;
  auto required = [&](Expr*& index, Position where, const char* which) {
    if (index) return;
    error(where, fmt::format("{} index required in 3-index slice", which));
    index = make_expr<BadExpr>(NodeKind::bad_expr, where, where);
  };
  if (slice->three) {
    required(slice->high, at(bounds->second), "middle");
    required(slice->max, at(next_token(bounds)), "final");
  }
  return slice;
}

Expr* Builder::call(Expr* function, GolParser::ArgumentListContext* arguments,
                    antlr4::ParserRuleContext* suffix) {
  auto* node = make_expr<CallExpr>(NodeKind::call_expr, function->pos, after(suffix->stop));
  node->function = function;
  node->lparen = at(suffix->start);
  node->arguments = expressions(arguments->list);
  node->ellipsis = at(arguments->dots);
  node->rparen = at(suffix->stop);
  return node;
}

// ---- Composite literals ----

Expr* Builder::composite(Expr* type, GolParser::ElementListContext* elements,
                         antlr4::ParserRuleContext* braces) {
  Position lbrace = at(braces->start);
  auto* node =
      make_expr<CompositeLit>(NodeKind::composite_lit, type ? type->pos : lbrace, after(braces->stop));
  node->type = type;
  node->lbrace = lbrace;
  node->rbrace = at(braces->stop);
  std::vector<Expr*> list;
  list.reserve(elements->list.size());
  for (auto* element : elements->list) list.push_back(keyed_element(element));
  node->elements = arena_.list(list);
  return node;
}

Expr* Builder::keyed_element(GolParser::KeyedElementContext* context) {
  Expr* first = element_value(context->key);
  if (context->value == nullptr) return first;
  Expr* value = element_value(context->value);
  auto* pair = make_expr<KeyValueExpr>(NodeKind::key_value_expr, first->pos, value->end);
  pair->key = first;
  pair->colon = at(context->colon);
  pair->value = value;
  return pair;
}

Expr* Builder::element_value(GolParser::ElementValueContext* context) {
  Depth depth(*this, 1, context->start);
  if (context->plain) return expression(context->plain);
  return composite(nullptr, context->elements, context);
}

}  // namespace gocheck::syntax
