#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>

#include "base/counted.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "cli/gating/back_test.hpp"
#include "model/judgement_fields.hpp"
#include "report/columns.hpp"
#include "report/markdown.hpp"
#include "report/phrases.hpp"
#include "stats/proportion.hpp"

namespace perfgate::cli {
namespace {

bool is_told(const BackTestReport& report, const BackTestRun& run) {
  return !report.since || run.started >= *report.since;
}

std::string commit_of(const BackTestRun& run) {
  return run.sha.empty() ? safe_text(run.id, 24) : safe_text(run.sha, 64).substr(0, 7);
}

std::string day(const BackTestRun& run) { return date_text(run.started); }

std::string subject_text(const BackTestSubject& subject) {
  if (!subject.headline.empty()) return safe_text(subject.headline, 100);
  if (subject.benchmark.empty())
    return subject.suite.empty() ? "(run)" : safe_text(subject.suite, 100) + " (the whole suite)";
  return safe_text(
      subject.suite.empty() ? subject.benchmark : subject.suite + "/" + subject.benchmark, 160);
}

struct Figures {
  std::size_t runs = 0, compared = 0, fired = 0, commits = 0, commits_fired = 0;
  std::array<std::size_t, EnumTexts<Verdict>::values.size()> verdicts{};
  double share() const {
    return commits == 0 ? 0 : static_cast<double>(commits_fired) / static_cast<double>(commits);
  }
};

Figures figures_of(const BackTestReport& report, const BackTest& test) {
  Figures figures;
  std::set<std::string> all, fired;
  for (const BackTestRun& run : test.runs) {
    if (!is_told(report, run)) continue;
    ++figures.runs;
    figures.compared += run.compared;
    ++figures.verdicts[static_cast<std::size_t>(run.verdict)];
    const std::string& commit = run.sha.empty() ? run.id : run.sha;
    all.insert(commit);
    if (run.failing.empty()) continue;
    ++figures.fired;
    fired.insert(commit);
  }
  figures.commits = all.size();
  figures.commits_fired = fired.size();
  return figures;
}

std::string verdicts_text(const Figures& figures) {
  std::string text;
  for (const auto& [verdict, word] : EnumTexts<Verdict>::values)
    if (const std::size_t count = figures.verdicts[static_cast<std::size_t>(verdict)]; count > 0)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, word);
  return text;
}

std::string fired_text(const Figures& figures) {
  return fmt::format("fired at {} of {} ({:.1f} %)", figures.commits_fired,
                     counted(figures.commits, "commit"), 100 * figures.share());
}

/// What is told before the tables, a sentence a line.
std::vector<std::string> sentences(const BackTestReport& report) {
  const Figures figures = figures_of(report, report.test);
  std::vector<std::string> lines;
  lines.push_back(fmt::format("{} over the history of {}: {} of {}{}",
                              safe_text(report.test.policy, 100),
                              report.branch.empty() ? "no branch" : safe_text(report.branch, 100),
                              counted(figures.runs, "run"), counted(figures.commits, "commit"),
                              report.since ? " since " + date_text(*report.since) : ""));
  if (!report.held_against.empty()) lines.push_back(report.held_against);
  lines.push_back(fired_text(figures) + "; runs: " + verdicts_text(figures));
  if (figures.compared < figures.runs)
    lines.push_back(fmt::format("{} had nothing to be compared with",
                                counted(figures.runs - figures.compared, "run")));
  const OnRecord& known = report.on_record;
  if (known.red > 0) {
    const std::size_t right = known.red - known.wrong;
    const auto precision = stats::proportion(right, known.red);
    lines.push_back(fmt::format(
        "on record: {} of the {} that fired were red when they were judged, {} of them marked "
        "wrong: precision {:.0f} % (95 % interval {:.0f} to {:.0f} %)",
        known.red, counted(figures.fired, "run"), known.wrong, 100 * precision.estimate,
        100 * precision.low, 100 * precision.high));
  }
  if (known.incidents > 0)
    lines.push_back(
        fmt::format("incidents on record: {} of {} fired here too", known.found, known.incidents));
  return lines;
}

struct Table {
  std::vector<report::Heading> headings;
  std::vector<std::vector<std::string>> rows;
};

Table episodes_table(const BackTestReport& report) {
  Table table{.headings = {{"DATE"},
                           {"COMMIT"},
                           {"BENCHMARK"},
                           {"METRIC"},
                           {"RULE"},
                           {"CHANGE", true},
                           {"RUNS", true},
                           {"UNTIL"}},
              .rows = {}};
  for (const Episode& episode : episodes_of(report.test)) {
    if (!is_told(report, *episode.first)) continue;
    const Finding& finding = *episode.finding;
    table.rows.push_back(
        {day(*episode.first), commit_of(*episode.first), subject_text(episode.subject),
         safe_text(episode.subject.metric, 60), episode.subject.rule,
         finding.comparison ? report::percent(finding.comparison->change) : "",
         std::to_string(episode.runs),
         episode.end ? day(*episode.end) + " " + commit_of(*episode.end) : "not over"});
  }
  return table;
}

Table flips_table(const BackTestReport& report, const std::vector<Flip>& flips) {
  Table table{
      .headings =
          {{"DATE"}, {"COMMIT"}, {"BENCHMARK"}, {"METRIC"}, {"RULE"}, {"BEFORE"}, {"AFTER"}},
      .rows = {}};
  for (const Flip& flip : flips)
    if (is_told(report, *flip.run))
      table.rows.push_back({day(*flip.run), commit_of(*flip.run), subject_text(flip.subject),
                            safe_text(flip.subject.metric, 60), flip.subject.rule,
                            std::string(report::word(flip.before)),
                            std::string(report::word(flip.after))});
  return table;
}

std::string flips_text(const BackTestReport& report, const std::vector<Flip>& flips) {
  std::size_t more = 0, fewer = 0;
  for (const Flip& flip : flips) {
    if (!is_told(report, *flip.run)) continue;
    ++(flip.after == Verdict::fail ? more : fewer);
  }
  return fmt::format("from {} to {}: {} more, {} no more; before, it {}",
                     safe_text(report.against->policy, 100), safe_text(report.test.policy, 100),
                     counted(more, "failure"), counted(fewer, "failure"),
                     fired_text(figures_of(report, *report.against)));
}

std::string print_people(const BackTestReport& report, bool markdown) {
  const auto line = [&](const std::string& text) {
    return markdown ? report::markdown::cell(text, 600) + "\n\n" : text + "\n";
  };
  const auto shown = [&](const Table& table) {
    return markdown ? report::markdown::table(table.headings, table.rows)
                    : report::aligned(table.headings, table.rows);
  };
  std::string text;
  for (const std::string& sentence : sentences(report)) text += line(sentence);
  if (const Table table = episodes_table(report); !table.rows.empty())
    text += (markdown ? "" : "\n") + shown(table);
  if (report.against) {
    const auto flips = flips_of(*report.against, report.test);
    text += "\n" + line(flips_text(report, flips));
    if (const Table table = flips_table(report, flips); !table.rows.empty())
      text += (markdown ? "" : "\n") + shown(table);
  }
  return text;
}

class Writer {
 public:
  explicit Writer(JsonWriter& out) : out_(out) {}

