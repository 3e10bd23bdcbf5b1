// For machines: the judgement as judgement.json has it, the sessions by the origin's field names.

#include "report/json.hpp"
#include "base/json_writer.hpp"
#include "model/judgement_fields.hpp"

namespace perfgate::report {
namespace {

/// What the policy says of a row.
void write_finding(JsonWriter& out, const Finding& finding) {
  out.key("verdict");
  out.value(to_text(finding.verdict));
  out.key("why");
  out.value(std::string_view(finding.why));
  if (!finding.comparison) return;
  const Comparison& comparison = *finding.comparison;
  out.key("estimate");
  out.value(comparison.change);
  out.key("low");
  out.value(comparison.low);
  out.key("high");
  out.value(comparison.high);
  if (comparison.design) {
    out.key("design");
    out.value(to_text(*comparison.design));
  }
  if (comparison.smallest_detectable) {
    out.key("smallest_detectable");
    out.value(*comparison.smallest_detectable);
  }
  if (comparison.further_values) {
    out.key("further_values");
    out.value(std::int64_t{*comparison.further_values});
  }
}

}  // namespace

void write_sessions(const Sessions& sessions, const Sink& sink) {
  {
    JsonWriter out(sink, 2);
    out.begin_object();
    out.key("status");
    out.value(to_text(sessions.status));
    out.key("error");
    out.value(std::string_view(sessions.error));
    out.key("session_count");
    out.value(static_cast<std::int64_t>(sessions.titles.size()));
    out.key("titles");
    out.begin_array();
    for (const std::string& title : sessions.titles) out.value(std::string_view(title));
    out.end_array();
    out.key("geometric_mean");
    if (sessions.geometric_mean)
      out.value(*sessions.geometric_mean);
    else
      out.null();
    out.key("benchmark_count");
    out.value(static_cast<std::int64_t>(sessions.rows.size()));
    out.key("improvement_count");
    out.value(std::int64_t{sessions.improvements});
    out.key("unchanged_count");
    out.value(std::int64_t{sessions.unchanged});
    out.key("regression_count");
    out.value(std::int64_t{sessions.regressions});
    out.key("comparisons");
    out.begin_array();
    for (const SessionRow& row : sessions.rows) {
      out.begin_object();
      out.key("suite");
      out.value(std::string_view(row.suite.text()));
      out.key("name");
      out.value(std::string_view(row.benchmark));
      out.key("benchmark_id");
      out.value(std::string_view(Identifier::from_name(row.benchmark).text()));
      out.key("metric");
      out.value(std::string_view(row.metric.text()));
      out.key("unit");
      out.value(to_text(row.unit));
      out.key("scores");
      out.begin_array();
      for (const auto& score : row.scores) {
        if (score)
          out.value(*score);
        else
          out.null();
      }
      out.end_array();
      out.key("change_percent");
      out.value(row.change.value());
      out.key("trend");
      out.value(to_text(row.trend));
      out.key("p");
      if (row.p)
        out.value(*row.p);
      else
        out.null();
      if (row.finding) write_finding(out, *row.finding);
      out.end_object();
    }
    out.end_array();
    if (!sessions.experiment.empty()) {
      out.key("experiment");
      out.value(std::string_view(sessions.experiment));
    }
    if (!sessions.reasons.empty()) {
      out.key("reasons");
      out.begin_array();
      for (const std::string& reason : sessions.reasons) out.value(std::string_view(reason));
      out.end_array();
    }
    out.key("notes");
    out.begin_array();
    for (const std::string& note : sessions.notes) out.value(std::string_view(note));
    out.end_array();
    out.end_object();
  }
}

namespace {

Result<void> write_json(const Report& report, const Style&, const Sink& sink) {
  report.write_json(sink);
  return {};
}

}  // namespace

Format json() {
  return {.name = "json",
          .suffix = "json",
          .summary = "the whole of it, for machines",
          .write = write_json};
}

}  // namespace perfgate::report
