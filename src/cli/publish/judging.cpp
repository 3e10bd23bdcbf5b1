#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cli/gating/advisory.hpp"
#include "cli/gating/judging.hpp"
#include "cli/publish/publish.hpp"
#include "gate/waivers.hpp"
#include "report/phrases.hpp"

namespace perfgate::cli {
namespace {

JudgedBundle not_measured(std::string name, const Error& error, const Policy& policy) {
  JudgedBundle bundle{.name = std::move(name)};
  bundle.judgement.findings.push_back({.reason = Reason::not_measured,
                                       .verdict = Verdict::not_measured,
                                       .code = error.code,
                                       .why = safe_text(error.message, 500)});
  gate::conclude(bundle.judgement, policy);
  return bundle;
}

/// By turns: both sides are the bundle's.
Result<Judged> judge_sides_of(const github::Bundle& bundle, const Settings& settings,
                              const std::string& fail_on, Env& env) {
  Judged judged{.branch = bundle.head.commit.branch, .base = bundle.base};
  const gate::Reference reference{.run = &*bundle.base, .state = BaselineState::given};
  TRY(judged.judgement, gate::judge(bundle.head, reference, settings.policy));
  // What was not asked for was not measured: no waiver is dead for that.
  gate::apply_waivers(judged.judgement, bundle.head, settings.waivers, bundle.head.commit.branch,
                      env.now(), true);
  gate::conclude(judged.judgement, settings.policy, fail_on == "warn");
  return judged;
}

/// The commit and branch that were measured: as the event says, not as the bundle does.
void name_commit(Run& run, const github::Event& event, std::vector<std::string>& notices) {
  if (event.kind == github::EventKind::local) return;
  // A pull request's job usually checks out the commit that merging it would make.
  const bool told =
      event.kind == github::EventKind::push || event.kind == github::EventKind::merge_group;
  if (told && !run.commit.sha.empty() && run.commit.sha != event.head_sha)
    notices.push_back(
        fmt::format("The bundle says that it was measured at {}, which is not the "
                    "commit of this event.",
                    safe_text(run.commit.sha, 10)));
  if (run.commit.dirty)
    notices.emplace_back("The work tree that was measured had changes beside the commit.");
  run.commit.sha = event.head_sha;
  run.commit.branch = event.head_branch;
  const bool fork = event.pull_request && event.pull_request->from_fork();
  if (fork) run.commit.branch = event.pull_request->head_owner + ":" + event.head_branch;
}

}  // namespace

JudgedBundle judge_bundle(github::ReadBundle read, const github::Event& event,
                          const Settings& settings, const FileReader& files,
                          const std::string& fail_on, const store::Store& store, Env& env) {
  const auto refused = [&](const Error& error) {
    env.err(
        fmt::format("perfgate: {}: {}\n", to_text(error.code), safe_lines(error.message, 4000)));
    if (!error.hint.empty()) env.err(fmt::format("hint: {}\n", safe_lines(error.hint, 2000)));
    return not_measured(read.name, error, settings.policy);
  };
  if (!read.bundle) return refused(read.bundle.error());
  github::Bundle& bundle = *read.bundle;
  JudgedBundle result{.name = read.name, .by_turns = bundle.base.has_value()};
  name_commit(bundle.head, event, result.notices);
  result.started = bundle.head.started;

  // Whether the gate stands back is told below, by the base branch's qualification.
  Settings standing = settings;
  standing.policy.advisory = Advisory::never;
  auto judged =
      bundle.base
          ? judge_sides_of(bundle, standing, fail_on, env)
          : judge_given(
                {.run = bundle.head},
                {.branch = event.base_branch, .fail_on = fail_on, .base_search = BaseSearch::local},
                settings, store, env);
  if (!judged) return refused(judged.error());
  result.judgement = std::move(judged->judgement);
  apply_advisory(result.judgement, bundle.head, settings, env, files);
  result.base = std::move(judged->base);
  if (bundle.claimed && bundle.claimed->verdict != result.judgement.verdict)
    result.notices.push_back(fmt::format(
        "The bundle calls itself {}. Judged again from its samples, by the policy of the base "
        "branch and the baseline of the history, it is {}.",
        label(bundle.claimed->verdict), label(result.judgement.verdict)));
  return result;
}

JudgedBundle as_claimed(github::ReadBundle read, const Settings& settings) {
  if (!read.bundle) return not_measured(read.name, read.bundle.error(), settings.policy);
  github::Bundle& bundle = *read.bundle;
  if (!bundle.claimed)
    return not_measured(read.name,
                        {Code::nothing_measured, "the bundle holds no judgement.json", ""},
                        settings.policy);
  return {.name = read.name,
          .judgement = *std::move(bundle.claimed),
          .base = std::move(bundle.base),
          .started = bundle.head.started,
          .by_turns = bundle.base.has_value()};
}

}  // namespace perfgate::cli
