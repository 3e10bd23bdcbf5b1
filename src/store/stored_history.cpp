#include "store/stored_history.hpp"

#include <fmt/format.h>

#include "base/hash.hpp"
#include "model/history_fields.hpp"
#include "model/history_json.hpp"

namespace perfgate::store {

std::string Stored<Baseline>::key(const Baseline& baseline) {
  return fmt::format("{}@{}{}{}", baseline.branch, baseline.host_class,
                     baseline.name.empty() ? "" : "@", baseline.name);
}
std::string Stored<Baseline>::write(const Baseline& baseline) { return to_json(baseline); }
Result<Baseline> Stored<Baseline>::read(std::string_view json, std::string_view place) {
  return read_baseline(json, place);
}
std::vector<Reference> Stored<Baseline>::references(const Baseline& baseline) {
  return described_references(baseline);
}

std::string Stored<Incident>::key(const Incident& incident) { return incident.id; }
std::string Stored<Incident>::write(const Incident& incident) { return to_json(incident); }
Result<Incident> Stored<Incident>::read(std::string_view json, std::string_view place) {
  return read_incident(json, place);
}
std::vector<Reference> Stored<Incident>::references(const Incident& incident) {
  return described_references(incident);
}

std::string Stored<Waiver>::key(const Waiver& waiver) { return waiver.id; }
std::string Stored<Waiver>::write(const Waiver& waiver) { return to_json(waiver); }
Result<Waiver> Stored<Waiver>::read(std::string_view json, std::string_view place) {
  return read_waiver(json, place);
}
std::vector<Reference> Stored<Waiver>::references(const Waiver&) { return {}; }

std::string Stored<Mark>::key(const Mark& mark) { return mark.judgement; }
std::string Stored<Mark>::write(const Mark& mark) { return to_json(mark); }
Result<Mark> Stored<Mark>::read(std::string_view json, std::string_view place) {
  return read_mark(json, place);
}
std::vector<Reference> Stored<Mark>::references(const Mark& mark) {
  return described_references(mark);
}

std::string Stored<AuditRecord>::key(const AuditRecord& record) {
  AuditRecord unnamed = record;
  unnamed.actor.clear();  // of a digest of everything else and the name, the name could be guessed
  return fmt::format("{}#{}#{}", perfgate::to_text(record.at), perfgate::to_text(record.action),
                     sha256(to_json(unnamed)).substr(0, 16));
}
std::string Stored<AuditRecord>::write(const AuditRecord& record) { return to_json(record); }
Result<AuditRecord> Stored<AuditRecord>::read(std::string_view json, std::string_view place) {
  return read_audit_record(json, place);
}
std::vector<Reference> Stored<AuditRecord>::references(const AuditRecord&) { return {}; }

}  // namespace perfgate::store
