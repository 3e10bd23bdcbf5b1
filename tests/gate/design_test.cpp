#include "gate/design.hpp"

#include <doctest/doctest.h>

#include "support/factory.hpp"

namespace perfgate::gate {
namespace {

using test::make_run;

Run later_by(std::int64_t ms, std::string instance = "instance-1") {
  Run run = make_run({.id = "later", .instance = std::move(instance)});
  run.started.unix_ms += ms;
  return run;
}

Run side_of(Side side, std::string id = "experiment") {
  Run run = make_run();
  run.experiment = Experiment{.id = std::move(id), .side = side, .looks = {5, 8}};
  return run;
}

Designed design(const Run& head, const Run& base, std::span<const Run> window = {},
                std::span<const Run> confirmations = {}, bool printed = false) {
  return design_of(head, {.run = &base, .window = window, .confirmations = confirmations}, {},
                   printed);
}

TEST_CASE("one session is one machine without a new start and at most an hour between") {
  const Run run = make_run();
  constexpr std::int64_t hour = 3'600'000, own = 12'500;  // a run of 12.5 s
  CHECK(one_session(run, later_by(0)));
  CHECK(one_session(run, later_by(hour + own)));
  CHECK(one_session(later_by(hour + own), run));
  CHECK_FALSE(one_session(run, later_by(hour + own + 1)));
  CHECK_FALSE(one_session(run, later_by(0, "instance-2")));
  CHECK_FALSE(one_session(run, later_by(0, "")));
  CHECK_FALSE(one_session(later_by(0, ""), later_by(0, "")));
  Run empty = run;
  empty.fingerprint.instance = "";
  CHECK_FALSE(one_session(empty, empty));
}

TEST_CASE("one experiment has one id and a side each") {
  const Run base = side_of(Side::base), head = side_of(Side::head);
  CHECK(one_experiment(head, base));
  CHECK_FALSE(one_experiment(base, head));
  CHECK_FALSE(one_experiment(head, head));
  CHECK_FALSE(one_experiment(head, side_of(Side::base, "other")));
  CHECK_FALSE(one_experiment(side_of(Side::head, ""), side_of(Side::base, "")));
  CHECK_FALSE(one_experiment(head, make_run()));
  CHECK_FALSE(one_experiment(make_run(), base));
}

TEST_CASE("looks that are no plan are taken for one look at the end") {
  CHECK(looks_of({.looks = {5, 8, 12}}, 30) == std::vector{5, 8, 12});
  for (const std::vector<int>& none :
       {std::vector<int>{}, {0, 5}, {-3}, {5, 5}, {8, 5}, std::vector<int>(51, 1)})
    CHECK(looks_of({.looks = none}, 30) == std::vector{30});
  std::vector<int> many;
  for (int i = 1; i <= 51; ++i) many.push_back(i);
  CHECK(looks_of({.looks = many}, 60) == std::vector{60});
  CHECK(looks_of({}, 0) == std::vector{1});
}

// AC:design
TEST_CASE("the sharpest design that holds is taken and told") {
  const Run base = side_of(Side::base), head = side_of(Side::head);
  const std::vector<Run> window(5, make_run()), more(2, make_run());
  CHECK(design(head, base, window).design == Design::interleaved);
  CHECK(design(head, base).why.contains("one build a side: code layout alone may move it by 1 %"));
  Run built = head;
  built.experiment->builds = 3;
  CHECK(design(built, base).why == "measured by turns on one machine, 3 builds of each side");
  built.experiment->builds = 1;
  built.experiment->identical = true;
  CHECK(design(built, base).why == "measured by turns on one machine");

  CHECK(design(make_run(), make_run(), window).design == Design::one_runner);
  const Run far = later_by(0, "instance-2");
  CHECK(design(far, make_run(), window).design == Design::window);
  CHECK(design(far, make_run(), window).why == "held against 5 past runs");
  CHECK(design(far, make_run(), window, more).why ==
        "held against 5 past runs, together with 2 more runs of this commit");
  CHECK(design(far, make_run(), std::span(window).first(4)).design == Design::two_runners);
  CHECK(design(far, make_run()).design == Design::two_runners);
  CHECK(design(head, base, window, {}, true).design == Design::printed);
  // What several runs were pooled from was measured in several sessions.
  const Run pooled = make_run();
  CHECK(design_of(make_run(), {.run = &pooled, .pooled = {"a", "b"}}, {}, false).design ==
        Design::two_runners);
}

}  // namespace
}  // namespace perfgate::gate
