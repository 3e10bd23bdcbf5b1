// Prometheus' text exposition format 0.0.4, in base units, for a textfile collector or a push
// gateway: no timestamps (those would be refused there), each family once, no series twice.

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <set>

#include "base/text.hpp"
#include "model/judgement_fields.hpp"
#include "report/report.hpp"

namespace perfgate::report {
namespace {

std::string_view suffix_of(BaseUnit unit) {
  switch (unit) {
    case BaseUnit::second:
      return "_seconds";
    case BaseUnit::byte:
      return "_bytes";
    case BaseUnit::byte_per_second:
      return "_bytes_per_second";
    case BaseUnit::per_second:
      return "_per_second";
    case BaseUnit::one:
      break;
  }
  return "";
}

/// What figures mean, and which of them are ratios.
struct Known {
  std::string_view help;
  bool ratio = false;
};
Known known_as(std::string_view figure) {
  static const std::map<std::string_view, Known> known{
      {"value", {"what was measured"}},
      {"base", {"the median of the baseline"}},
      {"head", {"the median of the run"}},
      {"worse", {"the change for the worse", true}},
      {"change", {"the change of the value", true}},
      {"low", {"lower bound of the change", true}},
      {"high", {"upper bound of the change", true}},
      {"geometric_mean", {"of last / first for the worse", true}},
      {"worst_regression", {"the largest change for the worse", true}},
      {"best_improvement", {"the largest change for the better", true}},
      {"limit", {"the floor, ceiling or target"}},
      {"shortfall", {"how far on the wrong side of the limit"}},
      {"margin", {"how many times over the limit is met", true}},
      {"deviation", {"standard deviation of the samples"}},
      {"p95", {"95th percentile of the samples"}},
      {"p99", {"99th percentile of the samples"}},
      {"samples", {"how many values were measured"}},
      {"level", {"the median since the last change point"}},
      {"slope", {"of the forecast, per run"}}};
  const auto found = known.find(figure);
  return found == known.end() ? Known{"a figure of the report"} : found->second;
}

std::string label_value(std::string_view text) {
  constexpr std::size_t longest = 1000;
  std::string result;
  for (const char c : safe_text(text, longest)) {
    if (c == '\\' || c == '"') result += '\\';
    result += c;  // a newline is a space already
  }
  return result;
}

std::string labels_of(const Outcome& outcome) {
  std::string labels;
  const std::pair<std::string_view, const std::string*> all[] = {{"suite", &outcome.suite},
                                                                 {"benchmark", &outcome.name},
                                                                 {"metric", &outcome.metric},
                                                                 {"check", &outcome.check}};
  for (const auto& [name, value] : all)
    if (!value->empty())
      labels += fmt::format("{}{}=\"{}\"", labels.empty() ? "" : ",", name, label_value(*value));
  return labels.empty() ? "" : "{" + labels + "}";
}

void family(const Sink& sink, std::string_view name, std::string_view help) {
  sink(fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n", name, help));
}

void write_verdict(const Report& report, const Sink& sink) {
  family(sink, "perfgate_verdict", "1 for the verdict over all, 0 for the others");
  for (const auto& [verdict, text] : EnumTexts<Verdict>::values)
    sink(fmt::format("perfgate_verdict{{verdict=\"{}\"}} {}\n", text,
                     verdict == *report.verdict ? 1 : 0));
  std::map<Verdict, int> counts;
  for (const Outcome& outcome : report.outcomes)
    if (outcome.verdict) ++counts[*outcome.verdict];
  family(sink, "perfgate_findings", "how many findings came to a verdict");
  for (const auto& [verdict, text] : EnumTexts<Verdict>::values)
    sink(fmt::format("perfgate_findings{{verdict=\"{}\"}} {}\n", text, counts[verdict]));
}

Result<void> write_prometheus(const Report& report, const Style&, const Sink& sink) {
  if (report.document.made) {
    family(sink, "perfgate_run_timestamp_seconds", "when the newest run was started");
    sink(fmt::format("perfgate_run_timestamp_seconds {:.3f}\n",
                     static_cast<double>(report.document.made->unix_ms) / 1000));
  }
  if (report.verdict) write_verdict(report, sink);
  std::map<std::pair<std::string_view, BaseUnit>, std::vector<std::pair<const Outcome*, double>>>
      families;
  for (const Outcome& outcome : report.outcomes)
    for (const Figure& figure : outcome.figures)
      if (std::isfinite(figure.value))
        families[{figure.name, figure.unit}].emplace_back(&outcome, figure.value);
  for (const auto& [key, samples] : families) {
    const Known known = known_as(key.first);
    const std::string name =
        fmt::format("perfgate_{}{}", key.first, known.ratio ? "_ratio" : suffix_of(key.second));
    family(sink, name, known.help);
    std::set<std::string> told;
    for (const auto& [outcome, value] : samples) {
      std::string labels = labels_of(*outcome);
      const std::string line = fmt::format("{}{} {}\n", name, labels, value);
      if (told.insert(std::move(labels)).second) sink(line);
    }
  }
  return {};
}

}  // namespace

Format prometheus() {
  return {.name = "prometheus",
          .suffix = "prom",
          .summary = "figures in Prometheus' text format, in base units",
          .needs = Needs::outcomes,
          .write = write_prometheus};
}

}  // namespace perfgate::report
