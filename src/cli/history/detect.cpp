#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/json.hpp"
#include "base/json_writer.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/history/detect.hpp"
#include "stats/changepoint.hpp"
#include "stats/changepoint_suite.hpp"
#include "sys/file.hpp"

namespace perfgate::cli {
namespace {

/// What is read ahead: lines of a batch are worked on at once, then written in their order.
constexpr std::size_t batch_lines = 512, batch_bytes = std::size_t{8} << 20;
constexpr std::size_t longest_line = std::size_t{64} << 20;

struct Options {
  std::string file;
  bool from_stdin = false, fail_fast = false;
  unsigned threads = 0;
  DetectStoreOptions store;
};

void add(CLI::App& app, Options& options) {
  DetectStoreOptions& store = options.store;
  app.add_option("file", options.file, "series, one JSON object a line; - is stdin");
  auto* piped = app.add_flag("--stdin", options.from_stdin, "read them from stdin");
  app.add_flag("--fail-fast", options.fail_fast, "end at the first line that cannot be read");
  app.add_option("--min-change", store.min_change,
                 "the smallest change that matters, relative to the level: 0.01 is 1 %")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--threads", options.threads, "how many at once (default: one a processor)")
      ->check(CLI::Range(1U, 1024U));
  const auto of_store = [&](CLI::Option* option) { option->excludes(piped); };
  of_store(app.add_option("--suite", store.suite, "only suites of this glob"));
  of_store(app.add_option("--benchmark", store.benchmark, "only benchmarks of this glob"));
  of_store(app.add_option("--metric", store.metric, "only metrics of this glob"));
  of_store(app.add_option("--host-class", store.host_class,
                          "only host classes of this glob (default: each by itself)"));
  of_store(app.add_option("--branch", store.branch, "whose history (default: the base branch)"));
  of_store(app.add_option("--since", store.since,
                          "only changes since: 2026-01, 2026-01-31, 30d, 6mo, 1y"));
  of_store(app.add_option("--order", store.order,
                          "`run`: as commits were first measured (default); `commit`: as they were "
                          "made")
               ->check(CLI::IsMember({"run", "commit"})));
  of_store(app.add_option("--format", store.format, "text, md, json, jsonl (default: text)")
               ->check(CLI::IsMember({"text", "md", "json", "jsonl"})));
  add_store(app, store.shared);
  add_config(app, store.shared);
  add_verbosity(app, store.shared);
}

/// A line of the input, without its newline.
struct Line {
  std::size_t number = 0;  ///< from 1
  std::string text = {};
  bool too_long = false;  ///< and not kept
};

class LineReader {
 public:
  explicit LineReader(sys::InputFile file) : file_(std::move(file)), buffer_(1 << 16) {}

  /// The next line that is not blank; none at the end.
  Result<std::optional<Line>> next() {
    for (;;) {
      Line line{.number = ++number_};
      bool ended = false, any = false;
      while (!ended) {
        if (at_ == filled_) {
          TRY(filled_, file_.read(buffer_));
          at_ = 0;
          if (filled_ == 0) break;
        }
        any = true;
        const std::string_view rest(buffer_.data() + at_, filled_ - at_);
        const std::size_t end = rest.find('\n');
        ended = end != rest.npos;
        const std::string_view piece = rest.substr(0, end);
        at_ += piece.size() + (ended ? 1 : 0);
        line.too_long |= line.text.size() + piece.size() > longest_line;
        if (line.too_long)
          line.text.clear();
        else
          line.text += piece;
      }
      if (!any) return std::nullopt;
      if (line.too_long || line.text.find_first_not_of(" \t\r") != line.text.npos) return line;
    }
  }

