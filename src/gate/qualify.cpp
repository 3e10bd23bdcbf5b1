#include "gate/qualify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/counted.hpp"
#include "base/percent.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "gate/evidence.hpp"
#include "gate/findings.hpp"
#include "gate/subjects.hpp"
#include "model/qualification_json.hpp"
#include "stats/qualification.hpp"
#include "stats/robust.hpp"

namespace perfgate::gate {
namespace {

/// More false alarms than this are too many: what a failure of a suite may be in the long run.
constexpr double most_false_alarms = stats::false_discovery_rate;
/// A threshold beyond this is none: the benchmark is better told than judged.
constexpr double widest_threshold = 0.25;
constexpr std::size_t most_named = 20;

/// A threshold that people would write: up to 5 % in halves, then whole per cent.
double written_threshold(double ratio) {
  const double step = ratio <= 0.05 ? 0.005 : 0.01;
  return std::ceil(ratio / step - 1e-9) * step;
}

Share share_of(const stats::Proportion& proportion, std::size_t experiments) {
  return {.count = std::llround(proportion.estimate * static_cast<double>(experiments)),
          .of = static_cast<std::int64_t>(experiments),
          .estimate = proportion.estimate,
          .low = proportion.low,
          .high = proportion.high};
}

/// The threshold that a benchmark is held to.
std::optional<double> threshold_of(const QualifiedBenchmark& one) {
  return one.fail ? one.fail : one.warn;
}

std::string name_of(const QualifiedBenchmark& one) {
  return full_name(one.suite, one.benchmark) + " " + one.metric.text();
}

/// A benchmark as far as its subject tells; its course where it can be tested.
struct Candidate {
  QualifiedBenchmark told;
  std::optional<stats::Course> course;
};

Candidate candidate_of(const Subject& subject, const Policy& policy, int launches,
                       const QualifyOptions& options) {
  Candidate candidate{.told = {.suite = subject.finding.suite,
                               .benchmark = subject.finding.benchmark,
                               .metric = subject.finding.metric}};
  QualifiedBenchmark& told = candidate.told;
  const auto set_aside = [&](Fitness fitness, std::string why) {
    told.fitness = fitness;
    told.why = std::move(why);
    return candidate;
  };
  if (subject.exact)
    return set_aside(Fitness::exact, "an exact count: it is compared without statistics");
  if (std::ranges::any_of(subject.head, [](double value) { return value <= 0; }))
    return set_aside(Fitness::unusable, "a value of zero or below has no ratio");
  if (static_cast<int>(subject.head.size()) < launches)
    return set_aside(Fitness::unusable, fmt::format("it was measured in {} of {} launches",
                                                    subject.head.size(), launches));
  Run one_build;
  one_build.experiment.emplace();
  const stats::Budget budget = budget_of(subject, policy, Design::interleaved, one_build);
  told.floor = budget.floor;
  told.warn = budget.warn;
  told.fail = budget.fail;
  if (!threshold_of(told)) return set_aside(Fitness::unlimited, "no band is set for it");
  stats::Course course{.costs = stats::log_costs(subject.head, subject.better), .budget = budget};
  course.costs.resize(static_cast<std::size_t>(launches));
  told.noise = stats::as_ratio(stats::robust_deviation(course.costs));
  if (const auto found = options.repetitions.find(told.suite); found != options.repetitions.end())
    course.repetitions = told.repetitions = found->second;
  candidate.course = std::move(course);
  return candidate;
}

void conclude_fitness(QualifiedBenchmark& one, int rounds) {
  const double band = *threshold_of(one);
  const std::string_view which = one.fail ? "fails" : "warns";
  if (!one.finest || *one.finest > band) {
    one.fitness = Fitness::too_fine;
    if (!one.finest) {
      one.why =
          fmt::format("it {} beyond {}, and no slowdown up to three times is told from its noise",
                      which, percent_of(band));
      return;
    }
    const auto [beyond, told] = percents_apart(band, *one.finest);
    one.suggested = written_threshold(*one.finest);
    one.why = fmt::format("it {} beyond {}, and what can be told from its noise is {}: {} would do",
                          which, beyond, told, percent_of(*one.suggested));
    one.rounds_needed = stats::rounds_for(*one.finest, band, one.floor, rounds);
    if (one.rounds_needed) one.why += fmt::format(", or about {} rounds", *one.rounds_needed);
  } else if (one.false_alarms.low > most_false_alarms) {
    one.fitness = Fitness::false_alarms;
    one.suggested = written_threshold(std::max(2 * band, *one.finest));
    one.why = fmt::format("{} of experiments without a change fail",
                          percent_of(one.false_alarms.estimate));
  } else {
    one.why = fmt::format("it {} beyond {}, and a slowdown of {} is found in 80 % of experiments",
                          which, percent_of(band),
                          one.detectable ? percent_of(*one.detectable) : "more than 200 %");
  }
}

void summarize(Qualification& result) {
  std::size_t fine = 0, alarming = 0, judged = 0;
  for (const QualifiedBenchmark& one : result.benchmarks) {
    fine += one.fitness == Fitness::too_fine ? 1 : 0;
    alarming += one.fitness == Fitness::false_alarms ? 1 : 0;
    judged += one.power.empty() ? 0 : 1;
  }
  const bool alarms = result.any_false_alarm.low > most_false_alarms || alarming > 0;
  result.qualified = fine == 0 && !alarms && judged > 0;
  const std::string rate = fmt::format(
      "{} of {} experiments without a change raise a false alarm ({}, at most {})",
      result.any_false_alarm.count, result.any_false_alarm.of,
      percent_of(result.any_false_alarm.estimate), percent_of(result.any_false_alarm.high));
  if (result.qualified)
    result.summary = fmt::format("qualified: {}, and all thresholds can be kept", rate);
  else if (fine > 0)
    result.summary = fmt::format("not qualified: {} of {} {} finer than what can be seen; {}",
                                 counted(fine, "threshold"), counted(judged, "benchmark"),
                                 fine == 1 ? "is" : "are", rate);
  else
    result.summary = fmt::format("not qualified: {}", rate);
}

std::string toml_text(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      result += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    else
      result += c;
  }
  return result + '"';
}

/// A glob that matches the text and nothing else.
std::string glob_of(std::string_view text) {
  std::string glob;
  for (const char c : text) {
    if (c == '*' || c == '?' || c == '[' || c == '\\') glob += '\\';
    glob += c;
  }
  return glob;
}

/// A ratio of costs, as the policy would say it of values.
double of_values(double ratio, bool inverted) { return inverted ? ratio / (1 + ratio) : ratio; }

}  // namespace

