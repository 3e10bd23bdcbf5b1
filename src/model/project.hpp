#pragma once
// What a project measures: perfgate.toml.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/decimal.hpp"
#include "base/units.hpp"
#include "model/names.hpp"
#include "model/run.hpp"

namespace perfgate {

/// A [[suite]].
struct ProjectSuite {
  std::string name;                  ///< [A-Za-z0-9_.-], at most 100, unlike every other
  std::vector<std::string> command;  ///< program and arguments; no shell
  std::vector<std::string> setup;    ///< likewise, run before and not measured; may be empty
  std::string cwd = ".";             ///< relative to the configuration file
  std::map<std::string, std::string> env;
  std::optional<double> timeout_seconds;  ///< absent: the policy's benchmark_timeout_minutes
  std::string harness;
  int repetitions = 1;  ///< separate process launches
  std::string results;  ///< file or directory the suite writes; empty: `{out}` or stdout
  std::vector<std::string> requires_tools;  ///< `requires`: programs that must be there
  std::string origin;
};

/// How a headline's value comes from the samples of one benchmark.
enum class Estimator { median, mean, min, max };
/// How it comes from several benchmarks.
enum class Combine { min, max, geomean };

/// A [[headline]].
struct ProjectHeadline {
  std::string name;                    ///< an identifier: comp3
  Title label;                         ///< COMP-3; the name where none is given
  const Unit* unit = nullptr;          ///< one that has a suffix
  int order = 0;                       ///< as given, else as in the file
  int decimals = 2;                    ///< as written to perf.json
  int decimals_shown = 2;              ///< as shown to people
  std::optional<Decimal> maximum;      ///< in `unit`: the largest value that perf.json may hold
  std::string suite = "*", benchmark;  ///< globs
  std::string metric;
  Estimator estimator = Estimator::median;
  std::optional<Combine> combine;  ///< absent: more than one match is an error at use
  Better better = Better::unknown;
  std::string origin;

  /// The key in perf.json: name, `_`, the unit's suffix.
  std::string key() const;
};

struct Project {
  std::vector<ProjectSuite> suites;
  std::vector<ProjectHeadline> headlines;  ///< by order
  std::map<std::string, Title> legend;     ///< section -> title
  std::string policy;                      ///< path of thresholds.toml; empty: as usual
  std::string waivers;                     ///< path of waivers.toml; empty: as usual
  std::string store_url;                   ///< empty: the default store
  std::vector<std::string> fingerprint_compiler = {"c++", "--version"};
  std::string fingerprint_flags;
  std::vector<std::string> report_formats = {"text"};
  std::string report_template;  ///< path of their own performance_report.html; empty: the built-in
  std::vector<std::string> expected;  ///< globs of "suite/benchmark"
  bool expect_baseline = false;
  std::string perf_schema;  ///< path of the user's own schema of perf.json; empty: derived
  std::string origin = "built-in";
};

}  // namespace perfgate
