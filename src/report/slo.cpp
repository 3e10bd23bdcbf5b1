#include "model/slo.hpp"

#include <fmt/format.h>

#include "model/judgement_fields.hpp"
#include "model/reports_json.hpp"
#include "report/phrases.hpp"
#include "report/telling.hpp"

namespace perfgate::report {
namespace {

std::string state_of(const ServiceLevel& level) {
  if (level.reason == Reason::thin_margin) return "note";
  if (level.reason == Reason::target_missed) return "missed";
  if (level.reason == Reason::limit_met) return "met";
  return std::string(word(level.verdict));
}

doc::Table table_of(const SloReport& slo) {
  doc::Table table{.name = "levels",
                   .caption = "Worst first. The margin is how many times over the limit is met.",
                   .columns = {{.title = "state"},
                               name_column("limit of"),
                               {.title = "metric"},
                               {.title = "kind"},
                               number_column("limit"),
                               number_column("value"),
                               number_column("shortfall"),
                               number_column("margin"),
                               {.title = "since"},
                               {.title = "set in"},
                               machine_column("id"),
                               machine_column("suite"),
                               machine_column("unit"),
                               machine_column("reason"),
                               machine_column("code")}};
  for (const ServiceLevel& level : slo.levels) {
    const ReportedSubject& subject = level.subject;
    doc::Cell shortfall = level.shortfall > 0
                              ? value_cell(level.shortfall, subject.unit, level.unit_shown)
                              : doc::Cell{.number = 0};
    table.rows.push_back({{.text = state_of(level), .tone = tone_of(level.verdict)},
                          text_cell(full_name(subject)),
                          text_cell(subject.metric),
                          text_cell(std::string(to_text(level.kind))),
                          {.text = level.written, .number = level.limit},
                          value_cell(level.value, subject.unit, level.unit_shown),
                          std::move(shortfall),
                          {.text = fmt::format("{:.{}f}x", level.margin, level.margin < 10 ? 2 : 0),
                           .number = level.margin},
                          text_cell(level.since ? date_text(*level.since)
                                    : level.reason == Reason::limit_violated ? "this run"
                                                                             : ""),
                          text_cell(level.origin),
                          text_cell(subject.benchmark_id),
                          text_cell(subject.suite),
                          text_cell(std::string(to_text(subject.unit))),
                          text_cell(std::string(to_text(level.reason))),
                          text_cell(level.code ? to_text(*level.code) : "")});
  }
  return table;
}

}  // namespace

Report tell(std::shared_ptr<const SloReport> slo) {
  const SloReport& s = *slo;
  doc::Document document = report::document("Service levels", commit_text(s.commit), s.timestamp);
  std::optional<Verdict> verdict;
  if (s.status != SessionStatus::success) {
    document.verdict = to_text(s.status);
    document.tone = doc::Tone::caution;
    document.blocks.emplace_back(paragraph(s.error, doc::Tone::caution));
  } else {
    verdict = s.levels.front().verdict;
    document.tone = s.violated_count > 0 ? doc::Tone::bad
                    : s.unsure_count > 0 ? doc::Tone::caution
                                         : doc::Tone::good;
    document.verdict = s.violated_count > 0 ? fmt::format("{} of {} limits are violated",
                                                          s.violated_count, s.levels.size())
                                            : "no limit is violated";
    document.blocks.emplace_back(
        paragraph(fmt::format("{} met, {} violated, {} unsure, missed or of thin margin; limits "
                              "of {}.",
                              s.met_count, s.violated_count, s.unsure_count, s.policy)));
    document.blocks.emplace_back(table_of(s));
    std::vector<std::string> why;
    for (const ServiceLevel& level : s.levels)
      if (level.reason != Reason::limit_met)
        why.push_back((level.code ? to_text(*level.code) + " " : "") + level.why);
    add_bullets(document, "Why", why);
  }
  std::vector<Outcome> outcomes;
  for (const ServiceLevel& level : s.levels)
    outcomes.push_back({.suite = level.subject.suite,
                        .name = level.headline.empty() ? level.subject.name : level.headline,
                        .metric = level.subject.metric,
                        .check = std::string(to_text(level.kind)),
                        .rule = std::string(to_text(level.reason)),
                        .verdict = level.verdict,
                        .code = level.code,
                        .message = level.why,
                        .origin = level.origin,
                        .figures = {{"value", level.value, level.subject.unit},
                                    {"limit", level.limit, level.subject.unit},
                                    {"shortfall", level.shortfall, level.subject.unit},
                                    {"margin", level.margin, BaseUnit::one}}});
  return {.kind = ReportKind::slo,
          .document = std::move(document),
          .verdict = verdict,
          .outcomes = std::move(outcomes),
          .write_json = [slo](const Sink& sink) { write_report(*slo, sink); },
          .sources = {.slo = std::move(slo)}};
}

}  // namespace perfgate::report
