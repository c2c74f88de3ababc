#include "runtime/native/time_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace gocheck::native {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};

// What a piece of a layout stands for.
enum class Element : uint8_t {
  literal,
  long_month,
  month,
  number_month,
  zero_month,
  long_weekday,
  weekday,
  day,
  under_day,
  zero_day,
  under_year_day,
  zero_year_day,
  hour,
  hour12,
  zero_hour12,
  minute,
  zero_minute,
  second,
  zero_second,
  long_year,
  year,
  upper_pm,
  lower_pm,
  zone_name,
  zone,
  fraction,
};
struct Piece {
  Element element = Element::literal;
  std::string_view text;
};

// Zones: Z in front means "Z for UTC". The longest come first.
constexpr std::array<std::string_view, 5> kZones = {"07:00:00", "070000", "07:00", "0700", "07"};

bool is_digit(std::string_view text, size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

// The element that begins with the first byte of `layout`, if any.
Piece element_at(std::string_view layout) {
  const auto piece = [&](Element element, size_t size) { return Piece{element, layout.substr(0, size)}; };
  const auto lower_follows = [&](size_t at) {
    return at < layout.size() && layout[at] >= 'a' && layout[at] <= 'z';
  };
  switch (layout[0]) {
    case 'J':
      if (layout.starts_with("January")) return piece(Element::long_month, 7);
      if (layout.starts_with("Jan") && !lower_follows(3)) return piece(Element::month, 3);
      break;
    case 'M':
      if (layout.starts_with("Monday")) return piece(Element::long_weekday, 6);
      if (layout.starts_with("Mon") && !lower_follows(3)) return piece(Element::weekday, 3);
      if (layout.starts_with("MST")) return piece(Element::zone_name, 3);
      break;
    case '0': {
      constexpr std::array kSecond = {Element::zero_month,  Element::zero_day,    Element::zero_hour12,
                                      Element::zero_minute, Element::zero_second, Element::year};
      if (layout.size() >= 2 && layout[1] >= '1' && layout[1] <= '6')
        return piece(kSecond[layout[1] - '1'], 2);
      if (layout.starts_with("002")) return piece(Element::zero_year_day, 3);
      break;
    }
    case '1':
      return layout.starts_with("15") ? piece(Element::hour, 2) : piece(Element::number_month, 1);
    case '2':
      return layout.starts_with("2006") ? piece(Element::long_year, 4) : piece(Element::day, 1);
    case '_':
      if (layout.starts_with("_2006")) return piece(Element::literal, 1);
      if (layout.starts_with("_2")) return piece(Element::under_day, 2);
      if (layout.starts_with("__2")) return piece(Element::under_year_day, 3);
      break;
    case '3':
      return piece(Element::hour12, 1);
    case '4':
      return piece(Element::minute, 1);
    case '5':
      return piece(Element::second, 1);
    case 'P':
      if (layout.starts_with("PM")) return piece(Element::upper_pm, 2);
      break;
    case 'p':
      if (layout.starts_with("pm")) return piece(Element::lower_pm, 2);
      break;
    case '-':
    case 'Z':
      for (const std::string_view zone : kZones) {
        if (layout.substr(1).starts_with(zone)) return piece(Element::zone, zone.size() + 1);
      }
      break;
    case '.':
    case ',':
      if (layout.size() > 1 && (layout[1] == '0' || layout[1] == '9')) {
        const size_t end = std::min(layout.find_first_not_of(layout[1], 1), layout.size());
        if (!is_digit(layout, end)) return piece(Element::fraction, end);
      }
      break;
    default:
      break;
  }
  return piece(Element::literal, 1);
}

// Takes the next piece off `layout`; literals are as long as possible.
Piece next_piece(std::string_view& layout) {
  size_t literal = 0;
  while (literal < layout.size()) {
    const Piece piece = element_at(layout.substr(literal));
    if (piece.element == Element::literal) {
      ++literal;
      continue;
    }
    if (literal > 0) break;
    layout.remove_prefix(piece.text.size());
    return piece;
  }
  const Piece piece{Element::literal, layout.substr(0, literal)};
  layout.remove_prefix(literal);
  return piece;
}

std::string format_zone(std::string_view layout, int64_t offset) {
  if (layout[0] == 'Z' && offset == 0) return "Z";
  const int64_t absolute = std::abs(offset);
  const std::string_view separator = layout.find(':') != std::string_view::npos ? ":" : "";
  std::string text = fmt::format("{}{:02}", offset < 0 ? '-' : '+', absolute / 3600);
  if (layout.size() > 3) text += fmt::format("{}{:02}", separator, absolute / 60 % 60);
  if (layout.size() > 6) text += fmt::format("{}{:02}", separator, absolute % 60);
  return text;
}

std::string format_fraction(std::string_view layout, int64_t nanosecond) {
  std::string digits = fmt::format("{:09}", nanosecond).substr(0, std::min<size_t>(layout.size() - 1, 9));
  if (layout[1] == '9') {
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.empty()) return "";
  }
  return layout[0] + digits;
}

