// What of a package is a test, and the program that runs one.
#pragma once

#include <string>
#include <vector>

#include "frontend/packages.h"

namespace gocheck {

// The names of the functions TestXxx(t *testing.T) in the package's _test and .gol files, in their order.
std::vector<std::string> test_functions(const ParsedPackage& package, const SourceFiles& files);

// A file of the package with a function gocheckTest that runs the test, by way of the package's TestMain if it has one.
std::string test_program(const ParsedPackage& package, const std::string& test);

}  // namespace gocheck
