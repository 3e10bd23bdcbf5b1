#pragma once
// What the models of reports have in common: how it went, and what a benchmark's name says.

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/describe.hpp"
#include "base/time.hpp"
#include "model/names.hpp"
#include "model/run.hpp"

namespace perfgate {

/// Whether there was something to report.
enum class SessionStatus {
  success,
  error_no_sessions,
  error_insufficient_sessions,
  error_no_common_benchmarks,
  error_no_measurements,  ///< runs there are, but none holds what was asked for
};

template <>
struct EnumTexts<SessionStatus> {  // as the origin writes them
  static constexpr std::array<std::pair<SessionStatus, std::string_view>, 5> values{
      {{SessionStatus::success, "SUCCESS"},
       {SessionStatus::error_no_sessions, "ERROR_NO_SESSIONS"},
       {SessionStatus::error_insufficient_sessions, "ERROR_INSUFFICIENT_SESSIONS"},
       {SessionStatus::error_no_common_benchmarks, "ERROR_NO_COMMON_BENCHMARKS"},
       {SessionStatus::error_no_measurements, "ERROR_NO_MEASUREMENTS"}}};
};

/// More than 10 % better, up to 10 % better, unchanged (0.00 %), up to 10 % worse, more than 10 %
/// worse.
enum class Trend { strong_improvement, improvement, unchanged, regression, strong_regression };

template <>
struct EnumTexts<Trend> {
  static constexpr std::array<std::pair<Trend, std::string_view>, 5> values{
      {{Trend::strong_improvement, "strong_improvement"},
       {Trend::improvement, "improvement"},
       {Trend::unchanged, "unchanged"},
       {Trend::regression, "regression"},
       {Trend::strong_regression, "strong_regression"}}};
};

std::string_view symbol(Trend trend);  ///< "▼▼▼", "▼", "─", "▲", "▲▲▲"

/// `worse`: the change as a percentage, positive where it is for the worse.
Trend trend_of(const Percentage& worse);

/// What a name such as `A_01__dict_create` says: section A, index 01. Both are empty where the name
/// is not of the form SECTION_INDEX__name.
struct SectionName {
  std::string section, index;

  bool operator==(const SectionName&) const = default;
};
SectionName section_of(std::string_view benchmark);

/// A section of the benchmarks reported, and what [legend] calls it (itself, where it does not).
struct ReportSection {
  std::string section, title;

  bool operator==(const ReportSection&) const = default;
};
/// [legend] of perfgate.toml.
using Legend = std::map<std::string, Title>;
/// Those of these sections, by name and each once; the empty one is none.
std::vector<ReportSection> titled(std::vector<std::string> sections, const Legend& legend);

/// The metric of a benchmark that a row of a report is about.
struct ReportedSubject {
  std::string benchmark_id;  ///< Identifier::from_name(name)
  std::string suite, name;   ///< the harness's own name, whole
  std::string section, index;
  std::string metric;
  BaseUnit unit = BaseUnit::one;
  Better better = Better::unknown;

  bool operator==(const ReportedSubject&) const = default;
};
ReportedSubject subject_of(std::string_view suite, std::string_view benchmark,
                           const Metric& metric);

}  // namespace perfgate
