#include "cli/gating/back_test.hpp"

#include <algorithm>
#include <memory>
#include <set>

#include "base/text.hpp"
#include "gate/incidents.hpp"
#include "gate/judge.hpp"
#include "store/history.hpp"
#include "store/replay.hpp"
#include "store/repository.hpp"
#include "store/stored_history.hpp"

namespace perfgate::cli {
namespace {

/// The runs of a branch as they were measured, whenever they were added.
Result<std::vector<store::Head>> runs_of_branch(const std::string& branch,
                                                const store::Store& store) {
  store::Selection selection{.kind = Kind::run};
  if (!branch.empty()) selection.terms = {{"branch", branch}};
  TRY(std::vector<store::Head> heads, store.list(selection));
  std::ranges::stable_sort(heads, {}, &store::Head::time);
  return heads;
}

BackTestSubject finding_subject(const Finding& finding) {
  std::string rule = finding.limit ? std::string(to_text(finding.limit->kind)) : "regression";
  if (!finding.anchor.empty()) rule = "drift";
  if (finding.benchmark.empty() && finding.headline.empty())
    rule = finding.comparison ? "whole suite" : std::string(to_text(finding.reason));
  return {.suite = finding.suite.text(),
          .benchmark = finding.benchmark,
          .metric = finding.metric.text(),
          .headline = finding.headline,
          .rule = std::move(rule)};
}

/// One policy, going through the history.
class Replay {
 public:
  Replay(std::string branch, const BackTestOptions& options, const Settings& settings,
         const store::Store& real, Env env)
      : branch_(std::move(branch)),
        options_(options),
        judging_(options.judging),
        settings_(settings),
        waivers_(settings.waivers),
        real_(real),
        env_(std::move(env)),
        store_(real) {
    judging_.branch = branch_;
    env_.err = [](std::string_view) {};
    test_.policy = settings.policy.origin;
  }

  Result<void> read_promotions() {
    TRY(promotions_,
        real_.list({.kind = Kind::baseline, .terms = {{"branch", branch_}}, .all_versions = true}));
    std::erase_if(promotions_, &store::Head::erased);
    std::ranges::stable_sort(promotions_, {}, &store::Head::time);
    return {};
  }

  Result<void> judge(const store::Head& head) {
    Given given;
    TRY(const std::string value, body_of(head));
    TRY(given.run, store::Stored<Run>::read(value, head.key));
    const Run& run = given.run;
    if (run.commit.branch != branch_ ||
        !glob_matches(options_.host_class,
                      gate::host_class(run.fingerprint, settings_.policy.host_class)))
      return {};
    CHECKED(show_promotions(run.started));
    if (!store_.shows(Kind::run, head.key))
      CHECKED(store_.show(head, value, std::make_shared<const Run>(run)));
    env_.now = [at = run.started] { return at; };
    settings_.waivers = waivers_;
    std::erase_if(settings_.waivers, [&](const Waiver& waiver) {
      return waiver.created && *waiver.created > run.started;
    });
    auto judged = judge_given(given, judging_, settings_, store_, env_);
    if (!judged) return within("run " + safe_text(run.id, 100), judged.error());
    note(judged->judgement, run);
    CHECKED(keep_judgement(*judged, given, settings_, "", &store_, env_, true));
    return {};
  }

  BackTest finish() && { return std::move(test_); }

 private:
  Result<std::string> body_of(const store::Head& head) const {
    std::string body;
    CHECKED(real_.read({&head, 1}, [&](std::size_t, store::Record& record) -> Result<bool> {
      body = std::move(record.value);
      return true;
    }));
    return body;
  }

  /// Those that were made by then, each with its run.
  Result<void> show_promotions(Time until) {
    for (; promoted_ < promotions_.size() && promotions_[promoted_].time <= until; ++promoted_) {
      const store::Head& head = promotions_[promoted_];
      TRY(const std::string value, body_of(head));
      TRY(const Baseline promotion, store::Stored<Baseline>::read(value, "a promotion"));
      TRY(const auto runs, real_.list({.kind = Kind::run, .terms = {{"id", promotion.run_id}}}));
      for (const store::Head& run : runs) {
        if (store_.shows(Kind::run, run.key)) continue;
        TRY(const std::string body, body_of(run));
        CHECKED(store_.show(run, body));
      }
      CHECKED(store_.show(head, value));
    }
    return {};
  }

