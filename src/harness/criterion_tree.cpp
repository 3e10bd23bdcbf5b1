#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "harness/criterion_files.hpp"

namespace perfgate::harness {
namespace {

constexpr std::size_t small_file = 1024 * 1024;
constexpr std::size_t sample_file = 32 * 1024 * 1024;

/// The documents of one version of a benchmark.
struct Version {
  std::string directory;
  Document* benchmark = nullptr;
  Document* estimates = nullptr;
  Document* sample = nullptr;
};

int rank_of(std::string_view version) {
  if (version == "new") return 2;
  return version == "base" ? 1 : 0;
}

/// Where no samples can be had, an estimate stands for them.
void stand_in(std::size_t benchmark, const std::vector<CriterionEstimate>& estimates,
              const CriterionIdentity& identity, CriterionValues& values) {
  for (const std::string_view name : {"median", "mean"}) {
    const auto found = std::ranges::find(estimates, name, &CriterionEstimate::name);
    if (found == estimates.end()) continue;
    values.samples(benchmark, {.iterations = {1}, .times = {found->value}}, "ns",
                   identity.throughput);
    values.collector().note(
        Severity::warning, std::nullopt, benchmark,
        fmt::format("no sample.json: the {} stands for the samples, whose spread is unknown",
                    name));
    return;
  }
  values.collector().note(Severity::error, Code::parse, benchmark,
                          "neither sample.json nor an estimate of the median or mean");
}

void read_version(const Version& version, CriterionValues& values) {
  Collector& collector = values.collector();
  const auto trouble = [&](std::optional<std::size_t> benchmark, std::string_view file,
                           std::string_view message) {
    collector.note(Severity::error, Code::parse, benchmark,
                   fmt::format("{}/{}: {}", version.directory, file, message));
  };
  if (version.benchmark == nullptr)
    return trouble({}, "benchmark.json", "missing, so that the benchmark has no name");
  const Result<std::string> benchmark_text = read_all(*version.benchmark, small_file);
  if (!benchmark_text) return trouble({}, "benchmark.json", benchmark_text.error().message);
  const Result<CriterionIdentity> identity = criterion_identity(*benchmark_text);
  if (!identity) return trouble({}, "benchmark.json", identity.error().message);
  const std::optional<std::size_t> benchmark = values.benchmark(identity->full_id);
  if (!benchmark) return;

  std::vector<CriterionEstimate> estimates;
  if (version.estimates != nullptr) {
    const Result<std::string> text = read_all(*version.estimates, small_file);
    if (!text) return trouble(benchmark, "estimates.json", text.error().message);
    Result<std::vector<CriterionEstimate>> read = criterion_estimates(*text);
    if (!read) return trouble(benchmark, "estimates.json", read.error().message);
    estimates = std::move(*read);
    values.estimates(*benchmark, estimates, "ns");
  }
  if (version.sample == nullptr) return stand_in(*benchmark, estimates, *identity, values);
  const Result<std::string> text = read_all(*version.sample, sample_file);
  if (!text) return trouble(benchmark, "sample.json", text.error().message);
  const Result<CriterionSamples> samples = criterion_samples(*text);
  if (!samples) return trouble(benchmark, "sample.json", samples.error().message);
  values.samples(*benchmark, *samples, "ns", identity->throughput);
}

}  // namespace

CriterionPlace criterion_place(std::string_view path) {
  CriterionPlace place;
  const std::size_t file = path.rfind('/');
  place.file = file == std::string_view::npos ? path : path.substr(file + 1);
  if (file == std::string_view::npos) return place;
  place.directory = path.substr(0, file);
  const std::size_t version = place.directory.rfind('/');
  place.version =
      version == std::string_view::npos ? place.directory : place.directory.substr(version + 1);
  if (place.version == "new" || place.version == "base" || place.version == "change" ||
      place.version == "report")
    place.directory = version == std::string_view::npos ? "" : place.directory.substr(0, version);
  return place;
}

bool is_criterion_tree_file(std::string_view path) {
  const std::string_view file = criterion_place(path).file;
  return file == "benchmark.json" || file == "estimates.json" || file == "sample.json" ||
         file == "tukey.json";
}

std::size_t read_criterion_tree(std::span<Document* const> documents, CriterionValues& values) {
  using Versions = std::map<int, Version>;  // by rank
  std::unordered_map<std::string, Versions> benchmarks;
  std::vector<std::string> directories;  // in the order met
  for (Document* document : documents) {
    const CriterionPlace place = criterion_place(document->name);
    if (place.version == "change" || place.version == "report") continue;
    const std::string directory(place.directory);
    const auto [benchmark, is_new] = benchmarks.emplace(directory, Versions{});
    if (is_new) directories.push_back(directory);
    Version& version = benchmark->second[rank_of(place.version)];
    version.directory = document->name.substr(0, document->name.size() - place.file.size());
    if (version.directory.ends_with('/')) version.directory.pop_back();
    if (place.file == "benchmark.json") version.benchmark = document;
    if (place.file == "estimates.json") version.estimates = document;
    if (place.file == "sample.json") version.sample = document;
  }
  for (const std::string& directory : directories)
    read_version(benchmarks[directory].rbegin()->second, values);
  return directories.size();
}

}  // namespace perfgate::harness
