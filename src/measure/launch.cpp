#include "measure/launch.hpp"

#include <fmt/format.h>
#include <string.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "measure/own_time.hpp"
#include "measure/results.hpp"
#include "sys/file.hpp"
#include "sys/pressure.hpp"
#include "sys/process.hpp"

namespace perfgate::measure {
namespace {

using sys::Outcome;
using sys::Stream;

constexpr std::size_t log_shown = 4096;      // with the trouble, on the terminal
constexpr std::size_t log_in_message = 240;  // in the message, which becomes a note

double seconds(std::int64_t nanoseconds) { return static_cast<double>(nanoseconds) * 1e-9; }

Launch accounted(Symbol suite, const Outcome& outcome) {
  return {.suite = suite,
          .exit_code = outcome.exit_code,
          .signal = outcome.signal,
          .wall_seconds = seconds(outcome.wall_ns),
          .user_seconds = seconds(outcome.user_ns),
          .system_seconds = seconds(outcome.system_ns),
          .peak_rss_bytes = outcome.peak_rss_bytes,
          .minor_faults = outcome.minor_faults,
          .major_faults = outcome.major_faults,
          .voluntary_switches = outcome.voluntary_switches,
          .involuntary_switches = outcome.involuntary_switches,
          .cycles = outcome.counts.cycles,
          .instructions = outcome.counts.instructions,
          .counters_absent = outcome.counts.absent};
}

/// What was printed last: on stderr, or on stdout where stderr is empty.
std::string log_end(const Outcome& outcome, const Surroundings& surroundings) {
  const sys::Diagnostics& log = outcome.errors.total() > 0 ? outcome.errors : outcome.output;
  const std::string end = surroundings.scrubber.scrub(log.end(2 * log_shown));
  const std::string_view last = trim(end);
  return safe_lines(last.substr(last.size() - std::min(last.size(), log_shown)), log_shown);
}

Trouble trouble_of(const Outcome& outcome, const Surroundings& surroundings, Error error) {
  Trouble trouble{.error = std::move(error), .log = log_end(outcome, surroundings)};
  if (trouble.log.empty()) return trouble;
  const std::string_view log = trouble.log;
  trouble.error.message +=
      "; its log ends: " +
      safe_text(log.substr(log.size() - std::min(log.size(), log_in_message)), log_in_message);
  return trouble;
}

std::string duration(std::chrono::nanoseconds time) {
  return fmt::format("{:.3g} s", std::chrono::duration<double>(time).count());
}

/// Why a process did not end well; `failed` is the code of a crash or another exit than 0.
std::optional<Error> bad_end(std::string_view what, const Outcome& outcome,
                             std::chrono::nanoseconds timeout, Code failed) {
  const std::string after = duration(std::chrono::nanoseconds(outcome.wall_ns));
  if (outcome.interrupted)
    return Error{Code::interrupted, fmt::format("{}: interrupted after {}", what, after), ""};
  if (outcome.timed_out)
    return Error{failed == Code::setup_failed ? failed : Code::timeout,
                 fmt::format("{}: not finished after {} and was ended", what, duration(timeout)),
                 "raise its `timeout`, or give it less to do"};
  if (outcome.signal)
    return Error{failed,
                 fmt::format("{}: ended by signal {} ({}) after {}", what, *outcome.signal,
                             ::sigdescr_np(*outcome.signal), after),
                 *outcome.signal == SIGKILL ? "the machine may have run out of memory"
                                            : "run it by hand to see why it crashes"};
  if (outcome.exit_code != 0)
    return Error{failed, fmt::format("{}: exit code {} after {}", what, *outcome.exit_code, after),
                 "run it by hand to see why it fails"};
  return {};
}

sys::Command command_of(const Suite& suite, const std::vector<std::string>& argv,
                        const Surroundings& surroundings) {
  return {.argv = argv,
          .cwd = suite.cwd,
          .environment = sys::scrub_environment(surroundings.environment, suite.env),
          .output = {},
          .errors = {.to = Stream::To::join}};
}

sys::Watch watch_of(const Suite& suite, const Surroundings& surroundings) {
  return {.timeout = suite.timeout, .signals = surroundings.signals, .tick = surroundings.tick};
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
}

bool has_content(const std::string& path) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(path, missing);
  return !missing && size > 0;
}

}  // namespace

