// One series out of a million measurements, and the changes in all of them, beside a bare simdjson
// pass over the same bytes.

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <simdjson.h>

#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "cli/history/changes.hpp"
#include "cli/history/series.hpp"
#include "model/policy.hpp"
#include "store/directory.hpp"
#include "store/scan.hpp"
#include "support/temporary.hpp"

namespace perfgate {
namespace {

constexpr int runs = 1000, benchmarks = 1000;

/// A run.json as it is stored: five values a benchmark, and their summary.
std::string run_json(int number, std::mt19937& random) {
  std::normal_distribution<double> noise(1, 0.01);
  std::string text = fmt::format(
      R"({{"schema":"perfgate.run/1","tool":"perfgate 0.1.0","id":"run-{0}","attempt":1,)"
      R"("started":"2026-{1:02}-{2:02}T00:00:00.000Z","duration_seconds":1,"commit":{{"sha":"{0:040}",)"
      R"("branch":"main","dirty":false}},"fingerprint":{{"cpu_model":"Example CPU 3000","cores":4}},)"
      R"("suites":["suite"],"harnesses":["google-benchmark"],"metrics":[{{"name":"time","unit":"s",)"
      R"("better":"lower","exact":false}}],"headlines":[],"launches":[],"benchmarks":[)",
      number, 1 + number % 12, 1 + number % 28);
  for (int b = 0; b < benchmarks; ++b) {
    const double time = 1e-9 * (100 + b) * noise(random);
    text += fmt::format(
        R"({0}{{"suite":"suite","name":"decode/records:{1}","id":"decode_records_{1}","samples":[)"
        R"({{"metric":"time","values":[{2},{2},{2},{2},{2}],"launches":[1,1,1,1,1],"summary":)"
        R"({{"count":5,"launches":5,"median":{2},"low":{2},"high":{2},"confidence":0.9375,)"
        R"("mean":{2},"deviation":{3},"minimum":{2},"maximum":{2}}}}}]}})",
        b == 0 ? "" : ",", b, time, time * 0.01);
  }
  return text + R"(],"statistics":[],"notes":[]})";
}

/// A store of all runs, and their texts.
struct Million {
  sys::TemporaryDirectory directory = test::temporary();
  std::unique_ptr<store::Store> store = store::open_directory(directory.path() + "/store");
  std::vector<std::string> texts;
  std::size_t bytes = 0;

  Million() {
    std::mt19937 random(1);
    for (int begin = 0; begin < runs; begin += 100) {
      std::vector<store::Store::Addition> additions;
      for (int number = begin; number < begin + 100; ++number) {
        texts.push_back(run_json(number, random));
        bytes += texts.back().size();
        texts.back().reserve(texts.back().size() + simdjson::SIMDJSON_PADDING);
        additions.push_back({Kind::run, fmt::format("run-{}#1#suite", number), texts.back(),
                             Time{1'800'000'000'000}});
      }
      const auto added =
          store->append_if([&](const store::Store&) -> Result<std::vector<store::Store::Addition>> {
            return additions;
          });
      if (!added) std::abort();
    }
  }
};

Million& million() {
  static Million made;
  return made;
}

void counted(benchmark::State& state) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(million().bytes));
}

/// Each benchmark's name, and the median of its time.
void bare_simdjson(benchmark::State& state) {
  simdjson::ondemand::parser parser;
  for (auto unused : state) {
    double sum = 0;
    for (const std::string& text : million().texts) {
      simdjson::ondemand::document document =
          parser.iterate(simdjson::padded_string_view(text, text.capacity()));
      for (simdjson::ondemand::object benchmark : document["benchmarks"].get_array()) {
        sum += static_cast<double>(benchmark["name"].get_string().value().size());
        for (simdjson::ondemand::object sample : benchmark["samples"].get_array())
          sum += sample["summary"]["median"].get_double();
      }
    }
    benchmark::DoNotOptimize(sum);
  }
  counted(state);
}

void scan(benchmark::State& state, const std::vector<std::string>& filter, unsigned workers) {
  const auto query = store::parse_query(filter, Time{});
  for (auto unused : state) {
    const auto heads = million().store->list(store::selection_of(*query));
    const auto columns = store::scan_runs(*million().store, *heads, *query, {.workers = workers});
    if (!columns || columns->rows() < runs) std::abort();
    benchmark::DoNotOptimize(columns->rows());
  }
  counted(state);
}

void one_series(benchmark::State& state) {
  scan(state, {"benchmark=decode/records:500"}, static_cast<unsigned>(state.range(0)));
}
void all_series(benchmark::State& state) { scan(state, {}, static_cast<unsigned>(state.range(0))); }

/// `perfgate detect`: all of it is read, put into series, and searched for changes.
void changes_in_store(benchmark::State& state) {
  const auto workers = static_cast<unsigned>(state.range(0));
  for (auto unused : state) {
    const auto heads = million().store->list({.kind = Kind::run});
    const auto columns = store::scan_runs(*million().store, *heads, {}, {.workers = workers});
    if (!columns) std::abort();
    const auto histories = cli::histories_of(*columns, Policy{}.host_class, cli::HistoryOrder::run);
    if (histories.size() != 1 || histories[0].series.size() != benchmarks) std::abort();
    benchmark::DoNotOptimize(cli::changes_of(histories[0], {}, {}, workers));
  }
  counted(state);
}

BENCHMARK(bare_simdjson)->Name("query/bare_simdjson")->Unit(benchmark::kMillisecond);
BENCHMARK(one_series)->Name("query/one_series")->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);
BENCHMARK(all_series)->Name("query/all_series")->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);
BENCHMARK(changes_in_store)->Name("detect/store")->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace perfgate
