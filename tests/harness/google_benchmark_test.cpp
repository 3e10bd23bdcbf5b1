#include "harness/google_benchmark.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/gather.hpp"
#include "paths.hpp"

namespace perfgate::harness {
namespace {

const std::filesystem::path google_data =
    std::filesystem::path(PERFGATE_SOURCE_DIR) / "tests/data/google-benchmark-json";
const std::filesystem::path google_corpus =
    std::filesystem::path(PERFGATE_SOURCE_DIR) / "../shared/corpus/google-benchmark-json";

Gathered gather_text(std::string text) {
  return gather("google-benchmark", {{"bench.json", std::move(text)}});
}
Gathered gather_json(const std::filesystem::path& path) {
  return gather("google-benchmark", {{path.filename().string(), file_text(path)}});
}
/// A document of these rows.
Gathered gather_rows(std::string_view rows) {
  return gather_text(fmt::format("{{\"context\": {{}}, \"benchmarks\": [{}]}}", rows));
}
std::string row(std::string_view fields) {
  return fmt::format(R"({{"name": "b", "run_type": "iteration", {}}})", fields);
}

// AC:gb-repetitions-apart-from-aggregates
TEST_CASE("repetitions are samples and aggregate rows are statistics") {
  const Gathered gathered = gather_json(google_data / "repetitions-and-aggregates.json");
  CHECK_FALSE(gathered.error);
  const char* const name = "decode/1000/repeats:2";
  CHECK(gathered.values(name, "time") == std::vector{2e-6, 4e-6});
  CHECK(gathered.values(name, "cpu_time") == std::vector{1.5e-6, 2.5e-6});
  CHECK(gathered.values(name, "items") == std::vector{5e5, 2.5e5});
  CHECK(gathered.statistic(name, "time", "mean")->value == 3e-6);
  CHECK(gathered.at(name).samples[0].values.launches().size() == 1);
}

TEST_CASE("an aggregate in per cent is a ratio whatever its time unit says") {
  const Gathered gathered = gather_json(google_data / "repetitions-and-aggregates.json");
  CHECK(gathered.statistic("decode/1000/repeats:2", "time", "cv")->value == 0.47140452079103168);
}

// AC:gb-counters
TEST_CASE("user counters are metrics whose better direction is unknown") {
  const Gathered gathered = gather_json(google_data / "repetitions-and-aggregates.json");
  CHECK(gathered.values("decode/1000/repeats:2", "bad nibbles") == std::vector{3.0});
  const Metric* const metric = gathered.run.find_metric("bad nibbles");
  REQUIRE(metric != nullptr);
  CHECK(metric->better == Better::unknown);
  CHECK(metric->unit == BaseUnit::one);
  const Metric* const throughput = gathered.run.find_metric("throughput");
  REQUIRE(throughput != nullptr);
  CHECK(*throughput == metrics::throughput());
}

// AC:gb-bare-nan
TEST_CASE("a bare NaN or infinity is no value and reading goes on") {
  const Gathered gathered = gather_json(google_data / "repetitions-and-aggregates.json");
  CHECK(gathered.values("decode/1000/repeats:2", "throughput") == std::vector{1073741824.0});
  CHECK(gathered.notes_contain(
      "error CBKB002 decode/1000/repeats:2: throughput is not a number, which is no value"));
  CHECK(gathered.notes_contain(
      "warning CBKB002 decode/1000/repeats:2: bad nibbles is infinite, which is no value"));
  for (const char* word : {"NaN", "nan", "-nan", "-nan(ind)", "Infinity", "-Infinity", "inf",
                           "-inf", "1e999", "null"}) {
    CAPTURE(word);
    const Gathered one = gather_rows(row(fmt::format(R"("real_time": {}, "cpu_time": 1)", word)) +
                                     "," + row(R"("real_time": 5)"));
    CHECK_FALSE(one.error);
    CHECK(one.values("b", "time") == std::vector{5e-9});
    CHECK(one.values("b", "cpu_time") == std::vector{1e-9});
    CHECK(one.run.notes.size() == 1);
  }
}

// AC:gb-error-rows
TEST_CASE("a failed or skipped benchmark is an error note and its times are no values") {
  const Gathered gathered = gather_json(google_data / "repetitions-and-aggregates.json");
  CHECK(gathered.at("encode").samples.empty());
  CHECK(gathered.at("encode").name == "encode");
  CHECK(gathered.notes_contain("error CBKB115 encode: failed: a nibble of value 13"));
  const Gathered skipped = gather_rows(
      row(R"("skipped": true, "skip_message": "no GPU", "real_time": 0, "time_unit": "ns")"));
  CHECK(skipped.run.notes.size() == 1);
  CHECK(skipped.notes_contain("error CBKB115 b: skipped: no GPU"));
  CHECK(gather_rows(row(R"("error_occurred": true, "real_time": 0)"))
            .notes_contain("failed: the benchmark gave no reason"));
  CHECK(gather_rows(row(R"("error_occurred": false, "skipped": false, "real_time": 1)"))
            .notes()
            .empty());
}

TEST_CASE("doubts of the context are notes and nothing else of it is taken") {
  const Gathered gathered = gather_json(google_data / "repetitions-and-aggregates.json");
  CHECK(gathered.notes_contain("info : the benchmark library was built for debugging"));
  CHECK(gathered.notes_contain("warning : CPU frequency scaling was on"));
  const Gathered secret = gather_text(
      R"({"context": {"host_name": "sentinel", "executable": "/home/sentinel/x"}, "benchmarks": []})");
  CHECK(secret.notes().empty());
}

// AC:gb-complexity-is-no-benchmark
TEST_CASE("a complexity fit is no benchmark that was not measured") {
  const Gathered gathered = gather_text(
      R"({"benchmarks": [
          {"name": "sort/8", "real_time": 1, "cpu_time": 1, "time_unit": "ns"},
          {"name": "sort_BigO", "run_name": "sort", "run_type": "aggregate",
           "aggregate_name": "BigO", "cpu_coefficient": 4, "real_coefficient": 5, "big_o": "N",
           "time_unit": "ns"}]})");
  REQUIRE(gathered.run.benchmarks.size() == 1);
  CHECK(gathered.run.benchmarks[0].name == "sort/8");
  CHECK(gathered.statistic("sort", "time", "big_o") != nullptr);
}

