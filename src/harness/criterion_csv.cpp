#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string>
#include <vector>

#include "base/csv.hpp"
#include "harness/criterion_files.hpp"

namespace perfgate::harness {
namespace {

std::optional<double> number(const std::string& text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

enum Column { group, function, value, amount, amount_unit, measured, unit, iterations, columns };
constexpr std::array<std::string_view, columns> names = {
    "group",          "function",        "value",
    "throughput_num", "throughput_type", "sample_measured_value",
    "unit",           "iteration_count"};

constexpr std::string_view expected = "it should be the raw.csv that Criterion 0.3 to 0.5 writes";

struct RawBenchmark {
  CriterionSamples samples;
  std::string unit;
  std::vector<CriterionThroughput> throughput;
  std::string trouble;
};

}  // namespace

bool is_criterion_csv(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text.starts_with("group,function,value,");
}

Result<void> read_criterion_csv(std::string_view document, std::string_view text,
                                CriterionValues& values) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto taken_header = take_csv_record(text);
  if (!taken_header)
    return fail(Code::parse, fmt::format("{}: line 1: {}", document, taken_header.error().message),
                std::string(expected));
  const std::vector<std::string>& header = *taken_header;
  std::array<std::size_t, columns> places{};
  for (std::size_t column = 0; column < columns; ++column) {
    const auto found = std::ranges::find(header, names[column]);
    if (found == header.end())
      return fail(Code::parse, fmt::format("{}: line 1: no column `{}`", document, names[column]),
                  std::string(expected));
    places[column] = static_cast<std::size_t>(found - header.begin());
  }

  std::vector<std::string> ids;  // in the order met
  std::map<std::string, RawBenchmark> benchmarks;
  for (std::size_t record = 2; !text.empty(); ++record) {
    const auto taken = take_csv_record(text);
    if (!taken) {
      // Where the next record would begin is not known.
      values.collector().note(Severity::error, Code::parse, {},
                              fmt::format("{}: record {} and what follows: {}", document, record,
                                          taken.error().message));
      break;
    }
    const std::vector<std::string>& fields = *taken;
    if (fields.size() == 1 && fields.front().empty()) continue;
    const auto field = [&](Column column) {
      return places[column] < fields.size() ? fields[places[column]] : std::string();
    };
    std::string id;
    for (const Column column : {group, function, value}) {
      if (field(column).empty()) continue;
      if (!id.empty()) id += '/';
      id += field(column);
    }
    if (id.empty()) id.push_back('?');
    const auto [place, is_new] = benchmarks.emplace(id, RawBenchmark{});
    if (is_new) ids.push_back(id);
    RawBenchmark& benchmark = place->second;
    const auto total = number(field(measured)), count = number(field(iterations));
    if (fields.size() != header.size() || !total || !count) {
      benchmark.trouble = fmt::format("{}: record {} is not complete", document, record);
      continue;
    }
    benchmark.samples.times.push_back(*total);
    benchmark.samples.iterations.push_back(*count);
    benchmark.unit = field(unit);
    if (const auto per_iteration = number(field(amount)))
      benchmark.throughput = {{.unit = field(amount_unit), .per_iteration = *per_iteration}};
  }
  for (const std::string& id : ids) {
    const RawBenchmark& benchmark = benchmarks[id];
    const auto known = values.benchmark(id);
    if (!known) continue;
    if (!benchmark.trouble.empty())
      values.collector().note(Severity::error, Code::parse, known, benchmark.trouble);
    if (!benchmark.samples.times.empty())
      values.samples(*known, benchmark.samples, benchmark.unit, benchmark.throughput);
  }
  return {};
}

}  // namespace perfgate::harness
