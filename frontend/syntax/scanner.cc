#include "frontend/syntax/scanner.h"

#include <fmt/format.h>

#include <array>

#include "frontend/syntax/literal.h"
#include "frontend/syntax/parse.h"
#include "frontend/syntax/utf8.h"

namespace gocheck::syntax {

namespace {

// After so many lexical errors the text is not a program; the rest is not read.
constexpr int kMaxErrors = 10;

// Whether a line that ends with this token ends a statement.
bool ends_statement(size_t type) {
  switch (type) {
    case GolLexer::IDENTIFIER:
    case GolLexer::NUMBER:
    case GolLexer::RUNE:
    case GolLexer::STRING:
    case GolLexer::RAW_STRING:
    case GolLexer::BREAK:
    case GolLexer::CONTINUE:
    case GolLexer::FALLTHROUGH:
    case GolLexer::RETURN:
    case GolLexer::INC_DEC:
    case GolLexer::RPAREN:
    case GolLexer::RBRACK:
    case GolLexer::RBRACE:
      return true;
    default:
      return false;
  }
}

}  // namespace

// ---- Scanner ----

Scanner::Scanner(ByteStream& stream, uint32_t file, Diagnostics& diagnostics)
    : GolLexer(&stream),
      stream_(stream),
      text_(stream.text()),
      file_(file),
      diagnostics_(diagnostics),
      automaton_(LexerAutomaton::replace(*this)) {}

std::unique_ptr<antlr4::Token> Scanner::nextToken() {
  while (true) {
    size_t start = stream_.index();
    column_ = static_cast<uint32_t>(start - line_start_ + 1);
    if (start == text_.size() || gave_up_ || errors_ >= kMaxErrors) {
      if (semicolon_ && !gave_up_) return inserted_semicolon("");
      return make(EOF, text_.substr(text_.size()));
    }
    size_t type = automaton_->match(&stream_, DEFAULT_MODE);
    std::string_view text = text_.substr(start, stream_.index() - start);
    switch (type) {
      case SPACE:
        continue;
      case NEWLINE: {
        std::unique_ptr<antlr4::Token> semicolon;
        if (semicolon_) semicolon = inserted_semicolon("\n");
        count_lines(text);
        if (semicolon) return semicolon;
        continue;
      }
      case LINE_COMMENT:
      case GENERAL_COMMENT:
      case UNTERMINATED_COMMENT:
        if (auto semicolon = comment(type, text)) return semicolon;
        continue;
      case INVALID:
        error(text, 0, "invalid character " + quoted_rune(static_cast<uint8_t>(text[0])));
        continue;
    }
    if (nests_too_deep(type)) {
      error(text, 0, fmt::format("nested too deeply (more than {} brackets)", kMaxNesting));
      gave_up_ = true;
      continue;
    }
    type = checked(type, text);
    semicolon_ = ends_statement(type);
    if (type == PACKAGE && package_line_ == 0) package_line_ = line_;
    auto token = make(type, text);
    if (type == RAW_STRING) count_lines(text);
    return token;
  }
}

// A comment is nothing, but one that spans lines acts like a newline.
std::unique_ptr<antlr4::Token> Scanner::comment(size_t type, std::string_view text) {
  if (type == UNTERMINATED_COMMENT) error(text, 0, "comment not terminated");
  if (type == LINE_COMMENT) {
    if (text.starts_with("//go:") || text.starts_with("//gocheck:")) {
      directives.emplace_back(Position{file_, line_, column_}, text);
    }
    return nullptr;
  }
  std::unique_ptr<antlr4::Token> semicolon;
  bool spans_lines = text.find('\n') != text.npos;
  if (semicolon_ && type == GENERAL_COMMENT && spans_lines) semicolon = inserted_semicolon("\n");
  count_lines(text);
  return semicolon;
}

// Moves the line on over a token that was just matched.
void Scanner::count_lines(std::string_view text) {
  size_t start = stream_.index() - text.size();
  for (size_t i = text.find('\n'); i != text.npos; i = text.find('\n', i + 1)) {
    line_++;
    line_start_ = start + i + 1;
  }
}

std::unique_ptr<antlr4::Token> Scanner::make(size_t type, std::string_view text) {
  return std::make_unique<SourceToken>(this, text, type, line_, column_);
}

std::unique_ptr<antlr4::Token> Scanner::inserted_semicolon(std::string_view text) {
  semicolon_ = false;
  return make(SEMI, text);
}

// Reports what is wrong with the token, and returns the type that the parser shall see.
size_t Scanner::checked(size_t type, std::string_view text) {
  switch (type) {
    case IDENTIFIER:
      check_identifier(text);
      return type;
    case NUMBER:
    case RUNE:
    case STRING:
    case RAW_STRING:
    case UNTERMINATED_RUNE:
    case UNTERMINATED_STRING:
    case UNTERMINATED_RAW_STRING:
      return checked_literal(type, text);
    default:
      return type;
  }
}

size_t Scanner::checked_literal(size_t type, std::string_view text) {
  std::optional<LiteralError> wrong;
  switch (type) {
    case NUMBER:
      wrong = check_number(text);
      break;
    case RUNE:
    case UNTERMINATED_RUNE:
      wrong = check_rune(text, type == RUNE);
      type = RUNE;
      break;
    case STRING:
    case UNTERMINATED_STRING:
      wrong = check_string(text, type == STRING);
      type = STRING;
      break;
    case UNTERMINATED_RAW_STRING:
      wrong = LiteralError{0, "string not terminated"};
      type = RAW_STRING;
      break;
  }
  // The rest of the line is there exactly when a line end stopped the literal, and not the end of the file.
  if (wrong && wrong->message.starts_with("newline in") && stream_.index() == text_.size()) {
    wrong = LiteralError{0, type == RUNE ? "rune literal not terminated" : "string not terminated"};
  }
  if (wrong) error(text, wrong->offset, std::move(wrong->message));
  return type;
}

void Scanner::check_identifier(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    if (static_cast<uint8_t>(text[i]) < 0x80) {
      i++;
      continue;
    }
    DecodedRune rune = decode_rune(text.substr(i));
    if (is_unicode_digit(rune.value)) {
      if (i == 0) error(text, i, "identifier cannot begin with digit " + quoted_rune(rune.value));
    } else if (!is_unicode_letter(rune.value)) {
      error(text, i, "invalid character " + quoted_rune(rune.value) + " in identifier");
    }
    i += rune.length;
  }
}

