#include "model/field_text.hpp"

#include <doctest/doctest.h>

#include "model/entities.hpp"
#include "support/factory.hpp"

namespace perfgate {
namespace {

TEST_CASE("fields are found by path as texts") {
  Run run = test::make_run({.branch = "release", .headlines = test::headlines()});
  run.benchmarks[0].dimensions.set("backend", Scalar("polars"));
  CHECK(field_is(run, "id", "run-1"));
  CHECK(field_is(run, "attempt", "1"));
  CHECK(field_is(run, "commit.branch", "release"));
  CHECK(field_is(run, "commit.dirty", "false"));
  CHECK(field_is(run, "suites", "suite"));
  CHECK(field_is(run, "started", to_text(run.started)));
  CHECK(field_is(run, "headlines.label", "COMP-3"));
  CHECK(field_is(run, "metrics.unit", "s"));
  CHECK(field_is(run, "metrics.better", "lower"));
  CHECK(field_is(run, "benchmarks.dimensions.backend", "polars"));
  CHECK_FALSE(field_is(run, "benchmarks.dimensions.frontend", "polars"));
  CHECK(field_is(run, "fingerprint.cpu_model", "Example CPU 3000"));
  CHECK_FALSE(field_is(run, "fingerprint.governor", ""));  // absent is no text
  CHECK_FALSE(field_is(run, "commit", "release"));         // an object is no text
  CHECK(has_field<Run>("commit.branch"));
  CHECK(has_field<Run>("benchmarks.dimensions.anything"));
  CHECK_FALSE(has_field<Run>("commit"));
  CHECK_FALSE(has_field<Run>("commit.branch.x"));
  CHECK_FALSE(has_field<Run>("comit.branch"));
  CHECK(has_field<Judgement>("findings.limit.kind"));
  CHECK(has_field<Finding>("code"));
}

}  // namespace
}  // namespace perfgate
