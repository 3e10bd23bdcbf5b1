#pragma once
// Sessions set side by side, as reports tell of them.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/comparison.hpp"
#include "model/evolution.hpp"
#include "model/policy.hpp"
#include "model/sessions.hpp"

namespace perfgate::gate {

/// Two sessions as a report has them, from what compare_sessions says of them.
ComparisonReport comparison_report(const Sessions& sessions, const Legend& legend);

/// Gathers sessions one after the other, each of which may be dropped once it was added: of a
/// thousand runs only the medians are kept.
class EvolutionBuilder {
 public:
  /// The values added from here on are of another session; oldest first.
  void add_session(std::string title, Time started);
  void add_value(std::string_view suite, std::string_view benchmark, const Metric& metric,
                 double median);
  /// All of a run.
  void add_run(std::string title, const Run& run);

  /// Each benchmark's time or, without one, each metric that is known to be better one way. Takes
  /// what was gathered.
  EvolutionReport finish(const Legend& legend);

 private:
  using Key = std::pair<std::pair<std::string, std::string>, std::string>;
  struct Row {
    Metric metric;
    std::vector<std::pair<std::uint32_t, double>> scores;
  };
  std::map<Key, Row> rows_;
  std::vector<std::string> titles_;
  std::optional<Time> newest_;
};

/// How much worse, as a ratio; nothing where a value of zero or below has none.
std::optional<double> worse_by(double first, double last, Better better);

StatisticsReport statistics_report(const EvolutionReport& evolution);

}  // namespace perfgate::gate
