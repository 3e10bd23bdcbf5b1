#include "cli/history/accept.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "cli/gating/judging.hpp"
#include "cli/history/access.hpp"
#include "config/waivers.hpp"
#include "gate/waivers.hpp"
#include "store/history.hpp"
#include "sys/file.hpp"

namespace perfgate::cli {
namespace {

std::unexpected<Error> wrong_option(std::string_view option, const Error& error) {
  return fail(Code::usage, fmt::format("{}: {}", option, error.message), error.hint);
}

Result<Waiver> waiver_of(const AcceptOptions& options, const Settings& settings, Env& env) {
  Waiver waiver{.suite = options.suite,
                .benchmark = options.benchmark,
                .metric = options.metric,
                .branch = options.branch,
                .ticket = safe_text(options.ticket, 200),
                .owner = safe_text(options.owner, 100)};
  waiver.reason = safe_text(sys::private_texts(env.environment).scrub(options.reason), 500);
  const auto change = config::change_from_text(options.max_change);
  if (!change) return wrong_option("--max-change", change.error());
  waiver.max_change = change->to_double();
  const auto expires = config::end_of_day(options.expires);
  if (!expires) return wrong_option("--expires", expires.error());
  waiver.expires = *expires;
  if (waiver.expires < env.now())
    return fail(Code::usage, fmt::format("--expires {}: that day is over", options.expires),
                "give a day to come");
  TRY(waiver.created, time_from_text(date_text(env.now()) + "T00:00:00Z"));
  waiver.id = config::derived_id(waiver);
  if (std::ranges::find(settings.waivers, waiver.id, &Waiver::id) != settings.waivers.end())
    return fail(Code::usage,
                fmt::format("{} holds this waiver already: `{}`", settings.waivers_path, waiver.id),
                "change its range or date there");
  return waiver;
}

/// The run that the waiver is meant for; nothing where there is none to look at.
Result<std::optional<Run>> run_to_match(const AcceptOptions& options, const store::Store& store) {
  if (!options.run.empty()) {
    auto file = read_run_file(options.run);
    if (file) return *std::move(file);
    if (file.error().code != Code::io) return std::unexpected(file.error());
    TRY(std::optional<Run> run, store::find_run(store, options.run));
    if (run) return run;
    return fail(Code::usage,
                fmt::format("`{}` is neither a file that can be read nor a run of {}",
                            safe_text(options.run, 200), store.url()),
                "`perfgate baseline list` shows the runs");
  }
  TRY(const std::vector<store::RunLine> runs, store::runs(store));
  if (runs.empty()) return std::nullopt;
  return store::find_run(store, runs.back().id);
}

std::unexpected<Error> dead(const Waiver& waiver, const Run& run) {
  std::set<std::string> names;
  for (const Benchmark& benchmark : run.benchmarks) names.insert(benchmark.name);
  for (const Headline& headline : run.headlines) names.insert(headline.name);
  const std::vector<std::string_view> known(names.begin(), names.end());
  const auto close = nearest(waiver.benchmark, known);
  return fail(Code::usage,
              fmt::format("the waiver would match nothing that run {} measured: suite `{}`, "
                          "benchmark `{}`, metric `{}`",
                          run.id, safe_text(waiver.suite, 60), safe_text(waiver.benchmark, 100),
                          safe_text(waiver.metric, 60)),
              close ? fmt::format("did you mean `{}`?", safe_text(*close, 100))
                    : "globs match whole names: `decode/*`; headlines go by their name");
}

/// The file with the waiver behind what it holds, which stays as it is.
Result<std::string> with_waiver(const std::string& path, const Waiver& waiver) {
  auto before = sys::read_file(path, 1 << 20);
  const bool there = before.has_value();
  std::string text = there
                         ? *std::move(before)
                         : "# Changes that are accepted, each until a date. Reviewed like code.\n";
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  if (!text.empty()) text += '\n';
  text += config::to_toml(waiver);
  // What is written must be read back, whatever stands before it.
  TRY(const std::vector<Waiver> all, config::read_waivers(text, path));
  if (all.empty() || all.back().id != waiver.id)
    return fail(Code::internal, fmt::format("{}: the waiver did not come back as it was", path),
                "please report this with the file");
  return text;
}

}  // namespace

void add_accept(CLI::App& app, AcceptOptions& options) {
  app.add_option("--benchmark", options.benchmark, "glob of benchmarks, or a headline's name")
      ->required();
  app.add_option("--suite", options.suite, "glob of suites (default: *)");
  app.add_option("--metric", options.metric, "glob of metrics (default: *)");
  app.add_option("--max-change", options.max_change, "how much worse at most: 8% or 0.08")
      ->required();
  app.add_option("--reason", options.reason, "why it is accepted")->required();
  app.add_option("--ticket", options.ticket, "where it is discussed");
  app.add_option("--owner", options.owner, "who answers for it")->required();
  app.add_option("--expires", options.expires, "last day that it holds: 2026-12-31")->required();
  app.add_option("--on-branch", options.branch, "glob of branches (default: *)");
  app.add_option("--run", options.run,
                 "run.json, or the id of a run, that it is to match (default: the newest run)");
}

Result<Exit> run_accept(const AcceptOptions& options, bool dry_run, const Settings& settings,
                        store::Store& store, Env& env) {
  TRY(const Waiver waiver, waiver_of(options, settings, env));
  TRY(const std::optional<Run> run, run_to_match(options, store));
  if (run && !gate::matches_any(waiver, *run)) return dead(waiver, *run);
  const Deed deed{.action = AuditAction::accept,
                  .branch = run ? run->commit.branch : "",
                  .subject = fmt::format("{}: {} {} up to {}", waiver.id, waiver.benchmark,
                                         waiver.metric, options.max_change),
                  .why = waiver.reason};
  TRY(const AuditRecord audit, permitted(deed, settings.policy, store, env, dry_run));
  TRY(const std::string text, with_waiver(settings.waivers_path, waiver));
  if (dry_run) {
    env.out(config::to_toml(waiver));
    env.err(fmt::format("perfgate: would be added to {}; nothing was changed\n",
                        settings.waivers_path));
    return Exit::pass;
  }
  // The record first: what is accepted is never without one.
  CHECKED(store::save_audit(store, audit));
  CHECKED(sys::write_file_atomic(settings.waivers_path, text));
  env.out(fmt::format("added waiver `{}` to {}\n\n{}\n", waiver.id, settings.waivers_path,
                      safe_lines(config::to_toml(waiver), 4000)));
  env.out(fmt::format("It holds once {} is committed: have it reviewed like code.\n",
                      settings.waivers_path));
  if (!run) env.out("There is no run to hold it against: see that it matches what it should.\n");
  return Exit::pass;
}

}  // namespace perfgate::cli
