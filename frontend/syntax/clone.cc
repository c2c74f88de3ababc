#include "frontend/syntax/clone.h"

namespace gocheck::syntax {

namespace {

class Cloner {
 public:
  Cloner(Arena& arena, std::vector<uint32_t>* origins) : arena_(arena), origins_(*origins) {}

  FuncDecl* function(const FuncDecl* from) {
    FuncDecl* copy = plain(from);
    if (from->receiver) {
      copy->receiver = arena_.make<Field>();
      *copy->receiver = field(*from->receiver);
    }
    copy->name = exactly(from->name);
    copy->type = exactly(from->type);
    copy->body = block(from->body);
    return copy;
  }

 private:
  template <class T>
  T* plain(const T* from) {
    T* copy = arena_.make<T>();
    *copy = *from;
    if constexpr (std::is_base_of_v<Expr, T>) {
      copy->id = arena_.next_expr_id();
      origins_.push_back(from->id);
    }
    return copy;
  }

  // A copy of the same static type.
  template <class T>
  T* exactly(T* from) {
    return from ? static_cast<T*>(expr(from)) : nullptr;
  }

  template <class T, class Copy>
  List<T> list(List<T> from, Copy copy) {
    std::vector<T> copies;
    copies.reserve(from.size());
    for (const T& element : from) copies.push_back(copy(element));
    return arena_.list(copies);
  }
  template <class T>
  List<T*> exprs(List<T*> from) {
    return list(from, [this](T* e) { return exactly(e); });
  }
  List<Stmt*> stmts(List<Stmt*> from) {
    return list(from, [this](Stmt* s) { return stmt(s); });
  }

  Field field(const Field& from) {
    Field copy = from;
    copy.names = exprs(from.names);
    copy.type = expr(from.type);
    return copy;
  }
  FieldList fields(const FieldList& from) {
    FieldList copy = from;
    copy.fields = list(from.fields, [this](const Field& f) { return field(f); });
    return copy;
  }

  BlockStmt* block(const BlockStmt* from) {
    if (!from) return nullptr;
    BlockStmt* copy = plain(from);
    copy->stmts = stmts(from->stmts);
    return copy;
  }

  Expr* expr(const Expr* from) {
    if (!from) return nullptr;
    switch (from->kind) {
      case NodeKind::ident:
        return plain(static_cast<const Ident*>(from));
      case NodeKind::basic_lit:
        return plain(static_cast<const BasicLit*>(from));
      case NodeKind::composite_lit: {
        auto* copy = plain(static_cast<const CompositeLit*>(from));
        copy->type = expr(copy->type);
        copy->elements = exprs(copy->elements);
        return copy;
      }
      case NodeKind::func_lit: {
        auto* copy = plain(static_cast<const FuncLit*>(from));
        copy->type = exactly(copy->type);
        copy->body = block(copy->body);
        return copy;
      }
      case NodeKind::paren_expr: {
        auto* copy = plain(static_cast<const ParenExpr*>(from));
        copy->inner = expr(copy->inner);
        return copy;
      }
      case NodeKind::selector_expr: {
        auto* copy = plain(static_cast<const SelectorExpr*>(from));
        copy->operand = expr(copy->operand);
        copy->selected = exactly(copy->selected);
        return copy;
      }
      case NodeKind::index_expr: {
        auto* copy = plain(static_cast<const IndexExpr*>(from));
        copy->operand = expr(copy->operand);
        copy->indices = exprs(copy->indices);
        return copy;
      }
      case NodeKind::slice_expr: {
        auto* copy = plain(static_cast<const SliceExpr*>(from));
        for (Expr** part : {&copy->operand, &copy->low, &copy->high, &copy->max}) *part = expr(*part);
        return copy;
      }
      case NodeKind::type_assert_expr: {
        auto* copy = plain(static_cast<const TypeAssertExpr*>(from));
        copy->operand = expr(copy->operand);
        copy->type = expr(copy->type);
        return copy;
      }
      case NodeKind::call_expr: {
        auto* copy = plain(static_cast<const CallExpr*>(from));
        copy->function = expr(copy->function);
        copy->arguments = exprs(copy->arguments);
        return copy;
      }
      case NodeKind::star_expr: {
        auto* copy = plain(static_cast<const StarExpr*>(from));
        copy->operand = expr(copy->operand);
        return copy;
      }
      case NodeKind::unary_expr: {
        auto* copy = plain(static_cast<const UnaryExpr*>(from));
        copy->operand = expr(copy->operand);
        return copy;
      }
      case NodeKind::binary_expr: {
        auto* copy = plain(static_cast<const BinaryExpr*>(from));
        copy->left = expr(copy->left);
        copy->right = expr(copy->right);
        return copy;
      }
      case NodeKind::key_value_expr: {
        auto* copy = plain(static_cast<const KeyValueExpr*>(from));
        copy->key = expr(copy->key);
        copy->value = expr(copy->value);
        return copy;
      }
      default:
        return type(from);
    }
  }

