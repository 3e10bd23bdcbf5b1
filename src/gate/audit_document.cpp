#include "gate/audit_document.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "model/audit_fields.hpp"

namespace perfgate::gate {
namespace {

using doc::Cell;
using doc::Column;
using doc::Table;
using doc::Tone;

std::string minute(Time at) {
  std::string text = to_text(at).substr(0, 16);
  text[10] = ' ';
  return text;
}
std::string short_sha(std::string_view sha) { return std::string(sha.substr(0, 12)); }
std::string or_dash(std::string text) { return text.empty() ? "–" : std::move(text); }
std::string number(std::int64_t value) { return fmt::format("{}", value); }
std::string record(std::int64_t seq) { return seq == 0 ? "–" : fmt::format("{}", seq); }

Tone tone_of(AuditState state) {
  switch (state) {
    case AuditState::evidenced:
      return Tone::good;
    case AuditState::partly:
      return Tone::caution;
    case AuditState::missing:
      break;
  }
  return Tone::bad;
}

Cell verdict_cell(const std::optional<Verdict>& verdict) {
  if (!verdict) return {.text = "–"};
  const bool good = *verdict == Verdict::pass || *verdict == Verdict::improved;
  return {.text = std::string(to_text(*verdict)),
          .tone = good                        ? Tone::good
                  : *verdict == Verdict::fail ? Tone::bad
                                              : Tone::caution};
}

class Writer {
 public:
  explicit Writer(const Audit& audit) : audit_(audit) {
    document_.title = fmt::format("Performance audit {}", audit.period.name);
    document_.subtitle = fmt::format("{} to {} (UTC), branch {}", minute(audit.period.begin),
                                     minute(audit.period.end), audit.population.branch);
    for (const AuditInput& input : audit.inputs)
      if (input.name == "perfgate") document_.tool = "perfgate " + input.version;
    document_.made = audit.period.end;
    document_.keywords = {"audit", audit.period.name, audit.chain.head};
  }

  doc::Document write() && {
    summary();
    controls();
    population();
    deployments();
    limits();
    incidents();
    baselines();
    attempts();
    overrides();
    deeds();
    made_from();
    limits_of_report();
    statement();
    return std::move(document_);
  }

 private:
  void heading(std::string text, std::string anchor) {
    document_.blocks.emplace_back(
        doc::Heading{.text = std::move(text), .anchor = std::move(anchor)});
  }
  void say(std::string text, Tone tone = Tone::neutral) {
    document_.blocks.emplace_back(
        doc::Paragraph{.spans = {{.text = std::move(text)}}, .tone = tone});
  }
  void put(Table table) {
    if (table.rows.empty()) {
      say(fmt::format("{}: none.", table.caption));
      return;
    }
    document_.blocks.emplace_back(std::move(table));
  }

  void summary() {
    const AuditChain& chain = audit_.chain;
    heading("Evidence", "evidence");
    say(
        fmt::format("What the records of this period show, by kind of evidence. {} records, "
                    "{}, {}.",
                    chain.records,
                    chain.records == 0 ? "none to chain"
                                       : fmt::format("numbers {} to {}", chain.first, chain.last),
                    audit_.signing));
    Table table{.name = "evidence",
                .caption = "Evidence by kind",
                .columns = {{.title = "Evidence"},
                            {.title = "State"},
                            {.title = "Reason"},
                            {.title = "Records", .code = true, .shrink = 1}}};
    for (const AuditEvidence& one : audit_.evidence) {
      std::string records;
      for (std::size_t i = 0; i < one.records.size(); ++i)
        records += fmt::format("{}{}", i == 0 ? "" : ", ", one.records[i]);
      table.rows.push_back({{.text = one.name},
                            {.text = std::string(to_text(one.state)), .tone = tone_of(one.state)},
                            {.text = one.reason},
                            {.text = or_dash(records)}});
    }
    put(std::move(table));
  }

  void controls() {
    heading("Controls", "controls");
    say("Evidence that may support a control; whether it does is for the assessor to decide.");
    Table table{.name = "controls",
                .caption = "Controls and switches",
                .columns = {{.title = "Standard"},
                            {.title = "Control"},
                            {.title = "In our words"},
                            {.title = "State"},
                            {.title = "By", .shrink = 1}}};
    for (const AuditControl& one : audit_.controls)
      table.rows.push_back(
          {{.text = one.standard},
           {.text = one.id},
           {.text = one.title},
           {.text = std::string(to_text(one.state)), .tone = tone_of(one.state)},
           {.text = one.evidence.empty() ? one.reason
                                         : fmt::format("{}", fmt::join(one.evidence, ", "))}});
    put(std::move(table));
  }

