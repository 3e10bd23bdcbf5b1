#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "cli/gating/back_test.hpp"
#include "cli/gating/hypothesis.hpp"
#include "cli/gating/judging.hpp"
#include "gate/hypothesis.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  Shared shared;
  JudgeOptions judging;
  std::string run, perf;
  std::string hypothesis;
  bool history = false;
  BackTestOptions back_test;
};

void add(CLI::App& app, Options& options) {
  auto* run = app.add_option("--run", options.run, "run.json to judge");
  app.add_option("--perf", options.perf, "perf.json to judge, where that is all there is")
      ->excludes(run);
  auto* history = app.add_flag("--history", options.history,
                               "judge every run that the store holds of the branch, as it would "
                               "have been judged at the time; writes nothing");
  history->excludes(run);
  app.add_option("--hypothesis", options.hypothesis,
                 "no-regression, improvement=P or within=P (10 % where no P is given): PASSED, "
                 "FAILED or INCONCLUSIVE, instead of the regression bands")
      ->excludes(history);
  app.add_option("--against", options.back_test.against,
                 "with --history: what changes from this policy file to the policy (default: from "
                 "the one configured, where --policy names another)")
      ->needs(history);
  app.add_option("--host-class", options.back_test.host_class,
                 "with --history: only runs of host classes of this glob")
      ->needs(history);
  app.add_option("--since", options.back_test.since,
                 "with --history: only tell of runs since: 2026-01, 2026-01-31, 30d, 6mo, 1y")
      ->needs(history);
  add_judging(app, options.judging);
  add_config(app, options.shared);
  add_store(app, options.shared);
  add_format(app, options.shared);
  add_out(app, options.shared, "write judgement.json and perf.json into this folder");
  add_verbosity(app, options.shared);
}

Result<Exit> run(const Options& options, Env& env) {
  JudgeOptions judging = options.judging;
  judging.base_search = BaseSearch::fetch;
  if (options.history) {
    BackTestOptions back_test = options.back_test;
    back_test.shared = options.shared;
    back_test.judging = options.judging;
    return check_history(back_test, env);
  }
  if (options.run.empty() && options.perf.empty())
    return fail(
        Code::usage, "there is nothing to judge",
        "perfgate check --run run.json, or --perf perf.json; --history judges those of the store");
  std::optional<Hypothesis> hypothesis;
  if (!options.hypothesis.empty()) {
    TRY(hypothesis, gate::hypothesis_from_text(options.hypothesis));
  }
  TRY(const Settings settings, load_settings(options.shared, env));
  TRY(const report::Format format, report_format(options.shared, settings));
  Given given;
  if (options.perf.empty()) {
    TRY(given.run, read_run_file(options.run));
  } else {
    TRY(given.perf, read_perf_file(options.perf, settings));
    given.run = gate::run_of(given.perf, settings.project.headlines);
    given.printed = true;
  }
  TRY(const std::unique_ptr<store::Store> store, store::open(settings.store_url));
  TRY(Judged judged, judge_given(given, judging, settings, *store, env));
  judged.judgement.reproduce = {options.perf.empty() ? "perfgate check --run run.json"
                                                     : "perfgate check --perf perf.json"};
  if (hypothesis)
    gate::answer_hypothesis(
        gate::test_hypothesis(*hypothesis, judged.judgement, given.run, settings.policy),
        judged.judgement, settings.policy, options.judging.fail_on == "warn");
  const bool keep = !options.shared.store.empty() && !given.printed;
  CHECKED(keep_judgement(judged, given, settings, options.shared.out_directory,
                         keep ? store.get() : nullptr, env, options.shared.quiet));
  const bool for_people = format.name == "text" || format.name == "md";
  if (hypothesis && for_people)
    env.out(print_hypothesis(judged.judgement, format.name == "md"));
  else
    env.out(format.judgement(judged.judgement, report_style(options.shared, env)));
  return static_cast<Exit>(judged.judgement.exit_code);
}

}  // namespace

Command check_command() {
  return {
      .name = "check",
      .summary = "judge a run against the policy and a baseline; --history: all that are kept",
      .footer =
          "--history tells what the policy would have said of the runs that the store holds: "
          "what\nwould have fired, when, how often, and which of it people called wrong "
          "(`perfgate history\nmark`). With --policy OTHER.toml it tells too what would change, "
          "commit by commit.\n\n"
          "Examples:\n  perfgate check --run run.json --policy thresholds.toml "
          "--baseline base/run.json --out out\n"
          "  perfgate check --history --since 6mo\n"
          "  perfgate check --history --policy stricter.toml --format md",
      .plumbing = true,
      .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
