#pragma once
// Cases of known truth (../shared/eval/gate), and what the product's statistics say of them.

#include <istream>
#include <string>
#include <vector>

#include "model/run.hpp"
#include "stats/same_runner.hpp"
#include "stats/verdict.hpp"

namespace perfgate::eval {

struct Case {
  std::string name, setting;
  std::string family;  ///< empty: one comparison that somebody asked for
  stats::Order order = stats::Order::sequential;
  Better better = Better::lower;
  std::vector<double> base, head;  ///< as measured
};
/// Errors: throws nlohmann's exceptions.
std::vector<Case> read_cases(std::istream& in);

/// What was measured together: a family, or a case alone.
using Group = std::vector<const Case*>;
/// By setting and name.
std::vector<Group> groups_of(const std::vector<Case>& cases);

/// What was measured together is decided together, with one setting of defaults: of a case only the
/// design of its experiment is looked at.
std::vector<stats::Decision> decide(const Group& group);

/// pass, improved, warn, fail or inconclusive.
std::string_view word(Verdict verdict);

}  // namespace perfgate::eval