  void population() {
    const AuditPopulation& p = audit_.population;
    heading("Population of changes", "population");
    say(
        fmt::format("{} changes: {} judged, {} held by a later one that was judged, {} gaps; {} of "
                    "the period before were judged in this one.",
                    p.commits, p.judged, p.covered, p.gaps, p.late));
    document_.blocks.emplace_back(
        doc::Facts{.rows = {{"Listed by", {{.text = p.query, .code = true}}},
                            {"Newest commit", {{.text = or_dash(p.newest), .code = true}}}}});
    Table table{.name = "population",
                .caption = "First-parent commits of the branch",
                .columns = {{.title = "When (UTC)"},
                            {.title = "Commit", .code = true},
                            {.title = "Change", .shrink = 2},
                            {.title = "Author", .shrink = 1},
                            {.title = "Merger", .shrink = 1},
                            {.title = "Approver", .shrink = 1},
                            {.title = "State"},
                            {.title = "Verdict"},
                            {.title = "Record", .number = true},
                            {.title = "Reason", .shrink = 2}}};
    for (const AuditMerge& one : p.merges) {
      const bool gap = one.state == AuditMergeState::gap;
      table.rows.push_back(
          {{.text = minute(one.at)},
           {.text = short_sha(one.sha)},
           {.text = one.subject},
           {.text = or_dash(one.author)},
           {.text = or_dash(one.merger)},
           {.text = or_dash(one.approver)},
           {.text = std::string(to_text(one.state)), .tone = gap ? Tone::bad : Tone::neutral},
           verdict_cell(one.verdict),
           {.text = record(one.record)},
           {.text = or_dash(one.reason)}});
    }
    put(std::move(table));
  }

  void deployments() {
    heading("Releases", "releases");
    Table table{.name = "releases",
                .caption = "Tags of the period",
                .columns = {{.title = "When (UTC)"},
                            {.title = "Tag"},
                            {.title = "Commit", .code = true},
                            {.title = "Verdict"},
                            {.title = "Judgement", .code = true, .shrink = 1},
                            {.title = "Record", .number = true},
                            {.title = "Reason"}}};
    for (const AuditDeployment& one : audit_.deployments)
      table.rows.push_back({{.text = minute(one.at)},
                            {.text = one.tag},
                            {.text = short_sha(one.sha)},
                            verdict_cell(one.verdict),
                            {.text = or_dash(one.judgement)},
                            {.text = record(one.record)},
                            {.text = one.reason}});
    put(std::move(table));
  }

  void limits() {
    heading("Service levels", "service-levels");
    Table table{.name = "service_levels",
                .caption = "Floors, ceilings and targets over the period",
                .columns = {{.title = "What"},
                            {.title = "Kind"},
                            {.title = "Limit"},
                            {.title = "Checks", .number = true},
                            {.title = "Met", .number = true},
                            {.title = "Not met", .number = true},
                            {.title = "In the noise", .number = true},
                            {.title = "Least margin", .number = true},
                            {.title = "Seen in", .code = true, .shrink = 1}}};
    for (const AuditLimit& one : audit_.limits)
      table.rows.push_back(
          {{.text = one.subject},
           {.text = std::string(to_text(one.kind))},
           {.text = one.written},
           {.text = number(one.checks)},
           {.text = number(one.met)},
           {.text = number(one.violated),
            .tone = one.violated > 0 && one.kind != LimitKind::target ? Tone::bad : Tone::neutral},
           {.text = number(one.uncertain)},
           {.text = fmt::format("{:.4g}x", one.worst_margin), .number = one.worst_margin},
           {.text = or_dash(one.worst_judgement)}});
    put(std::move(table));
  }

  void incidents() {
    heading("Incidents", "incidents");
    if (!audit_.config.incident_tracking) {
      say("Not listed: regression_incident_tracking is switched off.", Tone::caution);
      return;
    }
    Table table{.name = "incidents",
                .caption = "Opened, closed or open in the period",
                .columns = {{.title = "Incident", .code = true},
                            {.title = "Branch"},
                            {.title = "About"},
                            {.title = "State"},
                            {.title = "Opened (UTC)"},
                            {.title = "Closed (UTC)"},
                            {.title = "Opened by", .code = true, .shrink = 1},
                            {.title = "Closed by", .code = true, .shrink = 1},
                            {.title = "Waiver", .code = true},
                            {.title = "Why", .shrink = 2}}};
    for (const Incident& one : audit_.incidents)
      table.rows.push_back(
          {{.text = one.id},
           {.text = one.branch},
           {.text = one.headline.empty() ? fmt::format("{}/{} {}", one.suite.text(), one.benchmark,
                                                       one.metric.text())
                                         : one.headline},
           {.text = std::string(to_text(one.state)),
            .tone = one.state == IncidentState::open ? Tone::caution : Tone::neutral},
           {.text = minute(one.opened)},
           {.text = one.closed ? minute(*one.closed) : "–"},
           {.text = one.opened_by},
           {.text = or_dash(one.closed_by)},
           {.text = or_dash(one.waiver)},
           {.text = safe_text(one.why, 300)}});
    put(std::move(table));
  }

