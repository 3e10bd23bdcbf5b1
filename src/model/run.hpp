#pragma once
// One execution of the suites at one commit on one host, with all that is needed to judge it again.

#include <optional>
#include <string>
#include <vector>

#include "base/symbol.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "model/dimensions.hpp"
#include "model/names.hpp"
#include "model/values.hpp"

namespace perfgate {

/// Which way a metric is better. `unknown`: a harness's own counter; judged only where a rule says
/// which way is better.
enum class Better { lower, higher, unknown };

struct Metric {
  Symbol
      name;  ///< time, cpu_time, throughput, items, memory, instructions, ... or the harness's own
  BaseUnit unit = BaseUnit::one;
  Better better = Better::unknown;
  bool exact = false;  ///< a count that does not vary between equal runs, and needs no statistics

  bool operator==(const Metric&) const = default;
};

struct Sample {
  Symbol metric;  ///< described in Run::metrics
  Values values;

  bool operator==(const Sample&) const = default;
};

struct Benchmark {
  Symbol suite;
  std::string name;  ///< the harness's own, of any length; identity is suite + name
  std::vector<Sample> samples;
  Dimensions dimensions{};  ///< what it is a measurement of, as free facts

  Identifier id() const { return Identifier::from_name(name); }
  const Sample* find(Symbol metric) const;
  bool operator==(const Benchmark&) const = default;
};

/// A statistic that the harness computed itself (an aggregate row, an estimate): kept apart from
/// the samples, never judged where samples exist.
struct Statistic {
  Symbol suite;
  Symbol benchmark;  ///< its name: a benchmark has a dozen of these and more
  Symbol metric;
  Symbol name;  ///< mean, median, stddev, cv, min, max, slope, big_o, rms, ...
  double value = 0;
  std::optional<double> low, high;  ///< the harness's own interval

  bool operator==(const Statistic&) const = default;
};

/// Doubts and troubles travel inside the results.
enum class Severity { info, warning, error };

struct Note {
  Severity severity = Severity::info;
  std::optional<Code> code;
  Symbol suite;
  std::string benchmark;  ///< empty: of the whole suite or run
  std::string text;       ///< safe text, at most 500 characters

  bool operator==(const Note&) const = default;
};

/// A named summary figure of a run, which perf.json carries.
struct Headline {
  std::string name;  ///< comp3
  Title label;       ///< COMP-3
  std::string unit;  ///< symbol of a registered unit: MiB/s
  int order = 0;
  int decimals_written = 2;
  int decimals_shown = 2;
  Better better = Better::unknown;
  std::optional<double> value;  ///< base units; absent: not measured
  std::vector<double> values;   ///< base units, one per process launch, for statistics

  bool operator==(const Headline&) const = default;
};

struct Commit {
  std::string sha;
  std::string branch;
  bool dirty = false;
  std::optional<Time> time;
  std::string subject;  ///< safe text, at most 200 characters

  bool operator==(const Commit&) const = default;
};

/// What the machine was. A field that could not be read is absent and says nothing.
struct Fingerprint {
  std::optional<std::string> cpu_model;
  std::optional<int> cores;
  std::optional<std::string> arch, os_image, kernel, compiler, flags, governor, container;
  std::optional<std::string> instance;  ///< equal for one boot of one machine; says nothing else

  bool operator==(const Fingerprint&) const = default;
};

/// One process launch of a suite, as the kernel accounted for it.
struct Launch {
  Symbol suite;
  std::optional<int> exit_code;  ///< absent: ended by `signal`
  std::optional<int> signal;
  double wall_seconds = 0, user_seconds = 0, system_seconds = 0;
  std::int64_t peak_rss_bytes = 0;
  std::int64_t minor_faults = 0, major_faults = 0;
  std::int64_t voluntary_switches = 0, involuntary_switches = 0;
  std::optional<double> cpu_wait_seconds;  ///< of wall_seconds: something waited for a processor
  std::optional<std::int64_t> cycles, instructions;
  std::string counters_absent;  ///< why there are no cycles and instructions

  bool operator==(const Launch&) const = default;
};

enum class Side { base, head };

/// Two sides measured by turns on one machine, so that launch i of either belongs to round i. Each
/// side is a run of its own, and both carry this.
struct Experiment {
  std::string id;  ///< the same for both sides
  Side side = Side::base;
  std::int64_t seed = 0;   ///< of the order
  std::string order;       ///< the launches as they were made: B is base, H is head
  std::vector<int> looks;  ///< after how many rounds it was planned to be looked at, ascending
  int builds = 1;          ///< of each side; round i measures build i modulo this
  bool identical = false;  ///< both sides are the same program, byte for byte

  bool operator==(const Experiment&) const = default;
};

struct Run {
  std::string schema;  ///< "perfgate.run/1"
  std::string tool;    ///< "perfgate 0.1.0"
  std::string id;
  int attempt = 1;
  Time started;
  double duration_seconds = 0;
  Commit commit;
  Fingerprint fingerprint;
  std::optional<Experiment> experiment;  ///< absent: measured alone
  std::vector<Symbol> suites;
  std::vector<Symbol> harnesses;  ///< one per suite
  std::vector<Metric> metrics;
  std::vector<Headline> headlines;
  std::vector<Launch> launches;
  std::vector<Benchmark> benchmarks;
  std::vector<Statistic> statistics;
  std::vector<Note> notes;

  const Metric* find_metric(Symbol name) const;
  const Benchmark* find(Symbol suite, std::string_view benchmark) const;
  bool operator==(const Run&) const = default;
};

}  // namespace perfgate
