#pragma once
// What the history keeps, as one JSON object on one line each, and back. Errors: Code::schema with
// the JSON pointer; Code::store where it is no JSON.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/history.hpp"

namespace perfgate {

std::string to_json(const Baseline& baseline);
std::string to_json(const Incident& incident);
std::string to_json(const Waiver& waiver);
std::string to_json(const Mark& mark);
std::string to_json(const AuditRecord& record);

/// Those of the first version, which called it a promotion, too.
Result<Baseline> read_baseline(std::string_view text, std::string_view name);
Result<Incident> read_incident(std::string_view text, std::string_view name);
Result<Waiver> read_waiver(std::string_view text, std::string_view name);
Result<Mark> read_mark(std::string_view text, std::string_view name);
Result<AuditRecord> read_audit_record(std::string_view text, std::string_view name);

}  // namespace perfgate
