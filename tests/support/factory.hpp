#pragma once
// The one factory of test data. Everything that a test does not name has a plain default.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gate/judge.hpp"
#include "model/judgement.hpp"
#include "model/policy.hpp"
#include "model/run.hpp"

namespace perfgate::test {

/// Random numbers by splitmix64 (Steele, Lea & Flood 2014): the same on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  double uniform();  ///< in [0, 1)
  double normal();   ///< standard normal, by the sum of twelve uniforms
 private:
  std::uint64_t state_;
};

/// What the origin's example suite takes, in nanoseconds.
struct Score {
  std::string name;
  double nanoseconds;
};
std::vector<Score> base_scores();  ///< sort 1000, search 500, decode 2000

struct RunSpec {
  double multiplier = 1.0;  ///< of the time: 1.0 unchanged, 0.9 better, 1.2 worse
  double noise = 0;         ///< relative standard deviation of each value
  std::uint64_t seed = 1;
  int launches = 8;
  int repetitions = 1;  ///< values per launch
  std::vector<Score> scores = base_scores();
  std::string suite = "suite";
  std::string id = "run-1";
  std::string branch = "main";
  std::string sha = "0123456789abcdef0123456789abcdef01234567";
  std::string cpu = "Example CPU 3000";
  std::string instance = "instance-1";  ///< one machine measures all; empty: not known
  std::vector<Headline> headlines{};
};
Run make_run(const RunSpec& spec = {});

/// DISPLAY: 4.22 GiB/s and COMP-3: 571 MiB/s, as the origin's example line has them, times
/// `factor`.
std::vector<Headline> headlines(double factor = 1.0);
Headline headline(std::string name, std::string label, std::string unit, double value,
                  int decimals = 2);

/// A benchmark of one more metric, added to the run.
void add_metric(Run& run, const Metric& metric, std::vector<double> values,
                std::string benchmark = "sort");

Values values_of(const std::vector<std::vector<double>>& launches);

/// The policy of the shipped thresholds.toml, in memory: warn beyond 5 %, fail beyond 10 %.
Policy shipped_policy();
Limit limit(std::string written, std::string origin = "thresholds.toml:4");
Decimal dec(std::string_view text);

/// The judgement of head against base; nullptr: there is none.
Judgement judged(const Run& head, const Run* base, const Policy& policy, bool printed = false);
/// The first finding of this benchmark (or headline), or a test failure.
const Finding& finding_of(const Judgement& judgement, std::string_view subject);
const Finding* find_reason(const Judgement& judgement, Reason reason);

}  // namespace perfgate::test
