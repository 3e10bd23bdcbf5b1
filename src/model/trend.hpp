#pragma once
// Histories as series, with what happened to them and where they are heading.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/judgement.hpp"
#include "model/reported.hpp"

namespace perfgate {

/// A place on the axis that all series share.
struct TrendRun {
  std::string run_id;     ///< of the first run there
  std::string commit;     ///< empty: not known
  Time time;              ///< when it was first measured
  std::string subject{};  ///< first line of the commit's message; empty: not known

  bool operator==(const TrendRun&) const = default;
};

enum class TrendMarkKind { change_point, baseline, anchor, release, waiver, incident };

template <>
struct EnumTexts<TrendMarkKind> {
  static constexpr std::array<std::pair<TrendMarkKind, std::string_view>, 6> values{
      {{TrendMarkKind::change_point, "change_point"},
       {TrendMarkKind::baseline, "baseline"},
       {TrendMarkKind::anchor, "anchor"},
       {TrendMarkKind::release, "release"},
       {TrendMarkKind::waiver, "waiver"},
       {TrendMarkKind::incident, "incident"}}};
};

/// Something that happened at a place of the axis, or from it to another.
struct TrendMark {
  TrendMarkKind kind = TrendMarkKind::change_point;
  int run = 0;                   ///< index into `runs`
  std::optional<int> to;         ///< of a waiver or incident that is over: where it ended
  std::string label;             ///< short: v1.4, +12 %
  std::string text;              ///< as a sentence
  std::optional<double> change;  ///< of a change point: the ratio of values - 1

  bool operator==(const TrendMark&) const = default;
};

/// The level between two change points.
struct TrendLevel {
  int first = 0, last = 0;  ///< indices into `runs`
  double value = 0;         ///< the median there

  bool operator==(const TrendLevel&) const = default;
};

/// Where a series is heading, and when it would reach a limit.
struct Crossing {
  LimitKind kind = LimitKind::floor;
  double limit = 0;                     ///< base units
  std::string written;                  ///< "80 MiB/s"
  std::string origin;                   ///< thresholds.toml:4
  bool violated = false;                ///< it is beyond the limit already
  std::optional<int> runs;              ///< after so many further runs, by the line
  std::optional<int> earliest, latest;  ///< by the bounds of the prediction; absent: beyond horizon
  std::string text;                     ///< as a sentence

  bool operator==(const Crossing&) const = default;
};

struct Forecast {
  std::string method;  ///< theil-sen/1
  int points = 0;      ///< of the last segment, which it is made from
  double slope = 0;    ///< per run, base units
  double slope_low = 0, slope_high = 0;
  double confidence = 0;                  ///< of all bounds, two-sided
  std::vector<double> values, low, high;  ///< of the next runs, one after the other
  std::vector<Crossing> crossings;

  bool operator==(const Forecast&) const = default;
};

struct TrendSeries {
  ReportedSubject subject;
  std::vector<std::int32_t> positions;  ///< indices into `runs`, ascending
  std::vector<double> values;           ///< base units, one a position: the median of its runs
  double noise = 0;                     ///< around the levels; relative where all are positive
  std::vector<TrendLevel> levels;
  std::vector<TrendMark> marks;  ///< its own: change points, waivers, incidents
  std::optional<Forecast> forecast;

  bool operator==(const TrendSeries&) const = default;
};

struct TrendReport {
  SessionStatus status = SessionStatus::success;
  std::string error;
  std::string branch;
  std::string host_class;         ///< the values that policy holds equal
  std::optional<Time> timestamp;  ///< of the newest run
  int session_count = 0;          ///< runs that were read
  std::vector<TrendRun> runs;     ///< oldest first
  std::vector<ReportSection> sections;
  std::vector<TrendMark> marks;     ///< of all series: baselines, anchors, releases
  std::vector<TrendSeries> series;  ///< by suite, section, name and metric
  std::vector<std::string> notes;   ///< other host classes that were left out

  bool operator==(const TrendReport&) const = default;
};

}  // namespace perfgate
