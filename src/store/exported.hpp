#pragma once
// Records as JSON lines: what `history export` writes and `history import` reads.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/store.hpp"

namespace perfgate::store {

/// {"schema":"perfgate.record/1","kind":"run","key":"...","at":"...","value":{...}} and a newline.
std::string record_line(const Record& record);

/// Errors: Code::schema, with the place, for what is not such a line or not such an entity.
Result<Store::Addition> read_record_line(std::string_view line, std::string_view place);

bool is_record_line(std::string_view text);

/// The JSON of an entity read and written again, in the form that this version writes, and the key
/// that it has now. Errors: as the entity's reader.
struct Rewritten {
  std::string key, value;
};
Result<Rewritten> rewrite(Kind kind, std::string_view value, std::string_view place);

}  // namespace perfgate::store
