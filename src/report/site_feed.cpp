// The site's Atom feed.

#include <fmt/format.h>

#include <algorithm>

#include "report/site_parts.hpp"

namespace perfgate::report {
namespace {

/// RFC 3339 without fractions: what every reader of feeds takes.
std::string atom_time(Time time) { return to_text(time).substr(0, 19) + "Z"; }

/// Why, and since which commit.
std::string entry_summary(const SiteBranch& branch, const Incident& incident) {
  const auto [sha, subject] = commit_of(branch, incident);
  if (sha.empty()) return incident.why;
  return fmt::format("{} (since commit {}{}{})", incident.why, sha, subject.empty() ? "" : ": ",
                     subject);
}

Time changed(const Incident& incident) { return incident.closed.value_or(incident.opened); }

}  // namespace

void write_site_feed(const Site& site, const Sink& out) {
  struct Item {
    const SiteBranch* branch;
    const Incident* incident;
  };
  std::vector<Item> items;
  for (const SiteBranch& branch : site.branches)
    for (const Incident& incident : branch.incidents) items.push_back({&branch, &incident});
  std::ranges::stable_sort(items, std::ranges::greater{},
                           [](const Item& item) { return changed(*item.incident); });
  constexpr std::size_t most = 100;
  if (items.size() > most) items.resize(most);
  Time updated = items.empty() ? site.updated : changed(*items.front().incident);
  out("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
  out(fmt::format("  <title>{}: regressions</title>\n  <id>{}</id>\n  <updated>{}</updated>\n",
                  html_text(site.title), html_text(site.feed_id), atom_time(updated)));
  out(fmt::format("  <author><name>perfgate</name></author>\n  <generator>{}</generator>\n",
                  html_text(site.tool)));
  out(fmt::format("  <link rel=\"alternate\" type=\"text/html\" href=\"{}index.html\"/>\n",
                  html_text(site.url)));
  if (!site.url.empty())
    out(fmt::format("  <link rel=\"self\" type=\"application/atom+xml\" href=\"{}feed.xml\"/>\n",
                    html_text(site.url)));
  for (const auto& [branch, incident] : items) {
    const std::string_view state = is_open(*incident)                           ? "open"
                                   : incident->state == IncidentState::accepted ? "accepted"
                                                                                : "resolved";
    out(fmt::format(
        "  <entry>\n    <title>{}: {} on {} ({})</title>\n    <id>{}</id>\n"
        "    <published>{}</published>\n    <updated>{}</updated>\n"
        "    <link rel=\"alternate\" type=\"text/html\" href=\"{}{}\"/>\n"
        "    <category term=\"{}\"/>\n    <summary type=\"text\">{}</summary>\n  </entry>\n",
        incident_word(*incident), html_text(subject_of(*incident), 300),
        html_text(branch->name, 200), state, urn_of(site.feed_id + "\n" + incident->id),
        atom_time(incident->opened), atom_time(changed(*incident)), html_text(site.url),
        page_of(*branch, *incident), state, html_text(entry_summary(*branch, *incident), 1200)));
  }
  out("</feed>\n");
}

}  // namespace perfgate::report
