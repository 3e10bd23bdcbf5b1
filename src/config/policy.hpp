#pragma once
// thresholds.toml: text in, Policy out.

#include <string_view>

#include "base/result.hpp"
#include "config/node.hpp"
#include "model/policy.hpp"

namespace perfgate::config {

/// Errors: Code::config, all mistakes at once, each with file, line, key and what is expected.
Result<Policy> read_policy(std::string_view toml, std::string_view origin_name);

/// The policy of a tree that may have been overridden (see precedence.hpp). With `file`, what
/// the tree does not say are the defaults of a policy file (warn beyond 5 %, fail beyond twice
/// that); with `built_in`, those of the built-in policy.
enum class PolicyOrigin { file, built_in };
Result<Policy> policy_from(const Node& tree, PolicyOrigin origin, std::string_view origin_name);

/// Whether a key is of the form `<headline>_min_<unit>`, `_max_` or `_target_`, and its parts. The
/// suffix may be unknown.
struct LimitKey {
  std::string_view headline, kind, suffix;
};
std::optional<LimitKey> limit_key(std::string_view key);

/// "gibs (GiB/s), mibs (MiB/s), ...", for hints.
std::string known_suffixes();

}  // namespace perfgate::config
