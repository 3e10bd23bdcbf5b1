#include "measure/measure.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "measure/launch.hpp"
#include "sys/directory.hpp"
#include "sys/lock.hpp"

namespace perfgate::measure {
namespace {

/// A suite while it is measured.
struct Course {
  const Suite& suite;
  harness::Harness harness;
  harness::Collector collector;
  int launched = 0;
  bool over = false;  // nothing more of it is launched
};

std::string lines_of(const Trouble& trouble) {
  std::string text = fmt::format("{}: {}", to_text(trouble.error.code), trouble.error.message);
  if (!trouble.log.empty())
    text += fmt::format("\n--- the end of its log ---\n{}\n---", trouble.log);
  if (!trouble.error.hint.empty()) text += "\nhint: " + trouble.error.hint;
  return text;
}

bool interrupted(const Conditions& conditions) {
  return conditions.signals != nullptr && conditions.signals->count() > 0;
}

class Measuring {
 public:
  Measuring(Surroundings surroundings, Progress& progress)
      : surroundings_(std::move(surroundings)), progress_(progress) {}

  void set_up(Course& course) {
    if (course.suite.setup.empty()) return;
    progress_.say(fmt::format("setup of {}", course.suite.name.text()));
    const auto step = progress_.step("setup of " + course.suite.name.text());
    if (const auto trouble = measure::set_up(course.suite, surroundings_))
      give_up(course, *trouble);
  }

  void launch(Course& course, Run& run) {
    const Suite& suite = course.suite;
    const std::string what = fmt::format("{}, launch {} of {}", suite.name.text(),
                                         course.launched + 1, suite.repetitions);
    progress_.begin(what);
    if (course.launched++ > 0) course.collector.next_launch();
    const Attempt attempt = measure::launch(suite, course.harness, surroundings_, course.collector);
    progress_.end(attempt.trouble ? "failed after" : "took");
    if (attempt.launch) run.launches.push_back(*attempt.launch);
    if (attempt.survivors > 0)
      course.collector.note(
          Severity::warning, {}, {},
          fmt::format("{}: {} {} the suite and had to be killed", what, attempt.survivors,
                      attempt.survivors == 1 ? "process outlived" : "processes outlived"));
    if (attempt.stale > 0 && !attempt.trouble)
      course.collector.note(
          Severity::info, {}, {},
          fmt::format("{}: {} result files of an earlier run were not read", what, attempt.stale));
    if (attempt.trouble) give_up(course, *attempt.trouble);
  }

 private:
  void give_up(Course& course, const Trouble& trouble) {
    progress_.alarm(safe_lines(surroundings_.scrubber.scrub(lines_of(trouble)), 8192));
    course.collector.note(Severity::error, trouble.error.code, {}, trouble.error.message);
    course.over = true;
    progress_.forget(course.suite.repetitions - course.launched);
  }

  Surroundings surroundings_;
  Progress& progress_;
};

Note interruption(const Conditions& conditions) {
  return {.severity = Severity::error,
          .code = Code::interrupted,
          .suite = {},
          .benchmark = {},
          .text = fmt::format("interrupted by signal {}: what follows was not measured",
                              conditions.signals->first().value_or(0))};
}

}  // namespace

Result<Run> measure(const std::vector<Suite>& suites, const Conditions& conditions,
                    Progress& progress) {
  std::vector<Course> courses;
  for (const Suite& suite : suites) {
    TRY(harness::Harness harness, conditions.find_harness(suite.harness));
    courses.push_back(
        {.suite = suite, .harness = harness, .collector = harness::Collector(suite.name)});
  }
  TRY(const auto locks, sys::lock_host(conditions.lock_directories));
  TRY(const auto temporary, sys::TemporaryDirectory::make(conditions.temporary));
  const Scrubber scrubber = sys::private_texts(conditions.environment);

  const auto begin = Progress::Clock::now();
  Run run;
  run.started = conditions.now();
  run.fingerprint = sys::read_fingerprint(conditions.host);
  for (const std::string& hint : sys::noise_hints(conditions.host))
    run.notes.push_back(
        {.severity = Severity::info, .code = {}, .suite = {}, .benchmark = {}, .text = hint});

  Measuring measuring({.environment = conditions.environment,
                       .temporary = temporary.path(),
                       .output_limit = conditions.output_limit,
                       .scrubber = scrubber,
                       .signals = conditions.signals,
                       .host = conditions.host,
                       .tick = [&] { progress.tick(); }},
                      progress);
  int rounds = 0, launches = 0;
  for (const Suite& suite : suites) {
    rounds = std::max(rounds, suite.repetitions);
    launches += suite.repetitions;
  }
  progress.expect(launches);
  for (Course& course : courses)
    if (!interrupted(conditions)) measuring.set_up(course);
  for (int round = 0; round < rounds; ++round)
    for (Course& course : courses)
      if (!course.over && round < course.suite.repetitions && !interrupted(conditions))
        measuring.launch(course, run);

  for (Course& course : courses) {
    run.suites.push_back(course.suite.name);
    run.harnesses.emplace_back(course.suite.harness);
    std::move(course.collector).move_into(run);
  }
  if (interrupted(conditions)) run.notes.push_back(interruption(conditions));
  for (Note& note : run.notes) note.text = safe_text(scrubber.scrub(note.text), 500);
  run.duration_seconds = std::chrono::duration<double>(Progress::Clock::now() - begin).count();
  return run;
}

}  // namespace perfgate::measure
