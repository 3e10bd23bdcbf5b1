#include "harness/google_benchmark.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "harness/filter.hpp"
#include "harness/google_benchmark_rows.hpp"
#include "harness/json_rows.hpp"
#include "harness/json_text.hpp"
#include "harness/looks_like.hpp"

namespace perfgate::harness {
namespace {

using Row = GoogleBenchmarkRow;

constexpr RowsFormat format = {
    .what = "Google Benchmark's JSON",
    .rows = "benchmarks",
    .hint =
        "have it written with --benchmark_format=json, or with --benchmark_out=FILE "
        "--benchmark_out_format=json"};
constexpr std::size_t max_metrics = 1000;
constexpr std::uint64_t bytes_per_row = 300;  // rows are seldom smaller
constexpr std::uint64_t most_expected = 1'000'000;

/// How many of the unit are a second; 0 where there is no such unit. Values are divided by it: a
/// power of ten is exact where its inverse is not.
double per_second(std::string_view time_unit) {
  if (time_unit == "ns" || time_unit.empty()) return 1e9;  // releases of 2015 wrote no unit
  if (time_unit == "us") return 1e6;
  if (time_unit == "ms") return 1e3;
  if (time_unit == "s") return 1;
  return 0;
}

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

/// The metrics of user counters, and of what the library counts through its memory manager.
class CounterMetrics {
 public:
  Result<Metric> of(std::string_view counter) {
    const auto found = known_.find(counter);
    if (found != known_.end()) return found->second;
    if (known_.size() == max_metrics)
      return fail(Code::parse, fmt::format("more than {} different counters", max_metrics),
                  "counters are told apart by name: keep what varies out of the name");
    return known_.emplace(counter, made(counter)).first->second;
  }

 private:
  static Metric made(std::string_view counter) {
    if (counter == "max_bytes_used" || counter == "total_allocated_bytes" ||
        counter == "net_heap_growth")
      return {.name = counter, .unit = BaseUnit::byte, .better = Better::lower};
    if (counter == "allocs_per_iter")
      return {.name = counter, .unit = BaseUnit::one, .better = Better::lower};
    for (const Metric& fixed :
         {metrics::time(), metrics::cpu_time(), metrics::throughput(), metrics::items()})
      if (counter == fixed.name.text())  // a counter of this name is something else
        return {.name = fmt::format("counter:{}", counter)};
    return {.name = safe_text(counter, 100)};
  }

  std::unordered_map<std::string, Metric, TextHash, std::equal_to<>> known_;
};

/// Reads one stream of documents into the collector.
class RowReader {
 public:
  RowReader(std::string_view document, Collector& collector)
      : document_(document), collector_(collector) {}

  void begin() {
    finish();
    states_.clear();
    late_repetitions_.clear();
  }

  Result<void> member(std::string_view key, std::string_view value) {
    if (key == "machine_info" || key == "commit_info")
      return wrong_format(document_, format.what, "\"machine_info\"", std::string(format.hint));
    if (key != "context") return {};
    // Nothing else of the context is taken: it names the host and its paths.
    if (has(value, "library_build_type", "\"debug\""))
      collector_.note(Severity::info, std::nullopt, std::nullopt,
                      "the benchmark library was built for debugging, as Debian's package says of "
                      "itself; check that the program was built with optimisation");
    if (has(value, "cpu_scaling_enabled", "true"))
      collector_.note(Severity::warning, std::nullopt, std::nullopt,
                      "CPU frequency scaling was on: the times may vary with the clock rate");
    return {};
  }

  Result<void> row(const Row& row) {
    if (row.identity().empty()) {
      collector_.note(Severity::error, Code::parse, std::nullopt,
                      fmt::format("{}: a row without a name", document_));
      return {};
    }
    const std::size_t benchmark = collector_.benchmark(row.identity());
    if (row.error_occurred || row.skipped || !row.error_message.empty() ||
        !row.skip_message.empty()) {
      failed(benchmark, row);
      return {};
    }
    const double divisor = per_second(row.time_unit);
    if (divisor == 0) {
      collector_.note(Severity::error, Code::parse, benchmark,
                      fmt::format("unknown time_unit `{}`", row.time_unit));
      return {};
    }
    if (row.run_type == "aggregate" || !row.aggregate_name.empty())
      return aggregate(benchmark, row, divisor);
    return iteration(benchmark, row, divisor);
  }

