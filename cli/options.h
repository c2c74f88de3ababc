// What the options of the sub-commands have in common: their values, and how the command line is read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace gocheck::cli {

// Values of options, for Option::transform. Each refuses what is no such value, or out of range, with the range.
CLI::Validator count();     // 1 to 10^15
CLI::Validator duration();  // 1 ms to 10,000 h, as "250ms", "60s", "5m", "2h" or seconds; becomes seconds
CLI::Validator size();      // 1 byte to 256 TB, as "64MB", "2GiB" or bytes; becomes bytes. All units are powers of 1024

// --lang: "go1.N" or "1.N", no newer than the newest that is supported; becomes "go1.N".
void add_language(CLI::App& app, std::string& version);

// Reads the command line. If there is nothing left to do (--help, or an error, which has been printed), the status
// to exit with.
std::optional<int> parse(CLI::App& app, const std::vector<std::string>& arguments);

}  // namespace gocheck::cli
