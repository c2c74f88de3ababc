// The tree as text, for --emit=ast and tests. Recursive: the parser limits the depth of trees.
#include <fmt/format.h>

#include "frontend/syntax/parse.h"

namespace gocheck::syntax {

namespace {

class Printer {
 public:
  std::string take() { return std::move(out_); }
  void file(const File& file);

 private:
  // Indents what is printed while it lives.
  class Indent {
   public:
    explicit Indent(Printer& printer) : printer_(printer) { printer_.depth_++; }
    ~Indent() { printer_.depth_--; }

   private:
    Printer& printer_;
  };

  void line(Position pos, const std::string& text) {
    out_.append(2 * depth_, ' ');
    out_ += fmt::format("{} @{}:{}\n", text, pos.line, pos.column);
  }
  void label(const char* text) {
    out_.append(2 * depth_, ' ');
    out_ += fmt::format("{}:\n", text);
  }

  void decl(const Decl* decl);
  void func(const FuncDecl* decl);
  void general(const GenDecl* decl);
  void value_spec(const ValueSpec& spec);
  void fields(const char* name, const FieldList& fields);
  void signature(const FuncType* type);
  void stmt(const Stmt* stmt);
  void stmts(List<Stmt*> list);
  void assign(const AssignStmt* stmt);
  void if_stmt(const IfStmt* stmt);
  void for_stmt(const ForStmt* stmt);
  void range_stmt(const RangeStmt* stmt);
  void cases(List<CaseClause*> cases);
  void expr(const Expr* expr);
  void exprs(List<Expr*> list);
  void children(const Expr* expr);
  void composite(const CompositeLit* lit);
  void call(const CallExpr* call);
  void slice(const SliceExpr* slice);
  template <class T>
  void part(const char* name, const T* node);
  template <class T>
  void parts(const char* name, List<T*> list);

  void any(const Expr* node) { expr(node); }
  void any(const Stmt* node) { stmt(node); }

