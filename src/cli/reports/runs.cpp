// Where reports take their runs from.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cli/gating/judging.hpp"
#include "cli/gating/run_files.hpp"
#include "cli/history/base_branch.hpp"
#include "cli/progress.hpp"
#include "cli/reports/report.hpp"
#include "gate/hypothesis.hpp"
#include "model/judgement_json.hpp"
#include "store/history.hpp"
#include "store/stored.hpp"

namespace perfgate::cli {
namespace {

bool names_branch(const store::Query& query) {
  return std::ranges::find(query.conditions, "branch", &store::Condition::key) !=
         query.conditions.end();
}

Result<std::shared_ptr<const Run>> read_head(const store::Store& store, const store::Head& head) {
  std::shared_ptr<const Run> found;
  CHECKED(store.read(std::span(&head, 1), [&](std::size_t, store::Record& record) -> Result<bool> {
    TRY(Run run, store::Stored<Run>::read(record.value, record.place));
    found = std::make_shared<const Run>(std::move(run));
    return true;
  }));
  return found;
}

Result<std::shared_ptr<const Run>> named_run(const store::Store& store, const std::string& id,
                                             std::string_view option) {
  TRY(std::optional<Run> run, store::find_run(store, id));
  if (!run)
    return fail(Code::usage,
                fmt::format("{} {}: {} holds no such run", option, safe_text(id, 100), store.url()),
                "`perfgate history query limit=20` shows what there is");
  return std::make_shared<const Run>(*std::move(run));
}

Result<Judgement> read_judgement_file(const std::string& path) {
  TRY(const std::string text, read_named(path));
  return read_judgement(text, path);
}

/// Answers the hypothesis where one is asked, and says where there is none to tell of.
Result<void> answer(const ReportOptions& options, const Settings& settings, const Run* head,
                    Judgement& judgement) {
  if (options.hypothesis.empty()) return {};
  TRY(const Hypothesis hypothesis, gate::hypothesis_from_text(options.hypothesis));
  if (!head)
    return fail(Code::usage, "--hypothesis: there is no run that it could be asked of",
                "give two: --run base/run.json --run head/run.json");
  gate::answer_hypothesis(gate::test_hypothesis(hypothesis, judgement, *head, settings.policy),
                          judgement, settings.policy, false);
  return {};
}

}  // namespace

std::unexpected<Error> no_run_in(const std::vector<std::string>& paths) {
  return fail(Code::usage,
              fmt::format("--run {}: no run.json is in it", safe_text(paths.front(), 200)),
              "give files that `perfgate run --out DIR` or `perfgate import` wrote");
}

Result<Selected> select_runs(const ReportOptions& options, const Settings& settings, Env& env) {
  Selected selected;
  TRY(selected.query, store::parse_query(options.where, env.now()));
  TRY(selected.store, store::open(settings.store_url));
  if (!names_branch(selected.query)) {
    TRY(selected.branch, branch_with_runs(options.branch, settings.policy, *selected.store, env));
    selected.query.conditions.push_back({"branch", store::Match::equal, selected.branch});
  } else if (!options.branch.empty()) {
    return fail(Code::usage, "--branch and --where branch say the same thing twice",
                "leave one of them out");
  }
  TRY(selected.heads, selected.store->list(store::selection_of(selected.query)));
  std::ranges::stable_sort(selected.heads, {}, &store::Head::time);
  if (selected.heads.empty())
    return fail(Code::usage,
                fmt::format("{}: no run matches{}", selected.store->url(),
                            selected.branch.empty()
                                ? ""
                                : fmt::format(" on branch `{}`", safe_text(selected.branch, 100))),
                "`perfgate history query limit=20` shows what there is; ask for less with --where");
  return selected;
}

Result<void> scan_in_portions(const Selected& selected, const ReportOptions& options, Env& env,
                              const std::function<void(const store::Columns&)>& visit) {
  constexpr std::size_t portion = 32;
  Progress progress(env, options.shared.quiet, "reading runs", selected.heads.size());
  const std::span<const store::Head> all = selected.heads;
  store::Columns seen;  // what dimensions there are: for keys that none has
  for (std::size_t at = 0; at < all.size(); at += portion) {
    TRY(const store::Columns columns,
        store::scan_runs(*selected.store, all.subspan(at, std::min(portion, all.size() - at)),
                         selected.query,
                         {.workers = workers(), .progress = [&](std::size_t) -> Result<void> {
                            progress.add();
                            return {};
                          }}));
    visit(columns);
    seen.runs_seen += columns.runs_seen;
    for (const store::TextId name : columns.dimension_names) {
      const store::TextId ours = seen.texts.add(columns.texts[name]);
      if (std::ranges::find(seen.dimension_names, ours) == seen.dimension_names.end())
        seen.dimension_names.push_back(ours);
    }
  }
  return store::check_keys(selected.query, seen);
}

Result<std::shared_ptr<const Run>> head_run(const ReportOptions& options,
                                            const Selected& selected) {
  if (!options.head.empty()) return named_run(*selected.store, options.head, "--head");
  return read_head(*selected.store, selected.heads.back());
}

Result<std::shared_ptr<const Run>> base_run(const ReportOptions& options, const Selected& selected,
                                            const Run& head, const Policy& policy) {
  if (!options.base.empty()) return named_run(*selected.store, options.base, "--base");
  const std::string host = gate::host_class(head.fingerprint, policy.host_class);
  TRY(std::optional<Run> promoted, store::baseline(*selected.store, selected.branch, host));
  if (promoted && promoted->id != head.id) return std::make_shared<const Run>(*std::move(promoted));
  for (auto before = selected.heads.rbegin(); before != selected.heads.rend(); ++before) {
    if (before->time > head.started) continue;
    TRY(std::shared_ptr<const Run> run, read_head(*selected.store, *before));
    if (run->id != head.id) return run;
  }
  return fail(Code::usage,
              fmt::format("{}: there is nothing that run {} could be compared with: it is the only "
                          "one",
                          selected.store->url(), safe_text(head.id, 100)),
              "measure again (`perfgate run --store URL`), or give two files: --run A --run B");
}

Result<JudgedRuns> judged_runs(const ReportOptions& options, const Settings& settings, Env& env) {
  JudgedRuns found;
  std::vector<std::string> paths;
  CHECKED(each_run_file(options.runs, [&](const std::string& path, Run&& run) {
    found.base = std::move(found.head);
    found.head = std::make_shared<const Run>(std::move(run));
    paths.push_back(path);
  }));
  if (!options.runs.empty() && paths.empty()) return no_run_in(options.runs);
  if (paths.size() > 2)
    return fail(Code::usage,
                fmt::format("--run: a judgement is of two runs at most, not {}", paths.size()),
                "--run base/run.json --run head/run.json; `perfgate report evolution` takes many");
  if (!options.judgement.empty()) {
    TRY(Judgement judgement, read_judgement_file(options.judgement));
    CHECKED(answer(options, settings, found.head.get(), judgement));
    found.judgement = std::make_shared<const Judgement>(std::move(judgement));
    return found;
  }
  if (found.head) {
    TRY(const std::unique_ptr<store::Store> store, store::open(settings.store_url));
    JudgeOptions judging{.branch = options.branch};
    if (paths.size() == 2) judging.baseline = paths.front();
    TRY(Judged judged, judge_given({.run = *found.head}, judging, settings, *store, env));
    if (judged.base) found.base = std::make_shared<const Run>(*std::move(judged.base));
    judged.judgement.reproduce = {"perfgate check --run run.json"};
    CHECKED(answer(options, settings, found.head.get(), judged.judgement));
    found.judgement = std::make_shared<const Judgement>(std::move(judged.judgement));
    return found;
  }
  TRY(const Selected selected, select_runs(options, settings, env));
  TRY(std::optional<Judgement> kept, store::last_judgement(*selected.store, selected.branch));
  if (!kept)
    return fail(Code::usage,
                fmt::format("{}: no run of branch `{}` was judged", selected.store->url(),
                            safe_text(selected.branch, 100)),
                "judge one: perfgate check --run run.json --store URL; or tell a file: --judgement "
                "out/judgement.json");
  TRY(std::optional<Run> head, store::find_run(*selected.store, kept->run_id));
  if (head) found.head = std::make_shared<const Run>(*std::move(head));
  if (!kept->baseline_id.empty() && kept->baseline_runs.empty()) {
    TRY(std::optional<Run> base, store::find_run(*selected.store, kept->baseline_id));
    if (base) found.base = std::make_shared<const Run>(*std::move(base));
  }
  CHECKED(answer(options, settings, found.head.get(), *kept));
  found.judgement = std::make_shared<const Judgement>(*std::move(kept));
  return found;
}

}  // namespace perfgate::cli
