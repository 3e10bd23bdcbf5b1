#include "harness/collector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "base/text.hpp"

namespace perfgate::harness {
namespace {

std::uint32_t hash_of(std::string_view name) {
  const std::size_t hash = std::hash<std::string_view>{}(name);
  return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}

template <class T>
void move_to_end(std::vector<T>& from, std::vector<T>& to) {
  if (to.empty()) {
    to = std::move(from);
  } else {
    to.insert(to.end(), std::move_iterator(from.begin()), std::move_iterator(from.end()));
  }
}

}  // namespace

void Collector::next_launch() {
  for (Benchmark& benchmark : benchmarks_)
    for (Sample& sample : benchmark.samples) sample.values.next_launch();
}

void Collector::expect(std::size_t count) {
  if (!benchmarks_.empty()) return;  // later launches mostly measure the same again
  benchmarks_.reserve(count);
  statistics_.reserve(count);
}

std::size_t Collector::benchmark(std::string_view name) {
  // The repetitions of a benchmark stand together.
  if (!benchmarks_.empty() && benchmarks_.back().name == name) return benchmarks_.size() - 1;
  if (index_.size() * 3 < (benchmarks_.size() + 1) * 4) grow_index();

  const std::uint32_t hash = hash_of(name);
  const std::size_t mask = index_.size() - 1;
  std::size_t place = hash & mask;
  for (; index_[place] != 0; place = (place + 1) & mask) {
    const std::size_t number = index_[place] - 1;
    if (hashes_[number] == hash && benchmarks_[number].name == name) return number;
  }
  benchmarks_.push_back({.suite = suite_, .name = std::string(name), .samples = {}});
  hashes_.push_back(hash);
  index_[place] = static_cast<std::uint32_t>(benchmarks_.size());
  return benchmarks_.size() - 1;
}

void Collector::grow_index() {
  index_.assign(std::max<std::size_t>(64, index_.size() * 2), 0);
  const std::size_t mask = index_.size() - 1;
  for (std::size_t number = 0; number < hashes_.size(); ++number) {
    std::size_t place = hashes_[number] & mask;
    while (index_[place] != 0) place = (place + 1) & mask;
    index_[place] = static_cast<std::uint32_t>(number + 1);
  }
}

void Collector::describe(const Metric& metric) {
  for (const Metric& known : metrics_)
    if (known.name == metric.name) return;
  metrics_.push_back(metric);
}

void Collector::add(std::size_t benchmark, const Metric& metric, double value) {
  if (!std::isfinite(value)) {
    const bool own = metric.better == Better::unknown;
    note(own ? Severity::warning : Severity::error, Code::parse, benchmark,
         fmt::format("{} is {}, which is no value", metric.name.text(),
                     std::isnan(value) ? "not a number" : "infinite"));
    return;
  }
  std::vector<Sample>& samples = benchmarks_[benchmark].samples;
  for (Sample& sample : samples) {
    if (sample.metric == metric.name) {
      sample.values.add(value);
      return;
    }
  }
  describe(metric);
  // Neighbours mostly have as many metrics.
  if (samples.empty() && benchmark > 0) samples.reserve(benchmarks_[benchmark - 1].samples.size());
  samples.push_back({.metric = metric.name, .values = {}});
  samples.back().values.add(value);
}

void Collector::statistic(std::size_t benchmark, Symbol metric, Symbol name, double value,
                          std::optional<double> low, std::optional<double> high) {
  statistics_.push_back({.suite = suite_,
                         .benchmark = benchmarks_[benchmark].name,
                         .metric = metric,
                         .name = name,
                         .value = value,
                         .low = low,
                         .high = high});
}

void Collector::note(Severity severity, std::optional<Code> code,
                     std::optional<std::size_t> benchmark, std::string_view text) {
  if (notes_.size() == max_notes) {  // not compared any more: a flood must not cost its square
    ++notes_left_out_;
    worst_left_out_ = std::max(worst_left_out_, severity);
    return;
  }
  Note made{.severity = severity,
            .code = code,
            .suite = suite_,
            .benchmark = benchmark ? benchmarks_[*benchmark].name : "",
            .text = safe_text(text, 500)};
  if (std::ranges::find(notes_, made) == notes_.end()) notes_.push_back(std::move(made));
}

// A complexity fit (BigO, RMS) is named after a whole family, which is no benchmark of its own:
// what has statistics, and neither values nor a note that says why, was not to be measured.
void Collector::drop_families() {
  const auto unmeasured = [](const Benchmark& benchmark) { return benchmark.samples.empty(); };
  if (std::ranges::none_of(benchmarks_, unmeasured)) return;
  std::set<std::string_view> described, noted;
  for (const Statistic& statistic : statistics_) described.insert(statistic.benchmark.text());
  for (const Note& note : notes_) noted.insert(note.benchmark);
  std::erase_if(benchmarks_, [&](const Benchmark& benchmark) {
    return unmeasured(benchmark) && described.contains(benchmark.name) &&
           !noted.contains(benchmark.name);
  });
}

void Collector::short_name(std::size_t benchmark, std::string name) {
  short_names_.insert_or_assign(benchmark, std::move(name));
}

void Collector::shorten_names() {
  if (short_names_.empty()) return;
  std::set<std::string_view> names;
  for (std::size_t b = 0; b < benchmarks_.size(); ++b) {
    const auto shorter = short_names_.find(b);
    if (!names.insert(shorter == short_names_.end() ? benchmarks_[b].name : shorter->second).second)
      return;
  }
  std::map<std::string, std::string_view> renamed;
  for (const auto& [benchmark, name] : short_names_) {
    renamed.emplace(benchmarks_[benchmark].name, name);
    benchmarks_[benchmark].name = name;
  }
  for (Note& note : notes_)
    if (const auto found = renamed.find(note.benchmark); found != renamed.end())
      note.benchmark = found->second;
  for (Statistic& statistic : statistics_)
    if (const auto found = renamed.find(statistic.benchmark.text()); found != renamed.end())
      statistic.benchmark = Symbol(found->second);
}

void Collector::move_into(Run& run) && {
  if (notes_left_out_ > 0)
    notes_.push_back({.severity = worst_left_out_,
                      .code = Code::parse,
                      .suite = suite_,
                      .benchmark = {},
                      .text = fmt::format("{} more notes are left out", notes_left_out_)});
  index_ = {};
  hashes_ = {};
  shorten_names();
  drop_families();
  for (const Metric& metric : metrics_)
    if (run.find_metric(metric.name) == nullptr) run.metrics.push_back(metric);
  move_to_end(benchmarks_, run.benchmarks);
  move_to_end(statistics_, run.statistics);
  move_to_end(notes_, run.notes);
}

namespace metrics {
Metric time() { return {.name = "time", .unit = BaseUnit::second, .better = Better::lower}; }
Metric cpu_time() {
  return {.name = "cpu_time", .unit = BaseUnit::second, .better = Better::lower};
}
Metric throughput() {
  return {.name = "throughput", .unit = BaseUnit::byte_per_second, .better = Better::higher};
}
Metric items() { return {.name = "items", .unit = BaseUnit::per_second, .better = Better::higher}; }
}  // namespace metrics

}  // namespace perfgate::harness
