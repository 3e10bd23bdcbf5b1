#include "store/history.hpp"

#include <doctest/doctest.h>

#include "store/directory.hpp"
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
  REQUIRE(promote(*f.store, promotion("a"), ""));
  REQUIRE(promote(*f.store, promotion("b"), "a"));
  REQUIRE(promote(*f.store, promotion("c", "main", "other"), ""));
  CHECK((*baseline(*f.store, "main", "h"))->id == "b");
  CHECK((*baseline(*f.store, "main", "other"))->id == "c");
  CHECK_FALSE(*baseline(*f.store, "release", "h"));
  CHECK((*any_baseline(*f.store, "main"))->id == "c");
  REQUIRE(promote(*f.store, promotion("a"), "b"));  // a rollback
  CHECK((*baseline(*f.store, "main", "h"))->id == "a");
  CHECK(promotions(*f.store)->size() == 4);
  CHECK((*active_promotion(*f.store, "main", "h"))->why == "merged");
}

// AC:promotion-conflict
TEST_CASE("of two promotions at once the second is refused and changes nothing") {
  Fresh f;
  for (const char* id : {"a", "b", "c"}) REQUIRE(save_run(*f.store, make_run({.id = id})));
  REQUIRE(promote(*f.store, promotion("a"), ""));
  REQUIRE(promote(*f.store, promotion("b"), "a"));
  const auto late = promote(*f.store, promotion("c"), "a");
  REQUIRE_FALSE(late);
  CHECK(late.error().code == Code::promotion);
  CHECK(to_text(late.error().code) == "CBKB006");
  CHECK(late.error().message ==
        "another promotion came in between: the baseline of main is now run b");
  CHECK(late.error().hint == "judge the run against the new baseline, and promote again");
  CHECK((*baseline(*f.store, "main", "h"))->id == "b");
  CHECK_FALSE(promote(*f.store, promotion("c"), ""));
}

TEST_CASE("a baseline that names a run which is not there is damage") {
  Fresh f;
  REQUIRE(promote(*f.store, promotion("ghost"), ""));
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

}  // namespace
}  // namespace perfgate::store
