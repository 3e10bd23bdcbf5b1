#include "model/judgement_json.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "paths.hpp"
#include "support/factory.hpp"

namespace perfgate {
namespace {

std::string text_of(const Judgement& judgement, int levels = 8) {
  std::string text;
  write_judgement(judgement, [&](std::string_view piece) { text += piece; }, levels);
  return text;
}

Judgement full_judgement() {
  const Run base = test::make_run({.noise = 0.01, .id = "base", .headlines = test::headlines()});
  Run head = test::make_run({.multiplier = 1.2,
                             .noise = 0.01,
                             .seed = 9,
                             .id = "head",
                             .headlines = test::headlines(0.015)});
  head.notes = {{.severity = Severity::warning, .text = "the host was busy"}};
  Judgement judgement = test::judged(head, &base, test::shipped_policy());
  for (Finding& finding : judgement.findings)
    if (finding.reason == Reason::limit_violated) finding.limit->since = Time{1'763'000'000'000};
  judgement.reproduce = {"perfgate check --run run.json"};
  judgement.host_differences = {"cpu_model: \"A\" here, \"B\" there"};
  judgement.tool = "perfgate 0.1.0";
  return judgement;
}

// AC:run-round-trip
TEST_CASE("a judgement is read back as it was written") {
  const Judgement judgement = full_judgement();
  for (const int levels : {0, 8}) {
    const auto back = read_judgement(text_of(judgement, levels), "judgement.json");
    if (!back) FAIL(back.error().message);
    CHECK(*back == judgement);
  }
  CHECK_FALSE(text_of(judgement, 0).contains('\n'));  // one record, one line
}

// AC:receipts-for-ever
TEST_CASE("the judgement.json that names its design is read") {
  std::ifstream file(PERFGATE_SOURCE_DIR "/tests/data/receipts/judgement.v1.design.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto judgement = read_judgement(text, "judgement.v1.design.json");
  if (!judgement) FAIL(judgement.error().message);
  CHECK(judgement->method == "shift-bounds/1");
  CHECK(judgement->design == Design::two_runners);
  REQUIRE(judgement->smallest_detectable);
  const Finding& slow = test::finding_of(*judgement, "part/4");
  CHECK(slow.comparison->design == Design::two_runners);
  REQUIRE(slow.comparison->suite_shift);
  CHECK(text_of(*judgement, 8) == text);
}

// AC:receipts-for-ever
TEST_CASE("the judgement.json of version 1 is read") {
  std::ifstream file(PERFGATE_SOURCE_DIR "/tests/data/receipts/judgement.v1.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto judgement = read_judgement(text, "judgement.v1.json");
  if (!judgement) FAIL(judgement.error().message);
  CHECK(judgement->verdict == Verdict::fail);
  CHECK(judgement->exit_code == 1);
  CHECK(judgement->findings.size() == full_judgement().findings.size());
  const Finding* violated = test::find_reason(*judgement, Reason::limit_violated);
  REQUIRE(violated);
  CHECK(violated->code == Code::slo);
  CHECK(violated->limit->since == Time{1'763'000'000'000});
  CHECK(text_of(*judgement) == text);
}

// AC:run-misfits
TEST_CASE("a judgement that does not fit is refused with its place") {
  using nlohmann::json;
  json document = json::parse(text_of(full_judgement()));
  document["findings"][0]["reason"] = "mood";
  const auto read = read_judgement(document.dump(), "judgement.json");
  REQUIRE_FALSE(read);
  CHECK(read.error().code == Code::schema);
  CHECK(read.error().message.starts_with(
      "judgement.json: /findings/0/reason: expected one of within_budget, improved, regressed, "));
  CHECK(read_judgement("{\"schema\":\"perfgate.run/1\"}", "j")
            .error()
            .message.contains("this is no judgement.json"));
  CHECK(read_judgement("{\"schema\":\"perfgate.judgement/2\"}", "j")
            .error()
            .message.contains("newer perfgate"));
  const json schema = json::parse(judgement_json_schema());
  CHECK(schema["properties"]["schema"]["const"] == "perfgate.judgement/1");
}

TEST_CASE("every verdict and reason has a word of its own") {
  // A word that is missing or twice would not come back.
  for (int i = 0; i <= static_cast<int>(Reason::waiver_expired); ++i) {
    Judgement judgement{.schema = "perfgate.judgement/1"};
    judgement.findings = {
        {.reason = static_cast<Reason>(i), .verdict = static_cast<Verdict>(i % 7)}};
    const auto back = read_judgement(text_of(judgement), "j");
    REQUIRE(back);
    CHECK(back->findings == judgement.findings);
  }
}

}  // namespace
}  // namespace perfgate
