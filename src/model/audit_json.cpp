#include "model/audit_json.hpp"

#include "base/codec.hpp"
#include "base/json.hpp"
#include "model/audit_fields.hpp"
#include "model/run_json.hpp"

namespace perfgate {

static_assert(arity<AuditConfig> == described_members<AuditConfig>);
static_assert(arity<AuditPeriod> == described_members<AuditPeriod>);
static_assert(arity<AuditInput> == described_members<AuditInput>);
static_assert(arity<AuditCount> == described_members<AuditCount>);
static_assert(arity<AuditChain> == described_members<AuditChain>);
static_assert(arity<AuditMerge> == described_members<AuditMerge>);
static_assert(arity<AuditPopulation> == described_members<AuditPopulation>);
static_assert(arity<AuditRun> == described_members<AuditRun>);
static_assert(arity<AuditLimit> == described_members<AuditLimit>);
static_assert(arity<AuditDeployment> == described_members<AuditDeployment>);
static_assert(arity<AuditDeletion> == described_members<AuditDeletion>);
static_assert(arity<AuditEvidence> == described_members<AuditEvidence>);
static_assert(arity<AuditControl> == described_members<AuditControl>);
static_assert(arity<Audit> == described_members<Audit>);

void write_audit(const Audit& audit, JsonWriter::Sink sink, int pretty_levels) {
  JsonWriter out(std::move(sink), pretty_levels);
  codec::write(out, audit);
}

Result<Audit> read_audit(std::string_view text, std::string_view name) {
  TRY(const nlohmann::json document, parse_json(text, name, Code::schema));
  CHECKED(check_schema_name(document, "audit", 1, name));
  return codec::read<Audit>(document, codec::Place{.key = name});
}

std::string audit_json_schema() {
  nlohmann::json schema = codec::schema<Audit>();
  schema["$schema"] = "http://json-schema.org/draft-07/schema#";
  schema["properties"]["schema"] = {{"const", audit_schema_name}};
  return schema.dump(2) + "\n";
}

}  // namespace perfgate