// AC:gb-aggregates-only
TEST_CASE("where only aggregates were reported the median stands in with a warning") {
  const Gathered gathered = gather_json(google_data / "aggregates-only.json");
  CHECK(gathered.values("sort", "time") == std::vector{0.01});
  CHECK(gathered.values("sort", "cpu_time") == std::vector{0.009});
  CHECK(
      gathered.notes() ==
      std::vector<std::string>{"warning sort: only aggregates were reported: the median stands for "
                               "the repetitions, whose spread is unknown"});
  CHECK(gathered.statistic("sort", "time", "big_o")->value == 5e-9);
  CHECK(gathered.statistic("sort", "cpu_time", "big_o")->value == 4e-9);
  CHECK(gathered.statistic("sort", "time", "rms")->value == 0.25);
  const Gathered mean = gather_rows(
      R"({"name": "b_mean", "run_name": "b", "run_type": "aggregate", "aggregate_name": "mean",
          "real_time": 4, "time_unit": "s"})");
  CHECK(mean.values("b", "time") == std::vector{4.0});
  CHECK(mean.notes_contain("the mean stands for"));
}

TEST_CASE("a median that comes before the repetitions does not stand in for them") {
  const Gathered gathered = gather_rows(
      R"({"name": "b_median", "run_name": "b", "run_type": "aggregate", "aggregate_name": "median",
          "real_time": 4, "time_unit": "s"}, )" +
      row(R"("real_time": 3, "time_unit": "s")"));
  CHECK(gathered.values("b", "time") == std::vector{3.0});
  CHECK(gathered.notes().empty());
}

TEST_CASE("an aggregate that is no number is no statistic") {
  const Gathered gathered = gather_rows(
      row(R"("real_time": 1)") +
      R"(, {"name": "b_stddev", "run_name": "b", "aggregate_name": "stddev", "real_time": NaN})");
  CHECK(gathered.run.statistics.empty());
  CHECK(gathered.notes_contain("info CBKB002 b: the stddev of time is no number"));
}

// AC:gb-no-time
TEST_CASE("a row without times is an error note") {
  const Gathered gathered =
      gather_rows(row(R"("iterations": 1)") + "," + R"({"name": "a", "aggregate_name": "mean"})");
  CHECK(gathered.notes() ==
        std::vector<std::string>{"error CBKB002 b: no real_time in bench.json",
                                 "error CBKB002 a: no real_time in bench.json"});
}

