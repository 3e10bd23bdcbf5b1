#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/command.hpp"
#include "cli/gating/hypothesis.hpp"
#include "cli/gating/run_files.hpp"
#include "cli/pictures.hpp"
#include "cli/receipts.hpp"
#include "gate/hypothesis.hpp"
#include "gate/judge.hpp"
#include "gate/sessions.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  Shared shared;
  std::vector<std::string> runs;
  std::string hypothesis;
  PlotOptions picture;
};

void add(CLI::App& app, Options& options) {
  app.add_option("runs", options.runs, "run.json files, or folders that hold some")->required();
  app.add_option("--hypothesis", options.hypothesis,
                 "of two runs, the first being the baseline: no-regression, improvement=P or "
                 "within=P (10 % where no P is given)");
  add_plot(app, options.picture);
  add_config(app, options.shared);
  add_format(app, options.shared);
  add_verbosity(app, options.shared);
}

Result<Exit> answer(const Hypothesis& hypothesis, const std::vector<Run>& runs,
                    const Policy& policy, const report::Format& format, const Shared& shared,
                    Env& env) {
  if (runs.size() != 2)
    return fail(Code::usage,
                fmt::format("--hypothesis: it is about two runs, and there are {}", runs.size()),
                "perfgate compare base/run.json head/run.json --hypothesis no-regression");
  TRY(Judgement judgement,
      gate::judge(runs[1], {.run = &runs[0], .state = BaselineState::given}, policy));
  gate::answer_hypothesis(gate::test_hypothesis(hypothesis, judgement, runs[1], policy), judgement,
                          policy, false);
  if (format.name == "text" || format.name == "md")
    env.out(print_hypothesis(judgement, format.name == "md"));
  else
    env.out(format.judgement(judgement, report_style(shared, env)));
  return static_cast<Exit>(judgement.exit_code);
}

Result<Exit> run(const Options& options, Env& env) {
  std::optional<Hypothesis> hypothesis;
  if (!options.hypothesis.empty()) {
    TRY(hypothesis, gate::hypothesis_from_text(options.hypothesis));
  }
  TRY(const Settings settings, load_settings(options.shared, env));
  TRY(const report::Format format, report_format(options.shared, settings));
  if (options.picture.plot && (format.name != "text" || hypothesis))
    return fail(Code::usage, "--plot: pictures stand below the text of a comparison only",
                "leave --format and --hypothesis out");
  std::vector<Run> runs;
  std::vector<std::string> titles;
  CHECKED(each_run_file(options.runs, [&](const std::string& title, Run&& run) {
    runs.push_back(std::move(run));
    titles.push_back(title);
  }));
  if (hypothesis) return answer(*hypothesis, runs, settings.policy, format, options.shared, env);
  const Sessions compared = gate::compare_sessions(runs, titles, &settings.policy);
  const report::Report report = report::tell(std::make_shared<const Sessions>(compared));
  CHECKED(report::check_fits(report, format, report::all()));
  CHECKED(format.write(report, report_style(options.shared, env),
                       [&](std::string_view piece) { env.out(piece); }));
  if (options.picture.plot)
    env.out(plot_sessions(compared, runs, settings.policy, options.picture, options.shared.verbose,
                          env));
  switch (compared.status) {
    case SessionStatus::success:
      return Exit::pass;
    case SessionStatus::error_no_common_benchmarks:
      return Exit::not_comparable;
    default:
      return Exit::usage;
  }
}

}  // namespace

Command compare_command() {
  return {
      .name = "compare",
      .summary = "two runs, many, or a folder side by side",
      .footer =
          "Examples:\n  perfgate compare before/run.json after/run.json\n"
          "  perfgate compare before/run.json after/run.json --plot\n\n"
          "▲ is worse, ▼ is better; three of them: by more than 10 %. Of two runs each row also "
          "says what the policy makes of it, and what would settle what is unsure. Exit 0 "
          "whatever changed: `perfgate check` fails, and so does --hypothesis (`perfgate help "
          "check`).",
      .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
