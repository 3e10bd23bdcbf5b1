#include "store/history.hpp"

#include <doctest/doctest.h>

#include "store/directory.hpp"
#include "store/repository.hpp"
#include "store/stored_history.hpp"
#include "support/factory.hpp"
#include "support/temporary.hpp"

namespace perfgate::store {
namespace {

using test::make_run;

struct Fresh {
  sys::TemporaryDirectory directory = test::temporary();
  std::unique_ptr<Store> store = open_directory(directory.path() + "/store");
};

Baseline promotion(std::string run_id, std::string branch = "main", std::string host = "h") {
  return {.branch = std::move(branch),
          .host_class = std::move(host),
          .run_id = std::move(run_id),
          .at = {1'795'000'000'000},
          .by = "someone",
          .why = "merged",
          .action = "promote"};
}

AuditRecord audit(bool allowed = true) {
  return {.at = {1'795'000'000'000}, .actor = "someone", .branch = "main", .allowed = allowed};
}

Judgement judgement_of(std::string run_id, Verdict verdict, std::string branch = "main") {
  Judgement judgement{
      .schema = "perfgate.judgement/1", .verdict = verdict, .run_id = std::move(run_id)};
  judgement.commit.branch = std::move(branch);
  return judgement;
}

// AC:store-round-trip
TEST_CASE("a run comes back from the store as it went in") {
  Fresh f;
  Run run =
      make_run({.noise = 0.01, .launches = 3, .repetitions = 2, .headlines = test::headlines()});
  run.benchmarks[0].name = "odd \"name\"\n\twith | lines";
  run.notes = {{.text = "first\nsecond"}};
  REQUIRE(save_run(*f.store, run));
  const auto found = find_run(*f.store, run.id);
  REQUIRE(found);
  REQUIRE(*found);
  CHECK(**found == run);
  REQUIRE(save_run(*f.store, run));  // once
  const auto lines = runs(*f.store);
  REQUIRE(lines);
  REQUIRE(lines->size() == 1);
  CHECK((*lines)[0].id == "run-1");
  CHECK((*lines)[0].attempt == 1);
  CHECK((*lines)[0].at == run.started);
}

TEST_CASE("a run is found by the beginning of its id if no other begins so") {
  Fresh f;
  for (const char* id : {"abc1", "abd2", "abd"}) REQUIRE(save_run(*f.store, make_run({.id = id})));
  CHECK((*find_run(*f.store, "abc"))->id == "abc1");
  CHECK((*find_run(*f.store, "abd"))->id == "abd");  // the whole of one, the beginning of another
  CHECK_FALSE(*find_run(*f.store, "x"));
  const auto several = find_run(*f.store, "ab");
  REQUIRE_FALSE(several);
  CHECK(several.error().code == Code::usage);
  CHECK(several.error().message.starts_with("run `ab`: several runs begin so, such as "));
  Run again = make_run({.id = "abc1"});
  again.attempt = 2;
  REQUIRE(save_run(*f.store, again));
  CHECK((*find_run(*f.store, "abc"))->attempt == 2);
}

TEST_CASE("the baseline is the run that was promoted last for branch and host class") {
  Fresh f;
  for (const char* id : {"a", "b", "c"}) REQUIRE(save_run(*f.store, make_run({.id = id})));
  CHECK_FALSE(*baseline(*f.store, "main", "h"));
  CHECK_FALSE(*any_baseline(*f.store, "main"));
  REQUIRE(promote(*f.store, promotion("a"), "", audit()));
  REQUIRE(promote(*f.store, promotion("b"), "a", audit()));
  REQUIRE(promote(*f.store, promotion("c", "main", "other"), "", audit()));
  CHECK((*baseline(*f.store, "main", "h"))->id == "b");
  CHECK((*baseline(*f.store, "main", "other"))->id == "c");
  CHECK_FALSE(*baseline(*f.store, "release", "h"));
  CHECK((*any_baseline(*f.store, "main"))->id == "c");
  REQUIRE(promote(*f.store, promotion("a"), "b", audit()));  // a rollback
  CHECK((*baseline(*f.store, "main", "h"))->id == "a");
  CHECK(promotions(*f.store)->size() == 4);
  CHECK((*active_promotion(*f.store, "main", "h"))->why == "merged");
}

// AC:promotion-conflict
TEST_CASE("of two promotions at once the second is refused and changes nothing") {
  Fresh f;
  for (const char* id : {"a", "b", "c"}) REQUIRE(save_run(*f.store, make_run({.id = id})));
  REQUIRE(promote(*f.store, promotion("a"), "", audit()));
  REQUIRE(promote(*f.store, promotion("b"), "a", audit()));
  const auto late = promote(*f.store, promotion("c"), "a", audit());
  REQUIRE_FALSE(late);
  CHECK(late.error().code == Code::promotion);
  CHECK(to_text(late.error().code) == "CBKB006");
  CHECK(late.error().message ==
        "another promotion came in between: the baseline of main is now run b");
  CHECK(late.error().hint == "judge the run against the new baseline, and promote again");
  CHECK((*baseline(*f.store, "main", "h"))->id == "b");
  CHECK_FALSE(promote(*f.store, promotion("c"), "", audit()));
}

TEST_CASE("a baseline that names a run which is not there is damage") {
  Fresh f;
  REQUIRE(promote(*f.store, promotion("ghost"), "", audit()));
  const auto run = baseline(*f.store, "main", "h");
  REQUIRE_FALSE(run);
  CHECK(run.error().code == Code::store);
  CHECK(run.error().message.contains("is run ghost, which the store does not hold"));
}

TEST_CASE("the last judgement is that of the branch and of no other that begins so") {
  Fresh f;
  Judgement judgement{.schema = "perfgate.judgement/1", .run_id = "r1"};
  judgement.commit.branch = "main";
  CHECK_FALSE(*last_judgement(*f.store, "main"));
  REQUIRE(save_judgement(*f.store, judgement, {1'795'000'000'000}));
  judgement.commit.branch = "main@2";
  judgement.run_id = "r2";
  REQUIRE(save_judgement(*f.store, judgement, {1'795'000'000'001}));
  CHECK((*last_judgement(*f.store, "main"))->run_id == "r1");
  CHECK((*last_judgement(*f.store, "main@2"))->run_id == "r2");
  CHECK_FALSE(*last_judgement(*f.store, "mai"));
}

// AC:anchors
TEST_CASE("anchors stand beside the baseline and the newest is last") {
  Fresh f;
  for (const char* id : {"a", "b", "c"}) REQUIRE(save_run(*f.store, make_run({.id = id})));
  REQUIRE(promote(*f.store, promotion("c"), "", audit()));
  const auto anchor = [&](const char* run, const char* name, const char* expected) {
    Baseline one = promotion(run);
    one.name = name;
    return promote(*f.store, one, expected, audit());
  };
  REQUIRE(anchor("a", "v1", ""));
  REQUIRE(anchor("b", "v2", ""));
  REQUIRE_FALSE(anchor("c", "v1", "b"));
  CHECK((*baseline(*f.store, "main", "h"))->id == "c");
  CHECK((*any_baseline(*f.store, "main"))->id == "c");
  const auto list = anchors(*f.store, "main", "h");
  REQUIRE(list);
  REQUIRE(list->size() == 2);
  CHECK((*list)[0].name == "v1");
  CHECK((*list)[1].name == "v2");
  CHECK(run_of(*f.store, (*list)[1])->id == "b");
  CHECK((*active_promotion(*f.store, "main", "h", "v1"))->run_id == "a");
  CHECK(anchors(*f.store, "main", "other")->empty());
  CHECK(promotions(*f.store)->size() == 3);
}

// AC:promotion-audit
TEST_CASE("a promotion and its audit record are kept together or not at all") {
  Fresh f;
  for (const char* id : {"a", "b"}) REQUIRE(save_run(*f.store, make_run({.id = id})));
  const auto records = [&] { return f.store->list({.kind = Kind::audit})->size(); };
  REQUIRE(promote(*f.store, promotion("a"), "", audit()));
  CHECK(records() == 1);
  REQUIRE_FALSE(promote(*f.store, promotion("b"), "x", audit()));
  CHECK(records() == 1);
  REQUIRE(save_audit(*f.store, audit(false)));
  CHECK(records() == 2);
  CHECK(Repository<AuditRecord>(*f.store).find_by("actor", "someone")->size() == 2);
}

// AC:rolling-baseline
TEST_CASE("the last good runs leave out what failed and what came later and other hosts") {
  Fresh f;
  const auto keep = [&](const char* id, int minute, const char* cpu = "A",
                        const char* branch = "main") {
    Run run = make_run({.id = id, .branch = branch, .cpu = cpu});
    run.started = {60'000LL * minute};
    REQUIRE(save_run(*f.store, run));
  };
  keep("late", 9);
  keep("r1", 1);
  keep("r3", 3);
  keep("r2", 2);
  keep("bad", 4);
  keep("gone", 5);
  keep("other", 6, "B");
  keep("branch", 6, "A", "topic");
  Run erred = make_run({.id = "erred", .cpu = "A"});
  erred.started = {60'000LL * 6};
  erred.notes = {{.severity = Severity::error, .text = "crashed"}};
  REQUIRE(save_run(*f.store, erred));
  Run empty = make_run({.scores = {}, .id = "empty", .cpu = "A"});
  empty.started = {60'000LL * 6};
  REQUIRE(save_run(*f.store, empty));
  REQUIRE(save_judgement(*f.store, judgement_of("bad", Verdict::fail), {1}));
  REQUIRE(save_judgement(*f.store, judgement_of("gone", Verdict::not_measured), {1}));
  REQUIRE(save_judgement(*f.store, judgement_of("r3", Verdict::warn), {1}));
  const auto fits = [](const Run& run) { return run.fingerprint.cpu_model == "A"; };
  const auto ids = [&](std::size_t count, int before, std::string_view without = "") {
    const auto runs = last_good_runs(*f.store, "main", fits, count, {60'000LL * before}, without);
    REQUIRE(runs);
    std::string text;
    for (const Run& run : *runs) text += run.id + " ";
    return text;
  };
  CHECK(ids(5, 8) == "r3 r2 r1 ");
  CHECK(ids(2, 8) == "r3 r2 ");
  CHECK(ids(5, 8, "r2") == "r3 r1 ");
  CHECK(ids(5, 2) == "r2 r1 ");
  CHECK(ids(2, 10) == "late r3 ");
}

// AC:incidents
TEST_CASE("a judgement is kept with its waivers and with the incidents that it opens") {
  Fresh f;
  Judgement judgement = judgement_of("r1", Verdict::fail);
  judgement.waivers = {{.id = "w1", .owner = "ann"}};
  std::size_t known = 99;
  const auto opens = [&](const std::vector<Incident>& all) {
    known = all.size();
    return std::vector{Incident{.id = "i1", .branch = "main", .opened_by = "main@r1"}};
  };
  REQUIRE(save_judgement(*f.store, judgement, {5}, opens));
  CHECK(known == 0);
  REQUIRE(save_judgement(*f.store, judgement, {6}, opens));
  CHECK(known == 1);
  CHECK(f.store->list({.all_versions = true})->size() == 3);  // once each
  CHECK(incidents(*f.store, {.terms = {{"state", "open"}}})->size() == 1);
  CHECK(Repository<Waiver>(*f.store).find_by("owner", "ann")->size() == 1);
  const auto closes = [](const std::vector<Incident>& all) {
    Incident closed = all.front();
    closed.state = IncidentState::accepted;
    closed.waiver = "w1";
    return std::vector{closed};
  };
  REQUIRE(save_judgement(*f.store, judgement_of("r2", Verdict::pass), {7}, closes));
  CHECK(incidents(*f.store, {.terms = {{"state", "open"}}})->empty());
  REQUIRE(incidents(*f.store)->size() == 1);
  CHECK(incidents(*f.store)->front().waiver == "w1");
}

}  // namespace
}  // namespace perfgate::store
