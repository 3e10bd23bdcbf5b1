// perfgate-eval gate CASES.jsonl OUT.jsonl: the product's verdicts, with the product's defaults, on
// cases of known truth. One setting of defaults for all: of a case only the design of its
// experiment is looked at. Not shipped.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "eval/cases.hpp"
#include "eval/changepoints.hpp"
#include "stats/multiple_testing.hpp"
#include "stats/prediction.hpp"
#include "stats/rank_sum.hpp"
#include "stats/robust.hpp"
#include "stats/signed_rank.hpp"

namespace perfgate {
namespace {

int judge_cases(std::istream& in, std::ostream& out) {
  const std::vector<eval::Case> cases = eval::read_cases(in);
  for (const eval::Group& group : eval::groups_of(cases)) {
    const auto decisions = eval::decide(group);
    for (std::size_t i = 0; i < group.size(); ++i)
      out << fmt::format(R"({{"case":"{}","verdict":"{}"}})", group[i]->name,
                         eval::word(decisions[i].verdict))
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
