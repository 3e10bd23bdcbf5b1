// Any text is read or refused, and the same in whatever pieces it comes.

#include "fuzz/harness_fuzz.hpp"
#include "harness/google_benchmark.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace perfgate::harness;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Outcome whole = parse(google_benchmark(), {document_of("a", text)});
  check(whole);
  const std::size_t piece = size == 0 ? 1 : 1 + data[size - 1];
  if (!(parse(google_benchmark(), {in_pieces("a", text, piece)}) == whole)) std::abort();
  return 0;
}
