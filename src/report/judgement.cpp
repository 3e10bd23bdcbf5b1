#include <fmt/format.h>

#include <algorithm>

#include "model/judgement_fields.hpp"
#include "model/judgement_json.hpp"
#include "report/advice.hpp"
#include "report/phrases.hpp"
#include "report/telling.hpp"

namespace perfgate::report {
namespace {

BaseUnit unit_of(const Finding& finding) {
  if (const Unit* unit = find_unit(finding.unit)) return unit->base;
  static const Symbol time("time"), cpu_time("cpu_time"), throughput("throughput"), items("items");
  if (finding.metric == time || finding.metric == cpu_time) return BaseUnit::second;
  if (finding.metric == throughput) return BaseUnit::byte_per_second;
  if (finding.metric == items) return BaseUnit::per_second;
  if (finding.limit)
    if (const auto written = parse_quantity(finding.limit->written)) return written->unit->base;
  return BaseUnit::one;
}

/// A change of a whole suite is a ratio without values of its own.
bool has_values(const Finding& finding) {
  return !finding.benchmark.empty() || !finding.headline.empty();
}

doc::Table comparisons_of(const Judgement& judgement) {
  doc::Table table{.name = "comparisons", .caption = "Against the baseline, worst first."};
  table.columns = {{.title = "verdict"},
                   name_column("benchmark"),
                   {.title = "metric"},
                   number_column("base"),
                   number_column("head"),
                   number_column("change", "%"),
                   number_column("interval"),
                   number_column("sees", "%"),
                   number_column("n"),
                   machine_column("suite"),
                   machine_column("unit"),
                   machine_column("low", true, "%"),
                   machine_column("high", true, "%"),
                   machine_column("p", true),
                   machine_column("reason"),
                   machine_column("code"),
                   machine_column("why")};
  const std::vector<Row> rows = comparison_rows(judgement, true);
  auto row = rows.begin();
  for (const Finding& finding : judgement.findings) {
    if (!finding.comparison) continue;
    const Comparison& c = *finding.comparison;
    const auto value = [&](const std::string& text, double number) {
      return has_values(finding) ? doc::Cell{.text = text, .number = number} : doc::Cell{};
    };
    table.rows.push_back(
        {{.text = row->verdict, .tone = tone_of(finding.verdict)},
         text_cell(row->name),
         text_cell(row->metric),
         value(row->base, c.base.median),
         value(row->head, c.head.median),
         {.text = row->change, .number = 100 * c.change, .tone = tone_of(finding.verdict)},
         text_cell(row->interval),
         row->sees.empty() ? doc::Cell{}
                           : doc::Cell{.text = row->sees, .number = 100 * *c.smallest_detectable},
         text_cell(row->detail),
         text_cell(finding.suite.text()),
         text_cell(std::string(to_text(unit_of(finding)))),
         {.number = 100 * c.low},
         {.number = 100 * c.high},
         {.number = c.p},
         text_cell(std::string(to_text(finding.reason))),
         text_cell(finding.code ? to_text(*finding.code) : ""),
         text_cell(finding.why)});
    ++row;
  }
  return table;
}

doc::Table limits_of(const Judgement& judgement) {
  doc::Table table{.name = "limits", .caption = "Floors, ceilings and targets."};
  table.columns = {{.title = "verdict"},     name_column("limit of"),  {.title = "kind"},
                   number_column("limit"),   number_column("value"),   number_column("margin"),
                   {.title = "set in"},      machine_column("metric"), machine_column("unit"),
                   machine_column("reason"), machine_column("code"),   machine_column("why")};
  const std::vector<Row> rows = limit_rows(judgement, true);
  auto row = rows.begin();
  for (const Finding& finding : judgement.findings) {
    if (!finding.limit) continue;
    const LimitCheck& check = *finding.limit;
    table.rows.push_back({{.text = row->verdict, .tone = tone_of(finding.verdict)},
                          text_cell(row->name),
                          text_cell(row->metric),
                          {.text = row->base, .number = check.limit},
                          {.text = row->head, .number = check.value},
                          {.text = row->change, .number = check.margin},
                          text_cell(row->detail),
                          text_cell(finding.metric.text()),
                          text_cell(std::string(to_text(unit_of(finding)))),
                          text_cell(std::string(to_text(finding.reason))),
                          text_cell(finding.code ? to_text(*finding.code) : ""),
                          text_cell(finding.why)});
    ++row;
  }
  return table;
}

/// Everything that is neither: what is missing, errors, waivers that are over. For machines: people
/// read the sentences.
doc::Table others_of(const Judgement& judgement) {
  doc::Table table{
      .name = "findings",
      .columns = {machine_column("verdict"), machine_column("about"), machine_column("metric"),
                  machine_column("reason"), machine_column("code"), machine_column("why")}};
  for (const Finding* finding : other_findings(judgement))
    table.rows.push_back(
        {text_cell(std::string(to_text(finding->verdict))), text_cell(subject(*finding, judgement)),
         text_cell(finding->metric.text()), text_cell(std::string(to_text(finding->reason))),
         text_cell(finding->code ? to_text(*finding->code) : ""), text_cell(finding->why)});
  return table;
}

std::vector<std::string> sentences(const Judgement& judgement) {
  std::vector<std::string> texts;
  const Told told = told_findings(judgement, false);
  for (const Finding* finding : told.findings) {
    const bool other = !finding->comparison && !finding->limit;
    std::string text(word(finding->verdict));
    if (finding->code) text += " " + to_text(*finding->code);
    text += ' ';
    if (other && has_values(*finding)) text += subject(*finding, judgement) + ": ";
    text += finding->why;
    if (finding->reason == Reason::limit_violated)
      text += " (" + violation(*finding, judgement) + ")";
    texts.push_back(std::move(text));
  }
  if (told.left > 0) texts.push_back(fmt::format("and {} more that are unsure", told.left));
  return texts;
}

std::vector<std::string> note_texts(const Judgement& judgement) {
  std::vector<std::string> texts;
  for (const std::string& doubt : doubts(judgement)) texts.push_back("Doubt: " + doubt);
  for (const Note& note : judgement.notes)
    if (note.severity != Severity::info)
      texts.push_back((note.benchmark.empty() ? "" : note.benchmark + ": ") + note.text);
  return texts;
}

std::string check_of(const Finding& finding) {
  if (finding.limit) return std::string(to_text(finding.limit->kind));
  if (!finding.anchor.empty()) return "drift since " + finding.anchor;
  return finding.comparison ? "regression" : "";
}

std::vector<Outcome> outcomes_of(const Judgement& judgement) {
  std::vector<Outcome> outcomes;
  for (const Finding& finding : judgement.findings) {
    Outcome outcome{.suite = finding.suite.text(),
                    .name = finding.headline.empty() ? finding.benchmark : finding.headline,
                    .metric = finding.headline.empty() ? finding.metric.text() : "",
                    .check = check_of(finding),
                    .rule = std::string(to_text(finding.reason)),
                    .verdict = finding.verdict,
                    .code = finding.code,
                    .message = finding.why};
    const BaseUnit unit = unit_of(finding);
    if (const auto& comparison = finding.comparison) {
      if (has_values(finding))
        outcome.figures = {{"base", comparison->base.median, unit},
                           {"head", comparison->head.median, unit}};
      outcome.figures.push_back({"change", comparison->change, BaseUnit::one});
      outcome.figures.push_back({"low", comparison->low, BaseUnit::one});
      outcome.figures.push_back({"high", comparison->high, BaseUnit::one});
    }
    if (const auto& limit = finding.limit) {
      outcome.origin = limit->origin;
      outcome.figures.push_back({"limit", limit->limit, unit});
      outcome.figures.push_back({"value", limit->value, unit});
      outcome.figures.push_back({"shortfall", limit->shortfall, unit});
      outcome.figures.push_back({"margin", limit->margin, BaseUnit::one});
    }
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

doc::Tone tone_of_all(Verdict verdict) {
  return verdict == Verdict::pass ? doc::Tone::good : tone_of(verdict);
}

doc::Facts facts_of(const Judgement& judgement) {
  doc::Facts facts;
  const auto add = [&](const std::string& name, const std::string& text) {
    if (!text.empty()) facts.rows.push_back({name, {{.text = text}}});
  };
  add("run", judgement.run_id);
  add("commit", commit_text(judgement.commit));
  add("baseline", judgement.baseline_id);
  add("of commit", commit_text(judgement.baseline_commit));
  add("policy", judgement.policy);
  add("method", judgement.method);
  return facts;
}

}  // namespace

Report tell(std::shared_ptr<const Judgement> judgement) {
  const Judgement& j = *judgement;
  doc::Document document =
      report::document("Performance report", commit_text(j.commit), j.commit.time);
  document.verdict = j.summary;
  document.tone = tone_of_all(j.verdict);
  document.blocks.emplace_back(paragraph(coverage(j)));
  for (const std::string& text : {sharpness(j), drift_text(j)})
    if (!text.empty()) document.blocks.emplace_back(paragraph(text));
  if (!j.advisory.empty()) document.blocks.emplace_back(paragraph(j.advisory, doc::Tone::caution));
  for (const std::string& text : advice_before_rows(j))
    document.blocks.emplace_back(paragraph(text));
  document.blocks.emplace_back(facts_of(j));
  add_bullets(document, "Why", sentences(j));
  if (doc::Table table = comparisons_of(j); !table.rows.empty()) {
    document.blocks.emplace_back(doc::Heading{.text = "Benchmarks"});
    document.blocks.emplace_back(std::move(table));
  }
  if (doc::Table table = limits_of(j); !table.rows.empty()) {
    document.blocks.emplace_back(doc::Heading{.text = "Limits"});
    document.blocks.emplace_back(std::move(table));
  }
  if (doc::Table table = others_of(j); !table.rows.empty())
    document.blocks.emplace_back(std::move(table));
  add_bullets(document, "Waivers", waiver_texts(j));
  add_bullets(document, "Notes", note_texts(j));
  if (!j.reproduce.empty()) {
    document.blocks.emplace_back(doc::Heading{.text = "Again"});
    document.blocks.emplace_back(
        doc::Code{.text = fmt::format("{}", fmt::join(j.reproduce, "\n"))});
  }
  return {.kind = ReportKind::judgement,
          .document = std::move(document),
          .verdict = j.verdict,
          .outcomes = outcomes_of(j),
          .write_json = [judgement](const Sink& sink) { write_judgement(*judgement, sink); },
          .sources = {.judgement = std::move(judgement)}};
}

}  // namespace perfgate::report