bool Scanner::nests_too_deep(size_t type) {
  switch (type) {
    case LPAREN:
    case LBRACK:
    case LBRACE:
      return ++nesting_ > kMaxNesting;
    case RPAREN:
    case RBRACK:
    case RBRACE:
      nesting_ = std::max(0, nesting_ - 1);
      return false;
    default:
      return false;
  }
}

void Scanner::error(std::string_view text, size_t offset, std::string message) {
  Position position{file_, line_, column_};
  for (char c : text.substr(0, offset)) {
    if (c == '\n') {
      position.line++;
      position.column = 1;
    } else {
      position.column++;
    }
  }
  diagnostics_.error(position, std::move(message));
  errors_++;
}

// ---- TokenBuffer ----

namespace {

// Whether the last token, a "chan", is that of a "<-chan": then it takes no arrow of its own.
bool received(const std::vector<std::unique_ptr<SourceToken>>& tokens) {
  size_t n = tokens.size();
  bool arrow = n >= 2 && tokens[n - 2]->type == GolLexer::ARROW;
  return arrow && !(n >= 3 && tokens[n - 3]->type == GolLexer::SEND_CHAN);
}

}  // namespace

TokenBuffer::TokenBuffer(Scanner& scanner) : scanner_(scanner) {
  do {
    std::unique_ptr<SourceToken> token(static_cast<SourceToken*>(scanner.nextToken().release()));
    token->index = static_cast<uint32_t>(tokens_.size());
    if (!tokens_.empty()) {
      size_t& previous = tokens_.back()->type;
      bool closes = token->type == GolLexer::RPAREN || token->type == GolLexer::RBRACE;
      if (previous == GolLexer::COMMA && (closes || token->type == GolLexer::RBRACK))
        previous = GolLexer::LAST_COMMA;
      if (previous == GolLexer::SEMI && closes) previous = GolLexer::LAST_SEMI;
      if (previous == GolLexer::CHAN && token->type == GolLexer::ARROW && !received(tokens_)) {
        previous = GolLexer::SEND_CHAN;
      }
    }
    tokens_.push_back(std::move(token));
  } while (tokens_.back()->getType() != EOF);
}