int common_launches(const Run& run) {
  std::map<Symbol, std::size_t> most;
  for (const Benchmark& benchmark : run.benchmarks)
    for (const Sample& sample : benchmark.samples)
      most[benchmark.suite] = std::max(most[benchmark.suite], sample.values.launch_count());
  if (most.empty()) return 0;
  return static_cast<int>(
      std::ranges::min_element(most, {}, [](const auto& one) { return one.second; })->second);
}

Result<Qualification> qualify(const Run& run, const Policy& policy, const QualifyOptions& options) {
  const int launches = common_launches(run);
  if (launches == 0)
    return fail(Code::nothing_measured, "qualify: the run holds no measurement",
                "its notes say why: perfgate run writes the same");
  const auto fewest = static_cast<int>(stats::fewest_launches);
  if (launches < fewest)
    return fail(Code::usage,
                fmt::format("qualify: {} launches of each suite, and it takes at least {} to know "
                            "the noise between them",
                            launches, fewest),
                "perfgate qualify --rounds 40; repetitions within one launch share its luck and "
                "count once");
  const int rounds =
      std::min(options.max_rounds, stats::most_rounds(static_cast<std::size_t>(launches)));
  Qualification result{.schema = std::string(qualification_schema_name),
                       .tool = fmt::format("perfgate {}", version()),
                       .method = std::string(stats::verdict_method),
                       .run_id = run.id,
                       .measured = run.started,
                       .commit = run.commit,
                       .host_class = host_class(run.fingerprint, policy.host_class),
                       .policy = policy.origin,
                       .suites = run.suites,
                       .launches = launches,
                       .looks = options.looks ? options.looks(rounds) : std::vector{rounds},
                       .experiments = options.experiments,
                       .seed = options.seed,
                       .notes = run.notes};
  if (rounds < options.max_rounds)
    result.notes.push_back(
        {.severity = Severity::info,
         .text = fmt::format("{} launches stand for experiments of {} rounds, not of {}", launches,
                             rounds, options.max_rounds)});

  std::vector<Finding> findings;
  Counts counts;
  const Subjects subjects = subjects_of(run, {.run = &run, .state = BaselineState::given}, policy,
                                        Design::interleaved, findings, counts);
  std::vector<stats::Course> courses;
  std::vector<std::size_t> places;
  std::vector<bool> inverted;
  for (const Subject& subject : subjects.benchmarks) {
    Candidate candidate = candidate_of(subject, policy, launches, options);
    if (candidate.course) {
      courses.push_back(*std::move(candidate.course));
      places.push_back(result.benchmarks.size());
      inverted.push_back(subject.better == Better::higher);
    }
    result.benchmarks.push_back(std::move(candidate.told));
  }
  stats::QualifyPlan plan{.looks = result.looks,
                          .experiments = options.experiments,
                          .seed = static_cast<std::uint64_t>(options.seed),
                          .workers = options.workers,
                          .progress = options.progress};
  const stats::Qualified found = stats::qualify(courses, plan);
  result.any_false_alarm = share_of(found.any_false_alarm, found.experiments);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const stats::CourseQualified& one = found.courses[i];
    QualifiedBenchmark& told = result.benchmarks[places[i]];
    told.false_alarms = share_of(one.false_alarms, found.experiments);
    told.inconclusive = share_of(one.inconclusive, found.experiments);
    for (std::size_t p = 0; p < one.power.size(); ++p)
      told.power.push_back({.slowdown = plan.planted[p], .found = one.power[p]});
    told.detectable = one.detectable;
    told.detectable_at_repetitions = one.detectable_at_repetitions;
    told.finest = one.finest;
    conclude_fitness(told, rounds);
    if (told.suggested) told.suggested = written_threshold(of_values(*told.suggested, inverted[i]));
  }
  summarize(result);
  result.suggestion = suggested_rules(result);
  return result;
}

