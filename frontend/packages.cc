#include "frontend/packages.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "frontend/build_constraint.h"
#include "frontend/library/embedded.h"
#include "frontend/syntax/parse.h"

namespace gocheck {

namespace fs = std::filesystem;

namespace {

// Beyond this a file is no program text: positions are 32 bits wide and reports keep the text.
constexpr uintmax_t kMaxFileSize = uintmax_t(256) << 20;

// Zero bytes among the first ones tell object code and UTF-16 from program text.
bool looks_binary(std::string_view text) {
  std::string_view head = text.substr(0, 512);
  return head.find('\0') != std::string_view::npos && head.find("package") == std::string_view::npos;
}

std::string folder_of(const std::string& path) {
  std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string_view first_word(std::string_view* line) {
  auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!line->empty() && is_space(line->front())) line->remove_prefix(1);
  size_t length = 0;
  while (length < line->size() && !is_space((*line)[length])) length++;
  std::string_view word = line->substr(0, length);
  line->remove_prefix(length);
  return word;
}

}  // namespace

PackageLoader::PackageLoader(SourceFiles& files, syntax::Arena& arena, Diagnostics& diagnostics)
    : files_(files), arena_(arena), diagnostics_(diagnostics) {}

bool PackageLoader::read_file(const std::string& path, std::string* text) {
  auto fail = [&](std::string_view reason) {
    diagnostics_.error({}, fmt::format("{}: {}", path, reason));
    return false;
  };
  std::error_code error;
  fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return fail("no such file or directory");
  if (fs::is_regular_file(status)) {
    uintmax_t size = fs::file_size(path, error);
    if (!error && size > kMaxFileSize) return fail("the file is too large");
  }
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(errno ? std::strerror(errno) : "cannot be opened");
  std::ostringstream content;
  if (in.peek() != std::ifstream::traits_type::eof()) content << in.rdbuf();
  if (in.bad() || content.bad()) return fail("cannot be read");
  *text = std::move(content).str();
  if (looks_binary(*text)) return fail("not program text, but binary data");
  return true;
}

syntax::File* PackageLoader::parse_text(const std::string& name, std::string text, bool library) {
  files_.push_back({name, std::move(text), library});
  return syntax::parse(files_, static_cast<uint32_t>(files_.size() - 1), arena_, diagnostics_);
}

ParsedPackage PackageLoader::load_text(const std::string& name, const std::string& text) {
  return {"main", {parse_text(name, text, false)}, false};
}

ParsedPackage PackageLoader::load_program(const std::vector<std::string>& paths, bool tests) {
  ParsedPackage package{"main", {}, false};
  if (paths.empty()) diagnostics_.error({}, "no files given");
  std::string folder;
  for (const std::string& path : paths) {
    std::error_code error;
    bool is_folder = fs::is_directory(path, error);
    if (is_folder && paths.size() > 1) {
      diagnostics_.error({}, fmt::format("{}: a folder must be the only argument", path));
      continue;
    }
    std::string this_folder = is_folder ? path : folder_of(path);
    if (folder.empty()) {
      folder = this_folder;
      find_module(folder);
    } else if (this_folder != folder) {
      diagnostics_.error({}, fmt::format("named files must all be in one directory; have {} and {}", folder,
                                         this_folder));
      break;
    }
    if (is_folder) {
      parse_folder(path, tests, &package);
      continue;
    }
    if (std::string text; read_file(path, &text)) {
      if (is_source_file(fs::path(path).filename().string())) {
        package.files.push_back(parse_text(path, std::move(text), false));
      } else {
        diagnostics_.error({}, fmt::format("{}: named files must be .gol or .go files", path));
      }
    }
  }
  return package;
}

std::vector<ParsedPackage> PackageLoader::load_tests(const std::vector<std::string>& paths) {
  ParsedPackage all = load_program(paths, true);
  std::map<std::string_view, ParsedPackage> by_name;
  for (syntax::File* file : all.files) {
    if (file->package_name == nullptr) continue;
    ParsedPackage& package = by_name.try_emplace(file->package_name->name, ParsedPackage{"main", {}, false}).first->second;
    package.files.push_back(file);
  }
  const auto is_of_external_tests = [&](std::string_view name) {
    return name.ends_with("_test") && by_name.contains(name.substr(0, name.size() - 5));
  };
  std::vector<ParsedPackage> packages;
  for (auto& [name, package] : by_name) {
    if (!is_of_external_tests(name)) packages.insert(packages.begin(), package);
  }
  if (packages.size() > 1) {
    const syntax::File& other = *packages.front().files.front();
    diagnostics_.error(other.package_pos, fmt::format("found packages {} and {} in one folder", other.package_name->name,
                                                      packages.back().files.front()->package_name->name));
    return {};
  }
  if (packages.empty()) return {};
  tested_files_ = packages.front().files;
  std::error_code error;
  const fs::path folder = fs::is_directory(paths.front(), error) ? fs::path(paths.front()) : fs::path(folder_of(paths.front()));
  const std::string below = fs::relative(folder, module_folder_, error).generic_string();
  if (!module_path_.empty()) tested_path_ = below == "." ? module_path_ : module_path_ + "/" + below;
  for (auto& [name, package] : by_name) {
    if (is_of_external_tests(name)) packages.push_back(std::move(package));
  }
  return packages;
}

std::vector<std::string> PackageLoader::folder_files(const std::string& folder, bool tests) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error) {
    diagnostics_.error({}, fmt::format("{}: {}", folder, error.message()));
    return names;
  }
  for (const fs::directory_entry& entry : entries) {
    std::string name = entry.path().filename().string();
    if (entry.is_directory(error)) continue;
    if (file_name_matches(name) || (tests && is_test_file(name))) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

void PackageLoader::parse_folder(const std::string& folder, bool tests, ParsedPackage* package) {
  size_t errors = diagnostics_.count();
  for (const std::string& name : folder_files(folder, tests)) {
    std::string text;
    std::string path = folder == "." ? name : (fs::path(folder) / name).string();
    if (!read_file(path, &text)) continue;
    syntax::File* file = parse_text(path, std::move(text), false);
    if (build_constraint_holds(file->build_constraint)) package->files.push_back(file);
  }
  if (package->files.empty() && diagnostics_.count() == errors) {
    diagnostics_.error({}, fmt::format("no Gol or Go files in {}", folder));
  }
}

// The nearest go.mod in `folder` or above.
void PackageLoader::find_module(const std::string& folder) {
  std::error_code error;
  fs::path place = fs::absolute(folder, error);
  if (error) return;
  place = place.lexically_normal();
  for (;; place = place.parent_path()) {
    if (fs::is_regular_file(place / "go.mod", error)) break;
    if (!place.has_relative_path()) return;
  }
  std::ifstream in(place / "go.mod");
  std::string line;
  while (std::getline(in, line)) {
    std::string_view rest = line;
    rest = rest.substr(0, rest.find("//"));
    std::string_view keyword = first_word(&rest);
    std::string_view value = first_word(&rest);
    if (keyword == "module") module_path_ = value;
    if (keyword != "go") continue;
    size_t minor_end = value.find_first_not_of("0123456789", std::min<size_t>(2, value.size()));
    if (value.starts_with("1.")) module_go_version_ = fmt::format("go{}", value.substr(0, minor_end));
  }
  if (module_path_.size() >= 2 && module_path_.front() == '"') {
    module_path_ = module_path_.substr(1, module_path_.size() - 2);
  }
  module_folder_ = place.string();
}

std::optional<ParsedPackage> PackageLoader::load_import(const std::string& path) {
  ParsedPackage package{path, {}, false};
  if (!tested_path_.empty() && path == tested_path_) {
    package.files = tested_files_;
    return package;
  }
  if (!module_path_.empty() && path.starts_with(module_path_) &&
      (path.size() == module_path_.size() || path[module_path_.size()] == '/')) {
    std::string below = path.substr(std::min(path.size(), module_path_.size() + 1));
    std::string folder = below.empty() ? module_folder_ : (fs::path(module_folder_) / below).string();
    std::error_code error;
    if (!fs::is_directory(folder, error)) return std::nullopt;
    std::string shown = fs::relative(folder, error).string();
    parse_folder(error || shown.empty() ? folder : shown, false, &package);
    if (package.files.empty()) return std::nullopt;
    return package;
  }
  package.library = true;
  for (const EmbeddedFile& file : embedded_library()) {
    size_t slash = file.path.rfind('/');
    if (slash == std::string_view::npos || file.path.substr(0, slash) != path) continue;
    package.files.push_back(parse_text(fmt::format("<library>/{}", file.path), std::string(file.text), true));
  }
  if (package.files.empty()) return std::nullopt;
  return package;
}

}  // namespace gocheck
