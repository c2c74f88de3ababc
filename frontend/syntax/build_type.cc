// Types.
#include "frontend/syntax/builder.h"
#include "frontend/syntax/parse.h"

namespace gocheck::syntax {

Expr* Builder::type(GolParser::Type_Context* context) {
  Depth depth(*this, 1, context->start);
  if (context->name) return type_name(context->name);
  if (context->bracketed) return bracket_type(context->bracketed);
  if (context->parens) return paren_type(context->parens);
  return other_type(context->other);
}

Expr* Builder::paren_type(GolParser::ParenTypeContext* context) {
  auto* paren = make_expr<ParenExpr>(NodeKind::paren_expr, at(context->start), after(context->stop));
  paren->inner = type(context->inner);
  return paren;
}

Expr* Builder::type_name(GolParser::TypeNameContext* context) {
  return instantiated(qualified(context->package, context->member), context->arguments);
}

// `first`, or `first.member` unless member is nullptr.
Expr* Builder::qualified(antlr4::Token* first, antlr4::Token* member) {
  Ident* operand = name(first);
  return member ? selector(operand, member) : operand;
}

Expr* Builder::instantiated(Expr* generic, GolParser::TypeArgumentsContext* arguments) {
  if (arguments == nullptr) return generic;
  auto* index = make_expr<IndexExpr>(NodeKind::index_expr, generic->pos, after(arguments->stop));
  index->operand = generic;
  index->lbrack = at(arguments->open);
  std::vector<Expr*> types;
  for (auto* argument : arguments->list) types.push_back(type(argument));
  index->indices = arena_.list(types);
  return index;
}

Expr* Builder::other_type(GolParser::OtherTypeContext* context) {
  Position pos = at(context->start);
  Position end = after(context->stop);
  if (context->function) return signature(context->function, pos);
  if (context->structure) return struct_type(context->structure);
  if (context->interface) return interface_type(context->interface);
  if (context->map) return map_type(context->map);
  if (context->channel) return chan_type(context->channel);
  if (context->pointer) {
    auto* star = make_expr<StarExpr>(NodeKind::star_expr, pos, end);
    star->operand = type(context->element);
    return star;
  }
  auto* chan = make_expr<ChanType>(NodeKind::chan_type, pos, end);
  chan->dir = ChanDir::recv;
  chan->element = type(context->element);
  return chan;
}

Expr* Builder::array_type(Position pos, Expr* length, Expr* element) {
  auto* array = make_expr<ArrayType>(NodeKind::array_type, pos, element->end);
  array->length = length;
  array->element = element;
  return array;
}

Expr* Builder::bracket_type(GolParser::BracketTypeContext* context) {
  Expr* length = nullptr;
  if (context->dots)
    length = make_expr<EllipsisExpr>(NodeKind::ellipsis_expr, at(context->dots), after(context->dots));
  if (context->length) length = expression(context->length);
  return array_type(at(context->start), length, type(context->element));
}

Expr* Builder::bracket_suffix(GolParser::BracketSuffixContext* context, antlr4::Token* named,
                              bool& instance) {
  instance = false;
  Position open = at(context->open);
  if (context->dots) {
    Expr* dots = make_expr<EllipsisExpr>(NodeKind::ellipsis_expr, at(context->dots), after(context->dots));
    return array_type(open, dots, type(context->element));
  }
  if (context->list.empty()) return array_type(open, nullptr, type(context->element));
  List<Expr*> list = expressions(context->list);
  if (context->element && list.size() == 1 && !context->comma) {
    return array_type(open, list[0], type(context->element));
  }
  if (context->element) {
    syntax_error(at(context->comma ? context->comma : context->element->start),
                 "unexpected comma; expecting ]");
  }
  instance = true;
  Ident* generic = name(named);
  auto* index = make_expr<IndexExpr>(NodeKind::index_expr, generic->pos, after(context->close));
  index->operand = generic;
  index->lbrack = open;
  index->indices = list;
  return index;
}

Expr* Builder::map_type(GolParser::MapTypeContext* context) {
  auto* map = make_expr<MapType>(NodeKind::map_type, at(context->start), after(context->stop));
  map->key = type(context->key);
  map->value = type(context->value);
  return map;
}

Expr* Builder::chan_type(GolParser::ChanTypeContext* context) {
  auto* chan = make_expr<ChanType>(NodeKind::chan_type, at(context->start), after(context->stop));
  chan->dir = context->start->getType() == GolLexer::SEND_CHAN ? ChanDir::send : ChanDir::both;
  chan->element = type(context->element);
  return chan;
}

FuncType* Builder::signature(GolParser::SignatureContext* context, Position pos) {
  auto* func = make_expr<FuncType>(NodeKind::func_type, pos, after(context->stop));
  func->params = parameters(context->open, context->params, context->close);
  for (const Field& field : func->params.fields) {
    bool last = &field == &func->params.fields.back() && field.names.size() <= 1;
    if (field.type->kind == NodeKind::ellipsis_expr && !last) {
      error(field.type->pos, "can only use ... with final parameter in list");
    }
  }
  if (context->result == nullptr) return func;
  if (context->result->list) {
    func->results = parameters(context->result->list);
    for (const Field& field : func->results.fields) {
      if (field.type->kind == NodeKind::ellipsis_expr) {
        error(field.type->pos, "can only use ... with final parameter in list");
      }
    }
  } else {
    std::vector<Field> fields(1);
    fields[0].pos = at(context->result->start);
    auto* result = context->result;
    fields[0].type = result->name        ? type_name(result->name)
                     : result->bracketed ? bracket_type(result->bracketed)
                                         : other_type(result->other);
    func->results.fields = arena_.list(fields);
  }
  return func;
}

// ---- Struct and interface types ----

Expr* Builder::struct_type(GolParser::StructTypeContext* context) {
  auto* node = make_expr<StructType>(NodeKind::struct_type, at(context->start), after(context->stop));
  std::vector<Field> fields;
  for (auto* declaration : context->fields) fields.push_back(field(declaration));
  node->fields = {at(context->open), at(context->close), arena_.list(fields)};
  return node;
}

Field Builder::field(GolParser::FieldDeclarationContext* context) {
  Field field{};
  field.pos = at(context->start);
  if (context->tag) field.tag = literal(context->tag);
  if (context->pointer) {
    Expr* embedded = type_name(context->embedded);
    auto* star = make_expr<StarExpr>(NodeKind::star_expr, field.pos, embedded->end);
    star->operand = embedded;
    field.type = star;
    return field;
  }
  bool embedded = false;
  if (context->member) {
    field.type = instantiated(qualified(context->names[0], context->member), context->arguments);
    embedded = true;
  } else if (context->bracket) {
    field.type = bracket_suffix(context->bracket, context->names[0], embedded);
  } else if (context->type) {
    field.type = type(context->type);
  } else if (context->named) {
    field.type = type_name(context->named);
  } else if (context->other) {
    field.type = other_type(context->other);
  } else if (context->parens) {
    field.type = paren_type(context->parens);
  } else {
    field.type = name(context->names[0]);
    embedded = true;
  }
  if (!embedded) {
    std::vector<Ident*> names;
    for (antlr4::Token* token : context->names) names.push_back(name(token));
    field.names = arena_.list(names);
  }
  return field;
}

Expr* Builder::interface_type(GolParser::InterfaceTypeContext* context) {
  auto* node = make_expr<InterfaceType>(NodeKind::interface_type, at(context->start), after(context->stop));
  std::vector<Field> elements;
  for (auto* element : context->elements) {
    Field field{};
    field.pos = at(element->start);
    if (element->method) {
      field.names = arena_.list(std::vector<Ident*>{name(element->name)});
      field.type = signature(element->method, at(element->method->start));
    } else {
      field.type = type_element(element->element);
    }
    elements.push_back(field);
  }
  node->methods = {at(context->open), at(context->close), arena_.list(elements)};
  return node;
}

// The union of terms, leaning left.
Expr* Builder::type_element(GolParser::TypeElementContext* context) {
  Depth depth(*this, context->terms.size(), context->start);
  Expr* result = nullptr;
  antlr4::Token* bar = nullptr;
  for (auto* term : context->terms) {
    Expr* operand = type(term->type);
    if (term->tilde) {
      auto* tilde = make_expr<UnaryExpr>(NodeKind::unary_expr, at(term->tilde), operand->end);
      tilde->op = Op::tilde;
      tilde->operand = operand;
      operand = tilde;
    }
    if (result == nullptr) {
      result = operand;
    } else {
      auto* join = make_expr<BinaryExpr>(NodeKind::binary_expr, result->pos, operand->end);
      join->op = Op::or_;
      join->op_pos = at(bar);
      join->left = result;
      join->right = operand;
      result = join;
    }
    bar = next_token(term);
  }
  return result;
}

}  // namespace gocheck::syntax