  void baselines() {
    heading("Baseline history", "baselines");
    Table table{
        .name = "baselines",
        .caption = fmt::format("Promotions of the last {} months", audit_.config.baseline_months),
        .columns = {{.title = "When (UTC)"},
                    {.title = "Branch"},
                    {.title = "Anchor"},
                    {.title = "Action"},
                    {.title = "Run", .code = true, .shrink = 1},
                    {.title = "Commit", .code = true},
                    {.title = "By"},
                    {.title = "Why", .shrink = 2}}};
    for (const Baseline& one : audit_.baselines)
      table.rows.push_back({{.text = minute(one.at)},
                            {.text = one.branch},
                            {.text = or_dash(one.name)},
                            {.text = one.action},
                            {.text = one.run_id},
                            {.text = or_dash(short_sha(one.commit))},
                            {.text = or_dash(one.by)},
                            {.text = or_dash(safe_text(one.why, 300))}});
    put(std::move(table));
  }

  void attempts() {
    heading("Failed and repeated attempts", "attempts");
    std::string verdicts;
    for (const AuditCount& one : audit_.verdicts)
      verdicts += fmt::format("{}{} {}", verdicts.empty() ? "" : ", ", one.count, one.name);
    say(fmt::format("Judgements of the period by verdict: {}.",
                    verdicts.empty() ? "none" : verdicts));
    Table table{.name = "attempts",
                .caption = "Runs that did not pass, were not judged, or repeat another",
                .columns = {{.title = "Started (UTC)"},
                            {.title = "Commit", .code = true},
                            {.title = "Branch", .shrink = 1},
                            {.title = "Attempt", .number = true},
                            {.title = "Verdict"},
                            {.title = "Compared", .number = true},
                            {.title = "Failed", .number = true},
                            {.title = "Record", .number = true},
                            {.title = "Why", .shrink = 2}}};
    std::size_t good = 0;
    for (const AuditRun& one : audit_.runs) {
      const bool passed =
          one.verdict && (*one.verdict == Verdict::pass || *one.verdict == Verdict::improved);
      const bool repeats = one.repeated || one.attempt > 1;
      if (passed && !repeats) {
        ++good;
        continue;
      }
      std::string why = one.verdict ? one.why : "measured, and not judged";
      if (repeats) why += why.empty() ? "repeats another" : "; repeats another";
      if (one.advisory) why += "; advisory";
      table.rows.push_back(
          {{.text = minute(one.started)},
           {.text = or_dash(short_sha(one.sha))},
           {.text = or_dash(one.branch)},
           {.text = number(one.attempt)},
           verdict_cell(one.verdict),
           {.text = fmt::format("{} of {}", one.counts.compared, one.counts.measured)},
           {.text = number(one.failed)},
           {.text = record(one.record)},
           {.text = std::move(why)}});
    }
    table.left_out = good == 0 ? ""
                               : fmt::format("{} runs that passed at once stand in audit-{}.json",
                                             good, audit_.period.name);
    put(std::move(table));
  }

  void overrides() {
    heading("Waivers and marks", "overrides");
    Table waivers{.name = "waivers",
                  .caption = "Waivers first used or in force in the period",
                  .columns = {{.title = "Waiver", .code = true},
                              {.title = "Accepts"},
                              {.title = "Up to", .number = true},
                              {.title = "Branch"},
                              {.title = "Owner"},
                              {.title = "Until"},
                              {.title = "Ticket"},
                              {.title = "Reason", .shrink = 1}}};
    for (const Waiver& one : audit_.waivers)
      waivers.rows.push_back(
          {{.text = one.id},
           {.text = fmt::format("{}/{} {}", one.suite, one.benchmark, one.metric)},
           {.text = fmt::format("{:.4g} %", 100 * one.max_change), .number = 100 * one.max_change},
           {.text = one.branch},
           {.text = or_dash(one.owner)},
           {.text = date_text(one.expires)},
           {.text = or_dash(one.ticket)},
           {.text = or_dash(safe_text(one.reason, 300))}});
    put(std::move(waivers));
    Table marks{.name = "marks",
                .caption = "Verdicts that somebody called wrong, or right after all",
                .columns = {{.title = "When (UTC)"},
                            {.title = "Judgement", .code = true},
                            {.title = "Called"},
                            {.title = "By"},
                            {.title = "Why", .shrink = 1}}};
    for (const Mark& one : audit_.marks)
      marks.rows.push_back({{.text = minute(one.at)},
                            {.text = one.judgement},
                            {.text = one.wrong ? "wrong" : "right"},
                            {.text = or_dash(one.by)},
                            {.text = or_dash(safe_text(one.why, 300))}});
    put(std::move(marks));
  }