std::string format_piece(const Piece& piece, const Moment& m) {
  const int64_t hour12 = m.hour % 12 == 0 ? 12 : m.hour % 12;
  switch (piece.element) {
    case Element::literal:
      return std::string(piece.text);
    case Element::long_month:
      return std::string(month_name(m.month));
    case Element::month:
      return std::string(month_name(m.month).substr(0, 3));
    case Element::number_month:
      return fmt::format("{}", m.month);
    case Element::zero_month:
      return fmt::format("{:02}", m.month);
    case Element::long_weekday:
      return std::string(weekday_name(m.weekday));
    case Element::weekday:
      return std::string(weekday_name(m.weekday).substr(0, 3));
    case Element::day:
      return fmt::format("{}", m.day);
    case Element::under_day:
      return fmt::format("{:2}", m.day);
    case Element::zero_day:
      return fmt::format("{:02}", m.day);
    case Element::under_year_day:
      return fmt::format("{:3}", m.year_day);
    case Element::zero_year_day:
      return fmt::format("{:03}", m.year_day);
    case Element::hour:
      return fmt::format("{:02}", m.hour);
    case Element::hour12:
      return fmt::format("{}", hour12);
    case Element::zero_hour12:
      return fmt::format("{:02}", hour12);
    case Element::minute:
      return fmt::format("{}", m.minute);
    case Element::zero_minute:
      return fmt::format("{:02}", m.minute);
    case Element::second:
      return fmt::format("{}", m.second);
    case Element::zero_second:
      return fmt::format("{:02}", m.second);
    case Element::long_year:
      return m.year < 0 ? fmt::format("-{:04}", -m.year) : fmt::format("{:04}", m.year);
    case Element::year:
      return fmt::format("{:02}", std::abs(m.year) % 100);
    case Element::upper_pm:
      return m.hour >= 12 ? "PM" : "AM";
    case Element::lower_pm:
      return m.hour >= 12 ? "pm" : "am";
    case Element::zone_name:
      return m.zone.empty() ? format_zone("-0700", m.offset) : std::string(m.zone);
    case Element::zone:
      return format_zone(piece.text, m.offset);
    case Element::fraction:
      return format_fraction(piece.text, m.nanosecond);
  }
  return "";
}

// ---- Parsing: each function takes what it has read off `value` ----

bool take_number(std::string_view& value, size_t least, size_t most, int64_t& number) {
  size_t digits = 0;
  while (digits < most && is_digit(value, digits)) ++digits;
  if (digits < least) return false;
  number = 0;
  for (size_t i = 0; i < digits; ++i) number = number * 10 + (value[i] - '0');
  value.remove_prefix(digits);
  return true;
}

template <size_t n>
bool take_name(std::string_view& value, const std::array<std::string_view, n>& names, bool in_full,
               int64_t first, int64_t& number) {
  for (size_t i = 0; i < n; ++i) {
    const std::string_view name = in_full ? names[i] : names[i].substr(0, 3);
    if (value.size() < name.size()) continue;
    const bool equal = std::equal(name.begin(), name.end(), value.begin(),
                                  [](char a, char b) { return (a | 0x20) == (b | 0x20); });
    if (!equal) continue;
    value.remove_prefix(name.size());
    number = first + static_cast<int64_t>(i);
    return true;
  }
  return false;
}

bool take_fraction(std::string_view& value, size_t digits, int64_t& nanosecond) {
  nanosecond = 0;
  for (size_t i = 1; i <= digits; ++i) {
    if (!is_digit(value, i)) return false;
    if (i <= 9) nanosecond = nanosecond * 10 + (value[i] - '0');
  }
  for (size_t i = digits; i < 9; ++i) nanosecond *= 10;
  value.remove_prefix(digits + 1);
  return true;
}

