#include "support/audit_runs.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "gate/judge.hpp"
#include "store/stored.hpp"

namespace perfgate::test {
namespace {

Limit limit_of(std::string written, std::string origin) {
  const Quantity quantity = *parse_quantity(written);
  return {.value = quantity.in_base(),
          .unit = quantity.unit,
          .written = std::move(written),
          .origin = std::move(origin)};
}

Headline headline_of(std::string name, std::string label, double value, double factor,
                     std::size_t launches) {
  Headline headline{.name = std::move(name),
                    .label = *Title::make(label),
                    .unit = "MiB/s",
                    .better = Better::higher};
  for (std::size_t i = 0; i < launches; ++i)
    headline.values.push_back(
        find_unit("MiB/s")->to_base(value * factor * (1 + 0.001 * static_cast<double>(i % 3))));
  headline.value = headline.values[launches / 2];
  return headline;
}

Run run_of(int benchmarks, int launches, double multiplier, double factor, std::uint64_t seed) {
  Run run{.schema = "perfgate.run/1",
          .tool = "perfgate 0.1.0",
          .id = "base",
          .started = {1'704'067'200'000},
          .duration_seconds = 12.5,
          .commit = {.sha = std::string(40, 'b'), .branch = "main"},
          .fingerprint = {.cpu_model = "Example CPU 3000", .cores = 4, .arch = "x86_64"},
          .suites = {"codec"},
          .harnesses = {"google-benchmark"},
          .metrics = {{.name = "time", .unit = BaseUnit::second, .better = Better::lower}}};
  run.fingerprint.instance = "one";
  std::uint64_t state = seed;
  for (int b = 0; b < benchmarks; ++b) {
    Values values;
    for (int launch = 0; launch < launches; ++launch) {
      values.next_launch();
      state = state * 6364136223846793005U + 1442695040888963407U;
      const double noise = static_cast<double>(state >> 40U) / static_cast<double>(1U << 24U) - 0.5;
      // Of what is slower, three benchmarks are.
      const double own = multiplier > 1.1 && b > 2 ? 1 : multiplier;
      values.add((100 + 10 * b) * 1e-9 * own * (1 + 0.004 * noise));
    }
    run.benchmarks.push_back({.suite = "codec",
                              .name = fmt::format("decode/{}", b),
                              .samples = {{"time", std::move(values)}}});
  }
  run.headlines = {
      headline_of("display", "DISPLAY", 4300, factor / multiplier,
                  static_cast<std::size_t>(launches)),
      headline_of("comp3", "COMP-3", 570, factor / multiplier, static_cast<std::size_t>(launches))};
  return run;
}

}  // namespace

Policy audit_policy() {
  Policy policy;
  policy.regression_threshold = Decimal::nearest(0.05);
  policy.regression_fail_threshold = Decimal::nearest(0.1);
  policy.headlines = {{.headline = "comp3", .floor = limit_of("40 MiB/s", "thresholds.toml:5")},
                      {.headline = "display", .floor = limit_of("80 MiB/s", "thresholds.toml:4")}};
  policy.rules = {{.benchmark = "decode/0",
                   .metric = "time",
                   .ceiling = limit_of("120 ns", "thresholds.toml:12"),
                   .origin = "thresholds.toml:11"}};
  policy.origin = "thresholds.toml";
  return policy;
}

AuditRuns::AuditRuns(int benchmarks, int launches, std::uint64_t seed)
    : base_(run_of(benchmarks, launches, 1, 1, seed)) {
  const Policy policy = audit_policy();
  const std::pair<double, double> shapes[] = {{1, 1},     {1.001, 1}, {0.999, 1},
                                              {1.002, 1}, {1.3, 1},   {1.3, 0.01}};
  std::uint64_t next = seed;
  for (const auto& [multiplier, factor] : shapes) {
    Run run = run_of(benchmarks, launches, multiplier, factor, ++next);
    run.started.unix_ms += 600'000;
    const auto judgement =
        gate::judge(run, {.run = &base_, .state = BaselineState::active}, policy);
    if (!judgement) std::abort();
    Judgement concluded = *judgement;
    gate::conclude(concluded, policy);
    variants_.emplace_back(std::move(run), std::move(concluded));
  }
}

std::pair<Run, Judgement> AuditRuns::of(const Which& which) const {
  auto [run, judgement] = variants_.at(static_cast<std::size_t>(which.variant));
  run.id = which.id;
  run.attempt = which.attempt;
  run.started = which.started;
  run.commit = {.sha = which.sha, .branch = which.branch};
  judgement.run = store::Stored<Run>::key(run);
  judgement.run_id = run.id;
  judgement.commit = run.commit;
  judgement.baseline_id = base_.id;
  return {std::move(run), std::move(judgement)};
}

}  // namespace perfgate::test
