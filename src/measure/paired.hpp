#pragma once
// Two runs that grow by rounds, so that launch i of either belongs to round i.

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "model/run.hpp"

namespace perfgate::measure {

class PairedRuns {
 public:
  Run base, head;

  /// Adds what one launch of a suite on each side measured (runs of that launch alone) as its round
  /// `round`, which counts from 0. A benchmark is added while it has not missed a round: where both
  /// sides had it in the first, both must have it, else the side that did. So the launches of its
  /// values stay in step, and end where it was missed first; likewise each of its metrics.
  void add(Symbol suite, int round, Run of_base, Run of_head);
  /// Whether the benchmark has values of all of so many rounds.
  bool complete(Symbol suite, const std::string& benchmark, int rounds) const;

 private:
  struct Course {
    int rounds = 0;
    bool on_base = false, on_head = false;
  };
  using Places = std::unordered_map<std::string, std::size_t>;  // in Run::benchmarks
  struct Known {
    std::unordered_map<std::string, Course> courses;
    Places base, head;
  };
  static void add_side(Run& run, Places& places, const Known& known, int round, Run fragment,
                       std::set<std::string>& noted);

  std::map<Symbol, Known> suites_;
  std::set<std::string> base_noted_, head_noted_;
};

}  // namespace perfgate::measure
