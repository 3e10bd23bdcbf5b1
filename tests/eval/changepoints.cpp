#include "eval/changepoints.hpp"

#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "stats/changepoint.hpp"

namespace perfgate {

int evaluate_changepoints(std::istream& in, std::ostream& out) {
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) continue;
    const auto series = nlohmann::json::parse(line);
    std::vector<std::size_t> places;
    for (const auto& change :
         stats::detect_changes(series.at("values").get<std::vector<double>>()).changes)
      places.push_back(change.index);
    out << nlohmann::json{{"id", series.at("id")}, {"cps", places}} << '\n';
  }
  return 0;
}

}  // namespace perfgate