 private:
  sys::InputFile file_;
  std::vector<char> buffer_;
  std::size_t at_ = 0, filled_ = 0, number_ = 0;
};

struct Series {
  std::string id;
  std::optional<std::string> suite;
  std::vector<double> values;
  nlohmann::json times, commits;  ///< null, or as many as values
  std::vector<std::size_t> accepted;
};

std::unexpected<Error> misfit(std::string message) {
  return fail(Code::parse, std::move(message),
              "a line is {\"id\": \"TEXT\", \"values\": [NUMBER, ...]}, and may have \"times\", "
              "\"commits\" (as many as values), \"accepted\" (indices) and \"suite\" (a text)");
}

std::unexpected<Error> misfit(const std::string& name, const std::string& what) {
  return misfit(name + ": " + what);
}

Result<std::vector<double>> numbers_of(const nlohmann::json& list, const std::string& name) {
  if (!list.is_array()) return misfit(name, "`values` is no list");
  std::vector<double> numbers;
  numbers.reserve(list.size());
  for (const nlohmann::json& number : list) {
    if (!number.is_number())
      return misfit(name, fmt::format("/values/{} is no number", numbers.size()));
    numbers.push_back(number.get<double>());
  }
  return numbers;
}

Result<std::vector<std::size_t>> indices_of(const nlohmann::json& list, std::size_t count,
                                            const std::string& name) {
  std::vector<std::size_t> indices;
  for (const nlohmann::json& index : list) {
    if (!index.is_number_unsigned() || index.get<std::size_t>() == 0 ||
        index.get<std::size_t>() >= count ||
        (!indices.empty() && index.get<std::size_t>() <= indices.back()))
      return misfit(name, fmt::format("/accepted/{} is no index of `values` beyond the one before",
                                      indices.size()));
    indices.push_back(index.get<std::size_t>());
  }
  return indices;
}

Result<Series> read_series(const Line& line) {
  const std::string name = fmt::format("line {}", line.number);
  if (line.too_long)
    return misfit(name, fmt::format("it is longer than {} MiB", longest_line >> 20));
  auto parsed = parse_json(line.text, name, Code::parse);
  if (!parsed) return misfit(parsed.error().message);
  nlohmann::json& object = *parsed;
  if (!object.is_object()) return misfit(name, "it is no object");
  Series series;
  bool has_id = false, has_values = false;
  for (auto& [key, value] : object.items()) {
    if (key == "id") {
      if (!value.is_string()) return misfit(name, "`id` is no text");
      series.id = value.get<std::string>();
      has_id = true;
    } else if (key == "values") {
      TRY(series.values, numbers_of(value, name));
      has_values = true;
    } else if (key == "suite" && !value.is_null()) {
      if (!value.is_string()) return misfit(name, "`suite` is no text");
      series.suite = value.get<std::string>();
    }
  }
  if (!has_id) return misfit(name, "it has no `id`");
  if (!has_values) return misfit(name, "it has no `values`");
  for (const auto& [key, place] :
       {std::pair{"times", &series.times}, {"commits", &series.commits}}) {
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) continue;
    if (!found->is_array() || found->size() != series.values.size())
      return misfit(name, fmt::format("`{}` is no list as long as `values`", key));
    *place = std::move(*found);
  }
  if (const auto found = object.find("accepted"); found != object.end()) {
    if (!found->is_array()) return misfit(name, "`accepted` is no list");
    TRY(series.accepted, indices_of(*found, series.values.size(), name));
  }
  return series;
}

void write_member(JsonWriter& out, std::string_view key, auto value) {
  out.key(key);
  out.value(value);
}

void write_index(JsonWriter& out, std::string_view key, std::size_t index) {
  write_member(out, key, static_cast<std::int64_t>(index));
}

/// A time or a commit, as it came.
void write_as_it_came(JsonWriter& out, const nlohmann::json& value) {
  if (value.is_string())
    out.value(std::string_view(value.get_ref<const std::string&>()));
  else if (value.is_number_integer())
    out.value(value.get<std::int64_t>());
  else if (value.is_number())
    out.value(value.get<double>());
  else
    out.null();
}

void write_change(JsonWriter& out, const stats::ChangePoint& change, const Series& series) {
  out.begin_object();
  write_change_figures(out, change);
  if (!series.times.is_null()) {
    out.key("time");
    write_as_it_came(out, series.times[change.index]);
  }
  if (!series.commits.is_null()) {
    out.key("commit");
    write_as_it_came(out, series.commits[change.index]);
    out.key("good");
    write_as_it_came(out, series.commits[change.first - 1]);
    out.key("bad");
    write_as_it_came(out, series.commits[change.last]);
  }
  out.end_object();
}

void write_detection(JsonWriter& out, const Series& series, const stats::Detection& detection) {
  out.begin_object();
  write_member(out, "id", std::string_view(series.id));
  write_index(out, "points", series.values.size());
  write_member(out, "noise", detection.noise);
  write_member(out, "relative", detection.logarithms);
  out.key("changes");
  out.begin_array();
  for (const stats::ChangePoint& change : detection.changes) write_change(out, change, series);
  out.end_array();
  write_excursions(out, detection.excursions);
  out.end_object();
}

/// What is kept of a series of a suite when its line has been answered: its ends, and what lies on
/// either side of each of its changes.
struct SuiteMember {
  std::string suite, id;
  std::vector<stats::ChangePoint> changes;  ///< first and last are numbers of `times`
  nlohmann::json times, commits;            ///< without times: indices; commits may be absent
};

SuiteMember member_of(const Series& series, const stats::Detection& detection) {
  SuiteMember member{.suite = *series.suite,
                     .id = series.id,
                     .changes = detection.changes,
                     .times = {},
                     .commits = {}};
  const auto keep = [&](std::size_t index) {
    member.times.push_back(series.times.is_null() ? nlohmann::json(index) : series.times[index]);
    if (!series.commits.is_null()) member.commits.push_back(series.commits[index]);
  };
  if (series.values.empty()) return member;
  keep(0);
  for (stats::ChangePoint& change : member.changes) {
    keep(change.first - 1);
    keep(change.last);
    change.first = change.last = member.times.size() - 1;
  }
  keep(series.values.size() - 1);
  return member;
}

/// What stands in the output for a line of the input, and what was wrong with it.
struct Answer {
  std::string text;
  std::optional<Error> error;
  std::optional<SuiteMember> member;  ///< of the suite that the line names
};

Answer answer_to(const Line& line, const stats::DetectOptions& general) {
  Answer answer;
  {
    JsonWriter out([&](std::string_view piece) { answer.text += piece; });
    auto series = read_series(line);
    if (series) {
      stats::DetectOptions options = general;
      options.accepted = series->accepted;
      const stats::Detection detection = stats::detect_changes(series->values, options);
      write_detection(out, *series, detection);
      if (series->suite) answer.member = member_of(*series, detection);
    } else {
      answer.error = std::move(series).error();
      out.begin_object();
      write_index(out, "line", line.number);
      write_member(out, "error", std::string_view(answer.error->message));
      out.end_object();
    }
  }
  answer.text += '\n';
  return answer;
}

Result<std::vector<Line>> read_batch(LineReader& reader) {
  std::vector<Line> lines;
  for (std::size_t bytes = 0; lines.size() < batch_lines && bytes < batch_bytes;) {
    TRY(std::optional<Line> line, reader.next());
    if (!line) break;
    bytes += line->text.size();
    lines.push_back(std::move(*line));
  }
  return lines;
}

/// A line for each suite that lines named: what most of its series did at once.
std::string answers_of_suites(std::vector<SuiteMember> members) {
  std::ranges::stable_sort(members, {}, &SuiteMember::suite);
  std::string text;
  for (std::size_t begin = 0, end = 0; begin < members.size(); begin = end) {
    std::vector<nlohmann::json> axis;
    for (; end < members.size() && members[end].suite == members[begin].suite; ++end)
      axis.insert(axis.end(), members[end].times.begin(), members[end].times.end());
    std::ranges::sort(axis);
    axis.erase(std::ranges::unique(axis).begin(), axis.end());
    std::vector<std::vector<std::uint32_t>> positions;
    for (std::size_t i = begin; i < end; ++i) {
      positions.emplace_back();
      for (const nlohmann::json& time : members[i].times)
        positions.back().push_back(
            static_cast<std::uint32_t>(std::ranges::lower_bound(axis, time) - axis.begin()));
    }
    std::vector<stats::SuiteSeries> suite;
    for (std::size_t i = begin; i < end; ++i)
      suite.push_back({.changes = members[i].changes, .positions = positions[i - begin]});
    {
      JsonWriter out([&](std::string_view piece) { text += piece; });
      out.begin_object();
      write_member(out, "suite", std::string_view(members[begin].suite));
      out.key("runner_changes");
      out.begin_array();
      for (const stats::RunnerChange& runner : stats::runner_changes(suite)) {
        out.begin_object();
        out.key("after");
        write_as_it_came(out, axis[runner.first - 1]);
        out.key("by");
        write_as_it_came(out, axis[runner.last]);
        write_member(out, "change", runner.change);
        write_index(out, "measured", runner.measured);
        out.key("ids");
        out.begin_array();
        for (const auto& [series, change] : runner.members)
          out.value(std::string_view(members[begin + series].id));
        out.end_array();
        out.end_object();
      }
      out.end_array();
      out.end_object();
    }
    text += '\n';
  }
  return text;
}

Result<Exit> run(const Options& options, Env& env) {
  const bool piped = options.from_stdin || options.file == "-";
  const unsigned threads = options.threads > 0 ? options.threads : processors();
  if (options.from_stdin && !options.file.empty())
    return fail(Code::usage, "--stdin and a file: which?",
                "perfgate detect --stdin < SERIES.jsonl, or perfgate detect SERIES.jsonl");
  if (!options.from_stdin && options.file.empty()) {
    DetectStoreOptions store = options.store;
    store.threads = threads;
    return detect_in_store(store, env);
  }
  if (!options.store.shared.store.empty())
    return fail(Code::usage, "--store and series of another source: which?",
                "perfgate detect --store URL, or perfgate detect --stdin < SERIES.jsonl");
  TRY(sys::InputFile file, sys::InputFile::open(piped ? "/dev/stdin" : options.file));
  LineReader reader(std::move(file));
  const stats::DetectOptions detect{.min_change = options.store.min_change};
  std::size_t total = 0, bad = 0;
  std::optional<Error> first_error;
  std::vector<SuiteMember> members;
  for (;;) {
    TRY(const std::vector<Line> lines, read_batch(reader));
    if (lines.empty()) break;
    total += lines.size();
    std::vector<Answer> answers(lines.size());
    CHECKED(parallel_for(lines.size(), threads, [&](std::size_t i) -> Result<void> {
      answers[i] = answer_to(lines[i], detect);
      return {};
    }));
    for (Answer& answer : answers) {
      if (answer.error && options.fail_fast) return std::unexpected(std::move(*answer.error));
      env.out(answer.text);
      if (answer.member) members.push_back(*std::move(answer.member));
      if (!answer.error) continue;
      ++bad;
      if (!first_error) first_error = std::move(answer.error);
    }
  }
  env.out(answers_of_suites(std::move(members)));
  if (bad == 0) return Exit::pass;
  return fail(first_error->code,
              fmt::format("{} of {} lines could not be read; the first: {}", bad, total,
                          first_error->message),
              first_error->hint);
}

}  // namespace

