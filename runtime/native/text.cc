#include "runtime/native/text.h"

#include <algorithm>

#include "runtime/native/unicode.h"
#include "runtime/native/utf8.h"

namespace gocheck::native {
namespace {

int64_t position(size_t found) {
  return found == std::string_view::npos ? kNotFound : static_cast<int64_t>(found);
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool contains_rune(std::string_view chars, int32_t rune) {
  for (Decoded d = decode_rune(chars); d.size != 0; d = decode_rune(chars)) {
    if (d.rune == rune) return true;
    chars.remove_prefix(d.size);
  }
  return false;
}

template <class F>
std::string map_runes(std::string_view text, F f) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Decoded d = decode_rune(text);
    append_rune(out, f(d.rune));
    text.remove_prefix(d.size);
  }
  return out;
}

int64_t fold_key(int64_t rune) {
  int64_t least = rune;
  for (int64_t r = simple_fold(rune); r != rune; r = simple_fold(r)) least = std::min(least, r);
  return least;
}

}  // namespace

int64_t index(std::string_view text, std::string_view part) { return position(text.find(part)); }
int64_t last_index(std::string_view text, std::string_view part) { return position(text.rfind(part)); }

int64_t index_rune(std::string_view text, int64_t rune) {
  if (rune >= 0 && rune < 0x80) return position(text.find(static_cast<char>(rune)));
  if (rune == kReplacementRune) {
    for (size_t i = 0; i < text.size();) {
      const Decoded d = decode_rune(text.substr(i));
      if (d.rune == rune) return static_cast<int64_t>(i);
      i += d.size;
    }
    return kNotFound;
  }
  if (!is_valid_rune(rune)) return kNotFound;
  std::string encoded;
  append_rune(encoded, rune);
  return index(text, encoded);
}

int64_t index_any(std::string_view text, std::string_view chars) {
  if (is_ascii(chars)) return position(text.find_first_of(chars));
  for (size_t i = 0; i < text.size();) {
    const Decoded d = decode_rune(text.substr(i));
    if (contains_rune(chars, d.rune)) return static_cast<int64_t>(i);
    i += d.size;
  }
  return kNotFound;
}

int64_t last_index_any(std::string_view text, std::string_view chars) {
  while (!text.empty()) {
    const Decoded d = decode_last_rune(text);
    text.remove_suffix(d.size);
    if (contains_rune(chars, d.rune)) return static_cast<int64_t>(text.size());
  }
  return kNotFound;
}

int64_t count(std::string_view text, std::string_view part) {
  if (part.empty()) return rune_count(text) + 1;
  int64_t n = 0;
  for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++n;
  return n;
}

bool equal_fold(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const Decoded x = decode_rune(a), y = decode_rune(b);
    if (x.rune != y.rune && fold_key(x.rune) != fold_key(y.rune)) return false;
    a.remove_prefix(x.size);
    b.remove_prefix(y.size);
  }
  return a.empty() && b.empty();
}

std::vector<std::string_view> fields(std::string_view text) {
  std::vector<std::string_view> parts;
  size_t start = std::string_view::npos;
  for (size_t i = 0; i < text.size();) {
    const Decoded d = decode_rune(text.substr(i));
    if (is_space(d.rune)) {
      if (start != std::string_view::npos) parts.push_back(text.substr(start, i - start));
      start = std::string_view::npos;
    } else if (start == std::string_view::npos) {
      start = i;
    }
    i += d.size;
  }
  if (start != std::string_view::npos) parts.push_back(text.substr(start));
  return parts;
}

std::vector<std::string_view> split(std::string_view text, std::string_view separator, size_t save,
                                    int64_t n) {
  std::vector<std::string_view> parts;
  if (separator.empty()) {
    while (!text.empty()) {
      const bool last = n > 0 && static_cast<int64_t>(parts.size()) == n - 1;
      const size_t size = last ? text.size() : decode_rune(text).size;
      parts.push_back(text.substr(0, size));
      text.remove_prefix(size);
    }
    return parts;
  }
  while (n < 0 || static_cast<int64_t>(parts.size()) < n - 1) {
    const size_t at = text.find(separator);
    if (at == std::string_view::npos) break;
    parts.push_back(text.substr(0, at + save));
    text.remove_prefix(at + separator.size());
  }
  parts.push_back(text);
  return parts;
}

