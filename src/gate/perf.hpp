#pragma once
// perf.json, the small summary: {"display_gibs": 4.22, "comp3_mibs": 571.0, "warnings": [], "errors": []}.

#include <string>
#include <vector>

#include "model/judgement.hpp"
#include "model/project.hpp"

namespace perfgate::gate {

struct PerfFile {
  std::vector<Headline> headlines;
  std::vector<std::string> warnings, errors;
};

/// The run's headlines, the notes of the run and, where it has been judged, what was found.
/// Errors: Code::schema where a headline has no value: a file with a gap is not written.
PerfFile make_perf(const Run& run, const Judgement* judgement);

/// The key of a headline: name, `_`, the suffix of its unit.
std::string perf_key(const Headline& headline);

/// The file's text: fixed decimals, keys in the order of the headlines. A headline without a value is
/// left out, and named in `errors`.
std::string write_perf(const PerfFile& perf);

/// Reads it, checked against the schema of `declared` (or, where that is empty, of the keys that it
/// has), or against `schema` where that is not empty. Without a declaration name and unit come from the
/// key and its suffix. Errors: Code::schema, with the JSON pointer.
Result<PerfFile> read_perf(std::string_view text, std::string_view name,
                           const std::vector<ProjectHeadline>& declared,
                           std::string_view schema = {});

/// A run that knows only what perf.json says: its headlines, one value each; its warnings and errors
/// are findings of the judgement over it (see add_reported).
Run run_of(const PerfFile& perf);

/// Adds what the file itself reports: a warning warns; an error fails, or is not measured where its
/// code says so. Never passes.
void add_reported(const PerfFile& perf, Judgement& judgement);

}  // namespace perfgate::gate