antlr4::Token* TokenBuffer::LT(ssize_t k) {
  size_t target = k > 0 ? position_ + k - 1 : position_ + k;
  if (k < 0 && position_ < static_cast<size_t>(-k)) return nullptr;
  return at(target);
}

void TokenBuffer::consume() {
  consumed_++;
  if (position_ + 1 < tokens_.size()) position_++;
}

void TokenBuffer::insert_semicolon() {
  SourceToken* next = current();
  auto token = std::make_unique<SourceToken>(&scanner_, next->text.substr(0, 0), GolLexer::SEMI, next->line,
                                             next->column);
  tokens_.insert(tokens_.begin() + position_, std::move(token));
  for (size_t i = position_; i < tokens_.size(); i++) tokens_[i]->index = static_cast<uint32_t>(i);
}

void TokenBuffer::restore_types(size_t from) {
  for (size_t i = from; i < tokens_.size(); i++) {
    size_t& type = tokens_[i]->type;
    switch (type) {
      case GolLexer::LITERAL_LBRACE:
      case GolLexer::FUNCTION_LBRACE:
        type = GolLexer::LBRACE;
        break;
      case GolLexer::CONVERSION_LPAREN:
        type = GolLexer::LPAREN;
        break;
      case GolLexer::METHOD_DOT:
        type = GolLexer::DOT;
        break;
      case GolLexer::RESULT_RPAREN:
        type = GolLexer::RPAREN;
        break;
      case GolLexer::PARAMETERS_LBRACK:
        type = GolLexer::LBRACK;
        break;
      default:
        break;
    }
  }
}

// ---- Encoding ----

std::string_view check_encoding(std::string_view text, uint32_t file, Diagnostics& diagnostics,
                                std::string& storage) {
  constexpr uint32_t kByteOrderMark = 0xFEFF;
  uint32_t line = 1;
  size_t line_start = 0;
  int errors = 0;
  auto blank = [&](size_t at, size_t length, const char* message) {
    diagnostics.error({file, line, static_cast<uint32_t>(at - line_start + 1)}, message);
    if (storage.empty()) storage = text;
    storage.replace(at, length, length, ' ');
    errors++;
  };
  for (size_t i = 0; i < text.size();) {
    uint8_t byte = text[i];
    if (byte == 0) blank(i, 1, "invalid NUL character");
    if (byte == '\n') {
      line++;
      line_start = i + 1;
    }
    if (byte < 0x80) {
      i++;
    } else {
      DecodedRune rune = decode_rune(text.substr(i));
      if (rune.length == 1) blank(i, 1, "invalid UTF-8 encoding");
      if (rune.value == kByteOrderMark && i > 0)
        blank(i, rune.length, "invalid BOM in the middle of the file");
      if (rune.value == kByteOrderMark && i == 0) {
        storage = text;
        storage.replace(0, rune.length, rune.length, ' ');
      }
      i += rune.length;
    }
    if (errors >= kMaxErrors) {
      storage.resize(i);
      break;
    }
  }
  return storage.empty() ? text : std::string_view(storage);
}

}  // namespace gocheck::syntax