TEST_CASE("units are applied exactly and an unknown one is an error note") {
  const auto seconds = [](std::string_view unit) {
    return gather_rows(row(fmt::format(R"("real_time": 3, "time_unit": "{}")", unit)))
        .values("b", "time");
  };
  CHECK(seconds("ns") == std::vector{3e-9});
  CHECK(seconds("us") == std::vector{3e-6});
  CHECK(seconds("ms") == std::vector{3e-3});
  CHECK(seconds("s") == std::vector{3.0});
  CHECK(gather_rows(row(R"("real_time": 3)")).values("b", "time") == std::vector{3e-9});
  const Gathered weeks = gather_rows(row(R"("real_time": 3, "time_unit": "weeks")"));
  CHECK(weeks.at("b").samples.empty());
  CHECK(weeks.notes_contain("error CBKB002 b: unknown time_unit `weeks`"));
}

// AC:gb-duplicates
TEST_CASE("the same repetition twice in one document is an error note and not a value") {
  for (const int index : {0, 6, 7, 1000}) {
    const std::string one =
        row(fmt::format(R"("repetitions": 2000, "repetition_index": {}, "real_time": 1)", index));
    const Gathered gathered = gather_rows(one + "," + one);
    CHECK(gathered.values("b", "time").size() == 1);
    CHECK(gathered.notes_contain("error CBKB002 b: duplicate: bench.json holds a repetition"));
  }
  CHECK(gather_rows(row(R"("real_time": 1)") + "," + row(R"("real_time": 2)")).notes().empty());
}

TEST_CASE("several documents of one launch are one launch and no duplicates") {
  const std::string text = R"({"benchmarks": [)" +
                           row(R"("repetitions": 1, "repetition_index": 0, "real_time": 1)") +
                           "]}\n";
  const Gathered files = gather("google-benchmark", {{"a.json", text}, {"b.json", text}});
  CHECK(files.values("b", "time").size() == 2);
  CHECK(files.notes().empty());
  const Gathered stream = gather_text("first program\n" + text + "second program\n" + text);
  CHECK(stream.values("b", "time").size() == 2);
  CHECK(stream.notes().empty());
}

TEST_CASE("a key that stands twice in a row is an error note") {
  CHECK(gather_rows(row(R"("real_time": 1, "real_time": 2)"))
            .notes_contain(
                "error CBKB002 b: bench.json: row 1 (line 1): the key `real_time` stands"));
  CHECK(gather_rows(row(R"("own": 1, "own": 2, "real_time": 2)"))
            .notes_contain("the key `own` stands there twice"));
}

TEST_CASE("a row that cannot be read is an error note and its neighbours are read") {
  const std::string good = R"({"name": "good", "real_time": 1})";
  for (const auto& [bad, note] : std::vector<std::pair<std::string, std::string>>{
           {"12", "row 2 (line 1): it is no object"},
           {R"("text")", "row 2 (line 1): it is no object"},
           {R"({"name": "b", "real_time" 1})", "row 2 (line 1): it is not JSON"},
           {R"({"name": "b", "real_time": "1"})", "`real_time` is no number but `\"1\"`"},
           {R"({"name": "b", "real_time": 01})", "`real_time` is no number but `01`"},
           {R"({"name": "b", "real_time": 1,5e+03})", "it is not JSON"},
           {R"({"name": 5, "real_time": 1})", "`name` is no text"},
           {R"({"real_time": 1})", "a row without a name"}}) {
    CAPTURE(bad);
    const Gathered gathered = gather_rows(good + ", " + bad + ", " + good);
    CHECK_FALSE(gathered.error);
    CHECK(gathered.values("good", "time").size() == 2);
    CAPTURE(fmt::format("{}", fmt::join(gathered.notes(), "\n")));
    CHECK(gathered.notes_contain(note));
    CHECK(gathered.run.notes.size() == 1);
  }
}

TEST_CASE("escapes in names and keys are understood") {
  const Gathered gathered = gather_rows(
      R"({"name": "a \"b\" \u00e4", "real_time": 1, "k\u0041": 2, "own}, {": 3, "list": [{"x": 1}, 2], "t": true})");
  CHECK(gathered.values("a \"b\" \xc3\xa4", "kA") == std::vector{2.0});
  CHECK(gathered.values("a \"b\" \xc3\xa4", "own}, {") == std::vector{3.0});
  CHECK(gathered.run.metrics.size() == 3);
  CHECK(gathered.notes().empty());
}

