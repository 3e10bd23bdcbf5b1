#include "store/exported.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "store/stored.hpp"
#include "store/stored_history.hpp"

namespace perfgate::store {
namespace {

constexpr std::string_view record_schema = "perfgate.record/1";
constexpr std::string_view record_schema_family = R"({"schema":"perfgate.record/)";

template <class E>
Result<Rewritten> rewrite_as(std::string_view value, std::string_view place) {
  TRY(const E entity, Stored<E>::read(value, place));
  return Rewritten{Stored<E>::key(entity), Stored<E>::write(entity)};
}

std::unexpected<Error> not_a_record(std::string_view place, std::string_view what) {
  return fail(Code::schema, fmt::format("{}: this is no record: {}", place, what),
              "a file that `perfgate history export --format jsonl` wrote is read");
}

}  // namespace

std::string record_line(const Record& record) {
  std::string line;
  {
    JsonWriter out([&](std::string_view piece) { line += piece; });
    out.begin_object();
    out.key("schema");
    out.value(record_schema);
    out.key("kind");
    out.value(perfgate::to_text(record.kind));
    out.key("key");
    out.value(std::string_view(record.key));
    out.key("at");
    out.value(std::string_view(to_text(record.at)));
    out.key("value");
    out.number(record.value);  // JSON as it is stored
    out.end_object();
  }
  return line + "\n";
}

bool is_record_line(std::string_view text) { return text.starts_with(record_schema_family); }

Result<Rewritten> rewrite(Kind kind, std::string_view value, std::string_view place) {
  switch (kind) {
    case Kind::run:
      return rewrite_as<Run>(value, place);
    case Kind::judgement:
      return rewrite_as<Judgement>(value, place);
    case Kind::baseline:
      return rewrite_as<Baseline>(value, place);
    case Kind::incident:
      return rewrite_as<Incident>(value, place);
    case Kind::waiver:
      return rewrite_as<Waiver>(value, place);
    case Kind::mark:
      return rewrite_as<Mark>(value, place);
    case Kind::audit:
      return rewrite_as<AuditRecord>(value, place);
    case Kind::deletion:
    case Kind::checkpoint:
      break;
  }
  // The store's own: it has no other form.
  return Rewritten{{}, std::string(value)};
}

Result<Store::Addition> read_record_line(std::string_view line, std::string_view place) {
  thread_local simdjson::ondemand::parser parser;
  const simdjson::padded_string padded(line);
  try {
    simdjson::ondemand::document document = parser.iterate(padded);
    simdjson::ondemand::object object = document.get_object();
    std::string_view schema;
    if (object["schema"].get_string().get(schema) || !schema.starts_with("perfgate.record/"))
      return not_a_record(place, "it has no `schema` of perfgate.record");
    if (schema != record_schema)
      return fail(Code::schema,
                  fmt::format("{}: it was written by a newer perfgate: schema {}", place,
                              safe_text(schema, 60)),
                  fmt::format("use a perfgate that reads {}", safe_text(schema, 60)));
    Store::Addition addition;
    const std::string_view kind = object["kind"].get_string();
    const auto known = enum_from_text<Kind>(kind);
    if (!known)
      return fail(Code::schema,
                  fmt::format("{}: a record of kind `{}`, which this version does not know", place,
                              safe_text(kind, 60)),
                  "use the newer perfgate that wrote it");
    addition.kind = *known;
    addition.key = object["key"].get_string().value();
    TRY(addition.at, time_from_text(object["at"].get_string().value()));
    simdjson::ondemand::value value = object["value"];
    const std::string_view json = simdjson::to_json_string(value).value();
    addition.value = trim(json);
    if (addition.value == "null") return addition;
    // Read as the entity that it says it is, so that nothing wrong gets in; kept as it was.
    TRY(const Rewritten rewritten, rewrite(addition.kind, addition.value, place));
    return addition;
  } catch (const simdjson::simdjson_error& error) {
    return not_a_record(place, error.what());
  }
}

}  // namespace perfgate::store
