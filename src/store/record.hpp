#pragma once
#include <string>
#include <string_view>

#include "store/store.hpp"

namespace perfgate::store {

/// The `prev` of the first record.
inline constexpr std::string_view no_record =
    "0000000000000000000000000000000000000000000000000000000000000000";

/// The line of a record, newline included; sets its `sha256`.
std::string to_line(Record& record);

/// A line back, its hash checked. Errors: Code::store, with `place`.
Result<Record> read_line(std::string_view line, std::string_view place);

}  // namespace perfgate::store
