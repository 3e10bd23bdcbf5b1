#include "cli/receipts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/judgement_json.hpp"
#include "model/qualification_json.hpp"
#include "model/run_json.hpp"
#include "sys/directory.hpp"
#include "sys/file.hpp"

namespace perfgate::cli {
namespace {

/// The schema that a perf.json is held to, and what it is called in messages.
struct PerfSchema {
  std::string text, name;
};

Result<std::optional<PerfSchema>> users_schema(const Settings& settings,
                                               const std::string& schema_file) {
  const std::string path = !schema_file.empty() ? schema_file
                           : settings.project.perf_schema.empty()
                               ? ""
                               : below(settings.project_directory, settings.project.perf_schema);
  if (path.empty()) return std::nullopt;
  TRY(std::string text, read_named(path));
  return PerfSchema{std::move(text), path};
}

Result<config::PerfSummary> perf_of(std::string_view text, const std::string& path,
                                    const Settings& settings, const std::string& schema_file) {
  TRY(std::optional<PerfSchema> schema, users_schema(settings, schema_file));
  if (!schema) {
    std::vector<config::PerfKey> keys = config::perf_keys(settings.project.headlines);
    if (keys.empty()) {
      TRY(keys, config::perf_keys(text, path));
    }
    schema = PerfSchema{config::perf_schema(keys), "the schema of perf.json"};
  }
  return config::read_perf(text, path, schema->text, schema->name);
}

/// Streams into a file that appears only when it is whole. The first error of the disk is kept.
template <class Write>
Result<std::string> write_streamed(const std::string& directory, std::string_view name,
                                   Write write) {
  CHECKED(sys::make_directories(directory));
  const std::string path = below(directory, name);
  TRY(sys::AtomicFile file, sys::AtomicFile::create(path));
  Result<void> state;
  write([&](std::string_view piece) {
    if (state) state = file.write(piece);
  });
  CHECKED(state);
  CHECKED(file.commit());
  return path;
}

}  // namespace

Result<Run> read_run_file(const std::string& path) {
  TRY(const std::string text, read_named(path));
  return read_run(text, path);
}

Result<config::PerfSummary> read_perf_file(const std::string& path, const Settings& settings,
                                           const std::string& schema_file) {
  TRY(const std::string text, read_named(path));
  return perf_of(text, path, settings, schema_file);
}

Result<Given> read_run_or_perf(const std::string& path, const Settings& settings) {
  TRY(const std::string text, read_named(path));
  // Of the two only run.json says what it is. Looking for the key as text is enough to choose the
  // reader; the reader then checks all of it.
  if (text.find("\"perfgate.run/") != text.npos) {
    TRY(Run run, read_run(text, path));
    return Given{.run = std::move(run)};
  }
  TRY(config::PerfSummary perf, perf_of(text, path, settings, ""));
  Run run = gate::run_of(perf, settings.project.headlines);
  return Given{.run = std::move(run), .printed = true, .perf = std::move(perf)};
}

Result<std::string> write_run_file(const std::string& directory, const Run& run) {
  TRY(std::string path, write_streamed(directory, "run.json", [&](JsonWriter::Sink sink) {
        write_run(run, std::move(sink));
      }));
  CHECKED(sys::remove_file(below(directory, "judgement.json")));
  return path;
}

Result<std::string> write_judgement_file(const std::string& directory, const Judgement& judgement) {
  return write_streamed(directory, "judgement.json", [&](JsonWriter::Sink sink) {
    write_judgement(judgement, std::move(sink));
  });
}

Result<std::string> write_qualification_file(const std::string& directory,
                                             const Qualification& qualification) {
  return write_streamed(directory, "qualification.json", [&](JsonWriter::Sink sink) {
    write_qualification(qualification, std::move(sink));
  });
}

Result<std::optional<std::string>> write_perf_file(const std::string& directory, const Run& run,
                                                   const Judgement* judgement,
                                                   const Settings& settings) {
  if (run.headlines.empty()) return std::nullopt;
  const std::string text = config::perf_json(gate::make_perf(run, judgement));
  const std::string path = below(directory, "perf.json");
  // A headline without a value is left out of the file, which then says so in `errors`; it is
  // incomplete by design and would not satisfy a schema that requires it.
  const bool complete = std::ranges::all_of(
      run.headlines, [](const Headline& headline) { return headline.value.has_value(); });
  TRY(std::optional<PerfSchema> schema, users_schema(settings, ""));
  if (!schema)
    schema = PerfSchema{gate::perf_schema(run.headlines, settings.project.headlines),
                        "the schema of perf.json"};
  if (complete) CHECKED(config::read_perf(text, path, schema->text, schema->name));
  CHECKED(sys::make_directories(directory));
  CHECKED(sys::write_file_atomic(path, text));
  return path;
}

}  // namespace perfgate::cli
