#include <fmt/format.h>

#include <array>
#include <charconv>
#include <map>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "harness/criterion_files.hpp"

namespace perfgate::harness {
namespace {

using Fields = std::vector<std::string>;

/// Takes one record off the text (RFC 4180: a quoted field may hold commas, newlines and "").
Fields take_record(std::string_view& text) {
  Fields fields(1);
  bool quoted = false;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        fields.back() += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        fields.back() += '"';
        ++i;
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      fields.emplace_back();
    } else if (c == '\n') {
      ++i;
      break;
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  text.remove_prefix(i);
  return fields;
}

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
  const Fields header = take_record(text);
  std::array<std::size_t, columns> places{};
  for (std::size_t column = 0; column < columns; ++column) {
    const auto found = std::ranges::find(header, names[column]);
    if (found == header.end())
      return fail(Code::parse, fmt::format("{}: line 1: no column `{}`", document, names[column]),
                  "it should be the raw.csv that Criterion 0.3 to 0.5 writes");
    places[column] = static_cast<std::size_t>(found - header.begin());
  }

  std::vector<std::string> ids;  // in the order met
  std::map<std::string, RawBenchmark> benchmarks;
  for (std::size_t record = 2; !text.empty(); ++record) {
    const Fields fields = take_record(text);
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
