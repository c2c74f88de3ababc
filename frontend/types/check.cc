#include "frontend/types/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "frontend/types/checker.h"
#include "frontend/types/labels.h"

namespace gocheck::types {

Checker::Checker(TypeArena& arena, Info& info, Diagnostics& diagnostics, CheckOptions options)
    : impl_(std::make_unique<Impl>(arena, info, diagnostics, std::move(options), std::make_shared<Generics>())) {}

Checker::~Checker() = default;

Package* Checker::check(const std::string& path, const std::vector<syntax::File*>& files, bool library,
                        uint32_t expr_count, const Importer& importer) {
  // The importer calls back into check() while a package is being checked: one state per package.
  Impl impl(impl_->arena, impl_->info, impl_->diagnostics, impl_->options, impl_->generics);
  Impl* outer = std::exchange(impl_->generics->current, &impl);
  Package* package = impl.check_package(path, files, library, expr_count, importer);
  impl_->generics->current = outer;
  return package;
}

namespace {

// N of "go1.N"; 0 for anything else.
int minor_version(std::string_view version) {
  constexpr std::string_view prefix = "go1.";
  int minor = 0;
  if (version.substr(0, prefix.size()) != prefix) return 0;
  version.remove_prefix(prefix.size());
  std::from_chars(version.data(), version.data() + version.size(), minor);
  return minor;
}

}  // namespace

bool Checker::Impl::version_at_least(int minor) const { return minor_version(package->go_version) >= minor; }

Package* Checker::Impl::check_package(const std::string& path, const std::vector<syntax::File*>& files,
                                      bool library, uint32_t expr_count, const Importer& import) {
  importer = &import;
  package = arena.make<Package>();
  package->path = path;
  package->library = library;
  package->scope = arena.make<Scope>(universe());
  package->files = files;
  package->go_version = library ? "go1.23" : options.go_version;
  if (!files.empty()) package->name = files[0]->package_name->name;
  for (const syntax::File* file : files) {
    if (library || file->go_version.empty()) continue;
    package->go_version = file->go_version;
    break;
  }
  package->loop_var_per_iteration = version_at_least(22);
  if (info.expressions.size() < expr_count) info.expressions.resize(expr_count);

  for (const syntax::File* file : files) collect_file(file);
  for (Scope* scope : file_scopes) check_import_conflicts(scope);
  for (auto [method, decl] : methods) associate_method(method, decl);

  // Types come first, aliases after what they may stand for: then a valid cycle is never entered through
  // an alias that is not known yet.
  auto resolve_all = [&](auto&& wanted) {
    for (size_t i = 0; i < package_objects.size(); i++) {
      if (wanted(package_objects[i])) resolve(package_objects[i]);
    }
  };
  auto is_alias = [](Object* o) { return o->kind == ObjectKind::type_name && static_cast<TypeName*>(o)->alias; };
  resolve_all([&](Object* o) { return o->kind == ObjectKind::type_name && !is_alias(o); });
  resolve_all(is_alias);
  resolve_all([](Object* o) { return o->kind != ObjectKind::type_name; });

  process_delayed(0);
  initialization_order();
  check_instantiation_cycles();
  check_instances();
  unused_imports();
  // Compilers that may find bodies elsewhere look for them only when all else is right.
  if (!diagnostics.any()) {
    for (Position pos : missing_bodies) error(pos, "missing function body");
  }
  return package;
}

void Checker::Impl::process_delayed(size_t from) {
  for (size_t i = from; i < delayed.size(); i++) {
    auto work = std::move(delayed[i]);
    work();
  }
  delayed.resize(from);
}

void Checker::Impl::add_dependency(Object* object) {
  if (!env.declaration || object->package != package) return;
  if (object->kind != ObjectKind::constant && object->kind != ObjectKind::var && object->kind != ObjectKind::func) {
    return;
  }
  if (!declarations.contains(object)) return;  // a local object
  if (env.declaration->dependency_set.insert(object).second) env.declaration->dependencies.push_back(object);
}

void Checker::Impl::unused_imports() {
  for (const Import& import : imports) {
    if (import.name->used || import.name->name == "_") continue;
    const std::string& path = import.name->imported->path;
    std::string_view base = path;
    if (size_t slash = base.rfind('/'); slash != std::string::npos) base.remove_prefix(slash + 1);
    // The name is shown when the path does not tell it.
    bool renamed = import.name->name != "." && import.name->name != base;
    soft_error(import.spec->pos, renamed ? fmt::format("\"{}\" imported as {} and not used", path, import.name->name)
                                         : fmt::format("\"{}\" imported and not used", path));
  }
}

void Checker::Impl::report_unused(size_t first_local) {
  for (size_t i = first_local; i < locals.size(); i++) {
    const Var* var = locals[i];
    if (!var->used) soft_error(var->pos, fmt::format("{} declared but not used", var->name));
  }
  locals.resize(first_local);
}

}  // namespace gocheck::types
