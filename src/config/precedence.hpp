#pragma once
// Flags win over PERFGATE_* variables, these over files, these over built-in defaults.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/text.hpp"
#include "config/node.hpp"

namespace perfgate::config {

/// Where a key stands.
enum class Source {
  command,  ///< only a flag or variable
  policy,   ///< thresholds.toml
  project,  ///< perfgate.toml
};

/// A scalar key, its variable and its default.
struct Setting {
  enum class Kind { text, number_or_text, boolean, list };

  std::string_view key;            ///< "gate.confidence"
  std::string_view variable;       ///< "PERFGATE_CONFIDENCE"
  std::string_view default_value;  ///< as `config --origin` shows it
  Source source;
  Kind kind;
};

std::span<const Setting> settings();

/// A value that a flag or variable gives. Lists are written with commas.
struct Override {
  std::string key;     ///< "gate.confidence", "performance_floors.display_min_mibs"
  std::string value;   ///< "0.99"
  std::string origin;  ///< "PERFGATE_CONFIDENCE", "--confidence"
};

/// The overrides in the environment: the variables of settings(), and
/// `PERFGATE_<HEADLINE>_MIN_<UNIT>`,
/// `_MAX_`, `_TARGET_`. An empty variable counts as not set. Other PERFGATE_* variables are errors
/// (Code::config) that name the nearest known one; a few are reserved for tests and not looked at.
Result<std::vector<Override>> overrides_from(std::span<const Variable> environment);

/// The value of an override of Source::command; the last wins. Empty where there is none.
std::string_view command_value(std::string_view key, std::span<const Override> overrides);

/// Puts the overrides of one file's keys into its tree; later ones win. Errors: Code::config where
/// a value cannot be of the key's kind.
Result<void> apply(Node& tree, Source source, std::span<const Override> overrides);

/// Where a value came from: one line of `perfgate config --origin`.
struct Origin {
  std::string key, value, origin;
  bool operator==(const Origin&) const = default;
};

/// Every value of the tree, in its order (`rule.1.floor` for what stands in lists of tables), then
/// the settings of that source which are left at their defaults ("built-in").
std::vector<Origin> origins(const Node& tree, Source source);

}  // namespace perfgate::config
