#include "store/scan.hpp"

#include <doctest/doctest.h>

#include "model/run_json.hpp"
#include "stats/summary.hpp"
#include "store/directory.hpp"
#include "store/history.hpp"
#include "support/factory.hpp"
#include "support/temporary.hpp"

namespace perfgate::store {
namespace {

struct Shelf {
  sys::TemporaryDirectory directory = test::temporary();
  std::unique_ptr<Store> store = open_directory(directory.path() + "/store");

  void add(Run run) {
    stats::summarize(run);
    REQUIRE(save_run(*store, run).has_value());
  }
  Columns scan(std::vector<std::string> filter, ScanOptions options = {}) {
    const auto query = parse_query(filter, Time{1'800'000'000'000});
    REQUIRE(query.has_value());
    const auto heads = store->list(selection_of(*query));
    REQUIRE(heads.has_value());
    auto columns = scan_runs(*store, *heads, *query, options);
    REQUIRE_MESSAGE(columns.has_value(), columns.error().message);
    return *std::move(columns);
  }
};

Run at(std::string id, std::int64_t ms, double multiplier = 1) {
  Run run = test::make_run({.multiplier = multiplier, .launches = 5, .id = std::move(id)});
  run.started = Time{ms};
  return run;
}

// AC:query-scan
TEST_CASE("a scan gives for every measurement what the run holds") {
  Shelf shelf;
  Run run = at("b", 2000);
  run.benchmarks[0].dimensions.set("backend", std::string("polars"));
  run.benchmarks[0].dimensions.set("dataset_rows", std::int64_t{12});
  test::add_metric(run, {.name = "memory", .unit = BaseUnit::byte, .better = Better::lower}, {64},
                   "sort");
  run.commit.subject = "Read the header once";
  shelf.add(run);
  shelf.add(at("a", 1000));
  for (const unsigned workers : {1U, 4U}) {
    const Columns columns = shelf.scan({}, {.workers = workers});
    REQUIRE(columns.runs.size() == 2);
    CHECK(columns.rows() == 7);
    CHECK(columns.texts[columns.runs[0].id] == "a");  // by time, not as added
    CHECK(columns.texts[columns.runs[1].host].contains("Example CPU 3000"));
    CHECK(columns.texts[columns.runs[1].subject] == "Read the header once");
    CHECK(columns.texts[columns.runs[0].subject].empty());
    stats::summarize(run);
    std::size_t row = columns.runs[1].begin;
    for (const Benchmark& benchmark : run.benchmarks)
      for (const Sample& sample : benchmark.samples) {
        REQUIRE(row < columns.rows());
        const auto values = sample.values.all();
        const Summary summary =
            sample.values.summary().value_or(Summary{.count = 1, .median = values[0]});
        CHECK(columns.run[row] == 1);
        CHECK(columns.texts[columns.benchmark[row]] == benchmark.name);
        CHECK(columns.texts[columns.suite[row]] == benchmark.suite.text());
        CHECK(columns.texts[columns.metric[row]] == sample.metric.text());
        CHECK(columns.unit[row] == run.find_metric(sample.metric)->unit);
        CHECK(columns.better[row] == run.find_metric(sample.metric)->better);
        CHECK(columns.count[row] == values.size());
        CHECK(columns.median[row] == summary.median);
        if (values.size() > 1) CHECK(columns.high[row] == summary.high);
        ++row;
      }
    CHECK(columns.dimension_names.size() == 2);
    const auto& properties = columns.dimension_sets[columns.dimensions[columns.runs[1].begin]];
    REQUIRE(properties.size() == 2);
    CHECK(columns.texts[properties[0].value] == "polars");
    CHECK(properties[0].is_text);
    CHECK(columns.texts[properties[1].value] == "12");
    CHECK_FALSE(properties[1].is_text);
    CHECK(columns.dimension_sets[columns.dimensions[0]].empty());
  }
}

TEST_CASE("only what matches is kept and counting needs no rows") {
  Shelf shelf;
  Run run = at("b", 2000);
  run.benchmarks[0].dimensions.set("backend", std::string("polars"));
  run.benchmarks[1].dimensions.set("ok", false);
  shelf.add(run);
  shelf.add(at("a", 1000));
  const auto rows = [&](std::vector<std::string> filter) { return shelf.scan(filter).rows(); };
  CHECK(rows({"benchmark=sort"}) == 2);
  CHECK(rows({"benchmark~s*", "run=a"}) == 2);
  CHECK(rows({"attempt=2"}) == 0);
  CHECK(rows({"branch~m*", "branch!=main"}) == 0);
  CHECK(rows({"commit=0123456"}) == 6);
  CHECK(rows({"commit!=0123456"}) == 0);
  CHECK(rows({"run!=a"}) == 3);
  CHECK(rows({"suite!=suite"}) == 0);
  CHECK(rows({"metric=memory"}) == 0);
  CHECK(rows({"backend=polars"}) == 1);
  CHECK(rows({"ok=false"}) == 1);
  CHECK(rows({"ok=true"}) == 5);
  const Columns counted = shelf.scan({"benchmark~s*"}, {.rows = false});
  CHECK(counted.rows() == 0);
  CHECK(counted.benchmarks.size() == 2);
  CHECK(counted.runs[0].measurements == 2);
  CHECK(counted.bytes_seen > 1000);
}

TEST_CASE("fields in another order and values without a summary are read all the same") {
  Shelf shelf;
  const std::string run =
      R"({"benchmarks":[{"samples":[{"values":[3,1,2],"metric":"time"}],"name":"x","suite":"s"},)"
      R"({"samples":[{"values":[3],"metric":"time"}],"name":"y","suite":"s"}],)"
      R"("metrics":[{"better":"lower","unit":"s","name":"time"}],"fingerprint":{},)"
      R"("commit":{"branch":"main","sha":""},"started":"2026-01-01T00:00:00Z","attempt":1,)"
      R"("id":"r","suites":["s"],"schema":"perfgate.run/1"})";
  REQUIRE(shelf.store->append(Kind::run, "r#1#s", run, Time{}).has_value());
  const Columns columns = shelf.scan({"benchmark=x"});
  REQUIRE(columns.rows() == 1);
  CHECK(columns.median[0] == 2);
  CHECK(columns.count[0] == 3);
  CHECK(columns.unit[0] == BaseUnit::second);
  CHECK(columns.texts[columns.benchmark[0]] == "x");
}

TEST_CASE("a run of a newer schema and one that lacks a field are named") {
  for (const auto& [value, code] :
       {std::pair{R"({"schema":"perfgate.run/7","id":"r"})", Code::schema},
        std::pair{R"({"schema":"perfgate.run/1","id":"r"})", Code::store}}) {
    Shelf shelf;
    REQUIRE(shelf.store->append(Kind::run, "r#1#s", value, Time{}).has_value());
    const auto heads = shelf.store->list({});
    const auto columns = scan_runs(*shelf.store, *heads, {});
    REQUIRE_FALSE(columns.has_value());
    CHECK(columns.error().code == code);
    CHECK_FALSE(columns.error().hint.empty());
  }
}

// AC:query-key
TEST_CASE("a key that no run looked at has as a dimension is refused with the nearest") {
  Shelf shelf;
  Run run = at("b", 2000);
  run.benchmarks[0].dimensions.set("colour", std::string("red"));
  shelf.add(run);
  const auto checked = [&](const char* filter) {
    const auto query = parse_query(std::vector<std::string>{filter}, Time{});
    return check_keys(*query, shelf.scan({filter}));
  };
  CHECK(checked("colour=red").has_value());
  CHECK(checked("backend=polars").has_value());  // its meaning is fixed, here or not
  const auto near = checked("benchmrk=x");
  REQUIRE_FALSE(near.has_value());
  CHECK(near.error().code == Code::usage);
  CHECK(near.error().hint == "did you mean `benchmark`?");
  CHECK(checked("color=x").error().hint == "did you mean `colour`?");
  CHECK(checked("zzzzzz=x").error().hint.contains("any dimension"));
  Shelf empty;
  const auto query = parse_query(std::vector<std::string>{"zzzzzz=x"}, Time{});
  CHECK(check_keys(*query, empty.scan({})).has_value());
}

}  // namespace
}  // namespace perfgate::store
