#pragma once
// The keywords of JSON Schema that concern one value alone, judged exactly.

#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.hpp"
#include "base/result.hpp"

namespace perfgate::config {

/// What `type`, `enum`, `const`, `pattern`, `multipleOf` and the four bounds of one schema demand.
struct Leaf {
  std::vector<std::string> types;
  std::optional<nlohmann::json> allowed;  ///< an array
  std::optional<std::string> pattern_text;
  std::optional<std::regex> pattern;
  std::optional<Decimal> multiple_of, minimum, maximum, above, below;

  /// Takes a keyword if it is one of those. Errors: Code::schema where its value is none that the
  /// keyword can have; the message begins with what is wrong, without place.
  Result<bool> take(const std::string& keyword, const nlohmann::json& value);
  bool empty() const;

  /// What is wrong with a value, a text each. `exact` is a number's exact value, if it is one. Of
  /// arrays and objects the elements matter only where `allowed` is given.
  std::vector<std::string> judge(const nlohmann::json& value,
                                 const std::optional<Decimal>& exact) const;
};

/// The number of a JSON value: a decimal of at most 15 significant digits is what its author wrote.
std::optional<Decimal> decimal_of(const nlohmann::json& value);

}  // namespace perfgate::config