Command detect_command() {
  return {
      .name = "detect",
      .summary = "find where the level of a series changed: in the store, or lines in and out",
      .footer =
          "Without a file and --stdin: every series of the store (suite, benchmark, metric), per\n"
          "branch and host class, one value a commit (the median). A table, the newest change\n"
          "first:\n"
          "  COMMITS  the change came after the first and with the second at the latest (95 %);\n"
          "           OF so many commits: the range to bisect\n"
          "  DATE     of the first commit at the new level\n"
          "  NOTE     provisional: too near the end to tell from an excursion\n"
          "What most benchmarks of a suite did at once is one row: the runner did it. Changes "
          "that\n"
          "were accepted (incidents that a waiver ended, waivers) cut their series and are not "
          "told\n"
          "again. Series of fewer than 10 points have no changes.\n\n"
          "Lines in:    {\"id\": \"TEXT\", \"values\": [...]}, in the order of time; at will\n"
          "             \"times\" and \"commits\", as many as values, \"accepted\": indices of "
          "known\n"
          "             changes, where the series is cut, and \"suite\"\n"
          "Lines out, in the same order:\n"
          "  {\"id\", \"points\", \"noise\", \"relative\", \"changes\": [...], \"excursions\": "
          "[...]}\n"
          "  noise        of a point around its level: a share of it where `relative`, else in "
          "the\n"
          "               values' unit\n"
          "  changes      index of the first point at the new level; first and last: it began\n"
          "               within there (95 %); before, after: the levels; change: after/before - "
          "1;\n"
          "               strength: z of the rank sum; provisional: too near the end to be sure;\n"
          "               time, commit: of that point; good, bad: the range to bisect\n"
          "  excursions   short runs that came back: index of the first point, end, level\n"
          "  and behind all, for each suite that lines named, {\"suite\", \"runner_changes\"}: "
          "what\n"
          "  most of its series did at once, between the times (or indices) `after` and `by`\n"
          "A line that cannot be read gives {\"line\", \"error\"} in its place, and exit 3 at the "
          "end.\n"
          "Levels are compared on logs where all values are positive. Lines are worked on by all\n"
          "processors and never all kept.\n\n"
          "Examples:\n  perfgate detect --since 90d\n"
          "  perfgate detect --store dir:.perfgate --benchmark 'decode/*' --metric time --format "
          "md\n"
          "  perfgate detect --stdin < series.jsonl > changes.jsonl\n"
          "  echo '{\"id\": \"a\", \"values\": [1,1,1,1,1,1,1,1,2,2,2,2,2,2,2,2]}' | perfgate "
          "detect -",
      .plumbing = true,
      .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