  void text(std::string_view key, std::string_view value) {
    out_.key(key);
    out_.value(value);
  }
  void number(std::string_view key, std::size_t value) {
    out_.key(key);
    out_.value(static_cast<std::int64_t>(value));
  }
  void figure(std::string_view key, double value) {
    out_.key(key);
    out_.value(value);
  }
  void subject(const BackTestSubject& subject) {
    text("suite", subject.suite);
    text("benchmark", subject.benchmark);
    text("metric", subject.metric);
    if (!subject.headline.empty()) text("headline", subject.headline);
    text("rule", subject.rule);
  }
  void run(const BackTestRun& run) {
    text("run", run.id);
    text("commit", run.sha);
    text("time", to_text(run.started));
  }
  void policy(const BackTestReport& report, const BackTest& test) {
    const Figures figures = figures_of(report, test);
    text("policy", test.policy);
    number("runs", figures.runs);
    number("compared", figures.compared);
    number("runs_fired", figures.fired);
    number("commits", figures.commits);
    number("commits_fired", figures.commits_fired);
    figure("share_fired", figures.share());
    out_.key("verdicts");
    out_.begin_object();
    for (const auto& [verdict, word] : EnumTexts<Verdict>::values)
      number(word, figures.verdicts[static_cast<std::size_t>(verdict)]);
    out_.end_object();
  }

 private:
  JsonWriter& out_;
};

std::string print_json(const BackTestReport& report) {
  std::string text;
  {
    JsonWriter out([&](std::string_view piece) { text += piece; }, 2);
    Writer write(out);
    out.begin_object();
    write.text("branch", report.branch);
    write.policy(report, report.test);
    out.key("fired");
    out.begin_array();
    for (const Episode& episode : episodes_of(report.test)) {
      if (!is_told(report, *episode.first)) continue;
      out.begin_object();
      write.subject(episode.subject);
      write.run(*episode.first);
      if (episode.finding->comparison) write.figure("change", episode.finding->comparison->change);
      write.text("why", episode.finding->why);
      write.number("runs", episode.runs);
      if (episode.end) {
        out.key("until");
        out.begin_object();
        write.run(*episode.end);
        out.end_object();
      }
      out.end_object();
    }
    out.end_array();
    out.key("on_record");
    out.begin_object();
    write.number("red", report.on_record.red);
    write.number("marked_wrong", report.on_record.wrong);
    write.number("incidents", report.on_record.incidents);
    write.number("incidents_fired", report.on_record.found);
    out.end_object();
    if (report.against) {
      out.key("against");
      out.begin_object();
      write.policy(report, *report.against);
      out.end_object();
      out.key("flips");
      out.begin_array();
      for (const Flip& flip : flips_of(*report.against, report.test)) {
        if (!is_told(report, *flip.run)) continue;
        out.begin_object();
        write.subject(flip.subject);
        write.run(*flip.run);
        write.text("before", to_text(flip.before));
        write.text("after", to_text(flip.after));
        out.end_object();
      }
      out.end_array();
    }
    out.end_object();
  }
  return text;
}

}  // namespace

std::string print_back_test(const BackTestReport& report) {
  if (report.format == "json") return print_json(report);
  return print_people(report, report.format == "md");
}

}  // namespace perfgate::cli