std::string_view trim(std::string_view text, std::string_view cutset, Side side) {
  if ((static_cast<int>(side) & static_cast<int>(Side::left)) != 0) {
    for (Decoded d = decode_rune(text); d.size != 0 && contains_rune(cutset, d.rune); d = decode_rune(text)) {
      text.remove_prefix(d.size);
    }
  }
  if ((static_cast<int>(side) & static_cast<int>(Side::right)) != 0) {
    for (Decoded d = decode_last_rune(text); d.size != 0 && contains_rune(cutset, d.rune);
         d = decode_last_rune(text)) {
      text.remove_suffix(d.size);
    }
  }
  return text;
}

std::string_view trim_space(std::string_view text) {
  for (Decoded d = decode_rune(text); d.size != 0 && is_space(d.rune); d = decode_rune(text))
    text.remove_prefix(d.size);
  for (Decoded d = decode_last_rune(text); d.size != 0 && is_space(d.rune); d = decode_last_rune(text)) {
    text.remove_suffix(d.size);
  }
  return text;
}

std::string replace(std::string_view text, std::string_view from, std::string_view to, int64_t n) {
  std::string out;
  size_t start = 0;
  for (int64_t i = 0; n < 0 || i < n; ++i) {
    size_t at;
    if (from.empty()) {  // in front of each rune and at the end
      at = i == 0 ? 0 : start + decode_rune(text.substr(start)).size;
      if (i > 0 && start == text.size()) break;
    } else {
      at = text.find(from, start);
      if (at == std::string_view::npos) break;
    }
    out.append(text.substr(start, at - start)).append(to);
    start = at + from.size();
  }
  return out.append(text.substr(start));
}

std::string to_upper(std::string_view text) {
  return map_runes(text, [](int32_t r) { return to_case(r, Case::upper); });
}
std::string to_lower(std::string_view text) {
  return map_runes(text, [](int32_t r) { return to_case(r, Case::lower); });
}
std::string to_title(std::string_view text) {
  return map_runes(text, [](int32_t r) { return to_case(r, Case::title); });
}

std::string title_words(std::string_view text) {
  int32_t previous = ' ';
  return map_runes(text, [&](int32_t r) {
    const Category c = category(previous);
    const bool in_word = previous < 0x80 ? (is_letter(c) || is_number(c) || previous == '_')
                                         : is_letter(c) || c == Category::Nd || !is_space(previous);
    previous = r;
    return in_word ? int64_t{r} : to_case(r, Case::title);
  });
}

std::string to_valid_utf8(std::string_view text, std::string_view replacement) {
  std::string out;
  bool invalid = false;  // a run of invalid bytes is replaced once
  while (!text.empty()) {
    const Decoded d = decode_rune(text);
    const bool bad = d.size == 1 && d.rune == kReplacementRune;
    if (!bad) out.append(text.substr(0, d.size));
    else if (!invalid) out.append(replacement);
    invalid = bad;
    text.remove_prefix(d.size);
  }
  return out;
}

std::string replace_list(std::string_view text, const std::vector<std::string_view>& pairs) {
  std::string out;
  bool after_empty_match = false;  // an empty old string matches once at each place
  size_t at = 0;
  while (at <= text.size()) {
    bool matched = false;
    for (size_t i = 0; i + 1 < pairs.size() && !matched; i += 2) {
      if (!text.substr(at).starts_with(pairs[i]) || (pairs[i].empty() && after_empty_match)) continue;
      out.append(pairs[i + 1]);
      at += pairs[i].size();
      after_empty_match = pairs[i].empty();
      matched = true;
    }
    if (matched) continue;
    if (at < text.size()) out += text[at];
    ++at;
    after_empty_match = false;
  }
  return out;
}

}  // namespace gocheck::native
