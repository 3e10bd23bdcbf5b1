#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.hpp"
#include "cli/history/history.hpp"
#include "cli/progress.hpp"
#include "harness/run_csv.hpp"
#include "store/exported.hpp"
#include "store/kinds.hpp"
#include "store/scan.hpp"
#include "store/stored.hpp"
#include "sys/file.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  Shared shared;
  std::vector<std::string> filter;
  std::string format = "jsonl", output;
};

void add(CLI::App& app, Options& options) {
  app.add_option("filter", options.filter, "conditions, as of `history query`");
  app.add_option("--format", options.format, "jsonl or csv (default: jsonl)")
      ->check(CLI::IsMember({"jsonl", "csv"}));
  app.add_option("--output", options.output, "file to write (default: stdout)");
  add_history(app, options.shared);
}

/// Where it goes: a file that appears whole or not at all, or stdout.
class Output {
 public:
  static Result<Output> open(const std::string& path, Env& env) {
    Output output(env);
    if (path.empty()) return output;
    TRY(sys::AtomicFile file, sys::AtomicFile::create(path));
    output.file_ = std::make_unique<sys::AtomicFile>(std::move(file));
    return output;
  }
  Result<void> write(std::string_view text) {
    if (file_) return file_->write(text);
    env_->out(text);
    return {};
  }
  Result<void> close() { return file_ ? file_->commit() : Result<void>{}; }

 private:
  explicit Output(Env& env) : env_(&env) {}
  Env* env_;
  std::unique_ptr<sys::AtomicFile> file_;
};

/// The text of a record that a condition is about; nullopt where records of its kind have none.
std::optional<std::string> fact(const store::Record& record, const std::vector<store::Term>& terms,
                                std::string_view key, const store::Condition& condition) {
  if (key == "attempt") {
    const std::size_t first = record.key.find('#');
    if (record.kind != Kind::run || first == record.key.npos) return std::nullopt;
    return record.key.substr(first + 1, record.key.find('#', first + 1) - first - 1);
  }
  // A run of several suites is of the one that is asked for.
  std::optional<std::string> any;
  for (const store::Term& term : terms) {
    const bool same =
        term.field == key || (key == "run" && (term.field == "run_id" ||
                                               (record.kind == Kind::run && term.field == "id")));
    if (!same) continue;
    if (!any || holds(condition, term.value)) any = term.value;
  }
  return any;
}

Result<bool> wanted(const store::Record& record, const store::Query& query) {
  if (query.conditions.empty()) return true;
  TRY(const store::Indexed indexed, store::index_entity(record.kind, record.value, record.at));
  for (const store::Condition& condition : query.conditions) {
    const auto text = fact(record, indexed.terms, condition.key, condition);
    if (!text || !holds(condition, *text)) return false;
  }
  return true;
}

std::size_t to_skip(std::size_t count, std::size_t limit) {
  return limit == 0 || count <= limit ? 0 : count - limit;
}

Result<std::size_t> write_records(const Options& options, const store::Query& query,
                                  const store::Store& store, Output& output, Env& env) {
  constexpr std::string_view keys[] = {"run", "attempt", "branch", "commit", "suite", "verdict"};
  for (const store::Condition& condition : query.conditions)
    if (std::ranges::find(keys, condition.key) == std::end(keys))
      return fail(Code::usage,
                  fmt::format("filter `{}`: JSON lines hold whole records, which are chosen by "
                              "kind, {}, since, until and limit",
                              safe_text(condition.key, 60), fmt::join(keys, ", ")),
                  "--format csv holds single measurements");
  // Everything that ever was, so that the other store tells the same: promotions that others
  // superseded, and what was erased.
  TRY(std::vector<store::Head> heads,
      store.list(
          {.kind = query.kind, .since = query.since, .until = query.until, .all_versions = true}));
  if (query.limit > 0 && query.conditions.empty())
    heads.erase(heads.begin(),
                heads.begin() + static_cast<std::ptrdiff_t>(to_skip(heads.size(), query.limit)));
  Progress progress(env, options.shared.quiet, "exporting records", heads.size());
  std::size_t written = 0;
  CHECKED(store.read(heads, [&](std::size_t, store::Record& record) -> Result<bool> {
    progress.add();
    TRY(const bool take, wanted(record, query));
    if (!take) return true;
    if (auto told = output.write(store::record_line(record)); !told)
      return std::unexpected(told.error());
    return ++written != query.limit || query.conditions.empty();
  }));
  return written;
}

Result<std::size_t> write_values(const Options& options, const store::Query& query,
                                 const store::Store& store, Output& output, Env& env) {
  if (query.kind && *query.kind != Kind::run)
    return fail(Code::usage, "filter `kind`: CSV holds the measurements of runs",
                "--format jsonl holds records of every kind");
  TRY(std::vector<store::Head> heads, store.list(store::selection_of(query)));
  // The first line names the dimensions that any measurement has.
  TRY(const store::Columns columns,
      store::scan_runs(store, heads, query, {.workers = workers(), .rows = false}));
  CHECKED(store::check_keys(query, columns));
  std::vector<std::string> dimensions;
  for (const store::TextId name : columns.dimension_names)
    dimensions.push_back(columns.texts[name]);
  CHECKED(output.write(harness::run_csv_header(dimensions)));
  Progress progress(env, options.shared.quiet, "exporting runs", heads.size());
  std::size_t written = 0;
  CHECKED(store.read(heads, [&](std::size_t, store::Record& record) -> Result<bool> {
    progress.add();
    TRY(const Run run, store::Stored<Run>::read(record.value, record.place));
    std::string text;
    harness::add_run_csv(text, run, dimensions,
                         [&](const Benchmark& benchmark, const Sample& sample) {
                           return store::matches(query, run, benchmark, sample);
                         });
    written += static_cast<std::size_t>(std::ranges::count(text, '\n'));
    if (auto told = output.write(text); !told) return std::unexpected(told.error());
    return true;
  }));
  return written;
}

Result<Exit> run(const Options& options, Env& env) {
  TRY(const store::Query query, store::parse_query(options.filter, env.now()));
  TRY(const Opened opened, open_history(options.shared, env));
  TRY(Output output, Output::open(options.output, env));
  const bool csv = options.format == "csv";
  TRY(const std::size_t written, csv ? write_values(options, query, *opened.store, output, env)
                                     : write_records(options, query, *opened.store, output, env));
  CHECKED(output.close());
  if (!options.shared.quiet)
    env.err(fmt::format("perfgate: exported {} {}{}\n", written, csv ? "values" : "records",
                        options.output.empty() ? "" : " to " + options.output));
  return Exit::pass;
}

}  // namespace

Command history_export() {
  return {
      .name = "export",
      .summary = "records as JSON lines, or values as CSV",
      .footer =
          "jsonl   every version of every record, as stored: importing it gives an equal store. "
          "Its\n"
          "        filter: kind run attempt branch commit suite verdict since until limit.\n"
          "csv     a row per value, in base units with all digits. Texts that a spreadsheet would "
          "take\n"
          "        for formulas (= + - @ first) get an apostrophe, which the import takes off "
          "again.\n"
          "        Not in it: machine, launches' accounts, statistics, notes, headlines, times of\n"
          "        commits, and every record that is no run.\n\n"
          "Examples:\n"
          "  perfgate history export --output history.jsonl\n"
          "  perfgate history export --format csv branch=main since=2026-01 > values.csv\n"
          "  perfgate history export kind=judgement verdict=fail",
      .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
