#pragma once
// A harness format: text in, benchmarks out. A new one is a file here and a line in harnesses.cpp.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "harness/collector.hpp"

namespace perfgate::harness {

/// One document that a harness wrote, read in pieces so that its size is no matter. `read` fills
/// the buffer and returns how much; 0 at the end.
struct Document {
  std::string name;  ///< for messages: the path as the user gave it, or below the directory given
  std::function<Result<std::size_t>(std::span<char> buffer)> read;
  std::uint64_t size = 0;  ///< bytes, where known before reading; a hint, for reserving memory
};

struct Harness {
  std::string_view name;     ///< google-benchmark
  std::string_view summary;  ///< what it reads, in one line
  /// Which files of a directory are documents of this harness; nullptr: it reads no directories.
  bool (*reads)(std::string_view path_below_directory) = nullptr;
  /// Reads all documents of one process launch into the collector. A document that is not this
  /// harness's format is an error (Code::parse, with document, line and a hint that names the
  /// format it looks like); a benchmark that could not be measured is a note in the collector.
  Result<void> (*parse)(std::span<Document> documents, Collector& collector);
  /// The arguments that, put behind `command`, have it measure these benchmarks only; none where
  /// there is no such way. nullptr: it cannot be told. Whoever asks checks what comes of it: the
  /// command may be a script that takes no arguments.
  std::vector<std::string> (*only)(std::span<const std::string> benchmarks,
                                   std::span<const std::string> command) = nullptr;
};

std::span<const Harness> all();
/// Errors: Code::usage, naming the nearest known harness.
Result<Harness> find(std::string_view name);

/// All of a document, at most `limit` bytes. Errors: Code::parse beyond the limit.
Result<std::string> read_all(Document& document, std::size_t limit);
/// A document over text in memory, which must outlive it.
Document document_of(std::string name, std::string_view text);

}  // namespace perfgate::harness