size_t fraction_digits(std::string_view value) {
  if (value.empty() || (value[0] != '.' && value[0] != ',')) return 0;
  size_t digits = 0;
  while (is_digit(value, digits + 1)) ++digits;
  return digits;
}

// What parsing knows besides the moment.
struct Progress {
  bool pm = false, am = false;  // of a half-day clock
  bool has_month = false, has_day = false, has_year_day = false;
  std::string_view out_of_range;  // message about the last element
};

bool take_zone(std::string_view layout, std::string_view& value, Moment& m, Progress& progress) {
  if (layout[0] == 'Z' && value.starts_with("Z")) {
    m.offset = 0;
    m.zone = "UTC";
    value.remove_prefix(1);
    return true;
  }
  if (value.empty() || (value[0] != '+' && value[0] != '-')) return false;
  const int64_t sign = value[0] == '-' ? -1 : 1;
  std::string_view rest = value.substr(1);
  const bool colons = layout.find(':') != std::string_view::npos;
  int64_t hours = 0, minutes = 0, seconds = 0;
  const auto separator = [&] {
    if (!colons) return true;
    if (!rest.starts_with(":")) return false;
    rest.remove_prefix(1);
    return true;
  };
  if (!take_number(rest, 2, 2, hours)) return false;
  if (layout.size() > 3 && (!separator() || !take_number(rest, 2, 2, minutes))) return false;
  if (layout.size() > 6 && (!separator() || !take_number(rest, 2, 2, seconds))) return false;
  if (hours > 24) progress.out_of_range = "time zone offset hour out of range";
  if (minutes > 60) progress.out_of_range = "time zone offset minute out of range";
  if (seconds > 60) progress.out_of_range = "time zone offset second out of range";
  m.offset = sign * (hours * 3600 + minutes * 60 + seconds);
  value = rest;
  return true;
}

bool take_zone_name(std::string_view& value, Moment& m) {
  size_t length = 0;
  while (length < value.size() && value[length] >= 'A' && value[length] <= 'Z') ++length;
  if (length < 3 || length > 5) return false;
  m.zone = value.substr(0, length);
  value.remove_prefix(length);
  return true;
}

bool take_literal(std::string_view literal, std::string_view& value) {
  for (size_t i = 0; i < literal.size(); ++i) {
    if (literal[i] == ' ') {
      if (!value.empty() && value[0] != ' ') return false;
      while (i + 1 < literal.size() && literal[i + 1] == ' ') ++i;
      while (!value.empty() && value[0] == ' ') value.remove_prefix(1);
      continue;
    }
    if (value.empty() || value[0] != literal[i]) return false;
    value.remove_prefix(1);
  }
  return true;
}

// A number with one or two digits (two if `padded`) that has to be in a range.
bool take_bounded(std::string_view& value, bool padded, int64_t least, int64_t most, std::string_view message,
                  Progress& progress, int64_t& number) {
  if (!take_number(value, padded ? 2 : 1, 2, number)) return false;
  if (number < least || number > most) progress.out_of_range = message;
  return true;
}

bool take_second(bool padded, std::string_view layout, std::string_view& value, Moment& m,
                 Progress& progress) {
  if (!take_bounded(value, padded, 0, 59, "second out of range", progress, m.second)) return false;
  // A fraction may follow even if the layout has none.
  const size_t digits = fraction_digits(value);
  if (digits == 0 || (!layout.empty() && element_at(layout).element == Element::fraction)) return true;
  return take_fraction(value, digits, m.nanosecond);
}

