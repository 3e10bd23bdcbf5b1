#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/judging.hpp"
#include "gate/promotion.hpp"
#include "store/history.hpp"
#include "sys/git.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  Shared shared;
  std::string verb;
  std::string run, branch, by, why, tests_file, to;
  bool tests_passed = false, new_host_class = false, dry_run = false;
};

void add(CLI::App& app, Options& options) {
  app.require_subcommand(1);
  const auto verb = [&](const char* name, const char* what) {
    CLI::App* sub = app.add_subcommand(name, what);
    sub->set_help_flag("-h,--help", "this help");
    sub->callback([&options, name] { options.verb = name; });
    add_config(*sub, options.shared);
    add_store(*sub, options.shared);
    add_verbosity(*sub, options.shared);
    return sub;
  };
  CLI::App* show = verb("show", "the baselines in force, one per branch and host class");
  show->add_option("--branch", options.branch, "only this branch");

  verb("list", "every promotion and rollback, and the runs that the store holds");

  CLI::App* promote = verb("promote", "make a run the baseline, if every criterion is met");
  promote->add_option("--run", options.run, "run.json, or the id of a run in the store")
      ->required();
  promote->add_option("--branch", options.branch, "to promote for (default: the run's own)");
  promote->add_flag("--tests-passed", options.tests_passed, "the tests of this commit passed");
  promote->add_option("--tests", options.tests_file,
                      "a file that says so: its first word is `passed` (or ok, true, 0)");
  promote->add_flag("--new-host-class", options.new_host_class,
                    "begin a baseline for a class of host that has none");
  promote->add_option("--by", options.by, "who promotes (default: GITHUB_ACTOR, or `local`)");
  promote->add_option("--why", options.why, "why");
  promote->add_flag("--dry-run", options.dry_run, "say what would be done, and change nothing");

  CLI::App* rollback = verb("rollback", "make the baseline before this one the baseline again");
  rollback->add_option("--branch", options.branch, "whose baseline")->required();
  rollback->add_option("--to", options.to, "the run to go back to (default: the one before)");
  rollback->add_option("--by", options.by, "who rolls back");
  rollback->add_option("--why", options.why, "why");
  rollback->add_flag("--dry-run", options.dry_run, "say what would be done, and change nothing");
}

std::string actor(const Options& options, const Env& env) {
  if (!options.by.empty()) return safe_text(options.by, 100);
  const std::string known = sys::variable(env.environment, "GITHUB_ACTOR");
  return known.empty() ? "local" : safe_text(known, 100);
}

std::string reason(const Options& options, const Env& env) {
  return safe_text(sys::private_texts(env.environment).scrub(options.why), 300);
}

std::string line_of(const Baseline& promotion) {
  return fmt::format("{}  {:<8}  {}  run {}  by {}{}\n    host class: {}\n", to_text(promotion.at),
                     promotion.action, promotion.branch, promotion.run_id, promotion.by,
                     promotion.why.empty() ? "" : "  (" + promotion.why + ")",
                     promotion.host_class);
}

/// The promotion in force of each branch and host class.
std::vector<Baseline> in_force(const std::vector<Baseline>& all) {
  std::vector<Baseline> active;
  for (const Baseline& promotion : all) {
    std::erase_if(active, [&](const Baseline& old) {
      return old.branch == promotion.branch && old.host_class == promotion.host_class;
    });
    active.push_back(promotion);
  }
  return active;
}

Result<Exit> show(const Options& options, const store::Store& store, Env& env) {
  TRY(const std::vector<Baseline> all, store::promotions(store));
  bool any = false;
  for (const Baseline& promotion : in_force(all)) {
    if (!options.branch.empty() && promotion.branch != options.branch) continue;
    any = true;
    env.out(safe_lines(line_of(promotion), 2000));
  }
  if (!any)
    env.out("there is no baseline yet: perfgate baseline promote --run run.json --tests-passed\n");
  return Exit::pass;
}

Result<Exit> list(const store::Store& store, Env& env) {
  TRY(const std::vector<Baseline> all, store::promotions(store));
  env.out(fmt::format("promotions and rollbacks: {}\n", all.size()));
  for (const Baseline& promotion : all) env.out("  " + safe_lines(line_of(promotion), 2000));
  TRY(const std::vector<store::RunLine> runs, store::runs(store));
  env.out(fmt::format("runs: {}\n", runs.size()));
  for (const store::RunLine& run : runs)
    env.out(fmt::format("  {}  run {}  attempt {}\n", to_text(run.at), safe_text(run.id, 100),
                        run.attempt));
  return Exit::pass;
}

