// Declarations and parameter lists.
#include <fmt/format.h>

#include "frontend/syntax/builder.h"
#include "frontend/syntax/parse.h"
#include "frontend/syntax/utf8.h"

namespace gocheck::syntax {

std::vector<Ident*> Builder::names(GolParser::IdentifierListContext* context) {
  std::vector<Ident*> result;
  for (antlr4::Token* token : context->names) result.push_back(name(token));
  return result;
}

// ---- Declarations ----

Decl* Builder::import_decl(GolParser::ImportDeclarationContext* context) {
  auto* decl = make<GenDecl>(NodeKind::gen_decl, at(context->start), after(context->stop));
  decl->keyword = DeclKeyword::import;
  decl->grouped = context->open != nullptr;
  std::vector<ImportSpec> specs;
  for (auto* spec : context->specs) specs.push_back(import_spec(spec));
  decl->imports = arena_.list(specs);
  return decl;
}

ImportSpec Builder::import_spec(GolParser::ImportSpecContext* context) {
  ImportSpec spec{};
  spec.pos = at(context->start);
  if (context->name) spec.name = name(context->name);
  spec.path = literal(context->path);
  check_import_path(spec.path);
  return spec;
}

// The characters that Go's compiler keeps out of import paths. Escapes are left to whoever looks for the
// package.
void Builder::check_import_path(const BasicLit* path) {
  constexpr std::string_view kIllegal = "!\"#$%&'()*,:;<=>?[]^`{|}";
  bool raw = path->text[0] == '`';
  std::string_view text = path->text.substr(1, path->text.size() - 2);
  if (text.empty()) error(path->pos, "invalid import path (empty string)");
  for (size_t i = 0; i < text.size();) {
    DecodedRune rune = decode_rune(text.substr(i));
    bool control = rune.value <= ' ' || rune.value == 0x7F || rune.value == 0xFFFD;
    bool illegal = rune.value < 0x80 && kIllegal.find(static_cast<char>(rune.value)) != kIllegal.npos;
    if (control || illegal || (raw && rune.value == '\\')) {
      return error(path->pos,
                   fmt::format("invalid import path (invalid character {})", quoted_rune(rune.value)));
    }
    i += rune.length;
  }
}

Decl* Builder::general_decl(GolParser::DeclarationContext* context) {
  auto* decl = make<GenDecl>(NodeKind::gen_decl, at(context->start), after(context->stop));
  decl->grouped = context->open != nullptr;
  std::vector<ValueSpec> values;
  std::vector<TypeSpec> types;
  auto value = [&](auto* spec) {
    ValueSpec result{};
    result.pos = at(spec->start);
    result.names = arena_.list(names(spec->names));
    if (spec->type) result.type = type(spec->type);
    if (spec->values) result.values = expressions(spec->values);
    result.iota = static_cast<int64_t>(values.size());
    values.push_back(result);
  };
  switch (context->start->getType()) {
    case GolLexer::CONST:
      decl->keyword = DeclKeyword::const_;
      for (auto* spec : context->constants) value(spec);
      break;
    case GolLexer::VAR:
      decl->keyword = DeclKeyword::var;
      for (auto* spec : context->variables) value(spec);
      break;
    default:
      decl->keyword = DeclKeyword::type;
      for (auto* spec : context->types) types.push_back(type_spec(spec));
      break;
  }
  decl->values = arena_.list(values);
  decl->types = arena_.list(types);
  return decl;
}

TypeSpec Builder::type_spec(GolParser::TypeSpecContext* context) {
  TypeSpec spec{};
  spec.pos = at(context->start);
  spec.name = name(context->name);
  if (context->params) spec.type_params = type_parameters(context->params);
  spec.alias = context->alias != nullptr;
  spec.type = type(context->type);
  return spec;
}

Decl* Builder::func_decl(GolParser::FunctionDeclarationContext* context) {
  auto* decl = make<FuncDecl>(NodeKind::func_decl, at(context->start), after(context->stop));
  if (context->receiver) {
    decl->receiver_list = parameters(context->receiver);
    size_t count = 0;
    for (const Field& field : decl->receiver_list.fields) count += std::max<size_t>(1, field.names.size());
    if (count == 0) error(at(context->receiver->start), "method has no receiver");
    if (count > 1) error(at(context->receiver->start), "method has multiple receivers");
    if (count > 0) decl->receiver = &decl->receiver_list.fields[0];
  }
  decl->name = name(context->name);
  decl->type = signature(context->type, at(context->start));
  if (context->params) {
    if (context->receiver) {
      syntax_error(at(context->params->start), "method must have no type parameters");
    }
    decl->type->type_params = type_parameters(context->params);
  }
  if (context->body) decl->body = block(context->body);
  return decl;
}

// ---- Parameters ----

FieldList Builder::type_parameters(GolParser::TypeParametersContext* context) {
  std::vector<Parameter> list;
  for (auto* parameter : context->list) {
    Position pos = at(parameter->start);
    list.push_back(
        {name(parameter->name), parameter->constraint ? type_element(parameter->constraint) : nullptr, pos});
  }
  if (list.back().type == nullptr) {
    syntax_error(at(context->close), "missing type constraint");
    list.back().type = make_expr<BadExpr>(NodeKind::bad_expr, at(context->close), at(context->close));
  }
  return {at(context->open), at(context->close), fields_of(list)};
}

FieldList Builder::parameters(GolParser::ParametersContext* context) {
  return parameters(context->open, context->list, context->close);
}

// Without a named and typed parameter, all names are types. With one, all must be named, and a name
// without a type has that of the next one that has.
FieldList Builder::parameters(antlr4::Token* open, GolParser::ParameterListContext* context,
                              antlr4::Token* close) {
  FieldList result{at(open), at(close), {}};
  if (context == nullptr) return result;
  std::vector<Parameter> list;
  bool named = false;
  for (auto* parameter_context : context->list) {
    list.push_back(parameter(parameter_context));
    named = named || (list.back().name && list.back().type);
  }
  if (!named) {
    for (Parameter& p : list) {
      if (!p.name) continue;
      p.type = p.name;
      p.name = nullptr;
    }
    result.fields = fields_of(list);
    return result;
  }
  Position wrong;
  bool typed = false;
  for (size_t i = list.size(); i-- > 0;) {
    Parameter& p = list[i];
    if (p.type) {
      typed = true;
      if (!p.name) wrong = p.pos;
    } else if (!typed) {
      wrong = p.pos;
    }
  }
  if (wrong.valid()) {
    syntax_error(wrong, "mixed named and unnamed parameters");
    std::erase_if(list, [](const Parameter& p) { return !p.name; });
    while (!list.empty() && !list.back().type) list.pop_back();
  }
  result.fields = fields_of(list);
  return result;
}

// Joins `a, b T` into one field.
List<Field> Builder::fields_of(std::vector<Parameter>& list) {
  std::vector<Field> fields;
  std::vector<Ident*> names;
  Position pos;
  for (const Parameter& p : list) {
    if (names.empty()) pos = p.pos;
    if (p.name) names.push_back(p.name);
    if (!p.type) continue;
    fields.push_back({pos, arena_.list(names), p.type, nullptr});
    names.clear();
  }
  return arena_.list(fields);
}

Builder::Parameter Builder::parameter(GolParser::ParameterContext* context) {
  Position pos = at(context->start);
  Expr* written = nullptr;
  bool instance = false;
  if (context->member) {
    written = instantiated(qualified(context->name, context->member), context->arguments);
    return {nullptr, written, pos};
  }
  if (context->dots) {
    auto* ellipsis =
        make_expr<EllipsisExpr>(NodeKind::ellipsis_expr, at(context->dots), after(context->stop));
    ellipsis->element = type(context->type);
    written = ellipsis;
  } else if (context->bracket) {
    written = bracket_suffix(context->bracket, context->name, instance);
  } else if (context->named) {
    written = type_name(context->named);
  } else if (context->other) {
    written = other_type(context->other);
  } else if (context->bracketed) {
    written = bracket_type(context->bracketed);
  } else if (context->parens) {
    written = paren_type(context->parens);
  }
  bool has_name = context->name && !instance;
  return {has_name ? name(context->name) : nullptr, written, pos};
}

}  // namespace gocheck::syntax
