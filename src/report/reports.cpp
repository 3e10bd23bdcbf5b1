#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/report.hpp"

#define REPORTS(X) \
  X(text)          \
  X(md)            \
  X(json)          \
  X(csv)           \
  X(junit)         \
  X(sarif)         \
  X(badge)         \
  X(prometheus)

namespace perfgate::report {
namespace {

/// What stays valid while a report is written: the caller's own.
template <class T>
std::shared_ptr<const T> borrowed(const T& model) {
  return {std::shared_ptr<void>(), &model};
}

std::string written(const Format& format, const Report& report, const Style& style) {
  if (const auto fit = check_fits(report, format, all()); !fit) return fit.error().message + "\n";
  std::string text;
  const auto result = format.write(report, style, [&](std::string_view piece) { text += piece; });
  return result ? text : result.error().message + "\n";
}

}  // namespace

#define DECLARE(unit) Format unit();
REPORTS(DECLARE)
#undef DECLARE

std::span<const Format> all() {
#define CALL(unit) unit(),
  static const Format table[] = {REPORTS(CALL)};
#undef CALL
  return table;
}

Result<Format> find(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Format& format : all()) {
    if (format.name == name) return format;
    names.push_back(format.name);
  }
  const auto close = nearest(name, names);
  return fail(Code::usage, fmt::format("format `{}` is not known", safe_text(name, 40)),
              close ? fmt::format("did you mean `{}`?", *close)
                    : fmt::format("formats: {}", fmt::join(names, ", ")));
}

std::string Format::judgement(const Judgement& judgement, const Style& style) const {
  return written(*this, tell(borrowed(judgement)), style);
}

std::string Format::sessions(const Sessions& sessions, const Style& style) const {
  return written(*this, tell(borrowed(sessions)), style);
}

bool fits(const Report& report, const Format& format) {
  switch (format.needs) {
    case Needs::document:
      return true;
    case Needs::outcomes:
      return !report.outcomes.empty() || report.verdict;
    case Needs::verdict:
      return report.verdict.has_value();
  }
  return false;
}

Result<void> check_fits(const Report& report, const Format& format,
                        std::span<const Format> others) {
  if (fits(report, format)) return {};
  std::vector<std::string_view> names;
  for (const Format& other : others)
    if (fits(report, other)) names.push_back(other.name);
  return fail(
      Code::usage,
      fmt::format("--format {}: this {} {}", format.name, to_text(report.kind),
                  format.needs == Needs::verdict ? "holds no verdict, and the format shows verdicts"
                                                 : "holds nothing that the format shows"),
      fmt::format("formats that it has: {}", fmt::join(names, ", ")));
}

std::string_view to_text(ReportKind kind) {
  switch (kind) {
    case ReportKind::judgement:
      return "judgement";
    case ReportKind::comparison:
      return "comparison";
    case ReportKind::evolution:
      return "evolution";
    case ReportKind::statistics:
      return "statistics";
    case ReportKind::results:
      return "results";
    case ReportKind::matrix:
      return "matrix";
    case ReportKind::trend:
      return "trend";
    case ReportKind::slo:
      return "slo";
    case ReportKind::hypothesis:
      return "hypothesis";
  }
  return "?";
}

}  // namespace perfgate::report
