#pragma once
// JSON Schema, draft 7. What a schema says is obeyed or refused, never passed over: an unknown
// keyword, an unknown format and a remote reference are errors.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace perfgate::config {

/// Where a document is not what its schema demands.
struct Violation {
  std::string pointer;  ///< JSON pointer: "/display_gibs"; empty: the whole document
  std::string message;  ///< "4.225 is not a multiple of 0.01"
  std::string hint;

  bool operator==(const Violation&) const = default;
};

/// Judges a document by a schema; at most 100 violations are listed. Numbers are judged as the
/// decimals that are written, not as doubles. Errors: Code::schema where the schema is not one that
/// can be judged by; Code::parse where the document is not JSON, is deeper than 200 levels, or has
/// a key twice.
Result<std::vector<Violation>> validate(std::string_view schema_json, std::string_view schema_name,
                                        std::string_view document_json, std::string_view name);

/// The same where violations are an error, Code::schema, which lists them: a line each.
Result<void> require_valid(std::string_view schema_json, std::string_view schema_name,
                           std::string_view document_json, std::string_view name);

}  // namespace perfgate::config
