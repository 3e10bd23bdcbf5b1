#include "gate/incidents.hpp"

#include <doctest/doctest.h>

namespace perfgate::gate {
namespace {

constexpr Time early{1'000}, later{2'000};

Finding finding(Reason reason, Verdict verdict, std::string benchmark = "sort") {
  return {.suite = "s",
          .benchmark = std::move(benchmark),
          .metric = "time",
          .reason = reason,
          .verdict = verdict,
          .why = "why"};
}

Judgement judgement(std::vector<Finding> findings, std::string branch = "main",
                    std::string run = "r1") {
  Judgement result{.run_id = std::move(run), .findings = std::move(findings)};
  result.commit = {.sha = "abc", .branch = std::move(branch)};
  return result;
}

std::vector<Incident> changes(const std::vector<Incident>& known, const Judgement& of,
                              Time started = later) {
  return incident_changes(known, of, "main@" + of.run_id, {}, started);
}

std::vector<Incident> one_open() {
  return changes({}, judgement({finding(Reason::regressed, Verdict::fail)}), early);
}

// AC:incidents-open
TEST_CASE("a failing judgement of the main branch opens an incident for each subject") {
  const auto opened = one_open();
  REQUIRE(opened.size() == 1);
  const Incident& incident = opened.front();
  CHECK(incident.state == IncidentState::open);
  CHECK(incident.branch == "main");
  CHECK(incident.benchmark == "sort");
  CHECK(incident.opened == early);
  CHECK(incident.opened_by == "main@r1");
  CHECK(incident.run_id == "r1");
  CHECK(incident.commit == "abc");
  CHECK_FALSE(incident.limit);
  CHECK_FALSE(incident.closed);

  Finding floor = finding(Reason::limit_violated, Verdict::fail);
  floor.limit = LimitCheck{.kind = LimitKind::floor};
  Finding headline{.headline = "comp3", .reason = Reason::regressed, .verdict = Verdict::fail};
  const auto several = changes({}, judgement({finding(Reason::regressed, Verdict::fail), floor,
                                              finding(Reason::drifted, Verdict::fail), headline,
                                              finding(Reason::drifted, Verdict::fail, "decode")}));
  REQUIRE(several.size() == 4);  // drift of what regressed is the same incident
  CHECK(several[1].limit == LimitKind::floor);
  CHECK(several[2].headline == "comp3");
  CHECK(several[3].reason == Reason::drifted);
}

TEST_CASE("what does not fail and what is on another branch and the run itself open nothing") {
  for (const Finding& mild :
       {finding(Reason::slower_within_fail, Verdict::warn),
        finding(Reason::uncertain, Verdict::inconclusive),
        finding(Reason::missing, Verdict::not_measured), finding(Reason::accepted, Verdict::pass)})
    CHECK(changes({}, judgement({mild})).empty());
  const Finding bad = finding(Reason::regressed, Verdict::fail);
  CHECK(changes({}, judgement({bad}, "topic")).empty());
  CHECK(changes({}, judgement({bad}, "")).empty());
  CHECK(
      changes({}, judgement({{.reason = Reason::waiver_dead, .verdict = Verdict::fail}})).empty());
}

TEST_CASE("an incident that is open is not opened again") {
  const auto known = one_open();
  const Finding bad = finding(Reason::regressed, Verdict::fail);
  CHECK(changes(known, judgement({bad}, "main", "r2")).empty());
  // The same judgement kept again, after the end: it is the same incident.
  auto closed = known;
  closed[0].state = IncidentState::resolved;
  CHECK(changes(closed, judgement({bad}), early).empty());
  const auto again = changes(closed, judgement({bad}, "main", "r2"));
  REQUIRE(again.size() == 1);
  CHECK(again[0].id != closed[0].id);
}

// AC:incidents-close
TEST_CASE("a passing finding closes an incident and doubt does not") {
  const auto known = one_open();
  const auto closed =
      changes(known, judgement({finding(Reason::within_budget, Verdict::pass)}, "main", "r2"));
  REQUIRE(closed.size() == 1);
  CHECK(closed[0].id == known[0].id);
  CHECK(closed[0].state == IncidentState::resolved);
  CHECK(closed[0].closed == later);
  CHECK(closed[0].closed_by == "main@r2");
  CHECK(closed[0].waiver.empty());
  CHECK(changes(known, judgement({finding(Reason::improved, Verdict::improved)})).size() == 1);

  CHECK(changes(known, judgement({})).empty());
  CHECK(changes(known, judgement({finding(Reason::uncertain, Verdict::inconclusive)})).empty());
  CHECK(changes(known, judgement({finding(Reason::missing, Verdict::not_measured)})).empty());
  CHECK(changes(known, judgement({finding(Reason::slower_within_fail, Verdict::warn)})).empty());
  CHECK(
      changes(known, judgement({finding(Reason::within_budget, Verdict::pass, "decode")})).empty());
  // Within the budget of one step, and still beyond that since the anchor.
  CHECK(changes(known, judgement({finding(Reason::within_budget, Verdict::pass),
                                  finding(Reason::drifted, Verdict::fail)}))
            .empty());
  // A run of before it began says nothing of its end.
  CHECK(changes(known, judgement({finding(Reason::within_budget, Verdict::pass)}), {500}).empty());
  Finding met = finding(Reason::limit_met, Verdict::pass);
  met.limit = LimitCheck{.kind = LimitKind::floor};
  CHECK(changes(known, judgement({met})).empty());
}

TEST_CASE("a waiver closes an incident as accepted") {
  Finding accepted = finding(Reason::accepted, Verdict::pass);
  accepted.waiver = "w1";
  const auto closed = changes(one_open(), judgement({accepted}, "main", "r2"));
  REQUIRE(closed.size() == 1);
  CHECK(closed[0].state == IncidentState::accepted);
  CHECK(closed[0].waiver == "w1");
}

}  // namespace
}  // namespace perfgate::gate