/// By file, where there is one of this name; else by id, from the store.
Result<Run> run_named(const std::string& name, const store::Store& store) {
  auto file = read_run_file(name);
  if (file || file.error().code != Code::io) return file;
  TRY(std::optional<Run> run, store::find_run(store, name));
  if (run) return *std::move(run);
  return fail(Code::usage,
              fmt::format("`{}` is neither a file that can be read nor a run of {}",
                          safe_text(name, 200), store.url()),
              "`perfgate baseline list` shows the runs");
}

Result<std::optional<bool>> tests_passed(const Options& options) {
  if (options.tests_passed) return true;
  if (options.tests_file.empty()) return std::nullopt;
  TRY(const std::string text, read_named(options.tests_file));
  const std::string_view all = trim(text);
  const std::string_view word = all.substr(0, all.find_first_of(" \t\r\n"));
  for (const std::string_view good : {"passed", "ok", "true", "0"})
    if (word == good) return true;
  return false;
}

std::unexpected<Error> refused(const std::vector<gate::Criterion>& criteria) {
  std::string unmet;
  for (const gate::Criterion& criterion : criteria)
    if (!criterion.met) unmet += fmt::format("\n  {}: {}", criterion.name, criterion.outcome);
  return fail(Code::promotion, "the run is not promoted, and nothing was changed:" + unmet,
              "mend what is named, and promote again; `--dry-run` shows all criteria");
}

Result<Exit> promote(const Options& options, const Settings& settings, store::Store& store,
                     Env& env) {
  if (!settings.policy.automation.baseline_promotion_enabled) {
    env.out("baseline promotion is switched off (automation.baseline_promotion_enabled = false)\n");
    return Exit::pass;
  }
  Given given;
  TRY(given.run, run_named(options.run, store));
  const Run& run = given.run;
  const Policy& policy = settings.policy;

  Baseline promotion{.branch = options.branch.empty() ? run.commit.branch : options.branch,
                     .host_class = gate::host_class(run.fingerprint, policy.host_class),
                     .run_id = run.id,
                     .attempt = run.attempt,
                     .at = env.now(),
                     .by = actor(options, env),
                     .why = reason(options, env),
                     .action = "promote"};
  // Read once: what is in force and what else there is must be of one moment.
  TRY(const std::vector<Baseline> all, store::promotions(store));
  const auto force = in_force(all);
  const auto active = std::ranges::find_if(force, [&](const Baseline& other) {
    return other.branch == promotion.branch && other.host_class == promotion.host_class;
  });
  const bool has_active = active != force.end();

  const JudgeOptions judging{.branch = promotion.branch};
  TRY(const Judged judged, judge_given(given, judging, settings, store, env));
  gate::PromotionFacts facts{.branch = promotion.branch,
                             .new_host_class_allowed = options.new_host_class};
  if (!run.commit.sha.empty()) {
    TRY(facts.merged, sys::is_on_branch(settings.project_directory, run.commit.sha,
                                        promotion.branch, env.environment));
  }
  // A commit that no repository here knows cannot be shown to be merged.
  TRY(const auto here, sys::read_commit(settings.project_directory, env.environment));
  if (here && !facts.merged) facts.merged = false;
  TRY(facts.tests_passed, tests_passed(options));
  facts.other_host_class = !has_active && std::ranges::any_of(force, [&](const Baseline& other) {
    return other.branch == promotion.branch;
  });
  TRY(const std::vector<store::RunLine> runs, store::runs(store));
  facts.runs_at_commit = static_cast<int>(std::ranges::count(runs, run.id, &store::RunLine::id));
  facts.runs_at_commit = std::max(facts.runs_at_commit, 1);

  const auto criteria = gate::promotion_criteria(run, judged.judgement, policy, facts);
  for (const gate::Criterion& criterion : criteria)
    env.out(fmt::format("  {}  {:<18}  {}\n", criterion.met ? "met  " : "UNMET", criterion.name,
                        safe_text(criterion.outcome, 500)));
  if (!gate::all_met(criteria)) return refused(criteria);
  if (has_active && active->run_id == run.id && active->attempt == run.attempt) {
    env.out(fmt::format("run {} is the baseline of `{}` already\n", run.id, promotion.branch));
    return Exit::pass;
  }
  if (options.dry_run) {
    env.out(fmt::format("would make run {} the baseline of `{}`; nothing was changed\n", run.id,
                        safe_text(promotion.branch, 100)));
    return Exit::pass;
  }
  CHECKED(store::save_run(store, run));
  CHECKED(store::promote(store, promotion, has_active ? active->run_id : ""));
  env.out(fmt::format("run {} is now the baseline of `{}`{}\n", run.id,
                      safe_text(promotion.branch, 100),
                      has_active ? " (before: run " + active->run_id + ")" : ""));
  return Exit::pass;
}

