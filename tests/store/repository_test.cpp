#include "store/repository.hpp"

#include <doctest/doctest.h>

#include "store/directory.hpp"
#include "store/relations.hpp"
#include "store/stored_history.hpp"
#include "support/factory.hpp"
#include "support/temporary.hpp"

namespace perfgate::store {
namespace {

constexpr Time saved_at{1'800'000'000'000};

struct FreshStore {
  sys::TemporaryDirectory directory = test::temporary();
  std::unique_ptr<Store> store = open_directory(directory.path() + "/store");

  template <class E>
  Repository<E> of() {
    return Repository<E>(*store);
  }
};

/// A run of three benchmarks that a baseline, and a judgement, an incident and a mark are about.
struct Family : FreshStore {
  Run run = test::make_run({.multiplier = 1.2});
  std::string run_key = Stored<Run>::key(run);
  Baseline baseline{.branch = "main",
                    .host_class = "h",
                    .run = run_key,
                    .run_id = run.id,
                    .at = saved_at,
                    .by = "someone",
                    .why = "merged",
                    .action = "promote"};
  Judgement judgement = [&] {
    const Run base = test::make_run();
    Judgement made = test::judged(run, &base, test::shipped_policy());
    made.run = run_key;
    made.baseline = Stored<Baseline>::key(baseline);
    return made;
  }();
  std::string judgement_key = Stored<Judgement>::key(judgement);
  Waiver waiver{
      .id = "W1", .reason = "known", .owner = "someone", .expires = {saved_at.unix_ms + 1}};
  Incident incident{.id = "I1",
                    .branch = "main",
                    .suite = "suite",
                    .benchmark = "sort",
                    .metric = "time",
                    .opened = saved_at,
                    .opened_by = judgement_key,
                    .run_id = run.id,
                    .waiver = "W1"};
  Mark mark{.judgement = judgement_key, .at = saved_at, .by = "someone", .why = "noise"};
  AuditRecord audit{.at = saved_at, .actor = "someone", .subject = run_key};

