#include "measure/rounds.hpp"

#include <algorithm>

#include "stats/looks.hpp"

namespace perfgate::measure {

Side Rounds::first(int round) {
  const auto pair = static_cast<std::size_t>(round / 2);
  while (head_begins_.size() <= pair)
    head_begins_.push_back(ordering_ == Ordering::balanced && random_.below(2) == 1);
  const bool head = head_begins_[pair] != (round % 2 == 1);
  return head ? Side::head : Side::base;
}

std::string Rounds::order(int rounds) {
  std::string text;
  for (int round = 0; round < rounds; ++round) text += first(round) == Side::base ? "BH" : "HB";
  return text;
}

std::vector<int> planned_looks(int max_rounds) {
  std::vector<int> looks;
  for (const int rounds : stats::usual_looks)
    if (rounds < max_rounds) looks.push_back(rounds);
  while (!looks.empty() && looks.back() >= std::ranges::max(stats::usual_looks) &&
         looks.back() * 4 / 3 < max_rounds)
    looks.push_back(looks.back() * 4 / 3);
  looks.push_back(max_rounds);
  return looks;
}

}  // namespace perfgate::measure
