// The data block, written piece by piece. A key without a value is left out.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/base64.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "model/judgement_fields.hpp"
#include "report/page.hpp"

namespace perfgate::report {
namespace {

constexpr std::size_t longest_value = 4000;
constexpr std::size_t longest_subject = 80;

bool passes(const PageEntry& entry) {
  return !entry.finding || entry.finding->verdict == Verdict::pass;
}

/// A JSON object or list that leaves out what has no value.
class Writer {
 public:
  Writer(JsonWriter& json, Omission omission) : json_(json), omission_(omission) {}

  bool omits(Omission what) const { return omission_ >= what; }
  bool omits(Omission what, const PageEntry& entry) const { return omits(what) && passes(entry); }

  void element(std::string_view value, std::size_t most = longest_value) {
    json_.value(std::string_view(safe_text(value, most)));
  }
  void element(double value) {
    // Seven significant digits: what a float32 holds, and three more than the page shows.
    if (std::isfinite(value))
      json_.number(fmt::format("{:.7g}", value));
    else
      json_.null();
  }
  void element(Time value) { json_.value(value.unix_ms / 1000); }
  void element(Index value) { json_.value(std::int64_t{value}); }

  void text(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    json_.key(key);
    element(value);
  }
  void word(std::string_view key, std::string_view value) { text(key, page_word(value)); }
  void number(std::string_view key, std::optional<double> value) {
    if (!value || !std::isfinite(*value)) return;
    json_.key(key);
    element(*value);
  }
  void count(std::string_view key, std::int64_t value) {
    json_.key(key);
    json_.value(value);
  }
  void time(std::string_view key, std::optional<Time> value) {
    if (!value) return;
    json_.key(key);
    element(*value);
  }
  void index(std::string_view key, std::optional<Index> value) {
    if (value) count(key, *value);
  }
  void floats(std::string_view key, std::span<const float> values) {
    if (!values.empty()) {
      json_.key(key);
      json_.value(std::string_view(base64(values)));
    }
  }
  template <class Items, class Write>
  void list(std::string_view key, const Items& items, const Write& write) {
    if (items.empty()) return;
    json_.key(key);
    row(items, write);
  }
  template <class Items>
  void list(std::string_view key, const Items& items) {
    list(key, items, [&](const auto& item) { element(item); });
  }
  /// A list inside a list.
  template <class Items, class Write>
  void row(const Items& items, const Write& write) {
    json_.begin_array();
    for (const auto& item : items) write(item);
    json_.end_array();
  }
  template <class Items, class Write>
  void objects(std::string_view key, const Items& items, const Write& write) {
    list(key, items, [&](const auto& item) { object([&] { write(item); }); });
  }
  template <class Write>
  void object(std::string_view key, const Write& write) {
    json_.key(key);
    object(write);
  }
  template <class Write>
  void object(const Write& write) {
    json_.begin_object();
    write();
    json_.end_object();
  }
  JsonWriter& json() { return json_; }