  void save_all() {
    REQUIRE(of<Run>().save(run, saved_at));
    REQUIRE(of<Baseline>().save(baseline, saved_at));
    REQUIRE(of<Judgement>().save(judgement, saved_at));
    REQUIRE(of<Waiver>().save(waiver, saved_at));
    REQUIRE(of<Incident>().save(incident, saved_at));
    REQUIRE(of<Mark>().save(mark, saved_at));
    REQUIRE(of<AuditRecord>().save(audit, saved_at));
  }
};

template <class E>
void keeps(FreshStore& f, const E& entity) {
  CAPTURE(Describe<E>::name);
  const auto key = key_of(entity);
  const auto found = f.of<E>().find(key);
  REQUIRE(found);
  REQUIRE(*found);
  CHECK(**found == entity);
  CHECK(*f.of<E>().count() == 1);
  CHECK(f.of<E>().find_all()->size() == 1);
  CHECK_FALSE(*f.of<E>().find("another"));
}

template <class E>
void finds_each(FreshStore& f) {
  const auto all = f.of<E>().find_all();
  REQUIRE(all);
  for (const ItemOf<E>& one : *all) CHECK(**f.of<E>().find(key_of(one)) == one);
}

// AC:repository
TEST_CASE("every entity is saved and found and counted in the same way") {
  Family f;
  f.save_all();
  keeps(f, f.run);
  keeps(f, f.baseline);
  keeps(f, f.judgement);
  keeps(f, f.waiver);
  keeps(f, f.incident);
  keeps(f, f.mark);
  keeps(f, f.audit);
  CHECK(*f.of<Benchmark>().count() == 3);
  CHECK(*f.of<Measurement>().count() == 3);
  CHECK(*f.of<Finding>().count() == f.judgement.findings.size());
  finds_each<Measurement>(f);
  finds_each<Benchmark>(f);
  finds_each<Finding>(f);
  CHECK_FALSE(*f.of<Measurement>().find("no run|x|y|z"));
  CHECK_FALSE(*f.of<Measurement>().find(f.run_key + "|x|y|z"));
}

TEST_CASE("saving supersedes by key and erasing leaves a tombstone") {
  Family f;
  f.save_all();
  Incident closed = f.incident;
  closed.state = IncidentState::resolved;
  closed.closed = saved_at;
  closed.closed_by = f.judgement_key;
  REQUIRE(f.of<Incident>().save(closed, saved_at));
  CHECK(**f.of<Incident>().find("I1") == closed);
  CHECK(*f.of<Incident>().count() == 1);
  CHECK(*f.of<Incident>().count({.all_versions = true}) == 2);
  REQUIRE(f.of<Incident>().erase("I1", saved_at));
  CHECK_FALSE(*f.of<Incident>().find("I1"));
  CHECK(*f.of<Incident>().count() == 0);
  CHECK(*f.of<Incident>().count({.all_versions = true}) == 3);
  REQUIRE(f.of<Incident>().erase("I1", saved_at));  // it is not there: nothing is written
  CHECK(*f.of<Incident>().count({.all_versions = true}) == 3);
}

// AC:find-by-any-field
TEST_CASE("entities are found by any described field whether the store indexes it or not") {
  Family f;
  f.save_all();
  REQUIRE(f.of<Run>().save(test::make_run({.id = "run-2", .branch = "topic"}), saved_at));
  REQUIRE(
      f.of<Run>().save(test::make_run({.id = "run-3", .branch = "", .cpu = "Other"}), saved_at));
  const auto runs = [&](std::string_view field, std::string_view value) {
    const auto found = f.of<Run>().find_by(field, value);
    REQUIRE(found);
    std::string ids;
    for (const Run& run : *found) ids += (ids.empty() ? "" : " ") + run.id;
    return ids;
  };
  CHECK(runs("id", "run-2") == "run-2");
  CHECK(runs("branch", "main") == "run-1");  // indexed
  CHECK(runs("branch", "") == "run-3");      // empty texts are not
  CHECK(runs("commit.branch", "topic") == "run-2");
  CHECK(runs("fingerprint.cpu_model", "Other") == "run-3");
  CHECK(runs("attempt", "1") == "run-1 run-2 run-3");
  CHECK(runs("benchmarks.name", "nothing").empty());
  CHECK(f.of<Judgement>().find_by("verdict", "fail")->size() == 1);
  CHECK(f.of<Judgement>().find_by("findings.benchmark", "sort")->size() == 1);
  CHECK(f.of<Incident>().find_by("metric", "time")->size() == 1);
  CHECK(f.of<Waiver>().find_by("reason", "known")->size() == 1);
  CHECK(f.of<Mark>().find_by("wrong", "true")->size() == 1);
  CHECK(f.of<AuditRecord>().find_by("allowed", "false")->empty());
  CHECK(f.of<Measurement>().find_by("branch", "topic")->size() == 3);
  CHECK(f.of<Measurement>().find_by("branch", "")->size() == 3);
  CHECK(f.of<Measurement>().find_by("benchmark", "sort")->size() == 3);
  CHECK(f.of<Measurement>().find_by("run", f.run_key)->size() == 3);
  CHECK(f.of<Measurement>().find_by("run", "")->empty());
  CHECK(f.of<Benchmark>().find_by("name", "decode")->size() == 3);
  CHECK(f.of<Benchmark>().find_by("run", f.run_key)->size() == 3);
  CHECK(f.of<Finding>().find_by("reason", "regressed")->size() == 3);
  CHECK(f.of<Finding>().find_by("judgement", f.judgement_key)->size() ==
        f.judgement.findings.size());

  const auto unknown = f.of<Run>().find_by("colour", "red");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == Code::usage);
  CHECK(unknown.error().message == "a Run has no field `colour`");
  CHECK(f.of<Finding>().find_by("colour", "red").error().message ==
        "a Finding has no field `colour`");
}

// AC:foreign-keys
TEST_CASE("what refers to nothing is refused with entity and field and key") {
  Family f;
  const auto refused = [&](const Result<void>& saved) {
    REQUIRE_FALSE(saved);
    CHECK(saved.error().code == Code::store);
    CHECK(saved.error().hint == "add that one first");
    const std::string url = f.store->url() + ": ";
    REQUIRE(saved.error().message.starts_with(url));
    return saved.error().message.substr(url.size());
  };
  CHECK(refused(f.of<Judgement>().save(f.judgement, saved_at)) ==
        "the Judgement `main@run-1` refers by its `run` to the run `run-1#1#suite`, which is not "
        "there");
  REQUIRE(f.of<Run>().save(f.run, saved_at));
  CHECK(refused(f.of<Judgement>().save(f.judgement, saved_at)) ==
        "the Judgement `main@run-1` refers by its `baseline` to the baseline `main@h`, which is "
        "not there");
  CHECK(refused(f.of<Mark>().save(f.mark, saved_at)) ==
        "the Mark `main@run-1` refers by its `judgement` to the judgement `main@run-1`, which is "
        "not there");
  CHECK(refused(f.of<Measurement>().save(
            {.run = "gone", .suite = "s", .benchmark = "b", .metric = "m", .values = Values({1})},
            saved_at)) ==
        "the Measurement `gone|s|b|m` refers by its `run` to the run `gone`, which is not there");
  CHECK(refused(f.of<Finding>().save({.whole = "gone", .part = {.benchmark = "b"}}, saved_at))
            .contains("refers by its `judgement` to the judgement `gone`, which is not there"));
  CHECK(f.of<Judgement>().count() == 0U);

  // What retention took away counts as there.
  REQUIRE(f.store->append(Kind::deletion, "2026-01", R"({"keys":["main@h"]})", saved_at));
  CHECK(f.of<Judgement>().save(f.judgement, saved_at));
}

TEST_CASE("what others refer to is not erased") {
  Family f;
  f.save_all();
  const auto erased = f.of<Run>().erase(f.run_key, saved_at);
  REQUIRE_FALSE(erased);
  CHECK(erased.error().code == Code::store);
  CHECK(erased.error().message.ends_with(
      "the Run `run-1#1#suite` is referred to by the `run` of the Baseline `main@h`"));
  CHECK(erased.error().hint == "erase that one first");
  CHECK_FALSE(f.of<Judgement>().erase(f.judgement_key, saved_at));
  CHECK_FALSE(f.of<Waiver>().erase("W1", saved_at));
  REQUIRE(f.of<Mark>().erase(f.judgement_key, saved_at));
  REQUIRE(f.of<Incident>().erase("I1", saved_at));
  REQUIRE(f.of<Judgement>().erase(f.judgement_key, saved_at));
  REQUIRE(f.of<Baseline>().erase("main@h", saved_at));
  REQUIRE(f.of<Run>().erase(f.run_key, saved_at));
  CHECK(*f.of<Measurement>().count() == 0);
}

// AC:parts-in-wholes
TEST_CASE("a part is saved into its whole and erased from it") {
  Family f;
  f.save_all();
  Measurement memory = f.of<Measurement>().find_all().value().front();
  memory.metric = "memory";
  memory.unit = BaseUnit::byte;
  memory.values = Values({100, 101});
  memory.dimensions.set("backend", Scalar("polars"));
  REQUIRE(f.of<Measurement>().save(memory, saved_at));
  CHECK(*f.of<Measurement>().count() == 4);
  CHECK(**f.of<Measurement>().find(key_of(memory)) == memory);
  CHECK(f.of<Measurement>().find_by("dimensions.backend", "polars")->size() == 2);
  const Run grown = **f.of<Run>().find(f.run_key);
  CHECK(grown.find_metric("memory")->unit == BaseUnit::byte);
  CHECK(grown.benchmarks[0].samples.size() == 2);
  CHECK(*f.of<Run>().count({.all_versions = true}) == 2);
  REQUIRE(f.of<Measurement>().save(memory, saved_at));  // as it is: nothing is written
  CHECK(*f.of<Run>().count({.all_versions = true}) == 2);

  memory.values = Values({102});
  REQUIRE(f.of<Measurement>().save(memory, saved_at));
  CHECK((**f.of<Measurement>().find(key_of(memory))).values == Values({102}));
  Measurement fresh = memory;
  fresh.benchmark = "brand|new%";
  REQUIRE(f.of<Measurement>().save(fresh, saved_at));
  CHECK(**f.of<Measurement>().find(key_of(fresh)) == fresh);
  CHECK(*f.of<Benchmark>().count() == 4);
  REQUIRE(f.of<Measurement>().erase(key_of(fresh), saved_at));
  REQUIRE(f.of<Measurement>().erase(key_of(fresh), saved_at));
  REQUIRE(f.of<Measurement>().erase("no run|a|b|c", saved_at));
  CHECK_FALSE(*f.of<Measurement>().find(key_of(fresh)));
  CHECK(*f.of<Benchmark>().count() == 4);  // it is there, not measured

  In<Benchmark> sort = f.of<Benchmark>().find_by("name", "sort")->front();
  sort.part.samples[0].values = Values({1.5});
  REQUIRE(f.of<Benchmark>().save(sort, saved_at));
  CHECK(**f.of<Benchmark>().find(key_of(sort)) == sort);
  sort.part.name = "sort2";
  REQUIRE(f.of<Benchmark>().save(sort, saved_at));
  CHECK(*f.of<Benchmark>().count() == 5);
  REQUIRE(f.of<Benchmark>().erase(key_of(sort), saved_at));
  CHECK(*f.of<Benchmark>().count() == 4);

  In<Finding> finding = f.of<Finding>().find_all()->front();
  finding.part.verdict = Verdict::warn;
  const std::size_t findings = *f.of<Finding>().count();
  REQUIRE(f.of<Finding>().save(finding, saved_at));
  CHECK(**f.of<Finding>().find(key_of(finding)) == finding);
  CHECK(*f.of<Finding>().count() == findings);
  finding.part.why = "another";
  REQUIRE(f.of<Finding>().save(finding, saved_at));
  CHECK(*f.of<Finding>().count() == findings + 1);
  REQUIRE(f.of<Finding>().erase(key_of(finding), saved_at));
  CHECK(*f.of<Finding>().count() == findings);
}

TEST_CASE("a part that does not fit its whole is refused") {
  Family f;
  f.save_all();
  const Measurement good = f.of<Measurement>().find_all().value().front();
  const auto message = [&](const auto& change) {
    Measurement bad = good;
    change(bad);
    const auto saved = f.of<Measurement>().save(bad, saved_at);
    REQUIRE_FALSE(saved);
    CHECK(saved.error().code == Code::store);
    CHECK_FALSE(saved.error().hint.empty());
    return saved.error().message;
  };
  CHECK(message([](Measurement& m) { m.suite = "other"; }) ==
        "saving the measurement of `sort` `time`: the run `run-1#1#suite` has no suite `other`");
  CHECK(message([](Measurement& m) { m.values = {}; }).ends_with("it has no value"));
  CHECK(message([](Measurement& m) { m.branch = "x"; }).contains("is not that of its run"));
  CHECK(message([](Measurement& m) { m.unit = BaseUnit::one; }).contains("with another `unit`"));
  In<Benchmark> benchmark = f.of<Benchmark>().find_all()->front();
  benchmark.part.samples[0].metric = "speed";
  CHECK(
      f.of<Benchmark>().save(benchmark, saved_at).error().message ==
      "saving the benchmark `sort`: the run `run-1#1#suite` does not describe the metric `speed`");
  benchmark.part.samples[0].values = {};
  CHECK(f.of<Benchmark>().save(benchmark, saved_at).error().message.ends_with("has no value"));
  benchmark.part.suite = "other";
  CHECK(f.of<Benchmark>().save(benchmark, saved_at).error().message.ends_with("no suite `other`"));
}

// AC:walk-relations
TEST_CASE("relations are walked in both directions") {
  Family f;
  f.save_all();
  REQUIRE(f.of<Run>().save(test::make_run({.id = "run-2"}), saved_at));
  Store& store = *f.store;
  CHECK(related<Measurement>(store, f.run)->size() == 3);
  CHECK(related<Benchmark>(store, f.run)->size() == 3);
  CHECK(related<Judgement>(store, f.run) == std::vector{f.judgement});
  CHECK(related<Baseline>(store, f.run) == std::vector{f.baseline});
  const Measurement measurement = related<Measurement>(store, f.run)->front();
  CHECK(related<Run>(store, measurement) == std::vector{f.run});
  const In<Benchmark> benchmark = related<Benchmark>(store, f.run)->front();
  CHECK(related<Run>(store, benchmark, "run") == std::vector{f.run});
  CHECK(related<Judgement>(store, benchmark) == std::vector{f.judgement});  // by its run

  const auto findings = related<Finding>(store, f.judgement);
  REQUIRE(findings);
  CHECK(findings->size() == f.judgement.findings.size());
  const In<Finding> finding = findings->front();
  CHECK(related<Judgement>(store, finding) == std::vector{f.judgement});
  CHECK(related<Run>(store, finding) == std::vector{f.run});
  CHECK(related<Baseline>(store, finding, "baseline") == std::vector{f.baseline});
  CHECK(related<Baseline>(store, finding, "another")->empty());

  CHECK(related<Incident>(store, f.judgement, "opened") == std::vector{f.incident});
  CHECK(related<Incident>(store, f.judgement, "closed")->empty());
  CHECK(related<Judgement>(store, f.incident, "opened_by") == std::vector{f.judgement});
  CHECK(related<Incident>(store, f.waiver) == std::vector{f.incident});
  CHECK(related<Waiver>(store, f.incident) == std::vector{f.waiver});
  CHECK(related<Mark>(store, f.judgement) == std::vector{f.mark});
  CHECK(related<Judgement>(store, f.mark) == std::vector{f.judgement});
  CHECK(related<Finding>(store, f.waiver)->empty());

  In<Finding> lost = finding;
  lost.whole = "gone";
  CHECK(related<Run>(store, lost)->empty());
}

TEST_CASE("the key of a part leads to its whole") {
  CHECK(part_key({"a|b%", "c", ""}) == "a%7Cb%25|c|");
  CHECK(whole_of_part_key("a%7Cb%25|c|") == "a|b%");
  CHECK(whole_of_part_key("plain") == "plain");
}

}  // namespace
}  // namespace perfgate::store
