#include "model/dimensions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>

#include "model/names.hpp"

namespace perfgate {
namespace {

using Is = ScalarType;

constexpr std::array known_names{
    KnownDimension{"operation", Is::text, false, Identity::always, "", "what was done: groupby"},
    KnownDimension{"frontend", Is::text, false, Identity::always, "",
                   "the interface that it was asked for by: pandas"},
    KnownDimension{"backend", Is::text, false, Identity::always, "", "what did it: polars"},
    KnownDimension{"dataset_rows", Is::integer, false, Identity::always, "rows",
                   "the intended size of the data"},
    KnownDimension{"used_cores", Is::integer, true, Identity::always, "cores",
                   "processors that it used; null: not known"},
    KnownDimension{"platform", Is::text, false, Identity::where_several, "",
                   "the operating system, as the runtime names it"},
    KnownDimension{"python", Is::text, false, Identity::where_several, "", "version of Python"},
    KnownDimension{"java", Is::text, false, Identity::where_several, "", "version of Java"},
    KnownDimension{"node", Is::text, false, Identity::where_several, "", "version of Node.js"},
    KnownDimension{"ruby", Is::text, false, Identity::where_several, "", "version of Ruby"},
    KnownDimension{"dotnet", Is::text, false, Identity::where_several, "", "version of .NET"},
    KnownDimension{"timestamp", Is::moment, false, Identity::never, "",
                   "when it was measured, ISO 8601; UTC where no zone is given"},
    KnownDimension{"input_rows", Is::integer, true, Identity::never, "rows",
                   "the size of the data, as counted"},
    KnownDimension{"groups", Is::integer, true, Identity::never, "", "groups in the result"},
    KnownDimension{"read_seconds", Is::number, true, Identity::never, "s",
                   "time to read the data; null: not measured"},
    KnownDimension{"compute_seconds", Is::number, true, Identity::never, "s",
                   "time to compute; null: not measured"},
    KnownDimension{"ok", Is::truth, false, Identity::never, "",
                   "false: it failed, and has no value that counts"},
    KnownDimension{"notes", Is::text, true, Identity::never, "", "for people: why it failed"},
};

bool fits(ScalarType type, const Scalar& value) {
  switch (type) {
    case Is::truth:
      return std::holds_alternative<bool>(value);
    case Is::integer:
      return std::holds_alternative<std::int64_t>(value);
    case Is::number:
      return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
    case Is::text:
      return std::holds_alternative<std::string>(value);
    case Is::moment: {
      const auto* iso = std::get_if<std::string>(&value);
      return iso && moment_from_text(*iso);
    }
  }
  return false;
}

std::string_view in_words(ScalarType type) {
  switch (type) {
    case Is::truth:
      return "true or false";
    case Is::integer:
      return "an integer";
    case Is::number:
      return "a number";
    case Is::text:
      return "a text";
    case Is::moment:
      return "a time such as \"2026-11-20T11:35:00Z\"";
  }
  return "?";
}

}  // namespace

std::string to_text(const Scalar& value) {
  return std::visit(
      []<class T>(const T& held) -> std::string {
        if constexpr (std::is_same_v<T, std::monostate>)
          return "null";
        else
          return fmt::format("{}", held);
      },
      value);
}

Scalar number_scalar(double value) {
  constexpr double exact = 9007199254740992;  // 2^53: up to here a double holds every integer
  if (std::floor(value) == value && std::abs(value) <= exact)
    return static_cast<std::int64_t>(value);
  return value;
}

std::optional<Time> moment_from_text(std::string_view iso) {
  std::string full(iso);
  if (full.size() == 10) full += "T00:00:00";
  if (const auto time = time_from_text(full)) return *time;
  if (const auto time = time_from_text(full + "Z")) return *time;
  return std::nullopt;
}

void Dimensions::set(Symbol name, Scalar value) {
  if (const double* const number = std::get_if<double>(&value)) value = number_scalar(*number);
  if (!all_) all_ = std::make_unique<std::vector<Dimension>>();
  const auto place = std::ranges::lower_bound(*all_, name, {}, &Dimension::name);
  if (place != all_->end() && place->name == name)
    place->value = std::move(value);
  else
    all_->insert(place, {.name = name, .value = std::move(value)});
}

const Scalar* Dimensions::find(Symbol name) const {
  const auto dimensions = all();
  const auto place = std::ranges::lower_bound(dimensions, name, {}, &Dimension::name);
  return place != dimensions.end() && place->name == name ? &place->value : nullptr;
}

bool operator==(const Dimensions& a, const Dimensions& b) {
  return std::ranges::equal(a.all(), b.all());
}

std::span<const KnownDimension> known_dimensions() { return known_names; }

const KnownDimension* find_known_dimension(std::string_view name) {
  const auto found = std::ranges::find(known_names, name, &KnownDimension::name);
  return found == known_names.end() ? nullptr : &*found;
}

std::optional<Measure> measure_named(std::string_view name) {
  if (name.ends_with("_bytes_per_second")) return Measure{BaseUnit::byte_per_second, true};
  if (name.ends_with("_per_second")) return Measure{BaseUnit::per_second, true};
  if (name.ends_with("_seconds")) return Measure{BaseUnit::second, false};
  if (name.ends_with("_bytes")) return Measure{BaseUnit::byte, false};
  return std::nullopt;
}

bool is_dimension_name(std::string_view name) { return Identifier::make(name).has_value(); }

std::optional<std::string> expected_instead(std::string_view name, const Scalar& value) {
  const KnownDimension* const meant = find_known_dimension(name);
  if (!meant || fits(meant->type, value)) return std::nullopt;
  if (meant->may_be_null && std::holds_alternative<std::monostate>(value)) return std::nullopt;
  return fmt::format("{}{}", in_words(meant->type), meant->may_be_null ? " or null" : "");
}

}  // namespace perfgate
