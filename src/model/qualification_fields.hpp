#pragma once
// The descriptions of a qualification's entities.

#include "model/qualification.hpp"
#include "model/run_fields.hpp"

namespace perfgate {

template <>
struct EnumTexts<Fitness> {
  static constexpr std::array<std::pair<Fitness, std::string_view>, 6> values{
      {{Fitness::fit, "fit"},
       {Fitness::too_fine, "too_fine"},
       {Fitness::false_alarms, "false_alarms"},
       {Fitness::exact, "exact"},
       {Fitness::unlimited, "unlimited"},
       {Fitness::unusable, "unusable"}}};
};

template <>
struct Describe<Share> {
  static constexpr std::string_view name = "Share", doc = "a share of experiments";
  static constexpr auto fields =
      std::tuple(field("count", &Share::count, "so many"), field("of", &Share::of, "of so many"),
                 field("estimate", &Share::estimate, "the share"),
                 field("low", &Share::low, "Wilson's interval of 95 %, from"),
                 field("high", &Share::high, "to"));
};

template <>
struct Describe<Planted> {
  static constexpr std::string_view name = "Planted", doc = "a slowdown that was put in";
  static constexpr auto fields =
      std::tuple(field("slowdown", &Planted::slowdown, "as a ratio: 0.05 is 5 %"),
                 field("found", &Planted::found, "the share of experiments that fail"));
};

template <>
struct Describe<QualifiedBenchmark> {
  static constexpr std::string_view name = "QualifiedBenchmark",
                                    doc = "what the gate is worth for one benchmark";
  using Q = QualifiedBenchmark;
  static constexpr auto fields = std::tuple(
      field("suite", &Q::suite, "its suite"), field("benchmark", &Q::benchmark, "its name"),
      field("metric", &Q::metric, "what is judged of it"),
      field("fitness", &Q::fitness, "what is to be said of its threshold"),
      field("why", &Q::why, "the sentence that says why"),
      field("noise", &Q::noise, "between launches: a robust deviation, as a ratio"),
      field("floor", &Q::floor, "changes up to this ratio are never judged"),
      field("warn", &Q::warn, "the warning band in force, a ratio of costs"),
      field("fail", &Q::fail, "the failing band in force, a ratio of costs"),
      field("false_alarms", &Q::false_alarms, "experiments without a change in which it fails"),
      field("inconclusive", &Q::inconclusive,
            "experiments without a change in which it remains undecided"),
      field("power", &Q::power, "how often slowdowns are found"),
      field("detectable", &Q::detectable,
            "the smallest slowdown that 80 % of experiments find; absent: none up to three times"),
      field("repetitions", &Q::repetitions, "rounds as configured; 0: not known", {.sparse = true}),
      field("detectable_at_repetitions", &Q::detectable_at_repetitions,
            "the smallest slowdown that 80 % of experiments of so many rounds find"),
      field("finest", &Q::finest, "the finest threshold that can be kept"),
      field("suggested", &Q::suggested, "a threshold that can be kept"),
      field("rounds_needed", &Q::rounds_needed, "for the threshold in force"));
};

template <>
struct Describe<Delayed> {
  static constexpr std::string_view name = "Delayed", doc = "a slowdown that was made for real";
  static constexpr auto fields =
      std::tuple(field("suite", &Delayed::suite, "its suite"),
                 field("benchmark", &Delayed::benchmark, "its name"),
                 field("metric", &Delayed::metric, "what was judged"),
                 field("slowdown", &Delayed::slowdown, "asked for, as a ratio"),
                 field("measured", &Delayed::measured, "the estimate, as a ratio"),
                 field("low", &Delayed::low, "its interval of 90 %, from"),
                 field("high", &Delayed::high, "to"),
                 field("verdict", &Delayed::verdict, "what the gate said"),
                 field("rounds", &Delayed::rounds, "how many rounds were measured"));
};

template <>
struct Describe<Qualification> {
  static constexpr std::string_view name = "Qualification",
                                    doc = "what a gate was found to be worth";
  using Q = Qualification;
  static constexpr auto fields = std::tuple(
      field("schema", &Q::schema, "perfgate.qualification/1"),
      field("tool", &Q::tool, "the perfgate that measured it"),
      field("method", &Q::method, "the version of the verdict that was measured"),
      field("qualified", &Q::qualified, "whether its verdicts may be relied on"),
      field("summary", &Q::summary, "one sentence"),
      field("run_id", &Q::run_id, "the run whose launches these were"),
      field("measured", &Q::measured, "when that run began"),
      field("commit", &Q::commit, "its commit"),
      field("host_class", &Q::host_class, "the machine, as far as the policy holds it equal"),
      field("policy", &Q::policy, "where the policy came from"),
      field("suites", &Q::suites, "what was measured"),
      field("launches", &Q::launches, "of each suite"),
      field("looks", &Q::looks, "after how many rounds an experiment is looked at"),
      field("experiments", &Q::experiments, "how many were drawn from the launches"),
      field("seed", &Q::seed, "of the draws"),
      field("any_false_alarm", &Q::any_false_alarm,
            "experiments without a change in which anything fails"),
      field("benchmarks", &Q::benchmarks, "one by one"),
      field("delayed", &Q::delayed, "slowdowns that were made for real", {.sparse = true}),
      field("suggestion", &Q::suggestion, "rules for thresholds.toml", {.sparse = true}),
      field("notes", &Q::notes, "doubts and troubles"));
};

}  // namespace perfgate
