#include "model/history_json.hpp"

#include "base/codec.hpp"
#include "base/json.hpp"
#include "model/history_fields.hpp"

namespace perfgate {

static_assert(arity<Baseline> == described_members<Baseline>);
static_assert(arity<Incident> == described_members<Incident>);
static_assert(arity<Mark> == described_members<Mark>);
static_assert(arity<AuditRecord> == described_members<AuditRecord>);

namespace {

template <class E>
std::string one_line_of(const E& entity) {
  std::string text;
  {
    JsonWriter out([&](std::string_view piece) { text += piece; });
    codec::write(out, entity);
  }
  return text;
}

template <class E>
Result<E> entity_of(std::string_view text, std::string_view name) {
  TRY(const nlohmann::json document, parse_json(text, name, Code::store));
  return codec::read<E>(document, codec::Place{.key = name});
}

}  // namespace

std::string to_json(const Baseline& baseline) { return one_line_of(baseline); }
std::string to_json(const Incident& incident) { return one_line_of(incident); }
std::string to_json(const Waiver& waiver) { return one_line_of(waiver); }
std::string to_json(const Mark& mark) { return one_line_of(mark); }
std::string to_json(const AuditRecord& record) { return one_line_of(record); }

Result<Baseline> read_baseline(std::string_view text, std::string_view name) {
  return entity_of<Baseline>(text, name);
}
Result<Incident> read_incident(std::string_view text, std::string_view name) {
  return entity_of<Incident>(text, name);
}
Result<Waiver> read_waiver(std::string_view text, std::string_view name) {
  return entity_of<Waiver>(text, name);
}
Result<Mark> read_mark(std::string_view text, std::string_view name) {
  return entity_of<Mark>(text, name);
}
Result<AuditRecord> read_audit_record(std::string_view text, std::string_view name) {
  return entity_of<AuditRecord>(text, name);
}

}  // namespace perfgate
