#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "base/units.hpp"
#include "cli/history/history.hpp"
#include "cli/progress.hpp"
#include "model/judgement_fields.hpp"
#include "stats/proportion.hpp"
#include "store/repository.hpp"
#include "store/scan.hpp"
#include "store/stored_history.hpp"
#include "sys/directory.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  Shared shared;
  std::string format = "text";
};

void add(CLI::App& app, Options& options) {
  app.add_option("--format", options.format, "text or json (default: text)")
      ->check(CLI::IsMember({"text", "json"}));
  add_history(app, options.shared);
}

struct Figures {
  std::size_t runs = 0, benchmarks = 0, measurements = 0, months = 0;
  std::uint64_t bytes = 0;  ///< of the runs' JSON
  std::optional<std::uint64_t> on_disk;
  std::optional<Time> first, last;
  std::map<std::string, std::size_t> branches, hosts;
  std::vector<std::pair<std::string_view, std::size_t>> verdicts;  ///< as the enumeration has them
  std::size_t open_incidents = 0, incidents = 0;
  std::size_t red = 0, wrong = 0;
};

Result<void> count_runs(const store::Store& store, bool quiet, Env& env, Figures& figures) {
  TRY(const std::vector<store::Head> heads, store.list({.kind = Kind::run}));
  Progress progress(env, quiet, "reading runs", heads.size());
  TRY(const store::Columns columns,
      store::scan_runs(
          store, heads, {},
          {.workers = workers(), .rows = false, .progress = [&](std::size_t) -> Result<void> {
             progress.add();
             return {};
           }}));
  figures.runs = columns.runs.size();
  figures.benchmarks = columns.benchmarks.size();
  figures.bytes = columns.bytes_seen;
  std::set<std::string> months;
  for (const store::RunEntry& run : columns.runs) {
    figures.measurements += run.measurements;
    months.insert(to_text(run.started).substr(0, 7));
    ++figures.branches[columns.texts[run.branch]];
    ++figures.hosts[columns.texts[run.host]];
  }
  figures.months = months.size();
  if (!columns.runs.empty()) {
    figures.first = columns.runs.front().started;
    figures.last = columns.runs.back().started;
  }
  return {};
}

Result<void> count_verdicts(store::Store& store, Figures& figures) {
  std::set<std::string> red;
  for (const auto& [verdict, word] : EnumTexts<Verdict>::values) {
    TRY(const std::vector<store::Head> heads,
        store.list({.kind = Kind::judgement, .terms = {{"verdict", std::string(word)}}}));
    if (!heads.empty()) figures.verdicts.emplace_back(word, heads.size());
    if (verdict != Verdict::fail) continue;
    for (const store::Head& head : heads) red.insert(head.key);
  }
  figures.red = red.size();
  TRY(const std::vector<Mark> marks, store::Repository<Mark>(store).find_all());
  for (const Mark& mark : marks)
    if (mark.wrong && red.contains(mark.judgement)) ++figures.wrong;
  TRY(const auto incidents, store.list({.kind = Kind::incident}));
  figures.incidents = incidents.size();
  TRY(const auto open, store.list({.kind = Kind::incident, .terms = {{"state", "open"}}}));
  figures.open_incidents = open.size();
  return {};
}

Result<Figures> count(store::Store& store, bool quiet, Env& env) {
  Figures figures;
  CHECKED(count_runs(store, quiet, env, figures));
  CHECKED(count_verdicts(store, figures));
  if (const std::string url = store.url(); url.starts_with("dir:")) {
    // What is not there takes no room.
    std::uint64_t bytes = 0;
    if (const auto files = sys::list_files(url.substr(4)))
      for (const sys::ListedFile& file : *files) bytes += file.size;
    figures.on_disk = bytes;
  }
  return figures;
}

int whole_percent(double ratio) { return static_cast<int>(std::lround(ratio * 100)); }

std::string counts_shown(const std::map<std::string, std::size_t>& counts,
                         std::string_view nameless) {
  std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
  std::ranges::sort(sorted, [](const auto& a, const auto& b) {
    return std::tuple(b.second, a.first) < std::tuple(a.second, b.first);
  });
  std::string text;
  for (std::size_t i = 0; i < sorted.size() && i < 10; ++i)
    text += fmt::format(
        "  {:>8}  {}\n", sorted[i].second,
        sorted[i].first.empty() ? std::string(nameless) : safe_text(sorted[i].first, 100));
  if (sorted.size() > 10) text += fmt::format("            and {} more\n", sorted.size() - 10);
  return text;
}

