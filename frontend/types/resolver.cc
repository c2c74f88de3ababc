// Collects what the files of a package declare, before anything is checked.
#include <fmt/format.h>

#include <algorithm>

#include "frontend/types/checker.h"
#include "frontend/types/labels.h"

namespace gocheck::types {

using namespace syntax;

namespace {

std::string other_declaration(const SourceFiles* files, const Object* other) {
  if (!other->pos.valid()) return {};
  return fmt::format("\n\t{}: other declaration of {}", place(files, other->pos), other->name);
}

// The name that a method's receiver type mentions: T of T, *T, (T), T[P]; nullptr if it is no such form.
const Ident* receiver_type_name(const Expr* type) {
  while (true) {
    switch (type->kind) {
      case NodeKind::paren_expr: type = as<ParenExpr>(type)->inner; break;
      case NodeKind::star_expr: type = as<StarExpr>(type)->operand; break;
      case NodeKind::index_expr: type = as<IndexExpr>(type)->operand; break;
      case NodeKind::ident: return as<Ident>(type);
      default: return nullptr;
    }
  }
}

// Why `path` cannot be imported; empty if nothing is wrong with it.
std::string invalid_import_path(std::string_view path) {
  if (path.empty()) return "empty string";
  constexpr std::string_view illegal = "!\"#$%&'()*,:;<=>?[\\]^{|}`";
  for (size_t i = 0; i < path.size(); i++) {
    auto c = static_cast<unsigned char>(path[i]);
    if (c <= ' ' || c == 0x7f || illegal.find(static_cast<char>(c)) != std::string_view::npos) {
      std::string shown = c < ' ' || c == 0x7f ? "" : fmt::format(" '{}'", static_cast<char>(c));
      return fmt::format("invalid character U+{:04X}{}", c, shown);
    }
    if (path.substr(i, 3) == "\xEF\xBF\xBD") return "invalid character U+FFFD";
  }
  return {};
}

// Whether Go's standard library has packages whose path begins as this one does.
bool is_standard(std::string_view path) {
  static constexpr std::string_view kFirst[] = {
      "archive", "bufio", "bytes",    "cmp",  "compress", "container", "context", "crypto", "database", "debug",
      "embed",   "encoding", "errors", "expvar", "flag",  "fmt",       "go",      "hash",   "html",     "image",
      "index",   "io",     "log",     "maps", "math",     "mime",      "net",     "os",     "path",     "plugin",
      "reflect", "regexp", "runtime", "slices", "sort",   "strconv",   "strings", "sync",   "syscall",  "testing",
      "text",    "time",   "unicode"};
  return std::ranges::find(kFirst, path.substr(0, path.find('/'))) != std::end(kFirst);
}

}  // namespace

Declaration* Checker::Impl::new_declaration(Object* object, Scope* file_scope) {
  Declaration& declaration = declaration_storage.emplace_back();
  declaration.file_scope = file_scope;
  declarations[object] = &declaration;
  return &declaration;
}

void Checker::Impl::declare(Scope* scope, const Ident* ident, Object* object) {
  object->parent = scope;
  record_definition(ident, object);
  if (object->name == "_") return;
  if (const Object* other = scope->insert(object)) {
    error(object->pos, fmt::format("{} redeclared in this block{}", object->name,
                                   other_declaration(options.files, other)));
    if (object->kind == ObjectKind::var) static_cast<Var*>(object)->used = true;
  }
}

void Checker::Impl::declare_package_object(const Ident* ident, Object* object) {
  package_objects.push_back(object);
  if (ident->name == "init") {
    error(ident->pos, "cannot declare init - must be func");
    return record_definition(ident, object);
  }
  if (ident->name == "main" && package->name == "main") {
    error(ident->pos, "cannot declare main - must be func");
    return record_definition(ident, object);
  }
  declare(package->scope, ident, object);
}

void Checker::Impl::collect_file(const File* file) {
  auto* file_scope = arena.make<Scope>(package->scope);
  if (file->package_name->name == "_") {
    error(file->package_name->pos, "invalid package name _");
  } else if (file->package_name->name != package->name) {
    error(file->package_name->pos,
          fmt::format("package {}; expected package {}", file->package_name->name, package->name));
    return;
  }
  collect_imports(file, file_scope);
  for (const Decl* decl : file->decls) {
    if (decl->kind == NodeKind::func_decl) {
      collect_function(as<FuncDecl>(decl), file_scope);
    } else if (decl->kind == NodeKind::gen_decl) {
      auto* group = as<GenDecl>(decl);
      if (group->keyword == DeclKeyword::const_) collect_constants(group, file_scope);
      for (const ValueSpec& spec : group->values) {
        if (group->keyword == DeclKeyword::var) collect_variables(spec, file_scope);
      }
      for (const TypeSpec& spec : group->types) collect_type(spec, file_scope);
    }
  }
  file_scopes.push_back(file_scope);
}

void Checker::Impl::collect_imports(const File* file, Scope* file_scope) {
  for (const Decl* decl : file->decls) {
    if (decl->kind != NodeKind::gen_decl) continue;
    for (const ImportSpec& spec : as<GenDecl>(decl)->imports) import(spec, file_scope);
  }
}

void Checker::Impl::import(const ImportSpec& spec, Scope* file_scope) {
  if (!spec.path) return;
  Constant literal = Constant::of_literal(LitKind::string, spec.path->text);
  if (literal.kind() != Constant::Kind::string) return;  // reported by the parser
  std::string path = literal.as_string();
  if (std::string cause = invalid_import_path(path); !cause.empty()) {
    return error(spec.path->pos, fmt::format("invalid import path ({})", cause));
  }
  if (path == "C") return unsupported(spec.path->pos, "cgo");
  if (path == "main") return error(spec.path->pos, "import \"main\" is a program, not an importable package");

  Package* imported = path == "unsafe" ? unsafe_package() : (*importer)(path);
  bool found = imported != nullptr;
  if (!found) {
    if (is_standard(path)) {
      unsupported(spec.path->pos, "package " + path);
    } else {
      error(spec.path->pos, fmt::format("package {} is not in std", path));
    }
    imported = arena.make<Package>();
    imported->path = path;
    imported->name = std::string_view(imported->path).substr(imported->path.rfind('/') + 1);
    imported->scope = arena.make<Scope>(nullptr);  // empty: its members are not complained about
  } else if (std::find(package->imports.begin(), package->imports.end(), imported) == package->imports.end()) {
    package->imports.push_back(imported);
  }

  std::string_view name = spec.name ? spec.name->name : imported->name;
  Position pos = spec.name ? spec.name->pos : spec.path->pos;
  if (name == "init") return error(pos, "cannot import package as init - init must be a func");
  auto* object = arena.make<PkgName>(pos, package, name, imported);
  object->used = !found;
  imports.push_back({object, &spec});
  if (spec.name) record_definition(spec.name, object);
  if (name == "_") {
    object->used = true;
  } else if (name == ".") {
    if (!found) {
      broken_dot_import = true;
      return;
    }
    for (const auto& [exported_name, exported] : imported->scope->objects) {
      if (!exported->exported()) continue;
      if (const Object* other = file_scope->insert(exported)) {
        error(pos, fmt::format("{} redeclared in this block{}", exported_name,
                               other_declaration(options.files, other)));
      } else {
        dot_imports[{file_scope, exported_name}] = object;
      }
    }
  } else {
    object->parent = file_scope;
    if (const Object* other = file_scope->insert(object)) {
      error(pos, fmt::format("{} redeclared in this block{}", name, other_declaration(options.files, other)));
    }
  }
}

void Checker::Impl::check_import_conflicts(Scope* file_scope) {
  for (const auto& [name, imported] : file_scope->objects) {
    const Object* other = package->scope->find(name);
    if (!other) continue;
    if (imported->kind == ObjectKind::pkg_name) {
      static_cast<PkgName*>(imported)->used = true;  // one error is enough
      error(other->pos, fmt::format("{} already declared through import of package {}{}", name,
                                    static_cast<const PkgName*>(imported)->imported->name,
                                    other_declaration(options.files, imported)));
    } else {
      error(other->pos, fmt::format("{} already declared through dot-import of package {}", name,
                                    imported->package->name));
    }
  }
}

void Checker::Impl::check_arity(Position pos, List<Ident*> names, List<Expr*> values, bool constants,
                                bool inherited) {
  if (names.size() < values.size()) {
    error(inherited ? pos : values[names.size()]->pos,
          fmt::format("extra init expr {}", expr_string(values[names.size()])));
  } else if (names.size() > values.size() && (constants || values.size() != 1)) {
    // One value may be a call with several results: then the call tells.
    error(names[values.size()]->pos, fmt::format("missing init expr for {}", names[values.size()]->name));
  }
}

void Checker::Impl::collect_constants(const GenDecl* decl, Scope* file_scope) {
  const ValueSpec* last = nullptr;  // whose type and values are repeated
  for (const ValueSpec& spec : decl->values) {
    if (spec.type || !spec.values.empty()) last = &spec;
    bool inherited = last != &spec;
    for (size_t i = 0; i < spec.names.size(); i++) {
      const Ident* ident = spec.names[i];
      auto* object = arena.make<ConstantObject>(ident->pos, package, ident->name, nullptr, Constant());
      Declaration* declaration = new_declaration(object, file_scope);
      declaration->type = last ? last->type : nullptr;
      declaration->value = last && i < last->values.size() ? last->values[i] : nullptr;
      declaration->iota = spec.iota;
      declaration->inherited = inherited;
      declare_package_object(ident, object);
    }
    check_arity(spec.pos, spec.names, last ? last->values : List<Expr*>{}, true, inherited);
  }
}

void Checker::Impl::collect_variables(const ValueSpec& spec, Scope* file_scope) {
  std::vector<Var*> vars;
  for (const Ident* ident : spec.names) {
    auto* var = arena.make<Var>(ident->pos, package, ident->name, nullptr);
    var->is_package_level = true;
    vars.push_back(var);
  }
  bool shared = spec.values.size() == 1 && vars.size() > 1;
  for (size_t i = 0; i < vars.size(); i++) {
    if (shared && i > 0) {
      declarations[vars[i]] = declarations[vars[0]];
    } else {
      Declaration* declaration = new_declaration(vars[i], file_scope);
      declaration->type = spec.type;
      if (shared) declaration->left = vars;
      if (i < spec.values.size()) declaration->value = spec.values[i];
    }
    declare_package_object(spec.names[i], vars[i]);
  }
  if (!spec.type || !spec.values.empty()) check_arity(spec.pos, spec.names, spec.values, false, false);
}

void Checker::Impl::collect_type(const TypeSpec& spec, Scope* file_scope) {
  auto* object = arena.make<TypeName>(spec.name->pos, package, spec.name->name, nullptr);
  object->alias = spec.alias;
  if (!spec.alias) {
    auto* named = arena.make<Named>(object);
    object->type = named;
    package->types.push_back(object);
  }
  new_declaration(object, file_scope)->type_spec = &spec;
  declare_package_object(spec.name, object);
}

void Checker::Impl::collect_function(const FuncDecl* decl, Scope* file_scope) {
  auto* func = arena.make<Func>(decl->name->pos, package, decl->name->name, nullptr);
  func->decl = decl;
  func->file_scope = file_scope;
  new_declaration(func, file_scope)->func_decl = decl;
  record_definition(decl->name, func);
  package_objects.push_back(func);
  if (func->name != "_") package->functions.push_back(func);
  if (decl->receiver || decl->receiver_list.open.valid()) {
    methods.emplace_back(func, decl);
    return;
  }
  if (func->name == "init" || (func->name == "main" && package->name == "main")) {
    if (!decl->type->type_params.fields.empty()) {
      error(decl->name->pos, fmt::format("func {} must have no type parameters", func->name));
    } else if (!decl->type->params.fields.empty() || !decl->type->results.fields.empty()) {
      error(decl->name->pos, fmt::format("func {} must have no arguments and no return values", func->name));
    }
  }
  if (func->name == "init") {
    func->parent = package->scope;  // cannot be referred to
    return;
  }
  declare(package->scope, decl->name, func);
}

// Gives the type that the receiver names the method, before any type is known. What is wrong with a
// receiver is said when the method's signature is checked.
void Checker::Impl::associate_method(Func* method, const FuncDecl* decl) {
  if (!decl->receiver || !decl->receiver->type) return;
  const Ident* name = receiver_type_name(decl->receiver->type);
  std::set<const Object*> seen;
  while (name) {
    Object* object = package->scope->find(name->name);
    if (!object || object->kind != ObjectKind::type_name || !seen.insert(object).second) return;
    auto* type_name = static_cast<TypeName*>(object);
    if (!type_name->alias) {
      auto* named = const_cast<Named*>(dynamic_cast<const Named*>(type_name->type));
      method->receiver_base = named;
      if (method->name == "_") return;
      for (const Func* other : named->methods) {
        if (other->name != method->name) continue;
        return error(method->pos, fmt::format("{}.{} redeclared in this block{}", type_name->name, method->name,
                                              other_declaration(options.files, other)));
      }
      named->methods.push_back(method);
      return;
    }
    name = receiver_type_name(declarations.at(object)->type_spec->type);
  }
}

}  // namespace gocheck::types
