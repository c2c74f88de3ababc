// What is wrong with a literal, and its kind. The lexer takes in whatever looks like a number, a rune
// or a string; the rules of Go are checked here, with the Go compiler's messages.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "frontend/syntax/ast.h"

namespace gocheck::syntax {

struct LiteralError {
  size_t offset;  // of the culprit, in bytes from the start of the literal
  std::string message;
};

// Each checks the first thing that is wrong. Linear in the length of the literal.
std::optional<LiteralError> check_number(std::string_view text);
std::optional<LiteralError> check_rune(std::string_view text, bool terminated);
std::optional<LiteralError> check_string(std::string_view text, bool terminated);

// The kind of a literal as the lexer delivers it; a malformed one has the kind it begins like.
LitKind literal_kind(std::string_view text);

}  // namespace gocheck::syntax
