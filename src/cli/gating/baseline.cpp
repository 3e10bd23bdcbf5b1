#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/gating/judging.hpp"
#include "cli/history/accept.hpp"
#include "cli/history/access.hpp"
#include "gate/design.hpp"
#include "gate/promotion.hpp"
#include "store/history.hpp"
#include "store/stored_history.hpp"
#include "sys/git.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  Shared shared;
  std::string verb;
  std::string run, base, branch, by, why, tests_file, to, anchor;
  AcceptOptions accept;
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
  promote->add_option(
      "--base", options.base,
      "base/run.json of a gate that measured the run and the commit of the baseline "
      "in force by turns: whether it is slower is judged by that");
  promote->add_option("--branch", options.branch, "to promote for (default: the run's own)");
  promote->add_option("--anchor", options.anchor,
                      "make it a named reference that drift is measured from (v1.4), beside the "
                      "current baseline");
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

  CLI::App* accept = verb("accept", "accept a change: a waiver, until a date");
  add_accept(*accept, options.accept);
  accept->add_flag("--dry-run", options.dry_run, "print the waiver, and change nothing");
}

std::string actor(const Options& options, const Env& env) {
  if (!options.by.empty()) return safe_text(options.by, 100);
  return acting(env);
}

std::string reason(const Options& options, const Env& env) {
  return safe_text(sys::private_texts(env.environment).scrub(options.why), 300);
}

std::string line_of(const Baseline& promotion) {
  return fmt::format(
      "{}  {:<8}  {}  {}run {}  by {}{}\n    host class: {}\n", to_text(promotion.at),
      promotion.action, promotion.branch,
      promotion.name.empty() ? "" : "anchor " + promotion.name + "  ", promotion.run_id,
      promotion.by, promotion.why.empty() ? "" : "  (" + promotion.why + ")", promotion.host_class);
}

/// The promotion in force of each branch and host class, and each anchor.
std::vector<Baseline> in_force(const std::vector<Baseline>& all) {
  std::vector<Baseline> active;
  for (const Baseline& promotion : all) {
    std::erase_if(active, [&](const Baseline& old) {
      return old.branch == promotion.branch && old.host_class == promotion.host_class &&
             old.name == promotion.name;
    });
    active.push_back(promotion);
  }
  return active;
}

