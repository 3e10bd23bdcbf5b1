// Any text is read or refused, and the same in whatever pieces it comes. What was read can be
// written as run.json and read back.

#include "harness/records.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "fuzz/harness_fuzz.hpp"
#include "model/run_json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace perfgate;
  using namespace perfgate::harness;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Outcome whole = parse(records(), {document_of("a", text)});
  check(whole);
  const std::size_t piece = size == 0 ? 1 : 1 + data[size - 1];
  if (!(parse(records(), {in_pieces("a", text, piece)}) == whole)) {
    fmt::print(stderr, "in pieces of {} it is something else\n", piece);
    std::abort();
  }
  whole.run.schema = run_schema_name;
  std::string written;
  write_run(whole.run, [&](std::string_view part) { written += part; });
  const auto back = read_run(std::string_view(written), "run.json");
  if (!back || back->benchmarks != whole.run.benchmarks) {
    fmt::print(stderr, "{}\n{}\n", back ? "another run" : back.error().message, written);
    std::abort();
  }
  return 0;
}