  void deeds() {
    heading("What was done to the history", "deeds");
    Table table{.name = "deeds",
                .caption = "Deeds, refused ones included",
                .columns = {{.title = "When (UTC)"},
                            {.title = "Deed"},
                            {.title = "By"},
                            {.title = "Role"},
                            {.title = "Result"},
                            {.title = "Subject", .code = true, .shrink = 1},
                            {.title = "Why", .shrink = 2}}};
    for (const AuditRecord& one : audit_.deeds)
      table.rows.push_back({{.text = minute(one.at)},
                            {.text = std::string(to_text(one.action))},
                            {.text = or_dash(one.actor)},
                            {.text = or_dash(one.role)},
                            {.text = one.allowed ? "done" : "refused",
                             .tone = one.allowed ? Tone::neutral : Tone::caution},
                            {.text = or_dash(one.subject)},
                            {.text = or_dash(safe_text(one.why, 300))}});
    put(std::move(table));
    Table gone{.name = "deletions",
               .caption = "Months that retention took away",
               .columns = {{.title = "When (UTC)"},
                           {.title = "Month"},
                           {.title = "First", .number = true},
                           {.title = "Last", .number = true},
                           {.title = "Records", .number = true},
                           {.title = "By"},
                           {.title = "Why"}}};
    for (const AuditDeletion& one : audit_.deletions)
      gone.rows.push_back({{.text = minute(one.at)},
                           {.text = one.month},
                           {.text = number(one.first)},
                           {.text = number(one.last)},
                           {.text = number(one.records)},
                           {.text = or_dash(one.by)},
                           {.text = or_dash(safe_text(one.why, 300))}});
    put(std::move(gone));
  }

  void made_from() {
    const AuditChain& chain = audit_.chain;
    heading("What this was made from", "made-from");
    std::string kinds;
    for (const AuditCount& one : chain.kinds)
      kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", one.count, one.name);
    std::string rows;
    for (const AuditCount& one : audit_.rows)
      rows += fmt::format("{}{} {}", rows.empty() ? "" : ", ", one.name, one.count);
    doc::Facts facts{
        .rows = {
            {"Records", {{.text = fmt::format("{} ({})", chain.records, or_dash(kinds))}}},
            {"Numbers", {{.text = fmt::format("{} to {}", chain.first, chain.last)}}},
            {"After", {{.text = chain.prev, .code = true}}},
            {"Head", {{.text = chain.head, .code = true}}},
            {"Merkle root", {{.text = chain.root, .code = true}}},
            {"Clock went back", {{.text = fmt::format("{} times", chain.clock_back)}}},
            {"Checkpoint", {{.text = audit_.signing}}},
            {"Rows", {{.text = rows}}},
        }};
    document_.blocks.emplace_back(std::move(facts));
    Table table{
        .name = "inputs",
        .caption = "Made by and from",
        .columns = {{.title = "What"}, {.title = "Version"}, {.title = "SHA-256", .code = true}}};
    for (const AuditInput& one : audit_.inputs)
      table.rows.push_back(
          {{.text = one.name}, {.text = or_dash(one.version)}, {.text = one.sha256}});
    put(std::move(table));
  }

  void limits_of_report() {
    heading("Limits of this report", "limits");
    doc::Bullets bullets;
    for (const std::string& one : audit_.limits_of_report) bullets.items.push_back({{.text = one}});
    document_.blocks.emplace_back(std::move(bullets));
  }

  void statement() {
    if (audit_.statement.empty()) return;
    document_.blocks.emplace_back(doc::PageBreak{});  // it is signed, and kept, as one leaf
    heading("Statement of what was checked", "statement");
    // "Name: ____": lines to be filled in by hand stand below each other.
    doc::Facts lines;
    std::string_view rest = audit_.statement;
    while (!rest.empty()) {
      const std::size_t end = rest.find("\n\n");
      const std::string_view paragraph = rest.substr(0, end);
      rest = end == rest.npos ? std::string_view() : rest.substr(end + 2);
      const std::size_t line = paragraph.find("___"), colon = paragraph.find(':');
      if (line == paragraph.npos || colon > line)
        say(std::string(paragraph));
      else
        lines.rows.push_back({std::string(paragraph.substr(0, colon)),
                              {{.text = std::string(paragraph.substr(line))}}});
    }
    if (!lines.rows.empty()) document_.blocks.emplace_back(std::move(lines));
  }

  const Audit& audit_;
  doc::Document document_;
};

}  // namespace

doc::Document audit_document(const Audit& audit) { return Writer(audit).write(); }

}  // namespace perfgate::gate
