#pragma once
// A history as series over time: what `detect` and `report trend` look at.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.hpp"
#include "base/units.hpp"
#include "model/run.hpp"
#include "store/scan.hpp"

namespace perfgate::cli {

/// A commit of a history: a place on the axis that all of its series share.
struct HistoryCommit {
  std::string sha;  ///< empty: not known, and each such run is a place of its own
  Time time;        ///< when it was first measured, or committed, by what the history is ordered
  std::string run_id{};   ///< of the first run of it
  std::string subject{};  ///< of its message; empty: not known
};

/// The values of one metric of one benchmark on one class of host.
struct HistorySeries {
  std::string suite, benchmark, metric;
  BaseUnit unit = BaseUnit::one;
  Better better = Better::unknown;
  std::vector<double> values;            ///< one a commit: the median of its runs' medians
  std::vector<std::uint32_t> positions;  ///< of them, in `commits`; ascending
};

/// What was measured on one class of host.
struct HostHistory {
  std::string host_class;
  std::vector<HistoryCommit> commits;  ///< oldest first
  std::vector<HistorySeries> series;   ///< by suite, benchmark, metric and unit
};

enum class HistoryOrder { run, commit };  ///< by when commits were measured, or made

/// Gathers histories from runs that are read in portions, so that a million values need little more
/// than themselves.
class HistoryBuilder {
 public:
  /// `host_class`: the fields of the fingerprint that a class holds equal.
  explicit HistoryBuilder(std::vector<std::string> host_class)
      : host_class_(std::move(host_class)) {}

  /// Portions in the order of time. Values that are not finite are left out.
  void add(const store::Columns& columns);
  /// One more value of a run of the portion added last: of a headline, which has no row.
  void add_value(std::size_t run, const Metric& metric, std::string_view benchmark, double value);

  /// One history per host class, by its text. A run of a changed working tree, or of no commit, is
  /// a place of its own. By the time of commits only what all commits say; else by runs. Takes what
  /// was gathered.
  std::vector<HostHistory> finish(HistoryOrder order);

 private:
  struct Place {  // on the axis, while it is being found
    std::string sha, run_id, subject;
    Time run, commit;
    bool has_commit = false;
    std::size_t first_run = 0;  // its number: what is measured at one time keeps the order
  };
  struct HostRuns {
    std::string host_class;
    std::vector<Place> places;
    std::unordered_map<std::string, std::uint32_t> by_sha;
  };
  struct SeriesKey {
    std::uint32_t host;
    store::TextId suite, benchmark, metric;
    BaseUnit unit;
    bool operator==(const SeriesKey&) const = default;
  };
  struct SeriesKeyHash {
    std::size_t operator()(const SeriesKey& key) const;
  };
  struct Gathered {
    SeriesKey key;
    Better better;
    std::vector<std::uint32_t> places;  // in the order of runs
    std::vector<double> values;
  };

  void add_point(std::size_t run, store::TextId suite, store::TextId benchmark,
                 store::TextId metric, BaseUnit unit, Better better, double value);
  static std::vector<std::uint32_t> ordered(const HostRuns& host, HistoryOrder order,
                                            std::vector<HistoryCommit>& commits);

  std::vector<std::string> host_class_;
  store::Texts texts_;
  std::vector<HostRuns> hosts_;
  std::map<std::string, std::uint32_t> classes_;
  std::vector<Gathered> all_;
  std::unordered_map<SeriesKey, std::size_t, SeriesKeyHash> known_;
  std::size_t runs_ = 0;
  std::vector<std::uint32_t> host_of_run_, place_of_run_;  // of the portion added last
};

/// The histories of what was read at once.
std::vector<HostHistory> histories_of(const store::Columns& columns,
                                      const std::vector<std::string>& host_class,
                                      HistoryOrder order);

}  // namespace perfgate::cli