void print_text(const Figures& figures, Env& env) {
  const auto bytes = [](std::uint64_t count) {
    return render(static_cast<double>(count), BaseUnit::byte);
  };
  env.out(
      fmt::format("runs          {}\nbenchmarks    {}\nmeasurements  {}\nbytes         {}{}\n",
                  figures.runs, figures.benchmarks, figures.measurements, bytes(figures.bytes),
                  figures.on_disk ? fmt::format(" ({} on disk)", bytes(*figures.on_disk)) : ""));
  if (figures.first)
    env.out(fmt::format("months        {} ({} to {})\n", figures.months, date_text(*figures.first),
                        date_text(*figures.last)));
  if (!figures.branches.empty())
    env.out("runs per branch\n" + counts_shown(figures.branches, "(no branch)") +
            "runs per host\n" + counts_shown(figures.hosts, "(not known)"));
  env.out("judgements\n");
  for (const auto& [word, number] : figures.verdicts)
    env.out(fmt::format("  {:>8}  {}\n", number, word));
  if (figures.verdicts.empty()) env.out("         0\n");
  env.out(fmt::format("incidents     {} open of {}\n", figures.open_incidents, figures.incidents));
  if (figures.red == 0) {
    env.out("precision not known: no red judgement is on record\n");
    return;
  }
  const std::size_t right = figures.red - figures.wrong;
  const stats::Proportion precision = stats::proportion(right, figures.red);
  env.out(fmt::format("precision {} % ({} of {}; 95 % interval {} to {} %)\n",
                      whole_percent(precision.estimate), right, figures.red,
                      whole_percent(precision.low), whole_percent(precision.high)));
}

void print_json(const Figures& figures, Env& env) {
  JsonWriter out([&](std::string_view piece) { env.out(piece); }, 1);
  const auto integer = [&](std::string_view key, std::uint64_t value) {
    out.key(key);
    out.value(static_cast<std::int64_t>(value));
  };
  const auto counts = [&](std::string_view key, const auto& list) {
    out.key(key);
    out.begin_object();
    for (const auto& [name, number] : list) integer(name, number);
    out.end_object();
  };
  out.begin_object();
  integer("runs", figures.runs);
  integer("benchmarks", figures.benchmarks);
  integer("measurements", figures.measurements);
  integer("bytes", figures.bytes);
  if (figures.on_disk) integer("bytes_on_disk", *figures.on_disk);
  integer("months", figures.months);
  if (figures.first) {
    out.key("first");
    out.value(std::string_view(to_text(*figures.first)));
    out.key("last");
    out.value(std::string_view(to_text(*figures.last)));
  }
  counts("branches", figures.branches);
  counts("hosts", figures.hosts);
  counts("verdicts", figures.verdicts);
  integer("incidents", figures.incidents);
  integer("open_incidents", figures.open_incidents);
  integer("red", figures.red);
  integer("red_marked_wrong", figures.wrong);
  if (figures.red > 0) {
    const auto precision = stats::proportion(figures.red - figures.wrong, figures.red);
    out.key("precision");
    out.value(precision.estimate);
    out.key("precision_low");
    out.value(precision.low);
    out.key("precision_high");
    out.value(precision.high);
  }
  out.end_object();
}

Result<Exit> run(const Options& options, Env& env) {
  TRY(const Opened opened, open_history(options.shared, env));
  TRY(const Figures figures, count(*opened.store, options.shared.quiet, env));
  if (options.format == "json")
    print_json(figures, env);
  else
    print_text(figures, env);
  return Exit::pass;
}

}  // namespace

Command history_stats() {
  return {.name = "stats",
          .summary = "what there is, and how often the gate was right",
          .footer =
              "Precision: of the red judgements on record, how many nobody marked wrong\n"
              "(`perfgate history mark`), with Wilson's score interval.\n\n"
              "Examples:\n  perfgate history stats\n  perfgate history stats --format json",
          .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