TEST_CASE("a counter that is called like a fixed metric is kept apart") {
  const Gathered gathered =
      gather_rows(row(R"("real_time": 1, "items": 5, "max_bytes_used": 64, "allocs_per_iter": 2)"));
  CHECK(gathered.values("b", "counter:items") == std::vector{5.0});
  CHECK(gathered.run.find_metric("max_bytes_used")->unit == BaseUnit::byte);
  CHECK(gathered.run.find_metric("allocs_per_iter")->better == Better::lower);
}

// AC:gb-locale-and-encoding
TEST_CASE("noise around it and thousands separators and bad encoding are survived with notes") {
  const Gathered gathered = gather_json(google_data / "noise-locale-latin1.json");
  CHECK_FALSE(gathered.error);
  CHECK(gathered.values("n\xef\xbf\xbdve", "time") == std::vector{8e-9});
  CHECK(gathered.values("plain", "time") == std::vector{1.6e-8});
  CHECK(gathered.notes_contain("thousands separators were taken out of numbers"));
  CHECK(gathered.notes_contain("texts that are not UTF-8 were repaired"));
}

TEST_CASE("a decimal comma is refused with a way out") {
  const Gathered gathered =
      gather_rows("{\"name\": \"b\", \"iterations\": 1,5\n, \"real_time\": 2,5e+00}");
  CHECK(
      gathered.notes_contain("it is not JSON; if numbers are written with separators, run the "
                             "program under LC_ALL=C"));
}

TEST_CASE("a byte order mark and CRLF are no matter") {
  const Gathered gathered = gather_text("\xef\xbb\xbf{\r\n\"benchmarks\": [\r\n" +
                                        row(R"("real_time": 1)") + "\r\n]\r\n}\r\n");
  CHECK_FALSE(gathered.error);
  CHECK(gathered.values("b", "time").size() == 1);
}

// AC:wrong-format-is-named
TEST_CASE("a document of another format is refused and named") {
  const auto message = [](std::string text) { return gather_text(std::move(text)).error->message; };
  CHECK(
      message("") ==
      "bench.json: this is not Google Benchmark's JSON: it is empty, the program printed nothing");
  CHECK(message("{\"results\": [{\"command\": \"ls\"}]}")
            .ends_with("it looks like hyperfine's JSON"));
  CHECK(message("{\"machine_info\": {}, \"benchmarks\": [{\"stats\": {}}]}")
            .ends_with("it looks like pytest-benchmark's JSON"));
  CHECK(message("Benchmark   Time   CPU Iterations\n-----------\n")
            .ends_with("it looks like Google Benchmark's console output"));
  CHECK(message("{ braces } in a log\n").ends_with("it begins with `{ braces } in a log`"));
  const Error error = *gather_text("[]").error;
  CHECK(error.code == Code::parse);
  CHECK(error.hint.contains("--benchmark_out_format=json"));
}

// AC:truncated-is-said
TEST_CASE("a truncated document is an error that says where and keeps the rows before") {
  const std::string text = file_text(google_data / "repetitions-and-aggregates.json");
  const std::size_t second = text.find("\"repetition_index\": 1");
  const Gathered gathered = gather_text(text.substr(0, second));
  REQUIRE(gathered.error);
  CHECK(gathered.error->code == Code::parse);
  CHECK(gathered.error->message ==
        fmt::format("bench.json: line {}, byte {}: truncated: the text ends inside `benchmarks`, "
                    "after 1 complete row",
                    1 + std::count(text.begin(), text.begin() + std::ptrdiff_t(second), '\n'),
                    second));
  CHECK_FALSE(gathered.error->hint.empty());
  CHECK(gathered.values("decode/1000/repeats:2", "time").size() == 1);
}

TEST_CASE("wherever a document is cut it is an error or complete") {
  const std::string text = file_text(google_data / "repetitions-and-aggregates.json");
  for (std::size_t size = 0; size < text.rfind('}'); ++size) {
    const Gathered gathered = gather_text(text.substr(0, size));
    CAPTURE(size);
    REQUIRE(gathered.error);
    CHECK(gathered.error->code == Code::parse);
    if (size > 2) CHECK(gathered.error->message.contains("truncated"));
  }
}

