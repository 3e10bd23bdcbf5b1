// perfgate-eval gate CASES.jsonl OUT.jsonl: the product's verdicts, with the product's defaults, on
// cases of known truth. One setting of defaults for all: of a case only the design of its
// experiment is looked at. Not shipped.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "eval/changepoints.hpp"
#include "stats/across_runners.hpp"
#include "stats/family.hpp"
#include "stats/multiple_testing.hpp"
#include "stats/prediction.hpp"
#include "stats/rank_sum.hpp"
#include "stats/robust.hpp"
#include "stats/same_runner.hpp"
#include "stats/signed_rank.hpp"
#include "stats/verdict.hpp"
#include "stats/window.hpp"

namespace perfgate {
namespace {

struct Case {
  std::string name, setting, family;
  stats::Order order = stats::Order::sequential;
  std::vector<double> base, head;  // log costs
};

std::vector<Case> read_cases(std::istream& in) {
  std::vector<Case> cases;
  std::string line;
  while (std::getline(in, line)) {
    if (line.empty()) continue;
    const auto json = nlohmann::json::parse(line);
    const Better better = json.at("better") == "higher" ? Better::higher : Better::lower;
    const auto costs = [&](const char* side) {
      return stats::log_costs(json.at(side).get<std::vector<double>>(), better);
    };
    const auto& family = json.at("family");
    cases.push_back({.name = json.at("case"),
                     .setting = json.at("setting"),
                     .family = family.is_string() ? family.get<std::string>() : std::string(),
                     .order = json.at("order") == "paired" ? stats::Order::interleaved
                                                           : stats::Order::sequential,
                     .base = costs("base"),
                     .head = costs("head")});
  }
  return cases;
}

using Group = std::vector<const Case*>;

/// The values of a suite's series at the same runs: aligned at their ends, NaN before their start.
std::vector<std::vector<double>> aligned(const Group& group, std::size_t later) {
  std::size_t longest = 0;
  for (const Case* one : group) longest = std::max(longest, one->base.size());
  std::vector<std::vector<double>> values;
  for (const Case* one : group) {
    std::vector<double>& series = values.emplace_back(longest - one->base.size(), std::nan(""));
    series.insert(series.end(), one->base.begin(), one->base.end());
    series.insert(series.end(), one->head.begin(), one->head.end());
    series.resize(longest + later, std::nan(""));
  }
  return values;
}

/// What was measured together is decided together.
std::vector<stats::Decision> decide(const Group& group, const stats::Budget& budget) {
  const std::string& setting = group.front()->setting;
  if (setting == "famreal") {
    std::size_t later = 0;
    for (const Case* one : group) later = std::max(later, one->head.size());
    return decide_together(window_family(aligned(group, later), later, budget).members, budget);
  }
  if (setting == "famx") {
    std::vector<stats::Sides> sides;
    for (const Case* one : group) sides.push_back({one->base, one->head});
    return decide_together(across_runners_family(sides, budget).members, budget);
  }
  std::vector<stats::Evidence> evidence;
  for (const Case* one : group) {
    if (setting == "hist" || setting == "hist3")
      evidence.push_back(stats::window(one->base, one->head, budget));
    else if (setting == "abx")
      evidence.push_back(stats::across_runners(one->base, one->head, budget));
    else
      evidence.push_back(stats::same_runner(one->base, one->head, one->order, budget));
  }
  // A case without a family is one comparison that somebody asked for, not one of a suite.
  return group.front()->family.empty() ? std::vector{stats::decide(evidence.front(), budget)}
                                       : decide_together(evidence, budget);
}

std::string_view word(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::improved:
      return "improved";
    case Verdict::warn:
      return "warn";
    case Verdict::fail:
      return "fail";
    default:
      return "inconclusive";
  }
}

int judge_cases(std::istream& in, std::ostream& out) {
  const stats::Budget budget;
  const std::vector<Case> cases = read_cases(in);
  std::map<std::pair<std::string, std::string>, Group> groups;
  for (const Case& one : cases)
    groups[{one.setting, one.family.empty() ? one.name : one.family}].push_back(&one);
  for (const auto& [key, group] : groups) {
    const auto decisions = decide(group, budget);
    for (std::size_t i = 0; i < group.size(); ++i)
      out << fmt::format(R"({{"case":"{}","verdict":"{}"}})", group[i]->name,
                         word(decisions[i].verdict))
          << '\n';
  }
  return 0;
}

int figures(std::istream& in, std::ostream& out) {
  std::string line;
  while (std::getline(in, line)) {
    const auto json = nlohmann::json::parse(line);
    const auto x = json.at("x").get<std::vector<double>>();
    const auto y = json.at("y").get<std::vector<double>>();
    std::vector<double> differences, chances;
    for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i)
      differences.push_back(y[i] - x[i]);
    for (const double value : x) chances.push_back(value - std::floor(value));
    out << nlohmann::json{{"rank_sum", stats::rank_sum_p(x, y)},
                          {"rank_sum_greater", stats::rank_sum_p_greater(x, y)},
                          {"shift", stats::rank_sum_shift(x, y, 0.9).estimate},
                          {"signed_rank", stats::signed_rank_p(differences)},
                          {"signed_rank_greater", stats::signed_rank_p_greater(differences)},
                          {"deviation", stats::robust_deviation(x)},
                          {"t_tail", stats::t_upper_tail(x[0], 1 + std::abs(y[0]))},
                          {"t_quantile", stats::t_quantile(chances[0], 1 + std::abs(y[0]))},
                          {"normal_quantile", stats::normal_quantile(chances[0])},
                          {"benjamini_hochberg", stats::benjamini_hochberg(chances)}}
               .dump()
        << '\n';
  }
  return 0;
}

struct Verb {
  std::string_view name;
  int (*run)(std::istream&, std::ostream&);
};
constexpr Verb verbs[] = {{"gate", judge_cases}, {"cp", evaluate_changepoints}, {"stats", figures}};

}  // namespace

int answer(const std::vector<std::string>& arguments) {
  const Verb* found = nullptr;
  for (const Verb& verb : verbs)
    if (arguments.size() == 3 && arguments[0] == verb.name) found = &verb;
  if (!found) {
    std::cerr << "usage: perfgate-eval gate CASES.jsonl OUT.jsonl\n"
                 "       perfgate-eval cp DATA.jsonl OUT.jsonl\n"
                 "       perfgate-eval stats CASES.jsonl OUT.jsonl\n";
    return 1;
  }
  std::ifstream in(arguments[1]);
  std::ofstream out(arguments[2]);
  if (!in || !out) {
    std::cerr << "perfgate-eval: cannot open " << (in ? arguments[2] : arguments[1]) << '\n';
    return 1;
  }
  try {
    return found->run(in, out);
  } catch (const std::exception& error) {
    std::cerr << "perfgate-eval: " << arguments[1] << ": " << error.what() << '\n';
    return 1;
  }
}

}  // namespace perfgate

int main(int argc, char** argv) { return perfgate::answer({argv + 1, argv + argc}); }