Result<void> thresholds_hold(const Qualification& qualification) {
  std::string text;
  std::size_t count = 0;
  for (const QualifiedBenchmark& one : qualification.benchmarks) {
    if (one.fitness != Fitness::too_fine) continue;
    if (++count <= most_named) text += fmt::format("\n  {}: {}", name_of(one), one.why);
  }
  if (count == 0) return {};
  if (count > most_named)
    text += fmt::format("\n  and {} more: qualification.json lists them", count - most_named);
  return fail(Code::config,
              fmt::format("{}: {} finer than what can be seen here:{}", qualification.policy,
                          counted(count, "threshold is", "thresholds are"), text),
              "put the rules above into thresholds.toml, measure on a quieter machine, or give "
              "`perfgate ab` more rounds; until then [gate] advisory = \"until-qualified\" lets "
              "nothing fail");
}

std::string suggested_rules(const Qualification& qualification) {
  std::string text;
  for (const QualifiedBenchmark& one : qualification.benchmarks) {
    const bool mend = one.fitness == Fitness::too_fine || one.fitness == Fitness::false_alarms;
    if (!mend) continue;
    if (!text.empty()) text += "\n";
    text += fmt::format("[[rule]]  # {}\n", safe_text(one.why, 200));
    if (!one.suite.empty())
      text += fmt::format("suite = {}\n", toml_text(glob_of(one.suite.text())));
    text += fmt::format("benchmark = {}\nmetric = {}\n", toml_text(glob_of(one.benchmark)),
                        toml_text(glob_of(one.metric.text())));
    if (!one.suggested) {
      text +=
          "warn = \"never\"  # told, not judged: its noise hides everything\nfail = \"never\"\n";
    } else if (*one.suggested > widest_threshold || !one.fail) {
      text +=
          fmt::format("warn = {:.4g}  # advisory: too noisy to fail anything\nfail = \"never\"\n",
                      *one.suggested);
    } else {
      if (one.warn)
        text += fmt::format("warn = {:.4g}\n",
                            std::min(*one.suggested, std::max(*one.warn, *one.suggested / 2)));
      text += fmt::format("fail = {:.4g}\n", *one.suggested);
    }
  }
  return text;
}

}  // namespace perfgate::gate