  std::string out_;
  size_t depth_ = 0;
};

// A child that has a role; nothing when it is absent.
template <class T>
void Printer::part(const char* name, const T* node) {
  if (node == nullptr) return;
  label(name);
  Indent indent(*this);
  any(node);
}

template <class T>
void Printer::parts(const char* name, List<T*> list) {
  if (list.empty()) return;
  label(name);
  Indent indent(*this);
  for (const T* node : list) any(node);
}

std::string joined(List<Ident*> names) {
  std::string text;
  for (const Ident* name : names) text += fmt::format("{}{}", text.empty() ? "" : ", ", name->name);
  return text;
}

// ---- Declarations ----

void Printer::file(const File& file) {
  if (file.package_name) line(file.package_pos, fmt::format("package {}", file.package_name->name));
  if (!file.build_constraint.empty()) {
    out_ += fmt::format("build constraint {} ({})\n", file.build_constraint,
                        file.go_version.empty() ? "no version" : file.go_version);
  }
  for (const Decl* d : file.decls) decl(d);
}

void Printer::decl(const Decl* decl) {
  switch (decl->kind) {
    case NodeKind::gen_decl:
      return general(static_cast<const GenDecl*>(decl));
    case NodeKind::func_decl:
      return func(static_cast<const FuncDecl*>(decl));
    default:
      return line(decl->pos, "bad declaration");
  }
}

void Printer::func(const FuncDecl* decl) {
  line(decl->pos, fmt::format("func {}", decl->name->name));
  Indent indent(*this);
  fields("receiver", decl->receiver_list);
  signature(decl->type);
  part("body", decl->body);
}

void Printer::general(const GenDecl* decl) {
  constexpr const char* kKeywords[] = {"import", "const", "type", "var"};
  line(decl->pos,
       fmt::format("{}{}", kKeywords[static_cast<int>(decl->keyword)], decl->grouped ? " group" : ""));
  Indent indent(*this);
  for (const ImportSpec& spec : decl->imports) {
    line(spec.pos, spec.name ? fmt::format("import {} {}", spec.name->name, spec.path->text)
                             : fmt::format("import {}", spec.path->text));
  }
  for (const ValueSpec& spec : decl->values) value_spec(spec);
  for (const TypeSpec& spec : decl->types) {
    line(spec.pos, fmt::format("{} {}", spec.alias ? "alias" : "type", spec.name->name));
    Indent inner(*this);
    fields("type parameters", spec.type_params);
    expr(spec.type);
  }
}

void Printer::value_spec(const ValueSpec& spec) {
  line(spec.pos, fmt::format("names {} (iota {})", joined(spec.names), spec.iota));
  Indent indent(*this);
  part("type", spec.type);
  parts("values", spec.values);
}

void Printer::fields(const char* name, const FieldList& fields) {
  if (fields.fields.empty()) return;
  label(name);
  Indent indent(*this);
  for (const Field& field : fields.fields) {
    std::string text = field.names.empty() ? "anonymous" : joined(field.names);
    if (field.tag) text += fmt::format(" tag {}", field.tag->text);
    line(field.pos, text);
    Indent inner(*this);
    expr(field.type);
  }
}

void Printer::signature(const FuncType* type) {
  fields("type parameters", type->type_params);
  fields("parameters", type->params);
  fields("results", type->results);
}

// ---- Statements ----

void Printer::stmts(List<Stmt*> list) {
  for (const Stmt* s : list) stmt(s);
}

void Printer::assign(const AssignStmt* stmt) {
  bool compound = stmt->op != Op::assign && stmt->op != Op::define;
  line(stmt->pos, fmt::format("assign {}{}", spelling(stmt->op), compound ? "=" : ""));
  Indent indent(*this);
  exprs(stmt->left);
  parts("from", stmt->right);
}

void Printer::if_stmt(const IfStmt* stmt) {
  line(stmt->pos, "if");
  Indent indent(*this);
  part("init", stmt->init);
  expr(stmt->cond);
  part("then", stmt->body);
  part("else", stmt->otherwise);
}

void Printer::for_stmt(const ForStmt* stmt) {
  line(stmt->pos, "for");
  Indent indent(*this);
  part("init", stmt->init);
  part("condition", stmt->cond);
  part("post", stmt->post);
  part("body", stmt->body);
}

void Printer::range_stmt(const RangeStmt* stmt) {
  line(stmt->pos, stmt->define ? "range :=" : "range");
  Indent indent(*this);
  part("key", stmt->key);
  part("value", stmt->value);
  part("over", stmt->operand);
  part("body", stmt->body);
}

void Printer::cases(List<CaseClause*> cases) {
  for (const CaseClause* clause : cases) {
    line(clause->pos, clause->is_default ? "default" : "case");
    Indent indent(*this);
    exprs(clause->exprs);
    parts("do", clause->body);
  }
}

void Printer::stmt(const Stmt* stmt) {
  switch (stmt->kind) {
    case NodeKind::empty_stmt:
      return line(stmt->pos, "empty");
    case NodeKind::decl_stmt:
      return decl(static_cast<const DeclStmt*>(stmt)->decl);
    case NodeKind::labeled_stmt: {
      auto* labeled = static_cast<const LabeledStmt*>(stmt);
      line(stmt->pos, fmt::format("label {}", labeled->label->name));
      Indent indent(*this);
      return this->stmt(labeled->stmt);
    }
    case NodeKind::expr_stmt:
      return expr(static_cast<const ExprStmt*>(stmt)->expr);
    case NodeKind::send_stmt: {
      auto* send = static_cast<const SendStmt*>(stmt);
      line(stmt->pos, "send");
      Indent indent(*this);
      expr(send->channel);
      return expr(send->value);
    }
    case NodeKind::inc_dec_stmt: {
      auto* step = static_cast<const IncDecStmt*>(stmt);
      line(stmt->pos, step->increment ? "++" : "--");
      Indent indent(*this);
      return expr(step->operand);
    }
    case NodeKind::assign_stmt:
      return assign(static_cast<const AssignStmt*>(stmt));
    case NodeKind::go_stmt:
    case NodeKind::defer_stmt: {
      bool go = stmt->kind == NodeKind::go_stmt;
      line(stmt->pos, go ? "go" : "defer");
      Indent indent(*this);
      return expr(go ? static_cast<const GoStmt*>(stmt)->call : static_cast<const DeferStmt*>(stmt)->call);
    }
    case NodeKind::return_stmt: {
      line(stmt->pos, "return");
      Indent indent(*this);
      return exprs(static_cast<const ReturnStmt*>(stmt)->results);
    }
    case NodeKind::branch_stmt: {
      constexpr const char* kKeywords[] = {"break", "continue", "goto", "fallthrough"};
      auto* branch = static_cast<const BranchStmt*>(stmt);
      const char* keyword = kKeywords[static_cast<int>(branch->branch)];
      return line(stmt->pos, branch->label ? fmt::format("{} {}", keyword, branch->label->name) : keyword);
    }
    case NodeKind::block_stmt: {
      line(stmt->pos, "block");
      Indent indent(*this);
      return stmts(static_cast<const BlockStmt*>(stmt)->stmts);
    }
    case NodeKind::if_stmt:
      return if_stmt(static_cast<const IfStmt*>(stmt));
    case NodeKind::switch_stmt: {
      auto* node = static_cast<const SwitchStmt*>(stmt);
      line(stmt->pos, "switch");
      Indent indent(*this);
      part("init", node->init);
      part("tag", node->tag);
      return cases(node->cases);
    }
    case NodeKind::type_switch_stmt: {
      auto* node = static_cast<const TypeSwitchStmt*>(stmt);
      line(stmt->pos, node->binding ? fmt::format("type switch {}", node->binding->name) : "type switch");
      Indent indent(*this);
      part("init", node->init);
      part("subject", node->subject);
      return cases(node->cases);
    }
    case NodeKind::select_stmt: {
      line(stmt->pos, "select");
      Indent indent(*this);
      for (const CommClause* clause : static_cast<const SelectStmt*>(stmt)->cases) {
        line(clause->pos, clause->comm ? "case" : "default");
        Indent inner(*this);
        if (clause->comm) this->stmt(clause->comm);
        parts("do", clause->body);
      }
      return;
    }
    case NodeKind::for_stmt:
      return for_stmt(static_cast<const ForStmt*>(stmt));
    case NodeKind::range_stmt:
      return range_stmt(static_cast<const RangeStmt*>(stmt));
    default:
      return line(stmt->pos, "bad statement");
  }
}

// ---- Expressions ----

void Printer::exprs(List<Expr*> list) {
  for (const Expr* e : list) expr(e);
}

void Printer::composite(const CompositeLit* lit) {
  line(lit->pos, "composite");
  Indent indent(*this);
  part("type", lit->type);
  parts("elements", lit->elements);
}

void Printer::call(const CallExpr* call) {
  line(call->pos, call->ellipsis.valid() ? "call ..." : "call");
  Indent indent(*this);
  expr(call->function);
  parts("arguments", call->arguments);
}

void Printer::slice(const SliceExpr* slice) {
  line(slice->pos, slice->three ? "slice of three" : "slice");
  Indent indent(*this);
  expr(slice->operand);
  part("low", slice->low);
  part("high", slice->high);
  part("max", slice->max);
}

void Printer::expr(const Expr* expr) {
  Position pos = expr->pos;
  switch (expr->kind) {
    case NodeKind::ident:
      return line(pos, fmt::format("name {}", static_cast<const Ident*>(expr)->name));
    case NodeKind::basic_lit:
      return line(pos, fmt::format("literal {}", static_cast<const BasicLit*>(expr)->text));
    case NodeKind::composite_lit:
      return composite(static_cast<const CompositeLit*>(expr));
    case NodeKind::call_expr:
      return call(static_cast<const CallExpr*>(expr));
    case NodeKind::slice_expr:
      return slice(static_cast<const SliceExpr*>(expr));
    case NodeKind::selector_expr:
      line(pos, fmt::format("selector .{}", static_cast<const SelectorExpr*>(expr)->selected->name));
      break;
    case NodeKind::unary_expr:
      line(pos, fmt::format("unary {}", spelling(static_cast<const UnaryExpr*>(expr)->op)));
      break;
    case NodeKind::binary_expr:
      line(pos, fmt::format("binary {}", spelling(static_cast<const BinaryExpr*>(expr)->op)));
      break;
    case NodeKind::chan_type: {
      constexpr const char* kNames[] = {"chan", "chan<-", "<-chan"};
      line(pos, kNames[static_cast<int>(static_cast<const ChanType*>(expr)->dir)]);
      break;
    }
    case NodeKind::array_type:
      line(pos, static_cast<const ArrayType*>(expr)->length ? "array type" : "slice type");
      break;
    case NodeKind::func_lit:
      line(pos, "func literal");
      break;
    case NodeKind::paren_expr:
      line(pos, "parentheses");
      break;
    case NodeKind::index_expr:
      line(pos, "index");
      break;
    case NodeKind::type_assert_expr:
      line(pos, "type assertion");
      break;
    case NodeKind::star_expr:
      line(pos, "star");
      break;
    case NodeKind::key_value_expr:
      line(pos, "pair");
      break;
    case NodeKind::ellipsis_expr:
      line(pos, "...");
      break;
    case NodeKind::struct_type:
      line(pos, "struct type");
      break;
    case NodeKind::func_type:
      line(pos, "func type");
      break;
    case NodeKind::interface_type:
      line(pos, "interface type");
      break;
    case NodeKind::map_type:
      line(pos, "map type");
      break;
    default:
      return line(pos, "bad expression");
  }
  Indent indent(*this);
  children(expr);
}

void Printer::children(const Expr* expr) {
  switch (expr->kind) {
    case NodeKind::selector_expr:
      return this->expr(static_cast<const SelectorExpr*>(expr)->operand);
    case NodeKind::unary_expr:
      return this->expr(static_cast<const UnaryExpr*>(expr)->operand);
    case NodeKind::binary_expr:
      this->expr(static_cast<const BinaryExpr*>(expr)->left);
      return this->expr(static_cast<const BinaryExpr*>(expr)->right);
    case NodeKind::chan_type:
      return this->expr(static_cast<const ChanType*>(expr)->element);
    case NodeKind::array_type:
      part("length", static_cast<const ArrayType*>(expr)->length);
      return this->expr(static_cast<const ArrayType*>(expr)->element);
    case NodeKind::func_lit:
      signature(static_cast<const FuncLit*>(expr)->type);
      return part("body", static_cast<const FuncLit*>(expr)->body);
    case NodeKind::paren_expr:
      return this->expr(static_cast<const ParenExpr*>(expr)->inner);
    case NodeKind::index_expr:
      this->expr(static_cast<const IndexExpr*>(expr)->operand);
      return parts("at", static_cast<const IndexExpr*>(expr)->indices);
    case NodeKind::type_assert_expr:
      this->expr(static_cast<const TypeAssertExpr*>(expr)->operand);
      return part("type", static_cast<const TypeAssertExpr*>(expr)->type);
    case NodeKind::star_expr:
      return this->expr(static_cast<const StarExpr*>(expr)->operand);
    case NodeKind::key_value_expr:
      this->expr(static_cast<const KeyValueExpr*>(expr)->key);
      return this->expr(static_cast<const KeyValueExpr*>(expr)->value);
    case NodeKind::ellipsis_expr:
      if (auto* element = static_cast<const EllipsisExpr*>(expr)->element) this->expr(element);
      return;
    case NodeKind::struct_type:
      return fields("fields", static_cast<const StructType*>(expr)->fields);
    case NodeKind::func_type:
      return signature(static_cast<const FuncType*>(expr));
    case NodeKind::interface_type:
      return fields("elements", static_cast<const InterfaceType*>(expr)->methods);
    case NodeKind::map_type:
      this->expr(static_cast<const MapType*>(expr)->key);
      return this->expr(static_cast<const MapType*>(expr)->value);
    default:
      return;
  }
}

}  // namespace

std::string print(const File& file) {
  Printer printer;
  printer.file(file);
  return printer.take();
}

}  // namespace gocheck::syntax
