#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/embedded.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/history/history.hpp"
#include "cli/progress.hpp"
#include "cli/reports/page.hpp"
#include "cli/reports/site_data.hpp"
#include "cli/reports/site_folder.hpp"
#include "config/waivers.hpp"
#include "gate/page.hpp"
#include "report/page.hpp"
#include "store/stored.hpp"
#include "sys/git.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  Shared shared;
  SiteQuestion question{.title = "Performance history", .url = ""};
  std::string page_template, site_template;
};

void add(CLI::App& app, Options& options) {
  add_history(app, options.shared);
  add_out(app, options.shared, "the site's folder, which is made and kept up to date");
  app.add_option("--title", options.question.title, "what the site is called");
  app.add_option("--url", options.question.url,
                 "where the site will stand (https://...), for the links of its feed");
  app.add_option("--recent", options.question.recent,
                 "so many judgements of each branch have a page of their own (default: 20)")
      ->check(CLI::Range(1, 1000));
  app.add_option("--template", options.page_template,
                 "your own templates/performance_report.html (default: as perfgate.toml says, else "
                 "the built-in)");
  app.add_option("--site-template", options.site_template, "your own templates/site.html");
}

/// Everything but the store that decides what pages look like: what was asked, the configuration
/// with the waivers of its file, the releases, and where commits are looked at.
Result<std::string> digest_of(const Options& options, const Settings& settings,
                              const SiteData& data, const report::HtmlTemplate& page,
                              const Env& env) {
  Sha256 digest;
  digest.add(data.site.tool).add("\n").add(data.first_run).add("\n").add(page.policy());
  digest.add("\n").add(options.question.title).add("\n").add(options.question.url);
  for (const config::Origin& origin : settings.origins)
    digest.add("\n").add(origin.key).add("=").add(origin.value);
  for (const Waiver& waiver : settings.waivers) digest.add("\n").add(config::to_toml(waiver));
  TRY(const std::vector<sys::Tag> tags,
      sys::read_tags(settings.project_directory, env.environment));
  for (const sys::Tag& tag : tags) digest.add("\n").add(tag.name).add(" ").add(tag.sha);
  report::Sources sources;
  add_settings(sources, settings, env);
  digest.add("\n").add(sources.commit_url);
  return digest.hex();
}

/// Where a template's text differs and its scripts do not, pages differ too.
std::string text_digest(const std::string& path, std::string_view built_in) {
  if (path.empty()) return sha256(embedded(built_in));
  const auto text = read_named(path);
  return text ? sha256(*text) : "";
}

class Pages {
 public:
  Pages(const Settings& settings, Selected& selected, const SiteData& data, bool quiet, Env& env)
      : settings_(settings), selected_(selected), data_(data), quiet_(quiet), env_(env) {}

  /// What a page is made from, as the store numbers its records.
  Result<std::string> from(const SitePageSource& source, const std::string& digest) const {
    std::string text = fmt::format("{}\n{}\n{}", digest, source.path, source.judgement.seq);
    if (source.with_history) {
      text += fmt::format("\n{}", data_.newest.at(source.branch));
      for (const Kind kind : {Kind::baseline, Kind::incident, Kind::waiver}) {
        TRY(const std::vector<store::Head> newest,
            selected_.store->list({.kind = kind, .newest_first = true, .limit = 1}));
        text += fmt::format(" {}", newest.empty() ? 0 : newest.front().seq);
      }
    }
    return sha256(text);
  }

  Result<void> write(const SitePageSource& source, const report::HtmlTemplate& html,
                     const std::function<void(std::string_view)>& sink) const {
    report::Report report;
    add_settings(report.sources, settings_, env_);
    if (source.judgement.seq >= 0) {
      TRY(report.sources.judgement, judgement_of(source.judgement));
      CHECKED(add_stored_runs(report.sources, *selected_.store));
    } else {
      report.kind = report::ReportKind::trend;
      report.document.title = "Performance";  // of the branch whose histories they are
      report.document.tool = data_.site.tool;
    }
    if (source.with_history) {
      TRY(report.sources.trend,
          branch_histories(selected_, source.branch, report.sources.head.get(), quiet_, settings_,
                           env_));
      if (!report.document.made && report.sources.trend)
        report.document.made = report.sources.trend->timestamp;
    }
    report::write_page(gate::page_of(report), html, sink);
    return {};
  }

