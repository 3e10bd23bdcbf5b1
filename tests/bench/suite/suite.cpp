// The bundled suite: how fast the decoder turns mainframe records into JSON text.
//
// Options of its own, before or between Google Benchmark's:
//   --slowdown=PERCENT        each decode takes that much longer (also DECODER_SLOWDOWN)
//   --slowdown-only=WORKLOAD  only that of `display` or `comp3`
//   --corrupt                 one record has a bad nibble, so every benchmark is an error
//   --min-time=SECONDS        per benchmark; --benchmark_min_time differs between its versions

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "decoder.hpp"
#include "records.hpp"
#include "workloads.hpp"

namespace {

using mainframe::Decoder;
using mainframe::Expected;
using mainframe::Output;
using mainframe::Workload;

struct Options {
  unsigned slowdown = 0;
  std::string slowdown_only;
  bool corrupt = false;
  std::string min_time = "0.1";
};

/// The result is what it should be: the whole of it.
bool right(const Output& output, const Expected& expected) {
  return output.text().size() == expected.size &&
         mainframe::digest(output.text()) == expected.digest;
}

void decode(benchmark::State& state, const Workload& workload, const Expected& expected,
            const Options& options) {
  const auto decoder = Decoder::of(workload.layout);
  if (!decoder) return state.SkipWithError(decoder.error().c_str());
  const std::size_t length = decoder->record_length();
  std::vector<std::uint8_t> input =
      mainframe::make_records(workload.layout, expected.records, mainframe::suite_seed);
  if (options.corrupt) {
    // The last byte but one of the last field: a digit in either kind of number.
    input[(expected.records / 2 + 1) * length - 2] |= 0x0F;
  }
  const bool slowed = options.slowdown_only.empty() || options.slowdown_only == workload.name;
  const std::size_t again = slowed ? expected.records * options.slowdown / 100 : 0;

  Output output;
  Output scratch;
  std::size_t repeated = 0;
  const auto once = [&]() -> std::optional<std::string> {
    output.clear();
    const auto count = decoder->decode(input, output);
    if (!count) return describe(count.error());
    if (*count != expected.records || output.text().size() != expected.size) {
      return fmt::format("{} records, {} bytes of JSON; expected {}, {}", *count,
                         output.text().size(), expected.records, expected.size);
    }
    // Real work that grows with the decoder's own: the same records once more, going on where the
    // last iteration stopped, so that they are as warm in the caches as the measured ones.
    for (std::size_t left = again; left > 0;) {
      const std::size_t part = std::min(left, expected.records - repeated);
      if (repeated == 0) scratch.clear();
      const auto records = std::span(input).subspan(repeated * length, part * length);
      if (const auto more = decoder->decode(records, scratch); !more) return describe(more.error());
      repeated = (repeated + part) % expected.records;
      left -= part;
    }
    return std::nullopt;
  };

  const auto wrong = once();
  if (wrong) return state.SkipWithError(wrong->c_str());
  if (!right(output, expected)) return state.SkipWithError("wrong JSON before measuring");
  for (auto _ : state) {
    if (const auto failure = once()) {
      state.SkipWithError(failure->c_str());
      break;
    }
    benchmark::DoNotOptimize(output.text().data());
    benchmark::DoNotOptimize(scratch.text().data());
    benchmark::ClobberMemory();
  }
  if (!right(output, expected)) return state.SkipWithError("wrong JSON after measuring");
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(input.size()));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(expected.records));
}

template <class Number>
bool read(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && error == std::errc() && end == text.data() + text.size();
}

/// Says what is wrong and returns the exit code.
int usage(std::string_view option, std::string_view wanted) {
  fmt::print(stderr, "perfgate_suite: {}: {}\n", option, wanted);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  std::vector<std::string> others = {argv[0], ""};
  if (const char* text = std::getenv("DECODER_SLOWDOWN"); text != nullptr) {
    if (!read(text, options.slowdown)) return usage("DECODER_SLOWDOWN", "a whole number of %");
  }
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const std::string_view option = argument.substr(0, argument.find('='));
    const std::string_view value = argument.substr(std::min(option.size() + 1, argument.size()));
    double seconds = 0;
    if (option == "--slowdown") {
      if (!read(value, options.slowdown)) return usage(argument, "a whole number of %");
    } else if (option == "--slowdown-only") {
      options.slowdown_only = value;
      if (value != "display" && value != "comp3") return usage(argument, "display or comp3");
    } else if (option == "--min-time") {
      options.min_time = value;
      if (!read(value, seconds) || !(seconds > 0)) return usage(argument, "a number of seconds");
    } else if (argument == "--corrupt") {
      options.corrupt = true;
    } else {
      others.emplace_back(argument);
    }
  }
  // Google Benchmark wants a plain number up to 1.7 and a unit from 1.8 on. Its own option may
  // follow.
  others[1] = "--benchmark_min_time=" + options.min_time + MIN_TIME_UNIT;

  std::vector<char*> arguments;
  for (std::string& other : others) arguments.push_back(other.data());
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;

  const std::vector<Workload> all = mainframe::workloads();
  for (const Workload& workload : all) {
    for (const Expected& expected : workload.expected) {
      const std::string name = fmt::format("decode_{}_heavy/{}", workload.name, expected.records);
      benchmark::RegisterBenchmark(name.c_str(), [&](benchmark::State& state) {
        decode(state, workload, expected, options);
      });
    }
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