  std::uint32_t number_of(const Finding& finding) {
    const auto [found, fresh] =
        numbers_.try_emplace(finding_subject(finding), static_cast<std::uint32_t>(numbers_.size()));
    if (fresh) test_.subjects.push_back(found->first);
    return found->second;
  }

  void note(const Judgement& judgement, const Run& run) {
    BackTestRun told{.key = store::Stored<Judgement>::key(judgement),
                     .id = run.id,
                     .sha = run.commit.sha,
                     .started = run.started,
                     .verdict = judgement.verdict,
                     .compared = judgement.counts.compared > 0,
                     .verdicts = {},
                     .failing = {}};
    for (const Finding& finding : judgement.findings) {  // the worst comes first
      const std::uint32_t number = number_of(finding);
      told.verdicts.emplace_back(number, finding.verdict);
      if (finding.verdict == Verdict::fail) told.failing.push_back(finding);
    }
    std::ranges::stable_sort(told.verdicts, {}, &std::pair<std::uint32_t, Verdict>::first);
    const auto twice =
        std::ranges::unique(told.verdicts, {}, &std::pair<std::uint32_t, Verdict>::first);
    told.verdicts.erase(twice.begin(), twice.end());
    test_.runs.push_back(std::move(told));
  }

  std::string branch_;
  const BackTestOptions& options_;
  JudgeOptions judging_;
  Settings settings_;
  std::vector<Waiver> waivers_;
  const store::Store& real_;
  Env env_;
  store::ReplayStore store_;
  std::vector<store::Head> promotions_;
  std::size_t promoted_ = 0;
  std::map<BackTestSubject, std::uint32_t> numbers_;
  BackTest test_;
};

}  // namespace

Result<BackTestScope> scope_of(const std::string& branch, const store::Store& store) {
  TRY(const auto runs, runs_of_branch(branch, store));
  TRY(const auto promotions, store.list({.kind = Kind::baseline, .terms = {{"branch", branch}}}));
  return BackTestScope{.runs = runs.size(), .promoted = !promotions.empty()};
}

Result<BackTest> back_test(const std::string& branch, const BackTestOptions& options,
                           const Settings& settings, const store::Store& store, const Env& env,
                           const std::function<void()>& done) {
  TRY(const std::vector<store::Head> heads, runs_of_branch(branch, store));
  Replay replay(branch, options, settings, store, env);
  CHECKED(replay.read_promotions());
  for (const store::Head& head : heads) {
    CHECKED(replay.judge(head));
    if (done) done();
  }
  return std::move(replay).finish();
}

std::vector<Episode> episodes_of(const BackTest& test) {
  std::vector<Episode> episodes;
  std::map<std::uint32_t, std::size_t> open;  // by subject
  for (const BackTestRun& run : test.runs)
    for (const auto& [subject, verdict] : run.verdicts) {
      const auto known = open.find(subject);
      if (verdict == Verdict::fail) {
        if (known != open.end()) {
          ++episodes[known->second].runs;
          continue;
        }
        const auto finding =
            std::ranges::find(run.failing, test.subjects[subject], finding_subject);
        open.emplace(subject, episodes.size());
        episodes.push_back(
            {.subject = test.subjects[subject], .first = &run, .finding = &*finding, .runs = 1});
      } else if (known != open.end() &&
                 (verdict == Verdict::pass || verdict == Verdict::improved)) {
        episodes[known->second].end = &run;
        open.erase(known);
      }
    }
  return episodes;
}

std::vector<Flip> flips_of(const BackTest& before, const BackTest& after) {
  std::map<BackTestSubject, Verdict> old;
  std::vector<Flip> flips;
  for (std::size_t r = 0; r < std::min(before.runs.size(), after.runs.size()); ++r) {
    old.clear();
    for (const auto& [subject, verdict] : before.runs[r].verdicts)
      old.emplace(before.subjects[subject], verdict);
    const auto add = [&](const BackTestSubject& subject, Verdict was, Verdict is) {
      if ((was == Verdict::fail) != (is == Verdict::fail))
        flips.push_back({.subject = subject, .run = &after.runs[r], .before = was, .after = is});
    };
    for (const auto& [subject, verdict] : after.runs[r].verdicts) {
      const auto found = old.find(after.subjects[subject]);
      add(after.subjects[subject], found == old.end() ? Verdict::pass : found->second, verdict);
      if (found != old.end()) old.erase(found);
    }
    // What only the one has anything to say of passes with the other.
    for (const auto& [subject, verdict] : old) add(subject, verdict, Verdict::pass);
  }
  return flips;
}

}  // namespace perfgate::cli
