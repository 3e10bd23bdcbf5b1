#include "support/factory.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace perfgate::test {

std::uint64_t Random::next() {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

double Random::uniform() { return static_cast<double>(next() >> 11U) * 0x1p-53; }

double Random::normal() {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += uniform();
  return sum;
}

std::vector<Score> base_scores() { return {{"sort", 1000}, {"search", 500}, {"decode", 2000}}; }

Run make_run(const RunSpec& spec) {
  Run run{.schema = "perfgate.run/1",
          .tool = "perfgate 0.1.0",
          .id = spec.id,
          .started = {1'763'640'000'000},  // 2025-11-20T12:00:00Z
          .duration_seconds = 12.5,
          .commit = {.sha = spec.sha, .branch = spec.branch},
          .fingerprint = {.cpu_model = spec.cpu,
                          .cores = 4,
                          .arch = "x86_64",
                          .os_image = "Debian GNU/Linux 12",
                          .compiler = "c++ 12.2.0",
                          .flags = "-O2"},
          .suites = {spec.suite},
          .harnesses = {"google-benchmark"},
          .metrics = {{.name = "time", .unit = BaseUnit::second, .better = Better::lower}},
          .headlines = spec.headlines};
  if (!spec.instance.empty()) run.fingerprint.instance = spec.instance;
  Random random(spec.seed);
  for (const Score& score : spec.scores) {
    Values values;
    for (int launch = 0; launch < spec.launches; ++launch) {
      values.next_launch();
      for (int i = 0; i < spec.repetitions; ++i)
        values.add(score.nanoseconds * 1e-9 * spec.multiplier *
                   (1 + (spec.noise > 0 ? spec.noise * random.normal() : 0)));
    }
    run.benchmarks.push_back(
        {.suite = spec.suite, .name = score.name, .samples = {{"time", std::move(values)}}});
  }
  return run;
}

Headline headline(std::string name, std::string label, std::string unit, double value,
                  int decimals) {
  return {.name = std::move(name),
          .label = *Title::make(label),
          .unit = unit,
          .decimals_written = decimals,
          .decimals_shown = decimals,
          .better = Better::higher,
          .value = find_unit(unit)->to_base(value)};
}

std::vector<Headline> headlines(double factor) {
  std::vector<Headline> all{headline("display", "DISPLAY", "GiB/s", 4.22 * factor),
                            headline("comp3", "COMP-3", "MiB/s", 571 * factor, 1)};
  all[0].order = 1;
  all[1].order = 2;
  all[1].decimals_shown = 0;
  for (Headline& one : all) one.values = std::vector<double>(8, *one.value);
  return all;
}

void add_metric(Run& run, const Metric& metric, std::vector<double> values, std::string benchmark) {
  if (!run.find_metric(metric.name)) run.metrics.push_back(metric);
  auto found = std::ranges::find(run.benchmarks, benchmark, &Benchmark::name);
  REQUIRE(found != run.benchmarks.end());
  found->samples.push_back({metric.name, Values(std::move(values))});
}

Values values_of(const std::vector<std::vector<double>>& launches) {
  Values values;
  for (const auto& launch : launches) {
    values.next_launch();
    for (const double value : launch) values.add(value);
  }
  return values;
}

Decimal dec(std::string_view text) { return *Decimal::parse(text); }

Limit limit(std::string written, std::string origin) {
  const Quantity quantity = *parse_quantity(written);
  return {.value = quantity.in_base(),
          .unit = quantity.unit,
          .written = std::move(written),
          .origin = std::move(origin)};
}

Policy shipped_policy() {
  Policy policy;
  policy.regression_threshold = dec("0.05");
  policy.regression_fail_threshold = dec("0.1");
  policy.safety_margin_multiplier = 10;
  policy.headlines = {{.headline = "comp3",
                       .floor = limit("40 MiB/s", "thresholds.toml:5"),
                       .target = limit("500 MiB/s", "thresholds.toml:10")},
                      {.headline = "display",
                       .floor = limit("80 MiB/s", "thresholds.toml:4"),
                       .target = limit("4 GiB/s", "thresholds.toml:9")}};
  policy.origin = "thresholds.toml";
  return policy;
}

Judgement judged(const Run& head, const Run* base, const Policy& policy, bool printed) {
  const auto result =
      gate::judge(head, {.run = base, .state = base ? BaselineState::given : BaselineState::none},
                  policy, printed);
  if (!result) FAIL(result.error().message);
  return *result;
}

const Finding& finding_of(const Judgement& judgement, std::string_view subject) {
  for (const Finding& finding : judgement.findings)
    if (finding.benchmark == subject || (!subject.empty() && finding.headline == subject))
      return finding;
  FAIL("no finding of " << std::string(subject));
  return judgement.findings.front();
}

const Finding* find_reason(const Judgement& judgement, Reason reason) {
  const auto found = std::ranges::find(judgement.findings, reason, &Finding::reason);
  return found == judgement.findings.end() ? nullptr : &*found;
}

}  // namespace perfgate::test
