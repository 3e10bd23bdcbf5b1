// Any text is read or refused, and the same in whatever pieces it comes.

#include <fmt/format.h>

#include <cstdio>

#include "fuzz/harness_fuzz.hpp"
#include "harness/google_benchmark.hpp"
#include "model/run_json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace perfgate::harness;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Outcome whole = parse(google_benchmark(), {document_of("a", text)});
  check(whole);
  const std::size_t piece = size == 0 ? 1 : 1 + data[size - 1];
  const Outcome pieces = parse(google_benchmark(), {in_pieces("a", text, piece)});
  if (!(pieces == whole)) {
    std::string one, other;
    write_run(whole.run, [&](std::string_view text) { one += text; });
    write_run(pieces.run, [&](std::string_view text) { other += text; });
    fmt::print(stderr, "whole: {}{}\nin pieces of {}: {}{}\n", whole.error, one, piece,
               pieces.error, other);
    std::abort();
  }
  return 0;
}