Result<Exit> show(const Options& options, const Policy& policy, const store::Store& store,
                  Env& env) {
  TRY(const std::vector<Baseline> all, store::promotions(store));
  bool any = false;
  for (const Baseline& promotion : in_force(all)) {
    if (!options.branch.empty() && promotion.branch != options.branch) continue;
    any = true;
    env.out(safe_lines(line_of(promotion), 2000));
    constexpr std::int64_t day_ms = 24LL * 3600 * 1000;
    const std::int64_t days = (env.now().unix_ms - promotion.at.unix_ms) / day_ms;
    if (promotion.name.empty() && days > policy.baseline.max_age_days)
      env.out(
          fmt::format("    expired: promoted {} days ago, and the policy holds it good for {}\n",
                      days, policy.baseline.max_age_days));
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

std::string unmet(const std::vector<gate::Criterion>& criteria) {
  std::string text;
  for (const gate::Criterion& criterion : criteria)
    if (!criterion.met) text += fmt::format("\n  {}: {}", criterion.name, criterion.outcome);
  return text;
}

/// "v1.4": in a key and on a command line it must stand for itself.
Result<void> check_anchor(std::string_view name) {
  const auto good = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("._-+/").contains(c);
  };
  constexpr std::size_t longest = 100;
  if (name.size() <= longest && std::ranges::all_of(name, good)) return {};
  return fail(Code::usage, fmt::format("--anchor {}: this is no name", safe_text(name, 60)),
              "letters, digits and . _ - + /, at most 100: v1.4");
}

/// What is known of the run and of what it would supersede.
struct Candidate {
  Baseline promotion;
  std::optional<Baseline> active;  // what is in force under the same name
  std::optional<Run> in_force;     // its run
  gate::PromotionFacts facts;
};

Result<void> learn_order(gate::PromotionFacts& facts, const Run& run, const Settings& settings,
                         const Env& env) {
  if (!facts.in_force) return {};
  const std::string& ours = run.commit.sha;
  const std::string& theirs = facts.in_force->commit.sha;
  TRY(facts.is_ancestor,
      sys::is_ancestor(settings.project_directory, ours, theirs, env.environment));
  TRY(facts.is_descendant,
      sys::is_ancestor(settings.project_directory, theirs, ours, env.environment));
  return {};
}

Result<void> learn(Candidate& candidate, const Run& run, const Options& options,
                   const Settings& settings, const store::Store& store, const Env& env) {
  const Baseline& promotion = candidate.promotion;
  gate::PromotionFacts& facts = candidate.facts;
  // Read once: what is in force and what else there is must be of one moment.
  TRY(const std::vector<Baseline> all, store::promotions(store));
  const auto force = in_force(all);
  for (const Baseline& other : force) {
    if (other.branch != promotion.branch) continue;
    if (other.host_class == promotion.host_class && other.name == promotion.name)
      candidate.active = other;
  }
  const auto on_branch = [&](const Baseline& other) {
    return other.branch == promotion.branch && other.name.empty();
  };
  const auto of_class = [&](const Baseline& other) {
    return on_branch(other) && other.host_class == promotion.host_class;
  };
  facts.branch = promotion.branch;
  facts.new_host_class_allowed = options.new_host_class;
  facts.other_host_class =
      std::ranges::none_of(force, of_class) && std::ranges::any_of(force, on_branch);
  if (candidate.active) {
    TRY(candidate.in_force, store::run_of(store, *candidate.active));
    facts.in_force = &*candidate.in_force;
  }
  CHECKED(learn_order(facts, run, settings, env));
  if (!run.commit.sha.empty()) {
    TRY(facts.merged, sys::is_on_branch(settings.project_directory, run.commit.sha,
                                        promotion.branch, env.environment));
  }
  // A commit that no repository here knows cannot be shown to be merged.
  TRY(const auto here, sys::read_commit(settings.project_directory, env.environment));
  if (here && !facts.merged) facts.merged = false;
  TRY(facts.tests_passed, tests_passed(options));
  const store::Selection same{
      .kind = Kind::run,
      .terms = {run.commit.sha.empty() ? store::Term{"id", run.id}
                                       : store::Term{"commit", run.commit.sha}}};
  TRY(const std::vector<store::Head> heads, store.list(same));
  const auto others = std::ranges::count_if(
      heads, [&](const store::Head& head) { return head.key != promotion.run; });
  facts.runs_at_commit = static_cast<int>(others) + 1;
  return {};
}

/// The other side of the run is the commit that the baseline in force was measured of.
Result<void> check_base(const std::string& path, const Run& run,
                        const std::optional<Run>& in_force) {
  TRY(const Run base, read_run_file(path));
  const auto refuse = [&](std::string what) {
    return fail(Code::usage, fmt::format("--base {}: {}", safe_text(path, 200), what),
                "give the base/run.json that lies beside the head/run.json which is promoted, or "
                "leave --base out: the run is then judged against the baseline itself");
  };
  if (!gate::one_experiment(run, base))
    return refuse("it was not measured by turns with the run that is to be promoted");
  if (in_force && (base.commit.dirty || base.commit.sha != in_force->commit.sha))
    return refuse(fmt::format("it is of {}{}, and the baseline in force is of {}",
                              base.commit.dirty ? "changes on " : "", base.commit.sha.substr(0, 10),
                              in_force->commit.sha.substr(0, 10)));
  return {};
}

/// Another promotion came first. Where its run comes after ours, ours is simply late: no error.
Result<bool> is_overtaken(const Baseline& promotion, const Run& run, const Settings& settings,
                          const store::Store& store, const Env& env) {
  TRY(const std::optional<Run> winner,
      store::baseline(store, promotion.branch, promotion.host_class));
  if (!winner || !promotion.name.empty() || winner->commit.sha == run.commit.sha) return false;
  TRY(const std::optional<bool> later, sys::is_ancestor(settings.project_directory, run.commit.sha,
                                                        winner->commit.sha, env.environment));
  return later.value_or(false);
}

Result<Exit> promote(const Options& options, const Settings& settings, store::Store& store,
                     Env& env) {
  if (!settings.policy.automation.baseline_promotion_enabled) {
    env.out("baseline promotion is switched off (automation.baseline_promotion_enabled = false)\n");
    return Exit::pass;
  }
  CHECKED(check_anchor(options.anchor));
  Given given;
  TRY(given.run, run_named(options.run, store));
  const Run& run = given.run;
  const Policy& policy = settings.policy;

  Candidate candidate{
      .promotion = {.branch = options.branch.empty() ? run.commit.branch : options.branch,
                    .host_class = gate::host_class(run.fingerprint, policy.host_class),
                    .name = options.anchor,
                    .run = store::Stored<Run>::key(run),
                    .run_id = run.id,
                    .attempt = run.attempt,
                    .commit = run.commit.sha,
                    .at = env.now(),
                    .by = actor(options, env),
                    .why = reason(options, env),
                    .action = "promote"}};
  const Baseline& promotion = candidate.promotion;
  const std::string what =
      promotion.name.empty()
          ? fmt::format("the baseline of `{}`", safe_text(promotion.branch, 100))
          : fmt::format("the anchor {} of `{}`", promotion.name, safe_text(promotion.branch, 100));
  const Deed deed{
      .action = AuditAction::promote,
      .branch = promotion.branch,
      .subject = fmt::format("{}{}run {}", promotion.name.empty() ? "" : "anchor ",
                             promotion.name.empty() ? "" : promotion.name + ": ", run.id),
      .why = promotion.why};
  TRY(const AuditRecord audit, permitted(deed, policy, store, env, options.dry_run));

  CHECKED(learn(candidate, run, options, settings, store, env));
  if (!options.base.empty()) CHECKED(check_base(options.base, run, candidate.in_force));
  const JudgeOptions judging{.baseline = options.base, .branch = promotion.branch, .rolling = 0};
  TRY(const Judged judged, judge_given(given, judging, settings, store, env));
  auto criteria = gate::promotion_criteria(run, judged.judgement, policy, candidate.facts);
  // A release may be anchored long after: it is no step forward or back.
  if (!promotion.name.empty())
    std::erase_if(criteria, [](const gate::Criterion& one) { return one.name == "no regression"; });
  for (const gate::Criterion& criterion : criteria)
    env.out(fmt::format("  {}  {:<18}  {}\n", criterion.met ? "met  " : "UNMET", criterion.name,
                        safe_text(criterion.outcome, 500)));
  if (!gate::all_met(criteria)) {
    const std::string why = unmet(criteria);
    if (!options.dry_run) keep_refusal(audit, "criteria are not met:" + why, store, env);
    return fail(Code::promotion, "the run is not promoted, and nothing was changed:" + why,
                "mend what is named, and promote again; `--dry-run` shows all criteria");
  }
  const std::optional<Baseline>& active = candidate.active;
  if (active && active->run_id == run.id && active->attempt == run.attempt) {
    env.out(fmt::format("run {} is {} already\n", run.id, what));
    return Exit::pass;
  }
  if (options.dry_run) {
    env.out(fmt::format("would make run {} {}; nothing was changed\n", run.id, what));
    return Exit::pass;
  }
  CHECKED(store::save_run(store, run));
  if (const auto done = store::promote(store, promotion, active ? active->run_id : "", audit);
      !done) {
    if (done.error().code != Code::promotion) return std::unexpected(done.error());
    TRY(const bool late, is_overtaken(promotion, run, settings, store, env));
    keep_refusal(audit, done.error().message, store, env);
    if (!late) return std::unexpected(done.error());
    env.out(
        fmt::format("a run of a later commit became {} meanwhile: there is nothing to do\n", what));
    return Exit::pass;
  }
  env.out(fmt::format("run {} is now {}{}\n", run.id, what,
                      active ? " (before: run " + active->run_id + ")" : ""));
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

Result<Exit> rollback(const Options& options, const Policy& policy, store::Store& store, Env& env) {
  TRY(const std::vector<Baseline> all, store::promotions(store));
  std::vector<Baseline> ours;
  for (const Baseline& promotion : all)
    if (promotion.branch == options.branch && promotion.name.empty()) ours.push_back(promotion);
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
  TRY(const AuditRecord audit,
      permitted({.action = AuditAction::rollback,
                 .branch = back.branch,
                 .subject = fmt::format("run {} to run {}", current.run_id, back.run_id),
                 .why = back.why},
                policy, store, env, options.dry_run));
  if (options.dry_run) {
    env.out(fmt::format("would go back from run {} to run {}; nothing was changed\n",
                        current.run_id, back.run_id));
    return Exit::pass;
  }
  if (const auto done = store::promote(store, back, current.run_id, audit); !done) {
    if (done.error().code == Code::promotion) keep_refusal(audit, done.error().message, store, env);
    return std::unexpected(done.error());
  }
  env.out(fmt::format("the baseline of `{}` is run {} again (before: run {})\n", back.branch,
                      back.run_id, current.run_id));
  return Exit::pass;
}

Result<Exit> run(const Options& options, Env& env) {
  Shared shared = options.shared;
  shared.begins_waivers = options.verb == "accept";
  TRY(const Settings settings, load_settings(shared, env));
  TRY(const std::unique_ptr<store::Store> store, store::open(settings.store_url));
  if (options.verb == "show") return show(options, settings.policy, *store, env);
  if (options.verb == "list") return list(*store, env);
  if (options.verb == "promote") return promote(options, settings, *store, env);
  if (options.verb == "accept")
    return run_accept(options.accept, options.dry_run, settings, *store, env);
  return rollback(options, settings.policy, *store, env);
}

}  // namespace

Command baseline_command() {
  return {.name = "baseline",
          .summary = "show, list, promote, rollback, accept",
          .footer =
              "Examples:\n  perfgate baseline promote --run perfgate-out/run.json "
              "--tests-passed\n  perfgate baseline promote --run RUN --anchor v1.4 --tests-passed\n"
              "  perfgate baseline accept --benchmark 'decode/*' --max-change 8% --reason WHY "
              "--owner ME\n      --expires 2026-12-31\n  perfgate baseline show",
          .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
