#include "gate/hypothesis.hpp"

#include <doctest/doctest.h>

#include "model/judgement_json.hpp"
#include "support/factory.hpp"

namespace perfgate::gate {
namespace {

using test::make_run;

Hypothesis parsed(std::string_view text) {
  const auto hypothesis = hypothesis_from_text(text);
  REQUIRE(hypothesis);
  return *hypothesis;
}

HypothesisResult asked(std::string_view text, const Run& head, const Run* base,
                       const Policy& policy = {}) {
  return test_hypothesis(parsed(text), test::judged(head, base, policy), head, policy);
}

// AC:hypothesis-text
TEST_CASE("a hypothesis is named with or without its share") {
  CHECK(parsed("no-regression") == Hypothesis{HypothesisKind::no_regression, 0.1});
  CHECK(parsed("within") == Hypothesis{HypothesisKind::within, 0.1});
  CHECK(parsed("within=5%") == Hypothesis{HypothesisKind::within, 0.05});
  CHECK(parsed(" improvement = 5 % ") == Hypothesis{HypothesisKind::improvement, 0.05});
  CHECK(parsed("no-regression=0.02").tolerance == 0.02);
  CHECK(to_text(parsed("within=2.5%")) == "within 2.5 %");
  const auto refused = [](std::string_view text, std::string_view message, std::string_view hint) {
    const auto result = hypothesis_from_text(text);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Code::usage);
    CHECK_MESSAGE(result.error().message.contains(message), result.error().message);
    CHECK_MESSAGE(result.error().hint.contains(hint), result.error().hint);
  };
  refused("improvment=5%", "there is none of that name", "did you mean `improvement`?");
  refused("", "there is none of that name", "no-regression, improvement=P or within=P");
  refused("within=", "is not a share of more than 0", "within=5%");
  refused("within=-5%", "is not a share", "within=0.05");
  refused("within=0", "is not a share", "");
  refused("within=nan", "is not a share", "");
  refused("within=5", "is not a share", "");
  refused("within=5 ms", "is not a share", "");
  refused("improvement=100%", "nothing gets better by 100 %", "50%");
}

// AC:hypothesis-answers
TEST_CASE("a hypothesis passes where every interval agrees and fails where one excludes it") {
  const Run base = make_run({.noise = 0.005});
  const auto run = [](double multiplier, std::uint64_t seed = 7) {
    return make_run({.multiplier = multiplier, .noise = 0.005, .seed = seed, .id = "run-2"});
  };
  using enum HypothesisStatus;
  const auto status = [&](std::string_view text, const Run& head) {
    return asked(text, head, &base).status;
  };
  CHECK(status("no-regression", run(1.0)) == passed);
  CHECK(status("no-regression", run(1.05)) == passed);
  CHECK(status("no-regression=2%", run(1.05)) == failed);
  CHECK(status("no-regression", run(0.5)) == passed);
  CHECK(status("improvement=0.0001", run(1.0)) == inconclusive);
  CHECK(status("improvement", run(0.8)) == passed);
  CHECK(status("improvement", run(0.95)) == failed);
  CHECK(status("improvement=5%", run(1.0)) == failed);
  CHECK(status("within", run(1.02)) == passed);
  CHECK(status("within", run(0.8)) == failed);
  CHECK(status("within", run(1.2)) == failed);
  CHECK(status("within=0.0001", run(1.0)) == inconclusive);

  Run mixed = run(1.0);
  const Run slow = run(1.3);
  mixed.benchmarks[1] = slow.benchmarks[1];
  const HypothesisResult result = asked("no-regression", mixed, &base);
  CHECK(result.status == failed);
  REQUIRE(result.answers.size() == 3);
  CHECK(result.answers[0].benchmark == mixed.benchmarks[1].name);
  CHECK(result.answers[0].status == failed);
  CHECK(result.answers[0].comment.contains("worse: no more than 10 % worse is excluded"));
  CHECK(result.answers[0].change.value() == doctest::Approx(0.3).epsilon(0.1));
  CHECK(result.answers[1].status == passed);
  CHECK(result.answers[1].comment.contains("is shown"));
  CHECK(result.comments[0] == "no more than 10 % worse: 2 of 3 shown, 1 excluded, 0 neither");
}

TEST_CASE("more is better for what is better higher") {
  const Metric rate{
      .name = Symbol("items"), .unit = BaseUnit::per_second, .better = Better::higher};
  Run base = make_run(), head = make_run({.id = "run-2"});
  test::add_metric(base, rate, {100, 101, 99, 100, 102, 98, 100, 101});
  test::add_metric(head, rate, {130, 131, 129, 130, 132, 128, 130, 131});
  Policy policy;
  policy.rules.push_back({.metric = "items", .bands = Bands{.fail = test::dec("0.03")}});
  const auto of_items = [&](const HypothesisResult& result) {
    for (const HypothesisAnswer& answer : result.answers)
      if (answer.metric.text() == "items") return answer;
    FAIL("no answer for items");
    return HypothesisAnswer{};
  };
  CHECK(of_items(asked("improvement=20%", head, &base, policy)).status == HypothesisStatus::passed);
  CHECK(of_items(asked("no-regression", base, &head, policy)).status == HypothesisStatus::failed);
}

// AC:hypothesis-inconclusive
TEST_CASE("too little data and what is missing never pass") {
  const Run base = make_run({.noise = 0.001});
  const Run few = make_run({.noise = 0.001, .seed = 3, .launches = 2, .id = "run-2"});
  const HypothesisResult little = asked("no-regression=50%", few, &base);
  CHECK(little.status == HypothesisStatus::inconclusive);
  CHECK(little.answers[0].comment.contains("samples show nothing, and the policy asks for 5"));

  Run gone = make_run({.noise = 0.001, .seed = 4, .id = "run-3"});
  gone.benchmarks.pop_back();
  Policy policy;
  policy.expect_baseline = true;
  const HypothesisResult missing = asked("no-regression", gone, &base, policy);
  CHECK(missing.status == HypothesisStatus::inconclusive);
  CHECK(missing.answers[0].comment.contains("it could not be compared"));
  CHECK_FALSE(missing.answers[0].change);

  const HypothesisResult nothing = asked("within", base, nullptr);
  CHECK(nothing.status == HypothesisStatus::inconclusive);
  CHECK(nothing.answers.empty());
  CHECK(nothing.comments[0] == "nothing was compared");
  CHECK(nothing.comments[1].contains("there is no baseline"));
}

// AC:hypothesis-exit
TEST_CASE("the exit code is the answer's and the policy's for all that it does not answer") {
  const Run base = make_run({.noise = 0.005});
  const auto exit = [&](std::string_view text, double multiplier, Policy policy = {},
                        bool fail_on_warn = false) {
    const Run head = make_run({.multiplier = multiplier, .noise = 0.005, .seed = 5, .id = "run-2"});
    Judgement judgement = test::judged(head, &base, policy);
    answer_hypothesis(test_hypothesis(parsed(text), judgement, head, policy), judgement, policy,
                      fail_on_warn);
    std::string json;
    write_judgement(judgement, [&](std::string_view piece) { json += piece; }, 0);
    const auto again = read_judgement(json, "judgement.json");
    REQUIRE(again);
    CHECK(again->hypothesis == judgement.hypothesis);
    return judgement.exit_code;
  };
  CHECK(exit("no-regression", 1.05) == 0);  // the built-in policy would fail it
  CHECK(exit("no-regression", 1.3) == 1);
  CHECK(exit("within=0.004", 1.0) == 0);  // inconclusive, and the policy warns of that
  Policy strict;
  strict.on_inconclusive = OnState::fail;
  CHECK(exit("within=0.004", 1.0, strict) == 4);
  CHECK(exit("within=0.004", 1.0, {}, true) == 4);
  Policy floors;
  floors.rules.push_back({.benchmark = "sort", .ceiling = test::limit("500 ns")});
  CHECK(exit("no-regression", 1.0, floors) == 1);  // the ceiling is violated all the same
  Policy lost;
  lost.expected = {"suite/gone"};
  CHECK(exit("no-regression", 1.0, lost) == 3);
}

}  // namespace
}  // namespace perfgate::gate
