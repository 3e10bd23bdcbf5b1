#include "config/schema_leaf.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace perfgate::config {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 7> type_names{"null",   "boolean", "object", "array",
                                                     "number", "string",  "integer"};
// std::regex recurses for each character.
constexpr std::size_t longest_matched = 4096;
constexpr std::size_t longest_shown = 200;

std::string shown(const json& value) {
  return safe_text(value.dump(-1, ' ', false, json::error_handler_t::replace), longest_shown);
}

std::unexpected<Error> wrong(std::string_view keyword, std::string_view expected,
                             const json& value) {
  return fail(Code::schema,
              fmt::format("`{}` expects {}, but is `{}`", keyword, expected, shown(value)),
              "see https://json-schema.org/draft-07");
}

bool is_of(std::string_view type, const json& value, const std::optional<Decimal>& exact) {
  if (type == "integer") return exact && exact->is_multiple_of(1);
  return type == std::string_view(value.type_name());
}

Result<std::vector<std::string>> types_of(const json& value) {
  const json list = value.is_array() ? value : json::array({value});
  std::vector<std::string> types;
  for (const json& type : list) {
    if (!type.is_string() ||
        std::ranges::find(type_names, type.get_ref<const std::string&>()) == type_names.end())
      return wrong("type", fmt::format("one or some of {}", fmt::join(type_names, ", ")), value);
    types.push_back(type);
  }
  if (types.empty()) return wrong("type", "at least one type", value);
  return types;
}

}  // namespace

std::optional<Decimal> decimal_of(const json& value) {
  if (value.is_number_unsigned())
    return *Decimal::parse(std::to_string(value.get<std::uint64_t>()));
  if (value.is_number_integer()) return Decimal(value.get<std::int64_t>());
  if (value.is_number_float()) return Decimal::nearest(value.get<double>());
  return std::nullopt;
}

Result<bool> Leaf::take(const std::string& keyword, const json& value) {
  if (keyword == "type") {
    TRY(types, types_of(value));
    return true;
  }
  if (keyword == "enum") {
    if (!value.is_array() || value.empty()) return wrong(keyword, "a list of values", value);
    // Beside a `const`, both hold: what is in both is allowed.
    if (!allowed) {
      allowed = value;
    } else {
      const json single = allowed->front();
      allowed = std::ranges::find(value, single) == value.end() ? json::array() : json{single};
    }
    return true;
  }
  if (keyword == "const") {  // comes before `enum`: keywords are in alphabetical order
    allowed = json::array({value});
    return true;
  }
  if (keyword == "pattern") {
    if (!value.is_string()) return wrong(keyword, "text", value);
    try {
      pattern.emplace(value.get_ref<const std::string&>());
      pattern_text = value;
    } catch (const std::regex_error&) {
      return wrong(keyword, "a regular expression (ECMAScript)", value);
    }
    return true;
  }
  const auto number = [&](std::optional<Decimal>& place) -> Result<bool> {
    place = decimal_of(value);
    if (!place) return wrong(keyword, "a number", value);
    return true;
  };
  if (keyword == "minimum") return number(minimum);
  if (keyword == "maximum") return number(maximum);
  if (keyword == "exclusiveMinimum") return number(above);
  if (keyword == "exclusiveMaximum") return number(below);
  if (keyword == "multipleOf") {
    TRY(const bool taken, number(multiple_of));
    if (multiple_of->sign() <= 0) return wrong(keyword, "a number above 0", value);
    return taken;
  }
  return false;
}

bool Leaf::empty() const {
  return types.empty() && !allowed && !pattern && !multiple_of && !minimum && !maximum && !above &&
         !below;
}

std::vector<std::string> Leaf::judge(const json& value, const std::optional<Decimal>& exact) const {
  std::vector<std::string> wrongs;
  const bool type_fits = types.empty() || std::ranges::any_of(types, [&](const std::string& type) {
                           return is_of(type, value, exact);
                         });
  if (!type_fits)
    wrongs.push_back(fmt::format("{}is {}, not {}", value.is_structured() ? "" : shown(value) + " ",
                                 value.type_name(), fmt::join(types, " or ")));
  if (allowed && std::ranges::find(*allowed, value) == allowed->end())
    wrongs.push_back(fmt::format("{} is not allowed; allowed: {}", shown(value),
                                 allowed->size() == 1 ? shown(allowed->front()) : shown(*allowed)));
  if (pattern && value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (text.size() > longest_matched)
      wrongs.push_back(fmt::format("is {} bytes long, too long to be matched with `{}`",
                                   text.size(), safe_text(*pattern_text, longest_shown)));
    else if (!std::regex_search(text, *pattern))
      wrongs.push_back(fmt::format("{} does not match `{}`", shown(value),
                                   safe_text(*pattern_text, longest_shown)));
  }
  if (!exact) return wrongs;
  const std::string number = safe_text(exact->text(), longest_shown);
  const auto complain = [&](std::string_view what, const std::optional<Decimal>& limit) {
    wrongs.push_back(fmt::format("{} is {} {}", number, what, limit->text()));
  };
  if (multiple_of && !exact->is_multiple_of(*multiple_of))
    complain("not a multiple of", multiple_of);
  if (minimum && *exact < *minimum) complain("less than the minimum,", minimum);
  if (maximum && *exact > *maximum) complain("more than the maximum,", maximum);
  if (above && *exact <= *above) complain("not more than", above);
  if (below && *exact >= *below) complain("not less than", below);
  return wrongs;
}

}  // namespace perfgate::config
