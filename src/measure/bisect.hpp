#pragma once
// Which commit made a benchmark slower: a search by comparisons, each of which may err.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "model/run.hpp"

namespace perfgate::measure {

enum class Standing {
  good,     ///< as quick as the good commit
  bad,      ///< slower by what is looked for
  skipped,  ///< could not be built or run, or remained undecided
};

std::string_view standing_text(Standing standing);

/// A change of cost as a ratio, with bounds of 95 % each: 0.1 is 10 % worse.
struct Change {
  double estimate = 0, low = 0, high = 0;
  bool operator==(const Change&) const = default;
};

/// A commit that was compared with the good one.
struct Tested {
  std::string commit;
  Standing standing = Standing::skipped;
  bool compared = false;  ///< false: it could not even be built or run
  std::optional<Change> change;
  int rounds = 0;
  std::string why;
  bool operator==(const Tested&) const = default;
};

/// A search, as far as it has come; bisect.json.
struct Bisection {
  std::string schema;                ///< "perfgate.bisection/1"
  std::string good, bad;             ///< commits
  std::vector<std::string> commits;  ///< from the first after good to bad
  std::string only = "*";            ///< of the benchmarks: a glob
  std::int64_t seed = 0;
  Symbol suite;           ///< empty: bad has not been compared with good yet
  std::string benchmark;  ///< that became slower
  Symbol metric;
  std::optional<Change> whole;  ///< bad against good
  std::vector<Tested> tested;
  std::optional<Change> found;  ///< of the commit found, against the one before it
  bool operator==(const Bisection&) const = default;
};

inline constexpr std::string_view bisection_schema_name = "perfgate.bisection/1";

/// Every comparison of a search errs in at most this share of all searches together.
inline constexpr double search_error = 0.05;

/// What a comparison may err with: search_error shared evenly by as many as a search without skips
/// needs, and as many again for those that are skipped.
double error_of_a_test(std::size_t commits);

/// The range that the culprit lies in, as places in Bisection::commits: it is one of
/// (after, last]; `after` is -1 where only the good commit itself is known to be good.
struct Range {
  std::ptrdiff_t after = -1, last = 0;
};
Range range_of(const Bisection& bisection);

/// The commit to compare next: of those in the range that were not tested yet, the one nearest to
/// its middle. Nothing where there is none: then the range is the answer, with all that was
/// skipped in it.
std::optional<std::size_t> next_test(const Bisection& bisection);

/// At least so sure is the answer: 1 less what all comparisons that were made may err with.
double confidence_of(const Bisection& bisection);

/// What a look at the rounds of good (base) and a commit (head) tells: bad where even the lower
/// bound lies beyond half of the change that is looked for, good where even the upper bound lies
/// below. Half of it, as only changes of this size are looked for: an error to either side is
/// equally far. The bounds are those of stats::same_runner, moved outwards so that all planned
/// looks together err with error_of_a_test (Lan & DeMets 1983, O'Brien & Fleming's way).
struct Reading {
  std::optional<Standing> standing;  ///< nothing: not decided yet
  Change change;
};
Reading read_look(const Run& good, const Run& candidate, const Bisection& bisection, double reach);

/// By how much farther than at a single look, with reported_confidence, the bounds lie at each of
/// the planned looks of a comparison in a search over so many commits.
std::vector<double> reaches_of(const std::vector<int>& looks, std::size_t commits);

/// The change of a benchmark between the runs of an experiment, as it is reported.
std::optional<Change> change_between(const Run& base, const Run& head, Symbol suite,
                                     std::string_view benchmark, Symbol metric);

std::string to_json(const Bisection& bisection);
/// Errors: Code::schema, with the JSON pointer.
Result<Bisection> read_bisection(std::string_view text, std::string_view name);

}  // namespace perfgate::measure
