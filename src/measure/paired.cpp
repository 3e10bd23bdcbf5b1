#include "measure/paired.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace perfgate::measure {
namespace {

std::set<std::string_view> measured(const Run& fragment) {
  std::set<std::string_view> names;
  for (const Benchmark& benchmark : fragment.benchmarks)
    if (!benchmark.samples.empty()) names.insert(benchmark.name);
  return names;
}

Sample& sample_of(Benchmark& benchmark, Symbol metric) {
  const auto found = std::ranges::find(benchmark.samples, metric, &Sample::metric);
  if (found != benchmark.samples.end()) return *found;
  return benchmark.samples.emplace_back(Sample{.metric = metric, .values = {}});
}

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
  to.insert(to.end(), std::move_iterator(from.begin()), std::move_iterator(from.end()));
}

}  // namespace

void PairedRuns::add(Symbol suite, int round, Run of_base, Run of_head) {
  Known& known = suites_[suite];
  const auto on_base = measured(of_base), on_head = measured(of_head);
  if (round == 0) {
    for (const std::string_view name : on_base)
      known.courses[std::string(name)] = {.rounds = 1, .on_base = true};
    for (const std::string_view name : on_head) {
      Course& course = known.courses[std::string(name)];
      course.rounds = 1;
      course.on_head = true;
    }
  } else {
    for (auto& [name, course] : known.courses)
      if (course.rounds == round && (!course.on_base || on_base.contains(name)) &&
          (!course.on_head || on_head.contains(name)))
        ++course.rounds;
  }
  add_side(base, known.base, known, round, std::move(of_base), base_noted_);
  add_side(head, known.head, known, round, std::move(of_head), head_noted_);
}

bool PairedRuns::complete(Symbol suite, const std::string& benchmark, int rounds) const {
  const auto known = suites_.find(suite);
  if (known == suites_.end()) return false;
  const auto course = known->second.courses.find(benchmark);
  return course != known->second.courses.end() && course->second.rounds >= rounds;
}

void PairedRuns::add_side(Run& run, Places& places, const Known& known, int round, Run fragment,
                          std::set<std::string>& noted) {
  for (const Metric& metric : fragment.metrics)
    if (!run.find_metric(metric.name)) run.metrics.push_back(metric);
  for (Benchmark& benchmark : fragment.benchmarks) {
    const auto [place, is_new] = places.try_emplace(benchmark.name, run.benchmarks.size());
    if (is_new) {
      run.benchmarks.push_back({.suite = benchmark.suite,
                                .name = benchmark.name,
                                .samples = {},
                                .dimensions = benchmark.dimensions});
    }
    const auto course = known.courses.find(benchmark.name);
    if (course == known.courses.end() || course->second.rounds != round + 1) continue;
    for (const Sample& sample : benchmark.samples) {
      Values& values = sample_of(run.benchmarks[place->second], sample.metric).values;
      if (values.launch_count() != static_cast<std::size_t>(round)) continue;
      values.next_launch();
      for (const double value : sample.values.all()) values.add(value);
    }
    // A metric that came late has no value of the first round, and cannot be in step.
    std::erase_if(run.benchmarks[place->second].samples,
                  [](const Sample& sample) { return sample.values.empty(); });
  }
  append(run.launches, fragment.launches);
  append(run.statistics, fragment.statistics);
  for (Note& note : fragment.notes)
    if (noted.insert(fmt::format("{}/{}: {}", note.suite.text(), note.benchmark, note.text)).second)
      run.notes.push_back(std::move(note));
}

}  // namespace perfgate::measure
