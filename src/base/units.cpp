#include "base/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.hpp"

namespace perfgate {
namespace {

constexpr double ki = 1024, mi = ki * ki, gi = mi * ki, ti = gi * ki;
constexpr double k = 1e3, m = 1e6, g = 1e9, t = 1e12;

using enum BaseUnit;
constexpr std::array registry{
    Unit{"ps", "ps", second, 1, t},
    Unit{"ns", "ns", second, 1, g},
    Unit{"µs", "us", second, 1, m},
    Unit{"ms", "ms", second, 1, k},
    Unit{"s", "s", second, 1, 1},
    Unit{"min", "min", second, 60, 1},
    Unit{"h", "h", second, 3600, 1},
    Unit{"B", "b", byte, 1, 1},
    Unit{"kB", "kb", byte, k, 1},
    Unit{"MB", "mb", byte, m, 1},
    Unit{"GB", "gb", byte, g, 1},
    Unit{"TB", "tb", byte, t, 1},
    Unit{"KiB", "kib", byte, ki, 1},
    Unit{"MiB", "mib", byte, mi, 1},
    Unit{"GiB", "gib", byte, gi, 1},
    Unit{"TiB", "tib", byte, ti, 1},
    Unit{"B/s", "bs", byte_per_second, 1, 1},
    Unit{"kB/s", "kbs", byte_per_second, k, 1},
    Unit{"MB/s", "mbs", byte_per_second, m, 1},
    Unit{"GB/s", "gbs", byte_per_second, g, 1},
    Unit{"TB/s", "tbs", byte_per_second, t, 1},
    Unit{"KiB/s", "kibs", byte_per_second, ki, 1},
    Unit{"MiB/s", "mibs", byte_per_second, mi, 1},
    Unit{"GiB/s", "gibs", byte_per_second, gi, 1},
    Unit{"TiB/s", "tibs", byte_per_second, ti, 1},
    Unit{"1/s", "ops", per_second, 1, 1},
    Unit{"k/s", "kops", per_second, k, 1},
    Unit{"M/s", "mops", per_second, m, 1},
    Unit{"G/s", "gops", per_second, g, 1},
    Unit{"1", "count", one, 1, 1},
    Unit{"%", "percent", one, 1, 100},
};

struct Alias {
  std::string_view alias, symbol;
};
constexpr std::array aliases{
    Alias{"us", "µs"},       // U+00B5, the micro sign
    Alias{"\u03bcs", "µs"},  // U+03BC, the Greek letter
    Alias{"KB", "kB"},      Alias{"KB/s", "kB/s"},   Alias{"ops/s", "1/s"},
    Alias{"op/s", "1/s"},   Alias{"items/s", "1/s"}, Alias{"item/s", "1/s"},
    Alias{"/s", "1/s"},     Alias{"x", "1"},         Alias{"count", "1"},
};

struct Name {
  std::string_view text;
  BaseUnit unit;
};
constexpr std::array base_names{Name{"s", second}, Name{"B", byte}, Name{"B/s", byte_per_second},
                                Name{"1/s", per_second}, Name{"1", one}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The end of the number at the start of `text`: an `e` belongs to it only before an exponent.
std::size_t number_end(std::string_view text) {
  std::size_t at = 0;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  while (at < text.size() && (is_digit(text[at]) || text[at] == '.' || text[at] == ',')) ++at;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    std::size_t after = at + 1;
    if (after < text.size() && (text[after] == '-' || text[after] == '+')) ++after;
    if (after < text.size() && is_digit(text[after])) {
      while (after < text.size() && is_digit(text[after])) ++after;
      at = after;
    }
  }
  return at;
}

// Takes the commas out of "1,000,000.5"; nothing where they stand anywhere but between groups of
// three.
std::optional<std::string> without_groups(std::string_view number) {
  const std::size_t first = number.find(',');
  if (first == std::string_view::npos) return std::string(number);
  const std::size_t begin = !number.empty() && !is_digit(number[0]) ? 1 : 0;
  if (first == begin || first - begin > 3 || number.find('.') < first) return std::nullopt;
  std::string result(number.substr(0, first));
  std::size_t at = first;
  while (at < number.size() && number[at] == ',') {
    const std::string_view group = number.substr(at + 1, 3);
    if (group.size() != 3 || !std::ranges::all_of(group, is_digit)) return std::nullopt;
    result += group;
    at += 4;
  }
  if (at < number.size() && is_digit(number[at])) return std::nullopt;
  const std::string_view rest = number.substr(at);
  if (rest.find(',') != std::string_view::npos) return std::nullopt;
  return result.append(rest);
}

// "Mb/s", "Mbit/s", "Mbps" and their like.
bool means_bits(std::string_view symbol) {
  if (symbol.find("bit") != std::string_view::npos || symbol.ends_with("bps")) return true;
  if (symbol.ends_with("/s")) symbol.remove_suffix(2);
  if (!symbol.ends_with('b')) return false;
  const bool binary =
      symbol.size() == 3 && symbol[0] >= 'A' && symbol[0] <= 'Z' && symbol[1] == 'i';
  return symbol.size() <= 2 || binary;
}

std::unexpected<Error> unknown_unit(std::string_view text, std::string_view symbol) {
  if (means_bits(symbol))
    return fail(Code::parse,
                fmt::format("`{}`: the unit `{}` would be bits, which are not supported",
                            safe_text(text, 80), safe_text(symbol, 40)),
                "write bytes with a capital B: MB/s is 10^6 bytes a second, MiB/s is 2^20");
  std::vector<std::string_view> symbols;
  symbols.reserve(std::size(registry) + std::size(aliases));
  for (const Unit& unit : registry) symbols.push_back(unit.symbol);
  for (const Alias& alias : aliases) symbols.push_back(alias.alias);
  const auto close = nearest(symbol, symbols);
  return fail(Code::parse,
              fmt::format("`{}`: unknown unit `{}`{}", safe_text(text, 80), safe_text(symbol, 40),
                          close ? fmt::format("; did you mean `{}`?", *close) : ""),
              fmt::format("known units: {}", known_units()));
}

std::string grouped(std::string number) {
  const std::size_t begin = number.starts_with('-') ? 1 : 0;
  std::size_t at = std::min(number.find('.'), number.size());
  while (at > begin + 3) number.insert(at -= 3, ",");
  return number;
}

std::string with_symbol(std::string number, const Unit& unit) {
  return unit.symbol == "1" ? number : fmt::format("{} {}", number, unit.symbol);
}

// The largest of the units in which the value is at least one; else the smallest.
const Unit& fitting(double magnitude, std::span<const std::string_view> ascending) {
  const Unit* best = find_unit(ascending.front());
  for (const std::string_view symbol : ascending) {
    const Unit* unit = find_unit(symbol);
    if (unit->from_base(magnitude) >= 1) best = unit;
  }
  return *best;
}

const Unit& readable_unit(double magnitude, BaseUnit base) {
  static constexpr std::array<std::string_view, 5> times{"ps", "ns", "µs", "ms", "s"};
  static constexpr std::array<std::string_view, 5> sizes{"B", "KiB", "MiB", "GiB", "TiB"};
  static constexpr std::array<std::string_view, 5> rates{"B/s", "KiB/s", "MiB/s", "GiB/s", "TiB/s"};
  static constexpr std::array<std::string_view, 4> counts{"1/s", "k/s", "M/s", "G/s"};
  switch (base) {
    case second:
      return magnitude == 0 ? *find_unit("s") : fitting(magnitude, times);
    case byte:
      return fitting(magnitude, sizes);
    case byte_per_second:
      return fitting(magnitude, rates);
    case per_second:
      return fitting(magnitude, counts);
    case one:
      break;
  }
  return *find_unit("1");
}

}  // namespace

std::string_view to_text(BaseUnit unit) {
  return std::ranges::find(base_names, unit, &Name::unit)->text;
}

std::optional<BaseUnit> base_unit_from_text(std::string_view text) {
  const auto found = std::ranges::find(base_names, text, &Name::text);
  if (found == base_names.end()) return std::nullopt;
  return found->unit;
}

Decimal Unit::to_base(const Decimal& value) const {
  // Each denominator is a power of ten, whose inverse is a decimal.
  return value * Decimal::nearest(numerator) * Decimal::nearest(1 / denominator);
}

std::span<const Unit> units() { return registry; }

const Unit* find_unit(std::string_view symbol) {
  const auto alias = std::ranges::find(aliases, symbol, &Alias::alias);
  if (alias != aliases.end()) symbol = alias->symbol;
  const auto found = std::ranges::find(registry, symbol, &Unit::symbol);
  return found == registry.end() ? nullptr : &*found;
}

const Unit* find_unit_by_suffix(std::string_view suffix) {
  const auto found = std::ranges::find(registry, suffix, &Unit::suffix);
  return found == registry.end() ? nullptr : &*found;
}

std::string known_units() {
  std::string text;
  for (const Unit& unit : registry) {
    if (!text.empty()) text += ", ";
    text += unit.symbol == "µs" ? "us" : unit.symbol;  // what every keyboard has
  }
  return text;
}

Result<Quantity> parse_quantity(std::string_view text) {
  const std::string_view trimmed = trim(text);
  const std::size_t end = number_end(trimmed);
  const auto number = without_groups(trimmed.substr(0, end));
  if (!number)
    return fail(Code::parse,
                fmt::format("`{}`: commas may only stand between groups of three digits",
                            safe_text(text, 80)),
                "write 1,000 or 1000, and a decimal point in 1.5");
  const auto value = Decimal::parse(*number);
  if (!value)
    return fail(Code::parse,
                fmt::format("`{}` does not begin with a decimal number", safe_text(text, 80)),
                "write a number and a unit, such as 80 MiB/s or 500 ns");
  const std::string_view symbol = trim(trimmed.substr(end));
  if (symbol.empty())
    return fail(
        Code::parse, fmt::format("`{}` has no unit", safe_text(text, 80)),
        fmt::format("write a number and a unit, such as 80 MiB/s or 500 ns; known units: {}",
                    known_units()));
  const Unit* unit = find_unit(symbol);
  if (unit == nullptr) return unknown_unit(text, symbol);
  return Quantity{.value = *value, .unit = unit};
}

std::string render(double base_value, const Unit& unit, int decimals) {
  const double value = unit.from_base(base_value);
  if (!std::isfinite(value)) return with_symbol(fmt::format("{}", value), unit);
  return with_symbol(grouped(Decimal::nearest(value).fixed(decimals)), unit);
}

std::string render(double base_value, BaseUnit base) {
  if (!std::isfinite(base_value))
    return with_symbol(fmt::format("{}", base_value), *find_unit(to_text(base)));
  const Unit& unit = readable_unit(std::fabs(base_value), base);
  const double value = unit.from_base(base_value);
  const double magnitude = std::fabs(value);
  if (magnitude >= 1e15 || (magnitude != 0 && magnitude < 1e-3))
    return with_symbol(fmt::format("{:.3e}", value), unit);
  const bool whole = base == one && value == std::trunc(value);
  int decimals = 0;
  if (!whole && magnitude < 1000)
    decimals = magnitude == 0 ? 0 : 3 - static_cast<int>(std::floor(std::log10(magnitude)));
  // What rounding made a whole number needs no decimals.
  const Decimal rounded = *Decimal::parse(Decimal::nearest(value).fixed(decimals));
  return with_symbol(grouped(rounded.text()), unit);
}

}  // namespace perfgate