TEST_CASE("what is malformed outside the rows is an error with its place") {
  CHECK(gather_text(R"({"benchmarks": [], 5})").error->message ==
        "bench.json: line 1, byte 19: a key or `}` is expected here, not `5}`");
  CHECK(
      gather_text(R"({"benchmarks": [], "a" 5})").error->message.contains("`:` is expected here"));
  CHECK(gather_text(R"({"benchmarks": [], "a": })").error->message.contains("a value is expected"));
  CHECK(gather_text(R"({"benchmarks": [:]})").notes_contain("row 1 (line 1): it is no object"));
  CHECK(gather_text(R"({"benchmarks": [}]})").error->message.contains("a row is expected here"));
  CHECK_FALSE(gather_text(R"({"benchmarks": [], "more": [{"a": {"b": 1}}, {}]})").error);
}

TEST_CASE("arrays after the rows are not taken for rows") {
  const Gathered gathered = gather_text(
      R"({"benchmarks": [)" + row(R"("real_time": 1)") +
      R"(], "others": [{"name": "c", "real_time": 1}, {"name": "d", "real_time": 1}]})");
  CHECK_FALSE(gathered.error);
  CHECK(gathered.run.benchmarks.size() == 1);
}

// AC:hostile-json-is-bounded
TEST_CASE("hostile documents are refused or read and never crash") {
  const std::string deep(100'000, '[');
  CHECK(gather_text("{\"benchmarks\": " + deep).error.has_value());
  CHECK(
      gather_text("{\"a\": " + deep + std::string(100'000, ']') + ", \"benchmarks\": []}").error ==
      std::nullopt);
  const Gathered nested =
      gather_rows(row("\"real_time\": 1, \"own\": " + deep + std::string(100'000, ']')));
  CHECK(nested.values("b", "time").size() == 1);

  const std::string long_name(100'000, 'n');
  CHECK(gather_rows(fmt::format(R"({{"name": "{}", "real_time": 1}})", long_name))
            .values(long_name, "time")
            .size() == 1);
  const Gathered huge =
      gather_rows(row("\"real_time\": 1, \"x\": \"" + std::string(3'000'000, 'x') + "\""));
  REQUIRE(huge.error);
  CHECK(huge.error->message == "bench.json: row 1 (line 1): a row larger than 2 MiB");

  std::string counters = R"("real_time": 1)";
  for (int i = 0; i < 300; ++i) counters += fmt::format(", \"c{}\": 1", i);
  CHECK(gather_rows(row(counters)).notes_contain("more than 256 counters"));
  std::string rows;
  for (int i = 0; i < 1100; ++i)
    rows += fmt::format(R"({{"name": "b", "real_time": 1, "c{}": 1}},)", i);
  CHECK(gather_rows(rows).error->message == "bench.json: more than 1000 different counters");
}

TEST_CASE("a document larger than the window is read like a small one") {
  std::string rows;
  for (int i = 0; i < 5000; ++i) {
    if (i > 0) rows += ",\n";
    // Every hundredth row is odd in one way, and braces in names look like row ends.
    const char* const unit = i % 100 == 0 ? "1,234" : "5";
    rows += fmt::format(R"({{"name": "b}}, {{ {}", "run_type": "iteration", "iterations": {}, )"
                        R"("real_time": {}, "pad": "{}"}})",
                        i, unit, i + 1, std::string(static_cast<std::size_t>(i % 300), '}'));
  }
  const Gathered gathered = gather_rows(rows);
  CHECK_FALSE(gathered.error);
  REQUIRE(gathered.run.benchmarks.size() == 5000);
  bool right = true;
  for (std::size_t i = 0; i < 5000; ++i) {
    const Benchmark& benchmark = gathered.run.benchmarks[i];
    right = right && benchmark.name == fmt::format("b}}, {{ {}", i) &&
            benchmark.samples.size() == 1 &&
            benchmark.samples[0].values.all()[0] == static_cast<double>(i + 1) / 1e9;
  }
  CHECK(right);
  CHECK(gathered.run.notes.size() == 1);
}

TEST_CASE("a document that comes in small pieces is read like a whole one") {
  const std::string text = file_text(google_data / "repetitions-and-aggregates.json");
  for (const std::size_t piece : {1, 7, 500}) {
    std::size_t at = 0;
    Document document{.name = "a", .read = [&](std::span<char> buffer) -> Result<std::size_t> {
                        const std::size_t count =
                            std::min({piece, buffer.size(), text.size() - at});
                        std::copy_n(text.data() + at, count, buffer.data());
                        at += count;
                        return count;
                      }};
    Collector collector("suite");
    CHECK(find("google-benchmark")->parse({&document, 1}, collector).has_value());
    CHECK(collector.size() == 2);
  }
}

TEST_CASE("an error in the middle of a document is passed on") {
  const std::string text = file_text(google_data / "repetitions-and-aggregates.json");
  for (std::size_t size = 0; size < text.size(); size += 97) {
    bool first = true;
    Document document{.name = "a", .read = [&](std::span<char> buffer) -> Result<std::size_t> {
                        if (!first) return fail(Code::io, "input/output error");
                        first = false;
                        std::copy_n(text.data(), size + 1, buffer.data());
                        return size + 1;
                      }};
    Collector collector("suite");
    const auto parsed = find("google-benchmark")->parse({&document, 1}, collector);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().code == Code::io);
  }
}

// AC:gb-corpus
TEST_CASE("the corpus of Google Benchmark is read as its index says") {
  if (!std::filesystem::exists(google_corpus)) {
    MESSAGE("skipped: ../shared/corpus is not here");
    return;
  }
  const auto close = [](const std::vector<double>& values, double expected) {
    return !values.empty() && std::abs(values[0] / expected - 1) < 1e-12;
  };
  const Gathered fib = gather_json(google_corpus / "gab-googlecpp-fib.json");
  CHECK(fib.run.benchmarks.size() == 2);
  CHECK(close(fib.values("fib_10", "time"), 214.98980114547953e-9));
  CHECK(close(fib.values("fib_20", "time"), 27455.600415007055e-9));

  const Gathered inputs = gather_json(google_corpus / "gbench-inputs-test1-bigo-rms.json");
  CHECK(inputs.run.benchmarks.size() == 14);  // what the BigO and RMS rows are of is none
  CHECK(close(inputs.values("BM_SameTimes", "time"), 10e-9));
  CHECK(close(inputs.values("BM_100xFaster", "time"), 10000e-9));
  CHECK(close(inputs.values("BM_NotBadTimeUnit", "time"), 0.4));
  CHECK(close(inputs.values("BM_hasLabel", "time"), 1));
  CHECK(inputs.values("MyComplexityTest", "time").empty());
  CHECK(inputs.statistic("MyComplexityTest", "time", "big_o") != nullptr);
  CHECK(inputs.statistic("MyComplexityTest", "time", "rms") != nullptr);

  const Gathered many = gather_json(google_corpus / "gbench-inputs-test4-run-many.json");
  CHECK(many.run.benchmarks.size() == 12);
  CHECK(many.run.notes.size() == 12);
  CHECK(many.run.metrics.empty());

  const Gathered seconds = gather_json(google_corpus / "gbench-inputs-test5-seconds.json");
  CHECK(seconds.values("BM_ManyRepetitions", "time") == std::vector{1.0});
  CHECK(seconds.values("BM_ManyRepetitions", "cpu_time") == std::vector{1000.0});

  const Gathered kalman = gather_json(google_corpus / "kalman-baseline-crlf-48k.json");
  CHECK(kalman.run.benchmarks.size() == 1);
  const char* const baseline = "baseline/repeats:100/manual_time";
  CHECK(kalman.values(baseline, "time").size() == 100);
  CHECK(close(kalman.values(baseline, "time"), 14.33924665027697e-9));
  for (const char* name : {"mean", "median", "stddev", "cv", "min", "max", "big_o", "rms"})
    CHECK(kalman.statistic(baseline, "time", name) != nullptr);

  const Gathered atomic = gather_json(google_corpus / "kokkos-2023-atomic-minmax.json");
  CHECK(atomic.run.benchmarks.size() == 48);
  CHECK(close(
      atomic.values("Atomic_MinReplacements<int>/Length:1000000/iterations:10/manual_time", "time"),
      0.0041397648));

  const Gathered pool = gather_json(google_corpus / "kokkos-2023-mempool.json");
  CHECK(pool.run.benchmarks.size() == 2);
  CHECK(close(pool.values(pool.run.benchmarks[0].name, "time"), 0.00014561954378356065));
  CHECK(close(pool.values(pool.run.benchmarks[0].name, "FOM: fill ops per second"),
              3.8147352035771981e+07));
  for (const Gathered* gathered : {&fib, &inputs, &many, &seconds, &kalman, &atomic, &pool})
    CHECK_FALSE(gathered->error);
}

}  // namespace
}  // namespace perfgate::harness
