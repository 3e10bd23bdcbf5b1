#include "gate/shards.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "base/text.hpp"

namespace perfgate::gate {
namespace {

std::string shown(const Shard& shard) { return safe_text(shard.id, 40); }

std::string shown_commit(const Commit& commit) {
  const std::string sha =
      commit.sha.empty() ? "no commit" : safe_text(commit.sha.substr(0, 10), 10);
  return commit.dirty ? sha + " with changes" : sha;
}

/// The harness of a suite of the run.
Symbol harness_of(const Run& run, Symbol suite) {
  for (std::size_t i = 0; i < run.suites.size(); ++i)
    if (run.suites[i] == suite && i < run.harnesses.size()) return run.harnesses[i];
  return {};
}

Result<void> agree(const Shard& first, const Shard& other) {
  const Run &a = *first.run, &b = *other.run;
  if (a.commit.sha != b.commit.sha || a.commit.dirty != b.commit.dirty)
    return fail(
        Code::usage,
        fmt::format("shard {} measured {}, shard {} {}: these are no parts of one run",
                    shown(first), shown_commit(a.commit), shown(other), shown_commit(b.commit)),
        "check the same commit out in every job, e.g. by `ref: ${{ github.sha }}`");
  if (a.tool != b.tool)
    return fail(Code::usage,
                fmt::format("shard {} was measured by {}, shard {} by {}", shown(first),
                            safe_text(a.tool, 60), shown(other), safe_text(b.tool, 60)),
                "use one version of perfgate in all jobs");
  if (a.experiment || b.experiment)
    return fail(Code::usage,
                fmt::format("shard {} is one side of an interleaved experiment",
                            shown(a.experiment ? first : other)),
                "rounds belong together: what `ab` measured is judged by itself");
  if (a.id == b.id && a.attempt == b.attempt)
    return fail(Code::usage,
                fmt::format("shards {} and {} are the same run ({})", shown(first), shown(other),
                            safe_text(a.id, 60)),
                "a run counts once: see which file each job handed over");
  return {};
}

Result<void> add_metrics(Run& whole, const Shard& shard) {
  for (const Metric& metric : shard.run->metrics) {
    const Metric* const known = whole.find_metric(metric.name);
    if (known == nullptr)
      whole.metrics.push_back(metric);
    else if (*known != metric)
      return fail(Code::usage,
                  fmt::format("shard {} describes the metric {} otherwise than those before: its "
                              "unit, which way is better, or whether it is exact",
                              shown(shard), safe_text(metric.name.text(), 60)),
                  "measure all shards with the same configuration");
  }
  return {};
}

Result<void> add_suites(Run& whole, const Shard& shard) {
  const Run& run = *shard.run;
  for (const Symbol suite : run.suites) {
    if (std::ranges::find(whole.suites, suite) == whole.suites.end()) {
      whole.suites.push_back(suite);
      whole.harnesses.push_back(harness_of(run, suite));
    } else if (harness_of(whole, suite) != harness_of(run, suite)) {
      return fail(
          Code::usage,
          fmt::format("shard {} measured the suite {} by {}, those before by {}", shown(shard),
                      safe_text(suite.text(), 60), safe_text(harness_of(run, suite).text(), 40),
                      safe_text(harness_of(whole, suite).text(), 40)),
          "measure all shards with the same configuration");
    }
  }
  return {};
}

void add_values(Values& to, const Values& from) {
  for (const auto launch : from.launches()) {
    to.next_launch();
    for (const double value : launch) to.add(value);
  }
}

using Place = std::map<std::pair<Symbol, std::string>, std::size_t>;

/// Returns whether anything was measured by an earlier shard too.
bool add_benchmarks(Run& whole, const Run& run, Place& place) {
  bool pooled = false;
  for (const Benchmark& benchmark : run.benchmarks) {
    const auto [found, fresh] =
        place.emplace(std::pair(benchmark.suite, benchmark.name), whole.benchmarks.size());
    if (fresh) {
      whole.benchmarks.push_back(benchmark);
      continue;
    }
    pooled = true;
    Benchmark& known = whole.benchmarks[found->second];
    for (const Sample& sample : benchmark.samples) {
      const auto same = std::ranges::find(known.samples, sample.metric, &Sample::metric);
      if (same == known.samples.end())
        known.samples.push_back(sample);
      else
        add_values(same->values, sample.values);
    }
  }
  return pooled;
}

/// What the harness computed of a part of the values says nothing of all of them.
void add_statistics(Run& whole, const std::vector<Shard>& shards) {
  std::map<std::pair<Symbol, Symbol>, int> measured_by;
  for (const Shard& shard : shards)
    if (shard.run)
      for (const Benchmark& benchmark : shard.run->benchmarks)
        ++measured_by[{benchmark.suite, Symbol(benchmark.name)}];
  for (const Shard& shard : shards)
    if (shard.run)
      for (const Statistic& statistic : shard.run->statistics)
        if (measured_by[{statistic.suite, statistic.benchmark}] < 2)
          whole.statistics.push_back(statistic);
}

/// "A", or "A + B" where the machines differ.
std::optional<std::string> joined(const std::vector<Shard>& shards,
                                  std::optional<std::string> Fingerprint::* field) {
  std::set<std::string> values;
  for (const Shard& shard : shards)
    if (shard.run)
      if (const auto& value = shard.run->fingerprint.*field) values.insert(*value);
  if (values.empty()) return std::nullopt;
  return safe_text(fmt::format("{}", fmt::join(values, " + ")), 500);
}

void join_fingerprints(Run& whole, const std::vector<Shard>& shards) {
  for (const auto field : {&Fingerprint::cpu_model, &Fingerprint::arch, &Fingerprint::os_image,
                           &Fingerprint::kernel, &Fingerprint::compiler, &Fingerprint::flags,
                           &Fingerprint::governor, &Fingerprint::container})
    whole.fingerprint.*field = joined(shards, field);
  std::set<int> cores;
  std::set<std::optional<std::string>> instances;
  for (const Shard& shard : shards) {
    if (!shard.run) continue;
    instances.insert(shard.run->fingerprint.instance);
    if (shard.run->fingerprint.cores) cores.insert(*shard.run->fingerprint.cores);
  }
  if (cores.size() == 1) whole.fingerprint.cores = *cores.begin();
  if (cores.size() > 1)  // no one number: the models tell that these are different machines
    whole.fingerprint.cpu_model = fmt::format(
        "{} ({} cores)", whole.fingerprint.cpu_model.value_or("unknown"), fmt::join(cores, " + "));
  if (instances.size() == 1) whole.fingerprint.instance = *instances.begin();
}

}  // namespace

Result<Run> join_shards(const std::vector<Shard>& shards) {
  const auto came = [](const Shard& shard) { return shard.run.has_value(); };
  const auto first = std::ranges::find_if(shards, came);
  if (first == shards.end())
    return fail(Code::nothing_measured,
                fmt::format("none of {} shards is there: nothing was measured", shards.size()),
                "see what the measuring jobs say");
  for (auto a = first; a != shards.end(); ++a)
    for (auto b = std::next(a); b != shards.end(); ++b)
      if (a->run && b->run) CHECKED(agree(*a, *b));

  Run whole{.schema = first->run->schema,
            .tool = first->run->tool,
            .started = first->run->started,
            .commit = first->run->commit};
  Place place;
  for (const Shard& shard : shards) {
    if (!shard.run) {
      whole.notes.push_back({.severity = Severity::error,
                             .code = Code::missing,
                             .text = safe_text(fmt::format("shard {} of {} is not measured: {}",
                                                           shard.id, shards.size(), shard.absent),
                                               500)});
      continue;
    }
    const Run& run = *shard.run;
    CHECKED(add_suites(whole, shard));
    CHECKED(add_metrics(whole, shard));
    if (add_benchmarks(whole, run, place))
      whole.notes.push_back(
          {.severity = Severity::info,
           .text = safe_text(fmt::format("shard {} measured benchmarks that a shard before it "
                                         "measured too: their values are pooled",
                                         shard.id),
                             500)});
    whole.started = std::min(whole.started, run.started);
    whole.duration_seconds = std::max(whole.duration_seconds, run.duration_seconds);
    whole.attempt = std::max(whole.attempt, run.attempt);
    if (whole.commit.branch.empty()) whole.commit.branch = run.commit.branch;
    whole.launches.insert(whole.launches.end(), run.launches.begin(), run.launches.end());
    whole.notes.insert(whole.notes.end(), run.notes.begin(), run.notes.end());
  }
  add_statistics(whole, shards);
  join_fingerprints(whole, shards);
  return whole;
}

}  // namespace perfgate::gate
