// Lists of goroutines, in words.
#pragma once

#include <string>
#include <vector>

namespace gocheck::checker {

// "a", "a and b", "a, b and c", "a, b, c and 7 others". There is at least one.
std::string enumeration(const std::vector<std::string>& names);

// The same, but of many that were started one after the other: "f#2 to #51 (50 goroutines)".
std::string in_short(std::vector<std::string> names);

}  // namespace gocheck::checker
