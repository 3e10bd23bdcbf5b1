#pragma once
// What a gate was found to be worth: its own error, measured. The receipt of `perfgate qualify`.

#include <optional>
#include <string>
#include <vector>

#include "base/symbol.hpp"
#include "base/time.hpp"
#include "model/run.hpp"

namespace perfgate {

/// A share of experiments, with Wilson's interval of 95 %.
struct Share {
  std::int64_t count = 0, of = 0;
  double estimate = 0, low = 0, high = 1;

  bool operator==(const Share&) const = default;
};

/// How often a slowdown that was put in is found.
struct Planted {
  double slowdown = 0;  ///< a ratio: 0.05 is 5 %
  double found = 0;     ///< the share of experiments that fail

  bool operator==(const Planted&) const = default;
};

/// What is to be said of one benchmark's threshold.
enum class Fitness {
  fit,           ///< what its threshold promises is seen
  too_fine,      ///< its threshold lies below what can be seen
  false_alarms,  ///< it fails without a change too often
  exact,         ///< an exact metric needs no test
  unlimited,     ///< no band is set for it: it cannot fail
  unusable,      ///< it has no launches in common with the others, or values without a ratio
};

struct QualifiedBenchmark {
  Symbol suite;
  std::string benchmark;
  Symbol metric;
  Fitness fitness = Fitness::fit;
  std::string why;                   ///< a sentence
  std::optional<double> noise;       ///< between launches: robust deviation, a ratio
  double floor = 0;                  ///< of the budget in force, as all bands here of costs
  std::optional<double> warn, fail;  ///< the bands in force
  Share false_alarms, inconclusive;  ///< of experiments without a change
  std::vector<Planted> power;        ///< ascending slowdowns
  std::optional<double> detectable;  ///< found in 80 % of experiments; absent: nothing is
  int repetitions = 0;               ///< as configured; 0: not known
  std::optional<double> detectable_at_repetitions;  ///< with so many rounds
  std::optional<double> finest;                     ///< the finest threshold that can be kept
  std::optional<double> suggested;   ///< a threshold that can, where the one in force cannot
  std::optional<int> rounds_needed;  ///< for the threshold in force, where 200 would do

  bool operator==(const QualifiedBenchmark&) const = default;
};

/// A slowdown that was made for real, and what the verdict over it was.
struct Delayed {
  Symbol suite;
  std::string benchmark;
  Symbol metric;
  double slowdown = 0;  ///< asked for
  double measured = 0;  ///< the estimate
  double low = 0, high = 0;
  std::string verdict;  ///< fail, pass, ...
  int rounds = 0;

  bool operator==(const Delayed&) const = default;
};

struct Qualification {
  std::string schema;  ///< perfgate.qualification/1
  std::string tool;
  std::string method;  ///< of the verdict that was measured
  bool qualified = false;
  std::string summary;
  std::string run_id;  ///< whose launches these were
  Time measured;       ///< when that run began
  Commit commit;
  std::string host_class;  ///< cpu_model=...; cores=...
  std::string policy;      ///< where the policy came from
  std::vector<Symbol> suites;
  int launches = 0;        ///< of each suite
  std::vector<int> looks;  ///< of an experiment; the last is its rounds
  int experiments = 0;     ///< drawn from the launches
  std::int64_t seed = 0;
  Share any_false_alarm;  ///< of experiments without a change: anything fails
  std::vector<QualifiedBenchmark> benchmarks;
  std::vector<Delayed> delayed;
  std::string suggestion;  ///< rules for thresholds.toml; empty: nothing is to be changed
  std::vector<Note> notes;

  bool operator==(const Qualification&) const = default;
};

}  // namespace perfgate
