#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>

#include "base/parallel.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/gating/execution.hpp"
#include "cli/receipts.hpp"
#include "cli/trial/ab_judging.hpp"
#include "cli/trial/options.hpp"
#include "gate/qualify.hpp"
#include "measure/own_time.hpp"
#include "model/judgement_fields.hpp"
#include "model/qualification_json.hpp"
#include "report/qualification.hpp"
#include "stats/qualification.hpp"
#include "stats/summary.hpp"

namespace perfgate::cli {
namespace {

constexpr int usual_launches = 40;

struct Options {
  Shared shared;
  MeasureOptions measuring;
  std::string run_file, command;
  int launches = usual_launches, max_rounds = 30, experiments = 1000;
  std::int64_t seed = 1;
  unsigned threads = 0;
  std::vector<double> delays;  // in per cent
};

void add(CLI::App& app, Options& options) {
  app.add_option("command", options.measuring.command, "one command to measure, after --");
  app.add_option("--cmd", options.command, "the same as one text: --cmd './bench 9'");
  add_measured(app, options.measuring);
  app.add_option("--run", options.run_file,
                 "measure nothing: take the launches of this run.json, of one build");
  app.add_option("--rounds", options.launches,
                 fmt::format("launches of each suite (default: {}; at least {})", usual_launches,
                             stats::fewest_launches))
      ->check(CLI::Range(static_cast<int>(stats::fewest_launches), 10'000));
  app.add_option(
         "--max-rounds", options.max_rounds,
         "rounds of the experiments that are drawn, as `perfgate ab` has them (default: 30; "
         "40 launches can stand for 30)")
      ->check(CLI::Range(5, 1000));
  app.add_option("--experiments", options.experiments, "how many are drawn (default: 1000)")
      ->check(CLI::Range(100, 1'000'000));
  app.add_option("--seed", options.seed,
                 "of the draws: the same seed, the same answer (default: 1)")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1} << 53));
  app.add_option("--threads", options.threads, "how many at once (default: one a processor)")
      ->check(CLI::Range(1U, 1024U));
  app.add_option(
         "--delay", options.delays,
         "of a command without --harness: slow it down by so many per cent for real, too, and "
         "judge that; may be given several times")
      ->take_all()
      ->allow_extra_args(false)
      ->check(CLI::Range(0.1, 1000.0));
  app.add_option("--timeout", options.measuring.timeout, "of each launch, e.g. \"10 min\"");
  add_config(app, options.shared);
  app.add_option("--format", options.shared.format, "text, md, json (default: text)")
      ->check(CLI::IsMember({"text", "md", "json"}));
  add_out(app, options.shared,
          "folder for qualification.json, and run.json where it measures (default: perfgate-out)");
  add_verbosity(app, options.shared);
}

/// The command line that is measured; empty: the project's suites.
Result<std::vector<std::string>> command_of(const Options& options) {
  if (options.command.empty()) return options.measuring.command;
  if (!options.measuring.command.empty())
    return fail(Code::usage, "the command is given twice: after --, and as --cmd", "give it once");
  return words_of(options.command, "--cmd");
}

Result<void> options_fit(const Options& options, const std::vector<std::string>& command) {
  if (!options.run_file.empty() && !command.empty())
    return fail(Code::usage, "--run measures nothing, and there is a command to measure",
                "give one of the two");
  if (!options.delays.empty() && (command.empty() || !options.measuring.harness.empty()))
    return fail(Code::usage,
                "--delay needs a command without --harness: what times itself cannot be slowed "
                "evenly from outside",
                "perfgate qualify --delay 5 -- ./program; of other suites the slowdown is put into "
                "the samples, which needs no option");
  if (command.empty() && !options.measuring.harness.empty())
    return fail(Code::usage, "--harness says what a command prints, and there is none",
                "perfgate qualify --harness google-benchmark -- ./bench --benchmark_format=json");
  return {};
}

measure::Suite plain_suite(std::vector<std::string> command, std::chrono::nanoseconds timeout) {
  const std::string program = command[0].substr(command[0].rfind('/') + 1);
  const std::string name = program.empty() || program == "sh" ? "command" : safe_text(program, 60);
  return {.name = "command",
          .command = std::move(command),
          .timeout = timeout,
          .harness = std::string(measure::own_time_name),
          .own_name = name};
}

Result<std::vector<measure::Suite>> what_to_measure(const Options& options,
                                                    const std::vector<std::string>& command,
                                                    const Settings& settings) {
  if (!command.empty() && options.measuring.harness.empty()) {
    TRY(const auto timeout, timeout_of(options.measuring, settings));
    return std::vector{plain_suite(command, timeout)};
  }
  MeasureOptions measuring = options.measuring;
  measuring.command = command;
  return suites_of(measuring, settings);
}

/// Launches of one build. They are no run of the history: it would stand in every window with forty
/// launches.
Result<Run> measure_launches(std::vector<measure::Suite> suites, const Options& options,
                             const Settings& settings, const std::string& directory, Env& env,
                             measure::Progress& progress) {
  for (measure::Suite& suite : suites) suite.repetitions = options.launches;
  const measure::Grounds grounds{.environment = env.environment,
                                 .directories = {directory},
                                 .find_harness = measure::find_harness};
  CHECKED(measure::passed(measure::preflight(suites, grounds)));
  Run here;
  CHECKED(describe_here(here, settings, env));
  TRY(Run run, measure::measure(suites, conditions_of(env), progress));
  run.commit = std::move(here.commit);
  run.fingerprint = std::move(here.fingerprint);
  // A command stands for itself, and has none of the project's headlines.
  CHECKED(complete_run(run, {}, settings, env));
  TRY(const std::string path, write_run_file(directory, run));
  if (!options.shared.quiet)
    env.err(
        fmt::format("perfgate: wrote {0}: `perfgate qualify --run {0}` repeats what follows "
                    "without measuring\n",
                    path));
  return run;
}

/// The command with a pause after it, by the shell. Both sides have one, as it costs a process.
std::vector<std::string> with_pause(const std::vector<std::string>& command, double seconds) {
  std::vector<std::string> words{
      "/bin/sh", "-c", fmt::format("\"$@\"; status=$?; sleep {:.6f}; exit $status", seconds), "sh"};
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

Result<std::vector<Delayed>> delay_for_real(const Options& options, const Run& run,
                                            const measure::Suite& suite, const Settings& settings,
                                            Env& env, measure::Progress& progress) {
  const Benchmark* benchmark = run.find(suite.name, suite.own_name);
  const Sample* sample = benchmark ? benchmark->find("time") : nullptr;
  if (!sample) return std::vector<Delayed>{};
  const auto values = sample->values.all();
  const double seconds = stats::median({values.begin(), values.end()});
  std::vector<Delayed> delayed;
  for (const double percent : options.delays) {
    measure::Suite base = suite, head = suite;
    base.command = with_pause(suite.command, 0);
    head.command = with_pause(suite.command, seconds * percent / 100);
    const measure::Trial trial{
        .base = {{base}}, .head = {{head}}, .seed = options.seed, .max_rounds = options.max_rounds};
    progress.say(fmt::format("a real delay of {:g} %", percent));
    SidesKnown known{.base = run.commit, .head = run.commit, .fingerprint = run.fingerprint};
    const auto after_look =
        [&](const measure::PairedRuns& runs) -> Result<std::vector<measure::Undecided>> {
      TRY(const JudgedSides judged, judge_sides(runs, known, settings, "", env));
      return undecided_of(judged, settings);
    };
    TRY(const measure::Experimented done,
        measure::experiment(trial, conditions_of(env), after_look, progress));
    TRY(const JudgedSides judged, judge_sides(done.runs, known, settings, "", env));
    for (const Finding& finding : judged.judgement.findings)
      if (finding.comparison && finding.metric == Symbol("time"))
        delayed.push_back({.suite = finding.suite,
                           .benchmark = finding.benchmark,
                           .metric = finding.metric,
                           .slowdown = percent / 100,
                           .measured = finding.comparison->change,
                           .low = finding.comparison->low,
                           .high = finding.comparison->high,
                           .verdict = std::string(to_text(finding.verdict)),
                           .rounds = done.rounds});
  }
  return delayed;
}

/// Tells on a terminal how far the drawing is.
class Drawing {
 public:
  Drawing(Env& env, bool quiet) : env_(env), shown_(env.err_is_terminal && !quiet) {}
  ~Drawing() {
    if (told_ > 0) env_.err("\r\x1B[K");
  }
  Drawing(const Drawing&) = delete;
  Drawing& operator=(const Drawing&) = delete;

  void operator()(double share) {
    if (!shown_) return;
    const std::lock_guard lock(mutex_);
    const int percent = static_cast<int>(100 * share);
    if (percent <= told_) return;
    told_ = percent;
    env_.err(fmt::format("\rdrawing experiments: {} %", percent));
  }

 private:
  Env& env_;
  bool shown_;
  std::mutex mutex_;
  int told_ = 0;
};

std::map<Symbol, int> configured_repetitions(const Settings& settings) {
  std::map<Symbol, int> repetitions;
  for (const ProjectSuite& suite : settings.project.suites)
    repetitions.emplace(suite.name, suite.repetitions);
  return repetitions;
}

void print(const Qualification& qualification, const Options& options, Env& env) {
  if (options.shared.format == "json")
    write_qualification(qualification, env.out);
  else if (options.shared.format == "md")
    env.out(report::qualification_md(qualification));
  else
    env.out(report::qualification_text(qualification, report_style(options.shared, env)));
}

Result<Exit> run(const Options& options, Env& env) {
  CHECKED(may_execute("perfgate qualify", env));
  TRY(const std::vector<std::string> command, command_of(options));
  CHECKED(options_fit(options, command));
  TRY(const Settings settings, load_settings(options.shared, env));
  const std::string directory =
      options.shared.out_directory.empty() ? "perfgate-out" : options.shared.out_directory;
  measure::Progress progress(
      {.write = env.err, .terminal = env.err_is_terminal, .width = env.width},
      verbosity(options.shared));

  Run launches;
  std::vector<Delayed> delayed;
  if (!options.run_file.empty()) {
    TRY(launches, read_run_file(options.run_file));
  } else {
    TRY(const std::vector<measure::Suite> suites, what_to_measure(options, command, settings));
    TRY(launches, measure_launches(suites, options, settings, directory, env, progress));
    if (!options.delays.empty() && measured_anything(launches)) {
      TRY(delayed, delay_for_real(options, launches, suites.front(), settings, env, progress));
    }
  }

  Qualification qualification;
  {
    Drawing drawing(env, options.shared.quiet);
    TRY(qualification,
        gate::qualify(launches, settings.policy,
                      {.max_rounds = options.max_rounds,
                       .looks = measure::planned_looks,
                       .experiments = options.experiments,
                       .seed = options.seed,
                       .workers = options.threads > 0 ? options.threads : processors(),
                       .repetitions = configured_repetitions(settings),
                       .progress = [&](double share) { drawing(share); }}));
  }
  qualification.delayed = std::move(delayed);
  TRY(const std::string path, write_qualification_file(directory, qualification));
  print(qualification, options, env);
  if (!options.shared.quiet) env.err(fmt::format("perfgate: wrote {}\n", path));
  CHECKED(gate::thresholds_hold(qualification));
  if (has_errors(launches)) return Exit::not_measured;
  return qualification.qualified ? Exit::pass : Exit::failed;
}

}  // namespace

Command qualify_command() {
  return {
      .name = "qualify",
      .summary = "the gate's own error: false alarms, what it can see, thresholds that hold",
      .footer =
          "Measures one build many times, pairs its launches at random into experiments of\n"
          "equal sides, and judges these as `perfgate ab` would: whatever fails is a false\n"
          "alarm. Then it puts slowdowns into one side, and counts how often they are found.\n"
          "A threshold finer than what can be seen is an error that names the number that would\n"
          "do; rules for thresholds.toml are printed, ready to be pasted.\n\n"
          "With [gate] advisory = \"until-qualified\" in thresholds.toml nothing fails until\n"
          "qualification.json (beside perfgate.toml, or where [gate] qualification says) is\n"
          "there and good for suite, machine, thresholds and day.\n\n"
          "Examples:\n"
          "  perfgate qualify                      40 launches of each suite of the project\n"
          "  perfgate qualify --rounds 80 --out q  more launches know the noise better\n"
          "  perfgate qualify --run q/run.json     again without measuring: other thresholds\n"
          "  perfgate qualify --run q/run.json --policy loose.toml --format md\n"
          "  perfgate qualify --delay 5 -- ./program input.dat\n"
          "  cp perfgate-out/qualification.json .  # and commit it\n\n"
          "Exit: 0 qualified, 1 too many false alarms, 2 a threshold is too fine (or usage),\n"
          "3 not measured.",
      .plumbing = true,
      .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