 private:
  JsonWriter& json_;
  Omission omission_;
};

void write_commit(Writer& out, const PageSide& side) {
  out.object("commit", [&] {
    out.text("sha", side.commit.sha);
    out.text("branch", side.commit.branch);
    out.text("subject", side.commit.subject);
    if (side.commit.dirty) {
      out.json().key("dirty");
      out.json().value(true);
    }
  });
}

void write_side(Writer& out, std::string_view key, const std::optional<PageSide>& side) {
  if (!side) return;
  out.object(key, [&] {
    out.text("run_id", side->run_id);
    write_commit(out, *side);
    out.time("time", side->time);
    out.text("state", side->state);
  });
}

void write_verdict(Writer& out, const PageVerdict& verdict) {
  out.object("verdict", [&] {
    out.word("verdict", to_text(verdict.verdict));
    out.count("exit_code", verdict.exit_code);
    out.text("words", verdict.words);
    out.text("summary", verdict.summary);
    out.list("advice", verdict.advice);
    if (verdict.counts)
      out.object("counts", [&] {
        out.count("expected", verdict.counts->expected);
        out.count("measured", verdict.counts->measured);
        out.count("compared", verdict.counts->compared);
        out.count("added", verdict.counts->added);
      });
    out.number("could_see", verdict.could_see);
    out.text("coverage", verdict.coverage);
    out.text("drift", verdict.drift);
  });
}

/// Without braces: an entry's worst finding is part of it.
void write_finding(Writer& out, const Finding& finding, bool with_reason = true) {
  out.word("verdict", to_text(finding.verdict));
  out.text("reason", to_text(finding.reason));
  if (finding.code) out.text("code", to_text(*finding.code));
  if (with_reason) out.text("why", finding.why);
  out.text("anchor", finding.anchor);
  out.text("waiver", finding.waiver);
}

void write_summary(Writer& out, std::string_view key, const std::optional<PageSummary>& side,
                   bool with_percentiles) {
  if (!side) return;
  const Summary& s = side->summary;
  out.object(key, [&] {
    out.count("n", static_cast<std::int64_t>(s.count));
    if (s.launches > 0) out.count("launches", static_cast<std::int64_t>(s.launches));
    out.number("median", s.median);
    if (s.count > 1) {
      out.number("low", s.low);
      out.number("high", s.high);
      out.number("mean", s.mean);
      out.number("deviation", s.deviation);
      out.number("minimum", s.minimum);
      out.number("maximum", s.maximum);
    }
    if (!with_percentiles) return;
    out.number("p50", side->p50);
    out.number("p95", side->p95);
    out.number("p99", side->p99);
    if (side->outliers) out.count("outliers", static_cast<std::int64_t>(*side->outliers));
  });
}

std::string_view mark_word(MarkKind kind) {
  switch (kind) {
    case MarkKind::change:
      return "change";
    case MarkKind::baseline:
      return "baseline";
    case MarkKind::anchor:
      return "anchor";
    case MarkKind::release:
      return "release";
    case MarkKind::waiver:
      return "waiver";
    case MarkKind::incident:
      return "incident";
  }
  return "change";
}

void write_marks(Writer& out, const std::vector<PageMark>& marks) {
  out.objects("marks", marks, [&](const PageMark& mark) {
    out.text("kind", mark_word(mark.kind));
    out.index("run", mark.run);
    out.index("to", mark.to);
    out.index("suite", mark.suite);
    out.text("label", mark.label);
    out.text("text", mark.text);
    out.number("change", mark.change);
  });
}

void write_forecast(Writer& out, const PageForecast& forecast) {
  out.object("forecast", [&] {
    out.list("time", forecast.time);
    out.list("value", forecast.value);
    out.list("low", forecast.low);
    out.list("high", forecast.high);
    out.text("text", forecast.text);
  });
}

/// `from`: runs before it are left out.
void write_history(Writer& out, const PageHistory& history, Index from) {
  const std::size_t cut = from > history.start ? from - history.start : 0;
  if (cut >= history.values.size()) return;
  const Index start = std::max(history.start, from);
  out.object("history", [&] {
    out.index("start", start);
    out.floats("values", std::span(history.values).subspan(cut));
    std::vector<PageHistory::Level> levels;
    for (PageHistory::Level level : history.levels) {
      level.first = std::max(level.first, start);
      if (level.first <= level.last) levels.push_back(level);
    }
    out.list("levels", levels, [&](const PageHistory::Level& level) {
      out.json().begin_array();
      out.element(level.first);
      out.element(level.last);
      out.element(level.value);
      out.json().end_array();
    });
    std::vector<PageMark> marks = history.marks;
    std::erase_if(marks, [&](const PageMark& mark) {
      return (mark.kind == MarkKind::waiver ? mark.to.value_or(start) : mark.run) < start;
    });
    for (PageMark& mark : marks) mark.run = std::max(mark.run, start);
    write_marks(out, marks);
    if (history.forecast) write_forecast(out, *history.forecast);
  });
}

void write_comparison(Writer& out, const Comparison& comparison) {
  out.number("change", comparison.change);
  const bool exact = comparison.design == Design::exact || comparison.method == "exact";
  if (!exact && comparison.confidence > 0) {
    out.number("low", comparison.low);
    out.number("high", comparison.high);
    out.number("confidence", comparison.confidence);
  }
  out.number("p", comparison.p);
  out.number("detectable", comparison.smallest_detectable);
  if (comparison.design) out.text("design", to_text(*comparison.design));
  out.text("method", comparison.method);
  out.list("doubts", comparison.doubts);
  if (comparison.further_values) out.count("more", *comparison.further_values);
}

void write_entry(Writer& out, const PageEntry& entry, Index first_run) {
  out.text("id", entry.id);
  if (entry.headline.empty()) out.index("suite", entry.suite);
  out.index("metric", entry.metric);
  out.index("section", entry.section);
  out.text("name", entry.name);
  out.text("headline", entry.headline);
  out.text("unit", entry.unit);
  if (entry.decimals) out.count("decimals", *entry.decimals);
  if (entry.finding)
    write_finding(out, *entry.finding, !out.omits(Omission::passing_reasons, entry));
  else if (entry.trend)
    out.text("trend", to_text(*entry.trend));
  out.objects("findings", entry.others, [&](const Finding& other) { write_finding(out, other); });
  const bool percentiles = !out.omits(Omission::passing_percentiles, entry);
  write_summary(out, "base", entry.base, percentiles);
  write_summary(out, "head", entry.head, percentiles);
  if (entry.comparison) write_comparison(out, *entry.comparison);
  if (entry.warn || entry.fail)
    out.object("budget", [&] {
      out.number("warn", entry.warn);
      out.number("fail", entry.fail);
    });
  if (!out.omits(Omission::passing_samples, entry) &&
      !(entry.base_samples.empty() && entry.head_samples.empty()))
    out.object("samples", [&] {
      out.floats("base", entry.base_samples);
      out.floats("head", entry.head_samples);
    });
  if (entry.history && !out.omits(Omission::passing_histories, entry))
    write_history(out, *entry.history, first_run);
}

void write_limit(Writer& out, const PageLimit& limit) {
  out.index("entry", limit.entry);
  out.text("of", limit.of);
  out.text("kind", to_text(limit.check.kind));
  out.text("written", limit.check.written);
  out.number("limit", limit.check.limit);
  out.number("value", limit.check.value);
  if (limit.check.shortfall > 0) out.number("shortfall", limit.check.shortfall);
  out.number("margin", limit.check.margin);
  out.word("verdict", to_text(limit.verdict));
  out.text("reason", to_text(limit.reason));
  out.time("since", limit.check.since);
  out.text("origin", limit.check.origin);
  out.text("unit", limit.unit);
  out.text("base_unit", to_text(limit.base_unit));
}

template <class Cell, class Write>
void write_cells(Writer& out, std::string_view key,
                 const std::vector<std::vector<std::optional<Cell>>>& rows, const Write& write) {
  out.list(key, rows, [&](const auto& row) {
    out.row(row, [&](const std::optional<Cell>& cell) {
      if (cell)
        write(*cell);
      else
        out.json().null();
    });
  });
}

void write_matrix(Writer& out, const PageMatrix& matrix) {
  out.text("title", matrix.title);
  out.text("value", matrix.value);
  out.text("rows_by", matrix.rows_by);
  out.text("columns_by", matrix.columns_by);
  out.list("rows", matrix.rows);
  out.list("columns", matrix.columns);
  write_cells(out, "cells", matrix.cells, [&](double value) { out.element(value); });
  write_cells(out, "changes", matrix.changes, [&](double value) { out.element(value); });
  write_cells(out, "verdicts", matrix.verdicts,
              [&](Verdict value) { out.element(page_word(to_text(value))); });
  out.text("base_unit", to_text(matrix.base_unit));
  out.text("unit", matrix.unit);
  out.text("better", to_text(matrix.better));
  out.text("note", matrix.note);
}

void write_table(Writer& out, const PageTable& table) {
  out.text("title", table.title);
  out.text("caption", table.caption);
  out.objects("columns", table.columns, [&](const PageTable::Column& column) {
    out.text("title", column.title);
    if (column.number) {
      out.json().key("number");
      out.json().value(true);
    }
  });
  out.json().key("rows");
  out.row(table.rows, [&](const std::vector<std::string>& row) {
    out.row(row, [&](const std::string& cell) { out.element(cell); });
  });
}

void write_waiver(Writer& out, const PageWaiver& item) {
  const Waiver& waiver = item.waiver;
  out.text("id", waiver.id);
  out.list("accepts", item.accepts);
  out.number("max_change", waiver.max_change);
  out.time("expires", waiver.expires);
  out.text("owner", waiver.owner);
  out.text("reason", waiver.reason);
  out.text("ticket", waiver.ticket);
  out.text("origin", waiver.origin);
}

void write_host(Writer& out, std::string_view key, const std::optional<Fingerprint>& host) {
  if (!host) return;
  out.object(key, [&] {
    const auto fact = [&](std::string_view name, const std::optional<std::string>& value) {
      if (value) out.text(name, *value);
    };
    fact("cpu_model", host->cpu_model);
    if (host->cores) out.count("cores", *host->cores);
    fact("arch", host->arch);
    fact("os_image", host->os_image);
    fact("kernel", host->kernel);
    fact("compiler", host->compiler);
    fact("flags", host->flags);
    fact("governor", host->governor);
    fact("container", host->container);
  });
}

void write_note(Writer& out, const Note& note) {
  out.text("severity", to_text(note.severity));
  std::string of = note.suite.text();
  if (!note.benchmark.empty()) of += (of.empty() ? "" : "/") + note.benchmark;
  out.text("of", of);
  out.text("text", note.text);
  if (note.code) out.text("code", to_text(*note.code));
}

/// The run from which histories are told.
Index first_run(const Page& page, Omission omission) {
  if (omission < Omission::older_histories) return 0;
  return static_cast<Index>(page.runs.time.size() / 2);
}

/// What is left out, as sentences.
std::vector<std::string> omitted(const Page& page, Omission omission) {
  std::size_t samples = 0, percentiles = 0, histories = 0, reasons = 0, cut = 0;
  const Index first = first_run(page, omission);
  for (const PageEntry& entry : page.entries) {
    if (entry.history && entry.history->start < first) ++cut;
    if (!passes(entry)) continue;
    if (!entry.base_samples.empty() || !entry.head_samples.empty()) ++samples;
    if ((entry.base && entry.base->p95) || (entry.head && entry.head->p95)) ++percentiles;
    if (entry.history) ++histories;
    if (entry.finding && !entry.finding->why.empty()) ++reasons;
  }
  std::vector<std::string> sentences;
  const auto say = [&](Omission what, std::size_t count, std::string_view sentence) {
    if (omission >= what && count > 0)
      sentences.push_back(fmt::format(fmt::runtime(sentence), count));
  };
  say(Omission::passing_samples, samples, "samples of {} benchmarks that pass");
  say(Omission::passing_percentiles, percentiles, "percentiles of {} benchmarks that pass");
  say(Omission::older_histories, cut, "the older half of {} histories");
  say(Omission::passing_histories, histories, "histories of {} benchmarks that pass");
  say(Omission::passing_reasons, reasons, "the reasons of {} benchmarks that pass");
  return sentences;
}

void write_runs(Writer& out, const PageRuns& runs) {
  if (runs.time.empty() && runs.subject.empty()) return;
  out.object("runs", [&] {
    // Sessions that are files have titles alone; the page looks for both lists.
    out.json().key("time");
    out.row(runs.time, [&](const Time time) { out.element(time); });
    out.list("commit", runs.commit);
    out.list("subject", runs.subject,
             [&](const std::string& subject) { out.element(subject, longest_subject); });
  });
}

void write_hosts(Writer& out, const Page& page) {
  if (!page.head_host && !page.base_host) return;
  out.object("hosts", [&] {
    write_host(out, "head", page.head_host);
    write_host(out, "base", page.base_host);
    out.list("differences", page.host_differences);
  });
}

}  // namespace

std::string page_word(std::string_view text) {
  std::string word(text);
  std::ranges::replace(word, ' ', '_');
  return word;
}

void write_page_data(const Page& page, Omission omission, const Sink& sink) {
  JsonWriter json(sink);
  Writer out(json, omission);
  json.begin_object();
  out.text("schema", page_schema);
  out.text("kind", page.kind);
  out.text("title", page.title);
  out.list("titles", page.titles);
  out.text("tool", page.tool);
  out.text("method", page.method);
  out.text("policy", page.policy);
  out.time("made", page.made);
  if (page.verdict) write_verdict(out, *page.verdict);
  write_side(out, "head", page.head);
  write_side(out, "base", page.base);
  out.objects("facts", page.facts, [&](const PageFact& fact) {
    out.text("label", fact.label);
    out.text("value", fact.value);
    out.text("note", fact.note);
  });
  out.list("omitted", omitted(page, omission));
  // Even a suite or metric without a name keeps its place.
  out.list("suites", page.suites);
  out.objects("metrics", page.metrics, [&](const Metric& metric) {
    out.text("name", metric.name.text());
    out.text("unit", to_text(metric.unit));
    out.text("better", to_text(metric.better));
  });
  out.objects("sections", page.sections, [&](const PageSection& section) {
    out.text("id", section.id);
    out.text("title", section.title);
  });
  const Index first = first_run(page, omission);
  out.objects("entries", page.entries,
              [&](const PageEntry& entry) { write_entry(out, entry, first); });
  write_runs(out, page.runs);
  write_marks(out, page.marks);
  out.objects("findings", page.findings, [&](const PageFinding& item) {
    write_finding(out, item.finding);
    out.index("suite", item.suite);
  });
  out.objects("limits", page.limits, [&](const PageLimit& limit) { write_limit(out, limit); });
  out.objects("matrices", page.matrices,
              [&](const PageMatrix& matrix) { write_matrix(out, matrix); });
  out.objects("tables", page.tables, [&](const PageTable& table) { write_table(out, table); });
  out.objects("waivers", page.waivers,
              [&](const PageWaiver& waiver) { write_waiver(out, waiver); });
  write_hosts(out, page);
  out.objects("notes", page.notes, [&](const Note& note) { write_note(out, note); });
  out.list("reproduce", page.reproduce);
  out.text("commit_url", page.commit_url);
  json.end_object();
}

void write_page(const Page& page, const HtmlTemplate& html, const Sink& out,
                std::uint64_t most_bytes) {
  const auto write = [&](Omission omission, const Sink& sink) {
    const std::string& line =
        page.verdict && !page.verdict->summary.empty() ? page.verdict->summary : page.title;
    const std::pair<std::string_view, HtmlTemplate::Fill> values[] = {
        {"title", [&](const Sink& to) { to(html_text(page.title)); }},
        {"summary", [&](const Sink& to) { to(html_text(line)); }},
        {"data", [&](const Sink& to) { write_page_data(page, omission, json_in_html(to)); }}};
    html.write(values, sink);
  };
  Omission omission = Omission::nothing;
  while (omission < Omission::passing_reasons) {
    std::uint64_t bytes = 0;
    write(omission, [&](std::string_view piece) { bytes += piece.size(); });
    if (bytes <= most_bytes) break;
    omission = static_cast<Omission>(static_cast<int>(omission) + 1);
  }
  write(omission, out);
}

}  // namespace perfgate::report
