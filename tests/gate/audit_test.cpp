#include "gate/audit.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/embedded.hpp"
#include "base/hash.hpp"
#include "config/audit.hpp"
#include "gate/audit_document.hpp"
#include "gate/audit_period.hpp"
#include "model/audit_json.hpp"
#include "model/history_json.hpp"

namespace perfgate::gate {
namespace {

Time at(std::string_view text) { return *time_from_text(text); }

/// A chain of records, as a store would give it.
struct Chain {
  std::vector<LedgerEntry> entries;

  LedgerEntry& add(Kind kind, std::string key, Time when) {
    LedgerEntry entry{.seq = std::ssize(entries) + 1,
                      .prev = entries.empty() ? std::string(64, '0') : entries.back().sha256,
                      .sha256 = sha256(fmt::format("{}", entries.size())),
                      .kind = kind,
                      .key = std::move(key),
                      .at = when};
    entries.push_back(std::move(entry));
    return entries.back();
  }
  void run(const std::string& id, const std::string& sha, Time when, bool dirty = false) {
    add(Kind::run, id, when).content =
        RunFacts{.id = id, .sha = sha, .branch = "main", .started = when, .dirty = dirty};
  }
  void judged(const std::string& id, const std::string& sha, Time when,
              Verdict verdict = Verdict::pass, double value = 100) {
    run(id, sha, when);
    add(Kind::judgement, "main@" + id, when).content = JudgementFacts{
        .run = id,
        .run_id = id,
        .sha = sha,
        .branch = "main",
        .verdict = verdict,
        .method = "shift-bounds/1",
        .findings = 2,
        .failed = verdict == Verdict::fail,
        .limits = {{.subject = "display",
                    .reason = value < 80 ? Reason::limit_violated : Reason::limit_met,
                    .written = "80 MiB/s",
                    .value = value,
                    .margin = value / 80}}};
  }
};

AuditTerms terms() {
  return {.config = {.standards = {"SOX", "GDPR"}},
          .controls =
              config::read_audit_controls(embedded("config/audit_controls.toml"), "c")->controls,
          .signing = "chained, not signed"};
}

MergeFacts merge(std::string sha, Time when, std::string head = "",
                 std::string subject = "Change") {
  return {.sha = std::move(sha),
          .head = std::move(head),
          .at = when,
          .subject = std::move(subject),
          .author = "A",
          .merger = "B"};
}

/// The report on a period, made of what the chain holds up to `until` records.
Audit report(Chain chain, std::string_view name, const RepositoryFacts& repository,
             std::size_t until = 1000) {
  AuditBooks books;
  const AuditPeriod period = *audit_period(name);
  bool begun = false;
  std::optional<Audit> audit;
  for (std::size_t i = 0; i < std::min(until, chain.entries.size()); ++i) {
    const Time now = books.counted_from(chain.entries[i]);
    if (!begun && !(now < period.begin)) books.begin(period), begun = true;
    if (!(now < period.end) && !audit) audit = books.close(terms(), repository);
    REQUIRE(books.add(chain.entries[i]));
  }
  if (!begun) books.begin(period);
  return audit ? *audit : books.close(terms(), repository);
}

const AuditEvidence& evidence(const Audit& audit, std::string_view name) {
  return *std::ranges::find(audit.evidence, name, &AuditEvidence::name);
}

// AC:audit-population
TEST_CASE(
    "audit: every change stands in the population, judged, covered or a gap with its reason") {
  Chain chain;
  chain.judged("r1", "a1", at("2026-10-02T10:00:00Z"));
  chain.judged("r2", "head-of-a2", at("2026-10-03T10:00:00Z"));
  chain.run("r3", "a3", at("2026-10-04T10:00:00Z"));
  chain.run("r4", "a4", at("2026-10-05T10:00:00Z"), true);
  chain.judged("r7", "a7", at("2026-10-08T10:00:00Z"), Verdict::fail, 50);
  chain.judged("r0", "z0", at("2026-10-09T10:00:00Z"));
  const RepositoryFacts repository{
      .branch = "main",
      .query = "git log",
      .merges = {merge("z0", at("2026-09-30T23:00:00Z")), merge("a1", at("2026-10-02T09:00:00Z")),
                 merge("a2", at("2026-10-03T09:00:00Z"), "head-of-a2"),
                 merge("a6", at("2026-10-07T09:00:00Z")), merge("a7", at("2026-10-08T09:00:00Z")),
                 merge("a3", at("2026-10-09T09:00:00Z")), merge("a4", at("2026-10-10T09:00:00Z")),
                 merge("a5", at("2026-10-11T09:00:00Z"), "", "Tidy [skip ci]"),
                 merge("a8", at("2026-10-31T23:59:59Z")), merge("n1", at("2026-11-01T00:00:00Z"))},
      .tags = {{"v1", "a1", at("2026-10-02T12:00:00Z")}, {"v2", "a8", at("2026-10-31T23:59:59Z")}}};
  const Audit audit = report(chain, "2026-10", repository);
  const auto state = [&](std::string_view sha) -> const AuditMerge& {
    return *std::ranges::find(audit.population.merges, sha, &AuditMerge::sha);
  };
  CHECK(audit.population.merges.size() == 9);
  CHECK(audit.population.commits == 8);
  CHECK(audit.population.judged == 3);
  CHECK(audit.population.covered == 1);
  CHECK(audit.population.gaps == 4);
  CHECK(audit.population.late == 1);
  CHECK(audit.population.newest == "a8");
  CHECK(state("z0").state == AuditMergeState::late);
  CHECK(state("a2").reason.contains("before it was merged"));
  CHECK(state("a3").reason.contains("not judged by the end of the period: run r3"));
  CHECK(state("a4").reason.contains("changes that no commit holds"));
  CHECK(state("a5").reason.contains("skipped"));
  CHECK(state("a6").state == AuditMergeState::covered);
  CHECK(state("a6").reason.contains("held by a7"));
  CHECK(state("a8").reason.contains("bypassed, or never measured"));
  CHECK(audit.deployments.size() == 2);
  CHECK(audit.deployments[0].verdict == Verdict::pass);
  CHECK(audit.deployments[1].reason.contains("neither measured nor judged"));
  CHECK(evidence(audit, "population").state == AuditState::partly);
  CHECK(evidence(audit, "outcome").state == AuditState::partly);
  REQUIRE(audit.limits.size() == 1);
  CHECK(audit.limits[0].checks == 4);
  CHECK(audit.limits[0].violated == 1);
  CHECK(audit.limits[0].worst == 50);
  CHECK(audit.limits[0].worst_judgement == "main@r7");
}

// AC:audit-late
TEST_CASE("audit: a month made late equals the month made in time") {
  Chain chain;
  chain.judged("r1", "a1", at("2026-10-02T10:00:00Z"));
  const std::size_t in_time = chain.entries.size();
  chain.judged("r2", "a2", at("2026-11-02T10:00:00Z"));
  // A clock that went back: what is written in November does not come into October.
  chain.judged("r3", "a3", at("2026-10-20T10:00:00Z"), Verdict::fail, 10);
  RepositoryFacts repository{.branch = "main", .merges = {merge("a1", at("2026-10-02T09:00:00Z"))}};
  const Audit early = report(chain, "2026-10", repository, in_time);
  repository.merges.push_back(merge("a2", at("2026-11-02T09:00:00Z")));
  const Audit late = report(chain, "2026-10", repository);
  CHECK(early == late);
  const Audit november = report(chain, "2026-11", repository);
  CHECK(november.chain.clock_back == 2);
  CHECK(november.chain.first == 3);
  CHECK(november.chain.prev == early.chain.head);
  CHECK(november.runs.size() == 2);
  CHECK(evidence(november, "clock").state == AuditState::partly);
}

// AC:audit-quiet-months
TEST_CASE("audit: a leap day, a month without runs and a year's change") {
  Chain chain;
  chain.judged("r1", "a1", at("2024-02-29T23:59:59Z"));
  chain.judged("r2", "a2", at("2024-12-31T23:59:59Z"));
  chain.judged("r3", "a3", at("2025-01-01T00:00:00Z"));
  const RepositoryFacts none{.branch = "main"};
  CHECK(report(chain, "2024-02", none).chain.records == 2);
  const Audit quiet = report(chain, "2024-03", none);
  CHECK(quiet.chain.records == 0);
  CHECK(quiet.chain.head == chain.entries[1].sha256);
  CHECK(quiet.chain.root == sha256(""));
  CHECK(evidence(quiet, "testing").state == AuditState::missing);
  CHECK(report(chain, "2024-12", none).chain.last == 4);
  CHECK(report(chain, "2025-01", none).chain.first == 5);
  CHECK(report(chain, "2024-W09", none).chain.records == 2);
}

// AC:audit-incidents
TEST_CASE("audit: incidents, baselines, overrides and deeds as they were at the period's end") {
  Chain chain;
  Incident incident{.id = "i-1",
                    .branch = "main",
                    .benchmark = "decode",
                    .opened = at("2026-09-10T00:00:00Z"),
                    .opened_by = "main@r1"};
  chain.add(Kind::incident, "i-1", at("2026-09-10T00:00:00Z")).content = to_json(incident);
  const auto promote = [&](std::string_view when) {
    const Baseline baseline{.branch = "main",
                            .host_class = "h",
                            .run_id = "r",
                            .at = at(when),
                            .by = "m",
                            .why = "w",
                            .action = "promote"};
    chain.add(Kind::baseline, "main@h", at(when)).content = to_json(baseline);
  };
  promote("2026-09-11T00:00:00Z");
  const Mark mark{.judgement = "main@r1", .at = at("2026-10-02T00:00:00Z"), .by = "m", .why = "no"};
  chain.add(Kind::mark, "main@r1", mark.at).content = to_json(mark);
  const AuditRecord deed{
      .at = at("2026-10-03T00:00:00Z"), .actor = "m", .allowed = false, .why = "not allowed"};
  chain.add(Kind::audit, "x", deed.at).content = to_json(deed);
  incident.state = IncidentState::resolved;
  incident.closed = at("2026-11-02T00:00:00Z");
  chain.add(Kind::incident, "i-1", at("2026-11-02T00:00:00Z")).content = to_json(incident);
  const RepositoryFacts none{.branch = "main"};
  const Audit october = report(chain, "2026-10", none);
  REQUIRE(october.incidents.size() == 1);
  CHECK(october.incidents[0].state == IncidentState::open);
  CHECK(october.baselines.size() == 1);
  CHECK(october.marks.size() == 1);
  CHECK(october.deeds.size() == 1);
  CHECK_FALSE(october.deeds[0].allowed);
  const Audit november = report(chain, "2026-11", none);
  CHECK(november.incidents[0].state == IncidentState::resolved);
  CHECK(november.marks.empty());
  CHECK(report(chain, "2026-12", none).incidents.empty());
  // Twelve months of baselines are shown: those since the month eleven before.
  CHECK(report(chain, "2027-08", none).baselines.size() == 1);
  CHECK(report(chain, "2027-09", none).baselines.empty());
}

TEST_CASE("audit: a record that does not follow the one before is refused") {
  Chain chain;
  chain.judged("r1", "a1", at("2026-10-02T10:00:00Z"));
  AuditBooks books;
  REQUIRE(books.add(chain.entries[0]));
  chain.entries[1].prev[3] ^= 1;
  CHECK(books.add(chain.entries[1]).error().code == Code::audit);
  AuditBooks cut;
  LedgerEntry late = chain.entries[1];
  REQUIRE(cut.add(late));
  CHECK(cut.check_beginning().error().message.contains("no record of a deletion says why"));
}

// AC:audit-retention
TEST_CASE("audit: retention cut short is missing, and what a deletion wrote again is no new run") {
  Chain chain;
  const Time now = at("2026-10-15T00:00:00Z");
  chain.judged("r1", "a1", now);
  chain.add(Kind::deletion, "2026-01", now).content = std::string(
      R"({"month":"2026-01","head":"x","first":1,"last":9,"records":9,"by":"m","why":"space",)"
      R"("deleted":[{"seq":1,"kind":"run","key":"r1","sha256":""},)"
      R"({"seq":2,"kind":"judgement","key":"main@r1","sha256":""}]})");
  const Audit audit = report(chain, "2026-10", {.branch = "main"});
  CHECK(audit.runs.empty());
  REQUIRE(audit.deletions.size() == 1);
  CHECK(audit.deletions[0].why == "space");
  CHECK(evidence(audit, "retention").state == AuditState::missing);
  CHECK(evidence(audit, "retention").reason.contains("2026-01"));
}

// AC:audit-wording
TEST_CASE("audit: a report says evidence, and never that something is compliant or certified") {
  Chain chain;
  chain.judged("r1", "a1", at("2026-10-02T10:00:00Z"), Verdict::fail, 10);
  const Audit audit = report(
      chain, "2026-10", {.branch = "main", .merges = {merge("a1", at("2026-10-02T09:00:00Z"))}});
  std::string text(embedded("templates/audit_report.html"));
  text += embedded("config/audit_controls.toml");
  write_audit(audit, [&](std::string_view piece) { text += piece; });
  bool has_limits = false;
  for (const doc::Block& block : audit_document(audit).blocks)
    if (const auto* heading = std::get_if<doc::Heading>(&block))
      has_limits |= heading->text == "Limits of this report";
  CHECK(has_limits);
  std::ranges::transform(text, text.begin(), [](char c) { return static_cast<char>(tolower(c)); });
  for (const char* word :
       {"compliant", "certified", "certifies", "tamper-proof", "immutable", "guarantee", "proves"})
    CHECK_MESSAGE(!text.contains(word), word);
  CHECK(text.contains("evidence that may support"));
  CHECK(audit.statement.contains("Signature:"));
  const auto json = [&] {
    std::string one;
    write_audit(audit, [&](std::string_view piece) { one += piece; });
    return one;
  }();
  const auto back = read_audit(json, "audit.json");
  REQUIRE(back);
  CHECK(*back == audit);
}

TEST_CASE("audit: numbers of pull requests stand where forges write them") {
  CHECK(pull_request_of("Merge pull request #12 from x/y") == 12);
  CHECK(pull_request_of("Fix it (#34)") == 34);
  CHECK(pull_request_of("Fix (#34) more") == 0);
  CHECK(pull_request_of("Fix #34") == 0);
  CHECK(pull_request_of("(#") == 0);
  CHECK(pull_request_of("Merge pull request #") == 0);
  CHECK(pull_request_of("(#99999999999999999999)") == 0);
}

}  // namespace
}  // namespace perfgate::gate
