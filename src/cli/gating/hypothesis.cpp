#include "cli/gating/hypothesis.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "gate/hypothesis.hpp"
#include "model/hypothesis_fields.hpp"
#include "report/columns.hpp"
#include "report/markdown.hpp"
#include "report/phrases.hpp"

namespace perfgate::cli {
namespace {

std::string name_of(const HypothesisAnswer& answer) {
  if (!answer.headline.empty()) return safe_text(answer.headline, 100);
  const std::string& suite = answer.suite.text();
  return safe_text(suite.empty() ? answer.benchmark : suite + "/" + answer.benchmark, 160);
}

}  // namespace

std::string print_hypothesis(const Judgement& judgement, bool markdown) {
  const HypothesisResult& result = *judgement.hypothesis;
  const auto line = [&](const std::string& text) {
    return markdown ? report::markdown::cell(text, 1000) + "\n" : safe_lines(text, 1000) + "\n";
  };
  std::string text =
      fmt::format("{}{}: {}{}\n", markdown ? "**" : "", gate::to_text(result.hypothesis),
                  perfgate::to_text(result.status), markdown ? "**\n" : "");
  for (const std::string& comment : result.comments) text += line(comment);
  const std::vector<report::Heading> headings{
      {"STATUS"}, {"BENCHMARK"}, {"METRIC"}, {"CHANGE", true}, {"INTERVAL", true}};
  std::vector<std::vector<std::string>> rows;
  std::string comments;
  for (const HypothesisAnswer& answer : result.answers) {
    rows.push_back(
        {std::string(perfgate::to_text(answer.status)), name_of(answer),
         safe_text(answer.metric.text(), 60), answer.change ? report::percent(*answer.change) : "",
         answer.low
             ? fmt::format("{} to {}", report::percent(*answer.low), report::percent(*answer.high))
             : ""});
    if (answer.status != HypothesisStatus::passed)
      comments += (markdown ? "- " : "") + line(fmt::format("{} {}: {}", name_of(answer),
                                                            answer.metric.text(), answer.comment));
  }
  if (!rows.empty())
    text += "\n" +
            (markdown ? report::markdown::table(headings, rows) : report::aligned(headings, rows));
  if (!comments.empty()) text += "\n" + comments;
  std::string beside;
  for (const Finding& finding : judgement.findings) {
    const bool good = finding.verdict == Verdict::pass || finding.verdict == Verdict::improved;
    if (good || gate::is_answered(finding)) continue;
    beside += (markdown ? "- " : "") +
              line(fmt::format("{}: {}{}", report::word(finding.verdict),
                               finding.code ? to_text(*finding.code) + " " : "", finding.why));
  }
  if (!beside.empty())
    text +=
        (markdown ? "\nBeside it, by the policy:\n\n" : "\nbeside it, by the policy:\n") + beside;
  return text;
}

}  // namespace perfgate::cli
