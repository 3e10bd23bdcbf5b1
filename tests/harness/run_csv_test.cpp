#include "harness/run_csv.hpp"

#include <doctest/doctest.h>

#include "support/factory.hpp"

namespace perfgate::harness {
namespace {

bool all(const Benchmark&, const Sample&) { return true; }

Run with_dimensions() {
  Run run = test::make_run({.launches = 3, .repetitions = 2, .id = "=1+1"});
  run.commit.branch = "a,b \"c\"";
  run.benchmarks[0].name = "-sort\nof lines";
  run.benchmarks[0].dimensions.set("backend", std::string("polars"));
  run.benchmarks[0].dimensions.set("rows", std::int64_t{12});
  run.benchmarks[0].dimensions.set("ok", true);
  run.benchmarks[0].dimensions.set("notes", std::monostate{});
  run.benchmarks[1].dimensions.set("backend", std::string("12"));
  run.benchmarks[1].dimensions.set("rows", 0.5);
  run.benchmarks[1].dimensions.set("notes", std::string());
  return run;
}

const std::vector<std::string> names{"backend", "notes", "ok", "rows"};

// AC:export-csv
TEST_CASE("values written as CSV read back as the same measurements") {
  const Run run = with_dimensions();
  std::string text = run_csv_header(names);
  add_run_csv(text, run, names, all);
  CHECK(is_run_csv(text));
  CHECK(text.contains("\r\n'=1+1,1,suite,"));
  CHECK(text.contains("\"a,b \"\"c\"\"\""));
  CHECK(text.contains(",\"'-sort\nof lines\",time,s,lower,false,1,"));
  CHECK(text.contains(",polars,null,true,12\r\n"));
  CHECK(text.contains(",'12,',,0.5\r\n"));
  const auto runs = read_run_csv("\xef\xbb\xbf" + text, "values.csv");
  REQUIRE_MESSAGE(runs.has_value(), runs.error().message);
  REQUIRE(runs->size() == 1);
  const Run& again = runs->front();
  CHECK(again.id == run.id);
  CHECK(again.commit.branch == run.commit.branch);
  CHECK(again.started == run.started);
  CHECK(again.suites == run.suites);
  CHECK(again.metrics == run.metrics);
  REQUIRE(again.benchmarks.size() == run.benchmarks.size());
  for (std::size_t b = 0; b < run.benchmarks.size(); ++b)
    CHECK(again.benchmarks[b] == run.benchmarks[b]);
}

TEST_CASE("only the samples wanted are written") {
  std::string text = run_csv_header({});
  add_run_csv(text, test::make_run(), {},
              [](const Benchmark& benchmark, const Sample&) { return benchmark.name == "sort"; });
  const auto runs = read_run_csv(text, "values.csv");
  REQUIRE(runs.has_value());
  CHECK((*runs)[0].benchmarks.size() == 1);
}

// AC:import-csv-bad
TEST_CASE("a CSV that is not ours is refused with its line") {
  const auto error = [](std::string_view text) {
    const auto runs = read_run_csv(text, "v.csv");
    REQUIRE_FALSE(runs.has_value());
    CHECK(runs.error().code == Code::parse);
    return runs.error().message;
  };
  const std::string header = run_csv_header({"rows"});
  const auto row = [&](std::string_view line) { return error(header + std::string(line)); };
  const std::string good = "r,1,s,c,main,2026-01-01T00:00:00Z,b,time,s,lower,false,1,0.5,7\r\n";
  CHECK(error("a,b\n").contains("v.csv:1: the first line does not name the columns"));
  CHECK(error("\"a").contains("a quote is not closed"));
  CHECK(error(header.substr(0, header.size() - 2) + ",more\r\n").contains("column `more`"));
  CHECK(row("a\n") == "v.csv:2: 1 fields, and the first line names 14");
  CHECK(row("\"a\"b\n").contains("v.csv:2: text follows a quoted field"));
  CHECK(row(good + "r,0,s,c,main,2026-01-01T00:00:00Z,b,time,s,lower,false,1,0.5,7")
            .contains("v.csv:3: `attempt`"));
  CHECK(row("r,1,s,c,main,x,b,time,s,lower,false,1,0.5,7").contains("`time`"));
  CHECK(row("r,1,s,c,main,2026-01-01T00:00:00Z,b,time,ns,lower,false,1,0.5,7").contains("`unit`"));
  CHECK(row("r,1,s,c,main,2026-01-01T00:00:00Z,b,time,s,up,false,1,0.5,7").contains("`better`"));
  CHECK(row("r,1,s,c,main,2026-01-01T00:00:00Z,b,time,s,lower,no,1,0.5,7").contains("`exact`"));
  CHECK(row("r,1,s,c,main,2026-01-01T00:00:00Z,b,time,s,lower,false,x,0.5,7").contains("`launch`"));
  CHECK(row("r,1,s,c,main,2026-01-01T00:00:00Z,b,time,s,lower,false,1,nan,7").contains("`value`"));
  CHECK(row(good + "r,1,s,d,main,2026-01-01T00:00:00Z,b,time,s,lower,false,1,0.5,7")
            .contains("v.csv:3: commit differ"));
  CHECK(row(good + "r,1,s,c,dev,2026-01-01T00:00:00Z,b,time,s,lower,false,1,0.5,7")
            .contains("branch differ"));
  CHECK(row(good + "r,1,s,c,main,2026-01-02T00:00:00Z,b,time,s,lower,false,1,0.5,7")
            .contains("time differ"));
  CHECK(row(good + "r,1,s,c,main,2026-01-01T00:00:00Z,b,time,s,higher,false,1,0.5,7")
            .contains("unit, better or exact differ"));
  CHECK(row(good + "r,1,s,c,main,2026-01-01T00:00:00Z,b,time,s,lower,false,1,0.5,8")
            .contains("dimensions differ"));
  CHECK(error(header.substr(0, header.size() - 2) + ",dimension:backend\r\n" +
              good.substr(0, good.size() - 2) + ",7\r\n")
            .contains("v.csv: run `r`: /benchmarks/0/dimensions/backend"));
  CHECK(row(good + "\x8d").contains("v.csv:3: it is no UTF-8"));
  CHECK(read_run_csv(header + good + "\n", "v.csv").has_value());
}

}  // namespace
}  // namespace perfgate::harness
