#include "cli/history/import.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <set>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "cli/progress.hpp"
#include "store/query.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  Shared shared;
  std::vector<std::string> files;
  std::string format, commit, branch, suite, time;
  bool keep_going = false, dry_run = false;
  MemoryLimit memory;
};

void add(CLI::App& app, Options& options) {
  app.add_option("files", options.files, "files and folders")->required();
  std::vector<std::string> names;
  for (const ImportFormat& format : import_formats()) names.emplace_back(format.name);
  app.add_option("--format", options.format,
                 fmt::format("{} (default: by content)", fmt::join(names, ", ")))
      ->check(CLI::IsMember(names));
  app.add_option("--commit", options.commit, "commit of a harness's output that names none");
  app.add_option("--on-branch", options.branch, "branch of what names none");
  app.add_option("--suite", options.suite,
                 "suite of a harness's output (default: the harness's name)");
  app.add_option("--time", options.time,
                 "time of a harness's output (default: the document's, else the file's)");
  app.add_flag("--keep-going", options.keep_going, "import the good files where others are bad");
  app.add_flag("--dry-run", options.dry_run, "say what would be imported, and change nothing");
  add_max_memory(app, options.memory);
  add_history(app, options.shared);
}

std::uint64_t size_of(const std::string& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

/// Records as they were: each version that is not there yet, unless a newer one of its key is.
struct Versions {
  std::size_t added = 0, there = 0, older = 0;
};

Result<Versions> add_versions(store::Store& store,
                              const std::vector<store::Store::Addition>& records) {
  Versions versions;
  std::set<std::pair<Kind, std::string_view>> keys;
  for (const auto& record : records) keys.emplace(record.kind, record.key);
  using Additions = std::vector<store::Store::Addition>;
  CHECKED(store.append_if([&](const store::Store& locked) -> Result<Additions> {
    versions = {};
    TRY(std::vector<store::Head> heads, locked.list({.all_versions = true}));
    std::erase_if(heads,
                  [&](const store::Head& head) { return !keys.contains({head.kind, head.key}); });
    struct Known {
      Time newest;
      std::set<std::pair<Time, std::string>> versions;
    };
    std::map<std::pair<Kind, std::string>, Known> known;
    auto read = locked.read(heads, [&](std::size_t i, store::Record& record) -> Result<bool> {
      Known& of_key = known[{heads[i].kind, heads[i].key}];
      of_key.newest = std::max(of_key.newest, record.at);
      of_key.versions.emplace(record.at, sha256(record.value));
      return true;
    });
    if (!read) return std::unexpected(read.error());
    Additions additions;
    for (const auto& record : records) {
      const auto [found, fresh] = known.try_emplace({record.kind, record.key});
      Known& of_key = found->second;
      const std::pair version{record.at, sha256(record.value)};
      if (of_key.versions.contains(version)) {
        ++versions.there;
      } else if (!fresh && record.at < of_key.newest) {
        ++versions.older;
      } else {
        ++versions.added;
        of_key.versions.insert(version);
        additions.push_back(record);
      }
    }
    return additions;
  }));
  return versions;
}

struct Gathered {
  std::vector<Candidate> runs;
  std::vector<store::Store::Addition> records;
  std::vector<Error> bad;
  std::size_t sources = 0;
};

Result<void> gather(const ImportSource& source, const ImportFacts& facts, const Settings& settings,
                    Env& env, Gathered& gathered) {
  TRY(Imported imported, read_source(source, facts, settings, env));
  std::vector<Candidate> runs;
  for (const Run& run : imported.runs) {
    TRY(Candidate candidate, candidate_of(run, source.path, env.now()));
    runs.push_back(std::move(candidate));
  }
  std::ranges::move(runs, std::back_inserter(gathered.runs));
  std::ranges::move(imported.records, std::back_inserter(gathered.records));
  return {};
}

std::unexpected<Error> all_bad(const Gathered& gathered, std::string_view outcome) {
  if (gathered.bad.size() == 1 && gathered.sources == 1)
    return std::unexpected(gathered.bad.front());
  std::string text = fmt::format("{} of {} files cannot be imported{}:", gathered.bad.size(),
                                 gathered.sources, outcome);
  for (std::size_t i = 0; i < gathered.bad.size() && i < 20; ++i)
    text += "\n  " + safe_lines(gathered.bad[i].message, 1000);
  if (gathered.bad.size() > 20) text += fmt::format("\n  and {} more", gathered.bad.size() - 20);
  return fail(gathered.bad.front().code, text, gathered.bad.front().hint);
}

Result<ImportFacts> facts_of(const Options& options, Env& env) {
  ImportFacts facts{.commit = options.commit, .branch = options.branch, .suite = options.suite};
  if (options.time.empty()) return facts;
  auto span = store::span_of(options.time, env.now());
  if (!span) return within("--time", span.error());
  facts.time = span->begin;
  return facts;
}

Result<std::vector<ImportSource>> find_sources(const Options& options, Gathered& gathered,
                                               Env& env) {
  std::vector<ImportSource> sources;
  for (const std::string& path : options.files) {
    auto found = import_sources(path, options.format);
    if (!found) {
      gathered.bad.push_back(found.error());
      ++gathered.sources;
      continue;
    }
    if (found->skipped > 0 && !options.shared.quiet)
      env.err(fmt::format("perfgate: {}: {} files are of other formats, and left out\n", path,
                          found->skipped));
    std::ranges::move(found->sources, std::back_inserter(sources));
  }
  gathered.sources += sources.size();
  if (!options.format.empty() || options.shared.quiet) return sources;
  std::map<std::string, std::size_t> formats;
  for (const ImportSource& source : sources) ++formats[source.format];
  for (const auto& [format, count] : formats)
    env.err(fmt::format("perfgate: {} read as {}\n",
                        count == 1 ? "one is" : fmt::format("{} are", count), format));
  return sources;
}

constexpr std::size_t batch_bytes = std::size_t{64} << 20;

/// In batches, so that the store is not locked for long: what was imported is not imported again.
Result<Arrival> add_all(store::Store& store, const std::vector<Candidate>& runs, bool quiet,
                        Env& env) {
  Arrival all;
  Progress progress(env, quiet, "adding runs", runs.size());
  for (std::size_t begin = 0; begin < runs.size();) {
    std::vector<Candidate> batch;
    for (std::size_t bytes = 0; begin < runs.size() && bytes < batch_bytes; ++begin) {
      bytes += runs[begin].record.value.size();
      batch.push_back(runs[begin]);
    }
    TRY(const Arrival arrival, add_candidates(store, batch, Known::keep));
    all.added += arrival.added;
    all.there += arrival.there;
    all.different += arrival.different;
    for (const std::string& one : arrival.differing)
      if (all.differing.size() < 20) all.differing.push_back(one);
    progress.add(batch.size());
  }
  return all;
}

Result<Exit> run(const Options& options, Env& env) {
  TRY(const Opened opened, open_history(options.shared, env));
  TRY(const ImportFacts facts, facts_of(options, env));
  Gathered gathered;
  TRY(const std::vector<ImportSource> sources, find_sources(options, gathered, env));
  std::uint64_t bytes = 0;
  for (const ImportSource& source : sources) bytes += size_of(source.path);
  CHECKED(check_memory(options.memory, bytes * 6, "importing these files",
                       "import fewer at once: what is there already is not added again", env));
  {
    Progress progress(env, options.shared.quiet, "reading files", sources.size());
    for (const ImportSource& source : sources) {
      if (auto read = gather(source, facts, opened.settings, env, gathered); !read)
        gathered.bad.push_back(read.error());
      progress.add();
    }
  }
  if (!gathered.bad.empty() && !options.keep_going)
    return all_bad(gathered, gathered.sources == 1
                                 ? ""
                                 : ", and nothing was (--keep-going imports the others)");
  if (options.dry_run) {
    env.out(fmt::format("would import {} runs and {} records; nothing was changed\n",
                        gathered.runs.size(), gathered.records.size()));
    return Exit::pass;
  }
  Arrival arrival;
  Versions versions;
  if (!gathered.runs.empty()) {
    TRY(arrival, add_all(*opened.store, gathered.runs, options.shared.quiet, env));
  }
  if (!gathered.records.empty()) {
    TRY(versions, add_versions(*opened.store, gathered.records));
  }
  if (!options.shared.quiet) {
    arrival.added += versions.added;
    arrival.there += versions.there;
    env.out(fmt::format("{} ({})\n", tell(arrival), opened.store->url()));
    if (versions.older > 0)
      env.err(fmt::format("perfgate: {} records were left out: the store holds newer versions\n",
                          versions.older));
  }
  if (arrival.different > 0)
    return refused(arrival, "the run that is there stays; import into another store to compare");
  if (!gathered.bad.empty()) return all_bad(gathered, "");
  return Exit::pass;
}

}  // namespace

Command history_import() {
  return {
      .name = "import",
      .summary = "add runs from elsewhere: data.js, archives, exports",
      .footer =
          "The format is known by the content, and said; --format names it.\n"
          "  perfgate                 run.json, and folders of them\n"
          "  jsonl, csv               what `history export` wrote\n"
          "  github-action-benchmark  data.js: one run per entry; messages, names and addresses "
          "of\n"
          "                           people are not kept; units say which way is better\n"
          "  a harness's name         its output: one run per file, or per folder that it writes\n"
          "Importing again adds nothing. All files are read before anything is added.\n\n"
          "Examples:\n"
          "  perfgate history import data.js --on-branch main\n"
          "  perfgate history import archive/ --format google-benchmark --commit 0a1b2c3\n"
          "  perfgate history import history.jsonl --store dir:copy",
      .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
