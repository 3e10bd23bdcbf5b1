#pragma once
// The closed registry of units. Values are held in base units; a unit is met only on reading and on
// rendering. MB (10^6) and MiB (2^20) are different units everywhere.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/decimal.hpp"
#include "base/result.hpp"

namespace perfgate {

/// What a value is held in.
enum class BaseUnit { second, byte, byte_per_second, per_second, one };

/// "s", "B", "B/s", "1/s", "1".
std::string_view to_text(BaseUnit unit);
std::optional<BaseUnit> base_unit_from_text(std::string_view text);

/// One row of the registry: `1 symbol == numerator / denominator base`, both exact in a double.
struct Unit {
  std::string_view symbol;  ///< as rendered: "MiB/s"
  std::string_view
      suffix;  ///< as in keys such as display_min_mibs: "mibs"; empty where there is none
  BaseUnit base;
  double numerator;
  double denominator;

  double to_base(double value) const { return value * numerator / denominator; }
  double from_base(double value) const { return value * denominator / numerator; }
  Decimal to_base(const Decimal& value) const;
};

std::span<const Unit> units();

/// By symbol or alias: "us", "µs" (U+00B5), "μs" (U+03BC), "ops/s", "items/s". nullptr if unknown.
const Unit* find_unit(std::string_view symbol);
/// By key suffix: "gibs" -> GiB/s. nullptr if unknown.
const Unit* find_unit_by_suffix(std::string_view suffix);
/// The symbols as one text, for hints: "ns, us, ms, s, B, kB, ...".
std::string known_units();

/// A number with its unit, as written: "80 MB/s", "1,000 ns", "1.5 µs", "4.22 GiB/s".
struct Quantity {
  Decimal value;
  const Unit* unit = nullptr;

  Decimal in_base() const { return unit->to_base(value); }
};

/// Takes "80 MB/s", "80MB/s", "1,000 ns" (commas only between groups of three digits), "1.5e3 us".
/// Errors: Code::parse; the message names the nearest known unit, the hint lists all.
Result<Quantity> parse_quantity(std::string_view text);

/// Renders a value held in base units: in `unit` with `decimals` ("4.22 GiB/s"), thousands grouped.
std::string render(double base_value, const Unit& unit, int decimals);
/// In the unit that reads best, with about four significant digits: 1.5e-6 s -> "1.5 µs".
/// Byte rates and sizes are rendered in binary units (MiB/s).
std::string render(double base_value, BaseUnit base);

}  // namespace perfgate
