#include "frontend/syntax/parse.h"

#include <fmt/format.h>

#include "frontend/syntax/build_constraint.h"
#include "frontend/syntax/builder.h"
#include "frontend/syntax/errors.h"
#include "frontend/syntax/predictor.h"
#include "frontend/syntax/scanner.h"

namespace gocheck::syntax {

namespace {

// The generated parser with what it needs to parse a file declaration by declaration.
class Parser final : public GolParser {
 public:
  explicit Parser(TokenBuffer& tokens) : GolParser(&tokens), tokens_(tokens) {
    setBuildParseTree(false);  // labels hold all that is needed
    predictor_ = Predictor::replace(*this);
  }

  // Frees the parse tree and begins anew at token `index`.
  void restart(size_t index, antlr4::atn::PredictionMode mode,
               const Ref<antlr4::ANTLRErrorStrategy>& strategy) {
    forget();
    tokens_.seek(index);
    predictor_->setPredictionMode(mode);
    setErrorHandler(strategy);
  }

 private:
  TokenBuffer& tokens_;
  Predictor* predictor_;
};

class FileParser {
 public:
  // Reads all of `scanner`, reporting lexical errors.
  FileParser(Scanner& scanner, uint32_t file, Arena& arena, Diagnostics& diagnostics)
      : errors_before_(diagnostics.count()),
        tokens_(scanner),
        parser_(tokens_),
        builder_(arena, tokens_, file, diagnostics),
        reporter_(tokens_, file, diagnostics, diagnostics.count() > errors_before_),
        bail_(std::make_shared<BailOut>()),
        recover_(std::make_shared<Recovery>(reporter_)),
        arena_(arena),
        file_(file) {}

  void parse(File* file);

 private:
  bool package_clause(File* file);
  Decl* declaration();
  void skip_to_declaration();
  bool starts_declaration() const;
  void end_declaration();
  Decl* declaration_with_recovery(size_t start);

  size_t next() const { return tokens_.current()->type; }
  bool at_semicolon() const { return next() == GolLexer::SEMI || next() == GolLexer::LAST_SEMI; }
  Position here() const { return {file_, tokens_.current()->line, tokens_.current()->column}; }

  size_t errors_before_;
  TokenBuffer tokens_;
  Parser parser_;
  Builder builder_;
  Reporter reporter_;
  Ref<BailOut> bail_;
  Ref<Recovery> recover_;
  Arena& arena_;
  uint32_t file_;
};

void FileParser::parse(File* file) {
  std::vector<Decl*> decls;
  try {
    if (!package_clause(file)) return;
    bool imports_over = false;
    while (next() != antlr4::Token::EOF) {
      if (!starts_declaration()) {
        bool headless = !decls.empty() && decls.back()->kind == NodeKind::func_decl &&
                        static_cast<FuncDecl*>(decls.back())->body == nullptr;
        reporter_.report(next() == GolLexer::LBRACE && headless
                             ? "unexpected semicolon or newline before {"
                             : "non-declaration statement outside function body");
        skip_to_declaration();
        continue;
      }
      if (next() == GolLexer::IMPORT && imports_over) {
        reporter_.report("imports must appear before other declarations");
      }
      imports_over = imports_over || next() != GolLexer::IMPORT;
      if (Decl* decl = declaration()) decls.push_back(decl);
      end_declaration();
    }
  } catch (const NestingTooDeep& too_deep) {
    reporter_.report_at(*too_deep.token, "nested too deeply, or too many operators in one expression");
  } catch (const TooManyErrors&) {
  }
  file->decls = arena_.list(decls);
}

bool FileParser::package_clause(File* file) {
  file->package_pos = here();
  if (next() != GolLexer::PACKAGE) {
    reporter_.report("package statement must be first");
    return false;
  }
  parser_.restart(tokens_.index(), antlr4::atn::PredictionMode::LL, recover_);
  auto* clause = parser_.packageClause();
  if (reporter_.any()) return false;
  file->package_name = builder_.name(clause->name);
  if (!at_semicolon() && next() != antlr4::Token::EOF) {
    reporter_.report("expecting semicolon or newline");
    return false;
  }
  if (at_semicolon()) tokens_.consume();
  return true;
}

bool FileParser::starts_declaration() const {
  switch (next()) {
    case GolLexer::IMPORT:
    case GolLexer::CONST:
    case GolLexer::TYPE:
    case GolLexer::VAR:
    case GolLexer::FUNC:
      return true;
    default:
      return false;
  }
}

void FileParser::skip_to_declaration() {
  do {
    tokens_.consume();
  } while (next() != antlr4::Token::EOF && !starts_declaration());
}

void FileParser::end_declaration() {
  if (next() == antlr4::Token::EOF) return;
  if (at_semicolon()) {
    tokens_.consume();
    return;
  }
  reporter_.report("after top level declaration");
  if (!starts_declaration()) skip_to_declaration();
}

// SLL prediction without error handling; only what fails so is parsed again, with full LL and recovery.
Decl* FileParser::declaration() {
  size_t start = tokens_.index();
  parser_.restart(start, antlr4::atn::PredictionMode::SLL, bail_);
  try {
    return builder_.top_level(parser_.topLevelDeclaration());
  } catch (const BailOut::Failed&) {
    return declaration_with_recovery(start);
  }
}

Decl* FileParser::declaration_with_recovery(size_t start) {
  tokens_.restore_types(start);
  parser_.restart(start, antlr4::atn::PredictionMode::LL, recover_);
  size_t before = reporter_.count();
  auto* tree = parser_.topLevelDeclaration();
  if (reporter_.count() == before) return builder_.top_level(tree);
  auto* bad = arena_.make<BadDecl>();
  bad->kind = NodeKind::bad_decl;
  SourceToken* first = tokens_.at(start);
  bad->pos = {file_, first->line, first->column};
  bad->end = here();
  return bad;
}

}  // namespace

File* parse(const SourceFiles& files, uint32_t index, Arena& arena, Diagnostics& diagnostics) {
  File* file = arena.make_file();
  file->source = index;
  std::string blanked;
  std::string_view text = check_encoding(files.at(index).text, index, diagnostics, blanked);
  ByteStream stream(text);
  Scanner scanner(stream, index, diagnostics);
  FileParser parser(scanner, index, arena, diagnostics);
  if (!scanner.gave_up()) parser.parse(file);
  for (const auto& [position, comment] : scanner.directives) {
    file->directives.emplace_back(position, arena.text(comment));
  }
  read_build_constraint(*file, scanner.package_line());
  return file;
}

}  // namespace gocheck::syntax
