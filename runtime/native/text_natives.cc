// Natives of strings and bytes.
#include <algorithm>
#include <array>

#include "runtime/native/support.h"
#include "runtime/native/text.h"
#include "runtime/native/unicode.h"
#include "runtime/native/utf8.h"

namespace gocheck::native {
namespace {

// A string or a []byte: what strings and bytes differ in.
struct StringArgument {
  static constexpr int slots = 2;
  static std::string_view view(Call& call, int arg) { return call.string(arg); }
};
struct BytesArgument {
  static constexpr int slots = 3;
  static std::string_view view(Call& call, int arg) { return bytes(call, arg); }
};

template <class T, auto function>
bool two_to_int(Call& call) {
  call.results[0] = static_cast<Slot>(function(T::view(call, 0), T::view(call, T::slots)));
  return true;
}

int64_t has_prefix(std::string_view text, std::string_view prefix) { return text.starts_with(prefix); }
int64_t has_suffix(std::string_view text, std::string_view suffix) { return text.ends_with(suffix); }
int64_t contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}
int64_t contains_any(std::string_view text, std::string_view chars) { return index_any(text, chars) >= 0; }
int64_t fold(std::string_view a, std::string_view b) { return equal_fold(a, b); }
int64_t equal(std::string_view a, std::string_view b) { return a == b; }
int64_t compare(std::string_view a, std::string_view b) {
  const int order = a.compare(b);
  return order < 0 ? -1 : order > 0;
}

template <class T>
bool index_byte(Call& call) {
  const size_t found = T::view(call, 0).find(static_cast<char>(call.args[T::slots]));
  call.results[0] =
      static_cast<Slot>(found == std::string_view::npos ? kNotFound : static_cast<int64_t>(found));
  return true;
}

template <class T>
bool last_index_byte(Call& call) {
  const size_t found = T::view(call, 0).rfind(static_cast<char>(call.args[T::slots]));
  call.results[0] =
      static_cast<Slot>(found == std::string_view::npos ? kNotFound : static_cast<int64_t>(found));
  return true;
}

template <class T>
bool index_rune_of(Call& call) {
  call.results[0] =
      static_cast<Slot>(index_rune(T::view(call, 0), static_cast<int32_t>(call.args[T::slots])));
  return true;
}

// Second argument a string in both packages.
template <class T, auto function>
bool with_chars(Call& call) {
  call.results[0] = static_cast<Slot>(function(T::view(call, 0), call.string(T::slots)));
  return true;
}

template <auto function>
bool string_to_string(Call& call) {
  call.return_string(0, function(call.string(0)));
  return true;
}

// Returns the argument itself if nothing changed, as Go does.
void return_changed(Call& call, std::string_view before, const std::string& after) {
  if (after == before) return_substring(call, 0, 0, before);
  else call.return_string(0, after);
}

template <auto function>
bool change_case(Call& call) {
  return_changed(call, call.string(0), function(call.string(0)));
  return true;
}

template <Side side>
bool trim_string(Call& call) {
  return_substring(call, 0, 0, trim(call.string(0), call.string(2), side));
  return true;
}

void return_parts(Call& call, const std::vector<std::string_view>& parts) {
  std::vector<StringHeader> headers;
  headers.reserve(parts.size());
  for (const std::string_view part : parts) {
    const Address address =
        part.empty() ? 0 : call.args[0] + (part.data() - call.executor.host(call.args[0]));
    headers.push_back({address, part.size()});
  }
  return_strings(call, 0, headers);
}

bool split_string(Call& call) {
  if (call.args[5] == 0) return_nil_slice(call, 0);
  else return_parts(call, split(call.string(0), call.string(2), call.args[4], integer(call, 5)));
  return true;
}

bool join(Call& call) {
  const std::vector<std::string_view> parts = strings(call, 0);
  const std::string_view separator = call.string(3);
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out.append(separator);
    out.append(parts[i]);
  }
  call.return_string(0, out);
  return true;
}

// repeat(s, count): the product fits into an int.
bool repeat(Call& call) {
  const std::string_view text = call.string(0);
  std::string out;
  if (!text.empty()) {
    out.reserve(text.size() * call.args[2]);
    for (uint64_t i = 0; i < call.args[2]; ++i) out.append(text);
  }
  call.return_string(0, out);
  return true;
}

bool replace_string(Call& call) {
  const std::string_view text = call.string(0);
  return_changed(call, text, replace(text, call.string(2), call.string(4), integer(call, 6)));
  return true;
}

template <class T, auto function>
bool decode(Call& call) {
  const Decoded decoded = function(T::view(call, 0));
  call.results[0] = static_cast<Slot>(int64_t{decoded.rune});
  call.results[1] = static_cast<Slot>(decoded.size);
  return true;
}

