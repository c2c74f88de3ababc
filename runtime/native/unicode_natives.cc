// Natives of unicode and unicode/utf8.
#include <array>

#include "runtime/native/quote.h"
#include "runtime/native/support.h"
#include "runtime/native/unicode.h"
#include "runtime/native/utf8.h"

namespace gocheck::native {
namespace {

template <auto predicate>
bool test_category(Call& call) {
  call.results[0] = predicate(category(integer(call, 0)));
  return true;
}
template <auto predicate>
bool test_rune(Call& call) {
  call.results[0] = predicate(integer(call, 0));
  return true;
}
template <Case wanted>
bool map_case(Call& call) {
  call.results[0] = static_cast<Slot>(to_case(integer(call, 0), wanted));
  return true;
}
template <Category wanted>
bool is_category(Category c) {
  return c == wanted;
}

// unicode.inTable(r, mask, set): set counts from 1.
bool in_table(Call& call) {
  const int64_t rune = integer(call, 0);
  call.results[0] = call.args[1] != 0 ? call.args[1] >> static_cast<int>(category(rune)) & 1
                                      : in_set(rune, static_cast<int>(call.args[2]) - 1);
  return true;
}

// A sequence that is complete, or that no further bytes can make valid.
bool is_full_rune(std::string_view text) {
  if (text.empty()) return false;
  const auto first = static_cast<unsigned char>(text[0]);
  const size_t wanted = first < 0xC2 || first > 0xF4 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (text.size() >= wanted) return true;
  // The missing bytes could be continued: is what is there a prefix of a valid sequence?
  const unsigned second = text.size() > 1 ? static_cast<unsigned char>(text[1]) : 0;
  if (text.size() > 1) {
    const unsigned low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (second < low || second > high) return true;
  }
  return text.size() > 2 && (static_cast<unsigned char>(text[2]) & 0xC0) != 0x80;
}

template <bool is_string>
std::string_view text_of(Call& call) {
  return is_string ? call.string(0) : bytes(call, 0);
}

template <bool is_string, auto function>
bool decode(Call& call) {
  const Decoded decoded = function(text_of<is_string>(call));
  call.results[0] = static_cast<Slot>(int64_t{decoded.rune});
  call.results[1] = static_cast<Slot>(decoded.size);
  return true;
}
template <bool is_string, auto function>
bool measure(Call& call) {
  call.results[0] = static_cast<Slot>(function(text_of<is_string>(call)));
  return true;
}

bool is_control(int64_t r) { return category(r) == Category::Cc; }

constexpr std::array kEntries = {
    NativeEntry{"unicode.IsLetter", test_category<is_letter>},
    NativeEntry{"unicode.IsDigit", test_category<is_category<Category::Nd>>},
    NativeEntry{"unicode.IsNumber", test_category<is_number>},
    NativeEntry{"unicode.IsSpace", test_rune<is_space>},
    NativeEntry{"unicode.IsUpper", test_category<is_category<Category::Lu>>},
    NativeEntry{"unicode.IsLower", test_category<is_category<Category::Ll>>},
    NativeEntry{"unicode.IsTitle", test_category<is_category<Category::Lt>>},
    NativeEntry{"unicode.IsPunct", test_category<is_punctuation>},
    NativeEntry{"unicode.IsSymbol", test_category<is_symbol>},
    NativeEntry{"unicode.IsMark", test_category<is_mark>},
    NativeEntry{"unicode.IsControl", test_rune<is_control>},
    NativeEntry{"unicode.IsPrint", test_rune<is_print>},
    NativeEntry{"unicode.IsGraphic", test_rune<is_graphic>},
    NativeEntry{"unicode.ToUpper", map_case<Case::upper>},
    NativeEntry{"unicode.ToLower", map_case<Case::lower>},
    NativeEntry{"unicode.ToTitle", map_case<Case::title>},
    NativeEntry{"unicode.SimpleFold", [](Call& c) {
      c.results[0] = static_cast<Slot>(simple_fold(integer(c, 0)));
      return true;
    }},
    NativeEntry{"unicode.inTable", in_table},
    NativeEntry{"unicode/utf8.DecodeRune", decode<false, decode_rune>},
    NativeEntry{"unicode/utf8.DecodeRuneInString", decode<true, decode_rune>},
    NativeEntry{"unicode/utf8.DecodeLastRune", decode<false, decode_last_rune>},
    NativeEntry{"unicode/utf8.DecodeLastRuneInString", decode<true, decode_last_rune>},
    NativeEntry{"unicode/utf8.RuneCount", measure<false, rune_count>},
    NativeEntry{"unicode/utf8.RuneCountInString", measure<true, rune_count>},
    NativeEntry{"unicode/utf8.Valid", measure<false, is_valid_utf8>},
    NativeEntry{"unicode/utf8.ValidString", measure<true, is_valid_utf8>},
    NativeEntry{"unicode/utf8.FullRune", measure<false, is_full_rune>},
    NativeEntry{"unicode/utf8.FullRuneInString", measure<true, is_full_rune>},
};

}  // namespace

std::span<const NativeEntry> unicode_natives() { return kEntries; }

}  // namespace gocheck::native
