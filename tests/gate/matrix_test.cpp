#include "gate/matrix.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace perfgate::gate {
namespace {

const Metric seconds{.name = "compute_seconds", .unit = BaseUnit::second, .better = Better::lower};

MatrixBuilder builder(Aggregate aggregate = Aggregate::median) {
  MatrixBuilder made("rows", "backend", "compute_seconds", aggregate, {"ok=true"});
  made.add_session(Time{1000});
  return made;
}

// AC:report-matrix
TEST_CASE("matrix: values fall into cells by two dimensions, numbers by size") {
  MatrixBuilder made = builder();
  made.add("1000", "polars", seconds, 1, {});
  made.add("200", "polars", seconds, 2, {});
  made.add("1000", "dask", seconds, 3, {});
  const MatrixReport report = made.finish();
  CHECK(report.status == SessionStatus::success);
  CHECK(report.rows == std::vector<std::string>{"200", "1000"});
  CHECK(report.columns == std::vector<std::string>{"dask", "polars"});
  CHECK(report.cells ==
        std::vector<std::vector<std::optional<double>>>{{std::nullopt, 2.0}, {3.0, 1.0}});
  CHECK(report.counts == std::vector<std::vector<int>>{{0, 1}, {1, 1}});
  CHECK(report.aggregated.empty());
}

TEST_CASE("matrix: several values are aggregated as asked, and it says over what") {
  const std::pair<Aggregate, double> expected[] = {{Aggregate::median, 2},
                                                   {Aggregate::mean, 13.0 / 3},
                                                   {Aggregate::min, 1},
                                                   {Aggregate::max, 10},
                                                   {Aggregate::geomean, std::cbrt(20)}};
  for (const auto& [aggregate, value] : expected) {
    MatrixBuilder made = builder(aggregate);
    for (const auto& [cores, one] :
         {std::pair("1", 10.0), std::pair("2", 2.0), std::pair("4", 1.0)})
      made.add("1", "polars", seconds, one, {{"cores", cores}, {"suite", "s"}});
    const MatrixReport report = made.finish();
    CHECK(*report.cells[0][0] == doctest::Approx(value));
    CHECK(report.counts[0][0] == 3);
    CHECK(report.aggregated == std::vector<std::string>{"cores"});
  }
}

TEST_CASE("matrix: what does not belong is counted, and said") {
  MatrixBuilder made = builder(Aggregate::geomean);
  made.add("1", std::nullopt, seconds, 1, {});
  made.add("1", "a", seconds, 1, {});
  made.add("1", "a", {.name = "compute_seconds", .unit = BaseUnit::byte}, 1, {});
  made.add("1", "b", seconds, 0, {});
  made.add("1", "c", seconds, NAN, {});
  const MatrixReport report = made.finish();
  CHECK(report.columns == std::vector<std::string>{"a", "b"});
  CHECK_FALSE(report.cells[0][1]);
  CHECK(report.notes.size() == 3);
}

TEST_CASE("matrix: no run, and no measurement with both dimensions, are statuses") {
  CHECK(MatrixBuilder("a", "b", "m", Aggregate::median, {}).finish().status ==
        SessionStatus::error_no_sessions);
  MatrixBuilder made = builder();
  made.add(std::nullopt, "x", seconds, 1, {});
  const MatrixReport report = made.finish();
  CHECK(report.status == SessionStatus::error_no_measurements);
  CHECK(report.error.contains("`rows`"));
}

}  // namespace
}  // namespace perfgate::gate