constexpr std::array kEntries = {
    NativeEntry{"strings.Index", two_to_int<StringArgument, index>},
    NativeEntry{"strings.LastIndex", two_to_int<StringArgument, last_index>},
    NativeEntry{"strings.IndexByte", index_byte<StringArgument>},
    NativeEntry{"strings.LastIndexByte", last_index_byte<StringArgument>},
    NativeEntry{"strings.IndexRune", index_rune_of<StringArgument>},
    NativeEntry{"strings.IndexAny", two_to_int<StringArgument, index_any>},
    NativeEntry{"strings.LastIndexAny", two_to_int<StringArgument, last_index_any>},
    NativeEntry{"strings.Contains", two_to_int<StringArgument, contains>},
    NativeEntry{"strings.ContainsAny", two_to_int<StringArgument, contains_any>},
    NativeEntry{"strings.ContainsRune", [](Call& c) {
      c.results[0] = index_rune(c.string(0), static_cast<int32_t>(c.args[2])) >= 0;
      return true;
    }},
    NativeEntry{"strings.Count", two_to_int<StringArgument, count>},
    NativeEntry{"strings.EqualFold", two_to_int<StringArgument, fold>},
    NativeEntry{"strings.HasPrefix", two_to_int<StringArgument, has_prefix>},
    NativeEntry{"strings.HasSuffix", two_to_int<StringArgument, has_suffix>},
    NativeEntry{"strings.Fields", [](Call& c) {
      return_parts(c, fields(c.string(0)));
      return true;
    }},
    NativeEntry{"strings.split", split_string},
    NativeEntry{"strings.join", join},
    NativeEntry{"strings.repeat", repeat},
    NativeEntry{"strings.Replace", replace_string},
    NativeEntry{"strings.replaceList", [](Call& c) {
      return_changed(c, c.string(0), replace_list(c.string(0), strings(c, 2)));
      return true;
    }},
    NativeEntry{"strings.ToUpper", change_case<to_upper>},
    NativeEntry{"strings.ToLower", change_case<to_lower>},
    NativeEntry{"strings.ToTitle", change_case<to_title>},
    NativeEntry{"strings.Title", change_case<title_words>},
    NativeEntry{"strings.ToValidUTF8", [](Call& c) {
      return_changed(c, c.string(0), to_valid_utf8(c.string(0), c.string(2)));
      return true;
    }},
    NativeEntry{"strings.Trim", trim_string<Side::both>},
    NativeEntry{"strings.TrimLeft", trim_string<Side::left>},
    NativeEntry{"strings.TrimRight", trim_string<Side::right>},
    NativeEntry{"strings.TrimSpace", [](Call& c) {
      return_substring(c, 0, 0, trim_space(c.string(0)));
      return true;
    }},
    NativeEntry{"strings.Clone", [](Call& c) {
      c.return_string(0, c.string(0));
      return true;
    }},
    NativeEntry{"strings.toUpperRune", [](Call& c) {
      c.results[0] = static_cast<Slot>(to_case(integer(c, 0), Case::upper));
      return true;
    }},
    NativeEntry{"strings.isSpace", [](Call& c) {
      c.results[0] = is_space(integer(c, 0));
      return true;
    }},
    NativeEntry{"strings.decode", decode<StringArgument, decode_rune>},
    NativeEntry{"fmt.decode", decode<StringArgument, decode_rune>},
    NativeEntry{"fmt.isSpace", [](Call& c) {
      c.results[0] = is_space(integer(c, 0));
      return true;
    }},
    NativeEntry{"strings.decodeLast", decode<StringArgument, decode_last_rune>},
    NativeEntry{"strings.view", [](Call& c) {
      c.results[0] = c.args[1] == 0 ? 0 : c.args[0];
      c.results[1] = c.args[1];
      if (c.args[1] != 0) c.executor.reading(c.goroutine, c.args[0], c.args[1], c.site);
      return true;
    }},
    NativeEntry{"bytes.Index", two_to_int<BytesArgument, index>},
    NativeEntry{"bytes.LastIndex", two_to_int<BytesArgument, last_index>},
    NativeEntry{"bytes.IndexByte", index_byte<BytesArgument>},
    NativeEntry{"bytes.LastIndexByte", last_index_byte<BytesArgument>},
    NativeEntry{"bytes.IndexRune", index_rune_of<BytesArgument>},
    NativeEntry{"bytes.IndexAny", with_chars<BytesArgument, index_any>},
    NativeEntry{"bytes.LastIndexAny", with_chars<BytesArgument, last_index_any>},
    NativeEntry{"bytes.Contains", two_to_int<BytesArgument, contains>},
    NativeEntry{"bytes.Count", two_to_int<BytesArgument, count>},
    NativeEntry{"bytes.EqualFold", two_to_int<BytesArgument, fold>},
    NativeEntry{"bytes.Equal", two_to_int<BytesArgument, equal>},
    NativeEntry{"bytes.Compare", two_to_int<BytesArgument, compare>},
    NativeEntry{"bytes.HasPrefix", two_to_int<BytesArgument, has_prefix>},
    NativeEntry{"bytes.HasSuffix", two_to_int<BytesArgument, has_suffix>},
};

}  // namespace

std::span<const NativeEntry> text_natives() { return kEntries; }

}  // namespace gocheck::native
