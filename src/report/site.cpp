// The pages of the site that lead to the others.

#include "report/site.hpp"
#include "base/counted.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "model/judgement_fields.hpp"
#include "report/page.hpp"
#include "report/phrases.hpp"
#include "report/site_parts.hpp"

namespace perfgate::report {
namespace {

std::string bdi(std::string_view text, std::size_t most = 300) {
  return fmt::format("<bdi>{}</bdi>", html_text(text, most));
}

std::string_view plain_word(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "Pass";
    case Verdict::improved:
      return "Improved";
    case Verdict::warn:
      return "Warn";
    case Verdict::inconclusive:
      return "Inconclusive";
    case Verdict::not_comparable:
      return "Not comparable";
    case Verdict::not_measured:
      return "Not measured";
    case Verdict::fail:
      return "Fail";
  }
  return "Fail";
}

std::string sign(std::string_view name) {
  return fmt::format(R"(<svg class="sign" aria-hidden="true"><use href="#s-{}"/></svg>)", name);
}

std::string signed_word(std::optional<Verdict> verdict) {
  if (!verdict)
    return fmt::format(R"(<span class="word v-reported">{}Not judged</span>)", sign("reported"));
  const std::string name = page_word(to_text(*verdict));
  return fmt::format(R"(<span class="word v-{}">{}{}</span>)", name, sign(name),
                     plain_word(*verdict));
}

std::string day(Time time) {
  const std::string text = to_text(time);
  return fmt::format(R"(<time datetime="{}">{}</time>)", text, text.substr(0, 10));
}
std::string minute(Time time) {
  const std::string text = to_text(time);
  return fmt::format(R"(<time datetime="{}">{} {} UTC</time>)", text, text.substr(0, 10),
                     text.substr(11, 5));
}

/// A commit in few letters, and what its message says.
std::string commit_cell(std::string_view sha, std::string_view subject) {
  constexpr std::size_t digits = 10, longest = 120;
  if (sha.empty()) return "";
  return fmt::format(R"(<span class="mono">{}</span>{}{})", bdi(sha.substr(0, digits)),
                     subject.empty() ? "" : " ", subject.empty() ? "" : bdi(subject, longest));
}

/// A line over evenly spaced runs, at most `most` of them, in a box of 100 x 34.
std::string sparkline_svg(const std::vector<double>& cost, std::size_t most,
                          std::string_view label) {
  const std::size_t begin = cost.size() > most ? cost.size() - most : 0;
  const std::size_t count = cost.size() - begin;
  if (count < 2) return "";
  const auto [low, high] =
      std::minmax_element(cost.begin() + static_cast<std::ptrdiff_t>(begin), cost.end());
  // A quiet suite is a quiet line: less than 4 % of the level does not fill the box.
  constexpr double quiet = 0.04, width = 100, height = 34, edge = 4;
  const double spread = std::max(*high - *low, quiet * *high), middle = (*high + *low) / 2;
  const auto x = [&](std::size_t i) {
    return static_cast<double>(i) / static_cast<double>(count - 1) * width;
  };
  const auto y = [&](double value) {
    return height / 2 - (value - middle) / spread * (height - 2 * edge);
  };
  std::string points;
  for (std::size_t i = 0; i < count; ++i)
    points += fmt::format("{}{:.1f} {:.1f}", i == 0 ? "M" : "L", x(i), y(cost[begin + i]));
  return fmt::format(
      R"(<svg viewBox="0 0 100 34" preserveAspectRatio="none" role="img" aria-label="{}"><path class="line" d="{}"/><path class="last" d="M{:.1f} {:.1f}h0"/></svg>)",
      label, points, x(count - 1), y(cost.back()));
}

/// How the last runs compare with those before: the median of the last five against the first.
std::optional<double> change_of(const std::vector<double>& cost, std::size_t most) {
  const std::size_t begin = cost.size() > most ? cost.size() - most : 0;
  const std::size_t count = cost.size() - begin;
  if (count < 2) return std::nullopt;
  const auto median = [](std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
  };
  const std::size_t ends = std::clamp<std::size_t>(count / 3, 1, 5);
  const auto first = cost.begin() + static_cast<std::ptrdiff_t>(begin);
  const double before = median({first, first + static_cast<std::ptrdiff_t>(ends)});
  const double after = median({cost.end() - static_cast<std::ptrdiff_t>(ends), cost.end()});
  return after / before - 1;
}

constexpr std::size_t runs_shown = 100;

std::string change_cell(const SiteSuite& suite) {
  const auto change = change_of(suite.cost, runs_shown);
  if (!change) return R"(<span class="change"></span>)";
  const bool even = std::abs(*change) < 0.005;
  return fmt::format(
      R"(<span class="change"><strong>{}</strong><small>{} {}</small></span>)",
      even ? "±0 %" : fmt::format("{}{:.1f} %", *change > 0 ? "+" : "−", std::abs(100 * *change)),
      even          ? "even over"
      : *change > 0 ? "worse over"
                    : "better over",
      counted(std::min(suite.cost.size(), runs_shown), "run"));
}

std::string strip(const SiteSuite& suite) {
  std::string cells;
  for (const Verdict verdict : suite.recent) {
    const std::string name = page_word(to_text(verdict));
    cells += fmt::format(R"(<svg class="v-{}"><use href="#s-{}"/></svg>)", name, name);
  }
  return fmt::format(
      R"(<span class="recent"><span class="strip" role="img" aria-label="The last {}, oldest first: {}">{}</span></span>)",
      counted(suite.recent.size(), "verdict"),
      [&] {
        std::string words;
        for (const Verdict verdict : suite.recent)
          words += fmt::format("{}{}", words.empty() ? "" : ", ", plain_word(verdict));
        return words;
      }(),
      cells);
}

std::string suite_row(const SiteSuite& suite, const std::string& link) {
  const auto change = change_of(suite.cost, runs_shown);
  const std::string label = fmt::format("What it costs over {}{}",
                                        counted(std::min(suite.cost.size(), runs_shown), "run"),
                                        change ? fmt::format(": {}", percent(*change)) : "");
  const std::string name = suite.name.empty() ? "(no name)" : suite.name;
  return fmt::format(
      R"(<li class="suite">{}<span class="name"><strong>{}</strong><span>{}</span></span>{}{}<span class="spark{}">{}</span></li>)",
      signed_word(suite.verdict),
      link.empty() ? bdi(name) : fmt::format(R"(<a href="{}">{}</a>)", link, bdi(name)),
      counted(suite.benchmarks, "benchmark"),
      suite.recent.empty() ? R"(<span class="recent"></span>)" : strip(suite), change_cell(suite),
      suite.verdict ? " v-" + page_word(to_text(*suite.verdict)) : "",
      sparkline_svg(suite.cost, runs_shown, label));
}

constexpr std::string_view suite_heads =
    R"(<div class="suite heads" aria-hidden="true"><span>Verdict</span><span>Suite</span><span>Last verdicts</span><span>Change</span><span>What it costs, run by run</span></div>)";

std::string foot(const Site& site) {
  return fmt::format(
      "</main>\n<footer class=\"wrap\"><div class=\"foot\"><ul><li>Made by {}</li><li>Newest entry "
      "{}</li><li>Cost: a suite's geometric mean, chained from run to run; less is "
      "better</li></ul></div></footer>",
      bdi(site.tool), minute(site.updated));
}

std::string top(const std::string& trail, std::string_view up) {
  return fmt::format(
      "<header class=\"top\"><div class=\"wrap\"><span class=\"trail\">{}</span><a class=\"feed\" "
      "href=\"{}feed.xml\">Feed of regressions</a></div></header>\n<main class=\"wrap\" "
      "id=\"main\">\n",
      trail, up);
}

void write(const HtmlTemplate& html, const std::string& title, std::string_view up,
           const std::string& body, const Sink& out) {
  const std::pair<std::string_view, HtmlTemplate::Fill> values[] = {
      {"title", [&](const Sink& to) { to(html_text(title)); }},
      {"links",
       [&](const Sink& to) {
         to(fmt::format(
             R"(<link rel="alternate" type="application/atom+xml" title="Regressions" href="{}feed.xml">)",
             up));
       }},
      {"body", [&](const Sink& to) { to(body); }}};
  html.write(values, out);
}

/// Which commit an incident began with, as a line of its own.
std::string since_line(const SiteBranch& branch, const Incident& incident) {
  const auto [sha, subject] = commit_of(branch, incident);
  return sha.empty()
             ? ""
             : fmt::format(R"(<span class="why">commit {}</span>)", commit_cell(sha, subject));
}

std::string open_regressions(const Site& site) {
  std::string items;
  std::size_t shown = 0, open = 0;
  for (const SiteBranch& branch : site.branches) {
    for (const Incident& incident : branch.incidents) {
      if (!is_open(incident)) continue;
      constexpr std::size_t most = 20;
      ++open;
      if (++shown > most) continue;
      items += fmt::format(
          R"(<li><span class="word v-fail">{}{}</span><span class="what"><a href="{}"><strong>{}</strong></a> <span class="soft">on {}</span><span class="why">{}</span>{}</span><span class="soft">since {}</span></li>)",
          sign("fail"), incident_word(incident), page_of(branch, incident),
          bdi(subject_of(incident)), bdi(branch.name), bdi(incident.why, 600),
          since_line(branch, incident), day(incident.opened));
      items += '\n';
    }
  }
  if (items.empty()) return "";
  return fmt::format(
      "<section class=\"part\" aria-labelledby=\"h-open\"><h2 id=\"h-open\">Open "
      "regressions</h2>\n<p>{}</p>\n<ul class=\"open\">\n{}</ul></section>\n",
      open == 1 ? "A judgement that passes, or a waiver, ends it."
                : "Newest first on each branch; a judgement that passes, or a waiver, ends one.",
      items);
}

Verdict worst_of(const SiteBranch& branch) {
  return branch.verdicts.empty() ? Verdict::pass : branch.verdicts.front().verdict;
}

std::string index_lead(const Site& site) {
  std::size_t open = 0, runs = 0, suites = 0, failing = 0, judged = 0;
  for (const SiteBranch& branch : site.branches) {
    open += static_cast<std::size_t>(std::ranges::count_if(branch.incidents, is_open));
    runs += branch.runs;
    suites += branch.suites.size();
    if (branch.verdicts.empty() || !branch.promoted) continue;
    ++judged;
    if (worst_of(branch) == Verdict::fail || worst_of(branch) == Verdict::not_measured) ++failing;
  }
  const std::string words =
      open > 0 ? fmt::format("{} {} open.", counted(open, "regression"), open == 1 ? "is" : "are")
      : failing > 0
          ? fmt::format("The newest judgement of {} fails.", counted(failing, "branch", "branches"))
      : judged > 0 ? "Nothing is open: every watched branch is as fast as it should be."
                   : "Nothing has been judged yet.";
  const bool bad = open + failing > 0;
  return fmt::format(
      "<section class=\"lead v-{}\"><p class=\"word\">{}{}</p><h1>{}</h1><p class=\"said\">Every "
      "branch and "
      "suite of this history, as of {}.</p><dl class=\"facts\">"
      "<div><dt>Branches</dt><dd>{}</dd></div><div><dt>Suites</dt><dd>{}</dd></div>"
      "<div><dt>Runs</dt><dd>{}</dd></div></dl></section>\n",
      bad ? "fail" : "pass",
      sign(bad          ? "fail"
           : judged > 0 ? "pass"
                        : "reported"),
      bad          ? "Look here"
      : judged > 0 ? "All is well"
                   : "Not judged",
      words, day(site.updated), site.branches.size(), suites, runs);
}

/// `heads`: the columns are named above the first branch.
std::string branch_block(const SiteBranch& branch, std::string_view heads) {
  std::string rows;
  const std::string page = branch.folder + "/index.html";
  for (const SiteSuite& suite : branch.suites) rows += suite_row(suite, page) + "\n";
  const SiteVerdict* newest = branch.verdicts.empty() ? nullptr : &branch.verdicts.front();
  return fmt::format(
      "<section class=\"branch\"><h3><a href=\"{}\">{}</a><span class=\"soft\">{}, last "
      "{}{}</span></h3>{}<ul>\n{}</ul></section>\n",
      page, bdi(branch.name.empty() ? "(no branch)" : branch.name), counted(branch.runs, "run"),
      minute(branch.last),
      newest && !newest->commit.empty() ? ", commit " + commit_cell(newest->commit, newest->subject)
                                        : "",
      heads, rows);
}

std::string branch_lead(const SiteBranch& branch) {
  const SiteVerdict* newest = branch.verdicts.empty() ? nullptr : &branch.verdicts.front();
  const auto open = static_cast<std::size_t>(std::ranges::count_if(branch.incidents, is_open));
  const std::string name = newest ? page_word(to_text(newest->verdict)) : "reported";
  std::string said = fmt::format("{} from {} to {}.", counted(branch.runs, "run"),
                                 day(branch.first), day(branch.last));
  if (newest)
    said += fmt::format(
        " Newest judgement: run <span class=\"mono\">{}</span>{}, {}.", bdi(newest->run_id, 80),
        newest->commit.empty() ? "" : " of commit " + commit_cell(newest->commit, newest->subject),
        minute(newest->time));
  return fmt::format(
      "<section class=\"lead v-{}\"><p class=\"word\">{}{}</p><h1>{}</h1><p class=\"said\">{}</p>"
      "<dl class=\"facts\"><div><dt>Suites</dt><dd>{}</dd></div><div><dt>Runs</dt><dd>{}</dd></div>"
      "<div><dt>Open regressions</dt><dd>{}</dd></div></dl></section>\n",
      name, sign(name), newest ? plain_word(newest->verdict) : "Not judged",
      newest ? bdi(newest->words, 400) : bdi(branch.name), said, branch.suites.size(), branch.runs,
      open);
}

std::string verdict_table(const SiteBranch& branch, std::string_view up) {
  if (branch.verdicts.empty()) return "";
  std::string rows;
  for (const SiteVerdict& verdict : branch.verdicts) {
    const std::string when = minute(verdict.time);
    rows += fmt::format(
        "<tr><td>{}</td><td>{}</td><td class=\"commit\">{}</td><td class=\"text\">{}</td></tr>\n",
        signed_word(verdict.verdict),
        verdict.page.empty() ? when
                             : fmt::format(R"(<a href="{}{}">{}</a>)", up, verdict.page, when),
        commit_cell(verdict.commit, verdict.subject), bdi(verdict.words, 400));
  }
  return fmt::format(
      "<section class=\"part\" aria-labelledby=\"h-verdicts\"><h2 id=\"h-verdicts\">Verdicts</h2>"
      "<p>The last {}, newest first.</p><div class=\"wide\"><table><thead><tr><th "
      "scope=\"col\">Verdict</th><th scope=\"col\">Run</th><th scope=\"col\">Commit</th><th "
      "scope=\"col\">In words</th></tr></thead><tbody>\n{}</tbody></table></div></section>\n",
      counted(branch.verdicts.size(), "judgement"), rows);
}

std::string incident_table(const SiteBranch& branch, std::string_view up) {
  if (branch.incidents.empty()) return "";
  std::string rows;
  constexpr std::size_t most = 200;
  std::size_t shown = 0;
  for (const Incident& incident : branch.incidents) {
    if (++shown > most) break;
    const std::string ended =
        is_open(incident) ? R"(<span class="word v-fail">open</span>)"
        : incident.state == IncidentState::accepted
            ? fmt::format("accepted {}", incident.closed ? day(*incident.closed) : "")
            : fmt::format("resolved {}", incident.closed ? day(*incident.closed) : "");
    const IncidentCommit commit = commit_of(branch, incident);
    rows += fmt::format(
        "<tr><td>{}</td><td class=\"text\"><a href=\"{}{}\">{}</a></td><td>{}</td><td "
        "class=\"text\">{}</td><td class=\"commit\">{}</td></tr>\n",
        day(incident.opened), up, page_of(branch, incident), bdi(subject_of(incident)), ended,
        bdi(incident.why, 400), commit_cell(commit.sha, commit.subject));
  }
  return fmt::format(
      "<section class=\"part\" aria-labelledby=\"h-incidents\"><h2 id=\"h-incidents\">Regressions "
      "and violations</h2><p>{} in all{}, newest first.</p><div class=\"wide\"><table><thead><tr>"
      "<th scope=\"col\">Since</th><th scope=\"col\">Of</th><th scope=\"col\">State</th><th "
      "scope=\"col\">Why</th><th "
      "scope=\"col\">Commit</th></tr></thead><tbody>\n{}</tbody></table></div></section>\n",
      branch.incidents.size(),
      branch.incidents.size() > most ? fmt::format("; the newest {} are listed", most) : "", rows);
}

}  // namespace

void write_site_index(const Site& site, const HtmlTemplate& html, const Sink& out) {
  std::string body = top(fmt::format("<span>{}</span>", bdi(site.title)), "");
  body += index_lead(site) + open_regressions(site);
  body +=
      "<section class=\"part\" aria-labelledby=\"h-branches\"><h2 "
      "id=\"h-branches\">Branches</h2>\n";
  std::string_view heads = suite_heads;
  for (const SiteBranch& branch : site.branches) {
    body += branch_block(branch, heads);
    heads = "";
  }
  body += "</section>\n" + foot(site);
  write(html, site.title, "", body, out);
}

void write_site_branch(const Site& site, const SiteBranch& branch, const HtmlTemplate& html,
                       const Sink& out) {
  constexpr std::string_view up = "../../";
  const std::string name = branch.name.empty() ? "(no branch)" : branch.name;
  std::string body = top(fmt::format(R"(<a href="{}index.html">{}</a><span>{}</span>)", up,
                                     bdi(site.title), bdi(name)),
                         up);
  body += branch_lead(branch);
  body += "<section class=\"part\" aria-labelledby=\"h-suites\"><h2 id=\"h-suites\">Suites</h2>\n";
  if (!branch.latest.empty())
    body += fmt::format(
        R"(<p>Every benchmark with its distribution and its history: <a href="{}{}">all benchmarks</a>.</p>)",
        up, branch.latest);
  body += fmt::format("<div class=\"branch\">{}<ul>\n", suite_heads);
  for (const SiteSuite& suite : branch.suites)
    body += suite_row(suite, branch.latest.empty() ? "" : std::string(up) + branch.latest) + "\n";
  body += "</ul></div></section>\n";
  body += verdict_table(branch, up) + incident_table(branch, up) + foot(site);
  write(html, fmt::format("{} · {}", name, site.title), up, body, out);
}

}  // namespace perfgate::report
