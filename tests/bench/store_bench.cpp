// The directory store at 10^3 and 10^6 measurements: runs of 100 measurements, 30 values each.

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <simdjson.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

#include "base/parallel.hpp"
#include "store/directory.hpp"
#include "support/temporary.hpp"

namespace perfgate {
namespace {

constexpr int measurements_a_run = 100;
constexpr Time first{1'735'000'000'000};
constexpr std::int64_t minute = 60'000;

/// A run's record, as large as a real one.
std::string run_json(int number) {
  std::string text = fmt::format(
      R"({{"schema":"perfgate.run/1","id":"run-{0}","started":"{1}","commit":{{"sha":"{0:040x}","branch":"{2}"}},"suites":["suite-{3}"],"benchmarks":[)",
      number, to_text(Time{first.unix_ms + number * minute}), number % 10 == 0 ? "dev" : "main",
      number % 4);
  for (int b = 0; b < measurements_a_run; ++b) {
    fmt::format_to(std::back_inserter(text),
                   R"({}{{"name":"decode/{}","metrics":[{{"name":"time","unit":"s","values":[)",
                   b == 0 ? "" : ",", b);
    for (int v = 0; v < 30; ++v)
      fmt::format_to(std::back_inserter(text), "{}{}e-9", v == 0 ? "" : ",",
                     1000 + (number * 31 + b * 17 + v * 7) % 100);
    text += "]}]}";
  }
  return text + "]}";
}

/// A store of so many measurements, made once.
struct Filled {
  sys::TemporaryDirectory directory = test::temporary();
  std::unique_ptr<store::Store> store = store::open_directory(directory.path() + "/store");
  int next = 0;

  explicit Filled(int measurements) {
    const int runs = measurements / measurements_a_run;
    while (next < runs) {
      std::vector<store::Store::Addition> additions;
      for (int i = 0; i < 500 && next < runs; ++i, ++next) additions.push_back(addition());
      const auto all = [&](const store::Store&) -> Result<std::vector<store::Store::Addition>> {
        return additions;
      };
      if (!store->append_if(all)) std::abort();
    }
    if (!store->append(Kind::baseline, "main@h", R"({"branch":"main","run_id":"run-1"})", now()))
      std::abort();
  }
  store::Store::Addition addition() const {
    return {Kind::run, fmt::format("run-{0}#1#suite-{1}", next, next % 4), run_json(next), now()};
  }
  Time now() const { return {first.unix_ms + next * minute}; }
};

Filled& filled(int measurements) {
  static Filled small(1'000);
  if (measurements == 1'000) return small;
  static Filled large(1'000'000);
  return large;
}

void append(benchmark::State& state) {
  Filled& f = filled(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    const auto addition = f.addition();
    ++f.next;
    if (!f.store->append({addition})) state.SkipWithError("not appended");
  }
}

/// As a command does: opens the store, lists what one series was measured in.
void list_series(benchmark::State& state) {
  const Filled& f = filled(static_cast<int>(state.range(0)));
  std::size_t found = 0;
  for (auto _ : state) {
    const auto heads =
        store::open_directory(f.directory.path() + "/store")
            ->list({.kind = Kind::run, .terms = {{"branch", "main"}, {"suite", "suite-1"}}});
    if (!heads) return state.SkipWithError("not listed");
    found = heads->size();
  }
  state.counters["runs"] = static_cast<double>(found);
}

void newest_candidates(benchmark::State& state) {
  const Filled& f = filled(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    const auto store = store::open_directory(f.directory.path() + "/store");
    std::size_t bytes = 0;
    const auto read = [&](const store::Record& record) -> Result<bool> {
      bytes += record.value.size();
      return true;
    };
    if (!store->scan({.kind = Kind::baseline, .terms = {{"branch", "main"}}}, read) ||
        !store->scan(
            {.kind = Kind::run, .terms = {{"branch", "main"}}, .newest_first = true, .limit = 10},
            read))
      return state.SkipWithError("not found");
    benchmark::DoNotOptimize(bytes);
  }
}

/// Takes all numbers of a value, as a query would.
double sum_of(simdjson::ondemand::parser& parser, std::string_view json, std::size_t capacity) {
  double sum = 0;
  simdjson::ondemand::document document;
  if (parser.iterate(simdjson::padded_string_view(json, capacity)).get(document)) std::abort();
  for (auto benchmark : document["benchmarks"])
    for (auto metric : benchmark["metrics"])
      for (auto value : metric["values"]) sum += value.get_double().value();
  return sum;
}

/// All bodies, each read, held to its checksum and parsed, on all cores.
void scan(benchmark::State& state) {
  const Filled& f = filled(1'000'000);
  const auto store = store::open_directory(f.directory.path() + "/store");
  std::atomic<std::size_t> bytes = 0;
  for (auto _ : state) {
    bytes = 0;
    const auto heads = store->list({.kind = Kind::run});
    const auto read = store->read(
        *heads,
        [&](std::size_t, store::Record& record) -> Result<bool> {
          thread_local simdjson::ondemand::parser parser;
          bytes += record.value.size();
          record.value.reserve(record.value.size() + simdjson::SIMDJSON_PADDING);
          benchmark::DoNotOptimize(sum_of(parser, record.value, record.value.capacity()));
          return true;
        },
        processors());
    if (!read) return state.SkipWithError("not read");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

/// The same bytes, nothing checked: files loaded and handed to simdjson line by line, on as many
/// cores.
void scan_simdjson(benchmark::State& state) {
  const Filled& f = filled(1'000'000);
  std::vector<std::string> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(f.directory.path() + "/store/records"))
    files.push_back(entry.path().string());
  std::size_t bytes = 0;
  for (auto _ : state) {
    bytes = 0;
    for (const std::string& file : files) {
      const simdjson::padded_string text = simdjson::padded_string::load(file).value();
      std::vector<std::string_view> values;
      for (std::string_view rest = text; !rest.empty();) {
        const std::size_t end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        const std::size_t at = line.find("\"value\":") + 8;
        if (line.find("\"kind\":\"run\"") != line.npos)
          values.push_back(line.substr(at, line.size() - at - 2));
        rest.remove_prefix(end + 1);
      }
      for (const std::string_view value : values) bytes += value.size();
      const std::size_t piece = values.size() / 8 + 1;
      if (!parallel_for(8, processors(), [&](std::size_t p) -> Result<void> {
            simdjson::ondemand::parser parser;
            for (std::size_t i = p * piece; i < std::min(values.size(), (p + 1) * piece); ++i)
              benchmark::DoNotOptimize(
                  sum_of(parser, values[i], values[i].size() + simdjson::SIMDJSON_PADDING));
            return {};
          }))
        std::abort();
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

BENCHMARK(append)
    ->Name("store/append")
    ->Arg(1'000)
    ->Arg(1'000'000)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(list_series)
    ->Name("store/list_series")
    ->Arg(1'000)
    ->Arg(1'000'000)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(newest_candidates)
    ->Name("store/newest_candidates")
    ->Arg(1'000)
    ->Arg(1'000'000)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(scan)->Name("store/scan")->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(scan_simdjson)->Name("store/scan_simdjson")->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace perfgate
