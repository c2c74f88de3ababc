// The abstract syntax tree of Gol: the whole syntax of Go 1.22.
//
// The tree is built by parse.h and read by the type checker and the lowering. Nodes are
// plain structs told apart by `kind`; they live in an Arena and are freed all at once, so
// no destructor recurses over a deep tree. Lists are spans into the same arena.
//
// Every expression has a dense `id`; the type checker keeps what it learns in tables
// indexed by it (types/info.h), so the tree itself never changes after parsing.
//
// Thread safety: immutable after parsing; may be read by any number of threads.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/program/source.h"

namespace gocheck::syntax {

enum class NodeKind : uint8_t {
  // Expressions (types are expressions too).
  bad_expr,
  ident,
  basic_lit,
  composite_lit,
  func_lit,
  paren_expr,
  selector_expr,
  index_expr,  // x[i], and instantiation f[T1, T2]
  slice_expr,
  type_assert_expr,  // x.(T), and x.(type) with type == nullptr
  call_expr,
  star_expr,  // *x: dereference or pointer type
  unary_expr,
  binary_expr,
  key_value_expr,
  ellipsis_expr,  // ...T in a parameter list, [...]T as an array length
  array_type,     // [N]T, [...]T, and slices ([]T: length == nullptr)
  struct_type,
  func_type,
  interface_type,
  map_type,
  chan_type,
  // Statements.
  bad_stmt,
  empty_stmt,
  decl_stmt,
  labeled_stmt,
  expr_stmt,
  send_stmt,
  inc_dec_stmt,
  assign_stmt,
  go_stmt,
  defer_stmt,
  return_stmt,
  branch_stmt,
  block_stmt,
  if_stmt,
  case_clause,
  switch_stmt,
  type_switch_stmt,
  comm_clause,
  select_stmt,
  for_stmt,
  range_stmt,
  // Declarations.
  bad_decl,
  gen_decl,
  func_decl,
};

// Operators and assignment operators, named as in go/token.
enum class Op : uint8_t {
  none,
  add, sub, mul, quo, rem,            // + - * / %
  and_, or_, xor_, shl, shr, and_not,  // & | ^ << >> &^
  land, lor, not_,                    // && || !
  eql, neq, lss, leq, gtr, geq,       // == != < <= > >=
  arrow,                              // <-x
  tilde,                              // ~T
  addr,                               // &x
  assign, define,                     // = :=
};
std::string_view spelling(Op op);

enum class LitKind : uint8_t { integer, floating, imaginary, character, string };
enum class ChanDir : uint8_t { both, send, recv };
enum class Branch : uint8_t { break_, continue_, goto_, fallthrough_ };
enum class DeclKeyword : uint8_t { import, const_, type, var };

struct Node {
  NodeKind kind;
  Position pos;  // the first token
  Position end;  // just past the last token
};

struct Expr : Node {
  uint32_t id = 0;  // dense, unique within the SourceSet's parse; see Arena::next_expr_id
};
struct Stmt : Node {};
struct Decl : Node {};
struct BlockStmt;
struct FuncType;

template <class T>
using List = std::span<T>;

// ---- Expressions ----

struct BadExpr : Expr {};
struct Ident : Expr {
  std::string_view name;
};
struct BasicLit : Expr {
  LitKind lit;
  std::string_view text;  // as written, with quotes, prefixes and underscores
};
struct CompositeLit : Expr {
  Expr* type;  // nullptr when elided within another composite literal
  Position lbrace;
  Position rbrace;
  List<Expr*> elements;  // KeyValueExpr for keyed ones
};
struct FuncLit : Expr {
  FuncType* type;
  BlockStmt* body;
};
struct ParenExpr : Expr {
  Expr* inner;
};
struct SelectorExpr : Expr {
  Expr* operand;
  Ident* selected;
};
struct IndexExpr : Expr {
  Expr* operand;
  Position lbrack;
  List<Expr*> indices;  // at least one; more than one only for instantiation
};
struct SliceExpr : Expr {
  Expr* operand;
  Position lbrack;
  Expr* low;   // may be nullptr
  Expr* high;  // may be nullptr
  Expr* max;   // may be nullptr
  bool three;  // x[low:high:max]
};
struct TypeAssertExpr : Expr {
  Expr* operand;
  Expr* type;  // nullptr for x.(type)
};
struct CallExpr : Expr {
  Expr* function;
  Position lparen;
  List<Expr*> arguments;
  Position ellipsis;  // valid when the last argument is followed by "..."
  Position rparen;
};
struct StarExpr : Expr {
  Expr* operand;
};
struct UnaryExpr : Expr {
  Op op;
  Expr* operand;
};
struct BinaryExpr : Expr {
  Op op;
  Position op_pos;
  Expr* left;
  Expr* right;
};
struct KeyValueExpr : Expr {
  Expr* key;
  Position colon;
  Expr* value;
};
struct EllipsisExpr : Expr {
  Expr* element;  // nullptr in [...]T
};
struct ArrayType : Expr {
  Expr* length;  // nullptr: slice; EllipsisExpr: [...]T
  Expr* element;
};

// A parameter, result, field, method or type parameter declaration: names (possibly none) and a type.
struct Field {
  Position pos;
  List<Ident*> names;  // empty: anonymous parameter, embedded field or embedded interface element
  Expr* type;          // FuncType for an interface method
  BasicLit* tag;       // struct fields only; may be nullptr
};
struct FieldList {
  Position open;   // "(" "{" or "[", invalid if absent (a single unnamed result)
  Position close;
  List<Field> fields;
};

struct StructType : Expr {
  FieldList fields;
};
struct FuncType : Expr {
  FieldList type_params;  // empty unless generic
  FieldList params;       // a final EllipsisExpr type makes it variadic
  FieldList results;
};
struct InterfaceType : Expr {
  FieldList methods;  // methods, embedded types, unions (BinaryExpr or_) and ~T (UnaryExpr tilde)
};
struct MapType : Expr {
  Expr* key;
  Expr* value;
};
struct ChanType : Expr {
  ChanDir dir;
  Expr* element;
};

// ---- Statements ----

struct BadStmt : Stmt {};
struct EmptyStmt : Stmt {};
struct DeclStmt : Stmt {
  Decl* decl;
};
struct LabeledStmt : Stmt {
  Ident* label;
  Stmt* stmt;
};
struct ExprStmt : Stmt {
  Expr* expr;
};
struct SendStmt : Stmt {
  Expr* channel;
  Position arrow;
  Expr* value;
};
struct IncDecStmt : Stmt {
  Expr* operand;
  Position op_pos;
  bool increment;
};
struct AssignStmt : Stmt {
  List<Expr*> left;
  Position op_pos;
  Op op;  // assign, define, or the binary operator of x op= y
  List<Expr*> right;
};
struct GoStmt : Stmt {
  Expr* call;  // checked to be a call by the type checker, as Go does
};
struct DeferStmt : Stmt {
  Expr* call;
};
struct ReturnStmt : Stmt {
  List<Expr*> results;
};
struct BranchStmt : Stmt {
  Branch branch;
  Ident* label;  // may be nullptr
};
struct BlockStmt : Stmt {
  Position lbrace;
  List<Stmt*> stmts;
  Position rbrace;
};
struct IfStmt : Stmt {
  Stmt* init;  // may be nullptr
  Expr* cond;
  BlockStmt* body;
  Stmt* otherwise;  // nullptr, IfStmt or BlockStmt
};
struct CaseClause : Stmt {
  bool is_default;
  List<Expr*> exprs;  // types in a type switch
  Position colon;
  List<Stmt*> body;
};
struct SwitchStmt : Stmt {
  Stmt* init;
  Expr* tag;  // may be nullptr
  Position lbrace;
  List<CaseClause*> cases;
  Position rbrace;
};
struct TypeSwitchStmt : Stmt {
  Stmt* init;
  Ident* binding;  // x in switch x := y.(type), or nullptr
  Expr* subject;   // y.(type): a TypeAssertExpr with type == nullptr
  Position lbrace;
  List<CaseClause*> cases;
  Position rbrace;
};
struct CommClause : Stmt {
  Stmt* comm;  // SendStmt, ExprStmt (<-c) or AssignStmt (v, ok := <-c); nullptr for default
  Position colon;
  List<Stmt*> body;
};
struct SelectStmt : Stmt {
  Position lbrace;
  List<CommClause*> cases;
  Position rbrace;
};
struct ForStmt : Stmt {
  Stmt* init;  // each may be nullptr
  Expr* cond;
  Stmt* post;
  BlockStmt* body;
};
struct RangeStmt : Stmt {
  Expr* key;    // may be nullptr
  Expr* value;  // may be nullptr
  Position extra;  // of a third variable: an error that the checker reports
  bool define;  // := rather than =
  Position op_pos;
  Expr* operand;
  BlockStmt* body;
};

// ---- Declarations ----

struct ImportSpec {
  Position pos;
  Ident* name;  // nullptr, or "." or "_" or a name
  BasicLit* path;
};
struct ValueSpec {  // const and var
  Position pos;
  List<Ident*> names;
  Expr* type;         // may be nullptr
  List<Expr*> values;  // empty for var without value; const: empty repeats the previous spec
  int64_t iota;        // index of the spec within its const group
};
struct TypeSpec {
  Position pos;
  Ident* name;
  FieldList type_params;
  bool alias;  // type A = B
  Expr* type;
};
struct BadDecl : Decl {};
struct GenDecl : Decl {
  DeclKeyword keyword;
  bool grouped;  // with parentheses
  List<ImportSpec> imports;
  List<ValueSpec> values;
  List<TypeSpec> types;
};
struct FuncDecl : Decl {
  Field* receiver;  // nullptr for a function
  FieldList receiver_list;  // as written: the checker complains about more than one
  Ident* name;
  FuncType* type;
  BlockStmt* body;  // nullptr when declared without body
};

// One parsed file.
struct File {
  uint32_t source;  // index into SourceFiles
  Position package_pos;
  Ident* package_name;
  List<Decl*> decls;
  std::string go_version;           // of a //go:build go1.N line, e.g. "go1.21"; empty if none
  std::string build_constraint;     // the expression of the //go:build line; empty if none
  std::vector<std::pair<Position, std::string_view>> directives;  // //go:... and //gocheck:... comments
};

// Owns the nodes and the names of any number of files. Not thread safe while parsing.
class Arena {
 public:
  template <class T>
  T* make() {
    return new (memory_.allocate(sizeof(T), alignof(T))) T{};
  }
  template <class T>
  List<T> list(const std::vector<T>& from) {
    if (from.empty()) return {};
    T* copy = static_cast<T*>(memory_.allocate(sizeof(T) * from.size(), alignof(T)));
    std::uninitialized_copy(from.begin(), from.end(), copy);
    return {copy, from.size()};
  }
  std::string_view text(std::string_view from) {
    char* copy = static_cast<char*>(memory_.allocate(from.size() + 1, 1));
    from.copy(copy, from.size());
    copy[from.size()] = 0;
    return {copy, from.size()};
  }
  // A file has members that own memory, so it needs its destructor, unlike the nodes.
  File* make_file() { return &files_.emplace_back(); }
  uint32_t next_expr_id() { return expr_count_++; }
  uint32_t expr_count() const { return expr_count_; }

 private:
  std::pmr::monotonic_buffer_resource memory_;
  std::deque<File> files_;
  uint32_t expr_count_ = 0;
};

}  // namespace gocheck::syntax
