#pragma once
// The descriptions of a run's entities: what run.json, its schema and the reference page are made
// of.

#include "base/describe.hpp"
#include "model/run.hpp"

namespace perfgate {

template <>
struct EnumTexts<Better> {
  static constexpr std::array<std::pair<Better, std::string_view>, 3> values{
      {{Better::lower, "lower"}, {Better::higher, "higher"}, {Better::unknown, "unknown"}}};
};
template <>
struct EnumTexts<Severity> {
  static constexpr std::array<std::pair<Severity, std::string_view>, 3> values{
      {{Severity::info, "info"}, {Severity::warning, "warning"}, {Severity::error, "error"}}};
};

template <>
struct Describe<Summary> {
  static constexpr std::string_view name = "Summary";
  static constexpr std::string_view doc = "What a sample amounts to.";
  static constexpr auto fields = std::tuple(
      field("count", &Summary::count, "values"),
      field("launches", &Summary::launches, "process launches that the values come from"),
      field("median", &Summary::median, "median, in the metric's base unit"),
      field("low", &Summary::low, "lower bound of the median"),
      field("high", &Summary::high, "upper bound of the median"),
      field("confidence", &Summary::confidence, "confidence of the interval, 0 to 1"),
      field("mean", &Summary::mean, "arithmetic mean"),
      field("deviation", &Summary::deviation, "standard deviation (n - 1)"),
      field("minimum", &Summary::minimum, "smallest value"),
      field("maximum", &Summary::maximum, "largest value"));
};

template <>
struct Describe<Metric> {
  static constexpr std::string_view name = "Metric";
  static constexpr std::string_view doc = "What is measured.";
  static constexpr auto fields =
      std::tuple(field("name", &Metric::name,
                       "time, cpu_time, throughput, ... or the harness's own", {.key = true}),
                 field("unit", &Metric::unit, "the base unit that values are held in"),
                 field("better", &Metric::better, "which way is better"),
                 field("exact", &Metric::exact, "a count that needs no statistics"));
};

inline std::span<const double> sample_values(const Sample& sample) { return sample.values.all(); }
// NOLINTNEXTLINE(performance-unnecessary-value-param): `made` hands over what it read
inline void set_sample_values(Sample& sample, std::vector<double> values) {
  sample.values = Values(values);
}
inline std::optional<std::vector<std::size_t>> sample_launches(const Sample& sample) {
  if (sample.values.launch_count() < 2) return std::nullopt;
  std::vector<std::size_t> counts;
  counts.reserve(sample.values.launch_count());
  for (const auto launch : sample.values.launches()) counts.push_back(launch.size());
  return counts;
}
// Counts that do not fit the values are caught by read_run, which knows the place.
inline void set_sample_launches(Sample& sample, std::optional<std::vector<std::size_t>> counts) {
  if (!counts) return;
  Values values;
  std::size_t at = 0;
  const auto all = sample.values.all();
  for (const std::size_t count : *counts) {
    for (std::size_t i = 0; i < count && at < all.size(); ++i) values.add(all[at++]);
    values.next_launch();
  }
  if (at == all.size()) sample.values = std::move(values);
}
inline std::optional<Summary> sample_summary(const Sample& sample) {
  return sample.values.summary();
}
inline void set_sample_summary(Sample& sample, std::optional<Summary> summary) {
  if (summary) sample.values.set_summary(*summary);
}

template <>
struct Describe<Sample> {
  static constexpr std::string_view name = "Sample";
  static constexpr std::string_view doc =
      "The values of one metric of one benchmark, in the order measured.";
  static constexpr auto fields =
      std::tuple(field("metric", &Sample::metric,
                       "name of the metric, described in the run's `metrics`", {.key = true}),
                 made("values", &sample_values, &set_sample_values, "in the metric's base unit"),
                 made("launches", &sample_launches, &set_sample_launches,
                      "how many values each process launch gave; absent where all come from one"),
                 made("summary", &sample_summary, &set_sample_summary,
                      "absent for a single value, which is its own summary"));
};

inline std::string benchmark_id(const Benchmark& benchmark) { return benchmark.id().text(); }

template <>
struct Describe<Benchmark> {
  static constexpr std::string_view name = "Benchmark";
  static constexpr std::string_view doc = "A named piece of work; it lives in a suite.";
  static constexpr auto fields = std::tuple(
      field("suite", &Benchmark::suite, "the suite's name", {.key = true}),
      field("name", &Benchmark::name, "the harness's own name, parameters included", {.key = true}),
      made("id", &benchmark_id, "an identifier made from the name: [A-Za-z0-9_], at most 100"),
      field("samples", &Benchmark::samples, "one per metric; none where it was not measured"),
      field("dimensions", &Benchmark::dimensions,
            "what it is a measurement of: name to null, truth, integer, number or text",
            {.sparse = true}));
};

template <>
struct Describe<Statistic> {
  static constexpr std::string_view name = "Statistic";
  static constexpr std::string_view doc =
      "A figure that the harness computed itself: kept apart from the samples.";
  static constexpr auto fields = std::tuple(
      field("suite", &Statistic::suite, "the suite's name", {.key = true}),
      field("benchmark", &Statistic::benchmark, "the benchmark's name", {.key = true}),
      field("metric", &Statistic::metric, "the metric's name", {.key = true}),
      field("name", &Statistic::name, "mean, median, stddev, cv, slope, ...", {.key = true}),
      field("value", &Statistic::value, "in the metric's base unit; a cv or r2 is a plain ratio"),
      field("low", &Statistic::low, "lower bound, where the harness gives one"),
      field("high", &Statistic::high, "upper bound"));
};

template <>
struct Describe<Note> {
  static constexpr std::string_view name = "Note";
  static constexpr std::string_view doc = "A doubt or trouble that travels inside the results.";
  static constexpr auto fields = std::tuple(
      field("severity", &Note::severity, "info, warning or error"),
      field("code", &Note::code, "the error code, where there is one"),
      field("suite", &Note::suite, "the suite's name; empty: of the run"),
      field("benchmark", &Note::benchmark, "the benchmark's name; empty: of the suite or run"),
      field("text", &Note::text, "at most 500 characters"));
};

template <>
struct Describe<Headline> {
  static constexpr std::string_view name = "Headline";
  static constexpr std::string_view doc =
      "A named summary figure of a run, which perf.json carries.";
  static constexpr auto fields = std::tuple(
      field("name", &Headline::name, "as in keys: comp3", {.key = true}),
      field("label", &Headline::label, "as shown: COMP-3"),
      field("unit", &Headline::unit, "the unit that it is written and shown in"),
      field("order", &Headline::order, "place among the headlines"),
      field("decimals_written", &Headline::decimals_written, "decimals in perf.json"),
      field("decimals_shown", &Headline::decimals_shown, "decimals in reports"),
      field("better", &Headline::better, "which way is better"),
      field("value", &Headline::value, "in the base unit; absent: not measured"),
      field("values", &Headline::values, "one per process launch, in the base unit, for statistics",
            {.may_lack = true}));
};

template <>
struct Describe<Commit> {
  static constexpr std::string_view name = "Commit";
  static constexpr std::string_view doc = "What was measured.";
  static constexpr auto fields = std::tuple(
      field("sha", &Commit::sha, "full commit id; empty: not in a repository"),
      field("branch", &Commit::branch, "the branch's name; empty: none"),
      field("dirty", &Commit::dirty, "the work tree had changes that are not in the commit"),
      field("time", &Commit::time, "the commit's time"),
      field("subject", &Commit::subject, "the first line of its message, cut to 200 characters",
            {.sparse = true}));
};

template <>
struct Describe<Fingerprint> {
  static constexpr std::string_view name = "Fingerprint";
  static constexpr std::string_view doc =
      "What the machine was; a field that could not be read is absent.";
  static constexpr auto fields =
      std::tuple(field("cpu_model", &Fingerprint::cpu_model, "as the kernel names it"),
                 field("cores", &Fingerprint::cores, "processors that the run could use"),
                 field("arch", &Fingerprint::arch, "x86_64, aarch64"),
                 field("os_image", &Fingerprint::os_image, "operating system and image version"),
                 field("kernel", &Fingerprint::kernel, "kernel release"),
                 field("compiler", &Fingerprint::compiler, "compiler and version, as configured"),
                 field("flags", &Fingerprint::flags, "compiler flags, as configured"),
                 field("governor", &Fingerprint::governor, "CPU frequency governor"),
                 field("container", &Fingerprint::container, "kind of container"),
                 field("instance", &Fingerprint::instance,
                       "equal for one boot of one machine: a digest of the kernel's boot id"));
};

template <>
struct EnumTexts<Side> {
  static constexpr std::array<std::pair<Side, std::string_view>, 2> values{
      {{Side::base, "base"}, {Side::head, "head"}}};
};

template <>
struct Describe<Experiment> {
  static constexpr std::string_view name = "Experiment";
  static constexpr std::string_view doc =
      "Two sides measured by turns on one machine; each is a run of its own.";
  static constexpr auto fields = std::tuple(
      field("id", &Experiment::id, "the same in the runs of both sides"),
      field("side", &Experiment::side, "which side this run is"),
      field("seed", &Experiment::seed, "of the order"),
      field("order", &Experiment::order, "the launches as they were made: B is base, H is head"),
      field("looks", &Experiment::looks, "after how many rounds it was planned to be looked at"),
      field("builds", &Experiment::builds,
            "builds of each side; round i measures build i modulo this"),
      field("identical", &Experiment::identical, "both sides are the same program, byte for byte"));
};

template <>
struct Describe<Launch> {
  static constexpr std::string_view name = "Launch";
  static constexpr std::string_view doc = "One process launch, as the kernel accounted for it.";
  static constexpr auto fields = std::tuple(
      field("suite", &Launch::suite, "the suite's name"),
      field("exit_code", &Launch::exit_code, "absent: ended by a signal"),
      field("signal", &Launch::signal, "the signal that ended it"),
      field("wall_seconds", &Launch::wall_seconds, "from start to end", {.unit = "s"}),
      field("user_seconds", &Launch::user_seconds, "user CPU time", {.unit = "s"}),
      field("system_seconds", &Launch::system_seconds, "system CPU time", {.unit = "s"}),
      field("peak_rss_bytes", &Launch::peak_rss_bytes, "largest resident set", {.unit = "B"}),
      field("minor_faults", &Launch::minor_faults, "page faults without I/O"),
      field("major_faults", &Launch::major_faults, "page faults with I/O"),
      field("voluntary_switches", &Launch::voluntary_switches, "voluntary context switches"),
      field("involuntary_switches", &Launch::involuntary_switches, "involuntary context switches"),
      field("cpu_wait_seconds", &Launch::cpu_wait_seconds,
            "for how long something that could have run waited for a processor; absent where the "
            "kernel does not tell",
            {.unit = "s"}),
      field("cycles", &Launch::cycles, "CPU cycles, where the machine gives them"),
      field("instructions", &Launch::instructions, "instructions, where the machine gives them"),
      field("counters_absent", &Launch::counters_absent,
            "why there are no cycles and instructions"));
};

template <>
struct Describe<Run> {
  static constexpr std::string_view name = "Run";
  static constexpr std::string_view doc = "One execution of the suites at one commit on one host.";
  static constexpr auto fields = std::tuple(
      field("schema", &Run::schema, "perfgate.run/1"), field("tool", &Run::tool, "what wrote it"),
      field("id", &Run::id, "identity of the run", {.key = true}),
      field("attempt", &Run::attempt, "which attempt of this run", {.key = true}),
      field("started", &Run::started, "when measuring began"),
      field("duration_seconds", &Run::duration_seconds, "how long it took", {.unit = "s"}),
      field("commit", &Run::commit, "what was measured"),
      field("fingerprint", &Run::fingerprint, "what it was measured on"),
      field("experiment", &Run::experiment, "absent: measured alone"),
      field("suites", &Run::suites, "the suites' names", {.key = true}),
      field("harnesses", &Run::harnesses, "the harness of each suite"),
      field("metrics", &Run::metrics, "the metrics that samples refer to"),
      field("headlines", &Run::headlines, "the figures that perf.json carries"),
      field("launches", &Run::launches, "the process launches, in order"),
      field("benchmarks", &Run::benchmarks, "what was measured",
            {.refers = "Benchmark", .back = "run", .holds = true}),
      field("statistics", &Run::statistics, "what the harness computed itself"),
      field("notes", &Run::notes, "doubts and troubles"));
};

}  // namespace perfgate
