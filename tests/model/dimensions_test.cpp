#include "model/dimensions.hpp"

#include <doctest/doctest.h>

#include <utility>

namespace perfgate {
namespace {

TEST_CASE("dimensions are kept by name and cost eight bytes where there are none") {
  CHECK(sizeof(Dimensions) <= 8);
  Dimensions dimensions;
  CHECK(dimensions.empty());
  CHECK(dimensions.find("a") == nullptr);
  dimensions.set("b", Scalar(1.5));
  dimensions.set("a", Scalar("x"));
  dimensions.set("b", Scalar(2e6));
  CHECK(dimensions.all().size() == 2);
  CHECK(dimensions.all()[0].name == Symbol("a"));
  CHECK(*dimensions.find("b") == Scalar(std::int64_t{2'000'000}));  // whole: an integer
  Dimensions copy = dimensions;
  CHECK(copy == dimensions);
  copy.set("a", Scalar());
  CHECK_FALSE(copy == dimensions);
  CHECK(*dimensions.find("a") == Scalar("x"));
  dimensions = copy;
  CHECK(dimensions == copy);
  const Dimensions moved = std::move(copy);
  CHECK(moved == dimensions);
}

TEST_CASE("a scalar reads as it is written in JSON but for the quotes") {
  CHECK(to_text(Scalar()) == "null");
  CHECK(to_text(Scalar(true)) == "true");
  CHECK(to_text(Scalar(std::int64_t{-5})) == "-5");
  CHECK(to_text(Scalar(0.5)) == "0.5");
  CHECK(to_text(Scalar("x y")) == "x y");
  CHECK(number_scalar(1e300) == Scalar(1e300));
  CHECK(number_scalar(-3.0) == Scalar(std::int64_t{-3}));
}

TEST_CASE("a moment is an ISO date or time with or without a zone") {
  CHECK(moment_from_text("2026-11-20T11:35:00Z") == moment_from_text("2026-11-20T11:35:00.000"));
  CHECK(moment_from_text("2026-11-20T00:00:00+00:00") == moment_from_text("2026-11-20"));
  CHECK_FALSE(moment_from_text("20 November"));
  CHECK_FALSE(moment_from_text(""));
}

TEST_CASE("names that end in a base unit are measures") {
  CHECK(measure_named("read_seconds")->unit == BaseUnit::second);
  CHECK(measure_named("peak_bytes")->unit == BaseUnit::byte);
  CHECK(measure_named("scan_bytes_per_second")->higher_is_better);
  CHECK(measure_named("rows_per_second")->unit == BaseUnit::per_second);
  CHECK_FALSE(measure_named("seconds"));
  CHECK_FALSE(measure_named("dataset_rows"));
}

}  // namespace
}  // namespace perfgate
