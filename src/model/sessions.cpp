#include "model/sessions.hpp"

namespace perfgate {

std::string_view to_text(SessionStatus status) {
  switch (status) {
    case SessionStatus::success:
      return "SUCCESS";
    case SessionStatus::error_no_sessions:
      return "ERROR_NO_SESSIONS";
    case SessionStatus::error_insufficient_sessions:
      return "ERROR_INSUFFICIENT_SESSIONS";
    case SessionStatus::error_no_common_benchmarks:
      return "ERROR_NO_COMMON_BENCHMARKS";
  }
  return "?";
}

std::string_view to_text(Trend trend) {
  switch (trend) {
    case Trend::strong_improvement:
      return "strong_improvement";
    case Trend::improvement:
      return "improvement";
    case Trend::unchanged:
      return "unchanged";
    case Trend::regression:
      return "regression";
    case Trend::strong_regression:
      return "strong_regression";
  }
  return "?";
}

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

}  // namespace perfgate