  Expr* type(const Expr* from) {
    switch (from->kind) {
      case NodeKind::ellipsis_expr: {
        auto* copy = plain(static_cast<const EllipsisExpr*>(from));
        copy->element = expr(copy->element);
        return copy;
      }
      case NodeKind::array_type: {
        auto* copy = plain(static_cast<const ArrayType*>(from));
        copy->length = expr(copy->length);
        copy->element = expr(copy->element);
        return copy;
      }
      case NodeKind::struct_type: {
        auto* copy = plain(static_cast<const StructType*>(from));
        copy->fields = fields(copy->fields);
        return copy;
      }
      case NodeKind::func_type: {
        auto* copy = plain(static_cast<const FuncType*>(from));
        copy->type_params = fields(copy->type_params);
        copy->params = fields(copy->params);
        copy->results = fields(copy->results);
        return copy;
      }
      case NodeKind::interface_type: {
        auto* copy = plain(static_cast<const InterfaceType*>(from));
        copy->methods = fields(copy->methods);
        return copy;
      }
      case NodeKind::map_type: {
        auto* copy = plain(static_cast<const MapType*>(from));
        copy->key = expr(copy->key);
        copy->value = expr(copy->value);
        return copy;
      }
      case NodeKind::chan_type: {
        auto* copy = plain(static_cast<const ChanType*>(from));
        copy->element = expr(copy->element);
        return copy;
      }
      default:
        return plain(static_cast<const BadExpr*>(from));
    }
  }

  Stmt* stmt(const Stmt* from) {
    if (!from) return nullptr;
    switch (from->kind) {
      case NodeKind::decl_stmt: {
        auto* copy = plain(static_cast<const DeclStmt*>(from));
        if (copy->decl->kind == NodeKind::gen_decl) copy->decl = general(static_cast<GenDecl*>(copy->decl));
        return copy;
      }
      case NodeKind::labeled_stmt: {
        auto* copy = plain(static_cast<const LabeledStmt*>(from));
        copy->label = exactly(copy->label);
        copy->stmt = stmt(copy->stmt);
        return copy;
      }
      case NodeKind::expr_stmt: {
        auto* copy = plain(static_cast<const ExprStmt*>(from));
        copy->expr = expr(copy->expr);
        return copy;
      }
      case NodeKind::send_stmt: {
        auto* copy = plain(static_cast<const SendStmt*>(from));
        copy->channel = expr(copy->channel);
        copy->value = expr(copy->value);
        return copy;
      }
      case NodeKind::inc_dec_stmt: {
        auto* copy = plain(static_cast<const IncDecStmt*>(from));
        copy->operand = expr(copy->operand);
        return copy;
      }
      case NodeKind::assign_stmt: {
        auto* copy = plain(static_cast<const AssignStmt*>(from));
        copy->left = exprs(copy->left);
        copy->right = exprs(copy->right);
        return copy;
      }
      case NodeKind::go_stmt: {
        auto* copy = plain(static_cast<const GoStmt*>(from));
        copy->call = expr(copy->call);
        return copy;
      }
      case NodeKind::defer_stmt: {
        auto* copy = plain(static_cast<const DeferStmt*>(from));
        copy->call = expr(copy->call);
        return copy;
      }
      case NodeKind::return_stmt: {
        auto* copy = plain(static_cast<const ReturnStmt*>(from));
        copy->results = exprs(copy->results);
        return copy;
      }
      case NodeKind::branch_stmt: {
        auto* copy = plain(static_cast<const BranchStmt*>(from));
        copy->label = exactly(copy->label);
        return copy;
      }
      case NodeKind::block_stmt:
        return block(static_cast<const BlockStmt*>(from));
      default:
        return compound(from);
    }
  }

