// The evaluation program is no second implementation: cases of known truth, as files and stores,
// reach the verdicts that perfgate-eval reports.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <map>

#include "eval/cases.hpp"
#include "model/judgement_json.hpp"
#include "paths.hpp"
#include "store/history.hpp"
#include "store/stored_history.hpp"
#include "support/cli.hpp"

namespace perfgate::cli {
namespace {

using eval::Case;
using eval::Group;
using test::Desk;

constexpr const char* shared = PERFGATE_SOURCE_DIR "/../shared/eval/gate/cases.jsonl";
constexpr std::int64_t hour = 3'600'000;

std::string sort_of(const Group& group) {
  const Case& one = *group.front();
  return one.setting +
         (one.setting == "ab" && one.order == stats::Order::interleaved ? " paired" : "");
}

/// A fixed spread: so many groups of each sort, from its beginning to its end.
std::vector<Group> spread(const std::vector<Group>& all) {
  const std::map<std::string, std::size_t> wanted{{"ab", 40},   {"ab paired", 40}, {"abx", 30},
                                                  {"hist", 20}, {"hist3", 20},     {"fam", 2},
                                                  {"famx", 2},  {"famreal", 2}};
  std::map<std::string, std::vector<Group>> sorted;
  for (const Group& group : all) {
    const bool family = !group.front()->family.empty();
    // Families small enough to be quick, and large enough to be families.
    if (!family || (group.size() >= 8 && group.size() <= 10))
      sorted[sort_of(group)].push_back(group);
  }
  std::vector<Group> chosen;
  for (const auto& [sort, count] : wanted) {
    const std::vector<Group>& groups = sorted[sort];
    REQUIRE(groups.size() >= count);
    for (std::size_t i = 0; i < count; ++i) chosen.push_back(groups[i * groups.size() / count]);
  }
  return chosen;
}

/// One value a launch, in the order measured; `values` gives those of a case.
Run run_of(const Group& group, std::string id, std::string sha, std::string instance,
           std::int64_t at, const std::function<std::vector<double>(const Case&)>& values) {
  Run run = test::make_run(
      {.scores = {}, .id = std::move(id), .sha = std::move(sha), .instance = std::move(instance)});
  run.started.unix_ms += at;
  run.metrics = {{.name = "time", .better = group.front()->better}};
  for (const Case* one : group) {
    Values kept;
    for (const double value : values(*one)) {
      kept.next_launch();
      kept.add(value);
    }
    if (!kept.empty())
      run.benchmarks.push_back(
          {.suite = "suite", .name = one->name, .samples = {{"time", std::move(kept)}}});
  }
  return run;
}

/// Two files.
std::vector<std::string> measured_twice(Desk& perfgate, const Group& group) {
  const Case& one = *group.front();
  const bool apart = one.setting == "abx" || one.setting == "famx";
  Run base = run_of(group, "base", "a", "one", 0, [](const Case& c) { return c.base; });
  Run head = run_of(group, "head", "b", apart ? "two" : "one", 60'000,
                    [](const Case& c) { return c.head; });
  if (one.order == stats::Order::interleaved) {
    Experiment experiment{.id = "e", .looks = {static_cast<int>(one.base.size())}};
    base.experiment = experiment;
    experiment.side = Side::head;
    head.experiment = experiment;
  }
  perfgate.write_receipt("base.json", base);
  perfgate.write_receipt("head.json", head);
  return {"--baseline", "base.json"};
}

/// A store of past runs, the last of them the baseline, and of further runs of the commit.
std::vector<std::string> kept(Desk& perfgate, const Group& group, const std::string& url) {
  std::size_t past = 0, later = 0;
  for (const Case* one : group) {
    past = std::max(past, one->base.size());
    later = std::max(later, one->head.size());
  }
  const auto from_end = [&](std::size_t run) {
    return [run, past](const Case& c) {
      const std::size_t back = past - run;  // of series that began later
      return back <= c.base.size() ? std::vector{c.base[c.base.size() - back]}
                                   : std::vector<double>();
    };
  };
  const auto store = *store::open(url);
  std::vector<store::Store::Addition> additions;  // at once: each alone would be synced
  const auto keep = [&](const Run& run) {
    additions.push_back(
        {Kind::run, store::Stored<Run>::key(run), store::Stored<Run>::write(run), run.started});
  };
  Run newest;
  for (std::size_t i = 0; i < past; ++i) {
    const std::string name = "past-" + std::to_string(i);
    newest = run_of(group, name, name, name, static_cast<std::int64_t>(i) * 2 * hour, from_end(i));
    keep(newest);
  }
  for (std::size_t i = 0; i < later; ++i) {
    const std::string name = "later-" + std::to_string(i);
    const Run run =
        run_of(group, name, "head", name, static_cast<std::int64_t>(past + i) * 2 * hour,
               [i](const Case& c) {
                 return i < c.head.size() ? std::vector{c.head[i]} : std::vector<double>();
               });
    if (i == 0) perfgate.write_receipt("head.json", run);
    keep(run);
  }
  REQUIRE(store->append(additions));
  const Baseline promotion{.branch = "main",
                           .host_class = gate::host_class(newest.fingerprint, Policy().host_class),
                           .run_id = newest.id,
                           .at = newest.started,
                           .action = "promote"};
  REQUIRE(store::promote(*store, promotion, "", {.at = newest.started}));
  return {"--store", url};
}

// AC:shared-verdicts
TEST_CASE("the shared cases as files and stores reach the verdicts of the evaluation") {
  std::ifstream in(shared);
  if (!in) {
    MESSAGE("skipped: ../shared is not there");
    return;
  }
  const std::vector<Case> cases = eval::read_cases(in);
  Desk perfgate;
  int compared = 0;
  std::map<std::string_view, int> reached;
  std::size_t number = 0;
  for (const Group& group : spread(eval::groups_of(cases))) {
    const std::string& setting = group.front()->setting;
    const bool window = setting == "hist" || setting == "hist3" || setting == "famreal";
    const auto more = window ? kept(perfgate, group, "dir:store-" + std::to_string(number++))
                             : measured_twice(perfgate, group);
    std::vector<std::string> arguments{"check", "--run", "head.json", "--format", "json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const int exit = perfgate(arguments);
    CHECK((exit == 0 || exit == 1));
    const auto judgement = read_judgement(perfgate.out, "stdout");
    REQUIRE(judgement);
    const auto expected = eval::decide(group);
    for (std::size_t i = 0; i < group.size(); ++i) {
      if (group[i]->head.empty()) continue;
      const std::string& name = group[i]->name;
      CAPTURE(setting);
      CAPTURE(name);
      CHECK(eval::word(test::finding_of(*judgement, name).verdict) ==
            eval::word(expected[i].verdict));
      ++reached[eval::word(expected[i].verdict)];
      ++compared;
    }
  }
  CHECK(compared >= 200);
  CHECK(reached.size() == 5);  // every verdict is among them
}

}  // namespace
}  // namespace perfgate::cli
