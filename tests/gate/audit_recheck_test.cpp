#include "gate/audit_recheck.hpp"

#include <doctest/doctest.h>

#include "support/audit_runs.hpp"

namespace perfgate::gate {
namespace {

struct Case {
  Run run;
  Judgement judgement;
};

Case made(int variant) {
  const test::AuditRuns runs(4, 5, 7);
  auto [run, judgement] = runs.of({.variant = variant,
                                   .id = "r-1",
                                   .sha = "abc",
                                   .branch = "main",
                                   .started = {1'780'000'000'000}});
  return {std::move(run), std::move(judgement)};
}

// AC:audit-samples
TEST_CASE("audit recheck: true judgements hold against their samples") {
  const test::AuditRuns runs(4, 5, 7);
  for (int variant = 0; variant < 6; ++variant) {
    const Case one = made(variant);
    const Recheck checked = recheck(one.judgement, one.run, &runs.base());
    CHECK(checked.figures >= 8);
    for (const std::string& what : checked.contradictions) FAIL_CHECK(what);
  }
}

// AC:audit-changed-figure
TEST_CASE("audit recheck: a changed figure is named with the samples that contradict it") {
  const test::AuditRuns runs(4, 5, 7);
  const auto contradicted = [&](Case one) {
    const Recheck checked = recheck(one.judgement, one.run, &runs.base());
    return checked.contradictions.empty() ? std::string() : checked.contradictions.front();
  };
  const auto limited = [](Case& one, bool headline) -> Finding& {
    for (Finding& finding : one.judgement.findings)
      if (finding.limit && finding.headline.empty() != headline) return finding;
    FAIL("no limit");
    return one.judgement.findings.front();
  };
  Case one = made(5);
  limited(one, true).limit->value *= 2;
  CHECK(contradicted(one).contains("the run's headline is"));
  one = made(5);
  limited(one, false).limit->value *= 1.001;
  CHECK(contradicted(one).contains("samples:"));
  one = made(5);
  limited(one, true).limit->margin *= 1.1;
  CHECK(contradicted(one).contains("margin"));
  one = made(5);
  limited(one, true).reason = Reason::limit_met;
  CHECK(contradicted(one).contains("on the other side"));
  one = made(5);
  one.judgement.verdict = Verdict::pass;
  CHECK(contradicted(one).contains("it failed"));
  one = made(1);
  for (Finding& finding : one.judgement.findings)
    if (finding.comparison) finding.comparison->head.median *= 1.01;
  CHECK(contradicted(one).contains("has the median"));
  one = made(4);
  for (Finding& finding : one.judgement.findings)
    if (finding.comparison) finding.comparison->change = 0.001;
  CHECK_FALSE(contradicted(one).empty());
  one = made(1);
  one.judgement.counts.measured = 99;
  CHECK(contradicted(one).contains("99 benchmarks"));
}

}  // namespace
}  // namespace perfgate::gate
