#pragma once
// Reads a JSON document of any size whose bulk is one array of rows:
//   {"context": {...}, "benchmarks": [{row}, {row}, ...]}
// It holds a piece of the text at a time, and leaves the rows to whoever knows them.

#include <cstddef>
#include <functional>
#include <string_view>

#include "harness/harness.hpp"

namespace perfgate::harness {

/// How far a batch of rows was read.
struct RowsRead {
  enum class End { all, array_closed, refused };

  std::size_t rows = 0;
  std::size_t size = 0;  ///< bytes from the `[`: to where the next text or the refused row begins
  End end = End::all;
};

struct RowHandlers {
  /// A member of the document other than the rows, whole, where it is not longer than 64 KiB.
  std::function<Result<void>(std::string_view key, std::string_view value)> member;
  /// A document begins whose rows follow.
  std::function<void()> begin;
  /// `[row,row,...]` followed by readable padding. The last row may end in the wrong place, and the
  /// array before the text does; what was read until then must have been right.
  std::function<Result<RowsRead>(std::string_view array)> rows;
  /// A row that `rows` refused, or that follows one, followed by readable padding; `where` says
  /// which it is: "bench.json: row 17 (line 203)".
  std::function<Result<void>(std::string_view row, std::string_view where)> row;
};

struct RowsFormat {
  std::string_view what;  ///< "Google Benchmark's JSON"
  std::string_view rows;  ///< the key of the array of rows
  std::string_view hint;  ///< how to have it written
};

/// Reads the rows of all documents that the text holds, one after the other; text around them and
/// other JSON objects are passed over. Errors: Code::parse where there is no such document, where
/// it ends too early (rows before that have been handed on), and where one row is larger than 2
/// MiB.
Result<void> read_json_rows(Document& document, const RowsFormat& format,
                            const RowHandlers& handlers);

}  // namespace perfgate::harness