  Stmt* compound(const Stmt* from) {
    switch (from->kind) {
      case NodeKind::if_stmt: {
        auto* copy = plain(static_cast<const IfStmt*>(from));
        copy->init = stmt(copy->init);
        copy->cond = expr(copy->cond);
        copy->body = block(copy->body);
        copy->otherwise = stmt(copy->otherwise);
        return copy;
      }
      case NodeKind::case_clause: {
        auto* copy = plain(static_cast<const CaseClause*>(from));
        copy->exprs = exprs(copy->exprs);
        copy->body = stmts(copy->body);
        return copy;
      }
      case NodeKind::switch_stmt: {
        auto* copy = plain(static_cast<const SwitchStmt*>(from));
        copy->init = stmt(copy->init);
        copy->tag = expr(copy->tag);
        copy->cases = clauses(copy->cases);
        return copy;
      }
      case NodeKind::type_switch_stmt: {
        auto* copy = plain(static_cast<const TypeSwitchStmt*>(from));
        copy->init = stmt(copy->init);
        copy->binding = exactly(copy->binding);
        copy->subject = expr(copy->subject);
        copy->cases = clauses(copy->cases);
        return copy;
      }
      case NodeKind::comm_clause: {
        auto* copy = plain(static_cast<const CommClause*>(from));
        copy->comm = stmt(copy->comm);
        copy->body = stmts(copy->body);
        return copy;
      }
      case NodeKind::select_stmt: {
        auto* copy = plain(static_cast<const SelectStmt*>(from));
        copy->cases = clauses(copy->cases);
        return copy;
      }
      case NodeKind::for_stmt: {
        auto* copy = plain(static_cast<const ForStmt*>(from));
        copy->init = stmt(copy->init);
        copy->cond = expr(copy->cond);
        copy->post = stmt(copy->post);
        copy->body = block(copy->body);
        return copy;
      }
      case NodeKind::range_stmt: {
        auto* copy = plain(static_cast<const RangeStmt*>(from));
        copy->key = expr(copy->key);
        copy->value = expr(copy->value);
        copy->operand = expr(copy->operand);
        copy->body = block(copy->body);
        return copy;
      }
      case NodeKind::empty_stmt:
        return plain(static_cast<const EmptyStmt*>(from));
      default:
        return plain(static_cast<const BadStmt*>(from));
    }
  }

  template <class T>
  List<T*> clauses(List<T*> from) {
    return list(from, [this](T* clause) { return static_cast<T*>(stmt(clause)); });
  }

  GenDecl* general(const GenDecl* from) {
    GenDecl* copy = plain(from);
    // Const specifications share the expressions that they repeat; a copied group repeats its own.
    copy->values = list(from->values, [this](const ValueSpec& spec) {
      ValueSpec value = spec;
      value.names = exprs(spec.names);
      value.type = expr(spec.type);
      value.values = exprs(spec.values);
      return value;
    });
    copy->types = list(from->types, [this](const TypeSpec& spec) {
      TypeSpec type = spec;
      type.name = exactly(spec.name);
      type.type_params = fields(spec.type_params);
      type.type = expr(spec.type);
      return type;
    });
    return copy;
  }

  Arena& arena_;
  std::vector<uint32_t>& origins_;
};

}  // namespace

FuncDecl* clone(const FuncDecl* decl, Arena& arena, std::vector<uint32_t>* origins) {
  return Cloner(arena, origins).function(decl);
}

}  // namespace gocheck::syntax