  /// A row that has to be repaired, or is refused.
  Result<void> odd_row(std::string_view text, std::string_view where) {
    Row read;
    std::optional<std::string> problem = parser_.row(text, read);
    if (!problem) return row(read);

    RepairedJson repaired = repaired_json(text);
    const std::size_t size = repaired.text.size();
    repaired.text.append(128, ' ');  // padding
    problem = parser_.row(std::string_view(repaired.text).substr(0, size), read);
    if (problem) {
      std::optional<std::size_t> benchmark;
      if (!read.identity().empty()) benchmark = collector_.benchmark(read.identity());
      collector_.note(Severity::error, Code::parse, benchmark,
                      fmt::format("{}: {}{}", where, *problem, guess(text)));
      return {};
    }
    if (repaired.separators)
      collector_.note(Severity::warning, std::nullopt, std::nullopt,
                      fmt::format("{}: thousands separators were taken out of numbers; the program "
                                  "should not set a locale",
                                  document_));
    if (repaired.encoding)
      collector_.note(Severity::info, std::nullopt, std::nullopt,
                      fmt::format("{}: texts that are not UTF-8 were repaired", document_));
    return row(read);
  }

  /// Benchmarks that the document has only aggregates of get one value each.
  void finish() {
    for (const Stand& stand : stands_) {
      if (states_[stand.benchmark].measured) continue;
      for (const auto& [metric, value] : stand.values)
        collector_.add(stand.benchmark, metric, value);
      collector_.note(Severity::warning, std::nullopt, stand.benchmark,
                      fmt::format("only aggregates were reported: the {} stands for the "
                                  "repetitions, whose spread is unknown",
                                  stand.is_median ? "median" : "mean"));
    }
    stands_.clear();
    stand_of_.clear();
  }

  GoogleBenchmarkRowParser& parser() { return parser_; }

 private:
  struct State {  // of a benchmark, in the document being read
    std::uint8_t measured : 1 = 0;
    std::uint8_t repetitions : 7 = 0;  // which of the first seven have been met
  };
  struct Stand {  // a median or mean
    std::size_t benchmark = 0;
    bool is_median = false;
    std::vector<std::pair<Metric, double>> values;
  };

  static bool has(std::string_view context, std::string_view key, std::string_view word) {
    std::size_t at = context.find('"' + std::string(key) + '"');
    if (at == std::string_view::npos) return false;
    at = context.find_first_not_of(" \t\r\n:", at + key.size() + 2);
    return at != std::string_view::npos && context.substr(at).starts_with(word);
  }

  static std::string_view guess(std::string_view row) {
    const std::size_t iterations = row.find("\"iterations\"");
    if (iterations != std::string_view::npos &&
        row.find(',', iterations) < row.find('\n', iterations))
      return "; if numbers are written with separators, run the program under LC_ALL=C";
    return "";
  }

  State& state(std::size_t benchmark) {
    if (states_.size() <= benchmark) states_.resize(std::max(collector_.size(), benchmark + 1));
    return states_[benchmark];
  }

  void failed(std::size_t benchmark, const Row& row) {
    const std::string_view message =
        row.error_message.empty() ? row.skip_message : row.error_message;
    collector_.note(
        Severity::error, Code::benchmark_error, benchmark,
        fmt::format("{}: {}", row.skipped ? "skipped" : "failed",
                    message.empty() ? std::string_view("the benchmark gave no reason") : message));
  }

  /// Whether this repetition of the benchmark has not been met before.
  bool is_new_repetition(std::size_t benchmark, const Row& row) {
    if (!row.repetition_index || !row.repetitions || !(*row.repetitions >= 1)) return true;
    const double index = *row.repetition_index;
    if (!(index >= 0 && index < 1e9)) return true;
    const auto number = static_cast<std::uint64_t>(index);
    if (number >= 7) return late_repetitions_.insert((benchmark << 30) | number).second;
    State& known = state(benchmark);
    const auto bit = static_cast<std::uint8_t>(1U << number);
    if ((known.repetitions & bit) != 0) return false;
    known.repetitions = static_cast<std::uint8_t>((known.repetitions | bit) & 0x7FU);
    return true;
  }

  /// Calls `use(metric, value)` for each figure of the row, times in seconds.
  template <class Use>
  Result<void> figures(const Row& row, double divisor, const Use& use) {
    if (row.real_time) use(time_, *row.real_time / divisor);
    if (row.cpu_time) use(cpu_time_, *row.cpu_time / divisor);
    if (row.bytes_per_second) use(throughput_, *row.bytes_per_second);
    if (row.items_per_second) use(items_, *row.items_per_second);
    for (const Row::Counter& counter : row.counters) {
      Result<Metric> metric = counters_.of(counter.name);
      if (!metric) return within(document_, std::move(metric).error());
      use(*metric, counter.value);
    }
    return {};
  }

