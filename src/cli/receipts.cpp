#include "cli/receipts.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "model/judgement_json.hpp"
#include "model/run_json.hpp"
#include "sys/directory.hpp"
#include "sys/environment.hpp"
#include "sys/file.hpp"

namespace perfgate::cli {
namespace {

Result<std::string> schema_override(const Settings& settings) {
  if (settings.project.perf_schema.empty()) return std::string();
  return read_named(below(settings.project_directory, settings.project.perf_schema));
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

Scrubber private_texts(const Env& env) {
  std::vector<Variable> variables;
  std::string home;
  for (const auto& [name, value] : env.environment) {
    variables.push_back({name, value});
    if (name == "HOME") home = value;
  }
  return scrubber_for(home, sys::host_name(), variables);
}

Result<Run> read_run_file(const std::string& path) {
  TRY(const std::string text, read_named(path));
  return read_run(text, path);
}

Result<gate::PerfFile> read_perf_file(const std::string& path, const Settings& settings) {
  TRY(const std::string text, read_named(path));
  TRY(const std::string schema, schema_override(settings));
  return gate::read_perf(text, path, settings.project.headlines, schema);
}

Result<Given> read_run_or_perf(const std::string& path, const Settings& settings) {
  TRY(const std::string text, read_named(path));
  // Of the two only run.json says what it is. Looking for the key as text is enough to choose the
  // reader; the reader then checks all of it.
  if (text.find("\"perfgate.run/") != text.npos) {
    TRY(Run run, read_run(text, path));
    return Given{.run = std::move(run)};
  }
  TRY(const std::string schema, schema_override(settings));
  TRY(gate::PerfFile perf, gate::read_perf(text, path, settings.project.headlines, schema));
  Run run = gate::run_of(perf);
  return Given{.run = std::move(run), .printed = true, .perf = std::move(perf)};
}

Result<std::string> write_run_file(const std::string& directory, const Run& run) {
  return write_streamed(directory, "run.json",
                        [&](JsonWriter::Sink sink) { write_run(run, std::move(sink)); });
}

Result<std::string> write_judgement_file(const std::string& directory,
                                         const Judgement& judgement) {
  return write_streamed(directory, "judgement.json", [&](JsonWriter::Sink sink) {
    write_judgement(judgement, std::move(sink));
  });
}

Result<std::optional<std::string>> write_perf_file(const std::string& directory, const Run& run,
                                                   const Judgement* judgement,
                                                   const Settings& settings) {
  if (run.headlines.empty()) return std::nullopt;
  const gate::PerfFile perf = gate::make_perf(run, judgement);
  const std::string text = gate::write_perf(perf);
  const std::string path = below(directory, "perf.json");
  TRY(const std::string schema, schema_override(settings));
  // A headline without a value is left out of the file, which then says so in `errors`; it is
  // incomplete by design and would not satisfy a schema that requires it.
  const bool complete = std::ranges::all_of(
      run.headlines, [](const Headline& headline) { return headline.value.has_value(); });
  if (complete) CHECKED(gate::read_perf(text, path, settings.project.headlines, schema));
  CHECKED(sys::make_directories(directory));
  CHECKED(sys::write_file_atomic(path, text));
  return path;
}

}  // namespace perfgate::cli
