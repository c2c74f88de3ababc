// Texts of package time: durations, and times by layout. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gocheck::native {

std::string format_duration(int64_t nanoseconds);

enum class DurationError : uint8_t { none, invalid, missing_unit, unknown_unit };
struct ParsedDuration {
  int64_t nanoseconds = 0;
  DurationError error = DurationError::none;
  std::string_view unit;  // the unknown one: a view into the text
};
ParsedDuration parse_duration(std::string_view text);

// A time taken apart; the layout of time.moment but for the zone.
struct Moment {
  int64_t year = 0, month = 1, day = 1, year_day = 1, weekday = 0;
  int64_t hour = 0, minute = 0, second = 0, nanosecond = 0;
  int64_t offset = 0;  // of the zone, seconds east of UTC; -1: not given
  std::string_view zone;
};

std::string_view month_name(int64_t month);      // 1..12; others empty
std::string_view weekday_name(int64_t weekday);  // 0 is Sunday

std::string format_time(std::string_view layout, const Moment& moment);

enum class TimeError : uint8_t { none, mismatch, out_of_range, extra_text };
struct ParsedTime {
  TimeError error = TimeError::none;
  std::string_view element;  // of the layout that did not match; empty if the whole does not fit together
  std::string_view rest;     // of the value
  std::string_view message;  // with TimeError::out_of_range: "hour out of range"
};
// Fields that the layout does not mention keep their values. moment.zone is a view into `value`.
ParsedTime parse_time(std::string_view layout, std::string_view value, Moment& moment);

}  // namespace gocheck::native
