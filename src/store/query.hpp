#pragma once
// The filter language of `history query`: conditions such as `benchmark~decode/*` that all hold.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/run.hpp"
#include "store/store.hpp"

namespace perfgate::store {

enum class Match { equal, glob, not_equal, not_glob };

struct Condition {
  std::string key;  ///< run, attempt, suite, benchmark, metric, branch, commit, ok, or a dimension
  Match match = Match::equal;
  std::string value;

  bool operator==(const Condition&) const = default;
};

/// Whether the text satisfies it. A commit is equal to its beginning of at least seven digits.
bool holds(const Condition& condition, std::string_view text);

struct Query {
  std::vector<Condition> conditions;   ///< all of them hold
  std::optional<Time> since, until{};  ///< of the run's start; `until` is not included
  std::optional<Kind> kind{};
  std::size_t limit = 0;  ///< the newest so many; 0: all
};

/// Keys that are no dimensions.
std::span<const std::string_view> query_keys();

/// KEY=VALUE, KEY!=VALUE, KEY~GLOB, KEY!~GLOB; several may stand in one text, parted by white space
/// before a key. A value in double quotes is taken as it stands. `since` and `until` take dates of
/// any precision, of which `until` includes the whole, and ages such as 30d. A key that is none of
/// query_keys() is the name of a dimension. Errors: Code::usage.
Result<Query> parse_query(std::span<const std::string> texts, Time now);

/// Whether a measurement satisfies all conditions. One that does not say whether it is `ok` is: it
/// was measured. The scan decides the same without a Run (scan.cpp).
bool matches(const Query& query, const Run& run, const Benchmark& benchmark, const Sample& sample);

/// What the store can find by itself: the runs that may have rows.
Selection selection_of(const Query& query);

/// "2026", "2026-01", "2026-01-31", "2026-01-31T12", "...T12:30", RFC 3339, or an age before `now`:
/// 90min, 12h, 30d, 4w, 6mo, 1y. The first moment of that time, and the first after it.
struct Span {
  Time begin, end;
};
Result<Span> span_of(std::string_view text, Time now);

}  // namespace perfgate::store
