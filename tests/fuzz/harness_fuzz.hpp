#pragma once
// What fuzz targets of harnesses share.

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/harness.hpp"

namespace perfgate::harness {

struct Outcome {
  Run run;
  std::string error;
  bool operator==(const Outcome&) const = default;
};

/// A document that comes in pieces of `piece` bytes.
inline Document in_pieces(std::string name, std::string_view text, std::size_t piece) {
  return {.name = std::move(name),
          .read = [text, piece](std::span<char> buffer) mutable -> Result<std::size_t> {
            const std::size_t count = std::min({piece, buffer.size(), text.size()});
            std::memcpy(buffer.data(), text.data(), count);
            text.remove_prefix(count);
            return count;
          }};
}

inline Outcome parse(const Harness& harness, std::vector<Document> documents) {
  Collector collector("suite");
  const Result<void> parsed = harness.parse(documents, collector);
  Outcome outcome;
  std::move(collector).move_into(outcome.run);
  if (!parsed) outcome.error = parsed.error().message;
  return outcome;
}

/// What must hold whatever the input: no value that is none, and every benchmark has a name.
inline void check(const Outcome& outcome) {
  for (const Benchmark& benchmark : outcome.run.benchmarks) {
    if (benchmark.name.empty()) std::abort();
    for (const Sample& sample : benchmark.samples) {
      if (sample.values.empty() || outcome.run.find_metric(sample.metric) == nullptr) std::abort();
      for (const double value : sample.values.all())
        if (!(value - value == 0)) std::abort();
    }
  }
}

}  // namespace perfgate::harness
