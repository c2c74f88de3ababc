#include "frontend/syntax/builder.h"

namespace gocheck::syntax {

Position Builder::at(antlr4::Token* token) const {
  if (token == nullptr) return {};
  auto* source = static_cast<SourceToken*>(token);
  return {file_, source->line, source->column};
}

Position Builder::after(antlr4::Token* token) const {
  if (token == nullptr) return {};
  auto* source = static_cast<SourceToken*>(token);
  Position end{file_, source->line, source->column + static_cast<uint32_t>(source->text.size())};
  if (source->type != GolLexer::RAW_STRING) return end;
  size_t newline = source->text.rfind('\n');
  if (newline == std::string_view::npos) return end;
  for (char c : source->text) end.line += c == '\n';
  end.column = static_cast<uint32_t>(source->text.size() - newline);
  return end;
}

SourceToken* Builder::next_token(antlr4::ParserRuleContext* context) const {
  return tokens_.at(context->stop->getTokenIndex() + 1);
}

Builder::Depth::Depth(Builder& builder, size_t levels, antlr4::Token* where)
    : builder_(builder), levels_(levels) {
  builder_.depth_ += levels_;
  if (builder_.depth_ <= kMaxTreeDepth) return;
  builder_.depth_ -= levels_;
  throw NestingTooDeep{static_cast<SourceToken*>(where)};
}

Ident* Builder::name(antlr4::Token* token) {
  Ident* ident = make_expr<Ident>(NodeKind::ident, at(token), after(token));
  ident->name = arena_.text(static_cast<SourceToken*>(token)->text);
  return ident;
}

Decl* Builder::top_level(GolParser::TopLevelDeclarationContext* context) {
  depth_ = 0;
  guards_.clear();
  Decl* decl = context->importing ? import_decl(context->importing)
               : context->general ? general_decl(context->general)
                                  : func_decl(context->function);
  for (TypeAssertExpr* guard : guards_) error(guard->pos, "use of .(type) outside type switch");
  return decl;
}

}  // namespace gocheck::syntax
