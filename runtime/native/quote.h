// String and rune literals of Go: quoting and unquoting. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gocheck::native {

enum class QuoteStyle : uint8_t {
  print,    // keeps what is_print says
  ascii,    // escapes everything outside ASCII
  graphic,  // keeps Unicode spaces as well
};

// `quote` is the delimiter, " or '.
void append_quoted(std::string& out, std::string_view text, char quote, QuoteStyle style);
void append_quoted_rune(std::string& out, int64_t rune, QuoteStyle style);

// Whether `text` can stand between back quotes on one line.
bool can_backquote(std::string_view text);

struct UnquotedChar {
  int64_t value;
  bool multibyte;  // the value is a rune that takes several bytes of UTF-8
  int size;        // bytes of the text taken; 0 if the text is malformed
};
// The first character or escape of the inside of a literal delimited by `quote` (0: none).
UnquotedChar unquote_char(std::string_view text, char quote);

// Length of the literal at the start of `text`, 0 if there is none.
size_t quoted_prefix(std::string_view text);
std::optional<std::string> unquote(std::string_view literal);

bool is_graphic(int64_t rune);

}  // namespace gocheck::native
