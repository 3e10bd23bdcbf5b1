#include "github/headers.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"

namespace perfgate::github {
namespace {

constexpr std::int64_t day = 24L * 60 * 60;

/// The part of `text` up to `end` outside of quotes; what is left then begins with it.
std::string_view take_until(std::string_view& text, std::string_view ends) {
  bool quoted = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '\\' && quoted)
      ++at;
    else if (text[at] == '"')
      quoted = !quoted;
    else if (!quoted && ends.contains(text[at]))
      break;
  }
  at = std::min(at, text.size());
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at);
  return trim(taken);
}

/// Whether a parameter is rel, with `next` among its values.
bool says_next(std::string_view parameter) {
  const std::size_t equals = parameter.find('=');
  if (equals == parameter.npos || trim(parameter.substr(0, equals)) != "rel") return false;
  std::string_view values = trim(parameter.substr(equals + 1));
  if (values.size() >= 2 && values.front() == '"' && values.back() == '"')
    values = values.substr(1, values.size() - 2);
  while (!values.empty()) {
    const std::size_t space = std::min(values.find(' '), values.size());
    if (values.substr(0, space) == "next") return true;
    values.remove_prefix(std::min(space + 1, values.size()));
  }
  return false;
}

}  // namespace

std::optional<std::string> next_link(std::string_view link) {
  while (!link.empty()) {
    link = trim(link);
    if (!link.starts_with('<')) return std::nullopt;
    const std::size_t end = link.find('>');
    if (end == link.npos) return std::nullopt;
    const std::string_view target = link.substr(1, end - 1);
    link.remove_prefix(end + 1);
    bool next = false;
    (void)take_until(link, ";,");
    while (link.starts_with(';')) {
      link.remove_prefix(1);
      next = says_next(take_until(link, ";,")) || next;
    }
    if (next) return std::string(target);
    if (!link.empty()) link.remove_prefix(1);  // the comma
  }
  return std::nullopt;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  if (text.empty() || text.size() > 18 ||
      text.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::optional<std::int64_t> http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  // Sun, 06 Nov 1994 08:49:37 GMT
  if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT" ||
      text[7] != ' ' || text[11] != ' ' || text[16] != ' ' || text[19] != ':' || text[22] != ':')
    return std::nullopt;
  const auto month = std::ranges::find(months, text.substr(8, 3));
  const auto number = [&](std::size_t at, std::size_t size) {
    return whole_number(text.substr(at, size));
  };
  const auto dom = number(5, 2), year = number(12, 4), hours = number(17, 2),
             minutes = number(20, 2), seconds = number(23, 2);
  if (month == months.end() || !dom || !year || !hours || !minutes || !seconds) return std::nullopt;
  const std::chrono::year_month_day date(
      std::chrono::year(static_cast<int>(*year)),
      std::chrono::month(static_cast<unsigned>(month - months.begin() + 1)),
      std::chrono::day(static_cast<unsigned>(*dom)));
  if (!date.ok() || *hours > 23 || *minutes > 59 || *seconds > 60) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() * day + *hours * 3600 +
         *minutes * 60 + *seconds;
}

std::optional<std::chrono::seconds> retry_after(std::string_view value, std::int64_t now) {
  if (value.empty()) return std::nullopt;
  // What is neither a number nor a date asks for a wait all the same.
  std::int64_t seconds = whole_number(value).value_or(1);
  if (const auto date = http_date(value)) seconds = *date - now;
  return std::chrono::seconds(std::clamp(seconds, std::int64_t{1}, day));
}

}  // namespace perfgate::github
