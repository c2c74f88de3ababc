#include "cli/options.h"

#include <cctype>
#include <charconv>
#include <cstdint>
#include <string_view>

#include <fmt/format.h>

#include "cli/commands.h"
#include "frontend/compile.h"

namespace gocheck::cli {
namespace {

// Takes the number at the beginning of the text away. No signs.
template <typename T>
std::optional<T> take_number(std::string_view& text) {
  T number{};
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return number;
}

// Seconds of a unit; 0 if there is no such unit.
double seconds_of(std::string_view unit) {
  if (unit == "ms") return 0.001;
  if (unit == "m") return 60;
  if (unit == "h") return 3600;
  return unit.empty() || unit == "s" ? 1 : 0;
}

// log2 of the bytes of a unit: "", "B", or a letter of KMGT, "MB" or "MiB" in any case; -1 if there is no such unit.
int bits_of(std::string unit) {
  for (char& c : unit) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (unit.empty() || unit == "b") return 0;
  const size_t power = std::string_view("kmgt").find(unit.front());
  const std::string rest = unit.substr(1);
  if (power == std::string_view::npos || !(rest.empty() || rest == "b" || rest == "ib")) return -1;
  return 10 * (static_cast<int>(power) + 1);
}

}  // namespace

CLI::Validator count() {
  static constexpr uint64_t kMost = 1'000'000'000'000'000;
  return CLI::Validator(
      [](std::string& text) -> std::string {
        std::string_view rest = text;
        const auto number = take_number<uint64_t>(rest);
        if (number && rest.empty() && *number >= 1 && *number <= kMost) return "";
        return fmt::format("must be a number between 1 and {}, not \"{}\"", kMost, text);
      },
      "");
}

CLI::Validator duration() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        std::string_view rest = text;
        const auto number = take_number<double>(rest);
        const double seconds = number ? *number * seconds_of(rest) : 0;
        if (!(seconds >= 0.001 && seconds <= 10'000 * 3600.0)) {
          return fmt::format("must be a time between 1ms and 10000h (\"60s\", \"5m\", or seconds), not \"{}\"", text);
        }
        text = fmt::format("{}", seconds);
        return "";
      },
      "");
}

CLI::Validator size() {
  static constexpr uint64_t kMost = uint64_t{256} << 40;
  return CLI::Validator(
      [](std::string& text) -> std::string {
        std::string_view rest = text;
        const auto number = take_number<uint64_t>(rest);
        const int bits = bits_of(std::string(rest));
        if (!number || bits < 0 || *number < 1 || *number > kMost >> bits) {
          return fmt::format("must be a size between 1 and 256TB (\"512MB\", \"2GB\", or bytes), not \"{}\"", text);
        }
        text = fmt::format("{}", *number << bits);
        return "";
      },
      "");
}

void add_language(CLI::App& app, std::string& version) {
  app.add_option("--lang", version,
                 fmt::format("language version: go1.0 to go1.{} (default), or 1.N; before go1.22 loop variables have "
                             "their older meaning",
                             kNewestGoMinor))
      ->transform(CLI::Validator(
          [](std::string& text) -> std::string {
            std::string_view rest = text;
            if (rest.starts_with("go")) rest.remove_prefix(2);
            const bool first = rest.starts_with("1.");
            if (first) rest.remove_prefix(2);
            const auto minor = take_number<int>(rest);
            if (!first || !minor || !rest.empty()) {
              return fmt::format("must be a language version such as go1.{}, not \"{}\"", kNewestGoMinor, text);
            }
            if (*minor > kNewestGoMinor) {
              return fmt::format("{} is not supported yet: the newest language version is go1.{}", text, kNewestGoMinor);
            }
            text = fmt::format("go1.{}", *minor);
            return "";
          },
          ""));
}

std::optional<int> parse(CLI::App& app, const std::vector<std::string>& arguments) {
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    return std::nullopt;
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? 0 : kUsageError;
  }
}

}  // namespace gocheck::cli
