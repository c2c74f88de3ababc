// Functions of packages strings and bytes on plain text. Pure; linear unless noted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gocheck::native {

constexpr int64_t kNotFound = -1;

int64_t index(std::string_view text, std::string_view part);
int64_t last_index(std::string_view text, std::string_view part);
int64_t index_rune(std::string_view text, int64_t rune);
int64_t index_any(std::string_view text, std::string_view chars);
int64_t last_index_any(std::string_view text, std::string_view chars);
// Without overlap; of the empty string: runes + 1.
int64_t count(std::string_view text, std::string_view part);
bool equal_fold(std::string_view a, std::string_view b);

// Parts are views into `text`.
std::vector<std::string_view> fields(std::string_view text);
// At most n parts (n < 0: all) that keep the first `save` bytes of the separator; an empty separator splits after each rune.
std::vector<std::string_view> split(std::string_view text, std::string_view separator, size_t save, int64_t n);

enum class Side : uint8_t { left = 1, right = 2, both = 3 };
std::string_view trim(std::string_view text, std::string_view cutset, Side side);
std::string_view trim_space(std::string_view text);

std::string replace(std::string_view text, std::string_view from, std::string_view to, int64_t n);
std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);
std::string to_title(std::string_view text);
// The first letter of each word in title case.
std::string title_words(std::string_view text);
std::string to_valid_utf8(std::string_view text, std::string_view replacement);
// Pairs old, new: at each place the first pair that matches. O(text * pairs).
std::string replace_list(std::string_view text, const std::vector<std::string_view>& pairs);

}  // namespace gocheck::native