 private:
  Result<std::shared_ptr<const Judgement>> judgement_of(const store::Head& head) const {
    std::shared_ptr<const Judgement> found;
    CHECKED(selected_.store->read(
        std::span(&head, 1), [&](std::size_t, store::Record& record) -> Result<bool> {
          TRY(Judgement judgement, store::Stored<Judgement>::read(record.value, record.place));
          found = std::make_shared<const Judgement>(std::move(judgement));
          return true;
        }));
    return found;
  }

  const Settings& settings_;
  Selected& selected_;
  const SiteData& data_;
  bool quiet_;
  Env& env_;
};

Result<std::string> checked_url(const std::string& url) {
  if (url.empty()) return url;
  const bool web = url.starts_with("https://") || url.starts_with("http://");
  if (!web || url.find_first_of(" \t\r\n\"<>") != std::string::npos)
    return fail(Code::usage,
                fmt::format("--url: `{}` is no address of a site", safe_text(url, 100)),
                "https://OWNER.github.io/REPOSITORY/performance/");
  return url.ends_with('/') ? url : url + "/";
}

Result<Exit> run(const Options& options, Env& env) {
  if (options.shared.out_directory.empty())
    return fail(Code::usage, "report site: there is no --out", "--out FOLDER");
  SiteQuestion question = options.question;
  TRY(question.url, checked_url(question.url));
  TRY(Opened opened, open_history(options.shared, env));
  TRY(const std::string page_template, page_template_of(options.page_template, opened.settings));
  TRY(const report::HtmlTemplate page_html,
      load_template(page_template, report::page_template, report::page_places));
  TRY(const report::HtmlTemplate site_html,
      load_template(options.site_template, report::site_template, report::site_places));
  TRY(SiteFolder folder, SiteFolder::open(options.shared.out_directory));
  TRY(SiteData data,
      site_data(question, opened.settings, *opened.store, options.shared.quiet, env));
  report::Site& site = data.site;
  site.feed_id = folder.feed_id().empty() ? report::urn_of("perfgate site\n" + data.first_run)
                                          : folder.feed_id();

  std::vector<std::string> paths{"index.html", "feed.xml"};
  for (const SitePageSource& source : data.pages) paths.push_back(source.path);
  for (const report::SiteBranch& branch : site.branches)
    paths.push_back(branch.folder + "/index.html");
  CHECKED(folder.plan(paths, site.feed_id));

  TRY(std::string digest, digest_of(options, opened.settings, data, page_html, env));
  digest += text_digest(page_template, report::page_template);
  Selected selected{.store = std::move(opened.store)};
  const Pages pages(opened.settings, selected, data, true, env);
  Progress progress(env, options.shared.quiet, "writing pages", paths.size());
  for (const SitePageSource& source : data.pages) {
    TRY(const std::string from, pages.from(source, digest));
    CHECKED(folder.put(source.path, from,
                       [&](const auto& sink) { return pages.write(source, page_html, sink); }));
    progress.add();
  }
  // What leads to other pages comes after them, and index.html last.
  for (const report::SiteBranch& branch : site.branches) {
    CHECKED(folder.put(branch.folder + "/index.html", "", [&](const auto& sink) -> Result<void> {
      report::write_site_branch(site, branch, site_html, sink);
      return {};
    }));
    progress.add();
  }
  CHECKED(folder.put("feed.xml", "", [&](const auto& sink) -> Result<void> {
    report::write_site_feed(site, sink);
    return {};
  }));
  CHECKED(folder.put("index.html", "", [&](const auto& sink) -> Result<void> {
    report::write_site_index(site, site_html, sink);
    return {};
  }));
  CHECKED(folder.finish());
  if (!options.shared.quiet)
    env.err(fmt::format("perfgate: {}: {} pages written, {} unchanged, {} removed\n",
                        below(options.shared.out_directory, "index.html"), folder.written(),
                        folder.kept(), folder.removed()));
  return Exit::pass;
}

}  // namespace

Command report_site() {
  return {
      .name = "site",
      .summary = "all branches and suites of a history as a static site, with a feed",
      .footer =
          "An index of the newest verdicts, a page per branch, a page per recent judgement, and an "
          "Atom feed of regressions: files for GitHub Pages, or for a double click. Pages that "
          "did not change are not written again, pages that nothing leads to any more are "
          "removed, and no other file in the folder is touched.\n\n"
          "Example:\n  perfgate report site --store git:origin#perfgate --out site "
          "--url https://OWNER.github.io/REPOSITORY/",
      .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
