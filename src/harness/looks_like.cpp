#include "harness/looks_like.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/text.hpp"

namespace perfgate::harness {
namespace {

struct Mark {
  std::string_view format;
  std::string_view first, second;  // both stand in such a text
};

// The first that fits counts: formats that hold others' marks stand above them.
constexpr Mark marks[] = {
    {"perfgate's own run.json", "\"perfgate.run/", ""},
    {"pytest-benchmark's JSON", "\"machine_info\"", ""},
    {"Google Benchmark's JSON", "\"real_time\"", ""},
    {"Google Benchmark's JSON", "\"library_build_type\"", ""},
    {"cargo-criterion's messages", "\"benchmark-complete\"", ""},
    {"cargo's messages", "\"reason\":", "\"compiler-"},
    {"Criterion's raw.csv", "sample_measured_value", "iteration_count"},
    {"Criterion's sample.json", "\"iters\"", "\"times\""},
    {"Criterion's estimates.json", "\"point_estimate\"", "\"standard_error\""},
    {"hyperfine's JSON", "\"results\"", "\"command\""},
    {"JMH's JSON", "\"primaryMetric\"", ""},
    {"BenchmarkDotNet's JSON", "\"HostEnvironmentInfo\"", ""},
    {"vegeta's JSON", "\"latencies\"", "\"bytes_in\""},
    {"Catch2's XML", "<BenchmarkResults", ""},
    {"Catch2's XML", "<Catch", ""},
    {"XML", "<?xml", ""},
    {"HTML", "<html", ""},
    {"Google Benchmark's CSV", "name,iterations,real_time", ""},
    {"Google Benchmark's console output", "Iterations", "-----"},
    {"Criterion's console output", "time:   [", ""},
    {"Criterion's console output", "Benchmarking ", ": Collecting "},
    {"libtest's bench output", " ... bench: ", ""},
    {"Go's benchmark output", "ns/op", ""},
    {"hyperfine's console output", "Time (mean", ""},
};

}  // namespace

std::string_view looks_like(std::string_view text) {
  for (const Mark& mark : marks)
    if (text.contains(mark.first) && text.contains(mark.second)) return mark.format;
  return {};
}

std::unexpected<Error> wrong_format(std::string_view document, std::string_view wanted,
                                    std::string_view text, std::string hint) {
  if (trim(text).empty())
    return fail(Code::parse,
                fmt::format("{}: this is not {}: it is empty, the program printed nothing",
                            document, wanted),
                std::move(hint));
  const std::string_view seems = looks_like(text);
  if (!seems.empty())
    return fail(Code::parse,
                fmt::format("{}: this is not {}: it looks like {}", document, wanted, seems),
                std::move(hint));
  return fail(Code::parse,
              fmt::format("{}: this is not {}: it begins with `{}`", document, wanted,
                          safe_text(trim(text), 60)),
              std::move(hint));
}

}  // namespace perfgate::harness
