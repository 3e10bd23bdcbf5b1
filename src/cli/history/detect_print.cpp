// The changes of a history as a table, as Markdown, and as JSON.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "cli/history/detect.hpp"
#include "report/columns.hpp"
#include "report/markdown.hpp"
#include "report/phrases.hpp"

namespace perfgate::cli {
namespace {

void write_number(JsonWriter& out, std::string_view key, std::size_t number) {
  out.key(key);
  out.value(static_cast<std::int64_t>(number));
}
void write_text(JsonWriter& out, std::string_view key, std::string_view text) {
  out.key(key);
  out.value(text);
}
void write_figure(JsonWriter& out, std::string_view key, double figure) {
  out.key(key);
  out.value(figure);
}

/// A change, of one series or of most of a suite, and where it stands in its history.
struct Told {
  const HostHistory* history = nullptr;
  const HistorySeries* series = nullptr;  ///< of one series
  const SharedChange* shared = nullptr;   ///< of most of a suite
  const stats::ChangePoint* point = nullptr;
  std::size_t good = 0, bad = 0;  ///< commits: the last surely before, the first surely after
  std::size_t at = 0;             ///< the commit to be dated by
  double change = 0;
  Better better = Better::unknown;
  bool provisional = false;

  const HistoryCommit& commit(std::size_t position) const { return history->commits[position]; }
  std::string_view suite() const { return series ? series->suite : shared->suite; }
  std::string_view metric() const { return series ? series->metric : shared->metric; }
  std::string_view benchmark() const { return series ? std::string_view(series->benchmark) : ""; }
};

Told told_change(const HostHistory& history, const SeriesChange& one) {
  const HistorySeries& series = history.series[one.series];
  const stats::ChangePoint& change = one.change;
  return {.history = &history,
          .series = &series,
          .point = &change,
          .good = series.positions[change.first - 1],
          .bad = series.positions[change.last],
          .at = series.positions[change.index],
          .change = change.change(),
          .better = series.better,
          .provisional = change.provisional};
}

Told told_change(const HostHistory& history, const SharedChange& shared) {
  const auto sure = [](const SeriesChange& member) { return !member.change.provisional; };
  return {.history = &history,
          .shared = &shared,
          .good = shared.runner.first - 1,
          .bad = shared.runner.last,
          .at = shared.runner.last,
          .change = shared.runner.change,
          .better = shared.better,
          .provisional = std::ranges::none_of(shared.members, sure)};
}

bool is_shown(const Told& one, const ChangesReport& report) {
  return !report.since || one.commit(one.at).time >= *report.since;
}

/// What is to be told of all histories, the newest first.
std::vector<Told> all_told(const ChangesReport& report) {
  std::vector<Told> all;
  for (std::size_t h = 0; h < report.histories.size(); ++h) {
    const HostHistory& history = report.histories[h];
    for (const SharedChange& shared : report.changes[h].shared)
      all.push_back(told_change(history, shared));
    for (const SeriesChange& change : report.changes[h].changes)
      all.push_back(told_change(history, change));
  }
  std::erase_if(all, [&](const Told& one) { return !is_shown(one, report); });
  std::ranges::stable_sort(all, [](const Told& a, const Told& b) {
    return std::tuple(b.commit(b.at).time, a.series != nullptr, a.suite(), a.benchmark(),
                      a.metric()) < std::tuple(a.commit(a.at).time, b.series != nullptr, b.suite(),
                                               b.benchmark(), b.metric());
  });
  return all;
}

std::string_view direction(const Told& one) {
  if (one.better == Better::unknown) return "unknown";
  const double before = one.point ? one.point->before : 0;
  const double difference = one.point ? one.point->after - before : one.change;
  return (difference > 0) == (one.better == Better::lower) ? "worse" : "better";
}

/// "abc1234..def5678"; a commit that is not known by what is: its time.
std::string commits_text(const Told& one) {
  const auto name = [&](std::size_t position) {
    const HistoryCommit& commit = one.commit(position);
    return commit.sha.empty() ? to_text(commit.time).substr(0, 16) + "Z"
                              : safe_text(commit.sha, 64).substr(0, 7);
  };
  return name(one.good) + ".." + name(one.bad);
}

std::string change_subject(const Told& one) {
  if (one.series)
    return one.series->suite.empty() ? one.series->benchmark
                                     : one.series->suite + "/" + one.series->benchmark;
  return fmt::format("{}: {} of {} benchmarks at once (the runner?)",
                     one.shared->suite.empty() ? "(no suite)" : one.shared->suite,
                     one.shared->members.size(), one.shared->runner.measured);
}

struct Totals {
  std::size_t series = 0, points = 0, commits = 0, too_short = 0, accepted = 0;
};

Totals totals_of(const ChangesReport& report) {
  Totals totals;
  for (std::size_t h = 0; h < report.histories.size(); ++h) {
    totals.commits += report.histories[h].commits.size();
    for (const HistorySeries& series : report.histories[h].series) {
      ++totals.series;
      totals.points += series.values.size();
      totals.too_short += series.values.size() < 10;
    }
    for (const auto& accepted : report.changes[h].accepted) totals.accepted += accepted.size();
  }
  return totals;
}

std::string overview(const ChangesReport& report, std::size_t shown) {
  const Totals totals = totals_of(report);
  std::string text =
      fmt::format("{}{} in {} of {}: {}", counted(shown, "change"),
                  report.since ? " since " + date_text(*report.since) : "",
                  counted(totals.series, "series", "series"),
                  report.branch.empty() ? "no branch" : safe_text(report.branch, 100),
                  counted(totals.commits, "commit"));
  if (report.histories.size() > 1)
    text += fmt::format(" on {} classes of hosts", report.histories.size());
  if (totals.too_short > 0)
    text += fmt::format("; {} of fewer than 10 points not looked at",
                        counted(totals.too_short, "series", "series"));
  if (totals.accepted > 0)
    text += fmt::format("; {} accepted, and not told again", totals.accepted);
  return text;
}

std::string print_table(const ChangesReport& report, bool markdown) {
  const auto all = all_told(report);
  const std::vector<report::Heading> headings{
      {"COMMITS"},     {"OF", true},  {"DATE"},   {"CHANGE", true}, {""},    {"BEFORE", true},
      {"AFTER", true}, {"BENCHMARK"}, {"METRIC"}, {"HOST CLASS"},   {"NOTE"}};
  std::vector<std::vector<std::string>> rows;
  for (const Told& one : all) {
    const std::string_view way = direction(one);
    rows.push_back({commits_text(one), std::to_string(one.bad - one.good),
                    date_text(one.commit(one.at).time),
                    std::isfinite(one.change) ? report::percent(one.change) : "?",
                    way == "unknown" ? "" : std::string(way),
                    one.point ? render(one.point->before, one.series->unit) : "",
                    one.point ? render(one.point->after, one.series->unit) : "",
                    safe_text(change_subject(one), 160), safe_text(one.metric(), 60),
                    report.histories.size() > 1 ? safe_text(one.history->host_class, 120) : "",
                    one.provisional ? "provisional" : ""});
  }
  const std::string first = overview(report, all.size());
  if (markdown)
    return report::markdown::cell(first, 600) + "\n" +
           (rows.empty() ? "" : "\n" + report::markdown::table(headings, rows));
  return first + "\n" + (rows.empty() ? "" : "\n" + report::aligned(headings, rows));
}

/// Where it lies, as members of the object that is open.
void write_place(JsonWriter& out, const Told& one) {
  write_text(out, "time", to_text(one.commit(one.at).time));
  write_text(out, "commit", one.commit(one.at).sha);
  write_text(out, "good", one.commit(one.good).sha);
  write_text(out, "bad", one.commit(one.bad).sha);
  write_number(out, "commits", one.bad - one.good);
}

void write_subject(JsonWriter& out, const HistorySeries& series) {
  write_text(out, "suite", series.suite);
  write_text(out, "benchmark", series.benchmark);
  write_text(out, "metric", series.metric);
  write_text(out, "unit", to_text(series.unit));
}

void write_shared(JsonWriter& out, const Told& one) {
  const SharedChange& shared = *one.shared;
  out.begin_object();
  write_text(out, "suite", shared.suite);
  write_text(out, "metric", shared.metric);
  write_text(out, "host_class", one.history->host_class);
  write_figure(out, "change", one.change);
  write_text(out, "direction", direction(one));
  out.key("provisional");
  out.value(one.provisional);
  write_place(out, one);
  write_number(out, "measured", shared.runner.measured);
  out.key("benchmarks");
  out.begin_array();
  for (const SeriesChange& member : shared.members)
    out.value(std::string_view(one.history->series[member.series].benchmark));
  out.end_array();
  out.end_object();
}

std::string print_json(const ChangesReport& report) {
  std::string text;
  const auto all = all_told(report);
  const Totals totals = totals_of(report);
  {
    JsonWriter out([&](std::string_view piece) { text += piece; }, 2);
    out.begin_object();
    write_text(out, "branch", report.branch);
    write_number(out, "series", totals.series);
    write_number(out, "points", totals.points);
    write_number(out, "commits", totals.commits);
    write_number(out, "too_short", totals.too_short);
    write_number(out, "accepted", totals.accepted);
    out.key("changes");
    out.begin_array();
    for (const Told& one : all) {
      if (!one.series) continue;
      out.begin_object();
      write_subject(out, *one.series);
      write_text(out, "host_class", one.history->host_class);
      write_change_figures(out, *one.point);
      write_text(out, "direction", direction(one));
      write_place(out, one);
      out.end_object();
    }
    out.end_array();
    out.key("runner_changes");
    out.begin_array();
    for (const Told& one : all)
      if (one.shared) write_shared(out, one);
    out.end_array();
    out.end_object();
  }
  return text;
}

/// A line per series, as `detect --stdin` writes them, and one per change that most of a suite
/// made.
std::string print_lines(const ChangesReport& report) {
  std::string text;
  const auto line = [&](const auto& write) {
    {
      JsonWriter out([&](std::string_view piece) { text += piece; });
      write(out);
    }
    text += '\n';
  };
  for (std::size_t h = 0; h < report.histories.size(); ++h) {
    const HostHistory& history = report.histories[h];
    const HistoryChanges& found = report.changes[h];
    auto news = found.changes.begin();
    for (std::size_t i = 0; i < history.series.size(); ++i) {
      const HistorySeries& series = history.series[i];
      const stats::Detection& detection = found.detections[i];
      line([&](JsonWriter& out) {
        out.begin_object();
        write_text(out, "id",
                   fmt::format("{}{}{} {}", series.suite, series.suite.empty() ? "" : "/",
                               series.benchmark, series.metric));
        write_subject(out, series);
        write_text(out, "host_class", history.host_class);
        write_number(out, "points", series.values.size());
        write_figure(out, "noise", detection.noise);
        out.key("relative");
        out.value(detection.logarithms);
        out.key("changes");
        out.begin_array();
        for (; news != found.changes.end() && news->series == i; ++news) {
          const Told one = told_change(history, *news);
          if (!is_shown(one, report)) continue;
          out.begin_object();
          write_change_figures(out, *one.point);
          write_text(out, "direction", direction(one));
          write_place(out, one);
          out.end_object();
        }
        out.end_array();
        write_excursions(out, detection.excursions);
        out.key("accepted");
        out.begin_array();
        for (const std::size_t border : found.accepted[i])
          out.value(static_cast<std::int64_t>(border));
        out.end_array();
        out.end_object();
      });
    }
    for (const SharedChange& shared : found.shared) {
      const Told one = told_change(history, shared);
      if (!is_shown(one, report)) continue;
      line([&](JsonWriter& out) {
        out.begin_object();
        out.key("runner_change");
        write_shared(out, one);
        out.end_object();
      });
    }
  }
  return text;
}

}  // namespace

void write_change_figures(JsonWriter& out, const stats::ChangePoint& change) {
  write_number(out, "index", change.index);
  write_number(out, "first", change.first);
  write_number(out, "last", change.last);
  write_figure(out, "before", change.before);
  write_figure(out, "after", change.after);
  write_figure(out, "change", change.change());
  write_figure(out, "strength", change.strength);
  out.key("provisional");
  out.value(change.provisional);
}

void write_excursions(JsonWriter& out, const std::vector<stats::Excursion>& excursions) {
  out.key("excursions");
  out.begin_array();
  for (const stats::Excursion& excursion : excursions) {
    out.begin_object();
    write_number(out, "index", excursion.begin);
    write_number(out, "end", excursion.end);
    write_figure(out, "level", excursion.level);
    out.end_object();
  }
  out.end_array();
}

std::string print_changes(const ChangesReport& report) {
  if (report.format == "json") return print_json(report);
  if (report.format == "jsonl") return print_lines(report);
  return print_table(report, report.format == "md");
}

}  // namespace perfgate::cli
