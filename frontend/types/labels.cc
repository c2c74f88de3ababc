#include "frontend/types/labels.h"

#include <fmt/format.h>

#include <deque>

namespace gocheck::types {

using namespace syntax;

std::string place(const SourceFiles* files, Position position) {
  return files ? gocheck::to_string(*files, position) : fmt::format("line {}", position.line);
}

namespace {

// A block of statements: what goto must neither enter nor, having entered it, use to skip a declaration.
struct Block {
  const Block* parent;
  Position start;
  std::vector<std::pair<Position, std::string_view>> variables;  // declared directly in it, in source order
};

struct Label {
  const LabeledStmt* stmt;
  const Block* block;
  bool used = false;  // or in a statement that is wrong anyway
};

struct Goto {
  const BranchStmt* stmt;
  const Block* block;
};

struct Misplaced {
  const BranchStmt* stmt;
  const char* keyword;
};

// What break and continue may refer to at a place. `label` is set while the statement of a LabeledStmt
// is entered; enclosing labels are linked through `outer`.
struct Enclosing {
  const Enclosing* outer;
  const LabeledStmt* label;
};
struct Context {
  bool breakable = false;
  bool continuable = false;
  const Enclosing* enclosing = nullptr;
};

bool is_loop(const Stmt* stmt) {
  return stmt->kind == NodeKind::for_stmt || stmt->kind == NodeKind::range_stmt;
}

bool is_breakable(const Stmt* stmt) {
  return is_loop(stmt) || stmt->kind == NodeKind::switch_stmt || stmt->kind == NodeKind::type_switch_stmt ||
         stmt->kind == NodeKind::select_stmt;
}

class BranchResolver {
 public:
  BranchResolver(const SourceFiles* files, Info& info, Diagnostics& diagnostics)
      : files_(files), info_(info), diagnostics_(diagnostics) {}

  void resolve(const BlockStmt* body) {
    statements(body->stmts, new_block(nullptr, body->lbrace), {});
    for (const Goto& jump : gotos_) resolve_goto(jump);
    for (const Misplaced& branch : misplaced_) report_misplaced(branch);
    for (const Label& label : labels_) {
      if (!label.used) {
        diagnostics_.soft_error(label.stmt->label->pos,
                                fmt::format("label {} defined and not used", label.stmt->label->name));
      }
    }
  }

 private:
  Block* new_block(const Block* parent, Position start) {
    return &blocks_.emplace_back(Block{parent, start, {}});
  }

  Label* find(std::string_view name) {
    auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
  }

  void statements(List<Stmt*> stmts, Block* block, const Context& context) {
    for (const Stmt* stmt : stmts) statement(stmt, block, context);
  }

  void inner_block(List<Stmt*> stmts, const Block* parent, Position start, const Context& context) {
    statements(stmts, new_block(parent, start), context);
  }

  void statement(const Stmt* stmt, Block* block, const Context& context) {
    switch (stmt->kind) {
      case NodeKind::decl_stmt:
        return declaration(static_cast<const DeclStmt*>(stmt)->decl, block);
      case NodeKind::assign_stmt:
        return assignment(static_cast<const AssignStmt*>(stmt), block);
      case NodeKind::labeled_stmt:
        return labeled(static_cast<const LabeledStmt*>(stmt), block, context);
      case NodeKind::branch_stmt:
        return branch(static_cast<const BranchStmt*>(stmt), block, context);
      case NodeKind::block_stmt: {
        auto* inner = static_cast<const BlockStmt*>(stmt);
        return inner_block(inner->stmts, block, inner->lbrace, context);
      }
      case NodeKind::if_stmt: {
        auto* branching = static_cast<const IfStmt*>(stmt);
        inner_block(branching->body->stmts, block, branching->body->lbrace, context);
        if (branching->otherwise) statement(branching->otherwise, block, context);
        return;
      }
      case NodeKind::switch_stmt:
        return clauses(static_cast<const SwitchStmt*>(stmt)->cases, block, context);
      case NodeKind::type_switch_stmt:
        return clauses(static_cast<const TypeSwitchStmt*>(stmt)->cases, block, context);
      case NodeKind::select_stmt:
        return clauses(static_cast<const SelectStmt*>(stmt)->cases, block, context);
      case NodeKind::for_stmt:
        return loop(static_cast<const ForStmt*>(stmt)->body, block, context);
      case NodeKind::range_stmt:
        return loop(static_cast<const RangeStmt*>(stmt)->body, block, context);
      default:
        return;
    }
  }

  static void declaration(const Decl* decl, Block* block) {
    if (decl->kind != NodeKind::gen_decl) return;
    auto* group = static_cast<const GenDecl*>(decl);
    if (group->keyword != DeclKeyword::var) return;
    for (const ValueSpec& spec : group->values) {
      if (!spec.names.empty()) block->variables.emplace_back(spec.pos, spec.names[0]->name);
    }
  }

