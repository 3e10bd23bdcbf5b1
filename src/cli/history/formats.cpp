#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "cli/history/import.hpp"
#include "cli/new_run.hpp"
#include "harness/gab.hpp"
#include "harness/harness.hpp"
#include "harness/run_csv.hpp"
#include "measure/results.hpp"
#include "model/run_json.hpp"
#include "stats/summary.hpp"
#include "store/exported.hpp"
#include "sys/directory.hpp"
#include "sys/file.hpp"

namespace perfgate::cli {
namespace {

constexpr std::array own_formats{
    ImportFormat{"perfgate", "run.json, and folders of them"},
    ImportFormat{"jsonl", "JSON lines of `history export`"},
    ImportFormat{"csv", "CSV of `history export`"},
    ImportFormat{"github-action-benchmark", "data.js of its gh-pages branch"},
};

bool is_folder(const std::string& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

/// The beginning of a file, by which it is known.
Result<std::string> head_of(const std::string& path) {
  TRY(sys::InputFile file, sys::InputFile::open(path));
  std::string head(std::size_t{1} << 16, '\0');
  std::size_t used = 0;
  while (used < head.size()) {
    TRY(const std::size_t count, file.read(std::span(head).subspan(used)));
    if (count == 0) break;
    used += count;
  }
  head.resize(used);
  return head;
}

std::string_view format_of(std::string_view head) {
  if (head.starts_with("\xef\xbb\xbf")) head.remove_prefix(3);
  head = trim(head);
  if (harness::is_gab(head)) return "github-action-benchmark";
  if (store::is_record_line(head)) return "jsonl";
  if (harness::is_run_csv(head)) return "csv";
  if (head.contains("\"perfgate.run/")) return "perfgate";
  if (head.starts_with('{') && head.contains("\"entries\"") && head.contains("\"lastUpdate\""))
    return "github-action-benchmark";
  if (head.contains("\"reason\":\"benchmark-complete\"") ||
      head.contains("\"reason\": \"benchmark-complete\"") || head.contains("sample_measured_value"))
    return "criterion";
  if (head.starts_with('{') && (head.contains("\"benchmarks\"") || head.contains("\"context\"")) &&
      (head.contains("\"real_time\"") || head.contains("\"num_cpus\"") ||
       head.contains("\"library_build_type\"")))
    return "google-benchmark";
  if (head.starts_with('{') && (head.contains("\"operation\"") || head.contains("\"backend\"") ||
                                head.contains("\"compute_seconds\"")))
    return "records";
  return {};
}

bool is_known(std::string_view format) {
  return std::ranges::any_of(import_formats(),
                             [&](const ImportFormat& one) { return one.name == format; });
}

std::string known_formats() {
  std::string names;
  for (const ImportFormat& format : import_formats())
    names += (names.empty() ? "" : ", ") + std::string(format.name);
  return names;
}

const harness::Harness* harness_of(std::string_view format) {
  const auto found = std::ranges::find(harness::all(), format, &harness::Harness::name);
  return found == harness::all().end() ? nullptr : &*found;
}

/// Whether it writes trees, which are one run as a whole: it does not read any file of that kind of
/// name.
bool writes_trees(const harness::Harness& harness) {
  return harness.reads && !harness.reads("any.json");
}

/// The harness that wrote such a tree.
const harness::Harness* writer_of(const std::vector<sys::ListedFile>& files) {
  for (const harness::Harness& harness : harness::all())
    if (writes_trees(harness) && std::ranges::any_of(files, [&](const sys::ListedFile& file) {
          return harness.reads(file.path);
        }))
      return &harness;
  return nullptr;
}

/// The text behind `"key":`, where it is a text.
std::string text_after(std::string_view json, std::string_view key) {
  std::size_t at = json.find(fmt::format("\"{}\"", key));
  if (at == json.npos) return {};
  at = json.find_first_not_of(" \t\r\n", at + key.size() + 2);
  if (at == json.npos || json[at] != ':') return {};
  at = json.find_first_not_of(" \t\r\n", at + 1);
  if (at == json.npos || json[at] != '"') return {};
  const std::size_t end = json.find('"', at + 1);
  return end == json.npos ? "" : std::string(json.substr(at + 1, end - at - 1));
}

/// RFC 3339, and what earlier versions of Google Benchmark wrote: "2017-03-01 12:34:56",
/// "2015/04/05-12:34:56", which say no zone and are taken as UTC.
std::optional<Time> loose_time(std::string text, bool& zone_missing) {
  if (const auto time = time_from_text(text)) return *time;
  if (text.size() != 19) return std::nullopt;
  text[4] = text[7] = '-';
  text[10] = 'T';
  const auto time = time_from_text(text + "Z");
  zone_missing = true;
  return time ? std::optional(*time) : std::nullopt;
}

/// When the newest of the files was written.
Result<Time> written_at(const std::string& path) {
  std::vector<std::string> files{path};
  if (is_folder(path)) {
    files.clear();
    TRY(const std::vector<sys::ListedFile> listed, sys::list_files(path));
    for (const sys::ListedFile& file : listed) files.push_back(below(path, file.path));
  }
  Time newest;
  for (const std::string& file : files) {
    struct stat info{};
    if (::stat(file.c_str(), &info) != 0) return sys::io_error("reading", file, errno);
    newest = std::max(newest, Time{info.st_mtim.tv_sec * 1000 + info.st_mtim.tv_nsec / 1'000'000});
  }
  return newest;
}

/// A document that adds all it gives to a digest.
harness::Document digested(const harness::Document& document, Sha256& digest) {
  return {.name = document.name,
          .read = [inner = document.read, &digest](std::span<char> buffer) -> Result<std::size_t> {
            TRY(const std::size_t count, inner(buffer));
            digest.add({buffer.data(), count});
            return count;
          },
          .size = document.size};
}

/// Output of a harness that was kept: one run, whose id is made of its content.
Result<Run> archived(const ImportSource& source, const harness::Harness& harness,
                     const ImportFacts& facts, const Settings& settings, Env& env) {
  Sha256 digest;
  std::vector<harness::Document> documents;
  std::string head;
  if (is_folder(source.path)) {
    TRY(const std::vector<sys::ListedFile> files, sys::list_files(source.path));
    for (const sys::ListedFile& file : files)
      if (harness.reads && harness.reads(file.path))
        documents.push_back(
            digested(measure::document_of_file(file.path, below(source.path, file.path), file.size),
                     digest));
    if (documents.empty())
      return fail(Code::parse, fmt::format("{}: no file here is of {}", source.path, harness.name),
                  "is it the right folder, and the right format?");
  } else {
    TRY(head, head_of(source.path));
    documents.push_back(digested(measure::document_of_file(source.path, source.path), digest));
  }
  const Symbol suite(facts.suite.empty() ? std::string(harness.name) : facts.suite);
  harness::Collector collector(suite);
  collector.next_launch();
  CHECKED(harness.parse(documents, collector));
  Run run{.suites = {suite}, .harnesses = {Symbol(harness.name)}};
  std::move(collector).move_into(run);
  if (!measured_anything(run))
    return fail(Code::nothing_measured,
                fmt::format("{}: it holds no benchmark with a value", source.path),
                "leave it out, or see what `perfgate import` says of it");
  const auto note = [&](std::string text) {
    run.notes.push_back({.severity = Severity::info, .suite = suite, .text = std::move(text)});
  };
  bool zone_missing = false;
  const auto said = loose_time(text_after(head, "date"), zone_missing);
  if (facts.time) {
    run.started = *facts.time;
  } else if (said) {
    run.started = *said;
    if (zone_missing) note("the time is the document's, which names no zone: taken as UTC");
  } else {
    TRY(run.started, written_at(source.path));
    note("the time is that of the file: the document holds none, and --time was not given");
  }
  Identity identity{.commit = facts.commit, .branch = facts.branch};
  for (const std::string_view key : {"commit", "git_commit", "git_sha", "git_hash", "revision"})
    if (identity.commit.empty()) identity.commit = safe_text(text_after(head, key), 64);
  identity.id =
      fmt::format("{}-{}", harness.name, sha256(suite.text() + "\n" + digest.hex()).substr(0, 16));
  CHECKED(complete_run(run, identity, settings, env));
  return run;
}

Result<std::vector<store::Store::Addition>> records_of(std::string_view text,
                                                       const std::string& path) {
  std::vector<store::Store::Addition> records;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    TRY(auto record, store::read_record_line(line, fmt::format("{}:{}", path, number)));
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace

std::vector<ImportFormat> import_formats() {
  std::vector<ImportFormat> formats(own_formats.begin(), own_formats.end());
  for (const harness::Harness& harness : harness::all())
    formats.push_back({harness.name, harness.summary});
  return formats;
}

Result<FoundSources> import_sources(const std::string& path, const std::string& format) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return sys::io_error("reading", path, errno);
  FoundSources found;
  if (!S_ISDIR(info.st_mode)) {
    std::string known = format;
    if (known.empty()) {
      TRY(const std::string head, head_of(path));
      known = format_of(head);
    }
    if (!is_known(known))
      return fail(Code::parse,
                  fmt::format("{}: it is of no format that is known by its content", path),
                  "name it with --format: " + known_formats());
    found.sources.push_back({path, known});
    return found;
  }
  TRY(const std::vector<sys::ListedFile> files, sys::list_files(path));
  if (const harness::Harness* writer = format.empty() ? writer_of(files) : harness_of(format);
      writer && writes_trees(*writer)) {
    found.sources.push_back({path, std::string(writer->name)});
    return found;
  }
  for (const sys::ListedFile& file : files) {
    const std::string inside = below(path, file.path);
    TRY(const std::string head, head_of(inside));
    const std::string_view known = format_of(head);
    if (known.empty() || !is_known(known) || (!format.empty() && known != format))
      ++found.skipped;
    else
      found.sources.push_back({inside, std::string(known)});
  }
  if (found.sources.empty())
    return fail(Code::parse,
                fmt::format("{}: none of its {} files is of {}", path, files.size(),
                            format.empty() ? "a format that is known by its content" : format),
                "name the format with --format: " + known_formats());
  return found;
}

Result<Imported> read_source(const ImportSource& source, const ImportFacts& facts,
                             const Settings& settings, Env& env) {
  Imported imported;
  if (const harness::Harness* harness = harness_of(source.format)) {
    TRY(Run run, archived(source, *harness, facts, settings, env));
    imported.runs.push_back(std::move(run));
    return imported;
  }
  TRY(const std::string text, sys::read_file(source.path, std::uint64_t{4} << 30));
  if (source.format == "jsonl") {
    TRY(imported.records, records_of(text, source.path));
    return imported;
  }
  if (source.format == "perfgate") {
    TRY(Run run, read_run(text, source.path));
    imported.runs.push_back(std::move(run));
  } else if (source.format == "csv") {
    TRY(imported.runs, harness::read_run_csv(text, source.path));
    for (Run& run : imported.runs) stats::summarize(run);
  } else {
    TRY(imported.runs, harness::read_gab(text, source.path));
    for (Run& run : imported.runs)
      if (!facts.branch.empty()) run.commit.branch = facts.branch;
  }
  return imported;
}

}  // namespace perfgate::cli
