#include "frontend/test_functions.h"

#include <fmt/format.h>

#include <filesystem>

#include "frontend/build_constraint.h"

namespace gocheck {
namespace {

using namespace syntax;

template <class T, class Node>
const T* as(const Node* node) {
  return static_cast<const T*>(node);
}

// "Test", followed by nothing or by what is no small letter.
bool is_test_name(std::string_view name) {
  return name.starts_with("Test") && name != "TestMain" && (name.size() == 4 || name[4] < 'a' || name[4] > 'z');
}

// f(t *testing.T), by its looks; what `testing` is, the type checker knows.
bool takes_one(const FuncDecl& f, std::string_view type) {
  if (f.receiver != nullptr || !f.type->type_params.fields.empty() || !f.type->results.fields.empty()) return false;
  const List<Field>& parameters = f.type->params.fields;
  if (parameters.size() != 1 || parameters[0].names.size() > 1 || parameters[0].type->kind != NodeKind::star_expr) return false;
  const Expr* to = as<StarExpr>(parameters[0].type)->operand;
  if (to->kind == NodeKind::ident) return as<Ident>(to)->name == type;
  return to->kind == NodeKind::selector_expr && as<SelectorExpr>(to)->selected->name == type;
}

template <class F>
void for_each_function(const ParsedPackage& package, const F& f) {
  for (const File* file : package.files) {
    for (Decl* decl : file->decls) {
      if (decl->kind == NodeKind::func_decl) f(*file, *as<FuncDecl>(decl));
    }
  }
}

}  // namespace

std::vector<std::string> test_functions(const ParsedPackage& package, const SourceFiles& files) {
  std::vector<std::string> names;
  for_each_function(package, [&](const File& file, const FuncDecl& f) {
    const std::filesystem::path path = files[file.source].name;
    const bool holds_tests = is_test_file(path.filename().string()) || path.extension() == ".gol";
    if (holds_tests && is_test_name(f.name->name) && takes_one(f, "T")) names.emplace_back(f.name->name);
  });
  return names;
}

std::string test_program(const ParsedPackage& package, const std::string& test) {
  bool has_main = false;
  for_each_function(package, [&](const File&, const FuncDecl& f) {
    has_main = has_main || (f.name->name == "TestMain" && takes_one(f, "M"));
  });
  return fmt::format("package {0}\n\nimport gocheckTesting \"testing\"\n\nfunc gocheckTest() {{ gocheckTesting.{1}({2}\"{3}\", {3}) }}\n",
                     package.files.front()->package_name->name, has_main ? "RunTestMain" : "RunTest", has_main ? "TestMain, " : "", test);
}

}  // namespace gocheck
