#include "frontend/compile.h"

#include <fmt/format.h>
#include <pthread.h>

#include <functional>
#include <set>

#include "frontend/lower/lower.h"
#include "frontend/packages.h"
#include "frontend/syntax/parse.h"
#include "frontend/test_functions.h"
#include "frontend/types/check.h"
#include "frontend/types/labels.h"
#include "frontend/types/print.h"
#include "runtime/program/invariant.h"

namespace gocheck {

namespace {

// The parser, the checker and the lowering recurse over the tree, whose depth the parser limits
// (syntax::kMaxNesting); declarations that refer to each other in long chains recurse as well.
constexpr size_t kStackSize = size_t(512) << 20;

// Runs `work` on a thread with a large stack and waits for it. The stack is only reserved, not used.
void run_with_large_stack(const std::function<void()>& work) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackSize);
  pthread_t thread;
  auto start = [](void* argument) -> void* {
    (*static_cast<const std::function<void()>*>(argument))();
    return nullptr;
  };
  int error = pthread_create(&thread, &attributes, start, const_cast<std::function<void()>*>(&work));
  pthread_attr_destroy(&attributes);
  if (error != 0) {
    resource_lacking("not enough address space: the compiler reserves 512 MiB for its stack (see ulimit -v), or too "
                     "many threads (see ulimit -u)");
  }
  pthread_join(thread, nullptr);
}

// One compilation: loads, checks and lowers a program and what it imports.
class Compilation {
 public:
  Compilation(const CompileOptions& options, CompileResult& result)
      : options_(options), result_(result), loader_(result.files, arena_, diagnostics_) {}

  void compile_paths(const std::vector<std::string>& paths) {
    finish(loader_.load_program(paths));
  }

  std::vector<TestFunction> find_tests(const std::vector<std::string>& paths) {
    std::vector<TestFunction> tests;
    const std::vector<ParsedPackage> packages = loader_.load_tests(paths);
    for (size_t i = 0; i < packages.size(); ++i) {
      for (const std::string& name : test_functions(packages[i], result_.files)) tests.push_back({name, i > 0});
    }
    result_.diagnostics = diagnostics_.sorted();
    return tests;
  }

  void compile_test(const std::vector<std::string>& paths, const TestFunction& test) {
    std::vector<ParsedPackage> packages = loader_.load_tests(paths);
    if (!diagnostics_.fatal() && packages.size() > static_cast<size_t>(test.external)) {
      ParsedPackage& package = packages[test.external];
      entry_ = kTestEntry;
      package.files.push_back(loader_.load_generated("<test>", test_program(package, test.name)));
      finish(std::move(package));
    }
    result_.diagnostics = diagnostics_.sorted();
  }

  void compile_text(const std::string& name, const std::string& text) { finish(loader_.load_text(name, text)); }

 private:
  void finish(ParsedPackage parsed) {
    if (options_.emit == "ast") {
      for (const syntax::File* file : parsed.files) result_.emitted += syntax::print(*file);
    }
    if (diagnostics_.fatal()) {
      for (const syntax::File* file : parsed.files) types::check_branches(*file, &result_.files, diagnostics_);
    } else if (!parsed.files.empty() && parsed.files.front()->package_name != nullptr) {
      check(std::move(parsed));
    }
    if (!diagnostics_.any() && options_.emit != "ast") {
      result_.program = lower::lower(result_.files, packages_, info_, diagnostics_, entry_);
      if (diagnostics_.any()) result_.program = nullptr;
      if (result_.program) verify(*result_.program);
      if (options_.emit == "program" && result_.program) result_.emitted = program::print(*result_.program);
    }
    result_.diagnostics = diagnostics_.sorted();
  }

  // The interpreter relies on what is verified; a broken program must not reach it.
  static void verify(const program::Program& program) {
    std::string problem = program::verify(program);
    if (!problem.empty()) internal_fault(("the compiled program is invalid: " + problem).c_str());
  }

  void check(ParsedPackage parsed) {
    types::CheckOptions options;
    options.go_version = loader_.module_go_version().empty() ? options_.go_version : loader_.module_go_version();
    options.files = &result_.files;
    options.nodes = &arena_;
    types::Checker checker(types_, info_, diagnostics_, options);
    checker_ = &checker;
    import("runtime");  // panics and errors of the machine itself
    types::Package* package = check_package(std::move(parsed));
    if (!diagnostics_.any() && entry_ == kMain) check_main(*package);
    if (options_.emit == "types") result_.emitted = types::print(*package, info_);
    checker_ = nullptr;
  }

  types::Package* check_package(ParsedPackage parsed) {
    checking_.insert(parsed.path);
    types::Package* package = checker_->check(parsed.path, parsed.files, parsed.library, arena_.expr_count(),
                                              [this](const std::string& path) { return import(path); });
    checking_.erase(parsed.path);
    packages_.push_back(package);  // after everything that it imports
    return package;
  }

  types::Package* import(const std::string& path) {
    if (auto known = imported_.find(path); known != imported_.end()) return known->second;
    if (checking_.contains(path)) {
      diagnostics_.error({}, fmt::format("import cycle not allowed: package {} imports itself", path));
      return nullptr;
    }
    std::optional<ParsedPackage> parsed = loader_.load_import(path);
    types::Package* package = parsed ? check_package(std::move(*parsed)) : nullptr;
    imported_[path] = package;
    return package;
  }

  void check_main(const types::Package& package) {
    const syntax::File* first = package.files[0];
    if (package.name != "main") {
      diagnostics_.error(first->package_pos, fmt::format("package {} is not a main package", package.name));
    } else if (const types::Object* main = package.scope->find("main"); !main) {
      diagnostics_.error(first->package_pos, "function main is undeclared in the main package");
    }
  }

  static constexpr std::string_view kMain = "main", kTestEntry = "gocheckTest";
  std::string_view entry_ = kMain;
  const CompileOptions& options_;
  CompileResult& result_;
  syntax::Arena arena_;
  Diagnostics diagnostics_;
  PackageLoader loader_;
  types::TypeArena types_;
  types::Info info_;
  types::Checker* checker_ = nullptr;
  std::vector<const types::Package*> packages_;            // imported ones before their importers
  std::unordered_map<std::string, types::Package*> imported_;  // nullptr: there is none
  std::set<std::string> checking_;
};

}  // namespace

CompileResult compile(const std::vector<std::string>& paths, const CompileOptions& options) {
  CompileResult result;
  run_with_large_stack([&] { Compilation(options, result).compile_paths(paths); });
  return result;
}

CompileResult compile_text(const std::string& name, const std::string& text, const CompileOptions& options) {
  CompileResult result;
  run_with_large_stack([&] { Compilation(options, result).compile_text(name, text); });
  return result;
}

std::vector<TestFunction> find_tests(const std::vector<std::string>& paths, CompileResult& problems) {
  const CompileOptions options;
  std::vector<TestFunction> tests;
  run_with_large_stack([&] { tests = Compilation(options, problems).find_tests(paths); });
  return tests;
}

CompileResult compile_test(const std::vector<std::string>& paths, const TestFunction& test, const CompileOptions& options) {
  CompileResult result;
  run_with_large_stack([&] { Compilation(options, result).compile_test(paths, test); });
  return result;
}

std::string format(const CompileResult& result) {
  std::string text;
  for (const Diagnostic& diagnostic : result.diagnostics) {
    if (diagnostic.position.valid()) text += to_string(result.files, diagnostic.position) + ": ";
    text += diagnostic.message + "\n";
  }
  return text;
}

}  // namespace gocheck
