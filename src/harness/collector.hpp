#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/run.hpp"

namespace perfgate::harness {

/// Gathers what harnesses report of one suite, launch after launch. Benchmarks keep the order in
/// which they were first met.
class Collector {
 public:
  /// More notes than this are counted, and told as one more.
  static constexpr std::size_t max_notes = 1000;

  explicit Collector(Symbol suite) : suite_(suite) {}

  void next_launch();  ///< what is added from here on was measured by another process

  /// So many benchmarks, or statistics, may come: called before the first. Memory that is reserved
  /// and never touched is never taken, where a list that grows stands there twice while it moves.
  void expect(std::size_t count);

  /// The number of the benchmark of this name; added where it is new.
  std::size_t benchmark(std::string_view name);
  /// Adds one value in base units. A value that is NaN or infinite becomes a note instead: an
  /// error, or a warning where the metric is one of the harness's own whose better direction is
  /// unknown.
  void add(std::size_t benchmark, const Metric& metric, double value);
  /// What the benchmark is a measurement of.
  Dimensions& dimensions(std::size_t benchmark) { return benchmarks_[benchmark].dimensions; }
  /// A name that says as much if no other benchmark of the suite is called so. Where that holds of
  /// all of them, all are renamed in the end.
  void short_name(std::size_t benchmark, std::string name);
  void statistic(std::size_t benchmark, Symbol metric, Symbol name, double value,
                 std::optional<double> low = {}, std::optional<double> high = {});
  /// A note on a benchmark (or on the suite, where there is none). The text is made safe and cut.
  /// What was noted already is not noted again.
  void note(Severity severity, std::optional<Code> code, std::optional<std::size_t> benchmark,
            std::string_view text);

  std::size_t size() const { return benchmarks_.size(); }
  bool has_values(std::size_t benchmark) const { return !benchmarks_[benchmark].samples.empty(); }
  const std::string& name(std::size_t benchmark) const { return benchmarks_[benchmark].name; }

  /// Moves all that was gathered to the end of the run's lists. Of a metric that the run already
  /// describes, the run's description holds.
  void move_into(Run& run) &&;

 private:
  void grow_index();
  void drop_families();
  void shorten_names();
  void describe(const Metric& metric);

  Symbol suite_;
  std::vector<Benchmark> benchmarks_;
  std::vector<std::uint32_t> hashes_;               // of the benchmarks' names
  std::vector<std::uint32_t> index_;                // open addressing: number + 1, 0 is free
  std::map<std::size_t, std::string> short_names_;  // by benchmark
  std::vector<Metric> metrics_;
  std::vector<Statistic> statistics_;
  std::vector<Note> notes_;
  std::size_t notes_left_out_ = 0;
  Severity worst_left_out_ = Severity::info;
};

/// The metrics that have a fixed meaning whatever the harness.
namespace metrics {
Metric time();        ///< s, lower
Metric cpu_time();    ///< s, lower
Metric throughput();  ///< B/s, higher
Metric items();       ///< 1/s, higher
}  // namespace metrics

}  // namespace perfgate::harness
