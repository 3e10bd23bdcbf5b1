#include "store/parts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "model/judgement_fields.hpp"

namespace perfgate::store {
namespace {

std::unexpected<Error> no_part(std::string_view what, std::string text) {
  return fail(Code::store, fmt::format("saving the {}: {}", what, std::move(text)),
              "save the whole run with what it should hold");
}

bool has_suite(const Run& run, Symbol suite) {
  return std::ranges::find(run.suites, suite) != run.suites.end();
}

Benchmark* find_benchmark(Run& run, Symbol suite, std::string_view name) {
  const auto found = std::ranges::find_if(run.benchmarks, [&](const Benchmark& benchmark) {
    return benchmark.suite == suite && benchmark.name == name;
  });
  return found == run.benchmarks.end() ? nullptr : &*found;
}

}  // namespace

std::string part_key(std::initializer_list<std::string_view> texts) {
  std::string key;
  for (const std::string_view& text : texts) {
    if (&text != texts.begin()) key += '|';
    for (const char c : text) {
      if (c == '|')
        key += "%7C";
      else if (c == '%')
        key += "%25";
      else
        key += c;
    }
  }
  return key;
}

std::string whole_of_part_key(std::string_view key) {
  std::string whole;
  key = key.substr(0, key.find('|'));
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (key.substr(i).starts_with("%7C")) {
      whole += '|';
      i += 2;
    } else if (key.substr(i).starts_with("%25")) {
      whole += '%';
      i += 2;
    } else {
      whole += key[i];
    }
  }
  return whole;
}

// ---- Benchmark

std::string Part<Benchmark>::key(const Item& item) {
  return part_key({item.whole, item.part.suite.text(), item.part.name});
}

std::vector<In<Benchmark>> Part<Benchmark>::all(std::string_view whole_key, const Run& run) {
  std::vector<Item> items;
  for (const Benchmark& benchmark : run.benchmarks)
    items.push_back({std::string(whole_key), benchmark});
  return items;
}

Result<void> Part<Benchmark>::put(Run& run, const Item& item) {
  const Benchmark& benchmark = item.part;
  const std::string what = fmt::format("benchmark `{}`", safe_text(benchmark.name, 200));
  if (!has_suite(run, benchmark.suite))
    return no_part(
        what, fmt::format("the run `{}` has no suite `{}`", item.whole, benchmark.suite.text()));
  for (const Sample& sample : benchmark.samples) {
    if (sample.values.empty())
      return no_part(what, fmt::format("its `{}` has no value", sample.metric.text()));
    if (!run.find_metric(sample.metric))
      return no_part(what, fmt::format("the run `{}` does not describe the metric `{}`", item.whole,
                                       sample.metric.text()));
  }
  if (Benchmark* const before = find_benchmark(run, benchmark.suite, benchmark.name))
    *before = benchmark;
  else
    run.benchmarks.push_back(benchmark);
  return {};
}

void Part<Benchmark>::take(Run& run, const Item& item) {
  std::erase_if(run.benchmarks, [&](const Benchmark& benchmark) {
    return benchmark.suite == item.part.suite && benchmark.name == item.part.name;
  });
}

// ---- Measurement

std::string Part<Measurement>::key(const Item& item) {
  return part_key({item.run, item.suite.text(), item.benchmark, item.metric.text()});
}

std::vector<Measurement> Part<Measurement>::all(std::string_view whole_key, const Run& run) {
  return measurements(run, whole_key);
}

Result<void> Part<Measurement>::put(Run& run, const Item& item) {
  const std::string what =
      fmt::format("measurement of `{}` `{}`", safe_text(item.benchmark, 200), item.metric.text());
  if (!has_suite(run, item.suite))
    return no_part(what,
                   fmt::format("the run `{}` has no suite `{}`", item.run, item.suite.text()));
  if (item.values.empty()) return no_part(what, "it has no value");
  if (item.time != run.started || item.commit != run.commit.sha || item.branch != run.commit.branch)
    return no_part(what, fmt::format("its `time`, `commit` or `branch` is not that of its run `{}`",
                                     item.run));
  const Metric metric{
      .name = item.metric, .unit = item.unit, .better = item.better, .exact = item.exact};
  if (const Metric* const described = run.find_metric(item.metric); !described)
    run.metrics.push_back(metric);
  else if (*described != metric)
    return no_part(what, fmt::format("the run `{}` has the metric with another `unit`, `better` or "
                                     "`exact`",
                                     item.run));
  Benchmark* benchmark = find_benchmark(run, item.suite, item.benchmark);
  if (!benchmark) {
    run.benchmarks.push_back({.suite = item.suite, .name = item.benchmark, .samples = {}});
    benchmark = &run.benchmarks.back();
  }
  benchmark->dimensions = item.dimensions;
  const auto before = std::ranges::find(benchmark->samples, item.metric, &Sample::metric);
  if (before != benchmark->samples.end())
    before->values = item.values;
  else
    benchmark->samples.push_back({.metric = item.metric, .values = item.values});
  return {};
}

void Part<Measurement>::take(Run& run, const Item& item) {
  if (Benchmark* const benchmark = find_benchmark(run, item.suite, item.benchmark))
    std::erase_if(benchmark->samples,
                  [&](const Sample& sample) { return sample.metric == item.metric; });
}

// ---- Finding

std::string Part<Finding>::key(const Item& item) {
  const Finding& finding = item.part;
  // One benchmark may have several findings for one reason: what they say tells them apart.
  return part_key({item.whole, finding.suite.text(), finding.benchmark, finding.metric.text(),
                   finding.headline, perfgate::to_text(finding.reason),
                   finding.limit ? perfgate::to_text(finding.limit->kind) : "", finding.anchor,
                   sha256(finding.why).substr(0, 8)});
}

std::vector<In<Finding>> Part<Finding>::all(std::string_view whole_key,
                                            const Judgement& judgement) {
  std::vector<Item> items;
  for (const Finding& finding : judgement.findings)
    items.push_back({std::string(whole_key), finding});
  return items;
}

Result<void> Part<Finding>::put(Judgement& judgement, const Item& item) {
  const std::string wanted = key(item);
  for (Finding& finding : judgement.findings) {
    if (key({item.whole, finding}) != wanted) continue;
    finding = item.part;
    return {};
  }
  judgement.findings.push_back(item.part);
  return {};
}

void Part<Finding>::take(Judgement& judgement, const Item& item) {
  const std::string gone = key(item);
  std::erase_if(judgement.findings,
                [&](const Finding& finding) { return key({item.whole, finding}) == gone; });
}

}  // namespace perfgate::store
