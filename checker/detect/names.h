// Lists of goroutines, in words.
#pragma once

#include <string>
#include <vector>

namespace gocheck::checker {

// "a", "a and b", "a, b and c", "a, b, c and 7 others". There is at least one.
std::string enumeration(const std::vector<std::string>& names);

}  // namespace gocheck::checker
