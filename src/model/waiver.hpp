#pragma once
#include <optional>
#include <string>

#include "base/time.hpp"

namespace perfgate {

/// An accepted change: which benchmark, how much, why, by whom, until when. It stands in a file of
/// the repository, and is reviewed like code.
struct Waiver {
  std::string id;
  std::string suite = "*", benchmark = "*", metric = "*";  ///< globs, see glob_matches
  double max_change = 0;                                   ///< for the worse: 0.08 is 8 %
  std::string branch = "*";                                ///< glob of the branch judged
  std::string reason, ticket, owner;
  std::optional<Time> created;
  Time expires;        ///< from then on it holds no longer
  std::string origin;  ///< waivers.toml:12

  bool operator==(const Waiver&) const = default;
};

}  // namespace perfgate
