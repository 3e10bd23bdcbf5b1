#include "cli/reports/page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/embedded.hpp"
#include "base/text.hpp"
#include "cli/gating/judging.hpp"
#include "cli/progress.hpp"
#include "cli/receipts.hpp"
#include "cli/reports/trend.hpp"
#include "gate/judge.hpp"
#include "gate/page.hpp"
#include "report/page.hpp"
#include "store/history.hpp"
#include "store/stored.hpp"
#include "store/stored_history.hpp"
#include "sys/file.hpp"

namespace perfgate::cli {
namespace {

Result<void> write_html(const report::Report& report, const report::Style& style,
                        const report::Sink& sink) {
  TRY(const report::HtmlTemplate html,
      load_template(style.page_template, report::page_template, report::page_places));
  report::write_page(gate::page_of(report), html, sink);
  return {};
}

/// The run that a baseline's record names.
Result<std::string> run_of_baseline(const std::string& key, const store::Store& store) {
  if (key.empty()) return std::string();
  TRY(const std::optional<store::Record> record, store.find(Kind::baseline, key));
  if (!record) return std::string();
  TRY(const Baseline baseline, store::Stored<Baseline>::read(record->value, record->place));
  return baseline.run;
}

Result<std::shared_ptr<const Run>> read_side(const std::string& key, const std::string& id,
                                             const store::Store& store) {
  if (!key.empty()) {
    TRY(const std::optional<store::Record> record, store.find(Kind::run, key));
    if (record) {
      TRY(Run run, store::Stored<Run>::read(record->value, record->place));
      // A baseline's record may have been superseded since: another run than was judged.
      if (run.id == id) return std::make_shared<const Run>(std::move(run));
    }
  }
  if (id.empty()) return std::shared_ptr<const Run>();
  TRY(const std::vector<store::Head> heads,
      store.list({.kind = Kind::run, .terms = {{"id", id}}, .newest_first = true, .limit = 1}));
  if (heads.empty()) return std::shared_ptr<const Run>();
  TRY(const std::optional<store::Record> record, store.find(Kind::run, heads.front().key));
  if (!record) return std::shared_ptr<const Run>();
  TRY(Run run, store::Stored<Run>::read(record->value, record->place));
  return std::make_shared<const Run>(std::move(run));
}

/// The run of a file beside a judgement, where that is the one it was about.
std::shared_ptr<const Run> run_beside(const std::string& judgement, std::string_view file,
                                      const std::string& id) {
  const std::size_t slash = judgement.rfind('/');
  const std::string path =
      (slash == std::string::npos ? "" : judgement.substr(0, slash + 1)) + std::string(file);
  const auto stamp = sys::stamp_of(path);
  if (!stamp || !*stamp) return nullptr;
  auto run = read_run_file(path);
  if (!run || run->id != id) return nullptr;
  return std::make_shared<const Run>(*std::move(run));
}

/// A glob that matches the text alone.
std::string literally(std::string_view text) {
  std::string glob;
  for (const char c : text) {
    if (std::string_view("*?[\\").contains(c)) glob += '\\';
    glob += c;
  }
  return glob;
}

/// As `gate --out` and `ab --out` leave them.
void add_sibling_runs(report::Sources& sources, const std::string& judgement_file) {
  const Judgement& judgement = *sources.judgement;
  for (const std::string_view file : {"run.json", "head/run.json"})
    if (!sources.head) sources.head = run_beside(judgement_file, file, judgement.run_id);
  if (!sources.base && !judgement.baseline_id.empty() && judgement.baseline_runs.empty())
    sources.base = run_beside(judgement_file, "base/run.json", judgement.baseline_id);
}

}  // namespace

report::Format html_format() {
  return {.name = "html",
          .suffix = "html",
          .summary = "one page for a browser, without a network",
          .needs = report::Needs::document,
          .write = write_html};
}

Result<std::string> page_template_of(const std::string& flag, const Settings& settings) {
  const std::string& path = flag.empty() ? settings.report_template : flag;
  if (path.empty()) return path;
  TRY(const std::optional<sys::FileStamp> stamp, sys::stamp_of(path));
  if (stamp) return path;
  const auto named = std::ranges::find(settings.origins, "report.template", &config::Origin::key);
  const std::string place = !flag.empty()                     ? "--template"
                            : named == settings.origins.end() ? "report.template"
                                                              : named->origin + ": report.template";
  return fail(Code::config,
              fmt::format("{}: {}: there is no such file", place, safe_text(path, 300)),
              "give the path of a file that is there (in perfgate.toml it is relative to that "
              "file); a copy of templates/performance_report.html is one to begin with");
}

Result<report::HtmlTemplate> load_template(const std::string& path, std::string_view built_in,
                                           std::span<const std::string_view> places) {
  if (path.empty())
    return report::HtmlTemplate::make(std::string(embedded(built_in)), places, built_in);
  TRY(std::string text, read_named(path));
  return report::HtmlTemplate::make(std::move(text), places, path);
}

void add_settings(report::Sources& sources, const Settings& settings, const Env& env) {
  sources.policy = std::make_shared<const Policy>(settings.policy);
  sources.legend = settings.project.legend;
  const auto variable = [&](const char* name) {
    const auto found = env.environment.find(name);
    return found == env.environment.end() ? std::string() : found->second;
  };
  const std::string server = variable("GITHUB_SERVER_URL");
  const std::string repository = variable("GITHUB_REPOSITORY");
  if (server.starts_with("https://") && !repository.empty())
    sources.commit_url = fmt::format("{}/{}/commit/", server, repository);
}

Result<void> add_stored_runs(report::Sources& sources, const store::Store& store) {
  if (!sources.judgement) return {};
  const Judgement& judgement = *sources.judgement;
  if (!sources.head) {
    TRY(sources.head, read_side(judgement.run, judgement.run_id, store));
  }
  if (!sources.base && judgement.baseline_runs.empty()) {
    TRY(const std::string key, run_of_baseline(judgement.baseline, store));
    TRY(sources.base, read_side(key, judgement.baseline_id, store));
  }
  return {};
}

Result<std::shared_ptr<const TrendReport>> branch_histories(Selected& selected,
                                                            const std::string& branch,
                                                            const Run* like, bool quiet,
                                                            const Settings& settings, Env& env) {
  selected.branch = branch;
  selected.query = {};
  selected.query.conditions = {{"branch", store::Match::equal, branch}};
  TRY(selected.heads, selected.store->list(store::selection_of(selected.query)));
  if (selected.heads.empty()) return nullptr;
  std::ranges::stable_sort(selected.heads, {}, &store::Head::time);
  ReportOptions options;
  options.shared.quiet = quiet;
  TrendOptions trend;
  trend.threads = workers();
  if (like)
    trend.host_class = literally(gate::host_class(like->fingerprint, settings.policy.host_class));
  auto found = trend_of(selected, trend, options, settings, env);
  // Nothing was measured on such a host: there is no history to draw.
  if (!found && found.error().code == Code::usage) return nullptr;
  if (!found) return std::unexpected(std::move(found).error());
  return std::make_shared<const TrendReport>(*std::move(found));
}

Result<void> complete_page(report::Report& report, const ReportOptions& options,
                           const Prepared& prepared, Env& env) {
  if (std::ranges::find(prepared.formats, "html", &report::Format::name) == prepared.formats.end())
    return {};
  report::Sources& sources = report.sources;
  if (!options.judgement.empty()) add_sibling_runs(sources, options.judgement);
  Selected selected;
  TRY(selected.store, store::open(prepared.settings.store_url));
  CHECKED(add_stored_runs(sources, *selected.store));
  // A branch that is measured for the first time is seen before the history of the one it left.
  std::vector<std::string> branches{sources.judgement->commit.branch};
  if (sources.head)
    for (std::string& branch :
         baseline_branches(options.branch, *sources.head, prepared.settings.policy, env))
      branches.push_back(std::move(branch));
  for (const std::string& branch : branches) {
    TRY(sources.trend, branch_histories(selected, branch, sources.head.get(), options.shared.quiet,
                                        prepared.settings, env));
    if (sources.trend && sources.trend->runs.size() > 1) break;
  }
  return {};
}

}  // namespace perfgate::cli