std::optional<Trouble> set_up(const Suite& suite, const Surroundings& surroundings) {
  if (suite.setup.empty()) return {};
  const std::string what = fmt::format("setup of suite `{}`", suite.name.text());
  const auto outcome =
      sys::run_process(command_of(suite, suite.setup, surroundings), watch_of(suite, surroundings));
  if (!outcome) {
    Error error = within(what, outcome.error()).error();
    if (error.code == Code::process_failed) error.code = Code::setup_failed;
    return Trouble{std::move(error)};
  }
  if (auto error = bad_end(what, *outcome, suite.timeout, Code::setup_failed))
    return trouble_of(*outcome, surroundings, *std::move(error));
  return {};
}

Attempt launch(const Suite& suite, const harness::Harness& harness,
               const Surroundings& surroundings, harness::Collector& collector) {
  const std::string what = fmt::format("suite `{}`", suite.name.text());
  const std::string spool = surroundings.temporary + "/results.json";
  std::error_code ignored;
  std::filesystem::remove(spool, ignored);  // of the launch before

  sys::Command command = command_of(suite, suite.command, surroundings);
  const bool to_out = suite.writes_out(), to_files = !to_out && !suite.results.empty();
  command.argv.insert(command.argv.end(), suite.more.begin(), suite.more.end());
  for (std::string& argument : command.argv) replace_all(argument, out_placeholder, spool);
  const bool own_time = harness.parse == nullptr;
  if (!to_out && !to_files && !own_time) {
    command.output = {.to = Stream::To::file, .path = spool, .limit = surroundings.output_limit};
    command.errors = {};
  }
  std::optional<ResultsBefore> before;
  if (to_files) before.emplace(suite, harness);

  const auto waited_before = sys::cpu_wait_seconds(surroundings.host);
  const auto outcome = sys::run_process(command, watch_of(suite, surroundings));
  const auto waited_after = sys::cpu_wait_seconds(surroundings.host);
  if (!outcome) {
    Error error = within(what, outcome.error()).error();
    return {.launch = {}, .trouble = Trouble{std::move(error)}};
  }
  Attempt attempt{
      .launch = accounted(suite.name, *outcome), .trouble = {}, .survivors = outcome->survivors};
  if (waited_before && waited_after)
    attempt.launch->cpu_wait_seconds = std::max(0.0, *waited_after - *waited_before);
  const auto failed = [&](Error error) {
    if (!attempt.trouble) attempt.trouble = trouble_of(*outcome, surroundings, std::move(error));
  };
  if (auto error = bad_end(what, *outcome, suite.timeout, Code::process_failed))
    failed(*std::move(error));
  if (outcome->output_cut)
    failed({Code::parse,
            fmt::format("{}: printed {} bytes, more than the {} that are read", what,
                        outcome->output_bytes, surroundings.output_limit),
            "let it write to a file ({out} in its command), or measure less"});

  if (own_time) {
    if (!attempt.trouble) add_own_time(*attempt.launch, suite.own_name, collector);
    return attempt;
  }
  std::vector<harness::Document> documents;
  if (to_files) {
    auto written = before->written();
    if (!written) {
      failed(within(what, written.error()).error());
      return attempt;
    }
    attempt.stale = written->stale;
    documents = std::move(written->documents);
    if (documents.empty())
      failed({Code::parse,
              written->stale > 0
                  ? fmt::format("{}: wrote nothing new to `{}`, where {} {} of an earlier run",
                                what, suite.results, written->stale,
                                written->stale == 1 ? "file is" : "files are")
                  : fmt::format("{}: wrote no results of {} to `{}`", what, harness.name,
                                suite.results),
              "check `results` and `harness`, and that the command runs the benchmarks"});
  } else if (has_content(spool)) {
    documents.push_back(document_of_file(to_out ? std::string(out_placeholder) : "stdout", spool));
  } else {
    failed({Code::parse,
            fmt::format("{}: {}", what,
                        to_out ? "wrote nothing to {out}" : "printed nothing on stdout"),
            "check that the command runs the benchmarks and writes results of " +
                std::string(harness.name)});
  }
  if (documents.empty()) return attempt;

  if (auto parsed = harness.parse(documents, collector); !parsed)
    failed(within(what, parsed.error()).error());
  else if (collector.size() == 0)
    failed({Code::nothing_measured, fmt::format("{}: its results hold no benchmark", what),
            "check filters in its command"});
  return attempt;
}

}  // namespace perfgate::measure
