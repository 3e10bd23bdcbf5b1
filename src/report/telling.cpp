#include "report/telling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "base/version.hpp"
#include "report/phrases.hpp"

namespace perfgate::report {

doc::Cell text_cell(std::string text) { return {.text = std::move(text)}; }

doc::Cell value_cell(double value, BaseUnit unit, std::string_view shown_in) {
  constexpr int decimals = 2;
  const Unit* shown = shown_in.empty() ? nullptr : find_unit(shown_in);
  return {.text = shown ? render(value, *shown, decimals) : render(value, unit), .number = value};
}

doc::Cell value_cell(const std::optional<double>& value, BaseUnit unit) {
  return value ? value_cell(*value, unit) : doc::Cell{};
}

doc::Cell percent_cell(double ratio) {
  return {.text = percent(ratio),
          .number = Percentage::from_ratio(ratio).value_or(Percentage()).value()};
}

doc::Cell count_cell(std::int64_t count) {
  return {.text = std::to_string(count), .number = static_cast<double>(count)};
}

doc::Column name_column(std::string title) {
  return {.title = std::move(title), .code = true, .shrink = 2};
}

doc::Column number_column(std::string title, std::string unit) {
  return {.title = std::move(title), .number = true, .unit = std::move(unit)};
}

doc::Column machine_column(std::string title, bool number, std::string unit) {
  return {.title = std::move(title), .number = number, .unit = std::move(unit), .machine = true};
}

doc::Tone tone_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return doc::Tone::neutral;
    case Verdict::improved:
      return doc::Tone::good;
    case Verdict::fail:
    case Verdict::not_measured:
      return doc::Tone::bad;
    default:
      return doc::Tone::caution;
  }
}

doc::Tone tone_of(Trend trend) {
  switch (trend) {
    case Trend::strong_improvement:
    case Trend::improvement:
      return doc::Tone::good;
    case Trend::unchanged:
      return doc::Tone::neutral;
    case Trend::regression:
      return doc::Tone::caution;
    case Trend::strong_regression:
      return doc::Tone::bad;
  }
  return doc::Tone::neutral;
}

std::string full_name(const ReportedSubject& subject) {
  return subject.suite.empty() ? subject.name : subject.suite + "/" + subject.name;
}

doc::Document document(std::string title, std::string subtitle, std::optional<Time> made) {
  return {.title = std::move(title),
          .subtitle = std::move(subtitle),
          .tool = fmt::format("perfgate {}", version()),
          .made = made,
          .keywords = {"performance", "benchmark"}};
}

doc::Paragraph paragraph(std::string text, doc::Tone tone) {
  return {.spans = {{.text = std::move(text)}}, .tone = tone};
}

void add_bullets(doc::Document& document, std::string heading,
                 const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  document.blocks.emplace_back(doc::Heading{.text = std::move(heading)});
  doc::Bullets bullets;
  for (const std::string& text : texts) bullets.items.push_back({{.text = text}});
  document.blocks.emplace_back(std::move(bullets));
}

std::string commit_text(const Commit& commit) {
  constexpr std::size_t digits = 10, longest_subject = 100;
  std::string text = commit.sha.substr(0, digits);
  if (commit.dirty) text += text.empty() ? "a changed working tree" : ", changed";
  if (!commit.branch.empty()) text += (text.empty() ? "on " : " on ") + commit.branch;
  if (!commit.subject.empty()) text += ": " + safe_text(commit.subject, longest_subject);
  return text;
}

Grouped by_section(std::size_t rows, const std::vector<ReportSection>& sections,
                   const std::function<const std::string&(std::size_t)>& section_of) {
  Grouped grouped;
  for (std::size_t i = 0; i < rows; ++i) grouped.order.push_back(i);
  std::ranges::stable_sort(grouped.order, {}, section_of);
  const auto of = [&](const std::string& section) {
    return std::ranges::lower_bound(grouped.order, section, {}, section_of) - grouped.order.begin();
  };
  const bool some_of_none = rows > 0 && section_of(grouped.order.front()).empty();
  for (const ReportSection& section : sections) {
    const bool named = section.title != section.section;
    grouped.groups.push_back(
        {.first = static_cast<std::size_t>(of(section.section)),
         .title = named ? section.section + ": " + section.title : section.section});
  }
  if (!grouped.groups.empty() && some_of_none)
    grouped.groups.insert(grouped.groups.begin(), {.first = 0, .title = "(no section)"});
  return grouped;
}

std::vector<std::size_t> thinned(std::span<const double> values, std::size_t most) {
  std::vector<std::size_t> places;
  if (values.size() <= most || most < 4) {
    for (std::size_t i = 0; i < values.size(); ++i) places.push_back(i);
    return places;
  }
  const std::size_t stretches = (most - 2) / 2;
  places.push_back(0);
  for (std::size_t s = 0; s < stretches; ++s) {
    const std::size_t begin = 1 + s * (values.size() - 2) / stretches;
    const std::size_t end = 1 + (s + 1) * (values.size() - 2) / stretches;
    std::size_t low = begin, high = begin;
    for (std::size_t i = begin; i < end; ++i) {
      if (std::isnan(values[i])) continue;
      if (std::isnan(values[low]) || values[i] < values[low]) low = i;
      if (std::isnan(values[high]) || values[i] > values[high]) high = i;
    }
    places.push_back(std::min(low, high));
    if (low != high) places.push_back(std::max(low, high));
  }
  places.push_back(values.size() - 1);
  return places;
}

std::vector<double> picked(std::span<const double> values, const std::vector<std::size_t>& places) {
  std::vector<double> result;
  for (const std::size_t place : places) result.push_back(values[place]);
  return result;
}

}  // namespace perfgate::report