/// The baseline before the one in force. A rollback takes back what came after its target: the next
/// one goes further back, never forth again.
std::optional<Baseline> one_before(const std::vector<Baseline>& all) {
  std::vector<Baseline> stack;
  for (const Baseline& promotion : all) {
    const auto same = std::ranges::find_if(stack.rbegin(), stack.rend(), [&](const Baseline& old) {
      return old.run_id == promotion.run_id;
    });
    if (promotion.action == "rollback" && same != stack.rend())
      stack.erase(same.base(), stack.end());
    else
      stack.push_back(promotion);
  }
  if (stack.size() < 2) return std::nullopt;
  return stack[stack.size() - 2];
}

/// The newest of this run id, or else whose id begins so.
std::optional<Baseline> one_named(const std::vector<Baseline>& all, const std::string& id) {
  std::optional<Baseline> named, begun;
  for (const Baseline& promotion : all) {
    if (promotion.run_id == id) named = promotion;
    if (promotion.run_id.starts_with(id)) begun = promotion;
  }
  return named ? named : begun;
}

Result<Exit> rollback(const Options& options, store::Store& store, Env& env) {
  TRY(const std::vector<Baseline> all, store::promotions(store));
  std::vector<Baseline> ours;
  for (const Baseline& promotion : all)
    if (promotion.branch == options.branch) ours.push_back(promotion);
  if (ours.empty())
    return fail(
        Code::promotion,
        fmt::format("`{}` has no baseline in {}", safe_text(options.branch, 100), store.url()),
        "`perfgate baseline show` lists the baselines");
  const Baseline current = ours.back();
  std::erase_if(ours, [&](const Baseline& p) { return p.host_class != current.host_class; });
  const std::optional<Baseline> target =
      options.to.empty() ? one_before(ours) : one_named(ours, options.to);
  if (!target)
    return fail(Code::promotion,
                options.to.empty()
                    ? fmt::format("`{}` has no baseline before run {}",
                                  safe_text(options.branch, 100), current.run_id)
                    : fmt::format("run {} has never been a baseline of `{}`",
                                  safe_text(options.to, 60), safe_text(options.branch, 100)),
                "`perfgate baseline list` shows every promotion");
  if (target->run_id == current.run_id && target->attempt == current.attempt) {
    env.out(fmt::format("run {} is the baseline of `{}` already\n", current.run_id,
                        safe_text(options.branch, 100)));
    return Exit::pass;
  }
  Baseline back{.branch = current.branch,
                .host_class = current.host_class,
                .run_id = target->run_id,
                .attempt = target->attempt,
                .at = env.now(),
                .by = actor(options, env),
                .why = reason(options, env),
                .action = "rollback"};
  if (options.dry_run) {
    env.out(fmt::format("would go back from run {} to run {}; nothing was changed\n",
                        current.run_id, back.run_id));
    return Exit::pass;
  }
  CHECKED(store::promote(store, back, current.run_id));
  env.out(fmt::format("the baseline of `{}` is run {} again (before: run {})\n", back.branch,
                      back.run_id, current.run_id));
  return Exit::pass;
}

Result<Exit> run(const Options& options, Env& env) {
  TRY(const Settings settings, load_settings(options.shared, env));
  TRY(const std::unique_ptr<store::Store> store, store::open(settings.store_url));
  if (options.verb == "show") return show(options, *store, env);
  if (options.verb == "list") return list(*store, env);
  if (options.verb == "promote") return promote(options, settings, *store, env);
  return rollback(options, *store, env);
}

}  // namespace

Command baseline_command() {
  return {.name = "baseline",
          .summary = "show, list, promote, rollback",
          .footer =
              "Examples:\n  perfgate baseline promote --run perfgate-out/run.json "
              "--tests-passed\n  perfgate baseline show",
          .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
