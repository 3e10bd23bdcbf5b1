#include "report/qualification.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/columns.hpp"

namespace perfgate::report {
namespace {

constexpr std::size_t longest_benchmark = 60;

std::string share_text(double ratio) {
  const double shown = 100 * ratio;
  return fmt::format("{:.{}f} %", shown, shown > 0 && shown < 10 ? 1 : 0);
}

std::string optional_text(const std::optional<double>& ratio, std::string_view otherwise) {
  return ratio ? share_text(*ratio) : std::string(otherwise);
}

bool was_tested(const QualifiedBenchmark& one) { return !one.power.empty(); }

std::string_view fitness_word(Fitness fitness) {
  switch (fitness) {
    case Fitness::fit:
      return "fit";
    case Fitness::too_fine:
      return "TOO FINE";
    case Fitness::false_alarms:
      return "FALSE ALARMS";
    case Fitness::exact:
      return "exact";
    case Fitness::unlimited:
      return "no band";
    case Fitness::unusable:
      return "UNUSABLE";
  }
  return {};
}

std::vector<Heading> qualification_headings(const Qualification& qualification) {
  std::vector<Heading> headings{{""},
                                {"benchmark"},
                                {"noise", true},
                                {"threshold", true},
                                {"false alarms", true},
                                {"undecided", true}};
  for (const QualifiedBenchmark& one : qualification.benchmarks) {
    if (!was_tested(one)) continue;
    for (const Planted& planted : one.power)
      headings.push_back({fmt::format("+{:.0f} %", 100 * planted.slowdown), true});
    break;
  }
  headings.insert(headings.end(), {{"80 % see", true}, {"as configured", true}, {"finest", true}});
  return headings;
}

std::vector<std::string> qualification_row(const QualifiedBenchmark& one) {
  const std::string suite = one.suite.empty() ? "" : one.suite.text() + "/";
  std::vector<std::string> row{
      std::string(fitness_word(one.fitness)),
      safe_text(fmt::format("{}{} {}", suite, one.benchmark, one.metric.text()), longest_benchmark),
      optional_text(one.noise, ""),
      optional_text(one.fail ? one.fail : one.warn, ""),
      share_text(one.false_alarms.estimate),
      share_text(one.inconclusive.estimate)};
  for (const Planted& planted : one.power)
    row.push_back(fmt::format("{:.0f} %", 100 * planted.found));
  row.push_back(optional_text(one.detectable, "nothing"));
  row.push_back(one.repetitions > 0
                    ? fmt::format("{} in {}",
                                  optional_text(one.detectable_at_repetitions, "nothing"),
                                  one.repetitions)
                    : "");
  row.push_back(optional_text(one.finest, "none"));
  return row;
}

std::vector<std::vector<std::string>> qualification_rows(const Qualification& qualification) {
  std::vector<std::vector<std::string>> rows;
  for (const QualifiedBenchmark& one : qualification.benchmarks)
    if (was_tested(one)) rows.push_back(qualification_row(one));
  return rows;
}

std::string how(const Qualification& qualification) {
  std::vector<std::string> suites;
  for (const Symbol suite : qualification.suites)
    suites.push_back(safe_text(suite.text(), longest_benchmark));
  return fmt::format(
      "{} launches of {} at one build, paired at random into {} experiments of up to {} rounds "
      "(looks after {}; seed {}); false alarms at most {} with 95 % confidence",
      qualification.launches, fmt::join(suites, ", "), qualification.experiments,
      qualification.looks.empty() ? 0 : qualification.looks.back(),
      fmt::join(qualification.looks, ", "), qualification.seed,
      share_text(qualification.any_false_alarm.high));
}

constexpr std::string_view legend =
    "noise: between launches. threshold: beyond it a benchmark fails. +N %: how often a slowdown "
    "of\n"
    "N % fails. 80 % see: the smallest that fails four times in five; as configured: in so many\n"
    "rounds. finest: no threshold below it can be kept.\n";

std::string untested_line(const QualifiedBenchmark& one) {
  return fmt::format("  {}  {} {}: {}\n", fitness_word(one.fitness),
                     safe_text(one.benchmark, longest_benchmark),
                     safe_text(one.metric.text(), longest_benchmark), safe_text(one.why, 300));
}

std::string delayed_line(const Delayed& one) {
  return fmt::format(
      "a real delay of {}: {} measured ({} to {}) in {} rounds: {}", share_text(one.slowdown),
      fmt::format("{:+.2f} %", 100 * one.measured), fmt::format("{:+.2f} %", 100 * one.low),
      fmt::format("{:+.2f} %", 100 * one.high), one.rounds, safe_text(one.verdict, 40));
}

/// As the content of HTML: nothing in it is markup of any kind.
std::string harmless(std::string_view text) {
  constexpr std::string_view plain = " .,-+/%=";
  std::string result;
  for (const char c : safe_text(text, 300)) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || static_cast<unsigned char>(c) >= 0x80 || plain.find(c) != plain.npos)
      result += c;
    else
      result += fmt::format("&#{};", static_cast<int>(c));
  }
  return result;
}

}  // namespace

std::string qualification_text(const Qualification& qualification, const Style& style) {
  std::string text = safe_text(qualification.summary, 500) + "\n" + how(qualification) + "\n";
  const auto rows = qualification_rows(qualification);
  if (!rows.empty()) text += "\n" + aligned(qualification_headings(qualification), rows);
  if (!rows.empty()) text += legend;
  std::string others;
  for (const QualifiedBenchmark& one : qualification.benchmarks)
    if (!was_tested(one) && (style.verbose || one.fitness == Fitness::unusable))
      others += untested_line(one);
  if (!others.empty()) text += "\nnot tested:\n" + others;
  for (const Delayed& one : qualification.delayed) text += "\n" + delayed_line(one) + "\n";
  if (!qualification.suggestion.empty())
    text += "\nfor thresholds.toml:\n\n" + safe_lines(qualification.suggestion, 100'000);
  return text;
}

std::string qualification_md(const Qualification& qualification) {
  std::string text =
      fmt::format("**{}**\n\n{}\n", harmless(qualification.summary), harmless(how(qualification)));
  const auto rows = qualification_rows(qualification);
  if (!rows.empty()) {
    std::string border;
    text += "\n|";
    for (const Heading& heading : qualification_headings(qualification)) {
      text += fmt::format(" {} |", heading.name);
      border += heading.right ? " ---: |" : " --- |";
    }
    text += "\n|" + border + "\n";
    for (const auto& row : rows) {
      text += "|";
      for (const std::string& cell_text : row) text += fmt::format(" {} |", harmless(cell_text));
      text += "\n";
    }
  }
  for (const QualifiedBenchmark& one : qualification.benchmarks)
    if (one.fitness == Fitness::unusable)
      text += fmt::format("\n- not tested: {}\n", harmless(one.benchmark + ": " + one.why));
  for (const Delayed& one : qualification.delayed)
    text += fmt::format("\n- {}\n", harmless(delayed_line(one)));
  if (!qualification.suggestion.empty()) {
    std::string rules = safe_lines(qualification.suggestion, 50'000);
    std::ranges::replace(rules, '`', '\'');
    text += "\nFor `thresholds.toml`:\n\n```toml\n" + rules + "```\n";
  }
  return text;
}

}  // namespace perfgate::report
