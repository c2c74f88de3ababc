// Natives of time.
#include <array>

#include <fmt/format.h>

#include "runtime/native/quote.h"
#include "runtime/native/support.h"
#include "runtime/native/time_format.h"

namespace gocheck::native {
namespace {

constexpr uint64_t kMomentNumbers = 10;  // of time.moment, in front of the zone
constexpr uint64_t kMomentSize = kMomentNumbers * 8 + sizeof(StringHeader);

Moment load_moment(Call& call, Address address) {
  call.executor.reading(call.goroutine, address, kMomentSize, call.site);
  const char* data = call.executor.host(address);
  Moment moment;
  std::memcpy(&moment.year, data, kMomentNumbers * 8);
  StringHeader zone;
  std::memcpy(&zone, data + kMomentNumbers * 8, sizeof(zone));
  if (zone.length != 0) moment.zone = {call.executor.host(zone.address), zone.length};
  return moment;
}

bool format(Call& call) {
  call.return_string(0, format_time(call.string(0), load_moment(call, call.args[2])));
  return true;
}

// time.parse(layout, value, m): code, element, rest, message
bool parse(Call& call) {
  Moment moment = load_moment(call, call.args[4]);
  const ParsedTime parsed = parse_time(call.string(0), call.string(2), moment);
  call.results[0] = static_cast<Slot>(parsed.error);
  call.return_string(1, parsed.element);
  call.return_string(3, parsed.rest);
  call.return_string(5, parsed.message);
  const StringHeader zone{new_text(call, moment.zone), moment.zone.size()};
  call.executor.writing(call.goroutine, call.args[4], kMomentSize, call.site);
  char* data = call.executor.host(call.args[4]);
  std::memcpy(data, &moment.year, kMomentNumbers * 8);
  std::memcpy(data + kMomentNumbers * 8, &zone, sizeof(zone));
  return true;
}

bool parse_duration_text(Call& call) {
  const ParsedDuration parsed = parse_duration(call.string(0));
  call.results[0] = static_cast<Slot>(parsed.nanoseconds);
  call.results[1] = static_cast<Slot>(parsed.error);
  call.return_string(2, parsed.unit);
  return true;
}

constexpr std::array kEntries = {
    NativeEntry{"time.now", [](Call& c) {
      c.results[0] = static_cast<Slot>(c.executor.now());
      return true;
    }},
    NativeEntry{"time.monotonic", [](Call& c) {
      c.results[0] = static_cast<Slot>(c.executor.monotonic());
      return true;
    }},
    NativeEntry{"time.formatDuration", [](Call& c) {
      c.return_string(0, format_duration(integer(c, 0)));
      return true;
    }},
    NativeEntry{"time.parseDuration", parse_duration_text},
    NativeEntry{"time.quote", [](Call& c) {
      std::string out;
      append_quoted(out, c.string(0), '"', QuoteStyle::ascii);
      c.return_string(0, out);
      return true;
    }},
    NativeEntry{"time.monthName", [](Call& c) {
      const std::string_view name = month_name(integer(c, 0));
      c.return_string(0, name.empty() ? fmt::format("%!Month({})", c.args[0]) : std::string(name));
      return true;
    }},
    NativeEntry{"time.weekdayName", [](Call& c) {
      const std::string_view name = weekday_name(integer(c, 0));
      c.return_string(0, name.empty() ? fmt::format("%!Weekday({})", c.args[0]) : std::string(name));
      return true;
    }},
    NativeEntry{"time.format", format},
    NativeEntry{"time.parse", parse},
    NativeEntry{"time.formatMonotonic", [](Call& c) {
      const int64_t m = integer(c, 0);
      c.return_string(0, fmt::format("{}{}.{:09}", m < 0 ? '-' : '+', std::abs(m) / 1'000'000'000,
                                     std::abs(m) % 1'000'000'000));
      return true;
    }},
};

}  // namespace

std::span<const NativeEntry> time_natives() { return kEntries; }

}  // namespace gocheck::native