  static void assignment(const AssignStmt* stmt, Block* block) {
    if (stmt->op != Op::define) return;
    std::string_view name = "_";
    if (!stmt->left.empty() && stmt->left[0]->kind == NodeKind::ident) {
      name = static_cast<const Ident*>(stmt->left[0])->name;
    }
    block->variables.emplace_back(stmt->pos, name);
  }

  void labeled(const LabeledStmt* stmt, Block* block, const Context& context) {
    std::string_view name = stmt->label->name;
    if (name != "_") {
      if (const Label* other = find(name)) {
        diagnostics_.error(stmt->label->pos, fmt::format("label {} already defined at {}", name,
                                                         place(files_, other->stmt->label->pos)));
      } else {
        by_name_[name] = &labels_.emplace_back(Label{stmt, block, stmt->stmt->kind == NodeKind::bad_stmt});
      }
    }
    Enclosing enclosing{context.enclosing, stmt};
    Context inner = context;
    inner.enclosing = &enclosing;
    statement(stmt->stmt, block, inner);
  }

  template <class Clause>
  void clauses(List<Clause*> cases, const Block* block, Context context) {
    context.breakable = true;
    for (const Clause* clause : cases) inner_block(clause->body, block, clause->pos, context);
  }

  void loop(const BlockStmt* body, const Block* block, Context context) {
    context.breakable = context.continuable = true;
    inner_block(body->stmts, block, body->lbrace, context);
  }

  void branch(const BranchStmt* stmt, const Block* block, const Context& context) {
    switch (stmt->branch) {
      case Branch::fallthrough_:
        return;  // its place is judged with the switch that it belongs to
      case Branch::goto_:
        if (stmt->label) gotos_.push_back({stmt, block});
        return;
      case Branch::break_:
        if (stmt->label) return labeled_branch(stmt, context, "break", is_breakable);
        if (!context.breakable) {
          diagnostics_.error(stmt->pos, "break is not in a loop, switch, or select");
        }
        return;
      case Branch::continue_:
        if (stmt->label) return labeled_branch(stmt, context, "continue", is_loop);
        if (!context.continuable) diagnostics_.error(stmt->pos, "continue is not in a loop");
        return;
    }
  }

  void labeled_branch(const BranchStmt* stmt, const Context& context, const char* keyword,
                      bool (*acceptable)(const Stmt*)) {
    std::string_view name = stmt->label->name;
    for (const Enclosing* e = context.enclosing; e; e = e->outer) {
      if (e->label->label->name != name) continue;
      if (Label* label = find(name)) label->used = true;
      if (acceptable(e->label->stmt)) {
        info_.branch_targets[stmt] = e->label;
      } else {
        diagnostics_.error(stmt->label->pos, fmt::format("invalid {} label {}", keyword, name));
      }
      return;
    }
    misplaced_.push_back({stmt, keyword});
  }

  // A break or continue whose label is not around it.
  void report_misplaced(const Misplaced& branch) {
    const Ident* name = branch.stmt->label;
    Label* label = find(name->name);
    if (label) label->used = true;
    diagnostics_.error(name->pos, label ? fmt::format("invalid {} label {}", branch.keyword, name->name)
                                        : fmt::format("{} label not defined: {}", branch.keyword, name->name));
  }

  void resolve_goto(const Goto& jump) {
    const Ident* name = jump.stmt->label;
    Label* label = find(name->name);
    if (!label) return diagnostics_.error(name->pos, fmt::format("label {} not defined", name->name));
    label->used = true;
    const Block* outer = jump.block;
    while (outer && outer != label->block) outer = outer->parent;
    if (!outer) {
      return diagnostics_.error(name->pos, fmt::format("goto {} jumps into block starting at {}", name->name,
                                                       place(files_, label->block->start)));
    }
    const auto& variables = label->block->variables;
    for (auto it = variables.rbegin(); it != variables.rend(); ++it) {
      if (it->first > jump.stmt->pos && it->first < label->stmt->pos) {
        return diagnostics_.error(name->pos, fmt::format("goto {} jumps over declaration of {} at {}",
                                                         name->name, it->second, place(files_, it->first)));
      }
    }
    info_.branch_targets[jump.stmt] = label->stmt;
  }

  const SourceFiles* files_;
  Info& info_;
  Diagnostics& diagnostics_;
  std::deque<Block> blocks_;  // deques: their elements stay where they are
  std::deque<Label> labels_;
  std::unordered_map<std::string_view, Label*> by_name_;
  std::vector<Goto> gotos_;
  std::vector<Misplaced> misplaced_;
};

}  // namespace

void resolve_branches(const BlockStmt* body, const SourceFiles* files, Info& info, Diagnostics& diagnostics) {
  BranchResolver(files, info, diagnostics).resolve(body);
}

void check_branches(const File& file, const SourceFiles* files, Diagnostics& diagnostics) {
  Info ignored;
  for (const Decl* decl : file.decls) {
    if (decl->kind != NodeKind::func_decl) continue;
    if (const BlockStmt* body = static_cast<const FuncDecl*>(decl)->body) {
      resolve_branches(body, files, ignored, diagnostics);
    }
  }
}

}  // namespace gocheck::types
