#pragma once
// What `history import` reads: a format is a row of a table in history_formats.cpp.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cli/history/history.hpp"
#include "model/run.hpp"

namespace perfgate::cli {

/// What the caller says of results that do not say it themselves.
struct ImportFacts {
  std::string commit, branch, suite;
  std::optional<Time> time;
};

struct ImportFormat {
  std::string_view name;
  std::string_view summary;
};
/// perfgate, jsonl, csv, github-action-benchmark, and every harness.
std::vector<ImportFormat> import_formats();

/// A file or folder that makes one run or several, and the format that it is read as.
struct ImportSource {
  std::string path;
  std::string format;
};
/// The sources at a path: a file is one; a folder is one where a harness writes such folders
/// (Criterion), else each file in it that is of a known format. `format` empty: by content.
/// Errors: Code::parse where nothing there is known, naming the formats.
struct FoundSources {
  std::vector<ImportSource> sources;
  std::size_t skipped = 0;  ///< files of a folder that are of no known format
};
Result<FoundSources> import_sources(const std::string& path, const std::string& format);

/// What is in a source: runs, or (of JSON lines) records as they were.
struct Imported {
  std::vector<Run> runs;
  std::vector<store::Store::Addition> records;
};
Result<Imported> read_source(const ImportSource& source, const ImportFacts& facts,
                             const Settings& settings, Env& env);

}  // namespace perfgate::cli
