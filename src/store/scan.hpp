#pragma once
// Measurements as columns: runs are read as text, without a Run being built.

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/units.hpp"
#include "model/run.hpp"
#include "store/query.hpp"
#include "store/store.hpp"

namespace perfgate::store {

using TextId = std::uint32_t;

/// Texts, each kept once.
class Texts {
 public:
  TextId add(std::string_view text);
  const std::string& operator[](TextId id) const { return texts_[id]; }
  std::size_t size() const { return texts_.size(); }

 private:
  std::deque<std::string> texts_;  // a deque: the keys of `ids_` point into it
  std::unordered_map<std::string_view, TextId> ids_;
};

/// A free property of a measurement: backend, dataset_rows.
struct Property {
  TextId name = 0;
  TextId value = 0;      ///< without quotes
  bool is_text = false;  ///< else a number, true, false or null, as JSON writes it
  bool operator==(const Property&) const = default;
};

struct RunEntry {
  TextId id = 0, sha = 0, branch = 0;
  TextId subject = 0;  ///< of the commit's message; empty: not known
  TextId host = 0;     ///< CPU model, cores, architecture, image; empty where nothing is known
  std::uint32_t fingerprint = 0;  ///< index into `fingerprints`
  int attempt = 1;
  Time started;
  std::optional<Time> committed{};
  bool dirty = false;
  std::int64_t seq = 0;
  std::size_t begin = 0, end = 0;  ///< its rows
  std::size_t measurements = 0;    ///< that match; rows too, where rows are wanted
};

/// A row is a metric of a benchmark in a run. Values are in base units.
struct Columns {
  Texts texts;
  std::vector<RunEntry> runs;  ///< by time, id and attempt; rows stand in the same order
  std::vector<std::vector<Property>> dimension_sets;
  std::vector<Fingerprint> fingerprints{};  ///< what a host class can be made of: no instance

  std::vector<std::uint32_t> run;  ///< index into `runs`
  std::vector<TextId> suite, benchmark, metric;
  std::vector<BaseUnit> unit;
  std::vector<Better> better;
  std::vector<std::uint32_t> count, launches;
  std::vector<double> median, low, high, mean, deviation, minimum, maximum;
  std::vector<std::uint32_t> dimensions;  ///< index into `dimension_sets`; 0: none

  std::size_t rows() const { return run.size(); }
  std::vector<TextId> dimension_names{};  ///< of the runs that were looked at
  std::size_t runs_seen = 0;
  std::size_t bytes_seen = 0;                           ///< of JSON
  std::vector<std::pair<TextId, TextId>> benchmarks{};  ///< suite and name, of what matches, sorted
};

struct ScanOptions {
  unsigned workers = 1;
  bool rows = true;  ///< false: only count
  /// Called after each run, from any thread; an error ends the scan.
  std::function<Result<void>(std::size_t bytes)> progress{};
};

/// The measurements of these runs that match. Errors: as Store::read; Code::store where a run is no
/// JSON; Code::schema where a newer perfgate wrote it.
Result<Columns> scan_runs(const Store& store, std::span<const Head> heads, const Query& query,
                          const ScanOptions& options = {});

/// A key of the query that is neither known nor a dimension of the runs looked at. Errors:
/// Code::usage, naming the nearest.
Result<void> check_keys(const Query& query, const Columns& columns);

}  // namespace perfgate::store
