#include "gate/audit_period.hpp"

#include <fmt/format.h>

#include <chrono>

#include "base/text.hpp"

namespace perfgate::gate {
namespace {

using namespace std::chrono;

Time time_of(sys_days day) { return {duration_cast<milliseconds>(day.time_since_epoch()).count()}; }

sys_days day_of(Time at) { return floor<days>(sys_time<milliseconds>(milliseconds(at.unix_ms))); }

AuditPeriod month_at(year_month month) {
  return {.name = fmt::format("{:04}-{:02}", int(month.year()), unsigned(month.month())),
          .begin = time_of(sys_days(month / 1)),
          .end = time_of(sys_days((month + months(1)) / 1))};
}

AuditPeriod quarter_at(year_month month) {
  const unsigned quarter = (unsigned(month.month()) - 1) / 3;
  const year_month first = month.year() / std::chrono::month(3 * quarter + 1);
  return {.name = fmt::format("{:04}-Q{}", int(first.year()), quarter + 1),
          .begin = time_of(sys_days(first / 1)),
          .end = time_of(sys_days((first + months(3)) / 1))};
}

/// The Monday of the ISO week that holds 4 January.
sys_days first_week(year of) {
  const sys_days fourth = sys_days(of / January / 4);
  return fourth - (weekday(fourth) - Monday);
}

AuditPeriod week_at(sys_days day) {
  const sys_days monday = day - (weekday(day) - Monday);
  const year of = year_month_day(monday + days(3)).year();  // Thursday decides
  const auto number = (monday - first_week(of)).count() / 7 + 1;
  return {.name = fmt::format("{:04}-W{:02}", int(of), number),
          .begin = time_of(monday),
          .end = time_of(monday + days(7))};
}

bool digits(std::string_view text) { return text.find_first_not_of("0123456789") == text.npos; }

int number(std::string_view text) {
  int value = 0;
  for (const char c : text) value = 10 * value + (c - '0');
  return value;
}

}  // namespace

Result<AuditPeriod> audit_period(std::string_view name) {
  const auto wrong = [&] {
    return fail(Code::usage, fmt::format("`{}` is no period", safe_text(name, 60)),
                "write 2026-10, 2026-Q4 or 2026-W41");
  };
  if (name.size() < 7 || !digits(name.substr(0, 4)) || name[4] != '-' ||
      number(name.substr(0, 4)) < 1970)
    return wrong();
  const year of(number(name.substr(0, 4)));
  AuditPeriod period;
  if (name.size() == 7 && name[5] == 'Q' && name[6] >= '1' && name[6] <= '4')
    period = quarter_at(of / month(static_cast<unsigned>(3 * (name[6] - '0') - 2)));
  else if (name.size() == 8 && name[5] == 'W' && digits(name.substr(6)))
    period = week_at(first_week(of) + days(7 * (number(name.substr(6)) - 1)));
  else if (name.size() == 7 && digits(name.substr(5)) && number(name.substr(5)) >= 1 &&
           number(name.substr(5)) <= 12)
    period = month_at(of / month(static_cast<unsigned>(number(name.substr(5)))));
  // Week 53 of a year that has 52 would be another year's.
  if (period.name != name) return wrong();
  return period;
}

AuditFrequency frequency_of(const AuditPeriod& period) {
  if (period.name.find('W') != std::string::npos) return AuditFrequency::weekly;
  if (period.name.find('Q') != std::string::npos) return AuditFrequency::quarterly;
  return AuditFrequency::monthly;
}

AuditPeriod period_of(Time at, AuditFrequency frequency) {
  const sys_days day = day_of(at);
  const year_month_day date(day);
  const year_month month = date.year() / date.month();
  switch (frequency) {
    case AuditFrequency::weekly:
      return week_at(day);
    case AuditFrequency::quarterly:
      return quarter_at(month);
    case AuditFrequency::monthly:
      break;
  }
  return month_at(month);
}

AuditPeriod next_period(const AuditPeriod& period) {
  return period_of(period.end, frequency_of(period));
}

AuditPeriod previous_period(const AuditPeriod& period) {
  return period_of({period.begin.unix_ms - 1}, frequency_of(period));
}

Time month_before(Time at, int months_back) {
  const year_month_day date(day_of(at));
  return month_at(date.year() / date.month() - months(months_back)).begin;
}

}  // namespace perfgate::gate