bool take_piece(const Piece& piece, std::string_view layout, std::string_view& value, Moment& m,
                Progress& progress) {
  int64_t ignored;
  constexpr std::string_view kMonth = "month out of range", kHour = "hour out of range",
                             kMinute = "minute out of range";
  progress.has_month |= piece.element >= Element::long_month && piece.element <= Element::zero_month;
  progress.has_day |= piece.element >= Element::day && piece.element <= Element::zero_day;
  progress.has_year_day |=
      piece.element == Element::under_year_day || piece.element == Element::zero_year_day;
  switch (piece.element) {
    case Element::literal:
      return take_literal(piece.text, value);
    case Element::long_month:
      return take_name(value, kMonths, true, 1, m.month);
    case Element::month:
      return take_name(value, kMonths, false, 1, m.month);
    case Element::number_month:
      return take_bounded(value, false, 1, 12, kMonth, progress, m.month);
    case Element::zero_month:
      return take_bounded(value, true, 1, 12, kMonth, progress, m.month);
    case Element::long_weekday:
      return take_name(value, kWeekdays, true, 0, ignored);
    case Element::weekday:
      return take_name(value, kWeekdays, false, 0, ignored);
    case Element::under_day:
      if (value.starts_with(" ")) value.remove_prefix(1);
      [[fallthrough]];
    case Element::day:
      return take_number(value, 1, 2, m.day);
    case Element::zero_day:
      return take_number(value, 2, 2, m.day);
    case Element::under_year_day:
      while (value.starts_with(" ")) value.remove_prefix(1);
      return take_number(value, 1, 3, m.year_day);
    case Element::zero_year_day:
      return take_number(value, 3, 3, m.year_day);
    case Element::hour:
      return take_bounded(value, false, 0, 23, kHour, progress, m.hour);
    case Element::hour12:
      return take_bounded(value, false, 0, 12, kHour, progress, m.hour);
    case Element::zero_hour12:
      return take_bounded(value, true, 0, 12, kHour, progress, m.hour);
    case Element::minute:
      return take_bounded(value, false, 0, 59, kMinute, progress, m.minute);
    case Element::zero_minute:
      return take_bounded(value, true, 0, 59, kMinute, progress, m.minute);
    case Element::second:
      return take_second(false, layout, value, m, progress);
    case Element::zero_second:
      return take_second(true, layout, value, m, progress);
    case Element::long_year:
      return take_number(value, 4, 4, m.year);
    case Element::year:
      if (!take_number(value, 2, 2, m.year)) return false;
      m.year += m.year >= 69 ? 1900 : 2000;
      return true;
    case Element::upper_pm:
    case Element::lower_pm: {
      const bool upper = piece.element == Element::upper_pm;
      progress.pm = value.starts_with(upper ? "PM" : "pm");
      progress.am = value.starts_with(upper ? "AM" : "am");
      if (!progress.pm && !progress.am) return false;
      value.remove_prefix(2);
      return true;
    }
    case Element::zone_name:
      return take_zone_name(value, m);
    case Element::zone:
      return take_zone(piece.text, value, m, progress);
    case Element::fraction: {
      const bool optional = piece.text[1] == '9';
      const size_t digits = fraction_digits(value);
      if (optional) return digits == 0 || take_fraction(value, digits, m.nanosecond);
      return value.size() >= piece.text.size() && take_fraction(value, piece.text.size() - 1, m.nanosecond);
    }
  }
  return false;
}

