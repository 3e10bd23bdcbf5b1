#include "model/hypothesis_fields.hpp"

#include <fmt/format.h>

#include "model/judgement_fields.hpp"
#include "model/reports_json.hpp"
#include "report/phrases.hpp"
#include "report/telling.hpp"

namespace perfgate::report {
namespace {

Verdict as_verdict(HypothesisStatus status) {
  switch (status) {
    case HypothesisStatus::passed:
      return Verdict::pass;
    case HypothesisStatus::failed:
      return Verdict::fail;
    case HypothesisStatus::inconclusive:
      break;
  }
  return Verdict::inconclusive;
}

std::string name_of(const HypothesisAnswer& answer) {
  if (!answer.headline.empty()) return answer.headline;
  return answer.suite.empty() ? answer.benchmark : answer.suite.text() + "/" + answer.benchmark;
}

std::string supposed(const Hypothesis& hypothesis) {
  return fmt::format("{} ({:.4g} %)", to_text(hypothesis.kind), 100 * hypothesis.tolerance);
}

doc::Table table_of(const HypothesisResult& result) {
  doc::Table table{.name = "answers",
                   .caption = "What failed comes first, then what is inconclusive.",
                   .columns = {{.title = "status"},
                               name_column("benchmark"),
                               {.title = "metric"},
                               number_column("change", "%"),
                               number_column("interval"),
                               machine_column("low", true, "%"),
                               machine_column("high", true, "%"),
                               machine_column("comment")}};
  for (const HypothesisAnswer& answer : result.answers) {
    const auto hundred = [](const std::optional<double>& ratio) {
      return ratio ? doc::Cell{.number = 100 * *ratio} : doc::Cell{};
    };
    table.rows.push_back(
        {{.text = std::string(to_text(answer.status)), .tone = tone_of(as_verdict(answer.status))},
         text_cell(name_of(answer)),
         text_cell(answer.metric.text()),
         answer.change ? percent_cell(*answer.change) : doc::Cell{},
         text_cell(answer.low && answer.high
                       ? fmt::format("{} .. {}", percent(*answer.low), percent(*answer.high))
                       : ""),
         hundred(answer.low),
         hundred(answer.high),
         text_cell(answer.comment)});
  }
  return table;
}

}  // namespace

Report tell_hypothesis(std::shared_ptr<const Judgement> judgement) {
  const HypothesisResult& result = *judgement->hypothesis;
  const Verdict verdict = as_verdict(result.status);
  doc::Document document =
      report::document("Hypothesis", supposed(result.hypothesis), judgement->commit.time);
  document.verdict = fmt::format("{}: {}", supposed(result.hypothesis), to_text(result.status));
  document.tone = verdict == Verdict::pass ? doc::Tone::good : tone_of(verdict);
  for (const std::string& comment : result.comments)
    document.blocks.emplace_back(paragraph(comment));
  document.blocks.emplace_back(table_of(result));
  std::vector<std::string> why;
  for (const HypothesisAnswer& answer : result.answers)
    if (answer.status != HypothesisStatus::passed)
      why.push_back(
          fmt::format("{} {}: {}", name_of(answer), answer.metric.text(), answer.comment));
  add_bullets(document, "Why", why);
  std::vector<Outcome> outcomes;
  for (const HypothesisAnswer& answer : result.answers) {
    Outcome outcome{.suite = answer.suite.text(),
                    .name = answer.headline.empty() ? answer.benchmark : answer.headline,
                    .metric = answer.metric.text(),
                    .check = std::string(to_text(result.hypothesis.kind)),
                    .rule = std::string("hypothesis_") + std::string(to_text(answer.status)),
                    .verdict = as_verdict(answer.status),
                    .message = answer.comment};
    for (const auto& [name, value] : {std::pair("change", answer.change),
                                      std::pair("low", answer.low), std::pair("high", answer.high)})
      if (value) outcome.figures.push_back({name, *value, BaseUnit::one});
    outcomes.push_back(std::move(outcome));
  }
  return {
      .kind = ReportKind::hypothesis,
      .document = std::move(document),
      .verdict = verdict,
      .outcomes = std::move(outcomes),
      .write_json = [judgement](const Sink& sink) { write_report(*judgement->hypothesis, sink); },
      .sources = {.judgement = std::move(judgement)}};
}

}  // namespace perfgate::report
