#include "model/qualification_json.hpp"

#include "base/codec.hpp"
#include "base/json.hpp"
#include "model/qualification_fields.hpp"
#include "model/run_json.hpp"

namespace perfgate {

static_assert(arity<Share> == described_members<Share>);
static_assert(arity<Planted> == described_members<Planted>);
static_assert(arity<QualifiedBenchmark> == described_members<QualifiedBenchmark>);
static_assert(arity<Delayed> == described_members<Delayed>);
static_assert(arity<Qualification> == described_members<Qualification>);

void write_qualification(const Qualification& qualification, JsonWriter::Sink sink,
                         int pretty_levels) {
  JsonWriter out(std::move(sink), pretty_levels);
  codec::write(out, qualification);
}

Result<Qualification> read_qualification(std::string_view text, std::string_view name) {
  TRY(const nlohmann::json document, parse_json(text, name, Code::schema));
  CHECKED(check_schema_name(document, "qualification", 1, name));
  return codec::read<Qualification>(document, codec::Place{.key = name});
}

std::string qualification_json_schema() {
  nlohmann::json schema = codec::schema<Qualification>();
  schema["$schema"] = "http://json-schema.org/draft-07/schema#";
  schema["properties"]["schema"] = {{"const", qualification_schema_name}};
  return schema.dump(2) + "\n";
}

}  // namespace perfgate