bool is_leap(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int64_t days_in(int64_t year, int64_t month) {
  constexpr std::array<int64_t, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

// Derives month and day from the day of the year; a message if they cannot be.
std::string_view settle_year_day(const Progress& progress, Moment& m) {
  if (m.year_day < 1 || m.year_day > (is_leap(m.year) ? 366 : 365)) return "day-of-year out of range";
  int64_t month = 1, day = m.year_day;
  while (day > days_in(m.year, month)) day -= days_in(m.year, month++);
  if (progress.has_month && m.month != month) return "day-of-year does not match month";
  if (progress.has_day && m.day != day) return "day-of-year does not match day";
  m.month = month;
  m.day = day;
  return {};
}

}  // namespace

std::string format_duration(int64_t nanoseconds) {
  if (nanoseconds == 0) return "0s";
  const uint64_t u =
      nanoseconds < 0 ? 0 - static_cast<uint64_t>(nanoseconds) : static_cast<uint64_t>(nanoseconds);
  const auto with_fraction = [](uint64_t value, uint64_t unit, int digits) {
    std::string text = fmt::format("{}", value / unit);
    if (value % unit == 0) return text;
    std::string fraction = fmt::format("{:0{}}", value % unit, digits);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    return text + "." + fraction;
  };
  std::string text = nanoseconds < 0 ? "-" : "";
  if (u < 1'000) return text + fmt::format("{}ns", u);
  if (u < 1'000'000) return text + with_fraction(u, 1'000, 3) + "µs";
  if (u < 1'000'000'000) return text + with_fraction(u, 1'000'000, 6) + "ms";
  constexpr uint64_t kMinute = 60'000'000'000;
  if (u >= 60 * kMinute) text += fmt::format("{}h", u / (60 * kMinute));
  if (u >= kMinute) text += fmt::format("{}m", u / kMinute % 60);
  return text + with_fraction(u % kMinute, 1'000'000'000, 9) + "s";
}

ParsedDuration parse_duration(std::string_view text) {
  const ParsedDuration invalid{0, DurationError::invalid, {}};
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text == "0") return {};
  if (text.empty()) return invalid;
  constexpr uint64_t kLimit = uint64_t{1} << 63;
  unsigned __int128 total = 0;
  while (!text.empty()) {
    unsigned __int128 whole = 0;
    size_t i = 0;
    for (; is_digit(text, i); ++i) {
      whole = whole * 10 + (text[i] - '0');
      if (whole > kLimit) return invalid;
    }
    const bool has_whole = i > 0;
    double scale = 1;
    uint64_t fraction = 0;
    bool has_fraction = false;
    if (i < text.size() && text[i] == '.') {
      bool full = false;
      for (++i; is_digit(text, i); ++i) {
        has_fraction = true;
        if (full || fraction > (kLimit - 1) / 10) {
          full = true;
          continue;
        }
        fraction = fraction * 10 + (text[i] - '0');
        scale *= 10;
      }
    }
    if (!has_whole && !has_fraction) return invalid;
    size_t end = i;
    while (end < text.size() && text[end] != '.' && !is_digit(text, end)) ++end;
    const std::string_view unit = text.substr(i, end - i);
    if (unit.empty()) return {0, DurationError::missing_unit, {}};
    uint64_t size;
    if (unit == "ns")
      size = 1;
    else if (unit == "us" || unit == "µs" || unit == "μs")
      size = 1'000;
    else if (unit == "ms")
      size = 1'000'000;
    else if (unit == "s")
      size = 1'000'000'000;
    else if (unit == "m")
      size = 60'000'000'000;
    else if (unit == "h")
      size = 3'600'000'000'000;
    else
      return {0, DurationError::unknown_unit, unit};
    total += whole * size +
             static_cast<uint64_t>(static_cast<double>(fraction) * (static_cast<double>(size) / scale));
    if (total > kLimit) return invalid;
    text.remove_prefix(end);
  }
  if (!negative && total == kLimit) return invalid;
  const auto nanoseconds = static_cast<uint64_t>(total);
  return {static_cast<int64_t>(negative ? 0 - nanoseconds : nanoseconds), DurationError::none, {}};
}

std::string_view month_name(int64_t month) {
  return month >= 1 && month <= 12 ? kMonths[month - 1] : std::string_view();
}
std::string_view weekday_name(int64_t weekday) {
  return weekday >= 0 && weekday <= 6 ? kWeekdays[weekday] : std::string_view();
}

std::string format_time(std::string_view layout, const Moment& moment) {
  std::string text;
  while (!layout.empty()) text += format_piece(next_piece(layout), moment);
  return text;
}

ParsedTime parse_time(std::string_view layout, std::string_view value, Moment& m) {
  Progress progress;
  while (!layout.empty()) {
    const Piece piece = next_piece(layout);
    std::string_view rest = value;
    if (!take_piece(piece, layout, rest, m, progress)) {
      return {TimeError::mismatch, piece.text, piece.element == Element::literal ? rest : value, {}};
    }
    value = rest;
    if (!progress.out_of_range.empty())
      return {TimeError::out_of_range, piece.text, value, progress.out_of_range};
  }
  if (!value.empty()) return {TimeError::extra_text, {}, value, {}};
  if (progress.pm && m.hour < 12) m.hour += 12;
  if (progress.am && m.hour == 12) m.hour = 0;
  if (progress.has_year_day) {
    const std::string_view message = settle_year_day(progress, m);
    if (!message.empty()) return {TimeError::out_of_range, {}, {}, message};
  }
  if (m.day < 1 || m.day > days_in(m.year, m.month))
    return {TimeError::out_of_range, {}, {}, "day out of range"};
  return {};
}

}  // namespace gocheck::native
