#include "eval/cases.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <span>

#include "stats/across_runners.hpp"
#include "stats/family.hpp"
#include "stats/wander.hpp"
#include "stats/window.hpp"

namespace perfgate::eval {
namespace {

std::vector<double> costs(const Case& one, const std::vector<double>& values) {
  return stats::log_costs(values, one.better);
}

/// The values of a suite's series at the same runs (stable stretches of history: there is no change
/// of level to cut at): aligned at their ends, NaN before their start.
std::vector<std::vector<double>> aligned(const Group& group, std::size_t later) {
  std::size_t longest = 0;
  for (const Case* one : group) longest = std::max(longest, one->base.size());
  std::vector<std::vector<double>> values;
  for (const Case* one : group) {
    const std::vector<double> past = costs(*one, one->base), head = costs(*one, one->head);
    std::vector<double>& series = values.emplace_back(longest - past.size(), std::nan(""));
    series.insert(series.end(), past.begin(), past.end());
    series.insert(series.end(), head.begin(), head.end());
    series.resize(longest + later, std::nan(""));
  }
  return values;
}

/// Of each case those of base, and then those of head.
std::vector<std::vector<double>> both_costs(const Group& group) {
  std::vector<std::vector<double>> values;
  for (const Case* one : group) {
    values.push_back(costs(*one, one->base));
    values.push_back(costs(*one, one->head));
  }
  return values;
}

std::vector<stats::Sides> sides_of(std::span<const std::vector<double>> values) {
  std::vector<stats::Sides> sides;
  for (std::size_t i = 0; i < values.size(); i += 2) sides.push_back({values[i], values[i + 1]});
  return sides;
}

/// As the gate does (gate/evidence), where one run is held against one other.
void add_wander(const Group& group, std::span<const stats::Budget> budgets,
                std::vector<stats::Evidence>& evidence) {
  const Case& first = *group.front();
  const bool in_sequence = first.setting == "fam" && first.order == stats::Order::sequential;
  const bool two_runners = first.setting == "famx" && group.size() < stats::smallest_family;
  if (!in_sequence && !two_runners) return;
  const auto values = both_costs(group);
  const double wander = stats::session_wander(sides_of(values));
  for (std::size_t i = 0; i < evidence.size(); ++i)
    stats::allow_wander(evidence[i], wander, budgets[i]);
}

}  // namespace

std::vector<Case> read_cases(std::istream& in) {
  std::vector<Case> cases;
  std::string line;
  while (std::getline(in, line)) {
    if (line.empty()) continue;
    const auto json = nlohmann::json::parse(line);
    const auto& family = json.at("family");
    cases.push_back({.name = json.at("case"),
                     .setting = json.at("setting"),
                     .family = family.is_string() ? family.get<std::string>() : std::string(),
                     .order = json.at("order") == "paired" ? stats::Order::interleaved
                                                           : stats::Order::sequential,
                     .better = json.at("better") == "higher" ? Better::higher : Better::lower,
                     .base = json.at("base").get<std::vector<double>>(),
                     .head = json.at("head").get<std::vector<double>>()});
  }
  return cases;
}

std::vector<Group> groups_of(const std::vector<Case>& cases) {
  std::map<std::pair<std::string, std::string>, Group> groups;
  for (const Case& one : cases)
    groups[{one.setting, one.family.empty() ? one.name : one.family}].push_back(&one);
  std::vector<Group> result;
  for (auto& [key, group] : groups) result.push_back(std::move(group));
  return result;
}

std::vector<stats::Decision> decide(const Group& group) {
  const std::string& setting = group.front()->setting;
  std::vector<stats::Budget> budgets;
  for (const Case* one : group) budgets.push_back(stats::in_costs({}, one->better));
  std::vector<stats::Evidence> evidence;
  if (setting == "famreal") {
    std::size_t later = 0;
    for (const Case* one : group) later = std::max(later, one->head.size());
    evidence = stats::window_family(aligned(group, later), later, {}, budgets).members;
  } else if (setting == "famx") {
    const auto values = both_costs(group);
    evidence = stats::across_runners_family(sides_of(values), {}, budgets).members;
  } else {
    for (std::size_t i = 0; i < group.size(); ++i) {
      const Case& one = *group[i];
      const auto head = costs(one, one.head);
      if (setting == "hist" || setting == "hist3")
        evidence.push_back(stats::window(costs(one, one.base), head, budgets[i]));
      else if (setting == "abx")
        evidence.push_back(stats::across_runners(costs(one, one.base), head, budgets[i]));
      else
        evidence.push_back(stats::same_runner(costs(one, one.base), head, one.order, budgets[i]));
    }
  }
  add_wander(group, budgets, evidence);
  return stats::decide_members(evidence, budgets,
                               group.size() == 1 && group.front()->family.empty()
                                   ? stats::Correction::none
                                   : stats::Correction::benjamini_hochberg);
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

}  // namespace perfgate::eval