  Result<void> iteration(std::size_t benchmark, const Row& row, double divisor) {
    if (!row.real_time) {
      no_time(benchmark);
      return {};
    }
    if (!is_new_repetition(benchmark, row)) {
      collector_.note(
          Severity::error, Code::parse, benchmark,
          fmt::format("duplicate: {} holds a repetition of it twice, and only the first "
                      "is taken",
                      document_));
      return {};
    }
    state(benchmark).measured = 1;
    return figures(row, divisor, [&](const Metric& metric, double value) {
      collector_.add(benchmark, metric, value);
    });
  }

  Result<void> aggregate(std::size_t benchmark, const Row& row, double divisor) {
    if (row.rms) {
      statistic(benchmark, time_, "rms", *row.rms);
      return {};
    }
    if (row.real_coefficient || row.cpu_coefficient) {
      if (row.real_coefficient)
        statistic(benchmark, time_, "big_o", *row.real_coefficient / divisor);
      if (row.cpu_coefficient)
        statistic(benchmark, cpu_time_, "big_o", *row.cpu_coefficient / divisor);
      return {};
    }
    if (!row.real_time) {
      no_time(benchmark);
      return {};
    }
    const bool ratio = row.aggregate_unit == "percentage" || row.aggregate_name == "cv";
    const Symbol name =
        safe_text(row.aggregate_name.empty() ? "aggregate" : row.aggregate_name, 100);
    CHECKED(figures(row, ratio ? 1 : divisor, [&](const Metric& metric, double value) {
      statistic(benchmark, metric, name, value);
    }));
    const bool is_median = row.aggregate_name == "median";
    if (ratio || state(benchmark).measured || (!is_median && row.aggregate_name != "mean"))
      return {};

    const auto [place, is_new] = stand_of_.emplace(benchmark, stands_.size());
    if (is_new) stands_.push_back({.benchmark = benchmark, .is_median = false, .values = {}});
    Stand& stand = stands_[place->second];
    if (!is_new && !is_median) return {};
    stand.is_median = is_median;
    stand.values.clear();
    return figures(row, divisor, [&](const Metric& metric, double value) {
      stand.values.emplace_back(metric, value);
    });
  }

  void statistic(std::size_t benchmark, const Metric& metric, Symbol name, double value) {
    if (std::isfinite(value)) {
      collector_.statistic(benchmark, metric.name, name, value);
    } else {
      collector_.note(Severity::info, Code::parse, benchmark,
                      fmt::format("the {} of {} is no number", name.text(), metric.name.text()));
    }
  }

  void no_time(std::size_t benchmark) {
    collector_.note(Severity::error, Code::parse, benchmark,
                    fmt::format("no real_time in {}", document_));
  }

  std::string_view document_;
  Collector& collector_;
  GoogleBenchmarkRowParser parser_;
  const Metric time_ = metrics::time(), cpu_time_ = metrics::cpu_time(),
               throughput_ = metrics::throughput(), items_ = metrics::items();
  CounterMetrics counters_;
  std::vector<State> states_;
  std::unordered_set<std::uint64_t> late_repetitions_;  // benchmark and number, from the eighth on
  std::vector<Stand> stands_;
  std::unordered_map<std::size_t, std::size_t> stand_of_;
};

bool is_json(std::string_view path) { return path.ends_with(".json"); }

Result<void> parse_documents(std::span<Document> documents, Collector& collector) {
  for (Document& document : documents) {
    collector.expect(std::min<std::uint64_t>(document.size / bytes_per_row, most_expected));
    RowReader reader(document.name, collector);
    const GoogleBenchmarkRowParser::Callback row = [&](const Row& read) {
      return reader.row(read);
    };
    const RowHandlers handlers = {
        .member = [&](auto key, auto value) { return reader.member(key, value); },
        .begin = [&] { reader.begin(); },
        .rows = [&](std::string_view array) { return reader.parser().array(array, row); },
        .row = [&](auto text, auto where) { return reader.odd_row(text, where); }};
    const Result<void> read = read_json_rows(document, format, handlers);
    reader.finish();
    if (!read) return read;
  }
  return {};
}

/// The last one given counts.
std::vector<std::string> only_by_regex(std::span<const std::string> benchmarks,
                                       std::span<const std::string>) {
  return {"--benchmark_filter=" + regex_of_exactly(benchmarks)};
}

}  // namespace

Harness google_benchmark() {
  return {.name = "google-benchmark",
          .summary = "Google Benchmark's JSON (--benchmark_format=json or --benchmark_out)",
          .reads = is_json,
          .parse = parse_documents,
          .only = only_by_regex};
}

}  // namespace perfgate::harness
