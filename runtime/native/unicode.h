// Properties of code points (Unicode 15.0.0). All functions take any integer; what is not a code
// point has category none, no case and no set. Logarithmic; constant below U+0100.
#pragma once

#include <cstdint>
#include <string_view>

namespace gocheck::native {

enum class Category : uint8_t {
  none, Lu, Ll, Lt, Lm, Lo, Mn, Mc, Me, Nd, Nl, No, Pc, Pd, Ps, Pe, Pi, Pf, Po, Sm, Sc, Sk, So, Zs, Zl, Zp, Cc, Cf,
  Cs, Co,
};

Category category(int64_t r);

inline bool is_letter(Category c) { return c >= Category::Lu && c <= Category::Lo; }
inline bool is_mark(Category c) { return c >= Category::Mn && c <= Category::Me; }
inline bool is_number(Category c) { return c >= Category::Nd && c <= Category::No; }
inline bool is_punctuation(Category c) { return c >= Category::Pc && c <= Category::Po; }
inline bool is_symbol(Category c) { return c >= Category::Sm && c <= Category::So; }

// Letters, marks, numbers, punctuation, symbols and the ASCII space.
bool is_print(int64_t r);
// The property White_Space.
bool is_space(int64_t r);

enum class Case : uint8_t { upper, lower, title };
int64_t to_case(int64_t r, Case wanted);

// The next code point of r's orbit under simple case folding: r itself if it has no case.
int64_t simple_fold(int64_t r);

// Number of a script or property ("Greek", "White_Space"), -1 if unknown.
int set_number(std::string_view name);
bool in_set(int64_t r, int set);

}  // namespace gocheck::native
