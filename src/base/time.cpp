#include "base/time.hpp"

#include <fmt/format.h>

namespace perfgate {
namespace {

bool digits(std::string_view text, std::size_t at, std::size_t count, int& value) {
  if (at + count > text.size()) return false;
  value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + (text[i] - '0');
  }
  return true;
}

std::unexpected<Error> not_a_time(std::string_view text) {
  return fail(Code::parse, fmt::format("`{}` is not a time", text.substr(0, 64)),
              "write it as 2026-11-20T11:35:00Z (RFC 3339)");
}

}  // namespace

std::string to_text(Time time) {
  using namespace std::chrono;
  const sys_time<milliseconds> moment{milliseconds(time.unix_ms)};
  const auto day = floor<days>(moment);
  const year_month_day date(day);
  const hh_mm_ss clock(moment - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", int(date.year()),
                     unsigned(date.month()), unsigned(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

std::string date_text(Time time) { return to_text(time).substr(0, 10); }

Result<Time> time_from_text(std::string_view text) {
  using namespace std::chrono;
  int year_ = 0, month_ = 0, day_ = 0, hour = 0, minute = 0, second = 0;
  const bool shape = text.size() >= 20 && digits(text, 0, 4, year_) && text[4] == '-' &&
                     digits(text, 5, 2, month_) && text[7] == '-' && digits(text, 8, 2, day_) &&
                     (text[10] == 'T' || text[10] == 't' || text[10] == ' ') &&
                     digits(text, 11, 2, hour) && text[13] == ':' && digits(text, 14, 2, minute) &&
                     text[16] == ':' && digits(text, 17, 2, second);
  if (!shape || hour > 23 || minute > 59 || second > 60) return not_a_time(text);
  const year_month_day date{year(year_), month(unsigned(month_)), day(unsigned(day_))};
  if (!date.ok()) return not_a_time(text);

  std::size_t at = 19;
  std::int64_t fraction_ms = 0;
  if (text[at] == '.') {
    std::int64_t scale = 100;
    const std::size_t begin = ++at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10)
      fraction_ms += scale * (text[at] - '0');
    if (at == begin || at - begin > 9) return not_a_time(text);
  }
  int offset_minutes = 0;
  const std::string_view zone = text.substr(at);
  if (zone != "Z" && zone != "z") {
    int hours = 0, minutes = 0;
    const bool offset = zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') &&
                        digits(zone, 1, 2, hours) && zone[3] == ':' && digits(zone, 4, 2, minutes);
    if (!offset || hours > 23 || minutes > 59) return not_a_time(text);
    offset_minutes = (zone[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
  }
  const auto whole = sys_days(date).time_since_epoch() + hours(hour) + minutes(minute) +
                     seconds(second) - minutes(offset_minutes);
  return Time{duration_cast<milliseconds>(whole).count() + fraction_ms};
}

}  // namespace perfgate
