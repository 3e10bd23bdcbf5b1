#include "model/reported.hpp"

#include <algorithm>

namespace perfgate {

std::string_view symbol(Trend trend) {
  switch (trend) {
    case Trend::strong_improvement:
      return "▼▼▼";
    case Trend::improvement:
      return "▼";
    case Trend::unchanged:
      return "─";
    case Trend::regression:
      return "▲";
    case Trend::strong_regression:
      return "▲▲▲";
  }
  return "?";
}

Trend trend_of(const Percentage& worse) {
  const double value = worse.value();
  if (value == 0) return Trend::unchanged;
  if (value < 0) return value < -10 ? Trend::strong_improvement : Trend::improvement;
  return value > 10 ? Trend::strong_regression : Trend::regression;
}

SectionName section_of(std::string_view benchmark) {
  const std::size_t name = benchmark.find("__");
  if (name == benchmark.npos || name + 2 == benchmark.size()) return {};
  const std::string_view head = benchmark.substr(0, name);
  const std::size_t gap = head.rfind('_');
  if (gap == head.npos) return {};
  const auto section = Section::make(head.substr(0, gap));
  const auto index = Index::make(head.substr(gap + 1));
  if (!section || !index) return {};
  return {.section = section->text(), .index = index->text()};
}

std::vector<ReportSection> titled(std::vector<std::string> sections, const Legend& legend) {
  std::ranges::sort(sections);
  const auto doubled = std::ranges::unique(sections);
  sections.erase(doubled.begin(), doubled.end());
  std::erase(sections, "");
  std::vector<ReportSection> result;
  for (std::string& section : sections) {
    const auto found = legend.find(section);
    const bool named = found != legend.end() && !found->second.empty();
    result.push_back({.section = section, .title = named ? found->second.text() : section});
  }
  return result;
}

ReportedSubject subject_of(std::string_view suite, std::string_view benchmark,
                           const Metric& metric) {
  SectionName name = section_of(benchmark);
  return {.benchmark_id = Identifier::from_name(benchmark).text(),
          .suite = std::string(suite),
          .name = std::string(benchmark),
          .section = std::move(name.section),
          .index = std::move(name.index),
          .metric = metric.name.text(),
          .unit = metric.unit,
          .better = metric.better};
}

}  // namespace perfgate
